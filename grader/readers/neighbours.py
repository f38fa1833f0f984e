"""Numbers that touch a quantity's own: where its box can be cut, and what is left to a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from grader.model import Cell, Grid, Number, Response, Unreadable
from grader.readers.board import At, Board, Box, Kind
from grader.readers.values import response_of_cell

__all__ = ["cuts", "doubtful", "is_beside", "other_list"]


def cuts(board: Board, whole: Box, row: int) -> Iterator[Box]:
    """The box up to a column that a text in the label's row heads, or to a row that one begins.

    ``unit,h0,error`` heads three columns, and ``h1 ch. 1: 0.38; 1.40`` is a row of its own.
    """
    for column in board.columns.get(row, ()):
        if whole.left < column <= whole.right and board.kind(row, column) is Kind.TEXT:
            yield Box(whole.top, whole.left, whole.bottom, column - 1)
    for below in range(max(row, whole.top) + 1, whole.bottom + 1):
        if board.kind(below, whole.left) is Kind.TEXT:
            yield Box(whole.top, whole.left, below - 1, whole.right)


def is_beside(board: Board, box: Box, label: At) -> bool:
    """Whether a box begins in the label's row or column, and does not only count rows."""
    texts = [board.text(*at) for at in _cells(box)]
    counters = ([str(k + start) for k in range(len(texts))] for start in (0, 1))
    return (box.top == label[0] or box.left == label[1]) and texts not in counters


def doubtful(
    board: Board, label: At, boxes: Sequence[Box], shape: tuple[int, ...] | None
) -> Unreadable | None:
    """Numbers that may be another's: lines of which one would do, one number far from the label."""
    box, place, name = boxes[0], board.sheet.place(*label), board.text(*label)
    sides = (box.bottom - box.top + 1, box.right - box.left + 1)
    if not shape or len(boxes) > 1 or prod(sides) == prod(shape):
        return None
    told = ""
    if len(shape) == 1 and shape[0] in sides and min(sides) > 1:
        told = f"{sides[0]} x {sides[1]} numbers stand at {name}, which has {shape[0]}"
    elif sides == (1, 1) and box.top > label[0] + 1 and box.left != label[1]:
        told = f"one number stands near {name}, which has {prod(shape)}"
    texts = filter(None, (board.text(*at) for at in _cells(box)))
    told = told and f"{told}; write its own beside the name or below it, and nothing else there"
    return Unreadable(" ".join(texts)[:80], told, place) if told else None


def other_list(board: Board, at: At, first: Response | None) -> Unreadable | None:
    """Another list beside the one at ``at``, with other numbers: either can be the answer."""
    if not isinstance(first, Grid) or len(first.cells) < 2:  # noqa: PLR2004 - a number is no list
        return None
    row, place = at[0], board.sheet.place(*at)
    for column in board.to_the_right(*at):
        comma = board.decimal_comma
        other = response_of_cell(board.cells[row, column], place, decimal_comma=comma)
        if isinstance(other, Grid) and len(other.cells) == len(first.cells):
            board.taken.add((row, column))
            if [*map(_value, other.cells)] != [*map(_value, first.cells)]:
                told = "two lists stand beside one name; leave only the one that is the answer"
                return Unreadable(board.text(*at)[:80], told, place)
    return None


def _value(cell: Cell) -> object:
    content = cell.content
    return content.value if isinstance(content, Number) else content and content.text


def _cells(box: Box) -> Iterator[At]:
    for row in range(box.top, box.bottom + 1):
        for column in range(box.left, box.right + 1):
            yield row, column
