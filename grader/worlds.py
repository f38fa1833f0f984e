"""The sets of given values at which answers are judged.

The *instance* is the rubric's own `given`: numbers are judged there. *Draws* are seeded random
values, for several sizes where the problem has named dimensions: an expression is an answer for
all of them, so it is judged at all of them. Sizes differ from each other and from 1, nothing is
symmetric, and every ReLU has units on and units off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from grader.model import Problem
from reference.graph import Graph, evaluate
from reference.operations import Array

__all__ = ["World", "draws", "instance", "is_one_hot", "key"]

_SIZES = ((3, 2), (2, 4), (4, 3))
"""What the named dimensions are, one draw after the other: never square, never 1."""

_DRAWS = 3
_SPREAD = 0.8
_ATTEMPTS = 200


@dataclass(frozen=True, eq=False)
class World:
    """Given values, with a batch axis of several draws, or without one (the instance)."""

    name: str
    given: Mapping[str, Array]
    batch: tuple[int, ...]
    dimensions: Mapping[str, int]


@lru_cache(maxsize=256)
def instance(problem: Problem) -> World | None:
    """The rubric's own values; None where it gives none."""
    if not problem.given:
        return None
    sizes: dict[str, int] = {}
    for name, shape in problem.reference.forward.inputs.items():
        for dimension, size in zip(shape, np.shape(problem.given[name]), strict=True):
            if isinstance(dimension, str):
                sizes[dimension] = int(size)
    return World("given", problem.given, (), sizes)


@lru_cache(maxsize=256)
def draws(problem: Problem) -> tuple[World, ...]:
    """Several draws a size of the named dimensions (one size where there are none).

    An input that the rubric gives as one-hot (a label) is drawn so: formulas may rely on it.
    """
    names = problem.reference.dimensions
    sizes = _SIZES if names else ((),)
    return tuple(
        _draw(problem, dict(zip(names, (*size, *range(5, 5 + len(names))), strict=False)), k)
        for k, size in enumerate(sizes)
    )


def _draw(problem: Problem, sizes: Mapping[str, int], seed: int) -> World:
    forward = problem.reference.forward
    given: dict[str, Array] = {}
    for attempt in range(_ATTEMPTS):
        rng = np.random.default_rng([2024, seed, attempt])
        for name, shape in forward.inputs.items():
            size = (_DRAWS, *_concrete(shape, sizes))
            one_hot = is_one_hot(problem.given.get(name))
            given[name] = _one_hot(rng, size) if one_hot else rng.normal(scale=_SPREAD, size=size)
        if _tells(forward, given):
            break
    return World(f"draw {seed + 1}", given, (_DRAWS,), dict(sizes))


def is_one_hot(value: Array | None) -> bool:
    """Whether a vector marks one class with a 1 and all others with 0."""
    if value is None or np.ndim(value) != 1 or np.size(value) == 1:
        return False
    return bool(np.all((value == 0) | (value == 1)) and np.sum(value) == 1)


def _one_hot(rng: np.random.Generator, size: tuple[int, ...]) -> Array:
    return np.eye(size[-1])[rng.integers(size[-1], size=size[:-1])]


def _concrete(shape: tuple[int | str, ...], sizes: Mapping[str, int]) -> Iterator[int]:
    return (sizes[n] if isinstance(n, str) else n for n in shape)


def _tells(forward: Graph, given: Mapping[str, Array]) -> bool:
    """Every ReLU has, in every draw, a unit that is on, and somewhere one that is off."""
    values = evaluate(forward, given)
    units = [values[step.name] > 0 for step in forward.steps if step.operation == "relu"]
    return all(np.all(np.any(on.reshape(_DRAWS, -1), axis=1)) and not np.all(on) for on in units)


@lru_cache(maxsize=4096)
def _key(
    problem: Problem, world: World, conventions: tuple[tuple[str, str], ...]
) -> dict[str, Array]:
    return evaluate(problem.reference.graph(dict(conventions)), world.given)


def key(problem: Problem, world: World, conventions: Mapping[str, str]) -> Mapping[str, Array]:
    """The right values there, under these conventions; computed once."""
    return _key(problem, world, tuple(sorted(conventions.items())))
