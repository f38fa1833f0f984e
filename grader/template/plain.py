"""The answer sheet as CSV and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import product
from typing import Any

from grader.model import Rubric, Student
from grader.template.asked import Asked, asked, working

__all__ = ["document", "table"]

_STUDENT = ("id", "name", "level")
_INDENT = "  "


def table(rubric: Rubric, student: Student | None = None) -> str:
    """A tidy CSV with an empty value for every entry: ``quantity,index,value``."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("quantity", "index", "value"))
    writer.writerows(("student", key, value) for key, value in _student(student).items())
    writer.writerows(("convention", name, "") for name in _conventions(rubric))
    for answer in _answers(rubric):
        for index in product(*map(range, answer.shape or ())):
            writer.writerow((answer.label, ";".join(map(str, index)), ""))
    return buffer.getvalue()


def document(rubric: Rubric, student: Student | None = None) -> str:
    """A JSON document with null for every number, in the right nesting, and "" for formulas."""
    parts: dict[str, dict[str, Any]] = {"student": dict(_student(student))}
    parts["conventions"] = dict.fromkeys(_conventions(rubric))
    parts["answers"] = {
        a.label: "" if a.shape is None else _nulls(a.shape) for a in _answers(rubric)
    }
    bodies = (
        f"{_INDENT}{json.dumps(name)}: {{\n"
        + ",\n".join(
            f"{_INDENT * 2}{json.dumps(key)}: {_pretty(value, _INDENT * 2)}"
            for key, value in part.items()
        )
        + f"\n{_INDENT}}}"
        for name, part in parts.items()
        if part
    )
    return "{\n" + ",\n".join(bodies) + "\n}\n"


def _student(student: Student | None) -> dict[str, str]:
    known = student or Student()
    return {key: getattr(known, key) for key in _STUDENT}


def _conventions(rubric: Rubric) -> tuple[str, ...]:
    """The name of every convention, once."""
    return tuple(dict.fromkeys(name for p in rubric.problems for name in p.conventions))


def _answers(rubric: Rubric) -> Iterator[Asked]:
    for problem in rubric.problems:
        yield from asked(problem)
        yield from working(problem)


def _nulls(shape: tuple[int, ...]) -> Any:
    return [_nulls(shape[1:]) for _ in range(shape[0])] if shape else None


def _pretty(value: Any, indent: str) -> str:
    """JSON with each innermost list on a line of its own, so that it looks like the array."""
    if not isinstance(value, list) or not isinstance(value[0], list):
        return json.dumps(value, ensure_ascii=False)
    inner = indent + _INDENT
    rows = ",\n".join(inner + _pretty(row, inner) for row in value)
    return f"[\n{rows}\n{indent}]"
