"""Where a formula needs brackets, whatever it is written in: text, LaTeX or MathML.

A `Style` says how one thing looks; `arranged` walks the tree once and puts brackets where the
levels of binding ask for them, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from types import MappingProxyType
from typing import Any

from grader.notation.tree import (
    COMPARISONS,
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Negation,
    Number,
    Rows,
    Stack,
    Total,
    Transpose,
    fold,
)

__all__ = ["PLAIN", "Level", "Piece", "Style", "around", "arranged", "digits"]


class Level(IntEnum):
    """How tightly something binds."""

    COMPARISON = 0
    SUM = 1
    BIG_SUM = 2
    PRODUCT = 3
    FRACTION = 4
    NEGATION = 5
    POWER = 6
    POSTFIX = 7
    ATOM = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a formula, set.

    Attributes:
        text: as it will stand.
        level: how tightly it binds.
        has_minus: it begins with a minus, so it takes brackets after another sign.
        has_digit: it begins with a digit, so it cannot stand directly behind a number.
    """

    text: str
    level: Level = Level.ATOM
    has_minus: bool = False
    has_digit: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    """How each thing looks, its parts being set already.

    Attributes:
        number, name: of a value, of a quantity's name.
        bracketed: in round brackets; ``condition``: a comparison within a product.
        negative: with a minus before it.
        infix: operator, left, right; ``beside``: a product that needs no sign.
        power, transposed: a base with something at its top right.
        fraction: one above the other, or None where it is written with a slash.
        called, indexed: a function's or array's name, and what it is given.
        own: functions that look different: name to piece; ``infixed``: those of two arguments
            that are written as a product, with its sign.
        total: an index, its bounds (empty where they were not written) and what is added up.
        matrix: rows of cells; ``stacked``: what an entry is, and its indices.
        base_level: what may carry an exponent or a transpose without brackets.
        exponent_level: what may be an exponent without brackets.
    """

    number: Callable[[float], str]
    name: Callable[[str], str]
    bracketed: Callable[[str], str]
    condition: Callable[[str], str]
    negative: Callable[[str], str]
    infix: Callable[[str, str, str], str]
    power: Callable[[str, str], str]
    transposed: Callable[[str], str]
    called: Callable[[str, Sequence[str]], str]
    indexed: Callable[[str, Sequence[str]], str]
    beside: Callable[[str, str], str] | None = None
    fraction: Callable[[str, str], str] | None = None
    total: Callable[[str, str, str, str], str] = lambda letter, _lower, _upper, body: (
        f"sum_{letter} {body}"
    )
    matrix: Callable[[Sequence[Sequence[str]]], str] = lambda rows: (
        f"[{'; '.join(', '.join(row) for row in rows)}]"
    )
    stacked: Callable[[str, Sequence[str]], str] = lambda body, letters: (
        f"[{body}]_{''.join(letters)}"
    )
    own: Mapping[str, Callable[[Sequence[Piece]], Piece]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    infixed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    base_level: Level = Level.POSTFIX
    exponent_level: Level = Level.ATOM


_LEVELS: Mapping[str, Level] = MappingProxyType(
    dict.fromkeys(COMPARISONS, Level.COMPARISON)
    | dict.fromkeys(("+", "-"), Level.SUM)
    | dict.fromkeys(("*", ".*", "@", "/"), Level.PRODUCT)
)


def arranged(expression: Expression, style: Style) -> str:
    """The formula in a style."""
    whole: Piece = fold(expression, partial(_piece, style))
    return whole.text


def at_least(style: Style, piece: Piece, level: int) -> Piece:
    """The piece, in brackets where it binds less tightly than that."""
    if piece.level >= level:
        return piece
    is_condition = piece.level == Level.COMPARISON
    return Piece((style.condition if is_condition else style.bracketed)(piece.text))


def digits(value: float) -> str:
    """A number in the fewest digits that give it again: ``2``, ``0.5``, ``1e-06``."""
    return repr(float(value)).removesuffix(".0")


# --- one rule a kind of node --------------------------------------------------------------------


def _piece(style: Style, node: Expression, below: Sequence[Piece]) -> Piece:
    piece: Piece = _PIECES[type(node)](style, node, below)
    return piece


def _number(style: Style, node: Number, _below: Sequence[Piece]) -> Piece:
    has_minus = node.value < 0  # in a tree that was built, not parsed
    is_product = style.fraction is not None and "e" in digits(node.value)  # 2 x 10^-6
    level = Level.PRODUCT if is_product else Level.NEGATION if has_minus else Level.ATOM
    return Piece(style.number(node.value), level, has_minus, has_digit=not has_minus)


def _name(style: Style, node: Name, _below: Sequence[Piece]) -> Piece:
    return Piece(style.name(node.name))


def _transpose(style: Style, _node: Transpose, below: Sequence[Piece]) -> Piece:
    base = at_least(style, below[0], style.base_level)
    return Piece(style.transposed(base.text), Level.POSTFIX)


def _call(style: Style, node: Call, below: Sequence[Piece]) -> Piece:
    if node.function in style.infixed and len(below) == 2:  # noqa: PLR2004 - left and right
        return _joined(style, style.infixed[node.function], *below)
    if node.function in style.own:
        return style.own[node.function](below)
    return Piece(style.called(node.function, [piece.text for piece in below]))


def _index(style: Style, node: Index, below: Sequence[Piece]) -> Piece:
    if isinstance(node.operand, Call) and node.operand.function == "counted":
        return below[1]  # the index itself, as a number
    base = at_least(style, below[0], Level.POSTFIX)
    return Piece(style.indexed(base.text, [p.text for p in below[1:]]), Level.POSTFIX)


def _negation(style: Style, _node: Negation, below: Sequence[Piece]) -> Piece:
    # one bracket a sign would make a long row of signs too deep to be read again
    inner = (at_least if style.fraction is None else _after_sign)(style, below[0], Level.FRACTION)
    return Piece(style.negative(inner.text), Level.NEGATION, has_minus=True)


def _binary(style: Style, node: Binary, below: Sequence[Piece]) -> Piece:
    left, right = below
    if node.operator == "^":
        return _power(style, left, right)
    if node.operator == "/" and style.fraction is not None:
        return Piece(style.fraction(left.text, right.text), Level.FRACTION)
    return _infix(style, node, left, right)


def _after_sign(style: Style, piece: Piece, level: int) -> Piece:
    return Piece(style.bracketed(piece.text)) if piece.has_minus else at_least(style, piece, level)


def _power(style: Style, base: Piece, exponent: Piece) -> Piece:
    lower = at_least(style, base, style.base_level)
    upper = at_least(style, exponent, style.exponent_level)
    return Piece(style.power(lower.text, upper.text), Level.POWER, has_digit=lower.has_digit)


def _infix(style: Style, node: Binary, left: Piece, right: Piece) -> Piece:
    level = _LEVELS[node.operator]
    is_comparison = level == Level.COMPARISON
    first = at_least(style, left, level + is_comparison)
    second = _after_sign(style, right, level + 1)
    if style.beside is not None and _stands_beside(node, second):
        text = style.beside(first.text, second.text)
    else:
        text = style.infix(node.operator, first.text, second.text)
    return Piece(text, level, first.has_minus, first.has_digit)


def _joined(style: Style, sign: str, left: Piece, right: Piece) -> Piece:
    """Two arguments of a function as a product with its own sign."""
    first = at_least(style, left, Level.PRODUCT)
    second = _after_sign(style, right, Level.PRODUCT + 1)
    text = style.infix(sign, first.text, second.text)
    return Piece(text, Level.PRODUCT, first.has_minus, first.has_digit)


def _stands_beside(node: Binary, right: Piece) -> bool:
    """Whether a product needs no sign: a matrix product, or a number and what it multiplies."""
    literal = node.left.operand if isinstance(node.left, Negation) else node.left
    scales = node.operator == "*" and isinstance(literal, Number)
    return (scales or node.operator == "@") and not right.has_digit


def _total(style: Style, node: Total, below: Sequence[Piece]) -> Piece:
    body = at_least(style, below[0], Level.PRODUCT)
    lower, upper = (arranged(b, style) if b else "" for b in (node.lower, node.upper))
    return Piece(style.total(style.name(node.letter), lower, upper, body.text), Level.BIG_SUM)


def _rows(style: Style, node: Rows, below: Sequence[Piece]) -> Piece:
    width = len(node.rows[0])
    texts = [piece.text for piece in below]
    return Piece(style.matrix([texts[k : k + width] for k in range(0, len(texts), width)]))


def _stack(style: Style, node: Stack, below: Sequence[Piece]) -> Piece:
    letters = [style.name(letter) for letter in node.letters]
    return Piece(style.stacked(below[0].text, letters), Level.POSTFIX)


_PIECES: Mapping[type, Callable[[Style, Any, Sequence[Piece]], Piece]] = MappingProxyType(
    {
        Number: _number,
        Name: _name,
        Negation: _negation,
        Binary: _binary,
        Transpose: _transpose,
        Call: _call,
        Index: _index,
        Total: _total,
        Rows: _rows,
        Stack: _stack,
    }
)


def around(
    before: str, between: str, after: str, level: Level = Level.ATOM
) -> Callable[[Sequence[Piece]], Piece]:
    """A function that is set with signs around and between its arguments."""
    return lambda parts: Piece(before + between.join(p.text for p in parts) + after, level)


# --- our own notation ---------------------------------------------------------------------------


def _listed(before: str, parts: Sequence[str], after: str) -> str:
    return f"{before}{', '.join(parts)}{after}"


def _plain_infix(operator: str, left: str, right: str) -> str:
    return f"{left} {operator} {right}"


def _plain_indicator(condition: Sequence[Piece]) -> Piece:
    if len(condition) == 1 and condition[0].level == Level.COMPARISON:
        return Piece(f"1[{condition[0].text}]")
    return Piece(_listed("indicator(", [piece.text for piece in condition], ")"))


PLAIN = Style(
    number=digits,
    name=str,
    bracketed=lambda inside: f"({inside})",
    condition=lambda inside: f"({inside})",
    negative=lambda operand: f"-{operand}",
    infix=_plain_infix,
    power=lambda base, exponent: f"{base}^{exponent}",
    transposed=lambda base: f"{base}.T",
    called=lambda name, arguments: _listed(f"{name}(", arguments, ")"),
    indexed=lambda base, indices: _listed(f"{base}[", indices, "]"),
    own=MappingProxyType({"indicator": _plain_indicator}),
)
