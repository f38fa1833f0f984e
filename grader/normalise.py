"""An answer in the key's layout: transposed, with axes in another order, flat, or by entries.

A layout is only how an array is written down. It is found from the shape, and, where the shape
leaves a choice, from the numbers: `layouts` lists what the shape allows, the key's own first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby, permutations
from math import prod

import numpy as np
import numpy.typing as npt

from grader.compare import Written
from grader.model import Cell, Entries, Grid, Index, Number, Unreadable

__all__ = ["Layout", "Read", "bases", "layouts", "read_entries", "read_grid", "written"]

_MISSING = -1


@dataclass(frozen=True, eq=False)
class Layout:
    """Where each entry of the key's array stands among the cells written.

    Attributes:
        words: how it is written, for a person; empty when as tabled.
        positions: for every entry of the key's array (C order) the number of its cell.
    """

    words: str
    positions: npt.NDArray[np.int_]


@dataclass(frozen=True, eq=False)
class Read:
    """Numbers as they were written, before the layout is decided.

    ``values``, ``units``, ``digits`` and ``zeros_lost`` have one entry a cell and one more at the
    end (NaN) to which missing entries point; ``layouts`` are the possible layouts, the key's own
    first.
    """

    shape: tuple[int, ...]
    cells: tuple[Cell, ...]
    values: npt.NDArray[np.float64]
    units: npt.NDArray[np.float64]
    digits: npt.NDArray[np.int_]
    zeros_lost: tuple[bool, ...]
    layouts: tuple[Layout, ...]
    _written: dict[tuple[Layout, int], Written] = field(default_factory=dict, repr=False)


def written(read: Read, layout: Layout, min_digits: int) -> Written:
    """The numbers in the key's layout.

    A spreadsheet's numeric cell has lost its trailing zeros: it counts as written to at least
    ``min_digits`` digits, for the benefit of the doubt.
    """
    known = read._written  # noqa: SLF001  # its own memory
    if (layout, min_digits) not in known:
        known[layout, min_digits] = _in_layout(read, layout, min_digits)
    return known[layout, min_digits]


def _in_layout(read: Read, layout: Layout, min_digits: int) -> Written:
    at, shape, units, digits = layout.positions, read.shape, read.units, read.digits
    if any(read.zeros_lost):
        short = np.where(read.zeros_lost, np.maximum(0, min_digits - digits), 0)
        units, digits = units * 10.0**-short, digits + short
    return Written(
        read.values[at].reshape(shape), units[at].reshape(shape), digits[at].reshape(shape)
    )


def read_grid(grid: Grid, shape: tuple[int, ...]) -> Read | None:
    """A grid's numbers with the layouts that its shape allows; None if none does."""
    possible = layouts(grid.shape, shape)
    return _read(shape, grid.cells, possible) if possible else None


def read_entries(entries: Entries, shape: tuple[int, ...], base: int) -> Read | None:
    """Numbers given by index, counted from ``base``; None if an index does not fit the shape."""
    indices = [tuple(i - base for i in entry.index) for entry in entries.entries]
    possible = tuple(
        Layout(words, _by_index(indices, order, shape))
        for words, order in _orders(shape, {len(i) for i in indices})
        if all(_fits(index, order, shape) for index in indices)
    )
    return _read(shape, tuple(e.cell for e in entries.entries), possible) if possible else None


def bases(entries: Entries, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Which of 0 and 1 the indices can be counted from."""
    return tuple(base for base in (0, 1) if read_entries(entries, shape, base) is not None)


def _read(shape: tuple[int, ...], cells: tuple[Cell, ...], possible: tuple[Layout, ...]) -> Read:
    facts = [_facts(cell.content) for cell in cells]
    values, units, digits, lost = zip(*facts, _facts(None), strict=True)
    return Read(shape, cells, np.array(values), np.array(units), np.array(digits), lost, possible)


def _facts(content: Number | Unreadable | None) -> tuple[float, float, int, bool]:
    """The value, the unit of its last digit, how many digits, and whether zeros were lost."""
    if not isinstance(content, Number):
        return np.nan, 0.0, 0, False
    unit = 0.0 if content.last_place is None else 10.0**content.last_place
    return content.value, unit, content.digits, content.zeros_lost


# --- grids --------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def layouts(found: tuple[int, ...], shape: tuple[int, ...]) -> tuple[Layout, ...]:
    """The ways in which an array of shape ``found`` can hold one of ``shape``, as tabled first.

    Axes of length 1 do not count. Otherwise the axes of ``shape`` are permuted, and neighbours
    among them may be written as one: (2,3,3) as (3,3,2), (6,3), (3,6) or (18,).
    """
    if prod(found) != prod(shape):
        return ()
    bare = _bare(found)
    ways: dict[bytes, Layout] = {}
    for order in permutations(range(len(shape))):
        if not _merges(_bare(tuple(shape[axis] for axis in order)), bare):
            continue
        as_written = np.arange(prod(shape)).reshape([shape[axis] for axis in order])
        positions = as_written.transpose(np.argsort(order)).reshape(-1)
        words = _words(bare, _bare(shape), order)
        ways.setdefault(positions.tobytes(), Layout(words, positions))
    return tuple(sorted(ways.values(), key=lambda layout: bool(layout.words)))


def _bare(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)


def _merges(fine: tuple[int, ...], coarse: tuple[int, ...]) -> bool:
    """Whether ``coarse`` is ``fine`` with neighbouring axes written as one, or the reverse."""
    edges = [set(np.cumprod(shape).tolist()) for shape in (fine, coarse)]
    return edges[1] <= edges[0] or edges[0] <= edges[1]


def _words(found: tuple[int, ...], shape: tuple[int, ...], order: tuple[int, ...]) -> str:
    in_order = order == tuple(range(len(order)))
    if found == shape and in_order:
        return ""
    if len(found) == 1 and in_order:
        return "as one row of numbers"
    if sorted(found) == sorted(shape) and len(shape) == 2:  # noqa: PLR2004  # a matrix
        return "transposed"
    if sorted(found) == sorted(shape):
        return f"with its axes in the order {tuple(axis + 1 for axis in order)}"
    return f"as {' x '.join(map(str, found)) or 'one number'}"


# --- entry by entry -----------------------------------------------------------------------------


def _orders(shape: tuple[int, ...], lengths: set[int]) -> list[tuple[str, tuple[int, ...]]]:
    """The axis orders that an index may use; an empty one stands for a flat index, or for none."""
    rank = len(shape)
    if lengths == {rank}:
        return [(_words(shape, shape, order), order) for order in permutations(range(rank))]
    return [("as one row of numbers" if rank else "", ())] if lengths == {1} else []


def _fits(index: Index, order: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    limits = [shape[axis] for axis in order] if order else [prod(shape)] * len(index)
    return all(0 <= i < n for i, n in zip(index, limits, strict=True))


def _by_index(
    indices: list[Index], order: tuple[int, ...], shape: tuple[int, ...]
) -> npt.NDArray[np.int_]:
    positions = np.full(prod(shape), _MISSING)
    for number, index in enumerate(indices):
        if order:
            at = dict(zip(order, index, strict=True))
            flat = int(np.ravel_multi_index([at[axis] for axis in range(len(shape))], shape))
        else:
            flat = index[0] if index else 0
        positions[flat] = number
    return positions


def doubled(entries: Entries) -> tuple[Index, ...]:
    """Indices that are given more than once, with different values."""
    ordered = sorted(entries.entries, key=lambda e: e.index)
    groups = (
        (i, {_said(e.cell) for e in group}) for i, group in groupby(ordered, lambda e: e.index)
    )
    return tuple(index for index, said in groups if len(said) > 1)


def _said(cell: Cell) -> float | str | None:
    return (
        cell.content.value
        if isinstance(cell.content, Number)
        else getattr(cell.content, "text", None)
    )
