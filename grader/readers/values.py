"""What stands where an answer is expected -> a response: a grid, a formula, or why it is none."""

from __future__ import annotations

import re
from functools import lru_cache
from math import prod

from grader.model import Entries, Formula, Grid, Index, Number, Place, Response, Unreadable
from grader.notation.numbers import MAX_LENGTH
from grader.readers.entries import cell_of, content_of, grid_of, looks_numeric
from grader.readers.listtext import tree_of
from grader.readers.sheet import SheetCell

__all__ = ["index_of", "is_blank", "response_of_cell", "response_of_text", "undivided"]


def response_of_cell(
    cell: SheetCell, place: Place, *, decimal_comma: bool = False
) -> Response | None:
    """A cell that stands for a whole answer; None where it is empty."""
    if cell.is_number or cell.fault:
        return Grid((), (content_of(cell, place),))
    return response_of_text(cell.text, place, decimal_comma=decimal_comma)


def response_of_text(text: str, place: Place, *, decimal_comma: bool = False) -> Response | None:
    """A text that stands for a whole answer: a number, a list of numbers, or a formula.

    None where nothing is written.
    """
    stripped = text.strip()
    if not stripped:
        return None
    cell = cell_of(stripped, place, decimal_comma=decimal_comma)
    if isinstance(cell.content, Number):
        return Grid((), (cell,))
    tree = tree_of(stripped, place, decimal_comma=decimal_comma)
    if tree is not None:
        return (
            tree
            if isinstance(tree, Unreadable)
            else grid_of(tree, place, decimal_comma=decimal_comma)
        )
    if looks_numeric(stripped):
        return Grid((), (cell,))
    return Formula(stripped.removeprefix("=").strip(), place)


def is_blank(response: Response) -> bool:
    """Whether nothing was entered: all cells are empty."""
    if isinstance(response, Entries):
        return all(entry.cell.content is None for entry in response.entries)
    return isinstance(response, Grid) and all(cell.content is None for cell in response.cells)


def undivided(response: Response, shape: tuple[int, ...] | None) -> Unreadable | None:
    """A cell that could not be read and may hold several entries, where there are too few."""
    if not isinstance(response, Grid) or shape is None or len(response.cells) >= prod(shape):
        return None
    several = (c.content for c in response.cells if isinstance(c.content, Unreadable))
    return next((u for u in several if re.search(r"\d\W+\d", u.text)), None)


def index_of(text: str) -> Index | None:
    """``1;2``, ``1,2``, ``[1][2]``, ``(1, 2)`` -> (1, 2); blank -> (); None if it is no index."""
    return _index_of(text.strip()) if len(text) <= 2 * MAX_LENGTH else None


@lru_cache(maxsize=4096)
def _index_of(text: str) -> Index | None:
    inner = re.sub(r"\]\s*\[", ";", text.strip())
    inner = re.sub(r"^[\[({]|[\])}]$", "", inner).strip()
    if not inner:
        return ()
    parts = re.split(r"\s*[,;:]\s*|\s+", inner)
    return tuple(map(int, parts)) if all(re.fullmatch(r"[0-9]{1,6}", p) for p in parts) else None
