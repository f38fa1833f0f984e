"""Canvas: pages under the names that its download of the submissions has.

Canvas looks for the first two parts between underscores that are digits only, and takes them for
the student's number and the attachment's. A name in which they are something else would hang the
page on somebody else's work, so it is not used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.exports.people import Person
from grader.exports.results import Result
from grader.exports.target import (
    NoTargetError,
    Target,
    must_not_be_anothers,
    parts_of,
    safe_part,
)
from grader.identity import Identity, identify

__all__ = ["canvas_reads", "canvas_targets"]

_DIGITS = re.compile(r"[0-9]+")
_HELP = "--fill with Canvas's gradebook tells"


def canvas_reads(name: str) -> tuple[str, str]:
    """The student's and the attachment's number, as Canvas takes them from a name; else empty.

    >>> canvas_reads("doejane_LATE_12345_67890_hw1.xlsx"), canvas_reads("team_1_12345_67890_a.csv")
    (('12345', '67890'), ('1', '12345'))
    """
    parts = name.split("_")
    numbers = [part for part in parts if _DIGITS.fullmatch(part)]
    if len(numbers) < 2 or parts[-1].startswith("link") or name.startswith("._"):  # noqa: PLR2004
        return "", ""
    return numbers[0], numbers[1]


def canvas_targets(
    result: Result, row: Person | None, people: Sequence[Person] = ()
) -> tuple[Target, ...]:
    """The page under the name of the file that was handed in.

    Raises:
        NoTargetError: Canvas would not find the student by it, or find somebody else.
    """
    names = parts_of(result.file, _is_canvas)
    if not names:
        raise NoTargetError(f"{result.file or 'its file'} has no name from Canvas's download")
    numbers = {_number(name, row, result) for name in names}
    if len(numbers) > 1:
        raise NoTargetError(f"its files were handed in by {' and by '.join(sorted(numbers))}")
    entry = _entry(names[0])
    (number,) = numbers
    if row is None:
        must_not_be_anothers(result, number, identify((names[0],)).name, people)
    if (taken := canvas_reads(entry)[0]) != number:
        told = f"would take it for {taken}'s, and it is {number}'s" if taken else "passes over it"
        raise NoTargetError(f"Canvas {told}, by the name {names[0]}")
    return (Target(number, entry),)


def _entry(name: str) -> str:
    """The file's own name, and that it is a page."""
    safe = safe_part(name)
    return safe if safe.lower().endswith((".html", ".htm")) else f"{safe}.html"


def _number(name: str, row: Person | None, result: Result) -> str:
    """Whose the file is, in Canvas's numbers."""
    told = identify((name,))
    if name.startswith(("anon_", "LATE_anon_")):
        raise NoTargetError(f"{name} is anonymous; make the names known in Canvas, then download")
    if told.certain and not told.attempt:
        raise NoTargetError(f"{name} is no attachment, on which Canvas could hang the page")
    known = row.keys["lms_id"] if row else frozenset(filter(None, [result.lms_id]))
    if known:
        return next(iter(known))
    if not told.certain:
        raise NoTargetError(f"{told.reason.partition(';')[0]}; {_HELP}")
    return told.id


def _is_canvas(part: str) -> bool:
    told: Identity = identify((part,))
    return told.lms == "canvas"
