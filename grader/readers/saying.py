"""One thing that a write-up says: an equation, numbers alone, words, a table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grader.model import Place

__all__ = ["Saying", "Side", "Sort"]


class Sort(StrEnum):
    """What is said. A note is the whole of a line in which there are equations."""

    EQUATION = "equation"
    ALONE = "alone"
    ROWS = "rows"
    FACTOR = "factor"
    TABLE = "table"
    WORDS = "words"
    NOTE = "note"
    HEADING = "heading"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an equation: its text, the same as it stands in the file, and its place."""

    text: str
    raw: str
    place: Place

    def place_at(self, position: int) -> Place:
        """Where the character at a position of ``raw`` stands."""
        line = self.place.line + self.raw.count("\n", 0, position)
        return Place(self.place.file, cell=self.place.cell, line=line)


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing said.

    Attributes:
        sides: of an equation all, of mathematics without one the only side.
        goes_on: the equation begins with ``=`` and goes on with the chain before it.
        text: of words, a heading, a table: as written; of what was not read why.
        spans: where in ``text`` there is mathematics.
    """

    sort: Sort
    place: Place
    sides: tuple[Side, ...] = ()
    goes_on: bool = False
    text: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    is_rejected: bool = False
    """Whether the words before it say that it is not the student's answer."""

    @property
    def written(self) -> str:
        """The equation in one line, as the student wrote it."""
        return " = ".join(side.text for side in self.sides)
