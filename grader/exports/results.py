"""What was decided about each student, read from ``results.jsonl``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from grader.model import GraderError, Status, Student
from grader.points import shown
from grader.roster import Roster, find

__all__ = ["Assignment", "Result", "assignment_of", "counted", "read_results", "with_roster"]

_FILE = "results.jsonl"
_SCHEMA = 1
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Result:
    """One student's result. ``score`` is None unless ``status`` is graded; the rest is text.

    ``score`` is what the work earned, ``final`` what a late policy leaves of it. ``record`` is the
    whole line; login, e-mail, section and the platform's own number come from a roster.
    """

    id: str
    name: str
    level: str
    status: Status
    score: Fraction | None
    max_score: Fraction
    record: Mapping[str, Any]
    login: str = ""
    email: str = ""
    lms_id: str = ""
    section: str = ""

    @property
    def who(self) -> str:
        """For a message: ``s1001 (Doe, Jane)``."""
        return f"{self.id} ({self.name})" if self.id and self.name else self.id or self.name or "?"

    @property
    def file(self) -> str:
        """What was handed in, by its name in the download; several stand behind commas."""
        return str(self.record.get("file", ""))

    @property
    def final(self) -> Fraction | None:
        """What counts; the score itself where no late policy took anything off."""
        left = self.record.get("late", {}).get("final_score")
        return self.score if self.score is None or left is None else _points(left)

    @property
    def points(self) -> str:
        """What counts as platforms compare it, to two decimals; empty where there is none."""
        return "" if self.final is None else shown(self.final, 2)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What the results are of: the rubric's id and title, and the most points that can be had."""

    id: str
    title: str
    points: Fraction


def read_results(path: Path) -> tuple[Result, ...]:
    """The results in a ``results.jsonl``, or in the folder where `grade` wrote one.

    Raises:
        GraderError: a line is none of ours; the first few are told, with their numbers.
        OSError: it cannot be read.
    """
    file = path / _FILE if path.is_dir() else path
    lines = file.read_bytes().split(b"\n")
    results, wrong = list[Result](), list[str]()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            results.append(_result(line))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            wrong.append(f"{file.name}: line {number} is no result: {_why(error)}")
    if wrong:
        raise GraderError("\n".join(wrong[:_SHOWN]))
    if not results:
        raise GraderError(f"{file.name}: there is no result in it")
    return tuple(results)


def assignment_of(results: Sequence[Result], title: str) -> Assignment:
    """What the results are of.

    Raises:
        GraderError: they are of several assignments.
    """
    ids = sorted({str(result.record["rubric"]) for result in results})
    if len(ids) > 1:
        raise GraderError(f"the results are of several assignments: {', '.join(ids)}")
    return Assignment(ids[0], title or ids[0], max(result.max_score for result in results))


def with_roster(results: Sequence[Result], roster: Roster) -> tuple[Result, ...]:
    """The results with what a class list knows of their students."""
    return tuple(_known(result, roster) for result in results)


def counted(item: Mapping[str, Any]) -> Any:
    """An item's points as JSON has them: those that a person gave instead, where one did."""
    return item["override"]["points"] if "override" in item else item["score"]


def _known(result: Result, roster: Roster) -> Result:
    """A namesake on the list, whose id is another, is somebody else."""
    found = find(roster, Student(result.id, result.name, result.level))
    if found is None:
        return result
    own = {_key(text) for text in (found.id, found.login, found.email, found.lms_id)}
    if _key(result.id) and _key(result.id) not in own:
        return result
    return replace(
        result,
        name=result.name or found.name,
        login=found.login,
        email=found.email,
        lms_id=found.lms_id,
        section=found.section,
    )


def _key(text: str) -> str:
    return text.strip().casefold()


def _result(line: bytes) -> Result:
    record = json.loads(line, parse_constant=_no_number)
    if record["schema"] != _SCHEMA:
        raise ValueError(f"it has schema {record['schema']}, and {_SCHEMA} is read here")
    student = record["student"]
    status = Status(record["status"])
    score = None if record["score"] is None else _points(record["score"])
    if "late" in record and record["late"]["final_score"] is not None:
        _points(record["late"]["final_score"])
    if (score is None) is (status is Status.GRADED):
        raise ValueError("a graded submission has a score, and no other has one")
    for text in (student["id"], student["name"], student["level"], record["rubric"]):
        if not isinstance(text, str):
            raise TypeError("the student's id, name and level and the rubric are texts")
    return Result(
        *(student["id"], student["name"], student["level"], status, score),
        _points(record["max_score"]),
        MappingProxyType(record),
    )


def _points(number: Any) -> Fraction:
    """Exactly as written: 0.1 is a tenth."""
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise TypeError("points are numbers")
    if not math.isfinite(number) or number < 0:
        raise ValueError("points are finite and not negative")
    return Fraction(str(number))


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _why(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)
