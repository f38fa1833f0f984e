"""What makes a story unlikely: the price of each cause, and of what stays open."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from grader.follow import Cause

__all__ = ["LAYOUT", "PRICE", "ROUNDED", "SENSELESS", "UNEXPLAINED", "UNUSED", "doubt", "price"]

PRICE = 100
"""One mistake."""

LAYOUT = 3
"""Reading an answer in another layout than asked."""

UNUSED = 5
"""A wrong value that a later answer does not follow from, although it should.

Also where that answer is off by a sign or a factor from what it would be without the wrong value.
"""

ROUNDED = 2
"""An answer that follows only if one looks at roundings closely."""

UNEXPLAINED = frozenset({"", "arithmetic_slip", "transcription_slip", "too_few_digits"})
"""What is said where no rule explains the numbers."""

SENSELESS = UNEXPLAINED | {"degenerate"}
"""Of answers with one of these, many make a sheet in which no further mistake will be found."""

_PRICES: Mapping[str, int] = MappingProxyType(
    {"": 450, "constant_factor": 210, "rounded_early": 20, "too_few_digits": 20}
)
_SLIP_ENTRY = 40
_MANY_SLIPS = 290
_TURNED = 1
_NOT_CARRIED = 1


def price(cause: Cause) -> int:
    """How unlikely a cause is: rules are likely, slips cost by the entry."""
    told = _PRICES.get(cause.code, PRICE) + UNUSED * cause.passes
    if cause.code not in UNEXPLAINED:
        return told
    wrong = int(np.sum(cause.entries))
    # of numbers that nothing explains a few agree with any convention by accident
    return told + wrong if not cause.code else min(told + _SLIP_ENTRY * wrong, _MANY_SLIPS)


def doubt(cause: Cause, *, carried: bool) -> int:
    """What decides where no later answer does: slips are gone on with, a lost sign is not."""
    if cause.code == "sign_error":
        return _TURNED * carried
    return _NOT_CARRIED * (not carried)
