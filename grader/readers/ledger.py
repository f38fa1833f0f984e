r"""What a write-up offers, as its equations are completed: answers, definitions, or neither.

The last numbers that fit are an answer; a formula is where a gradient is asked, or no numbers are.
An equation for any other name is a definition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from grader.model import (
    Answer,
    Formula,
    Grid,
    Index,
    Matrix,
    Place,
    QuantityKey,
    Response,
    Rubric,
)
from grader.readers.chains import Chain, Unplaced
from grader.readers.collect import Found
from grader.readers.factors import settled
from grader.readers.latex_grid import numbers
from grader.readers.leftside import Left, is_gradient_like, is_input, is_symbol
from grader.readers.naming import Namer
from grader.readers.offers import Definition, Offer
from grader.readers.sayings import Side
from grader.readers.symbol_matrix import symbol_cells

__all__ = ["Ledger"]

_NUMBER_MEANT = re.compile(
    r"\s*(?:[-+−]?\d[\d.,]*\s*(?:%|\(?\s*[^\W\d_]{2,}|\Z)|\[+\s*[-+−]?\d|[-+−]?\d[\d.e+-]*\s*[,;]\s*[-+−]?\d)"
)
_DECORATED = re.compile(r"\s*[\^_]\s*(?:\{[^{}]*\}|\w+|\*)\s*\Z")
_LONGEST_DEFINITION = 1000
_LONGEST_FORMULA = 4000


@dataclass(slots=True)
class Ledger:
    """Keeps what is offered, with the place in the write-up that it is now.

    Attributes:
        order: counts what is said, from the beginning.
        section: counts the sections.
        is_aside: this section is an appendix or a check, which does not override the solution.
    """

    rubric: Rubric
    found: Found
    decimal_comma: bool = False
    offers: list[Offer] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    namer: Namer = field(init=False)
    order: int = 0
    section: int = 0
    is_aside: bool = False

    def __post_init__(self) -> None:
        self.namer = Namer(self.rubric)

    def numbers(self, side: Side) -> Response | None:
        """The numbers that a side is; None for a formula."""
        return numbers(side.raw, side.place_at, decimal_comma=self.decimal_comma)

    def close(self, chain: Chain) -> bool:
        """A complete chain is an answer, a definition, or neither; whether it is an answer."""
        self.order += 1
        read = [self.numbers(side) for side in chain.sides[1:]]
        last = next((r for r in reversed(read) if r is not None), None)
        left = self.namer.named(
            chain.label, last.shape if isinstance(last, Grid) else None, self.order
        )
        if left is not None and chain.is_rejected:
            self.not_placed(chain.place, chain.written, "it is said not to be the student's answer")
            return False
        if left is None and isinstance(last, Grid) and len(last.cells) > 1:
            self._tell_alike(chain)
        if left is None or self.namer.is_foreign(left, read):
            self._define(chain, None, is_numeric=last is not None)
            return False
        if left.is_gradient:
            self.definitions.append(Definition(self.namer.problem or left.problem, self.order))
        if not self._offer_numbers(chain, left, read):
            self._offer_formula(chain, left)
        return True

    def _tell_alike(self, chain: Chain) -> None:
        """A remark on numbers whose name only begins like a quantity's: ``h_1^a``."""
        name = _DECORATED.sub("", chain.label)
        is_known = name != chain.label and self.namer.left(name) is not None
        if is_known and not is_input(chain.label, self.rubric, self.namer.problem):
            self.not_placed(chain.place, chain.written, "it names no quantity")

    def _offer_numbers(self, chain: Chain, left: Left, read: Sequence[Response | None]) -> bool:
        """Offer the last numbers that fit; else the last numbers, where nothing fits."""
        there = [(r, s) for r, s in zip(read, chain.sides[1:], strict=True) if r is not None]
        if not there or self.namer.shape(left) is None:
            return False
        fitting = [pair for pair in there if self.namer.does_fit(pair[0], left)]
        response, side = (fitting or there)[-1]
        is_asked = not left.is_gradient or bool(fitting) or len(there) == len(chain.sides) - 1
        if not is_asked:
            return False
        response = chain.settled(response)
        self._offer(left, chain.label, response, side.place, fits=bool(fitting))
        return True

    def _offer(
        self, left: Left, label: str, response: Response, place: Place, *, fits: bool = True
    ) -> None:
        answer = Answer(QuantityKey(left.key), label, response, place)
        why = self.namer.why(left, label) if isinstance(response, Formula) else ""
        offer = Offer(answer, self.order, self.section, left.index, fits, self.is_aside, why)
        self.offers.append(offer)
        self.namer.note_read(left, response, self.order)

    def _offer_formula(self, chain: Chain, left: Left) -> None:
        """A gradient is answered by its formula; a forward value too, where no number is asked."""
        if len(chain.sides) < 2:  # noqa: PLR2004 - a name alone says nothing
            return
        is_number = self.namer.shape(left) is not None
        if not left.is_gradient:
            self._define(chain, left, is_numeric=False)
            if is_number:
                self._remark_no_number(chain, left)
                return
            if len(chain.sides) == 2 and self.namer.left(chain.sides[1].text) == left:  # noqa: PLR2004 - a name and another
                return
        if left.index is not None:
            self.not_placed(chain.place, chain.written, "a formula for a part of a quantity")
        elif len(chain.written) > _LONGEST_FORMULA:
            self.not_placed(chain.place, chain.written, "it is too long")
        else:
            formula = chain.settled(Formula(chain.written, chain.place))
            self._offer(left, chain.label, formula, chain.place)

    def _remark_no_number(self, chain: Chain, left: Left) -> None:
        """A formula of the forward pass only describes; what begins as a number was meant as one.

        After a matrix of symbols under a quantity's name the name means something else.
        """
        last = chain.sides[-1].text
        is_matrix = "\\begin{" in last and "matrix" in last
        if is_matrix:
            self.namer.redefine(left)
            if symbol_cells(chain.sides[-1].raw):
                return
        if is_matrix or _NUMBER_MEANT.match(last):
            self.not_placed(chain.place, chain.written, "numbers were expected")

    def _note_matrix(self, chain: Chain) -> None:
        """Note a matrix of names, if it is one."""
        if cells := symbol_cells(chain.sides[-1].raw):
            self.found.matrices.append(Matrix(chain.label, cells, chain.place))

    def _define(self, chain: Chain, left: Left | None, *, is_numeric: bool) -> None:
        """An equation for another name; matrices of numbers, and what is given, define nothing."""
        if is_input(chain.label, self.rubric, self.namer.problem) or len(chain.sides) < 2:  # noqa: PLR2004 - the same
            return
        self._note_matrix(chain)
        if is_gradient_like(chain.label):
            self.not_placed(chain.place, chain.written, "it names no quantity")
        problem = self.namer.present
        text = chain.written
        is_scalar = not is_numeric or len(chain.sides[-1].text) <= 40  # noqa: PLR2004 - a number
        if is_symbol(chain.label) and is_scalar and len(text) <= _LONGEST_DEFINITION:
            key = left.key if left else ""
            self.definitions.append(Definition(problem, self.order, text, key))
            self.namer.rename([side.text for side in chain.sides])

    def append(self, answer: Answer, index: Index | None) -> None:
        """Offer an answer that a table has."""
        left = Left(answer.key, index)
        self._offer(left, answer.label, answer.response, answer.place)

    def not_placed(self, place: Place, text: str, why: str) -> None:
        """Note what was recognised and belongs nowhere."""
        self.unplaced.append(Unplaced(place, text.partition(" = ")[0], text, why))

    def doubt_last(self) -> None:
        """Make what was offered last, in the same section, uncertain."""
        for k, offer in enumerate(self.offers):
            if offer.order == self.order and offer.section == self.section:
                response = settled(offer.answer.response, None, is_doubted=True)
                self.offers[k] = replace(offer, answer=replace(offer.answer, response=response))
