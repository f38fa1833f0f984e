"""A first look at choices of conventions: how many answers each leaves open.

Counted only, without explaining anything, so that the few choices worth a story are known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from grader.follow import Views, own_pins, segment, viewed
from grader.model import Problem
from grader.settled import Settled
from reference.problem import Problem as Reference

__all__ = ["is_sign", "screened", "steps_of"]

_FORMULA = 4
"""An expression that is wrong weighs as many open entries."""


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


def screened(settled: Sequence[Settled]) -> Iterator[tuple[Settled, tuple[int, int]]]:
    """Each choice with how many answers, and entries, neither the key nor own values give."""
    alike: dict[tuple[int, ...], list[Settled]] = defaultdict(list)
    for one in settled:
        alike[tuple(id(layout) for layout in one.layouts.values())].append(one)
    for group in alike.values():
        yield from zip(group, _Screen(group).open(), strict=True)


class _Screen:
    """Choices of conventions under which all arrays are written alike.

    What follows from a student's own values depends, for each quantity, only on the conventions
    between it and the answers before it; so few predictions serve all choices.
    """

    def __init__(self, group: Sequence[Settled]) -> None:
        self.group = group
        self.first = group[0]
        self.known = set(self.first.answered) - self.first.empty
        self.reference = self.first.problem.reference
        self._views: Views | None = None
        self._memory: dict[tuple[tuple[str, str], ...], np.ndarray] = {}

    def open(self) -> list[tuple[int, int]]:
        """For each choice, how many answers and entries stay open."""
        answers = np.zeros(len(self.group), dtype=int)
        entries = np.zeros(len(self.group), dtype=int)
        for q in self.first.answered:
            found = self._open_formula(q) if q in self.first.formulas else self._open_numbers(q)
            answers += found > 0
            entries += found
        return list(zip(answers.tolist(), entries.tolist(), strict=True))

    def _open_numbers(self, q: str) -> np.ndarray:
        keys = np.stack([one.by_key[q] for one in self.group])
        wrong = self.first.present(q) & ~keys
        if np.any(wrong) and q in self.known:
            self._memory.clear()
            own = {"given": np.stack([self._from_own(one, q) for one in self.group])}
            wrong = wrong & ~self.first.matches(q, own)
        return np.asarray(wrong.reshape(len(self.group), -1).sum(axis=1))

    def _open_formula(self, q: str) -> np.ndarray:
        """An expression weighs several entries; of the conventions only a sign can tell on it."""
        problem = self.first.problem
        signs = [name for name in problem.conventions if is_sign(problem, name)]
        found: dict[tuple[str, ...], int] = {}
        counts = []
        for one in self.group:
            choice = tuple(one.conventions[name] for name in signs)
            if choice not in found:
                found[choice] = _FORMULA * _formula_is_open(one, q)
            counts.append(found[choice])
        return np.array(counts)

    def _from_own(self, settled: Settled, q: str) -> np.ndarray:
        """The quantity from the nearest earlier answers, under one choice."""
        steps = segment(self.reference.graph(settled.conventions), q, self.known)
        names = {step.name for step in steps}
        relevant = tuple(
            choice
            for choice in settled.conventions.items()
            if steps_of(self.reference, choice[0]) & names
        )
        if relevant not in self._memory:
            self._memory[relevant] = self._base().again(steps, q)["given"][0]
        return self._memory[relevant]

    def _base(self) -> Views:
        if self._views is None:
            graph = self.reference.graph(self.first.conventions)
            self._views = viewed(self.first, graph, [own_pins(self.first)])
        return self._views


def _formula_is_open(settled: Settled, q: str) -> bool:
    if bool(settled.by_key[q]):
        return False
    graph = settled.problem.reference.graph(settled.conventions)
    views = viewed(settled, graph, [own_pins(settled)])
    return not bool(settled.matches(q, views.row(q, 0)))
