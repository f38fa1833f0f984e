"""Canvas: the gradebook's CSV, as *Export* gives it and *Import* takes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.exports.delimited import written
from grader.exports.platform import Cells, Platform, folded, number, value_of
from grader.exports.results import Assignment, Result
from grader.points import shown

__all__ = ["CANVAS"]

_EXCUSED = "EX"
_DECIDED = {"ex": "the student is excused", "n/a": "it is not assigned to the student"}
_WITH_ID = re.compile(r"(.*)\s\((\d+)\)", re.DOTALL)
_COMPUTED = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
_ABOUT_STUDENTS = (
    *("student", "id", "sisuserid", "sisloginid", "integrationid", "rootaccount", "section"),
    *("lastname", "firstname"),
)
_NO_STUDENTS = frozenset({"points possible", "student, test", "test student", "test, student"})


def _titles(rows: Sequence[Sequence[str]]) -> Mapping[int, str]:
    """The assignments' columns: not those about students, nor those that Canvas works out."""
    points = _points_row(rows)
    titles = {}
    for at, heading in enumerate(rows[0]):
        found = _WITH_ID.fullmatch(heading)
        is_read_only = at < len(points) and "read only" in points[at]
        is_computed = found is None and _COMPUTED.search(heading)
        if folded(heading) in _ABOUT_STUDENTS or is_read_only or is_computed or not heading.strip():
            continue
        titles[at] = found[1] if found else heading
    return titles


def _points_row(rows: Sequence[Sequence[str]]) -> Sequence[str]:
    """It is the second row, or the third where one on posting stands before it."""
    possible = (row for row in rows[1:4] if row and row[0].strip().casefold() == "points possible")
    return next(possible, ())


def _points_possible(rows: Sequence[Sequence[str]], column: int) -> Fraction | None:
    row = _points_row(rows)
    return number(row[column]) if column < len(row) else None


def _is_student(cells: Cells) -> bool:
    name = cells.get("student", cells.get("lastname", "")).strip().casefold()
    has_id = any(cells.get(key, "").strip() for key in ("id", "sisuserid", "sisloginid"))
    return name not in _NO_STUDENTS and (bool(name) or has_id)


def _warnings(heading: str) -> Sequence[str]:
    told = []
    if _COMPUTED.search(heading):
        told.append("Canvas passes over a column with such words in its title; rename it there")
    if not _WITH_ID.fullmatch(heading):
        told.append(
            "without its number in brackets, Canvas may make a new assignment of the column"
        )
    return told


def _write(results: Sequence[Result], assignment: Assignment) -> bytes:
    """The columns that the import needs; who has no score has no row, or it would be blanked."""
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment.title]
    rows = [header, ["    Points Possible", "", "", "", "", shown(assignment.points)]]
    for result in results:
        if value := value_of(result, _EXCUSED):
            section = result.section or result.level
            own = [result.name, result.lms_id, result.id, result.login]
            rows.append([*own, section, value])
    return written(rows)


CANVAS = Platform(
    name="canvas",
    label="Canvas",
    known={
        "id": ("sisuserid", "integrationid"),
        "lms_id": ("id",),
        "login": ("sisloginid",),
        "email": ("sisloginid",),
        "name": ("student",),
        "first": ("firstname",),
        "last": ("lastname",),
    },
    titles=_titles,
    write=_write,
    excused=_EXCUSED,
    decided=lambda text: _DECIDED.get(text.casefold(), ""),
    is_student=_is_student,
    points_possible=_points_possible,
    warnings=_warnings,
)
