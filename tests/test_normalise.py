"""How an array was written down: transposed, flat, in another axis order, entry by entry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from core_samples import (
    PLACE,
    TYPO,
    by_entry,
    found,
    graded,
    grid,
    item,
    listed,
    problem,
    rounded,
    student,
    working,
)

from grader.model import Cell, Grid, Number, Verdict
from grader.normalise import bases, doubled, layouts, read_entries, read_grid, written

SHAPES = {q: np.shape(v) for q, v in working().items()}


def _texts(array, digits=6):
    return np.array(rounded(array, digits), dtype=object)


def _best(quantity, values):
    """The assessment of one quantity, alone."""
    return item(graded({quantity: values.tolist()}), quantity)


# --- grids --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "how", "noted"),
    [
        ("h0", lambda x: x, False),
        ("h0", lambda x: x.reshape(8, 1), False),  # a column is a list
        ("h0", lambda x: x.reshape(1, 8), False),
        ("h0", lambda x: x.reshape(2, 4), True),
        ("h1", lambda x: x.reshape(8), True),
        ("h1", lambda x: x.reshape(4, 2), True),
        ("h1", lambda x: x.reshape(2, 4), True),
        ("h2", lambda x: x.T, True),
        ("h2", lambda x: x.reshape(16), True),
        ("h2", lambda x: x.reshape(16, 1), True),
        ("grad_w0", lambda x: x, False),
        ("grad_w0", lambda x: x.T, True),
        ("grad_w0", lambda x: x.reshape(16), True),
        ("grad_w1", lambda x: x, False),
        ("grad_w1", lambda x: x.reshape(6, 3), True),  # one kernel below the other
        ("grad_w1", lambda x: np.hstack([x[0], x[1]]), True),  # side by side: (3, 6)
        ("grad_w1", lambda x: x.reshape(18), True),
        ("grad_w1", lambda x: x.transpose(1, 2, 0), True),  # (3, 3, 2)
        ("grad_w1", lambda x: x.transpose(1, 0, 2), True),
        ("grad_w1", lambda x: x.reshape(2, 9), True),
        ("c", lambda x: x.transpose(1, 2, 0), True),
        ("c", lambda x: x.reshape(8, 4), True),
        ("c", lambda x: np.hstack([x[0], x[1]]), True),
        ("m", lambda x: x.reshape(1), False),
        ("m", lambda x: x.reshape(1, 1), False),
        ("grad_b1", lambda x: x.T, True),
    ],
)
def test_a_layout_costs_nothing_and_is_told(quantity, how, noted):
    assessment = _best(quantity, how(_texts(working()[quantity])))
    assert assessment.verdict is Verdict.CORRECT
    assert assessment.score == assessment.max_score
    assert [f.code for f in assessment.findings] == ["layout"] * noted
    assert bool(assessment.notes) is noted


@pytest.mark.parametrize(
    ("quantity", "shape"),
    [
        ("h0", (7,)),
        ("h0", (9,)),
        ("h0", (2,)),
        ("h0", ()),
        ("h0", (4, 4)),
        ("h2", (4, 3)),
        ("h2", (3, 5)),
        ("h2", (4,)),
        ("h2", (1, 4)),
        ("h2", (4, 1)),
        ("grad_w1", (3, 3)),
        ("grad_w1", (9, 2, 3)),
        ("m", (2,)),
        ("m", (4, 4)),
    ],
)
def test_a_shape_that_cannot_be_the_quantitys_is_told(quantity, shape):
    assessment = _best(quantity, np.full(shape, "0.5", dtype=object).reshape(shape))
    assert assessment.verdict is Verdict.INCORRECT
    assert assessment.score == 0
    assert [f.code for f in assessment.findings] == ["shape_mismatch"]
    assert "expected" in assessment.notes[0]


def test_entries_count_where_they_stand_not_wherever_they_would_fit():
    # two entries of the reference would be right as written, all are as transposed
    values = np.array([["1", "3"], ["2", "4"]], dtype=object)
    read = read_grid(grid(values.tolist()), (2, 2))
    assert [layout.words for layout in read.layouts] == ["", "transposed"]
    as_is, turned = (written(read, layout, 2).values for layout in read.layouts)
    assert as_is.tolist() == [[1, 3], [2, 4]]
    assert turned.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("found_shape", "shape", "ways"),
    [
        ((4,), (2, 2), 2),  # row by row and column by column
        ((2, 2), (2, 2), 2),
        ((3, 1), (3,), 1),
        ((1, 3), (3,), 1),
        ((3,), (3,), 1),
        ((1, 1), (), 1),
        ((), (), 1),
        ((1,), (), 1),
        ((18,), (2, 3, 3), 6),
        ((6, 3), (2, 3, 3), 6),
        ((2, 3), (3, 3), 0),
        ((0,), (2,), 0),
        ((5,), (2, 2), 0),
    ],
)
def test_how_many_layouts_a_shape_allows(found_shape, shape, ways):
    possible = layouts(found_shape, shape)
    assert len({way.positions.tobytes() for way in possible}) == len(possible)
    for way in possible:
        assert sorted(way.positions.tolist()) == list(range(len(way.positions)))
    assert (len(possible) > 0) is (ways > 0)
    assert len(possible) <= max(ways, 1)


@pytest.mark.parametrize("quantity", ["h0", "h1", "h2", "grad_w0", "grad_w1", "c"])
def test_the_layout_as_tabled_comes_first(quantity):
    shape = SHAPES[quantity]
    first = layouts(shape, shape)[0]
    assert first.words == ""
    assert first.positions.tolist() == list(range(int(np.prod(shape))))


def test_a_symmetric_array_is_as_tabled():
    even = np.array([["1", "2"], ["2", "1"]], dtype=object)
    read = read_grid(grid(even.tolist()), (2, 2))
    assert read.layouts[0].words == ""


def test_zeros_that_a_spreadsheet_lost_count_as_written():
    kept = Number("0.4", 0.4, last_place=-1, digits=1)
    cells = tuple(Cell(content, PLACE) for content in (kept, replace(kept, zeros_lost=True), None))
    read = read_grid(Grid((3,), cells), (3,))
    for min_digits, digits, units in [
        (1, [1, 1, 0], [0.1, 0.1, 0]),
        (3, [1, 3, 0], [0.1, 1e-3, 0]),
    ]:
        obtained = written(read, read.layouts[0], min_digits)
        assert obtained.digits.tolist() == digits
        assert obtained.unit.tolist() == pytest.approx(units)


def test_one_wrong_entry_does_not_turn_an_array():
    h2 = _texts(working()["h2"])
    h2[0, 1] = "9.9"
    assessment = _best("h2", h2)
    assert (assessment.right, assessment.wrong) == (15, ((0, 1),))
    assert [f.code for f in assessment.findings] == ["arithmetic_slip"]


def test_a_slip_in_a_transposed_array_is_named_where_it_belongs():
    turned = _texts(working()["h2"]).T
    turned[3, 0] = "9.9"  # the key's row 0, column 3
    assessment = _best("h2", turned)
    assert assessment.wrong == ((0, 3),)
    assert {f.code for f in assessment.findings} == {"arithmetic_slip", "layout"}


def test_an_empty_entry_is_missing_and_the_others_are_marked():
    h0 = _texts(working()["h0"])
    h0[2] = None
    assessment = _best("h0", h0)
    assert (assessment.right, assessment.wrong) == (7, ((2,),))
    assert assessment.score == assessment.max_score * 7 / 8
    assert assessment.verdict is Verdict.PARTIAL
    assert not assessment.findings


def test_an_unreadable_entry_is_told_and_the_others_are_marked():
    h0 = _texts(working()["h0"])
    h0[2] = TYPO
    assessment = _best("h0", h0)
    assert (assessment.right, assessment.wrong) == (7, ((2,),))
    assert [e.mark.value for e in assessment.entries if e.index == (2,)] == ["unreadable"]
    assert "1..4" in " ".join(assessment.notes)


# --- entry by entry -----------------------------------------------------------------------------


@pytest.mark.parametrize("base", [0, 1])
@pytest.mark.parametrize("quantity", ["h0", "h1", "h2", "c", "grad_w0", "grad_w1", "m"])
def test_entries_by_index_count_from_0_or_1(quantity, base):
    assessment = item(graded({quantity: listed(_texts(working()[quantity]), base)}), quantity)
    assert assessment.verdict is Verdict.CORRECT
    assert not [f for f in assessment.findings if f.code != "layout"]


@pytest.mark.parametrize("base", [0, 1])
def test_the_base_is_one_for_all_answers(base):
    """An answer that fits both is read as the one that does not."""
    h0 = _texts(working()["h0"])
    some = by_entry({(i + base,): h0[i] for i in range(1, 7)})
    h2 = listed(_texts(working()["h2"]), base)
    assessment = item(graded({"h0": some, "h2": h2}), "h0")
    assert set(assessment.wrong) == {(0,), (7,)}
    assert not assessment.findings


@pytest.mark.parametrize("base", [0, 1])
def test_the_numbers_tell_the_base_where_the_indices_do_not(base):
    h0 = _texts(working()["h0"])
    some = by_entry({(i + base,): h0[i] for i in range(1, 6)})
    assessment = item(graded({"h0": some}), "h0")
    assert assessment.right == 5
    assert not assessment.findings


def test_a_stated_base_is_believed():
    h0 = _texts(working()["h0"])
    some = by_entry({(i + 1,): h0[i] for i in range(7)})
    stated = item(graded({"h0": some}, index_base="1"), "h0")
    assert stated.right == 7


@pytest.mark.parametrize("base", [0, 1])
def test_a_flat_index_reads_row_by_row(base):
    h2 = _texts(working()["h2"]).reshape(16)
    assessment = item(graded({"h2": listed(h2, base)}), "h2")
    assert assessment.verdict is Verdict.CORRECT


def test_an_index_in_another_axis_order_is_a_layout():
    w1 = _texts(working()["grad_w1"]).transpose(1, 2, 0)
    assessment = item(graded({"grad_w1": listed(w1)}), "grad_w1")
    assert assessment.verdict is Verdict.CORRECT
    assert [f.code for f in assessment.findings] == ["layout"]


@pytest.mark.parametrize(
    "indices", [[(8,), (0,)], [(-1,)], [(9,)], [(0, 0)], [(0,), (0, 1)], [()], [(10**9,)]]
)
def test_an_index_out_of_range_is_told(indices):
    assessment = item(graded({"h0": by_entry(dict.fromkeys(indices, "0.38"))}), "h0")
    assert assessment.verdict is Verdict.INCORRECT
    assert [f.code for f in assessment.findings] == ["shape_mismatch"]
    assert "index" in assessment.notes[0]


def test_which_bases_are_possible():
    shape = (3,)
    assert bases(by_entry({(0,): "1"}), shape) == (0,)
    assert bases(by_entry({(3,): "1"}), shape) == (1,)
    assert bases(by_entry({(1,): "1"}), shape) == (0, 1)
    assert bases(by_entry({(0,): "1", (3,): "1"}), shape) == ()
    assert read_entries(by_entry({(0,): "1", (3,): "1"}), shape, 0) is None


def test_an_index_given_twice_with_other_values_is_not_guessed():
    first, second = by_entry({(0,): "0.38"}), by_entry({(0,): "0.39"})
    both = type(first)((*first.entries, *second.entries))
    assert doubled(both) == ((0,),)
    assessment = item(graded({"h0": both}), "h0")
    assert assessment.verdict is Verdict.UNREADABLE
    assert "twice" in assessment.notes[0]
    assert assessment.score == 0


def test_an_index_given_twice_with_one_value_counts_once():
    first, second = by_entry({(0,): "0.38"}), by_entry({(0,): "0.380"})
    both = type(first)((*first.entries, *second.entries))
    assert doubled(both) == ()
    assert item(graded({"h0": both}), "h0").right == 1


def test_an_unreadable_entry_given_twice_is_told():
    first = by_entry({(0,): TYPO})
    other = by_entry({(0,): "1..5"})
    assert doubled(type(first)((*first.entries, *other.entries))) == ((0,),)


# --- all of it together -------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", [None, {"reshape": "channels_last", "flatten": "column_major"}])
def test_every_answer_transposed_is_still_all_right(chosen):
    sheet = student(chosen)
    turned = {k: np.array(v, dtype=object).T.tolist() for k, v in sheet.items()}
    report = graded(turned)
    assert report.score == problem().points
    assert found(report) == []


def test_every_answer_as_one_row_is_still_all_right():
    sheet = {k: np.ravel(np.array(v, dtype=object)).tolist() for k, v in student().items()}
    report = graded(sheet)
    assert report.score == problem().points
    assert found(report) == []
