"""Problem 2: the gradient equations of an auto-encoder with one hidden layer.

h = ReLU(W1^T x + b1), x' = sigmoid(W2^T h + b2), J = sum_j (x_j - x'_j)^2.
"""

from __future__ import annotations

from types import MappingProxyType

from reference.graph import Graph, Step
from reference.problem import Problem, Quantity

__all__ = ["PROBLEM"]

_FORWARD = Graph(
    inputs={
        "x": ("N", 1),
        "W1": ("N", "M"),
        "b1": ("M", 1),
        "W2": ("M", "N"),
        "b2": ("N", 1),
    },
    steps=(
        Step("u1", "matmul", ("W1", "x"), {"transpose": "left"}),
        Step("z1", "add", ("u1", "b1")),
        Step("h", "relu", ("z1",)),
        Step("u2", "matmul", ("W2", "h"), {"transpose": "left"}),
        Step("z2", "add", ("u2", "b2")),
        Step("xp", "sigmoid", ("z2",)),
        Step("r", "subtract", ("x", "xp")),
        Step("J", "sum_squares", ("r",)),
    ),
)

PROBLEM = Problem(
    title="Gradient equations of an auto-encoder",
    forward=_FORWARD,
    objective="J",
    inputs=MappingProxyType(
        {
            "x": "the input",
            "W1": "the weights of the encoder",
            "b1": "the bias of the encoder",
            "W2": "the weights of the decoder",
            "b2": "the bias of the decoder",
        }
    ),
    quantities=(
        Quantity("z1", "the encoder before ReLU"),
        Quantity("h", "the hidden layer"),
        Quantity("z2", "the decoder before the sigmoid"),
        Quantity(
            "xp",
            "the reconstruction x'",
            symbol="x'",
            aliases=("x'", "x′", "xprime", "xhat", "xtilde", "xrec", "y"),
        ),
        Quantity("grad_xp", "the gradient with respect to the reconstruction x'"),
        Quantity("grad_z2", "the gradient with respect to z2 = W2^T h + b2"),
        Quantity("grad_W2", "the gradient with respect to the decoder's weights W2"),
        Quantity("grad_b2", "the gradient with respect to the decoder's bias b2"),
        Quantity("grad_h", "the gradient with respect to the hidden layer h"),
        Quantity("grad_z1", "the gradient with respect to z1 = W1^T x + b1"),
        Quantity("grad_W1", "the gradient with respect to the encoder's weights W1"),
        Quantity("grad_b1", "the gradient with respect to the encoder's bias b1"),
    ),
)
