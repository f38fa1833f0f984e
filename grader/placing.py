"""In which layout numbers are likely read, and whether they say anything."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from grader.model import Tolerance
from reference.operations import Array

__all__ = ["likest", "may_say_nothing", "says_nothing"]

_ALIKE = 0.99
_CLEARLY = 0.1


def likest(ways: Array, rights: Array, *, tabled: bool) -> npt.NDArray[np.int_]:
    """For each array the layout in which the numbers are it but for one factor.

    An earlier mistake can put a factor on a whole gradient, so that no entry agrees in any layout.
    The first layout, if it is the one as tabled, is left only for one that is clearly better.

    Args:
        ways: the numbers in each layout, NaN where missing.
        rights: what they are compared with, one array a line.
        tabled: whether the first layout is the one as tabled.
    """
    likeness = _likeness(ways, rights)
    lines = np.arange(len(rights))
    best = np.argmax(likeness, axis=1)
    missing = 1 - likeness[lines, best]
    clear = (missing < 1 - _ALIKE) & (missing < _CLEARLY * (1 - likeness[:, 0]))
    return np.where(clear | (not tabled), best, 0)


def _likeness(ways: Array, rights: Array) -> Array:
    """The cosine between the numbers in each layout and each array, whatever the sign."""
    own = np.where(np.isnan(ways), 0.0, ways).reshape(len(ways), -1)
    right = rights.reshape(len(rights), -1)
    # the numbers are the same in every layout, and so is their norm
    size = np.linalg.norm(own[0]) * np.linalg.norm(right, axis=1)
    told = np.isfinite(size) & (size > 0)
    cosine = np.abs(right @ own.T) / np.where(told, size, 1.0)[:, None]
    return np.where(told[:, None], cosine, 0.0)


def may_say_nothing(values: Array, tolerance: Tolerance) -> bool:
    """One constant in several entries, or nothing that the tolerance tells from zero."""
    there = values[~np.isnan(values)]
    if not there.size:
        return False
    constant = there.size > 1 and np.ptp(there) == 0
    return bool(constant or np.all(np.abs(there) <= tolerance.abs))


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
