from __future__ import annotations

import math
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.notation.errors import NotationError
from grader.notation.numbers import parse_number, quoted, uses_decimal_comma


@pytest.mark.parametrize(
    ("text", "value", "last_place", "digits"),
    [
        ("0.38", 0.38, -2, 2),
        (".38", 0.38, -2, 2),
        ("5.", 5.0, 0, 1),
        ("+1.4", 1.4, -1, 2),
        ("1.40", 1.4, -2, 3),
        ("100", 100.0, 0, 3),
        ("0", 0.0, 0, 0),
        ("0.00", 0.0, -2, 0),
        ("-0", 0.0, 0, 0),
        ("0.0010", 0.001, -4, 2),
        ("1.00e2", 100.0, 0, 3),
        ("-1e-6", -1e-6, -6, 1),
        ("1.4e-6", 1.4e-6, -7, 2),
        ("4.11E-07", 4.11e-7, -9, 3),
        ("1.2·10^-3", 0.0012, -4, 2),
        ("1.2×10^{-3}", 0.0012, -4, 2),
        ("1.2 * 10^-3", 0.0012, -4, 2),
        ("1.2*10**-3", 0.0012, -4, 2),
        ("1.2·10⁻³", 0.0012, -4, 2),
        ("1.2 x 10^(-3)", 0.0012, -4, 2),
        ("10^-3", 0.001, -3, 1),
        ("-10⁻⁶", -1e-6, -6, 1),
        (r"1\times10^{-3}", 0.001, -3, 1),
        (r"$-1.2\cdot 10^{-3}$", -0.0012, -4, 2),
        ("-1/4", -0.25, None, 17),
        ("1 / 3", 1 / 3, None, 17),
        (r"\frac{-1}{4}", -0.25, None, 17),
        ("−1.4", -1.4, -1, 2),
        ("–1.4", -1.4, -1, 2),
        ("- 1.4", -1.4, -1, 2),
        ("１．４", 1.4, -1, 2),
        ("𝟏.𝟒", 1.4, -1, 2),
        ("  0.38 ", 0.38, -2, 2),
        ("\u00a00.38\u2009", 0.38, -2, 2),
        ("\u200b0.38", 0.38, -2, 2),
        ("$0.38$", 0.38, -2, 2),
        ("0,38", 0.38, -2, 2),
        ("0,380", 0.38, -3, 2 + 1),
        ("-1,4", -1.4, -1, 2),
        ("12,4020", 12.402, -4, 6),
        ("1234,567", 1234.567, -3, 7),
        (",38", 0.38, -2, 2),
        ("1,4e-6", 1.4e-6, -7, 2),
        ("0{,}38", 0.38, -2, 2),
    ],
)
def test_a_number_keeps_its_value_and_its_digits(text, value, last_place, digits):
    number = parse_number(text)
    assert number.value == value
    assert (number.last_place, number.digits) == (last_place, digits)
    assert number.text == text.strip()


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234", 1.234), ("1,000", 1.0), ("1.234,5", 1234.5), ("1.234.567,8", 1234567.8), ("2", 2.0)],
)
def test_a_comma_is_the_point_where_the_file_shows_it(text, value):
    assert parse_number(text, decimal_comma=True).value == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no number here"),
        ("   ", "no number here"),
        ("nan", "no value; leave the entry empty"),
        ("NaN", "no value; leave the entry empty"),
        ("#N/A", "no value; leave the entry empty"),
        ("inf", "not finite"),
        ("-Infinity", "not finite"),
        ("∞", "not finite"),
        ("1e400", "too large"),
        ("1e-400", "too small"),
        ("1e401", "exponent beyond 400"),
        ("1e99999999999999999999", "exponent beyond 400"),
        ("10^-500", "exponent beyond 400"),
        ("1" * 65, "longer than the 64 characters"),
        ("1 2 3", "several numbers"),
        ("1;2", "more than one number"),
        ("[1]", "more than one number"),
        ("1_000", "underscore"),
        ("0x10", "not written in decimal"),
        ("50%", "percentage"),
        ("1/0", "divides by zero"),
        ("1/2.5", "no fraction of two whole numbers"),
        ("h0 = 3", "relation sign"),
        ("~3", "is not a number"),
        ("1.2.3", "more than one decimal point"),
        ("1,234", "can be read as 1.234 and as 1234"),
        ("1,000e-3", "can be read as 1.000 and as 1000"),
        ("1.234,5", "separators of unclear meaning"),
        ("1,234,567", "separators of unclear meaning"),
        ("1,234.5", "separators of unclear meaning"),
        ("5,", "separators of unclear meaning"),
        ("3 m", "without a unit"),
        ("1e", "without a unit"),
        ("abc", "is not a number"),
        ("-", "is not a number"),
        (".", "is not a number"),
        ("1½", "is not a number"),
        ("1₂", "is not a number"),
        ("١", "is not a number"),
    ],
)
def test_what_is_no_number_is_refused_with_its_own_sentence(text, says):
    with pytest.raises(NotationError) as error:
        parse_number(text)
    assert says in error.value.message
    start, end = error.value.span
    assert 0 <= start <= end <= len(text)


def test_a_point_in_a_file_of_decimal_commas_is_not_guessed():
    with pytest.raises(NotationError, match=r"can be read as 1\.234 and as 1234"):
        parse_number("1.234", decimal_comma=True)


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (["0,38", "1,400"], True),
        (["1.234,5"], True),
        (["1,400"], False),
        (["0,38", "1.4"], False),
        (["1,234.5", "0,38"], False),
        (["h0", "1", "-2*(x-xp)"], False),
        ([], False),
        (["0,38", "1.234"], True),
        (["1;2", "[0,38; 1,4]", "1,4"], True),
    ],
)
def test_a_file_shows_its_decimal_comma_or_does_not(texts, shown):
    assert uses_decimal_comma(texts) is shown


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_read_back(value):
    assert parse_number(repr(value)).value == value


@given(st.text(max_size=80))
@example("⁻" * 40)
@example("1" * 32 + "," * 32)
def test_any_text_is_a_finite_number_or_a_notation_error(text):
    for decimal_comma in (False, True):
        try:
            number = parse_number(text, decimal_comma=decimal_comma)
        except NotationError:
            continue
        assert math.isfinite(number.value)
        assert number.digits >= 0


@pytest.mark.parametrize("text", ["1" * 10**6, "," * 10**6, "{" * 10**6, "1 " * 10**6])
def test_hostile_text_takes_no_time(text):
    start = time.process_time()
    with pytest.raises(NotationError):
        parse_number(text)
    assert time.process_time() - start < 3


def test_a_quoted_text_is_short_printable_and_on_one_line():
    assert quoted("a\n b\x07") == "'a b\N{REPLACEMENT CHARACTER}'"
    assert quoted("x" * 100) == "'" + "x" * 37 + "...'"
