"""Formulas as LaTeX: how each thing looks. Whatever comes in is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from grader.notation.glyphs import FUNCTION_GLYPHS, GREEK, Glyph, glyph, lowered
from grader.notation.style import Level, Piece, Style, around, cases, digits

__all__ = ["LATEX"]

_OPERATORS = MappingProxyType(
    {
        "*": r"\cdot",
        "⊗": r"\otimes",
        ".*": r"\odot",
        "<=": r"\le",
        ">=": r"\ge",
        "==": "=",
        "!=": r"\ne",
    }
)
_FUNCTIONS = frozenset({"exp", "log", "tanh", "max", "min"})
_LETTERS = MappingProxyType({letter: f"\\{name}" for name, letter in GREEK.items()})
_SPECIAL = MappingProxyType(
    {
        "\\": r"\textbackslash{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        "′": "'",
        **{character: f"\\{character}" for character in "{}$&#_%"},
    }
)


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)


def _number(value: float) -> str:
    mantissa, _, exponent = digits(value).partition("e")
    if not exponent:
        return mantissa
    ten = f"10^{{{int(exponent)}}}"
    return ten if mantissa == "1" else rf"{mantissa} \times {ten}"


def _name(name: str) -> str:
    return _glyph(glyph(name))


def _glyph(sign: Glyph) -> str:
    if sign.is_gradient:
        return rf"\nabla_{{{_glyph(replace(sign, is_gradient=False))}}}"
    letters = _word(sign.letters)
    accented = rf"\{sign.accent}{{{letters}}}" if sign.accent else letters
    parts = lowered(sign.subscript)
    below = f"_{{{''.join(map(_word, parts))}}}" if parts else ""
    return accented + below + "'" * sign.primes


def _word(word: str) -> str:
    if word in _LETTERS:
        return _LETTERS[word]
    if (len(word) == 1 and word.isalpha()) or word == "," or word.isdecimal():
        return word
    return rf"\mathrm{{{_escaped(word)}}}"


def _brackets(opening: str, inside: str, closing: str) -> str:
    return rf"\left{opening}{inside}\right{closing}"


def _call(name: str, arguments: Sequence[str]) -> str:
    word = FUNCTION_GLYPHS.get(name, name)
    if word in _FUNCTIONS:
        shown = f"\\{word}"
    elif word.rstrip("′") in _LETTERS:
        shown = _LETTERS[word.rstrip("′")] + "'" * word.count("′")
    else:
        shown = rf"\operatorname{{{_escaped(word)}}}"
    return shown + _brackets("(", ", ".join(arguments), ")")


def _sum(parts: Sequence[Piece]) -> Piece:
    if len(parts) != 1:
        return Piece(_call("sum", [p.text for p in parts]))
    of = parts[0].text
    inside = of if parts[0].level >= Level.POWER else _brackets("(", of, ")")
    return Piece(rf"\sum {inside}", Level.BIG_SUM)


_ROW = r" \\ "


def _total(letter: str, lower: str, upper: str, body: str) -> str:
    below = f"{letter}={lower}" if lower else letter
    above = f"^{{{upper}}}" if upper else ""
    return rf"\sum_{{{below}}}{above} {body}"


def _cases(rows: Sequence[tuple[str, str]]) -> str:
    inside = _ROW.join(f"{value} & {asked}" for value, asked in rows)
    return rf"\begin{{cases}} {inside} \end{{cases}}"


def _raised(base: str, upper: str) -> str:
    """Something at the top right; a prime needs braces, it stands there itself."""
    return f"{{{base}}}^{{{upper}}}" if "'" in base else f"{base}^{{{upper}}}"


LATEX = Style(
    number=_number,
    name=_name,
    bracketed=lambda inside: _brackets("(", inside, ")"),
    condition=lambda inside: _brackets("[", inside, "]"),
    negative=lambda operand: f"-{operand}",
    infix=lambda sign, left, right: f"{left} {_OPERATORS.get(sign, sign)} {right}",
    power=_raised,
    transposed=lambda base: _raised(base, r"\top"),
    called=_call,
    indexed=lambda base, indices: base + _brackets("[", ", ".join(indices), "]"),
    beside=lambda left, right: rf"{left} \, {right}",
    fraction=lambda above, below: rf"\frac{{{above}}}{{{below}}}",
    differential=lambda name: rf"\partial {name}".rstrip(),
    total=_total,
    matrix=lambda rows: (
        rf"\begin{{bmatrix}} {_ROW.join(' & '.join(row) for row in rows)} \end{{bmatrix}}"
    ),
    stacked=lambda body, letters: rf"\left[{body}\right]_{{{''.join(letters)}}}",
    own=MappingProxyType(
        {
            "sum": _sum,
            "sqrt": around(r"\sqrt{", ", ", "}"),
            "abs": around(r"\left|", ", ", r"\right|"),
            "indicator": around(r"\mathbf{1}\left[", ", ", r"\right]"),
            "where": cases(_cases, lambda asked: rf"\text{{if }} {asked}", r"\text{otherwise}"),
        }
    ),
    infixed=MappingProxyType({"outer": "⊗", "dot": "*"}),
    base_level=Level.ATOM,
    exponent_level=Level.COMPARISON,
)
