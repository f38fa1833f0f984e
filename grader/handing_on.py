"""Results handed on to a platform, an autograder or a spreadsheet: what is written, and told.

Heavy modules are imported where they are needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.terminal import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.exports.delimited import Delimited
    from grader.exports.formats import Format
    from grader.exports.platform import Platform
    from grader.exports.results import Assignment, Result
    from grader.model import Rubric

__all__ = ["FORMATS", "Request", "check", "hand_on", "hand_on_graded"]

_NEEDS_A_PERSON = 1
_NOTHING_WRITTEN = 2
_WRITTEN = ("stepgrade.sqlite", "gradebook.csv", "gradebook.xlsx", "report.html", "errors.log")
FORMATS = ("canvas", "moodle", "gradescope", "blackboard", "brightspace", "csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        results: a ``results.jsonl``, or the folder that it is in.
        to: one of `FORMATS`.
        fill: the platform's own file.
        out: what to write; beside the results if None.
        column: the assignment's; empty where it was not said.
        title: the rubric's; empty where the results have to tell it.
        roster: a class list.
        feedback: whether it is the students' pages that go back, and not the points.
        dry_run: whether nothing is written.
        is_brief: whether the cells that change are counted and not listed.
    """

    results: Path
    to: str
    fill: Path | None = None
    out: Path | None = None
    column: str = ""
    title: str = ""
    roster: Path | None = None
    feedback: bool = False
    dry_run: bool = False
    is_brief: bool = False

    @property
    def folder(self) -> Path:
        """Where the results are."""
        return self.results if self.results.is_dir() else self.results.parent

    @property
    def target(self) -> Path:
        """What is written."""
        if self.out is not None:
            return self.out
        if self.feedback:
            return self.folder / f"feedback-{self.to}.zip"
        suffix = self.fill.suffix if self.fill else _format(self.to).suffix
        return self.folder / f"export-{self.to}{suffix}"


def hand_on(request: Request) -> int:
    """Write what is asked for, and say what it holds; the exit status.

    Raises:
        GraderError, OSError: nothing was written.
        click.UsageError: it cannot be asked for so.
    """
    from grader.exports.results import assignment_of, read_results, with_roster  # noqa: PLC0415
    from grader.store.since import decided_since  # noqa: PLC0415

    _must_make_sense(request)
    _warn(_open_elsewhere(request))
    found = read_results(request.results)
    if request.roster is not None:
        from grader.roster import load  # noqa: PLC0415

        found = with_roster(found, load(request.roster))
    assignment = assignment_of(found, request.title or _title(found[0]))
    since = decided_since(request.folder)
    if request.feedback:
        status = _pack(request, found)
    else:
        status = (_write_new if request.fill is None else _fill)(request, found, assignment)
    _warn(since)
    return status or (_NEEDS_A_PERSON if since else 0)


def hand_on_graded(request: Request) -> int:
    """As `hand_on`, behind grading: what stops it is told, since the results are there."""
    from grader.model import GraderError  # noqa: PLC0415

    try:
        return hand_on(request)
    except click.ClickException as error:
        told = error.format_message()
    except (GraderError, OSError) as error:
        told = str(error)
    there = click.format_filename(request.folder)
    click.echo(f"Error: {told}; `grade export {there}` hands on what was graded", err=True)
    return _NEEDS_A_PERSON


def check(request: Request, rubric: Rubric) -> None:
    """Find out before a class is graded what would stop its results from being handed on.

    Raises:
        GraderError, OSError, click.UsageError: as `hand_on` does.
    """
    _must_make_sense(request)
    if request.fill is not None:
        from grader.exports.fill import column_of  # noqa: PLC0415

        names = (rubric.title or rubric.id, rubric.id)
        column_of(*_sheet(request.to, request.fill), names, request.column)


def _must_make_sense(request: Request) -> None:
    if request.feedback:
        from grader.exports.feedback import PACKED  # noqa: PLC0415

        if request.to not in PACKED:
            known = " and ".join(sorted(PACKED))
            told = f"how {request.to} takes feedback files back is not known here"
            raise click.UsageError(f"{told}; --feedback is for {known}")
        if request.column:
            raise click.UsageError("--column is for points; --feedback packs pages")
    target = request.target
    if target.is_dir() and (request.to != "gradescope" or request.feedback or request.out is None):
        raise click.UsageError(f"{click.format_filename(target)} is a folder; it is to be a file")
    for kept in (request.results, request.folder / "results.jsonl", request.fill, request.roster):
        if kept is not None and kept.is_file() and target.exists() and target.samefile(kept):
            shown = click.format_filename(target)
            raise click.UsageError(f"{shown} is what is read; write to another file")
    for name in _WRITTEN:
        kept = request.folder / name
        if kept.is_file() and target.exists() and target.samefile(kept):
            shown = click.format_filename(target)
            raise click.UsageError(f"{shown} is what `grade` wrote; write to another file")


def _open_elsewhere(request: Request) -> Iterator[str]:
    """That a program has one of the files open: it knows what was not saved, or saves over."""
    from grader.exports.writing import open_elsewhere  # noqa: PLC0415

    dangers = {
        request.fill: "what was not saved there is not read",
        request.target: "close it there, or saving it will undo what is written now",
    }
    for path, danger in dangers.items():
        if path is not None and (mark := open_elsewhere(path)):
            yield f"{path.name} is open in another program (there is {mark}): {danger}"


def _format(to: str) -> Format:
    from grader.exports.formats import FORMATS as KNOWN  # noqa: PLC0415

    return next(one for one in KNOWN if one.name == to)


def _title(result: Result) -> str:
    """The title in the rubric, where it is an installed one; else empty."""
    from grader.model import RubricError  # noqa: PLC0415
    from grader.rubric import load  # noqa: PLC0415

    name = result.record["rubric"]
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        return ""
    try:
        return load(name).title
    except RubricError:
        return ""


def _sheet(to: str, fill: Path) -> tuple[Platform, Delimited]:
    """The platform, and its file."""
    from grader.exports.delimited import parse  # noqa: PLC0415

    platform = _format(to).platform
    if platform is None:
        raise click.UsageError(f"{to} has no file to fill; leave --fill away")
    return platform, parse(fill.read_bytes(), fill.name)


# --- points -------------------------------------------------------------------------------------


def _fill(request: Request, results: Sequence[Result], assignment: Assignment) -> int:
    """Fill a copy of the platform's file."""
    from grader.exports.fill import plan  # noqa: PLC0415
    from grader.exports.told import plan_text  # noqa: PLC0415

    assert request.fill is not None  # noqa: S101  # the caller's condition
    platform, sheet = _sheet(request.to, request.fill)
    planned = plan(platform, sheet, results, assignment, request.column)
    _write(request, {"": planned.filled()})
    _warn(planned.warnings)
    say(plan_text(planned, platform.label, is_brief=request.is_brief))
    _say_written(request)
    return _NEEDS_A_PERSON if planned.stopped or planned.lost else 0


def _write_new(request: Request, results: Sequence[Result], assignment: Assignment) -> int:
    """Write a file of one's own."""
    from grader.exports.gradescope import gradescope_files  # noqa: PLC0415

    chosen = _format(request.to)
    assignment = replace(assignment, title=request.column or assignment.title)
    if request.to == "gradescope" and request.target.suffix.lower() != ".zip":
        _write(request, gradescope_files(results))
    else:
        _write(request, {"": chosen.write(results, assignment)})
    silent = _tell(chosen.platform, results, assignment) if chosen.platform else ()
    say(f"{len(results) - len(silent)} of {len(results)} students in it")
    _say_written(request)
    return 0


def _tell(
    platform: Platform, results: Sequence[Result], assignment: Assignment
) -> tuple[Result, ...]:
    """Say what the platform makes of a new file, and who is not in it."""
    from grader.exports.platform import is_dangerous, without_score  # noqa: PLC0415
    from grader.exports.told import silent_lines  # noqa: PLC0415

    _warn(platform.warnings(assignment.title))
    for result in results:
        if any(map(is_dangerous, (result.id, result.name, result.login, result.email))):
            _warn((f"a spreadsheet would take a text of {result.who} for a formula",))
    silent = without_score(results, platform.excused)
    for line in silent_lines(silent, f"nothing written for {platform.label}"):
        say(line)
    return silent


# --- pages --------------------------------------------------------------------------------------


def _pack(request: Request, results: Sequence[Result]) -> int:
    """Pack the students' pages, each under the name by which the platform finds its student."""
    from grader.exports.feedback import packed, with_pages  # noqa: PLC0415
    from grader.exports.fill import people_of  # noqa: PLC0415
    from grader.exports.packed import zipped  # noqa: PLC0415
    from grader.exports.told import package_text  # noqa: PLC0415

    people = people_of(*_sheet(request.to, request.fill)) if request.fill else ()
    package = packed(request.to, results, people)
    package, pages = with_pages(package, results, request.folder / "feedback")
    if pages:
        _write(request, {"": zipped(pages)})
    say(package_text(package))
    if pages:
        _say_written(request)
    else:
        say("nothing was written: there is no page to pack")
        return _NOTHING_WRITTEN
    return _NEEDS_A_PERSON if package.apart else 0


# --- writing ------------------------------------------------------------------------------------


def _write(request: Request, files: Mapping[str, bytes]) -> None:
    """The target; or a folder, where the files have names."""
    from grader.exports.writing import write_all  # noqa: PLC0415

    if not request.dry_run:
        write_all(request.target, files)


def _warn(warnings: Iterable[str]) -> None:
    from grader.notation.numbers import quoted  # noqa: PLC0415

    for warning in warnings:
        click.echo(f"note: {quoted(warning, 300)[1:-1]}", err=True)


def _say_written(request: Request) -> None:
    shown = "" if request.dry_run else click.format_filename(request.target)
    say(f"wrote {shown}" if shown else "nothing was written (--dry-run)")
