"""Answers given in parts: ``h1[0]`` with a matrix and ``h1[1]`` with another are one array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from grader.model import Answer, Cell, Grid, Index, Place, QuantityKey, Response, Rubric, Unreadable
from grader.notation.names import numeric_shape

__all__ = ["Slice", "stacked"]


@dataclass(frozen=True, slots=True)
class Slice:
    """The numbers at one leading index of a quantity, with the index as written."""

    key: QuantityKey
    label: str
    index: Index
    grid: Grid
    place: Place


def stacked(slices: Sequence[Slice], rubric: Rubric, base: str = "") -> Answer:
    """The array that the slices of one quantity make up; left-out ones are missing entries.

    Args:
        slices: at least one, all of one quantity.
        rubric: tells how many there are.
        base: ``0`` or ``1`` where the student states from what is counted.
    """
    first = slices[0]
    return Answer(first.key, first.label, _response(slices, rubric, base), first.place)


def _response(slices: Sequence[Slice], rubric: Rubric, base: str) -> Response:
    first = slices[0]
    problem, _, quantity = first.key.partition(".")
    shape = numeric_shape(rubric.problem(problem), quantity) or ()
    rank = len(first.index)
    indices = {s.index for s in slices}
    if len(indices) < len(slices):
        doubled = next(s for k, s in enumerate(slices) if s.index in {t.index for t in slices[:k]})
        return _unreadable(doubled, f"{doubled.label} is answered twice; delete one of the two")
    odd = next(
        (s for s in slices if len(s.index) != rank or s.grid.shape != first.grid.shape), None
    )
    if odd is not None:
        return _unreadable(odd, f"{first.label} and {odd.label} do not have the same shape")
    starts = [b for b in (0, 1) if base in {"", str(b)} and _fit(indices, shape[:rank], b)]
    if len(shape) < rank or not starts:
        return _unreadable(first, f"{first.label} and the like are no parts that {first.key} has")
    start = 0 if (0,) * rank in indices else starts[-1]
    if len(starts) > 1 and start and len(indices) < len(list(_range(shape[:rank]))):
        told = "it cannot be told whether indices begin at 0 or at 1; write the other parts too"
        return _unreadable(first, f"of {first.label} alone {told}")
    return _grid(slices, shape[:rank], start)


def _grid(slices: Sequence[Slice], leading: tuple[int, ...], start: int) -> Grid:
    given = {tuple(i - start for i in s.index): s.grid for s in slices}
    shape, place = slices[0].grid.shape, slices[0].place
    nothing = tuple(Cell(None, place) for _ in slices[0].grid.cells)
    parts = (given[i].cells if i in given else nothing for i in _range(leading))
    return Grid(leading + shape, tuple(cell for part in parts for cell in part))


def _range(leading: tuple[int, ...]) -> product[Index]:
    return product(*map(range, leading))


def _fit(indices: set[Index], leading: tuple[int, ...], start: int) -> bool:
    return all(
        len(index) == len(leading)
        and all(start <= i < n + start for i, n in zip(index, leading, strict=True))
        for index in indices
    )


def _unreadable(part: Slice, reason: str) -> Unreadable:
    return Unreadable(part.label, reason, part.place)
