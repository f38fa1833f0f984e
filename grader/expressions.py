"""Expressions as values: in every world, under every combination of conventions at once.

A name in an expression stands for the student's own answer where there is one, else for the key's
value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from grader.model import Problem
from grader.plan import combinations, keys
from grader.settled import Values
from grader.working import Refused, Symbolic, Work, shape_in_words
from grader.worlds import World
from reference.operations import Array

__all__ = ["Evaluated", "evaluated"]


@dataclass(eq=False)
class Evaluated:
    """What became of the expressions.

    Attributes:
        values: of each, by world: one row a combination of conventions, then draws and axes.
        refused: those that cannot be judged.
        undecided: those that have no value at some draw.
        transposed: those whose result is the quantity's transpose.
    """

    values: dict[str, Values] = field(default_factory=dict)
    refused: dict[str, Refused] = field(default_factory=dict)
    undecided: set[str] = field(default_factory=set)
    transposed: set[str] = field(default_factory=set)


def evaluated(
    problem: Problem, work: Work, worlds: Sequence[World], numbers: Mapping[str, Array]
) -> Evaluated:
    """The values of all expressions of a student.

    Args:
        problem: the problem.
        work: the answers, from `grader.working.prepared`.
        worlds: where expressions are worked out.
        numbers: the student's own numbers, for the names of numbers, NaN where missing.
    """
    found = Evaluated()
    for quantity in (q.name for q in problem.reference.quantities):
        item = work.get(quantity)
        if isinstance(item, Symbolic):
            _Evaluation(problem, worlds, numbers, found).add(quantity, item)
    return found


@dataclass(frozen=True, eq=False)
class _Evaluation:
    problem: Problem
    worlds: Sequence[World]
    numbers: Mapping[str, Array]
    found: Evaluated

    def add(self, quantity: str, item: Symbolic) -> None:
        """Work out one expression; it may use those before it."""
        values: dict[str, Array] = {}
        for world in self.worlds:
            raw = self._raw(item, world)
            right = keys(self.problem, world)[quantity]
            fitted = _fitted(raw, right, 1 + len(world.batch))
            if fitted is None:
                expected = shape_in_words(self.problem.shape(quantity))
                obtained = shape_in_words(raw.shape[1 + len(world.batch) :])
                reason = f"expected {expected}, received {obtained}"
                self._refuse(quantity, Refused(item.answer, reason, "shape_mismatch"))
                return
            values[world.name], turned = fitted
            self.found.transposed |= {quantity} if turned else set()
        drawn = [values[world.name] for world in self.worlds if world.batch]
        if not all(np.all(np.isfinite(value)) for value in drawn):
            self.found.undecided.add(quantity)
        self.found.values[quantity] = values

    def _refuse(self, quantity: str, refused: Refused) -> None:
        self.found.transposed.discard(quantity)
        self.found.refused[quantity] = refused

    def _raw(self, item: Symbolic, world: World) -> Array:
        """The expression's values: combinations, then draws."""
        from grader.notation.evaluate import evaluate  # noqa: PLC0415  # heavy

        count = len(combinations(self.problem))
        draws = world.batch[0] if world.batch else 1
        names = {}
        for name in item.names:
            meaning = self._meaning(name, world)
            names[name] = meaning.reshape((count * draws, *meaning.shape[1 + len(world.batch) :]))
        value = evaluate(item.expression, names)
        whole = np.broadcast_to(value, (count * draws, *value.shape[1:]))
        return whole.reshape((count, *world.batch, *value.shape[1:]))

    def _meaning(self, name: str, world: World) -> Array:
        """What a name stands for under every combination: the student's value, or the key's."""
        lead = (len(combinations(self.problem)), *world.batch)
        if name in world.dimensions:
            return np.full(lead, float(world.dimensions[name]))
        if name in self.found.values and any(map(np.any, self.found.values[name].values())):
            return self.found.values[name][world.name]
        right = keys(self.problem, world)[name]
        if world.batch or name not in self.numbers:
            return right
        own = self.numbers[name]
        return np.where(np.isnan(own), right, own)


def _fitted(found: Array, right: Array, lead: int) -> tuple[Array, bool] | None:
    """The values in the quantity's shape, and whether they had to be transposed."""
    shape = right.shape[lead:]
    core = found.shape[lead:]
    if core == shape:
        return found, False
    if tuple(n for n in core if n != 1) == tuple(n for n in shape if n != 1):
        turned = len(core) == len(shape)
        return found.reshape((*found.shape[:lead], *shape)), turned
    if core == shape[::-1] and len(shape) == 2:  # noqa: PLR2004  # a matrix
        return np.swapaxes(found, -1, -2), True
    return None
