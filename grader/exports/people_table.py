"""Results as a table for people, in CSV and XLSX: safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction

from grader.exports.results import Assignment, Result, counted
from grader.gradebook.csv_export import harmless
from grader.gradebook.table import plain
from grader.points import as_number, shown

__all__ = ["csv_table", "xlsx_table"]

_OWN = ("id", "name", "level", "status", "score", "final", "max_score")
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # the same results give the same bytes

Value = str | Fraction | None


def csv_table(results: Sequence[Result], _: Assignment) -> bytes:
    """UTF-8 with a byte order mark; a text that begins a formula has an apostrophe before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in _rows(results):
        writer.writerow([_written(value) for value in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def xlsx_table(results: Sequence[Result], assignment: Assignment) -> bytes:
    """One sheet; texts are texts, ids too, and numbers are numbers."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - only who writes a workbook loads it

    memory = io.BytesIO()
    with Workbook(memory, _OPTIONS) as book:
        book.set_properties({"title": plain(assignment.title)[:255], "created": _MADE})
        sheet = book.add_worksheet("Results")
        for number, row in enumerate(_rows(results)):
            for position, value in enumerate(row):
                if isinstance(value, Fraction):
                    sheet.write_number(number, position, as_number(value))
                elif value:
                    sheet.write_string(number, position, value)
        sheet.freeze_panes(1, 2)
    return memory.getvalue()


def _written(value: Value) -> str:
    return shown(value, 6) if isinstance(value, Fraction) else harmless(value or "")


def _rows(results: Sequence[Result]) -> Iterator[list[Value]]:
    """A heading and a row a student; what has no score is empty, and ``status`` says why."""
    problems = _names(result.record.get("problems", {}) for result in results)
    items = _names(
        [item["quantity"] for item in result.record.get("items", ()) if item["max_score"]]
        for result in results
    )
    yield [plain(name) for name in (*_OWN, *problems, *items, "reason")]
    for result in results:
        found = {name: part["score"] for name, part in result.record.get("problems", {}).items()}
        found |= {item["quantity"]: counted(item) for item in result.record.get("items", ())}
        own = (result.id, result.name, result.level, result.status.value)
        yield [
            *map(plain, own),
            *(result.score, result.final, result.max_score),
            *(_points(found.get(name)) for name in (*problems, *items)),
            plain(str(result.record.get("reason", ""))),
        ]


def _names(found: Iterator[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in found for name in names))


def _points(score: float | None) -> Fraction | None:
    return None if score is None else Fraction(str(score))
