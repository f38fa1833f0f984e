"""What was understood of a submission, beside what was written, as plain text.

Nothing a student wrote can colour or move the terminal.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.model import Entries, Formula, Index, Response, Unreadable
from grader.reading import Expressed, Numbers, ProblemReading, Reading, Understood
from grader.reports.reading_grids import (
    Block,
    Condensed,
    Limits,
    taken_grid,
    written_entry,
    written_grid,
)
from grader.reports.reading_words import (
    confidence_words,
    conventions_told,
    drawn,
    label_told,
    notes_told,
    place_told,
    remarks_told,
    shape_told,
    student_told,
    summary,
)
from grader.reports.shown import visible
from grader.reports.written import squeezed

__all__ = ["reading_text", "summary_line"]

_NARROWEST, _WIDEST = 60, 120
_LIMITS = Limits(blocks=6, rows=16, columns=12, listed=48)
_LONGEST = 600
_BETWEEN = " | "


@dataclass(frozen=True, slots=True)
class _Side:
    """One of two columns: a title, and below it the lines of a grid, entries of a list, or text.

    Attributes:
        is_rigid: the lines are a grid's, whose columns would be lost if they were wrapped.
        is_list: the lines are entries, set in as many columns as fit; ``more`` are left out.
    """

    title: str
    lines: tuple[str, ...]
    is_rigid: bool = False
    is_list: bool = False
    more: str = ""

    def needs(self, half: int) -> int:
        """How many columns it cannot do without."""
        longest = max(map(_columns, self.lines), default=0)
        return longest if self.is_rigid else half if self.is_list else min(longest, half)

    def set(self, width: int) -> list[str]:
        """Its lines in a column of that width; what does not fit is wrapped."""
        if self.is_list:
            more = [self.more] if self.more else []
            return [*_wrapped(self.title, width), *_packed(self.lines, width), *more]
        below = (part for line in self.lines for part in _wrapped(line, width, "", "  "))
        return [*_wrapped(self.title, width), *below]


def _packed(texts: Sequence[str], width: int) -> Iterator[str]:
    """Texts below each other in as many columns as fit."""
    widest = max(map(_columns, texts), default=0)
    each = max(1, (width + 2) // (widest + 2))
    for start in range(0, len(texts), each):
        row = texts[start : start + each]
        yield "  ".join(text + " " * (widest - _columns(text)) for text in row).rstrip()


def reading_text(told: Understood, width: int = 80) -> str:
    """Each answer as written and as understood, side by side, and what was not placed.

    Args:
        told: from `grader.reading.understood`.
        width: of the terminal, in columns; 60 to 120 of them are used.
    """
    width = min(max(width, _NARROWEST), _WIDEST)
    lines = [*_wrapped(f"{told.file}, read by the rubric {told.rubric}", width)]
    lines += _wrapped(f"Student: {student_told(told.student)}", width)
    stated = "; ".join(conventions_told(told)) or "none"
    lines += _wrapped(f"Conventions stated: {stated}", width)
    for problem in told.problems:
        lines += _problem(problem, width)
    lines += _remarks("How it was read:", remarks_told(told.decisions), width)
    lines += _remarks("Not placed or not used:", remarks_told(told.unplaced), width)
    lines += _remarks("About the file:", remarks_told(told.on_the_file), width)
    return "\n".join([*lines, "", *_wrapped(summary(told), width)])


def summary_line(told: Understood) -> str:
    """Whose it is and how much was read, for one line among others."""
    return visible(f"{student_told(told.student)}: {summary(told)}", _LONGEST)


def _problem(problem: ProblemReading, width: int) -> Iterator[str]:
    title = f"{problem.name}: {problem.title}" if problem.title else problem.name
    yield from ("", *_wrapped(f"== {title}", width))
    for reading in problem.readings:
        yield from ("", *_reading(reading, width))
    if problem.absent:
        words = "Not found here" if problem.readings else "Nothing was found here of"
        yield from ("", *_wrapped(f"{words}: {', '.join(problem.absent)}.", width))


def _remarks(title: str, remarks: Sequence[str], width: int) -> Iterator[str]:
    if remarks:
        yield from ("", title)
    for remark in remarks:
        yield from _wrapped(f"- {remark}", width, "", "  ")


def _reading(reading: Reading, width: int) -> Iterator[str]:
    sure = f"[{confidence_words(reading)}]"
    name, *more = _wrapped(
        f"{reading.answer.quantity}: {reading.meaning}", width - len(sure) - 1, "", "  "
    )
    yield f"{name.ljust(width - len(sure) - 1)} {sure}"
    yield from more
    where = ", ".join(filter(None, (f'"{label_told(reading)}"', place_told(reading))))
    yield from _wrapped(where, width, "  ", "  ")
    yield from _beside(_written(reading.answer.response), _taken(reading), width)
    marks = drawn(reading.fault, width - 4) if reading.fault else None
    yield from (f"    {line}" for line in marks or ())
    for note in notes_told(reading):
        yield from _wrapped(f"- {note}", width, "  ", "    ")


# --- two columns --------------------------------------------------------------------------------


def _beside(left: _Side, right: _Side, width: int) -> Iterator[str]:
    """Two columns; below each other where they have no room."""
    room = width - 2 - len(_BETWEEN)
    half = room // 2
    needed = right.needs(half)
    if left.needs(half) + needed > room:
        for side in (left, right):
            yield from (f"  {line}" for line in side.set(width - 2))
        return
    first = min(max(half, left.needs(half)), room - needed)
    columns = left.set(first), right.set(room - first)
    for number in range(max(map(len, columns))):
        one, other = (lines[number] if number < len(lines) else "" for lines in columns)
        yield f"  {one}{' ' * (first - _columns(one))}{_BETWEEN}{other}".rstrip()


def _columns(text: str) -> int:
    """How many columns a text takes: accents none of their own, wide characters two."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def _written(response: Response) -> _Side:
    title = "WRITTEN"
    if isinstance(response, Formula):
        texts = (*response.given, *response.text.split("\n"))
        return _Side(title, tuple(visible(squeezed(text), _LONGEST) for text in texts))
    if isinstance(response, Unreadable):
        return _Side(title, (visible(response.text, _LONGEST),))
    if isinstance(response, Entries):
        entries = response.entries[: _LIMITS.listed]
        told = [f"{_index(e.index)} {written_entry(e.cell).text}".lstrip() for e in entries]
        return _list(title, told, len(response.entries) - len(told))
    return _grid(title, written_grid(response, _LIMITS))


def _index(index: Index) -> str:
    return f"[{','.join(map(str, index))}]" if index else ""


def _taken(reading: Reading) -> _Side:
    taken, title = reading.taken, f"UNDERSTOOD: {shape_told(reading)}"
    if isinstance(taken, Numbers):
        return _grid(title, taken_grid(taken, _LIMITS))
    if isinstance(taken, Expressed):
        from grader.notation.typeset import plain  # noqa: PLC0415 - formulas only

        text = f"{reading.answer.quantity} = {plain(taken.expression)}"
        return _Side(title, (visible(text, _LONGEST),))
    return _Side("NOT READ", (reading.fault.message if reading.fault else "",))


def _grid(title: str, grid: Condensed) -> _Side:
    if grid.is_list:
        (block,) = grid.blocks
        texts = [entry.text for row in block.rows for entry in row]
        return _list(title, texts, block.more_columns)
    lines = [line for block in grid.blocks for line in _matrix(block)]
    more = [f"... {grid.more_blocks} more"] if grid.more_blocks else []
    return _Side(title, (*lines, *more), is_rigid=True)


def _list(title: str, texts: Sequence[str], more: int) -> _Side:
    told = f"... {more} more" if more else ""
    return _Side(title, tuple(texts), is_list=True, more=told)


def _matrix(block: Block) -> Iterator[str]:
    if block.caption:
        yield block.caption
    columns = zip(*block.rows, strict=True)
    widths = [max(_columns(entry.text) for entry in column) for column in columns]
    gap = "  " if sum(widths) + 2 * len(widths) <= _NARROWEST // 2 else " "
    for row in block.rows:
        cells = zip(row, widths, strict=True)
        yield gap.join(" " * (width - _columns(e.text)) + e.text for e, width in cells)
    hidden = (f"{block.more_rows} more rows", f"{block.more_columns} more columns")
    counts = (block.more_rows, block.more_columns)
    if any(counts):
        yield "... " + ", ".join(text for text, n in zip(hidden, counts, strict=True) if n)


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        visible(text),
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
        replace_whitespace=False,
    ) or [first.rstrip()]
