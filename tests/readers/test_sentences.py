"""Answers inside of sentences, and behind a name and a colon."""

from __future__ import annotations

import pytest
from reading import read_one, said

from grader.model import Unreadable

ROW = "0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06"
H0 = {"gan.h0": ((8,), [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06])}

NUMBERS = [
    (f"This is h0 = [{ROW}]. The next step is to reshape it.", H0),
    (f"## h0\n\n$[{ROW}]$", H0),
    (f"I get h0 = [{ROW}], where nothing was cut off.", H0),
    (f"- $h_0$ → `[{ROW}]`", H0),
    (f"h0 -> [{ROW}]", H0),
    (f"h0 <- c({ROW})", H0),
    (f"```r\nh0 <- c({ROW})\n```", H0),
    (f"$h_0$ is equal to $({ROW})$", H0),
    (f"- h0 ← {ROW}", H0),
    ("So p = 0.99, meaning that it is fooled.", {"gan.p": 0.99}),
    ("So p = 0.99. The gradient of m is 1 - 0.99.", {"gan.p": 0.99}),
    ("m = 12.4, which is what I expected", {"gan.m": 12.4}),
    # without a mark before the words
    (f"h0 = [{ROW}] (after ReLU)", H0),
    (f"h0 = [{ROW}] after the ReLU", H0),
    (f"h0 = {ROW} rounded to two digits", H0),
    (f"h0 = {ROW} (rounded to 2 decimal places)", H0),
    (f"h0 = {ROW} for the eight hidden units", H0),
    (f"h0 = [{ROW}] as an 8 by 1 vector", H0),
    ("m = 12.4 is large, so p = 0.99 and it is fooled", {"gan.m": 12.4, "gan.p": 0.99}),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_the_words_behind_numbers_are_passed_over(text, expected):
    submission = read_one(f"{text}\n\n## Gradient of p\n\n$1 / p$", "a.md")
    assert said(submission) == {**expected, "gan.grad_p": "1 / p"}
    assert submission.remarks == ()


TOLD = [
    f"h0 = [{ROW}] times 10^-1 or so",
    "m = 12.4, or rather 12.5",
    "grad_m = 4.11, all of it times 1e-6",
    # words that may mean other values
    f"h0 = [{ROW}] as multiples of 10",
    f"h0 = {ROW} is wrong",
    f"h0 = [{ROW}] as the negated one",
    f"h0 = {ROW} before the ReLU",
    f"h0 = [{ROW}] (before ReLU)",
    f"h0 = {ROW} for the first time, or was it 3",
    "m = 12.4 is what 3 makes",
    "h0 = 0.38 is the top one",
    "m = 12.4 percent of it",
    "h0 = 0.38 (unit one), 1.4 (unit two), 0.96 (unit three)",
]


@pytest.mark.parametrize("text", TOLD)
def test_words_with_numbers_are_not(text):
    submission = read_one(f"{text}\n\n$p = 0.99$", "a.md")
    found = said(submission)
    assert found.pop("gan.p") == 0.99
    assert all(isinstance(value, str | Unreadable) for value in found.values())
    assert found or "numbers were expected" in str(submission.remarks[0])


SENTENCES = [
    f"We get {{{ROW}}} for $h_0$",
    f"The vector h0 has the eight entries {ROW} and that was it.",
    f"With {ROW} we are done with h0",
]


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_with_a_quantity_and_its_numbers_is_told(text):
    submission = read_one(f"{text}\n\n$p = 0.99$", "a.md")
    assert said(submission) == {"gan.p": 0.99}
    (remark,) = submission.remarks
    assert "line 1: not placed, a sentence that names a quantity" in str(remark)


@pytest.mark.parametrize(
    "text",
    [
        "The entries of h0 lie between 0.38 and 1.62.",
        f"In between I had {ROW}.",
        f"Here m or p: {ROW}",
        f"For (c) and h it is {ROW}",
        "h0 <-0.5 would be cut off",
        "h0 has 8, h1 has 2, 2, 2 and h2 has 4, 4 entries",
    ],
)
def test_a_sentence_in_passing_needs_no_word(text):
    submission = read_one(f"{text}\n\n$p = 0.99$", "a.md")
    assert said(submission) == {"gan.p": 0.99}
    assert submission.remarks == ()


ONES = "1, 1, 1, 1, 1, 1, 1, 1"
REJECTED = [
    f"Without the bias it would be $h_0 = [{ONES}]$.",
    f"My neighbour (Bo) found h0 = [{ONES}]",
    f"That is not h0 = [{ONES}]",
    f"A classmate got $h_0 = [{ONES}]$ but I think that is wrong.",
    f"\\footnote{{Earlier I had $h_0 = [{ONES}]$}}",
]


@pytest.mark.parametrize("text", REJECTED)
def test_what_the_student_rejects_is_no_answer(text):
    submission = read_one(f"$h_0 = [{ROW}]$\n\n{text}\n\n$p = 0.99$", "a.md")
    assert said(submission) == H0 | {"gan.p": 0.99}
    (remark,) = submission.remarks
    assert "line 3: not placed, it is said not to be the student's answer" in str(remark)


NOT_REJECTED = [
    f"Earlier I had $h_0 = [{ONES}]$, but now $h_0 = [{ROW}]$.",
    f"My neighbour found another one. I have h0 = [{ROW}]",
    f"My neighbour and I disagree; h0 = [{ROW}]",
    f"Without the bias it would be smaller, so $h_0 = [{ROW}]$",
    f"It would be $m = 3$ otherwise; $h_0 = [{ROW}]$",
]


@pytest.mark.parametrize("text", NOT_REJECTED)
def test_what_another_sentence_rejects_is_an_answer(text):
    found = said(read_one(f"$h_0 = [{ONES}]$\n\n{text}\n\n$p = 0.99$", "a.md"))
    assert found == H0 | {"gan.p": 0.99}


ALIKE = r"\begin{bmatrix} 0.38 & 1.4 \\ 0.96 & 1.06 \end{bmatrix}"


@pytest.mark.parametrize(
    "name", ["h_1^a", "h_{1}^{a}", "h_1^*", r"\nabla h_1^{x}", "h_{1}_{i}^{a}"]
)
def test_numbers_whose_name_begins_like_a_quantity_s_are_told(name):
    submission = read_one(f"${name} = {ALIKE}$ and $p = 0.99$", "a.md")
    assert said(submission) == {"gan.p": 0.99}
    assert "it names no quantity" in str(submission.remarks[0])


@pytest.mark.parametrize("name", ["a", "a^b", "w_1^1", "w_1"])
def test_numbers_of_another_name_need_no_word(name):
    submission = read_one(f"${name} = {ALIKE}$ and $p = 0.99$", "a.md")
    assert said(submission) == {"gan.p": 0.99}
    assert submission.remarks == ()


FORMULAS = [
    ("- gradient of $H_2$: $(1-p) w_2$", "(1-p) w_2"),
    ("**Gradient of $H_2$**: $(1-p)w_2$.", "(1-p)w_2"),
    ("2. grad_H2: `(1-p)*w2`", "(1-p)*w2"),
    ("- grad_H2: (1 - p) * w2", "(1 - p) * w2"),
    (r"Gradient of H_2: (1-p) \cdot w_2", r"(1-p) \cdot w_2"),
]


@pytest.mark.parametrize(("text", "formula"), FORMULAS)
def test_a_gradient_may_have_its_formula_behind_a_colon(text, formula):
    found = said(read_one(f"{text}\n\n$m = 12.4$", "a.md"))
    assert found["gan.grad_H2"].partition(" = ")[2] == formula


@pytest.mark.parametrize(
    "text",
    ["grad_H2: see the next page", "Gradient of $H_2$: $\\nabla H_2$", "grad_H2: none",
     "grad_H2: as before (by the chain rule)", "h0: $ReLU(w_0 z + b_0)$", "The result: $a + b$"],
)  # fmt: skip
def test_what_is_no_formula_is_none(text):
    assert said(read_one(f"{text}\n\n$m = 12.4$", "a.md")) == {"gan.m": 12.4}


PLANE = r"\begin{bmatrix} 1 & 2 & 3 \\ 4 & 5 & 6 \\ 7 & 8 & 9 \end{bmatrix}"
ROWS = "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]"
BOTH = [float(n) for n in [*range(1, 10), *range(1, 10)]]
CHANNELS = [
    (f"## Gradient of w1\n\nchannel 1: {PLANE}\n\nchannel 2: {PLANE}", 1),
    (f"## grad_w1\n\n- channel 1: {ROWS}\n- channel 2: {ROWS}", 1),
    (f"## grad_w1\n\n**Channel 1:** ${PLANE}$\n\n**Channel 2:** ${PLANE}$", 1),
    (f"grad_w1 (times 10^-6):\n\nChannel 1 = {ROWS}\nChannel 2 = {ROWS}", 1e-6),
    (f"Gradient of $w_1$ ($\\times 10^{{-6}}$):\n\nch 1: {ROWS}\nch 2: {ROWS}", 1e-6),
]


@pytest.mark.parametrize(("text", "factor"), CHANNELS)
def test_a_line_may_be_a_channel_of_what_is_named_above(text, factor):
    submission = read_one(text, "a.md")
    shape, values = said(submission)["gan.grad_w1"]
    assert shape == (2, 3, 3)
    assert values == pytest.approx([entry * factor for entry in BOTH])
    assert submission.remarks == ()


@pytest.mark.parametrize("text", [f"channel 1: {ROWS}", f"It is {PLANE} as before."])
def test_numbers_of_nothing_are_told(text):
    submission = read_one(f"{text}\n\n$m = 12.4$", "a.md")
    assert said(submission) == {"gan.m": 12.4}
    assert "no name stands before it" in str(submission.remarks[0])
