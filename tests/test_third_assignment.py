"""A third assignment, as one graph and one rubric: the proof that nothing knows the first two."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.rubric import describe, load
from grader.rubric_summary import key_answers
from reference.graph import evaluate

RUBRIC = Path(__file__).parent / "assignments" / "softmax.yaml"
PARAMETERS = ("W1", "b1", "W2", "b2", "x")


@pytest.fixture(scope="module")
def problem():
    return load(RUBRIC).problem("classifier")


def test_its_rubric_loads_without_a_line_of_code_about_it(problem):
    assert sum(item.points for item in problem.items) == problem.points == 10
    assert [item.quantity for item in problem.items if item.implied] == ["grad_z2"]
    assert "classifier: A classifier with two layers" in describe(load(RUBRIC))


def test_its_key_is_what_one_works_out_by_hand(problem):
    given = problem.given
    answers = key_answers(problem)
    h = np.tanh(given["W1"] @ given["x"] + given["b1"])
    logits = given["W2"] @ h + given["b2"]
    q = np.exp(logits) / np.exp(logits).sum()
    grad_z2 = q - given["y"]
    grad_z1 = (given["W2"].T @ grad_z2) * (1 - h**2)
    np.testing.assert_allclose(answers["h"], h)
    np.testing.assert_allclose(answers["q"], q)
    np.testing.assert_allclose(answers["J"], -np.log(q[1]))
    np.testing.assert_allclose(answers["grad_z2"], grad_z2)
    np.testing.assert_allclose(answers["grad_W2"], np.outer(grad_z2, h))
    np.testing.assert_allclose(answers["grad_W1"], np.outer(grad_z1, given["x"]))


def _central_differences(problem, graph, values, name, step=1e-6):
    """The gradient of the objective by moving each entry both ways, in one batch."""
    size = values[name].size
    moves = step * np.eye(size).reshape((size, *values[name].shape))
    both = np.concatenate((values[name] + moves, values[name] - moves))
    objective = evaluate(graph, {**values, name: both})[problem.reference.objective]
    return ((objective[:size] - objective[size:]) / (2 * step)).reshape(values[name].shape)


def _assert_gradients(problem, values, convention):
    graph = problem.reference.graph({"objective": convention})
    answers = evaluate(graph, values)
    for name in PARAMETERS:
        expected = _central_differences(problem, graph, values, name)
        np.testing.assert_allclose(answers[f"grad_{name}"], expected, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("convention", ["minimize_cross_entropy", "maximize_log_likelihood"])
def test_its_gradients_agree_with_central_differences(problem, convention):
    _assert_gradients(problem, dict(problem.given), convention)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_its_gradients_agree_with_central_differences_at_other_values(problem, seed):
    draw = np.random.default_rng(seed)
    values = {name: draw.normal(size=value.shape) for name, value in problem.given.items()}
    values["y"] = np.eye(2)[draw.integers(2)]
    _assert_gradients(problem, values, "minimize_cross_entropy")


def test_the_two_objectives_differ_by_their_sign(problem):
    minimized, maximized = (
        evaluate(problem.reference.graph({"objective": value}), problem.given)
        for value in problem.conventions["objective"]
    )
    np.testing.assert_array_equal(minimized["q"], maximized["q"])
    np.testing.assert_array_equal(minimized["grad_W1"], -maximized["grad_W1"])


def test_what_the_documentation_quotes_is_in_the_files():
    text = (Path(__file__).parents[1] / "docs" / "write-your-own-assignment.md").read_text("utf-8")
    files = {
        "python": RUBRIC.with_suffix(".py").read_text(encoding="utf-8"),
        "yaml": RUBRIC.read_text(encoding="utf-8"),
    }
    quoted = re.findall(r"```(python|yaml)\n(.*?)```", text, flags=re.DOTALL)
    assert [language for language, _ in quoted] == ["python"] * 4 + ["yaml"]
    for language, block in quoted:
        assert block in files[language]
