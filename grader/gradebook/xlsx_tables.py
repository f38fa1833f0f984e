"""Tables on a sheet of the gradebook: a heading, a remark, columns and rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.gradebook.table import plain
from grader.gradebook.xlsx_styles import Styles

__all__ = ["SheetTable", "Value", "write_table"]

Value = str | float | None


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A heading, a remark below it, columns with the look of their cells, and rows."""

    heading: str
    remark: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Value, ...], ...]


def write_table(sheet: Any, styles: Styles, row: int, content: SheetTable) -> int:
    """Writes a table from ``row`` on; the row after it."""
    sheet.write_string(row, 0, content.heading, styles("heading"))
    sheet.write_string(row + 1, 0, content.remark, styles("remark"))
    sheet.set_row(row + 2, 31)
    for position, (name, _) in enumerate(content.columns):
        sheet.write_string(row + 2, position, name, styles("head_wrapped"))
    for number, values in enumerate(content.rows, row + 3):
        for position, ((_, look), value) in enumerate(zip(content.columns, values, strict=True)):
            if value is None:
                sheet.write_blank(number, position, None, styles(look))
            elif isinstance(value, str):
                sheet.write_string(number, position, plain(value), styles("cell"))
            else:
                sheet.write_number(number, position, value, styles(look))
    return row + 3 + len(content.rows)
