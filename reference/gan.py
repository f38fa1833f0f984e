"""Problem 1: a tiny GAN, forward and backward.

A generator (a dense layer, a reshape, one deconvolution) draws a 4 x 4 image from two random
numbers, and a logistic discriminator says how likely it is real. Asked are the forward values and
the gradients of log p(y=0) with respect to the generator's weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reference.graph import Graph, Step
from reference.operations import Options
from reference.problem import Problem, Quantity

__all__ = ["PROBLEM"]

_FORWARD = Graph(
    inputs={
        "z": (2,),
        "w0": (8, 2),
        "b0": (8,),
        "w1": (2, 3, 3),
        "b1": (4, 4),
        "w2": (16,),
        "b2": (),
    },
    steps=(
        Step("u0", "matvec", ("w0", "z")),
        Step("a0", "add", ("u0", "b0")),
        Step("h0", "relu", ("a0",)),
        Step("h1", "fold", ("h0",), {"shape": (2, 2, 2), "axes": (0, 1, 2)}),
        Step("c", "deconv", ("h1", "w1"), {"orientation": "cross_correlation"}),
        Step("s", "sum_channels", ("c",), {"count": 2}),
        Step("a2", "add", ("s", "b1")),
        Step("h2", "relu", ("a2",)),
        Step("H2", "unfold", ("h2",), {"shape": (4, 4), "axes": (0, 1)}),
        Step("u", "dot", ("w2", "H2")),
        Step("m", "add", ("u", "b2")),
        Step("p", "sigmoid", ("m",)),
        Step("logp", "log", ("p",)),
        Step("J", "times", ("logp",), {"factor": 1.0}),
    ),
)

_CONVENTIONS: Mapping[str, Mapping[str, Mapping[str, Options]]] = MappingProxyType(
    {
        "objective": {
            "maximize_log_p": {"J": {"factor": 1.0}},
            "minimize_nll": {"J": {"factor": -1.0}},
        },
        "deconv": {
            "cross_correlation": {"c": {"orientation": "cross_correlation"}},
            "transposed": {"c": {"orientation": "transposed"}},
        },
        "reshape": {
            "channels_first": {"h1": {"axes": (0, 1, 2)}},
            "channels_last": {"h1": {"axes": (1, 2, 0)}},
            "column_major": {"h1": {"axes": (0, 2, 1)}},
        },
        "flatten": {
            "row_major": {"H2": {"axes": (0, 1)}},
            "column_major": {"H2": {"axes": (1, 0)}},
        },
    }
)

PROBLEM = Problem(
    title="Forward and backward propagation for a simple GAN",
    forward=_FORWARD,
    objective="J",
    conventions=_CONVENTIONS,
    inputs=MappingProxyType(
        {
            "z": "the random input",
            "w0": "the weights of the projection",
            "b0": "the bias of the projection",
            "w1": "the kernels of the deconvolution, one a channel",
            "b1": "the bias of the deconvolution",
            "w2": "the weights of the discriminator",
            "b2": "the bias of the discriminator",
        }
    ),
    quantities=(
        Quantity("h0", "the projected input after ReLU"),
        Quantity("h1", "h0 reshaped into two channels of 2 x 2"),
        Quantity(
            "c",
            "each channel after its kernel, before they are added",
            aliases=("C1", "conv", "deconv"),
        ),
        Quantity("h2", "the generated image after ReLU"),
        Quantity("H2", "the image flattened"),
        Quantity("m", "the discriminator's logit", aliases=("logit",)),
        Quantity("p", "the probability p(y=0)", aliases=("p(y=0)", "yhat", "y_hat", "ŷ")),
        Quantity("grad_p", "the gradient with respect to p", aliases=("grad_yhat",)),
        Quantity("grad_m", "the gradient with respect to the logit m"),
        Quantity("grad_H2", "the gradient with respect to the flattened image H2"),
        Quantity("grad_h2", "the gradient with respect to the image h2"),
        Quantity("grad_c", "the gradient with respect to each channel's output"),
        Quantity("grad_h1", "the gradient with respect to h1"),
        Quantity("grad_h0", "the gradient with respect to h0"),
        Quantity("grad_w0", "the gradient with respect to the weights w0"),
        Quantity("grad_b0", "the gradient with respect to the bias b0"),
        Quantity("grad_w1", "the gradient with respect to the kernels w1"),
        Quantity("grad_b1", "the gradient with respect to the bias b1"),
        Quantity("grad_w2", "the gradient with respect to the weights w2"),
        Quantity("grad_b2", "the gradient with respect to the bias b2"),
    ),
)
