"""Whether a number agrees with the one expected: the boundaries, the digits, the shapes."""

from __future__ import annotations

import numpy as np
import pytest
from core_samples import typed

from grader.compare import Written, agree, agreement, same
from grader.model import Tolerance


def _right(expected, text, *, absolute=0.0, rel=0.0, min_digits=99):
    """One entry by tolerance alone, unless digits are asked for."""
    tolerance = Tolerance(absolute, rel, min_digits)
    return bool(agree(np.array(float(expected)), typed(text), tolerance))


@pytest.mark.parametrize(
    ("expected", "text", "absolute", "rel", "right"),
    [
        # typed boundaries count, although binary floating point says 1.05 - 1 > 0.05
        (1, "1.05", 0.05, 0, True),
        (1, "0.95", 0.05, 0, True),
        (1, "1.0500001", 0.05, 0, False),
        (1, "0.9499999", 0.05, 0, False),
        (0.38, "0.385", 0.005, 0, True),
        (0.38, "0.375", 0.005, 0, True),
        (-1, "-1.05", 0.05, 0, True),
        (-1, "-1.0500001", 0.05, 0, False),
        (100, "100.01", 0, 1e-4, True),
        (100, "100.0101", 0, 1e-4, False),
        (100, "99.99", 0, 1e-4, True),
        # relative to the reference, so not symmetric
        (1, "1.01", 0, 0.01, True),
        (1.01, "1.0", 0, 0.01, True),
        (1, "1.0101", 0, 0.01, False),
        (1.0101, "1", 0, 0.01, True),
        # the wider of the two tolerances counts
        (1000, "1005", 0.005, 0.01, True),
        (0.01, "0.014", 0.005, 0.01, True),
        # small values are judged by their own size
        (1e-9, "2e-9", 0, 0.01, False),
        (1e-9, "1.01e-9", 0, 0.01, True),
        (1e-9, "-1e-9", 0, 0.01, False),
        (1e-7, "2e-7", 0, 0.01, False),
        (4.1104e-6, "4.11e-6", 0, 0.01, True),
        (4.1104e-6, "4.11e-5", 0, 0.01, False),
        (4.1104e-6, "0", 0, 0.01, False),
        (4.1104e-6, "0.000004", 0, 0.03, True),
        (5e-324, "1e-323", 0, 0.01, False),
        (1e300, "1e300", 0, 0.01, True),
        (1e300, "-1e300", 0, 0.01, False),
        (1.7e308, "-1.7e308", 0, 0.01, False),
    ],
)
def test_the_boundaries_of_the_tolerance(expected, text, absolute, rel, right):
    assert _right(expected, text, absolute=absolute, rel=rel) is right


@pytest.mark.parametrize(
    ("expected", "text", "min_digits", "right"),
    [
        (1 / 3, "0.333", 3, True),
        (1 / 3, "0.333", 4, False),
        (1 / 3, "0.3333", 4, True),
        (1 / 3, "0.334", 3, False),
        (2 / 3, "0.667", 3, True),  # rounded
        (2 / 3, "0.666", 3, True),  # cut off
        (2 / 3, "0.665", 3, False),
        (2 / 3, "0.668", 3, False),
        (np.pi, "3.14", 3, True),
        (np.pi, "3.142", 3, True),
        (np.pi, "3.141", 3, True),
        (np.pi, "3.15", 3, False),
        (np.pi, "3.143", 3, False),  # the digits written count, not the digits asked for
        (np.pi, "3.1", 2, True),
        (np.pi, "3.1", 3, False),
        (np.pi, "3.2", 2, False),
        (-np.pi, "-3.14", 3, True),
        (-np.pi, "-3.15", 3, False),
        (-np.pi, "3.14", 3, False),
        (9.96, "10", 2, True),  # rounding carries
        (0.996, "1.0", 2, True),
        (10, "9.8", 2, False),
        (10, "9.5", 2, False),
        (4.1104e-6, "4.1e-6", 2, True),
        (4.1104e-6, "0.0000041", 2, True),
        (4.1104e-6, "0.000004", 2, False),
        (4.1104e-6, "4.2e-6", 2, False),
        (0.9999959, "0.999", 2, True),  # cut off
        (0.9999959, "1.00", 2, True),  # rounded
        (0.9999959, "0.998", 2, False),
        (2.5, "2.5", 2, True),
        (2.5, "3", 1, True),  # a half is rounded up,
        (2.5, "2", 1, True),  # down or cut off
        (2.5, "4", 1, False),
        (12345.6, "12000", 2, False),  # the zeros of a whole number are written digits
        (12345.6, "12346", 2, True),
        (12345.6, "1.2e4", 2, True),
        (0.5, "1/2", 2, True),
        (0.501, "1/2", 2, False),  # a fraction is exact
        (0.001, "0", 0, False),  # a zero has no digits
        (0.001, "0.00", 0, False),
        (-0.001, "0", 0, False),
        (0.5, "0.9", 1, False),
    ],
)
def test_rounded_or_cut_off_to_the_digits_written(expected, text, min_digits, right):
    assert _right(expected, text, min_digits=min_digits) is right


@pytest.mark.parametrize(
    ("expected", "text", "right", "terse"),
    [
        (1 / 3, "0.3", False, True),
        (1 / 3, "0.33", True, False),
        (1 / 3, "0.4", False, False),
        (1.06, "1", False, True),
        (1.004, "1", True, False),  # within the tolerance, so nothing is too short
        (4.1104e-6, "4e-6", False, True),
        (4.1104e-6, "0", False, False),
        (4.1104e-6, "-4e-6", False, False),
    ],
)
def test_right_as_far_as_the_digits_go(expected, text, right, terse):
    found = agreement(np.array(expected), typed(text), Tolerance(0, 0.01, 2))
    assert (bool(found.right), bool(found.terse)) == (right, terse)


@pytest.mark.parametrize(
    ("expected", "text", "absolute", "right"),
    [
        ([0, 1], ["0", "1"], 0, [True, True]),
        ([0, 1], ["1e-12", "1"], 0, [True, True]),
        ([0, 1], ["0.001", "1"], 0, [True, True]),
        ([0, 1], ["0.00101", "1"], 0, [False, True]),
        ([0, 1], ["-0.001", "1"], 0, [True, True]),
        ([0, 1], ["0.01", "1"], 0, [False, True]),
        ([0, 1], ["0.01", "1"], 0.01, [True, True]),
        ([0, 1e-6], ["1e-9", "1e-6"], 0, [True, True]),
        ([0, 1e-6], ["1e-8", "1e-6"], 0, [False, True]),
        ([0, -1e-6], ["1e-9", "-1e-6"], 0, [True, True]),  # the largest magnitude
        ([0, 0], ["0", "1e-12"], 0, [True, False]),
        # a small value is not judged by the large one beside it
        ([1e-5, 1e5], ["0.5", "1e5"], 0, [False, True]),
    ],
)
def test_an_expected_zero_is_judged_by_the_largest_value(expected, text, absolute, right):
    found = agree(np.array(expected, float), typed(text), Tolerance(absolute, 0.0001))
    assert found.tolist() == right


def test_a_scalar_zero_is_judged_by_itself():
    assert _right(0, "0")
    assert not _right(0, "1e-12", rel=0.01)


def test_zeros_where_gradients_of_order_1e_6_belong_are_wrong():
    expected = 4e-6 * np.arange(1, 17.0).reshape(4, 4)
    found = agree(expected, typed([["0"] * 4] * 4), Tolerance(0, 0.02))
    assert not found.any()


@pytest.mark.parametrize("factor", [-1, 10, 0.1, 1.03, 0.97, 0])
@pytest.mark.parametrize("size", [1e-12, 4e-6, 1.0, 1e12])
def test_a_wrong_sign_or_factor_is_wrong_at_every_size(factor, size):
    expected = size * np.arange(1, 9.0)
    obtained = typed([f"{factor * v:.6g}" for v in expected])
    assert not agree(expected, obtained, Tolerance(0, 0.02)).any()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_finite_number_is_never_right(value):
    alone = Written(np.array(value), np.array(0.0), np.array(3))
    for expected in (0.0, 1.0, 1e308, value):
        found = agreement(np.array(expected), alone, Tolerance(1e9, 0.5))
        assert not found.right
        assert not found.terse


@pytest.mark.parametrize("expected", [np.inf, -np.inf, np.nan])
def test_an_expected_value_that_is_not_finite_agrees_with_nothing(expected):
    found = agreement(np.array([expected, 1.0]), typed(["1", "1"]), Tolerance(0.005, 0.01))
    assert found.right.tolist() == [False, True]
    assert not found.terse.any()


@pytest.mark.parametrize(
    ("expected", "obtained"),
    [((3,), (1,)), ((3,), ()), ((3, 1), (3,)), ((2, 3), (3, 2)), ((2,), (2, 1)), ((4, 4), (16,))],
)
def test_shapes_are_equal_before_anything_is_compared(expected, obtained):
    alone = Written(np.ones(obtained), np.zeros(obtained), np.ones(obtained, dtype=int))
    if expected[len(expected) - len(obtained) :] == obtained:
        return
    with pytest.raises(ValueError, match="shape"):
        agree(np.ones(expected), alone, Tolerance())


def test_several_keys_are_compared_at_once():
    obtained = typed(["1", "2.0", "0"])
    keys = np.array([[1, 2, 3], [1, 2, 0], [[4, 2, 0]][0]], float)
    together = agree(keys, obtained, Tolerance(0, 0.01))
    assert together.tolist() == [[True, True, False], [True, True, True], [False, True, True]]
    for k, one in enumerate(keys):
        assert together[k].tolist() == agree(one, obtained, Tolerance(0, 0.01)).tolist()


def test_each_key_has_its_own_largest_value():
    keys = np.array([[0.0, 1.0], [0.0, 1000.0]])
    found = agree(keys, typed(["0.5", "1"]), Tolerance(0, 0.01))
    assert found[:, 0].tolist() == [False, True]


def test_a_scalar_has_leading_axes_too():
    assert agree(np.array([1.0, 2.0]), typed("1.0"), Tolerance()).tolist() == [True, False]


@pytest.mark.parametrize(
    ("factor", "equal"), [(1, True), (1 + 1e-12, True), (1 + 1e-6, False), (-1, False), (0, False)]
)
def test_expressions_are_equal_but_for_rounding(factor, equal):
    expected = np.random.default_rng(1).normal(size=(3, 4, 2))
    assert same(expected, factor * expected, 2).tolist() == [equal] * 3


def test_expressions_are_compared_draw_by_draw():
    expected = np.array([[1.0, 2.0], [1.0, 2.0]])
    assert same(expected, np.array([[1.0, 2.0], [1.0, 2.1]]), 1).tolist() == [True, False]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_expressions_without_a_value_are_equal_to_nothing(value):
    both = np.array([[value, 1.0]])
    assert not same(both, both, 1).any()
    assert not same(np.array([[2.0, 1.0]]), both, 1).any()
