"""The command line: ``grade PATH...`` and the commands beside it.

Heavy modules are imported by the command that needs them, so that ``grade --help`` is quick and a
student's self-check loads no more than it uses.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands import COMMANDS, rubric_option
from grader.decision_commands import DECISION_COMMANDS
from grader.export_command import (
    autograder_command,
    column_option,
    export_command,
    fill_option,
    to_option,
)
from grader.handing_on import Request, check, hand_on_graded
from grader.read_command import read_command
from grader.replay_commands import REPLAY_COMMANDS
from grader.store_commands import STORE_COMMANDS, fresh_option, kept, remembering, store_option
from grader.terminal import hush, say

if TYPE_CHECKING:
    from grader.model import Report

__all__ = ["main"]

_NEEDS_A_PERSON = 1
_NOTHING_GRADED = 2
_STOPPED = 130  # as shells have it for Ctrl-C
_TERMINATED = 143  # and for SIGTERM

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
  grade read answers.xlsx                  what is understood of a file
  grade check answers.xlsx                 a student's look before handing in
  grade template -o answers.xlsx           an answer sheet to fill in
  grade explain s1001.json grad_w1         what went wrong there, and why
  grade export grades --to canvas          results for a learning platform
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


for _command in (
    *COMMANDS,
    *STORE_COMMANDS,
    *DECISION_COMMANDS,
    *REPLAY_COMMANDS,
    export_command,
    autograder_command,
    read_command,
):
    _commands.add_command(_command)


@_commands.command(
    _CLASS,
    cls=_Class,
    epilog="\b\nExamples:\n  grade submissions/ --roster roster.csv --out grades\n"
    "  grade submissions.zip --to canvas --fill gradebook.csv",
)
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH..."
)
@rubric_option
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
    "--times",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="When each submission came (CSV or XLSX: id, submitted_at), for a late policy.",
)
@click.option(
    "--jobs", "-j", type=click.IntRange(1, 256), metavar="N", help="Worker processes; one a core."
)
@store_option
@fresh_option
@to_option()
@fill_option
@column_option
def _class(
    paths: tuple[Path, ...], rubric: str, out: Path, *, store: str | None, fresh: bool, **more: Any
) -> int:
    """Grade every submission in folders, files and ZIPs.

    Writes results.jsonl, gradebook.xlsx, gradebook.csv, report.html and feedback/<student>.html;
    with --to also export-<format>, which `grade export` writes from them at any time.
    What was graded before is not graded again; overrides stay (`grade override --help`).

    Exit status: 0 all graded; 1 done, but some submission needs a person (each is named); 2
    nothing was graded.
    """
    gc.enable()
    _exist(paths)
    request = _handing_on(rubric, out, more)
    from grader.batch import grade_paths  # noqa: PLC0415  # heavy
    from grader.output import claimed, write_results  # noqa: PLC0415
    from grader.reports.text import summary_text  # noqa: PLC0415

    with remembering(store, out, is_fresh=fresh) as keeper, claimed(out):
        with _progress() as progress:
            batch = grade_paths(paths, rubric, out=out, progress=progress, keeper=keeper, **more)
        batch = kept(batch, keeper)
        write_results(batch, out)
    for item in batch.ignored:
        click.echo(f"left out: {item.name} ({item.reason})", err=True)
    for told in batch.told:
        click.echo(told, err=True)
    say(summary_text(batch.reports, out))
    if keeper is not None and keeper.head:
        say(f"The history ends with {keeper.head[:16]} (`grade verify --head`)")
    troubled = keeper is not None and bool(keeper.trouble)
    left = _hand_on(request, batch.rubric.title)
    return left or (_NEEDS_A_PERSON if troubled or any(map(_needs_a_person, batch.reports)) else 0)


def _handing_on(rubric: str, out: Path, more: dict[str, Any]) -> Request | None:
    """What is asked for with --to, taken out of the options; known to be possible.

    The file to fill may lie among the submissions and is none.
    """
    to, fill, column = (more.pop(name) for name in ("to", "fill", "column"))
    if to is None:
        if fill or column:
            raise click.UsageError("--fill and --column need --to, which says whose format it is")
        return None
    from grader.rubric import load  # noqa: PLC0415

    roster = more["roster"]
    more["beside"] = [fill] if fill else []
    request = Request(out, to, fill=fill, column=column, roster=roster, is_brief=True)
    check(request, load(rubric))
    return request


def _hand_on(request: Request | None, title: str) -> int:
    return 0 if request is None else hand_on_graded(replace(request, title=title))


def _exist(paths: Sequence[Path]) -> None:
    """Say which path is not there, and whether a command was meant."""
    for path in paths:
        if path.exists():
            continue
        import difflib  # noqa: PLC0415

        close = difflib.get_close_matches(str(path), _commands.commands, n=1, cutoff=0.7)
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


# --- the run -----------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; errors are one sentence on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    # NumPy's thread pool spins and helps nobody: the arrays here are small
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.disable()  # most runs are too short to leave anything that is worth a search ...
    try:
        with _terminable():
            status = _status(None if arguments is None else list(arguments))
    finally:
        gc.enable()
    gc.freeze()  # ... when Python ends, too
    sys.exit(status)


class _TerminatedError(BaseException):
    """The system asks for the end; what is half done is cleared away on the way out."""


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends a run as Ctrl-C does, where nobody has said what else it does."""
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return

    def end(_number: int, _frame: object) -> None:
        raise _TerminatedError

    try:
        signal.signal(signal.SIGTERM, end)
    except ValueError:  # not in the main thread: it is somebody else's to decide
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


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
    except _TerminatedError:
        click.echo("Stopped.", err=True)
        return _TERMINATED
    except OSError as error:
        hush()
        place = f"{click.format_filename(error.filename)}: " if error.filename else ""
        told = f"{place}{error.strerror or error}"
    except Exception as error:
        from grader.model import GraderError  # noqa: PLC0415

        if not isinstance(error, GraderError):
            raise
        told = str(error)
    click.echo(f"Error: {told}", err=True)
    return _NOTHING_GRADED
