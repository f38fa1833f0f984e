"""What the laws are tried at: the assignment's values, and random ones that suit a law."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from reference.autoencoder import PROBLEM as AUTOENCODER
from reference.gan import PROBLEM as GAN
from reference.gradient import gradients
from reference.graph import Graph, evaluate
from reference.operations import Array
from reference.problem import Conventions, Problem

Values = Mapping[str, Array]

ASSIGNMENT: Values = MappingProxyType(
    {
        "z": np.array([0.4, 0.8]),
        "w0": np.array(
            [
                [0.1, 0.3],
                [0.7, 0.9],
                [0.5, 0.7],
                [0.1, 0.9],
                [0.3, 0.1],
                [0.4, 0.6],
                [0.7, 0.8],
                [0.2, 0.1],
            ]
        ),
        "b0": np.array([0.1, 0.4, 0.2, 0.3, 0.5, 0.9, 0.7, 0.9]),
        "w1": np.array(
            [
                [[0.1, 0.4, 0.5], [0.1, 0.7, 0.1], [0.2, 0.4, 0.3]],
                [[0.2, 0.1, 0.6], [0.3, 0.9, 0.2], [0.5, 0.2, 0.3]],
            ]
        ),
        "b1": np.array(
            [
                [0.1, 0.5, 0.6, 0.3],
                [0.2, 0.4, 0.8, 0.1],
                [0.1, 0.3, 0.7, 0.2],
                [0.3, 0.1, 0.2, 0.1],
            ]
        ),
        "w2": np.array(
            [0.1, 0.2, 0.3, 0.2, 0.4, 0.6, 0.7, 0.1, 0.1, 0.2, 0.5, 0.3, 0.1, 0.2, 0.6, 0.9]
        ),
        "b2": np.array(0.3),
    }
)

WAYS = tuple(
    MappingProxyType(dict(zip(("deconv", "reshape", "flatten"), choice, strict=True)))
    for choice in itertools.product(
        ("cross_correlation", "transposed"),
        ("channels_first", "channels_last", "column_major"),
        ("row_major", "column_major"),
    )
)
"""The 12 combinations of the conventions that change the forward values."""

OBJECTIVES = ("maximize_log_p", "minimize_nll")
ALL_WAYS = tuple(
    MappingProxyType({**way, "objective": objective}) for way in WAYS for objective in OBJECTIVES
)

MARGIN = 0.03
"""How far from its kink every ReLU must be, in a draw: more than a difference steps."""


def name_of(way: Conventions) -> str:
    return "-".join(way.values())


def built(problem: Problem, way: Conventions | None = None) -> Graph:
    """As ``problem.graph(way)``, but made anew: it sees an operation that a test has changed."""
    forward = problem.forward
    for convention, value in (way or {}).items():
        forward = forward.with_options(problem.conventions[convention][value])
    return gradients(forward, problem.objective)


def draws(graph: Graph, seed: int, *, units_off: bool = True, sizes: Mapping[str, int]) -> Values:
    """Random inputs, away from ReLU's kinks and the sigmoid's ends.

    Args:
        units_off: whether every ReLU that works on several units must have some off and some on;
            else all are on.
        sizes: what the graph's named dimensions are.
    """
    generator = np.random.default_rng(seed)
    shapes = {
        name: tuple(sizes[d] if isinstance(d, str) else d for d in shape)
        for name, shape in graph.inputs.items()
    }
    for _ in range(20_000):
        drawn = {name: generator.normal(0.2, 0.6, shape) for name, shape in shapes.items()}
        if _suits(graph, drawn, units_off=units_off):
            return drawn
    raise AssertionError(f"no draw suits: seed {seed}, units off {units_off}")


def _suits(graph: Graph, drawn: Values, *, units_off: bool) -> bool:
    values = evaluate(graph, drawn)
    for step in graph.steps:
        if step.operation == "relu":
            before = values[step.inputs[0]]
            off = before < 0
            if np.abs(before).min() < MARGIN or off.any() != units_off or off.all():
                return False
        if step.operation == "sigmoid" and not np.all(np.abs(values[step.name] - 0.5) < 0.4):
            return False
    return True


def gan_draw(way: Conventions, seed: int, *, units_off: bool = True) -> Values:
    """Random inputs of the GAN that suit it under these conventions."""
    if units_off:
        return draws(GAN.graph(way), seed, sizes={})
    return _all_on(GAN.graph(way), seed)


def autoencoder_draw(sizes: Mapping[str, int], seed: int, *, units_off: bool = True) -> Values:
    """Random inputs of the auto-encoder of these sizes."""
    return draws(AUTOENCODER.graph(), seed, units_off=units_off, sizes=sizes)


def _all_on(graph: Graph, seed: int) -> Values:
    """The GAN with every unit on: its generator is positive, its discriminator of any sign."""
    generator = np.random.default_rng(seed)
    for _ in range(1_000):
        drawn = {
            name: generator.uniform(0.05, 0.6, shape)
            if name not in {"w2", "b2"}
            else generator.normal(0.0, 0.4, shape)
            for name, shape in graph.inputs.items()
        }
        if _suits(graph, drawn, units_off=False):
            return drawn
    raise AssertionError(f"no draw suits: seed {seed}")
