"""Whether all that was kept is as it was written, entry by entry and byte by byte."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from grader.store.database import Session, digest_of, unpacked
from grader.store.history import FIRST, Entry, entries
from grader.store.inputs import digests, parsed
from grader.store.runs import results, run, sum_of

__all__ = ["broken", "head", "since"]


def head(session: Session) -> tuple[int, str]:
    """How many entries there are, and the digest of the last; it stands for all of them."""
    rows = session.run("SELECT number, digest FROM history ORDER BY number DESC LIMIT 1")
    return (int(rows[0][0]), str(rows[0][1])) if rows else (0, FIRST)


def since(session: Session, start: str) -> int | None:
    """How many entries came after the one whose digest begins so; None where there is none."""
    digests = [entry.digest for entry in entries(session)]
    found = [at for at, digest in enumerate(digests, 1) if digest.startswith(start.lower())]
    return len(digests) - found[-1] if found else None


def broken(session: Session) -> Iterator[str]:
    """What is not as it was written, the chain's first broken entry first; nothing if all is."""
    every = entries(session)
    yield from _chain(every)
    yield from _contents(session)
    yield from _runs(session, every)
    yield from _decided(session, every, _OVERRIDES)
    yield from _decided(session, every, _DECISIONS)


def _chain(every: tuple[Entry, ...]) -> Iterator[str]:
    """The first entry that does not follow from the one before it."""
    before = FIRST
    for number, entry in enumerate(every, 1):
        if entry.number != number:
            yield f"entry {number} of the history is missing"
            return
        if entry.before != before:
            yield f"entry {number} of the history does not follow entry {number - 1}"
            return
        if not entry.is_sound:
            yield f"entry {number} of the history was changed"
            return
        before = entry.digest


def _contents(session: Session) -> Iterator[str]:
    """Bytes that are others than were kept, one after the other: they may be many."""
    names = [row[0] for row in session.run("SELECT digest FROM contents ORDER BY digest")]
    for name in names:
        ((data,),) = session.run("SELECT data FROM contents WHERE digest = :name", name=name)
        found = unpacked(bytes(data))
        if found is None or digest_of(found) != name:
            yield f"the stored bytes {name} were changed"
    there = set(names)
    for name in sorted(_named(session)):
        if name not in there:
            yield f"the stored bytes {name} are missing"


def _named(session: Session) -> set[str]:
    """The digests of all bytes that must be there."""
    rows = session.run("SELECT record FROM results UNION SELECT digest FROM submissions")
    found = {row[0] for row in rows}
    for (name,) in session.run("SELECT DISTINCT inputs FROM runs"):
        found.add(name)
        data = session.content(name)
        with contextlib.suppress(ValueError):  # a changed one is told already
            found.update(digests(parsed(data)) if data else ())
    return found


def _runs(session: Session, every: tuple[Entry, ...]) -> Iterator[str]:
    """Runs whose results, or whose versions, are not those of the history."""
    told = {entry.ended: entry for entry in every if entry.ended is not None}
    there = {row[0] for row in session.run("SELECT id FROM runs UNION SELECT run FROM results")}
    for number in sorted(there | set(told)):
        entry, found = told.get(number), run(session, number)
        if entry is None or found is None:
            yield f"run {number} is not in the history" if found else f"run {number} is missing"
        elif asdict(found) != entry.told["run"]:
            yield f"run {number} was changed (entry {entry.number} of the history)"
        elif sum_of(results(session, number)) != entry.told.get("results"):
            yield f"the results of run {number} were changed (entry {entry.number} of the history)"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A table of decisions; ``made`` and ``ended`` are what the history calls them."""

    table: str
    name: str
    made: str
    ended: str
    columns: tuple[str, ...]


_COMMON = ("id", "student", "reason", "who", "at", "basis")
_OVERRIDES = _Kind("overrides", "override", "override", "withdraw", (*_COMMON, "item", "points"))
_DECISIONS = _Kind("decisions", "decision", "decide", "undo", (*_COMMON, "what", "told"))


def _decided(session: Session, every: tuple[Entry, ...], kind: _Kind) -> Iterator[str]:
    """Decisions that are not those of the history."""
    due: dict[int, dict[str, object]] = {}
    for entry in every:
        what, told = entry.told.get("what"), entry.told.get(kind.name)
        number = told.get("id") if isinstance(told, dict) else None
        if not isinstance(number, int):
            continue
        if what == kind.made:
            due[number] = {**entry.told[kind.name], "student": entry.student, "standing": True}
        elif what == kind.ended and number in due:
            due[number]["standing"] = False
    columns = ", ".join(kind.columns)
    rows = session.run(f"SELECT {columns}, withdrawn FROM {kind.table}")  # noqa: S608  # ours
    there = {
        row[0]: {**dict(zip(kind.columns, row, strict=False)), "standing": not row[-1]}
        for row in rows
    }
    for number in sorted(due.keys() | there.keys()):
        if due.get(number) != there.get(number):
            yield f"{kind.name} {number} is not as the history tells"
