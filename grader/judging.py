"""One submission that was handed in: read, attributed, graded.

This is what a worker process does; what comes back is small, so a class of thousands fits into
memory and between processes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from grader import roster as rosters
from grader.choice import Candidate
from grader.files import NotWrittenError, write_temporary
from grader.grading import counts_for, grade, unreadable
from grader.handed_in import handed_in
from grader.handin import HandIn, Problem, read_bytes
from grader.identity import Identity, identify
from grader.model import (
    Assessment,
    Mark,
    Place,
    Remark,
    Report,
    Rubric,
    RubricError,
    Status,
    Student,
    Submission,
    SubmissionError,
)
from grader.owner import Owner, owner
from grader.readers import read
from grader.remarks import LATE
from grader.roster import Roster
from grader.rubric import load
from grader.workers import Lost

__all__ = [
    "EXCUSED_AND_HERE",
    "Grader",
    "Outcome",
    "Row",
    "Setup",
    "judged",
    "judged_row",
    "lost",
    "not_opened",
    "page",
    "prepared",
    "repaged",
    "slim",
    "without_score",
]

EXCUSED_AND_HERE = "excused by the roster, and handed in all the same"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker is started with; small, and sent once."""

    rubric: str | Path
    digest: str
    roster: Roster | None
    pages: Path | None
    is_whole: bool = False


@dataclass(frozen=True, eq=False)
class Grader:
    """What judging needs: the marking scheme, the class list, and where pages go.

    ``is_whole``: reports keep all their entries.
    """

    rubric: Rubric
    roster: Roster | None
    pages: Path | None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One of the many submissions of a class table, to be judged by itself."""

    handin: HandIn
    digest: str
    submission: Submission


@dataclass(frozen=True, slots=True)
class Outcome:
    """One submission of one file, judged; the answers themselves stay in the worker.

    Attributes:
        attention: what a person must look at because of whose it is.
        page: the rendered page, a file's path; None where none is wanted.
        log: what went wrong on our side.
    """

    candidate: Candidate
    report: Report
    attention: tuple[str, ...] = ()
    page: Path | None = None
    log: str = ""


def prepared(setup: Setup) -> Grader:
    """In a worker, before its first task.

    Raises:
        RubricError: the rubric is not the one that the run began with.
    """
    rubric = load(setup.rubric)
    if rubric.digest != setup.digest:
        raise RubricError((f"{setup.rubric} was changed while it was being used; start again",))
    return Grader(rubric, setup.roster, setup.pages, setup.is_whole)


def judged(grader: Grader, handin: HandIn) -> Outcome | tuple[Row, ...]:
    """What is in a file, judged; of a class table its rows, so that each is a task of its own."""
    digest = ""
    try:
        data = read_bytes(handin)
        digest = hashlib.sha256(data).hexdigest()
        found = read(data, handin.name, grader.rubric)
    except SubmissionError as error:
        return _unreadable(grader, handin.name, _identity(handin, grader), digest, error)
    if len(found) == 1:
        return _one(grader, handin.name, _identity(handin, grader), digest, found[0])
    if _is_another_members(handin):
        return ()
    return tuple(Row(handin, f"{digest}:{row}", one) for row, one in enumerate(found))


def judged_row(grader: Grader, row: Row) -> Outcome:
    """A row of a class table, judged; the file's name says nothing of whose it is."""
    return _one(grader, row.submission.file, Identity(), row.digest, row.submission)


def _is_another_members(handin: HandIn) -> bool:
    """Whether a group's table of several students is judged with the group's first member."""
    whose = handin.whose
    return bool(whose and whose.team and whose.team.members[0].id != whose.id)


def _identity(task: HandIn | Problem, grader: Grader) -> Identity:
    if task.whose:
        return task.whose
    return identify(task.parts, rosters.candidates(grader.roster) if grader.roster else None)


def _one(
    grader: Grader, file: str, identity: Identity, digest: str, submission: Submission
) -> Outcome:
    whose = owner(identity, submission.student, grader.roster)
    late = (Remark(f"{LATE}, by the file's name"),) if identity.late else ()
    remarks = (*submission.remarks, *whose.remarks, *late)
    named = replace(submission, student=whose.student, file=file, remarks=remarks)
    empty = replace(named, answers=(), conventions={})
    candidate = Candidate(file, identity, digest, empty)
    if grader.roster and whose.reason and not whose.student.id:
        status = Status.UNGRADED  # points for nobody would end up with somebody
        report = without_score(whose.student, file, status, whose.reason, grader.rubric)
        return _outcome(grader, candidate, report, replace(whose, reason=""))
    return _outcome(grader, candidate, grade(named, grader.rubric), whose)


def _outcome(grader: Grader, candidate: Candidate, report: Report, whose: Owner) -> Outcome:
    """With what a person must look at; the page is rendered here, where the entries are."""
    more: list[str] = [whose.reason] if whose.reason else []
    if whose.is_excused:
        more.append(EXCUSED_AND_HERE)
    report = handed_in(report, [candidate.identity])
    attended = replace(report, attention=(*more, *report.attention))
    return Outcome(candidate, slim(grader, attended), tuple(more), page(grader, attended))


def _unreadable(
    grader: Grader, name: str, identity: Identity, digest: str, error: SubmissionError
) -> Outcome:
    candidate = Candidate(name, identity, digest, fault=str(error))
    whose = owner(identity, Student(), grader.roster)
    report = unreadable(whose.student, name, error, grader.rubric)
    return _outcome(grader, candidate, report, whose)


def not_opened(grader: Grader, problem: Problem) -> Outcome:
    """Something handed in that could not even be opened."""
    error = SubmissionError(problem.reason, Place(problem.name))
    return _unreadable(grader, problem.name, _identity(problem, grader), "", error)


def lost(grader: Grader, task: HandIn | Row, what: Lost) -> Outcome:
    """What a worker failed on: no score in either direction, a person must look."""
    if isinstance(task, Row):
        file, identity, stated = task.submission.file, Identity(), task.submission.student
    else:
        file, identity, stated = task.name, _identity(task, grader), Student()
    whose = owner(identity, stated, grader.roster)
    reason = f"{what.reason}; a person must look"
    report = without_score(whose.student, file, Status.UNGRADED, reason, grader.rubric)
    candidate = Candidate(file, identity, "", fault=reason)
    log = f"{file}: {what.reason}\n{what.log}"
    return replace(_outcome(grader, candidate, report, whose), log=log)


# --- reports ------------------------------------------------------------------------------------


def page(grader: Grader, report: Report) -> Path | None:
    """The student's page, in a file of its own; None where no pages are wanted.

    Raises:
        NotWrittenError: it cannot be written.
    """
    if grader.pages is None:
        return None
    from grader.reports.feedback import feedback_page  # noqa: PLC0415  # needs Jinja2

    text = feedback_page(report, grader.rubric)
    try:
        return write_temporary(grader.pages, text)
    except OSError as error:
        raise NotWrittenError(error.errno, error.strerror, str(grader.pages)) from error


def repaged(before: Report, after: Report, rubric: Rubric, made: Path | None) -> Path | None:
    """The student's page after something was decided; None where it has to be made anew."""
    if made is None or before is after:
        return made
    if before.problems and not after.problems:
        made.unlink(missing_ok=True)
        return None
    from grader.reports.feedback import refilled  # noqa: PLC0415  # needs Jinja2

    made.write_text(refilled(made.read_text("utf-8"), after, rubric), encoding="utf-8")
    return made


def slim(grader: Grader, report: Report) -> Report:
    """With its wrong entries only: a class compares those; the student's page shows them all."""
    if grader.is_whole:
        return report
    return replace(
        report,
        problems=tuple(
            replace(p, assessments=tuple(map(_wrong_only, p.assessments))) for p in report.problems
        ),
    )


def _wrong_only(assessment: Assessment) -> Assessment:
    kept = tuple(entry for entry in assessment.entries if entry.mark is Mark.WRONG)
    return replace(assessment, entries=kept)


def without_score(
    student: Student, file: str, status: Status, reason: str, rubric: Rubric
) -> Report:
    """A report on a submission that has none."""
    counted = [p for p in rubric.problems if counts_for(p, student.level) is not False]
    most = sum((p.points for p in counted), Fraction(0))
    return Report(student, file, status, None, most, rubric.id, reason=reason)
