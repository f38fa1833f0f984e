"""The value of a formula that has been understood: one walk over the tree, one array a node.

Works on a whole batch at once, and never on text. What fits was decided before, by
`grader.notation.readings`; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.notation.functions import FUNCTIONS, matched
from grader.notation.tree import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Negation,
    Number,
    Rows,
    Stack,
    Total,
    Transpose,
    postorder,
)
from reference.operations import Array

__all__ = ["evaluate"]

_Values = Mapping[str, Array]
_MATRIX = 3  # axes of a batch of matrices


@dataclass(frozen=True, slots=True, eq=False)
class _Spread:
    """Numbers at every value of some letters: a batch axis, then one axis a letter, in order."""

    letters: tuple[str, ...]
    array: Array


_Value = Any  # an array, or numbers spread over letters


def evaluate(expression: Expression, values: Mapping[str, Array]) -> Array:
    """The value of a formula.

    Args:
        expression: the tree of a `grader.notation.typed.Typed`.
        values: for each name an array: one batch axis (length 1 or the common length), then the
            quantity's own axes. The dimensions that ``ones(N, M)`` needs are numbers among them.

    Returns:
        The batch axis and the core: nothing for a number, two axes for a matrix or column, the
        quantity's own where it has more. NaN and infinity are values like any other.
    """
    stack: list[_Value] = []
    with np.errstate(all="ignore"):
        for node in postorder(expression):
            first = len(stack) - len(node.parts)
            below = stack[first:]
            del stack[first:]
            stack.append(_RULES[type(node)](node, below, values))
    return np.asarray(stack[0])


# --- one rule a kind of node --------------------------------------------------------------------


def _number(node: Number, _below: Sequence[_Value], _values: _Values) -> _Value:
    return np.array([node.value])


def _name(node: Name, _below: Sequence[_Value], values: _Values) -> _Value:
    value = values.get(node.name)
    if value is None:  # an index, whose values the node above knows
        return node.name
    return _settled(value if isinstance(value, np.ndarray) else np.asarray(value, dtype=np.float64))


def _settled(a: Array) -> Array:
    """A list as a column, and one entry as a number."""
    if a.ndim == 1:
        return a
    if a.size == len(a):
        return a.reshape(len(a))
    return a[:, :, None] if a.ndim == _MATRIX - 1 else a


def _negation(_node: Negation, below: Sequence[_Value], _values: _Values) -> _Value:
    return _applied(lambda arguments: np.negative(arguments[0]), below)


def _binary(node: Binary, below: Sequence[_Value], _values: _Values) -> _Value:
    left, right = below
    if isinstance(left, _Spread) or isinstance(right, _Spread):
        return _applied(lambda pair: _OPERATORS[node.operator](*pair), below)
    if node.operator == "@":
        return (
            _settled(np.matmul(left, right)) if left.ndim == right.ndim == _MATRIX else left * right
        )
    if left.ndim != right.ndim:
        left, right = matched(left, right)
    return _OPERATORS[node.operator](left, right)


def _transpose(_node: Transpose, below: Sequence[_Value], _values: _Values) -> _Value:
    a = below[0]
    return a if isinstance(a, _Spread) or a.ndim == 1 else np.swapaxes(a, 1, 2)


def _call(node: Call, below: Sequence[_Value], _values: _Values) -> _Value:
    return _applied(FUNCTIONS[node.function].value, below)


# --- what depends on an index -------------------------------------------------------------------


def _applied(function: Callable[[Sequence[Array]], Any], arguments: Sequence[_Value]) -> _Value:
    """The function's value, at every index where an argument depends on one."""
    spread = [a for a in arguments if isinstance(a, _Spread)]
    if not spread:
        return np.asarray(function(arguments))
    letters = tuple(sorted({letter for a in spread for letter in a.letters}))
    return _Spread(letters, np.asarray(function([_over(a, letters) for a in arguments])))


def _over(value: _Value, letters: tuple[str, ...]) -> Array:
    """The numbers with one axis for each of the letters."""
    if not isinstance(value, _Spread):
        return np.reshape(value, (len(value),) + (1,) * len(letters))
    there = dict(zip(value.letters, value.array.shape[1:], strict=True))
    sizes = tuple(there.get(letter, 1) for letter in letters)
    return value.array.reshape((len(value.array), *sizes))


def _index(_node: Index, below: Sequence[_Value], _values: _Values) -> _Value:
    """The entries at all indices; the same letter twice means the diagonal."""
    array = below[0]
    letters = [str(letter) for letter in below[1:]]
    if array.ndim == _MATRIX and len(letters) == 1:
        array = array.reshape(len(array), -1)
    for letter in dict.fromkeys(letters):
        while letters.count(letter) > 1:
            first = letters.index(letter)
            second = letters.index(letter, first + 1)
            array = np.diagonal(array, axis1=1 + first, axis2=1 + second)
            letters = [
                *letters[:first],
                *letters[first + 1 : second],
                *letters[second + 1 :],
                letter,
            ]
    order = np.argsort(letters)
    return _Spread(tuple(sorted(letters)), np.transpose(array, (0, *(1 + order))))


def _total(node: Total, below: Sequence[_Value], _values: _Values) -> _Value:
    value = below[0]
    axis = 1 + value.letters.index(node.letter)
    letters = tuple(letter for letter in value.letters if letter != node.letter)
    array = value.array.sum(axis=axis)
    return _Spread(letters, array) if letters else array


def _stack(node: Stack, below: Sequence[_Value], values: _Values) -> _Value:
    """The array, one axis a letter; what does not depend on a letter is the same all along it."""
    ordered = tuple(sorted(node.letters))
    array = _over(below[0], ordered)
    array = np.transpose(array, (0, *(1 + ordered.index(letter) for letter in node.letters)))
    sizes = [s if isinstance(s, int) else int(np.ravel(values[s])[0]) for s in node.sizes]
    return _settled(np.broadcast_to(array, (len(array), *sizes)))


def _rows(node: Rows, below: Sequence[_Value], _values: _Values) -> _Value:
    """A matrix of numbers."""
    longest = max(len(cell) for cell in below)
    cells = [np.broadcast_to(cell, (longest,)) for cell in below]
    shape = (longest, len(node.rows), len(node.rows[0]))
    return _settled(np.stack(cells, axis=1).reshape(shape))


_RULES: Mapping[type, Callable[[Any, Sequence[_Value], _Values], _Value]] = MappingProxyType(
    {
        Number: _number,
        Name: _name,
        Negation: _negation,
        Binary: _binary,
        Transpose: _transpose,
        Call: _call,
        Index: _index,
        Total: _total,
        Stack: _stack,
        Rows: _rows,
    }
)


# --- one row an operator ------------------------------------------------------------------------


def _compared(function: Callable[[Array, Array], Any]) -> Callable[[Array, Array], Array]:
    return lambda a, b: np.asarray(function(a, b), dtype=np.float64)


_OPERATORS: Mapping[str, Callable[[Array, Array], Any]] = MappingProxyType(
    {
        "+": np.add,
        "-": np.subtract,
        "*": np.multiply,
        ".*": np.multiply,
        "/": np.divide,
        "^": np.power,
        "<": _compared(np.less),
        ">": _compared(np.greater),
        "<=": _compared(np.less_equal),
        ">=": _compared(np.greater_equal),
        "==": _compared(np.equal),
        "!=": _compared(np.not_equal),
    }
)
