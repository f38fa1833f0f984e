"""The functions of the students' language: one row a function, any of its spellings in any case."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.notation.lexer import excerpt
from grader.notation.shapes import (
    affordable,
    column,
    core,
    elementwise,
    entries,
    matrix_product,
    misfitting,
    power,
    refused,
    settled,
    shown,
    told,
    transposed,
    words,
)
from grader.notation.tree import Call, Expression, Name
from reference.operations import OPERATIONS, Array

__all__ = ["FUNCTIONS", "Function", "canonical", "explain_unknown", "is_foreign"]

Arguments = Sequence[Array]


@dataclass(frozen=True, slots=True)
class Function:
    """A row of the table.

    Attributes:
        value: the call and its arguments' arrays in, the result out.
        arguments: how many there may be: the least and the most.
        spellings: other names for it, in lower case where case does not matter.
    """

    value: Callable[[Call, Arguments], Array]
    arguments: tuple[int, int] = (1, 1)
    spellings: tuple[str, ...] = ()


# --- values -------------------------------------------------------------------------------------


def _entrywise(function: Callable[[Array], Any]) -> Callable[[Call, Arguments], Array]:
    return lambda _call, arguments: np.asarray(function(arguments[0]))


def _pairwise(function: Callable[[Array, Array], Any]) -> Callable[[Call, Arguments], Array]:
    return lambda call, arguments: elementwise(function, call, arguments[0], arguments[1])


def _sum(_call: Call, arguments: Arguments) -> Array:
    a = arguments[0]
    return np.asarray(a.reshape(len(a), -1).sum(axis=1))


def _mean(_call: Call, arguments: Arguments) -> Array:
    a = arguments[0]
    return np.asarray(a.reshape(len(a), -1).mean(axis=1))


def _count(_call: Call, arguments: Arguments) -> Array:
    a = arguments[0]
    return np.full(1, float(a[0].size))


def _diag(call: Call, arguments: Arguments) -> Array:
    """Of a column the diagonal matrix, of a square matrix its diagonal as a column."""
    a = column(arguments[0])
    if a.ndim == 1:
        return a
    if a.ndim == 3 and a.shape[2] == 1:  # noqa: PLR2004 - a batch of matrices
        affordable(call, a.size * a.shape[1])
        return np.asarray(a * np.eye(a.shape[1]))
    if a.ndim == 3 and a.shape[1] == a.shape[2]:  # noqa: PLR2004 - a batch of matrices
        return np.diagonal(a, axis1=1, axis2=2)
    raise misfitting(call, f"{told(call.arguments[0], a)}; diag takes a column or a square matrix.")


def _softmax(call: Call, arguments: Arguments) -> Array:
    a = arguments[0]
    vector = entries(a)
    if vector is None:
        raise misfitting(call, f"{told(call.arguments[0], a)}; softmax takes a column.")
    return np.asarray(OPERATIONS["softmax"].value(vector)).reshape(a.shape)


def _outer(call: Call, arguments: Arguments) -> Array:
    left, right = (entries(a) for a in arguments)
    if left is None or right is None:
        both = " and ".join(map(shown, arguments))
        raise misfitting(call, f"The outer product takes two columns; these are {both}.")
    affordable(call, max(len(left), len(right)) * left.shape[1] * right.shape[1])
    return settled(left[:, :, None] * right[:, None, :])


def _dot(call: Call, arguments: Arguments) -> Array:
    """Of two columns their dot product, of anything else the matrix product (as NumPy's)."""
    left, right = (entries(a) for a in arguments)
    if left is None or right is None or core(arguments[0]) != core(arguments[1]):
        return matrix_product(call, *arguments)
    return np.asarray((left * right).sum(axis=1))


def _where(call: Call, arguments: Arguments) -> Array:
    condition, yes, no = arguments
    chosen = elementwise(lambda c, a: np.where(c != 0, a, 0.0), call, condition, yes)
    other = elementwise(lambda c, a: np.where(c == 0, a, 0.0), call, condition, no)
    return elementwise(np.add, call, chosen, other)


def _size(call: Call, position: int, a: Array) -> int:
    number = float(a.flat[0]) if a.ndim == 1 and a.size else float("nan")
    if not (number >= 1 and number.is_integer() and (a == number).all()):
        what = told(call.arguments[position], a)
        raise refused(call, f"{call.function} takes whole numbers such as N; {what}.")
    return int(min(number, 1e9))  # beyond any bound on results


def _filled(value: float) -> Callable[[Call, Arguments], Array]:
    """``ones(N, M)``, ``ones(N)`` a column, ``ones(x)`` in the shape of an array."""

    def fill(call: Call, arguments: Arguments) -> Array:
        if len(arguments) == 1 and arguments[0].ndim > 1:
            return np.full_like(arguments[0], value)
        sizes = [_size(call, position, a) for position, a in enumerate(arguments)]
        affordable(call, int(np.prod([float(size) for size in sizes])))
        return settled(np.full((1, *sizes), value))

    return fill


def _eye(call: Call, arguments: Arguments) -> Array:
    sizes = [_size(call, position, a) for position, a in enumerate(arguments)]
    affordable(call, sizes[0] * sizes[-1])
    return settled(np.eye(sizes[0], sizes[-1])[None])


def _sigmoid_slope(x: Array) -> Array:
    y = OPERATIONS["sigmoid"].value(x)
    return np.asarray(y * (1.0 - y))


# --- the table ----------------------------------------------------------------------------------

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "sigmoid": Function(
            _entrywise(OPERATIONS["sigmoid"].value), spellings=("σ", "sigma", "logistic")
        ),
        "relu": Function(_entrywise(OPERATIONS["relu"].value)),
        "tanh": Function(_entrywise(np.tanh)),
        "exp": Function(_entrywise(np.exp)),
        "log": Function(_entrywise(np.log), spellings=("ln",)),
        "sqrt": Function(_entrywise(np.sqrt)),
        "abs": Function(_entrywise(np.abs)),
        "square": Function(_entrywise(np.square)),
        "sigmoid'": Function(_entrywise(_sigmoid_slope), spellings=("σ'", "sigma'")),
        "relu'": Function(_entrywise(lambda x: (x > 0).astype(np.float64))),
        "tanh'": Function(_entrywise(lambda x: 1.0 - np.tanh(x) ** 2)),
        "softmax": Function(_softmax),
        "sum": Function(_sum, spellings=("Σ",)),
        "mean": Function(_mean),
        "size": Function(_count),
        "diag": Function(_diag),
        "outer": Function(_outer, (2, 2)),
        "dot": Function(_dot, (2, 2)),
        "matmul": Function(lambda call, pair: matrix_product(call, *pair), (2, 2)),
        "multiply": Function(_pairwise(np.multiply), (2, 2)),
        "maximum": Function(_pairwise(np.maximum), (2, 2), ("max",)),
        "minimum": Function(_pairwise(np.minimum), (2, 2), ("min",)),
        "power": Function(lambda call, pair: power(call, *pair), (2, 2), ("pow",)),
        "where": Function(_where, (3, 3)),
        "transpose": Function(lambda call, pair: transposed(call, pair[0])),
        "ones": Function(_filled(1.0), (1, 2), ("ones_like",)),
        "zeros": Function(_filled(0.0), (1, 2), ("zeros_like",)),
        "eye": Function(_eye, (1, 2), ("I", "identity")),
        "indicator": Function(_entrywise(lambda x: (x != 0).astype(np.float64))),
    }
)

_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {
        spelling: name
        for name, function in FUNCTIONS.items()
        for spelling in (name, *function.spellings)
    }
)


def canonical(name: str) -> str | None:
    """The table's name for a function, or None where there is no such function.

    >>> canonical("ReLU"), canonical("ln"), canonical("Σ"), canonical("i")
    ('relu', 'log', 'sum', None)
    """
    # exactly first: the lower case of Σ (a sum) is σ (the sigmoid)
    return _SPELLINGS.get(name) or _SPELLINGS.get(name.lower())


# --- functions that there are not ---------------------------------------------------------------

_STEP, _SIGN = "({0} > 0)", "({0} > 0) - ({0} < 0)"
_FOREIGN: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("step", "heaviside", "unit_step", "unitstep"), _STEP)
    | dict.fromkeys(("sign", "sgn", "signum"), _SIGN)
    | dict.fromkeys(("sin", "cos", "tan", "sinh", "cosh", "arctan", "erf", "softplus", "logit"), "")
    | dict.fromkeys(("norm", "tr", "trace", "det", "inv", "inverse", "prod", "clip", "round"), "")
)
"""Functions of other languages, and what to write for them; none is a quantity's name."""


def is_foreign(name: str) -> bool:
    """Whether a name before a bracket is a function that is not in the language."""
    return name.lower() in _FOREIGN


def explain_unknown(call: Call) -> str:
    """A sentence on a function that there is not: what to write for it, and what there is."""
    name = re.sub(r"^\w+\.", "", call.function).lower()
    known = f"the functions are {', '.join(FUNCTIONS)}."
    start = f"There is no function {excerpt(call.function)} here"
    hint = _FOREIGN.get(name, "")
    if hint and call.arguments:
        told = f"write {hint.format(_bracketed(call.arguments[0]))} for it"
        return f"{start}; {told}. {known.capitalize()}"
    close = difflib.get_close_matches(excerpt(name), FUNCTIONS, n=1, cutoff=0.5)
    if close and name not in _FOREIGN:
        return f"{start}; did you mean {close[0]}? {known.capitalize()}"
    return f"{start}; {known}"


def _bracketed(node: Expression) -> str:
    """The node as the student wrote it, in brackets where it is more than a name."""
    return words(node) if isinstance(node, Name) else f"({words(node)})"
