"""What a sheet says of the student and of conventions, beside its answers."""

from __future__ import annotations

from grader.notation import names
from grader.readers.board import At, Board, Kind
from grader.readers.collect import (
    Found,
    convention_of,
    field_of,
    note_convention,
    note_field,
)

__all__ = ["read_statements"]


def read_statements(view: Board, found: Found) -> None:
    """Note what stands beside or below ``id``, ``level``, ``objective`` and the like."""
    for at in sorted(k for k, v in view.kinds.items() if v in {Kind.FIELD, Kind.CONVENTION}):
        kind, label = view.kinds[at], view.text(*at)
        value = _value_of(view, at)
        no_text = value is None or view.kinds[value] is Kind.NUMBER
        if kind is Kind.CONVENTION and no_text and names.candidates(label, view.rubric):
            _as_quantity(view, at)
            continue
        if value is None:
            continue
        text, place = view.text(*value), view.sheet.place(*value)
        if kind is Kind.FIELD:
            note_field(found, field_of(label), text, place)
        else:
            note_convention(found, convention_of(label, view.rubric), text, place, view.rubric)
        view.taken.add(value)


def _as_quantity(view: Board, at: At) -> None:
    """A name that is both a convention's and a quantity's has numbers: it is the quantity's."""
    view.kinds = {**view.kinds, at: Kind.QUANTITY}


def _value_of(view: Board, at: At) -> At | None:
    """The cell that belongs to the label of a statement: to its right, or else below it."""
    row, column = at
    right = view.to_the_right(row, column, reach=6)
    if right:
        return row, right[0]
    below = (row + 1, column)
    values = {Kind.NUMBER, Kind.TEXT}
    is_list = any(view.kind(row, c) is not None for c in (column - 1, column + 1))
    return below if is_list and view.kind(*below) in values and below not in view.taken else None
