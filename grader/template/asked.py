"""What an answer sheet asks for: the rubric's items, and the working beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from grader.model import Problem, Rubric
from reference.problem import Quantity

__all__ = ["Asked", "asked", "levels", "working"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer to give.

    Attributes:
        label: the name that the readers know: ``gan.h0``.
        shape: of the numbers; None where the answer is a formula.
    """

    label: str
    quantity: Quantity
    shape: tuple[int, ...] | None
    points: Fraction = Fraction(0)
    implied: bool = False


def asked(problem: Problem) -> tuple[Asked, ...]:
    """The rubric's items, in its order."""
    quantities = {q.name: q for q in problem.reference.quantities}
    return tuple(
        Asked(
            item.key,
            quantities[item.quantity],
            _numbers(problem, item.quantity),
            item.points,
            item.implied,
        )
        for item in problem.items
    )


def working(problem: Problem) -> tuple[Asked, ...]:
    """The other quantities of the problem, in working order; of formulas only the gradients."""
    items = {item.quantity for item in problem.items}
    others = (
        Asked(f"{problem.name}.{q.name}", q, _numbers(problem, q.name))
        for q in problem.reference.quantities
        if q.name not in items
    )
    return tuple(o for o in others if o.shape is not None or o.quantity.is_gradient)


def _numbers(problem: Problem, quantity: str) -> tuple[int, ...] | None:
    """The quantity's shape in numbers, from the values given; None where none are."""
    if not problem.given:
        return None
    sizes: dict[int | str, int] = {}
    for name, declared in problem.reference.forward.inputs.items():
        sizes |= zip(declared, problem.given[name].shape, strict=True)
    return tuple(n if isinstance(n, int) else sizes[n] for n in problem.shape(quantity))


def levels(rubric: Rubric) -> tuple[str, ...]:
    """The levels to choose from: those that the problems name, and those beside them in the title.

    ``ECSE 4850/6850`` names the level 4850 too, for which no problem is set apart.
    """
    known = {level for problem in rubric.problems for level in problem.levels}
    for group in re.findall(r"\d+(?:/\d+)+", rubric.title):
        together = set(group.split("/"))
        known |= together if together & known else set()
    return tuple(sorted(known))
