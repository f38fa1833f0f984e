"""In which layout numbers are read, and whether they say anything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from grader.compare import Written
from grader.model import Tolerance
from reference.operations import Array

__all__ = ["chosen_layouts", "may_say_nothing", "says_nothing"]

_CONVINCING = 2 / 3
"""The share of entries that must be right in another layout, before it is read so."""


def chosen_layouts(
    scores: npt.NDArray[np.int_], ways: Sequence[Written], rights: Array, *, tabled: bool
) -> npt.NDArray[np.int_]:
    """For each choice of conventions the layout in which the entries are right.

    Where none convinces, the one that convinces most under another choice; else the likest.

    Args:
        scores: how many entries are right, layouts by choices.
        ways: the numbers in each layout.
        rights: the key under each choice.
        tabled: whether the first layout is the one as tabled, which another must better.
    """
    if len(ways) == 1:
        return np.zeros(len(rights), dtype=int)
    there = np.sum(~np.isnan(ways[0].values))
    best = np.argmax(scores, axis=0)
    most = np.max(scores, axis=0)
    convincing = most >= np.maximum(_CONVINCING * there, scores[0] + tabled * (best > 0))
    if np.all(convincing):
        return np.asarray(best)
    if np.any(convincing):
        hint = best[int(np.argmax(np.where(convincing, most, -1)))]
        return np.asarray(np.where(convincing, best, hint))
    likest = [_most_alike(ways, right, tabled=tabled) for right in rights]
    return np.array(likest)


_ALIKE = 0.99
_CLEARLY = 0.1


def _most_alike(ways: Sequence[Written], right: Array, *, tabled: bool) -> int:
    """The layout in which the numbers are the key's but for one factor.

    An earlier mistake can put a factor on a whole gradient, so that no entry agrees in any layout.
    The first layout, if it is the one as tabled, is left only for one that is clearly better.
    """
    if len(ways) == 1 or not np.any(right):
        return 0
    likeness = _likeness(np.stack([way.values for way in ways]), right)
    best = int(np.argmax(likeness))
    clear = likeness[best] > _ALIKE and 1 - likeness[best] < _CLEARLY * (1 - likeness[0])
    return best if clear or not tabled else 0


def _likeness(ways: Array, right: Array) -> Array:
    """The cosine between the numbers in each layout and the key's, whatever the sign."""
    rows = np.where(np.isnan(ways), 0.0, ways).reshape(len(ways), -1)
    # the numbers are the same in every layout, and so is their norm
    size = float(np.linalg.norm(rows[0]) * np.linalg.norm(right))
    if not (np.isfinite(size) and size):
        return np.zeros(len(ways))
    return np.asarray(np.abs((rows * right.reshape(-1)).sum(axis=1)) / size)


def may_say_nothing(values: Array, tolerance: Tolerance) -> bool:
    """One constant, or nothing that the tolerance tells from zero."""
    there = values[~np.isnan(values)]
    return bool(there.size) and bool(np.ptp(there) == 0 or np.all(np.abs(there) <= tolerance.abs))


def says_nothing(values: Array, right: Array, tolerance: Tolerance) -> bool:
    """All zero as far as the tolerance tells, or one constant, where the right values are not."""
    there = values[~np.isnan(values)]
    if there.size == 0:
        return False
    if not np.any(there):
        return bool(np.any(np.abs(right) > tolerance.abs))
    if there.size > 1 and np.all(np.abs(there) <= tolerance.abs):
        return bool(np.any(np.abs(right) > tolerance.abs))
    return there.size > 1 and bool(np.ptp(there) == 0) and bool(np.ptp(right) != 0)
