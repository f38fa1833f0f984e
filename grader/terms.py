"""What a class is graded by: the rubric, the class list and the times, with the files they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from grader import roster as rosters
from grader import times as timetables
from grader.model import GraderError, Rubric
from grader.roster import Roster
from grader.rubric import load
from grader.times import Times

__all__ = ["Named", "Terms", "terms"]


@dataclass(frozen=True, slots=True)
class Named:
    """A file, and what it is called, which may be another name than it has on the disk."""

    name: str
    path: Path


@dataclass(frozen=True, eq=False)
class Terms:
    """What a class is graded by.

    Attributes:
        source: the rubric's id or its file, which workers load it from.
        rubric: the rubric.
        roster: the class list; None where there is none.
        times: when each submission came; None where nobody says.
        files: the files given as ``roster`` and ``times``.
    """

    source: str | Path
    rubric: Rubric
    roster: Roster | None = None
    times: Times | None = None
    files: Mapping[str, Named] = field(default_factory=lambda: MappingProxyType({}))


def terms(
    source: str | Path,
    roster: Named | None = None,
    times: Named | None = None,
    *,
    is_part: bool = False,
) -> Terms:
    """All of it loaded.

    Args:
        source: the id of an installed rubric, or a file.
        roster: the class list.
        times: when each submission came, for a rubric with a late policy.
        is_part: the class list is only the part of one that is about one student, who may not
            be on it.

    Raises:
        TypeError: the rubric is neither an id nor a path.
        RubricError: the rubric cannot be used.
        GraderError: the roster or the times cannot be used.
    """
    _check(source)
    rubric = load(source)
    known = rosters.load(roster.path, is_part=is_part) if roster else None
    arrivals = _arrivals(times, rubric, known) if times else None
    given = {"roster": roster, "times": times}
    files = MappingProxyType({what: file for what, file in given.items() if file})
    return Terms(source, rubric, known, arrivals, files)


def _check(source: object) -> None:
    """Refuse what no type checker was there to refuse."""
    if not isinstance(source, str | Path):
        told = f"grade_paths takes a rubric's id or its file, not a {type(source).__name__}"
        raise TypeError(f"{told}: grade_paths(paths, 'hw6')")


def _arrivals(file: Named, rubric: Rubric, roster: Roster | None) -> Times:
    """When each submission came; refused where the rubric makes nothing of it."""
    if rubric.late is None:
        raise GraderError(f"{file.name}: the rubric {rubric.id} has no late policy to use it for")
    return replace(timetables.load(file.path, rubric.late.zone, roster), file=file.name)
