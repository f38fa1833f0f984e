"""Answers that have changed places: each holds the right values of the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations as pairs_of

import numpy as np

from grader.answers import Answers
from grader.compare import Mask, agree, same
from grader.fits import Expression, Numbers
from grader.follow import Cause
from grader.plan import Choice, combinations, keys

__all__ = ["Swap", "swaps"]


@dataclass(frozen=True)
class Swap:
    """Two answers that seem to have changed places."""

    one: str
    other: str

    def __contains__(self, quantity: object) -> bool:
        return quantity in (self.one, self.other)

    def holds(self, answers: Answers, choice: Choice) -> bool:
        """Whether it explains the numbers under this choice of conventions."""
        row = combinations(answers.problem)[choice]
        return bool(_exchanged(answers, self.one, self.other)[row])

    def causes(self, answers: Answers, choice: Choice) -> Iterator[Cause]:
        """One a quantity; nothing is gone on with."""
        row = combinations(answers.problem)[choice]
        for here, there in ((self.one, self.other), (self.other, self.one)):
            wrong = ~answers.glance[here][row] & answers.sought[here].present
            yield Cause(
                "swapped_answers", here, here, wrong, carried=False, evidence={"with": there}
            )


def swaps(answers: Answers) -> tuple[Swap, ...]:
    """The pairs that have changed places under some choice of conventions, each answer in one."""
    wrong = [q for q, right in answers.right_under.items() if not np.any(right)]
    found: list[Swap] = []
    for one, other in pairs_of(wrong, 2):
        free = not any(one in pair or other in pair for pair in found)
        if free and np.any(_exchanged(answers, one, other)):
            found.append(Swap(one, other))
    return tuple(found)


def _exchanged(answers: Answers, one: str, other: str) -> Mask:
    """By combination of conventions, whether each holds what is right for the other."""
    shapes = [answers.problem.shape(q) for q in (one, other)]
    kinds = {isinstance(answers.sought[q], Numbers) for q in (one, other)}
    if shapes[0] != shapes[1] or len(kinds) > 1:
        return np.zeros(len(combinations(answers.problem)), dtype=bool)
    return _holds(answers, one, other) & _holds(answers, other, one)


def _holds(answers: Answers, here: str, there: str) -> Mask:
    """By combination of conventions, whether an answer is what is right for another."""
    sought = answers.sought[here]
    worlds = [world for world in answers.worlds if world.name in sought.worlds]
    rights = [keys(answers.problem, world)[there] for world in worlds]
    if isinstance(sought, Numbers):
        agrees = agree(rights[0], sought.ways[0], sought.tolerance) | ~sought.present
        return np.asarray(np.all(agrees.reshape(len(agrees), -1), axis=1))
    if not isinstance(sought, Expression):
        raise TypeError(sought)
    verdicts = [
        same(right, sought.values[world.name], sought.rank).all(axis=1)
        for world, right in zip(worlds, rights, strict=True)
    ]
    return np.asarray(np.logical_and.reduce(verdicts))
