"""A student's answers to one problem, as the search needs them, and as one choice settles them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from grader.compare import Mask, agree, allowance, within_allowance
from grader.expressions import Evaluated, evaluated
from grader.fits import Expression, Numbers, Sought
from grader.model import Problem
from grader.plan import Choice, combinations, keys
from grader.settled import Settled
from grader.working import Numeric, Refused, Symbolic, Work
from grader.worlds import World, draws, instance
from reference.operations import Array

__all__ = ["Answers"]


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers to a problem, with indices counted from ``base``."""

    problem: Problem
    work: Work
    base: int

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """Where the answers are judged: the instance, and the draws if there are expressions."""
        home = instance(self.problem)
        some = any(isinstance(item, Symbolic) for item in self.work.values())
        return ((home,) if home else ()) + (draws(self.problem) if some else ())

    @cached_property
    def sought(self) -> Mapping[str, Sought]:
        """What the search has to account for, in working order."""
        found: dict[str, Sought] = {}
        for quantity in (q.name for q in self.problem.reference.quantities):
            if quantity in self._numbers:
                found[quantity] = self._numbers[quantity]
            elif quantity in self.expressions.values and quantity not in self.expressions.undecided:
                found[quantity] = self._expression(quantity)
        return found

    @cached_property
    def _numbers(self) -> Mapping[str, Numbers]:
        home = self.worlds[0] if self.worlds else None
        found = {}
        for quantity, item in self.work.items():
            if isinstance(item, Numeric) and home is not None:
                read = item.reads.get(self.base) or next(iter(item.reads.values()))
                tolerance = self.problem.criterion(quantity).tolerance
                found[quantity] = Numbers(read, tolerance, keys(self.problem, home)[quantity])
        return found

    @cached_property
    def expressions(self) -> Evaluated:
        """The expressions' values under every combination of conventions."""
        if not any(isinstance(item, Symbolic) for item in self.work.values()):
            return Evaluated()
        own = {q: one.ways[0].values for q, one in self._numbers.items()}
        return evaluated(self.problem, self.work, self.worlds, own)

    def _expression(self, quantity: str) -> Expression:
        names = tuple(world.name for world in self.worlds if world.batch)
        return Expression(
            self.expressions.values[quantity],
            {world.name: keys(self.problem, world)[quantity] for world in self.worlds},
            len(self.problem.shape(quantity)),
            names,
        )

    # --- the first look -------------------------------------------------------------------------

    @cached_property
    def glance(self) -> Mapping[str, Mask]:
        """By answer, for every combination of conventions, entry by entry, whether it is the key's.

        Numbers are read in the first layout of each; all are compared at once.
        """
        found: dict[str, Mask] = {}
        numbers = list(self._numbers_in_order())
        if numbers:
            close = _close(self.problem, self.worlds[0], numbers)
            ends = np.cumsum([one.ways[0].values.size for _, one in numbers])
            for (q, one), part in zip(numbers, np.split(close, ends[:-1], axis=1), strict=True):
                found[q] = part.reshape((len(part), *one.ways[0].values.shape))
        for q, expression in self._expressions_in_order():
            found[q] = expression.by_key
        return found

    def _numbers_in_order(self) -> Iterator[tuple[str, Numbers]]:
        return ((q, one) for q, one in self.sought.items() if isinstance(one, Numbers))

    def _expressions_in_order(self) -> Iterator[tuple[str, Expression]]:
        return ((q, one) for q, one in self.sought.items() if isinstance(one, Expression))

    @cached_property
    def right_under(self) -> Mapping[str, Mask]:
        """By answer, under which combinations it is right as tabled."""
        return {
            q: np.all((hits | ~self.sought[q].present).reshape(len(hits), -1), axis=1)
            for q, hits in self.glance.items()
        }

    def plainly_right(self) -> Mask:
        """By combination of conventions, whether every answer is the key's, as tabled."""
        count = len(combinations(self.problem))
        if any(one.words(0) for one in self.sought.values()):
            return np.zeros(count, dtype=bool)
        right: Mask = np.ones(count, dtype=bool)
        for one in self.right_under.values():
            right &= one
        return right

    # --- under one choice -----------------------------------------------------------------------

    def settled(self, choice: Choice, layouts: Mapping[str, int]) -> Settled:
        """The answers under one choice of conventions, each number in the layout given."""
        row = combinations(self.problem)[choice]
        sought = self.sought
        empty = frozenset(q for q, one in sought.items() if one.is_empty(row, self.glance[q][row]))
        read = {q: layouts.get(q, 0) for q in self._numbers}
        formulas = {
            q: {world: values[row] for world, values in one.values.items()}
            for q, one in self._expressions_in_order()
        }
        return Settled(
            problem=self.problem,
            conventions=dict(zip(self.problem.conventions, choice, strict=True)),
            numbers={q: self._numbers[q].ways[k] for q, k in read.items()},
            layouts={q: self._numbers[q].read.layouts[k] for q, k in read.items()},
            formulas=formulas,
            refused=self._refused,
            undecided=frozenset(self.expressions.undecided),
            empty=empty,
            worlds=self.worlds,
            transposed=frozenset(self.expressions.transposed),
            reads={q: self._numbers[q].read for q in read},
            by_key={q: self._by_key(q, row, read.get(q, 0), empty) for q in sought},
        )

    @cached_property
    def _refused(self) -> Mapping[str, Refused]:
        told = {q: item for q, item in self.work.items() if isinstance(item, Refused)}
        return told | self.expressions.refused

    def _by_key(self, quantity: str, row: int, layout: int, empty: frozenset[str]) -> Mask:
        """Whether each entry is the key's; nowhere where the answer says nothing."""
        if quantity in empty:
            return np.zeros(self.glance[quantity].shape[1:], dtype=bool)
        if not layout:
            return np.asarray(self.glance[quantity][row])
        one = self._numbers[quantity]
        return agree(one.rights[row], one.ways[layout], one.tolerance)


def _close(problem: Problem, world: World, numbers: Sequence[tuple[str, Numbers]]) -> Mask:
    """All entries of all numbers against all keys, in one comparison."""
    rights, allowed = _flat(problem, world, tuple(q for q, _ in numbers))
    ways = [one.ways[0] for _, one in numbers]
    spans = [
        way.span(one.tolerance.min_digits) for way, (_, one) in zip(ways, numbers, strict=True)
    ]
    values = np.concatenate([way.values.reshape(-1) for way in ways])
    low = np.concatenate([span[0].reshape(-1) for span in spans])
    high = np.concatenate([span[1].reshape(-1) for span in spans])
    return within_allowance(rights, allowed, values, (low, high))


@lru_cache(maxsize=256)
def _flat(problem: Problem, world: World, names: tuple[str, ...]) -> tuple[Array, Array]:
    """The keys of some quantities one behind the other, and how far off each entry may be."""
    rights, allowed = [], []
    for name in names:
        right = keys(problem, world)[name]
        tolerance = problem.criterion(name).tolerance
        rights.append(right.reshape(len(right), -1))
        allowed.append(allowance(right, right.ndim - 1, tolerance).reshape(len(right), -1))
    return np.concatenate(rights, axis=1), np.concatenate(allowed, axis=1)
