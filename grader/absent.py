"""Those on the class list who handed nothing in, and what may be theirs all the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from grader.homework_words import stripped
from grader.judging import without_score
from grader.model import Remark, Report, Rubric, Status, Student
from grader.remarks import MAY_BE
from grader.roster import Roster, RosterStudent, alike

__all__ = ["absent"]

_MOST_STRAYS = 100
_MOST_NAMED = 3


def absent(reports: Sequence[Report], roster: Roster | None, rubric: Rubric) -> list[Report]:
    """A report on each student of the list without one; an excused student is no missing one.

    Submissions of nobody on the list that look like a missing student's are named, and never taken
    for it.
    """
    if roster is None:
        return []
    seen = {report.student.id.casefold() for report in reports}
    missing = [one for one in roster.students if one.id.casefold() not in seen]
    theirs = _near_misses(reports, roster) if missing else {}
    return [_report(one, theirs.get(one.id, ()), rubric) for one in missing]


def _report(entry: RosterStudent, files: Sequence[str], rubric: Rubric) -> Report:
    student = Student(entry.id, entry.name, entry.level)
    status = Status.EXCUSED if entry.excused else Status.MISSING
    reason = "excused by the roster" if entry.excused else "nothing was handed in"
    report = without_score(student, "", status, reason, rubric)
    if not files:
        return report
    more = f" and {len(files) - _MOST_NAMED} more" if len(files) > _MOST_NAMED else ""
    told = f"{', '.join(files[:_MOST_NAMED])}{more} {MAY_BE}"
    return replace(report, remarks=(Remark(told),))


def _near_misses(reports: Iterable[Report], roster: Roster) -> Mapping[str, Sequence[str]]:
    """By the id of a student on the list, the submissions of nobody on it that look like theirs."""
    strays = [one for one in reports if not roster.having("id", one.student.id or " ")]
    found: dict[str, list[str]] = defaultdict(list)
    for stray in strays[:_MOST_STRAYS]:
        near = {one.id: one for text in _texts(stray) for one in alike(roster, text)}
        for student_id in near:
            found[student_id].append(stray.file or stray.student.id)
    return {who: tuple(dict.fromkeys(files)) for who, files in found.items()}  # a group's is one


def _texts(report: Report) -> Iterator[str]:
    """What may be a slip for somebody's id or name."""
    stem = stripped(PurePosixPath(report.file).stem)
    yield from dict.fromkeys(filter(None, (report.student.id, report.student.name, stem)))
