"""The gradebook as a workbook that an instructor would send on.

Text is written as text and scores as numbers; there is no formula in it, so nothing that a student
wrote can become one.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from textwrap import wrap
from typing import Any

from grader.gradebook.table import KINDS, Cell, Column, Table, plain, table
from grader.gradebook.xlsx_audit import write_audit
from grader.gradebook.xlsx_statistics import write_statistics
from grader.gradebook.xlsx_styles import Styles
from grader.model import Finding, Report, Rubric
from grader.points import as_number
from grader.reports.wording import finding_title

__all__ = ["workbook"]

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

# A workbook says when it was made. The same reports shall give the same bytes, so it says this.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)

_LINE_HEIGHT, _HIGHEST = 15, 405  # points; higher a row cannot be
_MOST_SHOWN = 5_000  # characters; what is longer fills the highest row

_HEADER_ROWS = 2
_NAME_COLUMNS = 2


def workbook(reports: Sequence[Report], rubric: Rubric) -> bytes:
    """The gradebook as XLSX: sheets Gradebook, Verdicts, Findings, Statistics, Shared answers,
    Key audit and Legend.

    The same reports in any order give the same bytes.
    """
    from xlsxwriter import Workbook  # noqa: PLC0415 - only who writes a workbook loads it

    content = table(reports, rubric)
    memory = io.BytesIO()
    with Workbook(memory, _OPTIONS) as book:
        book.set_properties({"title": plain(rubric.title)[:255], "created": _MADE})
        styles = Styles(book)
        _write_grid(book.add_worksheet("Gradebook"), styles, content, _write_score)
        _write_grid(book.add_worksheet("Verdicts"), styles, _judged(content), _write_word)
        _write_findings(book.add_worksheet("Findings"), styles, content.reports)
        write_statistics(book, styles, content.reports, rubric)
        write_audit(book, styles, content.reports, rubric)
        _write_legend(book.add_worksheet("Legend"), styles, rubric)
    return memory.getvalue()


# --- the sheets with a row a student ------------------------------------------------------------


def _write_grid(
    sheet: Any, styles: Styles, content: Table, write_cell: Callable[..., None]
) -> None:
    _write_header(sheet, styles, content.columns)
    widths = _set_widths(sheet, content, words=write_cell is _write_word)
    notes = [k for k, column in enumerate(content.columns) if column.role == "note"]
    for number, row in enumerate(content.rows, _HEADER_ROWS):
        for position, (column, cell) in enumerate(zip(content.columns, row, strict=True)):
            write_cell(sheet, styles, (number, position), column, cell)
        _set_height(sheet, number, [(str(row[k].value or ""), widths[k]) for k in notes])
    sheet.freeze_panes(_HEADER_ROWS, _NAME_COLUMNS)
    last = max(_HEADER_ROWS, _HEADER_ROWS + len(content.rows) - 1)
    sheet.autofilter(_HEADER_ROWS - 1, 0, last, len(content.columns) - 1)
    _set_up_print(sheet, _HEADER_ROWS, "Colours: see the sheet Legend")
    sheet.repeat_columns(0, _NAME_COLUMNS - 1)


def _judged(content: Table) -> Table:
    """The student's own columns and the items: what has a verdict."""
    kept = [k for k, column in enumerate(content.columns) if column.role in ("student", "item")]
    rows = tuple(tuple(row[k] for k in kept) for row in content.rows)
    return Table(tuple(content.columns[k] for k in kept), rows, content.reports)


def _write_header(sheet: Any, styles: Styles, columns: Sequence[Column]) -> None:
    """The names as in the CSV, and below them the points that can be had."""
    problems = list(dict.fromkeys(column.problem for column in columns if column.problem))
    for position, column in enumerate(columns):
        turned = "head_turned" if column.role in _NARROW else "head"
        other = column.problem and problems.index(column.problem) % 2
        look = styles(f"{turned}_other" if other else turned)
        sheet.write_string(0, position, column.name, look)
        if column.points is None:
            sheet.write_blank(1, position, None, styles("points"))
        else:
            sheet.write_number(1, position, as_number(column.points), styles("points"))
    sheet.write_string(1, 1, "points possible", styles("points"))
    longest = max((len(c.name) for c in columns if c.role in _NARROW), default=0)
    sheet.set_row(0, min(400, max(60, 7.5 * longest + 10)))


_NARROW = frozenset({"item", "total", "share"})

_LOOK_OF_ROLE = {
    "student": "cell",
    "item": "number",
    "total": "total",
    "share": "percent",
    "note": "note",
}


def _write_score(
    sheet: Any, styles: Styles, at: tuple[int, int], column: Column, cell: Cell
) -> None:
    """A number, a text, or a blank in the colour of the reason why there is no number."""
    look = styles(_LOOK_OF_ROLE[column.role], cell.kind)
    if cell.value is None:
        sheet.write_blank(*at, None, look)
    elif isinstance(cell.value, Fraction):
        sheet.write_number(*at, as_number(cell.value), look)
    else:
        sheet.write_string(*at, cell.value, look)


def _write_word(
    sheet: Any, styles: Styles, at: tuple[int, int], column: Column, cell: Cell
) -> None:
    """The word for each item; the rest as it is in the gradebook."""
    if column.role == "item":
        sheet.write_string(*at, _word(cell.kind), styles("word", cell.kind))
    else:
        _write_score(sheet, styles, at, column, cell)


def _word(kind: str) -> str:
    return f"{KINDS[kind].symbol} {KINDS[kind].word}".strip()


def _set_widths(sheet: Any, content: Table, *, words: bool) -> list[float]:
    narrow = 14 if words else 7.5
    of_role = {"item": narrow, "total": max(narrow, 8), "share": max(narrow, 8)}
    widths = [
        of_role.get(column.role) or _width_of(column.name, content.rows, position)
        for position, column in enumerate(content.columns)
    ]
    for position, width in enumerate(widths):
        sheet.set_column(position, position, width)
    return widths


def _width_of(name: str, rows: Sequence[Sequence[Cell]], position: int) -> float:
    """Wide enough for what is in a column, and no wider than a page can do with."""
    longest = max((len(str(row[position].value)) for row in rows), default=0)
    return min(40, max(longest, len(name) + 3) * 1.05 + 2)


def _set_height(sheet: Any, row: int, wrapped: Iterable[tuple[str, float]]) -> None:
    """As high as its wrapped texts need in columns of those widths; programs do not see to it."""
    lines = max((_lines(text, int(width)) for text, width in wrapped), default=1)
    if lines > 1:
        sheet.set_row(row, min(_HIGHEST, _LINE_HEIGHT * lines))


def _lines(text: str, width: int) -> int:
    return sum(max(1, len(wrap(line, width))) for line in text[:_MOST_SHOWN].split("\n"))


def _set_up_print(sheet: Any, header_rows: int, remark: str = "") -> None:
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L&A&C{remark}&RPage &P of &N")
    if header_rows:
        sheet.repeat_rows(0, header_rows - 1)


# --- findings and legend ------------------------------------------------------------------------

_FINDING_COLUMNS = (
    ("id", 12),
    ("name", 22),
    ("item", 18),
    ("code", 27),
    ("finding", 38),
    ("at", 18),
    ("entries", 26),
    ("message", 70),
)


def _write_findings(sheet: Any, styles: Styles, reports: Iterable[Report]) -> None:
    """One row a finding, in the order of the gradebook."""
    for position, (name, width) in enumerate(_FINDING_COLUMNS):
        sheet.write_string(0, position, name, styles("head"))
        sheet.set_column(position, position, width)
    number = 0
    for report in reports:
        for assessment in report.assessments:
            for finding in assessment.findings:
                number += 1
                _write_texts(sheet, styles, number, _finding_row(report, assessment.key, finding))
    sheet.freeze_panes(1, _NAME_COLUMNS)
    sheet.autofilter(0, 0, max(number, 1), len(_FINDING_COLUMNS) - 1)
    _set_up_print(sheet, 1)


def _finding_row(report: Report, item: str, finding: Finding) -> tuple[str, ...]:
    entries = ", ".join("[" + ",".join(map(str, index)) + "]" for index in finding.entries if index)
    return (
        report.student.id,
        report.student.name,
        item,
        finding.code,
        finding_title(finding.code),
        finding.at,
        entries or "all",
        finding.message,
    )


def _write_texts(sheet: Any, styles: Styles, row: int, texts: Sequence[str]) -> None:
    """The texts of a row; the last two may be long."""
    shown = [plain(text) for text in texts]
    for position, text in enumerate(shown):
        look = styles("wrapped" if position >= len(shown) - 2 else "text")
        sheet.write_string(row, position, text, look)
    _set_height(sheet, row, [(shown[k], _FINDING_COLUMNS[k][1]) for k in (-2, -1)])


_NOTES = (
    "A cell without a number has no score; it is not 0. Its colour and the sheet Verdicts say why.",
    "Points are exact fractions shown with two decimals, so sums may look a hundredth off.",
    "percent is the score as a share of max_score, which depends on the student's level.",
    "Nothing here is a formula: changing a score does not change the totals.",
)


def _write_legend(sheet: Any, styles: Styles, rubric: Rubric) -> None:
    """What each colour means, in words."""
    sheet.write_string(0, 0, plain(rubric.title), styles("title"))
    row = 2
    for title, kinds in (
        ("Items", [k for k in KINDS if not k.startswith("student_")]),
        ("Submissions", [k for k in KINDS if k.startswith("student_")]),
    ):
        sheet.write_string(row, 0, title, styles("heading"))
        for number, kind in enumerate(kinds, row + 1):
            sheet.write_string(number, 0, _word(kind), styles("cell", kind))
            sheet.write_string(number, 1, KINDS[kind].meaning, styles("plain"))
        row += len(kinds) + 2
    for number, note in enumerate(_NOTES, row):
        sheet.write_string(number, 0, note, styles("remark"))
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 80)
    _set_up_print(sheet, 0)
