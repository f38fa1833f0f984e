"""A table of a class: one row a student, a column a quantity or an entry of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.model import Answer, Index, QuantityKey, Remark, Rubric, Submission
from grader.notation import names
from grader.notation.labels import split_index
from grader.readers.collect import (
    Found,
    convention_of,
    field_of,
    note_answer,
    note_convention,
    note_field,
    submission,
)
from grader.readers.sheet import Sheet
from grader.readers.values import response_of_cell

__all__ = ["ClassHeader", "class_header", "is_class_list", "read_class"]

_DEEPEST_HEADER = 20


@dataclass(frozen=True, slots=True)
class ClassHeader:
    """The header's row and what each column holds.

    Attributes:
        answers: quantity, index (None for the whole quantity) and label of a column.
        unknown: columns whose label says nothing.
    """

    row: int
    fields: Mapping[int, str]
    conventions: Mapping[int, str]
    answers: Mapping[int, tuple[QuantityKey, Index | None, str]]
    unknown: Mapping[int, str]


def class_header(sheet: Sheet, rubric: Rubric) -> ClassHeader | None:
    """The header of a class table among the first rows: an id or a name, and quantities."""
    for number in range(min(_DEEPEST_HEADER, len(sheet.rows))):
        fields = {c: f for c, cell in enumerate(sheet.rows[number]) if (f := field_of(cell.text))}
        if {"id", "name"} & set(fields.values()):
            header = _header(sheet, number, fields, rubric)
            if header.answers and _has_students(sheet, header):
                return header
    return None


def is_class_list(sheet: Sheet) -> bool:
    """Whether rows of ids and names stand below such a header, as in a list of the students."""
    for number in range(min(_DEEPEST_HEADER, len(sheet.rows))):
        fields = {f: c for c, cell in enumerate(sheet.rows[number]) if (f := field_of(cell.text))}
        if {"id", "name"} <= fields.keys():
            below = [sheet.cell(number + 1, fields[name]) for name in ("id", "name")]
            return not any(cell.is_empty or field_of(cell.text) for cell in below)
    return False


def _header(sheet: Sheet, number: int, fields: Mapping[int, str], rubric: Rubric) -> ClassHeader:
    conventions: dict[int, str] = {}
    answers: dict[int, tuple[QuantityKey, Index | None, str]] = {}
    unknown: dict[int, str] = {}
    for column, cell in enumerate(sheet.rows[number]):
        label = cell.text.strip()
        if column in fields or not label or cell.is_number:
            continue
        key = names.match(label, rubric)
        name, index = (label, None) if key else split_index(label)
        key = key or names.match(name, rubric)
        convention = convention_of(label, rubric)
        if convention:
            conventions[column] = convention
        elif key:
            answers[column] = (key, index, label)
        else:
            unknown[column] = name
    return ClassHeader(number, fields, conventions, answers, unknown)


def _has_students(sheet: Sheet, header: ClassHeader) -> bool:
    """Whether a row below says whose it is, without being a label itself."""
    return any(
        not sheet.cell(row, column).is_empty and not field_of(sheet.cell(row, column).text)
        for row in range(header.row + 1, len(sheet.rows))
        for column, name in header.fields.items()
        if name in {"id", "name"}
    )


def read_class(
    sheet: Sheet, header: ClassHeader, rubric: Rubric, *, decimal_comma: bool
) -> tuple[Submission, ...]:
    """One submission a row that says whose it is; its ``file`` names the row too.

    What is to be said of the table as a whole, and of rows that are nobody's, the first one has.
    """
    remarks: list[Remark] = []
    for column, label in header.unknown.items():
        told = f"{names.explain_unknown(label, rubric)} The column was not read."
        remarks.append(Remark(told, sheet.place(header.row, column)))
    rows: list[Found] = []
    for number in range(header.row + 1, len(sheet.rows)):
        if all(cell.is_empty for cell in sheet.rows[number]):
            continue
        found = _row(sheet, number, header, rubric, decimal_comma=decimal_comma)
        if {"id", "name"} & set(found.student):
            rows.append(found)
        else:
            told = "the row has no id and no name, so it is nobody's; it was not read"
            remarks.append(Remark(told, sheet.place(number, 0)))
    if rows:
        rows[0].remarks[:0] = remarks
    return tuple(submission(found, rubric) for found in rows)


def _row(
    sheet: Sheet, number: int, header: ClassHeader, rubric: Rubric, *, decimal_comma: bool
) -> Found:
    line = f"line {sheet.lines[number]}" if sheet.lines else f"row {number + 1}"
    where = f", sheet {sheet.name}" if sheet.name else ""
    found = Found(f"{sheet.file}{where}, {line}")
    for column, name in header.fields.items():
        note_field(found, name, sheet.cell(number, column).text, sheet.place(number, column))
    for column, name in header.conventions.items():
        text, place = sheet.cell(number, column).text, sheet.place(number, column)
        note_convention(found, name, text, place, rubric)
    for column, (key, index, label) in header.answers.items():
        place = sheet.place(number, column)
        cell = sheet.cell(number, column)
        response = response_of_cell(cell, place, decimal_comma=decimal_comma)
        answer = Answer(key, label, response, place) if response else None
        note_answer(found, answer, index)
    return found
