"""Arrays of texts in their shape, with the middle of what is long left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from grader.model import Cell, Grid, Number, Unreadable
from grader.reading import Numbers
from grader.reports.shown import visible
from grader.reports.written import tidy_number

__all__ = ["Block", "Condensed", "Entry", "Limits", "taken_grid", "written_entry", "written_grid"]

_LONGEST = 24
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is shown of an array: matrices, their rows and columns, and entries of a list."""

    blocks: int
    rows: int
    columns: int
    listed: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as text; ``kind`` is ``number``, ``missing`` or ``unread``."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Block:
    """One matrix of an array, or a list (one row); what is left out is counted."""

    caption: str
    rows: tuple[tuple[Entry, ...], ...]
    more_rows: int = 0
    more_columns: int = 0


@dataclass(frozen=True, slots=True)
class Condensed:
    """An array as its matrices; a list of numbers where ``is_list``."""

    blocks: tuple[Block, ...]
    more_blocks: int = 0
    is_list: bool = False


def written_grid(grid: Grid, limits: Limits) -> Condensed:
    """The numbers as they were written, in the shape in which they stand."""
    return _condensed(grid.shape, tuple(map(written_entry, grid.cells)), limits)


def taken_grid(taken: Numbers, limits: Limits) -> Condensed:
    """The numbers as they were taken, in the quantity's shape."""
    return _condensed(taken.shape, tuple(map(_taken_entry, taken.contents)), limits)


def _condensed(shape: Sequence[int], entries: Sequence[Entry], limits: Limits) -> Condensed:
    """Entries (C order) in a shape."""
    if len(shape) < 2:  # noqa: PLR2004 - a number or a list
        row = tuple(entries[: limits.listed])
        block = Block("", (row,), more_columns=len(entries) - len(row))
        return Condensed((block,), is_list=True)
    leading = tuple(np.ndindex(tuple(shape[:-2])))
    size = prod(shape[-2:])
    blocks = tuple(
        _block(_caption(index), shape[-1], entries[number * size : (number + 1) * size], limits)
        for number, index in enumerate(leading[: limits.blocks])
    )
    return Condensed(blocks, len(leading) - len(blocks))


def _block(caption: str, columns: int, entries: Sequence[Entry], limits: Limits) -> Block:
    starts = range(0, len(entries), columns or 1)
    shown = min(columns, limits.columns)
    rows = tuple(tuple(entries[start : start + shown]) for start in starts[: limits.rows])
    return Block(caption, rows, len(starts) - len(rows), columns - shown)


def _caption(index: tuple[int, ...]) -> str:
    return f"[{','.join(map(str, index))}]" if index else ""


def _taken_entry(content: Number | Unreadable | None) -> Entry:
    """The value in as many digits as anybody writes: ``1.40`` is ``1.4``, ``4.110E-07`` 4.11e-7."""
    if content is None:
        return Entry("-", "missing")
    if isinstance(content, Unreadable):
        return Entry("?", "unread")
    return Entry(_digits(content.value), "number")


def _digits(value: float) -> str:
    mantissa, _, exponent = f"{value:.{_DIGITS}g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if exponent else mantissa


def written_entry(cell: Cell) -> Entry:
    """What stands there, digit by digit."""
    if cell.content is None:
        return Entry("-", "missing")
    kind = "unread" if isinstance(cell.content, Unreadable) else "number"
    return Entry(visible(tidy_number(cell.content.text.strip()), _LONGEST) or "?", kind)
