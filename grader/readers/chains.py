"""An equation with all that goes on with it, and what of a write-up could not be placed."""

from __future__ import annotations

from dataclasses import dataclass

from grader.model import Place, Response
from grader.readers.factors import Factor, ends_open, line_factor, settled
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
    factor: Factor | None = None
    is_doubted: bool = False
    """Whether words near it say that its numbers are to be multiplied."""
    is_rejected: bool = False
    """Whether words before it say that it is not the student's answer."""

    def multiply(self, factor: Factor | None) -> None:
        """Note a factor of the numbers; of two none is certain."""
        if factor:
            self.factor = Factor(None) if self.factor else factor

    def take(self, side: Side) -> None:
        """Numbers that follow an equation without any; what it ended with may multiply them."""
        last = self.sides[-1].text if len(self.sides) > 1 else ""
        if ends_open(last):
            self.multiply(line_factor(last) or Factor(None))
        self.sides.append(side)

    def settled(self, response: Response) -> Response:
        """The response with the factor applied; unreadable where it is not certain."""
        return settled(response, self.factor, is_doubted=self.is_doubted)

    @property
    def written(self) -> str:
        """The equation in one line, without a name that only the heading has."""
        return " = ".join(side.text for side in self.sides[self.is_headed :])
