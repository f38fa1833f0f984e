"""The cells that belong to a label: where they begin, how far they go, which are only headers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import permutations
from math import prod
from operator import itemgetter

from grader.readers.board import At, Board, Box, Kind
from grader.readers.neighbours import cuts, is_beside

__all__ = ["Region", "beside_or_below", "planes"]

Shape = tuple[int, ...] | None
Region = tuple[Box, Box]
"""The entries, and all that was read with them: the label and the headers."""

_GAP = 3
"""Rows that may be blank between a label and its values, or between channels."""
_LONGEST = 512
_MISFIT = 40  # a number of entries that is not the quantity's is worse than any other doubt
_LARGEST = 4_096
"""Cells that are looked at for one label."""


def beside_or_below(board: Board, row: int, column: int, shape: Shape) -> Region | None:
    """The numbers that a label at ``row``, ``column`` belongs to; None where there are none.

    Args:
        board: the sheet.
        row: of the label.
        column: of the label.
        shape: of the quantity; it decides what is a header and what an entry. None if unknown.
    """
    for seed in _seeds(board, row, column):
        whole = _grown(board, seed, (row, column))
        if (whole.bottom - whole.top + 1) * (whole.right - whole.left + 1) > _LARGEST:
            continue
        found = _region(board, whole, (row, column), shape)
        if found and shape and not _fits(found[0], shape):
            tries = [_region(board, cut, (row, column), shape) for cut in cuts(board, whole, row)]
            own = (t for t in tries if t and _fits(t[0], shape))
            found = next((t for t in own if is_beside(board, t[0], (row, column))), found)
        if found:
            return found
    return None


def _region(board: Board, whole: Box, label: At, shape: Shape) -> Region | None:
    """The entries of a box, and the box; None if it has none."""
    stripped = _stripped(board, whole, label, shape)
    return (_bridged(board, stripped, label, shape), whole) if stripped else None


def _bridged(board: Board, box: Box, label: At, shape: Shape) -> Box:
    """The box grown over lines that were left empty, where it ends as the shape says then."""
    height, width = box.bottom - box.top + 1, box.right - box.left + 1
    for rows, columns in _footprints(shape):
        wider = Box(box.top, box.left, box.top + rows - 1, box.left + columns - 1)
        if rows > height and columns == width:
            last, behind = _line(wider, row=wider.bottom), _line(wider, row=wider.bottom + 1)
        elif rows == height and columns > width:
            last, behind = _line(wider, column=wider.right), _line(wider, column=wider.right + 1)
        else:
            continue
        ends = any(board.is_number(*at) for at in last)
        goes_on = any(board.is_number(*at) for at in behind)
        if ends and not goes_on and _is_free(board, wider, box, label):
            return wider
    return box


def _line(box: Box, *, row: int | None = None, column: int | None = None) -> list[At]:
    """The cells of one row or of one column, as long as the box."""
    if row is not None:
        return [(row, c) for c in range(box.left, box.right + 1)]
    return [(r, column or 0) for r in range(box.top, box.bottom + 1)]


def _footprints(shape: Shape) -> list[tuple[int, int]]:
    """How a quantity, or a plane of it, can lie on a sheet."""
    if not shape:
        return []
    if len(shape) == 1:
        return [(shape[0], 1), (1, shape[0])]
    if len(shape) == 2:  # noqa: PLR2004 - a matrix
        return [(shape[0], shape[1]), (shape[1], shape[0])]
    return list(permutations(shape, 2))


def _is_free(board: Board, wider: Box, box: Box, label: At) -> bool:
    """Whether no other label stands in what is added to a box, or owns a part of it."""
    for row in range(min(label[0], wider.top), wider.bottom + 1):
        for column in range(min(label[1], wider.left), wider.right + 1):
            inside = row <= box.bottom and column <= box.right
            if not inside and (row, column) != label and board.is_label(row, column):
                return False
    return True


def _seeds(board: Board, row: int, column: int) -> Iterator[Box]:
    """Where the values may begin, the likeliest first: at the label, then beyond a gap."""
    yield Box(row, column, row, column)
    for other in board.to_the_right(row, column):
        if board.is_number(row, other):
            yield Box(row, other, row, other)
            break
    for below in range(row + 1, row + 2 + _GAP):
        if board.is_label(below, column) and board.kind(below, column) is not Kind.PART:
            break
        found = [c for c in range(column, column + 3) if board.is_number(below, c)]
        if found:
            yield Box(below, found[0], below, found[0])
            break


def _grown(board: Board, seed: Box, label: At) -> Box:
    """The box around everything that touches the seed, up to other labels and blank lines."""
    box = seed
    while max(box.bottom - box.top, box.right - box.left) < _LONGEST:
        if _can_go_right(board, box):
            box = Box(box.top, box.left, box.bottom, box.right + 1)
        elif _can_go_down(board, box, label):
            box = Box(box.top, box.left, box.bottom + 1, box.right)
        else:
            break
    return box


def _can_go_right(board: Board, box: Box) -> bool:
    rows = range(box.top, box.bottom + 1)
    column = box.right + 1
    if any(board.is_label(row, column) for row in rows):
        return False
    if board.kind(box.top - 1, column) is Kind.PART:
        return False  # the next channel begins here
    return any(board.kind(row, column) is not None for row in rows)


def _can_go_down(board: Board, box: Box, label: At) -> bool:
    row = box.bottom + 1
    columns = range(min(box.left, label[1]), box.right + 1)
    if any(board.is_label(row, column) for column in columns):
        return False
    beside = board.is_number(label[0], label[1] + 1)
    if beside and board.kind(row, label[1]) is Kind.TEXT:
        return False  # the values stand in the label's row, and this row has a name of its own
    return any(board.kind(row, c) is not None for c in range(box.left, box.right + 1))


# --- headers ------------------------------------------------------------------------------------


def _stripped(board: Board, whole: Box, label: At, shape: Shape) -> Box | None:
    """The entries of a box: without the label and the headers around them; None if it has none.

    A candidate costs at least what its number of entries is amiss, so that once one is found at a
    lower cost the others need not be looked at.
    """
    misfits = (
        (100 * (0 if shape is None or _fits(box, shape) else _MISFIT) + order, box)
        for order, box in enumerate(_candidates(whole, label))
    )
    best: tuple[int, Box] | None = None
    for least, box in sorted(misfits, key=itemgetter(0)):
        if best is not None and best[0] <= least:
            break
        cost = _cost(board, whole, box, label)
        if cost is not None and (best is None or 100 * cost + least < best[0]):
            best = (100 * cost + least, box)
    return best[1] if best else None


def _candidates(whole: Box, label: At) -> Iterator[Box]:
    """The box with up to two rows and columns left out at its start, and one at its end."""
    has_label = (whole.top, whole.left) == label
    for rows in range(3):
        for columns in range(3):
            if has_label and not (rows or columns):
                continue
            for below in range(2):
                for right in range(2):
                    box = Box(
                        whole.top + rows, whole.left + columns,
                        whole.bottom - below, whole.right - right,
                    )  # fmt: skip
                    if box.top <= box.bottom and box.left <= box.right:
                        yield box


def _cost(board: Board, whole: Box, box: Box, label: At) -> int | None:
    """How unlikely it is that these are the entries; None if they cannot be.

    Left-out cells must be headers; no headers or words should stand among the entries.
    """
    dropped = _outside(board, whole, box, label)
    columns = range(box.left, box.right + 1)
    kind_at = board.kinds.get
    inside = {kind_at((r, c)) for r in range(box.top, box.bottom + 1) for c in columns}
    headed = any(of is Kind.AXIS for _, of in dropped)
    if Kind.NUMBER not in inside and not (headed and inside & {Kind.TEXT, None}):
        return None
    counted = [at for at, kind in dropped if kind is Kind.NUMBER]
    if counted and not _are_counters(board, box, counted):
        return None
    texts = sum(kind is Kind.TEXT for _, kind in dropped)
    doubts = 20 * (Kind.AXIS in inside) + 8 * bool(counted) + 4 * (Kind.TEXT in inside)
    return doubts + 2 * bool(texts)


def _outside(board: Board, whole: Box, box: Box, label: At) -> list[tuple[At, Kind]]:
    """The filled cells of a box that are not in the inner one, without the label."""
    return [
        ((r, c), board.kinds[r, c])
        for r in range(whole.top, whole.bottom + 1)
        for c in board.columns.get(r, ())
        if whole.left <= c <= whole.right
        and (r, c) != label
        and not (box.top <= r <= box.bottom and box.left <= c <= box.right)
    ]


def _are_counters(board: Board, box: Box, numbers: list[At]) -> bool:
    """Whether numbers count rows or columns: 0 1 2 ... or 1 2 3 ... along an edge of the box."""
    lines: dict[tuple[str, int], list[str]] = {}
    for row, column in numbers:
        if box.left <= column <= box.right and row < box.top:
            lines.setdefault(("row", row), []).append(board.text(row, column))
        elif box.top <= row <= box.bottom and column < box.left:
            lines.setdefault(("column", column), []).append(board.text(row, column))
        else:
            return False
    sizes = {"row": box.right - box.left + 1, "column": box.bottom - box.top + 1}
    return all(
        any(texts == [str(k + start) for k in range(sizes[kind])] for start in (0, 1))
        for (kind, _), texts in lines.items()
    )


def _fits(box: Box, shape: tuple[int, ...]) -> bool:
    """Whether a box holds all entries of the shape, or one of several equal parts of it."""
    height, width = box.bottom - box.top + 1, box.right - box.left + 1
    if height * width == prod(shape):
        return True
    return len(shape) > 2 and not Counter((height, width)) - Counter(shape)  # noqa: PLR2004 - two axes to a sheet


# --- several planes -----------------------------------------------------------------------------


def planes(board: Board, first: Box, label: At, shape: Shape) -> list[Box]:
    """The box and those like it beside it and below, until all entries are together."""
    shape = shape or ()
    height, width = first.bottom - first.top + 1, first.right - first.left + 1
    found = [first]
    match shape:
        case () | (_,):
            return found
        case (rows, columns) if (height, width) not in {(1, columns), (rows, 1)}:
            return found  # a matrix is in one piece, if its rows do not stand apart
    while len(found) * height * width < prod(shape):
        last = found[-1]
        line_start = next(b for b in found if b.top == last.top)
        following = _next(board, last, label, (0, 1)) or _next(board, line_start, label, (1, 0))
        if following is None:
            break
        found.append(following)
    return found


def _next(board: Board, box: Box, label: At, towards: At) -> Box | None:
    """The next box of the same size below or beside one, over a gap without numbers."""
    height, width = box.bottom - box.top + 1, box.right - box.left + 1
    down, right = towards
    for gap in range(_GAP + 1):
        top, left = box.top + down * (height + gap), box.left + right * (width + gap)
        other = Box(top, left, top + height - 1, left + width - 1)
        edge = _line(other, column=left) if right else _line(other, row=top)
        if any(board.is_number(*at) for at in edge):
            return other if _is_own(board, other, box, label) else None
    return None


def _is_own(board: Board, other: Box, box: Box, label: At) -> bool:
    """Whether no label but a channel's stands between a box and the one before, or over it."""
    beside = other.left > box.right
    rows = range(label[0] if beside else box.bottom + 1, other.bottom + 1)
    columns = range(box.right + 1 if beside else min(label[1], other.left), other.right + 1)
    labels = [(r, c) for r in rows for c in columns if board.is_label(r, c)]
    inside = [at for at in labels if at[0] >= other.top and at[1] >= other.left]
    return not inside and all(board.kind(*at) is Kind.PART for at in labels)
