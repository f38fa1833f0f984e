"""Of several ways to read a formula, the one that counts.

Where a product or an index can be read in two ways that both fit the shapes, and one of them is
right, the student is taken to have meant that one. The way that was taken is told.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from grader.compare import same
from grader.model import Problem
from grader.working import Refused, Symbolic, Work, names_of
from grader.worlds import draws, key

__all__ = ["in_one_way"]


def in_one_way(problem: Problem, work: Work) -> Work:
    """The answers, each formula in the one way in which it is judged."""
    several = {q: w for q, w in work.items() if isinstance(w, Symbolic) and len(w.ways) > 1}
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
    """The way that is right, else the likeliest; the last note says how it was read."""
    from grader.notation.typeset import plain  # noqa: PLC0415  # heavy

    right = (way for way in item.ways if _is_right(problem, quantity, way))
    way = next(right, item.ways[0])
    told = f"read as {plain(way)}; it can be read in other ways too"
    notes = (*item.notes[:-1], told)
    names = names_of(problem, way)
    return replace(item, expression=way, names=names, ways=(way,), notes=notes)


def _is_right(problem: Problem, quantity: str, way: Any) -> bool:
    """Whether a way to read a formula gives the key's values under some conventions.

    Its names stand for the key's values: whether they are the student's, too, is judged later.
    """
    from grader.notation.evaluate import evaluate  # noqa: PLC0415  # heavy

    world = draws(problem)[0]
    names = names_of(problem, way)
    sizes = {n: np.full(1, float(world.dimensions[n])) for n in names & set(world.dimensions)}
    for choice in product(*problem.conventions.values()):
        right = key(problem, world, dict(zip(problem.conventions, choice, strict=True)))
        values = sizes | {name: right[name] for name in names - set(sizes)}
        obtained = evaluate(way, values)
        expected = right[quantity].reshape(len(right[quantity]), -1)
        whole = np.broadcast_to(obtained, (len(expected), *obtained.shape[1:]))
        flat = whole.reshape(len(expected), -1)
        if flat.shape == expected.shape and bool(np.all(same(expected, flat, 1))):
            return True
    return False
