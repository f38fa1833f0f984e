"""Brightspace (D2L): the CSV of *Export Grades*, with ``#`` before ids and at the end of a row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.exports.delimited import written
from grader.exports.platform import Platform, number
from grader.exports.results import Assignment, Result

__all__ = ["BRIGHTSPACE"]

_COLUMN = re.compile(r"(?P<title>.+?) Points Grade(?:\s*<(?P<more>.*)>)?\s*", re.DOTALL)
_LAST_COLUMN = "End-of-Line Indicator"
_MOST = re.compile(r"MaxPoints:\s*([\d.,]+)")


def _titles(rows: Sequence[Sequence[str]]) -> Mapping[int, str]:
    """The columns that are called ``... Points Grade``."""
    found = ((at, _COLUMN.fullmatch(heading)) for at, heading in enumerate(rows[0]))
    return {at: m["title"] for at, m in found if m is not None}


def _points_possible(rows: Sequence[Sequence[str]], column: int) -> Fraction | None:
    found = _MOST.search(rows[0][column])
    return number(found[1]) if found else None


def _write(results: Sequence[Result], assignment: Assignment) -> bytes:
    """The columns that the import needs; who has no score has no row.

    A login that is not known is not made up: then only the id tells whose row it is.
    """
    is_whole = _COLUMN.fullmatch(assignment.title)
    heading = assignment.title if is_whole else f"{assignment.title} Points Grade"
    graded = [r for r in results if r.points]
    has_logins = all(r.login for r in graded)
    header = ["OrgDefinedId", *(["Username"] if has_logins else []), heading, _LAST_COLUMN]
    rows = [[f"#{r.id}", *([f"#{r.login}"] if has_logins else []), r.points, "#"] for r in graded]
    return written([header, *rows])


BRIGHTSPACE = Platform(
    name="brightspace",
    label="Brightspace",
    known={
        "id": ("orgdefinedid",),
        "login": ("username",),
        "email": ("email",),
        "first": ("firstname",),
        "last": ("lastname",),
    },
    titles=_titles,
    write=_write,
    points_possible=_points_possible,
)
