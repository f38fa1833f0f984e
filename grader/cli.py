"""The command line: ``grade PATH...`` and the commands beside it.

Heavy modules are imported by the command that needs them, so that ``grade --help`` is quick and a
student's self-check loads no more than it uses.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from grader.model import Report, Rubric, Submission

__all__ = ["main"]

_NEEDS_A_PERSON = 1
_NOTHING_GRADED = 2
_SOME_WRONG = 1
_UNREADABLE = 2
_STOPPED = 130  # as shells have it for Ctrl-C

_CLASS = "PATH..."
"""The command that grades a class; its name is never typed, so any path can be."""


class _Commands(click.Group):
    """A group in which anything that is no command's name is a path to grade."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """With a path in front, it is the class that is meant."""
        named = {*self.list_commands(ctx), "--help", "-h", "--version"}
        if args and args[0] not in named:
            args = [_CLASS, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The two ways of calling it."""
        formatter.write_usage("grade", "PATH... [OPTIONS]   grade a folder, file or ZIP", "Usage: ")
        formatter.write_usage("grade", "COMMAND [ARGS]...", " " * 7)


class _Class(click.Command):
    """The command without a name of its own."""

    def format_usage(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As it is typed."""
        formatter.write_usage("grade", "PATH... [OPTIONS]", "Usage: ")


_EXAMPLES = """\b
Examples:
  grade submissions/                       a class; results go to grades/
  grade ./check                            a folder called like a command
  grade canvas.zip --roster roster.csv     a download, with the class list
  grade check answers.xlsx                 a student's look before handing in
  grade template -o answers.xlsx           an answer sheet to fill in
  grade explain s1001.json grad_w1         what went wrong there, and why
"""


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EXAMPLES,
)
@click.version_option(package_name="stepgrade", prog_name="grade")
def _commands() -> None:
    """Grade worked mathematics: every step, by each student's own values.

    With paths, grades every submission found there and writes the gradebook, one feedback page a
    student and a class report into a folder (`grade PATH --help` lists the options).
    """


_rubric_option = click.option(
    "--rubric",
    "-r",
    default="hw6",
    show_default=True,
    metavar="ID|FILE",
    help="An installed rubric, or a YAML file.",
)


@_commands.command(
    _CLASS,
    cls=_Class,
    epilog="\b\nExample:\n  grade submissions/ --roster roster.csv --out grades",
)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@_rubric_option
@click.option(
    "--out",
    "-o",
    default="grades",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where the results go.",
)
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The class list (CSV or XLSX): who handed nothing in is reported, levels are known.",
)
@click.option(
    "--jobs", "-j", type=click.IntRange(1, 256), metavar="N", help="Worker processes; one a core."
)
def _class(
    paths: tuple[Path, ...], rubric: str, out: Path, roster: Path | None, jobs: int | None
) -> int:
    """Grade every submission in folders, files and ZIPs.

    Writes results.jsonl, gradebook.xlsx, gradebook.csv, report.html and feedback/<student>.html.

    Exit status: 0 all graded; 1 done, but some submission needs a person (each is named); 2
    nothing was graded.
    """
    _exist(paths)
    from grader.batch import grade_paths  # noqa: PLC0415  # heavy
    from grader.output import claimed, write_results  # noqa: PLC0415
    from grader.reports.text import summary_text  # noqa: PLC0415

    with claimed(out):
        with _progress() as progress:
            batch = grade_paths(paths, rubric, roster=roster, out=out, jobs=jobs, progress=progress)
        write_results(batch, out)
    for item in batch.ignored:
        click.echo(f"left out: {item.name} ({item.reason})", err=True)
    _say(summary_text(batch.reports, out))
    return _NEEDS_A_PERSON if any(map(_needs_a_person, batch.reports)) else 0


def _exist(paths: Sequence[Path]) -> None:
    """Say which path is not there, and whether a command was meant."""
    for path in paths:
        if path.exists():
            continue
        import difflib  # noqa: PLC0415

        close = difflib.get_close_matches(str(path), _commands.commands, n=1)
        hint = f" Did you mean `grade {close[0]}`?" if close else ""
        shown = click.format_filename(path)
        raise click.UsageError(f"there is no file or folder {shown}.{hint}")


def _needs_a_person(report: Report) -> bool:
    from grader.gradebook.table import needs_a_person  # noqa: PLC0415

    return bool(needs_a_person(report))


@contextlib.contextmanager
def _progress() -> Iterator[Any]:
    """A bar on the terminal; nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=1, label="Grading", file=sys.stderr, show_pos=True) as bar:

        def told(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield told


# --- one submission -----------------------------------------------------------------------------


def _submissions(file: Path, rubric: Rubric) -> tuple[Submission, ...]:
    """What a file holds, with the student from its name where it does not say.

    Raises:
        SubmissionError: it cannot be read.
    """
    from grader.readers import read  # noqa: PLC0415

    found = read(file.read_bytes(), file.name, rubric)
    if len(found) > 1 or found[0].student.id:
        return found
    from grader.identity import identify  # noqa: PLC0415  # many patterns; seldom needed

    student = replace(found[0].student, id=identify((file.name,)).id)
    return (replace(found[0], student=student),)


def _reports(file: Path, rubric: Rubric) -> tuple[Report, ...]:
    """The report on each submission in a file; one of a file that cannot be read."""
    from grader.grading import grade, unreadable  # noqa: PLC0415  # heavy
    from grader.model import Student, SubmissionError  # noqa: PLC0415

    try:
        return tuple(grade(submission, rubric) for submission in _submissions(file, rubric))
    except SubmissionError as error:
        return (unreadable(Student(), file.name, error, rubric),)


def _is_unreadable(reports: Sequence[Report]) -> bool:
    return any(report.status == "unreadable" for report in reports)


_file_argument = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE"
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


@_commands.command("check", epilog="\b\nExample:\n  grade check answers.xlsx")
@_file_argument
@_rubric_option
@_json_option
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
        _print_json([check_record(report) for report in reports])
    else:
        _say("\n\n".join(check_text(report, scheme) for report in reports))
    if _is_unreadable(reports):
        return _UNREADABLE
    return 0 if all(map(_all_right, reports)) else _SOME_WRONG


def _all_right(report: Report) -> bool:
    from grader.model import Verdict  # noqa: PLC0415

    fine = {Verdict.CORRECT, Verdict.FOLLOW_THROUGH, Verdict.IMPLIED, Verdict.MISSING}
    verdicts = {assessment.verdict for assessment in report.assessments}
    return verdicts <= fine and verdicts != {Verdict.MISSING} and bool(verdicts)


@_commands.command("explain", epilog="\b\nExample:\n  grade explain s1001.json grad_w1")
@_file_argument
@click.argument("quantity", required=False)
@_rubric_option
@_json_option
def _explain(file: Path, quantity: str | None, rubric: str, *, as_json: bool) -> int:
    """Show a teaching assistant what is wrong, and why.

    For every answer (or one QUANTITY such as gan.h0): expected, obtained and difference entry by
    entry, the first step that went wrong, and the reasons. It shows the right values.

    Exit status: 0 explained; 2 the file cannot be read, or there is no such quantity.
    """
    from grader.reports.explanation import explain_record, explain_text  # noqa: PLC0415
    from grader.rubric import load  # noqa: PLC0415

    scheme = load(rubric)
    if quantity is not None:
        quantity = _quantity(quantity, scheme)
    reports = _reports(file, scheme)
    if _is_unreadable(reports):
        quantity = None
    if as_json:
        _print_json([explain_record(report, quantity, scheme) for report in reports])
    else:
        _say("\n\n".join(explain_text(report, scheme, quantity) for report in reports))
    return _UNREADABLE if _is_unreadable(reports) else 0


def _quantity(label: str, rubric: Rubric) -> str:
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


@_commands.command("template", epilog="\b\nExample:\n  grade template -o answers.xlsx")
@_rubric_option
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
    _say(f"wrote {click.format_filename(output)}")


@_commands.command("solve", epilog="\b\nExample:\n  grade solve h2 grad_w1")
@click.argument("quantities", nargs=-1, metavar="[QUANTITY...]")
@_rubric_option
@click.option(
    "--convention",
    "-c",
    multiple=True,
    metavar="NAME=VALUE",
    help="Another convention than the key's, such as objective=minimize_nll.",
)
@_json_option
def _solve(
    quantities: tuple[str, ...], rubric: str, convention: tuple[str, ...], *, as_json: bool
) -> None:
    """Print the key: every value, or those of some quantities."""
    from grader.reports.key import key_record, key_text  # noqa: PLC0415
    from grader.rubric import load  # noqa: PLC0415

    scheme = load(rubric)
    wanted = tuple(_quantity(quantity, scheme) for quantity in quantities)
    chosen = _chosen(convention, scheme)
    if as_json:
        _print_json(key_record(scheme, wanted, chosen))
    else:
        _say(key_text(scheme, wanted, chosen))


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


@_commands.command("rubric", epilog="\b\nExample:\n  grade rubric my-homework.yaml")
@click.argument("file", metavar="FILE")
def _rubric(file: str) -> None:
    """Check a rubric (a YAML file, or the id of an installed one).

    Lists every mistake in it at once, with its line; otherwise says what it grades.
    """
    from grader.rubric import describe, load  # noqa: PLC0415

    _say(describe(load(file)))


# --- in and out ---------------------------------------------------------------------------------


def _say(text: str) -> None:
    """Print; that whoever reads it has seen enough (``grade solve | head``) is no error."""
    try:
        click.echo(text)
    except BrokenPipeError:
        _hush()


def _hush() -> None:
    """Send what is still to be printed nowhere, or Python would try again when it ends."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _print_json(values: Any) -> None:
    """One object for one, else a list; in ASCII, so that it is valid whatever the terminal is."""
    one = values[0] if isinstance(values, list) and len(values) == 1 else values
    _say(json.dumps(one, indent=2, allow_nan=False))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; errors are one sentence on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_status(None if arguments is None else list(arguments)))


def _status(arguments: list[str] | None) -> int:
    """The exit status of a run; every command returns its own."""
    try:
        return _commands.main(arguments, "grade", standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        return _NOTHING_GRADED
    except click.Abort:
        click.echo("Stopped.", err=True)
        return _STOPPED
    except OSError as error:
        _hush()
        place = f"{click.format_filename(error.filename)}: " if error.filename else ""
        told = f"{place}{error.strerror or error}"
    except Exception as error:
        from grader.model import GraderError  # noqa: PLC0415

        if not isinstance(error, GraderError):
            raise
        told = str(error)
    click.echo(f"Error: {told}", err=True)
    return _NOTHING_GRADED
