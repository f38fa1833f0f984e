"""How an answer sheet looks: fonts, colours, cells by their role, and how it is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = [
    "BLOCK_WIDTH",
    "LABEL",
    "LAST",
    "VALUES",
    "box",
    "clean",
    "gap",
    "merged",
    "prepare",
    "write",
]

LABEL = 2
"""The column of the labels; the one before it is a margin."""
VALUES = 3
"""The first column of values."""
BLOCK_WIDTH = 16
"""How many columns of values a sheet has."""
LAST = VALUES + BLOCK_WIDTH - 1

_FIRST = 4
_ROW = 16.5
_PAGE = 780
"""How many points of rows fit on a page, scaled down to the width as they are."""

_INK = "1F2937"
_MUTED = "6B7280"
_ACCENT = "1F4E79"


@dataclass(frozen=True, slots=True)
class _Look:
    """A role of a cell: what openpyxl needs to know of it."""

    size: float = 10
    bold: bool = False
    italic: bool = False
    colour: str = _INK
    fill: str = ""
    border: str = ""
    across: str = "left"
    down: str = "center"
    wrap: bool = False
    number_format: str = "General"
    open: bool = False


_LOOKS = MappingProxyType(
    {
        "title": _Look(size=15, bold=True, colour="FFFFFF", fill=_ACCENT),
        "subtitle": _Look(size=10, colour="DCE6F1", fill=_ACCENT),
        "section": _Look(size=11.5, bold=True, colour=_ACCENT, fill="DCE6F1"),
        "note": _Look(colour=_MUTED, italic=True, wrap=True),
        "text": _Look(wrap=True),
        "asked": _Look(bold=True),
        "points": _Look(bold=True, colour=_ACCENT, across="right"),
        "label": _Look(size=9.5, bold=True, colour=_ACCENT, fill="EEF3F8", border="C5D3E0"),
        "header": _Look(size=8.5, colour=_MUTED, fill="EEF3F8", border="C5D3E0", across="center"),
        "side": _Look(size=8.5, colour=_MUTED, fill="EEF3F8", border="C5D3E0", across="right"),
        "input": _Look(fill="FFF9DB", border="C9B26B", across="center", open=True),
        "input text": _Look(
            fill="FFF9DB", border="C9B26B", wrap=True, number_format="@", open=True
        ),
        "given": _Look(size=9, colour="4B5563", fill="F3F4F6", border="E5E7EB", across="center"),
        "given label": _Look(size=9, bold=True, colour="4B5563"),
    }
)


def write(sheet: Worksheet, row: int, column: int, value: Any, role: str) -> None:
    """Fill a cell as its role looks. A text stays a text, whatever it begins with."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = clean(value) or None
        if cell.value is not None:
            cell.data_type = "s"
    else:
        cell.value = value
    for attribute, style in _style(role).items():
        setattr(cell, attribute, style)


def clean(text: str) -> str:
    """A text without the control characters that XML does not know."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 - only workbooks need it

    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


@lru_cache(maxsize=64)
def _style(role: str) -> dict[str, Any]:
    from openpyxl.styles import (  # noqa: PLC0415 - only workbooks need it
        Alignment,
        Border,
        Font,
        PatternFill,
        Protection,
        Side,
    )

    look = _LOOKS[role]
    side = Side(style="thin", color=look.border) if look.border else Side()
    return {
        "font": Font("Calibri", look.size, bold=look.bold, italic=look.italic, color=look.colour),
        "fill": PatternFill("solid", look.fill) if look.fill else PatternFill(),
        "border": Border(left=side, right=side, top=side, bottom=side),
        "alignment": Alignment(look.across, look.down, wrap_text=look.wrap),
        "number_format": look.number_format,
        "protection": Protection(locked=not look.open),
    }


def merged(sheet: Worksheet, row: int, columns: tuple[int, int], value: Any, role: str) -> None:
    """One wide cell across columns, first and last, all of it in the look of its role."""
    for column in range(columns[0], columns[1] + 1):
        write(sheet, row, column, value if column == columns[0] else None, role)
    if columns[1] > columns[0]:
        sheet.merge_cells(
            start_row=row, end_row=row, start_column=columns[0], end_column=columns[1]
        )


def box(sheet: Worksheet, rows: range, columns: range, role: str) -> None:
    """Cells of one role without a value."""
    for row in rows:
        for column in columns:
            write(sheet, row, column, None, role)


def gap(sheet: Worksheet, row: int) -> int:
    """A narrow row of nothing; the row after it."""
    sheet.row_dimensions[row].height = 6
    return row + 1


def prepare(sheet: Worksheet, title: str, subtitle: str, footer: str) -> int:
    """The sheet's columns, title and print setup; the first row to write on.

    It is printed on A4 across, fitted to the width, with the title on each page.
    """
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - only workbooks need it

    sheet.column_dimensions["A"].width = 2
    sheet.column_dimensions[get_column_letter(LABEL)].width = 19
    for column in range(VALUES, LAST + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 9.5
    for row, text, role in ((1, title, "title"), (2, subtitle, "subtitle")):
        box(sheet, range(row, row + 1), range(1, LAST + 1), role)
        write(sheet, row, LABEL, text, role)
    sheet.sheet_format.defaultRowHeight, sheet.sheet_format.customHeight = _ROW, True
    sheet.row_dimensions[1].height = 27
    sheet.row_dimensions[2].height = 18
    gap(sheet, 3)
    sheet.sheet_view.showGridLines = False
    _print_setup(sheet, footer)
    return _FIRST


def break_pages(sheet: Worksheet, starts: Sequence[int], end: int) -> None:
    """Begin a new page where a block would otherwise be printed on two.

    Args:
        sheet: prepared, and written on up to the row before ``end``.
        starts: the first row of each block; a block ends where the next begins.
        end: the first free row.
    """
    from openpyxl.worksheet.pagebreak import Break  # noqa: PLC0415 - only workbooks need it

    used = _height(sheet, 1, starts[0])
    for start, following in pairwise((*starts, end)):
        height = _height(sheet, start, following)
        if used + height > _PAGE:
            sheet.row_breaks.append(Break(id=start - 1))
            used = _height(sheet, 1, _FIRST)
        used += height


def _height(sheet: Worksheet, first: int, following: int) -> float:
    """Points from a row to before another."""
    heights = (sheet.row_dimensions[row].height for row in range(first, following))
    return sum(_ROW if height is None else height for height in heights)


def _print_setup(sheet: Worksheet, footer: str) -> None:
    from openpyxl.worksheet.header_footer import (  # noqa: PLC0415 - the same
        HeaderFooterItem,
        _HeaderFooterPart,
    )
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415 - the same

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:3"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.45
    margins.top, margins.bottom, margins.footer = 0.5, 0.65, 0.3
    sheet.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(_quoted(footer)), right=_HeaderFooterPart("Page &P of &N")
    )


def _quoted(text: str) -> str:
    """Text for a footer, where an ampersand begins a command; at most what a footer can hold."""
    return clean(text)[:100].replace("&", "&&")
