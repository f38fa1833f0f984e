"""The command that hands results to a learning platform, an autograder or a spreadsheet.

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
    from collections.abc import Sequence

    from grader.exports.formats import Format
    from grader.exports.platform import Platform
    from grader.exports.results import Assignment, Result

__all__ = ["export_command"]

_NEEDS_A_PERSON = 1
_FORMATS = ("canvas", "moodle", "gradescope", "blackboard", "brightspace", "csv", "xlsx")


@dataclass(frozen=True, slots=True)
class _Job:
    """What is exported, and how; ``column`` is empty where it was not said."""

    format: Format
    results: Sequence[Result]
    assignment: Assignment
    column: str


@click.command(
    "export",
    epilog="\b\nExamples:\n"
    "  grade export grades --to canvas --fill gradebook.csv --dry-run\n"
    '  grade export grades --to canvas --fill gradebook.csv --column "Homework 6 (98765)"\n'
    "  grade export grades --to gradescope -o results.zip",
)
@click.argument("results", type=click.Path(exists=True, path_type=Path), metavar="RESULTS")
@click.option("--to", "to", required=True, type=click.Choice(_FORMATS), help="Whose format.")
@click.option(
    "--fill",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file that the platform gave: a copy is filled, every other cell byte for byte.",
)
@click.option(
    "--output", "-o", "out", type=click.Path(path_type=Path), metavar="OUT", help="What to write."
)
@click.option("--column", default="", metavar="NAME", help="The assignment's column.")
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The class list: tells logins and e-mails, by which a platform's rows are found.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def export_command(
    results: Path,
    *,
    to: str,
    fill: Path | None,
    out: Path | None,
    column: str,
    roster: Path | None,
    dry_run: bool,
) -> int:
    """Write results for a learning platform, an autograder or a spreadsheet.

    RESULTS is a results.jsonl, or the folder that `grade` wrote. With --fill, the cells that change
    are listed; a student without a score never gets a 0.

    Exit status: 0 done; 1 done, but somebody's result could not be put into the file (each is
    named); 2 nothing was written.
    """
    from grader.exports.formats import FORMATS  # noqa: PLC0415
    from grader.exports.results import assignment_of, read_results, with_roster  # noqa: PLC0415

    chosen = next(one for one in FORMATS if one.name == to)
    found = read_results(results)
    if roster is not None:
        from grader.roster import load  # noqa: PLC0415

        found = with_roster(found, load(roster))
    folder = results if results.is_dir() else results.parent
    target = out or folder / f"export-{to}{fill.suffix if fill else chosen.suffix}"
    _must_differ(target, results, fill)
    job = _Job(chosen, found, assignment_of(found, _title(found[0])), column)
    goal = None if dry_run else target
    return _write_new(job, goal) if fill is None else _fill(job, fill, goal)


def _must_differ(target: Path, results: Path, fill: Path | None) -> None:
    for kept in (results, results / "results.jsonl", fill):
        if kept is not None and kept.is_file() and target.resolve() == kept.resolve():
            shown = click.format_filename(target)
            raise click.UsageError(f"{shown} is what is read; write to another file")


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


def _fill(job: _Job, fill: Path, target: Path | None) -> int:
    """Fill a copy of the platform's file; without a target only tell."""
    from grader.exports.delimited import parse  # noqa: PLC0415
    from grader.exports.fill import plan  # noqa: PLC0415
    from grader.exports.told import plan_text  # noqa: PLC0415
    from grader.files import write_atomically  # noqa: PLC0415

    platform = job.format.platform
    if platform is None:
        raise click.UsageError(f"{job.format.name} has no file to fill; leave --fill away")
    sheet = parse(fill.read_bytes(), fill.name)
    planned = plan(platform, sheet, job.results, job.assignment, job.column)
    if target is not None:
        write_atomically(target, planned.filled())
    _warn(planned.warnings)
    say(plan_text(planned, platform.label))
    _say_written(target)
    return _NEEDS_A_PERSON if planned.stopped or planned.lost else 0


def _write_new(job: _Job, target: Path | None) -> int:
    """Write a file of one's own; without a target only tell."""
    assignment = replace(job.assignment, title=job.column or job.assignment.title)
    if target is not None:
        _write(job, assignment, target)
    silent: tuple[Result, ...] = ()
    if job.format.platform is not None:
        silent = _tell(job.format.platform, job.results, assignment)
    say(f"{len(job.results) - len(silent)} of {len(job.results)} students in it")
    _say_written(target)
    return 0


def _write(job: _Job, assignment: Assignment, target: Path) -> None:
    """One file; a folder where an autograder's results are no ZIP."""
    from grader.exports.gradescope import gradescope_files  # noqa: PLC0415
    from grader.files import write_atomically  # noqa: PLC0415

    if job.format.name == "gradescope" and target.suffix.lower() != ".zip":
        for name, data in gradescope_files(job.results).items():
            write_atomically(target / name, data)
    else:
        write_atomically(target, job.format.write(job.results, assignment))


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
    for line in silent_lines(silent, platform.label):
        say(line)
    return silent


def _warn(warnings: Sequence[str]) -> None:
    from grader.notation.numbers import quoted  # noqa: PLC0415

    for warning in warnings:
        click.echo(f"note: {quoted(warning, 300)[1:-1]}", err=True)


def _say_written(target: Path | None) -> None:
    shown = "" if target is None else click.format_filename(target)
    say(f"wrote {shown}" if shown else "nothing was written (--dry-run)")
