"""What an assignment can and cannot see, found by trying; see `grader.trials`.

A mistake *shows* when no combination of accepted conventions makes all its values right. It is
made under the key's conventions; what stays hidden only under others is told beside that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from grader.audit_alike import Alike, Confused, alike, confused
from grader.audit_forms import Blank, Refusal, blanks, refusals
from grader.compare import Mask
from grader.model import Problem, Rubric
from grader.trials import (
    Trial,
    agreement,
    asked,
    combinations,
    differing,
    home,
    mistaken,
    right,
    worlds_of,
)

__all__ = ["ProblemAudit", "Sight", "audited", "blind_spots", "sights"]

_SAME = 1e-9
"""Values that part by less, as a share of the right one, are the same."""


@dataclass(frozen=True)
class Sight:
    """What becomes of one mistake.

    Attributes:
        code: the finding's.
        at: the quantity where it is made.
        rule: the step as it is worked.
        mixed: the convention that is mixed in and its value, if that is the mistake.
        reaches: the items that depend on the step.
        shows: those of them that refuse the wrong values.
        accepts: those that accept them although they are others, and by which share of the right
            value these are off at most.
        as_layout: those that take them for the right values in another layout.
        elsewhere: for a hidden one, the quantities without points in which it would show.
        hidden: why it does not show, a key of `HIDDEN`; empty where it does.
        conventions: those under which it is made, where they are not the key's.
        read_as: for ``other_convention``, those that make its values right.
    """

    code: str
    at: str
    rule: str
    mixed: tuple[str, str]
    reaches: tuple[str, ...]
    shows: tuple[str, ...]
    accepts: Mapping[str, float]
    as_layout: tuple[str, ...]
    elsewhere: tuple[str, ...]
    hidden: str
    conventions: Mapping[str, str]
    read_as: Mapping[str, str]


@dataclass(frozen=True)
class ProblemAudit:
    """All that was found out about one problem.

    Attributes:
        name: the problem's.
        drawn: answers are expressions, so it was tried at drawn values.
        asked: the items that carry points.
        sights: every mistake of the catalogue, in working order, under the key's conventions.
        other_sights: mistakes that are hidden only under other conventions, each told once.
        alike: mistakes that cannot be told apart.
        confused: conventions that cannot be told apart.
        refusals: right answers that are refused.
        blanks: answers that say nothing and are accepted.
        tried: how many combinations of conventions were tried.
        combinations: how many there are.
    """

    name: str
    drawn: bool
    asked: tuple[str, ...]
    sights: tuple[Sight, ...]
    other_sights: tuple[Sight, ...]
    alike: tuple[Alike, ...]
    confused: tuple[Confused, ...]
    refusals: tuple[Refusal, ...]
    blanks: tuple[Blank, ...]
    tried: int
    combinations: int

    @property
    def hidden(self) -> tuple[Sight, ...]:
        """The mistakes that do not show, under the key's conventions."""
        return tuple(sight for sight in self.sights if sight.hidden)

    @property
    def mute(self) -> tuple[str, ...]:
        """Items in which none of the mistakes that reach them shows."""
        return tuple(
            q
            for q in self.asked
            if any(q in s.reaches for s in self.sights)
            and not any(q in s.shows for s in self.sights)
        )


def audited(problem: Problem, rubric: Rubric, *, forms: bool = True) -> ProblemAudit:
    """Try the problem: its items, every mistake of the catalogue, every accepted convention.

    Args:
        problem: the problem.
        rubric: the one that it is of.
        forms: whether right answers are tried in other forms too, which is half of the work.
    """
    with np.errstate(all="ignore"):  # what overflows agrees with nothing
        tried = _Tried(problem)
        visible = [t for t, shows in zip(tried.made, tried.shows, strict=True) if shows]
        return ProblemAudit(
            name=problem.name,
            drawn=not problem.given,
            asked=tried.asked,
            sights=tried.sights(),
            other_sights=tried.other_sights(),
            alike=alike(problem, visible),
            confused=confused(problem, tried.keys),
            refusals=refusals(problem, rubric, tried.keys) if forms else (),
            blanks=blanks(problem, tried.keys),
            tried=len(tried.keys),
            combinations=int(np.prod([len(v) for v in problem.conventions.values()])),
        )


def sights(problem: Problem) -> tuple[Sight, ...]:
    """Only what becomes of each mistake under the key's conventions."""
    with np.errstate(all="ignore"):
        return _Tried(problem, only_key=True).sights()


def blind_spots(audit: ProblemAudit) -> tuple[int, ...]:
    """How much is not seen, the worst first; to be compared between given values."""
    return (
        len(audit.refusals),
        len(audit.hidden),
        len(audit.other_sights),
        sum(len(group.members) - 1 for group in audit.alike) + len(audit.confused),
        len(audit.mute) + len(audit.blanks),
    )


class _Tried:
    """Every trial of a problem, and which combination of conventions would make it right."""

    def __init__(self, problem: Problem, *, only_key: bool = False) -> None:
        self.problem = problem
        self.asked = asked(problem)
        self.graph = problem.reference.graph()
        chosen, worlds = combinations(problem), worlds_of(problem)
        self.keys = [right(problem, one, worlds) for one in chosen]
        working = chosen[:1] if only_key else chosen
        self.made = [trial for one in working for trial in mistaken(problem, one, worlds)]
        self.own = [chosen.index(trial.conventions) for trial in self.made]
        self.fits = {
            q: agreement(problem, q, self.keys, self.made, turned=True) for q in self.asked
        }
        self.right: Mask = np.logical_and.reduce(list(self.fits.values()))
        self.shows: Mask = ~self.right.any(axis=0)

    def sights(self) -> tuple[Sight, ...]:
        """Under the key's conventions."""
        return tuple(self._sight(t) for t, own in enumerate(self.own) if own == 0)

    def other_sights(self) -> tuple[Sight, ...]:
        """Hidden under some other combination only, with the fewest deviations."""
        hidden = [t for t in range(len(self.made)) if not self.shows[t]]
        known = {self.made[t].identity for t in hidden if self.own[t] == 0}
        found: dict[object, Sight] = {}
        for t in hidden:
            if self.made[t].identity not in known:
                known.add(self.made[t].identity)
                found[t] = self._sight(t)
        return tuple(found.values())

    def _sight(self, t: int) -> Sight:
        trial, own = self.made[t], self.own[t]
        key = self.keys[own]
        reaches = [q for q in self.asked if self._reaches(trial, q)]
        parted = {q: _parted(key, trial, q) for q in reaches}
        hidden = "" if self.shows[t] else self._why(t, parted)
        as_read = self.keys[int(np.argmax(self.right[:, t]))].conventions
        return Sight(
            code=trial.code,
            at=home(self.problem, trial),
            rule=trial.rule,
            mixed=trial.mixed,
            reaches=tuple(reaches),
            shows=tuple(q for q in reaches if not self.fits[q][own, t]),
            accepts={q: by for q, by in parted.items() if by > _SAME and self._near(q, key, trial)},
            as_layout=tuple(
                q for q in reaches if self.fits[q][own, t] and not self._near(q, key, trial)
            ),
            elsewhere=self._elsewhere(key, trial) if hidden else (),
            hidden=hidden,
            conventions=differing(trial.conventions, self.problem),
            read_as=_other(as_read, key.conventions) if hidden == "other_convention" else {},
        )

    def _reaches(self, trial: Trial, quantity: str) -> bool:
        step = trial.mistake.step if trial.mistake else ""
        return step == quantity or step in self.graph.ancestors(quantity)

    def _near(self, quantity: str, key: Trial, trial: Trial) -> bool:
        """Whether the wrong values are within the item's tolerance, as tabled."""
        return bool(agreement(self.problem, quantity, [key], [trial])[0, 0])

    def _why(self, t: int, parted: Mapping[str, float]) -> str:
        """Why a mistake does not show, the nearest reason first."""
        if not parted:
            return "not_asked"
        if max(parted.values()) <= _SAME:
            return "no_effect"
        if not self.right[self.own[t], t]:
            return "other_convention"
        trial, key = self.made[t], self.keys[self.own[t]]
        near = all(self._near(q, key, trial) for q in parted)
        return "within_tolerance" if near else "other_layout"

    def _elsewhere(self, key: Trial, trial: Trial) -> tuple[str, ...]:
        others = (q.name for q in self.problem.reference.quantities if q.name not in self.asked)
        return tuple(
            q
            for q in others
            if self._reaches(trial, q)
            and not agreement(self.problem, q, [key], [trial], turned=True)[0, 0]
        )


def _parted(key: Trial, trial: Trial, quantity: str) -> float:
    """By which share of the right value the wrong ones are off at most."""
    shares = [0.0]
    for expected, obtained in zip(key.values[quantity], trial.values[quantity], strict=True):
        size = np.abs(expected)
        against = np.where(size > 0, size, np.max(size, initial=0.0) or 1.0)
        shares.append(float(np.max(np.abs(obtained - expected) / against, initial=0.0)))
    return max(share if np.isfinite(share) else 1.0 for share in shares)


def _other(conventions: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in conventions.items() if value != own[name]}
