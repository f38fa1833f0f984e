"""What shape a function's result has, and what to say where its arguments do not fit.

A rule takes the call and its arguments as they were understood.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.notation.shapes import (
    Shape,
    Size,
    affordable,
    core,
    elementwise_misfit,
    is_column,
    is_square,
    is_vector,
    misfitting,
    product_misfit,
    refused,
    shown,
    told,
)
from grader.notation.tree import Call, Name, Negation, Number
from grader.notation.typed import Typed

__all__ = [
    "Rule",
    "alike",
    "along",
    "diagonal",
    "dot",
    "entrywise",
    "first",
    "identity",
    "number",
    "of_column",
    "of_square",
    "of_square_a_number",
    "outer",
    "raised",
    "sized",
    "turned",
]

Rule = Callable[[Call, Sequence[Typed]], Shape]

_MATRIX = 2


def entrywise(_call: Call, arguments: Sequence[Typed]) -> Shape:
    """That of the argument."""
    return arguments[0].shape


first = entrywise


def number(_call: Call, _arguments: Sequence[Typed]) -> Shape:
    """A number, of anything."""
    return ()


def alike(call: Call, arguments: Sequence[Typed]) -> Shape:
    """Arguments of one shape, or numbers with anything."""
    result: Shape = ()
    where = 0
    for k, argument in enumerate(arguments):
        if argument.shape and not result:
            result, where = argument.shape, k
        elif argument.shape and argument.shape != result:
            pair = (result, argument.shape)
            raise elementwise_misfit(call, call.arguments[where], call.arguments[k], pair)
    return result


def raised(call: Call, arguments: Sequence[Typed]) -> Shape:
    """A base, and an exponent that is a number or of the base's shape."""
    return alike(call, arguments)


def along(call: Call, arguments: Sequence[Typed]) -> Shape:
    """Sums along one axis of a matrix, which stays with one entry."""
    shape, axis = arguments[0].shape, arguments[1].tree
    if not shape:
        return ()
    place = axis.operand if isinstance(axis, Negation) else axis
    if not isinstance(place, Number) or place.value not in (0.0, 1.0) or len(shape) != _MATRIX:
        raise refused(call, "A sum goes along axis 0 or 1 of a matrix.")
    first_axis = place.value == 0
    return core((1, shape[1]) if first_axis else (shape[0], 1))


def of_column(call: Call, arguments: Sequence[Typed]) -> Shape:
    """Of a column, the same."""
    shape = arguments[0].shape
    if shape and not is_vector(shape):
        raise misfitting(call, f"{told(call.arguments[0], shape)}; {call.function} takes a column.")
    return shape


def of_square(call: Call, arguments: Sequence[Typed]) -> Shape:
    """Of a square matrix, the same."""
    shape = arguments[0].shape
    if shape and not is_square(shape):
        what = told(call.arguments[0], shape)
        raise misfitting(call, f"{what}; {call.function} takes a square matrix.")
    return shape


def of_square_a_number(call: Call, arguments: Sequence[Typed]) -> Shape:
    """Of a square matrix, a number."""
    of_square(call, arguments)
    return ()


def diagonal(call: Call, arguments: Sequence[Typed]) -> Shape:
    """Of a column the diagonal matrix, of a square matrix its diagonal as a column."""
    shape = arguments[0].shape
    if not shape:
        return ()
    if is_column(shape):
        return (shape[0], shape[0])
    if is_square(shape):
        return (shape[0], 1)
    what = told(call.arguments[0], shape)
    raise misfitting(call, f"{what}; diag takes a column or a square matrix.")


def _length(shape: Shape) -> Size:
    """Of a column or a row."""
    return shape[0] if is_column(shape) else shape[1]


def outer(call: Call, arguments: Sequence[Typed]) -> Shape:
    """Of two columns (or rows) the matrix of all products."""
    left, right = (a.shape for a in arguments)
    if not (is_vector(left) and is_vector(right)):
        both = f"{shown(left)} and {shown(right)}"
        raise misfitting(call, f"The outer product takes two columns; these are {both}.")
    result = (_length(left), _length(right))
    affordable(call, result)
    return result


def dot(call: Call, arguments: Sequence[Typed]) -> Shape:
    """Of two vectors of one shape a number; that of anything else is the matrix product."""
    left, right = (a.shape for a in arguments)
    if left != right or not is_vector(left):
        raise product_misfit(call, call.arguments[0], call.arguments[1], (left, right))
    return ()


def turned(call: Call, arguments: Sequence[Typed]) -> Shape:
    """The axes the other way round."""
    shape = arguments[0].shape
    if len(shape) > _MATRIX:
        what = told(call.arguments[0], shape)
        raise misfitting(call, f"{what}; only a matrix or a column has a transpose.")
    return shape[::-1]


def sized(call: Call, arguments: Sequence[Typed]) -> Shape:
    """``ones(N, M)``, ``ones(N)`` a column, ``ones(x)`` in the shape of an array."""
    if len(arguments) == 1 and arguments[0].shape:
        return arguments[0].shape
    sizes = tuple(_size(call, k, a) for k, a in enumerate(arguments))
    affordable(call, sizes)
    return core(sizes)


def identity(call: Call, arguments: Sequence[Typed]) -> Shape:
    """``I(N)``, ``eye(N, M)``."""
    sizes = [_size(call, k, a) for k, a in enumerate(arguments)]
    result = (sizes[0], sizes[-1])
    affordable(call, result)
    return core(result)


def _size(call: Call, position: int, argument: Typed) -> Size:
    """A dimension's name or a whole number."""
    tree = argument.tree
    if isinstance(tree, Name) and argument.is_dimension:
        return tree.name
    if isinstance(tree, Number) and tree.value >= 1 and tree.value.is_integer():
        return int(min(tree.value, 1e9))  # beyond any bound on results
    what = told(call.arguments[position], argument.shape)
    raise refused(call, f"{call.function} takes whole numbers such as N; {what}.")
