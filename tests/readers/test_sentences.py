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
    ("So p = 0.99, meaning that it is fooled.", {"gan.p": 0.99}),
    ("So p = 0.99. The gradient of m is 1 - 0.99.", {"gan.p": 0.99}),
    ("m = 12.4, which is what I expected", {"gan.m": 12.4}),
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
]


@pytest.mark.parametrize("text", TOLD)
def test_words_with_numbers_are_not(text):
    submission = read_one(f"{text}\n\n$p = 0.99$", "a.md")
    found = said(submission)
    assert found.pop("gan.p") == 0.99
    assert all(isinstance(value, str | Unreadable) for value in found.values())
    assert found or "numbers were expected" in str(submission.remarks[0])


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
