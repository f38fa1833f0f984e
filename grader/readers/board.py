"""A sheet as one looks at it: which cells are labels, numbers, axis headers, or prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from grader.model import Rubric
from grader.notation import names
from grader.notation.labels import LONGEST, compact, split_index
from grader.readers.collect import convention_of, field_of
from grader.readers.entries import looks_numeric
from grader.readers.sheet import Sheet, SheetCell
from reference.gradient import PREFIX

__all__ = ["At", "Board", "Box", "Kind", "board", "caption"]

At = tuple[int, int]
"""Row and column, counted from 0."""


class Kind(Enum):
    """What a cell is there for."""

    QUANTITY = "names a quantity, or an entry or a part of one"
    GIVEN = "names something that is given"
    FIELD = "names something about the student"
    CONVENTION = "names a convention"
    HEADING = "names a problem"
    PART = "names a channel of the quantity above it"
    AXIS = "names a row or a column: row 0, [3], j=1"
    NUMBER = "is a number, or was meant as one"
    TEXT = "is any other text"

    __hash__ = object.__hash__  # there is one of each; that of `Enum` is slow, and asked often


_MOST_WORDS = 4
_LABELS = frozenset(
    {Kind.QUANTITY, Kind.GIVEN, Kind.FIELD, Kind.CONVENTION, Kind.HEADING, Kind.PART}
)
_PART = re.compile(
    r"(?:channel|chan|ch|filter|kernel|plane|slice|map|layer|depth|k)[\s_#=:.]*\d+\W*"
    r"|\d(?:st|nd|rd|th)\s+(?:channel|filter|kernel)\W*",
    re.IGNORECASE,
)
_AXIS = re.compile(
    r"(?:row|rows|col|cols|column|line|index|entry|element|unit|neuron|r|i|j|n|#)[\s_#=:.]*\d+\W*"
    r"|\[\s*\d+(?:\s*,\s*\d+)*\s*\]|\[\s*:?\s*,?\s*\d+\s*,?\s*:?\s*\]"
    r"|values?|index|entry|row|col|column|row\s*[\\/|]\s*col(?:umn)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of cells, its edges included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Board:
    """A sheet's filled cells with their kinds, and which of them have been read.

    Attributes:
        headings: the problem that the part of the sheet below a heading belongs to, by row.
        passed: texts in the place of an empty block's headers, which were not read.
    """

    sheet: Sheet
    rubric: Rubric
    decimal_comma: bool
    cells: Mapping[At, SheetCell]
    kinds: Mapping[At, Kind]
    headings: Mapping[int, str]
    columns: Mapping[int, list[int]]
    taken: set[At] = field(default_factory=set)
    passed: set[At] = field(default_factory=set)

    def kind(self, row: int, column: int) -> Kind | None:
        """The kind of a cell; None where nothing is written."""
        return self.kinds.get((row, column))

    def text(self, row: int, column: int) -> str:
        """What is written in a cell, without space around it."""
        cell = self.cells.get((row, column))
        return cell.text.strip() if cell else ""

    def is_label(self, row: int, column: int) -> bool:
        """Whether values may not run over this cell: it labels others, or has been read."""
        return self.kinds.get((row, column)) in _LABELS or (row, column) in self.taken

    def is_number(self, row: int, column: int) -> bool:
        """Whether an entry stands here that has not been read."""
        return self.kinds.get((row, column)) is Kind.NUMBER and (row, column) not in self.taken

    def to_the_right(self, row: int, column: int, reach: int = 12) -> list[int]:
        """The columns of the filled cells to the right of one, near to far, up to a label."""
        found = []
        for other in self.columns.get(row, ()):
            if other <= column:
                continue
            if other > column + reach or self.is_label(row, other):
                break
            found.append(other)
        return found

    def problem(self, row: int) -> str:
        """The problem of the last heading above a row, or of the sheet's name."""
        above = [r for r in self.headings if r <= row]
        return self.headings[max(above)] if above else ""

    def take(self, box: Box) -> None:
        """Mark the filled cells of a box as read."""
        for row in range(box.top, box.bottom + 1):
            self.taken.update(
                (row, c) for c in self.columns.get(row, ()) if box.left <= c <= box.right
            )


def board(sheet: Sheet, rubric: Rubric, *, decimal_comma: bool) -> Board:
    """Look at every cell once."""
    cells = {(r, c): cell for r, c, cell in sheet.filled()}
    kinds: dict[At, Kind] = {}
    columns: dict[int, list[int]] = {}
    for (row, column), cell in cells.items():
        columns.setdefault(row, []).append(column)
        if cell.is_number or cell.fault:
            kinds[row, column] = Kind.NUMBER
            continue
        text = cell.text.strip()
        kinds[row, column] = _kind(text, rubric) if len(text) <= LONGEST else Kind.TEXT
    for at in [at for at, kind in kinds.items() if kind is Kind.GIVEN]:
        kinds[at] = Kind.GIVEN if _stands_alone(at, cells, kinds) else Kind.TEXT
    for at in sorted(at for at, kind in kinds.items() if kind is Kind.QUANTITY):
        kinds[at] = Kind.TEXT if _is_value(at, cells, kinds, rubric) else Kind.QUANTITY
    headings = {
        row: names.match_problem(cells[row, column].text, rubric)
        for (row, column), kind in kinds.items()
        if kind is Kind.HEADING
    }
    whole = names.match_problem(sheet.name, rubric)
    if whole:
        headings.setdefault(-1, whole)
    return Board(sheet, rubric, decimal_comma, cells, kinds, headings, columns)


def caption(text: str, rubric: Rubric) -> tuple[str, str] | None:
    """``m = 12.4`` -> ``m`` and ``12.4``, where what stands before the sign names a quantity."""
    for sign in re.finditer("[=:]", text[:LONGEST]):
        name, rest = text[: sign.start()].strip(), text[sign.end() :].strip()
        short = 0 < len(name.split()) <= _MOST_WORDS  # longer, it is a sentence
        if short and rest and names.candidates(split_index(name)[0], rubric):
            return name, rest
    return None


def _stands_alone(at: At, cells: Mapping[At, SheetCell], kinds: Mapping[At, Kind]) -> bool:
    """Whether the name of something given is a label: an ``x`` among numbers is a wrong entry."""
    row, column = at
    if re.match(r"given\b", cells[at].text.strip(), re.IGNORECASE):
        return True
    above = kinds.get((row - 1, column))
    values = Kind.NUMBER in {kinds.get((row, column + 1)), kinds.get((row + 1, column))}
    others = {Kind.NUMBER, Kind.QUANTITY, Kind.AXIS}
    return values and above not in others and (row, column - 1) not in cells


def _is_value(
    at: At, cells: Mapping[At, SheetCell], kinds: Mapping[At, Kind], rubric: Rubric
) -> bool:
    """Whether a gradient beside a label is that label's formula: ``grad_b2`` | ``grad_z2``.

    It is a label itself where numbers or texts stand below both, or a number to its right.
    """
    row, column = at
    label = (row, column - 1)
    if kinds.get(label) is not Kind.QUANTITY or kinds.get((row, column + 1)) is Kind.NUMBER:
        return False
    below = {kinds.get((row + 1, column - 1)), kinds.get((row + 1, column))}
    if Kind.NUMBER in below or kinds.get((row + 1, column - 1)) is Kind.TEXT:
        return False
    return all(_is_gradient(cells[cell].text, rubric) for cell in (label, at))


def _is_gradient(text: str, rubric: Rubric) -> bool:
    """Whether a text begins with the name of a gradient."""
    whole = names.candidates(text, rubric) or names.candidates(split_index(text)[0], rubric)
    first = re.match(r"\s*[\w.]+", text)
    found = whole or (names.candidates(first.group(), rubric) if first else ())
    return any(key.partition(".")[2].startswith(PREFIX) for key in found)


@lru_cache(maxsize=64)
def _given(rubric: Rubric) -> frozenset[str]:
    return frozenset(compact(name) for p in rubric.problems for name in p.reference.inputs)


@lru_cache(maxsize=4096)
def _kind(text: str, rubric: Rubric) -> Kind:
    """The kind of a text: the first that it can be."""
    if looks_numeric(text):
        return Kind.NUMBER
    name, given = split_index(text)[0], _given(rubric)
    tests: tuple[tuple[Kind, Callable[[], object]], ...] = (
        (Kind.FIELD, lambda: field_of(text)),
        (Kind.AXIS, lambda: _AXIS.fullmatch(text)),
        (Kind.PART, lambda: _PART.fullmatch(text)),
        (Kind.CONVENTION, lambda: convention_of(text, rubric)),
        (Kind.QUANTITY, lambda: names.candidates(text, rubric) or names.candidates(name, rubric)),
        (Kind.QUANTITY, lambda: caption(text, rubric)),
        (Kind.HEADING, lambda: names.match_problem(text, rubric)),
        (Kind.GIVEN, lambda: re.match(r"given\b", text, re.IGNORECASE) or compact(name) in given),
    )
    return next((kind for kind, test in tests if test()), Kind.TEXT)
