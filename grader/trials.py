"""A problem worked under its conventions, with and without a mistake, and which workings agree.

What a rubric can see is found by trying: every mistake of the catalogue is made under every
combination of accepted conventions, and its values are held against the key's and against those
of the other mistakes, by the tolerance of each item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from grader.compare import Mask, Written, agree, same
from grader.model import Problem
from grader.normalise import layouts
from grader.worlds import World, draws, instance
from reference.graph import Graph, evaluate
from reference.mistakes import Mistake, changed, mistakes
from reference.operations import Array

__all__ = [
    "Trial",
    "agreement",
    "asked",
    "combinations",
    "differing",
    "home",
    "mistaken",
    "right",
    "worlds_of",
]

_MOST_COMBINATIONS = 32
"""So many combinations of conventions are tried, those with the fewest deviations first."""

_BITS = 33
"""Two values that agree in ten digits are one."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One way of working a problem.

    Attributes:
        conventions: the choice.
        mistake: the rule that is replaced; None where all is right.
        values: what every quantity is, world by world.
    """

    conventions: Mapping[str, str]
    mistake: Mistake | None
    values: Mapping[str, tuple[Array, ...]]

    @property
    def code(self) -> str:
        """The finding's code; empty where all is right."""
        return self.mistake.code if self.mistake else ""

    @property
    def mixed(self) -> tuple[str, str]:
        """The convention mixed in and its value, if that is the mistake."""
        return self.mistake.mixed if self.mistake else ("", "")

    @property
    def rule(self) -> str:
        """The step as it is worked."""
        return self.mistake.evidence["rule"] if self.mistake else ""

    @property
    def identity(self) -> tuple[str, str, tuple[str, str]]:
        """Which mistake it is, whatever the conventions."""
        return self.code, self.rule, self.mixed


def worlds_of(problem: Problem) -> tuple[World, ...]:
    """Where answers are judged: at the rubric's values, or, without any, at the draws."""
    home = instance(problem)
    return (home,) if home else draws(problem)


def combinations(problem: Problem) -> tuple[dict[str, str], ...]:
    """The accepted choices of conventions, the key's first, then those nearest to it."""
    every = [
        dict(zip(problem.conventions, values, strict=True))
        for values in product(*problem.conventions.values())
    ]
    key = every[0]
    every.sort(key=lambda chosen: sum(chosen[name] != key[name] for name in key))
    return tuple(every[:_MOST_COMBINATIONS])


def differing(conventions: Mapping[str, str], problem: Problem) -> dict[str, str]:
    """The conventions that are not the key's."""
    return {n: v for n, v in conventions.items() if v != problem.conventions[n][0]}


def asked(problem: Problem) -> tuple[str, ...]:
    """The quantities that carry points; where none does, all items."""
    scored = tuple(item.quantity for item in problem.items if item.points)
    return scored or tuple(item.quantity for item in problem.items)


def home(problem: Problem, trial: Trial) -> str:
    """The first quantity in working order that the mistake's step is or leads to; empty if none."""
    step = trial.mistake.step if trial.mistake else ""
    names = [quantity.name for quantity in problem.reference.quantities]
    if step in names:
        return step
    graph = problem.reference.graph()
    return next((name for name in names if step in graph.ancestors(name)), "")


def right(problem: Problem, conventions: Mapping[str, str], worlds: Sequence[World]) -> Trial:
    """The problem worked without a mistake."""
    graph = problem.reference.graph(conventions)
    return Trial(conventions, None, _values(problem, graph, worlds))


def mistaken(
    problem: Problem, conventions: Mapping[str, str], worlds: Sequence[World]
) -> Iterator[Trial]:
    """The problem worked with each mistake of the catalogue that some quantity depends on."""
    graph = problem.reference.graph(conventions)
    for mistake in mistakes(problem.reference, conventions, problem.conventions):
        values = _values(problem, changed(graph, (mistake,)), worlds)
        trial = Trial(conventions, mistake, values)
        if home(problem, trial):
            yield trial


def _values(
    problem: Problem, graph: Graph, worlds: Sequence[World]
) -> Mapping[str, tuple[Array, ...]]:
    runs = [evaluate(graph, world.given) for world in worlds]
    return {
        quantity.name: tuple(
            np.broadcast_to(found[quantity.name], _full(problem, quantity.name, world))
            for found, world in zip(runs, worlds, strict=True)
        )
        for quantity in problem.reference.quantities
    }


def _full(problem: Problem, quantity: str, world: World) -> tuple[int, ...]:
    """The quantity's shape there, behind the world's batch axes."""
    sizes = (world.dimensions[d] if isinstance(d, str) else d for d in problem.shape(quantity))
    return (*world.batch, *sizes)


# --- which agree --------------------------------------------------------------------------------


def agreement(
    problem: Problem,
    quantity: str,
    expected: Sequence[Trial],
    obtained: Sequence[Trial],
    *,
    turned: bool = False,
) -> Mask:
    """Whether the item would take one trial's values, written in full, for another's.

    Args:
        problem: the problem.
        quantity: the item's.
        expected: rows of the result.
        obtained: columns of the result.
        turned: also accept them in another layout, as the grader does.
    """
    rows, row_of = _distinct(quantity, expected)
    columns, column_of = _distinct(quantity, obtained)
    judge = _numbers_agree if problem.given else _formulas_agree
    table = judge(problem, quantity, rows, columns, turned=turned)
    return np.asarray(table[np.ix_(row_of, column_of)])


def _distinct(quantity: str, trials: Sequence[Trial]) -> tuple[list[tuple[Array, ...]], list[int]]:
    """Each set of values once, and for every trial which it has: most mistakes leave most alone."""
    seen: dict[bytes, int] = {}
    values: list[tuple[Array, ...]] = []
    which: list[int] = []
    for trial in trials:
        own = trial.values[quantity]
        at = seen.setdefault(b"".join(map(_rounded_bytes, own)), len(values))
        if at == len(values):
            values.append(own)
        which.append(at)
    return values, which


def _rounded_bytes(values: Array) -> bytes:
    part, exponent = np.frexp(values)
    return bytes(np.ldexp(np.round(np.ldexp(part, _BITS)) + 0.0, exponent - _BITS).tobytes())


Rows = Sequence[tuple[Array, ...]]


def _numbers_agree(
    problem: Problem, quantity: str, rows: Rows, columns: Rows, *, turned: bool
) -> Mask:
    tolerance = problem.criterion(quantity).tolerance
    expected = np.stack([row[0] for row in rows])
    shape = expected.shape[1:]
    ways = layouts(shape, shape) if turned else layouts(shape, shape)[:1]
    table = np.zeros((len(rows), len(columns)), dtype=bool)
    for k, (values,) in enumerate(columns):
        for way in ways:
            read = values.reshape(-1)[way.positions].reshape(shape)
            fits = agree(expected, _in_full(read), tolerance)
            table[:, k] |= fits.reshape(len(rows), -1).all(axis=1)
    return table


def _in_full(values: Array) -> Written:
    """As written to the last digit: nothing is right because it is a rounded value."""
    return Written(values, np.zeros(values.shape), np.zeros(values.shape, dtype=int))


def _formulas_agree(
    problem: Problem, quantity: str, rows: Rows, columns: Rows, *, turned: bool
) -> Mask:
    del turned  # another layout of a formula is another formula
    rank = len(problem.shape(quantity))
    table = np.ones((len(rows), len(columns)), dtype=bool)
    for expected, obtained in zip(zip(*rows, strict=True), zip(*columns, strict=True), strict=True):
        verdicts = same(np.stack(expected)[:, None], np.stack(obtained)[None], rank)
        table &= verdicts.all(axis=tuple(range(2, verdicts.ndim)))
    return table
