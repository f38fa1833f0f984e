"""Where a formula needs brackets, whatever it is written in: text, LaTeX or MathML.

A `Style` says how one thing looks; `arranged` walks the tree once and puts brackets where the
levels of binding ask for them, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from grader.notation.glyphs import differentials
from grader.notation.style import Level, Piece, Style, digits
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

__all__ = ["PLAIN", "arranged", "cut"]

_LEVELS: Mapping[str, Level] = MappingProxyType(
    dict.fromkeys(COMPARISONS, Level.COMPARISON)
    | dict.fromkeys(("+", "-"), Level.SUM)
    | dict.fromkeys(("*", ".*", "@", "⊗", "/"), Level.PRODUCT)
)


def arranged(expression: Expression, style: Style) -> str:
    """The formula in a style."""
    return _set(expression, style).text


def _set(expression: Expression, style: Style) -> Piece:
    whole: Piece = fold(expression, partial(_piece, style))
    return whole


def cut(expression: Expression, style: Style) -> tuple[str, ...]:
    """The formula in parts, cut before the operators of a sum or a product in no brackets."""
    level = _level(expression)
    parts: list[str] = []
    while level < Level.ATOM and isinstance(expression, Binary) and _level(expression) == level:
        right = _set(expression.right, style)
        parts.append(_infix(style, expression, Piece(""), right).text)
        expression = expression.left
    first = _set(expression, style)
    return (at_least(style, first, level).text if parts else first.text, *reversed(parts))


def _level(expression: Expression) -> Level:
    """How tightly the operator binds at which a formula may be cut; of others `Level.ATOM`."""
    if not isinstance(expression, Binary) or expression.operator in {"/", "^", *COMPARISONS}:
        return Level.ATOM
    return _LEVELS[expression.operator]


def at_least(style: Style, piece: Piece, level: int) -> Piece:
    """The piece, in brackets where it binds less tightly than that."""
    if piece.level >= level:
        return piece
    is_condition = piece.level == Level.COMPARISON
    return Piece((style.condition if is_condition else style.bracketed)(piece.text))


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
    return _derivative(style, node.name, (), ())


def _derivative(style: Style, name: str, above: Sequence[str], below: Sequence[str]) -> Piece:
    """A name; a derivative's two names one above the other, each with its indices."""
    pair = differentials(name)
    if pair is None or style.fraction is None:
        return Piece(style.name(name))
    parts = (
        style.differential(style.indexed(style.name(one), own) if own else one and style.name(one))
        for one, own in zip(pair, (above, below), strict=True)
    )
    return Piece(style.fraction(*parts), Level.FRACTION)


def _transpose(style: Style, _node: Transpose, below: Sequence[Piece]) -> Piece:
    base = at_least(style, below[0], style.base_level)
    return Piece(style.transposed(base.text), Level.POSTFIX)


def _call(style: Style, node: Call, below: Sequence[Piece]) -> Piece:
    if node.function in style.infixed and len(below) == 2:  # noqa: PLR2004 - left and right
        return _joined(style, style.infixed[node.function], *below)
    own = style.own[node.function](below) if node.function in style.own else None
    return own or Piece(style.called(node.function, [piece.text for piece in below]))


def _index(style: Style, node: Index, below: Sequence[Piece]) -> Piece:
    if isinstance(node.operand, Call) and node.operand.function == "counted":
        return below[1]  # the index itself, as a number
    indices = [piece.text for piece in below[1:]]
    if isinstance(node.operand, Name) and _holds_indices(style, node, node.operand):
        # an index that stood above has no place of its own
        count = sum(index.span == node.span for index in node.indices)
        return _derivative(style, node.operand.name, indices[:count], indices[count:])
    base = at_least(style, below[0], Level.POSTFIX)
    return Piece(style.indexed(base.text, indices), Level.POSTFIX)


def _holds_indices(style: Style, node: Index, of: Name) -> bool:
    """Whether the indices stood within a derivative, not behind it."""
    is_derivative = style.fraction is not None and differentials(of.name) is not None
    return is_derivative and of.span == node.span


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
    """Whether a product needs no sign: a matrix product, what follows a number or ``∂/∂x``."""
    literal = node.left.operand if isinstance(node.left, Negation) else node.left
    is_operator = isinstance(literal, Name) and literal.name.startswith("∂/")
    scales = node.operator == "*" and (is_operator or isinstance(literal, Number))
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
