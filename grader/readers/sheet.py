"""A sheet of cells, whatever file it came from: what CSV and spreadsheets have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.model import Place

__all__ = ["Sheet", "SheetCell"]


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell as it stands in the file.

    Attributes:
        text: as written; of a spreadsheet's numeric cell the shortest decimal that gives its value.
        is_number: it is a number by the file's own type, so trailing zeros are lost.
        fault: why it has no value although something stands there (a date, an error value such as
            ``#DIV/0!``, a formula that was never calculated); empty where there is none.
    """

    text: str = ""
    is_number: bool = False
    fault: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written there."""
        return not self.text.strip() and not self.fault


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells, not all of one length; ``name`` is empty for a file of one sheet (CSV).

    ``lines`` gives the line of the file on which each row begins (CSV), where that is known.
    ``origins`` gives for each row its number in the file, where rows were put in or put together.
    """

    file: str
    rows: tuple[tuple[SheetCell, ...], ...]
    name: str = ""
    lines: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()

    def cell(self, row: int, column: int) -> SheetCell:
        """The cell at 0-based ``row`` and ``column``; an empty one beyond the edge."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return SheetCell()

    def filled(self) -> Iterator[tuple[int, int, SheetCell]]:
        """Row, column and cell of all in which something is written; most of a sheet is empty."""
        for r, row in enumerate(self.rows):
            for c, cell in enumerate(row):
                if (cell.text or cell.fault) and not cell.is_empty:
                    yield r, c, cell

    def place(self, row: int, column: int) -> Place:
        """Where that cell is, for a person: a cell such as ``B7``, or a line."""
        if self.lines:
            return Place(self.file, line=self.lines[row])
        number = self.origins[row] if self.origins else row
        return Place(self.file, sheet=self.name, cell=f"{_letters(column)}{number + 1}")


def _letters(column: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
