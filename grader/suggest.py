"""Other given values of the same size, under which as many mistakes show as can.

Seeded and bounded by counts, not by time: the same rubric gets the same suggestion anywhere.
Values are drawn by the hundred and sieved: first those with units on and off and nothing
saturated, then those under which most mistakes show, and the best few are audited in full.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

_DRAWN = 300
_SIEVED = 8
_FINALISTS = 2
_STEP = 0.1
"""Values have one decimal: they are worked with by hand."""

_LEAST_TOP = 3
_SCALES = (1.0, 0.7, 0.4)
"""Of the largest value now given: large networks saturate with values that are large."""

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
    finalists = [sieved[k] for k in ranked[:_FINALISTS]]
    audits = [audited(one, rubric) for one in finalists]
    best = min(range(len(audits)), key=lambda k: blind_spots(audits[k]))
    better = blind_spots(audits[best]) < blind_spots(now)
    return Suggestion(finalists[best].given, audits[best], better)


def _hidden(problem: Problem) -> int:
    return sum(bool(sight.hidden) for sight in sights(problem))


# --- drawing ------------------------------------------------------------------------------------


def _drawn(problem: Problem) -> dict[str, Array]:
    """Many sets of values at once: one decimal, both signs, labels still one-hot."""
    rng = np.random.default_rng(2024)
    scales = rng.choice(_SCALES, size=_DRAWN)
    return {name: _values(rng, np.asarray(own), scales) for name, own in problem.given.items()}


def _values(rng: np.random.Generator, own: Array, scales: Array) -> Array:
    shape = (_DRAWN, *own.shape)
    if _is_label(own):
        return np.eye(own.size)[rng.integers(own.size, size=_DRAWN)]
    top = np.maximum(_LEAST_TOP, np.round(np.max(np.abs(own), initial=0.0) * scales / _STEP))
    tops = top.reshape((_DRAWN,) + (1,) * own.ndim)
    tenths = 1 + np.floor(rng.random(shape) * tops)
    return np.asarray(np.round(rng.choice([-1.0, 1.0], size=shape) * tenths * _STEP, 1))


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
    """Units all on, nearly all off, or one of them too near to the kink."""
    share = (before > 0).mean(axis=1)
    lively = (share >= 0.25) & (share <= 0.9) if before.shape[1] > 1 else share == 1  # noqa: PLR2004
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
