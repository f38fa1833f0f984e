"""How every line of the search stands at one answer, and the ways on from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from grader.compare import Mask
from grader.fits import KEY, Fit, Sought
from grader.follow import Cause, Tried
from grader.lines import STORY, WRITTEN, Line, Rows
from grader.model import Problem
from grader.plan import plan, times
from grader.prices import LAYOUT, UNUSED
from grader.relations import PLAIN, Compared
from reference.mistakes import Mistake
from reference.operations import Array

__all__ = ["Next", "Standing", "home"]

_MOST_TOLD = 5
_COPYING = frozenset({"same", "fold", "unfold", "repeat_channels"})


class Next(NamedTuple):
    """A line after an answer.

    Attributes:
        parent: the number of the line that it continues.
        wrong: entries that are wrong by no rule.
        carried: whether these are gone on with.
        factor: everything is so many times what it should be from here on.
        empty: the answer says nothing, and is not gone on with.
        refined: the values of all steps so far, where hidden digits came to light.
    """

    line: Line
    parent: int
    wrong: Mask | None = None
    carried: bool = True
    factor: float = 1.0
    empty: bool = False
    refined: Mapping[str, Array] = MappingProxyType({})


@dataclass(eq=False)
class Standing:
    """How every line stands at an answer.

    Attributes:
        predicted: by world: lines, three predictions, draws, then the quantity's axes.
        rows: for each line the number of its combination of conventions.
        fit: how the answer fits the predictions.
        follows, right: by line, whether all of the answer is as it predicts, or as the key has it.
        n_wrong, n_open, n_present: by line, how many entries it does not predict, how many are
            not the key's either, and how many were answered.
    """

    problem: Problem
    quantity: str
    sought: Sought
    lines: Sequence[Line]
    predicted: Mapping[str, Array]
    rows: Rows
    fit: Fit

    def __post_init__(self) -> None:
        count = len(self.lines)
        self.follows = np.all(self.fit.follows.reshape(count, -1), axis=1).tolist()
        self.right = np.all(self.fit.right.reshape(count, -1), axis=1).tolist()
        by_key = (self.fit.hits[:, KEY] & self.fit.present).reshape(count, -1)
        self.by_key = by_key.sum(axis=1).tolist()
        unused = (self.fit.hits[:, KEY] & ~self.fit.follows).reshape(count, -1)
        self.unused = np.any(unused, axis=1).tolist()
        by_story = (self.fit.hits[:, STORY] | ~self.fit.present).reshape(count, -1)
        self.by_story = np.all(by_story, axis=1).tolist()
        self.telling = self.fit.telling.tolist()
        self.empty = self.fit.empty.tolist()
        self.layouts = self.fit.layouts.tolist()
        self._on_the_way = plan(self.problem).graph.ancestors(self.quantity) | {self.quantity}
        self.n_wrong = np.sum(~self.fit.follows.reshape(count, -1), axis=1).tolist()
        self.n_open = np.sum(~self.fit.right.reshape(count, -1), axis=1).tolist()
        self.n_present = np.sum(self.fit.present.reshape(count, -1), axis=1).tolist()
        self.families: dict[tuple[object, ...], list[int]] = {}
        for k, line in enumerate(self.lines):
            self.families.setdefault((line.choice, id(line.causes)), []).append(k)

    def is_fine(self, k: int) -> bool:
        """Whether the line predicts the answer; a mistake has to show, not only the key."""
        if self.empty[k]:
            said = self.lines[k].pending and self.leads_here(self.lines[k])
            return bool(said and not self.sought.is_zero and self.by_story[k])
        if self.lines[k].pending:
            return bool(self.follows[k] and self.telling[k])
        return bool(self.right[k])

    def going_on(self, k: int, line: Line) -> Line:
        """The line with what every answer adds: its layout, and entries right by the key."""
        cost, layouts, layout = line.cost, line.layouts, self.layouts[k]
        if self.unused[k]:
            cost += UNUSED
        if layout or self.sought.words(0):
            layouts = (*layouts, (self.quantity, layout))
            cost += LAYOUT * bool(self.sought.words(layout))
        right, far = line.right + self.by_key[k], line.far + int(self.fit.far[k])
        return line._replace(cost=cost, layouts=layouts, right=right, far=far)

    def leads_here(self, line: Line) -> bool:
        """Whether all its open mistakes were made on the way to this answer."""
        return all(mistake.step in self._on_the_way for mistake in line.pending)

    def as_step(self, line: Line, cause: Cause) -> Mistake | None:
        """A sign or a plain factor as a rule replaced, where all of the answer has it.

        What follows is then known to all digits, not only to those written.
        """
        factor = float(cause.evidence.get("factor", 0))
        plain = cause.code == "sign_error" or (cause.code == "constant_factor" and factor in PLAIN)
        made = (*line.pending, *(c.mistake for c in line.causes if c.mistake))
        taken = any(mistake.step == self.quantity for mistake in made)
        if not plain or taken or not np.all(cause.entries):
            return None
        planned = plan(self.problem).steps[self.quantity]
        return times(planned.rules[planned.choice(line.choice)][0], cause.code, factor)

    def comparing(self, lines: list[int], wrong: Mask) -> Compared:
        """Some lines and what they predict, to be compared with the answer."""
        order = [WRITTEN, STORY, KEY]
        return Compared(
            self.quantity,
            self.sought,
            self.fit.layouts[lines],
            self.rows[lines],
            wrong,
            self.fit.present[lines],
            {world: values[lines][:, order] for world, values in self.predicted.items()},
        )

    def tried(self, k: int) -> Tried:
        """The hypotheses beside a line that were tried here, those that fit best first."""
        family = self.families[self.lines[k].choice, id(self.lines[k].causes)]
        fits = {one: self._fitting(one) for one in family}
        best = sorted(family, key=lambda one: -fits[one])[:_MOST_TOLD]
        return tuple(
            {
                "made": [_made(m) for m in self.lines[one].pending],
                "fits": fits[one],
                "of": self.n_present[one],
            }
            for one in best
        )

    def _fitting(self, k: int) -> int:
        wrong = self.n_wrong[k] if self.lines[k].pending else self.n_open[k]
        return int(self.n_present[k] - wrong)


def _made(mistake: Mistake) -> str:
    """A mistake by its code, its step and, of a mixture, the value mixed in."""
    value = mistake.mixed[1]
    return f"{mistake.code} at {mistake.step}" + (f" ({value})" if value else "")


@lru_cache(maxsize=4096)
def home(problem: Problem, step: str, quantity: str) -> str:
    """The quantity that a step belongs to: itself, or the next one on the way to the answer."""
    graph = plan(problem).graph
    names = [one.name for one in problem.reference.quantities]
    while step not in names and graph.by_name[step].operation in _COPYING:
        step = graph.by_name[step].inputs[0]  # as the quantity that it is a copy of, if it is one
    if step in names:
        return step
    on_the_way = graph.ancestors(quantity) | {quantity}
    return next(n for n in names if n in on_the_way and step in graph.ancestors(n))
