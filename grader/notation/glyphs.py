"""A name taken apart, to be typeset: letters, subscript, primes, a hat, a gradient's nabla."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["FUNCTION_GLYPHS", "GREEK", "Glyph", "glyph"]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A name taken apart.

    Attributes:
        letters: what stands on the line; more than one letter is a word and set upright.
        subscript: below it.
        primes: how many.
        has_hat: whether there is a hat on it.
        is_gradient: whether it is the gradient with respect to all that.
    """

    letters: str
    subscript: str = ""
    primes: int = 0
    has_hat: bool = False
    is_gradient: bool = False


GREEK: Mapping[str, str] = MappingProxyType(
    {
        "alpha": "α",
        "beta": "β",
        "gamma": "γ",
        "delta": "δ",
        "epsilon": "ε",
        "zeta": "ζ",
        "eta": "η",
        "theta": "θ",
        "iota": "ι",
        "kappa": "κ",
        "lambda": "λ",
        "mu": "μ",
        "nu": "ν",
        "xi": "ξ",
        "pi": "π",
        "rho": "ρ",
        "sigma": "σ",
        "tau": "τ",
        "phi": "φ",
        "chi": "χ",
        "psi": "ψ",
        "omega": "ω",
    }
)

FUNCTION_GLYPHS: Mapping[str, str] = MappingProxyType(
    {
        "sigmoid": "σ",
        "sigmoid'": "σ′",
        "relu": "ReLU",
        "relu'": "ReLU′",
        "tanh'": "tanh′",
        "maximum": "max",
        "minimum": "min",
        "eye": "I",
    }
)
"""Functions that are not shown by their name in the table."""

_GRADIENT = re.compile(r"(?:∇_?|grad_|d(?:[JLℒ]|[Ll]oss)/d)(?=.)")
_PARTS = re.compile(r"(?P<letters>[^\W\d_]+)(?:_?(?P<digits>\d\w*)|_(?P<word>\w+))?(?P<primes>'*)")
_PRIMED = re.compile(r"([^\W\d_])(?:p|prime)")
_HATTED = re.compile(r"([^\W\d_])_?hat")


def glyph(name: str) -> Glyph:
    """A name taken apart, whatever it is.

    >>> glyph("grad_W2")
    Glyph(letters='W', subscript='2', primes=0, has_hat=False, is_gradient=True)
    """
    gradient = _GRADIENT.match(name)
    rest = name[gradient.end() :] if gradient else name
    return _glyph(rest, is_gradient=gradient is not None)


def _glyph(name: str, *, is_gradient: bool) -> Glyph:
    if primed := _PRIMED.fullmatch(name):
        return Glyph(primed[1], primes=1, is_gradient=is_gradient)
    if hatted := _HATTED.fullmatch(name):
        return Glyph(hatted[1], has_hat=True, is_gradient=is_gradient)
    parts = _PARTS.fullmatch(name)
    if parts is None:
        return Glyph(name, is_gradient=is_gradient)
    return Glyph(
        GREEK.get(parts["letters"], parts["letters"]),
        parts["digits"] or parts["word"] or "",
        len(parts["primes"]),
        is_gradient=is_gradient,
    )
