"""The gradebook's sheets of what is worth a look: shared wrong answers, and signs against the key.

They say where to look and not what happened.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from grader import key_audit, shared_answers
from grader.gradebook.table import plain
from grader.gradebook.xlsx_styles import Styles
from grader.gradebook.xlsx_tables import SheetTable, Value, write_table
from grader.key_audit import Missed, Popular
from grader.model import Report, Rubric
from grader.reports.class_audit import KEY_NOTE, SHARED_NOTE, found_here
from grader.reports.wording import finding_title
from grader.shared_answers import Shared

__all__ = ["write_audit"]

_LINE = 120
_MOST_NAMED = 100


def write_audit(book: Any, styles: Styles, reports: Sequence[Report], rubric: Rubric) -> None:
    """Adds the sheets Shared answers and Key audit to a workbook."""
    shared = shared_answers.shared_answers(reports)
    _write_sheet(book.add_worksheet("Shared answers"), styles, SHARED_NOTE, (_shared(shared),))
    missed = key_audit.best_and_rest(reports, rubric)
    popular = key_audit.popular_answers(reports, rubric)
    tables = (_missed(missed), _popular(popular))
    _write_sheet(book.add_worksheet("Key audit"), styles, KEY_NOTE, tables)


def _write_sheet(sheet: Any, styles: Styles, note: str, tables: Sequence[SheetTable]) -> None:
    lines = wrap(note, _LINE)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, styles("remark"))
    row = len(lines) + 1
    for content in tables:
        row = write_table(sheet, styles, row, content) + 1
    for position, width in enumerate((24, 10, 24, 12, 30, 14, 44)):
        sheet.set_column(position, position, width)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")


def _remark(rows: Sequence[object], told: str) -> str:
    return told if rows else "Nothing here."


def _shared(groups: Sequence[Shared]) -> SheetTable:
    """One row a value; the students of a group are the same in all of its rows."""
    return SheetTable(
        "The same wrong values",
        _remark(groups, "A group has one row for each value that its students share."),
        (
            *(("where", "cell"), ("group", "count"), ("written", "cell"), ("key", "number")),
            *(("names", "cell"), ("students", "count"), ("ids", "cell")),
        ),
        tuple(row for number, group in enumerate(groups, 1) for row in _rows(number, group)),
    )


def _rows(number: int, group: Shared) -> Iterator[tuple[Value, ...]]:
    students = [report.student for report in group.reports]
    names = [s.name or s.id or r.file for s, r in zip(students, group.reports, strict=True)]
    for entry in group.entries:
        yield (
            *(found_here(entry), number, plain(entry.text), entry.expected),
            *(_listed(names), len(students), _listed([s.id for s in students])),
        )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return "; ".join(names[:_MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _missed(rows: Sequence[Missed]) -> SheetTable:
    return SheetTable(
        "Who misses an item",
        _remark(rows, "look: the best fare no better in it than the rest."),
        (
            *(("item", "cell"), ("the best", "count"), ("look", "cell")),
            *(("of them missed it", "count"), ("share of the best", "percent")),
            *(("the rest: missed it", "count"), ("share of the rest", "percent")),
        ),
        tuple(
            (
                *(row.key, row.best, "look" if row.is_odd else "", row.best_missed),
                *(float(row.best_share), row.rest_missed, float(row.rest_share)),
            )
            for row in rows
        ),
    )


def _popular(found: Sequence[Popular]) -> SheetTable:
    return SheetTable(
        "Answers that more students share than have right",
        _remark(found, "Findings: of the students who share it, with their number."),
        (
            *(("item", "cell"), ("entry", "cell"), ("shared answer", "cell")),
            *(("students", "count"), ("key", "number"), ("have it right", "count")),
            ("findings", "cell"),
        ),
        tuple(
            (
                *(one.key, ",".join(map(str, entry.index)), plain(entry.text), entry.students),
                *(entry.expected, entry.right, _findings(one)),
            )
            for one in found
            for entry in one.entries
        ),
    )


def _findings(found: Popular) -> str:
    return "; ".join(f"{finding_title(code)} ({n})" for code, n in found.codes)
