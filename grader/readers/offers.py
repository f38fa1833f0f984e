"""What a write-up offers for each quantity, and which of it is the answer: the final form.

Numbers that fit the quantity's shape come before others, numbers before a formula where numbers
are asked, and what stands later before what stands earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.model import (
    Answer,
    Entries,
    Formula,
    Grid,
    Index,
    Number,
    QuantityKey,
    Remark,
    Response,
    Rubric,
)
from grader.notation.names import numeric_shape
from grader.notation.numbers import quoted
from grader.readers.collect import Found, note_answer
from reference.gradient import PREFIX

__all__ = ["Definition", "Offer", "settle"]

_MOST_LISTED = 8
_MOST_GIVEN = 60
"""Definitions that a formula is given: the nearest before it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One answer to a quantity, or to a part of it.

    Attributes:
        order: counts what is said in the write-up, from the beginning.
        section: counts its sections; the same values in two sections are said twice.
        fits: whether it has as many numbers as the quantity (or the part).
    """

    answer: Answer
    order: int
    section: int
    index: Index | None = None
    fits: bool = True
    is_aside: bool = False
    """Whether it stands in an appendix or a sanity check, which do not override the solution."""
    why: str = ""
    """Why it is read as this problem's, where that is not said in the expected form."""

    @property
    def is_formula(self) -> bool:
        """Whether it is a formula."""
        return isinstance(self.answer.response, Formula)


@dataclass(frozen=True, slots=True)
class Definition:
    """An equation that later formulas may rely on; with an empty text, where a gradient begins.

    ``key`` is the quantity that it defines, where it is one.
    """

    problem: str
    order: int
    text: str = ""
    key: str = ""


def settle(
    offers: Iterable[Offer], definitions: Sequence[Definition], found: Found, rubric: Rubric
) -> None:
    """Note one answer a quantity, and remark on what was answered twice in different ways."""
    by_key: dict[QuantityKey, list[Offer]] = {}
    taken: list[Offer] = []
    for offer in offers:
        by_key.setdefault(offer.answer.key, []).append(offer)
    for key, every in by_key.items():
        problem, _, quantity = key.partition(".")
        shape = numeric_shape(rubric.problem(problem), quantity)
        solution = [offer for offer in every if not offer.is_aside] or every
        for offer in _final(solution, shape, found):
            _tell_asides(offer, every, found)
            taken.append(offer)
            response = offer.answer.response
            if isinstance(response, Formula):
                response = replace(response, given=_given(offer, problem, definitions))
            note_answer(found, replace(offer.answer, response=response), offer.index)
    _tell_problems(taken, found)


def _tell_problems(taken: Iterable[Offer], found: Found) -> None:
    """A remark on what had to be decided: of which problem an answer is, and why."""
    alike: dict[tuple[str, str], list[Offer]] = {}
    for offer in taken:
        if offer.why:
            alike.setdefault((offer.answer.problem, offer.why), []).append(offer)
    for (problem, why), offers in alike.items():
        listed = ", ".join(quoted(offer.answer.label) for offer in offers[:_MOST_LISTED])
        told = f"{listed} read as problem {problem}, because {why}"
        found.remarks.append(Remark(told, offers[0].answer.place, is_decision=True))


def _final(every: Sequence[Offer], shape: tuple[int, ...] | None, found: Found) -> Iterator[Offer]:
    """The last of the best; where none is for the whole, one for each part."""
    most = max(_rank(o, shape) for o in every)
    best = [o for o in every if _rank(o, shape) == most]
    whole = [o for o in best if o.index is None]
    parts: dict[Index | None, list[Offer]] = {None: whole} if whole else {}
    for offer in [] if whole else best:
        parts.setdefault(offer.index, []).append(offer)
    for same in parts.values():
        yield same[-1]
        _tell_twice(same, found)


def _rank(offer: Offer, shape: tuple[int, ...] | None) -> int:
    """2 for what is asked for, 1 for what is not but may be judged, 0 for what does not fit."""
    if shape is None:
        return 2 if offer.is_formula else 1
    return 1 if offer.is_formula else 2 * offer.fits


def _tell_twice(same: Sequence[Offer], found: Found) -> None:
    """A remark where another section has another answer; within one, what is earlier is a step."""
    last = same[-1]
    if last.is_formula and not last.answer.key.partition(".")[2].startswith(PREFIX):
        return
    for offer in reversed(same[:-1]):
        if offer.section != last.section and _said(offer) != _said(last):
            where = offer.answer.place
            told = f"{last.answer.key} is also answered in line {where.line}, in another way"
            if where.cell:
                told = f"{last.answer.key} is also answered in {where.cell}, in another way"
            found.remarks.append(Remark(f"{told}; the last was taken", last.answer.place))
            return


def _tell_asides(taken: Offer, every: Sequence[Offer], found: Found) -> None:
    """A remark where an appendix or a check says something else than the solution."""
    for offer in [] if taken.is_aside else every:
        same = offer.index == taken.index and offer.is_formula == taken.is_formula
        if offer.is_aside and same and _said(offer) != _said(taken):
            told = "stands beside the solution, under a heading such as Appendix, and was not taken"
            found.remarks.append(Remark(f"{taken.answer.key} {told}", offer.answer.place))
            return


def _said(offer: Offer) -> object:
    """What an offer says, in whatever layout."""
    response: Response = offer.answer.response
    if isinstance(response, Grid):
        contents = [cell.content for cell in response.cells]
        return tuple(c.value if isinstance(c, Number) else c and c.text for c in contents)
    if isinstance(response, Entries):
        return response
    return "".join(response.text.split())


def _given(offer: Offer, problem: str, definitions: Sequence[Definition]) -> tuple[str, ...]:
    """The definitions before a formula, and those behind it up to the next gradient."""
    mine = [d for d in definitions if d.problem == problem and d.key != offer.answer.key]
    following = [d for d in mine if d.order > offer.order]
    until = next((d.order for d in following if not d.text), None)
    before = [d.text for d in mine if d.order < offer.order and d.text]
    behind = [d.text for d in following if d.text and (until is None or d.order < until)]
    return tuple(dict.fromkeys((*before[-_MOST_GIVEN:], *behind[:_MOST_GIVEN])))
