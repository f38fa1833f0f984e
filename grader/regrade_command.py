"""The command that grades a class again by another rubric, from stored bytes.

Heavy modules are imported where they are needed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.class_command import left_to_people
from grader.commands import json_option
from grader.files import scratch
from grader.store_commands import login, remembering, results_option, store_option, transaction
from grader.terminal import print_json, say

if TYPE_CHECKING:
    from grader.store.memory import Memory

__all__ = ["regrade_command"]


@click.command(
    "regrade",
    epilog="\b\nExamples:\n"
    "  grade regrade --rubric hw6-mended.yaml              who would gain or lose what\n"
    "  grade regrade --rubric hw6-mended.yaml --commit     the same, and it counts",
)
@click.option("--rubric", "-r", required=True, metavar="ID|FILE", help="The new rubric.")
@click.option("--commit", is_flag=True, help="Let it count, and write the results anew.")
@click.option("--only-up", is_flag=True, help="Nobody gets less than before; overrides say so.")
@click.option("--by", metavar="NAME", help="Who decides; your login name if not said.")
@click.option(
    "--jobs", "-j", type=click.IntRange(1, 256), metavar="N", help="Worker processes; one a core."
)
@results_option
@store_option
@json_option
def _regrade(
    rubric: str,
    results: Path,
    store: str | None,
    by: str | None,
    jobs: int | None,
    *,
    commit: bool,
    only_up: bool,
    as_json: bool,
) -> int:
    """Grade the class again by another rubric, from the stored bytes.

    Tells what changed in the rubric, how many would gain or lose, and for each student and item
    what and why. Only --commit changes anything: it writes a new run and the results.

    Exit status: 0 told, and with --commit done; 1 done, and some submission needs a person (each
    is named); 2 it cannot be.
    """
    from grader.output import claimed, write_results  # noqa: PLC0415  # heavy
    from grader.reports.text import summary_text  # noqa: PLC0415
    from grader.store.regrade import again, regrade_record, regrade_text, regraded  # noqa: PLC0415

    who = (by or login()) if only_up else ""
    with scratch() as folder, _remembered(store, results) as memory:
        out = results if commit else folder / "out"
        with claimed(out):
            before, batch = again(memory, rubric, out, _within(folder, "in"), jobs=jobs)
            found, done = regraded(memory, batch, before, commits=commit, only_up=who)
            if commit:
                write_results(done, out)
    if as_json:
        print_json(regrade_record(found, is_kept=commit))
    else:
        say(regrade_text(found, is_kept=commit))
        if commit:
            say(f"\n{summary_text(done.reports, results)}\n")
        say(f"Grade with --rubric {rubric} from now on." if commit else "With --commit it counts.")
    return left_to_people(done.reports) if commit else 0


def _within(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


@contextlib.contextmanager
def _remembered(store: str | None, results: Path) -> Iterator[Memory]:
    """The store that is there; no other run works in the folder meanwhile.

    Raises:
        StoreError: there is none, or it cannot be used.
    """
    if store == "none":
        raise click.UsageError("--store none keeps nothing that could be graded again")
    with transaction(store, results):
        pass  # or one would be made
    with remembering(store, results, is_fresh=False) as memory:
        if memory:
            yield memory


regrade_command: click.Command = _regrade
