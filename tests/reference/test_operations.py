"""Each row of the table of operations keeps the laws that the graphs rely on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from operation_examples import EXAMPLES
from reference_laws import (
    a_batch_is_one_by_one,
    evaluation_changes_nothing,
    follows_along_a_direction,
    shapes_are_what_the_rules_say,
)

from reference.gradient import gradients
from reference.graph import Graph, GraphError, Step, evaluate
from reference.operations import OPERATIONS

ROWS = [
    pytest.param(name, example, id=f"{name}-{k}")
    for name, examples in EXAMPLES.items()
    for k, example in enumerate(examples)
]
DERIVABLE = [
    row
    for row in ROWS
    if row.values[1].inputs and OPERATIONS[row.values[0]].derivative(row.values[1].options)
]
UNDERIVABLE = {
    "divide",
    "log_gradient",
    "log_complement_gradient",
    "relu_gradient",
    "sigmoid_gradient",
    "tanh_gradient",
    "softmax_gradient",
    "square_gradient",
    "mean_square_gradient",
    "deconv_input_gradient",
    "deconv_kernel_gradient",
    "one_channel",
}
"""They stand in backward steps only; a derivative given to one must leave this set."""


def test_every_operation_has_an_example_here():
    assert set(EXAMPLES) == set(OPERATIONS), (
        "each operation needs a row in tests/reference/operation_examples.py, and nothing else one"
    )


def test_every_operation_but_the_backward_ones_has_a_derivative():
    without = {
        name
        for name, examples in EXAMPLES.items()
        if examples[0].inputs and not OPERATIONS[name].derivative(examples[0].options)
    }
    assert without == UNDERIVABLE


@pytest.mark.parametrize(("operation", "example"), DERIVABLE)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_derivative_is_the_slope_along_any_direction(operation, example, seed):
    follows_along_a_direction(example.graph(operation), example.values(seed), seed)


@pytest.mark.parametrize(("operation", "example"), ROWS)
def test_the_shape_rule_tells_the_values_shape(operation, example):
    graph = example.graph(operation)
    assert graph.shapes["y"] == example.result
    shapes_are_what_the_rules_say(graph, example.values(1))


@pytest.mark.parametrize(("operation", "example"), ROWS)
def test_evaluating_leaves_the_inputs_alone(operation, example):
    evaluation_changes_nothing(example.graph(operation), example.values(1), {})


@pytest.mark.parametrize(("operation", "example"), [r for r in ROWS if r.values[1].inputs])
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_a_batch_is_its_members_one_by_one(operation, example, data):
    size = data.draw(st.integers(0, 3), label="batch size")
    members = [example.values(seed) for seed in range(size)]
    names = sorted(example.graph(operation).inputs)
    own = data.draw(st.sets(st.sampled_from(names), min_size=1), label="batched")
    shared = {name: v for name, v in example.values(99).items() if name not in own}
    if members:
        a_batch_is_one_by_one(
            example.graph(operation), [{n: m[n] for n in own} for m in members], shared
        )
    else:
        empty = {n: np.zeros((0, *np.shape(example.values(0)[n]))) for n in own}
        value = evaluate(example.graph(operation), {**shared, **empty})["y"]
        assert value.shape == (0, *example.result)


@pytest.mark.parametrize(("operation", "example"), ROWS)
def test_the_symbol_names_every_input_and_nothing_is_left_to_fill_in(operation, example):
    step = example.graph(operation).steps[0]
    assert all(name in step.formula for name in step.inputs)
    assert "{" not in step.formula


@pytest.mark.parametrize(
    ("operation", "options", "formula"),
    [
        ("times", {"factor": 1.0}, "a"),
        ("times", {"factor": -1.0}, "-a"),
        ("times", {"factor": 0.5}, "0.5 * a"),
        ("matvec", {}, "a @ b"),
        ("matvec", {"transpose": True}, "a.T @ b"),
        ("matmul", {"transpose": "left"}, "a.T @ b"),
        ("matmul", {"transpose": "right"}, "a @ b.T"),
        ("sigmoid_gradient", {}, "a * b * (1 - b)"),
        ("one_channel", {"channel": 1}, "a[1]"),
    ],
)
def test_a_formula_is_written_as_students_write_it(operation, options, formula):
    assert Step("y", operation, ("a", "b"), options).formula == formula


# --- shapes that do not fit ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "shapes", "options", "told"),
    [
        ("add", [(2, 3), (3, 2)], {}, r"expected equal shapes, found \(2, 3\) and \(3, 2\)"),
        ("add", [("N", 1), ("M", 1)], {}, "expected equal shapes"),
        ("multiply", [(3,), ()], {}, "expected equal shapes"),
        ("dot", [(3,), (4,)], {}, "expected equal shapes"),
        ("scale", [(3,), (3,)], {}, "expected a scalar"),
        ("square_gradient", [(3,), (3,)], {}, "expected a scalar"),
        ("softmax", [()], {}, "expected a vector"),
        ("outer", [(2, 2), (3,)], {}, "expected two vectors"),
        ("matvec", [(8, 2), (8,)], {}, "8 x 2 matrix cannot multiply"),
        ("matvec", [(8, 2), (2,)], {"transpose": True}, "2 x 8 matrix cannot multiply"),
        ("matvec", [(2,), (2,)], {}, ""),
        ("matmul", [("N", "M"), ("N", 1)], {}, "cannot be multiplied"),
        ("matmul", [(2, 3, 4), (3, 2)], {}, "cannot be multiplied"),
        ("fold", [(8,)], {"shape": (2, 2, 3), "axes": (0, 1, 2)}, "cannot be folded"),
        ("fold", [(8,)], {"shape": (2, 2, 2), "axes": (0, 1, 1)}, "cannot be folded"),
        ("unfold", [(4, 2)], {"shape": (2, 4), "axes": (0, 1)}, "cannot be unfolded"),
        ("unfold", [(2, 4)], {"shape": (2, 4), "axes": (0,)}, "cannot be unfolded"),
        (
            "deconv",
            [(1, 2, 2), (2, 3, 3)],
            {"orientation": "transposed"},
            "expected equal shapes",
        ),
        ("sum_channels", [(3, 4, 4)], {"count": 2}, "expected 2 channels, found 3"),
        ("one_channel", [(2, 4, 4)], {"channel": 2}, "no channel 2"),
    ],
)
def test_a_shape_that_does_not_fit_is_refused_before_anything_is_computed(
    operation, shapes, options, told
):
    inputs = {f"x{k}": shape for k, shape in enumerate(shapes)}
    step = Step("culprit", operation, tuple(inputs), options)
    with pytest.raises(GraphError, match=rf"step culprit \({operation}\).*{told}"):
        Graph(inputs, (step,))


# --- values that are easily got wrong -----------------------------------------------------------


@pytest.mark.parametrize(
    ("z", "expected"), [(0.0, 0.5), (800.0, 1.0), (-800.0, 0.0), (-30.0, 9.357622968839299e-14)]
)
def test_the_sigmoid_neither_overflows_nor_loses_its_tail(z, expected):
    graph = EXAMPLES["sigmoid"][0].graph("sigmoid")
    assert evaluate(graph, {"x0": z})["y"] == pytest.approx(expected, rel=1e-14)


def test_the_gradients_for_mistakes_are_what_their_names_say():
    """They stand in no right graph, so no difference confirms them."""
    grad, x = np.array(0.5), np.array([0.2, 0.4, 0.7])
    graph = Graph(
        {"grad": (), "grads": (3,), "x": (3,)},
        (
            Step("mean", "mean_square_gradient", ("grad", "x")),
            Step("complement", "log_complement_gradient", ("grads", "x")),
            Step("channel", "one_channel", ("x",), {"channel": 1}),
        ),
    )
    found = evaluate(graph, {"grad": grad, "grads": np.full(3, grad), "x": x})
    np.testing.assert_allclose(found["mean"], 0.5 * 2 * x / 3)
    np.testing.assert_allclose(found["complement"], 0.5 * -1 / (1 - x))
    assert found["channel"] == 0.4


def test_softmax_takes_large_logits():
    graph = EXAMPLES["softmax"][0].graph("softmax")
    np.testing.assert_allclose(
        evaluate(graph, {"x0": [1000.0, 1000.0, 0.0, -1000.0]})["y"], [0.5, 0.5, 0, 0]
    )


def test_a_unit_that_is_exactly_zero_lets_no_gradient_through():
    graph = gradients(
        Graph({"x": (3,)}, (Step("y", "relu", ("x",)), Step("J", "sum_squares", ("y",)))), "J"
    )
    found = evaluate(graph, {"x": [-1.0, 0.0, 1.0]})
    np.testing.assert_array_equal(found["grad_x"], [0.0, 0.0, 2.0])


@pytest.mark.parametrize("operation", sorted(UNDERIVABLE))
def test_an_operation_without_a_derivative_is_named(operation):
    example = EXAMPLES[operation][0]
    graph = example.graph(operation)
    squared = graph.extended([Step("J", "sum_squares", ("y",))])
    with pytest.raises(GraphError, match=f"step y: {operation} has no derivative"):
        gradients(squared, "J")
