"""Who may be meant where an id or a name was misspelt: told, and never used."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.exports.results import Result
from grader.roster import Roster, RosterStudent, near

__all__ = ["suggester"]

_MOST_ROWS = 2000


def suggester(rows: Sequence[RosterStudent]) -> Callable[[Result], str]:
    """For a result the rows that look like its student, as the end of a sentence; else empty."""
    roster = Roster(tuple(rows[:_MOST_ROWS]))

    def told(result: Result) -> str:
        texts = [text for text in (result.id, result.login, result.email, result.name) if text]
        found = next(filter(None, (near(roster, text) for text in texts)), ())
        return f"; did you mean {' or '.join(found)}?" if found else ""

    return told
