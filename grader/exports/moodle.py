"""Moodle: the offline grading worksheet of one assignment, and the gradebook's export."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from grader.exports.delimited import written
from grader.exports.platform import Cells, Platform, folded, number
from grader.exports.results import Assignment, Result
from grader.points import shown

__all__ = ["MOODLE"]

_GRADE_ITEM = re.compile(r"(?:[^:]+: )?(?P<title>.+?)(?: \(Real\))?", re.DOTALL)
_OTHER_VALUES = re.compile(r" \((Feedback|Percentage|Letter)\)\Z")


def _titles(rows: Sequence[Sequence[str]]) -> Mapping[int, str]:
    """A worksheet has one column of grades, without a title; an export one an item."""
    header = [folded(heading) for heading in rows[0]]
    if "identifier" in header:
        return {header.index("grade"): ""} if "grade" in header else {}
    return {at: _title(heading) for at, heading in enumerate(rows[0]) if _is_item(heading)}


def _is_item(heading: str) -> bool:
    is_item = ": " in heading or heading.endswith(" (Real)")
    return is_item and not _OTHER_VALUES.search(heading) and folded(heading) != "coursetotalreal"


def _title(heading: str) -> str:
    found = _GRADE_ITEM.fullmatch(heading)
    return found["title"] if found else heading


def _obstacle(cells: Cells, score: Fraction | None) -> str:
    """Moodle passes over such rows, or refuses the file for one of them."""
    if cells.get("gradecanbechanged", "").strip().casefold() == "no":
        return "Moodle says that this grade cannot be changed"
    most = number(cells.get("maximumgrade", ""))
    if score is not None and most is not None and score > most:
        return f"{shown(score)} is more than the maximum grade, {shown(most)}"
    return ""


def _write(results: Sequence[Result], assignment: Assignment) -> bytes:
    """For *Import* of the gradebook; a blank grade would take one away, so it has no row."""
    header = ["ID number", "Username", "Email address", "Full name", assignment.title]
    rows = [[r.id, r.login, r.email, r.name, r.points] for r in results if r.points]
    return written([header, *rows])


MOODLE = Platform(
    name="moodle",
    label="Moodle",
    known={
        "id": ("idnumber",),
        "lms_id": ("identifier",),
        "login": ("username",),
        "email": ("emailaddress", "email"),
        "name": ("fullname",),
        "first": ("firstname",),
        "last": ("surname", "lastname"),
    },
    titles=_titles,
    write=_write,
    obstacle=_obstacle,
)
