"""Our formulas in the notations that other programs read: the same mathematics, as far as they go.

``matrices``: names with shapes, matrix products with ``*``, everything entry by entry as a function
(mitx-grading-library). ``scalars``: LaTeX of letters that commute, without transposes (Math-Verify,
sympy): less than what was asked, but what they can do. No two answers have the same names, or a
program would remember what it has read before.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from grader.notation.errors import NotationError
from grader.notation.evaluate import evaluate
from grader.notation.style import digits
from grader.notation.tree import (
    COMPARISONS,
    Binary,
    Call,
    Expression,
    Name,
    Negation,
    Number,
    Transpose,
    fold,
)

__all__ = ["SHAPES", "SIZES", "NotTranslatedError", "matrices", "scalars"]

SIZES = {"N": 4, "M": 3, "1": 1}
SHAPES = {
    "x": "N1",
    "xp": "N1",
    "h": "M1",
    "b1": "M1",
    "b2": "N1",
    "z1": "M1",
    "z2": "N1",
    "W1": "NM",
    "W2": "MN",
    "grad_xp": "N1",
    "grad_z2": "N1",
    "grad_b2": "N1",
    "grad_h": "M1",
    "grad_z1": "M1",
    "grad_b1": "M1",
    "grad_W1": "NM",
    "grad_W2": "MN",
}
_LETTERS = dict(zip(SHAPES, "xyhbcuvWVpqrstklm", strict=False))
_USED = sorted({*_LETTERS.values(), "w"})
_ALPHABET = "abchjkmnpqrstuvwxyzABFGHJKLMPRTUVWXYZ"
"""Letters without a meaning of their own, such as e and i."""

_VALUES = {
    name: np.ones((1, *(SIZES[size] for size in shape))) for name, shape in SHAPES.items()
} | {name: np.array([float(size)]) for name, size in SIZES.items()}


class NotTranslatedError(Exception):
    """The other program has nothing for it."""


def matrices(tree: Expression, number: int) -> str:
    """For a program that knows shapes, by our node's shapes; names end in the number.

    Raises:
        NotTranslatedError: there is nothing for a part of it.
    """
    text = fold(tree, _matrix_part)[0]
    return re.sub(rf"\b(?:{'|'.join(SHAPES)})\b", lambda match: f"{match[0]}_{number}", text)


_Part = tuple[str, tuple[int, ...]]


def _matrix_part(node: Expression, below: Sequence[_Part]) -> _Part:
    try:
        shape = evaluate(node, _VALUES).shape[1:]
    except NotationError as error:
        raise NotTranslatedError(str(error)) from error
    return _matrix_text(node, below), shape


def _matrix_text(node: Expression, below: Sequence[_Part]) -> str:
    texts = [text for text, _shape in below]
    match node:
        case Number():
            return digits(node.value)
        case Name() if node.name in SHAPES:
            return node.name
        case Negation():
            return f"(-{texts[0]})"
        case Transpose():
            return f"trans({texts[0]})" if below[0][1] else texts[0]
        case Binary():
            return _matrix_binary(node.operator, below)
        case Call():
            return _matrix_call(node.function, texts)
    raise NotTranslatedError(type(node).__name__)


_ENTRYWISE = {"+": "plus", "-": "minus", "*": "had", ".*": "had", "/": "over", "^": "raised"}


def _matrix_binary(operator: str, below: Sequence[_Part]) -> str:
    (left, a), (right, b) = below
    if operator == ">":
        return f"above({left}, {right})"
    if operator in COMPARISONS:
        raise NotTranslatedError(operator)
    is_plain = {
        "+": a == b,
        "-": a == b,
        "@": True,
        "*": a != b or not a,
        ".*": not (a and b),
        "/": not b,
        "^": not a,
    }[operator]
    sign = {"@": "*", ".*": "*"}.get(operator, operator)
    return f"({left} {sign} {right})" if is_plain else f"{_ENTRYWISE[operator]}({left}, {right})"


_MATRIX_CALLS: Mapping[str, str] = {
    "sigmoid": "sigmoid({0})",
    "relu": "relu({0})",
    "relu'": "above({0}, 0)",
    "sigmoid'": "had(sigmoid({0}), minus(1, sigmoid({0})))",
    "exp": "expo({0})",
    "square": "had({0}, {0})",
    "diag": "dg({0})",
    "outer": "({0} * trans({1}))",
    "multiply": "had({0}, {1})",
    "matmul": "({0} * {1})",
    "dot": "({0} * {1})",
    "where": "choose({0}, {1}, {2})",
    "indicator": "{0}",
}


def _matrix_call(function: str, texts: Sequence[str]) -> str:
    if function not in _MATRIX_CALLS:
        raise NotTranslatedError(function)
    return _MATRIX_CALLS[function].format(*texts)


# --- letters that commute -----------------------------------------------------------------------


def scalars(tree: Expression, number: int) -> str:
    """LaTeX in which every quantity is a number; the number chooses the letters.

    Raises:
        NotTranslatedError: there is nothing for a part of it.
    """
    chosen = random.Random(number).sample(_ALPHABET, len(_USED))
    letters = dict(zip(_USED, chosen, strict=True))
    text = fold(tree, _scalar_part)
    return re.sub(r"(?<![\\a-zA-Z])[a-zA-Z](?![a-zA-Z])", lambda match: letters[match[0]], text)


def _scalar_part(node: Expression, below: Sequence[str]) -> str:
    match node:
        case Number():
            return digits(node.value)
        case Name() if node.name in _LETTERS:
            return _LETTERS[node.name]
        case Negation():
            return f"(-{below[0]})"
        case Transpose():
            return below[0]
        case Binary():
            return _scalar_binary(node.operator, *below)
        case Call() if node.function in _SCALAR_CALLS:
            return _SCALAR_CALLS[node.function](*below)
    raise NotTranslatedError(type(node).__name__)


def _scalar_binary(operator: str, left: str, right: str) -> str:
    if operator in ("*", ".*", "@"):
        return rf"{left} \cdot {right}"
    if operator == "/":
        return rf"\frac{{{left}}}{{{right}}}"
    if operator == "^":
        return f"({left})^{{{right}}}"
    if operator in COMPARISONS:
        return "w"  # a letter for whether the unit is on
    return f"({left} {operator} {right})"


def _sigmoid(inside: str) -> str:
    return rf"\frac{{1}}{{1 + \exp(-{inside})}}"


_SCALAR_CALLS: Mapping[str, Callable[..., str]] = {
    "sigmoid": _sigmoid,
    "sigmoid'": lambda a: rf"{_sigmoid(a)} \cdot (1 - {_sigmoid(a)})",
    "relu'": lambda _a: "w",
    "exp": lambda a: rf"\exp({a})",
    "square": lambda a: f"({a})^{{2}}",
    "diag": lambda a: a,
    "sum": lambda a: a,
    **dict.fromkeys(("outer", "dot", "multiply", "matmul"), lambda a, b: rf"{a} \cdot {b}"),
    "where": lambda _condition, a, _b: rf"w \cdot {a}",
    "indicator": lambda a: a,
}
