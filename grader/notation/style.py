"""How formulas may look: what a style says, and the parts that it sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

__all__ = ["Level", "Piece", "Style", "around", "cases", "digits"]


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
        rows: of cases, each row: what it is, and where; so that cases in the last become rows.
    """

    text: str
    level: Level = Level.ATOM
    has_minus: bool = False
    has_digit: bool = False
    rows: tuple[tuple[str, str], ...] = ()


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
        differential: a name with the sign of a derivative before it; the sign alone for nothing.
        called, indexed: a function's or array's name, and what it is given.
        own: functions that look different: name to piece, or to None where they are given what
            they cannot be; ``infixed``: those of two arguments
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
    differential: Callable[[str], str] = lambda name: f"∂{name}"
    total: Callable[[str, str, str, str], str] = lambda letter, _lower, _upper, body: (
        f"sum_{letter} {body}"
    )
    matrix: Callable[[Sequence[Sequence[str]]], str] = lambda rows: (
        f"[{'; '.join(', '.join(row) for row in rows)}]"
    )
    stacked: Callable[[str, Sequence[str]], str] = lambda body, letters: (
        f"[{body}]_{''.join(letters)}"
    )
    own: Mapping[str, Callable[[Sequence[Piece]], Piece | None]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    infixed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    base_level: Level = Level.POSTFIX
    exponent_level: Level = Level.ATOM


def digits(value: float) -> str:
    """A number in the fewest digits that give it again: ``2``, ``0.5``, ``1e-06``."""
    return repr(float(value)).removesuffix(".0")


def cases(
    set_rows: Callable[[Sequence[tuple[str, str]]], str],
    condition: Callable[[str], str],
    otherwise: str,
) -> Callable[[Sequence[Piece]], Piece | None]:
    """``where(condition, then, else)`` as rows, the last of them for all else.

    Like a sum it reaches as far as it can, so it takes brackets within products.
    """

    def set_cases(parts: Sequence[Piece]) -> Piece | None:
        if len(parts) != 3:  # noqa: PLR2004 - any number can be written
            return None
        asked, then, other = parts
        more = other.rows or ((other.text, otherwise),)
        rows = ((then.text, condition(asked.text)), *more)
        return Piece(set_rows(rows), Level.BIG_SUM, rows=rows)

    return set_cases


def around(
    before: str, between: str, after: str, level: Level = Level.ATOM
) -> Callable[[Sequence[Piece]], Piece]:
    """A function that is set with signs around and between its arguments."""
    return lambda parts: Piece(before + between.join(p.text for p in parts) + after, level)
