"""How the answer to one quantity fits what many lines of the search predict for it.

Numbers are compared in every layout that their shape allows, with three predictions of each line:
its story, the student's values as written, and the key. An expression is compared at every draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from grader.compare import (
    Mask,
    Written,
    agree_ways,
    allowance,
    lost_in_size,
    same,
    stacked,
    within_allowance,
)
from grader.model import Tolerance
from grader.normalise import Read, written
from grader.placing import likest, may_say_nothing, says_nothing
from grader.settled import Values
from reference.operations import Array

__all__ = ["KEY", "Expression", "Fit", "Numbers", "Sought"]

KEY = 2
"""The third prediction, after the two lanes of a line."""

_CONVINCING = 2 / 3
"""The share of entries that must be right in a layout, before it is read so."""

_SAME = 1e-9
"""How far two computations of the same number may part, relative to it."""

_CLOSE = 2e-3
"""How closely a single number has to agree to speak for a mistake."""

Rows = npt.NDArray[np.int_]


@dataclass(frozen=True, eq=False)
class Fit:
    """Line by line, how an answer fits.

    Attributes:
        layouts: in which layout it is read.
        hits: by line, prediction and entry, whether they agree.
        present: by line and entry, whether it was answered.
        telling: by line, whether agreeing with its own predictions is more than an accident, or
            than being too small to tell from zero.
        empty: by line, whether the answer says nothing.
        far: by line, how many entries are right, but with no prediction to all digits written.
    """

    layouts: Rows
    hits: Mask
    present: Mask
    telling: Mask
    empty: Mask
    far: Rows

    @cached_property
    def follows(self) -> Mask:
        """By line and entry: as one of the line's own predictions has it, or not answered."""
        return np.asarray(self.hits[:, 0] | self.hits[:, 1] | ~self.present)

    @cached_property
    def right(self) -> Mask:
        """The same, or as the key has it."""
        return np.asarray(self.follows | self.hits[:, KEY])


class Sought(Protocol):
    """An answer that the search has to account for."""

    @property
    def worlds(self) -> tuple[str, ...]:
        """Where it is judged."""

    @property
    def present(self) -> Mask:
        """The entries that were answered, in the first layout."""

    @property
    def is_zero(self) -> bool:
        """Whether it is zero throughout, as far as the tolerance tells."""

    def is_empty(self, row: int, by_key: Mask) -> bool:
        """Whether it says nothing, under a combination of conventions under which these entries

        are the key's.
        """

    def fit(self, predicted: Mapping[str, Array], rows: Rows) -> Fit:
        """How it fits each line.

        Args:
            predicted: by world: lines, three predictions, draws, then the quantity's axes.
            rows: for each line the number of its combination of conventions.
        """

    def words(self, layout: int) -> str:
        """How it is written in a layout; empty when as tabled."""

    def agrees(self, values: Values, layouts: Rows, rows: Rows, *, strictly: bool = False) -> Mask:
        """Whether it agrees with these values: lines and predictions first, as in the result.

        ``strictly``: by the relative tolerance alone; an absolute one lets small numbers pass.
        """

    def own(self, world: str, layouts: Rows, rows: Rows) -> Array | None:
        """Its own values in a world, for lines with these layouts and combinations."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """Numbers, in every layout that their shape allows.

    ``rights`` are the key's values, one row a combination of conventions.
    """

    read: Read
    tolerance: Tolerance
    rights: Array
    worlds: tuple[str, ...] = ("given",)

    @cached_property
    def ways(self) -> tuple[Written, ...]:
        """What was written, in each layout."""
        return tuple(
            written(self.read, way, self.tolerance.min_digits) for way in self.read.layouts
        )

    @cached_property
    def _stacked(self) -> tuple[Array, Array, Array]:
        return stacked(self.ways, self.tolerance.min_digits)

    @cached_property
    def _tabled(self) -> bool:
        return not self.read.layouts[0].words

    @cached_property
    def _empty(self) -> Mask:
        """By combination of conventions, whether the numbers say nothing."""
        values = self.ways[0].values
        if not may_say_nothing(values, self.tolerance):
            return np.zeros(len(self.rights), dtype=bool)
        return np.array([says_nothing(values, right, self.tolerance) for right in self.rights])

    @cached_property
    def present(self) -> Mask:
        """See `Sought.present`."""
        return ~np.isnan(self.ways[0].values)

    @cached_property
    def is_zero(self) -> bool:
        """See `Sought.is_zero`."""
        return not np.any(np.abs(np.nan_to_num(self.ways[0].values)) > self.tolerance.abs)

    def is_empty(self, row: int, by_key: Mask) -> bool:
        """See `Sought.is_empty`."""
        return bool(self._empty[row] and not np.all(by_key | ~self.present))

    def fit(self, predicted: Mapping[str, Array], rows: Rows) -> Fit:
        """See `Sought.fit`; of several layouts the one in which most entries are right."""
        values = predicted["given"]
        hits = agree_ways(values, self._stacked, self.tolerance)
        if not np.all(values[:, :KEY]):
            largest = self._largest[rows].reshape((-1,) + (1,) * (values.ndim - 1))
            for k, way in enumerate(self.ways):
                lost = lost_in_size(values[:, :KEY], way.values, largest, self.tolerance)
                hits[k, :, :KEY] &= ~lost
        there = ~np.isnan(self._stacked[0])
        layouts = np.zeros(len(values), dtype=np.intp)
        if len(self.ways) > 1:
            layouts = self._layouts(values, np.any(hits, axis=2))
        lines = np.arange(len(values))
        present = there[layouts]
        axes = tuple(range(1, present.ndim))
        empty = self._empty[rows] & ~np.all(hits[layouts, lines, KEY] | ~present, axis=axes)
        size = np.abs(values[:, :KEY]).reshape(len(values), -1)
        telling = np.any(size > self.tolerance.abs, axis=1)
        if size.shape[1] == KEY:
            telling &= self._closely(values[:, :KEY])
        found = hits[layouts, lines]
        far = self._far(values, layouts) & np.any(found, axis=1)
        far = np.sum(far.reshape(len(far), -1), axis=1)
        return Fit(layouts, found, present, telling, empty, far)

    def _far(self, values: Array, layouts: Rows) -> Mask:
        """By line and entry, whether no prediction agrees to all the digits written."""
        own = self._stacked[0][layouts][:, None]
        near = np.abs(own - values) <= np.maximum(
            self._units[layouts][:, None], _SAME * np.abs(own)
        )
        return np.asarray(~np.any(near, axis=1) & ~np.isnan(own[:, 0]))

    @cached_property
    def _largest(self) -> Array:
        """By combination of conventions, the largest magnitude of what is right."""
        return np.asarray(np.max(np.abs(self.rights.reshape(len(self.rights), -1)), axis=1))

    @cached_property
    def _units(self) -> Array:
        return np.array([way.unit for way in self.ways])

    def _layouts(self, values: Array, hits: Mask) -> Rows:
        """Another layout than the first has to convince, by its entries or by its proportions."""
        counts = hits.reshape((*hits.shape[:2], -1)).sum(axis=2)
        best = np.argmax(counts, axis=0)
        unsure = counts[best, np.arange(len(best))] < _CONVINCING * self._there
        if np.any(unsure):
            best[unsure] = likest(self._stacked[0], values[unsure, 0], tabled=self._tabled)
        return np.asarray(best)

    def _closely(self, predicted: Array) -> Mask:
        """Whether one number agrees more closely than by the tolerance, as far as digits go.

        Of many mistakes one is soon within a percent of a single number, whatever that is.
        """
        _, low, high = self._stacked
        own = self.ways[0].values
        rounding = np.abs(predicted[:, :1] - predicted[:, 1:])
        near = np.abs(own - predicted) <= np.maximum(_CLOSE * np.abs(predicted), 2 * rounding)
        return np.asarray(np.any(near | ((low[0] <= predicted) & (predicted <= high[0])), axis=1))

    @cached_property
    def _there(self) -> int:
        return int(np.sum(~np.isnan(self.ways[0].values)))

    def words(self, layout: int) -> str:
        """See `Sought.words`."""
        return self.read.layouts[layout].words

    def agrees(self, values: Values, layouts: Rows, rows: Rows, *, strictly: bool = False) -> Mask:
        """See `Sought.agrees`."""
        tolerance = self._strict if strictly else self.tolerance
        own, low, high = (part[layouts][:, None] for part in self._stacked)
        allowed = allowance(values["given"], self.rights.ndim - 1, tolerance)
        agrees = within_allowance(values["given"], allowed, own, (low, high))
        largest = self._largest[rows].reshape((-1,) + (1,) * (agrees.ndim - 1))
        return agrees & ~lost_in_size(values["given"], own, largest, tolerance)

    @cached_property
    def _strict(self) -> Tolerance:
        return Tolerance(0.0, self.tolerance.rel, self.tolerance.min_digits)

    def short(self, layouts: Rows) -> Mask:
        """By line, the entries that are written with fewer digits than the rubric asks."""
        digits = np.array([way.digits for way in self.ways])
        return np.asarray(digits < self.tolerance.min_digits)[layouts]

    def terse(self, values: Array, layouts: Rows) -> Mask:
        """Which entries are these values as far as their digits go, however few."""
        _, low, high = (part[layouts][:, None] for part in stacked(self.ways, 1))
        return np.asarray((low <= values) & (values <= high))

    def own(self, world: str, layouts: Rows, rows: Rows) -> Array | None:
        """See `Sought.own`; numbers are not carried into draws."""
        del rows
        return self._stacked[0][layouts] if world == "given" else None


@dataclass(frozen=True, eq=False)
class Expression:
    """An expression: its values in every world, one row a combination of conventions.

    ``worlds`` are those in which it is judged.
    """

    values: Values
    rights: Values
    rank: int
    worlds: tuple[str, ...]

    @cached_property
    def _empty(self) -> Mask:
        """By combination of conventions, whether it is zero at every draw."""
        every = [
            np.any(self.values[w].reshape(len(self.values[w]), -1), axis=1) for w in self.worlds
        ]
        return np.asarray(~np.logical_or.reduce(every))

    @property
    def present(self) -> Mask:
        """See `Sought.present`."""
        return np.ones((), dtype=bool)

    @cached_property
    def by_key(self) -> Mask:
        """By combination of conventions, whether it is the key's at every draw."""
        agrees = [same(self.rights[w], self.values[w], self.rank) for w in self.worlds]
        return np.asarray(np.logical_and.reduce([a.all(axis=1) for a in agrees]))

    @cached_property
    def is_zero(self) -> bool:
        """See `Sought.is_zero`."""
        return bool(np.all(self._empty))

    def is_empty(self, row: int, by_key: Mask) -> bool:
        """See `Sought.is_empty`."""
        return bool(self._empty[row] and not np.all(by_key))

    def fit(self, predicted: Mapping[str, Array], rows: Rows) -> Fit:
        """See `Sought.fit`; an expression is one entry, right only if it is at every draw."""
        hits = self._same(predicted, rows)
        lines = len(rows)
        ones = np.ones(lines, dtype=bool)
        empty = self._empty[rows] & ~hits[:, KEY]
        none = np.zeros(lines, dtype=np.intp)
        return Fit(none, hits, ones, ones, empty, far=none)

    def words(self, layout: int) -> str:
        """See `Sought.words`."""
        del layout
        return ""

    def agrees(self, values: Values, layouts: Rows, rows: Rows, *, strictly: bool = False) -> Mask:
        """See `Sought.agrees`."""
        del layouts, strictly
        return self._same(values, rows)

    def _same(self, values: Values, rows: Rows) -> Mask:
        """By line and prediction, whether it is the same at every draw of every world."""
        verdicts = []
        for world in self.worlds:
            agrees = same(values[world], self.values[world][rows][:, None], self.rank)
            verdicts.append(agrees.all(axis=-1))
        return np.asarray(np.logical_and.reduce(verdicts))

    def own(self, world: str, layouts: Rows, rows: Rows) -> Array | None:
        """See `Sought.own`."""
        del layouts
        return self.values[world][rows] if world in self.values else None
