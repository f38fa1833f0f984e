"""A layer whose weights are a square matrix, where W and W^T both fit: o = W a + b.

a = relu(x), o = W a + b, J = sum_k (t_k - o_k)^2.
"""

from __future__ import annotations

from types import MappingProxyType

from reference.graph import Graph, Step
from reference.problem import Problem, Quantity

__all__ = ["PROBLEM"]

_FORWARD = Graph(
    inputs={"x": (3, 1), "W": (3, 3), "b": (3, 1), "t": (3, 1)},
    steps=(
        Step("a", "relu", ("x",)),
        Step("u", "matmul", ("W", "a")),
        Step("o", "add", ("u", "b")),
        Step("r", "subtract", ("t", "o")),
        Step("J", "sum_squares", ("r",)),
    ),
)

PROBLEM = Problem(
    title="A layer with square weights",
    forward=_FORWARD,
    objective="J",
    inputs=MappingProxyType(
        {"x": "the input", "W": "the weights", "b": "the bias", "t": "the target"}
    ),
    quantities=(
        Quantity("a", "the input after ReLU"),
        Quantity("o", "the output"),
        Quantity("grad_o", "the gradient with respect to the output o"),
        Quantity("grad_W", "the gradient with respect to the weights W"),
        Quantity("grad_a", "the gradient with respect to a"),
        Quantity("grad_x", "the gradient with respect to the input x"),
    ),
)
