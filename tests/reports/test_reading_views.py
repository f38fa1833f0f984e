"""What was understood, shown: as text, as a page and as JSON."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from core_samples import PLACE, TYPO, answers, by_entry, listed, rubric
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.fault import Fault
from grader.model import Formula, Place, Remark, Student, Unreadable
from grader.reading import understood
from grader.reports.reading_grids import Limits, taken_grid, written_grid
from grader.reports.reading_page import reading_page
from grader.reports.reading_record import reading_record
from grader.reports.reading_text import reading_text
from grader.reports.reading_words import drawn, place_told, shape_told, summary

EIGHT = ["0.50", "1.5", "2.5", "3.5", "4.5", "5.5", "6.5", "7.5"]
SQUARE = [EIGHT[:4], EIGHT[4:], EIGHT[:4], EIGHT[4:]]
GRADIENTS = [["4.110e-07", "8.221e-07", "-1.23e-06", "8.22E-07"]] * 4
HOSTILE = "<script>x</script>\u202e\x1b[31m</math>"
FEW = Limits(blocks=2, rows=3, columns=3, listed=5)


def told(sheet, **more):
    return understood(replace(answers(sheet), **more), rubric())


def one(response, quantity="gan.h0"):
    return told({quantity: response}).readings[0]


MIXED = told(
    {
        "gan.h0": ["0.50", None, TYPO, "3.5", "4.5", "5.5", "6.5", "7.5"],
        "gan.h1": listed(np.reshape(EIGHT, (2, 2, 2)), base=1),
        "gan.h2": SQUARE,
        "gan.grad_h2": GRADIENTS,
        "gan.grad_H2": [*EIGHT, *EIGHT, "1"],
        "gan.grad_w0": [EIGHT, EIGHT],
        "gan.m": Unreadable("~~", "it is smudged", PLACE),
        "autoencoder.grad_xp": "-2(x - x')",
        "autoencoder.grad_h": "W2 @ (grad_xp",
        "autoencoder.grad_W1": Formula("x @ d1.T", PLACE, ("q = 2", "d1 = W2 @ grad_z2")),
    },
    conventions={"objective": "minimize_nll", "index_base": "1"},
    remarks=(Remark("'h9' is no quantity", Place("a.csv", line=3)), Remark("is late")),
)
"""Something of everything."""


# --- in words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "remarks", "words"),
    [
        ({}, (), "0 answers read."),
        ({"gan.h0": EIGHT}, (), "1 answer read."),
        ({"gan.h2": EIGHT * 2}, (), "1 answer read, with a choice."),
        ({"gan.h0": EIGHT, "gan.h2": EIGHT * 2}, (), "2 answers read, 1 of them with a choice."),
        ({"gan.h0": EIGHT, "gan.m": TYPO}, (), "1 answer read, 1 not read."),
        ({"gan.h0": [TYPO, *EIGHT[1:]], "gan.h2": EIGHT}, (), "0 answers read, 1 in part, 1 not"),
        ({"gan.h0": EIGHT}, (Remark("is late"),), "1 answer read."),
        (
            {"gan.h0": EIGHT},
            (Remark("what?", Place("a", line=1)),) * 3,
            "1 answer read; 3 things could not be placed.",
        ),
    ],
)
def test_one_line_sums_up(sheet, remarks, words):
    assert summary(told(sheet, remarks=remarks)).startswith(words)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (Place("a.json", key="answers/h0"), Place("a.json", key="answers/h0[7]"), "at answers/h0"),
        (Place("a.csv", line=5), Place("a.csv", line=5), "line 5"),
        (Place("a.csv", line=5), Place("a.csv", line=12), "lines 5 to 12"),
        (
            Place("a.xlsx", sheet="gan", cell="B4"),
            Place("a.xlsx", sheet="gan", cell="F8"),
            "sheet gan, cells B4 to F8",
        ),
        (Place("a.xlsx", sheet="g", cell="B4"), Place("a.xlsx", sheet="g", cell="B4"),
         "sheet g, cell B4"),
        (Place("a.md"), Place("a.md"), ""),
    ],
)  # fmt: skip
def test_a_place_is_told_from_its_beginning_to_its_end_without_the_file(start, end, words):
    reading = one(["1", "2", "3", "4", "5", "6", "7", "8"])
    cells = tuple(replace(cell, place=end) for cell in reading.answer.response.cells)
    response = replace(reading.answer.response, cells=cells)
    moved = replace(reading, answer=replace(reading.answer, place=start, response=response))
    assert place_told(moved) == words


@pytest.mark.parametrize(
    ("quantity", "response", "words"),
    [
        ("gan.h0", EIGHT, "a list of 8"),
        ("gan.m", "1", "one number"),
        ("gan.grad_w0", [EIGHT, EIGHT], "8 x 2 values"),
        ("autoencoder.grad_xp", "x - xp", "N x 1 values"),
    ],
)
def test_the_shape_is_the_quantitys(quantity, response, words):
    assert shape_told(one(response, quantity)) == words


@pytest.mark.parametrize(
    ("text", "span", "shown"),
    [
        ("", (0, 0), None),
        ("a + §", (4, 5), ("a + §", "    ^")),
        ("a +", (3, 3), ("a +", "   ^")),
        ("\u202ea + §b", (5, 7), ("\\u202ea + §b", " " * 10 + "^^")),
        ("a\n  bb c", (4, 6), ("  bb c", "  ^^")),
        ("abc\ndef", (1, 6), ("abc", " ^^")),
        ("a" * 50 + "§" + "b" * 50, (50, 51), ("..." + "a" * 10 + "§" + "b" * 3 + "...",
                                             " " * 13 + "^")),
        ("§" * 99, (0, 99), ("§" * 17 + "...", "^" * 20)),
    ],
)  # fmt: skip
def test_the_part_that_is_meant_is_marked_in_a_window(text, span, shown):
    assert drawn(Fault("no", text, span), 20) == shown


# --- long arrays --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "rows", "more"),
    [
        (EIGHT[:5], [5], (0, 0, 0)),
        (EIGHT, [5], (0, 3, 0)),
        ([EIGHT] * 5, [3, 3, 3], (2, 5, 0)),
        ([[["1"]]] * 5, [1], (0, 0, 3)),
        ([], [0], (0, 0, 0)),
        ([[]], [0], (0, 0, 0)),
    ],
)
def test_of_a_long_array_the_beginning_is_shown_and_the_rest_counted(values, rows, more):
    sheet = told({"gan.h0": values})
    grids = [written_grid(r.answer.response, FEW) for r in sheet.readings]
    for condensed in grids:
        block = condensed.blocks[0]
        assert [len(row) for row in block.rows] == rows
        assert (block.more_rows, block.more_columns, condensed.more_blocks) == more
    assert bool(grids) == bool(np.size(values))


def test_written_are_the_digits_and_understood_is_the_value():
    reading = one(["1.40", " ,5", "−4.110·10^−7", "1e3", None, TYPO, "1/3", "0.1234567890123"])
    wide = replace(FEW, listed=8)
    written = [e.text for e in written_grid(reading.answer.response, wide).blocks[0].rows[0]]
    assert written == ["1.40", ",5", "−4.110·10⁻⁷", "1e3", "-", TYPO, "1/3", "0.1234567890123"]
    taken = [(e.text, e.kind) for e in taken_grid(reading.taken, wide).blocks[0].rows[0]]
    assert taken == [
        ("1.4", "number"),
        ("0.5", "number"),
        ("-4.11e-7", "number"),
        ("1000", "number"),
        ("-", "missing"),
        ("?", "unread"),
        ("0.3333333333", "number"),
        ("0.123456789", "number"),
    ]


# --- in the terminal ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "Student: s1001, Doe, Jane, level 6850",
        "Conventions stated: you minimise the negative log-likelihood; entries are",
        "h0: the projected input after ReLU                             [1 of 8 not read]",
        '  "gan.h0"',
        "  0.50  -     1..4  3.5   4.5   5.5     | 0.5  -    ?    3.5  4.5  5.5  6.5  7.5",
        "  - Missing: 1 of 8 entries: h0[1].",
        "  [1,1,1] 0.50  [1,1,2] 1.5             | [0]",
        "  - Its entries are counted from 1.",
        "  - It is read as it stands; the transpose would fit too.",
        "  4.110e-07 8.221e-07 -1.23e-06 8.22E-07 | 4.11e-7 8.221e-7 -1.23e-6 8.22e-7",
        "m: the discriminator's logit                                          [not read]",
        "  ~~                                    | it is smudged",
        "  -2(x - x')                            | grad_xp = -2 * (x - xp)",
        "  W2 @ (grad_xp                         | This bracket is never closed.",
        "    W2 @ (grad_xp",
        "         ^",
        "  d1 = W2 @ grad_z2                     | grad_W1 = x @ (W2 @ grad_z2).T",
        "Not found here: grad_w1, grad_h0.",
        "- line 3: 'h9' is no quantity",
        "- is late",
        "6 answers read, 1 in part, 3 not read; 1 thing could not be placed.",
    ],
)
def test_written_and_understood_stand_side_by_side(line):
    assert line in reading_text(MIXED).splitlines()


def test_what_has_no_room_beside_it_stands_below_it():
    lines = reading_text(told({"gan.grad_w0": [["1.23456e-07"] * 8] * 2})).splitlines()
    start = lines.index("  WRITTEN")
    assert lines[start + 5].startswith("  UNDERSTOOD: 8 x 2 values")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_longer_than_the_terminal_is_wide(width):
    long = told(
        {"gan.c": "x" * 1900, "autoencoder.grad_h": "§ " * 700, "gan.h2": [["1"] * 90] * 90}
    )
    for submission in (MIXED, long):
        assert max(map(len, reading_text(submission, width).splitlines())) <= width


def test_of_a_long_list_the_rest_is_counted_below_it():
    lines = reading_text(told({"gan.h0": [str(n) for n in range(100)]})).splitlines()
    assert any(line.startswith("  ... 52 more ") for line in lines)


def test_a_wide_terminal_is_used_up_to_120_columns():
    assert reading_text(MIXED, 120) == reading_text(MIXED, 500) != reading_text(MIXED, 80)
    assert reading_text(MIXED, 1) == reading_text(MIXED, 60)


@given(
    st.text(max_size=60),
    st.lists(st.text(max_size=30), min_size=1, max_size=9),
    st.sampled_from(["gan.h0", "gan.h2", "autoencoder.grad_W2"]),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_neither_view_breaks_or_lets_it_through(text, entries, quantity):
    hostile = HOSTILE + text
    for response in (Formula(hostile, PLACE, (hostile,)), by_entry({(0,): hostile}), entries):
        submission = told({quantity: response}, student=Student(hostile, text), file=text)
        shown = reading_text(submission)
        assert not set("\x1b\u202e\x07\x9b\r") & set(shown)
        page = reading_page([submission])
        assert "<script" not in page
        assert not set("\x1b\u202e\x9b") & set(page)
        json.dumps(reading_record(submission), allow_nan=False)


# --- as a page ----------------------------------------------------------------------------------


class _Page(HTMLParser):
    """Checks that every element is closed, and gathers what the tests ask about."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.text, self.ids, self.links = [], [], [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name == "href"]
        if tag not in {"meta", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())


@pytest.mark.parametrize(
    "words",
    [
        "What we understood",
        "s1001, Doe, Jane, level 6850",
        "6 answers read, 1 in part, 3 not read; 1 thing could not be placed.",
        "you minimise the negative log-likelihood; entries are counted from 1",
        "written as “ gan.h0 ”",
        "You wrote 0.50 - (nothing written) 1..4 (not read) 3.5",
        "We understood a list of 8 0.5 - (nothing written) ? (not read) 3.5",
        "[1,1,1] 0.50 [1,1,2] 1.5",
        "You wrote ~~ Not read it is smudged",
        "This bracket is never closed. W2 @ (grad_xp ^",
        "d1 = W2 @ grad_z2 x @ d1.T",
        "Not placed or not used line 3: 'h9' is no quantity",
        "About the file is late",
    ],
)
def test_the_page_tells_the_same(words):
    assert words in _Page(reading_page([MIXED])).words


def test_formulas_are_typeset_with_the_problems_symbols():
    page = reading_page([told({"autoencoder.grad_xp": "-2*(x - xp)"})])
    (formula,) = re.findall(r'<span class="equals">=</span> (<math.*?</math>)', page)
    assert "<mi>′</mi>" in formula
    assert "xp" not in formula


def test_blanks_that_lay_out_are_not_shown():
    formula = Formula("grad_xp  =\t -2 \n (x   -  xp)", PLACE, ("q =   2 ", "r  = 3"))
    views = told({"autoencoder.grad_xp": formula})
    assert "grad_xp = -2" in (text := reading_text(views))
    assert "(x - xp)" in text
    lines = re.findall(r"<span><bdi>(.*?)</bdi></span>", reading_page([views]))
    assert lines == ["grad_xp = -2", "(x - xp)"]


def test_a_long_formula_may_be_cut_on_the_page_and_is_smaller_on_paper():
    long = " + ".join(["x"] * 20) + " - 2*xp * (" + " - ".join(["xp"] * 40) + ")"
    page = reading_page([told({"autoencoder.grad_xp": long})])
    assert page.count("<wbr>") == 20
    assert re.search(r'<span class="wide" style="--signs:\d{2,3}"><math', page)


def test_definitions_are_typeset_before_the_formula():
    part = reading_page([MIXED]).partition("d1 = W2 @ grad_z2")[2]
    given_first, _, formula = part.partition('<span class="equals">')
    assert given_first.count("<math") == 3  # the definition's sides, and the quantity's name
    assert "<math" in formula


def test_every_link_leads_somewhere_and_each_place_is_named_once():
    other = replace(MIXED, student=Student("s2"))
    page = _Page(reading_page([MIXED, other]))
    assert {link.removeprefix("#") for link in page.links} == set(page.ids)
    assert len(page.ids) == len(set(page.ids)) == 2 * (1 + len(MIXED.readings))
    assert page.text.count("s2") == 2


def test_the_page_needs_nothing_else_and_runs_nothing():
    page = reading_page([MIXED])
    assert "default-src 'none'" in page
    assert not {"script", "img", "link", "iframe"} & set(_Page(page).tags)
    assert "http" not in page.replace("http-equiv", "")


def test_a_huge_grid_makes_no_huge_page():
    page = reading_page([told({"gan.h2": [[str(i) for i in range(100)]] * 100})])
    assert len(page) < 60_000
    assert "… 84 more rows 84 more columns" in _Page(page).words


# --- as JSON ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "quantity", "written", "taken"),
    [
        (EIGHT, "gan.h0", {"numbers": EIGHT}, {"numbers": [*map(float, EIGHT)], "layout": ""}),
        ("7.50", "gan.m", {"numbers": "7.50"}, {"numbers": 7.5, "layout": ""}),
        (
            by_entry({(1,): "7.50"}),
            "gan.h0",
            {"entries": [{"index": (1,), "text": "7.50"}]},
            {"numbers": [None, 7.5, *[None] * 6], "layout": ""},
        ),
        (
            [EIGHT, EIGHT],
            "gan.grad_w0",
            {"numbers": [EIGHT, EIGHT]},
            {"numbers": [[float(text)] * 2 for text in EIGHT], "layout": "transposed"},
        ),
        (Unreadable("~", "no", PLACE), "gan.m", {"text": "~"}, None),
        (
            Formula("x-x'", PLACE, ("a = b",)),
            "autoencoder.grad_xp",
            {"formula": "x-x'", "given": []},
            {"formula": "x - xp", "latex": "x - x'"},
        ),
    ],
)
def test_json_has_what_was_written_and_what_it_was_taken_for(response, quantity, written, taken):
    (record,) = reading_record(told({quantity: response}))["answers"]
    assert (record["written"], record["understood"]) == (written, taken)
    assert record["quantity"] == quantity


def test_json_has_the_reason_and_the_part_that_is_meant():
    record = reading_record(told({"autoencoder.grad_h": "W2 @ (grad_xp"}))["answers"][0]
    assert (record["confidence"], record["span"]) == ("not read", [5, 6])
    assert record["reason"] == "This bracket is never closed."


def test_json_leaves_nothing_out():
    record = reading_record(MIXED)
    assert [answer["quantity"] for answer in record["answers"]] == [
        reading.answer.key for reading in MIXED.readings
    ]
    assert record["unplaced"] == ["a.csv, line 3: 'h9' is no quantity"]
    assert record["remarks"] == ["is late"]
    assert record["absent"] == ["gan.grad_w1", "gan.grad_h0", "autoencoder.grad_W2"]
    assert record["conventions"] == {"objective": "minimize_nll", "index_base": "1"}
