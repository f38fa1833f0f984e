"""The tables of spellings are true: what a row says is right or wrong by NumPy alone."""

from collections import Counter

import numpy as np
import pytest
from right_spellings import RIGHT
from spelling_rows import KINDS, SIZES, settings
from wrong_spellings import WRONG

from grader.codes import FINDING_CODES

TABLES = {"right": RIGHT, "wrong": WRONG}


def groups(rows):
    """One row of each group of the same meaning."""
    return list({(row.key, row.meaning): row for row in rows}.values())


def said(row, values):
    """What a row means at these values; None where the shapes do not fit."""
    try:
        return np.asarray(row.meaning(values), dtype=float)
    except ValueError:
        return None


def agreements(row):
    """For each accepted combination of conventions, where the row says what the key says."""
    problem, _, quantity = row.key.partition(".")
    found = settings(problem, tuple(row.conventions.items()))
    return [[same(said(row, v), getattr(v, quantity)) for v in draws] for draws in found]


def same(obtained, expected):
    return (
        obtained is not None
        and obtained.shape == expected.shape
        and np.allclose(obtained, expected, rtol=1e-9, atol=1e-13)
    )


def turned(row):
    """Whether the row says the transpose of what the key says, at any draw."""
    problem, _, quantity = row.key.partition(".")
    return any(
        same(said(row, v), getattr(v, quantity).T)
        for draws in settings(problem, tuple(row.conventions.items()))
        for v in draws
        if min(getattr(v, quantity).shape, default=1) > 1  # else the shape alone says nothing
    )


def is_impossible(row):
    """Whether the row's shape can never be the quantity's."""
    problem, _, quantity = row.key.partition(".")
    return not any(
        (value := said(row, v)) is not None and value.shape == getattr(v, quantity).shape
        for draws in settings(problem, tuple(row.conventions.items()))
        for v in draws
    )


@pytest.mark.parametrize("row", groups(RIGHT), ids=str)
def test_a_right_meaning_is_the_key_s_gradient(row):
    assert any(all(draws) for draws in agreements(row))


@pytest.mark.parametrize("row", groups(WRONG), ids=str)
def test_a_wrong_meaning_is_not_the_key_s_gradient_at_any_size(row):
    for draws in agreements(row):
        per_size = np.reshape(draws, (len(SIZES), -1))
        assert not per_size.all(axis=1).any()
    assert not turned(row)


@pytest.mark.parametrize("row", groups(r for r in WRONG if r.code == "shape_mismatch"), ids=str)
def test_a_shape_that_does_not_fit_never_fits(row):
    assert is_impossible(row)


def test_few_wrong_answers_are_of_a_shape_that_cannot_be():
    assert sum(map(is_impossible, WRONG)) <= 40


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_long_and_varied(name):
    rows = TABLES[name]
    kinds = Counter(row.kind for row in rows)
    assert len(rows) >= 260
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) >= 15
    assert max(kinds.values()) <= len(rows) / 3


def test_no_text_is_given_twice():
    seen = Counter((r.key, r.text, tuple(r.conventions.items())) for r in (*RIGHT, *WRONG))
    assert [text for text, count in seen.items() if count > 1] == []


def test_codes_are_known_and_only_wrong_answers_have_them():
    assert {row.code for row in WRONG} <= {"", *FINDING_CODES}
    assert {row.code for row in RIGHT} == {""}


@pytest.mark.parametrize("problem", ["autoencoder", "gan"])
def test_the_draws_have_units_on_and_off(problem):
    hidden = "h" if problem == "autoencoder" else "h0"
    for draws in settings(problem):
        for values in draws:
            on = getattr(values, hidden) > 0
            assert on.any()
            assert not on.all()
