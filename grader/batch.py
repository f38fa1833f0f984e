"""Many submissions: found, read, graded, each on its own; what fails costs no other anything."""

from __future__ import annotations

import hashlib
import os
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

from grader import roster as rosters
from grader.choice import Candidate, choose
from grader.grading import counts_for, grade, unreadable
from grader.handin import HandIn, Ignored, Problem, read_bytes
from grader.identity import Identity, identify
from grader.model import (
    GraderError,
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
from grader.readers import read
from grader.roster import Roster, RosterStudent
from grader.rubric import load
from grader.sources import collect
from grader.workers import Lost, outcomes

__all__ = ["Batch", "NothingToGradeError", "Progress", "grade_paths"]

Progress = Callable[[int, int], None]
"""Called with how many files are done, of how many."""

SECONDS_A_FILE = 60.0


class NothingToGradeError(GraderError):
    """There is no submission among the paths."""


@dataclass(frozen=True, eq=False)
class Batch:
    """What became of a class.

    Attributes:
        rubric: the marking scheme used.
        reports: one a student (or a file whose student is unknown), and one for each student of
            the roster who handed nothing in.
        ignored: files that are no submissions, with the reason.
        log: what went wrong on our side, with tracebacks; empty in a good run.
        pages: for each report the student's page as it was rendered, a file's path; None where
            none was asked for.
    """

    rubric: Rubric
    reports: tuple[Report, ...]
    ignored: tuple[Ignored, ...] = ()
    log: str = ""
    pages: tuple[Path | None, ...] = ()


@dataclass(frozen=True, slots=True)
class _Setup:
    """What a worker needs; small, and sent once."""

    rubric: str
    digest: str
    roster: Roster | None
    pages: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One submission of one file, judged; the submission itself stays in the worker."""

    candidate: Candidate
    report: Report
    page: str = ""
    log: str = ""


@dataclass(frozen=True, eq=False)
class _Grader:
    rubric: Rubric
    roster: Roster | None
    pages: Path | None


def grade_paths(
    paths: Sequence[Path],
    rubric: str | Path = "hw6",
    *,
    roster: Path | None = None,
    out: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Grade every submission in these folders, files and ZIPs.

    Args:
        paths: where to look.
        rubric: the id of an installed rubric, or a file.
        roster: the class list; who is on it and handed nothing in is reported as missing.
        out: a folder that is left out of the search, and gets the students' pages as ``.part``
            files; None renders no pages.
        jobs: worker processes; one a core by default.
        progress: told how many files are done.

    Raises:
        RubricError: the rubric cannot be used.
        GraderError: the roster cannot be used.
        NothingToGradeError: there is no submission.
    """
    scheme = load(rubric)
    known = rosters.load(roster) if roster else None
    found = collect(paths, [path for path in (roster, out) if path])
    if not found.handins and not found.problems:
        told = ", ".join(str(path) for path in paths)
        raise NothingToGradeError(
            f"{told}: no submissions found (JSON, CSV, XLSX, or a ZIP of them)"
        )
    pages = out / "feedback" if out else None
    if pages:
        pages.mkdir(parents=True, exist_ok=True)
    setup = _Setup(str(rubric), scheme.digest, known, str(pages or ""))
    judged = [*_all_judged(found.handins, setup, jobs or os.cpu_count() or 1, progress)]
    judged += [_not_opened(problem, scheme, known) for problem in found.problems]
    grader = _Grader(scheme, known, pages)
    by_name = {handin.name: handin for handin in found.handins}
    settled = [_one_a_student(group, grader, by_name) for group in _grouped(judged)]
    settled += [(report, None) for report in _missing(settled, scheme, known)]
    return Batch(
        rubric=scheme,
        reports=tuple(report for report, _ in settled),
        ignored=found.ignored,
        log="\n".join(outcome.log for outcome in judged if outcome.log),
        pages=tuple(page for _, page in settled),
    )


# --- in the workers -----------------------------------------------------------------------------


def _all_judged(
    handins: Sequence[HandIn], setup: _Setup, jobs: int, progress: Progress | None
) -> Iterable[_Outcome]:
    ordered: list[tuple[_Outcome, ...]] = [()] * len(handins)
    todo = outcomes(handins, _judged, partial(_prepared, setup), jobs=jobs, seconds=SECONDS_A_FILE)
    for done, (number, outcome) in enumerate(todo, 1):
        if isinstance(outcome, Lost):
            outcome = _lost(handins[number], outcome, setup)  # noqa: PLW2901  # the same outcome
        ordered[number] = outcome
        if progress:
            progress(done, len(handins))
    return (outcome for many in ordered for outcome in many)


def _prepared(setup: _Setup) -> _Grader:
    rubric = load(setup.rubric if "/" not in setup.rubric else Path(setup.rubric))
    if rubric.digest != setup.digest:
        raise RubricError((f"{setup.rubric} was changed while it was being used; start again",))
    return _Grader(rubric, setup.roster, Path(setup.pages) if setup.pages else None)


def _judged(grader: _Grader, handin: HandIn) -> tuple[_Outcome, ...]:
    """All submissions of one file (a class table holds many), judged."""
    identity = identify(handin.parts, rosters.candidates(grader.roster) if grader.roster else None)
    digest = ""
    try:
        data = read_bytes(handin)
        digest = hashlib.sha256(data).hexdigest()
        submissions = read(data, handin.name, grader.rubric)
        many = len(submissions) > 1
        return tuple(
            _one_judged(grader, handin, identity, digest, s, many=many) for s in submissions
        )
    except SubmissionError as error:
        candidate = Candidate(handin.name, identity, digest, fault=str(error))
        student, attention, _ = _whose(Student(), identity, grader.roster)
        report = unreadable(student, handin.name, error, grader.rubric)
        return (_with_page(grader, candidate, replace(report, attention=attention)),)
    except Exception as error:  # noqa: BLE001  # our fault: it costs this one submission only
        return (_broken(handin.name, identity, digest, error, grader),)


def _one_judged(
    grader: _Grader,
    handin: HandIn,
    identity: Identity,
    digest: str,
    submission: Submission,
    *,
    many: bool,
) -> _Outcome:
    whose = _whose(submission.student, Identity() if many else identity, grader.roster)
    named = _attributed(submission, handin.name, *whose)
    slim = replace(named, answers=(), conventions={}, remarks=())
    candidate = Candidate(
        handin.name, identity, f"{digest}:{named.student.id}" if many else digest, slim
    )
    report = grade(named, grader.rubric)
    return _with_page(grader, candidate, replace(report, attention=whose[1] + report.attention))


def _with_page(grader: _Grader, candidate: Candidate, report: Report) -> _Outcome:
    """Render the page here, where the entries are, and send only what the tables need."""
    page = _page(grader, report) if grader.pages else None
    return _Outcome(candidate, _slim(report), str(page or ""))


def _page(grader: _Grader, report: Report) -> Path:
    from grader.files import write_temporary  # noqa: PLC0415
    from grader.reports.feedback import feedback_page  # noqa: PLC0415  # needs Jinja2

    assert grader.pages  # noqa: S101  # asked only where pages are wanted
    return write_temporary(grader.pages, feedback_page(report, grader.rubric))


def _slim(report: Report) -> Report:
    """Without the entries: a class of thousands fits into memory."""
    return replace(
        report,
        problems=tuple(
            replace(p, assessments=tuple(replace(a, entries=()) for a in p.assessments))
            for p in report.problems
        ),
    )


def _broken(
    name: str, identity: Identity, digest: str, error: Exception, grader: _Grader
) -> _Outcome:
    """Our own fault: no score, a person must look, and the traceback is kept."""
    student, attention, _ = _whose(Student(), identity, grader.roster)
    reason = f"the grader failed on this file ({type(error).__name__}); a person must look"
    report = _without_score(student, name, Status.UNGRADED, reason, grader.rubric)
    log = f"{name}\n{''.join(traceback.format_exception(error))}"
    candidate = Candidate(name, identity, digest, fault=reason)
    return _Outcome(candidate, replace(report, attention=attention), log=log)


# --- whose it is --------------------------------------------------------------------------------


def _whose(
    own: Student, identity: Identity, roster: Roster | None
) -> tuple[Student, tuple[str, ...], tuple[Remark, ...]]:
    """The student, what a person must look at, and what is worth knowing.

    The submission's own word comes first, then the file's name; the roster says who exists.
    """
    remarks = (Remark("handed in late, by the file's name"),) if identity.late else ()
    named = Student(own.id or identity.id, own.name or identity.name, own.level)
    if roster is None:
        if own.id or (identity.certain and identity.id):
            return named, (), remarks
        why = identity.reason or "neither the file nor its name says whose it is"
        return named, (why,), remarks
    by_own = rosters.find(roster, own) if own.id or own.name else None
    by_file = rosters.find(roster, identity) if identity.certain else None
    entry = by_own or by_file
    if entry is None:
        return named, (_not_listed(named, identity, roster),), remarks
    student = Student(entry.id, entry.name or own.name, entry.level or own.level)
    return student, _contradictions(own, entry, by_own, by_file), remarks


def _not_listed(named: Student, identity: Identity, roster: Roster) -> str:
    close = rosters.near(roster, named.id) or rosters.near(roster, named.name)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    who = named.id or named.name or "whoever handed this in"
    return identity.reason or f"{who} is not on the roster{hint}"


def _contradictions(
    own: Student, entry: RosterStudent, by_own: RosterStudent | None, by_file: RosterStudent | None
) -> tuple[str, ...]:
    found = []
    if by_own and by_file and by_own.id != by_file.id:
        found.append(f"the file says {by_own.id}, its name says {by_file.id}")
    if own.name and entry.name and by_own and not rosters.same_name(own.name, entry.name):
        found.append(f"the file gives the name {own.name}, the roster says {entry.name}")
    return tuple(found)


def _attributed(
    submission: Submission,
    file: str,
    student: Student,
    _attention: tuple[str, ...],
    remarks: tuple[Remark, ...],
) -> Submission:
    own = submission.student.level
    if own and student.level and own != student.level and _digits(own) != _digits(student.level):
        remarks = (*remarks, Remark(f"the file says level {own}, the roster {student.level}"))
    return replace(submission, student=student, file=file, remarks=(*submission.remarks, *remarks))


def _digits(level: str) -> str:
    """A level's digits: ``ECSE 6850`` and ``6850`` are the same."""
    return "".join(c for c in level if c.isdigit()) or level.strip()


# --- one report a student -----------------------------------------------------------------------


def _grouped(judged: Sequence[_Outcome]) -> list[list[_Outcome]]:
    """The outcomes by student; one whose student is unknown stands alone."""
    groups: dict[tuple[str, str], list[_Outcome]] = {}
    for outcome in judged:
        known = outcome.report.student.id.casefold()
        certain = known and (outcome.candidate.submission or outcome.candidate.identity.certain)
        key = ("student", known) if certain else ("file", outcome.candidate.file)
        groups.setdefault(key, []).append(outcome)
    return list(groups.values())


def _one_a_student(
    group: Sequence[_Outcome], grader: _Grader, handins: dict[str, HandIn]
) -> tuple[Report, Path | None]:
    if len(group) == 1:
        return group[0].report, Path(group[0].page) if group[0].page else None
    for outcome in group:
        if outcome.page:
            Path(outcome.page).unlink(missing_ok=True)
    candidates = [_whole(outcome, grader, handins) for outcome in group]
    decided = choose(candidates)
    student = next(
        (o.report.student for o in group if o.candidate.submission), group[0].report.student
    )
    files = ", ".join(decided.files or decided.others)
    if decided.submission:
        report = grade(replace(decided.submission, student=student, file=files), grader.rubric)
        attention = tuple(dict.fromkeys(a for o in group for a in o.report.attention))
        fresh = tuple(a for a in attention if a not in report.attention)
        report = replace(report, attention=(*fresh, *decided.attention, *report.attention))
    elif decided.fault:
        report = unreadable(student, files, SubmissionError(decided.fault), grader.rubric)
    else:
        report = _without_score(student, files, Status.UNGRADED, decided.reason, grader.rubric)
    page = _page(grader, report) if grader.pages else None
    return _slim(report), page


def _whole(outcome: _Outcome, grader: _Grader, handins: dict[str, HandIn]) -> Candidate:
    """The candidate with its submission, read again."""
    candidate, slim = outcome.candidate, outcome.candidate.submission
    if slim is None or candidate.file not in handins:
        return candidate
    submissions = read(read_bytes(handins[candidate.file]), candidate.file, grader.rubric)
    ids = [s for s in submissions if len(submissions) == 1 or s.student.id == slim.student.id]
    return replace(candidate, submission=replace(ids[0], student=slim.student, file=candidate.file))


def _missing(
    settled: Sequence[tuple[Report, Path | None]], rubric: Rubric, roster: Roster | None
) -> list[Report]:
    """Those on the roster who handed nothing in; an excused student is no missing one."""
    seen = {report.student.id.casefold() for report, _ in settled}
    found = []
    for entry in roster.students if roster else ():
        if entry.id.casefold() not in seen:
            student = Student(entry.id, entry.name, entry.level)
            status = Status.EXCUSED if entry.excused else Status.MISSING
            reason = "excused" if entry.excused else "nothing was handed in"
            found.append(_without_score(student, "", status, reason, rubric))
    return found


def _without_score(
    student: Student, file: str, status: Status, reason: str, rubric: Rubric
) -> Report:
    counted = [p for p in rubric.problems if counts_for(p, student.level) is not False]
    most = sum((p.points for p in counted), Fraction(0))
    return Report(student, file, status, None, most, rubric.id, reason=reason)


def _not_opened(problem: Problem, rubric: Rubric, roster: Roster | None) -> _Outcome:
    """Something handed in that could not even be opened."""
    identity = identify(problem.parts, rosters.candidates(roster) if roster else None)
    student, attention, _ = _whose(Student(), identity, roster)
    error = SubmissionError(problem.reason, Place(problem.name))
    report = unreadable(student, problem.name, error, rubric)
    candidate = Candidate(problem.name, identity, "", fault=str(error))
    return _Outcome(candidate, replace(report, attention=attention))


def _lost(handin: HandIn, lost: Lost, setup: _Setup) -> tuple[_Outcome, ...]:
    """A file that brought its worker down: a person must look."""
    rubric = load(setup.rubric if "/" not in setup.rubric else Path(setup.rubric))
    identity = identify(handin.parts, rosters.candidates(setup.roster) if setup.roster else None)
    student, attention, _ = _whose(Student(), identity, setup.roster)
    reason = f"it could not be read: {lost.reason}; a person must look"
    report = _without_score(student, handin.name, Status.UNGRADED, reason, rubric)
    candidate = Candidate(handin.name, identity, "", fault=reason)
    return (
        _Outcome(candidate, replace(report, attention=attention), log=f"{handin.name}: {reason}"),
    )
