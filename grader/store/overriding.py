"""What a person decided in place of the grader, and reports with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.model import Assessment, GraderError, Override, ProblemReport, Report, Status
from grader.points import shown
from grader.store.database import Session
from grader.store.history import append, decided_on, now

__all__ = [
    "Standing",
    "is_floor",
    "is_settled",
    "overridden",
    "override",
    "points",
    "reasoned",
    "standing",
    "withdraw",
]

_POINTS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?|[0-9]{1,6}/0*[1-9][0-9]{0,5}", re.ASCII)
_LONGEST = 500
_KEPT = re.compile(r"the score of run [0-9]+ is kept \(regrade --only-up\)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Standing:
    """An override that was not withdrawn.

    ``basis`` tells what it was made on, ``rubric`` the assignment; empty where nobody said.
    """

    student: str
    item: str
    override: Override
    basis: str
    rubric: str = ""


# --- in the store -------------------------------------------------------------------------------


def points(text: str) -> Fraction:
    """Points as a person types them: ``4``, ``2.5`` or ``5/2``.

    Raises:
        GraderError: that is no number of points.
    """
    if not _POINTS.fullmatch(text):
        raise GraderError("points are a number such as 4, 2.5 or 5/2, and never below 0")
    return Fraction(text)


def standing(session: Session, student: str | None = None) -> tuple[Standing, ...]:
    """The overrides that count, of one student or of all."""
    rows = session.run(
        "SELECT student, item, points, reason, who, at, basis, id FROM overrides "
        "WHERE withdrawn = '' ORDER BY id"
    )
    on = decided_on(session, "override", "override") if rows else {}
    return tuple(
        Standing(row[0], row[1], Override(Fraction(row[2]), *row[3:6]), row[6], on.get(row[7], ""))
        for row in rows
        if student is None or row[0] == student
    )


def override(session: Session, one: Standing) -> None:
    """Give an item other points; an override that stands is withdrawn.

    Raises:
        GraderError: there is no reason, or none that a person would read.
    """
    given, reason = one.override, reasoned(one.override.reason)
    withdraw(session, one.student, one.item, given.by, one.rubric)
    told = {"item": one.item, "points": str(given.points), "reason": reason, "basis": one.basis}
    row = {"id": session.next("overrides", "id"), "who": given.by, "at": given.at, **told}
    session.add("overrides", student=one.student, **row, withdrawn="")
    append(session, "override", one.student, override=row, rubric=one.rubric)


def reasoned(reason: str) -> str:
    """The reason, if it is one that a person would read.

    Raises:
        GraderError: there is none, or it is too long.
    """
    if not reason.strip() or len(reason) > _LONGEST:
        raise GraderError(f"--reason TEXT is needed: a sentence of at most {_LONGEST} characters")
    return reason


def withdraw(session: Session, student: str, item: str, who: str, rubric: str) -> int:
    """Let the grader's points count again in an assignment; how many overrides that ended."""
    where = "student = :student AND item = :item AND withdrawn = ''"
    values = {"student": student, "item": item}
    rows = session.run(f"SELECT id FROM overrides WHERE {where}", **values)  # noqa: S608  # ours
    on = decided_on(session, "override", "override") if rows else {}
    own = [number for (number,) in rows if on.get(number, "") in {"", rubric}]
    for number in own:
        at = now()
        session.run("UPDATE overrides SET withdrawn = :at WHERE id = :number", at=at, number=number)
        append(session, "withdraw", student, override={"id": number, "item": item, "who": who})
    return len(own)


# --- in a report --------------------------------------------------------------------------------


def overridden(report: Report, found: Sequence[Standing], basis: str) -> Report:
    """The report with what a person decided.

    Args:
        report: the grader's own.
        found: the overrides of this student.
        basis: what the report was made on; an override of another is flagged.
    """
    found = [one for one in found if not _is_passed(one, report)]
    by_item = {one.item: one for one in found}
    most: dict[str, Fraction] = {one.key: one.max_score for one in report.assessments}
    keys = most.keys()
    there = [one for one in found if one.item in keys]
    told = [_too_many(one, most[one.item]) for one in there if _is_cut(one, most[one.item])]
    told += [_attention(one) for one in there if one.basis != basis]
    told += [
        f"the override of {one.item} ({_shown(one)}) counts for nothing: there is no such item now"
        for one in found
        if one.item not in keys
    ]
    problems = tuple(_problem(problem, by_item) for problem in report.problems)
    taken = keys & by_item.keys()
    told += [one for one in report.attention if not is_settled(one, taken)]
    changed = replace(report, problems=problems, attention=tuple(told))
    return _summed(changed) if taken else changed


def is_floor(one: Override) -> bool:
    """Whether nobody decided it, and it only keeps a score: what has more by itself counts."""
    return _KEPT.fullmatch(one.reason) is not None


def _is_passed(one: Standing, report: Report) -> bool:
    """Whether the grader gives as much as an override that only keeps a score."""
    return is_floor(one.override) and any(
        a.score is not None and a.score >= min(one.override.points, a.max_score)
        for a in report.assessments
        if a.key == one.item
    )


def _shown(one: Standing) -> str:
    override = one.override
    return f"{shown(override.points, 6)} points, by {override.by}, {override.at}"


def _is_cut(one: Standing, most: Fraction) -> bool:
    return one.override.points > most


def _too_many(one: Standing, most: Fraction) -> str:
    points = shown(most, 6)
    return f"the override of {one.item} ({_shown(one)}) counts {points}: the item has no more now"


def _attention(one: Standing) -> str:
    told = "was made when the submission or the rubric was another; does it still hold?"
    return f"the override of {one.item} ({_shown(one)}) {told}"


def _problem(problem: ProblemReport, by_item: dict[str, Standing]) -> ProblemReport:
    if not any(a.key in by_item for a in problem.assessments):
        return problem
    assessments = tuple(_assessment(a, by_item.get(a.key)) for a in problem.assessments)
    counted = [a.counted for a in assessments if a.max_score or a.override]
    decided = [score for score in counted if score is not None]
    whole = sum(decided, Fraction(0)) if len(decided) == len(counted) else None
    return replace(problem, assessments=assessments, score=whole)


def _assessment(assessment: Assessment, one: Standing | None) -> Assessment:
    if one is None:
        return assessment
    points = min(one.override.points, assessment.max_score)
    return replace(assessment, override=replace(one.override, points=points))


def is_settled(told: str, keys: Collection[str]) -> bool:
    """Whether it asks for a decision on an item that was taken."""
    return any(told.startswith((f"{key}: ", f"{key} could not be read: ")) for key in keys)


def _summed(report: Report) -> Report:
    """With its score; a report that only waited for a decision is graded now."""
    scores = [problem.score for problem in report.problems]
    decided = [score for score in scores if score is not None]
    if len(decided) < len(scores):
        return replace(report, score=None, status=Status.UNGRADED)
    return replace(report, score=sum(decided, Fraction(0)), status=Status.GRADED, reason="")
