"""Points: exact fractions until they are shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

__all__ = ["as_number", "shown"]


def _rounded(points: Fraction, places: int) -> Decimal:
    """Rounded half up, from the exact fraction: 1/8 to two places is 0.13."""
    unit = Fraction(1, 10**places)
    exact = points / unit
    whole = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return (Decimal(whole) * Decimal(1).scaleb(-places)).quantize(
        Decimal(1).scaleb(-places), ROUND_HALF_UP
    )


def shown(points: Fraction | None, places: int = 2) -> str:
    """Points as people read them: at most ``places`` decimals, no trailing zeros.

    >>> shown(Fraction(21, 8)), shown(Fraction(3)), shown(None)
    ('2.63', '3', '-')
    """
    if points is None:
        return "-"
    text = f"{_rounded(points, places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_number(points: Fraction | None, places: int = 6) -> float | None:
    """Points as a JSON number, rounded half up to ``places`` decimals."""
    return None if points is None else float(_rounded(points, places))
