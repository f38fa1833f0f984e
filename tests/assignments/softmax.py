"""A classifier with two layers: tanh, then softmax, judged by cross-entropy.

h = tanh(W1 x + b1), q = softmax(W2 h + b2), J = -sum_k y_k log q_k, where y is 1 at the right
class and 0 elsewhere.
"""

from __future__ import annotations

from types import MappingProxyType

from reference.graph import Graph, Step
from reference.problem import Problem, Quantity

_FORWARD = Graph(
    inputs={
        "x": (3,),
        "W1": (4, 3),
        "b1": (4,),
        "W2": (2, 4),
        "b2": (2,),
        "y": (2,),
    },
    steps=(
        Step("u1", "matvec", ("W1", "x")),
        Step("z1", "add", ("u1", "b1")),
        Step("h", "tanh", ("z1",)),
        Step("u2", "matvec", ("W2", "h")),
        Step("z2", "add", ("u2", "b2")),
        Step("q", "softmax", ("z2",)),
        Step("logq", "log", ("q",)),
        Step("L", "dot", ("y", "logq")),
        Step("J", "times", ("L",), {"factor": -1.0}),
    ),
)

PROBLEM = Problem(
    title="A classifier with two layers",
    forward=_FORWARD,
    objective="J",
    conventions=MappingProxyType(
        {
            "objective": {
                "minimize_cross_entropy": {"J": {"factor": -1.0}},
                "maximize_log_likelihood": {"J": {"factor": 1.0}},
            },
        }
    ),
    inputs=MappingProxyType(
        {
            "x": "the input",
            "W1": "the weights of the hidden layer",
            "b1": "the bias of the hidden layer",
            "W2": "the weights of the output layer",
            "b2": "the bias of the output layer",
            "y": "the label, 1 at the right class",
        }
    ),
    quantities=(
        Quantity("z1", "the hidden layer before tanh"),
        Quantity("h", "the hidden layer"),
        Quantity("z2", "the logits", aliases=("logits",)),
        Quantity("q", "the probability of each class"),
        Quantity("J", "the cross-entropy", aliases=("loss",)),
        Quantity("grad_z2", "the gradient with respect to the logits z2"),
        Quantity("grad_W2", "the gradient with respect to the weights W2"),
        Quantity("grad_b2", "the gradient with respect to the bias b2"),
        Quantity("grad_h", "the gradient with respect to the hidden layer h"),
        Quantity("grad_z1", "the gradient with respect to z1 = W1 x + b1"),
        Quantity("grad_W1", "the gradient with respect to the weights W1"),
        Quantity("grad_b1", "the gradient with respect to the bias b1"),
    ),
)
