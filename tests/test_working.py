"""Answers made ready to be judged: numbers, expressions, and what cannot be judged."""

from __future__ import annotations

import numpy as np
import pytest
from core_samples import (
    PLACE,
    TYPO,
    answers,
    cell,
    found,
    graded,
    grid,
    item,
    problem,
    student,
    working,
)

from grader.model import Entries, Formula, Grid, Status, Unreadable, Verdict
from grader.working import Numeric, Refused, Symbolic, prepared
from grader.worlds import draws, instance, key
from reference.graph import evaluate

AE = "autoencoder."


def _auto(formulas, **more):
    return graded({AE + k: Formula(v, PLACE) for k, v in formulas.items()} | more, level="6850")


def _expression(quantity, text, of="autoencoder"):
    """The assessment of one expression, alone."""
    key = f"{of}.{quantity}"
    return item(graded({key: Formula(text, PLACE)}, level="6850"), key)


# --- sorting ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (grid([1.0] * 8), Numeric),
        (Formula("1/3", PLACE), Refused),  # one number where eight belong
        (Formula("w0 @ z + b0", PLACE), Refused),  # numbers are asked for
        (Formula("2 +", PLACE), Refused),
        (Unreadable("?", "it is smudged", PLACE), Refused),
        (grid([1.0] * 9), Refused),
    ],
)
def test_an_answer_is_sorted_by_what_it_is(response, kind):
    sheet = answers({"gan.h0": response})
    assert isinstance(prepared(problem(), sheet.answers)["h0"], kind)


@pytest.mark.parametrize(
    "response",
    [
        Grid((8,), (cell(None),) * 8),
        Grid((0,), ()),
        Entries(()),
        Formula("   ", PLACE),
    ],
)
def test_what_was_left_empty_is_missing(response):
    sheet = {"gan.h0": response}
    assert item(graded(sheet), "h0").verdict is Verdict.MISSING
    assert prepared(problem(), answers(sheet).answers) == {}


def test_one_number_may_be_written_as_a_sum():
    report = graded({"gan.m": Formula("12 + 0.402", PLACE), "gan.p": Formula("1 - 4.1e-6", PLACE)})
    assert item(report, "m").verdict is Verdict.CORRECT
    assert item(report, "p").verdict is Verdict.CORRECT


def test_a_gradient_may_be_an_expression():
    formulas = {
        "grad_p": "1/p",
        "grad_m": "1 - p",
        "grad_H2": "(1-p)*w2",
        "grad_w2": "(1-p)*H2",
        "grad_b0": "grad_h0*(h0>0)",
        "grad_w0": "outer(grad_h0*(h0>0), z)",
    }
    report = graded({f"gan.{q}": Formula(text, PLACE) for q, text in formulas.items()})
    assert {q: item(report, q).verdict for q in formulas} == dict.fromkeys(
        formulas, Verdict.CORRECT
    )
    assert all(item(report, q).is_expression for q in formulas)


# --- expressions that are equal, and that are not -----------------------------------------------

DELTA = "(2*(xp-x)*xp*(1-xp))"


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        ("grad_xp", "2*(xp-x)"),
        ("grad_xp", "-2*(x-xp)"),
        ("grad_xp", "2*xp - 2*x"),
        ("grad_xp", "-2(x - x')"),
        ("grad_z2", DELTA),
        ("grad_b2", DELTA),
        ("grad_W2", f"h @ {DELTA}.T"),
        ("grad_W2", f"({DELTA} @ h.T).T"),
        ("grad_W2", "-2*h@((x-xp)*xp*(1-xp))^T"),
        ("grad_W2", "outer(h, grad_xp*xp*(1-xp))"),
        ("grad_W2", "h @ grad_z2.T"),
        ("grad_h", f"W2 @ {DELTA}"),
        ("grad_h", "W2 @ diag(xp*(1-xp)) @ grad_xp"),
        ("grad_h", "W2 @ grad_z2"),
        ("grad_z1", f"(W2 @ {DELTA}) * (h > 0)"),
        ("grad_W1", f"x @ ((W2 @ {DELTA}) * (W1.T @ x + b1 > 0)).T"),
        ("grad_W1", "x @ (grad_h*(h>0)).T"),
        ("grad_W1", "x @ grad_z1.T"),
        ("grad_b1", "grad_z1"),
    ],
)
def test_equal_expressions_are_right(quantity, text):
    assessment = _expression(quantity, text)
    assert assessment.verdict is Verdict.CORRECT
    assert not assessment.findings


@pytest.mark.parametrize(
    ("quantity", "text", "code"),
    [
        ("grad_xp", "2*(x-xp)", "sign_error"),
        ("grad_xp", "(xp-x)", "factor_omitted"),
        ("grad_xp", "2*(xp-x)/N", "mean_instead_of_sum"),
        ("grad_xp", "3*(xp-x)", "constant_factor"),
        ("grad_xp", "2*(xp-x)*x", None),
        ("grad_xp", "2*xp", None),
        ("grad_xp", "2*(xp-x) + 1e-4", None),
        ("grad_z2", "2*(xp-x)", "sigmoid_derivative_omitted"),
        ("grad_z2", "2*(xp-x)*xp*(1-xp)*xp", None),
        ("grad_W2", "ones(M,1) @ grad_z2.T", "input_factor_omitted"),
        ("grad_W2", "h @ grad_xp.T", "sigmoid_derivative_omitted"),
        ("grad_W2", "grad_z2 @ h.T", "layout"),
        ("grad_h", "W2 @ grad_xp", "sigmoid_derivative_omitted"),
        ("grad_h", "W2.T @ grad_z2", "shape_mismatch weight_not_transposed"),
        ("grad_h", "grad_z2", "shape_mismatch"),
        ("grad_z1", "grad_h", "relu_mask_omitted"),
        ("grad_W1", "x @ grad_h.T", "relu_mask_omitted"),
        ("grad_W1", "ones(N,1) @ grad_z1.T", "input_factor_omitted"),
        ("grad_W1", "0*x @ grad_h.T", "degenerate"),
        ("grad_W1", "x", "shape_mismatch"),
    ],
)
def test_other_expressions_are_wrong_and_explained(quantity, text, code):
    """One line of the auto-encoder, all others left out or right."""
    assessment = _expression(quantity, text)
    assert [f.code for f in assessment.findings] == (code or "").split()
    if code == "layout":
        assert assessment.verdict is Verdict.CORRECT
    else:
        assert assessment.verdict is Verdict.INCORRECT
        assert assessment.score == 0


def test_a_product_the_other_way_round_is_not_equal():
    assert _expression("grad_h", "W2 @ W2.T @ W2 @ grad_z2").verdict is Verdict.INCORRECT


def test_an_expression_uses_the_students_own_lines():
    report = _auto({"grad_xp": "2*(x-xp)", "grad_W2": "h @ (grad_xp*xp*(1-xp)).T"})
    assert item(report, AE + "grad_xp").verdict is Verdict.INCORRECT
    assert item(report, AE + "grad_W2").verdict is Verdict.FOLLOW_THROUGH
    assert item(report, AE + "grad_W2").score == 6
    assert [f.code for f in report.findings] == ["sign_error"]


def test_an_expression_that_does_not_name_its_own_wrong_line_follows_too():
    """What is written out in full, with the same mistake, follows from it."""
    report = _auto({"grad_xp": "2*(x-xp)", "grad_W2": "h @ (2*(x-xp)*xp*(1-xp)).T"})
    assert item(report, AE + "grad_W2").verdict is Verdict.FOLLOW_THROUGH


def test_an_expression_may_be_right_where_an_earlier_one_is_wrong():
    report = _auto({"grad_xp": "2*(x-xp)", "grad_W2": f"h @ {DELTA}.T"})
    assert item(report, AE + "grad_W2").verdict is Verdict.CORRECT


# --- what cannot be judged ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "text", "says"),
    [
        ("grad_xp", "2*(x-", "bracket"),
        ("grad_xp", "2*(q-x)", "q is not known here"),
        ("grad_xp", "grad_xp", "in terms of itself"),
        ("grad_xp", "grad_z2/(xp*(1-xp))", "which follows from it"),
        ("grad_W2", "inv(W2)", "inv"),
        ("grad_xp", "__import__('os')", ""),
        ("grad_xp", "x.__class__", ""),
        ("grad_xp", "9^9^9^9*x", ""),
    ],
)
def test_an_expression_that_cannot_be_judged_is_named_with_the_reason(quantity, text, says):
    assessment = _expression(quantity, text)
    assert assessment.verdict in (Verdict.UNREADABLE, Verdict.UNGRADED, Verdict.INCORRECT)
    assert assessment.notes
    assert says in " ".join(assessment.notes)


def test_an_expression_without_a_value_is_left_to_a_person():
    report = _auto({"grad_xp": "2*(xp-x)*log(x)/log(x)"})
    assert report.status is Status.UNGRADED
    assert report.score is None
    assert item(report, AE + "grad_xp").verdict is Verdict.UNGRADED
    assert "grad_xp" in " ".join(report.attention)


def test_what_divides_out_is_equal():
    assert _expression("grad_xp", "2*(xp-x)*x/x").verdict is Verdict.CORRECT


def test_numbers_where_only_expressions_can_be_judged_are_told():
    report = graded({AE + "grad_xp": ["0.1", "0.2"]}, level="6850")
    assessment = item(report, AE + "grad_xp")
    assert assessment.verdict is Verdict.UNREADABLE
    assert "formula" in assessment.notes[0]


def test_a_whole_answer_that_cannot_be_read_is_brought_to_a_person():
    report = graded({"gan.h0": Unreadable("scribble", "it is no list", PLACE)})
    assert item(report, "h0").verdict is Verdict.UNREADABLE
    assert "gan.h0" in " ".join(report.attention)
    assert report.status is Status.GRADED


def test_a_scalar_that_cannot_be_read_is_unreadable_not_wrong():
    sheet = {"gan.m": Grid((), (cell(TYPO),)), "gan.h0": student(keep=["h0"])["gan.h0"]}
    report = graded(sheet)
    assert item(report, "m").verdict is Verdict.UNREADABLE
    assert report.score == 3
    assert found(report) == []


# --- the sets of values -------------------------------------------------------------------------


def test_draws_have_sizes_that_differ_from_each_other_and_from_1():
    asked = problem("autoencoder")
    for world in draws(asked):
        sizes = list(world.dimensions.values())
        assert len(set(sizes)) == len(sizes)
        assert 1 not in sizes
    assert len({tuple(w.dimensions.values()) for w in draws(asked)}) == len(draws(asked))


@pytest.mark.parametrize("name", ["gan", "autoencoder"])
def test_draws_have_units_on_and_off(name):
    reference = problem(name).reference
    for world in draws(problem(name)):
        values = evaluate(reference.graph(), world.given)
        for step in reference.forward.steps:
            if step.operation == "relu":
                on = values[step.name] > 0
                assert on.any()
                assert not on.all()


def test_draws_are_the_same_every_time():
    asked = problem()
    first = {k: np.array(v) for k, v in draws(asked)[0].given.items()}
    draws.cache_clear()
    for name, value in draws(asked)[0].given.items():
        np.testing.assert_array_equal(value, first[name])


def test_the_instance_is_what_the_rubric_gives():
    world = instance(problem())
    np.testing.assert_allclose(key(problem(), world, {})["m"], working()["m"])
    assert instance(problem("autoencoder")) is None


def test_sorted_answers_name_what_they_use():
    sheet = answers({AE + "grad_W2": Formula("h @ (grad_xp*xp*(1-xp)).T", PLACE)})
    work = prepared(problem("autoencoder"), sheet.answers)["grad_W2"]
    assert isinstance(work, Symbolic)
    assert work.names == {"h", "grad_xp", "xp"}


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        ("grad_xp", "2*(x - xp)"),
        ("grad_xp", "2*(xp - x)*(1 + 1e-5)"),
        ("grad_W2", "h @ grad_xp.T"),
        ("grad_z1", "grad_h"),
        ("grad_b1", "grad_z1 + 1"),
    ],
)
def test_a_wrong_formula_has_a_counter_example(quantity, text):
    """It is worked out again here, from the draws and the formula's meaning in NumPy."""
    example = _expression(quantity, text).counterexample
    sizes = [world.dimensions for world in draws(problem("autoencoder"))]
    assert example.dimensions in sizes
    world = draws(problem("autoencoder"))[sizes.index(example.dimensions)]
    right = key(problem("autoencoder"), world, {})
    assert example.expected == right[quantity][(example.draw, *example.index)]
    assert abs(example.obtained - example.expected) > 1e-6 * np.max(np.abs(right[quantity]))


def test_what_is_right_or_not_read_has_no_counter_example():
    assert _expression("grad_xp", "2*(xp - x)").counterexample is None
    assert _expression("grad_xp", "2 +").counterexample is None


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (r"4.11\times10^{-6}\, w_2", Verdict.CORRECT),
        ("(1 - 0.9999958897) w2", Verdict.CORRECT),
        ("(1-p) w_2 = 4.11e-6 w_2", Verdict.CORRECT),
        ("8.2e-6 w2", Verdict.INCORRECT),
        ("4.11e-6 p w2", Verdict.UNREADABLE),
    ],
)
def test_a_formula_with_a_number_that_was_worked_out_is_judged_at_the_given_values(text, verdict):
    report = graded({"gan.grad_H2": Formula(text, PLACE)})
    assert item(report, "grad_H2").verdict is verdict


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(1e6, Verdict.UNGRADED), (1e-3, Verdict.UNGRADED), (7.0, Verdict.INCORRECT)],
)
def test_numbers_that_are_a_power_of_ten_off_are_left_to_a_person(factor, verdict):
    values = [f"{value:.6g}" for value in working()["grad_h0"] * factor]
    found_one = item(graded({"gan.grad_h0": values}), "grad_h0")
    assert found_one.verdict is verdict
    assert [f.code for f in found_one.findings] == ["constant_factor"]
