"""The answer sheet as a workbook: a sheet to start on, and one a problem.

Every block of values is one table with its label in the corner, and nothing else is written
between a label and its values, so that the block can be moved as a whole and is still understood.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from grader.model import Problem, Rubric, Student
from grader.points import shown
from grader.reports.wording import convention_sentence
from grader.template.asked import Asked, asked, levels, working
from grader.template.paper import (
    BLOCK_WIDTH,
    LABEL,
    LAST,
    VALUES,
    box,
    break_pages,
    clean,
    gap,
    merged,
    prepare,
    write,
)
from reference.operations import Array

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["workbook"]

_MOST_NAME = 28
_MOST_LIST = 250

_INSTRUCTIONS = (
    "Fill in the yellow cells. Leave blank what you do not answer: a blank is missing, not wrong.",
    "Write at least three digits that count (1.35, 4.11e-06). Decimal commas are understood.",
    "Indices begin at 0, as in h0[0]. Text such as 1.40 keeps its digits; a date is not a number.",
    "You may insert rows, move blocks and rename. Keep each label ({label}) in its block's corner.",
    "The working at the end of a sheet carries no points, but lets us follow your own values.",
    "Save as .xlsx and hand in this one file.",
)

_NOTATION = (
    "Write each formula as text, for example:  (A @ v) * (v > 0) + 2 * u.T",
    "*  multiplies entry by entry,  @  is the matrix product,  ^  a power,  .T  the transpose.",
    "Functions: sigmoid, relu, exp, log, diag, sum, outer, ones.",
)


def workbook(rubric: Rubric, student: Student | None = None) -> bytes:
    """An XLSX answer sheet for a rubric, with the student's block filled in where known."""
    from openpyxl import Workbook  # noqa: PLC0415 - takes a quarter of a second; only for this

    book = Workbook()
    book.remove(book.worksheets[0])
    _fill_start(book.create_sheet("Start"), rubric, student or Student())
    for problem in rubric.problems:
        _fill_problem(book.create_sheet(problem.name[:_MOST_NAME]), rubric, problem)
    book.properties.title = clean(rubric.title)
    book.properties.creator = "stepgrade"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# --- the first sheet ----------------------------------------------------------------------------


def _fill_start(sheet: Worksheet, rubric: Rubric, student: Student) -> None:
    row = prepare(sheet, rubric.title, _due(rubric), rubric.title)
    row = _section(sheet, row, "How to fill in this workbook")
    for text in _INSTRUCTIONS:
        merged(sheet, row, (LABEL, LAST), "•  " + text.format(label=_example(rubric)), "text")
        row += 1
    row = _section(sheet, row + 1, "Whose answers these are")
    for key in ("id", "name", "level"):
        row = _student_row(sheet, row, key, getattr(student, key), rubric)
    told: set[str] = set()
    for problem in rubric.problems:
        row = _conventions(sheet, row + 1, problem, told)
        told |= set(problem.conventions)
    sheet.freeze_panes = "A3"


def _due(rubric: Rubric) -> str:
    try:
        due = datetime.fromisoformat(rubric.due)
    except ValueError:
        return f"Answer sheet   {rubric.due}".strip()
    return f"Answer sheet, due {due:%Y-%m-%d %H:%M}"


def _example(rubric: Rubric) -> str:
    return next((a.label for p in rubric.problems for a in asked(p)), "gan.h0")


def _student_row(sheet: Worksheet, row: int, key: str, value: str, rubric: Rubric) -> int:
    write(sheet, row, LABEL, key, "label")
    merged(sheet, row, (VALUES, VALUES + 4), value, "input text")
    choice = levels(rubric) if key == "level" else ()
    if choice:
        _drop_down(sheet, row, choice, "Your level", "Choose your level, or type it.")
    return row + 1


def _conventions(sheet: Worksheet, row: int, problem: Problem, told: Collection[str]) -> int:
    """The conventions of a problem to choose from, each with what its values mean."""
    conventions = {k: v for k, v in problem.conventions.items() if k not in told}
    if not conventions:
        return row - 1
    row = _section(sheet, row, f"How you work in {problem.title} ({problem.name})")
    note = "All of these are right. Leave a choice blank to let your numbers decide."
    merged(sheet, row, (LABEL, LAST), note, "note")
    row += 1
    for name, values in conventions.items():
        write(sheet, row, LABEL, name, "label")
        merged(sheet, row, (VALUES, VALUES + 4), None, "input text")
        _drop_down(sheet, row, values, name, "Choose one; blank means: decide from my numbers.")
        for value in values:
            row += 1
            meaning = f"{value}: {convention_sentence(name, value)}"
            merged(sheet, row, (VALUES, LAST), meaning, "note")
        row = gap(sheet, row + 1)
    return row


def _drop_down(sheet: Worksheet, row: int, values: Sequence[str], title: str, prompt: str) -> None:
    """A list to choose from that does not refuse what is typed instead."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415 - as above

    listed = ",".join(values)
    if len(listed) > _MOST_LIST or '"' in listed:
        return
    rule = DataValidation("list", formula1=f'"{listed}"', allow_blank=True, showErrorMessage=False)
    rule.promptTitle, rule.prompt, rule.showInputMessage = title[:30], prompt[:250], True
    rule.add(sheet.cell(row, VALUES))
    sheet.add_data_validation(rule)


# --- a problem's sheet --------------------------------------------------------------------------


def _fill_problem(sheet: Worksheet, rubric: Rubric, problem: Problem) -> None:
    row = prepare(sheet, problem.title, _counts_for(problem), rubric.title)
    row = _given(sheet, row, problem)
    starts = [row]
    items = asked(problem)
    row = _section(sheet, row, "Your answers")
    if any(a.shape is None for a in items):
        row = _notation(sheet, row, problem)
    for answer in items:
        row = _answer(sheet, row, answer)
        starts.append(row)
    others = working(problem)
    if others:
        title = "Working (optional; carries no points but lets us follow your own values)"
        row = _section(sheet, row, title)
    for answer in others:
        row = _answer(sheet, row, answer)
        starts.append(row)
    break_pages(sheet, starts[:-1], row)
    sheet.freeze_panes = "C3"


def _counts_for(problem: Problem) -> str:
    told = f"{problem.name}: {_points(shown(problem.points))}"
    return f"{told}, for level {', '.join(sorted(problem.levels))}" if problem.levels else told


def _points(count: str) -> str:
    return f"{count} point{'' if count == '1' else 's'}"


def _section(sheet: Worksheet, row: int, title: str) -> int:
    box(sheet, range(row, row + 1), range(LABEL, LAST + 1), "section")
    write(sheet, row, LABEL, title, "section")
    sheet.row_dimensions[row].height = 21
    return gap(sheet, row + 1)


def _notation(sheet: Worksheet, row: int, problem: Problem) -> int:
    steps = [q.name for q in problem.reference.quantities if not q.is_gradient]
    names = ", ".join((*problem.reference.inputs, *steps))
    for line in (*_NOTATION, f"Names: {names}, and the names of your other answers."):
        merged(sheet, row, (LABEL, LAST), line, "note")
        row += 1
    return row + 1


def _answer(sheet: Worksheet, row: int, answer: Asked) -> int:
    """One answer: what is asked in words, then a block for each channel; the next free row."""
    write(sheet, row, LABEL, _words(answer), "asked")
    if answer.points:
        write(sheet, row, LAST, _points(shown(answer.points)), "points")
    row += 1
    if answer.shape is None:
        write(sheet, row, LABEL, answer.label, "label")
        merged(sheet, row, (VALUES, LAST), None, "input text")
        sheet.row_dimensions[row].height = 26
        return row + 2
    for label, _ in _slices(answer.label, answer.shape):
        row = gap(sheet, _block(sheet, row, label, answer.shape[-2:]))
    return row + 1


def _words(answer: Asked) -> str:
    meaning = answer.quantity.meaning
    shape = " x ".join(map(str, answer.shape or ()))
    is_word = meaning.partition(" ")[0].isalpha()
    told = meaning[:1].upper() + meaning[1:] if is_word else meaning
    told += f" ({shape} values)" if shape else ""
    return f"{told}; may be left out if a later answer shows it" if answer.implied else told


def _slices(name: str, shape: tuple[int, ...]) -> list[tuple[str, tuple[int, ...]]]:
    """An array as one matrix (or less) for each leading index: ``h1[0]`` at (0,)."""
    return [
        (name + "".join(f"[{k}]" for k in index), index)
        for index in product(*map(range, shape[:-2]))
    ]


def _block(sheet: Worksheet, row: int, label: str, shape: tuple[int, ...]) -> int:
    """A label with its values beside and below it; the next free row."""
    write(sheet, row, LABEL, label, "label")
    if not shape:
        write(sheet, row, VALUES, None, "input")
        return row + 1
    rows, columns = shape if len(shape) == 2 else (1, shape[0])  # noqa: PLR2004 - a matrix
    for k in range(columns):
        write(sheet, row, VALUES + k, f"col {k}" if len(shape) > 1 else f"[{k}]", "header")
    for k in range(rows):
        write(sheet, row + 1 + k, LABEL, f"row {k}" if len(shape) > 1 else "value", "side")
    box(sheet, range(row + 1, row + 1 + rows), range(VALUES, VALUES + columns), "input")
    return row + 1 + rows


# --- the values given ---------------------------------------------------------------------------


def _given(sheet: Worksheet, row: int, problem: Problem) -> int:
    """The given values for reference: matrices side by side, vectors in a row each."""
    if not problem.given:
        return row
    row = _section(sheet, row, "Given (for reference; changing it here changes nothing)")
    arrays = [(name, problem.given[name]) for name in problem.reference.inputs]
    for name, array in arrays:
        if _is_vector(array):
            row = _given_vector(sheet, row, name, np.ravel(array))
    matrices = [
        (f"given {label}", array[index])
        for name, array in arrays
        if not _is_vector(array)
        for label, index in _slices(name, array.shape)
    ]
    return _given_matrices(sheet, gap(sheet, row), matrices) + 1


def _is_vector(array: Array) -> bool:
    """Whether it is no more than one row of values (or one column)."""
    return array.size == max(array.shape, default=1)


def _given_vector(sheet: Worksheet, row: int, name: str, values: Array) -> int:
    """A row a vector; more rows where it is longer than the sheet is wide."""
    write(sheet, row, LABEL, f"given {name}", "given label")
    for k, value in enumerate(values):
        write(sheet, row + k // BLOCK_WIDTH, VALUES + k % BLOCK_WIDTH, float(value), "given")
    return row + max(0, len(values) - 1) // BLOCK_WIDTH + 1


def _given_matrices(sheet: Worksheet, row: int, matrices: Sequence[tuple[str, Array]]) -> int:
    """Matrices side by side with a column between them, as many as fit, then below."""
    column, below = VALUES, row
    for label, matrix in matrices:
        if column > VALUES and column + matrix.shape[1] - 1 > LAST:
            row, column = below, VALUES
        write(sheet, row, column, label, "given label")
        for (i, k), value in np.ndenumerate(matrix):
            write(sheet, row + 1 + i, column + k, float(value), "given")
        below = max(below, row + matrix.shape[0] + 2)
        column += matrix.shape[1] + 1
    return below
