"""Spellings of one number on which checkers of answers were seen to differ.

``test_numbers.py`` has the value and the digits of each spelling; here is what is the same.
"""

import pytest

from grader.notation.errors import NotationError
from grader.notation.numbers import parse_number

THOUSANDTH = (
    *("1e-3", "1E-3", "1.e-3", ".001", "0.001", "+0.001", "1/1000", r"\frac{1}{1000}"),
    *("1.0·10^-3", "1×10^-3", r"1\times10^{-3}", r"1 \cdot 10^{-3}", "10^{-3}", "10⁻³", "1*10**-3"),
    *("1.0×10⁻³", "$10^{-3}$", "１e-3", "0,001"),
)


@pytest.mark.parametrize("text", THOUSANDTH)
def test_a_thousandth_is_a_thousandth(text):
    assert parse_number(text).value == 0.001


@pytest.mark.parametrize(
    "text",
    [
        "-0.25",
        "-.25",
        "-1/4",
        "\N{MINUS SIGN}0.25",
        "\N{EN DASH}0.25",
        "\N{HYPHEN}0.25",
        "\N{NON-BREAKING HYPHEN}0.25",
        "- 0.25",
        "-2.5e-1",
        "-0,25",
    ],
)
def test_minus_a_quarter_is_minus_a_quarter(text):
    assert parse_number(text).value == -0.25


@pytest.mark.parametrize(
    "text",
    [
        "\N{EM DASH}0.25",  # begins a remark, as often as a number
        "--1",
        "+-1",
        "1 000",
        "1'000",
        "0b11",
        "1e3.5",
        "½",
        "9^9^9^9",
        "9**9**9",
        "10**100**100",
        "5^(5^(5^5))",
        "factorial(10**7)",
        "7" * 5000,
        "1e400",
        "50 %",
        "=1+1",
        "@1",
        "+cmd",
        "__import__('os')",
        "<script>",
    ],
)
def test_what_two_would_read_differently_is_refused(text):
    with pytest.raises(NotationError) as error:
        parse_number(text)
    assert len(error.value.message) < 200
