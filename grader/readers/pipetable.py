r"""A table in a write-up, ``| h0 | 0.38 | 1.4 |`` or ``tabular``, read as a sheet of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import prod

from grader.model import Answer, Grid, Index, Place, Rubric
from grader.notation import names
from grader.readers.blocks import read_blocks
from grader.readers.collect import Found
from grader.readers.entries import looks_numeric
from grader.readers.latex_grid import numbers
from grader.readers.leftside import left_side
from grader.readers.sayings import Saying
from grader.readers.sheet import Sheet, SheetCell
from grader.readers.tidy import read_tidy, tidy_header

__all__ = ["has_only_numbers", "read_table", "rows_with_matrices"]

_SEPARATOR = re.compile(r"[\s|:+=\-–—]*")
_CELL = re.compile(r"(?:[^|\\$]|\\.|\$[^$|]{0,200}\$|\$)+")
_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|cline\{[^{}]{0,10}\})")
_COLUMNS = re.compile(r"\A(?:[ \t]*(?:\{[^{}\n]{0,60}\}|\[[a-z]\])){1,3}")
_MARKS = re.compile(r"\*\*|`|\$")
_COUNTER = re.compile(r"(?:row|column|col|unit|no\.?|[#rcijkn])?[\s_]*\d{0,2}", re.IGNORECASE)
_COUNTED = re.compile(r"\A(?:row|col|column|[rcij])[\s_]*(?=\d+\Z)", re.IGNORECASE)
_WORKING = re.compile(r"[=^*+·⊙@\\]|\w\(")
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
    there = [k for k, row in enumerate(rows) if not _matrix_in(row)]
    rows = [_without_working(rows[k], rubric) for k in there]
    rows, lines = _without_counters(rows, [lines[k] for k in there])
    if label and (inner := _numbers_below_head(rows, label, rubric, problem)):
        rows, lines = inner, lines[1:]
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


def has_only_numbers(saying: Saying) -> bool:
    """Whether a table is numbers without any name, but for what counts its rows and columns."""
    rows, _ = _rows(saying.text, saying.place.line)
    texts = [cell.text for row in rows for cell in row if cell.text]
    others = [text for text in texts if not looks_numeric(text) and not _COUNTER.fullmatch(text)]
    return len(texts) > 1 and not others


def rows_with_matrices(saying: Saying) -> Iterator[tuple[str, str, int]]:
    """The name, the matrix and the line of each row that is a name with a LaTeX matrix beside it.

    `read_table` leaves these rows out.
    """
    rows, lines = _rows(saying.text, saying.place.line)
    for row, line in zip(rows, lines, strict=True):
        if matrix := _matrix_in(row):
            yield row[0].text, matrix, line


def _matrix_in(row: tuple[SheetCell, ...]) -> str:
    """The one LaTeX matrix beside the name of a row; empty where there is none."""
    name, *others = (cell.text for cell in row)
    matrices = [text for text in others if "\\begin" in text]
    return matrices[0] if len(matrices) == 1 and name and "\\begin" not in name else ""


def _without_counters(
    rows: list[tuple[SheetCell, ...]], lines: list[int]
) -> tuple[list[tuple[SheetCell, ...]], list[int]]:
    """The rows without a first column, and without a first row, that only counts the others."""
    if len(rows) < 3 or not all(rows) or not _COUNTER.fullmatch(rows[0][0].text):  # noqa: PLR2004 - a table
        return rows, lines
    counts_rows = _counts([row[0].text for row in rows[1:]])
    if _counts([cell.text for cell in rows[0][1:]]):
        rows, lines = rows[1:], lines[1:]
    return [row[counts_rows:] for row in rows], lines


def _counts(texts: list[str]) -> bool:
    """Whether texts are 0, 1, 2, ... or 1, 2, 3, ...; from three on also ``c0``, ``row 0``."""
    if len(texts) > 2:  # noqa: PLR2004 - c1 and c2 may be names
        texts = [_COUNTED.sub("", text) for text in texts]
    return len(texts) > 1 and any(
        texts == [str(k + start) for k in range(len(texts))] for start in (0, 1)
    )


def _without_working(row: tuple[SheetCell, ...], rubric: Rubric) -> tuple[SheetCell, ...]:
    """A row with a blank for the formula beside a quantity's name and its one value in numbers."""
    if len(row) < 3 or not names.candidates(row[0].text, rubric):  # noqa: PLR2004 - name, working, value
        return row
    values = [cell for cell in row[1:] if _is_value(cell.text)]
    workings = [cell for cell in row[1:] if _WORKING.search(cell.text) and cell not in values]
    kept = tuple(SheetCell("") if cell in workings else cell for cell in row)
    return kept if len(values) == 1 else row


def _is_value(text: str) -> bool:
    read = numbers(text, lambda _position: Place("")) if re.search(r"\d", text) else None
    return isinstance(read, Grid)


def _numbers_below_head(
    rows: list[tuple[SheetCell, ...]], label: str, rubric: Rubric, problem: str
) -> list[tuple[SheetCell, ...]]:
    """The rows below the first, where they are all numbers of the quantity that the heading names.

    Then the first row is the head of its columns, ``| z_1 | z_2 |``, and names nothing else; so
    is a first column that only counts the rows.
    """
    left = left_side(label, rubric, problem)
    if left is None or any(looks_numeric(cell.text) for row in rows[:1] for cell in row):
        return []
    whole = names.numeric_shape(rubric.problem(left.problem), left.quantity)
    shape = whole[len(left.index or ()) :] if whole else None
    inner = rows[1:]
    if all(row and not looks_numeric(row[0].text) for row in inner):
        inner = [row[1:] for row in inner]
    cells = [cell.text for row in inner for cell in row]
    is_whole = shape is not None and len(cells) == prod(shape) and all(map(looks_numeric, cells))
    return inner if is_whole else []


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
