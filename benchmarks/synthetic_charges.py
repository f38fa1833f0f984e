"""What a story costs, by the rules of the project and independently of the grader.

An entry is right when it agrees with the key under the story's conventions, or with what follows
from the student's own answers without the mistakes that are charged in its item: from the story at
full precision, or from all earlier answers as they were written (decision 0002). An act is charged
in the first item with points in which it shows, and what follows from it is right (decision 0003).

Where 0002 accepts an answer in still other ways (from one answer as written, or all but one), an
entry may be right, and neither mark is held against the grader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from benchmarks.synthetic_arrays import leading, readings, turned
from benchmarks.synthetic_rules import Working, reach
from benchmarks.synthetic_student import Act, Made, Spoilt, Story
from grader.compare import Written, agree
from reference.operations import Array

__all__ = ["Charges", "charges"]

Pins = Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Charges:
    """By item: the entries that must be right, and those that may be.

    ``due`` has the acts that are charged in each item.
    """

    must: Mapping[str, np.ndarray]
    may: Mapping[str, np.ndarray]
    due: Mapping[str, tuple[Act, ...]] = field(default_factory=dict)


def charges(made: Made, story: Story) -> Charges:
    """Go through the items in working order and charge each act where it first shows."""
    judge = _Judge(made, story)
    must: dict[str, np.ndarray] = {}
    may: dict[str, np.ndarray] = {}
    charged: dict[str, tuple[Act, ...]] = {}
    open_acts = list(story.acts)
    for q in filter(made.points, made.keep):
        due = [act for act in open_acts if not np.all(judge.right(q, story.without(act)))]
        rest = story.without(*due)
        must[q] = judge.right(q, rest) if due else np.ones(judge.shape(q), dtype=bool)
        may[q] = must[q] if np.all(must[q]) else must[q] | judge.may_be_right(q, due)
        charged[q] = tuple(due)
        open_acts = [act for act in open_acts if act not in due or _stands_later(act, q)]
        if any(isinstance(act, Spoilt) and act.code == "degenerate" for act in due):
            must[q] = np.zeros(judge.shape(q), dtype=bool)  # the whole answer says nothing
    return Charges(must, may, charged)


def _stands_later(act: Act, q: str) -> bool:
    """Whether an act spoils another answer by itself: each of two exchanged answers pays."""
    return isinstance(act, Spoilt) and act.at[-1] != q and len(act.at) > 1


def _places(act: Act) -> tuple[str, ...]:
    return act.at if isinstance(act, Spoilt) else (act.step,)


@dataclass(frozen=True, eq=False)
class _Judge:
    made: Made
    story: Story

    def shape(self, q: str) -> tuple[int, ...]:
        return self._own(q).values.shape if q in self.made.answers.numbers else ()

    def _own(self, q: str) -> Written:
        """The numbers in the layout in which the story reads them."""
        own = self.made.answers.numbers[q]
        values = self.made.predicted(self.story)[q]
        for axes in readings(own.values.shape):
            back = tuple(np.argsort(axes))
            read = Written(
                turned(own.values, back), turned(own.unit, back), turned(own.digits, back)
            )
            if np.all(agree(values, read, self.made.problem.criterion(q).tolerance)):
                return read
        return own

    def right(self, q: str, rest: Story) -> np.ndarray:
        """Agrees with the key, or follows from the story that is left."""
        if q in self.made.answers.formulas:
            found = (self.made.predicted(s)[q] for s in (Story(rest.conventions), rest))
            return np.array(any(self.made.near(q, values) for values in found))
        return self._agreeing(q, self._plain_ways(q, rest))

    def may_be_right(self, q: str, due: Sequence[Act]) -> np.ndarray:
        """The same, in any of the ways in which something can follow.

        Of several acts, each alone may change nothing in an entry that they change together; and
        an entry that they move by less than the tolerance may be off as written only.
        """
        rest = self.story.without(*due)
        if q in self.made.answers.formulas:
            return self.right(q, rest)
        alone = [self.right(q, self.story.without(act)) for act in due]
        unmoved = self._is_close(q, self.made.predicted(self.story)[q], self._exactly(q, rest))
        found = self._agreeing(q, self._other_ways(q, rest))
        return np.asarray(found | unmoved | np.logical_and.reduce(alone))

    def _exactly(self, q: str, rest: Story) -> Array:
        """What the story that is left gives at full precision."""
        pins = {k: pin for act in rest.spoilt for k, pin in act.pins.items()}
        return self._from(q, rest, pins)

    def _is_close(self, q: str, values: Array, expected: Array) -> np.ndarray:
        rule = self.made.problem.criterion(q).tolerance
        allowed = np.maximum(rule.abs, rule.rel * np.abs(expected))
        return np.asarray(np.abs(values - expected) <= allowed)

    def _agreeing(self, q: str, ways: Iterator[Array]) -> np.ndarray:
        own, rule = self._own(q), self.made.problem.criterion(q).tolerance
        return np.asarray(np.logical_or.reduce([agree(values, own, rule) for values in ways]))

    def _plain_ways(self, q: str, rest: Story) -> Iterator[Array]:
        yield self._from(q, Story(rest.conventions), {})
        yield self._from(q, rest, self._carried(rest))
        yield self._from(q, rest, self._spoilt_as_written(rest))
        yield self._from(q, rest, self._as_written(rest))

    def _other_ways(self, q: str, rest: Story) -> Iterator[Array]:
        story, own = self._spoilt_as_written(rest), self._as_written(rest)
        every = self._own_without(rest)
        yield self._from(q, rest, every)
        yield self._from(q, Story(rest.conventions), every)
        for k in own:
            if k != q and k in self.made.problem.reference.graph().ancestors(q):
                yield self._from(q, rest, {**story, k: own[k]})
                yield self._from(q, rest, {**own, k: story.get(k, np.full_like(own[k], np.nan))})

    def _spoilt_as_written(self, rest: Story) -> dict[str, Array]:
        """What was worked out wrongly, as written."""
        pins: dict[str, Array] = {}
        for act in rest.spoilt:
            for k, pin in act.pins.items():
                known = pins.get(k, np.full(pin.shape, np.nan))
                pins[k] = np.where(np.isnan(pin), known, self.made.answers.numbers[k].values)
        return pins

    def _as_written(self, rest: Story) -> dict[str, Array]:
        """All answers as written, but for what was not carried on."""
        pins = self._own_without(rest)
        for act in rest.spoilt:
            if not act.carried:
                for k in pins.keys() & set(act.at):
                    mask = True if act.mask is None else act.mask
                    pins[k] = np.where(mask, np.nan, pins[k])
        return pins

    def _carried(self, rest: Story) -> dict[str, Array]:
        """What this student carries on, but for what the mistakes left out have changed."""
        pins = self.made.pins(rest.spoilt)
        if not self.made.as_written:
            return pins
        left = self._own_without(rest)
        return {k: pin for k, pin in pins.items() if k in left}

    def _own_without(self, rest: Story) -> dict[str, Array]:
        """The answers as written that the mistakes left out cannot have changed."""
        graph, left = self.made.problem.reference.graph(), {id(act) for act in rest.acts}
        spoilt = [act for act in self.story.acts if id(act) not in left]
        places = [place for act in spoilt for place in _places(act)]
        reached = frozenset().union(*(reach(graph, place, ()) for place in places))
        numbers = self.made.answers.numbers
        return {k: n.values for k, n in numbers.items() if k not in reached}

    def _from(self, q: str, rest: Story, pins: Pins) -> Array:
        problem = self.made.problem
        working = Working(problem, leading(problem.given), leading(pins))
        values = {k: v[0] for k, v in working.worked(rest.conventions, rest.rules).computed.items()}
        for act in rest.spoilt:
            if q in act.at:
                return act.stands(q, values)
        return values[q]
