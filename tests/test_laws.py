"""The laws of the grading core, at many values."""

from __future__ import annotations

import core_laws as laws
import numpy as np
import pytest
from core_samples import (
    answers,
    codes,
    conventions,
    graded,
    names,
    pin,
    problem,
    slipped,
    student,
    working,
    written_down,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.model import Tolerance

few = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
some = settings(max_examples=60, deadline=None)

seeds = st.integers(0, 2**32 - 1)
combinations = st.sampled_from(conventions())
sizes = st.sampled_from([1e-9, 1e-6, 1.0, 1e3, 1e9])


@few
@given(chosen=combinations, digits=st.integers(3, 17))
def test_the_key_grades_itself_at_full_marks(chosen, digits):
    laws.the_key_grades_itself_at_full_marks(chosen, digits)


@few
@given(data=st.data())
def test_the_key_of_other_values_grades_itself_at_full_marks(data):
    of = problem(of="other")
    chosen = data.draw(st.sampled_from(conventions(of)))
    digits = data.draw(st.integers(4, 17))
    laws.the_key_grades_itself_at_full_marks(chosen, digits, of, "other")


tolerances = st.builds(Tolerance, st.floats(0, 1), st.floats(0, 0.5), st.integers(0, 5))


@some
@given(seed=seeds, size=sizes, narrow=tolerances, wide=tolerances)
def test_a_wider_tolerance_keeps_what_is_right(seed, size, narrow, wide):
    draw = np.random.default_rng(seed)
    expected = size * draw.normal(size=(2, 3, 4)) * draw.integers(0, 2, (2, 3, 4))
    obtained = expected[0] * (1 + 0.1 * draw.normal(size=(3, 4))) + 1e-3 * draw.normal(size=(3, 4))
    digits = draw.integers(0, 7, (3, 4))
    laws.a_wider_tolerance_keeps_what_is_right(expected, obtained, digits, narrow, wide)


def _with_slips(seed):
    """A student with a slip or two, some carried on."""
    draw = np.random.default_rng(seed)
    right = working()
    quantity = str(draw.choice(["h0", "c", "h2", "grad_H2", "grad_h1"]))
    index = tuple(int(draw.integers(n)) for n in right[quantity].shape)
    own = pin(right[quantity], index, right[quantity][index] * draw.uniform(1.2, 2))
    values = dict(working(pinned={quantity: own}))
    values["grad_w0"] = slipped(values["grad_w0"], (int(draw.integers(8)), 1), 1.7)
    return written_down(values)


@few
@given(seed=seeds)
def test_the_order_of_answers_does_not_matter(seed):
    draw = np.random.default_rng(seed)
    ranks = dict(zip(student(), draw.permutation(len(names())), strict=True))
    laws.the_order_of_answers_does_not_matter(_with_slips(seed), ranks.get)


@few
@given(seed=seeds)
def test_the_layout_does_not_matter(seed):
    laws.the_layout_does_not_matter(_with_slips(seed), np.transpose)


@few
@given(seed=seeds)
def test_grading_twice_is_the_same(seed):
    laws.grading_twice_is_the_same(answers(_with_slips(seed)))


@few
@given(seed=seeds)
def test_points_add_up(seed):
    laws.points_add_up(graded(_with_slips(seed)))


@pytest.mark.parametrize(
    ("code", "step", "at"),
    [
        ("bias_omitted", "a0", "h0"),
        ("bias_omitted", "a2", "h2"),
        ("channel_omitted", "s", "h2"),
        ("sigmoid_derivative_omitted", "grad_m", "grad_m"),
        ("input_factor_omitted", "grad_w0", "grad_w0"),
        ("convention_mixed", "grad_h0", "grad_h0"),
    ],
)
@pytest.mark.parametrize("chosen", conventions()[::13])
def test_a_mistake_is_charged_once(code, step, at, chosen):
    laws.a_mistake_is_charged_once(code, step, at, chosen)


@pytest.mark.parametrize(
    ("quantity", "index"), [("h0", (0,)), ("h0", (7,)), ("h1", (1, 0, 1)), ("h2", (2, 2))]
)
@pytest.mark.parametrize("factor", [0.6, 1.3, 3])
def test_a_slip_is_charged_once(quantity, index, factor):
    laws.a_slip_is_charged_once(quantity, index, factor)


@few
@given(
    quantity=st.sampled_from(["h0", "h1", "c", "h2", "H2", "grad_H2", "grad_h1", "grad_w1"]),
    chosen=combinations,
    seed=seeds,
)
def test_one_wrong_answer_leaves_the_others_right(quantity, chosen, seed):
    draw = np.random.default_rng(seed)
    nonsense = draw.uniform(1.5, 4, 32) * draw.choice([-1, 1], 32)
    laws.one_wrong_answer_leaves_the_others_right(quantity, nonsense, chosen)


@pytest.mark.parametrize("value", ["0", "2.5"])
def test_nothing_earns_nothing(value):
    laws.nothing_earns_nothing(value)


@pytest.mark.parametrize("factor", [-1, 10, 0.1, 1.5])
def test_wrong_gradients_are_wrong(factor):
    laws.wrong_gradients_are_wrong(factor)


# --- numbers without sense ----------------------------------------------------------------------


def _sheet(draw, numbers, most=8):
    keep = draw.choice(names(), int(draw.integers(1, most + 1)), replace=False)
    shapes = laws.shapes()
    return {
        str(q): np.vectorize(lambda x: f"{x:.5g}", otypes=[object])(numbers(shapes[q])).tolist()
        if shapes[q]
        else f"{float(numbers(shapes[q])):.5g}"
        for q in keep
    }


KINDS = {
    "large": lambda draw, shape: 1e300 * draw.normal(size=shape),
    "denormal": lambda draw, shape: 5e-324 * draw.integers(1, 9, shape),
    "tiny": lambda draw, shape: 1e-6 * draw.normal(size=shape),
    "whole": lambda draw, shape: draw.integers(-3, 4, shape).astype(float),
    "far apart": lambda draw, shape: draw.choice([0, 1, -1, 1e300, -1e300, 1e-300], shape),
    "ordinary": lambda draw, shape: draw.normal(size=shape),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(2))
def test_numbers_without_sense_are_graded(kind, seed):
    draw = np.random.default_rng([seed, len(kind)])
    report = laws.numbers_without_sense_are_graded(
        _sheet(draw, lambda shape: KINDS[kind](draw, shape))
    )
    assert report.score <= 8


@few
@given(seed=seeds)
def test_no_story_is_made_up_about_random_numbers(seed):
    """Far from every right value, and not small, so that nothing agrees by accident."""
    draw = np.random.default_rng(seed)
    report = laws.numbers_without_sense_are_graded(
        _sheet(draw, lambda shape: draw.uniform(20, 900, shape) * draw.choice([-1, 1], shape))
    )
    assert set(codes(report)) <= laws.ARITHMETIC | {"sign_error"}
    assert report.score <= 4  # a predicted zero among large values is easily met


@pytest.mark.parametrize("seed", range(4))
def test_partly_missing_entries_are_graded(seed):
    draw = np.random.default_rng(seed)
    sheet = {}
    for key, value in student().items():
        array = np.array(value, dtype=object)
        gone = draw.random(array.shape) < 0.4
        array[gone] = None
        sheet[key] = array.tolist() if array.shape else value
    report = laws.numbers_without_sense_are_graded(sheet)
    assert codes(report) == []
    for a in report.assessments:
        assert {e.mark.value for e in a.entries} <= {"right", "missing"}
