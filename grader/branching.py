"""Working a step for every line of the search, and branching off where a mistake can be made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.fits import Sought
from grader.lines import LANES, Line, Lines, Rows, Sheet
from grader.model import Problem
from grader.plan import Choice, Planned, forks, plan, times, worked_again
from grader.prices import PRICE
from reference.graph import Step
from reference.mistakes import Mistake
from reference.operations import Array

__all__ = ["Workings"]

_MOST_LINES = 2400
"""Where there are more, no further mistakes are tried."""


@dataclass(frozen=True, eq=False)
class Workings:
    """The lines, and what each has at every step in every world.

    Attributes:
        sought: the answers, by quantity, in working order.
        most_pending: how many mistakes may be made between two answers.
        spare: lines that cost so much more than the cheapest make no further mistakes.
    """

    problem: Problem
    sought: Mapping[str, Sought]
    lines: Lines
    sheets: Mapping[str, Sheet]
    most_pending: int
    spare: int

    @cached_property
    def needed(self) -> Mapping[str, AbstractSet[str]]:
        """By world the steps that some answer needs there."""
        graph = plan(self.problem).graph
        found: dict[str, AbstractSet[str]] = {}
        for world in self.sheets:
            names = [q for q, one in self.sought.items() if world in one.worlds]
            found[world] = frozenset(names).union(*(graph.ancestors(q) for q in names))
        return found

    @cached_property
    def _forks(self) -> AbstractSet[str]:
        return forks(self.problem, tuple(self.sought))

    @cached_property
    def _again(self) -> Mapping[str, tuple[tuple[Planned, ...], AbstractSet[str]]]:
        return worked_again(self.problem, tuple(self.sought))

    def work(self, planned: Planned, *, rightly: bool) -> None:
        """The step's value for every line, and, unless ``rightly``, lines with mistakes in it."""
        name = planned.step.name
        sheets = [sheet for world, sheet in self.sheets.items() if name in self.needed[world]]
        groups = self._groups(planned)
        values = [_by_rule(sheet, planned, groups, len(self.lines.now)) for sheet in sheets]
        branches = [] if rightly else list(self._branches(planned, groups, sheets, values))
        if branches:
            count = len(self.lines.now)
            parts = [
                [_lines_of(s.spread(v, count), count)] for s, v in zip(sheets, values, strict=True)
            ]
            for k, part in enumerate(parts):
                part += [wrong[k] for _, _, wrong in branches]
            values = [_joined(part) for part in parts]
            self._branch_off([(mistake, rows) for mistake, rows, _ in branches])
        for sheet, value in zip(sheets, values, strict=True):
            sheet.put(name, value)

    def _groups(self, planned: Planned) -> dict[Choice, list[int]]:
        """The lines by the rule that they work a step by."""
        if not planned.on:
            return {(): list(range(len(self.lines.now)))}
        groups: dict[Choice, list[int]] = {}
        for row, line in enumerate(self.lines.now):
            groups.setdefault(planned.choice(line.choice), []).append(row)
        return groups

    def _branches(
        self,
        planned: Planned,
        groups: Mapping[Choice, Sequence[int]],
        sheets: Sequence[Sheet],
        values: Sequence[Array],
    ) -> Iterator[tuple[Mistake, Rows, list[Array]]]:
        """The mistakes that change a step's value: with which lines make them, and their values."""
        for mistake, steps, rows in self._mistakes(planned, groups):
            wrong = [sheet.spread(sheet.work(steps, rows), len(rows)) for sheet in sheets]
            keep = _differ(sheets, values, wrong, rows)
            if np.any(keep):
                yield mistake, rows[keep], [_lines_of(w, len(rows))[keep] for w in wrong]

    def _branch_off(self, made: Sequence[tuple[Mistake, Rows]]) -> None:
        """Go on with all lines, and with those that made a mistake."""
        now = self.lines.now
        lines, parents = list(now), list(range(len(now)))
        for mistake, rows in made:
            for row in rows.tolist():
                cost, choice, causes, pending, layouts, right, far = now[row]
                pending = (*pending, mistake)
                lines.append(Line(cost + PRICE, choice, causes, pending, layouts, right, far))
                parents.append(row)
        self.lines.become(lines, parents)

    def _mistakes(
        self, planned: Planned, groups: Mapping[Choice, Sequence[int]]
    ) -> Iterator[tuple[Mistake, Sequence[Step], Rows]]:
        """The mistakes that can be made here, with their steps and the lines that may make them."""
        now, most = self.lines.now, self.most_pending
        if len(now) > _MOST_LINES:
            return
        limit = min(line.cost for line in now) + self.spare
        fork = planned.step.name in self._forks
        for choice, rows in groups.items():
            step, wrong = planned.rules[choice]
            if not wrong and not fork:
                continue
            may = np.array(
                [r for r in rows if len(now[r].pending) < most and now[r].cost <= limit],
                dtype=np.intp,
            )
            turned = (times(step, "sign_error", -1.0),) if fork else ()
            for mistake in (*wrong, *turned) if len(may) else ():
                yield mistake, mistake.steps, may
        if planned.step.name in self._again:
            yield from self._mistakes_again(*self._again[planned.step.name])

    def _mistakes_again(
        self, chain: Sequence[Planned], again: AbstractSet[str]
    ) -> Iterator[tuple[Mistake, Sequence[Step], Rows]]:
        """The mistakes in steps that were worked before, and that are worked wrongly this time."""
        for rows in self._alike(chain):
            choice = self.lines.now[rows[0]].choice
            for earlier in (step for step in chain if step.step.name in again):
                for mistake in earlier.rules[earlier.choice(choice)][1]:
                    if once := self._not_yet(rows, mistake):
                        yield mistake, _after(mistake, chain, choice), np.array(once)

    def _not_yet(self, rows: Sequence[int], mistake: Mistake) -> list[int]:
        """The lines that may make a mistake in a step that was worked before."""
        most = self.most_pending
        now = self.lines.now
        return [
            row
            for row in rows
            if len(now[row].pending) < most
            and all(made is not mistake for made in now[row].pending)
            and all(cause.mistake is not mistake for cause in now[row].causes)
        ]

    def _alike(self, chain: Sequence[Planned]) -> list[list[int]]:
        """The lines in groups that work all these steps by the same rules."""
        groups: dict[tuple[Choice, ...], list[int]] = {}
        for row, line in enumerate(self.lines.now):
            choices = tuple(planned.choice(line.choice) for planned in chain)
            groups.setdefault(choices, []).append(row)
        return list(groups.values())


def _after(mistake: Mistake, chain: Sequence[Planned], choice: Choice) -> list[Step]:
    """The changed step, and those of a chain that depend on it."""
    fresh = list(mistake.steps)
    names = {mistake.step}
    for planned in chain:
        step = planned.rules[planned.choice(choice)][0]
        if step.name not in names and names.intersection(step.inputs):
            fresh.append(step)
            names.add(step.name)
    return fresh


def _by_rule(
    sheet: Sheet, planned: Planned, groups: Mapping[Choice, Sequence[int]], lines: int
) -> Array:
    """The step's value for every line, each under its own conventions."""
    if len(groups) == 1:
        (choice,) = groups
        return sheet.work((planned.rules[choice][0],))
    parts = []
    for choice, rows in groups.items():
        value = sheet.work((planned.rules[choice][0],), np.array(rows))
        parts.append(_lines_of(sheet.spread(value, len(rows)), len(rows)))
    order = np.argsort(np.concatenate([np.array(rows) for rows in groups.values()]))
    whole = np.concatenate(parts)[order]
    return whole.reshape((lines * whole.shape[1], *whole.shape[2:]))


def _joined(parts: Sequence[Array]) -> Array:
    """Lines of several arrays, one behind the other, in the form that operations take."""
    whole = np.concatenate(parts)
    return whole.reshape((whole.shape[0] * whole.shape[1], *whole.shape[2:]))


def _lines_of(values: Array, lines: int) -> Array:
    """Lines first, then lanes and draws as one axis."""
    return values.reshape((lines, len(values) // lines, *values.shape[1:]))


def _differ(
    sheets: Sequence[Sheet], values: Sequence[Array], wrong: Sequence[Array], rows: Rows
) -> np.ndarray:
    """Which of the lines have another value with the mistake than without, in any world."""
    found = np.zeros(len(rows), dtype=bool)
    for sheet, right, other in zip(sheets, values, wrong, strict=True):
        each = LANES * sheet.draws
        if sheet.is_shared(right):
            same = sheet.spread(right, len(rows))
        else:
            same = right.reshape((len(right) // each, each, *right.shape[1:]))[rows]
        found |= np.any((same.reshape(other.shape) != other).reshape(len(rows), -1), axis=1)
    return found
