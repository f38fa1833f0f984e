"""For each operation, shapes and options to try it on: the table behind its laws.

A new operation needs a row here; `test_operations.py` says so when it has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from reference.graph import Graph, Step
from reference.operations import Array, Options, Shape

Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]


def anywhere(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return generator.normal(size=shape)


def positive(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    return generator.uniform(0.3, 2.0, size=shape)


def off_zero(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Of either sign, away from 0."""
    return positive(generator, shape) * generator.choice([-1.0, 1.0], size=shape)


def below_one(generator: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """As a probability is, away from 1."""
    return generator.uniform(0.1, 0.8, size=shape)


@dataclass(frozen=True)
class Example:
    """Input shapes, options, the result's shape, and what the inputs are drawn from."""

    inputs: tuple[Shape, ...]
    result: Shape
    options: Options = field(default_factory=dict)
    draw: Draw = anywhere

    def graph(self, operation: str) -> Graph:
        """``y = operation(x0, x1, ...)``."""
        names = tuple(f"x{k}" for k in range(len(self.inputs)))
        return Graph(
            dict(zip(names, self.inputs, strict=True)),
            (Step("y", operation, names, self.options),),
        )

    def values(self, seed: int) -> dict[str, Array]:
        """Inputs drawn for the graph."""
        generator = np.random.default_rng(seed)
        return {f"x{k}": self.draw(generator, shape) for k, shape in enumerate(self.inputs)}


def _everywhere(count: int, draw: Draw = anywhere, **options: float) -> tuple[Example, ...]:
    """An elementwise operation on scalars, vectors, matrices and images with channels."""
    shapes: tuple[Shape, ...] = ((), (3,), (2, 3), (2, 3, 4))
    return tuple(Example((shape,) * count, shape, options, draw) for shape in shapes)


def _orientations(*inputs: Shape, result: Shape) -> tuple[Example, ...]:
    return tuple(
        Example(inputs, result, {"orientation": orientation})
        for orientation in ("cross_correlation", "transposed")
    )


def _foldings(*, unfold: bool = False) -> tuple[Example, ...]:
    """All orders of the axes, of unequal lengths so that no two are confused."""
    orders = (
        ((2, 3, 4), ((0, 1, 2), (1, 2, 0), (0, 2, 1), (2, 0, 1), (2, 1, 0), (1, 0, 2))),
        ((3, 2), ((0, 1), (1, 0))),
    )
    flat = {(2, 3, 4): (24,), (3, 2): (6,)}
    return tuple(
        Example(
            (shape if unfold else flat[shape],),
            flat[shape] if unfold else shape,
            {"shape": shape, "axes": axes},
        )
        for shape, all_axes in orders
        for axes in all_axes
    )


EXAMPLES: Mapping[str, tuple[Example, ...]] = MappingProxyType(
    {
        "constant": (Example((), (), {"value": 1.5}),),
        "same": _everywhere(1),
        "ones_like": _everywhere(1),
        "add": _everywhere(2),
        "subtract": _everywhere(2),
        "multiply": _everywhere(2),
        "divide": _everywhere(2, off_zero),
        "times": (*_everywhere(1, factor=-1.0), *_everywhere(1, factor=2.5)),
        "relu": _everywhere(1, off_zero),
        "relu_gradient": _everywhere(2, off_zero),
        "sigmoid": _everywhere(1),
        "sigmoid_gradient": _everywhere(2),
        "tanh": _everywhere(1),
        "tanh_gradient": _everywhere(2),
        "exp": _everywhere(1),
        "log": _everywhere(1, positive),
        "log_gradient": _everywhere(2, positive),
        "log_complement_gradient": _everywhere(2, below_one),
        "softmax": (Example(((4,),), (4,)), Example(((2, 3),), (2, 3))),
        "softmax_gradient": (Example(((4,), (4,)), (4,)),),
        "scale": tuple(Example(((), shape), shape) for shape in ((), (3,), (2, 3), (2, 3, 4))),
        "dot": tuple(Example((shape, shape), ()) for shape in ((), (3,), (2, 3), (2, 3, 4))),
        "sum_squares": tuple(Example((shape,), ()) for shape in ((), (3,), (2, 3), (2, 3, 4))),
        "square_gradient": tuple(Example(((), shape), shape) for shape in ((), (3,), (2, 3))),
        "mean_square_gradient": tuple(Example(((), shape), shape) for shape in ((), (3,), (2, 3))),
        "matvec": (
            Example(((2, 3), (3,)), (2,)),
            Example(((2, 3), (3,)), (2,), {"transpose": False}),
            Example(((2, 3), (2,)), (3,), {"transpose": True}),
            Example(((3, 3), (3,)), (3,), {"transpose": True}),
        ),
        "outer": (Example(((2,), (3,)), (2, 3)), Example(((1,), (1,)), (1, 1))),
        "matmul": (
            Example(((2, 3), (3, 4)), (2, 4)),
            Example(((2, 3), (3, 4)), (2, 4), {"transpose": ""}),
            Example(((3, 2), (3, 4)), (2, 4), {"transpose": "left"}),
            Example(((2, 3), (4, 3)), (2, 4), {"transpose": "right"}),
            Example(((3, 3), (3, 3)), (3, 3), {"transpose": "left"}),
            Example(((3, 3), (3, 3)), (3, 3), {"transpose": "right"}),
        ),
        "fold": _foldings(),
        "unfold": _foldings(unfold=True),
        "deconv": (
            *_orientations((2, 2, 2), (2, 3, 3), result=(2, 4, 4)),
            *_orientations((3, 2, 4), (3, 3, 2), result=(3, 4, 5)),
            *_orientations((2, 3), (1, 1), result=(2, 3)),
        ),
        "deconv_input_gradient": (
            *_orientations((2, 4, 4), (2, 3, 3), result=(2, 2, 2)),
            *_orientations((3, 4, 5), (3, 3, 2), result=(3, 2, 4)),
        ),
        "deconv_kernel_gradient": (
            *_orientations((2, 4, 4), (2, 2, 2), result=(2, 3, 3)),
            *_orientations((3, 4, 5), (3, 2, 4), result=(3, 3, 2)),
        ),
        "sum_channels": (
            Example(((2, 4, 4),), (4, 4), {"count": 2}),
            Example(((3, 2),), (2,), {"count": 3}),
        ),
        "repeat_channels": (
            Example(((4, 4),), (2, 4, 4), {"count": 2}),
            Example(((),), (3,), {"count": 3}),
        ),
        "one_channel": (
            Example(((2, 3, 4),), (3, 4), {"channel": 0}),
            Example(((2, 3, 4),), (3, 4), {"channel": 1}),
        ),
    }
)
