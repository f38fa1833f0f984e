"""When each submission came: a table of times, CSV or XLSX, and what follows for a report.

Everything wrong with a table is told at once, since it is the teacher's. What is not known is not
guessed: without a time nothing is taken off.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from grader import roster as rosters
from grader.arrivals import arrival, in_time_anywhere
from grader.lateness import penalty
from grader.model import GraderError, Remark, Report, Rubric, Status, Student
from grader.moments import NotAMomentError, moment
from grader.remarks import LATE
from grader.reports.late import late_sentence
from grader.roster import Roster
from grader.roster_table import read_lines

__all__ = ["Arrival", "Times", "load", "no_times", "timed", "unmatched"]

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "studentid", "sid", "sisuserid", "idnumber", "login", "username", "email"),
    "submitted_at": ("submittedat", "submissiontime", "submitted", "handedin"),
    "extension_until": ("extensionuntil", "extension", "extendeduntil"),
    "late_days_left": ("latedaysleft", "latedays", "slipdaysleft"),
}
"""For each of our columns what it may be called, the best first."""

_HEADER_WITHIN = 10  # lines: a title may stand above the columns
_MOST_NAMED = 20
_NUMBER = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row of the table; what it leaves open is None. ``written`` is the id as it stands there."""

    written: str
    line: int
    submitted_at: datetime | None = None
    extension_until: datetime | None = None
    late_days_left: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """A table of times; ``arrivals`` by the student's id in lower case."""

    file: str
    arrivals: Mapping[str, Arrival] = field(default_factory=dict)

    def of(self, student: Student) -> Arrival | None:
        """The student's row; None where there is none."""
        return self.arrivals.get(_folded(student.id)) if student.id else None


def _folded(text: str) -> str:
    return text.strip().casefold()


# --- what follows for a report ------------------------------------------------------------------

_NOT_HANDED_IN = (Status.MISSING, Status.EXCUSED)
_NO_TIME = f"{LATE} by its name, and no time is known: nothing is taken off"
_NO_ZONE = "nothing is taken off, as it is not clear when it was handed in:"


def timed(
    report: Report, rubric: Rubric, times: Times | None, extension: datetime | None = None
) -> Report:
    """The report with what being late costs, where there is a policy; the score stays as it is.

    The time is the table's, else the download's. Where neither tells it nothing is taken off; if
    the file's name says that it is late, a person must look. What an earlier call said is
    forgotten, so a deadline can move.

    Args:
        report: what was found.
        rubric: with the policy and the deadline.
        times: when each submission came.
        extension: this student's own deadline; of several the latest counts.
    """
    report = _untimed(report)
    if rubric.late is None or rubric.deadline is None or report.status in _NOT_HANDED_IN:
        return report
    row = (times.of(report.student) if times else None) or Arrival("", 0)
    until = max(filter(None, (row.extension_until, extension)), default=None)
    try:
        at = row.submitted_at or arrival(report, rubric.late.zone)
    except NotAMomentError as error:
        if in_time_anywhere(report, rubric.deadline):
            return report
        return replace(report, attention=(*report.attention, f"{_NO_ZONE} {error}"))
    if at is None:
        by_name = any(LATE in str(remark) for remark in report.remarks)
        return replace(report, attention=(*report.attention, _NO_TIME)) if by_name else report
    late = penalty(rubric.late, rubric.deadline, at, until, row.late_days_left)
    report = replace(report, late=late)
    sentence = late_sentence(report)
    return replace(report, remarks=(*report.remarks, Remark(sentence))) if sentence else report


def _untimed(report: Report) -> Report:
    """Without what `timed` says."""
    sentence = late_sentence(report)
    attention = tuple(a for a in report.attention if not a.startswith((_NO_TIME, _NO_ZONE)))
    if not sentence and report.late is None and attention == report.attention:
        return report
    remarks = tuple(remark for remark in report.remarks if str(remark) != sentence)
    return replace(report, late=None, remarks=remarks, attention=attention)


def no_times(rubric: Rubric, reports: Sequence[Report]) -> tuple[str, ...]:
    """That a late policy takes nothing off, as nobody's time is known; a sentence or none."""
    handed_in = [report for report in reports if report.status not in _NOT_HANDED_IN]
    known = any(r.late or any(a.startswith(_NO_ZONE) for a in r.attention) for r in handed_in)
    if known or not handed_in or rubric.late is None or rubric.deadline is None:
        return ()
    told = "the rubric has a late policy, and no submission's time is known: nothing is taken off"
    return (f"{told}; --times FILE tells when they came",)


def unmatched(times: Times, reports: Sequence[Report], roster: Roster | None) -> tuple[str, ...]:
    """Times of nobody who handed in, and submissions without a time, a sentence each."""
    handed_in = [report for report in reports if report.status not in _NOT_HANDED_IN]
    ids = {_folded(report.student.id): report.student.id for report in handed_in}
    listed = {_folded(report.student.id) for report in reports}
    told = [
        f"{times.file}, line {row.line}: {row.written} has a time, and no submission"
        + ("" if key in listed else _near(row.written, ids, roster))
        for key, row in times.arrivals.items()
        if key not in ids and row.submitted_at
    ]
    rows = [(report, times.of(report.student)) for report in handed_in]
    untimed = [
        report.student.id or report.file
        for report, row in rows
        if not (row and row.submitted_at) and report.late is None
    ]
    if untimed:
        more = f" and {len(untimed) - _MOST_NAMED} more" if len(untimed) > _MOST_NAMED else ""
        names = ", ".join(untimed[:_MOST_NAMED])
        told.append(f"{times.file}: no time for {names}{more}; nothing is taken off")
    return tuple(told)


def _near(written: str, ids: Mapping[str, str], roster: Roster | None) -> str:
    """Whom it may mean, as the end of a sentence; empty where nobody is near."""
    if roster:
        found = rosters.near(roster, written)
    else:
        found = tuple(ids[key] for key in difflib.get_close_matches(_folded(written), ids, n=2))
    return f"; did you mean {' or '.join(found)}?" if found else ""


# --- the table ----------------------------------------------------------------------------------


def load(path: Path, zone: tzinfo | None = None, roster: Roster | None = None) -> Times:
    """The times in a CSV or XLSX file.

    Args:
        path: the file; columns id, submitted_at, and if need be extension_until, late_days_left.
        zone: what times without an offset are meant in; None refuses them.
        roster: who is meant by a login, an e-mail or a name in the column of ids.

    Raises:
        GraderError: it cannot be read; or all that is wrong with it, with lines.
    """
    header, lines = _header(path, read_lines(path))
    mistakes = _misspelt(header)
    rows: dict[str, Arrival] = {}
    for line, cells in lines:
        told = {name: cells[at] for name, at in header.items() if at < len(cells)}
        row = _arrival(line, told, zone, mistakes)
        if not row.written:
            mistakes += [f"line {line}: a time without an id"] if any(told.values()) else []
            continue
        first = rows.setdefault(_folded(_student_id(row.written, roster)), row)
        if first is not row:
            mistakes.append(f"lines {first.line} and {line}: {row.written} stands there twice")
    if mistakes:
        raise GraderError("\n".join(f"{path.name}: {mistake}" for mistake in mistakes))
    return Times(path.name, rows)


_Lines = Sequence[tuple[int, list[str]]]


def _header(path: Path, lines: _Lines) -> tuple[dict[str, int], _Lines]:
    """Where each column stands, by our name or its own, and the lines below."""
    for number, (_, cells) in enumerate(lines[:_HEADER_WITHIN]):
        titles = [re.sub(r"[\W_]", "", cell.casefold()) for cell in cells]
        places = {cells[at]: at for at in range(len(cells)) if cells[at]}
        for ours, synonyms in _COLUMNS.items():
            known = [titles.index(title) for title in synonyms if title in titles]
            places = {name: at for name, at in places.items() if at not in known[:1]}
            places |= {ours: known[0]} if known else {}
        if {"id", "submitted_at"} <= places.keys():
            return places, lines[number + 1 :]
    found = ", ".join(cell for cell in lines[0][1] if cell) if lines else "none"
    raise GraderError(
        f"{path.name}: the columns id and submitted_at must be there; the columns are: {found}"
    )


def _misspelt(header: Iterable[str]) -> list[str]:
    """Columns that are near one of ours: what they hold would be passed over."""
    told = []
    for name in header:
        near = difflib.get_close_matches(name.casefold(), _COLUMNS, n=1, cutoff=0.85)
        if near and name not in _COLUMNS:
            told.append(f"the column {name} is not known; did you mean {near[0]}?")
    return told


def _student_id(written: str, roster: Roster | None) -> str:
    found = rosters.find(roster, Student(written, written)) if roster else None
    return found.id if found else written


def _arrival(
    line: int, cells: Mapping[str, str], zone: tzinfo | None, mistakes: list[str]
) -> Arrival:
    def value(column: str, read: Callable[[str], _Value]) -> _Value | None:
        try:
            return read(cells[column]) if cells.get(column) else None
        except ValueError as error:
            mistakes.append(f"line {line}: {column}: {error}")
            return None

    return Arrival(
        written=cells.get("id", ""),
        line=line,
        submitted_at=value("submitted_at", lambda text: moment(text, zone)),
        extension_until=value("extension_until", lambda text: moment(text, zone)),
        late_days_left=value("late_days_left", _days),
    )


def _days(written: str) -> Fraction:
    if not _NUMBER.fullmatch(written):
        raise ValueError(f"expected a number of days such as 2 or 1.5, found {written!r}")
    return Fraction(written)
