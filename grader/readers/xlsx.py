"""A spreadsheet (.xlsx) -> its sheets -> submissions."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Callable, Mapping
from typing import Any

from grader.model import Place, Rubric, Submission, SubmissionError
from grader.readers.preflight import Package, preflight
from grader.readers.sheet import Sheet, SheetCell
from grader.readers.sheetxml import Position

__all__ = ["read_xlsx", "sheets"]

_EMPTY = SheetCell()
_MOST_TEXT = 32_767
_EXACT = 2.0**53


def read_xlsx(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    """The submissions in a workbook: the template, blocks, a tidy table, or a table of a class.

    Raises:
        SubmissionError: it cannot be read as a workbook; the message says why and what to do.
    """
    from grader.readers.table import read_sheets  # noqa: PLC0415 - needed only once it is readable

    return read_sheets(sheets(data, filename), rubric)


def sheets(data: bytes, filename: str) -> tuple[Sheet, ...]:
    """Every sheet of a workbook, hidden ones too, with each cell where it stands in the file.

    A number comes with the shortest decimal that gives it; what is no number or text (a date, an
    error value, a formula that was never calculated) with the fault that says so. Of merged cells
    the first has the value.

    Raises:
        SubmissionError: it is no workbook, protected, damaged or too large.
    """
    package = preflight(data, filename)
    grids = _grids(package, filename)
    return tuple(
        Sheet(filename, _rows(grid, faults), name)
        for name, grid, faults in zip(package.names, grids, package.faults, strict=True)
        if faults is not None
    )


def _grids(package: Package, filename: str) -> list[list[list[Any]]]:
    """The values of each sheet from A1 on; nothing for a sheet without cells.

    The library is given only what was counted before, and what it cannot make sense of then is a
    damaged file. Where it panics, that arrives as an exception outside `Exception`.
    """
    import python_calamine as calamine  # noqa: PLC0415 - only spreadsheets need it

    damaged = SubmissionError(
        "is damaged; open it in a spreadsheet program, save it, hand it in again", Place(filename)
    )
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(package.data))
        grids = [
            []
            if faults is None
            else workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name, faults in zip(package.names, package.faults, strict=True)
        ]
    except BaseException as error:
        if isinstance(error, calamine.CalamineError) or type(error).__name__ == "PanicException":
            raise damaged from None
        raise
    return grids


def _rows(
    grid: list[list[Any]], faults: Mapping[Position, str]
) -> tuple[tuple[SheetCell, ...], ...]:
    rows = [[_EMPTY if value == "" else _cell(value) for value in row] for row in grid]
    for (row, column), fault in faults.items():
        rows.extend([] for _ in range(row + 1 - len(rows)))
        cells = rows[row]
        cells.extend(_EMPTY for _ in range(column + 1 - len(cells)))
        cells[column] = SheetCell(cells[column].text, fault=fault)
    return tuple(map(tuple, rows))


def _cell(value: Any) -> SheetCell:
    return _CELLS[type(value)](value)


def _text(value: str) -> SheetCell:
    if len(value) > _MOST_TEXT:
        return SheetCell(value[:100], fault="more text than a cell can hold")
    return SheetCell(value)


def _number(value: float) -> SheetCell:
    if not math.isfinite(value):
        return SheetCell(repr(value), fault="a number too large to work with stands here")
    whole = value.is_integer() and abs(value) <= _EXACT
    return SheetCell(str(int(value)) if whole else repr(value), is_number=True)


def _truth(value: bool) -> SheetCell:  # noqa: FBT001 - it is the cell's value
    text = str(value).upper()
    return SheetCell(text, fault=f"the truth value {text} stands here, not a number")


def _date(value: dt.date | dt.time | dt.timedelta) -> SheetCell:
    fault = (
        f"a date stands here ({value}); type the number as text or set the cell's format to "
        "number, e.g. 1.4 became 1 April"
    )
    return SheetCell(str(value), fault=fault)


_CELLS: Mapping[type, Callable[[Any], SheetCell]] = {
    str: _text,
    float: _number,
    int: _number,
    bool: _truth,
    dt.date: _date,
    dt.datetime: _date,
    dt.time: _date,
    dt.timedelta: _date,
}
