"""The commands for one file, and for those who set the assignment.

Heavy modules are imported by the command that needs them; each returns its exit status.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.terminal import print_json, say

if TYPE_CHECKING:
    from grader.model import Report, Rubric, Submission

__all__ = [
    "COMMANDS",
    "explain_file",
    "file_argument",
    "json_option",
    "quantity_of",
    "rubric_option",
    "submissions",
]

_SOME_WRONG = 1
_UNREADABLE = 2


rubric_option = click.option(
    "--rubric",
    "-r",
    default="hw6",
    show_default=True,
    metavar="ID|FILE",
    help="An installed rubric, or a YAML file.",
)


# --- one submission -----------------------------------------------------------------------------


def submissions(file: Path, rubric: Rubric) -> tuple[Submission, ...]:
    """What a file holds, with the student from its name where it does not say.

    Where it names two students its own name does not choose between them.

    Raises:
        SubmissionError: it cannot be read.
    """
    from grader.readers import read  # noqa: PLC0415

    found = read(file.read_bytes(), file.name, rubric)
    if len(found) > 1 or found[0].student.id:
        return found
    from grader.identity import identify  # noqa: PLC0415  # many patterns; seldom needed
    from grader.student_names import TWO  # noqa: PLC0415  # the same

    if TWO in found[0].student.name:
        return found

    student = replace(found[0].student, id=identify((file.name,)).id)
    return (replace(found[0], student=student),)


def _reports(file: Path, rubric: Rubric) -> tuple[Report, ...]:
    """The report on each submission in a file; one of a file that cannot be read."""
    from grader.grading import grade, unreadable  # noqa: PLC0415  # heavy
    from grader.model import Student, SubmissionError  # noqa: PLC0415

    try:
        return tuple(grade(submission, rubric) for submission in submissions(file, rubric))
    except SubmissionError as error:
        return (unreadable(Student(), file.name, error, rubric),)


def _is_unreadable(reports: Sequence[Report]) -> bool:
    return any(report.status == "unreadable" for report in reports)


file_argument = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE"
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@click.command("check", epilog="\b\nExample:\n  grade check answers.xlsx")
@file_argument
@rubric_option
@json_option
def _check(file: Path, rubric: str, *, as_json: bool) -> int:
    """Check your own answers before handing them in.

    Says which answers are right and what to look at; never the right values. Nothing is handed in
    and nothing is written.

    Exit status: 0 all that you answered is right; 1 some is not, or nothing was found; 2 the file
    cannot be read.
    """
    from grader.reports.text import check_record, check_text  # noqa: PLC0415
    from grader.rubric import load  # noqa: PLC0415

    scheme = load(rubric)
    reports = _reports(file, scheme)
    if as_json:
        print_json([check_record(report) for report in reports])
    else:
        say("\n\n".join(check_text(report, scheme) for report in reports))
    if _is_unreadable(reports):
        return _UNREADABLE
    return 0 if all(map(_all_right, reports)) else _SOME_WRONG


def _all_right(report: Report) -> bool:
    from grader.model import Verdict  # noqa: PLC0415

    fine = {Verdict.CORRECT, Verdict.FOLLOW_THROUGH, Verdict.IMPLIED, Verdict.MISSING}
    verdicts = {assessment.verdict for assessment in report.assessments}
    return verdicts <= fine and verdicts != {Verdict.MISSING} and bool(verdicts)


def explain_file(file: Path, quantity: str | None, rubric: str, *, as_json: bool) -> int:
    """What is wrong in a file, and why; the exit status."""
    from grader.reports.explanation import explain_record, explain_text  # noqa: PLC0415
    from grader.rubric import load  # noqa: PLC0415

    scheme = load(rubric)
    if quantity is not None:
        quantity = quantity_of(quantity, scheme)
    reports = _reports(file, scheme)
    if _is_unreadable(reports):
        quantity = None
    if as_json:
        print_json([explain_record(report, quantity, scheme) for report in reports])
    else:
        say("\n\n".join(explain_text(report, scheme, quantity) for report in reports))
    return _UNREADABLE if _is_unreadable(reports) else 0


def quantity_of(label: str, rubric: Rubric) -> str:
    """The quantity that is meant, such as ``gan.h0``.

    Raises:
        click.UsageError: none is; the message names what is near.
    """
    from grader.notation.names import explain_unknown, match  # noqa: PLC0415

    key = match(label, rubric)
    if key is None:
        raise click.UsageError(explain_unknown(label, rubric))
    return key


# --- for those who set the assignment -----------------------------------------------------------


@click.command("template", epilog="\b\nExample:\n  grade template -o answers.xlsx")
@rubric_option
@click.option(
    "--output",
    "-o",
    default="answers.xlsx",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The sheet to write: .xlsx, .csv or .json.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def _template(rubric: str, output: Path, *, force: bool) -> None:
    """Write an answer sheet to fill in."""
    from grader.rubric import load  # noqa: PLC0415
    from grader.template import write  # noqa: PLC0415

    if output.exists() and not force:
        shown = click.format_filename(output)
        raise click.UsageError(f"{shown} is there already; --force writes over it")
    write(load(rubric), output)
    say(f"wrote {click.format_filename(output)}")


@click.command("solve", epilog="\b\nExample:\n  grade solve h2 grad_w1")
@click.argument("quantities", nargs=-1, metavar="[QUANTITY...]")
@rubric_option
@click.option(
    "--convention",
    "-c",
    multiple=True,
    metavar="NAME=VALUE",
    help="Another convention than the key's, such as objective=minimize_nll.",
)
@json_option
def _solve(
    quantities: tuple[str, ...], rubric: str, convention: tuple[str, ...], *, as_json: bool
) -> None:
    """Print the key: every value, or those of some quantities."""
    from grader.reports.key import key_record, key_text  # noqa: PLC0415
    from grader.rubric import load  # noqa: PLC0415

    scheme = load(rubric)
    wanted = tuple(quantity_of(quantity, scheme) for quantity in quantities)
    chosen = _chosen(convention, scheme)
    if as_json:
        print_json(key_record(scheme, wanted, chosen))
    else:
        say(key_text(scheme, wanted, chosen))


def _chosen(conventions: Sequence[str], rubric: Rubric) -> dict[str, str]:
    """``NAME=VALUE`` pairs, each one that some problem knows."""
    known = {
        name: values
        for problem in rubric.problems
        for name, values in problem.reference.conventions.items()
    }
    chosen = {}
    for pair in conventions:
        name, _, value = pair.partition("=")
        if value not in known.get(name, ()):
            told = "; ".join(f"{n}={' or '.join(v)}" for n, v in known.items())
            raise click.UsageError(f"{pair} is no convention here; there are {told}")
        chosen[name] = value
    return chosen


@click.command("rubric", epilog="\b\nExample:\n  grade rubric my-homework.yaml --suggest")
@click.argument("file", metavar="FILE")
@click.option("--suggest", is_flag=True, help="Look for given values that show more.")
@json_option
def _rubric(file: str, *, suggest: bool, as_json: bool) -> None:
    """Check a rubric (a YAML file, or the id of an installed one).

    Lists every mistake in it at once, with its line; otherwise says what it grades, and which of
    a student's mistakes its items can show and which they cannot.

    Exit status: 0 it can be used; 2 there are mistakes in it.
    """
    from grader.audit import audited  # noqa: PLC0415  # heavy
    from grader.reports.audit import audit_record, audit_text  # noqa: PLC0415
    from grader.rubric import describe, load  # noqa: PLC0415
    from grader.suggest import suggested  # noqa: PLC0415

    scheme = load(file)
    audits = {problem.name: audited(problem, scheme) for problem in scheme.problems}
    wanted = scheme.problems if suggest else ()
    found = {p.name: suggested(p, scheme, audits[p.name]) for p in wanted}
    if as_json:
        problems = [audit_record(audit, found) for audit in audits.values()]
        print_json({"rubric": scheme.id, "title": scheme.title, "problems": problems})
    else:
        say(f"{describe(scheme)}\n\n{audit_text(tuple(audits.values()), found)}")


COMMANDS: tuple[click.Command, ...] = (_check, _rubric, _solve, _template)
