"""What gives the same numbers in everything that is asked: mistakes, and conventions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.compare import Mask
from grader.model import Problem
from grader.trials import Trial, agreement, asked, differing, home

__all__ = ["Alike", "Confused", "alike", "confused"]


@dataclass(frozen=True)
class Alike:
    """Mistakes that give the same numbers, within tolerance, in everything that is asked.

    Each member is (code, at, the conventions under which it does, where not the key's).
    """

    members: tuple[tuple[str, str, Mapping[str, str]], ...]


@dataclass(frozen=True)
class Confused:
    """Two choices of conventions with the same numbers in everything that is asked.

    Only what differs is named; ``always``: it is so whatever the other conventions are.
    """

    one: Mapping[str, str]
    other: Mapping[str, str]
    always: bool


def alike(problem: Problem, trials: Sequence[Trial]) -> tuple[Alike, ...]:
    """Groups of mistakes that cannot be told apart, the conventions being the student's choice.

    Args:
        problem: the problem.
        trials: the mistakes that show, those near the key's conventions first.
    """
    groups = _Groups()
    for i, j in zip(*np.nonzero(np.triu(_same(problem, trials), 1)), strict=True):
        groups.join(trials[int(i)], trials[int(j)])
    return tuple(
        Alike(tuple((t.code, home(problem, t), differing(t.conventions, problem)) for t in members))
        for members in groups.found()
    )


def _same(problem: Problem, trials: Sequence[Trial]) -> Mask:
    """Which trials agree in all that is asked, one way or the other."""
    every = np.ones((len(trials), len(trials)), dtype=bool)
    for quantity in asked(problem) if trials else ():
        every &= agreement(problem, quantity, trials, trials)
    return np.asarray(every | every.T)


class _Groups:
    """Mistakes joined by agreeing; each is remembered as it was first met.

    A mixture of two conventions is one mistake, from whichever of its sides it is told: numbers
    that belong to both do not say which step is the odd one.
    """

    def __init__(self) -> None:
        self._group: dict[object, int] = {}
        self._first: dict[object, Trial] = {}

    def join(self, one: Trial, other: Trial) -> None:
        names = [_name(one), _name(other)]
        if names[0] == names[1]:
            return
        for name, trial in zip(names, (one, other), strict=True):
            self._group.setdefault(name, len(self._group))
            self._first.setdefault(name, trial)
        new, old = (self._group[name] for name in names)
        self._group = {name: new if g == old else g for name, g in self._group.items()}

    def found(self) -> list[list[Trial]]:
        groups: dict[int, list[Trial]] = {}
        for name, group in self._group.items():
            groups.setdefault(group, []).append(self._first[name])
        return list(groups.values())


def _name(trial: Trial) -> object:
    return (trial.code, trial.mixed[0]) if trial.mixed[0] else trial.identity


# --- conventions --------------------------------------------------------------------------------

_Change = tuple[tuple[str, str, str], ...]


def confused(problem: Problem, keys: Sequence[Trial]) -> tuple[Confused, ...]:
    """Choices that cannot be told apart, but for those that follow from smaller differences."""
    same = _same(problem, keys)
    verdicts: dict[_Change, list[bool]] = {}
    for i, one in enumerate(keys):
        for j in range(i + 1, len(keys)):
            change = _change(one.conventions, keys[j].conventions)
            verdicts.setdefault(change, []).append(bool(same[i, j]))
    kept: list[_Change] = []
    for change in sorted((c for c, found in verdicts.items() if any(found)), key=len):
        if not any(set(known) < set(change) for known in kept):
            kept.append(change)
    return tuple(
        Confused(
            {name: a for name, a, _ in change},
            {name: b for name, _, b in change},
            all(verdicts[change]),
        )
        for change in kept
    )


def _change(one: Mapping[str, str], other: Mapping[str, str]) -> _Change:
    """What differs, the same whichever of the two is named first."""
    parts = [(name, one[name], other[name]) for name in one if one[name] != other[name]]
    turned = parts and parts[0][1] > parts[0][2]
    return tuple((name, b, a) if turned else (name, a, b) for name, a, b in parts)
