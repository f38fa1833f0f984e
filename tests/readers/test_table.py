from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import RUBRIC, read_one, said

from grader.model import SubmissionError, Unreadable
from grader.readers import read
from grader.readers.sheet import Sheet, SheetCell
from grader.readers.table import read_sheets

H0 = [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]
H2 = [
    [0.424, 1.674, 1.894, 1.35],
    [1.152, 3.088, 5.052, 1.444],
    [1.13, 4.594, 3.87, 1.072],
    [1.752, 1.812, 1.15, 0.418],
]
FLAT = [v for row in H2 for v in row]
CHANNELS = [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5]


def sheet(rows, name="Sheet1"):
    """A sheet of a workbook: numbers are numeric cells, None is empty."""
    return Sheet("a.xlsx", tuple(tuple(map(cell, row)) for row in rows), name)


def cell(value):
    if isinstance(value, SheetCell):
        return value
    if value is None:
        return SheetCell()
    return SheetCell(str(value), is_number=isinstance(value, int | float))


def one(*sheets):
    (submission,) = read_sheets(tuple(sheets), RUBRIC)
    return submission


def csv(text):
    return read_one(text, "a.csv")


def lines(*rows):
    return "\n".join(",".join("" if v is None else str(v) for v in row) for row in rows) + "\n"


@pytest.mark.parametrize(
    "rows",
    [
        [["h0", *H0]],
        [["h0"], H0],
        [["h0"], *[[v] for v in H0]],
        [["h0", H0[0]], *[[None, v] for v in H0[1:]]],
        [[None], [None, None, "h0:"], [None, None, *H0]],
        [["h0", None, None, *H0]],
        [["h0"], [], [], H0],
        [["h0", *range(8)], [None, *H0]],
        [["h0", *range(1, 9)], ["value", *H0]],
        [["gan.h0", *[f"[{k}]" for k in range(8)]], ["value", *H0]],
        [["h0"], list(range(8)), H0],
        [["h0"], ["index", "value"], *[[k, v] for k, v in enumerate(H0)]],
        [["h0"], *[[f"row {k}", v] for k, v in enumerate(H0)]],
        [["h0", *H0, "<- mine"]],
        [["h0", "the projected input after ReLU"], H0],
        [["h0", "the projected input after ReLU", *H0]],
        [["h0 = ReLU(w0 z + b0)"], H0],
        [["m", 1], ["h0", *H0], ["p", 1]],
        [["Remember that h0 is a vector of eight entries."], ["h0", *H0]],
        [["h0", "m"], [H0[0], 12.4], *[[v] for v in H0[1:]]],
    ],
)
def test_values_stand_beside_or_below_their_name(rows):
    assert said(csv(lines(*rows)))["gan.h0"] == ((8,), H0)
    assert said(one(sheet(rows)))["gan.h0"] == ((8,), H0)


@pytest.mark.parametrize(
    "rows",
    [
        [["h2"], *H2],
        [["h2", *H2[0]], *[[None, *row] for row in H2[1:]]],
        [["h2", 0, 1, 2, 3], *[[k, *row] for k, row in enumerate(H2)]],
        [["h2", *[f"col {k}" for k in range(4)]], *[[f"row {k}", *r] for k, r in enumerate(H2)]],
        [["h2"], [None, 1, 2, 3, 4], *[[k, *row] for k, row in enumerate(H2, 1)]],
        [["h2"], *[line for row in H2 for line in (row, [])]],
        [["h2", None, None, None, None, "m", 12.4], *H2],
        [["h0"], ["h2"], *H2],
        [[None, "h2"], [], *[[None, *row] for row in H2], [], [None, "h0"]],
    ],
)
def test_a_matrix_is_found_with_and_without_headers(rows):
    assert said(csv(lines(*rows)))["gan.h2"] == ((4, 4), FLAT)


@pytest.mark.parametrize(
    "rows",
    [
        [["h1"], [1.5, 2.5], [3.5, 4.5], [], [5.5, 6.5], [7.5, 8.5]],
        [["h1"], [1.5, 2.5, None, 5.5, 6.5], [3.5, 4.5, None, 7.5, 8.5]],
        [["h1"], ["channel 0"], [1.5, 2.5], [3.5, 4.5], ["channel 1"], [5.5, 6.5], [7.5, 8.5]],
        [["h1", "channel 0", None, "channel 1"], [None, 1.5, 2.5, 5.5, 6.5],
         [None, 3.5, 4.5, 7.5, 8.5]],
        [["h1", 1.5, 2.5], [None, 3.5, 4.5], [], [None, 5.5, 6.5], [None, 7.5, 8.5]],
        [["h1"], [None, "row 0", 1.5, 2.5], [None, "row 1", 3.5, 4.5], [],
         [None, "row 0", 5.5, 6.5], [None, "row 1", 7.5, 8.5]],
        [["h1[0]"], [1.5, 2.5], [3.5, 4.5], ["h1[1]"], [5.5, 6.5], [7.5, 8.5]],
        [["h1[1]", None, None, "h1[2]"], [1.5, 2.5, None, 5.5, 6.5], [3.5, 4.5, None, 7.5, 8.5]],
    ],
)  # fmt: skip
def test_channels_are_put_together(rows):
    assert said(csv(lines(*rows)))["gan.h1"] == ((2, 2, 2), CHANNELS)


def test_a_part_ends_where_the_next_name_stands():
    rows = [["h1"], [1.5, 2.5], [3.5, 4.5], ["h2"], *H2]
    assert said(csv(lines(*rows))) == {
        "gan.h1": ((2, 2), [1.5, 2.5, 3.5, 4.5]),
        "gan.h2": ((4, 4), FLAT),
    }
    submission = csv(lines(["h0", *H0], ["hh1", *H0]))
    assert said(submission) == {"gan.h0": ((8,), H0)}
    assert "did you mean gan.h1" in submission.remarks[0].message


def test_other_shapes_are_delivered_as_written():
    assert said(csv(lines(["h1", *CHANNELS])))["gan.h1"] == ((8,), CHANNELS)
    stacked = [["h1"], *[CHANNELS[k : k + 2] for k in range(0, 8, 2)]]
    assert said(csv(lines(*stacked)))["gan.h1"] == ((4, 2), CHANNELS)
    assert said(csv(lines(["h0", 1.5, 2.5, 3.5])))["gan.h0"] == ((3,), [1.5, 2.5, 3.5])


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["m", 12.4]], 12.4),
        ([["m"], [12.4]], 12.4),
        ([["m", "the logit", 12.4]], 12.4),
        ([["m = 12.4"]], 12.4),
        ([["m", 12.4, 13.5]], 12.4),
        ([["m", None, 12.4]], 12.4),
        ([["m", "w2.T @ H2 + b2"]], "w2.T @ H2 + b2"),
        ([["m", "1,000"]], "!1,000"),
    ],
)
def test_a_scalar_is_the_nearest_number(rows, found):
    assert said(one(sheet(rows)))["gan.m"] == found


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["grad_W2", "-2*h*(x-xp).T"]], "-2*h*(x-xp).T"),
        ([["grad_W2"], ["-2*h*(x-xp).T"]], "-2*h*(x-xp).T"),
        ([["∇W2 = -2*h*(x-xp).T"]], "-2*h*(x-xp).T"),
        ([["Problem 2"], ["grad w2", "x*h"]], "x*h"),
        ([["autoencoder.grad_W2", None, None, "x*h"]], "x*h"),
    ],
)
def test_a_formula_stands_beside_or_below_its_name(rows, found):
    assert said(one(sheet(rows))) == {"autoencoder.grad_W2": found}


@pytest.mark.parametrize(
    "text",
    [
        "h (grad_xp * sigmoid'(z2))^T",
        "h (grad_xp * ReLU'(z2))^T",
        "h (grad_xp * relu′(z2))^T",
        "h*(grad_xp*(1-tanh(z2)**2)).T",
        "h (grad_xp \\odot x' \\odot (1-x'))^T",
        "h \\left(grad_xp \\odot \\sigma'(z2)\\right)^\\top",
        "h (grad_xp * step(z2))^T",
    ],
)
@pytest.mark.parametrize("below", [False, True])
def test_every_function_and_latex_command_can_stand_in_a_formula(text, below):
    rows = [["grad_W2"], [text]] if below else [["grad_W2", text]]
    assert said(one(sheet(rows))) == {"autoencoder.grad_W2": text}


@pytest.mark.parametrize("text", ["the mean of the squares", "my work is on paper", "step by step"])
def test_words_of_a_language_are_no_formula(text):
    (found,) = said(one(sheet([["grad_W2", text]]))).values()
    assert isinstance(found, Unreadable)


def empty_block(at, text):
    """A row of the answer sheet in which nothing is filled in, with a text typed over a cell."""
    rows = [["gan.grad_H2", *[f"[{k}]" for k in range(16)]], ["value", *[None] * 16]]
    rows[at[0]][at[1]] = text
    return [*rows, [], ["gan.m"]]


@pytest.mark.parametrize("at", [(0, 1), (0, 2), (0, 16), (1, 0), (1, 1), (1, 2)])
def test_a_formula_typed_over_any_cell_of_an_empty_block_is_read(at):
    assert said(one(sheet(empty_block(at, "-(1-p)*w2")))) == {"gan.grad_H2": "-(1-p)*w2"}


@pytest.mark.parametrize("at", [(0, 1), (0, 2), (1, 0)])
def test_other_words_over_a_header_are_no_answer_and_remarked_on(at):
    submission = one(sheet(empty_block(at, "see my notes")))
    assert said(submission) == {}
    (remark,) = submission.remarks
    assert "'see my notes' stands beside a name; not read." in str(remark)
    assert remark.place.cell == f"{'ABC'[at[1]]}{at[0] + 1}"


def test_a_formula_over_the_header_of_values_is_no_second_answer():
    values = [k + 0.5 for k in range(16)]
    rows = [["grad_H2", "-(1-p)*w2", *[f"[{k}]" for k in range(1, 16)]], ["value", *values]]
    assert said(one(sheet(rows))) == {"gan.grad_H2": ((16,), values)}


def test_a_sheet_or_a_heading_says_which_problem_is_meant():
    rows = [["grad_b1", "x*h"], ["grad_w2", "x*h.T"]]
    found = said(one(sheet(rows, "autoencoder")))
    assert found == {"autoencoder.grad_b1": "x*h", "autoencoder.grad_W2": "x*h.T"}
    rows = [["Problem 1"], ["grad_b1"], *H2, ["Q2"], ["grad_b1", "x*h"]]
    assert list(said(one(sheet(rows)))) == ["gan.grad_b1", "autoencoder.grad_b1"]


def test_the_shape_decides_where_two_problems_have_the_name():
    assert said(csv(lines(["grad_b1"], *H2))) == {"gan.grad_b1": ((4, 4), FLAT)}
    submission = csv("grad_b1,x*h\nm,1\n")
    assert said(submission) == {"gan.m": 1}
    assert "may be gan.grad_b1 or autoencoder.grad_b1" in submission.remarks[0].message


@pytest.mark.parametrize(
    ("rows", "entries"),
    [
        ([["h0", 1.5, None, *[2.5] * 6]], [1.5, None, *[2.5] * 6]),
        ([["h0"], [1.5], [], *[[2.5]] * 6], [1.5, None, *[2.5] * 6]),
        ([["h0", 1.5, "abc", *[2.5] * 6]], [1.5, "!abc", *[2.5] * 6]),
        ([["h0", "abc", *[2.5] * 7]], ["!abc", *[2.5] * 7]),
        ([["h0"], ["x"], *[[2.5]] * 7], ["!x", *[2.5] * 7]),
        ([["h0", 1.5, "50%", *[2.5] * 6]], [1.5, "!50%", *[2.5] * 6]),
        ([["h0", *[f"[{k}]" for k in range(8)]], ["value", None, 1.5]], [None, 1.5, *[None] * 6]),
        ([["h0", SheetCell("4/1", fault="a date stands here"), *[2.5] * 7]], ["!4/1", *[2.5] * 7]),
    ],
)
def test_an_entry_that_is_missing_or_unreadable_leaves_the_others(rows, entries):
    assert said(one(sheet(rows)))["gan.h0"] == ((8,), entries)


def test_a_missing_row_of_a_matrix_is_missing_entries():
    rows = [["h2"], H2[0], [], H2[2], H2[3]]
    expected = [*H2[0], None, None, None, None, *H2[2], *H2[3]]
    assert said(csv(lines(*rows)))["gan.h2"] == ((4, 4), expected)


@pytest.mark.parametrize(
    "rows",
    [
        [["h0"]],
        [["h0", *range(8)]],
        [["h0", *[f"[{k}]" for k in range(8)]], ["value"]],
        [["h0", "the projected input after ReLU"]],
        [["h0"], [], ["m", 1]],
    ],
)
def test_a_name_without_values_is_no_answer(rows):
    assert "gan.h0" not in said(one(sheet(rows)))


def test_words_in_the_place_of_numbers_are_unreadable():
    found = said(csv("h0,I do not know\ngrad_W2,see attached pages\nm,1\n"))
    assert isinstance(found["gan.h0"], Unreadable)
    assert isinstance(found["autoencoder.grad_W2"], Unreadable)
    assert found["gan.m"] == 1


def test_places_name_the_sheet_and_the_cell():
    submission = one(sheet([[], [None, "h0", *H0]], "gan"))
    assert str(submission.answers[0].place) == "a.xlsx, sheet gan, cell B2"
    assert str(submission.answers[0].response.cells[1].place) == "a.xlsx, sheet gan, cell D2"


def test_a_numeric_cell_has_lost_its_zeros_and_a_text_has_not():
    cells = one(sheet([["h0", 1.4, "1.40", *H0[2:]]])).answers[0].response.cells
    assert [c.content.zeros_lost for c in cells[:2]] == [True, False]
    assert [c.content.digits for c in cells[:2]] == [2, 3]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["m", 1], [], ["hh0", 1.5, 2.5]], "did you mean gan.h0?"),
        ([["m", 1], [], [None, None, 7.5]], "a number stands here with no quantity's name"),
        ([["m", 1], [], ["p", "I could not find out what was meant by this"]], "not read"),
    ],
)
def test_nothing_is_lost(rows, says):
    (remark,) = one(sheet(rows)).remarks
    assert says in remark.message
    assert remark.place.cell


def test_what_is_given_is_not_taken_for_an_answer():
    rows = [["given w0"], [0.1, 0.3], [0.7, 0.9], [], ["z", 0.4, 0.8], [], ["m", 12.4]]
    submission = one(sheet(rows))
    assert said(submission) == {"gan.m": 12.4}
    assert submission.remarks == ()


@pytest.mark.parametrize(
    "rows",
    [
        [["id", "s1"], ["name", "Doe, Jane"], ["level", "ECSE 6850"]],
        [["Student ID:", "s1"], ["Full name", "Doe, Jane"], ["Course", 6850]],
        [["id", "name", "level"], ["s1", "Doe, Jane", 6850]],
        [["id", "s1", "name", "Doe, Jane", "level", 6850]],
    ],
)
def test_the_students_block_is_read(rows):
    student = one(sheet(rows, "Start"), sheet([["m", 1]])).student
    assert (student.id, student.name, student.level) == ("s1", "Doe, Jane", "6850")


def test_conventions_are_read_and_checked():
    rows = [
        ["objective", "minimize_nll"],
        ["deconv", "transpose"],
        ["gan.flatten", "Column Major"],
        ["index_base", 1],
        ["reshape", None],
        ["conv"],
        [1.5, 2.5],
    ]
    submission = one(sheet(rows))
    assert submission.conventions == {
        "objective": "minimize_nll",
        "flatten": "column_major",
        "index_base": "1",
    }
    assert said(submission) == {"gan.c": ((2,), [1.5, 2.5])}
    assert "did you mean transposed?" in submission.remarks[0].message


def test_sheets_of_different_layouts_are_one_submission():
    tidy = sheet([["quantity", "index", "value"], ["h0", "1", 1.4]], "tidy")
    blocks = sheet([["id", "s1"], ["m", 12.4]], "blocks")
    submission = one(sheet([], "empty"), tidy, blocks)
    assert said(submission) == {"gan.h0": {(1,): 1.4}, "gan.m": 12.4}
    assert submission.student.id == "s1"


def test_an_answer_on_two_sheets_is_read_once_or_not_guessed():
    first, again = sheet([["m", 12.4]], "A"), sheet([["logit", 12.4]], "B")
    assert said(one(first, again)) == {"gan.m": 12.4}
    found = said(one(first, sheet([["m", 11.9]], "B")))["gan.m"]
    assert "sheet A, cell A1" in found.reason
    assert "sheet B, cell A1" in found.reason


def test_a_class_table_is_a_submission_a_row():
    text = (
        "ID,Name,Level,gan.h0[0],h0[1],m,h1[0][1][0],grad_H2,objective,foo\n"
        's1,"Doe, Jane",6850,0.38,1.4,12.4,0.96,-(1-p)*w2,minimize_nll,1\n'
        ",,,1,2,3,4,,,\n"
        "\n"
        "s2,B,,0.38,x,,,,,\n"
        "s2,C,,,,1,,,,\n"
    )
    first, second, third = read(text.encode(), "class.csv", RUBRIC)
    assert (first.student.id, first.student.level) == ("s1", "6850")
    assert first.conventions == {"objective": "minimize_nll"}
    assert said(first) == {
        "gan.h0": {(0,): 0.38, (1,): 1.4},
        "gan.m": 12.4,
        "gan.h1": {(0, 1, 0): 0.96},
        "gan.grad_H2": "-(1-p)*w2",
    }
    assert [s.file for s in (first, second, third)] == [
        "class.csv, line 2",
        "class.csv, line 5",
        "class.csv, line 6",
    ]
    assert said(second) == {"gan.h0": {(0,): 0.38, (1,): "!x"}}
    assert (second.student.id, third.student.id) == ("s2", "s2")
    told = " ".join(map(str, first.remarks))
    assert "line 1: 'foo' is no quantity" in told
    assert "line 3: the row has no id and no name" in told


def test_a_class_table_in_a_workbook_names_sheet_and_row():
    rows = [["Homework 6"], [], ["name", "m"], ["A", 1], ["B", 2]]
    read_back = read_sheets((sheet(rows, "All"),), RUBRIC)
    assert [s.file for s in read_back] == ["a.xlsx, sheet All, row 4", "a.xlsx, sheet All, row 5"]
    assert [said(s) for s in read_back] == [{"gan.m": 1}, {"gan.m": 2}]


@pytest.mark.parametrize(
    ("text", "is_list"),
    [
        ("id,name,level\ns1,Jane,6850\n", True),
        ("Spring\nname,email,id\nJane,j@uni.edu,s1\n", True),
        ("id,s1,name,Jane\n", False),
        ("id,name\n", False),
        ("id,s1\nname,Jane\n", False),
    ],
)
def test_a_list_of_students_is_told_apart_from_answers_that_are_not_there(text, is_list):
    with pytest.raises(SubmissionError, match="no answer") as refused:
        csv(text)
    assert ("--roster" in str(refused.value)) is is_list


def test_nothing_in_it_is_said_so():
    with pytest.raises(SubmissionError, match="there is nothing in it"):
        read_sheets((sheet([[None]]),), RUBRIC)
    with pytest.raises(SubmissionError, match="no cell names a quantity"):
        read_sheets((sheet([["hello", 1]]),), RUBRIC)


_WORDS = st.sampled_from(
    ["h0", "h1[0]", "h2", "m", "id", "name", "objective", "row 0", "[1]", "channel 1", "Q2", "x",
     "given w0", "grad_W2", "x*h", "abc", "0,38", "quantity", "value", "m = 3", "p(y=0)", "nan"]
)  # fmt: skip
_CELLS = st.none() | st.floats(-9, 9).map(lambda v: round(v, 2)) | st.integers(0, 3) | _WORDS


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(_CELLS, max_size=6), min_size=1, max_size=9))
def test_any_sheet_is_read_or_refused(rows):
    try:
        submissions = read_sheets((sheet(rows),), RUBRIC)
    except SubmissionError:
        return
    for submission in submissions:
        keys = [answer.key for answer in submission.answers]
        assert len(keys) == len(set(keys))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4), st.integers(0, 4), st.booleans(), st.integers(0, 2))
def test_where_a_block_stands_does_not_matter(down, right, headed, between):
    pad = [None] * right
    h2 = [[None if not headed else f"row {k}", *row] for k, row in enumerate(H2)]
    if not headed:
        h2 = [row[1:] for row in h2]
    top = ["h2", *[f"col {k}" for k in range(4)]] if headed else ["h2"]
    rows = [[]] * down + [pad + top] + [pad + row for row in h2]
    rows += [[]] * between + [[*pad, "h0", *H0]]
    found = said(one(sheet(rows)))
    assert found == {"gan.h2": ((4, 4), FLAT), "gan.h0": ((8,), H0)}
