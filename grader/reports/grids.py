"""A student's own entries in the shape of the quantity, each with its mark."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from grader.model import Assessment, EntryMark, Index, Mark
from grader.reports.shown import cells, grid_shape, number_text, visible
from grader.reports.wording import MARKS, Words
from grader.reports.written import tidy_number

__all__ = ["Cell", "Table", "flow_of", "tables_of"]

_MOST_CELLS = 400  # a larger quantity is told by the entries that are not right
_MOST_LISTED = 60
_CELL_TEXT = 24


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry: ``index`` as a label, and what to show instead if the rubric reveals it."""

    index: str
    text: str
    mark: str
    words: Words
    key: str


@dataclass(frozen=True, slots=True)
class Table:
    """One matrix, or one channel of a quantity, with its headers."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def _is_grid(assessment: Assessment, size: int) -> bool:
    shape = grid_shape(assessment)
    return shape is not None and len(shape) > 1 and size <= _MOST_CELLS


def flow_of(assessment: Assessment, *, reveal: bool) -> tuple[Cell, ...]:
    """Entries one after the other, for a scalar and a vector; of a huge array the wrong ones."""
    entries = cells(assessment)
    if _is_grid(assessment, len(entries)):
        return ()
    chosen = list(entries.values())
    if len(chosen) > _MOST_CELLS:
        good = (Mark.RIGHT, Mark.FOLLOWS)
        chosen = [entry for entry in chosen if entry.mark not in good][:_MOST_LISTED]
    return tuple(_cell(entry, reveal=reveal) for entry in chosen)


def tables_of(assessment: Assessment, *, reveal: bool) -> tuple[Table, ...]:
    """One table for each value of the axes before the last two."""
    entries = cells(assessment)
    if not _is_grid(assessment, len(entries)):
        return ()
    label = "channel" if len(assessment.shape) == 3 else ""  # noqa: PLR2004 - (channel, row, column)
    return tuple(
        _table(label, before, list(group), reveal=reveal)
        for before, group in groupby(entries.values(), key=lambda entry: entry.index[:-2])
    )


def _table(label: str, before: Index, entries: list[EntryMark], *, reveal: bool) -> Table:
    rows = tuple(
        (str(row), tuple(_cell(entry, reveal=reveal) for entry in group))
        for row, group in groupby(entries, key=lambda entry: entry.index[-2])
    )
    columns = tuple(str(column) for column in range(len(rows[0][1])))
    caption = f"{label} {', '.join(map(str, before))}".strip()
    return Table(caption, columns, rows)


def _cell(entry: EntryMark, *, reveal: bool) -> Cell:
    wanted = reveal and entry.mark is not Mark.RIGHT and entry.expected is not None
    return Cell(
        index=",".join(map(str, entry.index)),
        text=visible(tidy_number(entry.text.strip()), _CELL_TEXT),
        mark=entry.mark.value,
        words=MARKS[entry.mark],
        key=number_text(entry.expected) if wanted else "",
    )
