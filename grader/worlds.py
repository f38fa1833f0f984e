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
from reference.problem import Problem as Reference

__all__ = ["World", "draws", "instance", "key"]

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
def draws(reference: Reference) -> tuple[World, ...]:
    """Several draws a size of the named dimensions (one size where there are none)."""
    names = reference.dimensions
    sizes = _SIZES if names else ((),)
    return tuple(
        _draw(reference, dict(zip(names, (*size, *range(5, 5 + len(names))), strict=False)), k)
        for k, size in enumerate(sizes)
    )


def _draw(reference: Reference, sizes: Mapping[str, int], seed: int) -> World:
    for attempt in range(_ATTEMPTS):
        rng = np.random.default_rng([2024, seed, attempt])
        given = {
            name: rng.normal(scale=_SPREAD, size=(_DRAWS, *_concrete(shape, sizes)))
            for name, shape in reference.forward.inputs.items()
        }
        if _tells(reference.forward, given):
            break
    return World(f"draw {seed + 1}", given, (_DRAWS,), dict(sizes))


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
