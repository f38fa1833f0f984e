"""What is filled in on an answer sheet is what is read from it, wherever it was moved."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from grader.model import Answer, Entries, Formula, Grid, Number, Rubric, Student, Submission
from grader.readers.csv_reader import read_csv
from grader.readers.json_reader import read_json
from grader.readers.xlsx import read_xlsx
from grader.rubric import load
from grader.template import document, table, workbook
from reference.graph import evaluate

JANE = Student("s1001", "Doe, Jane", "6850")
FORMULAS = {
    "autoencoder.grad_xp": "2*(xp - x)",
    "autoencoder.grad_W2": "h @ (2*(xp - x)*xp*(1 - xp)).T",
    "autoencoder.grad_h": "W2 @ (grad_xp*xp*(1 - xp))",
    "autoencoder.grad_W1": "x @ (grad_h*(h > 0)).T",
}
Values = Mapping[str, np.ndarray]
Book = openpyxl.Workbook
Writer = Callable[[float], object]


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load("hw6")


@pytest.fixture(scope="module")
def values(rubric) -> Values:
    gan = rubric.problem("gan")
    every = evaluate(gan.reference.graph(), gan.given)
    return {f"gan.{q.name}": np.asarray(every[q.name]) for q in gan.reference.quantities}


def found(book: Book, label: str) -> tuple[Any, int, int]:
    (cell,) = (c for sheet in book for row in sheet.iter_rows() for c in row if c.value == label)
    return cell.parent, cell.row, cell.column


def blocks(values: Values) -> dict[str, np.ndarray]:
    """As the sheet shows them: a matrix for each leading index."""
    parts = {}
    for key, array in values.items():
        for index in product(*map(range, array.shape[:-2])):
            parts[key + "".join(f"[{k}]" for k in index)] = array[index]
    return parts


def filled(rubric: Rubric, values: Values, writer: Writer = float) -> Book:
    """The sheet as a student fills it in."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(rubric, JANE)))
    for label, array in blocks(values).items():
        sheet, row, column = found(book, label)
        if array.ndim == 0:
            sheet.cell(row, column + 1).value = writer(float(array))
        for (i, k), value in np.ndenumerate(
            np.atleast_2d(array) if array.ndim else np.empty((0, 0))
        ):
            cell = sheet.cell(row + 1 + i, column + 1 + k)
            assert not cell.protection.locked
            cell.value = writer(float(value))
    for key, text in FORMULAS.items():
        sheet, row, column = found(book, key)
        sheet.cell(row, column + 1).value = text
    sheet, row, column = found(book, "objective")
    sheet.cell(row, column + 1).value = "minimize_nll"
    return book


def saved(book: Book) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(data: bytes, rubric: Rubric) -> Submission:
    (submission,) = read_xlsx(data, "answers.xlsx", rubric)
    return submission


def numbers(answer: Answer) -> np.ndarray:
    grid = answer.response
    assert isinstance(grid, Grid), answer
    contents = [cell.content for cell in grid.cells]
    assert all(isinstance(c, Number) for c in contents), contents
    return np.array([c.value for c in contents]).reshape(grid.shape)


def agrees(submission: Submission, values: Values, rel: float = 1e-12) -> None:
    answers = {a.key: a for a in submission.answers}
    assert set(answers) == {*values, *FORMULAS}
    for key, expected in values.items():
        obtained = numbers(answers[key])
        assert obtained.size == expected.size, key
        np.testing.assert_allclose(obtained.reshape(expected.shape), expected, rel, err_msg=key)
    for key, text in FORMULAS.items():
        response = answers[key].response
        assert isinstance(response, Formula)
        assert response.text.strip() == text
    assert submission.student == JANE
    assert dict(submission.conventions) == {"objective": "minimize_nll"}


# --- nothing filled in --------------------------------------------------------------------------


def test_an_untouched_workbook_answers_nothing_and_says_nothing_wrong(rubric):
    submission = read(workbook(rubric), rubric)
    assert submission.answers == ()
    assert submission.student == Student()
    assert not submission.conventions
    assert submission.remarks == ()


@pytest.mark.parametrize(("writer", "reader"), [(table, read_csv), (document, read_json)])
def test_an_untouched_text_answers_nothing_and_says_nothing_wrong(rubric, writer, reader):
    (submission,) = reader(writer(rubric).encode(), "answers.txt", rubric)
    assert not [a for a in submission.answers if is_anything_written(a)]
    assert submission.student == Student()
    assert not submission.conventions
    assert submission.remarks == ()


def is_anything_written(answer: Answer) -> bool:
    response = answer.response
    if isinstance(response, Entries):
        return any(entry.cell.content is not None for entry in response.entries)
    return not isinstance(response, Grid) or any(c.content is not None for c in response.cells)


# --- filled in ----------------------------------------------------------------------------------


def test_what_is_filled_in_is_read(rubric, values):
    submission = read(saved(filled(rubric, values)), rubric)
    agrees(submission, values)
    assert submission.remarks == ()


def test_one_answer_alone_is_read_alone(rubric, values):
    one = {"gan.grad_w1": values["gan.grad_w1"]}
    answers = read(saved(filled(rubric, one)), rubric).answers
    assert {a.key for a in answers} == {*one, *FORMULAS}


def test_a_cell_left_blank_is_a_missing_entry(rubric, values):
    book = filled(rubric, {"gan.h2": values["gan.h2"]})
    sheet, row, column = found(book, "gan.h2")
    sheet.cell(row + 2, column + 3).value = None
    (answer,) = (a for a in read(saved(book), rubric).answers if a.key == "gan.h2")
    assert isinstance(answer.response, Grid)
    assert answer.response.shape == (4, 4)
    missing = [k for k, cell in enumerate(answer.response.cells) if cell.content is None]
    assert missing == [4 * 1 + 2]


def comma(value: float) -> str:
    return f"{value:.6g}".replace(".", ",")


@pytest.mark.parametrize(
    "writer",
    [
        pytest.param(comma, id="decimal comma"),
        pytest.param(lambda v: f"{v:.6g}".replace("-", "−"), id="Unicode minus"),
        pytest.param(lambda v: f"{v:.6g}", id="numbers as text"),
        pytest.param(lambda v: f" {v:.6e} ", id="scientific, with blanks"),
    ],
)
def test_numbers_written_as_text_are_read(rubric, values, writer):
    agrees(read(saved(filled(rubric, values, writer)), rubric), values, 1e-5)


def rows_inserted_above(book: Book) -> None:
    for sheet in book:
        sheet.insert_rows(1, 5)


def rows_inserted_between(book: Book) -> None:
    sheet, row, _ = found(book, "gan.h2")
    sheet.insert_rows(row - 1, 3)


def columns_inserted(book: Book) -> None:
    book["gan"].insert_cols(1, 2)


def a_block_moved(book: Book) -> None:
    sheet, row, column = found(book, "gan.grad_w1[1]")
    corner = sheet.cell(row, column).coordinate
    far = sheet.cell(row + 3, column + 3).coordinate
    sheet.move_range(f"{corner}:{far}", rows=-row + 40, cols=22)


def a_block_moved_to_another_sheet(book: Book) -> None:
    sheet, row, column = found(book, "gan.h1[0]")
    other = book.create_sheet("mine")
    for i, k in product(range(3), range(3)):
        cell = sheet.cell(row + i, column + k)
        other.cell(10 + i, 5 + k).value = cell.value
        cell.value = None


def columns_widened(book: Book) -> None:
    for column in "BCDEF":
        book["gan"].column_dimensions[column].width = 40


def cells_merged(book: Book) -> None:
    for label in ("gan.m", "gan.p"):
        sheet, row, column = found(book, label)
        sheet.merge_cells(
            start_row=row, end_row=row + 1, start_column=column + 1, end_column=column + 3
        )


def a_sheet_renamed(book: Book) -> None:
    book["gan"].title = "Problem 1 (mine)"
    book["autoencoder"].title = "P2"


def sheets_reordered(book: Book) -> None:
    book.move_sheet("Start", 2)


def notes_written_beside(book: Book) -> None:
    sheet, row, column = found(book, "gan.h2")
    sheet.cell(row - 1, column + 8).value = "see my notes, page 3"
    sheet.cell(row + 2, column + 8).value = "I was not sure about this row"


CHANGES = [
    rows_inserted_above,
    rows_inserted_between,
    columns_inserted,
    a_block_moved,
    a_block_moved_to_another_sheet,
    columns_widened,
    cells_merged,
    a_sheet_renamed,
    sheets_reordered,
    notes_written_beside,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_is_moved_about_is_still_read(rubric, values, change):
    book = filled(rubric, values)
    change(book)
    agrees(read(saved(book), rubric), values)


def test_a_changed_given_value_is_no_answer(rubric):
    book = openpyxl.load_workbook(io.BytesIO(workbook(rubric)))
    for row in book["gan"].iter_rows(max_row=20):
        for cell in row:
            if isinstance(cell.value, float):
                cell.value = 99.5
    assert read(saved(book), rubric).answers == ()


def test_the_csv_filled_in_is_read(rubric, values):
    lines = []
    for line in table(rubric, JANE).splitlines():
        name, index, *_ = line.split(",")
        if name in values:
            position = tuple(map(int, index.split(";"))) if index else ()
            lines.append(f"{line}{values[name][position]!r}".replace("np.float64(", "").rstrip(")"))
        else:
            lines.append(line + FORMULAS.get(name, ""))
    text = "\n".join(lines).replace("convention,objective,", "convention,objective,minimize_nll")
    (submission,) = read_csv(text.encode(), "answers.csv", rubric)
    answers = {a.key: a for a in submission.answers}
    assert set(answers) == {*values, *FORMULAS}
    assert submission.student == JANE


def test_the_json_filled_in_is_read(rubric, values):
    tree = json.loads(document(rubric, JANE))
    tree["answers"] |= {key: array.tolist() for key, array in values.items()} | FORMULAS
    tree["conventions"]["objective"] = "minimize_nll"
    (submission,) = read_json(json.dumps(tree).encode(), "answers.json", rubric)
    agrees(submission, values)


SOFFICE = shutil.which("soffice")


@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
def test_it_survives_being_saved_by_another_program(rubric, values, tmp_path: Path):
    (tmp_path / "answers.xlsx").write_bytes(saved(filled(rubric, values)))
    assert SOFFICE is not None
    command = [SOFFICE, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "out")]
    command.append(str(tmp_path / "answers.xlsx"))
    subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own words
    agrees(read((tmp_path / "out" / "answers.xlsx").read_bytes(), rubric), values, 1e-9)
