"""Whether a number agrees with the one expected: tolerance, then the digits written.

Shapes are equal before anything is compared; NumPy's broadcasting would make a wrong shape right.
Leading axes (several keys, several hypotheses) are welcome in ``expected``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from grader.model import Tolerance
from reference.operations import Array

__all__ = [
    "Agreement",
    "Mask",
    "Written",
    "agree",
    "agree_ways",
    "agreement",
    "allowance",
    "lost_in_size",
    "same",
    "stacked",
    "within_allowance",
]

Mask = npt.NDArray[np.bool_]

_SLACK = 1e-9
"""A typed boundary counts: 1.05 is within 0.05 of 1, although binary floating point says no."""

_ZERO_SHARE = 1e-3
"""An expected 0 is judged against this share of the largest expected magnitude."""

_DRAW_TOLERANCE = 1e-7
"""How far two evaluations of equal expressions may part, relative to the largest magnitude."""


@dataclass(frozen=True, eq=False)
class Written:
    """Numbers as a student wrote them, in the key's layout.

    Attributes:
        values: NaN where nothing readable stands.
        unit: one unit of the last digit written, 0 where the text is exact.
        digits: significant digits written.
    """

    values: Array
    unit: Array
    digits: npt.NDArray[np.int_]
    _spans: dict[int, tuple[Array, Array]] = field(default_factory=dict, repr=False)

    def span(self, min_digits: int) -> tuple[Array, Array]:
        """The least and the greatest value that, rounded or cut off, is written like this.

        NaN where fewer than ``min_digits`` digits were written, or none (a zero has none).
        """
        if min_digits not in self._spans:
            self._spans[min_digits] = _span(self, min_digits)
        return self._spans[min_digits]


def _span(written: Written, min_digits: int) -> tuple[Array, Array]:
    """Rounding reaches half a unit either way, cutting off almost a unit away from zero."""
    size = np.abs(written.values)
    usable = (written.digits >= max(1, min_digits)) & (written.unit > 0) & (size > 0)
    with np.errstate(over="ignore"):
        near = np.where(usable, (size - written.unit / 2) * (1 - _SLACK), np.nan)
        far = np.where(usable, (size + written.unit) * (1 - _SLACK), np.nan)
    negative = written.values < 0
    return np.where(negative, -far, near), np.where(negative, -near, far)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Entry by entry: ``right``, and ``terse``: right as far as its digits go, but too few."""

    right: Mask
    terse: Mask


def agree(expected: Array, obtained: Written, tolerance: Tolerance) -> Mask:
    """Whether each entry agrees.

    An entry a of expected value v is right when ``|a - v| <= max(abs, rel |v|)``, or when it is v
    rounded or cut off to the digits written and those are at least ``min_digits``. An expected 0
    is judged against 1e-3 of the largest expected magnitude. A missing entry is not right.

    Args:
        expected: the key's values, of the shape of ``obtained``, with any leading axes.
        obtained: what was written.
        tolerance: of the item.

    Raises:
        ValueError: the shapes differ.
    """
    rank = obtained.values.ndim
    if expected.shape[expected.ndim - rank :] != obtained.values.shape:
        raise ValueError(f"expected shape {expected.shape}, obtained {obtained.values.shape}")
    low, high = obtained.span(tolerance.min_digits)
    return _agree(expected, obtained.values, (low, high), rank, tolerance)


def stacked(ways: Sequence[Written], min_digits: int) -> tuple[Array, Array, Array]:
    """Several ways to read what was written: values, and the least and greatest meant by each."""
    if len(ways) == 1:
        low, high = ways[0].span(min_digits)
        return ways[0].values[None], low[None], high[None]
    spans = [way.span(min_digits) for way in ways]
    return (
        np.array([way.values for way in ways]),
        np.array([low for low, _ in spans]),
        np.array([high for _, high in spans]),
    )


def agree_ways(expected: Array, ways: tuple[Array, Array, Array], tolerance: Tolerance) -> Mask:
    """As `agree`, for several ways to read what was written at once; their axis comes first."""
    rank = ways[0].ndim - 1
    lead = (len(ways[0]), *(1,) * (expected.ndim - rank))
    values, low, high = (way.reshape((*lead, *way.shape[1:])) for way in ways)
    return _agree(expected, values, (low, high), rank, tolerance)


def _agree(
    expected: Array, values: Array, span: tuple[Array, Array], rank: int, tolerance: Tolerance
) -> Mask:
    allowed = allowance(expected, rank, tolerance)
    return within_allowance(expected, allowed, values, span)


def allowance(expected: Array, rank: int, tolerance: Tolerance) -> Array:
    """How far off an entry may be, for arrays of ``rank`` axes behind any leading ones."""
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.abs(expected)
        allowed = np.maximum(tolerance.abs, tolerance.rel * size) * (1 + _SLACK)
        if not np.all(size):
            allowed = np.where(size == 0, _floor(size, rank, tolerance), allowed)
    return np.asarray(allowed)


def within_allowance(
    expected: Array, allowed: Array, values: Array, span: tuple[Array, Array]
) -> Mask:
    """Whether values are no further off than allowed, or what is expected is written like them.

    Args:
        expected: what is right; what overflows agrees with nothing.
        allowed: from `allowance`.
        values: what was written.
        span: from `Written.span`.
    """
    low, high = span
    with np.errstate(invalid="ignore", over="ignore"):
        right = np.abs(values - expected) <= allowed
        right |= (low <= expected) & (expected <= high)
        right &= np.isfinite(expected)  # or whatever overflows would agree with everything
    return np.asarray(right)


def _floor(size: Array, rank: int, tolerance: Tolerance) -> Array:
    """What an expected 0 is judged against."""
    axes = tuple(range(size.ndim - rank, size.ndim))
    largest = np.max(size, axis=axes, keepdims=True, initial=0.0)
    return np.asarray(np.maximum(tolerance.abs, _ZERO_SHARE * largest))


def lost_in_size(
    expected: Array, values: Array, largest: float | Array, tolerance: Tolerance
) -> Mask:
    """Entries that pass for a predicted 0 only because something else was predicted to be huge.

    A student's own values can lead to anything: beside a prediction of 1e200 any number would be
    as good as 0. So what passes for 0 is judged by the size of what is right.

    Args:
        expected: what is predicted, with any leading axes.
        values: what was written.
        largest: the largest magnitude of what is right.
        tolerance: of the item.
    """
    with np.errstate(invalid="ignore"):
        floor = np.maximum(tolerance.abs, _ZERO_SHARE * largest)
        return np.asarray((expected == 0) & (np.abs(values) > floor))


def agreement(expected: Array, obtained: Written, tolerance: Tolerance) -> Agreement:
    """As `agree`, and which entries are only as right as their too few digits go."""
    right = agree(expected, obtained, tolerance)
    low, high = obtained.span(1)
    return Agreement(right, np.asarray(~right & (low <= expected) & (expected <= high)))


def same(expected: Array, obtained: Array, rank: int) -> Mask:
    """Whether arrays are equal but for rounding in their computation, over the last ``rank`` axes.

    Used for expressions at drawn values: a factor of 1 + 1e-6 is a difference.
    """
    axes = tuple(range(expected.ndim - rank, expected.ndim))
    with np.errstate(invalid="ignore", over="ignore"):
        largest = np.max(np.abs(expected), axis=axes, keepdims=True, initial=0.0)
        close = np.abs(obtained - expected) <= _DRAW_TOLERANCE * np.maximum(largest, 1e-300)
        close &= np.isfinite(expected)
    return np.asarray(np.all(close, axis=axes))
