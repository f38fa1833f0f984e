r"""What dots stand for: the first and the last entry of a vector tell those between.

``\begin{bmatrix} 2(x_1 - y_1) \\ \vdots \\ 2(x_N - y_N) \end{bmatrix}`` is the column of
``2(x_i - y_i)``: the two entries differ in nothing but 1 (or 0) and N (or N - 1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.notation.errors import NotationError
from grader.notation.tree import (
    Binary,
    Expression,
    Index,
    Name,
    Number,
    Rows,
    postorder,
    with_parts,
)

__all__ = ["filled_in", "has_dots"]

_DOTS = "…"
_LETTERS = ("i", "j")
_ENDING = re.compile(r"(?P<base>.*[_,])(?P<index>\d+|[A-Za-z])(?P<primes>'*)")
_SIZES = re.compile(r"\d+|[A-Za-z]")


def has_dots(matrix: Rows) -> bool:
    """Whether dots stand for some of its entries."""
    return any(_is_dots(cell) for cell in matrix.parts)


def filled_in(matrix: Rows) -> tuple[Expression, tuple[str, ...]]:
    """An entry at any place, and the letters that count rows and columns.

    Raises:
        NotationError: the entries do not tell what stands between them.
    """
    found = _filled_in(matrix)
    if found is None:
        raise NotationError("It cannot be told what stands for the dots.", matrix.source, matrix.at)
    return found


def _filled_in(matrix: Rows) -> tuple[Expression, tuple[str, ...]] | None:
    cells = list(matrix.parts)
    used = {n.name for cell in cells for n in postorder(cell) if isinstance(n, Name)}
    free = [letter for letter in (*_LETTERS, "k", "r", "s") if letter not in used]
    if 1 in (len(matrix.rows), len(matrix.rows[0])):
        letters = tuple(free[:1])
        return _generalised(cells[0], cells[-1], letters[0], letters)
    return _of_matrix(matrix, free)


def _of_matrix(matrix: Rows, free: Sequence[str]) -> tuple[Expression, tuple[str, ...]] | None:
    """By the corners of the first row and of the last."""
    rows = [(row[0], row[-1]) for row in (matrix.rows[0], matrix.rows[-1])]
    across = [_merged(first, last, free[1]) for first, last in rows]
    if any(row is None for row in across) or any(_is_dots(c) for row in rows for c in row):
        return None
    assert across[0] is not None  # noqa: S101 - for mypy
    assert across[1] is not None  # noqa: S101 - for mypy
    return _generalised(across[0], across[1], free[0], (free[0], free[1]))


def _generalised(
    first: Expression, last: Expression, letter: str, letters: tuple[str, ...]
) -> tuple[Expression, tuple[str, ...]] | None:
    merged = _merged(first, last, letter)
    return None if merged is None else (merged, letters)


def _is_dots(cell: Expression) -> bool:
    return isinstance(cell, Name) and cell.name == _DOTS


def _merged(first: Expression, last: Expression, letter: str) -> Expression | None:
    """One expression that is the first with the lowest index and the last with the highest."""
    if _is_dots(first) or _is_dots(last):
        return None
    if isinstance(first, Index) and isinstance(last, Index):
        return _merged_index(first, last, letter)
    if type(first) is not type(last):
        return None
    if isinstance(first, Name) and isinstance(last, Name):
        name = _merged_name(first.name, last.name, letter)
        return None if name is None else replace(first, name=name)
    if not first.parts:
        return first if first == last else None
    return _merged_parts(first, last, letter)


def _merged_parts(first: Expression, last: Expression, letter: str) -> Expression | None:
    if len(first.parts) != len(last.parts) or not _same_head(first, last):
        return None
    parts = [_merged(a, b, letter) for a, b in zip(first.parts, last.parts, strict=True)]
    return with_parts(first, tuple(_present(parts))) if all(p is not None for p in parts) else None


def _present(parts: Sequence[Expression | None]) -> Iterator[Expression]:
    return (part for part in parts if part is not None)


def _same_head(first: Expression, last: Expression) -> bool:
    """Whether two nodes are equal but for their parts."""
    if isinstance(first, Binary) and isinstance(last, Binary):
        return first.operator == last.operator
    return getattr(first, "function", None) == getattr(last, "function", None)


def _merged_index(first: Index, last: Index, letter: str) -> Expression | None:
    operand = _merged(first.operand, last.operand, letter)
    if operand is None or len(first.indices) != len(last.indices):
        return None
    pairs = zip(first.indices, last.indices, strict=True)
    indices = [a if a == b else _counted(a, b, letter) for a, b in pairs]
    if any(index is None for index in indices):
        return None
    return replace(first, operand=operand, indices=tuple(_present(indices)))


def _counted(first: Expression, last: Expression, letter: str) -> Expression | None:
    """The letter, where it counts from 0 or 1 up to a size."""
    starts = isinstance(first, Number) and first.value in (0.0, 1.0)
    ends = isinstance(last, (Name, Number)) or (isinstance(last, Binary) and last.operator == "-")
    return Name(letter, span=first.span, source=first.source) if starts and ends else None


def _merged_name(first: str, last: str, letter: str) -> str | None:
    """``x_1`` and ``x_N`` as ``x_i``."""
    if first == last:
        return first
    one, other = _ENDING.fullmatch(first), _ENDING.fullmatch(last)
    if one is None or other is None or one["index"] not in ("0", "1"):
        return None
    is_alike = (one["base"], one["primes"]) == (other["base"], other["primes"])
    return f"{one['base']}{letter}{one['primes']}" if is_alike else None
