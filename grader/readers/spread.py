"""A sheet as it was meant: lists that a delimiter took apart, and lists that it left in one cell.

In ``h0 = 0.38, 1.4, 0.96`` a delimiter stands within the answer, and the first cell holds a name
and a value; a line ``0.424 1.674 1.894`` has no delimiter, and its cell holds a row of values.
Cells stay in their columns, and every row knows where it stood in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.model import Place, QuantityKey, Rubric
from grader.notation import names
from grader.notation.labels import LONGEST, split_index
from grader.readers.board import caption
from grader.readers.entries import Leaf, looks_numeric
from grader.readers.listtext import tree_of
from grader.readers.sheet import Sheet, SheetCell

__all__ = ["spread"]

_EMPTY = SheetCell()
_PLACE = Place("")
_MOST_ROWS = 64
"""Lines over which one list in brackets may run."""
_FORMATTED = re.compile(r"[\[\]()\s0-9.,;eE+\-−–]*")

_Row = tuple[SheetCell, ...]
_Numbered = tuple[int, _Row]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is needed to read a cell."""

    rubric: Rubric
    decimal_comma: bool

    def several(self, cell: SheetCell) -> tuple[str, ...]:
        """The entries of a cell that holds a row of numbers without brackets; else nothing."""
        if cell.is_number or cell.fault or not re.search(r"[\s,;]", cell.text.strip()):
            return ()
        tree = tree_of(cell.text, _PLACE, decimal_comma=self.decimal_comma)
        if not isinstance(tree, tuple) or cell.text.strip().startswith(("[", "(", "{", "$")):
            return ()
        leaves = [part for part in tree if isinstance(part, Leaf)]
        return tuple(leaf.text for leaf in leaves) if len(leaves) == len(tree) > 1 else ()

    def has_values(self, cell: SheetCell) -> bool:
        """Whether numbers stand in a cell, or were meant to."""
        text = cell.text.strip()
        return cell.is_number or (bool(text) and looks_numeric(text)) or bool(self.several(cell))

    def is_scalar(self, label: str) -> bool:
        """Whether a label names one number."""
        whole = names.match(label, self.rubric)
        name, index = (label, None) if whole else split_index(label)
        key = whole or names.match(name, self.rubric)
        shape = self._shape(key) if key else None
        return shape is not None and len(shape) == len(index or ())

    def _shape(self, key: QuantityKey) -> tuple[int, ...] | None:
        problem, _, quantity = key.partition(".")
        return names.numeric_shape(self.rubric.problem(problem), quantity)

    def is_label(self, cell: SheetCell) -> bool:
        """Whether a cell names a quantity."""
        text = cell.text.strip()
        if not text or cell.is_number or len(text) > LONGEST or looks_numeric(text):
            return False
        return bool(names.candidates(split_index(text)[0], self.rubric))


def spread(sheet: Sheet, rubric: Rubric, *, decimal_comma: bool) -> Sheet:
    """The sheet with each value in a cell of its own, and each name too."""
    reading = _Reading(rubric, decimal_comma)
    rows: list[_Numbered] = list(enumerate(sheet.rows))
    rows = _joined(rows, reading)
    rows = [parted for k in range(len(rows)) for parted in _parted(rows, k, reading)]
    rows = _dealt_out(rows, reading)
    origins = tuple(sheet.origins[n] if sheet.origins else n for n, _ in rows)
    lines = tuple(sheet.lines[n] for n, _ in rows) if sheet.lines else ()
    return replace(sheet, rows=tuple(row for _, row in rows), lines=lines, origins=origins)


# --- brackets that were taken apart -------------------------------------------------------------


def _joined(rows: list[_Numbered], reading: _Reading) -> list[_Numbered]:
    """Cells whose brackets close in a later cell, together; lists over several lines too."""
    found: list[_Numbered] = []
    skip = 0
    for k, (number, row) in enumerate(rows):
        if skip:
            skip -= 1
            found.append((number, ()))  # its place stays, so that what follows does
            continue
        row = _within(row, reading)  # noqa: PLW2901 - the same row, joined
        opened = _opened(row, reading)
        if opened is not None:
            row, skip = _over_lines(rows, k, row, opened, reading)  # noqa: PLW2901
        found.append((number, row))
    return found


def _depth(text: str) -> int:
    if not text or text.isalnum():
        return 0
    return sum((c in "[({") - (c in "])}") for c in text)


def _mark(reading: _Reading) -> str:
    return "; " if reading.decimal_comma else ", "


def _within(row: _Row, reading: _Reading) -> _Row:
    """A row with the cells of one bracket in its first cell."""
    cells = list(row)
    for start, cell in enumerate(cells):
        if cell.fault or cell.is_number or _depth(cell.text) <= 0:
            continue
        text = cell.text
        for end in range(start + 1, len(cells)):
            if cells[end].fault:
                break
            text += _mark(reading) + cells[end].text.strip()
            if _depth(text) == 0:
                cells[start : end + 1] = [SheetCell(text), *[_EMPTY] * (end - start)]
                break
    return tuple(cells)


def _opened(row: _Row, reading: _Reading) -> int | None:
    """The column of a list in brackets that this row does not close."""
    for column, cell in enumerate(row):
        if _depth(cell.text) <= 0 or cell.fault:
            continue
        named = caption(cell.text, reading.rubric)
        text = named[1] if named else cell.text.strip()
        if text.startswith(("[", "(")) and _FORMATTED.fullmatch(text):
            return column
    return None


def _over_lines(
    rows: list[_Numbered], k: int, row: _Row, column: int, reading: _Reading
) -> tuple[_Row, int]:
    """The row with the whole list in its cell, and how many rows below belong to it.

    A list that is never closed is put together where its name stands in the same cell: it is told
    as what it is then, and its first value is not lost.
    """
    text = _line(row[column:], reading)
    for below in range(1, min(_MOST_ROWS, len(rows) - k)):
        line = _line(rows[k + below][1], reading)
        if not _FORMATTED.fullmatch(line):
            break
        text += (" " if text.rstrip().endswith((",", ";")) else _mark(reading)) + line
        if line and _depth(text) == 0:
            return (*row[:column], SheetCell(text)), below
    if caption(row[column].text, reading.rubric):
        return (*row[:column], SheetCell(_line(row[column:], reading))), 0
    return row, 0


def _line(row: _Row, reading: _Reading) -> str:
    texts = [cell.text.strip() for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return _mark(reading).join(texts)


# --- a name and a value in one cell -------------------------------------------------------------


def _parted(rows: list[_Numbered], k: int, reading: _Reading) -> Iterator[_Numbered]:
    """A row in which a name and the first of its values share a cell, as two rows."""
    number, row = rows[k]
    for column, cell in enumerate(row):
        none = not cell.text or cell.is_number or cell.fault
        named = None if none else caption(cell.text, reading.rubric)
        if named is None or reading.is_label(replace(cell, text=cell.text.strip())):
            continue
        label, rest = named
        beside = next((c for c in row[column + 1 :] if not c.is_empty), _EMPTY)
        goes_on = reading.has_values(SheetCell(rest)) and (
            reading.has_values(beside) or (beside.is_empty and _below(rows, k, column, reading))
        )
        if goes_on and reading.is_scalar(label):
            yield number, _with_decimals(row, column)
            return
        if goes_on or len(cell.text.strip()) > LONGEST:
            yield number, (*row[:column], SheetCell(label))
            yield number, (*[_EMPTY] * column, SheetCell(rest), *row[column + 1 :])
            return
    yield number, row


def _below(rows: list[_Numbered], k: int, column: int, reading: _Reading) -> bool:
    """Whether values stand in the next row, below a cell."""
    row = rows[k + 1][1] if k + 1 < len(rows) else ()
    return column < len(row) and reading.has_values(row[column])


def _with_decimals(row: _Row, column: int) -> _Row:
    """``m = 12`` and ``4020`` beside it: one number with a decimal comma, or none."""
    beside = column + 1 < len(row) and not row[column + 1].is_empty and not row[column + 1].fault
    if not beside or row[column + 1].is_number:
        return row
    text = f"{row[column].text},{row[column + 1].text.strip()}"
    return (*row[:column], SheetCell(text), _EMPTY, *row[column + 2 :])


# --- several values in one cell -----------------------------------------------------------------


def _dealt_out(rows: list[_Numbered], reading: _Reading) -> list[_Numbered]:
    """Rows of numbers in single cells, a number a cell; one such cell among others is a mistake."""
    found = list(rows)
    k = 0
    while k < len(rows):
        run = _run(rows, k, reading)
        lists = [reading.several(rows[j][1][column]) for j, column in run]
        if lists and 2 * sum(map(bool, lists)) > len(lists):
            for (j, column), texts in zip(run, lists, strict=True):
                number, row = rows[j]
                dealt = [SheetCell(text) for text in texts] or [row[column]]
                found[j] = (number, (*row[:column], *dealt))
        k = run[-1][0] + 1 if run else k + 1
    return found


def _run(rows: list[_Numbered], k: int, reading: _Reading) -> list[tuple[int, int]]:
    """Rows below each other that have their numbers in one cell, their last: row and column."""
    run: list[tuple[int, int]] = []
    for j in range(k, len(rows)):
        filled = [c for c, cell in enumerate(rows[j][1]) if not cell.is_empty]
        if not filled and run:
            continue  # an empty line between rows
        column = filled[-1] if filled else -1
        before = [rows[j][1][c] for c in filled[:-1]]
        labelled = any(map(reading.is_label, before))
        if not filled or not reading.has_values(rows[j][1][column]) or (labelled and run):
            break
        if any(map(reading.has_values, before)) or _is_single(rows, j, before, reading):
            break
        run.append((j, column))
    return run


def _is_single(rows: list[_Numbered], j: int, before: list[SheetCell], reading: _Reading) -> bool:
    """Whether the label beside a cell, or in the row above it, names one number."""
    labels = before or [cell for cell in (rows[j - 1][1] if j else ()) if not cell.is_empty]
    return any(reading.is_label(c) and reading.is_scalar(c.text.strip()) for c in labels)
