"""Small things done to arrays of answers: axes added, turned, and masks gathered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import permutations

import numpy as np

from grader.model import Index
from reference.operations import Array

__all__ = ["all_of", "any_of", "indices", "leading", "readings", "turned", "whole"]


def leading(values: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays with one leading axis."""
    return {name: np.asarray(value, dtype=float)[None] for name, value in values.items()}


def whole(values: Array, draws: int) -> Array:
    """A value that is the same at all draws, at each of them."""
    return np.broadcast_to(values, (draws, *values.shape[1:]))


def turned(values: Array, axes: tuple[int, ...]) -> Array:
    """The array with its last axes in that order."""
    lead = values.ndim - len(axes)
    return values.transpose((*range(lead), *(lead + axis for axis in axes)))


@lru_cache(maxsize=64)
def readings(shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """The orders of axes that leave an array's shape as it is, its own first."""
    orders = permutations(range(len(shape)))
    return tuple(o for o in orders if tuple(shape[axis] for axis in o) == shape)


def indices(mask: np.ndarray) -> frozenset[Index]:
    """Where a mask holds."""
    return frozenset(tuple(int(i) for i in index) for index in np.argwhere(mask))


def all_of(mask: np.ndarray, rank: int) -> np.ndarray:
    """Whether a mask holds throughout the last so many axes."""
    return np.all(mask, axis=tuple(range(mask.ndim - rank, mask.ndim)))


def any_of(masks: Iterable[np.ndarray]) -> np.ndarray:
    """Where one of the masks holds."""
    return np.asarray(np.logical_or.reduce(list(masks)))
