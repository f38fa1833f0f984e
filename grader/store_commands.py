"""The commands for what lasts: overrides, the history, and two runs beside each other.

Heavy modules are imported by the command that needs them; each returns its exit status.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.terminal import print_json, say

if TYPE_CHECKING:
    from grader.batch import Batch
    from grader.model import Override
    from grader.store.database import Session
    from grader.store.history import Entry
    from grader.store.memory import Memory
    from grader.store.runs import Result

__all__ = [
    "STORE_COMMANDS",
    "fresh_option",
    "kept",
    "login",
    "remembering",
    "results_option",
    "store_option",
    "transaction",
]

store_option = click.option(
    "--store",
    metavar="URL|FILE|none",
    help="Where what lasts is kept; stepgrade.sqlite beside the results if not said.",
)
fresh_option = click.option("--fresh", is_flag=True, help="Grade also what was graded before.")
results_option = click.option(
    "--results",
    default="grades",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder that `grade` wrote the results into.",
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


# --- while a class is graded --------------------------------------------------------------------


@contextlib.contextmanager
def remembering(store: str | None, out: Path, *, is_fresh: bool) -> Iterator[Memory | None]:
    """What remembers earlier runs; None where nothing is to be kept.

    No other run works in the folder meanwhile.

    Raises:
        OSError: the folder cannot be written to.
    """
    from grader.store.lock import alone  # noqa: PLC0415

    if store == "none":
        with alone(out, lambda told: click.echo(told, err=True)):
            yield None
        return
    from grader.store.database import FILE, StoreError, opened  # noqa: PLC0415  # heavy
    from grader.store.memory import Memory  # noqa: PLC0415

    with alone(out, lambda told: click.echo(told, err=True)):
        try:
            memory = Memory(opened(store or str(out / FILE)), is_fresh)
        except StoreError as error:
            memory = Memory(None, is_fresh, str(error))
        yield memory
        if memory.trouble:
            told = "nothing more was kept, and overrides may be missing from the results"
            click.echo(f"Warning: {memory.trouble}: {told}", err=True)


def kept(batch: Batch, memory: Memory | None) -> Batch:
    """The batch with overrides, kept as a run; as it is where nothing is to be kept."""
    if memory is None:
        return batch
    from grader.store.runs import concluded  # noqa: PLC0415

    return concluded(batch, memory)


@contextlib.contextmanager
def transaction(store: str | None, results: Path, *, is_new: bool = False) -> Iterator[Session]:
    """One transaction in the store; ``is_new`` makes one where there is none.

    Raises:
        StoreError: there is none, or it cannot be used.
    """
    from grader.store.database import FILE, opened  # noqa: PLC0415  # heavy

    if is_new and store is None:
        results.mkdir(parents=True, exist_ok=True)
    with opened(store or str(results / FILE), is_new=is_new).transaction() as session:
        yield session


# --- overrides ----------------------------------------------------------------------------------


class _Override(click.Command):
    """A command whose points may look like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Say of points below 0 what is wrong with them, and not that they are no option."""
        if any(re.fullmatch(r"-[0-9./]+", arg) for arg in args):
            raise click.UsageError("points are never below 0", ctx)
        return super().parse_args(ctx, args)


@click.command(
    "override",
    cls=_Override,
    epilog="\b\nExamples:\n"
    '  grade override s1031 gan.h2 5 --reason "right by the misprint in the handout"\n'
    "  grade override s1031 gan.h2 --withdraw",
)
@click.argument("student")
@click.argument("item")
@click.argument("points", required=False)
@click.option("--reason", default="", metavar="TEXT", help="Why; it stands in the results.")
@click.option("--withdraw", is_flag=True, help="Let the grader's own points count again.")
@click.option("--by", metavar="NAME", help="Who decides; your login name if not said.")
@results_option
@store_option
def _override(
    student: str, item: str, points: str | None, *, withdraw: bool, reason: str, **where: Any
) -> None:
    """Give a STUDENT other POINTS for an ITEM than the grader did.

    It counts from the next `grade` on, in every run after that, and is named for a person to look
    at when the submission or the rubric is another.

    Exit status: 0 it stands; 2 it cannot be.
    """
    if withdraw == (points is not None):
        raise click.UsageError("give either POINTS and --reason TEXT, or --withdraw")
    from grader.store.runs import assignment  # noqa: PLC0415

    who = where["by"] or login()
    with transaction(where["store"], where["results"]) as session:
        on = assignment(session, where["results"])
        if points is None:
            told = _withdrawn(session, student, item, (who, on))
        else:
            told = _given(session, student, (item, on), _said(points, reason, who))
    say(f"{told}; the next `grade` writes it into the results")


def _withdrawn(session: Session, student: str, item: str, told: tuple[str, str]) -> str:
    from grader.store.overriding import withdraw  # noqa: PLC0415

    if not withdraw(session, student, item, *told):
        raise click.UsageError(f"there is no override of {item} of {student}")
    return f"the override of {item} of {student} is withdrawn"


def _said(points: str, reason: str, who: str) -> Override:
    from grader.model import Override  # noqa: PLC0415
    from grader.store import overriding  # noqa: PLC0415
    from grader.store.history import now  # noqa: PLC0415

    return Override(overriding.points(points), " ".join(reason.split()), who, now())


def _given(session: Session, student: str, where: tuple[str, str], said: Override) -> str:
    from grader.points import shown  # noqa: PLC0415
    from grader.store.overriding import Standing, override  # noqa: PLC0415

    item, on = where
    found = _last(session, student, on)
    most = _most(session, found, item)
    if said.points > most:
        raise click.UsageError(f"{item} has {most:g} points at most")
    override(session, Standing(student, item, said, found.basis, on))
    noun = "point" if said.points == 1 else "points"
    return f"{student} gets {shown(said.points, 6)} {noun} for {item}"


def _last(session: Session, student: str, on: str) -> Result:
    from grader.store.runs import latest  # noqa: PLC0415

    found = latest(session, student, on)
    if found is None:
        raise click.UsageError(f"nothing was graded of a student {student!r}; ids are exact")
    return found


def _most(session: Session, found: Result, item: str) -> float:
    """The points that the item has."""
    from grader.store.runs import result_of  # noqa: PLC0415

    every = result_of(session, found).get("items", ())
    items = {one["quantity"]: one["max_score"] for one in every}
    if item not in items:
        told = f"there is {', '.join(items)}" if items else "it has no items"
        raise click.UsageError(f"{item} is no item of what {found.student} handed in; {told}")
    return float(items[item])


def login() -> str:
    """Who is at the keyboard, as the system knows them."""
    import getpass  # noqa: PLC0415

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may know nobody
        return "unknown"


# --- looking back -------------------------------------------------------------------------------


@click.command("history", epilog="\b\nExample:\n  grade history s1031")
@click.argument("student")
@results_option
@store_option
@_json_option
def _history(student: str, results: Path, store: str | None, *, as_json: bool) -> None:
    """Tell all that was decided about a STUDENT, and by whom, oldest first.

    Exit status: 0 told; 2 nothing is known of the student.
    """
    from grader.store.history import entries  # noqa: PLC0415

    with transaction(store, results) as session:
        found = entries(session, student)
    if not found:
        raise click.UsageError(f"nothing is known of a student {student!r}; ids are exact")
    if as_json:
        print_json([{"entry": entry.number, **entry.told} for entry in found])
    else:
        say("\n".join(map(_line, found)))


def _line(entry: Entry) -> str:
    start = f"{entry.number:>6}  {entry.told.get('at', '')}  "
    try:
        return start + _words(entry.told)
    except (LookupError, TypeError, ValueError, AttributeError):
        return f"{start}damaged; `grade verify` tells more"


def _words(told: Mapping[str, Any]) -> str:
    """What an entry tells; anything may be wrong with a damaged one."""
    if told.get("what") == "result":
        return f"run {told['run']}: {_result_words(told)}"
    if "decision" in told:
        from grader.store.decisions import history_words  # noqa: PLC0415

        return history_words(told)
    return _override_words(told.get("what", "damaged"), told.get("override", {}))


def _result_words(told: Mapping[str, Any]) -> str:
    score, final = told.get("score"), told.get("final")
    if score is None:
        return str(told.get("status", "no score"))
    late = "" if final is None else f", {final:g} after what being late takes off"
    return f"{score:g} points{late}"


def _override_words(what: str, told: Mapping[str, Any]) -> str:
    if what == "override":
        return f"{told['who']} gave {told['points']} points for {told['item']}: {told['reason']}"
    return f"{told['who']} withdrew the override of {told['item']}" if what == "withdraw" else what


@click.command("diff", epilog="\b\nExample:\n  grade diff 1 2")
@click.argument("first", type=int, metavar="RUN")
@click.argument("second", type=int, metavar="RUN")
@results_option
@store_option
def _diff(first: int, second: int, results: Path, store: str | None) -> None:
    """Tell what changed in the rubric, and who gained or lost what between two runs, and why."""
    from grader.rubric_changes import touching  # noqa: PLC0415
    from grader.store import differences  # noqa: PLC0415

    with transaction(store, results) as session:
        found = differences.changes(session, first, second)
        rubric = differences.rubric_differences(session, first, second)
    text = differences.difference_text(found, lambda item: touching(rubric, item))
    say("\n".join([*(f"rubric: {one}" for one in rubric), text]))


STORE_COMMANDS: tuple[click.Command, ...] = (_override, _history, _diff)
