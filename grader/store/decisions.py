"""Excuses and extensions: what a person decided about a student, and reports with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from grader.judging import EXCUSED_AND_HERE
from grader.lateness import DAY
from grader.model import Decision, GraderError, Remark, Report, Rubric, Status
from grader.moments import shown_moment
from grader.points import shown
from grader.store.database import Session
from grader.store.history import append, decided_on, now
from grader.store.overriding import Standing, is_settled, reasoned
from grader.times import Times, timed

__all__ = [
    "EXCUSE",
    "EXTENSION",
    "Ruling",
    "days",
    "decide",
    "excused",
    "extended",
    "handed_in",
    "history_words",
    "length",
    "made_elsewhere",
    "rulings",
    "students",
    "take_back",
    "until",
    "without_effect",
]

EXCUSE, EXTENSION = "excuse", "extension"

_DAYS = re.compile(r"(?=.*[1-9])[0-9]{1,3}(\.[0-9]{1,6})?", re.ASCII)
_MOST_DAYS = 365
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Ruling:
    """An excuse or an extension that was not withdrawn.

    Attributes:
        what: ``excuse`` or ``extension``.
        told: an extension's length, as it is kept: ``until 2024-04-18T23:59:00-04:00``, ``days 2``.
        basis: for an excuse the digest of what had been handed in; empty where nothing had.
        rubric: the id of the assignment; empty where nobody said.
    """

    student: str
    what: str
    told: str
    reason: str
    by: str
    at: str
    basis: str = ""
    rubric: str = ""


# --- in the store -------------------------------------------------------------------------------


def rulings(session: Session, student: str | None = None) -> tuple[Ruling, ...]:
    """The excuses and extensions that count, of one student or of all."""
    rows = session.run(
        "SELECT student, what, told, reason, who, at, basis, id FROM decisions "
        "WHERE withdrawn = '' ORDER BY id"
    )
    on = decided_on(session, "decide", "decision") if rows else {}
    return tuple(
        Ruling(*(*row[:7], on.get(row[7], "")))
        for row in rows
        if student is None or row[0] == student
    )


def students(session: Session) -> frozenset[str]:
    """The ids of all about whom anything was decided, also what was taken back."""
    rows = session.run("SELECT student FROM overrides UNION SELECT student FROM decisions")
    return frozenset(row[0] for row in rows)


def decide(session: Session, one: Ruling) -> None:
    """Excuse a student or extend the deadline; what stands of the kind is withdrawn.

    Raises:
        GraderError: there is no reason, or none that a person would read.
    """
    reasoned(one.reason)
    take_back(session, one.student, one.what, one.by, one.rubric)
    told = {"what": one.what, "told": one.told, "reason": one.reason, "basis": one.basis}
    row = {"id": session.next("decisions", "id"), "who": one.by, "at": one.at, **told}
    session.add("decisions", student=one.student, **row, withdrawn="")
    append(session, "decide", one.student, decision=row, rubric=one.rubric)


def take_back(session: Session, student: str, what: str, who: str, rubric: str) -> int:
    """End an excuse or an extension in an assignment; how many that were."""
    where = "student = :student AND what = :what AND withdrawn = ''"
    values = {"student": student, "what": what}
    rows = session.run(f"SELECT id FROM decisions WHERE {where}", **values)  # noqa: S608  # ours
    on = decided_on(session, "decide", "decision") if rows else {}
    own = [number for (number,) in rows if on.get(number, "") in {"", rubric}]
    for number in own:
        at = now()
        session.run("UPDATE decisions SET withdrawn = :at WHERE id = :number", at=at, number=number)
        append(session, "undo", student, decision={"id": number, "what": what, "who": who})
    return len(own)


def days(text: str) -> Fraction:
    """A number of days as a person types it: ``2`` or ``1.5``.

    Raises:
        GraderError: that is no number of days, or more than a year of them.
    """
    if not _DAYS.fullmatch(text) or Fraction(text) > _MOST_DAYS:
        raise GraderError(f"--days is a number above 0 such as 2 or 1.5, at most {_MOST_DAYS}")
    return Fraction(text)


def until(one: Ruling, deadline: datetime | None) -> datetime | None:
    """The student's own deadline; None where it is counted from one that is not there.

    Raises:
        ValueError: the store was changed.
    """
    kind, _, value = one.told.partition(" ")
    if kind == "until":
        return datetime.fromisoformat(value)
    return deadline + float(Fraction(value)) * DAY if deadline else None


# --- in a report --------------------------------------------------------------------------------


def handed_in(file: str, submission: str) -> str:
    """What an excuse rests on: the digest of what was handed in; empty where nothing was."""
    return submission or ("unread" if file else "")


def excused(report: Report, one: Ruling, submission: str, rubric: Rubric) -> Report:
    """The report without a score: the assignment does not count for the student.

    Args:
        report: what was found.
        one: the excuse.
        submission: the digest of what was handed in; what came after the excuse is flagged.
        rubric: that it was graded by.
    """
    keys = [assessment.key for assessment in report.assessments]
    told = [each for each in report.attention if not is_settled(each, keys)]
    told = [each for each in told if each != EXCUSED_AND_HERE]
    there = handed_in(report.file, submission)
    if there != one.basis:
        came = "something else was handed in since" if one.basis else "something was handed in"
        came = came if there else "what had been handed in is not there any more"
        told.insert(0, f"excused ({_by(one)}), and {came}; does the excuse still hold?")
    decided = replace(
        report,
        status=Status.EXCUSED,
        score=None,
        problems=(),
        reason=f"excused by {one.by}: {one.reason}",
        attention=tuple(told),
        decisions=(*report.decisions, Decision(EXCUSE, one.reason, one.by, one.at)),
    )
    return timed(decided, rubric, None)


def extended(report: Report, one: Ruling, rubric: Rubric, times: Times | None) -> Report:
    """The report with a deadline of the student's own, where the rubric has a late policy."""
    end = until(one, rubric.deadline)
    if rubric.late is None or end is None:
        return report
    told = Remark(f"the deadline was extended to {shown_moment(end)} ({one.by}: {one.reason})")
    decision = Decision(EXTENSION, one.reason, one.by, one.at, end)
    decisions, remarks = (*report.decisions, decision), (*report.remarks, told)
    return timed(replace(report, decisions=decisions, remarks=remarks), rubric, times, end)


def without_effect(
    found: Iterable[Ruling | Standing], reports: Sequence[Report], rubric: Rubric
) -> tuple[str, ...]:
    """Decisions that change nothing in a class, a sentence each."""
    told = list(_without_effect(found, {report.student.id for report in reports}, rubric))
    more = len(told) - _MOST_NAMED
    return (*told[:_MOST_NAMED], *([f"and {more} more such decisions"] if more > 0 else []))


def _without_effect(
    found: Iterable[Ruling | Standing], there: set[str], rubric: Rubric
) -> Iterator[str]:
    for one in found:
        what = one.what if isinstance(one, Ruling) else f"override of {one.item}"
        if one.student not in there:
            told = "no submission and no student of a class list has this id"
            yield f"the {what} of {one.student} counts for nothing here: {told}"
        elif what == EXTENSION and rubric.late is None:
            told = f"the rubric {rubric.id} has no late policy"
            yield f"the extension of {one.student} changes nothing: {told}"


def made_elsewhere(found: Sequence[Ruling | Standing], rubric: str) -> tuple[str, ...]:
    """That decisions on other assignments do not count in this one, where there are any."""
    others = [one.rubric for one in found if one.rubric not in {"", rubric}]
    if not others:
        return ()
    count = "1 decision" if len(others) == 1 else f"{len(others)} decisions"
    names = ", ".join(sorted(set(others))[:_MOST_NAMED])
    return (f"{count} on another assignment ({names}) made no difference to {rubric}",)


def _by(one: Ruling) -> str:
    return f"by {one.by}, {one.at}"


# --- in words -----------------------------------------------------------------------------------


def length(told: str) -> str:
    """How long an extension is: ``by 2 days``, ``to 2024-04-18 23:59 -0400``."""
    kind, _, value = told.partition(" ")
    if kind == "until":
        return f"to {shown_moment(datetime.fromisoformat(value))}"
    number = Fraction(value)
    return f"by {shown(number, 6)} {'day' if number == 1 else 'days'}"


def history_words(told: Mapping[str, Any]) -> str:
    """What an entry of the history says of a decision."""
    one = told["decision"]
    if told["what"] == "undo":
        return f"{one['who']} withdrew the {one['what']}"
    if one["what"] == EXCUSE:
        return f"{one['who']} excused the student: {one['reason']}"
    return f"{one['who']} extended the deadline {length(one['told'])}: {one['reason']}"
