"""The GAN of homework 6 worked as a student works it: plain loops, nothing of `reference`.

The example class writes down what comes out of here, so that the grader's key is met by numbers
that were not made with it. ``carry`` replaces a value and carries it on; ``slips`` are the usual
mistakes, each a name in `SLIPS`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import exp
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

Z = np.array([0.4, 0.8])
W0 = np.array(
    [[0.1, 0.3], [0.7, 0.9], [0.5, 0.7], [0.1, 0.9], [0.3, 0.1], [0.4, 0.6], [0.7, 0.8], [0.2, 0.1]]
)
B0 = np.array([0.1, 0.4, 0.2, 0.3, 0.5, 0.9, 0.7, 0.9])
W1 = np.array(
    [
        [[0.1, 0.4, 0.5], [0.1, 0.7, 0.1], [0.2, 0.4, 0.3]],
        [[0.2, 0.1, 0.6], [0.3, 0.9, 0.2], [0.5, 0.2, 0.3]],
    ]
)
B1 = np.array(
    [[0.1, 0.5, 0.6, 0.3], [0.2, 0.4, 0.8, 0.1], [0.1, 0.3, 0.7, 0.2], [0.3, 0.1, 0.2, 0.1]]
)
W2 = np.array([0.1, 0.2, 0.3, 0.2, 0.4, 0.6, 0.7, 0.1, 0.1, 0.2, 0.5, 0.3, 0.1, 0.2, 0.6, 0.9])
B2 = 0.3

SLIPS = frozenset(
    {"no b1", "one channel", "no sigma'", "log(1-p)", "kernel gradient transposed", "no z"}
)

_PLACES = MappingProxyType(
    {
        "channels_first": lambda k: (k // 4, k % 4 // 2, k % 2),
        "channels_last": lambda k: (k % 2, k // 4, k // 2 % 2),
        "column_major": lambda k: (k // 4, k % 2, k % 4 // 2),
    }
)
_CORNERS = tuple((channel, i, j) for channel in (0, 1) for i in (0, 1) for j in (0, 1))
_KERNEL = tuple((a, b) for a in range(3) for b in range(3))


def gan(
    *,
    objective: str = "maximize_log_p",
    deconv: str = "cross_correlation",
    reshape: str = "channels_first",
    flatten: str = "row_major",
    carry: Mapping[str, Array] | None = None,
    slips: Collection[str] = (),
) -> dict[str, Array]:
    """Every value of the problem, ``gan.h0`` to ``gan.grad_b2``, in working order."""
    assert set(slips) <= SLIPS
    known: dict[str, Array] = {}

    def step(name: str, value: object) -> Array:
        known[f"gan.{name}"] = np.asarray((carry or {}).get(name, value), dtype=float)
        return known[f"gan.{name}"]

    place = _PLACES[reshape]
    order = "C" if flatten == "row_major" else "F"
    h0 = step("h0", [max(0.0, W0[k] @ Z + B0[k]) for k in range(8)])
    h1 = step("h1", _folded(h0, place))
    c = step("c", _convolved(h1, deconv))
    s = c[0] if "one channel" in slips else c[0] + c[1]
    h2 = step("h2", np.maximum(0.0, s if "no b1" in slips else s + B1))
    flat = step("H2", h2.flatten(order))
    m = step("m", sum(W2[k] * flat[k] for k in range(16)) + B2)
    p = step("p", 1 / (1 + exp(-m)))
    sign = 1 if objective == "maximize_log_p" else -1
    grad_p = step("grad_p", -sign / (1 - p) if "log(1-p)" in slips else sign / p)
    grad_m = step("grad_m", grad_p if "no sigma'" in slips else grad_p * p * (1 - p))
    grad_flat = step("grad_H2", [grad_m * W2[k] for k in range(16)])
    grad_h2 = step("grad_h2", grad_flat.reshape((4, 4), order=order) * (h2 > 0))
    grad_h1 = step("grad_h1", _input_gradient(grad_h2, deconv))
    grad_h0 = step("grad_h0", [grad_h1[place(k)] * (h0[k] > 0) for k in range(8)])
    factor = np.ones(2) if "no z" in slips else Z
    step("grad_w0", [[grad_h0[k] * factor[i] for i in (0, 1)] for k in range(8)])
    step("grad_b0", grad_h0)
    other = "transposed" if "kernel gradient transposed" in slips else deconv
    step("grad_w1", _kernel_gradient(grad_h2, h1, other))
    step("grad_b1", grad_h2)
    return known


def _folded(h0: Array, place: object) -> Array:
    h1 = np.zeros((2, 2, 2))
    for k in range(8):
        h1[place(k)] = h0[k]  # type: ignore[operator]
    return h1


def _target(i: int, j: int, a: int, b: int, deconv: str) -> tuple[int, int]:
    """Where in the 4 x 4 image the kernel's entry (a, b) brings the pixel (i, j)."""
    return (i + a, j + b) if deconv == "transposed" else (i + 2 - a, j + 2 - b)


def _convolved(h1: Array, deconv: str) -> Array:
    c = np.zeros((2, 4, 4))
    for channel, i, j in _CORNERS:
        for a, b in _KERNEL:
            at = _target(i, j, a, b, deconv)
            c[(channel, *at)] += h1[channel, i, j] * W1[channel, a, b]
    return c


def _input_gradient(grad_h2: Array, deconv: str) -> Array:
    grad = np.zeros((2, 2, 2))
    for channel, i, j in _CORNERS:
        for a, b in _KERNEL:
            grad[channel, i, j] += grad_h2[_target(i, j, a, b, deconv)] * W1[channel, a, b]
    return grad


def _kernel_gradient(grad_h2: Array, h1: Array, deconv: str) -> Array:
    grad = np.zeros((2, 3, 3))
    for channel, i, j in _CORNERS:
        for a, b in _KERNEL:
            grad[channel, a, b] += grad_h2[_target(i, j, a, b, deconv)] * h1[channel, i, j]
    return grad
