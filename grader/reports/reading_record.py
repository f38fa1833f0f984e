"""What was understood of a submission, as JSON values; nothing of a long array is left out."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.model import Entries, Formula, Number, Report, Response, Unreadable
from grader.reading import Expressed, Numbers, Reading, Understood
from grader.reports.reading_words import notes_told, summary
from grader.reports.record import SCHEMA_VERSION, student_record

__all__ = ["reading_record", "unreadable_record"]

_Content = Number | Unreadable | None


def reading_record(told: Understood) -> dict[str, Any]:
    """What was written, what was understood and how sure that is, one answer after the other."""
    return {
        "schema": SCHEMA_VERSION,
        "student": student_record(told.student),
        "file": told.file,
        "status": "read",
        "rubric": told.rubric,
        "conventions": dict(told.conventions),
        "answers": [_answer(reading) for reading in told.readings],
        "absent": [f"{p.name}.{quantity}" for p in told.problems for quantity in p.absent],
        "decisions": list(map(str, told.decisions)),
        "unplaced": list(map(str, told.unplaced)),
        "remarks": list(map(str, told.on_the_file)),
        "summary": summary(told),
    }


def unreadable_record(report: Report) -> dict[str, Any]:
    """The same of a file that could not be read: why."""
    return {
        "schema": SCHEMA_VERSION,
        "file": report.file,
        "status": report.status.value,
        "rubric": report.rubric,
        "reason": report.reason,
    }


def _answer(reading: Reading) -> dict[str, Any]:
    fault = reading.fault
    return {
        "quantity": reading.answer.key,
        "label": reading.answer.label,
        "place": str(reading.answer.place),
        "confidence": reading.confidence.value,
        "written": _written(reading.answer.response),
        "understood": _taken(reading.taken),
        "notes": list(notes_told(reading)),
        "reason": fault.message if fault else "",
        "span": list(fault.span) if fault and fault.text else None,
    }


def _written(response: Response) -> dict[str, Any]:
    if isinstance(response, Formula):
        return {"formula": response.text, "given": list(response.given)}
    if isinstance(response, Unreadable):
        return {"text": response.text}
    if isinstance(response, Entries):
        entries = response.entries
        return {"entries": [{"index": e.index, "text": _text(e.cell.content)} for e in entries]}
    texts = [_text(cell.content) for cell in response.cells]
    return {"numbers": _nested(response.shape, texts)}


def _taken(taken: Numbers | Expressed | None) -> dict[str, Any] | None:
    if taken is None:
        return None
    if isinstance(taken, Numbers):
        values = [c.value if isinstance(c, Number) else None for c in taken.contents]
        return {"numbers": _nested(taken.shape, values), "layout": taken.layout}
    from grader.notation.typeset import latex, plain  # noqa: PLC0415 - formulas only

    return {
        "formula": plain(taken.expression),
        "latex": latex(taken.expression, taken.symbols),
    }


def _text(content: _Content) -> str | None:
    return content.text if content else None


def _nested(shape: tuple[int, ...], members: list[Any]) -> Any:
    """Lists within lists in that shape; of a scalar its one member."""
    array = np.empty(len(members), dtype=object)
    array[:] = members
    return array.reshape(shape).tolist()
