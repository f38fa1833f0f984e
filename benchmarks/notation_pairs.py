"""Typical right answers of the auto-encoder, each with what is expected, for us and for others."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np

from benchmarks.translated import SHAPES, SIZES, NotTranslatedError, matrices, scalars
from grader.model import Answer, Formula, Place, Problem, QuantityKey
from grader.notation.errors import NotationError
from grader.notation.evaluate import evaluate
from grader.notation.grammar import parse
from grader.notation.tree import Expression, Stack, postorder
from grader.notation.typeset import plain
from grader.working import Symbolic, prepared

__all__ = ["PLACE", "Pair", "pairs", "spellings"]

PLACE = Place("answers.json")
_OUTPUT = "2*(xp-x)*xp*(1-xp)"
_ON = ("h > 0", "z1 > 0", "W1.T @ x + b1 > 0")
_HIDDEN = tuple(
    text
    for on in _ON
    for text in (f"(W2@({_OUTPUT}))*({on})", f"(W2@grad_z2)*({on})", f"grad_h*({on})")
)
_EXPECTED = {
    "grad_xp": ("2*(xp-x)",),
    "grad_z2": (_OUTPUT, "grad_xp*xp*(1-xp)"),
    "grad_b2": (_OUTPUT, "grad_z2"),
    "grad_W2": (f"h@({_OUTPUT}).T", "h@(grad_xp*xp*(1-xp)).T", "h@grad_z2.T", "h@grad_b2.T"),
    "grad_h": (f"W2@({_OUTPUT})", "W2@(grad_xp*xp*(1-xp))", "W2@grad_z2"),
    "grad_z1": _HIDDEN,
    "grad_b1": (*_HIDDEN, "grad_z1"),
    "grad_W1": (*(f"x@({text}).T" for text in _HIDDEN), "x@grad_z1.T", "x@grad_b1.T"),
}


@dataclass(frozen=True)
class Pair:
    """An answer and what is due, in our notation and in others (None where those have none).

    Attributes:
        quantity: what it answers.
        text: the answer as a student writes it.
        expected: what is due, over the same names; ``plain`` is the answer as it was understood,
            empty where that is by its entries.
        matrices, scalars: what is due and the answer, as `benchmarks.translated` puts them.
    """

    quantity: str
    text: str
    expected: str
    plain: str
    matrices: tuple[str, str] | None
    scalars: tuple[str, str] | None


def spellings() -> list[tuple[str, str]]:
    """Quantities and the ways to write them, from the tests' tables; kinds take turns."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "notation"))
    from right_spellings import RIGHT  # noqa: PLC0415  # a table of the tests

    by_kind: dict[str, list[tuple[str, str]]] = {}
    for row in RIGHT:
        problem, _, quantity = row.key.partition(".")
        if problem == "autoencoder":
            by_kind.setdefault(row.kind, []).append((quantity, row.text))
    turns = zip_longest(*by_kind.values())
    return [row for turn in turns for row in turn if row is not None]


def pairs(problem: Problem, most: int) -> Iterator[Pair]:
    """At most so many answers that are read and equal to something that may be expected."""
    count = 0
    for quantity, text in spellings():
        pair = _pair(problem, quantity, text, count)
        if pair is not None and count < most:
            count += 1
            yield pair


def _pair(problem: Problem, quantity: str, text: str, number: int) -> Pair | None:
    key = QuantityKey(f"{problem.name}.{quantity}")
    work = prepared(problem, [Answer(key, quantity, Formula(text, PLACE), PLACE)])
    item = work.get(quantity)
    if not isinstance(item, Symbolic):
        return None
    expected = next((e for e in _EXPECTED[quantity] if _agree(parse(e), item.expression)), None)
    if expected is None:
        return None
    both = (parse(expected), item.expression)
    has_entries = any(isinstance(node, Stack) for node in postorder(item.expression))
    understood = "" if has_entries else plain(item.expression)
    others = (_put(notation, both, number) for notation in (matrices, scalars))
    return Pair(quantity, text, expected, understood, *others)


def _put(
    notation: Callable[[Expression, int], str], trees: Sequence[Expression], number: int
) -> tuple[str, str] | None:
    try:
        due, answer = (notation(tree, number) for tree in trees)
    except NotTranslatedError:
        return None
    return due, answer


def _agree(due: Expression, obtained: Expression) -> bool:
    """Whether they are equal although no name is told what another is."""
    rng = np.random.default_rng(1)
    values = {
        name: rng.normal(size=(5, *(SIZES[size] for size in shape)))
        for name, shape in SHAPES.items()
    } | {name: np.array([float(size)]) for name, size in SIZES.items()}
    try:
        first, second = (evaluate(tree, values) for tree in (due, obtained))
    except NotationError:
        return False
    return first.shape == second.shape and np.allclose(first, second)
