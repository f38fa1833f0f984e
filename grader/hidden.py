"""The digits behind the digits: what a wrong value was before it was written down rounded.

A slip is written as 2.9, but 2.926 was carried on. No key gives the missing digits, but the later
answers do: the values within what the rounding allows are looked for from which they follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from grader.compare import Mask, Written
from grader.settled import Settled
from reference.graph import Graph, Run, Step, run
from reference.operations import OPERATIONS, Array

__all__ = ["with_hidden_digits"]

_MOST_UNKNOWN = 12
_ROUNDS = 20
_HEAVIER = 3.0
_HEAVIEST = 1e3
_FEW_ROUNDS = 4
_HOPELESS = 3.0
"""So far off, in what its digits allow, an entry will not be met by more rounds."""

_STEP = 0.25
_SETTLED = 1e-3
_WITHIN = 0.8
"""An entry is met that is as near as this share of what the rubric tolerates."""

_COARSE = 2e-4
"""Rounding that moves a value by less than this share of it hides nothing that matters."""


@dataclass(frozen=True, eq=False)
class _Unknown:
    quantity: str
    index: tuple[int, ...]
    half_unit: float


def with_hidden_digits(
    settled: Settled, graph: Graph, pins: Mapping[str, Mask], later: Mapping[str, Mask]
) -> Settled | None:
    """The answers with their wrong entries as they may have been before rounding.

    Args:
        settled: the answers as written.
        graph: the steps as the student works them.
        pins: the wrong entries that were carried on.
        later: entries of other answers that should follow from them.

    Returns:
        None where the writing hides nothing, or nothing later tells.
    """
    unknown = list(_unknown(settled, pins))
    told = {q: mask for q, mask in later.items() if q in settled.numbers and np.any(mask)}
    if not unknown or len(unknown) > _MOST_UNKNOWN or not told:
        return None
    return _Search(settled, graph, pins, told, unknown).moved()


def _unknown(settled: Settled, pins: Mapping[str, Mask]) -> Iterator[_Unknown]:
    for quantity, mask in pins.items():
        if quantity in settled.numbers:
            number = settled.numbers[quantity]
            for where in np.argwhere(mask):
                index = tuple(int(i) for i in where)
                half = float(number.unit[index]) / 2
                if half > _COARSE * abs(float(number.values[index])):
                    yield _Unknown(quantity, index, half)


@dataclass(frozen=True, eq=False)
class _Search:
    """Gauss-Newton in the shares of half a unit by which each unknown entry was rounded."""

    settled: Settled
    graph: Graph
    pins: Mapping[str, Mask]
    told: Mapping[str, Mask]
    unknown: Sequence[_Unknown]

    def moved(self) -> Settled:
        """The answers with each unknown entry where the later answers put it."""
        shares = np.zeros(len(self.unknown))
        weights = np.ones(sum(int(mask.sum()) for mask in self.told.values()))
        for round_ in range(_ROUNDS):
            before = shares
            shares, off = self._improved(shares, weights)
            # least squares would leave single entries further off than their digits allow
            weights = np.minimum(weights * np.clip(off, 1.0, _HEAVIER), _HEAVIEST)
            met = np.max(np.abs(shares - before)) < _SETTLED and np.all(off <= 1)
            if met or (round_ >= _FEW_ROUNDS and not np.max(off) < _HOPELESS):
                break
        numbers = dict(self.settled.numbers)
        for one, share in zip(self.unknown, shares, strict=True):
            old = numbers[one.quantity]
            values = np.array(old.values)
            values[one.index] += share * one.half_unit
            numbers[one.quantity] = Written(values, old.unit, old.digits)
        return replace(self.settled, numbers=numbers)

    @cached_property
    def _base(self) -> Run:
        """Everything with the wrong entries as they were written."""
        pinned = {
            q: np.where(mask, self.settled.numbers[q].values, np.nan)
            for q, mask in self.pins.items()
            if q in self.settled.numbers
        }
        return run(self.graph, self.settled.worlds[0].given, pinned)

    @cached_property
    def _moving(self) -> tuple[Step, ...]:
        """The steps from the wrong entries to the later answers, in working order."""
        needed = set(self.told).union(*(self.graph.ancestors(q) for q in self.told))
        return tuple(
            step
            for step in self.graph.steps
            if step.name in needed and self.graph.ancestors(step.name) & self.pins.keys()
        )

    def _improved(self, shares: Array, weights: Array) -> tuple[Array, Array]:
        """One step towards what the later answers say, within what rounding allows.

        With it, how far off each later entry was before the step, in what its digits allow.
        """
        rows = np.vstack([shares, shares + _STEP * np.eye(len(shares))])
        found = self._predicted(rows)
        obtained = self._gathered({q: self.settled.numbers[q].values for q in self.told})
        units = self._gathered({q: self.settled.numbers[q].unit for q in self.told})
        allowed = self._gathered({q: self._tolerated(q) for q in self.told})
        scale = np.maximum(units / 2, allowed) + 1e-300
        slopes = (found[1:] - found[0]).T / _STEP / scale[:, None]
        missing = (obtained - found[0]) / scale
        if not (np.all(np.isfinite(slopes)) and np.all(np.isfinite(missing))):
            return shares, np.full(len(weights), np.inf)
        try:
            step = np.linalg.lstsq(weights[:, None] * slopes, weights * missing, rcond=None)[0]
        except np.linalg.LinAlgError:  # numbers of any size may stand here
            return shares, np.full(len(weights), np.inf)
        signs = np.array(
            [np.sign(self.settled.numbers[u.quantity].values[u.index]) for u in self.unknown]
        )
        # rounded: half a unit either way; cut off: up to a unit further from zero
        low, high = np.where(signs < 0, -2.0, -1.0), np.where(signs < 0, 1.0, 2.0)
        return np.clip(shares + step, low, high), np.abs(missing)

    def _tolerated(self, q: str) -> Array:
        relative = self.settled.problem.criterion(q).tolerance.rel
        return _WITHIN * relative * np.abs(self.settled.numbers[q].values)

    def _predicted(self, rows: Array) -> Array:
        """The later entries under each row of shares: rows by entries."""
        values = dict(self._base.flat)
        pinned: dict[str, Array] = {}
        for k, one in enumerate(self.unknown):
            if one.quantity not in pinned:
                own = self.settled.numbers[one.quantity].values
                pinned[one.quantity] = np.repeat(own[None], len(rows), axis=0)
            moved = np.moveaxis(pinned[one.quantity], 0, -1)
            moved[one.index] += rows[:, k] * one.half_unit
        for q, own in pinned.items():
            values[q] = np.where(self.pins[q], own, values[q])
        computed: dict[str, Array] = {}
        for step in self._moving:
            arrays = (values[name] for name in step.inputs)
            computed[step.name] = OPERATIONS[step.operation].value(*arrays, **step.options)
            value = computed[step.name]
            if step.name in pinned:
                value = np.where(self.pins[step.name], pinned[step.name], value)
            values[step.name] = value
        return self._gathered(
            {
                q: np.broadcast_to(computed[q], (len(rows), *mask.shape))
                for q, mask in self.told.items()
            }
        )

    def _gathered(self, values: Mapping[str, Array]) -> Array:
        """The told entries of all quantities, one behind the other."""
        return np.concatenate([values[q][..., mask] for q, mask in self.told.items()], axis=-1)
