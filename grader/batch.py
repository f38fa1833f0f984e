"""A class: its files found, judged by workers, and settled into one report a student."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from grader import roster as rosters
from grader.choice import Candidate, Choice, by_student, choose
from grader.grading import grade, unreadable
from grader.handin import HandIn, Ignored, read_bytes
from grader.judging import (
    Grader,
    Outcome,
    Setup,
    judged,
    lost,
    not_opened,
    page,
    prepared,
    slim,
    without_score,
)
from grader.model import GraderError, Report, Rubric, Status, Student, SubmissionError
from grader.readers import read
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
            none was.
    """

    rubric: Rubric
    reports: tuple[Report, ...]
    ignored: tuple[Ignored, ...] = ()
    log: str = ""
    pages: tuple[Path | None, ...] = ()


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
    grader = Grader(scheme, known, pages)
    setup = Setup(rubric, scheme.digest, known, pages)
    every = _every_outcome(found.handins, setup, grader, jobs or os.cpu_count() or 1, progress)
    every += [not_opened(grader, problem) for problem in found.problems]
    handins = {handin.name: handin for handin in found.handins}
    settled = [_settled(group, grader, handins) for group in _by_student(every)]
    settled += [(report, None) for report in _missing(settled, grader)]
    return Batch(
        rubric=scheme,
        reports=tuple(report for report, _ in settled),
        ignored=found.ignored,
        log="\n".join(outcome.log for outcome in every if outcome.log),
        pages=tuple(made for _, made in settled),
    )


def _every_outcome(
    handins: Sequence[HandIn], setup: Setup, grader: Grader, jobs: int, progress: Progress | None
) -> list[Outcome]:
    """Each file judged in a worker, in the files' order."""
    ordered: list[tuple[Outcome, ...]] = [()] * len(handins)
    todo = outcomes(handins, judged, partial(prepared, setup), jobs=jobs, seconds=SECONDS_A_FILE)
    for done, (number, found) in enumerate(todo, 1):
        if isinstance(found, Lost):
            ordered[number] = (lost(grader, handins[number], found.reason),)
        else:
            ordered[number] = found
        if progress:
            progress(done, len(handins))
    return [outcome for many in ordered for outcome in many]


# --- one report a student -----------------------------------------------------------------------


def _by_student(every: Sequence[Outcome]) -> list[list[Outcome]]:
    """The outcomes by student; one whose student is unknown stands alone."""
    by_candidate = {id(outcome.candidate): outcome for outcome in every}

    def student(candidate: Candidate) -> str:
        known = candidate.submission or candidate.identity.certain
        return by_candidate[id(candidate)].report.student.id if known else ""

    groups = by_student([outcome.candidate for outcome in every], student)
    return [[by_candidate[id(candidate)] for candidate in group] for group in groups]


def _settled(
    group: Sequence[Outcome], grader: Grader, handins: Mapping[str, HandIn]
) -> tuple[Report, Path | None]:
    """One student's report and page, from one file or from several."""
    if len(group) == 1:
        return group[0].report, group[0].page
    for outcome in group:
        if outcome.page:
            outcome.page.unlink(missing_ok=True)
    decided = choose([_whole(outcome, grader, handins) for outcome in group])
    report = _decided(decided, _student(group), grader)
    attention = dict.fromkeys(told for outcome in group for told in outcome.attention)
    report = replace(report, attention=(*attention, *decided.attention, *report.attention))
    return slim(report), page(grader, report)


def _student(group: Sequence[Outcome]) -> Student:
    """Whose the files are, from one that could be read if there is any."""
    read_ones = [outcome for outcome in group if outcome.candidate.submission]
    return (read_ones or list(group))[0].report.student


def _decided(decided: Choice, student: Student, grader: Grader) -> Report:
    files = ", ".join(decided.files or decided.others)
    if decided.submission:
        return grade(replace(decided.submission, student=student, file=files), grader.rubric)
    if decided.fault:
        return unreadable(student, files, SubmissionError(decided.fault), grader.rubric)
    return without_score(student, files, Status.UNGRADED, decided.reason, grader.rubric)


def _whole(outcome: Outcome, grader: Grader, handins: Mapping[str, HandIn]) -> Candidate:
    """The candidate with its submission, which stayed in the worker, read again."""
    candidate, empty = outcome.candidate, outcome.candidate.submission
    if empty is None:
        return candidate
    found = read(read_bytes(handins[candidate.file]), candidate.file, grader.rubric)
    row = int(candidate.digest.partition(":")[2] or 0)
    whole = replace(found[row], student=empty.student, file=candidate.file)
    return replace(candidate, submission=whole)


def _missing(settled: Sequence[tuple[Report, Path | None]], grader: Grader) -> list[Report]:
    """Those on the roster who handed nothing in; an excused student is no missing one."""
    seen = {report.student.id.casefold() for report, _ in settled}
    found = []
    for entry in grader.roster.students if grader.roster else ():
        if entry.id.casefold() not in seen:
            student = Student(entry.id, entry.name, entry.level)
            status = Status.EXCUSED if entry.excused else Status.MISSING
            reason = "excused by the roster" if entry.excused else "nothing was handed in"
            found.append(without_score(student, "", status, reason, grader.rubric))
    return found
