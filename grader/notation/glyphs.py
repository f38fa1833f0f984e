"""A name taken apart, to be typeset: letters, subscript, primes, an accent, a gradient's nabla."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["FUNCTION_GLYPHS", "GREEK", "Glyph", "differentials", "glyph", "lowered"]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A name taken apart.

    Attributes:
        letters: what stands on the line; more than one letter is a word and set upright.
        subscript: below it, its parts with commas between them: ``2,ij``.
        primes: how many.
        accent: what is on it: ``hat``, ``bar`` or ``tilde``.
        is_gradient: whether it is the gradient with respect to all that.
    """

    letters: str
    subscript: str = ""
    primes: int = 0
    accent: str = ""
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
_LOW = r"(?:_?(?P<digits>\d[\w,]*)|_(?P<word>\w[\w,]*))?"
_PARTS = re.compile(rf"(?P<letters>[^\W\d_]+)(?P<primes>'*){_LOW}(?P<more>'*)")
_PRIMED = re.compile(r"(?P<letter>[^\W\d_])(?:p|prime)(?P<rest>(?:_.*)?)")
_ACCENTED = re.compile(r"(?P<letter>[^\W\d_])_?(?P<accent>hat|bar|tilde)(?P<rest>(?:[\d_'].*)?)")


def glyph(name: str) -> Glyph:
    """A name taken apart, whatever it is.

    >>> glyph("grad_W2")
    Glyph(letters='W', subscript='2', primes=0, accent='', is_gradient=True)
    >>> glyph("x'_2,ij").subscript
    '2,ij'
    """
    gradient = _GRADIENT.match(name)
    rest = name[gradient.end() :] if gradient else name
    return _glyph(rest, is_gradient=gradient is not None)


def _glyph(name: str, *, is_gradient: bool) -> Glyph:
    accent = ""
    if primed := _PRIMED.fullmatch(name):
        name = f"{primed['letter']}'{primed['rest']}"
    elif accented := _ACCENTED.fullmatch(name):
        name, accent = accented["letter"] + accented["rest"], accented["accent"]
    parts = _PARTS.fullmatch(name)
    if parts is None:
        return Glyph(name, accent=accent, is_gradient=is_gradient)
    below = parts["digits"] or parts["word"] or ""
    return Glyph(
        GREEK.get(parts["letters"], parts["letters"]),
        ",".join(filter(None, re.split("[_,]", below))),
        len(parts["primes"] + parts["more"]),
        accent,
        is_gradient,
    )


# --- subscripts ---------------------------------------------------------------------------------

_RUN = re.compile(r"\d+|,|[^\W\d_]+")
_INDICES = re.compile(r"(?!in$|min$|nil$)[i-n]{2,4}")


def lowered(subscript: str) -> list[str]:
    """The parts of a subscript: numbers, commas, words, and letters that are indices one by one.

    >>> lowered("2,ij"), lowered("out")
    (['2', ',', 'i', 'j'], ['out'])
    """
    found: list[str] = []
    for run in _RUN.findall(subscript):
        found += run if _INDICES.fullmatch(run) else [GREEK.get(run, run)]
    return found


# --- derivatives of one quantity by another -----------------------------------------------------

_DIFFERENTIALS = re.compile(r"∂(?P<above>[^/]*)/∂(?P<below>[^/]+)")
_FONT = re.compile(r"(?:math(?:bf|rm|it|sf)|boldsymbol|bm|vec)(?=.)")
_ACCENT_FIRST = re.compile(r"(?:wide)?(?P<accent>hat|tilde|bar)(?P<letter>[^\W\d_])(?P<rest>.*)")
_TIGHT = re.compile(
    rf"(?P<letters>[^\W\d_]|{'|'.join(sorted(GREEK, key=len, reverse=True))})"
    r"(?P<marks>(?:hat|tilde|bar)?'*)(?P<low>\d*(?:,?(?:\d+|[i-nq-t]{1,3}))?)(?P<more>'*)"
)
_WORD = re.compile(r"[^\W\d_]+")


def differentials(name: str) -> tuple[str, str] | None:
    """The two names of a derivative, ``∂z2,k/∂W2,ij``; None where the name is none.

    Above may be nothing, as in ``∂/∂x``.

    >>> differentials("∂z2,k/∂hi"), differentials("∇h")
    (('z_2,k', 'h_i'), None)
    """
    found = _DIFFERENTIALS.fullmatch(name)
    return (_loosened(found["above"]), _loosened(found["below"])) if found else None


def _loosened(name: str) -> str:
    """A name that stands there without its subscript's sign, with it: ``x'k`` is ``x'_k``."""
    name = _FONT.sub("", name, count=1)
    if accented := _ACCENT_FIRST.fullmatch(name):
        name = accented["letter"] + accented["accent"] + accented["rest"]
    tight = _TIGHT.fullmatch(name)
    if tight is None:
        return _WORD.sub(lambda word: GREEK.get(word[0], word[0]), name)
    below = f"_{tight['low'].removeprefix(',')}" if tight["low"] else ""
    return f"{tight['letters']}{tight['marks']}{tight['more']}{below}"
