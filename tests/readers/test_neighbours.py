"""Columns and rows beside a quantity's own numbers are not read with them."""

from __future__ import annotations

import pytest
from reading import read_one, said
from test_table import FLAT, H0, H2, csv, lines, one, sheet

from grader.model import Unreadable

UNITS = list(enumerate(H0))
H1_ROW = "h1 ch. 1: 0.38; 1.40; 0.96; 1.06"

APART = [
    [["unit", "h0", "error"], *[[k, v, 0.001] for k, v in UNITS]],
    [["unit", "h0", "error", "seen"], *[[k, v, 0.001, 3] for k, v in UNITS]],
    [["h0", "error"], *[[v, 0.001] for v in H0]],
    [["h0", *H0, "sum", sum(H0)]],
    [["h0"], H0, ["of which", 1, 2, 3]],
    [["h0", *H0], ["rounded", *H0]],
]


@pytest.mark.parametrize("rows", APART)
def test_a_column_or_row_with_a_head_of_its_own_is_not_read_with_the_label(rows):
    submission = one(sheet(rows))
    assert said(submission) == {"gan.h0": ((8,), H0)}
    assert said(csv(lines(*rows))) == {"gan.h0": ((8,), H0)}
    assert submission.remarks


def test_a_matrix_has_no_further_columns():
    rows = [["h2", None, None, None, "note"], *[[*row, 0.5] for row in H2]]
    assert said(one(sheet(rows))) == {"gan.h2": ((4, 4), FLAT)}


def test_a_line_of_another_channel_is_no_second_row():
    text = f"Name: A B\nID: s1\n\nh0: {'; '.join(map(str, H0))}\n{H1_ROW}\n"
    submission = read_one(text, "a.txt")
    assert said(submission) == {"gan.h0": ((8,), H0)}
    assert "h1 ch. 1" in " ".join(map(str, submission.remarks))


DOUBTFUL = [
    [["h0", "before", "after"], *[[k, v - 0.1, v] for k, v in UNITS]],
    [["h0"], *[[v, v + 1] for v in H0]],
    [["h1"], ["```"], [], ["```"], ["##", None, 1]],
]


@pytest.mark.parametrize("rows", DOUBTFUL)
def test_numbers_of_which_any_could_be_meant_are_left_to_a_person(rows):
    (found,) = said(one(sheet(rows))).values()
    assert isinstance(found, Unreadable)
    assert "nothing else there" in found.reason


@pytest.mark.parametrize("row", [[*H0, 9], H0[:3], [1]])
def test_a_list_of_another_length_is_the_students_own(row):
    (found,) = said(one(sheet([["h0", *row]]))).values()
    assert found == (((len(row),), row) if len(row) > 1 else 1)


LISTS = ["[0.1, 1, 0.76, 0.76, 0.2, 0.64, 0.92, 0.16]", str(H0)]


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_lists_beside_one_name_none_is_chosen(first):
    one_list, other = LISTS[first], LISTS[1 - first]
    (found,) = said(one(sheet([["h0", one_list, other]]))).values()
    assert isinstance(found, Unreadable)
    text = f"| quantity | before | after |\n|---|---|---|\n| h0 | {one_list} | {other} |\n"
    (found,) = said(read_one(text, "a.md")).values()
    assert isinstance(found, Unreadable)
    assert "two lists stand beside one name" in found.reason


def test_two_lists_that_are_alike_are_one():
    submission = one(sheet([["h0", LISTS[1], LISTS[1].replace("1.4", "1.40")]]))
    assert said(submission) == {"gan.h0": ((8,), H0)}
    assert submission.remarks == ()
