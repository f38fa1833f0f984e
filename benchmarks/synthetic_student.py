"""One synthetic student: what was done, what is written, and what any other story would give.

A story is conventions and acts. An act is a rule of the graph replaced, or a `Spoilt` answer. What
a story predicts is compared with what is written in two ways: to the digits written, and within
the rubric's tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from benchmarks.synthetic_arrays import all_of, any_of, leading, readings, turned, whole
from benchmarks.synthetic_rules import DRAWS, Conventions, Working, drawn, exact_working
from benchmarks.synthetic_writing import Writing
from grader.compare import Written, agree, same
from grader.model import Problem, Rubric, Submission
from reference.mistakes import Mistake
from reference.operations import Array

__all__ = ["Act", "Answers", "Made", "Spoilt", "Story"]

_SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Spoilt:
    """An answer that is not what the rules give.

    Attributes:
        code: of the finding.
        at: the quantities that it is found in.
        stands: what stands for a quantity, from what the rules give for all.
        mask: which entries of ``at`` it is about; None for all.
        wrong: the value carried on in the place of the right one, where it is.
        right: the value that the rules give.
    """

    code: str
    at: tuple[str, ...]
    stands: Callable[[str, Mapping[str, Array]], Array]
    mask: Array | None = None
    wrong: Array | None = None
    right: Array | None = None
    carried: bool = False

    @property
    def pins(self) -> dict[str, Array]:
        """The entries carried on wrongly."""
        if not self.carried or self.wrong is None:
            return {}
        mask = True if self.mask is None else self.mask
        return {self.at[0]: np.where(mask, self.wrong, np.nan)}


Act = Mistake | Spoilt


@dataclass(frozen=True, eq=False)
class Story:
    """Conventions, and all that was done otherwise than under them."""

    conventions: Conventions
    rules: tuple[Mistake, ...] = ()
    spoilt: tuple[Spoilt, ...] = ()

    @property
    def acts(self) -> tuple[Act, ...]:
        """Everything that is a mistake."""
        return (*self.rules, *self.spoilt)

    def without(self, *acts: Act) -> Story:
        """The same without some acts."""
        left = {id(act) for act in acts}
        return replace(
            self,
            rules=tuple(a for a in self.rules if id(a) not in left),
            spoilt=tuple(a for a in self.spoilt if id(a) not in left),
        )


@dataclass(frozen=True, eq=False)
class Answers:
    """What is written.

    Attributes:
        numbers: as the grader reads them, in the key's layout.
        units: of the last digit typed.
        used: what was carried on of each, where the student carries on what is written.
        formulas: the values at the draws of those that are expressions.
    """

    numbers: Mapping[str, Written]
    units: Mapping[str, Array]
    used: Mapping[str, Array]
    formulas: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Made:
    """A student with a known truth.

    Attributes:
        keep: the quantities answered, in working order.
        as_written: the student carries on what is written, or full precision.
    """

    kind: str
    seed: int
    rubric: Rubric
    problem: Problem
    truth: Story
    keep: tuple[str, ...]
    stated: Mapping[str, str]
    writing: Writing
    as_written: bool
    answers: Answers
    submission: Submission

    @property
    def rounds(self) -> bool:
        """Whether rounding carried on is all that was done."""
        return self.kind == "rounded"

    # --- what a story predicts ------------------------------------------------------------------

    def pins(self, spoilt: Sequence[Spoilt]) -> dict[str, Array]:
        """What is carried on, if these answers are spoilt."""
        pins = dict(self.answers.used) if self.as_written else {}
        for act in spoilt:
            for q, values in act.pins.items():
                known = pins.get(q, np.full(values.shape, np.nan))
                pins[q] = np.where(np.isnan(values), known, self._carried(values))
            if self.as_written and not act.carried and act.right is not None:
                q = act.at[0]
                mask = True if act.mask is None else act.mask
                pins[q] = np.where(mask, self._carried(act.right), pins[q])
        return pins

    def _carried(self, values: Array) -> Array:
        if not self.as_written:
            return values
        return np.where(np.isnan(values), np.nan, self.writing.rounded(np.nan_to_num(values)))

    @cached_property
    def _workings(self) -> dict[tuple[int, ...], tuple[Sequence[Spoilt], Working]]:
        return {}

    def working(self, spoilt: Sequence[Spoilt] = ()) -> Working:
        """The problem as it is worked when these answers are spoilt."""
        key = tuple(id(act) for act in spoilt)
        if key not in self._workings:
            pins = self.pins(spoilt)
            given = leading(self.problem.given)
            self._workings[key] = (
                spoilt,  # kept, so that no other gets its id
                Working(self.problem, given, leading(pins))
                if pins
                else exact_working(self.problem),
            )
        return self._workings[key][1]

    def predicted(self, story: Story) -> dict[str, Array]:
        """What stands for each answer if that is what the student did."""
        worked = self._computed(story)
        for act in story.spoilt:
            stands = {q: act.stands(q, worked) for q in act.at if q in worked}
            worked = {**worked, **stands}
        return worked

    def _computed(self, story: Story) -> dict[str, Array]:
        found: dict[str, Array] = {}
        if self.answers.formulas:
            symbols = drawn(self.problem).worked(story.conventions, story.rules).computed
            found |= {q: whole(symbols[q], DRAWS) for q in self.answers.formulas}
        if self.answers.numbers:
            numbers = self.working(story.spoilt).worked(story.conventions, story.rules).computed
            found |= {q: numbers[q][0] for q in self.answers.numbers}
        return found

    # --- and whether it is what is written ------------------------------------------------------

    def fits(self, q: str, values: Array) -> np.ndarray:
        """Whether this is what is written, to its digits and in some layout; leading axes free."""
        if q in self.answers.formulas:
            return self._same(q, values)
        own, unit = self.answers.numbers[q].values, self.answers.units[q]
        share = np.where(own == 0, 0.0, 1.0 if self.writing.cut_off else 0.5)
        allowed = share * unit * (1 + 1e-6) + _SLACK * np.abs(own)
        allowed = allowed + 1e-12 * np.max(np.abs(own), initial=0.0)
        found = (np.abs(turned(values, axes) - own) <= allowed for axes in self._readings(q))
        return any_of(all_of(mask, own.ndim) for mask in found)

    def near(self, q: str, values: Array) -> np.ndarray:
        """Whether this agrees with what is written within the tolerance."""
        if q in self.answers.formulas:
            return self._same(q, values)
        own, rule = self.answers.numbers[q], self.problem.criterion(q).tolerance
        found = (agree(turned(values, axes), own, rule) for axes in self._readings(q))
        return any_of(all_of(mask, own.values.ndim) for mask in found)

    def _readings(self, q: str) -> tuple[tuple[int, ...], ...]:
        """The layouts in which an answer can be read.

        What is carried on as written is carried on in one layout only.
        """
        every = readings(self.answers.numbers[q].values.shape)
        return every[:1] if q in self._carried_on else every

    @cached_property
    def _carried_on(self) -> frozenset[str]:
        graph = self.problem.reference.graph()
        later = (graph.ancestors(q) for q in self.keep)
        return frozenset().union(*later) if self.as_written else frozenset()

    def agreeing(self, q: str, values: Array) -> np.ndarray:
        """Entry by entry, as it is written, whether it agrees within the tolerance."""
        if q in self.answers.formulas:
            return np.asarray(self._same(q, values))
        return agree(values, self.answers.numbers[q], self.problem.criterion(q).tolerance)

    def _same(self, q: str, values: Array) -> np.ndarray:
        own = self.answers.formulas[q]
        return np.all(same(values, own, own.ndim - 1), axis=-1)

    def points(self, q: str) -> bool:
        """Whether an answer carries points."""
        return bool(self.problem.criterion(q).points)

    def shown(self, story: Story, act: Act) -> tuple[str, ...]:
        """The answers that are wrong, and would be others without this act.

        Beyond tolerance: what agrees with the key all the same shows nothing.
        """
        rest, key = self.predicted(story.without(act)), self.key(story.conventions)
        return tuple(
            q
            for q in self.keep
            if not self.near(q, rest[q])
            and np.any(~self.agreeing(q, rest[q]) & ~self.agreeing(q, key[q]))
        )

    def key(self, conventions: Conventions) -> dict[str, Array]:
        """The right answers under these conventions."""
        working = exact_working(self.problem) if self.problem.given else drawn(self.problem)
        computed = working.worked(conventions).computed
        found = {q: computed[q][0] for q in self.answers.numbers}
        if self.answers.formulas:
            symbols = drawn(self.problem).worked(conventions).computed
            found |= {q: whole(symbols[q], DRAWS) for q in self.answers.formulas}
        return found
