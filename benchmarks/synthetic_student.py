"""One synthetic student: what was done, what is written, and what any other story would give.

A story is conventions and acts. An act is a rule of the graph replaced, or a `Spoilt` answer. What
a story predicts is compared with what is written in two ways: to the digits written, and within
the rubric's tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import permutations

import numpy as np

from benchmarks.synthetic_rules import Conventions, Working, quantities
from benchmarks.synthetic_writing import Writing
from grader.compare import Written, agree, same
from grader.model import Index, Problem, Rubric, Submission
from reference.graph import evaluate
from reference.mistakes import Mistake
from reference.operations import Array

__all__ = ["Act", "Answers", "Made", "Spoilt", "Story", "drawn", "exact_working", "readings"]

_SLACK = 1e-9
_DRAWS = 4
_SIZES = {"N": 4, "M": 3}


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
            found |= {q: whole(symbols[q], _DRAWS) for q in self.answers.formulas}
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
        found = (np.abs(turned(values, axes) - own) <= allowed for axes in readings(own.shape))
        return _any(_all(mask, own.ndim) for mask in found)

    def near(self, q: str, values: Array) -> np.ndarray:
        """Whether this agrees with what is written within the tolerance."""
        if q in self.answers.formulas:
            return self._same(q, values)
        own, rule = self.answers.numbers[q], self.problem.criterion(q).tolerance
        found = (agree(turned(values, axes), own, rule) for axes in readings(own.values.shape))
        return _any(_all(mask, own.values.ndim) for mask in found)

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
        """The answers that would be others, beyond tolerance, without this act."""
        rest = self.predicted(story.without(act))
        return tuple(q for q in self.keep if not self.near(q, rest[q]))


def leading(values: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays with one leading axis."""
    return {name: np.asarray(value, dtype=float)[None] for name, value in values.items()}


def whole(values: Array, draws: int) -> Array:
    """A value that is the same at all draws, at each of them."""
    return np.broadcast_to(values, (draws, *values.shape[1:]))


def _all(mask: np.ndarray, rank: int) -> np.ndarray:
    return np.all(mask, axis=tuple(range(mask.ndim - rank, mask.ndim)))


def _any(masks: object) -> np.ndarray:
    return np.logical_or.reduce(list(masks))  # type: ignore[call-overload]


@lru_cache(maxsize=64)
def readings(shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """The orders of axes that leave an array's shape as it is, its own first."""
    orders = permutations(range(len(shape)))
    return tuple(o for o in orders if tuple(shape[axis] for axis in o) == shape)


def turned(values: Array, axes: tuple[int, ...]) -> Array:
    """The array with its last axes in that order."""
    lead = values.ndim - len(axes)
    return values.transpose((*range(lead), *(lead + axis for axis in axes)))


@lru_cache(maxsize=2)
def exact_working(problem: Problem) -> Working:
    """The problem at its own values, worked at full precision."""
    return Working(problem, leading(problem.given))


@lru_cache(maxsize=4)
def drawn(problem: Problem) -> Working:
    """The problem at drawn values, all forward values known by name: where formulas stand."""
    rng = np.random.default_rng(17)
    forward = problem.reference.forward
    given = {
        name: rng.normal(size=(_DRAWS, *(_SIZES.get(n, n) for n in shape)))
        for name, shape in forward.inputs.items()
    }
    values = evaluate(problem.reference.graph(), given)
    names = [q for q in quantities(problem) if q in forward.by_name]
    return Working(problem, given, {q: values[q] for q in names})


def indices(mask: np.ndarray) -> frozenset[Index]:
    """Where a mask holds."""
    return frozenset(tuple(int(i) for i in index) for index in np.argwhere(mask))
