"""The table of operations: what every step of an answer key can do.

One row an operation, four things a row:

* ``value``: the arrays of the inputs in, the array of the result out. Every array carries exactly
  one leading batch axis (length 1 or the common length B), so one call evaluates a whole class;
* ``shape``: the inputs' shapes in, the result's shape out, without the batch axis. A shape's
  entries are whole numbers or names of dimensions such as ``"N"``;
* ``derivative``: for each input the step (a `Rule`) that gives the gradient with respect to it,
  from the gradient ``"grad"`` of the result, the inputs ``"0"``, ``"1"`` and the result ``"out"``.
  Vector-Jacobian products as in any text on reverse-mode differentiation (e.g. Griewank & Walther,
  *Evaluating Derivatives*, ch. 3; Goodfellow et al., *Deep Learning*, 6.5);
* ``symbol``: the formula, in the notation that students write, with ``{0}``, ``{1}`` the inputs.

A new operation is one more row; nothing else in the project needs to know it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["OPERATIONS", "Array", "Operation", "Options", "Rule", "Shape", "ShapeError"]

Array = npt.NDArray[np.float64]
Shape = tuple[int | str, ...]
Options = Mapping[str, Any]


class ShapeError(ValueError):
    """The inputs' shapes do not fit the operation."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One step, written with placeholders: ``grad``, ``out``, ``0``, ``1`` for names."""

    operation: str
    inputs: tuple[str, ...]
    options: Options = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Operation:
    """A row of the table; see the module's text for its four columns."""

    value: Callable[..., Array]
    shape: Callable[..., Shape]
    symbol: Callable[[Options], str]
    derivative: Callable[[Options], tuple[Rule | None, ...]] = lambda _options: ()


def _sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)) without overflow for either sign of x."""
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1.0, small) / (1.0 + small))


def _softmax(x: Array) -> Array:
    shifted = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def _softmax_gradient(grad: Array, y: Array) -> Array:
    return np.asarray(y * (grad - (grad * y).sum(axis=-1, keepdims=True)))


def _scale(scalar: Array, x: Array) -> Array:
    """A scalar a batch entry, times an array of any rank a batch entry."""
    return scalar.reshape(scalar.shape + (1,) * (x.ndim - 1)) * x


def _transposed(x: Array) -> Array:
    return np.swapaxes(x, -1, -2)


def _matvec(a: Array, v: Array, *, transpose: bool = False) -> Array:
    matrix = _transposed(a) if transpose else a
    return np.asarray(np.matmul(matrix, v[..., None])[..., 0])


def _matmul(a: Array, b: Array, *, transpose: str = "") -> Array:
    left = _transposed(a) if transpose == "left" else a
    right = _transposed(b) if transpose == "right" else b
    return np.asarray(np.matmul(left, right))


def _fold(v: Array, *, shape: tuple[int, ...], axes: tuple[int, ...]) -> Array:
    """Fill an array of ``shape`` with a vector that runs through its axes in the order ``axes``."""
    read = v.reshape((len(v), *(shape[axis] for axis in axes)))
    return read.transpose((0, *(1 + axes.index(axis) for axis in range(len(axes)))))


def _unfold(x: Array, *, shape: tuple[int, ...], axes: tuple[int, ...]) -> Array:
    """The inverse of `_fold`: the vector that runs through the axes in the order ``axes``."""
    del shape  # only the shape rule and the derivative need it
    return x.transpose((0, *(1 + axis for axis in axes))).reshape((len(x), math.prod(x.shape[1:])))


def _kernel(w: Array, orientation: str) -> Array:
    """The kernel as it slides: as printed, or flipped in both directions."""
    return w if orientation == "cross_correlation" else w[..., ::-1, ::-1]


def _windows(x: Array, rows: int, columns: int) -> Array:
    height, width = x.shape[-2] - rows + 1, x.shape[-1] - columns + 1
    if height < 1 or width < 1:
        raise ValueError("the window is larger than what it slides over")
    return np.lib.stride_tricks.as_strided(
        x,
        (*x.shape[:-2], height, width, rows, columns),
        (*x.strides, *x.strides[-2:]),
        writeable=False,
    )


def _padded(x: Array, rows: int, columns: int) -> Array:
    height, width = x.shape[-2:]
    padded = np.zeros((*x.shape[:-2], height + 2 * rows, width + 2 * columns))
    padded[..., rows : rows + height, columns : columns + width] = x
    return padded


def _deconv(x: Array, w: Array, *, orientation: str) -> Array:
    """Each channel zero-padded by the kernel's size less one, and the kernel slid over it."""
    rows, columns = w.shape[-2:]
    windows = _windows(_padded(x, rows - 1, columns - 1), rows, columns)
    return np.asarray(np.einsum("...ijab,...ab->...ij", windows, _kernel(w, orientation)))


def _deconv_input_gradient(grad: Array, w: Array, *, orientation: str) -> Array:
    """The kernel turned round, slid over the gradient without padding."""
    rows, columns = w.shape[-2:]
    turned = _kernel(w, orientation)[..., ::-1, ::-1]
    return np.asarray(np.einsum("...ijab,...ab->...ij", _windows(grad, rows, columns), turned))


def _deconv_kernel_gradient(grad: Array, x: Array, *, orientation: str) -> Array:
    """The gradient slid over the zero-padded input."""
    rows, columns = (grad.shape[axis] - x.shape[axis] + 1 for axis in (-2, -1))
    padded = _padded(x, rows - 1, columns - 1)
    windows = _windows(padded, *grad.shape[-2:])
    return _kernel(np.einsum("...abij,...ij->...ab", windows, grad), orientation)


def _one_channel(x: Array, *, channel: int) -> Array:
    return x[:, channel]


# --- shapes -------------------------------------------------------------------------------------


def _alike(*shapes: Shape, **_options: object) -> Shape:
    if any(shape != shapes[0] for shape in shapes):
        raise ShapeError(f"expected equal shapes, found {' and '.join(map(str, shapes))}")
    return shapes[0]


def _scalar(*_shapes: Shape, **_options: object) -> Shape:
    return ()


def _scaled_shape(scalar: Shape, x: Shape) -> Shape:
    if scalar:
        raise ShapeError(f"expected a scalar to multiply with, found {scalar}")
    return x


def _dot_shape(a: Shape, b: Shape) -> Shape:
    _alike(a, b)
    return ()


def _matvec_shape(a: Shape, v: Shape, *, transpose: bool = False) -> Shape:
    rows, columns = reversed(a) if transpose else a
    if (columns,) != v:
        raise ShapeError(f"a {rows} x {columns} matrix cannot multiply a vector of shape {v}")
    return (rows,)


def _matmul_shape(a: Shape, b: Shape, *, transpose: str = "") -> Shape:
    left = a[::-1] if transpose == "left" else a
    right = b[::-1] if transpose == "right" else b
    if len(a) != 2 or len(b) != 2 or left[1] != right[0]:  # noqa: PLR2004  rows and columns
        raise ShapeError(f"{left} and {right} cannot be multiplied")
    return (left[0], right[1])


def _outer_shape(a: Shape, b: Shape) -> Shape:
    if len(a) != 1 or len(b) != 1:
        raise ShapeError(f"expected two vectors, found {a} and {b}")
    return a + b


def _softmax_shape(x: Shape, *others: Shape) -> Shape:
    if not x:
        raise ShapeError("expected a vector, found a scalar")  # it would run along the batch
    return _alike(x, *others)


def _fold_shape(v: Shape, *, shape: tuple[int, ...], axes: tuple[int, ...]) -> Shape:
    if v != (int(np.prod(shape)),) or sorted(axes) != list(range(len(shape))):
        raise ShapeError(f"{v} cannot be folded into {shape} along {axes}")
    return shape


def _unfold_shape(x: Shape, *, shape: tuple[int, ...], axes: tuple[int, ...]) -> Shape:
    if x != shape or sorted(axes) != list(range(len(shape))):
        raise ShapeError(f"{x} cannot be unfolded from {shape} along {axes}")
    return (int(np.prod(shape)),)


def _grown(by: int) -> Callable[..., Shape]:
    """The first shape, its last two axes grown by (the second's, less one) times ``by``."""

    def shape(x: Shape, w: Shape, **_options: object) -> Shape:
        _alike(x[:-2], w[:-2])
        return (*x[:-2], *(int(a) + by * (int(b) - 1) for a, b in zip(x[-2:], w[-2:], strict=True)))

    return shape


def _kernel_shape(grad: Shape, x: Shape, **_options: object) -> Shape:
    _alike(grad[:-2], x[:-2])
    return (*x[:-2], *(int(g) - int(a) + 1 for g, a in zip(grad[-2:], x[-2:], strict=True)))


def _added_shape(x: Shape, *, count: int) -> Shape:
    if x[0] != count:
        raise ShapeError(f"expected {count} channels, found {x[0]}")
    return x[1:]


def _picked_shape(x: Shape, *, channel: int) -> Shape:
    if channel not in range(int(x[0])):
        raise ShapeError(f"there is no channel {channel} in {x}")
    return x[1:]


def _repeated_shape(x: Shape, *, count: int) -> Shape:
    return (count, *x)


# --- the table ----------------------------------------------------------------------------------


def _rules(*rules: Rule | None) -> Callable[[Options], tuple[Rule | None, ...]]:
    """Derivatives that do not depend on the options."""
    return lambda _options: rules


def _text(symbol: str) -> Callable[[Options], str]:
    return lambda _options: symbol


_MATMUL_DERIVATIVES: Mapping[str, tuple[Rule, Rule]] = MappingProxyType(
    {
        "": (
            Rule("matmul", ("grad", "1"), {"transpose": "right"}),
            Rule("matmul", ("0", "grad"), {"transpose": "left"}),
        ),
        "left": (
            Rule("matmul", ("1", "grad"), {"transpose": "right"}),
            Rule("matmul", ("0", "grad"), {"transpose": ""}),
        ),
        "right": (
            Rule("matmul", ("grad", "1"), {"transpose": ""}),
            Rule("matmul", ("grad", "0"), {"transpose": "left"}),
        ),
    }
)
_MATMUL_SYMBOLS = MappingProxyType({"": "{0} @ {1}", "left": "{0}.T @ {1}", "right": "{0} @ {1}.T"})

OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        # constants and copies
        "constant": Operation(
            lambda *, value: np.full(1, float(value)), _scalar, lambda o: f"{o['value']:g}"
        ),
        "same": Operation(lambda x: x, _alike, _text("{0}"), _rules(Rule("same", ("grad",)))),
        "ones_like": Operation(np.ones_like, _alike, _text("ones({0})"), _rules(None)),
        # elementwise, equal shapes
        "add": Operation(
            np.add,
            _alike,
            _text("{0} + {1}"),
            _rules(Rule("same", ("grad",)), Rule("same", ("grad",))),
        ),
        "subtract": Operation(
            np.subtract,
            _alike,
            _text("{0} - {1}"),
            _rules(Rule("same", ("grad",)), Rule("times", ("grad",), {"factor": -1.0})),
        ),
        "multiply": Operation(
            np.multiply,
            _alike,
            _text("{0} * {1}"),
            _rules(Rule("multiply", ("grad", "1")), Rule("multiply", ("grad", "0"))),
        ),
        "divide": Operation(np.divide, _alike, _text("{0} / {1}")),
        "times": Operation(
            lambda x, *, factor: factor * x,
            _alike,
            lambda o: {1.0: "{0}", -1.0: "-{0}"}.get(o["factor"], f"{o['factor']:g} * {{0}}"),
            lambda o: (Rule("times", ("grad",), o),),
        ),
        # functions of one array, each beside its gradient, which uses the function's own result
        "relu": Operation(
            lambda x: np.maximum(x, 0.0),
            _alike,
            _text("relu({0})"),
            _rules(Rule("relu_gradient", ("grad", "out"))),
        ),
        "relu_gradient": Operation(
            lambda grad, y: grad * (y > 0), _alike, _text("{0} * ({1} > 0)")
        ),
        "sigmoid": Operation(
            _sigmoid,
            _alike,
            _text("sigmoid({0})"),
            _rules(Rule("sigmoid_gradient", ("grad", "out"))),
        ),
        "sigmoid_gradient": Operation(
            lambda grad, y: grad * y * (1.0 - y), _alike, _text("{0} * {1} * (1 - {1})")
        ),
        "tanh": Operation(
            np.tanh, _alike, _text("tanh({0})"), _rules(Rule("tanh_gradient", ("grad", "out")))
        ),
        "tanh_gradient": Operation(
            lambda grad, y: grad * (1.0 - y * y), _alike, _text("{0} * (1 - {1}^2)")
        ),
        "exp": Operation(
            np.exp, _alike, _text("exp({0})"), _rules(Rule("multiply", ("grad", "out")))
        ),
        "log": Operation(
            np.log, _alike, _text("log({0})"), _rules(Rule("log_gradient", ("grad", "0")))
        ),
        "log_gradient": Operation(np.divide, _alike, _text("{0} / {1}")),
        "log_complement_gradient": Operation(
            lambda grad, x: -grad / (1.0 - x), _alike, _text("-{0} / (1 - {1})")
        ),
        "softmax": Operation(
            _softmax,
            _softmax_shape,
            _text("softmax({0})"),
            _rules(Rule("softmax_gradient", ("grad", "out"))),
        ),
        "softmax_gradient": Operation(
            _softmax_gradient, _softmax_shape, _text("{1} * ({0} - sum({0} * {1}))")
        ),
        # sums and products
        "scale": Operation(
            _scale,
            _scaled_shape,
            _text("{0} * {1}"),
            _rules(Rule("dot", ("grad", "1")), Rule("scale", ("0", "grad"))),
        ),
        "dot": Operation(
            lambda a, b: (a * b).sum(axis=tuple(range(1, a.ndim))),
            _dot_shape,
            _text("dot({0}, {1})"),
            _rules(Rule("scale", ("grad", "1")), Rule("scale", ("grad", "0"))),
        ),
        "sum_squares": Operation(
            lambda x: (x * x).sum(axis=tuple(range(1, x.ndim))),
            _scalar,
            _text("sum({0}^2)"),
            _rules(Rule("square_gradient", ("grad", "0"))),
        ),
        "square_gradient": Operation(
            lambda grad, x: 2.0 * _scale(grad, x), _scaled_shape, _text("2 * {0} * {1}")
        ),
        "mean_square_gradient": Operation(
            lambda grad, x: 2.0 * _scale(grad, x) / math.prod(x.shape[1:]),
            _scaled_shape,
            _text("2 * {0} * {1} / size({1})"),
        ),
        "matvec": Operation(
            _matvec,
            _matvec_shape,
            lambda o: "{0}.T @ {1}" if o.get("transpose") else "{0} @ {1}",
            lambda o: (
                Rule("outer", ("1", "grad") if o.get("transpose") else ("grad", "1")),
                Rule("matvec", ("0", "grad"), {"transpose": not o.get("transpose", False)}),
            ),
        ),
        "outer": Operation(
            lambda a, b: a[..., :, None] * b[..., None, :],
            _outer_shape,
            _text("outer({0}, {1})"),
            _rules(
                Rule("matvec", ("grad", "1")),
                Rule("matvec", ("grad", "0"), {"transpose": True}),
            ),
        ),
        "matmul": Operation(
            _matmul,
            _matmul_shape,
            lambda o: _MATMUL_SYMBOLS[o.get("transpose", "")],
            lambda o: _MATMUL_DERIVATIVES[o.get("transpose", "")],
        ),
        # between a vector and an array
        "fold": Operation(
            _fold,
            _fold_shape,
            _text("reshape({0})"),
            lambda o: (Rule("unfold", ("grad",), o),),
        ),
        "unfold": Operation(
            _unfold,
            _unfold_shape,
            _text("flatten({0})"),
            lambda o: (Rule("fold", ("grad",), o),),
        ),
        # images with channels
        "deconv": Operation(
            _deconv,
            _grown(+1),
            _text("deconv({0}, {1})"),
            lambda o: (
                Rule("deconv_input_gradient", ("grad", "1"), o),
                Rule("deconv_kernel_gradient", ("grad", "0"), o),
            ),
        ),
        "deconv_input_gradient": Operation(
            _deconv_input_gradient, _grown(-1), _text("deconv_input_gradient({0}, {1})")
        ),
        "deconv_kernel_gradient": Operation(
            _deconv_kernel_gradient, _kernel_shape, _text("deconv_kernel_gradient({0}, {1})")
        ),
        "sum_channels": Operation(
            lambda x, **_count: x.sum(axis=1),
            _added_shape,
            _text("sum_channels({0})"),
            lambda o: (Rule("repeat_channels", ("grad",), o),),
        ),
        "one_channel": Operation(_one_channel, _picked_shape, lambda o: f"{{0}}[{o['channel']}]"),
        "repeat_channels": Operation(
            lambda x, *, count: np.repeat(x[:, None], count, axis=1),
            _repeated_shape,
            _text("repeat_channels({0})"),
            lambda o: (Rule("sum_channels", ("grad",), o),),
        ),
    }
)
