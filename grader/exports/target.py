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


def must_not_be_anothers(result: Result, number: str, people: Sequence[Person]) -> None:
    """A file of that number may hold the work of somebody else than the number's row tells.

    Raises:
        NoTargetError: the row has another id, or another name.
    """
    for one in people:
        if number in one.keys["lms_id"]:
            ids = one.keys["id"]
            other = bool(result.id and ids) and result.id.strip().casefold() not in ids
            unlike = bool(result.name and one.name) and not same_name(result.name, one.name)
            if other or unlike:
                raise NoTargetError(f"it was handed in under {number}, which is {one.who}'s")
