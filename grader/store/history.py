"""What happened, entry after entry, each with the digest of the one before it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from grader.store.database import Session, digest_of

__all__ = ["FIRST", "Entry", "append", "chained", "entries", "now", "sum_of_text"]

FIRST = "0" * 64
"""What stands for the digest of the entry before the first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; its digest is made of ``before`` and the digest of ``text``."""

    number: int
    before: str
    student: str
    text: str
    digest: str

    @property
    def told(self) -> dict[str, Any]:
        """What it says; empty where it is damaged."""
        try:
            told = json.loads(self.text)
        except (ValueError, RecursionError):
            return {}
        return told if isinstance(told, dict) else {}

    @property
    def ended(self) -> int | None:
        """The run whose entry it is; a result's entry names its run by number only."""
        told = self.told.get("run") if self.told.get("what") == "run" else None
        number = told.get("id") if isinstance(told, dict) else None
        return number if isinstance(number, int) else None

    @property
    def is_sound(self) -> bool:
        """Whether it is as it was written."""
        return (
            self.digest == chained(self.before, sum_of_text(self.text))
            and self.told.get("student") == self.student
        )


def sum_of_text(text: str) -> str:
    """The digest of what an entry says, also where that cannot be written as UTF-8."""
    return digest_of(text.encode("utf-8", "surrogatepass"))


def chained(before: str, said: str) -> str:
    """The digest of an entry, from the one before it and the digest of what it says.

    Not from the text itself: who has only the digest of a text can follow the chain past it.
    """
    return sum_of_text(f"{before}\n{said}")


def now() -> str:
    """The time as it is written everywhere: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def append(session: Session, what: str, student: str = "", **told: Any) -> str:
    """Add an entry at the end; its digest, which stands for all of the history.

    Its salt is a random number: who sees only its digest cannot find out by trying what it says.
    """
    last = session.run("SELECT number, digest FROM history ORDER BY number DESC LIMIT 1")
    number, before = last[0] if last else (0, FIRST)
    every = {"what": what, "student": student, "at": now(), "salt": token_hex(16), **told}
    text = json.dumps(every, sort_keys=True, ensure_ascii=True)
    digest = chained(before, sum_of_text(text))
    row = {"before": before, "student": student, "entry": text, "digest": digest}
    session.run(
        "INSERT INTO history (number, before, student, entry, digest) "
        "VALUES (:number, :before, :student, :entry, :digest)",
        number=number + 1,
        **row,
    )
    return digest


def decided_on(session: Session, what: str, name: str) -> dict[int, str]:
    """The assignment that each decision was made on, by its number; empty where nobody said.

    Args:
        session: of the store.
        what: how the history calls that it was made: ``override``, ``decide``.
        name: how it calls the decision: ``override``, ``decision``.
    """
    rows = session.run(
        "SELECT number, before, student, entry, digest FROM history WHERE entry LIKE :like",
        like=f'%"what": "{what}"%',
    )
    every = [told for told in (Entry(*row).told for row in rows) if told.get("what") == what]
    sound = [told for told in every if isinstance(told.get(name), dict) and "id" in told[name]]
    return {told[name]["id"]: told.get("rubric", "") for told in sound}


def entries(session: Session, student: str | None = None) -> tuple[Entry, ...]:
    """All entries, or those of one student, oldest first."""
    wanted = "" if student is None else " WHERE student = :student"
    values = {} if student is None else {"student": student}
    columns = "number, before, student, entry, digest"
    rows = session.run(f"SELECT {columns} FROM history{wanted} ORDER BY number", **values)  # noqa: S608  # no text of anybody's
    return tuple(Entry(*row) for row in rows)
