"""A third assignment, graded: nothing in the grader knows of it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from core_samples import (
    PLACE,
    conventions,
    found,
    graded,
    item,
    mistake,
    names,
    pin,
    problem,
    slipped,
    student,
    working,
    written_down,
)

from grader.model import Formula, Verdict

OF = problem("classifier", "softmax")
COMBINATIONS = conventions(OF)
NAME = "classifier."


def _graded(values, keep=None, digits=6):
    return graded(written_down(values, keep, digits, OF), of="softmax")


def _found(report):
    return {(code, at.removeprefix(NAME)) for code, at in found(report)}


def _item(report, quantity):
    return item(report, NAME + quantity)


@pytest.mark.parametrize("digits", [4, 6, 17])
@pytest.mark.parametrize("chosen", COMBINATIONS)
def test_a_perfect_student_has_full_marks(chosen, digits):
    report = graded(student(chosen, digits=digits, of=OF), of="softmax")
    assert report.score == 10
    assert found(report, layout=True) == []
    assert dict(report.problems[0].conventions) == chosen


def test_both_objectives_are_there():
    assert [c["objective"] for c in COMBINATIONS] == [
        "minimize_cross_entropy",
        "maximize_log_likelihood",
    ]


@pytest.mark.parametrize(
    ("code", "step", "at"),
    [
        ("bias_omitted", "z1", "z1"),
        ("bias_omitted", "z2", "z2"),
        ("input_factor_omitted", "grad_W1", "grad_W1"),
        ("input_factor_omitted", "grad_W2", "grad_W2"),
    ],
)
def test_a_mistake_is_found_and_charged_once(code, step, at):
    report = _graded(working(made=[mistake(code, step, of=OF)], of=OF))
    assert _found(report) == {(code, at)}
    lost = [a.quantity for a in report.assessments if a.score < a.max_score]
    assert len(lost) == 1


def test_a_mistake_shows_where_its_step_was_left_out():
    values = working(made=[mistake("bias_omitted", "z1", of=OF)], of=OF)
    report = _graded(values, ["h", "q", "grad_W2"])
    assert _found(report) == {("bias_omitted", "z1")}
    assert _item(report, "q").verdict is Verdict.FOLLOW_THROUGH
    assert _item(report, "grad_z2").verdict is Verdict.IMPLIED


def test_a_slip_follows_through():
    right = working(of=OF)
    values = working(pinned={"h": pin(right["h"], (2,), 0.5)}, of=OF)
    report = _graded(values)
    assert _found(report) == {("arithmetic_slip", "h")}
    assert _item(report, "h").wrong == ((2,),)
    assert report.score == 10 - Fraction(2, 4)
    assert _item(report, "q").verdict is Verdict.FOLLOW_THROUGH


def test_a_slip_of_copying_does_not():
    values = {**working(of=OF), "h": slipped(working(of=OF)["h"], (2,), 1.4)}
    report = _graded(values)
    assert _found(report) == {("transcription_slip", "h")}
    assert _item(report, "q").verdict is Verdict.CORRECT


def test_a_sign_turned_in_one_gradient():
    values = {**working(of=OF), "grad_W1": -working(of=OF)["grad_W1"]}
    report = _graded(values)
    assert _found(report) == {("sign_error", "grad_W1")}
    assert report.score == 7


def test_a_gradient_as_an_expression():
    """With y a label, of which one entry is 1, this is what everybody writes."""
    sheet = student(keep=["h", "q"], of=OF)
    lines = {"grad_z2": "q - y", "grad_W2": "outer(q - y, h)"}
    report = graded(
        sheet | {NAME + q: Formula(text, PLACE) for q, text in lines.items()}, of="softmax"
    )
    assert _item(report, "grad_z2").verdict is Verdict.CORRECT
    assert _item(report, "grad_W2").verdict is Verdict.CORRECT
    assert found(report) == []


def test_a_gradient_as_an_expression_for_any_weights_of_the_classes():
    lines = {"grad_z2": "q*sum(y) - y", "grad_W2": "outer(grad_z2, h)"}
    report = graded({NAME + q: Formula(text, PLACE) for q, text in lines.items()}, of="softmax")
    assert {_item(report, q).verdict for q in lines} == {Verdict.CORRECT}


def test_a_layout():
    sheet = student(of=OF)
    turned = {k: np.array(v, dtype=object).T.tolist() for k, v in sheet.items()}
    report = graded(turned, of="softmax")
    assert report.score == 10
    assert _found(report) == set()
    assert {a.quantity for a in report.assessments if a.findings} == {"grad_W1", "grad_W2"}


@pytest.mark.parametrize("value", ["0", "0.5"])
def test_one_value_everywhere_earns_nothing(value):
    shapes = {q: np.shape(working(of=OF)[q]) for q in names(OF)}
    sheet = {
        NAME + q: np.full(shape, value, dtype=object).tolist() if shape else value
        for q, shape in shapes.items()
    }
    assert graded(sheet, of="softmax").score == 0


def test_answers_to_another_problem_are_not_counted():
    report = graded({"gan.h0": ["0.38"] * 8}, of="softmax")
    assert report.score == 0
    assert {a.verdict for a in report.assessments} == {Verdict.MISSING}
