"""What a sheet says of the student and of conventions, beside its answers."""

from __future__ import annotations

from grader.notation import names
from grader.readers.board import At, Board, Kind
from grader.readers.collect import (
    Found,
    convention_of,
    note_convention,
)
from grader.readers.persons import note_person, people_in
from grader.readers.tidy import is_column_title

__all__ = ["read_statements"]


def read_statements(view: Board, found: Found) -> None:
    """Note what stands beside or below ``id``, ``level``, ``objective`` and the like."""
    for at in sorted(k for k, v in view.kinds.items() if v in {Kind.FIELD, Kind.CONVENTION}):
        kind, label = view.kinds[at], view.text(*at)
        values = _values_of(view, at)
        no_text = not values or view.kinds[values[0]] is Kind.NUMBER
        if kind is Kind.CONVENTION and no_text and names.candidates(label, view.rubric):
            _as_quantity(view, at)
            continue
        several = people_in(label, [view.text(*v) for v in values]) if kind is Kind.FIELD else 1
        for value in values[:several]:
            text, place = view.text(*value), view.sheet.place(*value)
            if kind is Kind.FIELD:
                note_person(found, label, text, place)
            else:
                note_convention(found, convention_of(label, view.rubric), text, place, view.rubric)
            view.taken.add(value)


def _as_quantity(view: Board, at: At) -> None:
    """A name that is both a convention's and a quantity's has numbers: it is the quantity's."""
    view.kinds = {**view.kinds, at: Kind.QUANTITY}


def _values_of(view: Board, at: At) -> list[At]:
    """The cells that can belong to the label of a statement: to its right, or else below it.

    Of a head of columns (``student_id,question,answer``) it is what stands below.
    """
    row, column = at
    right = [(row, c) for c in view.to_the_right(row, column, reach=6)]
    if right and not is_column_title(view.text(*right[0])):
        return right
    if not any(view.kind(row, c) is not None for c in (column - 1, column + 1)):
        return []
    below: list[At] = []
    for other in range(row + 1, len(view.sheet.rows)):
        is_next = not below or right or not _has_label(view, other)
        if not is_next or not _is_free(view, other, column):
            break
        below.append((other, column))
    return below


def _is_free(view: Board, row: int, column: int) -> bool:
    """Whether a text or a number stands in a cell that nothing else has taken."""
    kind = view.kind(row, column)
    return kind in {Kind.NUMBER, Kind.TEXT} and (row, column) not in view.taken


def _has_label(view: Board, row: int) -> bool:
    """Whether something in a row names what its other cells hold."""
    columns = view.columns.get(row, ())
    return any(view.is_label(row, c) and (row, c) not in view.taken for c in columns)
