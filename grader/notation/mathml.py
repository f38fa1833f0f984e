"""Formulas as presentation MathML: how each thing looks. Whatever comes in is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape, unescape
from types import MappingProxyType

from grader.notation.glyphs import FUNCTION_GLYPHS, Glyph, glyph, lowered
from grader.notation.style import Level, Piece, Style, around, cases, digits

__all__ = ["MATHML", "chain", "element", "equation", "escaped", "signs_in"]

_TAG = re.compile(r"<[^<>]*>|&#x206[12];")
_NOT_IN_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escaped(text: str) -> str:
    """Text without markup, and without characters that XML does not allow."""
    return escape(_NOT_IN_XML.sub("\ufffd", text))


def element(inside: str) -> str:
    """The whole formula; fractions in full size, within a line too."""
    return f'<math displaystyle="true">{inside}</math>'


def signs_in(markup: str) -> int:
    """About how wide it is: how many signs a reader sees, those of fractions all in one line."""
    return len(unescape(_TAG.sub("", markup)))


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def equation(left: str, right: str) -> str:
    """Two sides and a sign of equality."""
    return chain([left, right])


def chain(sides: Sequence[str]) -> str:
    """Sides with signs of equality between them."""
    return _row("<mo>=</mo>".join(sides))


def _fenced(opening: str, inside: str, closing: str) -> str:
    return _row(f"<mo>{opening}</mo>", inside, f"<mo>{closing}</mo>")


def _upright(word: str) -> str:
    return f'<mi mathvariant="normal">{escaped(word)}</mi>'


_OPERATORS = MappingProxyType(
    {"-": "−", "*": "⋅", ".*": "⊙", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
)
_ACCENTS = MappingProxyType({"hat": "^", "bar": "¯", "tilde": "~"})
_INVISIBLE_TIMES = "<mo>&#x2062;</mo>"
_APPLIED = "<mo>&#x2061;</mo>"


def _number(value: float) -> str:
    mantissa, _, exponent = digits(value).partition("e")
    if not exponent:
        return f"<mn>{mantissa}</mn>"
    power = f"<mn>{abs(int(exponent))}</mn>"
    upper = power if int(exponent) > 0 else _row("<mo>−</mo>", power)
    ten = f"<msup><mn>10</mn>{upper}</msup>"
    return ten if mantissa == "1" else _row(f"<mn>{mantissa}</mn>", "<mo>×</mo>", ten)


def _name(name: str) -> str:
    return _glyph(glyph(name))


def _glyph(sign: Glyph) -> str:
    if sign.is_gradient:
        return f"<msub>{_upright('∇')}{_glyph(replace(sign, is_gradient=False))}</msub>"
    letters = f"<mi>{escaped(sign.letters)}</mi>"
    if sign.accent:
        letters = f"<mover>{letters}<mo>{_ACCENTS[sign.accent]}</mo></mover>"
    if sign.primes:  # raised again, the sign would be a speck; in one <mi>, the letter upright
        letters = _row(letters, f"<mi>{'′' * sign.primes}</mi>")
    below = _subscript(sign.subscript)
    return f"<msub>{letters}{below}</msub>" if below else letters


def _subscript(text: str) -> str:
    parts = [_below(part) for part in lowered(text)]
    return parts[0] if len(parts) == 1 else _row(*parts) if parts else ""


def _below(part: str) -> str:
    if part == ",":
        return "<mo>,</mo>"
    return f"<mn>{part}</mn>" if part.isdecimal() else f"<mi>{escaped(part)}</mi>"


def _infix(operator: str, left: str, right: str) -> str:
    sign = _OPERATORS.get(operator, operator)
    form = "" if left else ' form="infix"'  # it goes on with what stands before it
    return _row(left, f"<mo{form}>{escaped(sign)}</mo>", right)


def _list(opening: str, parts: Sequence[str], closing: str) -> str:
    return _fenced(opening, "<mo>,</mo>".join(parts), closing)


def _call(name: str, arguments: Sequence[str]) -> str:
    return _row(_upright(FUNCTION_GLYPHS.get(name, name)), _APPLIED, _list("(", arguments, ")"))


def _sum(parts: Sequence[Piece]) -> Piece:
    if len(parts) != 1:
        return Piece(_call("sum", [p.text for p in parts]))
    of = parts[0].text
    inside = of if parts[0].level >= Level.POWER else _fenced("(", of, ")")
    return Piece(_row("<mo>∑</mo>", inside), Level.BIG_SUM)


def _total(letter: str, lower: str, upper: str, body: str) -> str:
    below = _row(letter, "<mo>=</mo>", lower) if lower else letter
    sign = f"<mo>∑</mo>{below}"
    limits = f"<munderover>{sign}{upper}</munderover>" if upper else f"<munder>{sign}</munder>"
    return _row(limits, body)


def _matrix(rows: Sequence[Sequence[str]]) -> str:
    cells = ("".join(f"<mtd>{cell}</mtd>" for cell in row) for row in rows)
    return _fenced("[", f"<mtable>{''.join(f'<mtr>{row}</mtr>' for row in cells)}</mtable>", "]")


def _cases(rows: Sequence[tuple[str, str]]) -> str:
    inside = "".join(f"<mtr><mtd>{value}</mtd><mtd>{asked}</mtd></mtr>" for value, asked in rows)
    return _row("<mo>{</mo>", f'<mtable columnalign="left">{inside}</mtable>')


def _condition(asked: str) -> str:
    return _row("<mtext>if&#xa0;</mtext>", asked)


def _raised(base: str, upper: str) -> str:
    """Something at the top right; above the subscript, where the base has one."""
    if base.startswith("<msub>"):  # a whole name: whatever else has a subscript is in brackets
        inside = base.removeprefix("<msub>").removesuffix("</msub>")
        return f"<msubsup>{inside}{upper}</msubsup>"
    return f"<msup>{base}{upper}</msup>"


_ONE = "<mn>𝟏</mn>"
_TOP = "<mo>⊤</mo>"

MATHML = Style(
    number=_number,
    name=_name,
    bracketed=lambda inside: _fenced("(", inside, ")"),
    condition=lambda inside: _fenced("[", inside, "]"),
    negative=lambda operand: _row('<mo form="prefix">−</mo>', operand),
    infix=_infix,
    power=_raised,
    transposed=lambda base: _raised(base, _TOP),
    called=_call,
    indexed=lambda base, indices: _row(base, _list("[", indices, "]")),
    beside=lambda left, right: _row(left, _INVISIBLE_TIMES, right),
    fraction=lambda above, below: f"<mfrac>{above}{below}</mfrac>",
    differential=lambda name: _row("<mo>∂</mo>", name) if name else "<mo>∂</mo>",
    total=_total,
    matrix=_matrix,
    stacked=lambda body, letters: f"<msub>{_fenced('[', body, ']')}{_row(*letters)}</msub>",
    own=MappingProxyType(
        {
            "sum": _sum,
            "sqrt": around("<msqrt>", "<mo>,</mo>", "</msqrt>"),
            "abs": around("<mrow><mo>|</mo>", "<mo>,</mo>", "<mo>|</mo></mrow>"),
            "indicator": around(f"<mrow>{_ONE}<mo>[</mo>", "<mo>,</mo>", "<mo>]</mo></mrow>"),
            "where": cases(_cases, _condition, "<mtext>otherwise</mtext>"),
        }
    ),
    infixed=MappingProxyType({"outer": "⊗", "dot": "*"}),
    base_level=Level.ATOM,
    exponent_level=Level.COMPARISON,
)
