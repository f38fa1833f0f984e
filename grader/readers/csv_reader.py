"""CSV -> a sheet -> submissions: tidy, in blocks, or a table of a class."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

from grader.model import Place, Rubric, Submission, SubmissionError
from grader.readers.sheet import Sheet, SheetCell
from grader.readers.table import read_sheets
from grader.readers.text import decoded

__all__ = ["read_csv", "sheet_of_text"]

_EMPTY = SheetCell()
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[ \t]*(\r\n|\r|\n|\Z)', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]++|"")*+(?:"|\Z)')
_SAMPLE = 200_000


def read_csv(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    """The submissions in a CSV file.

    Raises:
        SubmissionError: it is no text, no table, or names no quantity of the assignment.
    """
    text, remarks = decoded(data, filename)
    read = read_sheets((sheet_of_text(text, filename),), rubric)
    return tuple(replace(s, remarks=(*remarks, *s.remarks)) for s in read)


def sheet_of_text(text: str, filename: str) -> Sheet:
    """The rows of a CSV file, with the line on which each begins.

    Raises:
        SubmissionError: a quotation mark is not closed, or something follows one; with its line.
    """
    first = 0
    stated = _SEPARATOR_LINE.match(text)
    if stated:
        text, first = text[stated.end() :], 1
    delimiter = stated[1] if stated else _delimiter(text)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    rows: list[tuple[SheetCell, ...]] = []
    lines: list[int] = []
    begun = 0
    try:
        for row in reader:
            rows.append(tuple(SheetCell(t) if t.strip() else _EMPTY for t in row))
            lines.append(first + begun + 1)
            begun = reader.line_num
    except (csv.Error, TypeError) as error:
        place = Place(filename, line=first + begun + 1)
        raise SubmissionError(_told(str(error)), place) from None
    return Sheet(filename, tuple(rows), lines=tuple(lines))


def _told(error: str) -> str:
    if "unexpected end" in error:
        return 'a quotation mark (") is opened here and never closed'
    if "field larger" in error:
        return "a cell here is too long; perhaps a quotation mark is not closed"
    if "expected after" in error:
        return 'text follows a closing quotation mark ("); a mark inside a cell is written twice'
    return f"the row cannot be read as CSV ({error})"


def _delimiter(text: str) -> str:
    """What separates the cells: found on most lines, outside quotation marks.

    Semicolons and tabs come first, since a comma may be a decimal comma beside them; but an index
    such as ``1;2`` does not count where the first line has commas only.
    """
    lines = [line for line in _QUOTED.sub("", text[:_SAMPLE]).splitlines() if line.strip()]
    if not lines:
        return ","
    counts = {mark: sum(mark in line for line in lines) for mark in "\t;,"}
    if counts["\t"] * 2 >= len(lines):
        return "\t"
    if "," in lines[0] and ";" not in lines[0]:
        return ","
    return ";" if counts[";"] and counts[";"] * 2 >= counts[","] else ","
