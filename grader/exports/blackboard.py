"""Blackboard: the Grade Center's file, CSV or tab-delimited UTF-16 (called .xls, and a text)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.exports.delimited import written
from grader.exports.platform import Platform, number
from grader.exports.results import Assignment, Result
from grader.points import shown

__all__ = ["BLACKBOARD"]

_POINTS = re.compile(r"\[Total Pts:\s*(?:up to )?([\d.,]+)[^\]]*\]")
_COLUMN = re.compile(r"(?P<title>.*?)\s*(?P<points>\[Total Pts:[^\]]*\])?\s*(?P<id>\|\s*\d+)?\s*")


def _titles(rows: Sequence[Sequence[str]]) -> Mapping[int, str]:
    """The columns that state their points, or end in a column's number."""
    found = ((at, _COLUMN.fullmatch(heading)) for at, heading in enumerate(rows[0]))
    return {at: m["title"] for at, m in found if m is not None and (m["points"] or m["id"])}


def _points_possible(rows: Sequence[Sequence[str]], column: int) -> Fraction | None:
    found = _POINTS.search(rows[0][column])
    return number(found[1]) if found else None


def _warnings(heading: str) -> Sequence[str]:
    found = _COLUMN.fullmatch(heading)
    if found is not None and found["id"]:
        return ()
    return ("without a number such as |12345, Blackboard makes a new column of it",)


def _write(results: Sequence[Result], assignment: Assignment) -> bytes:
    """All quoted, as Blackboard does; who has no score has no row."""
    header = ["Last Name", "First Name", "Username", _heading(assignment)]
    rows = [[*_last_first(r.name), r.login or r.id, r.points] for r in results if r.points]
    return written([header, *rows], quote_all=True)


def _heading(assignment: Assignment) -> str:
    found = _COLUMN.fullmatch(assignment.title)
    if found is not None and (found["points"] or found["id"]):
        return assignment.title
    return f"{assignment.title} [Total Pts: {shown(assignment.points)} Score]"


def _last_first(name: str) -> tuple[str, str]:
    last, _, first = name.partition(",")
    return last.strip(), first.strip()


BLACKBOARD = Platform(
    name="blackboard",
    label="Blackboard",
    known={
        "id": ("studentid",),
        "login": ("username",),
        "email": ("email", "emailaddress"),
        "first": ("firstname",),
        "last": ("lastname",),
    },
    titles=_titles,
    write=_write,
    points_possible=_points_possible,
    warnings=_warnings,
)
