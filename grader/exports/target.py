"""Under which name a page goes back, and to which of a platform's numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.exports.people import Person
from grader.exports.results import Result
from grader.model import GraderError
from grader.roster import same_name

__all__ = ["NoTargetError", "Target", "must_not_be_anothers", "parts_of", "safe_part"]

_STEERING = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)

_MOST = 100  # files
_MOST_COMMAS = 5  # before the ending of one name


class NoTargetError(GraderError):
    """Why a result's student cannot be addressed, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Target:
    """The platform's number of the student, and the entry's name in the package."""

    number: str
    name: str


def safe_part(text: str) -> str:
    """A text that can be part of a file's name on every system, and of no path."""
    return re.sub(r'[\\/:*?"<>|]', "_", _STEERING.sub("", text))


def parts_of(file: str, is_one: Callable[[str], bool]) -> list[str]:
    """The folders or files of a platform in a result's ``file``, where commas part files.

    A comma may stand in a name, too: what is no platform's name belongs to the one before it.
    """
    pieces = file.split(", ")[:_MOST]
    found: list[str] = []
    at = 0
    while at < len(pieces):
        ends = range(at + 1, min(at + _MOST_COMMAS, len(pieces)) + 1)
        named = ((end, _one(", ".join(pieces[at:end]), is_one)) for end in ends)
        end, part = next(((end, part) for end, part in named if part), (at + 1, ""))
        if part:
            found.append(part)
        elif found and "/" not in pieces[at]:
            found[-1] += f", {pieces[at]}"
        at = end
    return found


def _one(path: str, is_one: Callable[[str], bool]) -> str:
    return next((part for part in path.split("/") if is_one(part)), "")


def must_not_be_anothers(
    result: Result, number: str, called: str, people: Sequence[Person]
) -> None:
    """Work that was handed in under a number may be somebody else's than the number is.

    Args:
        result: what it came to.
        number: the platform's, by the name of what was handed in.
        called: the person's name there; empty where there is none.
        people: the rows of the platform's own file, if there is one.

    Raises:
        NoTargetError: the number's row has another id or name, or there is no such row; without a
            file, the names are two.
    """
    rows = [one for one in people if number in one.keys["lms_id"]]
    if people and not rows:
        raise NoTargetError(f"the platform's file has no number {number}")
    for one in rows:
        ids = one.keys["id"]
        other = bool(result.id and ids) and result.id.strip().casefold() not in ids
        if other or _unlike(result.name, one.name):
            raise NoTargetError(f"it was handed in under {number}, which is {one.who}'s")
    words = called.split("-")  # a team's name may stand before the student's
    if not rows and all(_unlike(result.name, "-".join(words[n:])) for n in range(len(words))):
        told = "the platform's own file (--fill) tells whose it is"
        raise NoTargetError(f"it was handed in by {called}, and says that it is another's; {told}")


def _unlike(one: str, other: str) -> bool:
    return bool(one and other) and not same_name(one, other)
