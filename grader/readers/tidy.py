"""A tidy table: one row an entry, ``quantity,index,value``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from grader.model import (
    Answer,
    Cell,
    Entries,
    Entry,
    Grid,
    Index,
    Place,
    QuantityKey,
    Response,
    Rubric,
)
from grader.notation import names
from grader.notation.labels import split_index
from grader.notation.numbers import quoted
from grader.readers.collect import (
    Found,
    convention_of,
    field_of,
    note_answer,
    note_convention,
)
from grader.readers.entries import content_of, looks_numeric
from grader.readers.persons import note_person
from grader.readers.sheet import Sheet, SheetCell
from grader.readers.values import index_of, response_of_text

__all__ = ["TidyHeader", "is_column_title", "read_tidy", "tidy_header"]

_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("quantity", "question", "label", "variable", "item"), "quantity"),
    "name": "name",
    **dict.fromkeys(("index", "entry", "indices", "position", "element"), "index"),
    **dict.fromkeys(("value", "values", "number", "result"), "value"),
    "answer": "answer",
}
_DEEPEST_HEADER = 20


@dataclass(frozen=True, slots=True)
class TidyHeader:
    """Where the table begins, and its columns; ``index`` is None where there is no such column."""

    row: int
    quantity: int
    index: int | None
    value: int


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    index: str
    value: SheetCell
    place: Place


def tidy_header(sheet: Sheet) -> TidyHeader | None:
    """The header of a tidy table among the first rows, in any case and order; None if none."""
    for number, row in enumerate(sheet.rows[:_DEEPEST_HEADER]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row[:50]):
            kind = cell.text and _COLUMNS.get(_letters(cell.text[:40]))
            if kind:
                columns.setdefault(kind, column)
        header = _header(number, columns, has_id=any(field_of(c.text) == "id" for c in row[:50]))
        if header:
            return header
    return None


def _header(row: int, columns: Mapping[str, int], *, has_id: bool) -> TidyHeader | None:
    """The columns of a header, if it has both names and values.

    ``name`` and ``answer`` head the quantities where nothing else does. ``answer`` heads the values
    beside ``question``, with an index or the student's id: ``student_id,question,answer``.
    """
    value, index = columns.get("value"), columns.get("index")
    quantity = columns.get("quantity")
    if value is None and quantity is not None and (has_id or index is not None):
        value = columns.get("answer")
    elif quantity is None:
        quantity = min((columns[k] for k in ("name", "answer") if k in columns), default=None)
    return None if quantity is None or value is None else TidyHeader(row, quantity, index, value)


def is_column_title(text: str) -> bool:
    """Whether a text heads a column of a tidy table and so is no value: ``question``."""
    return _letters(text[:40]) in _COLUMNS


@lru_cache(maxsize=4096)
def _letters(text: str) -> str:
    """Its letters and digits in lower case."""
    return re.sub(r"[\W_]+", "", text.casefold())


def read_tidy(
    sheet: Sheet, header: TidyHeader, found: Found, rubric: Rubric, *, decimal_comma: bool
) -> None:
    """Note what the rows below the header say, and whose they are where a column tells."""
    _note_people(sheet, header, found)
    rows = [
        r for n in range(header.row + 1, len(sheet.rows)) if (r := _row(sheet, n, header, rubric))
    ]
    for (label, _), group in groupby(rows, key=lambda row: (row.label, _kind(row))):
        together = list(group)
        if _is_said_of_the_file(together, found, rubric):
            continue
        key = _key(label, found, rubric, together[0].place)
        if key is not None:
            _note(together, key, found, rubric, decimal_comma=decimal_comma)


def _note_people(sheet: Sheet, header: TidyHeader, found: Found) -> None:
    """Note the student of each row, from columns such as ``student_id``; no counter of the rows."""
    for column, title in enumerate(sheet.rows[header.row]):
        own = {header.quantity, header.index, header.value}
        if column in own or not field_of(title.text):
            continue
        below = range(header.row + 1, len(sheet.rows))
        filled = [row for row in below if not sheet.cell(row, column).is_empty]
        texts = [sheet.cell(row, column).text.strip() for row in filled]
        if any(texts == [str(k + start) for k in range(len(texts))] for start in (0, 1)):
            continue
        for row, text in zip(filled, texts, strict=True):
            note_person(found, title.text, text, sheet.place(row, column))


def _kind(row: _Row) -> bool:
    return bool(row.index.strip())


def _row(sheet: Sheet, number: int, header: TidyHeader, rubric: Rubric) -> _Row | None:
    """A row's three cells; a value that the delimiter took apart is put together again."""
    cells = sheet.rows[number]
    if all(cell.is_empty for cell in cells):
        return None
    label = sheet.cell(number, header.quantity).text.strip()
    index = sheet.cell(number, header.index).text if header.index is not None else ""
    value = sheet.cell(number, header.value)
    place = sheet.place(number, header.value)
    rest = list(cells[header.value + 1 :])
    while rest and rest[-1].is_empty:
        rest.pop()
    is_last = header.value == max(header.quantity, header.index or 0, header.value)
    if rest and is_last and not sheet.name:
        return _rejoined(_Row(label, index, value, place), [c.text for c in rest], rubric)
    return _Row(label, index, value, place)


def _rejoined(row: _Row, rest: list[str], rubric: Rubric) -> _Row:
    """A row longer than the header: an index, a list or a formula with commas, not quoted."""
    parts = [row.index, row.value.text, *rest]
    key = names.match(split_index(row.label)[0], rubric)
    shape = _shape(key, rubric) if key else None
    numbers = all(re.fullmatch(r"\s*[0-9]{1,6}\s*", part) for part in parts[:-1])
    if shape and len(shape) > 1 and numbers and len(parts) == len(shape) + 1:
        return _Row(row.label, ";".join(parts[:-1]), SheetCell(parts[-1]), row.place)
    if not row.index.strip():
        return _Row(row.label, "", SheetCell(",".join(parts[1:])), row.place)
    fault = (
        f"the row has {len(rest)} more cells than the header; put an index or a value "
        'with a comma between quotation marks, as in "1,2"'
    )
    return _Row(row.label, row.index, SheetCell(",".join(parts[1:]), fault=fault), row.place)


def _is_said_of_the_file(rows: list[_Row], found: Found, rubric: Rubric) -> bool:
    """Rows such as ``student,id,s1``, ``id,,s1`` and ``convention,objective,minimize_nll``."""
    word = re.sub(r"[\W_]+", "", rows[0].label.casefold())
    if field_of(rows[0].label) and not _kind(rows[0]):
        for row in rows:
            note_person(found, row.label, row.value.text, row.place)
        return True
    if word not in {"student", "convention", "conventions"}:
        return False
    for row in rows:
        name = field_of(row.index) if word == "student" else convention_of(row.index, rubric)
        if word == "student" and name:
            note_person(found, row.index, row.value.text, row.place)
        elif name:
            note_convention(found, name, row.value.text, row.place, rubric)
        elif not row.value.is_empty or row.index.strip():
            found.remark(f"{quoted(row.index)} is not known of a {word.rstrip('s')}", row.place)
    return True


def _key(label: str, found: Found, rubric: Rubric, place: Place) -> str | None:
    """The quantity of a row; a remark where there is none."""
    name = split_index(label)[0]
    key = names.match(label, rubric) or names.match(name, rubric)
    if key is None:
        told = names.explain_unknown(name, rubric) if label else "The row names no quantity."
        found.remark(f"{told} The row was not read.", place)
    return key


def _shape(key: str, rubric: Rubric) -> tuple[int, ...] | None:
    problem, _, quantity = key.partition(".")
    return names.numeric_shape(rubric.problem(problem), quantity)


def _note(rows: list[_Row], key: str, found: Found, rubric: Rubric, *, decimal_comma: bool) -> None:
    """Note the rows of a quantity that stand together, all with an index or all without."""
    label, shape = rows[0].label, _shape(key, rubric)
    quantity = QuantityKey(key)
    index = split_index(label)[1]
    if index is None and not _kind(rows[0]) and len(rows) > 1 and shape:
        cells = tuple(_cell(row, decimal_comma=decimal_comma) for row in rows)
        if all(
            row.value.is_empty or row.value.is_number or looks_numeric(row.value.text)
            for row in rows
        ):
            note_answer(found, Answer(quantity, label, Grid((len(cells),), cells), rows[0].place))
            return
    for row in rows:
        at = index_of(row.index) if _kind(row) else index
        if at is None and _kind(row):
            told = f"{quoted(row.index)} is no index; it is written as 1;2, counted from 0"
            found.remark(f"{told}. The row was not read.", row.place)
            continue
        response = _response(row, at, decimal_comma=decimal_comma)
        answer = Answer(quantity, label, response, row.place) if response else None
        note_answer(found, answer, at if answer and isinstance(response, Grid) else None)


def _is_entry(value: SheetCell) -> bool:
    return value.is_empty or value.is_number or looks_numeric(value.text)


def _response(row: _Row, index: Index | None, *, decimal_comma: bool) -> Response | None:
    if index is not None and row.value.is_empty:
        return Entries((Entry(index, Cell(None, row.place)),))
    if index is not None or row.value.is_number or row.value.fault:
        return Grid((), (_cell(row, decimal_comma=decimal_comma),))
    return response_of_text(row.value.text, row.place, decimal_comma=decimal_comma)


def _cell(row: _Row, *, decimal_comma: bool) -> Cell:
    return content_of(row.value, row.place, decimal_comma=decimal_comma)
