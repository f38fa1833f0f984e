"""The gradebook as CSV for people: safe to open in a spreadsheet.

Not for a learning management system, which wants names and ids byte for byte: here a text that a
spreadsheet would take for a formula has an apostrophe before it. Spreadsheets also read the id
``0123`` as a number when they open a CSV; the XLSX gradebook keeps it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from fractions import Fraction

from grader.gradebook.table import Cell, Column, table
from grader.model import Report, Rubric
from grader.points import shown

__all__ = ["gradebook_csv", "harmless"]

# Spaces and invisible characters may stand before the sign; some spreadsheets drop them. A
# semicolon or a tab starts a new cell where it is the list separator, so the rule holds there too.
_START = re.compile(r"(^|[;\t\n])([\s\u200b-\u200f\u2060\ufeff]*)")
_SIGNS = frozenset("=+-@＝＋－＠")


def gradebook_csv(reports: Sequence[Report], rubric: Rubric) -> str:
    """A header and a row a student, in name order, as RFC 4180 has it (lines end in CR LF).

    Whoever writes the file encodes it as UTF-8 with a byte order mark (``utf-8-sig``), without
    which spreadsheets misread names. A score has at most six decimals, as in ``results.jsonl``; a
    cell without a score is empty, never 0, and ``status`` says why.
    """
    content = table(reports, rubric)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(column.name) for column in content.columns])
    for row in content.rows:
        writer.writerow([_text(*pair) for pair in zip(content.columns, row, strict=True)])
    return text.getvalue()


def _text(column: Column, cell: Cell) -> str:
    if cell.value is None:
        return ""
    if isinstance(cell.value, Fraction):
        return shown(100 * cell.value) if column.role == "share" else shown(cell.value, 6)
    return harmless(cell.value)


def harmless(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would begin a formula.

    >>> harmless("=1+1"), harmless("a;=1+1"), harmless("Doe-Roe, Jane")
    ("'=1+1", "a;'=1+1", 'Doe-Roe, Jane')
    """
    return _START.sub(_guarded, text)


def _guarded(start: re.Match[str]) -> str:
    separator, spaces = start.groups()
    breaks = "\t" in spaces or "\n" in spaces
    begins_a_formula = start.string[start.end() : start.end() + 1] in _SIGNS
    if begins_a_formula:
        return f"{separator}'{spaces}" + ("'" if breaks else "")
    return f"'{spaces}" if not start.start() and breaks else start[0]
