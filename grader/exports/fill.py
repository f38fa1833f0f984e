"""A platform's own file, filled: which cells change, who is left, and why."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.exports.columns import chosen_column
from grader.exports.delimited import Delimited
from grader.exports.people import Joined, Person, join, person
from grader.exports.platform import (
    Platform,
    folded,
    is_dangerous,
    number,
    value_of,
)
from grader.exports.results import Assignment, Result
from grader.model import GraderError, Status
from grader.points import shown

__all__ = ["Cell", "Plan", "column_of", "people_of", "plan"]

_HEADER_WITHIN = 10  # lines


@dataclass(frozen=True, slots=True)
class Cell:
    """A student's cell: what it says, what it shall say (empty: nothing), and why it cannot."""

    result: Result
    person: Person
    old: str
    new: str
    obstacle: str

    @property
    def is_same(self) -> bool:
        """As platforms compare: numbers by value, words whatever their case."""
        before = number(self.old)
        if before is not None:
            return before == number(self.new)
        return self.old.strip().casefold() == self.new.casefold()


@dataclass(frozen=True)
class Plan:
    """What filling a file does. ``heading`` is the column's, ``cells`` those of the results."""

    sheet: Delimited
    heading: str
    column: int
    cells: tuple[Cell, ...]
    joined: Joined
    warnings: tuple[str, ...]

    @property
    def changes(self) -> tuple[Cell, ...]:
        """The cells that change."""
        written = (cell for cell in self.cells if cell.new and not cell.obstacle)
        return tuple(cell for cell in written if not cell.is_same)

    @property
    def stopped(self) -> tuple[Cell, ...]:
        """The cells that should change and cannot."""
        written = (cell for cell in self.cells if cell.new and cell.obstacle)
        return tuple(cell for cell in written if not cell.is_same)

    @property
    def silent(self) -> tuple[Result, ...]:
        """Results for which the platform's cell has neither points nor a word: theirs stay."""
        return tuple(cell.result for cell in self.cells if not cell.new)

    @property
    def lost(self) -> tuple[Result, ...]:
        """Results with points, or excused, that have no row of their own."""
        apart = (result for result, _ in self.joined.apart)
        return tuple(r for r in apart if r.points or r.status is Status.EXCUSED)

    def filled(self) -> bytes:
        """The file with the changed cells."""
        cells = {(cell.person.row, self.column): cell.new for cell in self.changes}
        return self.sheet.replaced(cells)


def plan(
    platform: Platform,
    sheet: Delimited,
    results: Sequence[Result],
    assignment: Assignment,
    column: str = "",
) -> Plan:
    """What changes in a platform's file; without ``column`` the assignment's own is looked for.

    Raises:
        GraderError: it is no file of that platform, or which column is meant cannot be told.
    """
    at, place = column_of(platform, sheet, (assignment.title, assignment.id), column)
    rows = sheet.texts[at:]
    people = tuple(_people(platform, sheet, at))
    joined = join(results, people)
    mark = _decimal_mark(sheet, place)
    cells = tuple(
        Cell(
            *(result, one, _text(sheet, one, place)),
            value_of(result, platform.excused).replace(".", mark),
            _obstacle(sheet, one, place, len(rows[0]))
            or platform.obstacle(one.cells, result.final)
            or _decided(platform, _text(sheet, one, place)),
        )
        for result, one in joined.pairs
    )
    warnings = tuple(_warnings(platform, rows, place, results, people))
    return Plan(sheet, rows[0][place], place, cells, joined, warnings)


def column_of(
    platform: Platform, sheet: Delimited, names: Sequence[str], column: str = ""
) -> tuple[int, int]:
    """The row of headings and, in it, the column of ``column``; else of one of the names.

    Raises:
        GraderError: as for `plan`.
    """
    at = _header(platform, sheet)
    rows = sheet.texts[at:]
    wanted = (column,) if column else names
    return at, chosen_column(rows[0], platform.titles(rows), wanted, said=bool(column))


def people_of(platform: Platform, sheet: Delimited) -> tuple[Person, ...]:
    """The students of a platform's file.

    Raises:
        GraderError: it is no file of that platform.
    """
    return tuple(_people(platform, sheet, _header(platform, sheet)))


def _text(sheet: Delimited, one: Person, column: int) -> str:
    return next(iter(sheet.texts[one.row][column : column + 1]), "")


def _obstacle(sheet: Delimited, one: Person, column: int, width: int) -> str:
    """Why a row's cells cannot be told to stand under their headings; empty where they do."""
    texts = sheet.texts[one.row]
    if any(map(str.strip, texts[width:])):
        return "the row has more cells than the header"
    return "" if column < len(texts) else "the row ends before that column"


def _decided(platform: Platform, old: str) -> str:
    """What a cell says that no score may undo."""
    told = platform.decided(old.strip())
    return f"{platform.label} says that {told}; change it there first" if told else ""


def _header(platform: Platform, sheet: Delimited) -> int:
    """The first row that has a column of students."""
    known = {heading for headings in platform.known.values() for heading in headings}
    for at, row in enumerate(sheet.texts[:_HEADER_WITHIN]):
        if known & set(map(folded, row)):
            return at
    wanted = ", ".join(sorted(known))
    raise GraderError(f"this is no file of {platform.label}: there is none of the columns {wanted}")


def _people(platform: Platform, sheet: Delimited, header: int) -> Iterator[Person]:
    headings = list(map(folded, sheet.texts[header]))
    for row, texts in enumerate(sheet.texts[header + 1 :], header + 1):
        cells: Mapping[str, str] = dict(
            reversed(list(zip(headings, texts, strict=False)))  # of equal headings, the first
        )
        if any(map(str.strip, texts)) and platform.is_student(cells):
            yield person(platform, row, cells)


def _decimal_mark(sheet: Delimited, column: int) -> str:
    """The comma where the file's numbers have one, and none has a point."""
    texts = [row[column] for row in sheet.texts if column < len(row)]
    everywhere = [text for row in sheet.texts for text in row]
    for some in (texts, everywhere):
        marks = Counter(m[1] for text in some if (m := re.fullmatch(r"\d+([.,])\d+", text.strip())))
        if marks:
            return "," if "." not in marks else "."
    return "."


def _warnings(
    platform: Platform,
    rows: Sequence[Sequence[str]],
    column: int,
    results: Sequence[Result],
    people: Sequence[Person],
) -> Iterator[str]:
    yield from platform.warnings(rows[0][column])
    possible = platform.points_possible(rows, column)
    other = Counter(one.max_score for one in results if one.points and one.max_score != possible)
    if possible is not None and other:
        totals = ", ".join(f"{number} of {shown(most)}" for most, number in sorted(other.items()))
        yield (
            f"the file says that {shown(possible)} points are possible; of the results {totals};"
            " scores are written as they stand"
        )
    headings = [heading for found in platform.known.values() for heading in found]
    for one in people:
        if is_dangerous(one.name) or any(is_dangerous(one.cells.get(h, "")) for h in headings):
            yield f"line {one.row + 1}: a spreadsheet would take a text of {one.who} for a formula"
