"""SymPy's opinion on scalar formulas: whether one is zero, exactly.

The tree is translated node by node; text never reaches SymPy. Only rational functions of few
operations are asked about: for them it always comes to an answer, and soon.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from grader.notation.tree import Binary, Expression, Name, Negation, Number, fold, postorder

__all__ = ["is_exactly_zero"]

_MOST_NODES = 80
_LARGEST_POWER = 8


def is_exactly_zero(tree: Expression) -> bool | None:
    """Whether a scalar formula is zero; None where it is no small rational function.

    Numbers count as they were written: 0.1 is one tenth.
    """
    if len(postorder(tree)) > _MOST_NODES or not _is_rational(tree):
        return None
    import sympy  # noqa: PLC0415  # heavy

    def combine(node: Expression, below: Sequence[Any]) -> Any:
        match node:
            case Number(value=value):
                written = Fraction(repr(value))
                return sympy.Rational(written.numerator, written.denominator)
            case Name(name=name):
                return sympy.Symbol(name)
            case Negation():
                return -below[0]
            case _:
                assert isinstance(node, Binary)  # noqa: S101 - as `_is_rational` saw
                return _OPERATIONS[node.operator](*below)

    try:
        return bool(sympy.cancel(fold(tree, combine)) == 0)
    except (ZeroDivisionError, sympy.PolynomialError):
        return None


_OPERATIONS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    ".*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
}


def _is_rational(tree: Expression) -> bool:
    return all(_is_allowed(node) for node in postorder(tree))


def _is_allowed(node: Expression) -> bool:
    if not isinstance(node, Binary):
        return isinstance(node, (Number, Name, Negation))
    if node.operator != "^":
        return node.operator in _OPERATIONS
    exponent = node.right.operand if isinstance(node.right, Negation) else node.right
    is_whole = isinstance(exponent, Number) and exponent.value.is_integer()
    return is_whole and isinstance(exponent, Number) and exponent.value <= _LARGEST_POWER
