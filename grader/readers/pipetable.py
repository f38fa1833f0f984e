r"""A table in a write-up, ``| h0 | 0.38 | 1.4 |`` or ``tabular``, read as a sheet of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod

from grader.model import Answer, Index, Rubric
from grader.notation import names
from grader.readers.blocks import read_blocks
from grader.readers.collect import Found
from grader.readers.entries import looks_numeric
from grader.readers.leftside import left_side
from grader.readers.sayings import Saying
from grader.readers.sheet import Sheet, SheetCell
from grader.readers.tidy import read_tidy, tidy_header

__all__ = ["read_table"]

_SEPARATOR = re.compile(r"[\s|:+=\-–—]*")
_CELL = re.compile(r"(?:[^|\\$]|\\.|\$[^$|]{0,200}\$|\$)+")
_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|cline\{[^{}]{0,10}\})")
_COLUMNS = re.compile(r"\A(?:[ \t]*(?:\{[^{}\n]{0,60}\}|\[[a-z]\])){1,3}")
_MARKS = re.compile(r"\*\*|`|\$")
_MOST_ROWS = 1000


def read_table(
    saying: Saying, rubric: Rubric, found: Found, *, problem: str, label: str
) -> Iterator[tuple[Answer, Index | None]]:
    """The answers in a table, with the index where one is of a part; remarks go to ``found``.

    Args:
        saying: the table as written.
        rubric: the quantities that there are.
        found: what the file says so far.
        problem: the problem in whose part of the write-up it stands.
        label: the quantity that the heading above it names; empty where none.
    """
    rows, lines = _rows(saying.text, saying.place.line)
    if label and _is_head_of_numbers(rows, label, rubric, problem):
        rows, lines = rows[1:], lines[1:]
    first = [[text] for text in (problem and f"Problem {problem}", label) if text]
    heads = [tuple(SheetCell(text) for text in row) for row in first]
    lines = [saying.place.line] * len(heads) + lines
    sheet = Sheet(saying.place.file, (*heads, *rows), lines=tuple(lines))
    within = Found(saying.place.file)
    header = tidy_header(sheet)
    if header is None:
        read_blocks(sheet, within, rubric, decimal_comma=False)
    else:
        read_tidy(sheet, header, within, rubric, decimal_comma=False)
    if within.labels:
        found.remarks += within.remarks
    for answer in within.answers:
        yield answer, None
    for part in within.slices:
        yield Answer(part.key, part.label, part.grid, part.place), part.index


def _is_head_of_numbers(
    rows: list[tuple[SheetCell, ...]], label: str, rubric: Rubric, problem: str
) -> bool:
    """Whether below the first row stand all numbers of the quantity that the heading names.

    Then the row is the head of its columns, ``| z_1 | z_2 |``, and names nothing else.
    """
    left = left_side(label, rubric, problem)
    if left is None or any(looks_numeric(cell.text) for row in rows[:1] for cell in row):
        return False
    whole = names.numeric_shape(rubric.problem(left.problem), left.quantity)
    shape = whole[len(left.index or ()) :] if whole else None
    cells = [cell.text for row in rows[1:] for cell in row]
    return shape is not None and len(cells) == prod(shape) and all(map(looks_numeric, cells))


def _rows(text: str, line: int) -> tuple[list[tuple[SheetCell, ...]], list[int]]:
    """The rows of cells, without rules, and the line of each."""
    rows: list[tuple[SheetCell, ...]] = []
    lines: list[int] = []
    is_latex = not text.lstrip().startswith("|")
    text = _COLUMNS.sub("", text) if is_latex else text
    for piece in re.split(r"\\\\|\n(?=\s*\\(?:hline|toprule))" if is_latex else r"\n", text)[
        :_MOST_ROWS
    ]:
        blank = len(piece) - len(piece.lstrip())
        cells = _cells(_RULES.sub("", piece), is_latex=is_latex)
        if any(cells) and not (not is_latex and _SEPARATOR.fullmatch(piece)):
            rows.append(tuple(SheetCell(cell) for cell in cells))
            lines.append(line + piece.count("\n", 0, blank))
        line += piece.count("\n") + (not is_latex)
    return rows, lines


def _cells(row: str, *, is_latex: bool) -> list[str]:
    parts = row.split("&") if is_latex else _CELL.findall(re.sub(r"\|\s*(?=\|)", "| ", row.strip()))
    return [_MARKS.sub("", part).strip() for part in parts]
