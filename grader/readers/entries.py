"""Entries and nested lists of them -> cells and grids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Union

from grader.model import Cell, Grid, Place, Response, Unreadable
from grader.notation.errors import NotationError
from grader.notation.numbers import MAX_LENGTH, parse_number
from grader.readers.sheet import SheetCell

__all__ = [
    "DEEPEST",
    "Leaf",
    "Tree",
    "cell_of",
    "content_of",
    "grid_of",
    "leaf_cell",
    "looks_numeric",
]

DEEPEST = 8
"""Lists within lists; no quantity has more axes."""
_MOST_ENTRIES = 10_000
_NUMBER_MEANT = re.compile(
    r"[+\-−–]?\s*(?:(?:[\d.,]|nan\b|inf(?:inity)?\b)(?:[\d.,%_ ]|e[+\-−–]?)*"
    r"|\d+\s*/\s*[+\-−–]?\d+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry of a list: its text, or why there can be no number, and where it stands."""

    text: str
    place: Place
    fault: str = ""


Tree = Union[Leaf, "tuple[Tree, ...]"]


def cell_of(
    text: str, place: Place, *, decimal_comma: bool = False, is_number: bool = False
) -> Cell:
    """One entry: its number, None where nothing is written, or why it has no value.

    ``is_number`` says that the file's own type is a number, so that zeros at its end are lost.
    """
    if not text.strip():
        return Cell(None, place)
    try:
        number = parse_number(text, decimal_comma=decimal_comma and not is_number)
    except NotationError as error:
        return Cell(Unreadable(text[: 2 * MAX_LENGTH], error.message, place), place)
    return Cell(replace(number, zeros_lost=True) if is_number else number, place)


def leaf_cell(leaf: Leaf, *, decimal_comma: bool = False) -> Cell:
    """One entry of a list."""
    if leaf.fault:
        return Cell(Unreadable(leaf.text, leaf.fault, leaf.place), leaf.place)
    return cell_of(leaf.text, leaf.place, decimal_comma=decimal_comma)


def content_of(cell: SheetCell, place: Place, *, decimal_comma: bool = False) -> Cell:
    """One entry as a cell of a sheet."""
    if cell.fault:
        return Cell(Unreadable(cell.text, cell.fault, place), place)
    return cell_of(cell.text, place, decimal_comma=decimal_comma, is_number=cell.is_number)


def looks_numeric(text: str) -> bool:
    """Whether a number was meant, even where none can be read: ``50%``, ``1,000``, ``nan``."""
    return _NUMBER_MEANT.fullmatch(text.strip()) is not None


def grid_of(tree: Tree, place: Place, *, decimal_comma: bool = False) -> Response:
    """Nested entries as a grid; `Unreadable` where its rows are not of one length."""
    tree = _completed(tree)
    shape = _shape(tree)
    if shape is None:
        found = _ragged(tree)
        reason = f"its lists are not of one length ({found}); a missing entry is written as null"
        return Unreadable(_shown(tree), reason, place)
    if prod(shape) > _MOST_ENTRIES:
        return Unreadable(_shown(tree), f"it has more than {_MOST_ENTRIES} entries", place)
    return Grid(shape, tuple(_cells(tree, decimal_comma=decimal_comma)))


def _completed(tree: Tree) -> Tree:
    """The tree with a row that is missing as a whole (``null``) as a row of missing entries."""
    if isinstance(tree, Leaf) or all(isinstance(part, Leaf) for part in tree):
        return tree
    parts = tuple(map(_completed, tree))
    like = next(part for part in parts if not isinstance(part, Leaf))
    return tuple(
        _emptied(like, part.place) if isinstance(part, Leaf) and not part.text else part
        for part in parts
    )


def _emptied(tree: Tree, place: Place) -> Tree:
    if isinstance(tree, Leaf):
        return Leaf("", place)
    return tuple(_emptied(part, place) for part in tree)


def _shape(tree: Tree) -> tuple[int, ...] | None:
    if isinstance(tree, Leaf):
        return ()
    inner = {_shape(part) for part in tree}
    if len(inner) > 1 or None in inner:
        return None
    return (len(tree), *next(iter(inner), ()))  # type: ignore[misc]  # None was ruled out


def _ragged(tree: Tree) -> str:
    """Where the first list of another length is, in words."""
    if isinstance(tree, Leaf):
        return "a single value"
    for part in tree:
        if _shape(part) is None:
            return _ragged(part)
    sizes = ["a single value" if isinstance(p, Leaf) else f"{len(p)}" for p in tree]
    odd = next((k for k, size in enumerate(sizes) if size != sizes[0]), 0)
    return f"row {odd} has {sizes[odd]}, row 0 has {sizes[0]}"


def _cells(tree: Tree, *, decimal_comma: bool) -> Iterator[Cell]:
    if isinstance(tree, Leaf):
        yield leaf_cell(tree, decimal_comma=decimal_comma)
        return
    for part in tree:
        yield from _cells(part, decimal_comma=decimal_comma)


def _shown(tree: Tree, longest: int = 80) -> str:
    """The beginning of a list, for a message."""
    if isinstance(tree, Leaf):
        return tree.text[:longest]
    text = "[" + ", ".join(_shown(part, longest) for part in tree[:8]) + "]"
    return text if len(text) <= longest else text[: longest - 3] + "..."
