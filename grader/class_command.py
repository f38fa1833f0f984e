"""The command that grades a class; its name is never typed, so any path can be.

Heavy modules are imported where they are needed.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.commands import rubric_option
from grader.export_command import column_option, fill_option, to_option
from grader.handing_on import Request, check, hand_on_graded
from grader.store_commands import fresh_option, kept, remembering, store_option
from grader.terminal import say

if TYPE_CHECKING:
    from grader.model import Report
    from grader.store.memory import Memory

__all__ = ["class_command", "left_to_people"]

_NEEDS_A_PERSON = 1


class _Class(click.Command):
    """The command without a name of its own."""

    def format_usage(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As it is typed."""
        formatter.write_usage("grade", "PATH... [OPTIONS]", "Usage: ")


@click.command(
    "PATH...",
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
    from grader.replaced import forgotten, of_another  # noqa: PLC0415
    from grader.reports.text import summary_text  # noqa: PLC0415

    with remembering(store, out, is_fresh=fresh) as keeper, claimed(out):
        with _progress() as progress:
            batch = grade_paths(paths, rubric, out=out, progress=progress, keeper=keeper, **more)
        batch = kept(batch, keeper)
        lost, others = forgotten(batch, out, _decided(keeper)), of_another(batch, out)
        write_results(batch, out)
    for item in batch.ignored:
        click.echo(f"left out: {item.name} ({item.reason})", err=True)
    for told in (*batch.told, *lost, *others):
        click.echo(told, err=True)
    say(summary_text(batch.reports, out))
    if keeper is not None and keeper.head:
        say(f"The history ends with {keeper.head[:16]} (`grade verify --head`)")
    left = _hand_on(request, batch.rubric.title)
    if lost or (keeper is not None and keeper.trouble):
        return left or _NEEDS_A_PERSON
    return left or left_to_people(batch.reports)


def _decided(memory: Memory | None) -> frozenset[str]:
    if memory is None:
        return frozenset()
    from grader.store.decisions import students  # noqa: PLC0415

    return memory.attempt(students) or frozenset()


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

        close = difflib.get_close_matches(str(path), _commands(), n=1, cutoff=0.7)
        hint = f" Did you mean `grade {close[0]}`?" if close else ""
        shown = click.format_filename(path)
        raise click.UsageError(f"there is no file or folder {shown}.{hint}")


def _commands() -> list[str]:
    """The names of all commands."""
    within = click.get_current_context().parent
    group = within.command if within else None
    return [*group.commands] if isinstance(group, click.Group) else []


def left_to_people(reports: Sequence[Report]) -> int:
    """The exit status: 1 where a person must look at one of them."""
    from grader.gradebook.table import needs_a_person  # noqa: PLC0415

    return _NEEDS_A_PERSON if any(map(needs_a_person, reports)) else 0


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


class_command: click.Command = _class
