"""The GAN's key: its published values, its conventions, and its gradients by differences."""

from __future__ import annotations

import numpy as np
import pytest
from assignment_values import (
    ALL_WAYS,
    ASSIGNMENT,
    GAN,
    OBJECTIVES,
    WAYS,
    built,
    gan_draw,
    name_of,
)
from reference_laws import (
    conventions_are_their_index_formulas,
    gradients_agree_with_differences,
    gradients_have_the_shapes_of_their_values,
)

from reference.graph import evaluate

TOWARDS = ("p", "m", "H2", "h2", "c", "h1", "h0", "w0", "b0", "w1", "b1", "w2", "b2")
"""What an answer may be the gradient with respect to."""


# --- the forward values, to four places ---------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        ("h0", [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06]),
        ("h1", [[[0.38, 1.4], [0.96, 1.06]], [[0.7, 1.54], [1.62, 1.06]]]),
        (
            "h2",
            [
                [0.424, 1.674, 1.894, 1.35],
                [1.152, 3.088, 5.052, 1.444],
                [1.13, 4.594, 3.87, 1.072],
                [1.752, 1.812, 1.15, 0.418],
            ],
        ),
        ("m", 12.4020),
    ],
)
def test_the_key_has_the_published_values(quantity, expected):
    value = evaluate(GAN.graph(), ASSIGNMENT)[quantity]
    assert value.shape == np.shape(expected)
    np.testing.assert_allclose(value, expected, rtol=0, atol=5e-5)


def test_p_is_as_far_from_one_as_published():
    missing = 1 - evaluate(GAN.graph(), ASSIGNMENT)["p"]
    assert missing == pytest.approx(4.1104e-06, abs=1e-10)
    assert missing == pytest.approx(1 / (1 + np.exp(12.402)), rel=1e-9)


def test_the_gradients_are_as_small_as_one_minus_p():
    values = evaluate(GAN.graph(), ASSIGNMENT)
    missing = 1 - values["p"]
    np.testing.assert_allclose(values["grad_m"], missing, rtol=1e-9)
    np.testing.assert_allclose(values["grad_H2"], missing * ASSIGNMENT["w2"], rtol=1e-9)
    np.testing.assert_allclose(values["grad_w2"], missing * values["H2"], rtol=1e-9)


# --- conventions --------------------------------------------------------------------------------


def test_there_are_12_ways_and_two_objectives():
    assert len(WAYS) == len({name_of(way) for way in WAYS}) == 12
    for convention, choices in GAN.conventions.items():
        assert set(choices) == {way[convention] for way in ALL_WAYS}, convention


def test_the_first_value_of_each_convention_is_the_keys():
    first = {convention: next(iter(choices)) for convention, choices in GAN.conventions.items()}
    assert first == {
        "objective": "maximize_log_p",
        "deconv": "cross_correlation",
        "reshape": "channels_first",
        "flatten": "row_major",
    }
    assert GAN.graph(first).steps == GAN.graph().steps


@pytest.mark.parametrize("way", WAYS, ids=name_of)
def test_each_entry_stands_where_the_conventions_say(way):
    for values in (ASSIGNMENT, gan_draw(way, seed=1)):
        conventions_are_their_index_formulas(GAN.graph(way), values, way)


@pytest.mark.parametrize(
    ("deconv", "corner"), [("cross_correlation", (2, 2)), ("transposed", (0, 0))]
)
def test_the_first_entry_of_a_channel_meets_one_corner_of_its_kernel(deconv, corner):
    values = evaluate(GAN.graph({"deconv": deconv}), ASSIGNMENT)
    for channel in range(2):
        kernel = ASSIGNMENT["w1"][channel]
        expected = values["h1"][channel, 0, 0] * kernel[corner]
        assert values["c"][channel, 0, 0] == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("reshape", "places"),
    [  # where elements 0 to 7 of h0 go, written out
        ("channels_first", ["000", "001", "010", "011", "100", "101", "110", "111"]),
        ("channels_last", ["000", "100", "001", "101", "010", "110", "011", "111"]),
        ("column_major", ["000", "010", "001", "011", "100", "110", "101", "111"]),
    ],
)
def test_h1_is_h0_in_the_order_of_the_convention(reshape, places):
    values = evaluate(GAN.graph({"reshape": reshape}), ASSIGNMENT)
    for k, place in enumerate(places):
        assert values["h1"][tuple(map(int, place))] == values["h0"][k], k


@pytest.mark.parametrize("way", WAYS, ids=name_of)
def test_the_objective_changes_the_sign_of_every_gradient_and_nothing_else(way):
    highest, lowest = (
        evaluate(GAN.graph({**way, "objective": objective}), ASSIGNMENT) for objective in OBJECTIVES
    )
    for name in highest.keys() - {"J", "grad_J"}:
        sign = -1 if name.startswith("grad_") else 1
        np.testing.assert_array_equal(lowest[name], sign * highest[name], err_msg=name)


def test_the_12_ways_are_told_apart_by_the_gradient_of_w0():
    found = [evaluate(GAN.graph(way), ASSIGNMENT)["grad_w0"] for way in WAYS]
    for k, one in enumerate(found):
        for other in found[k + 1 :]:
            assert not np.allclose(one, other, rtol=1e-3, atol=0)


# --- gradients ----------------------------------------------------------------------------------


def test_every_quantity_of_the_problem_is_in_its_graph():
    graph = GAN.graph()
    assert {quantity.name for quantity in GAN.quantities} <= set(graph.shapes)
    assert {f"grad_{name}" for name in TOWARDS} <= {q.name for q in GAN.quantities}


@pytest.mark.parametrize("way", ALL_WAYS, ids=name_of)
def test_gradients_have_the_shapes_of_their_values(way):
    gradients_have_the_shapes_of_their_values(GAN.graph(way))


@pytest.mark.parametrize("way", ALL_WAYS, ids=name_of)
def test_every_gradient_is_a_central_difference_at_the_assignments_values(way):
    gradients_agree_with_differences(GAN.graph(way), ASSIGNMENT)


@pytest.mark.parametrize("way", ALL_WAYS, ids=name_of)
@pytest.mark.parametrize("units_off", [True, False], ids=["some_units_off", "all_units_on"])
def test_every_gradient_is_a_central_difference_at_random_values(way, units_off):
    values = gan_draw(way, seed=len(name_of(way)), units_off=units_off)
    gradients_agree_with_differences(GAN.graph(way), values)


def test_the_random_values_have_units_off_in_both_layers_and_p_not_saturated():
    for way in WAYS:
        values = evaluate(GAN.graph(way), gan_draw(way, seed=3))
        for layer in ("h0", "h2"):
            assert 0 < (values[layer] == 0).sum() < values[layer].size
        assert 0.1 < values["p"] < 0.9


def test_a_graph_made_anew_is_the_problems_graph():
    for way in ALL_WAYS:
        assert built(GAN, way).steps == GAN.graph(way).steps
