"""Other given values of the same size, under which as many mistakes show as can.

Seeded and bounded by counts, not by time: the same rubric gets the same suggestion anywhere.
Values are drawn by the hundred and sieved: first those with units on and off and nothing
saturated, then those under which most mistakes show, and the best few are audited in full.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from grader.audit import ProblemAudit, audited, blind_spots, sights
from grader.model import Problem, Rubric
from grader.trials import combinations
from reference.graph import Graph, evaluate
from reference.operations import Array

__all__ = ["Suggestion", "suggested"]

_DRAWN = 5_000
_SIEVED = 8
_FINALISTS = 4
_STEP = 0.1
"""Values have one decimal: they are worked with by hand."""

_LEAST_TOP = 5
_SCALES = (1.0, 0.8, 0.6)
"""Of the largest value now given: large networks saturate with values that are large."""

_POSITIVE = (0.5, 0.6, 0.7)
"""The share of positive values: with all signs alike no unit is ever off."""

_ON = (0.5, 0.9)
"""The share of a ReLU's units that are on: all on hides its mask, and few on hide the rest."""

_KINK = 0.045
"""So far from its kink every unit of a ReLU is, or rounding would decide whether it is on."""


@dataclass(frozen=True)
class Suggestion:
    """Given values, and what they show.

    ``better`` is whether that is more than the values now given show.
    """

    given: Mapping[str, Array]
    audit: ProblemAudit
    better: bool


def suggested(problem: Problem, rubric: Rubric, now: ProblemAudit) -> Suggestion | None:
    """The best given values found; None where none are given, and answers are expressions.

    Args:
        problem: the problem.
        rubric: the one that it is of.
        now: what the values now given show.
    """
    if not problem.given:
        return None
    with np.errstate(all="ignore"):
        drawn = _drawn(problem)
        faults = _faults(problem, drawn)
        order = np.lexsort((np.arange(_DRAWN), faults))[:_SIEVED]
        sieved = [_with(problem, drawn, int(k)) for k in order]
        ranked = sorted(range(len(sieved)), key=lambda k: (faults[order[k]], _hidden(sieved[k]), k))
    best = _best([sieved[k] for k in ranked[:_FINALISTS]], rubric, now)
    audit = audited(best, rubric)
    return Suggestion(best.given, audit, blind_spots(audit) < blind_spots(now))


def _best(problems: Sequence[Problem], rubric: Rubric, now: ProblemAudit) -> Problem:
    """The first with the fewest blind spots; no values mend what no item depends on."""
    never = sum(sight.hidden == "not_asked" for sight in now.sights)
    ranked: list[tuple[tuple[int, ...], int]] = []
    for k, problem in enumerate(problems):
        spots = blind_spots(audited(problem, rubric, forms=False))
        ranked.append((spots, k))
        if sum(spots) == never:
            break
    return problems[min(ranked)[1]]


def _hidden(problem: Problem) -> int:
    return sum(bool(sight.hidden) for sight in sights(problem))


# --- drawing ------------------------------------------------------------------------------------


def _drawn(problem: Problem) -> dict[str, Array]:
    """Many sets of values at once: one decimal, both signs, labels still one-hot."""
    rng = np.random.default_rng(2024)
    scales, shares = rng.choice(_SCALES, size=_DRAWN), rng.choice(_POSITIVE, size=_DRAWN)
    return {
        name: _values(rng, np.asarray(own), scales, shares) for name, own in problem.given.items()
    }


def _values(rng: np.random.Generator, own: Array, scales: Array, shares: Array) -> Array:
    shape = (_DRAWN, *own.shape)
    if _is_label(own):
        return np.eye(own.size)[rng.integers(own.size, size=_DRAWN)]
    top = np.maximum(_LEAST_TOP, np.round(np.max(np.abs(own), initial=0.0) * scales / _STEP))
    each = (_DRAWN,) + (1,) * own.ndim
    tenths = 1 + np.floor(rng.random(shape) * top.reshape(each))
    signs = np.where(rng.random(shape) < shares.reshape(each), 1.0, -1.0)
    return np.asarray(np.round(signs * tenths * _STEP, 1))


def _is_label(own: Array) -> bool:
    """1 at the right class and 0 elsewhere: that is no number to choose."""
    zeros_and_ones = bool(np.all((own == 0) | (own == 1)))
    return own.ndim == 1 and own.size > 1 and zeros_and_ones and float(own.sum()) == 1


def _with(problem: Problem, drawn: Mapping[str, Array], k: int) -> Problem:
    return replace(problem, given=MappingProxyType({n: values[k] for n, values in drawn.items()}))


# --- sieving ------------------------------------------------------------------------------------


def _faults(problem: Problem, drawn: Mapping[str, Array]) -> npt.NDArray[np.int_]:
    """For each set of values, how many steps would hide something, over all conventions."""
    found = np.zeros(_DRAWN, dtype=int)
    for forward in _forwards(problem):
        values = evaluate(forward, drawn)
        for step in forward.steps:
            hides = _HIDES.get(step.operation)
            if hides:
                before, after = values[step.inputs[0]], values[step.name]
                found += hides(_by_draw(before), _by_draw(after))
    return found


def _forwards(problem: Problem) -> list[Graph]:
    """The forward steps under each choice of conventions; the objective's sign changes none."""
    graphs = {}
    for chosen in combinations(problem):
        graph = problem.reference.forward
        for name, value in chosen.items():
            graph = graph.with_options(problem.reference.conventions[name][value])
        kept = tuple(step for step in graph.steps if step.operation != "times")
        graphs[tuple(map(repr, kept))] = graph
    return list(graphs.values())


def _by_draw(values: Array) -> Array:
    return values.reshape(_DRAWN, -1)


def _kinked(before: Array, _after: Array) -> npt.NDArray[np.bool_]:
    """Units nearly all on, mostly off, or one of them too near to the kink."""
    share = (before > 0).mean(axis=1)
    lively = (share >= _ON[0]) & (share <= _ON[1]) if before.shape[1] > 1 else share == 1
    return np.asarray(~lively | (np.abs(before).min(axis=1) < _KINK))


def _outside(low: float, high: float) -> Callable[[Array, Array], npt.NDArray[np.bool_]]:
    """A saturated function: its gradient is next to nothing, and the outcome next to certain."""

    def hides(_before: Array, after: Array) -> npt.NDArray[np.bool_]:
        return np.asarray((after.min(axis=1) < low) | (after.max(axis=1) > high))

    return hides


_HIDES: Mapping[str, Callable[[Array, Array], npt.NDArray[np.bool_]]] = MappingProxyType(
    {
        "relu": _kinked,
        "sigmoid": _outside(0.2, 0.8),
        "tanh": _outside(-0.95, 0.95),
        "softmax": _outside(0.02, 0.8),
    }
)
"""When a step would hide a mistake, by its operation."""
