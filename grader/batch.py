"""A class: its files found, judged by workers, and settled into one report a student."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from grader import times as timetables
from grader.absent import absent
from grader.attribution import attributed
from grader.choice import Candidate, by_student
from grader.handin import HandIn, Ignored
from grader.judging import (
    Grader,
    Outcome,
    Row,
    Setup,
    judged,
    judged_row,
    lost,
    not_opened,
    prepared,
    repaged,
)
from grader.levels import unclear_levels
from grader.model import GraderError, Report, Rubric
from grader.settling import Group, Settled, settled, settled_without
from grader.sources import Collection, collect
from grader.terms import Named, Terms, terms
from grader.times import Times
from grader.workers import Lost, outcomes

__all__ = ["Batch", "Keeper", "NothingToGradeError", "Progress", "grade_collected", "grade_paths"]

Progress = Callable[[int, int], None]
"""Called with how many files are done, of how many."""

SECONDS_A_FILE = 60.0


class Keeper(Protocol):
    """What remembers the work of earlier runs; it must not raise what it cannot do."""

    def begin(self, setup: Setup, found: Collection, files: Mapping[str, Named]) -> None:
        """Told once, before anything else, what all of it is made of."""

    def recall(self, tasks: Sequence[Any]) -> list[Any]:
        """The result of each task that was done before, None for the others."""

    def keep(self, task: Any, result: Any) -> None:
        """A task was done now; what came of it may be `Lost`."""

    def flush(self) -> None:
        """These were all."""


class _Forgetful:
    """Remembers nothing."""

    def begin(self, setup: Setup, found: Collection, files: Mapping[str, Named]) -> None:
        """Nothing to prepare."""

    def recall(self, tasks: Sequence[Any]) -> list[Any]:
        """Nothing was done before."""
        return [None] * len(tasks)

    def keep(self, task: Any, result: Any) -> None:
        """Let it go."""

    def flush(self) -> None:
        """Nothing is left to keep."""


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
        told: sections of the class list whose level is unclear; times of nobody who handed in, and
            submissions without a time; a late policy for which no time is known.
        times: when each submission came; None where nobody said.
    """

    rubric: Rubric
    reports: tuple[Report, ...]
    ignored: tuple[Ignored, ...] = ()
    log: str = ""
    pages: tuple[Path | None, ...] = ()
    told: tuple[str, ...] = ()
    times: Times | None = None


def grade_paths(
    paths: Sequence[Path],
    rubric: str | Path = "hw6",
    *,
    roster: Path | None = None,
    times: Path | None = None,
    beside: Sequence[Path] = (),
    out: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
    keeper: Keeper | None = None,
) -> Batch:
    """Grade every submission in these folders, files and ZIPs.

    Args:
        paths: where to look.
        rubric: the id of an installed rubric, or a file; no `Rubric`, as the workers load it
            themselves.
        roster: the class list; who is on it and handed nothing in is reported as missing.
        times: when each submission came, for a rubric with a late policy.
        beside: files that are no submissions, wherever they lie.
        out: a folder that is left out of the search, and gets the students' pages as ``.part``
            files; None renders no pages.
        jobs: worker processes; one a core by default.
        progress: told how many files are done.
        keeper: what remembers earlier runs, so that nothing is graded twice; None grades all.

    Raises:
        TypeError: the rubric is neither an id nor a path.
        RubricError: the rubric cannot be used.
        GraderError: the roster or the times cannot be used.
        NothingToGradeError: there is no submission.
    """
    given = [Named(path.name, path) if path else None for path in (roster, times)]
    by = terms(rubric, *given)
    found = collect(paths, [path for path in (roster, times, out, *beside) if path])
    if not found.handins and not found.problems:
        told = ", ".join(str(path) for path in paths)
        raise NothingToGradeError(
            f"{told}: no submissions found (JSON, CSV, XLSX, or a ZIP of them)"
        )
    return grade_collected(found, by, out=out, jobs=jobs, progress=progress, keeper=keeper)


def grade_collected(
    found: Collection,
    by: Terms,
    *,
    out: Path | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
    keeper: Keeper | None = None,
    is_whole: bool = False,
) -> Batch:
    """Grade what was found already.

    Args:
        found: the hand-ins.
        by: the rubric, the roster and the times.
        out: a folder that gets the students' pages as ``.part`` files; None renders no pages.
        jobs: worker processes; one a core by default.
        progress: told how many files are done.
        keeper: what remembers earlier runs.
        is_whole: whether reports keep all their entries, for explaining; else the wrong ones only.

    Raises:
        RubricError: the rubric was changed meanwhile.
    """
    found = attributed(found, by.roster)
    pages = out / "feedback" if out else None
    if pages:
        pages.mkdir(parents=True, exist_ok=True)
    setup = Setup(by.source, by.rubric.digest, by.roster, pages, is_whole)
    grader = Grader(by.rubric, by.roster, pages, is_whole)
    keeper = keeper or _Forgetful()
    keeper.begin(setup, found, by.files)
    crew = _Crew(setup, jobs or os.cpu_count() or 1, progress, keeper)
    every = _every_outcome(found.handins, grader, crew)
    every += [(not_opened(grader, problem), None) for problem in found.problems]
    reports, log = _every_report(every, grader, crew)
    known = [report for report, _ in reports]
    reports += [(report, None) for report in absent(known, by.roster, by.rubric)]
    reports = [_timed(report, made, by) for report, made in reports]
    return Batch(
        rubric=by.rubric,
        reports=tuple(report for report, _ in reports),
        ignored=found.ignored,
        log="\n".join([*(outcome.log for outcome, _ in every if outcome.log), *log]),
        pages=tuple(made for _, made in reports),
        told=_told(by, [report for report, _ in reports]),
        times=by.times,
    )


def _told(by: Terms, reports: Sequence[Report]) -> tuple[str, ...]:
    levels = unclear_levels(by.roster, by.rubric)
    if by.times:
        return levels + timetables.unmatched(by.times, reports, by.roster)
    return levels + timetables.no_times(by.rubric, reports)


def _timed(report: Report, made: Path | None, by: Terms) -> Settled:
    """With what being late costs; what was judged before stays, whatever the deadline."""
    after = timetables.timed(report, by.rubric, by.times)
    return after, repaged(report, after, by.rubric, made)


# --- the workers --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Crew:
    """How the workers are started, how many, whom to tell how far they are, and who remembers."""

    setup: Setup
    jobs: int
    progress: Progress | None
    keeper: Keeper

    def do(self, work: Callable[[Grader, Any], Any], tasks: Sequence[Any]) -> list[Any]:
        """What became of each task, in the tasks' order; `Lost` where a worker failed on it."""
        ordered = self.keeper.recall(tasks)
        places = [place for place, known in enumerate(ordered) if known is None]
        new = [tasks[place] for place in places]
        ready = partial(prepared, self.setup)
        todo = outcomes(new, work, ready, jobs=self.jobs, seconds=SECONDS_A_FILE)
        for done, (number, result) in enumerate(todo, 1 + len(tasks) - len(new)):
            ordered[places[number]] = result
            self.keeper.keep(new[number], result)
            if self.progress:
                self.progress(done, len(tasks))
        self.keeper.flush()
        return ordered


_Judged = tuple[Outcome, HandIn | None]
"""A submission judged, and the file that it can be read from again."""


def _every_outcome(handins: Sequence[HandIn], grader: Grader, crew: _Crew) -> list[_Judged]:
    """Each submission judged, in the files' order; a row of a class table counts like a file."""
    first = crew.do(judged, handins)
    rows = [row for result in first if isinstance(result, tuple) for row in result]
    of_rows = iter(crew.do(judged_row, rows))
    every: list[_Judged] = []
    for handin, result in zip(handins, first, strict=True):
        if isinstance(result, tuple):
            every += [(_outcome(grader, row, next(of_rows)), handin) for row in result]
        else:
            every.append((_outcome(grader, handin, result), handin))
    return every


def _outcome(grader: Grader, task: HandIn | Row, result: Outcome | Lost) -> Outcome:
    return lost(grader, task, result) if isinstance(result, Lost) else result


# --- one report a student -----------------------------------------------------------------------


def _every_report(
    every: Sequence[_Judged], grader: Grader, crew: _Crew
) -> tuple[list[Settled], list[str]]:
    """One report a student, and what went wrong in settling on one."""
    groups = _by_student(every)
    several = [group for group in groups if len(group.outcomes) > 1]
    for outcome in (outcome for group in several for outcome in group.outcomes):
        if outcome.page:
            outcome.page.unlink(missing_ok=True)  # a page on all files takes its place
    of_several = iter(crew.do(settled, several))
    reports, log = [], []
    for group in groups:
        first = group.outcomes[0]
        result = (first.report, first.page) if len(group.outcomes) == 1 else next(of_several)
        if isinstance(result, Lost):
            log.append(f"{group.files}: {result.reason}\n{result.log}")
            result = settled_without(grader, group, result)
        reports.append(result)
    return reports, log


def _by_student(every: Sequence[_Judged]) -> list[Group]:
    """The outcomes by student; one whose student is unknown stands alone."""
    by_candidate = {id(outcome.candidate): (outcome, handin) for outcome, handin in every}

    def student(candidate: Candidate) -> str:
        known = candidate.submission or candidate.identity.certain
        return by_candidate[id(candidate)][0].report.student.id if known else ""

    groups = by_student([outcome.candidate for outcome, _ in every], student)
    pairs = [[by_candidate[id(candidate)] for candidate in group] for group in groups]
    return [Group(*zip(*group, strict=True)) for group in pairs]
