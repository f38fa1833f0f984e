"""From a plan (conventions, mistakes, habits) to what one student writes down and hands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.synthetic_arrays import leading, whole
from benchmarks.synthetic_rules import Conventions, Working, drawn
from benchmarks.synthetic_student import Act, Answers, Made, Spoilt, Story
from benchmarks.synthetic_writing import Sheet, Writing, handed_in, spaced, written
from grader.model import Problem, Rubric, Student, Submission
from reference.mistakes import Mistake
from reference.operations import Array

__all__ = ["Plan", "Slip", "completed"]


@dataclass(frozen=True, eq=False)
class Slip:
    """Entries of an answer that come out so many times too large; 1 elsewhere."""

    at: str
    factors: Array
    carried: bool

    def spoilt(self, right: Array) -> Spoilt:
        """The act, on the values that the rules give."""
        mask, wrong = self.factors != 1, right * self.factors
        return Spoilt(
            "arithmetic_slip" if self.carried else "transcription_slip",
            (self.at,),
            lambda q, values: np.where(mask, wrong, values[q]),
            mask,
            wrong,
            right,
            carried=self.carried,
        )


@dataclass(frozen=True, eq=False)
class Plan:
    """What a student will do.

    Attributes:
        spoilt: answers that are stated wrongly and not carried on, beside the slips.
        keep: what is answered, in working order.
        formulas: the answers that are expressions.
        layouts: the order of axes in which an array is written, and whether as one row.
        as_written: each answer is worked out from the previous ones as they stand on paper.
        rounding_matters: it is no hindrance that this moves an answer beyond its tolerance.
    """

    kind: str
    seed: int
    rubric: Rubric
    problem: Problem
    conventions: Conventions
    keep: tuple[str, ...]
    stated: Mapping[str, str]
    writing: Writing
    rules: tuple[Mistake, ...] = ()
    slips: tuple[Slip, ...] = ()
    spoilt: tuple[Spoilt, ...] = ()
    formulas: Mapping[str, str] = field(default_factory=dict)
    layouts: Mapping[str, tuple[tuple[int, ...], bool]] = field(default_factory=dict)
    as_written: bool = False
    rounding_matters: bool = False


def completed(plan: Plan) -> Made | None:
    """The student; None where some mistake shows nowhere, or is not what it is called.

    Raises:
        MisreadError: the readers gave back something else than was written.
    """
    made = _made(plan)
    if made is None or (plan.as_written and not plan.rounding_matters and not _only_rounded(made)):
        return completed(replace(plan, as_written=False)) if plan.as_written else None
    shows = all(made.shown(made.truth, act) for act in made.truth.acts)
    if not shows or (not plan.rounding_matters and _vanishes(made)):
        return None
    is_what_it_is_called = all(_stands_out(made, act) for act in made.truth.acts) and all(
        _told_by_later(made, act) for act in made.truth.spoilt
    )
    return made if is_what_it_is_called else None


def _vanishes(made: Made) -> bool:
    """Whether an answer is noise only because 1 - p is too small for a double."""
    values = made.predicted(made.truth)
    spoilt = {q for act in made.truth.spoilt for q in act.at}
    sizes = (np.max(np.abs(values[q])) for q in made.answers.numbers if q not in spoilt)
    return any(size < _NOISE for size in sizes)


_NOISE = 1e-12


_FEW = 3


def _stands_out(made: Made, act: Act) -> bool:
    """Whether entries enough show a rule that is made where there are slips too.

    One factor throughout shows in three entries or more; of a rule whose answer has slips as well
    more entries than slipped are left to tell it.
    """
    if isinstance(act, Spoilt):
        return True
    values = made.predicted(made.truth.without(act))
    first = made.shown(made.truth, act)[0]
    changed = ~made.agreeing(first, values[first])
    if act.code == "constant_factor" and changed.ndim and changed.sum() < _FEW:
        return False
    slips = [slip.mask for slip in made.truth.spoilt if first in slip.at and slip.mask is not None]
    return all(np.sum(changed & ~mask) > np.sum(mask) for mask in slips)


def _told_by_later(made: Made, slip: Spoilt) -> bool:
    """Whether later answers show that a copied value was not carried on."""
    if slip.code != "transcription_slip":
        return True
    carried = replace(slip, carried=True)
    spoilt = tuple(carried if act is slip else act for act in made.truth.spoilt)
    values = made.predicted(replace(made.truth, spoilt=spoilt))
    return any(q not in slip.at and not made.near(q, values[q]) for q in made.keep)


def _only_rounded(made: Made) -> bool:
    """Whether full precision would have given the same within tolerance."""
    values = replace(made, as_written=False).predicted(made.truth)
    return all(made.near(q, values[q]) for q in made.keep)


# --- working ------------------------------------------------------------------------------------


def _made(plan: Plan) -> Made | None:
    """The student; None where something has no finite value."""
    stated, used, slips = _on_paper(plan) if plan.as_written else _exact(plan)
    for act in plan.spoilt:
        stated |= {q: act.stands(q, stated) for q in act.at}
    numbers = {q: stated[q] for q in plan.keep if q not in plan.formulas}
    if not all(np.all(np.isfinite(values)) for values in numbers.values()):
        return None
    submission, answers = _on_sheet(plan, numbers)
    return Made(
        plan.kind,
        plan.seed,
        plan.rubric,
        plan.problem,
        Story(plan.conventions, plan.rules, (*slips, *plan.spoilt)),
        plan.keep,
        plan.stated,
        plan.writing,
        plan.as_written,
        replace(answers, used=used),
        submission,
    )


def _on_sheet(plan: Plan, numbers: Mapping[str, Array]) -> tuple[Submission, Answers]:
    """What is handed in, and what the grader reads of it."""
    texts = {q: plan.writing.texts(values) for q, values in numbers.items()}
    sheet = Sheet(
        plan.problem.name,
        Student(f"s{plan.seed}", "", max(plan.problem.levels, default="4850")),
        plan.stated,
        {q: texts[q] if q in texts else plan.formulas[q] for q in plan.keep},
        plan.layouts,
    )
    submission = handed_in(sheet, plan.writing, plan.rubric)
    rule = {q: plan.problem.criterion(q).tolerance for q in numbers}
    return submission, Answers(
        {q: written(sheet, plan.writing, submission, q, rule[q]) for q in numbers},
        {q: spaced(texts[q]) for q in numbers},
        {},
        _drawn_values(plan),
    )


_Values = dict[str, Array]


def _exact(plan: Plan) -> tuple[_Values, _Values, list[Spoilt]]:
    """Each step at full precision; what is stated, what is carried on as written, the slips."""
    if not plan.problem.given:
        return {}, {}, []
    pins: _Values = {}
    slips: list[Spoilt] = []
    for slip in plan.slips:
        values = _worked(plan, pins)
        slips.append(slip.spoilt(values[slip.at]))
        pins |= slips[-1].pins
    stated = _worked(plan, pins)
    for act in slips:
        stated[act.at[0]] = act.stands(act.at[0], stated)
    return stated, {}, slips


def _on_paper(plan: Plan) -> tuple[_Values, _Values, list[Spoilt]]:
    """Each answer from those before it as they are written."""
    stated = _worked(plan, {})
    used: _Values = {}
    slips: list[Spoilt] = []
    for q in plan.keep:
        if q in plan.formulas:
            continue
        right = _worked(plan, used)[q]
        stated[q] = carried = right
        for slip in (s for s in plan.slips if s.at == q):
            slips.append(slip.spoilt(right))
            stated[q] = slips[-1].stands(q, {q: right})
            carried = stated[q] if slip.carried else right
        used[q] = plan.writing.rounded(carried)
    return stated, used, slips


def _worked(plan: Plan, pins: Mapping[str, Array]) -> _Values:
    """What each step gives when these values are carried on."""
    working = Working(plan.problem, leading(plan.problem.given), leading(pins))
    computed = working.worked(plan.conventions, plan.rules).computed
    return {q: computed[q][0] for q in computed}


def _drawn_values(plan: Plan) -> _Values:
    """The formulas at the draws."""
    if not plan.formulas:
        return {}
    worked = drawn(plan.problem)
    computed = worked.worked(plan.conventions, plan.rules).computed
    draws = len(next(iter(worked.given.values())))
    return {q: whole(computed[q], draws) for q in plan.formulas}
