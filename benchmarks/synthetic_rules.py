"""What a student can do otherwise than the key: rules of the graph replaced, as plain steps.

To the catalogue of `reference.mistakes` come the opposite sign of a gradient and one factor
throughout, written as rules too, so that every mistake that is carried on is a changed graph.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product

import numpy as np

from benchmarks.synthetic_arrays import leading
from grader.model import Problem
from reference.graph import Graph, Step, evaluate
from reference.mistakes import Mistake, mistakes
from reference.operations import OPERATIONS, Array

__all__ = [
    "DRAWS",
    "Conventions",
    "Worked",
    "Working",
    "conventions_of",
    "drawn",
    "exact_working",
    "home",
    "quantities",
    "reach",
    "rules",
    "with_factor",
]

DRAWS = 4
_SIZES = {"N": 4, "M": 3}
"""Formulas stand at so many draws, with dimensions of these sizes."""

Conventions = tuple[tuple[str, str], ...]
"""One value for each convention: hashable."""


def quantities(problem: Problem) -> tuple[str, ...]:
    """What can be answered, in working order."""
    return tuple(quantity.name for quantity in problem.reference.quantities)


def conventions_of(problem: Problem, stated: Mapping[str, str]) -> tuple[Conventions, ...]:
    """Every combination of accepted values; a stated sign is the only one that binds."""
    ranges = [
        [(name, value) for value in values if not _is_excluded(problem, name, value, stated)]
        for name, values in problem.conventions.items()
    ]
    return tuple(product(*ranges))


def _is_excluded(problem: Problem, name: str, value: str, stated: Mapping[str, str]) -> bool:
    options = problem.reference.conventions[name].values()
    is_sign = all(set(o) == {"factor"} for of_value in options for o in of_value.values())
    return is_sign and stated.get(name, value) != value


@lru_cache(maxsize=64)
def rules(problem: Problem, conventions: Conventions) -> tuple[Mistake, ...]:
    """The rules that can be replaced: the catalogue's, then the sign of each gradient.

    The k-th is the same mistake under all conventions.
    """
    graph = problem.reference.graph(dict(conventions))
    catalogue = mistakes(problem.reference, dict(conventions), problem.conventions)
    gradients = [q.name for q in problem.reference.quantities if q.is_gradient]
    return catalogue + tuple(with_factor(graph, q, -1.0, "sign_error") for q in gradients)


def with_factor(graph: Graph, q: str, factor: float, code: str = "constant_factor") -> Mistake:
    """A quantity that comes out so many times too large, and is carried on so."""
    before = replace(graph.by_name[q], name=f"{q}_before")
    return Mistake(code, (before, Step(q, "times", (before.name,), {"factor": factor})))


def home(problem: Problem, mistake: Mistake, shown: str) -> str:
    """The quantity that a mistake belongs to: its step, or the next quantity on the way."""
    names, graph = quantities(problem), problem.reference.graph()
    if mistake.step in names:
        return mistake.step
    way = graph.ancestors(shown) | {shown}
    return next(n for n in names if n in way and mistake.step in graph.ancestors(n))


def reach(graph: Graph, step: str, cut: Collection[str]) -> frozenset[str]:
    """The step and all that changes with it, where what is in ``cut`` is taken as it stands."""
    found = {step}
    sources = found - set(cut)
    for later in graph.steps:
        if not sources.isdisjoint(later.inputs):
            found.add(later.name)
            sources |= {later.name} - set(cut)
    return frozenset(found)


# --- working it out -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Worked:
    """What each step gives, and what is carried on from it; one leading axis of draws."""

    computed: Mapping[str, Array]
    carried: Mapping[str, Array]


@dataclass(eq=False)
class Working:
    """A problem worked again and again under other conventions and rules.

    Attributes:
        problem: the problem.
        given: the values of its inputs, with one leading axis of draws.
        pins: what is carried on in the place of what was worked out, entry by entry; NaN where
            nothing is.
    """

    problem: Problem
    given: Mapping[str, Array]
    pins: Mapping[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        whole = (q for q, pin in self.pins.items() if not np.any(np.isnan(pin)))
        self.cut = frozenset(whole)
        self._known: dict[tuple[Conventions, int], tuple[Sequence[Mistake], Worked]] = {}

    def worked(self, conventions: Conventions, made: Sequence[Mistake] = ()) -> Worked:
        """All steps under these conventions, with these rules replaced."""
        if len(made) > 1:  # too many to keep
            return self._work(conventions, made)
        key = (conventions, id(made[0]) if made else 0)
        if key not in self._known:
            self._known[key] = (made, self._work(conventions, made))
        return self._known[key][1]

    def _work(self, conventions: Conventions, made: Sequence[Mistake]) -> Worked:
        graph = self.problem.reference.graph(dict(conventions))
        if not made:
            return self._run(graph.steps, dict(self.given), dict(self.given))
        base = self.worked(conventions, made[:-1])
        by_step = {mistake.step: mistake for mistake in made}
        steps = list(self._again(graph, made[-1], by_step))
        return self._run(steps, dict(base.computed), dict(base.carried))

    def _again(
        self, graph: Graph, mistake: Mistake, by_step: Mapping[str, Mistake]
    ) -> Iterator[Step]:
        """The steps to be worked again because of one mistake, those of the others changed too."""
        fresh = reach(graph, mistake.step, self.cut)
        for step in graph.steps:
            if step.name in fresh:
                yield from by_step[step.name].steps if step.name in by_step else (step,)

    def _run(
        self, steps: Sequence[Step], computed: dict[str, Array], carried: dict[str, Array]
    ) -> Worked:
        with np.errstate(all="ignore"):
            for step in steps:
                arrays = (carried[name] for name in step.inputs)
                value = OPERATIONS[step.operation].value(*arrays, **step.options)
                computed[step.name] = carried[step.name] = value
                if step.name in self.pins:
                    pin = self.pins[step.name]
                    carried[step.name] = np.where(np.isnan(pin), value, pin)
        return Worked(computed, carried)


@lru_cache(maxsize=2)
def exact_working(problem: Problem) -> Working:
    """The problem at its own values, worked at full precision."""
    return Working(problem, leading(problem.given))


@lru_cache(maxsize=4)
def drawn(problem: Problem) -> Working:
    """The problem at drawn values, all forward values known by name: where formulas stand."""
    rng = np.random.default_rng(17)
    forward = problem.reference.forward
    given = {
        name: rng.normal(size=(DRAWS, *(_SIZES.get(n, n) for n in shape)))
        for name, shape in forward.inputs.items()
    }
    values = evaluate(problem.reference.graph(), given)
    names = [q for q in quantities(problem) if q in forward.by_name]
    return Working(problem, given, {q: values[q] for q in names})
