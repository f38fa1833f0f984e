"""From a story to assessments: verdict, points in exact fractions, findings, marked entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from grader.advice import sentence
from grader.charges import Charges, charged, marks
from grader.explain import Story
from grader.follow import Cause
from grader.model import (
    Assessment,
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
from grader.working import Numeric, Refused, Symbolic, Work, unreadable_cells
from grader.worlds import instance, key

__all__ = ["IN_TERMS", "assessed"]

IN_TERMS = "judged as it stands, in terms of"
"""How a note begins on a formula that uses a gradient by name that was not answered."""

_RIGHT = frozenset({Mark.RIGHT, Mark.FOLLOWS})
_OR = "Or, as the numbers fit both:"
_EARNING = frozenset({Verdict.CORRECT, Verdict.FOLLOW_THROUGH})


@dataclass(frozen=True, eq=False)
class _Case:
    """All that is known about a student's answers to a problem."""

    problem: Problem
    work: Work
    settled: Settled
    story: Story
    charges: Charges

    def causes(self, q: str) -> tuple[Cause, ...]:
        """The mistakes that cost something in this item: made here, or charged here."""
        made = tuple(cause for cause in self.story.causes if cause.shows == q)
        return made + tuple(c for c in self.charges.due.get(q, ()) if c not in made)


def assessed(
    problem: Problem, work: Work, settled: Settled, story: Story
) -> tuple[Assessment, ...]:
    """One assessment an item of the rubric and one for every other quantity answered."""
    case = _Case(problem, work, settled, story, charged(problem, settled, story))
    listed = {item.quantity for item in problem.items}
    names = (quantity.name for quantity in problem.reference.quantities)
    found = [_assessment(case, q) for q in names if q in listed or q in work]
    return _with_implied(problem, work, found)


def _assessment(case: _Case, q: str) -> Assessment:
    criterion = case.problem.criterion(q)
    blank = _blank(criterion, case.problem)
    if q not in case.work:
        return blank
    if q in case.settled.refused:
        return _refused(blank, case.settled.refused[q])
    if q in case.settled.undecided:
        reason = "this expression has no value for some inputs, so it could not be decided"
        return replace(blank, verdict=Verdict.UNGRADED, score=None, notes=(reason,))
    marked = marks(case.settled, case.story, case.charges, q)
    wrong = tuple(index for index, mark in marked.items() if mark not in _RIGHT)
    return replace(
        blank,
        verdict=_verdict(set(marked.values())),
        score=_score(case, criterion, marked),
        right=len(marked) - len(wrong),
        total=len(marked),
        wrong=wrong,
        findings=tuple(_findings(case, q, any_right=len(wrong) < len(marked))),
        entries=tuple(_entries(case, q, marked)),
        notes=tuple(_notes(case, q)),
        is_expression=q in case.settled.formulas,
    )


# --- before anything is judged ------------------------------------------------------------------


def _blank(criterion: Criterion, problem: Problem) -> Assessment:
    """The item as it stands when nothing was answered."""
    q = criterion.quantity
    shape = _shape(problem, q)
    return Assessment(
        key=criterion.key,
        verdict=Verdict.MISSING,
        score=Fraction(0),
        max_score=criterion.points,
        right=0,
        total=_total(shape),
        meaning=next(x.meaning for x in problem.reference.quantities if x.name == q),
        formula=problem.reference.graph().by_name[q].formula,
        shape=shape,
    )


def _shape(problem: Problem, q: str) -> tuple[int | str, ...]:
    home = instance(problem)
    return key(problem, home, {})[q].shape if home else problem.shape(q)


def _total(shape: Sequence[int | str]) -> int:
    """How many entries: of named dimensions there is one, the expression."""
    sizes = [n for n in shape if isinstance(n, int)]
    return int(np.prod(sizes, dtype=int)) if len(sizes) == len(shape) else 1


def _refused(blank: Assessment, refused: Refused) -> Assessment:
    """An answer that could not be read, or whose shape cannot be right."""
    if not refused.code:
        return replace(blank, verdict=Verdict.UNREADABLE, notes=(refused.reason,))
    message = sentence(refused.code, blank.quantity, ())
    finding = Finding(refused.code, blank.key, (), message, {"reason": refused.reason})
    return replace(blank, verdict=Verdict.INCORRECT, findings=(finding,), notes=(refused.reason,))


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


def _score(case: _Case, criterion: Criterion, marked: Mapping[Index, Mark]) -> Fraction:
    """Points times the right share of the entries, as the rubric counts them."""
    counts = Counter(marked.values())
    earned = counts[Mark.RIGHT] + counts[Mark.FOLLOWS] * criterion.follow_through
    if criterion.finding_credit:
        wrong = (index for index, mark in marked.items() if mark is Mark.WRONG)
        earned += sum((_leniency(case, criterion, index) for index in wrong), Fraction(0))
    share = Fraction(earned) / len(marked)
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
    return Finding(code, at_key, entries, message, dict(cause.evidence))


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
    if words := _layout_words(case.settled, q):
        yield f"read as written {words}"
    if names := _unfounded(case.work, q):
        told = ", ".join(names)
        yield f"{IN_TERMS} {told}, which was not answered"


def _entries(case: _Case, q: str, marked: Mapping[Index, Mark]) -> Iterator[EntryMark]:
    settled, answer = case.settled, case.work[q].answer
    if q in settled.formulas:
        text = getattr(answer.response, "text", "")
        yield EntryMark((), text, marked[()], place=answer.place)
        return
    read = settled.reads[q]
    positions = settled.layouts[q].positions.reshape(read.shape)
    expected = settled.key(q)["given"]
    right = set(marked.values()) == {Mark.RIGHT}
    carried = expected if right else case.story.judgement.views.row(q, 1)["given"]
    for index, mark in marked.items():
        cell = read.cells[positions[index]] if positions[index] >= 0 else None
        content = cell.content if cell else None
        yield EntryMark(
            index=index,
            text=content.text if content else "",
            mark=mark,
            obtained=content.value if isinstance(content, Number) else None,
            expected=float(expected[index]),
            carried=float(carried[index]) if carried[index] != expected[index] else None,
            place=cell.place if cell else None,
        )


# --- steps left out -----------------------------------------------------------------------------


def _with_implied(
    problem: Problem, work: Work, found: Sequence[Assessment]
) -> tuple[Assessment, ...]:
    """Credit the steps that were left out, where a later right answer needs them."""
    earned = [a.quantity for a in found if a.verdict in _EARNING]
    return tuple(
        replace(a, verdict=Verdict.IMPLIED, score=a.max_score, right=a.total)
        if a.verdict is Verdict.MISSING
        and problem.criterion(a.quantity).implied
        and any(_needs(problem, work, later, a.quantity) for later in earned)
        else a
        for a in found
    )


def _needs(problem: Problem, work: Work, later: str, step: str) -> bool:
    """Whether an answer could not be had without a step.

    An expression that names the step, or something worked out from it, takes it as known; one
    that names a gradient beside the way to it, which was not answered, shows its own step only.
    """
    graph = problem.reference.graph()
    item = work[later]
    known = item.names if isinstance(item, Symbolic) else frozenset()
    if any(name not in graph.ancestors(later) for name in _unfounded(work, later)):
        return False
    open_names, seen = [later], {later}
    while open_names:
        node = graph.by_name.get(open_names.pop())
        fresh = {n for n in node.inputs if n not in seen and n not in known} if node else set()
        seen |= fresh
        open_names.extend(fresh)
    return step in seen - {later}


def _unfounded(work: Work, q: str) -> list[str]:
    """The gradients that an expression uses by name and that were not answered."""
    item = work[q]
    names = item.names if isinstance(item, Symbolic) else frozenset()
    return sorted(
        name
        for name in names
        if name.startswith("grad_") and not isinstance(work.get(name), Numeric | Symbolic)
    )
