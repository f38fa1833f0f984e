"""Students who work each answer out from the previous ones as written: what that may cost.

Where an answer is moved beyond its tolerance by the rounding of earlier ones, ``rounded_early``
names one of those. It is charged in the first item with points that it moves off; what follows
from it is right.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

import numpy as np

from benchmarks.synthetic_arrays import leading
from benchmarks.synthetic_charges import Charges
from benchmarks.synthetic_rules import Working
from benchmarks.synthetic_stories import Finding
from benchmarks.synthetic_student import Made, Story

__all__ = ["culprits", "rounding", "rounding_verdict", "roundings_to_zero"]

_PART = 0.2
"""Roundings that move an answer by less of its tolerance than this are not to blame."""


def moved_off(made: Made) -> dict[str, np.ndarray]:
    """The entries of each answer that are off only because earlier answers were rounded."""
    exact = Story(made.truth.conventions)
    values = Working(made.problem, leading(made.problem.given)).worked(exact.conventions).computed
    off = {q: ~made.agreeing(q, values[q][0]) for q in made.keep}
    return {q: mask for q, mask in off.items() if np.any(mask)}


def culprits(made: Made) -> frozenset[str]:
    """The answers whose rounding moves later ones by a good part of what is allowed."""
    off = moved_off(made)
    graph = made.problem.reference.graph()
    before = {s for q in off for s in made.keep if s in graph.ancestors(q)}
    return frozenset(s for s in before if _moves(made, s, off))


def _moves(made: Made, source: str, off: dict[str, np.ndarray]) -> bool:
    pins = leading({source: made.answers.used[source]})
    working = Working(made.problem, leading(made.problem.given), pins)
    plain = Working(made.problem, leading(made.problem.given))
    moved, still = (w.worked(made.truth.conventions).computed for w in (working, plain))
    return any(
        np.any(np.abs(moved[q] - still[q])[0][mask] > _PART * _allowed(made, q, still[q][0])[mask])
        for q, mask in off.items()
    )


def _allowed(made: Made, q: str, expected: np.ndarray) -> np.ndarray:
    rule = made.problem.criterion(q).tolerance
    return np.maximum(rule.abs, rule.rel * np.abs(expected))


def rounding(made: Made) -> Charges:
    """What early rounding costs.

    Nothing where the rounded answer carries points itself, as it is right there. Otherwise the
    first item with points that it moves off pays. Left open is which of several roundings is
    charged where, and what follows from values that rounding made zero.
    """
    off = moved_off(made)
    several = len(culprits(made)) > 1 or any(map(made.points, culprits(made)))
    must: dict[str, np.ndarray] = {}
    may: dict[str, np.ndarray] = {}
    charged = False
    for q in filter(made.points, made.keep):
        every = np.ones(made.answers.numbers[q].values.shape, dtype=bool)
        open_yet = several or not np.any(made.answers.numbers[q].values)
        must[q] = ~off[q] if q in off and (open_yet or not charged) else every
        may[q] = every if charged or several or q not in off else ~off[q]
        charged |= q in off
    return Charges(must, may)


def rounding_verdict(made: Made, first: AbstractSet[Finding], every: AbstractSet[Finding]) -> str:
    """How the findings told compare with the roundings that can have done it.

    ``first`` are those that are no equal alternative of another. Values that rounding made zero
    may be called degenerate.
    """
    off = moved_off(made)
    zero = {("degenerate", q) for q in off if not np.any(made.answers.numbers[q].values)}
    known = {("rounded_early", source) for source in culprits(made)}
    if not off:
        return "exact" if not first else "wrong"
    if not first <= known | zero:
        return "wrong"
    if first & known:
        return "exact"
    return "among" if every & known or first else "missed"


def roundings_to_zero(made: Made, story: Story) -> frozenset[Finding]:
    """The answers that, as written, make another one zero that stands there as zero.

    With p = 1.000 a gradient of 1 - p is zero: it may be called degenerate, or rounded early.
    """
    zero = [act.at[0] for act in story.spoilt if act.code == "degenerate"]
    return frozenset(
        ("rounded_early", source)
        for q in zero
        for source in made.keep
        if source != q and _is_zero_from(made, source, q)
    )


def _is_zero_from(made: Made, source: str, q: str) -> bool:
    pins = leading({source: made.answers.numbers[source].values})
    working = Working(made.problem, leading(made.problem.given), pins)
    return not np.any(working.worked(made.truth.conventions).computed[q])
