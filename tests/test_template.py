from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from math import prod
from types import MappingProxyType

import numpy as np
import openpyxl
import pytest

from grader.model import GraderError, Problem, Rubric, Student
from grader.rubric import load
from grader.template import document, table, workbook, write
from reference.problem import Quantity

JANE = Student("s1001", "Doe, Jane", "6850")


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load("hw6")


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def texts(sheet) -> list[str]:
    return [c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]


def is_input(cell) -> bool:
    return not cell.protection.locked


def inputs_beside(sheet, label: str) -> int:
    """How many cells to fill in belong to the block of that label."""
    (corner,) = (c for row in sheet.iter_rows() for c in row if c.value == label)
    count = sum(is_input(sheet.cell(corner.row, c)) for c in range(3, 19))
    row = corner.row + 1
    while any(is_input(sheet.cell(row, c)) for c in range(3, 19)):
        count += sum(is_input(sheet.cell(row, c)) for c in range(3, 19))
        row += 1
    return count


# --- the workbook -------------------------------------------------------------------------------


def test_there_is_a_sheet_to_start_on_and_one_a_problem(rubric):
    assert opened(workbook(rubric)).sheetnames == ["Start", "gan", "autoencoder"]


@pytest.mark.parametrize(
    ("label", "cells"),
    [
        ("gan.h0", 8),
        ("gan.h1[0]", 4),
        ("gan.h1[1]", 4),
        ("gan.h2", 16),
        ("gan.grad_H2", 16),
        ("gan.grad_w1[1]", 9),
        ("gan.grad_w0", 16),
        ("gan.c[1]", 16),
        ("gan.m", 1),
        ("gan.grad_b2", 1),
    ],
)
def test_every_block_has_a_cell_for_each_entry(rubric, label, cells):
    assert inputs_beside(opened(workbook(rubric))["gan"], label) == cells


def test_items_come_first_in_the_rubrics_order_with_their_points(rubric):
    found = texts(opened(workbook(rubric))["gan"])
    labels = [t for t in found if t.startswith("gan.") and not t.endswith("]")]
    assert labels[:3] == ["gan.h0", "gan.h2", "gan.grad_H2"]
    assert found.index("gan.grad_w0") < found.index("gan.m")
    assert "5 points" in found
    assert "1 point" in found
    assert any("carries no points" in t for t in found)


def test_the_given_values_are_printed_and_are_no_cells_to_fill_in(rubric):
    sheet = opened(workbook(rubric))["gan"]
    numbers = [c for row in sheet.iter_rows() for c in row if isinstance(c.value, int | float)]
    given = rubric.problem("gan").given.values()
    assert sorted(c.value for c in numbers) == sorted(v for a in given for v in np.ravel(a))
    assert not any(is_input(c) for c in numbers)


def test_formulas_have_one_wide_text_cell_each_and_the_notation_is_explained(rubric):
    sheet = opened(workbook(rubric))["autoencoder"]
    (corner,) = (c for row in sheet.iter_rows() for c in row if c.value == "autoencoder.grad_W2")
    cell = sheet.cell(corner.row, corner.column + 1)
    assert is_input(cell)
    assert cell.number_format == "@"
    assert any(cell.coordinate in merged for merged in sheet.merged_cells.ranges)
    assert any("for example" in t for t in texts(sheet))
    assert any("x, W1, b1, W2, b2" in t for t in texts(sheet))


def test_nothing_in_it_is_a_formula_and_no_sheet_is_protected(rubric):
    harmful = replace(rubric, title="=HYPERLINK(1)", due="=1+1")
    book = opened(workbook(harmful, Student("=1+1", "@SUM(A1)", "+1")))
    for sheet in book:
        assert not sheet.protection.sheet
        assert not [c for row in sheet.iter_rows() for c in row if c.data_type == "f"]
    assert book["Start"]["B1"].value == "=HYPERLINK(1)"


def test_control_characters_do_not_stop_it(rubric):
    book = opened(workbook(replace(rubric, title="a\x00b\x0bc"), Student("1", "x\x07y")))
    assert book["Start"]["B1"].value == "abc"


def drop_downs(book) -> dict[str, list[str]]:
    sheet = book["Start"]
    return {
        sheet.cell(min(r.min_row for r in rule.sqref.ranges), 2).value: rule.formula1.strip(
            '"'
        ).split(",")
        for rule in sheet.data_validations.dataValidation
    }


def test_level_and_conventions_are_chosen_from_a_list(rubric):
    accepted = {k: list(v) for k, v in rubric.problem("gan").conventions.items()}
    assert drop_downs(opened(workbook(rubric))) == {"level": ["4850", "6850"], **accepted}


def test_what_a_rubric_does_not_accept_is_not_offered(rubric):
    gan = replace(rubric.problem("gan"), conventions={"deconv": ("transposed",)})
    book = opened(workbook(replace(rubric, title="Any", problems=(gan,))))
    assert drop_downs(book) == {"deconv": ["transposed"]}


def test_the_students_own_block_is_filled_in_where_known(rubric):
    sheet = opened(workbook(rubric, JANE))["Start"]
    block = {row[1].value: row[2].value for row in sheet.iter_rows()}
    assert (block["id"], block["name"], block["level"]) == ("s1001", "Doe, Jane", "6850")


@pytest.mark.parametrize("name", ["Start", "gan", "autoencoder"])
def test_every_sheet_is_ready_to_print(rubric, name):
    sheet = opened(workbook(rubric))[name]
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth) == (9, 1)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$3"
    assert "&P" in sheet.oddFooter.right.text
    assert sheet.freeze_panes


def test_a_page_never_begins_within_a_block(rubric):
    sheet = opened(workbook(rubric))["gan"]
    breaks = [b.id for b in sheet.row_breaks.brk]
    assert breaks
    for row in breaks:
        assert not [c for c in sheet[row] if c.value is not None or is_input(c)]
        assert sheet.cell(row + 1, 2).font.bold


# --- other rubrics ------------------------------------------------------------------------------


def with_numbers(problem: Problem, n: int, m: int) -> Problem:
    shapes = problem.reference.forward.inputs
    sizes = {"N": n, "M": m}
    given = {
        name: np.ones([sizes.get(d, d) for d in shape])  # type: ignore[call-overload]
        for name, shape in shapes.items()
    }
    return replace(problem, given=MappingProxyType(given))


def test_a_problem_with_values_for_its_symbols_asks_for_numbers(rubric):
    problem = with_numbers(rubric.problem("autoencoder"), 5, 3)
    sheet = opened(workbook(replace(rubric, problems=(problem,))))["autoencoder"]
    assert inputs_beside(sheet, "autoencoder.grad_W2") == 15
    assert inputs_beside(sheet, "autoencoder.h") == 3


def test_other_given_values_change_the_sheet(rubric):
    gan = rubric.problem("gan")
    other = replace(gan, given={**gan.given, "b2": np.array(0.875)})
    sheet = opened(workbook(replace(rubric, problems=(other,))))["gan"]
    assert 0.875 in [c.value for row in sheet.iter_rows() for c in row]


def test_a_vector_longer_than_the_sheet_is_wide_is_given_on_more_rows(rubric):
    problem = with_numbers(rubric.problem("autoencoder"), 40, 2)
    given = {**problem.given, "x": np.arange(40.0)[:, None]}
    longer = replace(problem, given=given)
    sheet = opened(workbook(replace(rubric, problems=(longer,))))["autoencoder"]
    values = [c.value for row in sheet.iter_rows(max_col=18) for c in row]
    assert set(range(40)) <= set(values)


def test_a_symbol_at_the_beginning_of_a_meaning_keeps_its_case(rubric):
    found = texts(opened(workbook(rubric))["gan"])
    assert any(t.startswith("h0 reshaped") for t in found)
    assert any(t.startswith("The projected input") for t in found)
    assert isinstance(rubric.problem("gan").reference.quantities[0], Quantity)


# --- CSV and JSON -------------------------------------------------------------------------------


def test_the_csv_has_an_empty_row_for_each_entry(rubric):
    rows = list(csv.DictReader(io.StringIO(table(rubric))))
    assert not [r for r in rows if r["value"]]
    indices = [r["index"] for r in rows if r["quantity"] == "gan.h1"]
    assert indices == [f"{k};{i};{j}" for k in (0, 1) for i in (0, 1) for j in (0, 1)]
    assert [r["index"] for r in rows if r["quantity"] == "gan.m"] == [""]
    assert [r["index"] for r in rows if r["quantity"] == "autoencoder.grad_W2"] == [""]
    assert [r["index"] for r in rows if r["quantity"] == "convention"] == [
        "objective",
        "deconv",
        "reshape",
        "flatten",
    ]


def test_the_json_has_null_for_each_entry_in_its_nesting(rubric):
    answers = json.loads(document(rubric))["answers"]
    shapes = {k: np.array(v, dtype=object).shape for k, v in answers.items()}
    assert shapes["gan.h1"] == (2, 2, 2)
    assert shapes["gan.grad_w0"] == (8, 2)
    assert answers["gan.m"] is None
    assert answers["autoencoder.grad_W2"] == ""
    assert prod(shapes["gan.c"]) == 32
    assert "      [null, null, null, null],\n" in document(rubric)


def test_csv_and_json_name_the_student_where_known(rubric):
    assert json.loads(document(rubric, JANE))["student"] == {
        "id": "s1001",
        "name": "Doe, Jane",
        "level": "6850",
    }
    assert 'student,name,"Doe, Jane"\n' in table(rubric, JANE)


def test_a_rubric_without_conventions_makes_a_sheet_too(rubric):
    only = replace(rubric, problems=(rubric.problem("autoencoder"),))
    assert json.loads(document(only))["student"]["id"] == ""
    assert opened(workbook(only)).sheetnames == ["Start", "autoencoder"]


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.xlsx", "a.CSV", "a.json"])
def test_the_ending_decides_the_format(rubric, tmp_path, name):
    write(rubric, tmp_path / name)
    beginning = {"x": b"PK", "C": b"quantity,", "j": b"{\n"}[name[2]]
    assert (tmp_path / name).read_bytes().startswith(beginning)


def test_another_ending_is_refused_with_those_that_there_are(rubric, tmp_path):
    with pytest.raises(GraderError, match=r"a\.pdf.*\.xlsx, \.csv, \.json"):
        write(rubric, tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())
