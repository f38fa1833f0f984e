"""The same problem with other values: nothing of the first one is built in."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from core_samples import (
    answers,
    conventions,
    found,
    graded,
    item,
    mistake,
    names,
    pin,
    problem,
    rounded,
    rubric,
    student,
    working,
    written_down,
)

from grader.grading import grade
from grader.model import Verdict
from grader.rubric_summary import key_answers

OF = problem(of="other")
COMBINATIONS = conventions(OF)
KEY = COMBINATIONS[0]


def _graded(values, keep=None, digits=6, **more):
    return graded(written_down(values, keep, digits, OF), of="other", **more)


def test_its_key_is_worked_out_from_its_own_values():
    given, answers = OF.given, key_answers(OF)
    a0 = given["w0"] @ given["z"] + given["b0"]
    np.testing.assert_allclose(answers["h0"], np.maximum(a0, 0))
    logit = answers["H2"] @ given["w2"] + given["b2"]
    np.testing.assert_allclose(answers["p"], 1 / (1 + np.exp(-logit)))
    np.testing.assert_allclose(answers["grad_p"], -1 / answers["p"])  # its first objective
    assert (answers["h0"] == 0).sum() == 2


def test_its_first_conventions_are_its_keys():
    assert (KEY["objective"], KEY["deconv"]) == ("minimize_nll", "transposed")
    assert {name: values[0] for name, values in OF.conventions.items()} == KEY


@pytest.mark.parametrize("chosen", COMBINATIONS)
def test_a_perfect_student_has_full_marks_under_every_convention(chosen):
    for digits in (4, 17):
        report = graded(student(chosen, digits=digits, of=OF), of="other")
        assert report.score == report.max_score == 10
        assert found(report, layout=True) == []
        assert dict(report.problems[0].conventions) == chosen


@pytest.mark.parametrize(("step", "at"), [("grad_a0", "grad_w0"), ("grad_a2", "grad_c")])
@pytest.mark.parametrize("chosen", COMBINATIONS[::5])
def test_a_lost_relu_mask_is_found(step, at, chosen):
    values = working(chosen, [mistake("relu_mask_omitted", step, chosen, OF)], of=OF)
    report = _graded(values)
    assert set(found(report)) == {("relu_mask_omitted", at)}
    assert dict(report.problems[0].conventions) == chosen


@pytest.mark.parametrize("step", ["h0", "h2"])
def test_negative_values_left_in_are_found(step):
    report = _graded(working(made=[mistake("relu_omitted", step, of=OF)], of=OF))
    assert set(found(report)) == {("relu_omitted", step)}


def test_a_lost_relu_mask_costs_its_entries_only():
    report = _graded(working(made=[mistake("relu_mask_omitted", "grad_a0", of=OF)], of=OF))
    off = {(k, j) for k in np.flatnonzero(working(of=OF)["h0"] == 0) for j in (0, 1)}
    assert set(item(report, "grad_w0").wrong) == off
    assert report.score == 10 - Fraction(2 * len(off), 16)


def test_its_own_marking_counts():
    """A slip in h0: nothing for h0, three quarters for what follows, all of p."""
    right = working(of=OF)
    index = (int(np.argmax(right["h0"])),)
    values = working(pinned={"h0": pin(right["h0"], index, right["h0"][index] * 1.2)}, of=OF)
    report = _graded(values)
    assert item(report, "h0").score == 0
    follows = [e.mark.value for e in item(report, "h2").entries].count("follows")
    assert follows
    assert item(report, "h2").score == Fraction(5, 2) * (16 - Fraction(follows, 4)) / 16
    assert item(report, "p").score == Fraction(1, 2)
    assert item(report, "grad_w1").verdict in (Verdict.CORRECT, Verdict.FOLLOW_THROUGH)


def test_its_credit_for_a_finding():
    values = {**working(of=OF), "grad_w1": -working(of=OF)["grad_w1"]}
    report = _graded(values)
    assert found(report) == [("sign_error", "grad_w1")]
    assert item(report, "grad_w1").score == Fraction(3, 2)


def test_three_digits_are_asked_for():
    sheet = student(of=OF)
    sheet["gan.p"] = rounded(working(of=OF)["p"], 1)
    report = graded(sheet, of="other")
    assert ("too_few_digits", "p") in found(report)
    sheet["gan.p"] = rounded(working(of=OF)["p"], 3)
    assert graded(sheet, of="other").score == 10


def test_a_sheet_for_the_other_values_is_wrong_here_and_the_reverse():
    ours, theirs = working(), working(of=OF)
    keep = [q for q in names() if q in {"h0", "h2", "grad_w1", "grad_w0"}]
    assert _graded(ours, keep).score <= Fraction(3, 2)
    assert graded(written_down(theirs, keep)).score <= Fraction(3, 2)


def test_one_sheet_graded_by_two_rubrics_in_turn():
    """Nothing is kept from one rubric to the next."""
    sheet = answers(student(of=OF))
    first = grade(sheet, rubric("other"))
    grade(sheet, rubric())
    assert grade(sheet, rubric("other")) == first
