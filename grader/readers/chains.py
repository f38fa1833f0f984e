"""An equation with all that goes on with it, and what of a write-up could not be placed."""

from __future__ import annotations

from dataclasses import dataclass

from grader.model import Place
from grader.readers.sayings import Side

__all__ = ["Chain", "Unplaced"]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """What was recognised and could not be placed: its label, its text, and why."""

    place: Place
    label: str
    text: str
    why: str


@dataclass(slots=True)
class Chain:
    """An equation with all that goes on with it; without a name where a heading has it."""

    label: str
    place: Place
    sides: list[Side]
    is_headed: bool = False

    @property
    def written(self) -> str:
        """The equation in one line, without a name that only the heading has."""
        return " = ".join(side.text for side in self.sides[self.is_headed :])
