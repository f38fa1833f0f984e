"""The functions of the students' language: one row a function, any of its spellings in any case.

Values have a batch axis, then the axes of the shape: none for a number, two for a column.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.notation import rules
from grader.notation.lexer import excerpt
from grader.notation.rules import Rule
from grader.notation.tree import Call
from reference.operations import OPERATIONS, Array

__all__ = ["FUNCTIONS", "PUBLIC", "Function", "canonical", "explain_unknown", "is_foreign"]

Arguments = Sequence[Array]


@dataclass(frozen=True, slots=True)
class Function:
    """A row of the table.

    Attributes:
        value: the arguments' arrays in, the result out.
        shape: the shape of the result, or an error that says what does not fit.
        arguments: how many there may be: the least and the most.
        spellings: other names for it, in lower case where case does not matter.
    """

    value: Callable[[Arguments], Any]
    shape: Rule = rules.entrywise
    arguments: tuple[int, int] = (1, 1)
    spellings: tuple[str, ...] = ()


# --- values -------------------------------------------------------------------------------------


def _each(function: Callable[[Array], Any]) -> Callable[[Arguments], Any]:
    return lambda arguments: function(arguments[0])


def _flat(a: Array) -> Array:
    return a.reshape(len(a), -1)


def _over(function: Callable[..., Any]) -> Callable[[Arguments], Any]:
    """Of all entries."""
    return lambda arguments: function(_flat(arguments[0]), axis=1)


def matched(a: Array, b: Array) -> tuple[Array, Array]:
    """Both with as many axes: a number stands for every entry."""
    if a.ndim < b.ndim:
        a = a.reshape(a.shape + (1,) * (b.ndim - a.ndim))
    elif b.ndim < a.ndim:
        b = b.reshape(b.shape + (1,) * (a.ndim - b.ndim))
    return a, b


def _both(function: Callable[[Array, Array], Any]) -> Callable[[Arguments], Any]:
    return lambda arguments: function(*matched(arguments[0], arguments[1]))


def _diag(arguments: Arguments) -> Array:
    """Of a column the diagonal matrix, of a square matrix its diagonal as a column."""
    a = arguments[0]
    if a.ndim == 1:
        return a
    if a.shape[2] == 1:
        return np.asarray(a * np.eye(a.shape[1]))
    return np.diagonal(a, axis1=1, axis2=2)[..., None]


def _where(arguments: Arguments) -> Array:
    condition, yes, no = arguments
    most = max(a.ndim for a in arguments)
    shaped = [a.reshape(a.shape + (1,) * (most - a.ndim)) for a in (condition, yes, no)]
    return np.where(shaped[0] != 0, shaped[1], shaped[2])


def _filled(value: float) -> Callable[[Arguments], Array]:
    """``ones(N, M)``, ``ones(N)`` a column, ``ones(x)`` in the shape of an array."""

    def fill(arguments: Arguments) -> Array:
        if len(arguments) == 1 and arguments[0].ndim > 1:
            return np.full_like(arguments[0], value)
        sizes = [int(a.flat[0]) for a in arguments]
        return np.full((1, *sizes, 1)[:3], value)

    return fill


def _eye(arguments: Arguments) -> Array:
    sizes = [int(a.flat[0]) for a in arguments]
    return np.eye(sizes[0], sizes[-1])[None]


def _raised(arguments: Arguments) -> Array:
    """A matrix times itself, so many times."""
    return np.linalg.matrix_power(arguments[0], int(arguments[1].flat[0]))


def _inverse(arguments: Arguments) -> Array:
    """The inverse; of a number its reciprocal. NaN where there is none."""
    a = arguments[0]
    if a.ndim == 1:
        return np.asarray(1.0 / a)
    a = a.astype(np.float64)  # NumPy's linear algebra knows no longer numbers
    whole = np.abs(np.linalg.det(a)) > 0
    safe = np.where(whole[:, None, None], a, np.eye(a.shape[-1]))
    return np.where(whole[:, None, None], np.linalg.inv(safe), np.nan)


def _determinant(a: Array) -> Array:
    return a if a.ndim == 1 else np.asarray(np.linalg.det(a.astype(np.float64)))


def _sigmoid_slope(x: Array) -> Array:
    y = OPERATIONS["sigmoid"].value(x)
    return np.asarray(y * (1.0 - y))


def _softmax(arguments: Arguments) -> Array:
    a = arguments[0]
    return np.asarray(OPERATIONS["softmax"].value(_flat(a))).reshape(a.shape)


def _outer(arguments: Arguments) -> Array:
    left, right = map(_flat, arguments)
    return left[:, :, None] * right[:, None, :]


def _dot(arguments: Arguments) -> Array:
    left, right = map(_flat, arguments)
    return np.asarray((left * right).sum(axis=1))


def _along(arguments: Arguments) -> Array:
    """Sums along one axis; the axis stays, and has one entry."""
    a = arguments[0]
    axis = int(arguments[1].flat[0])
    return a if a.ndim == 1 else a.sum(axis=axis + 1 if axis >= 0 else axis, keepdims=True)


def _slopes(name: str) -> tuple[str, ...]:
    """What programs call a function's derivative."""
    return (f"{name}_prime", f"{name}_derivative", f"d{name}", f"{name}_grad", f"d_{name}")


def _trace(arguments: Arguments) -> Array:
    a = arguments[0]
    return a if a.ndim == 1 else np.trace(a, axis1=1, axis2=2)


_AS_IT_IS = ("copy", "clone", "detach", "contiguous", "float32", "double", "asarray", "array")
"""What programs do to an array that leaves its values as they are."""

# --- the table ----------------------------------------------------------------------------------

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "sigmoid": Function(
            _each(OPERATIONS["sigmoid"].value),
            spellings=("σ", "sigma", "logistic", "sigm", "expit"),
        ),
        "relu": Function(_each(OPERATIONS["relu"].value)),
        "tanh": Function(_each(np.tanh)),
        "exp": Function(_each(np.exp)),
        "log": Function(_each(np.log), spellings=("ln",)),
        "sqrt": Function(_each(np.sqrt)),
        "abs": Function(_each(np.abs)),
        "square": Function(_each(np.square)),
        "sin": Function(_each(np.sin)),
        "cos": Function(_each(np.cos)),
        "tan": Function(_each(np.tan)),
        "sinh": Function(_each(np.sinh)),
        "cosh": Function(_each(np.cosh)),
        "arctan": Function(_each(np.arctan), spellings=("atan",)),
        "sign": Function(_each(np.sign), spellings=("sgn", "signum")),
        "step": Function(
            _each(lambda x: (x > 0).astype(np.float64)),
            arguments=(1, 2),
            spellings=("heaviside", "unit_step", "unitstep", "H", "Θ"),
        ),
        "negative": Function(_each(np.negative), spellings=("neg",)),
        "reciprocal": Function(_each(lambda x: 1.0 / x)),
        "softplus": Function(_each(lambda x: np.logaddexp(0.0, x))),
        "sigmoid'": Function(
            _each(_sigmoid_slope),
            spellings=("σ'", "sigma'", *_slopes("sigmoid"), *_slopes("sigma")),
        ),
        "relu'": Function(_each(lambda x: (x > 0).astype(np.float64)), spellings=_slopes("relu")),
        "tanh'": Function(_each(lambda x: 1.0 - np.tanh(x) ** 2), spellings=_slopes("tanh")),
        "softmax": Function(_softmax, rules.of_column),
        "sum": Function(_over(np.sum), rules.number, spellings=("Σ",)),
        "sum_along": Function(_along, rules.along, (2, 3)),
        "mean": Function(_over(np.mean), rules.number),
        "norm": Function(_over(lambda a, axis: np.sqrt((a * a).sum(axis=axis))), rules.number),
        "size": Function(lambda arguments: np.full(1, float(arguments[0][0].size)), rules.number),
        "tr": Function(_trace, rules.of_square_a_number, spellings=("trace",)),
        "det": Function(lambda arguments: _determinant(arguments[0]), rules.of_square_a_number),
        "inv": Function(_inverse, rules.of_square, spellings=("inverse",)),
        "diag": Function(_diag, rules.diagonal, spellings=("diagflat",)),
        "outer": Function(_outer, rules.outer, (2, 2), ("ger",)),
        "dot": Function(_dot, rules.dot, (2, 2)),
        "matmul": Function(
            lambda pair: np.matmul(*pair), rules.dot, (2, 2), ("mm", "mv", "mtimes")
        ),
        "matrix_power": Function(_raised, rules.first, (2, 2)),
        "multiply": Function(_both(np.multiply), rules.alike, (2, 2), ("mul", "times")),
        "add": Function(_both(np.add), rules.alike, (2, 2)),
        "subtract": Function(_both(np.subtract), rules.alike, (2, 2), ("sub",)),
        "divide": Function(_both(np.divide), rules.alike, (2, 2), ("div", "true_divide")),
        "greater": Function(_both(lambda a, b: (a > b) * 1.0), rules.alike, (2, 2), ("gt",)),
        "less": Function(_both(lambda a, b: (a < b) * 1.0), rules.alike, (2, 2), ("lt",)),
        "maximum": Function(_both(np.maximum), rules.alike, (2, 2), ("max",)),
        "minimum": Function(_both(np.minimum), rules.alike, (2, 2), ("min",)),
        "power": Function(_both(np.power), rules.raised, (2, 2), ("pow",)),
        "where": Function(_where, rules.alike, (3, 3)),
        "transpose": Function(lambda pair: np.swapaxes(pair[0], 1, 2), rules.turned),
        "ones": Function(_filled(1.0), rules.sized, (1, 2), ("ones_like",)),
        "zeros": Function(_filled(0.0), rules.sized, (1, 2), ("zeros_like",)),
        "eye": Function(_eye, rules.identity, (1, 2), ("I", "identity")),
        "counted": Function(
            lambda arguments: np.arange(1.0, arguments[0].flat[0] + 1)[None, :, None], rules.sized
        ),
        "indicator": Function(_each(lambda x: (x != 0).astype(np.float64))),
        "float": Function(
            _each(lambda x: x * 1.0), rules.first, (1, 2), ("astype", "float64", *_AS_IT_IS)
        ),
    }
)

_INTERNAL = frozenset({"counted", "float", "matrix_power", "sum_along"})
"""What other notations mean; nobody writes them."""

PUBLIC = tuple(name for name in FUNCTIONS if name not in _INTERNAL)
"""The functions that students are told of."""

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

_FOREIGN = frozenset({"erf", "logit", "prod", "clip", "round", "rank", "vec", "kron", "argmax"})
"""Functions of other languages; none is a quantity's name."""


def is_foreign(name: str) -> bool:
    """Whether a name before a bracket is a function that is not in the language."""
    return name.lower() in _FOREIGN


def explain_unknown(call: Call) -> str:
    """A sentence on a function that there is not: what there is."""
    name = re.sub(r"^(?:\w+\.)+", "", call.function).lower()
    known = f"the functions are {', '.join(PUBLIC)}."
    start = f"There is no function {excerpt(call.function)} here"
    close = difflib.get_close_matches(excerpt(name), PUBLIC, n=1, cutoff=0.5)
    if close and name not in _FOREIGN:
        return f"{start}; did you mean {close[0]}? {known.capitalize()}"
    return f"{start}; {known}"
