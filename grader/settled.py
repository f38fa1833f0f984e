"""A student's answers under one choice of conventions: numbers in the key's layout, expressions as

values at the instance and at every draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from grader.compare import Mask, Written, agree, lost_in_size, same
from grader.model import Problem, Tolerance
from grader.normalise import Layout, Read
from grader.working import Refused
from grader.worlds import World, key
from reference.operations import Array

__all__ = ["Settled", "Values"]

Values = Mapping[str, Array]
"""Arrays by the name of a world: what a quantity is there."""


@dataclass(frozen=True, eq=False)
class Settled:
    """The answers under one choice of conventions.

    Attributes:
        conventions: the choice.
        numbers: what was written, in the key's layout.
        layouts: how each array was written down.
        formulas: each expression's values, by world.
        refused: answers that cannot be judged.
        undecided: expressions that have no value at some draws.
        empty: degenerate answers; they say nothing and are not carried on.
        worlds: where the answers are judged.
        transposed: expressions whose result is the quantity's transpose.
        reads: the numbers as read, before they were put in the key's layout.
        by_key: entry by entry, whether the answer agrees with the key; nowhere where it is empty.
    """

    problem: Problem
    conventions: Mapping[str, str]
    numbers: Mapping[str, Written]
    layouts: Mapping[str, Layout]
    formulas: Mapping[str, Values]
    refused: Mapping[str, Refused]
    undecided: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    worlds: tuple[World, ...] = ()
    transposed: frozenset[str] = frozenset()
    reads: Mapping[str, Read] = field(default_factory=dict)
    by_key: Mapping[str, Mask] = field(default_factory=dict)

    @property
    def answered(self) -> tuple[str, ...]:
        """The quantities that can be judged, in working order."""
        names = (q.name for q in self.problem.reference.quantities)
        return tuple(n for n in names if n in self.numbers or n in self.formulas)

    def judging(self, quantity: str) -> tuple[World, ...]:
        """The worlds in which an answer is judged: a formula at the draws, numbers as given."""
        drawn = quantity in self.formulas
        return tuple(world for world in self.worlds if bool(world.batch) == drawn)

    def key(self, quantity: str) -> Values:
        """The right values of a quantity, by the worlds in which its answer is judged."""
        return {
            world.name: key(self.problem, world, self.conventions)[quantity]
            for world in self.judging(quantity)
        }

    def present(self, quantity: str) -> Mask:
        """Which entries were answered; of an expression the one that it is."""
        if quantity in self.numbers:
            return ~np.isnan(self.numbers[quantity].values)
        return np.ones((), dtype=bool)

    def matches(self, quantity: str, expected: Values, tolerance: Tolerance | None = None) -> Mask:
        """Entry by entry, whether the answer agrees with what is predicted from own values.

        Args:
            quantity: one that was answered.
            expected: its values by world, with any leading axes before a world's batch.
            tolerance: for numbers, where it is not the item's own.

        Returns:
            The leading axes, then the quantity's shape (none for an expression, which is one
            entry, right only if it is at every draw).
        """
        if quantity in self.numbers:
            allowed = tolerance or self.problem.criterion(quantity).tolerance
            number = self.numbers[quantity]
            right = self.key(quantity)["given"]
            largest = np.max(np.abs(right), initial=0.0)
            lost = lost_in_size(expected["given"], number.values, largest, allowed)
            return agree(expected["given"], number, allowed) & ~lost
        rank = len(self.problem.shape(quantity))
        found = self.formulas[quantity]
        verdicts = [
            np.all(same(expected[w.name], found[w.name], rank), axis=-1)
            for w in self.judging(quantity)
        ]
        return np.asarray(np.logical_and.reduce(verdicts))
