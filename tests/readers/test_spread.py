"""Blocks whose values share cells with names or with each other, or were taken apart."""

from __future__ import annotations

import pytest
from reading import RUBRIC, read_one, said

from grader.model import Unreadable
from grader.readers.sheet import Sheet, SheetCell
from grader.readers.table import read_sheets

H0 = [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]
LISTED = "0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06"
WITH_COMMAS = "0,38; 1,4; 0,96; 1,06; 0,7; 1,54; 1,62; 1,06"
H2 = [
    [0.424, 1.674, 1.894, 1.35],
    [1.152, 3.088, 5.052, 1.444],
    [1.13, 4.594, 3.87, 1.072],
    [1.752, 1.812, 1.15, 0.418],
]
FLAT = [v for row in H2 for v in row]
SPACED = "\n".join(" ".join(map(str, row)) for row in H2)
ROWS = "\n".join(", ".join(map(str, row)) for row in H2)


def csv(text):
    return read_one(text, "a.csv")


@pytest.mark.parametrize(
    "text",
    [
        f"h0 = {LISTED}",
        f"h0: {LISTED}",
        f"h0 = {LISTED}\nm = 12.4",
        f"p = 1\nh0 = {LISTED}\n\nm = 12.4",
        f"h0 = {LISTED.replace(', ', '; ')}",
        f"h0 = {LISTED.replace(', ', chr(9))}",
        f"h0 = {WITH_COMMAS}",
        f"h0 = [{LISTED}]",
        f"h0 = ({LISTED})",
        f"h0 = [{WITH_COMMAS}]",
        f"h0 = [{LISTED}]^T",
        f"h0 = ({LISTED.replace(',', '')})^T",
        f"h0 = np.array([{LISTED}])",
        f"h0,[{LISTED}]",
        f'h0,"{LISTED}"',
        f'h0,"{LISTED.replace(" ", "")}"',
        f'h0,"{LISTED.replace(", ", " ")}"',
        f'h0,"{WITH_COMMAS}"',
        f'h0\n"{LISTED}"',
        f"h0\n[{LISTED}]",
        f"h0\n{LISTED.replace(',', '')}",
        f"h0 = {LISTED.replace(', ', chr(10))}",
        f"h0 = [{LISTED.replace(', 0.7', ',' + chr(10) + '0.7')}]",
    ],
)
def test_a_list_is_read_however_a_delimiter_took_it_apart(text):
    submission = csv(text)
    assert said(submission)["gan.h0"] == ((8,), H0)
    assert submission.remarks == ()
    assert said(submission).get("gan.m", 12.4) == 12.4


@pytest.mark.parametrize(
    "text",
    [
        f"h2\n{SPACED}",
        f"h2\n\n{SPACED}\n\nm = 12.4",
        f"h2:\n{SPACED}\nh0\n{LISTED.replace(',', '')}",
        f"h2 = {SPACED}",
        f"h2 = {ROWS}",
        f"h2: {ROWS}\nm,12.4",
        "h2\n" + "\n".join(f'"{row}"' for row in ROWS.splitlines()),
        "h2\n" + "\n".join(f"row {k},{row}" for k, row in enumerate(SPACED.splitlines())),
        f"h2\n[{', '.join(f'[{row}]' for row in ROWS.splitlines())}]",
        f"h2 = [{', '.join(f'[{row}]' for row in ROWS.splitlines())}]",
        "h2 = [" + ",\n".join(f"[{row}]" for row in ROWS.splitlines()) + "]",
        "h2\n[" + "\n ".join(f"[{row}]" for row in SPACED.splitlines()) + "]",
    ],
)
def test_a_grid_is_read_from_lines_without_delimiters_and_from_brackets(text):
    submission = csv(text)
    assert said(submission)["gan.h2"] == ((4, 4), FLAT)
    assert submission.remarks == ()


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("m = 12,4020", "gan.m", 12.402),
        ("m = 12.4020", "gan.m", 12.402),
        ("m = 12.4020, p = 0.9", "gan.m", 12.402),
        ("h0[1] = 1,40", "gan.h0", {(1,): 1.4}),
        ("grad_W2 = outer(h, grad_z2)", "autoencoder.grad_W2", "outer(h, grad_z2)"),
        ("grad_W2,outer(h, grad_z2)", "autoencoder.grad_W2", "outer(h, grad_z2)"),
        ("grad_W2 = " + "h @ (" + "x + " * 40 + "x).T", "autoencoder.grad_W2",
         "h @ (" + "x + " * 40 + "x).T"),
    ],
)  # fmt: skip
def test_one_value_is_put_together_again(text, key, expected):
    assert said(csv(text))[key] == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("m = 12,402", "gan.m"),
        ("m = 12.4, 0.96", "gan.m"),
        ("m,12 4020", "gan.m"),
    ],
)
def test_a_number_of_unclear_meaning_is_not_guessed(text, key):
    assert str(said(csv(text))[key]).startswith("!")


@pytest.mark.parametrize(
    "text",
    [
        f"h0 = [{LISTED}",
        'h0,"1,234 5,678 1,234"',
        'h2\n"1,234 5"\n"1,234 6"',
    ],
)
def test_what_cannot_be_taken_apart_is_unreadable_with_its_place(text):
    (found,) = said(csv(text)).values()
    assert isinstance(found, Unreadable)
    assert found.place.line


def test_one_cell_of_two_numbers_among_others_is_a_mistake_in_one_entry():
    found = said(csv("h0," + LISTED.replace("0.96", "0.9 6")))["gan.h0"]
    assert found == ((8,), [0.38, 1.4, "!0.9 6", *H0[3:]])
    column = "h0\n" + LISTED.replace("0.96", "0.9 6").replace(", ", "\n")
    assert said(csv(column))["gan.h0"] == found


def test_a_row_with_a_number_missing_leaves_the_others():
    found = said(csv(f"h2\n{SPACED.replace(' 0.418', '')}"))["gan.h2"]
    assert found == ((4, 4), [*FLAT[:-1], None])


def test_numbers_behind_a_name_that_are_not_read_are_remarked_on():
    submission = csv("h0 = 0.38 or maybe 1.4\nm,1")
    assert "gan.h0" not in said(submission)
    assert any("was not read" in r.message and r.place.line == 1 for r in submission.remarks)


def test_places_stay_those_of_the_file():
    cells = [["h0 = 0.38", *H0[1:]], [], ["h2"], *([" ".join(map(str, row))] for row in H2)]
    rows = tuple(
        tuple(SheetCell(str(v), is_number=isinstance(v, float)) for v in row) for row in cells
    )
    (submission,) = read_sheets((Sheet("a.xlsx", rows, "gan"),), RUBRIC)
    h0, h2 = submission.answers
    assert said(submission) == {"gan.h0": ((8,), H0), "gan.h2": ((4, 4), FLAT)}
    assert str(h0.response.cells[1].place) == "a.xlsx, sheet gan, cell B1"
    assert h2.response.cells[4].place.cell == "A5"
    lines = csv(f"h0 = {LISTED}\n\nh2\n{SPACED}").answers
    assert [a.response.cells[-1].place.line for a in lines] == [1, 7]
