r"""Matrices of names in a write-up: a convolution's, with kernel entries and zeros for cells."""

from __future__ import annotations

import re

__all__ = ["symbol_cells"]

_MATRIX = re.compile(
    r"\\begin\s*\{(?P<kind>[bBpvV]?matrix|array)\}(?:\s*\{[clr| ]{0,40}\})?"
    r"(?P<inside>[^$]{1,8000}?)\\end\s*\{(?P=kind)\}"
)
_NAME = re.compile(r"[^\W\d_]['′]*\s*_|\\[a-zA-Z]+")
_FEWEST = 2
_LONGEST_CELL = 60


def symbol_cells(text: str) -> tuple[tuple[str, ...], ...]:
    """The cells of the only matrix in a text, as written, if some are names and rows are even.

    Empty where it holds another number of matrices, or one of something else.
    """
    found = list(_MATRIX.finditer(text[:20_000]))
    if len(found) != 1:
        return ()
    rows = [line.split("&") for line in found[0]["inside"].split("\\\\") if line.strip()]
    cells = tuple(tuple(cell.strip() for cell in row) for row in rows)
    widths = {len(row) for row in cells}
    every = [cell for row in cells for cell in row]
    is_even = len(widths) == 1 and min(len(cells), *widths) >= _FEWEST if cells else False
    if not is_even or any(len(cell) > _LONGEST_CELL or "dots" in cell for cell in every):
        return ()
    return cells if any(map(_NAME.match, every)) else ()
