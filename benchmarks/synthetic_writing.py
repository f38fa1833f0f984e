"""How a student writes numbers down, and in what file: with few digits, cut off, in any format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Any

import numpy as np
import xlsxwriter

from benchmarks.sheets import blocks, filled
from grader.compare import Written
from grader.model import (
    Answer,
    Cell,
    Entries,
    Formula,
    Grid,
    Number,
    Place,
    QuantityKey,
    Rubric,
    Student,
    Submission,
    SubmissionError,
    Tolerance,
)
from grader.notation.numbers import parse_number
from grader.readers import read
from reference.operations import Array

__all__ = ["FORMATS", "MisreadError", "Sheet", "Writing", "handed_in", "spaced", "written"]

FORMATS = ("direct", "json", "tidy.csv", "blocks.csv", "blocks.xlsx", "template.xlsx")
"""How answers get to the grader: as values, or through a file that is read back."""

FULL = 17
_PLACE = Place("synthetic.json")


class MisreadError(Exception):
    """What was read back from a file is not what was written into it."""


@dataclass(frozen=True)
class Writing:
    """Habits: significant digits (17 is all of them), cut off or rounded, format, index base."""

    digits: int
    cut_off: bool = False
    format: str = "direct"
    base: int = 0
    as_text: bool = True

    def text(self, value: float) -> str:
        """A number as this student writes it; trailing zeros are kept."""
        if self.digits >= FULL or not np.isfinite(value):
            return repr(float(value))
        exact = Decimal(f"{value:.13e}")  # 1.4, and not 1.3999, is what is cut off
        if not exact:
            return "0"
        unit = Decimal(1).scaleb(exact.adjusted() - self.digits + 1)
        short = exact.quantize(unit, ROUND_DOWN if self.cut_off else ROUND_HALF_EVEN)
        plain = -4 <= exact.adjusted() < self.digits
        return f"{short:f}" if plain else f"{short:.{self.digits - 1}e}"

    def texts(self, values: Array) -> Array:
        """The same for every entry."""
        texts = np.empty(values.shape, dtype=object)
        for index in np.ndindex(values.shape):
            texts[index] = self.text(values[index])
        return texts

    def rounded(self, values: Array) -> Array:
        """The values as they stand on paper."""
        return np.vectorize(lambda value: float(self.text(value)), otypes=[float])(values)


@dataclass(frozen=True)
class Sheet:
    """What is written down: numbers as arrays of texts in the key's layout, or formulas.

    ``layouts`` has the order of axes in which an array is written, and whether as one row.
    """

    problem: str
    student: Student
    stated: Mapping[str, str]
    answers: Mapping[str, Any]
    layouts: Mapping[str, tuple[tuple[int, ...], bool]] = field(default_factory=dict)

    def laid_out(self, q: str) -> Any:
        """The answer as it stands on the sheet."""
        if isinstance(self.answers[q], str):
            return self.answers[q]
        axes, flat = self.layouts.get(q, (tuple(range(self.answers[q].ndim)), False))
        turned = self.answers[q].transpose(axes)
        return turned.reshape(-1) if flat else turned

    def in_key_layout(self, q: str, row: Array) -> Array:
        """What stands on the sheet, as one row, back in the key's layout."""
        shape = self.answers[q].shape
        axes, _ = self.layouts.get(q, (tuple(range(len(shape))), False))
        return row.reshape([shape[axis] for axis in axes]).transpose(np.argsort(axes))


def spaced(texts: Array) -> Array:
    """One unit of the last digit of each text."""
    parsed = [parse_number(text) for text in np.ravel(texts)]
    units = [0.0 if n.last_place is None else 10.0**n.last_place for n in parsed]
    return np.array(units).reshape(texts.shape)


# --- handing in ---------------------------------------------------------------------------------


def handed_in(sheet: Sheet, writing: Writing, rubric: Rubric) -> Submission:
    """The submission, through a file of the student's format.

    Raises:
        MisreadError: a reader refused the file.
    """
    if writing.format == "direct":
        return _direct(sheet)
    answers = {f"{sheet.problem}.{q}": sheet.laid_out(q) for q in sheet.answers}
    about = {"id": sheet.student.id, "level": sheet.student.level}
    data = _WRITERS[writing.format](about, sheet.stated, answers, writing, rubric)
    name = f"{sheet.student.id}.{writing.format.rpartition('.')[2]}"
    try:
        submission = read(data, name, rubric)[0]
    except SubmissionError as error:
        raise MisreadError(str(error)) from error
    _check_formulas(sheet, submission)
    return submission


def _check_formulas(sheet: Sheet, submission: Submission) -> None:
    found = {a.key: getattr(a.response, "text", "") for a in submission.answers}
    for q, answer in sheet.answers.items():
        text = found.get(QuantityKey(f"{sheet.problem}.{q}"), "")
        if isinstance(answer, str) and text != answer:
            raise MisreadError(f"{q}, written as {answer!r}, was read as {text!r}")


def _direct(sheet: Sheet) -> Submission:
    answers = []
    for q in sheet.answers:
        laid_out = sheet.laid_out(q)
        if isinstance(laid_out, str):
            response: Grid | Formula = Formula(laid_out, _PLACE)
        else:
            cells = tuple(Cell(parse_number(text), _PLACE) for text in laid_out.reshape(-1))
            response = Grid(laid_out.shape, cells)
        answers.append(Answer(QuantityKey(f"{sheet.problem}.{q}"), q, response, _PLACE))
    return Submission(sheet.student, _PLACE.file, tuple(answers), dict(sheet.stated))


Answers = Mapping[str, Any]
About = Mapping[str, str]


def _json(about: About, stated: About, answers: Answers, how: Writing, _rubric: Rubric) -> bytes:
    body = ", ".join(f"{json.dumps(q)}: {_listed(a, how)}" for q, a in answers.items())
    head = f'"student": {json.dumps(about)}, "conventions": {json.dumps(stated)}'
    return f'{{{head}, "answers": {{{body}}}}}'.encode()


def _listed(answer: Any, how: Writing) -> str:
    if isinstance(answer, np.ndarray) and answer.ndim:
        return f"[{', '.join(_listed(part, how) for part in answer)}]"
    text = answer if isinstance(answer, str) else str(answer[()])
    is_formula = isinstance(answer, str) and not _is_number(text)
    return json.dumps(text) if is_formula or how.as_text else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _tidy(about: About, stated: About, answers: Answers, how: Writing, _rubric: Rubric) -> bytes:
    rows: list[tuple[str, str, str]] = [("quantity", "index", "value")]
    rows += [("student", *pair) for pair in about.items()]
    rows += [("convention", *pair) for pair in stated.items()]
    for q, answer in answers.items():
        if isinstance(answer, str):
            rows.append((q, "", answer))
        else:
            for at in np.ndindex(answer.shape):
                rows.append((q, ";".join(str(i + how.base) for i in at), answer[at]))
    return _table(rows)


def _blocks_csv(
    about: About, stated: About, answers: Answers, _how: Writing, _rubric: Rubric
) -> bytes:
    return _table(blocks(about, stated, answers))


def _table(rows: list[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _blocks_xlsx(
    about: About, stated: About, answers: Answers, how: Writing, _rubric: Rubric
) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_numbers": not how.as_text}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("answers")
        for number, row in enumerate(blocks(about, stated, answers)):
            for column, text in enumerate(row):
                sheet.write(number, column, text)
    return buffer.getvalue()


def _template(
    about: About, stated: About, answers: Answers, _how: Writing, rubric: Rubric
) -> bytes:
    return filled(rubric, about, stated, answers)


_WRITERS = {
    "json": _json,
    "tidy.csv": _tidy,
    "blocks.csv": _blocks_csv,
    "blocks.xlsx": _blocks_xlsx,
    "template.xlsx": _template,
}


# --- as it was read -----------------------------------------------------------------------------


def written(
    sheet: Sheet, writing: Writing, submission: Submission, q: str, rule: Tolerance
) -> Written:
    """An answer's numbers as they were read back, in the key's layout.

    Raises:
        MisreadError: they are not those that were written.
    """
    key = f"{sheet.problem}.{q}"
    answer = next((a for a in submission.answers if a.key == key), None)
    laid_out = sheet.laid_out(q)
    cells = _cells(answer, laid_out.shape, writing.base) if answer else []
    numbers = [cell.content for cell in cells if isinstance(cell.content, Number)]
    typed = [float(text) for text in laid_out.reshape(-1)]
    read_back = [n.value for n in numbers]  # a spreadsheet keeps 16 digits
    if len(typed) != len(read_back) or not np.allclose(typed, read_back, rtol=1e-14, atol=0):
        raise MisreadError(f"{key} was read as {[n.text for n in numbers]}")
    spared = [max(0, rule.min_digits - n.digits) if n.zeros_lost else 0 for n in numbers]
    units = [
        0.0 if n.last_place is None else 10.0 ** (n.last_place - spare)
        for n, spare in zip(numbers, spared, strict=True)
    ]
    digits = [n.digits + spare for n, spare in zip(numbers, spared, strict=True)]
    placed = [sheet.in_key_layout(q, np.array(values)) for values in (typed, units, digits)]
    return Written(placed[0], placed[1], placed[2].astype(int))


def _cells(answer: Answer, shape: tuple[int, ...], base: int) -> list[Cell]:
    """The cells in the order in which they were written."""
    response = answer.response
    if isinstance(response, Grid):
        return list(response.cells)
    if not isinstance(response, Entries):
        return []
    by_index = {tuple(i - base for i in e.index): e.cell for e in response.entries}
    return [by_index[at] for at in np.ndindex(shape) if at in by_index]
