"""The command that hands results to a learning platform, an autograder or a spreadsheet.

Its options are those of the command that grades a class, too, which can do both at once.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from grader.commands import rubric_option
from grader.handing_on import FORMATS, Request, hand_on
from grader.terminal import say

__all__ = ["autograder_command", "column_option", "export_command", "fill_option", "to_option"]


def to_option(*, is_required: bool = False) -> Callable[..., Any]:
    """Whose format; a command that does more than hand on can do without."""
    return click.option("--to", required=is_required, type=click.Choice(FORMATS), help=_TO)


_TO = "Hand the results on in this format."
fill_option = click.option(
    "--fill",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file that the platform gave: a copy is filled, every other cell byte for byte.",
)
column_option = click.option(
    "--column", default="", metavar="NAME", help="The assignment's column in it."
)


@click.command(
    "export",
    epilog="\b\nExamples:\n"
    "  grade export grades --to canvas --fill gradebook.csv --dry-run\n"
    '  grade export grades --to canvas --fill gradebook.csv --column "Homework 6 (98765)"\n'
    "  grade export grades --to moodle --feedback --fill worksheet.csv\n"
    "  grade export grades --to gradescope -o results.zip",
)
@click.argument("results", type=click.Path(exists=True, path_type=Path), metavar="RESULTS")
@to_option(is_required=True)
@fill_option
@click.option(
    "--output", "-o", "out", type=click.Path(path_type=Path), metavar="OUT", help="What to write."
)
@column_option
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The class list: tells logins and e-mails, by which a platform's rows are found.",
)
@click.option(
    "--feedback", is_flag=True, help="Pack the students' pages for re-upload (canvas, moodle)."
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
def export_command(results: Path, **asked: Any) -> int:
    """Write results for a learning platform, an autograder or a spreadsheet.

    RESULTS is a results.jsonl, or the folder that `grade` wrote. With --fill, the cells that change
    are listed; a student without a score never gets a 0. With --feedback, it is the students' pages
    that are written, in a ZIP from which the platform gives each student their own.

    Exit status: 0 done; 1 done, but somebody's result could not be put into the file (each is
    named), or a decision is younger than the results; 2 nothing was written.
    """
    return hand_on(Request(results, **asked))


@click.command(
    "autograder",
    epilog="\b\nExample:\n  grade autograder --rubric hw7.yaml -o autograder.zip",
)
@rubric_option
@click.option(
    "--output",
    "-o",
    "out",
    default="autograder.zip",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What to write.",
)
def autograder_command(rubric: str, out: Path) -> None:
    """Write the ZIP that Gradescope takes as an autograder: this program, with a rubric.

    Exit status: 0 written; 2 the rubric cannot be used, or nothing could be written.
    """
    from grader.exports.autograder import autograder_zip  # noqa: PLC0415
    from grader.exports.writing import write_all  # noqa: PLC0415
    from grader.rubric import load  # noqa: PLC0415
    from grader.rubric_files import rubric_files  # noqa: PLC0415

    told = load(rubric)
    write_all(out, {"": autograder_zip(dict(rubric_files(rubric)))})
    say(f"wrote {click.format_filename(out)}, which grades {told.title or told.id}")
