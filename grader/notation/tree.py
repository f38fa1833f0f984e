"""The tree of a formula: frozen nodes, each with its place in the text.

Two trees are equal when they say the same: places do not count. Trees are walked with
`postorder` or `fold`, which do not recurse, so a long formula cannot exhaust the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

__all__ = [
    "COMPARISONS",
    "Binary",
    "Call",
    "Expression",
    "Index",
    "Name",
    "Negation",
    "Number",
    "Rows",
    "Span",
    "Stack",
    "Total",
    "Transpose",
    "fold",
    "height",
    "names_in",
    "postorder",
    "renamed",
    "scaled",
    "turned_once",
    "with_parts",
]

Span = tuple[int, int]
_Result = TypeVar("_Result")

COMPARISONS = frozenset({"<", ">", "<=", ">=", "==", "!="})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """What every node has.

    Attributes:
        span: start and end in ``source``, brackets around the node not included.
        source: the whole text that was parsed.
    """

    span: Span = field(default=(0, 0), compare=False, repr=False)
    source: str = field(default="", compare=False, repr=False)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The nodes directly below, from left to right."""
        return ()


@dataclass(frozen=True, slots=True)
class Number(_Node):
    """A literal number; what is parsed is never negative (``-2`` is a `Negation`)."""

    value: float


@dataclass(frozen=True, slots=True)
class Name(_Node):
    """A quantity, as it was written: ``W2``, ``x'``, ``∇xp``."""

    name: str


@dataclass(frozen=True, slots=True)
class Negation(_Node):
    """``-operand``."""

    operand: Expression
    at: Span = field(default=(0, 0), compare=False, repr=False, kw_only=True)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The operand."""
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class Binary(_Node):
    """``left operator right``; ``at`` is the operator's place.

    Operators: ``+ - * / @ ^``, ``.*`` (always elementwise) and the `COMPARISONS`. A product
    without an operator (``2 h``) is ``*``; ``written`` is the operator as it was written, empty
    where there was none.
    """

    operator: str
    left: Expression
    right: Expression
    at: Span = field(default=(0, 0), compare=False, repr=False, kw_only=True)
    written: str = field(default="", compare=False, repr=False, kw_only=True)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """Left and right."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Transpose(_Node):
    """``operand.T``."""

    operand: Expression
    at: Span = field(default=(0, 0), compare=False, repr=False, kw_only=True)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The operand."""
        return (self.operand,)


@dataclass(frozen=True, slots=True)
class Call(_Node):
    """``function(arguments)``; known functions by their first spelling, others as written."""

    function: str
    arguments: tuple[Expression, ...]
    at: Span = field(default=(0, 0), compare=False, repr=False, kw_only=True)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The arguments."""
        return self.arguments


@dataclass(frozen=True, slots=True)
class Index(_Node):
    """``operand[indices]``: one entry, or with letters for indices any entry, ``x_j``."""

    operand: Expression
    indices: tuple[Expression, ...]
    at: Span = field(default=(0, 0), compare=False, repr=False, kw_only=True)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The operand, then the indices."""
        return (self.operand, *self.indices)


@dataclass(frozen=True, slots=True)
class Total(_Node):
    """``sum_{letter=lower}^{upper} body``; the bounds are None where they were not written."""

    letter: str
    body: Expression
    lower: Expression | None = None
    upper: Expression | None = None
    at: Span = field(default=(0, 0), compare=False, repr=False, kw_only=True)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What is added up; the bounds belong to the sign."""
        return (self.body,)


@dataclass(frozen=True, slots=True)
class Rows(_Node):
    """A matrix by its rows, all of one length; a cell named ``…`` stands for those between."""

    rows: tuple[tuple[Expression, ...], ...]
    at: Span = field(default=(0, 0), compare=False, repr=False, kw_only=True)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The cells, row by row."""
        return tuple(cell for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True)
class Stack(_Node):
    """The array whose entries are what ``body`` is at each value of the letters.

    ``sizes`` tells how far each letter runs: a number or a dimension's name.
    """

    letters: tuple[str, ...]
    sizes: tuple[int | str, ...]
    body: Expression
    at: Span = field(default=(0, 0), compare=False, repr=False, kw_only=True)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What an entry is."""
        return (self.body,)


Expression = Number | Name | Negation | Binary | Transpose | Call | Index | Total | Rows | Stack


def postorder(expression: Expression) -> list[Expression]:
    """All nodes, each after its parts, from left to right."""
    found: list[Expression] = []
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting.extend(node.parts)
    found.reverse()
    return found


def fold(
    expression: Expression, combine: Callable[[Expression, Sequence[_Result]], _Result]
) -> _Result:
    """What ``combine`` makes of the root, given what it made of each node's parts."""
    made: list[_Result] = []
    for node in postorder(expression):
        first = len(made) - len(node.parts)
        below = made[first:]
        del made[first:]
        made.append(combine(node, below))
    return made[0]


def height(expression: Expression) -> int:
    """How many nodes stand one below the other."""
    return fold(expression, lambda _node, below: 1 + max(below, default=0))


def names_in(expression: Expression) -> tuple[str, ...]:
    """The names of quantities, each once, in order of appearance."""
    nodes = postorder(expression)
    return tuple(dict.fromkeys(node.name for node in nodes if isinstance(node, Name)))


def renamed(expression: Expression, mapping: Mapping[str, str]) -> Expression:
    """The same tree with some names replaced; places still point into the original text."""

    def combine(node: Expression, below: Sequence[Expression]) -> Expression:
        if isinstance(node, Name):
            return replace(node, name=mapping[node.name]) if node.name in mapping else node
        return with_parts(node, tuple(below))

    return fold(expression, combine)


def turned_once(tree: Expression) -> Iterator[tuple[str, Expression]]:
    """The tree with one name transposed, or no longer, for each place of a name; and that name."""
    if isinstance(tree, Name):
        yield tree.name, Transpose(tree, span=tree.span, source=tree.source)
        return
    if isinstance(tree, Transpose) and isinstance(tree.operand, Name):
        yield tree.operand.name, tree.operand
        return
    parts = tree.parts
    for k, part in enumerate(parts):
        for name, other in turned_once(part):
            yield name, with_parts(tree, (*parts[:k], other, *parts[k + 1 :]))


def scaled(tree: Expression) -> tuple[float, str | None]:
    """The number and the name of ``-2 x``, ``x / 2`` and the like; no name where it is none."""
    factor = 1.0
    while not isinstance(tree, Name):
        match tree:
            case Negation(operand=inner):
                times, tree = -1.0, inner
            case Binary(operator="*", left=inner, right=Number(value=value)) if value:
                times, tree = value, inner
            case Binary(operator="/", left=inner, right=Number(value=value)) if value:
                times, tree = 1 / value, inner
            case Binary(operator="*", left=number, right=inner) if constant(number):
                times, tree = constant(number) or 1.0, inner
            case _:
                return 1.0, None
        factor *= times
    return factor, tree.name


def constant(tree: Expression) -> float | None:
    """The value of a number, a fraction of numbers, or one with a sign; None of anything else."""
    match tree:
        case Number(value=value):
            return value
        case Negation(operand=operand):
            inner = constant(operand)
            return None if inner is None else -inner
        case Binary(operator="/", left=Number(value=above), right=Number(value=below)) if below:
            return above / below
    return None


def with_parts(node: Expression, parts: tuple[Expression, ...]) -> Expression:
    """The same node over other parts."""
    match node:
        case Binary():
            return replace(node, left=parts[0], right=parts[1])
        case Call():
            return replace(node, arguments=parts)
        case Index():
            return replace(node, operand=parts[0], indices=parts[1:])
        case Rows():
            width = len(node.rows[0])
            cells = range(0, len(parts), width)
            return replace(node, rows=tuple(parts[k : k + width] for k in cells))
    return _with_one(node, parts[0]) if parts else node


def _with_one(node: Expression, part: Expression) -> Expression:
    """The same node over another part, the only one."""
    if isinstance(node, (Negation, Transpose)):
        return replace(node, operand=part)
    return replace(node, body=part) if isinstance(node, (Total, Stack)) else node
