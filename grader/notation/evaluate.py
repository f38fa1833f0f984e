"""The value of a formula, by shapes: one walk over the tree, one array a node.

Works on a whole batch at once, and never on text. What fits and what does not is decided in
`grader.notation.shapes`, what a function does in `grader.notation.functions`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.notation import shapes
from grader.notation.errors import NotationError
from grader.notation.functions import FUNCTIONS, canonical, explain_unknown
from grader.notation.lexer import excerpt
from grader.notation.tree import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Negation,
    Number,
    Transpose,
    postorder,
)
from reference.operations import Array

__all__ = ["evaluate"]

_MAX_TOTAL = 10_000_000
"""Elements of all results of one evaluation together."""

_Values = Mapping[str, Array]
_Operator = Callable[[Expression, Array, Array], Array]


def evaluate(expression: Expression, values: Mapping[str, Array]) -> Array:
    """The value of a formula.

    Args:
        expression: what `parse` gave.
        values: for each name an array: one batch axis (length 1 or the common length), then the
            quantity's own axes. One-dimensional quantities are columns. The dimensions that
            ``ones(N, M)`` needs are numbers among them.

    Returns:
        The batch axis and the core: nothing for a number, two axes for a matrix or column, the
        quantity's own where it has more. NaN and infinity are values like any other.

    Raises:
        ShapeMisfitError: shapes do not fit.
        NotationError: a name or function is not known, a result is too large.
    """
    stack: list[Array] = []
    total = 0
    with np.errstate(all="ignore"):
        for node in postorder(expression):
            first = len(stack) - len(node.parts)
            below = stack[first:]
            del stack[first:]
            result = _RULES[type(node)](node, below, values)
            total += result.size
            if total > _MAX_TOTAL:
                raise shapes.refused(node, "The formula is too much work.")
            stack.append(result)
    return shapes.column(stack[0])


# --- one rule a kind of node --------------------------------------------------------------------


def _number(node: Number, _below: Sequence[Array], _values: _Values) -> Array:
    return np.array([node.value])


def _name(node: Name, _below: Sequence[Array], values: _Values) -> Array:
    value = values.get(node.name)
    if value is None:
        raise _unknown(node, values)
    return shapes.settled(np.asarray(value, dtype=np.float64))


def _negation(_node: Negation, below: Sequence[Array], _values: _Values) -> Array:
    return np.negative(below[0])


def _binary(node: Binary, below: Sequence[Array], _values: _Values) -> Array:
    return _OPERATORS[node.operator](node, below[0], below[1])


def _transpose(node: Transpose, below: Sequence[Array], _values: _Values) -> Array:
    return shapes.transposed(node, below[0])


def _call(node: Call, below: Sequence[Array], _values: _Values) -> Array:
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise shapes.refused(node, explain_unknown(node))
    least, most = function.arguments
    if not least <= len(below) <= most:
        expected = str(least) if least == most else f"{least} or {most}"
        raise shapes.refused(
            node, f"{node.function} takes {expected} arguments and was given {len(below)}."
        )
    return function.value(node, below)


def _index(node: Index, _below: Sequence[Array], _values: _Values) -> Array:
    raise shapes.refused(
        node, f"{shapes.words(node)}: single entries cannot be used in a formula; use whole arrays."
    )


_RULES: Mapping[type, Callable[[Any, Sequence[Array], _Values], Array]] = MappingProxyType(
    {
        Number: _number,
        Name: _name,
        Negation: _negation,
        Binary: _binary,
        Transpose: _transpose,
        Call: _call,
        Index: _index,
    }
)


# --- one row an operator ------------------------------------------------------------------------


def _entrywise(function: Callable[[Array, Array], Any]) -> _Operator:
    return lambda node, a, b: shapes.elementwise(function, node, a, b)


def _compared(function: Callable[[Array, Array], Any]) -> _Operator:
    return lambda node, a, b: shapes.elementwise(function, node, a, b).astype(np.float64)


_OPERATORS: Mapping[str, _Operator] = MappingProxyType(
    {
        "+": _entrywise(np.add),
        "-": _entrywise(np.subtract),
        "*": shapes.product,
        ".*": _entrywise(np.multiply),
        "@": shapes.matrix_product,
        "/": _entrywise(np.divide),
        "^": shapes.power,
        "<": _compared(np.less),
        ">": _compared(np.greater),
        "<=": _compared(np.less_equal),
        ">=": _compared(np.greater_equal),
        "==": _compared(np.equal),
        "!=": _compared(np.not_equal),
    }
)


# --- names that are not known -------------------------------------------------------------------


def _unknown(node: Name, values: _Values) -> NotationError:
    name = excerpt(node.name)
    return shapes.refused(node, f"{name} is not known here; {_hint(node, values)}")


def _hint(node: Name, values: _Values) -> str:
    name = node.name
    if canonical(name):
        return f"it is a function, write {name}(...)."
    if name == "e":
        return "for a power of e write exp(...)."
    if name.rstrip("'") in values:
        return f"for the transpose write {name.replace(chr(39), '')}.T."
    is_called = node.source[node.span[1] :].lstrip().startswith("(")
    close = _closest(name, [*FUNCTIONS, *values] if is_called else list(values))
    if close:
        return f"did you mean {close}?"
    return f"the names are {', '.join(values)}." if values else "there are no names."


def _closest(name: str, known: list[str]) -> str:
    """The known name nearest to it, or nothing."""
    return next(iter(difflib.get_close_matches(excerpt(name), known, n=1, cutoff=0.5)), "")
