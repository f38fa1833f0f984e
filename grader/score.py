"""From a story to assessments: verdict, points in exact fractions, findings, marked entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import repeat

import numpy as np

from grader.advice import sentence
from grader.charges import Charges, charged, marks
from grader.explain import Story
from grader.follow import Cause
from grader.implied import unfounded, with_implied
from grader.model import (
    Assessment,
    Cell,
    CounterExample,
    Criterion,
    EntryMark,
    Finding,
    Index,
    Mark,
    Number,
    Problem,
    QuantityKey,
    Verdict,
)
from grader.settled import Settled
from grader.working import Refused, Symbolic, Work, unreadable_cells
from grader.worlds import instance, key
from reference.operations import Array

__all__ = ["IN_TERMS", "NOT_EXPLAINED", "assessed"]

IN_TERMS = "judged as it stands, in terms of"
"""How a note begins on a formula that uses a gradient by name that was not answered."""

NOT_EXPLAINED = "no mistake was found that explains what is not right here"
"""What is said of wrong numbers that nothing explains."""

_LIKE_TEN = 0.005
_LARGE_POWER = 3

_CLEARLY = 1e-6
"""A difference, relative to the largest entry of a draw, that is no rounding."""

_RIGHT = frozenset({Mark.RIGHT, Mark.FOLLOWS})
_OR = "Or, as the numbers fit both:"


@dataclass(frozen=True, eq=False)
class _Case:
    """All that is known about a student's answers to a problem."""

    problem: Problem
    work: Work
    settled: Settled
    story: Story
    charges: Charges
    key: Mapping[str, Array]
    """The right values of numbers, under the student's conventions."""

    def causes(self, q: str) -> tuple[Cause, ...]:
        """The mistakes that cost something in this item: made here, or charged here."""
        made = tuple(cause for cause in self.story.causes if cause.shows == q)
        return made + tuple(c for c in self.charges.due.get(q, ()) if c not in made)


def assessed(
    problem: Problem, work: Work, settled: Settled, story: Story
) -> tuple[Assessment, ...]:
    """One assessment an item of the rubric and one for every other quantity answered."""
    home = instance(problem)
    right = key(problem, home, settled.conventions) if home else {}
    case = _Case(problem, work, settled, story, charged(problem, settled, story), right)
    listed = {item.quantity for item in problem.items}
    found = [
        _assessment(case, q, blank)
        for q, blank in _blanks(problem).items()
        if q in listed or q in work
    ]
    return with_implied(problem, work, found)


def _assessment(case: _Case, q: str, blank: Assessment) -> Assessment:
    if q not in case.work:
        return blank
    if q in case.settled.refused:
        return _refused(blank, case.settled.refused[q], case.problem.criterion(q))
    if q in case.settled.undecided:
        reason = "this expression has no value for some inputs, so it could not be decided"
        return replace(blank, verdict=Verdict.UNGRADED, score=None, notes=(reason,))
    found = _judged(case, q, blank)
    power = next(filter(None, map(_power_of_ten, found.findings)), 0)
    if power and q in case.settled.numbers:
        told = "all is off by one power of ten: was a common factor left out? A person looks"
        return replace(found, verdict=Verdict.UNGRADED, score=None, notes=(*found.notes, told))
    return found


def _power_of_ten(finding: Finding) -> int:
    """Which power of ten a factor is, where it is a large one, as of units; else 0."""
    factor = finding.evidence.get("factor")
    if finding.code != "constant_factor" or not isinstance(factor, float) or factor <= 0:
        return 0
    power = round(float(np.log10(factor)))
    is_power = abs(np.log10(factor) - power) < _LIKE_TEN and abs(power) >= _LARGE_POWER
    return power if is_power else 0


def _judged(case: _Case, q: str, blank: Assessment) -> Assessment:
    """An answer with its entries marked. Written out, since `replace` takes its time."""
    marked = marks(case.settled, case.story, case.charges, q)
    kinds = set(marked.values())
    wrong = tuple(i for i, mark in marked.items() if mark not in _RIGHT) if kinds - _RIGHT else ()
    return Assessment(
        key=blank.key,
        verdict=_verdict(kinds),
        score=_score(case, q, marked),
        max_score=blank.max_score,
        right=len(marked) - len(wrong),
        total=len(marked),
        wrong=wrong,
        findings=tuple(_findings(case, q, any_right=len(wrong) < len(marked))),
        meaning=blank.meaning,
        formula=blank.formula,
        shape=blank.shape,
        entries=_entries(case, q, marked),
        notes=tuple(_notes(case, q)),
        is_expression=q in case.settled.formulas,
        counterexample=_counterexample(case.settled, q) if wrong else None,
    )


# --- before anything is judged ------------------------------------------------------------------


@lru_cache(maxsize=256)
def _blanks(problem: Problem) -> Mapping[str, Assessment]:
    """Every quantity as it stands when nothing was answered, in working order."""
    graph = problem.reference.graph()
    return {
        q.name: _blank(problem, q.name, q.meaning, graph.by_name[q.name].formula)
        for q in problem.reference.quantities
    }


def _blank(problem: Problem, q: str, meaning: str, formula: str) -> Assessment:
    criterion, shape = problem.criterion(q), _shape(problem, q)
    return Assessment(
        key=criterion.key,
        verdict=Verdict.MISSING,
        score=Fraction(0),
        max_score=criterion.points,
        right=0,
        total=_total(shape),
        meaning=meaning,
        formula=formula,
        shape=shape,
    )


def _shape(problem: Problem, q: str) -> tuple[int | str, ...]:
    home = instance(problem)
    return key(problem, home, {})[q].shape if home else problem.shape(q)


def _total(shape: Sequence[int | str]) -> int:
    """How many entries: of named dimensions there is one, the expression."""
    sizes = [n for n in shape if isinstance(n, int)]
    return int(np.prod(sizes, dtype=int)) if len(sizes) == len(shape) else 1


def _refused(blank: Assessment, refused: Refused, criterion: Criterion) -> Assessment:
    """An answer that could not be read, or whose shape cannot be right.

    The rubric may give credit for what was done.
    """
    if not refused.code:
        return replace(blank, verdict=Verdict.UNREADABLE, notes=(refused.reason,))
    found = tuple(
        Finding(code, blank.key, (), sentence(code, blank.quantity, ()), {"reason": refused.reason})
        for code in (refused.code, refused.cause)
        if code
    )
    credit = max(criterion.finding_credit.get(f.code, Fraction(0)) for f in found)
    score = criterion.points * credit
    return replace(
        blank, verdict=Verdict.INCORRECT, score=score, findings=found, notes=(refused.reason,)
    )


# --- verdict and points -------------------------------------------------------------------------


def _verdict(kinds: set[Mark]) -> Verdict:
    if kinds == {Mark.RIGHT}:
        return Verdict.CORRECT
    if kinds <= _RIGHT:
        return Verdict.FOLLOW_THROUGH
    if kinds & _RIGHT:
        return Verdict.PARTIAL
    if kinds <= {Mark.UNREADABLE, Mark.MISSING}:
        return Verdict.UNREADABLE
    return Verdict.INCORRECT


def _score(case: _Case, q: str, marked: Mapping[Index, Mark]) -> Fraction:
    """Points times the right share of the entries, as the rubric counts them."""
    criterion, kinds = case.problem.criterion(q), list(marked.values())
    right = kinds.count(Mark.RIGHT)
    if right == len(kinds):
        return criterion.points
    earned = right + kinds.count(Mark.FOLLOWS) * criterion.follow_through
    if criterion.finding_credit:
        wrong = (index for index, mark in marked.items() if mark is Mark.WRONG)
        earned += sum((_leniency(case, criterion, index) for index in wrong), Fraction(0))
    share = Fraction(earned) / len(kinds)
    if criterion.all_or_nothing and share < 1:
        return Fraction(0)
    return criterion.points * share


def _leniency(case: _Case, criterion: Criterion, index: Index) -> Fraction:
    """The share that the rubric gives for a wrong entry with a finding that explains it."""
    q = criterion.quantity
    due = case.charges.due.get(q, ())
    codes = [c.code for c in case.causes(q) if c in due or c.entries[index]]
    return max((criterion.finding_credit.get(c, Fraction(0)) for c in codes), default=Fraction(0))


# --- what is said -------------------------------------------------------------------------------


def _counterexample(settled: Settled, q: str) -> CounterExample | None:
    """Where a wrong expression first differs by more than rounding; None for numbers."""
    if q not in settled.formulas:
        return None
    for world in settled.judging(q):
        expected, obtained = settled.key(q)[world.name], settled.formulas[q][world.name]
        off = np.abs(obtained - expected) > _CLEARLY * np.max(np.abs(expected), initial=0.0)
        if np.any(off):
            at = tuple(int(k) for k in np.argwhere(off)[0])
            pair = (float(expected[at]), float(obtained[at]))
            return CounterExample(dict(world.dimensions), at[0], at[1:], *pair)
    return None


def _findings(case: _Case, q: str, *, any_right: bool) -> Iterator[Finding]:
    for cause in case.causes(q):
        if cause.code:
            yield _finding(case, cause.code, cause.at, cause)
        for code, at in cause.also:
            other = _finding(case, code, at, cause)
            yield other if cause.code == "degenerate" else _as_other(other, cause.code)
    words = _layout_words(case.settled, q)
    if words and any_right:
        at_key = QuantityKey(f"{case.problem.name}.{q}")
        yield Finding("layout", at_key, (), sentence("layout", q, ()), {"written": words})


def _as_other(finding: Finding, instead_of: str) -> Finding:
    """One of two explanations that the numbers fit equally well."""
    message = f"{_OR} {finding.message}"
    return replace(finding, message=message, evidence={"instead_of": instead_of})


def _finding(case: _Case, code: str, at: str, cause: Cause) -> Finding:
    whole = bool(np.all(cause.entries | ~case.settled.present(cause.shows)))
    entries: tuple[Index, ...] = ()
    if at == cause.shows and not (whole and code != "arithmetic_slip"):
        entries = tuple(tuple(int(i) for i in index) for index in np.argwhere(cause.entries))
    message = sentence(code, at, entries, cause.evidence.get("convention", ""))
    at_key = QuantityKey(f"{case.problem.name}.{at}")
    tried = cause.tried()
    evidence = {**cause.evidence, "tried": list(tried)} if tried else dict(cause.evidence)
    return Finding(code, at_key, entries, message, evidence)


def _layout_words(settled: Settled, q: str) -> str:
    if q in settled.transposed:
        return "transposed"
    return settled.layouts[q].words if q in settled.layouts else ""


def _notes(case: _Case, q: str) -> Iterator[str]:
    places: dict[str, list[str]] = {}
    for place, reason in unreadable_cells(case.work[q].answer):
        places.setdefault(reason, []).append(str(place))
    for reason, named in places.items():
        more = f" and {len(named) - 1} more" if len(named) > 1 else ""
        yield f"{named[0]}{more}: {reason}"
    item = case.work[q]
    if isinstance(item, Symbolic):
        yield from item.notes
    if words := _layout_words(case.settled, q):
        yield f"read as written {words}"
    if any(not cause.code and cause.shows == q for cause in case.story.causes):
        yield NOT_EXPLAINED
    if names := unfounded(case.work, q):
        told = ", ".join(names)
        yield f"{IN_TERMS} {told}, which was not answered"


def _entries(case: _Case, q: str, marked: Mapping[Index, Mark]) -> tuple[EntryMark, ...]:
    settled, item = case.settled, case.work[q]
    answer = item.answer
    if q in settled.formulas:
        text = getattr(answer.response, "text", "")
        given = item.definitions if isinstance(item, Symbolic) else ()
        return (EntryMark((), text, marked[()], place=answer.place, given=given),)
    written = settled.reads[q].cells
    numbers = settled.layouts[q].positions.tolist()
    cells = [written[n] if n >= 0 else None for n in numbers]
    expected = case.key[q].ravel().tolist()
    carried = _carried(case, q, expected) if {*marked.values()} != {Mark.RIGHT} else repeat(None)
    return tuple(map(_entry, marked.items(), cells, expected, carried))


def _carried(case: _Case, q: str, expected: Sequence[float]) -> list[float | None]:
    """What follows from the student's own values, where that is not the key's."""
    own = case.story.judgement.views.row(q, 1)["given"].ravel().tolist()
    return [other if other != key else None for key, other in zip(expected, own, strict=True)]


def _entry(
    marked: tuple[Index, Mark], cell: Cell | None, expected: float, carried: float | None
) -> EntryMark:
    index, mark = marked
    if cell is None:
        return EntryMark(index, "", mark, None, expected, carried)
    content = cell.content
    return EntryMark(
        index,
        content.text if content else "",
        mark,
        content.value if isinstance(content, Number) else None,
        expected,
        carried,
        cell.place,
    )
