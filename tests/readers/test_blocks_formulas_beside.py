"""Formulas in blocks that are no more than another gradient's name, or begin with one."""

from __future__ import annotations

import pytest

from grader.model import Formula
from grader.readers import read
from grader.rubric import load

RUBRIC = load("hw6")


def _answers(text):
    (submission,) = read(text.encode(), "s1001.csv", RUBRIC)
    return {
        answer.key: answer.response.text
        for answer in submission.answers
        if isinstance(answer.response, Formula)
    }


@pytest.mark.parametrize("formula", ["grad_z2", "grad_xp * (x' - x'^2)", "grad_h * (h > 0)"])
def test_a_gradient_beside_a_label_is_its_formula(formula):
    sheet = f"autoencoder.grad_b2,{formula}\nautoencoder.grad_W2,h @ grad_z2.T\n"
    assert _answers(sheet) == {
        "autoencoder.grad_b2": formula,
        "autoencoder.grad_W2": "h @ grad_z2.T",
    }


def test_labels_side_by_side_with_formulas_below_stay_labels():
    sheet = "autoencoder.grad_z2,autoencoder.grad_W2\ngrad_xp*xp*(1-xp),h @ grad_z2.T\n"
    assert _answers(sheet) == {
        "autoencoder.grad_z2": "grad_xp*xp*(1-xp)",
        "autoencoder.grad_W2": "h @ grad_z2.T",
    }


def test_labels_side_by_side_with_numbers_below_stay_labels():
    (submission,) = read(b"gan.grad_p,gan.grad_m\n1.0,4.1e-6\n", "s1001.csv", RUBRIC)
    assert [answer.key for answer in submission.answers] == ["gan.grad_p", "gan.grad_m"]
