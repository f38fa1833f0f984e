"""What stands where an answer is expected -> a response: a grid, a formula, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import Union

from grader.model import Cell, Entries, Formula, Grid, Index, Number, Place, Response, Unreadable
from grader.notation.errors import NotationError
from grader.notation.numbers import MAX_LENGTH, parse_number, quoted
from grader.readers.sheet import SheetCell

__all__ = [
    "DEEPEST",
    "Leaf",
    "Tree",
    "cell_of",
    "content_of",
    "grid_of",
    "index_of",
    "is_blank",
    "leaf_cell",
    "looks_numeric",
    "response_of_cell",
    "response_of_text",
    "tree_of",
]

DEEPEST = 8
"""Lists within lists; no quantity has more axes."""
_MOST_ENTRIES = 10_000
_LONGEST_LIST = 100_000


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry of a list: its text, or why there can be no number, and where it stands."""

    text: str
    place: Place
    fault: str = ""


Tree = Union[Leaf, "tuple[Tree, ...]"]

_BRACKETS = str.maketrans("(){}", "[][]")
_TOKEN = re.compile(r"[\[\],;]|\s+|[^\[\],;\s]+")
_CALL = re.compile(
    r"(?:(?:np|numpy|torch|tf)\.)?(?:array|asarray|matrix|tensor|list)\s*\((.*)\)", re.DOTALL
)
_MATRIX = re.compile(r"\\begin\{([bpvB]?matrix|array)\}(?:\{[lcr| ]*\})?(.*)\\end\{\1\}", re.DOTALL)
_NUMBER_MEANT = re.compile(
    r"[+\-−–]?\s*(?:(?:[\d.,]|nan\b|inf(?:inity)?\b)(?:[\d.,%_ ]|e[+\-−–]?)*"
    r"|\d+\s*/\s*[+\-−–]?\d+)",
    re.IGNORECASE,
)


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


def looks_numeric(text: str) -> bool:
    """Whether a number was meant, even where none can be read: ``50%``, ``1,000``, ``nan``."""
    return _NUMBER_MEANT.fullmatch(text.strip()) is not None


def is_blank(response: Response) -> bool:
    """Whether nothing was entered: all cells are empty."""
    if isinstance(response, Entries):
        return all(entry.cell.content is None for entry in response.entries)
    return isinstance(response, Grid) and all(cell.content is None for cell in response.cells)


@lru_cache(maxsize=4096)
def _index_of(text: str) -> Index | None:
    inner = re.sub(r"\]\s*\[", ";", text.strip())
    inner = re.sub(r"^[\[({]|[\])}]$", "", inner).strip()
    if not inner:
        return ()
    parts = re.split(r"\s*[,;:]\s*|\s+", inner)
    return tuple(map(int, parts)) if all(re.fullmatch(r"[0-9]{1,6}", p) for p in parts) else None


def index_of(text: str) -> Index | None:
    """``1;2``, ``1,2``, ``[1][2]``, ``(1, 2)`` -> (1, 2); blank -> (); None if it is no index."""
    return _index_of(text.strip()) if len(text) <= 2 * MAX_LENGTH else None


# --- lists --------------------------------------------------------------------------------------


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


def tree_of(text: str, place: Place, *, decimal_comma: bool = False) -> Tree | Unreadable | None:
    """A list written as text: ``[[1, 2], [3, 4]]``, ``[1 2; 3 4]``, ``array([1., 2.])``, a LaTeX

    matrix, or bare numbers one after another. None where the text is no list of numbers, and
    `Unreadable` where it is one with a fault.
    """
    if len(text) > _LONGEST_LIST:
        return Unreadable(text[:80], f"it is longer than {_LONGEST_LIST} characters", place)
    plain = _unwrapped(text)
    if not plain.startswith("["):
        return _bare(plain, place, decimal_comma=decimal_comma)
    if not _closes_once(plain):
        return _unclosed(text, plain, place)
    comma_separates = not (decimal_comma and re.search(r"[;\s]", plain))
    tree = _nested(plain, place, comma_separates=comma_separates)
    return tree if tree is None or isinstance(tree, Unreadable) or _any_number(tree) else None


def _unwrapped(text: str) -> str:
    """The list itself, with square brackets, without the call or the environment around it."""
    plain = text.strip().strip("$").strip()
    matrix = _MATRIX.fullmatch(plain)
    if matrix:
        rows = [row for row in re.split(r"\\\\", matrix[2]) if row.strip()]
        return "[" + ",".join("[" + row.replace("&", ",") + "]" for row in rows) + "]"
    call = _CALL.fullmatch(plain)
    inner = re.sub(r",\s*(?:dtype|device)\s*=[^\[\]]*$", "", call[1]).strip() if call else plain
    listed = inner.startswith("[") or (inner.startswith(("(", "{")) and re.search("[,;]", inner))
    return inner.translate(_BRACKETS) if listed else inner


def _closes_once(plain: str) -> bool:
    """Whether the first bracket is closed by the last character, and all others before it."""
    depth = 0
    for position, character in enumerate(plain):
        depth += (character == "[") - (character == "]")
        if depth == 0 and position < len(plain) - 1:
            return False
    return depth == 0


def _unclosed(text: str, plain: str, place: Place) -> Unreadable | None:
    """A list whose brackets do not match; None where it is rather a formula in brackets."""
    if not text.lstrip().startswith("[") or re.search(r"[A-Za-z]{2}|[*/^@]", plain):
        return None
    return Unreadable(text[:80], f"the brackets of {quoted(text)} do not match", place)


def _nested(text: str, place: Place, *, comma_separates: bool) -> Tree | Unreadable | None:
    """The lists of a bracketed text; a semicolon ends a row where no inner brackets do."""
    open_lists: list[list[list[Tree]]] = []
    words: list[str] = []
    separators = ",;" if comma_separates else ";"
    pieces = _TOKEN.findall(text if comma_separates else re.sub(r"(?<=\d),(?=\d)", "\ue000", text))
    result: Tree | None = None
    missing = True  # an entry is still to come: two commas in a row leave one out
    for piece in (p.replace("\ue000", ",") for p in pieces):
        if piece == "[":
            if len(open_lists) == DEEPEST:
                return Unreadable(text[:80], f"it has lists nested over {DEEPEST} deep", place)
            open_lists.append([[]])
            missing = True
        elif piece == "]":
            result = _closed(open_lists.pop())
            if open_lists:
                open_lists[-1][-1].append(result)
            missing = False
        elif piece == ";" and comma_separates and not _has_lists(open_lists[-1]):
            open_lists[-1].append([])
            missing = True
        elif piece in separators:
            if missing:
                open_lists[-1][-1].append(Leaf("", place))
            missing = True
        elif piece.strip() and piece != ",":
            words.append(piece)
            open_lists[-1][-1].append(Leaf(_entry(piece), place))
            missing = False
    return result


def _entry(word: str) -> str:
    """An entry's text; the words for a missing one are blank."""
    return "" if word.lower() in {"none", "null", "na", "_"} else word.strip("'\"")


def _has_lists(rows: Sequence[Sequence[Tree]]) -> bool:
    return any(isinstance(part, tuple) for part in rows[-1])


def _closed(rows: list[list[Tree]]) -> Tree:
    """A list; of several rows (separated by semicolons) a list of lists."""
    full = [tuple(row) for row in rows if row]
    if len(full) == 1 and len(rows) == 1:
        return full[0]
    return tuple(full) if any(len(row) > 1 for row in full) else tuple(r[0] for r in full)


def _bare(text: str, place: Place, *, decimal_comma: bool) -> Tree | None:
    """Numbers one after another without brackets; all of them must be numbers."""
    separator = r"\s*;\s*|\s+" if decimal_comma or ";" in text else r"\s*,\s+|\s+"
    parts = [part for part in re.split(separator, text) if part]
    if len(parts) < 2 or not all(looks_numeric(part) for part in parts):  # noqa: PLR2004 - a list has two
        parts = text.split(",") if text.count(",") > 1 else []
    leaves = tuple(Leaf(part.strip(), place) for part in parts)
    read = [cell_of(leaf.text, place, decimal_comma=decimal_comma).content for leaf in leaves]
    return leaves if leaves and all(isinstance(content, Number) for content in read) else None


def _any_number(tree: Tree) -> bool:
    """Whether a list holds numbers (or nothing), rather than the letters of a formula."""
    if isinstance(tree, Leaf):
        return not tree.text or looks_numeric(tree.text)
    return not tree or any(_any_number(part) for part in tree)
