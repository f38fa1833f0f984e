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

import click

from grader.class_command import class_command
from grader.commands import COMMANDS
from grader.decision_commands import DECISION_COMMANDS
from grader.export_command import autograder_command, export_command
from grader.read_command import read_command
from grader.replay_commands import REPLAY_COMMANDS
from grader.store_commands import STORE_COMMANDS
from grader.terminal import hush

__all__ = ["main"]

_NOTHING_GRADED = 2
_STOPPED = 130  # as shells have it for Ctrl-C
_TERMINATED = 143  # and for SIGTERM


class _Commands(click.Group):
    """A group in which anything that is no command's name is a path to grade."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """With a path in front, it is the class that is meant."""
        named = {*self.list_commands(ctx), "--help", "-h", "--version"}
        if args and args[0] not in named:
            args = [class_command.name or "", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The two ways of calling it."""
        formatter.write_usage("grade", "PATH... [OPTIONS]   grade a folder, file or ZIP", "Usage: ")
        formatter.write_usage("grade", "COMMAND [ARGS]...", " " * 7)


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
    class_command,
    *COMMANDS,
    *STORE_COMMANDS,
    *DECISION_COMMANDS,
    *REPLAY_COMMANDS,
    export_command,
    autograder_command,
    read_command,
):
    _commands.add_command(_command)


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
        with _terminable() if arguments is None else contextlib.nullcontext():
            status = _status(None if arguments is None else list(arguments))
    finally:
        gc.enable()
    if arguments is None:
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
