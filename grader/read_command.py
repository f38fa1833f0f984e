"""The command that shows what is understood of a file.

Heavy modules are imported where they are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands import file_argument, json_option, rubric_option, submissions
from grader.terminal import columns, print_json, say

if TYPE_CHECKING:
    from grader.model import Rubric, Submission, SubmissionError
    from grader.reading import Understood

__all__ = ["read_command"]

_INCOMPLETE = 1
_UNREADABLE = 2
_MOST_LISTED = 12


@click.command(
    "read",
    epilog="\b\nExamples:\n"
    "  grade read answers.xlsx\n"
    "  grade read answers.xlsx --html understood.html\n"
    "  grade read class.csv --student s1027",
)
@file_argument
@rubric_option
@click.option("--student", metavar="ID", help="Only this one of a class table.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write it as a page, with formulas typeset; then only the summary is printed.",
)
@json_option
def read_command(
    file: Path, rubric: str, student: str | None, html: Path | None, *, as_json: bool
) -> int:
    """Show what is understood of a file, beside what was written.

    For a student before handing in, and for a teaching assistant in doubt: each answer with its
    place, what it was taken for and how sure that is, and what could not be placed. Nothing is
    judged.

    Exit status: 0 all was read; 1 something was not read or not placed, or nothing was found; 2
    the file cannot be read.
    """
    if html is not None and html.suffix.lower() not in (".html", ".htm"):
        shown = click.format_filename(html)
        raise click.UsageError(f"{shown} would be a page: its name ends in .html")
    from grader.model import SubmissionError  # noqa: PLC0415
    from grader.rubric import load  # noqa: PLC0415

    scheme = load(rubric)
    try:
        found = submissions(file, scheme)
    except SubmissionError as error:
        return _not_readable(file, error, scheme, as_json=as_json)
    return _show(_of_student(found, student), scheme, html, as_json=as_json)


def _of_student(found: tuple[Submission, ...], student: str | None) -> tuple[Submission, ...]:
    """The submissions of one student; all where none is named."""
    if student is None:
        return found
    wanted = student.strip().casefold()
    chosen = tuple(s for s in found if s.student.id.casefold() == wanted)
    if not chosen:
        from grader.notation.numbers import quoted  # noqa: PLC0415

        told = ", ".join(quoted(s.student.id) for s in found[:_MOST_LISTED] if s.student.id)
        raise click.UsageError(f"nobody here is {quoted(student)}; there is {told or 'no id'}")
    return chosen


def _not_readable(file: Path, error: SubmissionError, rubric: Rubric, *, as_json: bool) -> int:
    from grader.grading import unreadable  # noqa: PLC0415  # heavy
    from grader.model import Student  # noqa: PLC0415
    from grader.reports.reading_record import unreadable_record  # noqa: PLC0415
    from grader.reports.text import check_text  # noqa: PLC0415

    report = unreadable(Student(), file.name, error, rubric)
    if as_json:
        print_json(unreadable_record(report))
    else:
        say(check_text(report, rubric))
    return _UNREADABLE


def _show(found: Sequence[Submission], rubric: Rubric, html: Path | None, *, as_json: bool) -> int:
    from grader.reading import understood  # noqa: PLC0415  # heavy
    from grader.reports.reading_record import reading_record  # noqa: PLC0415
    from grader.reports.reading_text import reading_text, summary_line  # noqa: PLC0415

    told = [understood(submission, rubric) for submission in found]
    if as_json:
        print_json([reading_record(one) for one in told])
    elif html is not None:
        say("\n".join(map(summary_line, told)))
    else:
        say("\n\n\n".join(reading_text(one, columns()) for one in told))
    if html is not None:
        _write_page(told, html, is_quiet=as_json)
    return 0 if all(one.is_complete for one in told) else _INCOMPLETE


def _write_page(told: Sequence[Understood], html: Path, *, is_quiet: bool) -> None:
    from grader.reports.reading_page import reading_page  # noqa: PLC0415  # heavy

    html.parent.mkdir(parents=True, exist_ok=True)
    html.write_text(reading_page(told), encoding="utf-8")
    click.echo(f"wrote {click.format_filename(html)}", err=is_quiet)
