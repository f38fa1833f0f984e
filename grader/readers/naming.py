r"""What names mean at a point of a write-up: by the problem, and by what was said before.

``y = x'`` makes another letter a name; a matrix of symbols under a quantity's name takes it away;
numbers that follow the first channel are the second, whatever they are called.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from grader.model import Grid, Response, Rubric
from grader.notation import names
from grader.readers.leftside import Left, fits, left_side, problems_of
from reference.gradient import PREFIX

__all__ = ["Namer"]

_LETTER = re.compile(r"\\?[A-Za-zα-ωŷ]{1,8}")


@dataclass(frozen=True, slots=True)
class _Piece:
    """The part of a quantity that was read last; the next may be the one that follows it."""

    left: Left
    shape: tuple[int, ...]
    order: int


@dataclass(slots=True)
class Namer:
    """Names quantities; knows where it is.

    Attributes:
        problem: that of the section; empty where it is not known.
        is_certain: a heading names it.
        told_by: what tells the problem, where no heading says it in the expected form.
        last: the problem of the last answer, for a write-up without headings.
    """

    rubric: Rubric
    problem: str = ""
    is_certain: bool = False
    last: str = ""
    told_by: str = ""
    _piece: _Piece | None = None
    _redefined: set[str] = field(default_factory=set)
    _renamed: dict[str, str] = field(default_factory=dict)

    def enter(self, problem: str, *, is_certain: bool, why: str = "") -> None:
        """Another section begins; other letters keep their meaning within a problem only."""
        if problem != self.problem:
            self._renamed = {}
        self.problem, self.is_certain, self.told_by = problem, is_certain, why

    def why(self, left: Left, label: str) -> str:
        """Why an answer is read as this problem's, where two have the name and no heading says it.

        Empty where the name as it is written is one problem's only.
        """
        is_shared = len(problems_of(label, self.rubric)) > 1
        if not is_shared or names.candidates(label, self.rubric) == (left.key,):
            return ""
        if left.problem == self.problem:
            return self.told_by
        return f"what stands before it is {left.problem}'s" if left.problem == self.last else ""

    @property
    def present(self) -> str:
        """The problem that names are looked up in first."""
        return self.problem or self.last

    def left(self, label: str, shape: tuple[int, ...] | None = None) -> Left | None:
        """The quantity, or the part of one, that a label names here."""
        found = left_side(label, self.rubric, self.present, shape)
        for letter, name in self._renamed.items():
            if found is not None:
                break
            text = re.sub(rf"(?<![A-Za-z\\]){re.escape(letter)}(?![A-Za-z])", name, label)
            found = left_side(text, self.rubric, self.present, shape) if text != label else None
        return found

    def named(self, label: str, shape: tuple[int, ...] | None, order: int) -> Left | None:
        """The quantity that is answered under a label with numbers of some shape.

        ``h_1^1 = ..., h_2^2 = ...``: numbers that do not fit ``h_2`` and follow the first channel
        of ``h_1`` are its second.
        """
        left = self.left(label, shape)
        if left and left.is_gradient and left.quantity.removeprefix(PREFIX) in self._redefined:
            return None
        whole = self.shape(left) if left else None
        if shape is None or (whole is not None and fits(shape, whole)):
            return left
        last = self._piece
        if last and last.order == order - 1 and last.shape == shape and last.left.index:
            number = last.left.index[0] + 1
            if label.rstrip(" })]").endswith(str(number)):
                return replace(last.left, index=(number,))
        return left

    def is_foreign(self, left: Left, read: Sequence[Response | None]) -> bool:
        """Whether a letter of another problem means something else here.

        An array that fits is that problem's; ``m = 5`` may be anything.
        """
        if not self.is_certain or left.problem == self.problem:
            return False
        arrays = (r for r in read if isinstance(r, Grid) and len(r.cells) > 1)
        return not any(self.does_fit(array, left) for array in arrays)

    def shape(self, left: Left) -> tuple[int, ...] | None:
        """The shape of a quantity, or of the part that is meant; None where none is given."""
        shape = names.numeric_shape(self.rubric.problem(left.problem), left.quantity)
        return shape if shape is None or left.index is None else shape[len(left.index) :]

    def does_fit(self, response: Response | None, left: Left) -> bool:
        """Whether numbers have as many entries as the quantity."""
        shape = self.shape(left)
        return isinstance(response, Grid) and shape is not None and fits(response.shape, shape)

    def note_read(self, left: Left, response: Response, order: int) -> None:
        """What was read last, for what may follow it."""
        self.last = left.problem
        if isinstance(response, Grid):
            self._piece = _Piece(left, response.shape, order)

    def redefine(self, left: Left) -> None:
        """From here on the quantity's name means something else."""
        self._redefined.add(left.quantity)

    def rename(self, texts: Sequence[str]) -> None:
        """``y = x'`` makes another letter a name of the quantity."""
        letter, *others = texts
        known = len(others) == 1 and names.match(others[0], self.rubric, problem=self.problem)
        if known and _LETTER.fullmatch(letter) and not names.candidates(letter, self.rubric):
            self._renamed[letter] = others[0].replace("\\", "\\\\")
