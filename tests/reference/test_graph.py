"""Graphs as plain data, and the one function that evaluates them."""

from __future__ import annotations

import numpy as np
import pytest
from assignment_values import ASSIGNMENT, AUTOENCODER, GAN, WAYS, autoencoder_draw, gan_draw
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reference_laws import (
    a_batch_is_one_by_one,
    evaluation_changes_nothing,
    only_numbers_are_pinned,
    shapes_are_what_the_rules_say,
)

from reference.graph import Graph, GraphError, Step, evaluate, run

LINE = Graph(
    {"x": ("N",), "w": ("N",), "b": ()},
    (Step("u", "dot", ("w", "x")), Step("y", "add", ("u", "b")), Step("p", "sigmoid", ("y",))),
)
AT = {"x": [1.0, 2.0], "w": [3.0, -1.0], "b": 0.5}
SQUARE = Graph({"x": (2, 2)}, (Step("y", "times", ("x",), {"factor": 2.0}),))


# --- graphs are data ----------------------------------------------------------------------------


def test_a_graph_reads_as_the_formulas_of_its_steps():
    assert str(LINE) == "u = dot(w, x)\ny = u + b\np = sigmoid(y)"


def test_a_changed_graph_leaves_the_first_as_it_was():
    doubled = LINE.with_step(Step("y", "subtract", ("u", "b")))
    longer = LINE.extended([Step("q", "log", ("p",))])
    assert str(doubled) == "u = dot(w, x)\ny = u - b\np = sigmoid(y)"
    assert longer.steps[:3] == LINE.steps
    assert str(LINE) == "u = dot(w, x)\ny = u + b\np = sigmoid(y)"


def test_options_of_a_step_cannot_be_written_to():
    options = {"factor": 2.0}
    step = Step("y", "times", ("x",), options)
    options["factor"] = 3.0
    assert step.options["factor"] == 2.0
    with pytest.raises(TypeError):
        step.options["factor"] = 3.0
    with pytest.raises(TypeError):
        SQUARE.shapes["y"] = (1,)


def test_setting_options_keeps_the_others():
    graph = GAN.forward.with_options({"h1": {"axes": (1, 2, 0)}})
    assert dict(graph.by_name["h1"].options) == {"shape": (2, 2, 2), "axes": (1, 2, 0)}
    assert dict(graph.by_name["c"].options) == dict(GAN.forward.by_name["c"].options)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x", set()),
        ("u", {"w", "x"}),
        ("p", {"y", "u", "b", "w", "x"}),
    ],
)
def test_ancestors_are_all_that_a_value_depends_on(name, expected):
    assert LINE.ancestors(name) == expected


# --- graphs that cannot be ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([Step("y", "ad", ("x",))], "step y: there is no operation 'ad'"),
        ([Step("x", "relu", ("x",))], "step x: the name is given twice"),
        ([Step("y", "relu", ("x",)), Step("y", "relu", ("x",))], "step y: the name is given twice"),
        ([Step("y", "add", ("x", "q", "r"))], "step y: q, r is not known before it"),
        ([Step("y", "relu", ("y",))], "step y: y is not known before it"),
        ([Step("a", "relu", ("b",)), Step("b", "relu", ("x",))], "step a: b is not known"),
        ([Step("y", "dot", ("x",))], r"step y \(dot\): "),
        ([Step("y", "times", ("x",)), Step("z", "dot", ("y", "v"))], r"step z \(dot\): expected"),
        ([Step("y", "matvec", ("m", "x"))], r"step y \(matvec\): a 2 x 3 matrix cannot"),
        ([Step("y", "fold", ("x",), {"shape": (1, 2)})], r"step y \(fold\): "),
        ([Step("y", "fold", ("v",), {"shape": (1, 2), "axes": (0, 1)})], r"step y \(fold\): "),
        ([Step("y", "matvec", ("m", "v"), {"transposed": True})], r"step y \(matvec\): "),
    ],
)
def test_a_graph_that_cannot_be_names_the_step(steps, told):
    with pytest.raises(GraphError, match=told):
        Graph({"x": (2,), "v": (3,), "m": (2, 3)}, tuple(steps))


def test_all_mistakes_of_a_graph_are_told_at_once_and_what_is_meant():
    steps = (
        Step("a", "dott", ("x", "x")),
        Step("b", "add", ("a", "xx")),
        Step("c", "square", ("b",)),
        Step("d", "add", ("c", "c")),
        Step("e", "dot", ("x", "m")),
        Step("a", "relu", ("x",)),
        Step("f", "log", ("q",)),
    )
    with pytest.raises(GraphError) as told:
        Graph({"x": (2,), "m": (2, 3)}, steps)
    *others, shape, twice, unknown = str(told.value).split("; ")
    assert others == [
        "step a: there is no operation 'dott', did you mean dot?",
        "step b: xx is not known before it, did you mean x?",
        "step c: there is no operation 'square', did you mean sum_squares?",
    ]
    assert shape.startswith("step e (dot): ")
    assert twice == "step a: the name is given twice"
    assert unknown == "step f: q is not known before it"


# --- values that do not fit ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"x": None}, "no value is given for x"),
        ({"x": 1.0}, r"x: expected shape \('N',\), found \(\)"),
        ({"x": [1.0, 2.0, 3.0]}, r"w: expected shape \(3,\), found \(2,\)"),
        ({"x": [1.0]}, r"w: expected shape \(1,\), found \(2,\)"),
        ({"x": np.ones((4, 2)), "b": np.ones(3)}, r"the batch axes differ: x \(4,\), b \(3,\)"),
    ],
)
def test_an_input_that_does_not_fit_is_named(changed, told):
    values = {k: v for k, v in {**AT, **changed}.items() if v is not None}
    with pytest.raises(GraphError, match=told):
        evaluate(LINE, values)


@pytest.mark.parametrize(
    ("problem", "name", "shape", "told"),
    [
        (GAN, "w0", (2, 8), r"w0: expected shape \(8, 2\), found \(2, 8\)"),
        (GAN, "w1", (3, 3, 2), r"w1: expected shape \(2, 3, 3\), found \(3, 3, 2\)"),
        (GAN, "b1", (16,), r"b1: expected shape \(4, 4\), found \(16,\)"),
        (GAN, "z", (2, 1), r"z: expected shape \(2,\), found \(2, 1\)"),
        (AUTOENCODER, "W1", (2, 3), r"W1: expected shape \(3, 'M'\), found \(2, 3\)"),
        (AUTOENCODER, "b1", (1, 1), r"b1: expected shape \(2, 1\), found \(1, 1\)"),
        (AUTOENCODER, "b2", (1, 1), r"b2: expected shape \(3, 1\), found \(1, 1\)"),
        (AUTOENCODER, "x", (3,), r"x: expected shape \('N', 1\), found \(3,\)"),
    ],
)
def test_a_shape_that_numpy_would_broadcast_is_refused(problem, name, shape, told):
    values = ASSIGNMENT if problem is GAN else autoencoder_draw({"N": 3, "M": 2}, seed=1)
    with pytest.raises(GraphError, match=told):
        evaluate(problem.graph(), {**values, name: np.ones(shape)})


@pytest.mark.parametrize(
    ("pinned", "told"),
    [
        ({"nothing": 1.0}, "nothing cannot be pinned: it is no step of the graph"),
        ({"z": [1.0, 2.0]}, "z cannot be pinned: it is no step of the graph"),
        ({"h1": np.ones((2, 2))}, r"h1: expected shape \(2, 2, 2\), found \(2, 2\)"),
        ({"h0": np.ones((4, 2))}, r"h0: expected shape \(8,\), found \(4, 2\)"),
        ({"h0": np.ones((8, 1))}, r"h0: expected shape \(8,\), found \(8, 1\)"),
        ({"p": np.ones(3), "h0": np.ones((2, 8))}, r"the batch axes differ"),
    ],
)
def test_a_pinned_value_that_does_not_fit_is_named(pinned, told):
    with pytest.raises(GraphError, match=told):
        evaluate(GAN.graph(), ASSIGNMENT, pinned)


# --- evaluation ---------------------------------------------------------------------------------


def test_evaluation_gives_every_input_and_step():
    found = evaluate(LINE, AT)
    assert set(found) == {"x", "w", "b", "u", "y", "p"}
    assert found["u"] == 1.0
    assert found["y"] == 1.5
    assert found["p"] == pytest.approx(1 / (1 + np.exp(-1.5)))


@pytest.mark.parametrize("way", WAYS[:4], ids=str)
def test_every_value_has_the_shape_that_the_rules_say(way):
    shapes_are_what_the_rules_say(GAN.graph(way), ASSIGNMENT)


@pytest.mark.parametrize("batch", [(), (1,), (3,), (0,), (1, 1), (2, 3), (2, 0)])
def test_a_value_has_the_batch_axes_where_it_depends_on_a_batch(batch):
    found = evaluate(GAN.graph(), {**ASSIGNMENT, "b1": np.ones((*batch, 4, 4))})
    for name in ("b1", "a2", "h2", "H2", "p", "grad_w1", "grad_w0"):
        assert found[name].shape == (*batch, *GAN.shapes[name]), name
    if np.prod(batch) != 1:  # a batch of one cannot be told apart, and broadcasts anyway
        for name in ("h0", "c", "w1"):
            assert found[name].shape == GAN.shapes[name], name


def test_overflow_is_a_value_like_any_other():
    graph = Graph({"x": ()}, (Step("y", "exp", ("x",)), Step("z", "log", ("x",))))
    found = evaluate(graph, {"x": [1e4, -1.0, 0.0]})
    np.testing.assert_array_equal(found["y"], [np.inf, np.exp(-1.0), 1.0])
    np.testing.assert_array_equal(found["z"][1:], [np.nan, -np.inf])


def test_evaluating_changes_neither_what_is_given_nor_what_is_pinned():
    pins = {"h0": np.array([np.nan, 1, 2, 3, 4, 5, 6, 7.0]), "grad_H2": np.ones(16)}
    evaluation_changes_nothing(GAN.graph(), ASSIGNMENT, pins)


def test_evaluating_takes_arrays_that_cannot_be_written_to():
    values = {name: value.copy() for name, value in ASSIGNMENT.items()}
    for value in values.values():
        value.setflags(write=False)
    assert evaluate(GAN.graph(), values)["m"] == evaluate(GAN.graph(), ASSIGNMENT)["m"]


def test_whole_numbers_are_worked_with_as_fractions():
    assert evaluate(SQUARE, {"x": [[1, 2], [3, 4]]})["y"].dtype == np.float64


# --- batches ------------------------------------------------------------------------------------

INPUTS = sorted(ASSIGNMENT)
PINNABLE = ["h0", "h1", "c", "h2", "H2", "m", "p", "grad_p", "grad_H2", "grad_h1", "grad_w1"]


def _pin(generator, shape, share):
    """Random values, NaN but for about that share of them."""
    value = generator.normal(0.5, 0.4, shape)
    return np.where(generator.random(shape) < share, value, np.nan)


@settings(max_examples=40, deadline=None)
@given(
    size=st.integers(1, 4),
    own=st.sets(st.sampled_from(INPUTS)),
    pinned=st.sets(st.sampled_from(PINNABLE), max_size=3),
    share=st.sampled_from([0.0, 0.4, 1.0]),
    way=st.sampled_from(WAYS),
    seed=st.integers(0, 1000),
)
def test_a_class_at_once_is_its_students_one_by_one(*, size, own, pinned, share, way, seed):
    generator = np.random.default_rng(seed)
    shared = gan_draw(way, seed=17, units_off=False)
    givens = [
        {name: shared[name] + generator.normal(0, 0.2, shared[name].shape) for name in own}
        for _ in range(size)
    ]
    pins = [
        {name: _pin(generator, GAN.shapes[name], share) for name in pinned} for _ in range(size)
    ]
    rest = {name: value for name, value in shared.items() if name not in own}
    a_batch_is_one_by_one(GAN.graph(way), givens, rest, pins)


@settings(max_examples=25, deadline=None)
@given(
    size=st.integers(1, 3),
    own=st.sets(st.sampled_from(["x", "W1", "b1", "W2", "b2"])),
    sizes=st.tuples(st.integers(1, 3), st.integers(2, 4)),
    seed=st.integers(0, 1000),
)
def test_matrices_at_once_are_those_one_by_one(size, own, sizes, seed):
    generator = np.random.default_rng(seed)
    shared = autoencoder_draw({"N": sizes[0], "M": sizes[1]}, seed=1)
    givens = [
        {name: generator.normal(size=shared[name].shape) for name in own} for _ in range(size)
    ]
    rest = {name: value for name, value in shared.items() if name not in own}
    a_batch_is_one_by_one(AUTOENCODER.graph(), givens, rest)


def test_batch_axes_of_two_values_are_broadcast_together():
    rows, columns = np.array([[0.0], [1.0]]), np.array([0.0, 10.0, 20.0])
    graph = Graph({"a": (), "b": ()}, (Step("y", "add", ("a", "b")),))
    np.testing.assert_array_equal(evaluate(graph, {"a": rows, "b": columns})["y"], rows + columns)


# --- pinned values ------------------------------------------------------------------------------


def test_what_is_pinned_is_carried_and_what_follows_follows_from_it():
    worked = run(LINE, AT, {"y": 0.0})
    assert (worked.computed["y"], worked.carried["y"]) == (1.5, 0.0)
    assert worked.computed["p"] == worked.carried["p"] == 0.5
    assert worked.computed["u"] == worked.carried["u"] == 1.0


def test_without_pins_what_is_computed_is_carried():
    worked = run(GAN.graph(), ASSIGNMENT)
    for name, value in worked.carried.items():
        np.testing.assert_array_equal(worked.computed[name], value)


def test_evaluate_gives_what_is_carried():
    pins = {"h0": np.full(8, 0.5)}
    expected = run(GAN.graph(), ASSIGNMENT, pins).carried
    for name, value in evaluate(GAN.graph(), ASSIGNMENT, pins).items():
        np.testing.assert_array_equal(value, expected[name])


@settings(max_examples=30, deadline=None)
@given(name=st.sampled_from(PINNABLE), data=st.data())
def test_an_entry_that_is_nan_is_not_pinned(name, data):
    mask = data.draw(hnp.arrays(bool, GAN.shapes[name]))
    only_numbers_are_pinned(GAN.graph(), ASSIGNMENT, name, mask)


def test_some_students_have_a_pin_and_others_have_none():
    pins = {"m": np.array([np.nan, 0.0, np.nan])}
    worked = run(GAN.graph(), ASSIGNMENT, pins)
    key = evaluate(GAN.graph(), ASSIGNMENT)["m"]
    np.testing.assert_array_equal(worked.carried["m"], [key, 0.0, key])
    np.testing.assert_array_equal(worked.computed["m"], key)
    assert worked.carried["p"][1] == 0.5


def test_following_a_students_own_value_gives_that_students_later_values():
    """The student wrote 1.14 for entry 1 of h0: what follows is the key's at that h0."""
    pinned = np.full(8, np.nan)
    pinned[1] = 1.14
    found = evaluate(GAN.graph(), ASSIGNMENT, {"h0": pinned})
    shifted = {**ASSIGNMENT, "b0": ASSIGNMENT["b0"] - 0.26 * np.eye(8)[1]}
    expected = evaluate(GAN.graph(), shifted)
    for name in ("h0", "h1", "c", "h2", "H2", "m", "p", "grad_w1", "grad_H2"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-9, err_msg=name)
