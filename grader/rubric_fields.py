"""The values of a rubric's fields: numbers, shares, texts, arrays, each checked as it is read.

Every function takes a tree, says what it is for (``what``, the beginning of a sentence such as
``gan.h0: points``), notes what is wrong and then gives None, so that reading goes on and all
mistakes are told together. A scalar is taken as it was written: YAML would read a plain ``no`` as
false, ``010`` as 8 and ``1:30`` as 90, which is told instead of guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from grader.rubric_yaml import Listing, Notes, Refused, Scalar, Tree, found, suggestion
from reference.operations import Array, Shape

__all__ = [
    "array",
    "choice",
    "flag",
    "number",
    "points",
    "shape_text",
    "share",
    "text",
    "whole",
]

_LONGEST_TEXT = 500
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_POINTS = re.compile(r"[+-]?\d{1,9}(\.\d{1,9})?(/\d{1,9})?", re.ASCII)
_OCTAL = re.compile(r"[+-]?0[0-7_]+", re.ASCII)
_SEXAGESIMAL = re.compile(r"[+-]?\d+(:[0-5]?\d)+(\.\d*)?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?\.?(inf|infinity|nan)", re.IGNORECASE)
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false"})
_TRAPS = (
    (_OCTAL, "YAML reads it as an octal number"),
    (_SEXAGESIMAL, "YAML reads it as a number to the base 60"),
)


def _scalar(tree: Tree | None, what: str, wanted: str, notes: Notes) -> Scalar | None:
    """The tree where it is a value that says something."""
    if isinstance(tree, Scalar) and found(tree) != "nothing":
        return tree
    if tree is not None and not isinstance(tree, Refused):
        notes.add(tree.line, f"{what}: expected {wanted}, found {found(tree)}")
    return None


# --- single values ------------------------------------------------------------------------------


def text(tree: Tree | None, what: str, notes: Notes, *, digits: bool = False) -> str | None:
    """A text; ``digits`` allows a plain number such as 6850, taken as it is written."""
    scalar = _scalar(tree, what, "a text", notes)
    if scalar is None:
        return None
    if len(scalar.text) > _LONGEST_TEXT:
        notes.add(scalar.line, f"{what}: the text is longer than {_LONGEST_TEXT} characters")
        return None
    trap = _trap(scalar.text, digits=digits) if scalar.plain else ""
    if trap:
        notes.add(scalar.line, f'{what}: {trap}; put it in quotes: "{scalar.text}"')
        return None
    return scalar.text


def _trap(written: str, *, digits: bool) -> str:
    """What YAML makes of a plain word that was meant as text; empty where it is text."""
    if written.casefold() in _WORDS:
        return f"YAML reads a plain {written} as true or false"
    for pattern, told in _TRAPS:
        if pattern.fullmatch(written):
            return f"{written}: {told}"
    if _NUMBER.fullmatch(written) and not digits:
        return f"expected a text, found the number {written}"
    return ""


def choice(tree: Tree | None, what: str, known: Sequence[str], notes: Notes) -> str | None:
    """One of the known words."""
    word = text(tree, what, notes)
    if word is None or tree is None or word in known:
        return word
    notes.add(tree.line, f"{what}: {word!r} is not known; {suggestion(word, known)}")
    return None


def flag(tree: Tree | None, what: str, notes: Notes) -> bool | None:
    """``true`` or ``false``, written so and in no other way."""
    scalar = _scalar(tree, what, "true or false", notes)
    if scalar is None:
        return None
    if not scalar.plain or scalar.text not in {"true", "false"}:
        notes.add(scalar.line, f"{what}: expected true or false, found {found(scalar)}")
        return None
    return scalar.text == "true"


def number(tree: Tree | None, what: str, notes: Notes) -> float | None:
    """A finite number, without quotes."""
    scalar = _scalar(tree, what, "a number", notes)
    if scalar is None:
        return None
    fault = _number_fault(scalar)
    if fault:
        notes.add(scalar.line, f"{what}: {fault}")
        return None
    return float(scalar.text)


def _number_fault(scalar: Scalar) -> str:
    """Why a scalar is no number, with what to write instead; empty where it is one."""
    written = scalar.text
    for pattern, told in _TRAPS:
        if scalar.plain and pattern.fullmatch(written):
            return f"expected a number, found {written}: {told}; write it as a decimal"
    if _NOT_FINITE.fullmatch(written):
        return f"expected a finite number, found {found(scalar)}"
    if scalar.plain and _NUMBER.fullmatch(written):
        finite = math.isfinite(float(written))
        return "" if finite else f"expected a finite number, found {found(scalar)}"
    if _NUMBER.fullmatch(written.replace(",", ".", 1)):
        dotted = written.replace(",", ".", 1)
        return f"expected a number, found the text {found(scalar)}; write {dotted} without quotes"
    return f"expected a number, found {found(scalar)}"


def whole(tree: Tree | None, what: str, lowest: int, highest: int, notes: Notes) -> int | None:
    """A whole number within bounds."""
    value = number(tree, what, notes)
    if value is None or tree is None:
        return None
    if value != int(value) or not lowest <= value <= highest:
        notes.add(
            tree.line,
            f"{what}: expected a whole number from {lowest} to {highest}, found {found(tree)}",
        )
        return None
    return int(value)


def points(tree: Tree | None, what: str, notes: Notes) -> Fraction | None:
    """Points, exactly as written: 3, 1.5 or 1/3; not negative."""
    scalar = _scalar(tree, what, "points", notes)
    if scalar is None:
        return None
    if scalar.plain and _OCTAL.fullmatch(scalar.text):
        notes.add(scalar.line, f"{what}: {_number_fault(scalar)}")
        return None
    value = _fraction(scalar.text)
    if value is None:
        wanted = "a number such as 3, 1.5 or 1/3"
        notes.add(scalar.line, f"{what}: expected {wanted}, found {found(scalar)}")
    elif value < 0:
        notes.add(scalar.line, f"{what}: {scalar.text} is negative")
        return None
    return value


def _fraction(written: str) -> Fraction | None:
    if not _POINTS.fullmatch(written):
        return None
    numerator, _, denominator = written.partition("/")
    if denominator and not int(denominator):
        return None
    return Fraction(numerator) / int(denominator or 1)


def share(tree: Tree | None, what: str, notes: Notes) -> Fraction | None:
    """A part of an entry's points, from 0 to 1."""
    value = points(tree, what, notes)
    if value is not None and tree is not None and value > 1:
        notes.add(tree.line, f"{what}: expected a share from 0 to 1, found {found(tree)}")
        return None
    return value


# --- arrays -------------------------------------------------------------------------------------


def shape_text(shape: Shape) -> str:
    """A shape as it is told: ``(8, 2)``, ``a single number``."""
    return f"({', '.join(map(str, shape))})" if shape else "a single number"


def array(
    tree: Tree | None, what: str, shape: Shape, sizes: Mapping[str, int], notes: Notes
) -> Array | None:
    """Numbers in nested lists, as an array of the shape; it cannot be written to.

    Args:
        tree: what was written.
        what: what it is for.
        shape: the shape; names in it are looked up in ``sizes``, and any length fits those that
            are not there.
        sizes: lengths that are known by their names.
        notes: where mistakes go.
    """
    if tree is None or isinstance(tree, Refused):
        return None
    has = _shape(tree, what, notes)
    if has is None:
        return None
    wanted = tuple(sizes.get(d, d) if isinstance(d, str) else d for d in shape)
    if len(has) != len(wanted) or any(
        isinstance(d, int) and d != n for d, n in zip(wanted, has, strict=True)
    ):
        told = f"expected {shape_text(wanted)}, found {shape_text(has)}"
        notes.add(tree.line, f"{what}: {told}")
        return None
    before = len(notes.mistakes)
    values = np.array(_numbers(tree, what, notes), dtype=np.float64)
    values.setflags(write=False)
    return values.reshape(has) if len(notes.mistakes) == before else None


def _shape(tree: Tree, what: str, notes: Notes) -> tuple[int, ...] | None:
    """The shape of nested lists; None where they are ragged or hold something else."""
    if isinstance(tree, Scalar):
        return ()
    if not isinstance(tree, Listing) or not tree.items:
        told = "an empty list" if isinstance(tree, Listing) else found(tree)
        notes.add(tree.line, f"{what}: expected numbers in lists, found {told}")
        return None
    shapes = [_shape(item, what, notes) for item in tree.items]
    first = shapes[0]
    for position, (item, shape) in enumerate(zip(tree.items, shapes, strict=True)):
        if None not in (first, shape) and shape != first:
            told = f"{shape_text(shape or ())}, those before it {shape_text(first or ())}"
            notes.add(item.line, f"{what}: entry [{position}] of a list is {told}")
            return None
    return None if first is None or None in shapes else (len(shapes), *first)


def _numbers(tree: Tree, what: str, notes: Notes) -> list[float]:
    if isinstance(tree, Listing):
        return [value for item in tree.items for value in _numbers(item, what, notes)]
    value = number(tree, what, notes)
    return [math.nan if value is None else value]
