"""All stories that give the very answers that a student wrote: the truth is this class.

Different doings can give the same numbers: ``h1`` worked under another reshape than the rest, or
all the rest under the other one with ``grad_h0`` mixed. A story belongs to the class when it has
at most as many acts as the student's own, and predicts every answer to the digits written (or, for
the wider class of `near_stories`, within tolerance). Searched are all conventions with

* every rule of the catalogue, and the sign of every gradient, singly and (where the student made
  two mistakes by rules) in pairs;
* the opposite sign of one answer that was not carried on;
* the student's own slips, factors, exchanged answers, carried on or not.

Pairs are evaluated only where each of the two alone gives the answers that the other cannot
change. Where no mistake at all gives the answers, only such stories count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np

from benchmarks.synthetic_rules import (
    Conventions,
    conventions_of,
    home,
    reach,
    rules,
    with_factor,
)
from benchmarks.synthetic_student import Made, Spoilt, Story
from reference.mistakes import Mistake
from reference.operations import Array

__all__ = ["Finding", "found_in", "near_stories", "stories"]

Finding = tuple[str, str]
"""A code, and the quantity where the mistake was made."""


def stories(made: Made) -> tuple[Story, ...]:
    """Those that give what is written, to its digits; those of no mistake alone if there are."""
    return _plainest(_searched(made, near=False))


def near_stories(made: Made) -> tuple[Story, ...]:
    """Those that agree with all that is written within the tolerance."""
    return _plainest(_searched(made, near=True))


def _plainest(found: Sequence[Story]) -> tuple[Story, ...]:
    plain = tuple(story for story in found if not story.acts)
    return plain or tuple(found)


def found_in(made: Made, story: Story) -> frozenset[Finding] | None:
    """The findings of a story; None where one of its acts changes nothing beyond tolerance."""
    findings: set[Finding] = set()
    for act in story.rules:
        shown = made.shown(story, act)
        if not shown:
            return None
        findings.add((act.code, home(made.problem, act, shown[0])))
    for spoilt in story.spoilt:
        findings |= {(spoilt.code, at) for at in spoilt.at}
    return frozenset(findings)


# --- the search ---------------------------------------------------------------------------------


def _searched(made: Made, *, near: bool) -> list[Story]:
    most = len(made.truth.acts)
    found: list[Story] = []
    for spoilt in _variants(made.truth.spoilt):
        table = _Table(made, spoilt, near=near)
        found += table.found(most - len(spoilt))
    if made.truth.spoilt:
        found += _Table(made, (), near=near).found(min(1, most))
    return _without_doubles(found)


def _variants(spoilt: Sequence[Spoilt]) -> Iterator[tuple[Spoilt, ...]]:
    """Each slip carried on, or copied wrongly."""
    yield from product(*([act, _otherwise(act)] if _is_slip(act) else [act] for act in spoilt))


def _is_slip(act: Spoilt) -> bool:
    return act.code in {"arithmetic_slip", "transcription_slip"}


def _otherwise(act: Spoilt) -> Spoilt:
    code = "transcription_slip" if act.carried else "arithmetic_slip"
    return replace(act, code=code, carried=not act.carried)


def _without_doubles(found: Sequence[Story]) -> list[Story]:
    """Of a slip that may have been carried on or not, as far as the numbers tell: carried on."""
    carried = {_signature(s) for s in found if all(a.carried or not _is_slip(a) for a in s.spoilt)}
    return [
        story
        for story in found
        if all(a.carried or not _is_slip(a) for a in story.spoilt)
        or _signature(story) not in carried
    ]


def _signature(story: Story) -> tuple[object, ...]:
    slips = tuple(sorted(act.at for act in story.spoilt))
    return story.conventions, tuple(id(rule) for rule in story.rules), slips


@dataclass(eq=False)
class _Table:
    """What every answer would be under all conventions and single rules, some answers spoilt."""

    made: Made
    spoilt: tuple[Spoilt, ...]
    near: bool

    @cached_property
    def _choices(self) -> tuple[Conventions, ...]:
        return conventions_of(self.made.problem, self.made.stated)

    def _rules(self, conventions: Conventions) -> tuple[Mistake, ...]:
        return rules(self.made.problem, conventions) + self._factors[conventions]

    @cached_property
    def _factors(self) -> Mapping[Conventions, tuple[Mistake, ...]]:
        """The student's own constant factor, in every place where it can be made."""
        factors = {
            sign * float(rule.steps[-1].options["factor"])
            for rule in self.made.truth.rules
            if rule.code == "constant_factor"
            for sign in (1, -1)
        }
        problem = self.made.problem
        return {
            c: tuple(
                with_factor(problem.reference.graph(dict(c)), q.name, factor)
                for factor in factors
                for q in problem.reference.quantities
                if problem.shape(q.name) or q.is_gradient
            )
            for c in self._choices
        }

    def found(self, most: int) -> list[Story]:
        """The stories of at most so many acts beside the answers spoilt."""
        if most < 0:
            return []
        found = [*self._plain()]
        if most > 0:
            found += [*self._single(), *self._unsigned(most - 1)]
        if most > 1:
            found += [*self._pairs()]
        return found

    def _plain(self) -> Iterator[Story]:
        for c, fits in zip(self._choices, self._all_fit[:, 0], strict=True):
            if fits:
                yield Story(c, (), self.spoilt)

    def _single(self) -> Iterator[Story]:
        for c, k in np.argwhere(self._all_fit[:, 1:]):
            conventions = self._choices[c]
            yield Story(conventions, (self._rules(conventions)[k],), self.spoilt)

    def _unsigned(self, most: int) -> Iterator[Story]:
        """One gradient stated with the opposite sign, the right one carried on."""
        gradients = [q for q in self.made.keep if q.startswith("grad_") and q in self._fits]
        for q in gradients:
            turned = {q} | (self._after(q) if self.made.as_written else set())
            masks = [self._opposite(k) if k in turned else self._fits[k] for k in self.made.keep]
            for c, k in np.argwhere(np.logical_and.reduce(masks)[:, : 1 + most * self._count]):
                made = () if k == 0 else (self._rules(self._choices[c])[k - 1],)
                yield Story(self._choices[c], made, (*self.spoilt, _unsigned(self.made, q)))

    def _after(self, q: str) -> set[str]:
        """The answers that are worked out from this one directly."""
        graph = self.made.problem.reference.graph()
        cut = self.made.answers.used.keys() - {q}
        return set(reach(graph, q, cut) & set(self.made.keep)) - {q}

    def _pairs(self) -> Iterator[Story]:
        for number, conventions in enumerate(self._choices):
            every = self._rules(conventions)
            for i, k in np.argwhere(self._possible_pairs(number)):
                if i < k and every[i].step != every[k].step:
                    story = Story(conventions, (every[i], every[k]), self.spoilt)
                    if self._story_fits(story):
                        yield story

    def _possible_pairs(self, number: int) -> np.ndarray:
        """Pairs of which each alone gives what the other cannot change."""
        fails = ~np.array([self._fits[q][number, 1:] for q in self.made.keep]).T
        alone = fails.astype(int) @ (~self._changes).astype(int).T == 0
        return np.asarray(alone & alone.T)

    @cached_property
    def _changes(self) -> np.ndarray:
        """Which rule, if another, changes which answer."""
        graph = self.made.problem.reference.graph()
        cut = self.made.answers.used.keys()
        reached = [reach(graph, rule.step, cut) for rule in self._rules(self._choices[0])]
        return np.array([[q in steps for q in self.made.keep] for steps in reached])

    def _story_fits(self, story: Story) -> bool:
        values = self.made.predicted(story)
        compare = self.made.near if self.near else self.made.fits
        return all(bool(compare(q, values[q])) for q in reversed(self.made.keep))

    # --- the table ------------------------------------------------------------------------------

    @cached_property
    def _count(self) -> int:
        return len(self._rules(self._choices[0]))

    @cached_property
    def _values(self) -> dict[str, Array]:
        """What stands for every answer: conventions, then none or one rule, then its own axes."""
        rows = [
            [self.made.predicted(Story(c, made, self.spoilt)) for made in self._none_or_one(c)]
            for c in self._choices
        ]
        return {q: np.array([[one[q] for one in row] for row in rows]) for q in self.made.keep}

    def _none_or_one(self, conventions: Conventions) -> list[tuple[Mistake, ...]]:
        return [(), *((rule,) for rule in self._rules(conventions))]

    @cached_property
    def _fits(self) -> dict[str, np.ndarray]:
        compare = self.made.near if self.near else self.made.fits
        return {q: compare(q, values) for q, values in self._values.items()}

    def _opposite(self, q: str) -> np.ndarray:
        compare = self.made.near if self.near else self.made.fits
        return compare(q, -self._values[q])

    @cached_property
    def _all_fit(self) -> np.ndarray:
        return np.asarray(np.logical_and.reduce([self._fits[q] for q in self.made.keep]))


def _unsigned(made: Made, q: str) -> Spoilt:
    own = made.answers.numbers.get(q)
    right = None if own is None else -own.values
    return Spoilt("sign_error", (q,), lambda _q, values: -values[q], right=right)
