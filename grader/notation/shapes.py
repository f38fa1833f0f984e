"""How arrays meet in a formula: which products and sums fit, and what is said when they do not.

Every array has one leading batch axis (length 1 or the common length), then its core: nothing (a
number), one axis (a vector: a column that knows it is NumPy's 1-D array), two (a matrix) or more
(an image with channels; elementwise use only). A core of one entry counts as a number.

NumPy's broadcasting is not used between cores: it makes a wrong shape right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.notation.errors import NotationError, ShapeMisfitError
from grader.notation.lexer import excerpt
from grader.notation.tree import Binary, Call, Expression, Negation, Transpose
from reference.operations import Array

__all__ = [
    "MAX_ELEMENTS",
    "MAX_EXPONENT",
    "affordable",
    "column",
    "core",
    "elementwise",
    "entries",
    "matrix_product",
    "misfitting",
    "power",
    "product",
    "refused",
    "settled",
    "shown",
    "told",
    "transposed",
    "words",
]

MAX_ELEMENTS = 1_000_000
MAX_EXPONENT = 64
_MAX_WORK = 10_000_000
_MATRIX = 3  # axes of a batch of matrices

_VERBS = {
    "+": "cannot be added to",
    "-": "cannot have subtracted from it",
    "*": "cannot multiply",
    ".*": "cannot multiply, entry by entry,",
    "@": "cannot multiply",
    "/": "cannot be divided by",
    "^": "cannot have as its power",
}


# --- what an array is ---------------------------------------------------------------------------


def settled(a: Array) -> Array:
    """The array, as a number where its core has one entry."""
    return a.reshape(len(a)) if a.ndim > 1 and a.size == len(a) else a


def core(a: Array) -> tuple[int, ...]:
    """The shape without the batch axis; a vector is a column."""
    shape = a.shape[1:]
    return (shape[0], 1) if len(shape) == 1 else shape


def column(a: Array) -> Array:
    """A vector as a matrix of one column; anything else as it is."""
    return a[:, :, None] if a.ndim == _MATRIX - 1 else a


def entries(a: Array) -> Array | None:
    """The entries of a number, column or row as a vector; None of anything else."""
    shape = core(a)
    if len(shape) > 2 or (len(shape) == 2 and 1 not in shape):  # noqa: PLR2004 - two axes
        return None
    return a.reshape(len(a), -1)


def shown(a: Array) -> str:
    """The shape in words: ``3 x 2``, or ``a number``."""
    return " x ".join(map(str, core(a))) or "a number"


def words(node: Expression) -> str:
    """The node as the student wrote it."""
    start, end = node.span
    text = node.source[start:end]
    return excerpt(" ".join(text.split())) or "this"


def told(node: Expression, a: Array) -> str:
    """The node and its shape: ``W2.T is 3 x 2``."""
    return f"{words(node)} is {shown(a)}"


# --- refusals -----------------------------------------------------------------------------------


def refused(node: Expression, message: str) -> NotationError:
    """An error at the node's operator or function (the whole node where it has none)."""
    return NotationError(message, node.source, getattr(node, "at", node.span))


def misfitting(node: Expression, message: str) -> ShapeMisfitError:
    """An error at the same place, about shapes that do not fit."""
    return ShapeMisfitError(message, node.source, getattr(node, "at", node.span))


def affordable(node: Expression, elements: int, work: int = 0) -> None:
    """Refuse a result that is too large, before it is made."""
    if elements > MAX_ELEMENTS or work > _MAX_WORK:
        raise refused(node, f"The result of {words(node)} would be too large to work with.")


def _misfit(node: Expression, a: Array, b: Array, hint: str) -> ShapeMisfitError:
    left, right = node.parts[:2]
    operator = node.operator if isinstance(node, Binary) else ""
    name = node.function if isinstance(node, Call) else operator
    verb = _VERBS.get(operator, f"does not fit together, in {name}, with")
    return misfitting(node, f"{told(left, a)} and {verb} {words(right)} ({shown(b)}); {hint}")


def _turned(node: Expression) -> str:
    """The transpose of what the student wrote, as they would write it."""
    if isinstance(node, Transpose):
        return words(node.operand)
    bracketed = isinstance(node, (Binary, Negation))
    return f"({words(node)}).T" if bracketed else f"{words(node)}.T"


def _elementwise_hint(node: Expression, a: Array, b: Array) -> str:
    right = node.parts[1]
    if core(a) == core(b)[::-1]:
        return f"did you mean {_turned(right)}?"
    return "the shapes must be equal, or one of the two a number."


def _product_hint(node: Expression, a: Array, b: Array) -> str:
    left, right = node.parts[:2]
    (rows, inner), (first, columns) = core(a), core(b)
    if (inner, columns) == (1, 1) and rows == first:
        return (
            f"write {_turned(left)} @ {words(right)} for the dot product or "
            f"{words(left)} @ {_turned(right)} for the outer product."
        )
    if rows == first and inner == columns:
        return f"did you mean {_turned(left)} @ {words(right)} or {words(left)} @ {_turned(right)}?"
    if rows == first or inner == columns:
        return f"did you mean {_turned(left if rows == first else right)}?"
    if (columns, rows) == (first, inner):
        return "check the order of the factors."
    return f"the {inner} columns of the one must be as many as the {first} rows of the other."


# --- arithmetic ---------------------------------------------------------------------------------


def elementwise(
    function: Callable[[Array, Array], Any], node: Expression, a: Array, b: Array
) -> Array:
    """Entry by entry: equal cores, or a number with anything.

    Raises:
        ShapeMisfitError: the shapes differ.
    """
    if a.shape[1:] != b.shape[1:]:
        a, b = _aligned(node, a, b)
    affordable(node, _elements(a, b))
    result: Array = function(a, b)
    return result


def _elements(a: Array, b: Array) -> int:
    """How many entries two arrays of one core (or a number and an array) give together."""
    if len(a) == len(b) or not (a.size and b.size):
        return max(a.size, b.size)
    return max(a.size // len(a), b.size // len(b)) * max(len(a), len(b))


def _aligned(node: Expression, a: Array, b: Array) -> tuple[Array, Array]:
    if a.ndim == 1:
        return a.reshape(a.shape + (1,) * (b.ndim - 1)), b
    if b.ndim == 1:
        return a, b.reshape(b.shape + (1,) * (a.ndim - 1))
    if core(a) == core(b):
        return column(a), column(b)
    raise _misfit(node, a, b, _elementwise_hint(node, a, b))


def product(node: Expression, a: Array, b: Array) -> Array:
    """``*``: a number scales, equal shapes multiply entry by entry, others as matrices.

    Raises:
        ShapeMisfitError: neither fits.
    """
    if a.ndim == 1 or b.ndim == 1 or core(a) == core(b):
        return elementwise(np.multiply, node, a, b)
    if core(a)[-1] == core(b)[0]:
        return matrix_product(node, a, b)
    if len(core(a)) != len(core(b)):
        raise _misfit(node, a, b, "the shapes must be equal, or one of the two a number.")
    raise _misfit(node, a, b, _product_hint(node, a, b))


def matrix_product(node: Expression, a: Array, b: Array) -> Array:
    """``@``: the matrix product; a number scales; a vector on the left is a row where NumPy's is.

    Raises:
        ShapeMisfitError: the inner dimensions differ, or a factor has more than two axes.
    """
    if a.ndim == 1 or b.ndim == 1:
        return elementwise(np.multiply, node, a, b)
    if max(a.ndim, b.ndim) > _MATRIX:
        raise _misfit(node, a, b, "a matrix product takes matrices and columns.")
    left, right = column(a), column(b)
    as_row = a.ndim < _MATRIX and left.shape[1] == right.shape[1]
    if as_row:
        left = np.swapaxes(left, 1, 2)
    if left.shape[2] != right.shape[1]:
        raise _misfit(node, a, b, _product_hint(node, a, b))
    size = max(len(a), len(b)) * left.shape[1] * right.shape[2]
    affordable(node, size, size * left.shape[2])
    result: Array = np.matmul(left, right)
    is_vector = as_row or b.ndim < _MATRIX
    return settled(result.reshape(len(result), -1) if is_vector else result)


def power(node: Expression, a: Array, b: Array) -> Array:
    """``^``: entry by entry, of a matrix too; exponents are bounded.

    Raises:
        NotationError: the exponent is too large.
        ShapeMisfitError: the shapes differ.
    """
    if b.size and np.abs(b).max() > MAX_EXPONENT:
        raise refused(node, f"An exponent lies between -{MAX_EXPONENT} and {MAX_EXPONENT}.")
    return elementwise(np.power, node, a, b)


def transposed(node: Expression, a: Array) -> Array:
    """``.T``: of a column its row, of a number itself.

    Raises:
        ShapeMisfitError: there are more than two axes.
    """
    if a.ndim > _MATRIX:
        what = told(node.parts[0], a)
        raise misfitting(node, f"{what}; only a matrix or a column has a transpose.")
    return a if a.ndim == 1 else np.swapaxes(column(a), 1, 2)
