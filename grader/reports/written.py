"""What a student wrote, as it is shown: without marks that only lay it out."""

from __future__ import annotations

import re

__all__ = ["squeezed", "tidy_number"]

_LONGEST_NUMBER = 64
_POWER_OF_TEN = re.compile(
    r"\s*\$?\s*(?P<sign>[-+−]?)\s*(?:(?P<mantissa>\d[\d.,]*|[.,]\d+)(?:\\[,;! ]|\s)*"
    r"(?P<times>\\times|\\cdot|[×·⋅∙*x])(?:\\[,;! ]|\s)*)?10\s*(?:\^|\*\*)\s*"
    r"(?P<power>\{\s*[-+−]?\d+\s*\}|\(\s*[-+−]?\d+\s*\)|[-+−]?\d+)\s*\$?\s*",
    re.ASCII,
)
_FRACTION = re.compile(
    r"\s*\$?\s*([-+−]?)\s*\\[dt]?frac\s*\{\s*(-?\d+)\s*\}\s*\{\s*(-?\d+)\s*\}\s*\$?\s*",
    re.ASCII,
)
_SIGNS = {r"\times": "×", "×": "×", "x": "×"} | dict.fromkeys((r"\cdot", *"·⋅∙*"), "·")
_RAISED = str.maketrans("0123456789-+−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁻")


def squeezed(text: str) -> str:
    r"""Text with every run of blanks as one, as none of them means anything in a formula.

    >>> squeezed("h   \\delta  ^T ")
    'h \\delta ^T'
    """
    return " ".join(text.split())


def tidy_number(text: str) -> str:
    r"""A number as it was written, in LaTeX or with a power of ten, as people read it.

    What is none in one of these forms stays as it is.

    >>> tidy_number(r"4.110\times 10^{-6}"), tidy_number(r"-\frac{1}{3}"), tidy_number("1e-6")
    ('4.110×10⁻⁶', '-1/3', '1e-6')
    """
    if len(text) > _LONGEST_NUMBER:
        return text
    if power := _POWER_OF_TEN.fullmatch(text):
        factor = f"{power['mantissa']}{_SIGNS[power['times']]}" if power["mantissa"] else ""
        raised = power["power"].strip("{}() ").translate(_RAISED).removeprefix("⁺")
        return f"{power['sign']}{factor}10{raised}"
    if fraction := _FRACTION.fullmatch(text):
        sign, above, below = fraction.groups()
        return f"{sign}{above}/{below}"
    return text
