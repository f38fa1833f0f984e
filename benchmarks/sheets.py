"""Answers laid out on a sheet: labelled blocks, and the project's own answer sheet filled in."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import openpyxl

from grader.model import Rubric
from grader.template import workbook

__all__ = ["blocks", "filled"]

Answers = Mapping[str, Any]
_LABEL, _VALUES = 2, 3


def blocks(student: Mapping[str, str], stated: Mapping[str, str], answers: Answers) -> list[Any]:
    """Rows of cells: what is said of the student, then a block a quantity (or channel)."""
    rows: list[Any] = [*student.items(), *stated.items()]
    for label, matrix in _matrices(answers):
        rows += [(), (label, *matrix[0])] if len(matrix) == 1 else [(), (label,), *matrix]
    return rows


def _matrices(answers: Answers) -> Iterator[tuple[str, list[Any]]]:
    """Each quantity as matrices, one for each value of the axes before the last two."""
    for quantity, values in answers.items():
        array = np.array(values, dtype=object)
        for index in np.ndindex(array.shape[:-2]):
            matrix = np.atleast_2d(array[index] if index else array)
            yield quantity + "".join(f"[{k}]" for k in index), matrix.tolist()


@cache
def _sheet(rubric: Rubric) -> tuple[Any, dict[str, tuple[str, int]]]:
    """The empty answer sheet, and where each of its labels stands."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(rubric)))
    labels = {
        str(cell.value): (sheet.title, cell.row)
        for sheet in book.worksheets
        for (cell,) in sheet.iter_rows(min_col=_LABEL, max_col=_LABEL)
        if cell.value is not None
    }
    return book, labels


def filled(
    rubric: Rubric, student: Mapping[str, str], stated: Mapping[str, str], answers: Answers
) -> bytes:
    """The answer sheet that `grade template` writes, with what the student typed into it."""
    book, labels = _sheet(rubric)
    typed = []
    for label, text in (*student.items(), *stated.items()):
        typed.append((*labels[label], _VALUES, text))
    for label, matrix in _matrices(answers):
        if label not in labels:
            continue  # of formulas the sheet asks for the gradients only
        title, row = labels[label]
        is_block = len(matrix) * len(matrix[0]) > 1
        typed += [
            (title, row + is_block + i, _VALUES + k, _number(value))
            for i, entries in enumerate(matrix)
            for k, value in enumerate(entries)
        ]
    for title, row, column, value in typed:
        book[title].cell(row, column).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    for title, row, column, _ in typed:
        book[title].cell(row, column).value = None
    return buffer.getvalue()


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
