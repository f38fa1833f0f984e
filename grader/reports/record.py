"""A Report as JSON: one object, one line of ``results.jsonl``, and the schema that says so."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any, Final

import numpy as np

from grader.model import (
    Assessment,
    Decision,
    Finding,
    Index,
    Override,
    ProblemReport,
    Report,
    Student,
    Team,
)
from grader.points import as_number
from grader.reports.late import late_record

__all__ = [
    "SCHEMA_VERSION",
    "finding_record",
    "line",
    "plain",
    "record",
    "schema",
    "student_record",
]

SCHEMA_VERSION: Final = 1

_STEERING = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def record(report: Report) -> dict[str, Any]:
    """The report as JSON values; scores are numbers of at most six decimals, or None."""
    return {
        "schema": SCHEMA_VERSION,
        "student": student_record(report.student),
        "file": report.file,
        "status": report.status.value,
        "score": as_number(report.score),
        "max_score": as_number(report.max_score),
        "rubric": report.rubric,
        "reason": report.reason,
        "attention": list(report.attention),
        "remarks": [str(remark) for remark in report.remarks],
        **({"decisions": list(map(_decision, report.decisions))} if report.decisions else {}),
        "problems": {problem.name: _problem(problem) for problem in report.problems},
        "items": [_item(assessment) for assessment in report.assessments],
        **late_record(report),
        **({"submitted_at": report.submitted_at} if report.submitted_at else {}),
        **({"team": _team(report.team)} if report.team else {}),
    }


def line(report: Report) -> str:
    """The record on one line, without its line end; the keys always in the same order.

    Text stays readable (``é`` is itself), but whatever some program takes for the end of a line,
    or a terminal for a command, is escaped.
    """
    text = json.dumps(record(report), ensure_ascii=False, allow_nan=False)
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


@cache
def _schema_text() -> str:
    from importlib.resources import files  # noqa: PLC0415  # a self-check reads no schema

    return (files("grader.reports") / "results.schema.json").read_text("utf-8")


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a record."""
    published: dict[str, Any] = json.loads(_schema_text())
    return published


def student_record(student: Student) -> dict[str, str]:
    """Whose report it is; what is not known is empty."""
    return {"id": student.id, "name": student.name, "level": student.level}


def _team(team: Team) -> dict[str, Any]:
    members = [{"id": one.id, "name": one.name} for one in team.members]
    return {"name": team.name, "members": members}


def finding_record(finding: Finding) -> dict[str, Any]:
    """A finding without its evidence, so without right values."""
    return {
        "code": finding.code,
        "at": finding.at,
        "entries": list(map(_index, finding.entries)),
        "message": finding.message,
    }


def _problem(problem: ProblemReport) -> dict[str, Any]:
    return {
        "score": as_number(problem.score),
        "max_score": as_number(problem.max_score),
        "conventions": dict(problem.conventions),
        "inferred": list(problem.inferred),
    }


def _item(assessment: Assessment) -> dict[str, Any]:
    return {
        "quantity": assessment.key,
        "verdict": assessment.verdict.value,
        "score": as_number(assessment.score),
        "max_score": as_number(assessment.max_score),
        "right": assessment.right,
        "total": assessment.total,
        "wrong": list(map(_index, assessment.wrong)),
        "findings": [
            {**finding_record(finding), "evidence": plain(finding.evidence)}
            for finding in assessment.findings
        ],
        "notes": list(assessment.notes),
        **({"override": _override(assessment.override)} if assessment.override else {}),
    }


def _override(override: Override) -> dict[str, Any]:
    return {
        "points": as_number(override.points),
        "reason": override.reason,
        "by": override.by,
        "when": override.at,
    }


def _decision(decision: Decision) -> dict[str, Any]:
    until = {"until": decision.until.isoformat()} if decision.until else {}
    told = {"reason": decision.reason, "by": decision.by, "when": decision.at}
    return {"what": decision.what, **until, **told}


def _index(index: Index) -> list[int]:
    return [int(position) for position in index]  # NumPy's integers are no JSON


def plain(value: Any) -> Any:
    """As JSON has it: arrays and tuples as lists, a number that is not finite as null."""
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(member) for member in value]
    if isinstance(value, float | Fraction):
        return float(value) if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)
