"""A real solution of the assignment, read off handwriting: its numbers and its formulas.

Two slips are in it. h0[1] is written 1.14 where 1.4 was used afterwards, and in the first channel
of ``c`` the entries .134 and .528 are wrong. The rest follows, up to the auto-encoder's gradient
of x', which has the wrong sign, and that of W2, which lost its input.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

__all__ = ["ANSWERS", "number"]

_H0 = (0.38, 1.14, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06)
_H2 = (
    (0.424, 1.674, 1.894, 1.35),
    (0.96, 2.508, 5.054, 1.444),
    (1.13, 4.594, 3.87, 1.072),
    (1.752, 1.812, 1.15, 0.418),
)

ANSWERS: Mapping[str, Any] = MappingProxyType(
    {
        "gan.h0": np.array(_H0),
        "gan.h1": np.array(_H0).reshape(2, 2, 2),
        "gan.c": np.array(
            [
                [
                    [0.114, 0.572, 0.636, 0.28],
                    [0.134, 0.528, 1.634, 0.352],
                    [0.286, 1.63, 1.436, 0.246],
                    [0.48, 0.914, 0.52, 0.106],
                ],
                [
                    [0.21, 0.602, 0.658, 0.77],
                    [0.626, 1.58, 2.62, 0.992],
                    [0.744, 2.664, 1.734, 0.626],
                    [0.972, 0.798, 0.43, 0.212],
                ],
            ]
        ),
        "gan.h2": np.array(_H2),
        "gan.H2": np.array(_H2).ravel(),
        "gan.m": np.array(11.9786),
        "gan.p": np.array(0.999),
        "gan.grad_p": "-1/p",
        "gan.grad_H2": "w2*p*(1 - p)*grad_p",
        "gan.grad_w0": "(grad_h0*(h0 > 0)) @ z.T",
        "autoencoder.grad_xp": "2*(x - x')",
        "autoencoder.grad_W2": "ones(M,1) @ (x'*(1 - x')*grad_xp).T",
        "autoencoder.grad_h": "W2 @ (x'*(1 - x')*grad_xp)",
        "autoencoder.grad_W1": "x @ (grad_h*(h > 0)).T",
    }
)


def number(value: float) -> float:
    """As it was written: no digit more, no digit less."""
    return value
