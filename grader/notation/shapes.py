"""The algebra of shapes: what fits, what a result's shape is, and what to say where nothing fits.

A shape is the sizes of an array's axes: numbers, or names of dimensions such as ``N``, which equal
only themselves. A number has none, a column is ``(n, 1)``. NumPy's broadcasting is not used: it
makes a wrong shape right.
"""

from __future__ import annotations

from math import prod

from grader.notation.errors import NotationError, ShapeMisfitError
from grader.notation.lexer import excerpt
from grader.notation.tree import Binary, Call, Expression, Negation, Number, Transpose

__all__ = [
    "MAX_ELEMENTS",
    "Size",
    "affordable",
    "core",
    "elementwise_misfit",
    "is_column",
    "is_square",
    "is_vector",
    "misfitting",
    "product_misfit",
    "refused",
    "shown",
    "told",
    "words",
]

Size = int | str
Shape = tuple[Size, ...]

MAX_ELEMENTS = 10_000
"""Of one array, a named dimension counted as eight."""

_NAMED = 8
_AXES = 2  # of a matrix

_VERBS = {
    "+": "cannot be added to",
    "-": "cannot have subtracted from it",
    "*": "cannot multiply",
    ".*": "cannot multiply, entry by entry,",
    "@": "cannot multiply",
    "/": "cannot be divided by",
    "^": "cannot have as its power",
    "⊗": "has no outer product with",
}


# --- what a shape is ----------------------------------------------------------------------------


def core(shape: Shape) -> Shape:
    """The shape as it is worked with: a list is a column, one entry is a number.

    >>> core((3,)), core((1, 1)), core(("N", "M"))
    ((3, 1), (), ('N', 'M'))
    """
    if all(size == 1 for size in shape):
        return ()
    return (shape[0], 1) if len(shape) == 1 else shape


def is_column(shape: Shape) -> bool:
    """Whether it is a column."""
    return len(shape) == _AXES and shape[1] == 1


def is_vector(shape: Shape) -> bool:
    """Whether it is a column or a row."""
    return len(shape) == _AXES and 1 in shape


def is_square(shape: Shape) -> bool:
    """Whether it is a matrix with as many rows as columns."""
    return len(shape) == _AXES and shape[0] == shape[1]


def shown(shape: Shape) -> str:
    """The shape in words: ``N x M``, or ``a number``."""
    return " x ".join(map(str, shape)) or "a number"


def words(node: Expression) -> str:
    """The node as the student wrote it."""
    start, end = node.span
    text = node.source[start:end]
    return excerpt(" ".join(text.split())) or "this"


def told(node: Expression, shape: Shape) -> str:
    """The node and its shape: ``W2.T is N x M``."""
    return f"{words(node)} is {shown(shape)}"


# --- refusals -----------------------------------------------------------------------------------


def refused(node: Expression, message: str) -> NotationError:
    """An error at the node's operator or function (the whole node where it has none)."""
    return NotationError(message, node.source, getattr(node, "at", node.span))


def misfitting(node: Expression, message: str) -> ShapeMisfitError:
    """An error at the same place, about shapes that do not fit."""
    return ShapeMisfitError(message, node.source, getattr(node, "at", node.span))


def affordable(node: Expression, *shapes: Shape) -> None:
    """Refuse an array that is too large, before it is made."""
    for shape in shapes:
        if prod(size if isinstance(size, int) else _NAMED for size in shape) > MAX_ELEMENTS:
            raise refused(node, f"The result of {words(node)} would be too large to work with.")


def elementwise_misfit(
    node: Expression, left: Expression, right: Expression, shapes: tuple[Shape, Shape]
) -> ShapeMisfitError:
    """What to say where two shapes are not equal."""
    a, b = shapes
    if a == b[::-1] and len(a) == _AXES:
        return _misfit(node, left, right, shapes, f"did you mean {_turned(right)}?")
    hint = "the shapes must be equal, or one of the two a number."
    return _misfit(node, left, right, shapes, hint)


def product_misfit(
    node: Expression, left: Expression, right: Expression, shapes: tuple[Shape, Shape]
) -> ShapeMisfitError:
    """What to say where a product does not fit."""
    if not all(len(shape) == _AXES for shape in shapes):
        return elementwise_misfit(node, left, right, shapes)
    return _misfit(node, left, right, shapes, _product_hint(left, right, shapes))


def _misfit(
    node: Expression,
    left: Expression,
    right: Expression,
    shapes: tuple[Shape, Shape],
    hint: str,
) -> ShapeMisfitError:
    left = _last_factor(left)
    operator = node.operator if isinstance(node, Binary) else ""
    name = node.function if isinstance(node, Call) else operator
    verb = _VERBS.get(operator, f"does not fit together, in {name}, with")
    other = f"{words(right)} ({_described(shapes[1])})"
    return misfitting(node, f"{told(left, shapes[0])} and {verb} {other}; {hint}")


def _described(shape: Shape) -> str:
    """``a column of length N`` says more than ``N x 1``."""
    return f"a column of length {shape[0]}" if is_column(shape) else shown(shape)


def _last_factor(node: Expression) -> Expression:
    """What a number scales: of ``2 W`` it is W that does not fit."""
    while isinstance(node, Binary) and node.operator == "*" and _is_literal(node.left):
        node = node.right
    return node


def _is_literal(node: Expression) -> bool:
    return isinstance(node.operand if isinstance(node, Negation) else node, Number)


def _bracketed(node: Expression) -> str:
    """As the student wrote it, in brackets where it is a sum."""
    is_sum = isinstance(node, Negation) or (isinstance(node, Binary) and node.operator in "+-")
    return f"({words(node)})" if is_sum else words(node)


def _turned(node: Expression) -> str:
    """The transpose of what the student wrote, as they would write it."""
    if isinstance(node, Transpose):
        return words(node.operand)
    bracketed = isinstance(node, (Binary, Negation))
    return f"({words(node)}).T" if bracketed else f"{words(node)}.T"


def _product_hint(left: Expression, right: Expression, shapes: tuple[Shape, Shape]) -> str:
    left = _last_factor(left)
    (rows, inner), (first, columns) = shapes
    if (inner, columns) == (1, 1) and rows == first:
        return (
            f"write {_turned(left)} @ {_bracketed(right)} for the dot product or "
            f"{_bracketed(left)} @ {_turned(right)} for the outer product."
        )
    if rows == first and inner == columns:
        return f"did you mean {_turned(left)} @ {words(right)} or {words(left)} @ {_turned(right)}?"
    if (inner, columns) == (1, 1):
        return f"for the outer product write {_bracketed(left)} @ {_turned(right)}."
    if rows == first or inner == columns:
        return f"did you mean {_turned(left if rows == first else right)}?"
    if (columns, rows) == (first, inner):
        return "check the order of the factors."
    return f"the {inner} columns of the one must be as many as the {first} rows of the other."
