"""Of several ways to read a formula, the one that counts.

Where a product or an index can be read in two ways that both fit the shapes, and one of them is
right, the student is taken to have meant that one. The way that was taken is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from grader.compare import same
from grader.model import Problem
from grader.working import Refused, Symbolic, Work, names_of
from grader.worlds import draws, key
from reference.operations import Array

__all__ = ["in_one_way"]


def in_one_way(problem: Problem, work: Work) -> Work:
    """The answers, each formula in the one way in which it is judged."""
    several = {
        q: w for q, w in work.items() if isinstance(w, Symbolic) and (len(w.ways) > 1 or w.sides)
    }
    misfits = {q: w for q, w in work.items() if isinstance(w, Refused) and w.mended}
    if not several and not misfits:
        return work
    ways = {q: _decided(problem, q, w) for q, w in several.items()}
    return {**work, **ways, **{q: _explained(problem, q, w) for q, w in misfits.items()}}


def _explained(problem: Problem, quantity: str, item: Refused) -> Refused:
    """A misfit whose cause is told: with one weight transposed, or not, it would be right."""
    if any(_is_right(problem, quantity, way) for way in item.mended):
        return replace(item, cause="weight_not_transposed")
    return item


def _decided(problem: Problem, quantity: str, item: Symbolic) -> Symbolic:
    """The way that is right, else the likeliest; notes say how it was read, and what is odd."""
    from grader.notation.typeset import plain  # noqa: PLC0415  # heavy

    right = (way for way in item.ways if _is_right(problem, quantity, way))
    way = next(right, item.ways[0]) if len(item.ways) > 1 else item.ways[0]
    notes = item.notes
    if len(item.ways) > 1:
        notes = (*notes[:-1], f"read as {plain(way)}; it can be read in other ways too")
    if any(not _is_same(problem, way, side) for side in item.sides):
        notes = (*notes, "the sides of this chain are not equal; the last one counts")
    names = names_of(problem, way)
    return replace(item, expression=way, names=names, ways=(way,), notes=notes)


def _is_same(problem: Problem, one: Any, other: Any) -> bool:
    """Whether two formulas agree where names stand for the key's values."""
    choice = {name: values[0] for name, values in problem.conventions.items()}
    right = key(problem, draws(problem)[0], choice)
    values = [_value(problem, tree, right) for tree in (one, other)]
    flat = [value.reshape(len(value), -1) for value in values]
    return flat[0].shape == flat[1].shape and bool(np.all(same(flat[0], flat[1], 1)))


def _value(problem: Problem, way: Any, right: Mapping[str, Array]) -> Array:
    """The value of a formula at the first draws."""
    from grader.notation.evaluate import evaluate  # noqa: PLC0415  # heavy

    world = draws(problem)[0]
    names = names_of(problem, way)
    sizes = {n: np.full(1, float(world.dimensions[n])) for n in names & set(world.dimensions)}
    value = evaluate(way, sizes | {name: right[name] for name in names - set(sizes)})
    return np.broadcast_to(value, (*world.batch, *value.shape[1:]))


def _is_right(problem: Problem, quantity: str, way: Any) -> bool:
    """Whether a way to read a formula gives the key's values under some conventions.

    Its names stand for the key's values: whether they are the student's, too, is judged later.
    """
    for choice in product(*problem.conventions.values()):
        conventions = dict(zip(problem.conventions, choice, strict=True))
        right = key(problem, draws(problem)[0], conventions)
        expected = right[quantity].reshape(len(right[quantity]), -1)
        obtained = _value(problem, way, right).reshape(len(expected), -1)
        if obtained.shape == expected.shape and bool(np.all(same(expected, obtained, 1))):
            return True
    return False
