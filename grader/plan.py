"""A problem made ready for the search: its steps, the rules each can be worked by, its keys.

Worked out once a problem and kept: which conventions a step depends on, the mistakes of the
catalogue that can be made in it, and the key's values under every combination of conventions.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from grader.model import Problem
from grader.paths import segment
from grader.worlds import World
from reference.gradient import PREFIX
from reference.graph import Graph, Step
from reference.mistakes import Mistake, mistakes
from reference.operations import OPERATIONS, Array
from reference.problem import Problem as Reference

__all__ = [
    "Choice",
    "Plan",
    "Planned",
    "combinations",
    "forks",
    "is_sign",
    "keys",
    "plan",
    "route",
    "steps_of",
    "times",
    "worked_again",
]

Choice = tuple[str, ...]
"""A value for each convention of a problem, in its order; empty while undecided."""


@dataclass(frozen=True, eq=False)
class Planned:
    """One step, and the ways to work it.

    Attributes:
        step: as the key has it.
        on: the positions of the conventions that it depends on.
        rules: for each choice of those, the step and the mistakes that can be made in it.
    """

    step: Step
    on: tuple[int, ...]
    rules: Mapping[Choice, tuple[Step, tuple[Mistake, ...]]]

    def choice(self, whole: Choice) -> Choice:
        """The part of a choice that concerns this step."""
        return tuple([whole[position] for position in self.on])


@dataclass(frozen=True, eq=False)
class Plan:
    """Every step by its name; ``graph`` is the key's."""

    graph: Graph
    steps: Mapping[str, Planned]


@lru_cache(maxsize=64)
def plan(problem: Problem) -> Plan:
    """The plan of a problem."""
    reference = problem.reference
    graph = reference.graph()
    return Plan(graph, {step.name: _planned(problem, step) for step in graph.steps})


@lru_cache(maxsize=1024)
def route(problem: Problem, answered: tuple[str, ...]) -> tuple[Planned, ...]:
    """The steps that lead to some answers: those to the first one, then on to the next."""
    planned = plan(problem)
    ordered: dict[str, Planned] = {}
    for quantity in answered:
        needed = planned.graph.ancestors(quantity) | {quantity}
        ordered |= {
            step.name: planned.steps[step.name]
            for step in planned.graph.steps
            if step.name in needed and step.name not in ordered
        }
    return tuple(ordered.values())


@lru_cache(maxsize=1024)
def worked_again(
    problem: Problem, answered: tuple[str, ...]
) -> Mapping[str, tuple[tuple[Planned, ...], frozenset[str]]]:
    """The answers that rest on steps which were worked for an answer before them already.

    Such a step may have been worked rightly for the one and wrongly for the other.

    Returns:
        By quantity: the steps to it from the nearest answers, itself last, and the names of those
        that are worked again.
    """
    planned = plan(problem)
    found: dict[str, tuple[tuple[Planned, ...], frozenset[str]]] = {}
    seen: set[str] = set()
    for k, quantity in enumerate(answered):
        names = [step.name for step in segment(planned.graph, quantity, answered[:k])]
        again = seen.intersection(names)
        if again:
            found[quantity] = tuple(planned.steps[name] for name in names), frozenset(again)
        seen.update(names)
    return found


@lru_cache(maxsize=1024)
def forks(problem: Problem, answered: tuple[str, ...]) -> frozenset[str]:
    """The gradients left out that lead to several answers: a sign lost there shows in all of them.

    One that leads on to a single step need not be looked at: it is the same to lose it there.
    """
    steps = route(problem, answered)
    used = Counter(name for planned in steps for name in set(planned.step.inputs))
    return frozenset(
        planned.step.name
        for planned in steps
        if planned.step.name.startswith(PREFIX)
        and planned.step.inputs
        and planned.step.name not in answered
        and used[planned.step.name] > 1
    )


def times(step: Step, code: str, factor: float) -> Mistake:
    """The mistake of working a step out so many times too large."""
    before = replace(step, name=f"{step.name}_before")
    after = Step(step.name, "times", (before.name,), {"factor": factor})
    return Mistake(code, (before, after))


def _planned(problem: Problem, step: Step) -> Planned:
    names = tuple(problem.conventions)
    on = tuple(k for k, c in enumerate(names) if step.name in steps_of(problem.reference, c))
    return Planned(
        step,
        on,
        {
            choice: _rules(
                problem, step.name, dict(zip((names[k] for k in on), choice, strict=True))
            )
            for choice in product(*(problem.conventions[names[k]] for k in on))
        },
    )


def _rules(
    problem: Problem, name: str, conventions: Mapping[str, str]
) -> tuple[Step, tuple[Mistake, ...]]:
    full = {c: conventions.get(c, values[0]) for c, values in problem.conventions.items()}
    wrong = mistakes(problem.reference, full, problem.conventions)
    step = problem.reference.graph(full).by_name[name]
    return step, tuple(mistake for mistake in wrong if mistake.step == name)


@lru_cache(maxsize=64)
def steps_of(reference: Reference, convention: str) -> frozenset[str]:
    """The steps that are worked otherwise under another value of a convention."""
    values = reference.conventions[convention]
    graphs = [reference.graph({convention: value}) for value in values]
    return frozenset(
        steps[0].name
        for steps in zip(*(graph.steps for graph in graphs), strict=True)
        if any(step.options != steps[0].options for step in steps)
    )


def is_sign(problem: Problem, name: str) -> bool:
    """Whether the convention's values differ by a factor only."""
    values = problem.reference.conventions[name].values()
    return all(set(options) == {"factor"} for value in values for options in value.values())


# --- keys ---------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def combinations(problem: Problem) -> Mapping[Choice, int]:
    """Every combination of the accepted conventions, and its row in `keys`."""
    return {choice: k for k, choice in enumerate(product(*problem.conventions.values()))}


@lru_cache(maxsize=256)
def keys(problem: Problem, world: World) -> Mapping[str, Array]:
    """The right values of every step in a world, one row a combination of conventions.

    All combinations are worked together: a step once for each rule that it has under them.
    """
    choices = list(combinations(problem))
    draws = math.prod(world.batch)
    rows = len(choices) * draws
    found = {
        name: _repeated(value if world.batch else value[None], rows)
        for name, value in world.given.items()
    }
    with np.errstate(all="ignore"):
        for step, on in _dependent(problem):
            value = np.empty(0)
            for choice, which in _by_choice(choices, on).items():
                rule = _step(problem, step.name, on, choice)
                part = (which[:, None] * draws + np.arange(draws)).reshape(-1)
                arrays = (found[name][part] for name in rule.inputs)
                worked = OPERATIONS[rule.operation].value(*arrays, **rule.options)
                if not value.size:
                    value = np.empty((rows, *worked.shape[1:]))
                value[part] = worked
            found[step.name] = value
    return {n: v.reshape((len(choices), *world.batch, *v.shape[1:])) for n, v in found.items()}


def _repeated(value: Array, rows: int) -> Array:
    whole = (rows // len(value), *value.shape)
    return np.broadcast_to(value, whole).reshape((rows, *value.shape[1:]))


@lru_cache(maxsize=64)
def _dependent(problem: Problem) -> tuple[tuple[Step, tuple[int, ...]], ...]:
    """Every step, and the positions of the conventions that it depends on."""
    names = tuple(problem.conventions)
    steps_by_name = [steps_of(problem.reference, name) for name in names]
    return tuple(
        (step, tuple(k for k, steps in enumerate(steps_by_name) if step.name in steps))
        for step in problem.reference.graph().steps
    )


def _by_choice(
    choices: Sequence[Choice], on: tuple[int, ...]
) -> dict[Choice, npt.NDArray[np.int_]]:
    """The combinations by their values of some conventions."""
    groups: dict[Choice, list[int]] = {}
    for k, choice in enumerate(choices):
        groups.setdefault(tuple(choice[position] for position in on), []).append(k)
    return {choice: np.array(which) for choice, which in groups.items()}


def _step(problem: Problem, name: str, on: tuple[int, ...], choice: Choice) -> Step:
    """A step under some conventions; the others, on which it does not depend, are the key's."""
    names = tuple(problem.conventions)
    conventions = {names[k]: value for k, value in zip(on, choice, strict=True)}
    return problem.reference.graph(conventions).by_name[name]
