"""Right answers in other forms, which must pass, and answers that say nothing, which must not.

The right ones go the way of any submission, through `grader.grading`, since reading, layouts and
conventions are what could refuse them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from grader.compare import Written, agree
from grader.grading import grade
from grader.model import (
    Answer,
    Assessment,
    Cell,
    Formula,
    Grid,
    Number,
    Place,
    Problem,
    QuantityKey,
    Response,
    Rubric,
    Student,
    Submission,
    Verdict,
)
from grader.notation.errors import NotationError
from grader.notation.grammar import parse
from grader.notation.numbers import parse_number
from grader.points import shown
from grader.reports.formulas import asked_formula
from grader.trials import Trial
from reference.operations import Array

__all__ = ["FORMS", "NOTHINGS", "Blank", "Refusal", "blanks", "refusals"]

_PLACE = Place("the key")


@dataclass(frozen=True)
class Refusal:
    """A right answer that the item does not give all its points.

    Attributes:
        quantity: the item's.
        form: how it was written, a key of `FORMS`.
        conventions: under which it was worked out, all of them.
        score: the share of the points that it got, as text: ``2.5 of 3``.
    """

    quantity: str
    form: str
    conventions: Mapping[str, str]
    score: str


@dataclass(frozen=True)
class Blank:
    """What an item accepts that says nothing.

    Attributes:
        quantity: the item's.
        accepts: keys of `NOTHINGS`.
        zero_entries: so many entries accept 0 although 0 is not right.
        entries: how many there are.
    """

    quantity: str
    accepts: tuple[str, ...]
    zero_entries: int
    entries: int


# --- right answers ------------------------------------------------------------------------------


def _as_digits(digits: int) -> Callable[[Array], Response]:
    def written(values: Array) -> Response:
        return _grid(values, f".{digits - 1}e")

    return written


def _grid(values: Array, spec: str) -> Grid:
    cells = tuple(Cell(_number(float(value), spec), _PLACE) for value in np.ravel(values))
    return Grid(values.shape, cells)


def _number(value: float, spec: str) -> Number:
    return parse_number(format(value, spec))


def _turned(values: Array) -> Response:
    """Axes in the reverse order; a list as a column."""
    return _grid(values[:, None] if values.ndim == 1 else values.T, ".16e")


FORMS: Mapping[str, str] = MappingProxyType(
    {
        "full": "written in full",
        "four_digits": "written with 4 digits",
        "transposed": "written transposed",
        "formula": "written as the formula of its step",
        "formula_transposed": "written as the transpose of that formula",
        "formula_rearranged": "written as that formula, rearranged",
    }
)
"""The forms in which the key is handed in."""

_NUMBERS: Mapping[str, Callable[[Array], Response]] = MappingProxyType(
    {"full": _as_digits(17), "four_digits": _as_digits(4), "transposed": _turned}
)
_FORMULAS: Mapping[str, str] = MappingProxyType(
    {"formula": "{}", "formula_transposed": "({}).T", "formula_rearranged": "3*({0}) - 2*({0})"}
)


def refusals(problem: Problem, rubric: Rubric, keys: Sequence[Trial]) -> tuple[Refusal, ...]:
    """The right answers to the items, in every form, that an item refuses.

    Args:
        problem: the problem.
        rubric: the one that it is of.
        keys: the right values under each combination of conventions.
    """
    alone = replace(problem, levels=frozenset())
    scheme = replace(rubric, problems=(alone,))
    found: dict[tuple[str, str], Refusal] = {}
    for key in keys:
        for form, answers in _submitted(problem, rubric, key):
            report = grade(Submission(Student("key"), "the key", answers), scheme)
            handed_in = {answer.key for answer in answers}
            for one in report.assessments:
                if one.key in handed_in and _is_short(one):
                    score = f"{shown(one.score)} of {shown(one.max_score)}"
                    refusal = Refusal(one.quantity, form, key.conventions, score)
                    found.setdefault((one.quantity, form), refusal)
    return tuple(found.values())


def _is_short(assessment: Assessment) -> bool:
    """Whether points are lost, or, where there are none, whether it is not right."""
    if assessment.max_score:
        return assessment.score != assessment.max_score
    return assessment.verdict not in (Verdict.CORRECT, Verdict.FOLLOW_THROUGH)


def _submitted(
    problem: Problem, rubric: Rubric, key: Trial
) -> Iterator[tuple[str, tuple[Answer, ...]]]:
    """The answers to all items, form by form."""
    items = [item.quantity for item in problem.items]
    if problem.given:
        for form, write in _NUMBERS.items():
            finite = (q for q in items if np.all(np.isfinite(key.values[q][0])))
            yield form, tuple(_answer(problem, q, write(key.values[q][0])) for q in finite)
        return
    formulas = {q: _formula(problem, rubric, q, key.conventions) for q in items}
    for form, pattern in _FORMULAS.items():
        yield (
            form,
            tuple(
                _answer(problem, q, Formula(pattern.format(text), _PLACE))
                for q, text in formulas.items()
                if text
            ),
        )


def _answer(problem: Problem, quantity: str, response: Response) -> Answer:
    return Answer(QuantityKey(f"{problem.name}.{quantity}"), quantity, response, _PLACE)


def _formula(
    problem: Problem, rubric: Rubric, quantity: str, conventions: Mapping[str, str]
) -> str:
    """How the quantity is worked out, as a student would write it; empty where none could be."""
    blank = problem.criterion(quantity)
    asked = Assessment(blank.key, Verdict.MISSING, None, blank.points, 0, 0)
    text = asked_formula(asked, rubric, conventions)
    try:
        parse(text)
    except NotationError:
        return ""
    return text


# --- answers that say nothing -------------------------------------------------------------------


def _zeros(right: Array, _allowed: Array) -> Array | None:
    return np.zeros(right.shape) if np.any(right) else None


def _one_constant(right: Array, allowed: Array) -> Array | None:
    """The constant that is nearest to all entries; none where they are one constant anyway."""
    if right.size == 1 or np.ptp(right) == 0:
        return None
    middle = (np.max(right - allowed) + np.min(right + allowed)) / 2
    return np.full(right.shape, middle)


def _times(factor: float) -> Callable[[Array, Array], Array | None]:
    return lambda right, _allowed: factor * right if np.any(right) else None


NOTHINGS: Mapping[str, tuple[str, Callable[[Array, Array], Array | None]]] = MappingProxyType(
    {
        "zeros": ("0 for every entry", _zeros),
        "constant": ("one constant for every entry", _one_constant),
        "opposite": ("the opposite sign", _times(-1.0)),
        "tenfold": ("ten times the right values", _times(10.0)),
    }
)
"""What says nothing, or the opposite: its words, and its values."""


def blanks(problem: Problem, keys: Sequence[Trial]) -> tuple[Blank, ...]:
    """What each item accepts that says nothing, under any combination; only where it does."""
    if not problem.given:
        return ()  # formulas are judged at several draws: none of this is right there
    found = (_blank(problem, item.quantity, keys) for item in problem.items)
    return tuple(one for one in found if one.accepts or one.zero_entries)


def _blank(problem: Problem, quantity: str, keys: Sequence[Trial]) -> Blank:
    rights = {key.values[quantity][0].tobytes(): key.values[quantity][0] for key in keys}
    accepts = [
        name
        for name, (_, wrong) in NOTHINGS.items()
        if any(_takes(problem, quantity, right, wrong) for right in rights.values())
    ]
    zeros = [
        int(np.sum(_fits(problem, quantity, right, np.zeros(right.shape)) & (right != 0)))
        for right in rights.values()
    ]
    size = next(iter(rights.values())).size
    return Blank(quantity, tuple(accepts), max(zeros), size)


def _takes(
    problem: Problem,
    quantity: str,
    right: Array,
    wrong: Callable[[Array, Array], Array | None],
) -> bool:
    tolerance = problem.criterion(quantity).tolerance
    values = wrong(right, np.maximum(tolerance.abs, tolerance.rel * np.abs(right)))
    return values is not None and bool(np.all(_fits(problem, quantity, right, values)))


def _fits(problem: Problem, quantity: str, right: Array, values: Array) -> Array:
    in_full = Written(values, np.zeros(values.shape), np.zeros(values.shape, dtype=int))
    return np.asarray(agree(right, in_full, problem.criterion(quantity).tolerance))
