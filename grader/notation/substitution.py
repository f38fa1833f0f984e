"""Functions that a student defines, ``g(z) = 1[z > 0]``: every call becomes what it means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.notation.errors import NotationError
from grader.notation.functions import canonical
from grader.notation.tree import (
    Binary,
    Call,
    Expression,
    Name,
    fold,
    postorder,
    with_parts,
)

__all__ = ["Defined", "expanded", "function_defined"]

_MOST_NODES = 1_000


@dataclass(frozen=True, slots=True)
class Defined:
    """A function of one argument: ``body`` in terms of ``parameter``."""

    parameter: str
    body: Expression


def function_defined(left: Expression) -> tuple[str, str] | None:
    """The function's name and its parameter, where a left-hand side is ``g(z)``; else None."""
    if isinstance(left, Call) and len(left.arguments) == 1:
        inner = left.arguments[0]
        return (left.function, inner.name) if isinstance(inner, Name) else None
    if _is_application(left):
        assert isinstance(left, Binary)  # noqa: S101 - for mypy
        if isinstance(left.left, Name) and isinstance(left.right, Name):
            return left.left.name, left.right.name
    return None


def expanded(tree: Expression, functions: Mapping[str, Defined]) -> Expression:
    """The tree with every call of a defined function written out.

    Raises:
        NotationError: that makes it too long.
    """
    if not functions:
        return tree
    sizes = {name: len(postorder(one.body)) for name, one in functions.items()}
    budget = [_MOST_NODES]

    def combine(node: Expression, below: Sequence[Expression]) -> Expression:
        rebuilt = with_parts(node, tuple(below)) if below else node
        before, name, argument = _call(rebuilt)
        if name.endswith("'") and name not in functions and name.rstrip("'") in functions:
            told = f"{name.rstrip(chr(39))} is defined here, and its derivative is not."
            raise NotationError(told, node.source, node.span)
        one = functions.get(name) if argument is not None else None
        if one is None or argument is None:
            return rebuilt
        budget[0] -= sizes[name] * len(postorder(argument))
        if budget[0] < 0:
            message = "With all definitions written out this is too long to work with."
            raise NotationError(message, node.source, node.span)
        meant = _with_argument(one, argument)
        return meant if before is None else replace(before, right=meant, span=node.span)

    return fold(tree, combine)


def _call(node: Expression) -> tuple[Binary | None, str, Expression | None]:
    """The product that a call ends (if any), the function's name and its argument."""
    if isinstance(node, Call) and len(node.arguments) == 1:
        return None, node.function, node.arguments[0]
    if _is_application(node):
        assert isinstance(node, Binary)  # noqa: S101 - for mypy
        if isinstance(node.left, Name):
            return None, node.left.name, node.right
        if isinstance(node.left, Binary) and isinstance(node.left.right, Name):
            return node.left, node.left.right.name, node.right
    return None, "", None


def _is_application(node: Expression) -> bool:
    """Whether a name stands directly before a bracket: ``g(z)``, which reads as a product."""
    if not (isinstance(node, Binary) and node.operator == "*" and not node.written):
        return False
    opens = node.source[node.at[0] : node.right.span[0]].strip()
    last = node.left.right if isinstance(node.left, Binary) else node.left
    return isinstance(last, Name) and not canonical(last.name) and opens.endswith("(")


def _with_argument(one: Defined, argument: Expression) -> Expression:
    def combine(node: Expression, below: Sequence[Expression]) -> Expression:
        if isinstance(node, Name) and node.name == one.parameter:
            return argument
        return with_parts(node, tuple(below)) if below else node

    return fold(one.body, combine)
