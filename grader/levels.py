"""Which level of the course each student of the class list takes, and where that is not clear."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from grader.model import Rubric
from grader.roster import Roster

__all__ = ["course_levels", "unclear_levels"]

_LEVEL = re.compile(r"(?<![0-9])[1-9][0-9]{3}(?![0-9])")
_MOST_NAMED = 10


def course_levels(rubric: Rubric) -> frozenset[str]:
    """The levels that problems are for, and those that the title names: ``ECSE 4850/6850``."""
    named = _LEVEL.findall(rubric.title)
    levels = frozenset(level for problem in rubric.problems for level in problem.levels)
    return levels | frozenset(named) if levels & frozenset(named) else levels


def unclear_levels(roster: Roster | None, rubric: Rubric) -> tuple[str, ...]:
    """A sentence for each section or level that names none of the course's levels, or several.

    Where all problems count for everybody no level is needed, and nothing is told.
    """
    levels = course_levels(rubric)
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in roster.students if roster and levels else ():
        is_other = one.level not in levels and len(levels) > 1
        if (one.section and not one.level) or (one.level and is_other):
            found[one.section, one.level].append(one.id)
    return tuple(
        f"class list: {_why(section, level, sorted(levels))} {_listed(ids)}"
        for (section, level), ids in found.items()
    )


def _why(section: str, level: str, levels: Sequence[str]) -> str:
    what = f"the section {section!r}" if section else f"the level {level!r}"
    if not level and len(set(_LEVEL.findall(section))) > 1:
        return f"{what} names several levels, so none is known for"
    either = "neither " if len(levels) > 1 else "not "
    then = "what is for one level only does not count for" if level else "the level is unknown of"
    return f"{what} names {either}{' nor '.join(levels)}, so {then}"


def _listed(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return f"{', '.join(ids[:_MOST_NAMED])}{more}"
