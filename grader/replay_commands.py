"""The commands that decide again what was decided once, from stored bytes.

Heavy modules are imported by the command that needs them; each returns its exit status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands import explain_file, json_option, quantity_of
from grader.files import scratch
from grader.regrade_command import regrade_command
from grader.store_commands import results_option, store_option, transaction
from grader.terminal import print_json, say

if TYPE_CHECKING:
    from grader.store.cases import Case, Replay

__all__ = ["REPLAY_COMMANDS"]

_BROKEN = 1


# --- one result ---------------------------------------------------------------------------------


@click.command(
    "explain",
    epilog="\b\nExamples:\n"
    "  grade explain s1001.json grad_w1        a file\n"
    "  grade explain s1001 --results grades    what was decided about a student",
)
@click.argument("what", metavar="FILE|STUDENT")
@click.argument("quantity", required=False)
@click.option(
    "--rubric",
    "-r",
    metavar="ID|FILE",
    help="For a file: an installed rubric (hw6 if not said), or a YAML file.",
)
@results_option
@store_option
@json_option
def _explain(
    what: str,
    quantity: str | None,
    rubric: str | None,
    results: Path,
    store: str | None,
    *,
    as_json: bool,
) -> int:
    """Show a teaching assistant what is wrong, and why.

    For every answer (or one QUANTITY such as gan.h0): expected, obtained and difference entry by
    entry, the first step that went wrong, and the reasons. It shows the right values.

    For a STUDENT of an earlier `grade` the last result is decided again, from the stored bytes
    alone, and it is told whether it comes out to the byte as it was kept.

    Exit status: 0 explained; 1 the stored result does not come out again; 2 the file cannot be
    read, or there is no such file, student or quantity.
    """
    if Path(what).is_file():
        return explain_file(Path(what), quantity, rubric or "hw6", as_json=as_json)
    found = _replayed(what, results, store, Path(rubric) if rubric else None)
    from grader.reports.explanation import explain_record, explain_text  # noqa: PLC0415

    case, replay = found
    name = quantity_of(quantity, replay.rubric) if quantity else None
    if as_json:
        told = {"run": case.run.id, "same": not replay.why, "why": list(replay.why)}
        explained = explain_record(replay.report, name, replay.rubric)
        print_json({**explained, "replay": told})
    else:
        text = explain_text(replay.report, replay.rubric, name)
        say("\n".join([text, "", *_comparison(case, replay)]))
    return _BROKEN if replay.why else 0


def _replayed(
    student: str, results: Path, store: str | None, copy: Path | None
) -> tuple[Case, Replay]:
    from grader.store.cases import case_of, replayed  # noqa: PLC0415  # heavy
    from grader.store.database import FILE  # noqa: PLC0415
    from grader.store.runs import assignment  # noqa: PLC0415

    if store is None and not (results / FILE).is_file():
        shown = click.format_filename(student)
        raise click.UsageError(f"there is no file {shown}, and no store in {results}")
    with transaction(store, results) as session, scratch() as folder:
        case = case_of(session, student, assignment(session, results))
        if case is None:
            told = f"there is no file {click.format_filename(student)}, and nothing is known of"
            raise click.UsageError(f"{told} a student {student!r}; ids are exact")
        return case, replayed(case, session.content, folder, copy)


def _comparison(case: Case, replay: Replay) -> Iterator[str]:
    start = f"Decided again from the stored bytes of run {case.run.id} ({case.run.started}): "
    if not replay.why:
        yield f"{start}to the byte the result that was kept."
        return
    yield f"{start}not the result that was kept:"
    yield from (f"  {one}" for one in replay.why)


@click.command("bundle", epilog="\b\nExample:\n  grade bundle s1031 -o s1031.zip")
@click.argument("student")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The ZIP to write; bundle.zip if not said.",
)
@click.option("--rubric", "-r", metavar="FILE", help="Your copy of a rubric that brings code.")
@results_option
@store_option
def _bundle(
    student: str, output: Path | None, rubric: str | None, results: Path, store: str | None
) -> int:
    """Pack all that the last result of a STUDENT rests on into a ZIP that anybody can check.

    The submission, the rubric, the result, the page, the explanation (with the right values), and
    the student's history; of others only digests, unless they stand in the same file (a class
    table, a group's work). `grade verify FILE.zip` checks it anywhere.

    Exit status: 0 written; 1 written, and it does not come out again here; 2 it cannot be.
    """
    from grader.files import write_atomically  # noqa: PLC0415
    from grader.store.bundle import bundle  # noqa: PLC0415  # heavy
    from grader.store.cases import case_of  # noqa: PLC0415
    from grader.store.runs import assignment  # noqa: PLC0415

    path = output or Path("bundle.zip")
    _must_be_free(path)
    with transaction(store, results) as session, scratch() as folder:
        case = case_of(session, student, assignment(session, results))
        if case is None:
            raise click.UsageError(f"nothing is known of a student {student!r}; ids are exact")
        data, replay = bundle(session, case, folder, Path(rubric) if rubric else None)
    write_atomically(path, data)
    say(f"wrote {click.format_filename(path)}")
    if replay.others:
        whose = "another student" if replay.others == 1 else f"{replay.others} other students"
        say(f"it also holds what {whose} handed in, in the same file")
    for one in replay.why:
        say(f"it does not come out again here: {one}")
    return _BROKEN if replay.why else 0


def _must_be_free(path: Path) -> None:
    """Only an older bundle is written over: a download of submissions is a ZIP too."""
    from grader.archives import listing, opened  # noqa: PLC0415
    from grader.model import SubmissionError  # noqa: PLC0415

    if not path.exists():
        return
    try:
        with opened(path) as file:
            is_bundle = listing(file).is_bundle
    except SubmissionError:
        is_bundle = False
    if not is_bundle:
        shown = click.format_filename(path)
        raise click.UsageError(f"{shown} is there and no bundle; write to another file")


# --- whether it is as it was written ------------------------------------------------------------


@click.command(
    "verify",
    epilog="\b\nExamples:\n"
    "  grade verify --results grades\n"
    "  grade verify --head 3f2a91bc77d0e4aa     whether the history still holds that entry\n"
    "  grade verify s1031.zip                   what `grade bundle` packed, graded again here",
)
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--rubric", "-r", metavar="FILE", help="Your copy of a bundle's rubric with code.")
@click.option("--head", metavar="DIGEST", help="What the history ended with once, as noted down.")
@results_option
@store_option
def _verify(
    file: Path | None, rubric: str | None, results: Path, store: str | None, *, head: str | None
) -> int:
    """Check that nothing that was kept has been changed since.

    With a FILE that `grade bundle` wrote: that it is whole, in its history, and comes out to the
    byte when it is graded here.

    Each `grade` tells the beginning of the digest that the history ends with. Noted down
    elsewhere, it shows with --head whether the end was cut off, or all of it written anew; with a
    FILE, whether its history is the class's.

    Exit status: 0 all is as it was written; 1 something is not (the first broken entry is named);
    2 there is no store.
    """
    if head is not None and not re.fullmatch(r"[0-9a-fA-F]{12,64}", head):
        raise click.UsageError("--head DIGEST is 12 to 64 of the digits 0-9 and a-f")
    if file:
        return _verify_bundle(file, Path(rubric) if rubric else None, head or "")
    from grader.store import verification  # noqa: PLC0415

    with transaction(store, results) as session:
        found = list(verification.broken(session))
        number, digest = verification.head(session)
        later = verification.since(session, head) if head else 0
    if later is None:
        found.append(f"no entry has the digest {head}: the history's end was cut off, or changed")
    for told in found:
        say(told)
    if not found:
        say(f"all is as it was written: {number} entries, the last {digest}")
        if head:
            say(f"{head} is there, with {later} {'entry' if later == 1 else 'entries'} since")
    return _BROKEN if found else 0


def _verify_bundle(file: Path, copy: Path | None, head: str) -> int:
    from grader.store.bundle import broken_in  # noqa: PLC0415  # heavy

    with scratch() as folder:
        told, found = broken_in(file, folder, copy, head)
    for one in found:
        say(one)
    if not found:
        say(f"all is as it was written, and comes out to the byte: {told}")
        if head:
            say(f"{head} is in its history")
    return _BROKEN if found else 0


REPLAY_COMMANDS: tuple[click.Command, ...] = (_bundle, _explain, regrade_command, _verify)
