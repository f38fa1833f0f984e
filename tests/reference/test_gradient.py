"""The reverse sweep as further steps: fan-out, what cannot be differentiated, and its names."""

from __future__ import annotations

import numpy as np
import pytest
from assignment_values import ASSIGNMENT, AUTOENCODER, GAN
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_laws import (
    gradients_agree_with_differences,
    gradients_have_the_shapes_of_their_values,
)

from reference.gradient import gradients
from reference.graph import Graph, GraphError, Step, evaluate


def chain(*steps, **inputs):
    return gradients(Graph(inputs, tuple(steps)), "J")


# --- a value that is used more than once --------------------------------------------------------


def test_a_value_used_twice_has_the_sum_of_two_gradients():
    graph = chain(Step("y", "multiply", ("x", "x")), Step("J", "dot", ("y", "w")), x=(3,), w=(3,))
    values = {"x": np.array([1.0, -2.0, 3.0]), "w": np.array([1.0, 1.0, 2.0])}
    np.testing.assert_array_equal(evaluate(graph, values)["grad_x"], [2.0, -4.0, 12.0])
    gradients_agree_with_differences(graph, values)


def test_a_value_used_three_times_has_the_sum_of_three_gradients():
    graph = chain(
        Step("y", "tanh", ("x",)),
        Step("a", "multiply", ("y", "w")),
        Step("b", "exp", ("y",)),
        Step("c", "add", ("a", "b")),
        Step("d", "multiply", ("c", "y")),
        Step("J", "sum_squares", ("d",)),
        x=(2,),
        w=(2,),
    )
    parts = [step.name for step in graph.steps if step.name.startswith("grad_y_")]
    assert parts == ["grad_y_1", "grad_y_2", "grad_y_3", "grad_y_1_to_2"]
    values = {"x": np.array([0.4, -0.7]), "w": np.array([1.5, 0.3])}
    found = evaluate(graph, values)
    total = sum(found[f"grad_y_{k}"] for k in (1, 2, 3))
    np.testing.assert_allclose(found["grad_y"], total, rtol=1e-15)
    gradients_agree_with_differences(graph, values)


def test_an_input_used_by_two_layers_has_both_gradients():
    """The auto-encoder's x is what is encoded and what the reconstruction is compared with."""
    graph = AUTOENCODER.graph()
    assert str(graph.by_name["grad_x"]) == "grad_x = grad_x_1 + grad_x_2"


UNARY = ["relu", "sigmoid", "tanh", "same"]
BINARY = ["add", "subtract", "multiply"]


@st.composite
def webs(draw):
    """A few elementwise steps, each of any values before it, so that many are used often."""
    names, steps = ["x", "w"], []
    for k in range(draw(st.integers(1, 6))):
        operation = draw(st.sampled_from(UNARY + BINARY))
        inputs = draw(
            st.lists(
                st.sampled_from(names),
                min_size=1 + (operation in BINARY),
                max_size=1 + (operation in BINARY),
            )
        )
        steps.append(Step(f"s{k}", operation, tuple(inputs)))
        names.append(f"s{k}")
    return Graph({"x": (2,), "w": (2,)}, (*steps, Step("J", "sum_squares", (names[-1],))))


def _near_a_kink(graph, values):
    found = evaluate(graph, values)
    return any(
        np.abs(found[step.inputs[0]]).min() < 0.05
        for step in graph.steps
        if step.operation == "relu"
    )


@settings(max_examples=60, deadline=None)
@given(web=webs(), seed=st.integers(0, 500))
def test_any_web_of_steps_has_the_gradients_of_differences(web, seed):
    generator = np.random.default_rng(seed)
    values = {name: generator.uniform(0.3, 1.1, 2) for name in ("x", "w")}
    graph = gradients(web, "J")
    gradients_have_the_shapes_of_their_values(graph)
    if not _near_a_kink(graph, values):
        gradients_agree_with_differences(graph, values)


# --- what the sweep leaves out ------------------------------------------------------------------


def test_what_the_objective_does_not_depend_on_has_no_gradient():
    graph = chain(Step("aside", "exp", ("x",)), Step("J", "sum_squares", ("y",)), x=(2,), y=(2,))
    assert "grad_aside" not in graph.shapes
    assert "grad_x" not in graph.shapes
    assert "grad_y" in graph.shapes


def test_what_the_objective_takes_the_shape_of_has_no_gradient():
    graph = chain(
        Step("y", "exp", ("x",)),
        Step("one", "ones_like", ("y",)),
        Step("J", "dot", ("one", "w")),
        x=(2,),
        w=(2,),
    )
    assert {"grad_y", "grad_x"}.isdisjoint(graph.shapes)
    found = evaluate(graph, {"x": [1.0, 2.0], "w": [3.0, 4.0]})
    np.testing.assert_array_equal(found["grad_w"], [1.0, 1.0])


def test_steps_after_the_objective_do_not_count():
    graph = chain(Step("J", "sum_squares", ("x",)), Step("after", "multiply", ("J", "J")), x=(2,))
    np.testing.assert_array_equal(evaluate(graph, {"x": [1.0, 2.0]})["grad_x"], [2.0, 4.0])


def test_the_forward_steps_stay_as_they_were():
    for problem in (GAN, AUTOENCODER):
        count = len(problem.forward.steps)
        assert problem.graph().steps[:count] == problem.forward.steps


def test_the_gradient_of_the_objective_by_itself_is_one():
    assert evaluate(GAN.graph(), ASSIGNMENT)["grad_J"] == 1.0


def test_gradients_follow_a_pinned_gradient():
    """A student's own grad_h1 is carried on: the backward steps are steps like any other."""
    own = np.arange(8.0).reshape(2, 2, 2)
    found = evaluate(GAN.graph(), ASSIGNMENT, {"grad_h1": own})
    np.testing.assert_array_equal(found["grad_w0"], np.outer(np.arange(8.0), ASSIGNMENT["z"]))


# --- what cannot be differentiated --------------------------------------------------------------


@pytest.mark.parametrize(
    ("objective", "told"),
    [
        ("y", "the objective y is no scalar step"),
        ("x", "the objective x is no scalar step"),
        ("b", "the objective b is no scalar step"),
        ("nothing", "the objective nothing is no scalar step"),
    ],
)
def test_the_objective_must_be_a_scalar_step(objective, told):
    graph = Graph({"x": (2,), "b": ()}, (Step("y", "exp", ("x",)),))
    with pytest.raises(GraphError, match=told):
        gradients(graph, objective)


def test_a_step_without_a_derivative_is_named_with_its_operation():
    graph = Graph(
        {"x": (2,), "w": (2,)},
        (Step("ratio", "divide", ("x", "w")), Step("J", "sum_squares", ("ratio",))),
    )
    with pytest.raises(GraphError, match="step ratio: divide has no derivative"):
        gradients(graph, "J")


def test_a_step_without_a_derivative_may_stand_aside():
    graph = chain(Step("ratio", "divide", ("x", "x")), Step("J", "sum_squares", ("x",)), x=(2,))
    assert "grad_x" in graph.shapes


def test_a_graph_cannot_be_swept_twice():
    with pytest.raises(GraphError, match="step grad_J: the name is given twice"):
        gradients(GAN.graph(), "J")
