"""Text that may be a table or a write-up: the content decides, and the ending where it does not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from grader.model import (
    Cell,
    Entries,
    Grid,
    Place,
    Response,
    Rubric,
    Student,
    Submission,
    SubmissionError,
    Unreadable,
)
from grader.notation import names
from grader.readers.classtable import class_header
from grader.readers.collect import convention_of, field_of
from grader.readers.csv_reader import read_csv, sheet_of_text
from grader.readers.entries import looks_numeric
from grader.readers.student import stated_in
from grader.readers.text import decoded
from grader.readers.tidy import tidy_header
from grader.readers.writeup import is_written, read_writeup
from grader.student_names import TWO

__all__ = ["read_plain", "read_written"]

_FIRST_CELL = re.compile(r"\s*\"?(?P<cell>[^,;\t\"]*)\"?\s*[,;\t]")
_EQUATION = re.compile(r"(?P<label>[^=,;|\t\"]{1,40}?)\s*(?<![<>!:])=(?!=)\s*")
_LETTER = re.compile(r"[^\W\d_]")
_LARGEST_TABLE = 100_000
"""Bytes of a write-up without answers that are looked at once more, as a table."""
_SAMPLE = 400
"""Lines that decide whether a text is a table."""


def read_written(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    """What is named as a write-up; as a table where it has no answer.

    Raises:
        SubmissionError: it is neither.
    """
    try:
        return read_writeup(data, filename, rubric)
    except SubmissionError as error:
        if len(data) > _LARGEST_TABLE:
            raise
        try:
            return _read_table(data, filename, rubric)
        except SubmissionError:
            raise error from None


def read_plain(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    """What has no ending that tells: a write-up where it is written as one, else a table.

    Raises:
        SubmissionError: it is neither.
    """
    text, _ = decoded(data, filename)
    if (is_written(text) or _is_equations(text, rubric)) and not _is_table(text, filename, rubric):
        return read_written(data, filename, rubric)
    try:
        table = _read_table(data, filename, rubric)
    except SubmissionError as error:
        try:
            return read_writeup(data, filename, rubric)
        except SubmissionError:
            raise error from None
    return table if _is_table(text, filename, rubric) else _fuller(table, data, filename, rubric)


def _fuller(
    table: tuple[Submission, ...], data: bytes, filename: str, rubric: Rubric
) -> tuple[Submission, ...]:
    """Of a text that is no table all through: the reading as a write-up, if that answers more.

    One line such as ``h0: 0.38, 1.4`` is a row too, and the sentences around it are not.
    """
    try:
        written = read_writeup(data, filename, rubric)
    except SubmissionError:
        return table
    return written if len(table) == 1 and _filled(written[0]) > _filled(table[0]) else table


def _filled(read: Submission) -> int:
    """How many answers can be read."""
    return sum(_is_readable(answer.response) for answer in read.answers)


def _is_readable(response: Response) -> bool:
    """Whether no value of it is left to a person already."""
    cells: Iterable[Cell] = response.cells if isinstance(response, Grid) else ()
    if isinstance(response, Entries):
        cells = [entry.cell for entry in response.entries]
    return not any(isinstance(one, Unreadable) for one in (response, *(c.content for c in cells)))


def _is_equations(text: str, rubric: Rubric) -> bool:
    """Whether half of the lines are equations, and two or more give a quantity a formula."""
    lines = [line for line in text.splitlines()[:_SAMPLE] if line.strip()]
    found = [equation for equation in map(_EQUATION.match, lines) if equation]
    formulas = [each for each in found if _LETTER.search(each.string, each.end())]
    known = [each for each in formulas if names.candidates(each["label"].strip(), rubric)]
    return len(known) > 1 and len(found) * 2 >= len(lines)


def _read_table(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    """A table, with the student whom lines such as ``Name: Jane Doe`` name where no cell does."""
    read = read_csv(data, filename, rubric)
    if len(read) != 1 or (read[0].student.id and read[0].student.name):
        return read
    text, _ = decoded(data, filename)
    lines = [(t[:400], Place(filename, line=n)) for n, t in enumerate(text.splitlines()[:60], 1)]
    said, remarks = stated_in(lines, rubric)
    known = read[0].student
    if TWO in known.name:
        return read
    student = Student(known.id or said.id, known.name or said.name, known.level or said.level)
    return (replace(read[0], student=student, remarks=(*remarks, *read[0].remarks)),)


def _is_table(text: str, filename: str, rubric: Rubric) -> bool:
    """Whether a text has the header of a table, or rows of names and numbers."""
    try:
        sheet = sheet_of_text(text, filename)
    except SubmissionError:
        return False
    if tidy_header(sheet) or class_header(sheet, rubric):
        return True
    lines = [line for line in text.splitlines()[:_SAMPLE] if line.strip()]
    rows = sum(_is_row(line, rubric) for line in lines)
    return rows * 2 >= len(lines)


def _is_row(line: str, rubric: Rubric) -> bool:
    """Whether a line is delimited, and begins with a name, a number or nothing."""
    first = _FIRST_CELL.match(line[:200])
    if first is None:
        return False
    cell = first["cell"].strip()
    known = field_of(cell) or convention_of(cell, rubric) or names.candidates(cell, rubric)
    return not cell or looks_numeric(cell) or bool(known)
