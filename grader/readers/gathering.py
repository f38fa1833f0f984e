r"""What is said in a write-up -> what it offers for each quantity, and the definitions between.

An equation whose left side names a quantity is an answer, one whose left side is another name a
definition. What is said without a name belongs to the heading above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from grader.model import (
    Grid,
    Number,
    Place,
    Response,
    Rubric,
)
from grader.notation import names
from grader.readers.chains import Chain
from grader.readers.collect import Found
from grader.readers.factors import Factor, in_cells, in_label, line_factor, settled, states_units
from grader.readers.latex_grid import labelled, matrices, numbers
from grader.readers.ledger import Ledger
from grader.readers.leftside import (
    fits,
    is_input,
    is_symbol,
)
from grader.readers.naming import Namer
from grader.readers.pipetable import has_only_numbers, read_table, rows_with_matrices
from grader.readers.sayings import Saying, Side, Sort
from grader.readers.sections import Section, channel_in, label_in
from grader.readers.sentences import is_perhaps_an_answer
from grader.readers.stated import note_objective, note_words
from grader.readers.symbol_matrix import symbol_cells

__all__ = ["Gathering"]

_ASIDE = re.compile(r"\b(?:scratch|rough|sanity|draft|failed attempt)\b", re.IGNORECASE)
_APPENDIX = re.compile(r"^\W*(?:[A-Z]\W+)?appendix\b|^\s*\\appendix\b", re.IGNORECASE)
_PLANE = re.compile(r"\[\s*:\s*,\s*:\s*,\s*(\d)\s*\]")
_ORDINAL = re.compile(r"\b(first|second)\s+(?:channel|feature\s+map)\b", re.IGNORECASE)


@dataclass(slots=True)
class Gathering:
    """Goes through the sections and gathers what they offer."""

    rubric: Rubric
    found: Found
    decimal_comma: bool = False
    ledger: Ledger = field(init=False)
    _pending: str = ""
    _headline: str = ""
    _headfactor: Factor | None = None
    _chain: Chain | None = None
    _factor: Factor | None = None
    _is_noted: bool = False
    _are_units: bool = False
    _is_appendix: bool = False

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.rubric, self.found, decimal_comma=self.decimal_comma)

    @property
    def namer(self) -> Namer:
        """What names mean here."""
        return self.ledger.namer

    def read(self, sections: Sequence[Section]) -> None:
        """Gather what the sections say."""
        for section in sections:
            self._close()
            self.namer.enter(section.problem, is_certain=section.is_certain, why=section.why)
            self._are_units = False
            self.ledger.section += 1
            for saying in section.sayings:
                self._hear(saying)
        self._close()

    def _hear(self, saying: Saying) -> None:
        match saying.sort:
            case Sort.EQUATION:
                self._equation(saying)
            case Sort.ALONE:
                self._alone(saying.sides[0])
            case Sort.FACTOR:
                self._multiply(saying)
            case Sort.TABLE:
                self._close()
                self._table(saying)
            case Sort.UNREAD:
                self.ledger.not_placed(saying.place, saying.written, saying.text)
            case _:
                self._words(saying)

    # --- words ----------------------------------------------------------------------------------

    def _words(self, saying: Saying) -> None:
        """A heading ends what stands before it, and may name what follows; so may a sentence."""
        if saying.sort is Sort.HEADING:
            self._close()
            self.ledger.section += 1
            self.ledger.is_aside = self._is_appendix or _ASIDE.search(saying.text) is not None
            self._pending = self._headline = ""
            self._factor = None
        if _APPENDIX.search(saying.text) and len(saying.text) < 60:  # noqa: PLR2004 - a heading
            self.ledger.is_aside = self._is_appendix = True
        note_words(self.found, saying, self.rubric)
        self._is_noted = saying.sort is Sort.NOTE and states_units(saying.text)
        if saying.sort is Sort.NOTE:
            return
        told = saying
        text, factor = in_label(_counted(saying))
        saying = replace(saying, text=text.replace("**", "  ") if factor else text)
        label = label_in(saying, self.rubric, self.namer.problem)
        channel = channel_in(saying)
        if channel and not label and self._headline:
            label, factor = f"{self._headline} channel {channel}", factor or self._headfactor
        elif label:
            self._headline, self._headfactor = label.partition(" channel ")[0], factor
        if label:
            self._close()
            self._pending, self._factor = label, factor
        elif in_cells(told.text):
            self._doubt(told)
        if not label and told.sort is Sort.WORDS and is_perhaps_an_answer(told.text, self.rubric):
            self.ledger.not_placed(told.place, told.text, "a sentence that names a quantity")

    # --- factors --------------------------------------------------------------------------------

    def _multiply(self, saying: Saying) -> None:
        """A factor by itself belongs to the numbers before it, or to those that must follow."""
        factor = line_factor(saying.text)
        if self._chain is None and self._pending:
            self._factor = Factor(None) if self._factor else factor
        elif self._chain is None:
            self.ledger.doubt_last()
        elif factor and factor.leads and self._has_numbers(self._chain):
            self._chain.multiply(Factor(None))
        elif (factor and factor.leads) or self._has_numbers(self._chain):
            self._chain.multiply(factor)

    def _doubt(self, saying: Saying) -> None:
        """Words that tell a factor make the numbers they may speak of uncertain."""
        if self._chain:
            self._chain.is_doubted = True
        elif not self._pending:
            self.ledger.doubt_last()
        self._are_units = self._are_units or not saying.text.lstrip().startswith("(")

    def _has_numbers(self, chain: Chain) -> bool:
        return any(self.ledger.numbers(side) is not None for side in chain.sides[1:])

    def _begin(self, sides: list[Side], place: Place, *, is_headed: bool = False) -> Chain:
        """A chain, with the factor at its name taken off."""
        label, factor = in_label(_PLANE.sub(r"[\1]", sides[0].text))
        first = replace(sides[0], text=label.strip())
        chain = Chain(first.text, place, [first, *sides[1:]], is_headed=is_headed)
        told = any(states_units(side.text) for side in sides)
        chain.is_doubted = self._is_noted or self._are_units or told
        chain.multiply(factor)
        return chain

    # --- equations ------------------------------------------------------------------------------

    def _equation(self, saying: Saying) -> None:
        """An equation begins a chain, or goes on with the one before it."""
        sides = list(saying.sides)
        if not saying.goes_on:
            self._close()
            self._chain = self._begin(sides, saying.place)
            self._chain.is_rejected = saying.is_rejected
            note_objective(self.found, saying.sides, self.rubric)
        elif self._chain:
            self._chain.sides += sides
        elif self._pending:
            self._chain = self._headed(sides)
        else:
            self.ledger.not_placed(saying.place, saying.written, "no name stands before it")

    def _headed(self, sides: list[Side]) -> Chain:
        """A chain that has its name from the heading."""
        name = Side(self._pending, self._pending, sides[0].place)
        chain = self._begin([name, *sides], sides[0].place, is_headed=True)
        chain.multiply(self._factor)
        self._pending, self._factor = "", None
        return chain

    def _alone(self, side: Side) -> None:
        """Mathematics without an equation: numbers that belong to a name nearby, or a formula."""
        read = numbers(side.raw, side.place_at, decimal_comma=self.decimal_comma)
        if read is None:
            self._alone_formula(side)
            return
        if self._chain and self._wants(self._chain, read):
            self._chain.take(side)
        elif self._pending:
            self._close()
            self._chain = self._headed([side])
        elif isinstance(read, Grid) and _says_something(read):
            self.ledger.not_placed(side.place, side.text, "no name stands before it")

    def _wants(self, chain: Chain, read: Response) -> bool:
        """Whether the chain before numbers lacks just those."""
        left = self.namer.left(chain.label)
        shape = self.namer.shape(left) if left else None
        has = self._has_numbers(chain)
        return shape is not None and not has and isinstance(read, Grid) and fits(read.shape, shape)

    def _alone_formula(self, side: Side) -> None:
        """A matrix with its name right before it, or a formula below the heading that names it."""
        if symbol_cells(side.raw) and self._goes_on(side):
            return
        inside = matrices(side.raw, side.place_at)
        if len(inside) == 1 and labelled(side.raw, inside[0]):
            label = labelled(side.raw, inside[0])
            if names.candidates(label, self.rubric):
                self._close()
                start, end = inside[0].start, inside[0].end
                matrix = Side(side.raw[start:end], side.raw[start:end], side.place_at(start))
                name = Side(label, label, matrix.place)
                self._chain = self._begin([name, matrix], matrix.place)
                return
        if inside:
            self.ledger.not_placed(side.place, side.text, "no name stands before it")
        elif self._pending and not self._chain and not self._is_name(side.text):
            left = self.namer.left(self._pending)
            if left and left.is_gradient:
                self._chain = self._headed([side])

    def _is_name(self, text: str) -> bool:
        return is_symbol(text) and (
            bool(names.candidates(text, self.rubric))
            or is_input(text, self.rubric, self.namer.problem)
        )

    def _close(self) -> None:
        """The chain is complete; an answer has used up the name that stood before it."""
        chain, self._chain = self._chain, None
        if chain is not None and self.ledger.close(chain):
            self._pending = ""

    def _goes_on(self, side: Side) -> bool:
        """Whether a matrix without a name is the rest of the one before it; if so, it is added."""
        cells, known = symbol_cells(side.raw), self.found.matrices
        if self._chain:
            self._close()
        if not cells or not known or len(known[-1].cells) != len(cells):
            return False
        rows = zip(known[-1].cells, cells, strict=True)
        known[-1] = replace(known[-1], cells=tuple((*left, *right) for left, right in rows))
        return True

    # --- tables, and what is left over ----------------------------------------------------------

    def _table(self, saying: Saying) -> None:
        """The answers of a table."""
        offered = len(self.ledger.offers)
        for name, matrix, line in rows_with_matrices(saying):
            place = replace(saying.place, line=line)
            if self.namer.left(name):
                self._chain = self._begin(
                    [Side(name, name, place), Side(matrix, matrix, place)], place
                )
                self._close()
        self.ledger.order += 1
        told = in_cells(saying.text)
        for answer, index in read_table(
            saying, self.rubric, self.found, problem=self.namer.problem, label=self._pending
        ):
            response = settled(answer.response, self._factor, is_doubted=self._are_units or told)
            self.ledger.append(replace(answer, response=response), index)
        if len(self.ledger.offers) == offered and has_only_numbers(saying):
            self.ledger.not_placed(saying.place, saying.text, "no name stands before it")
        self._pending, self._factor = "", None


def _says_something(grid: Grid) -> bool:
    """Whether numbers without a name may be somebody's answer: several, and not all zero."""
    values = {c.content.value if isinstance(c.content, Number) else 1.0 for c in grid.cells}
    return len(grid.cells) > 1 and values != {0.0}


def _counted(saying: Saying) -> str:
    """The text with "first channel" as "channel 1", as long as it was."""
    return _ORDINAL.sub(
        lambda m: f"channel {1 + (m[1].casefold() == 'second')}".ljust(len(m[0])), saying.text
    )
