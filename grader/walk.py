"""The search: the graph is gone through once, with every hypothesis a line of one batch.

Where a step depends on a convention, each line goes on under every value of it; where the
catalogue has mistakes for a step, each line also goes on with each of them. Every answer on the
way keeps the lines that account for it, and those that are not much dearer. So a mistake is found
wherever it was made, whatever was left out between, and conventions and mistakes are one search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np

from grader.accounts import PRICE, UNEXPLAINED, Accounts, Next
from grader.fits import Sought
from grader.follow import Lenience
from grader.lines import LANES, STORY, WRITTEN, Line, Lines, Rows, Sheet
from grader.model import Problem
from grader.paths import copies
from grader.plan import Choice, Planned, combinations, forks, keys, plan, route, times, worked_again
from grader.worlds import World
from reference.graph import Step
from reference.mistakes import Mistake
from reference.operations import OPERATIONS, Array

__all__ = ["Search", "walked"]

_MARGINS = (150, 200)
"""Lines that cost so much more than the best are left; more where two mistakes are looked for."""

_PATIENCE = 20
"""How often roundings are looked at closely, in all."""

_HOPELESS = 6
_FEW_KEPT = 24
_MOST_KEPT = 160
_MOST_LINES = 2400
"""Where there are more, no further mistakes are tried."""


@dataclass(frozen=True, eq=False)
class Search:
    """What is searched, and how far.

    Attributes:
        sought: the answers, by quantity, in working order.
        worlds: where they are judged.
        ranges: for each convention the values to try, the likeliest first.
        prices: what a value of a convention costs, where it is unlikely.
        most_pending: how many mistakes may be made between two answers.
        lenient: tells what is right for a line in the last of some answers, given that one value
            was rounded or that wrong ones have hidden digits; it takes time.
    """

    problem: Problem
    sought: Mapping[str, Sought]
    worlds: Sequence[World]
    ranges: Sequence[Sequence[str]]
    prices: Mapping[tuple[int, str], int] = field(default_factory=dict)
    most_pending: int = 1
    lenient: Callable[[Line, Sequence[str]], Lenience | None] = lambda _line, _so_far: None


def walked(search: Search) -> list[Line]:
    """The lines that remain after the last answer, in the order in which they were made."""
    return _Walk(search).lines.now


class _Walk:
    def __init__(self, search: Search) -> None:
        self.search = search
        self.graph = plan(search.problem).graph
        self._rows: dict[Choice, int] = {}
        self.lines = Lines(self._first())
        self.sheets = {world.name: Sheet(world, self.lines) for world in search.worlds}
        self.keys = {world.name: keys(search.problem, world) for world in search.worlds}
        self.forks = forks(search.problem, tuple(search.sought))
        self.again = worked_again(search.problem, tuple(search.sought))
        self.patience = _PATIENCE
        self.hopeless = False
        self.needed = {world.name: self._needed(world) for world in search.worlds}
        for planned in route(search.problem, tuple(search.sought)):
            self._decide(planned)
            self._work(planned)
            if planned.step.name in search.sought:
                self._account(planned.step.name)

    def _first(self) -> Line:
        """Nothing is decided but what cannot be otherwise."""
        choice = tuple(values[0] if len(values) == 1 else "" for values in self.search.ranges)
        prices = (self.search.prices.get((k, value), 0) for k, value in enumerate(choice))
        return Line(sum(prices), choice)

    def _needed(self, world: World) -> frozenset[str]:
        """The steps that some answer needs in this world; an expression is also carried on."""
        names = [q for q, one in self.search.sought.items() if world.name in one.worlds]
        return frozenset(names).union(*(self.graph.ancestors(q) for q in names))

    # --- one step -------------------------------------------------------------------------------

    def _decide(self, planned: Planned) -> None:
        """Every line goes on under each value of the conventions that the step depends on."""
        for k in planned.on:
            now = self.lines.now
            if all(line.choice[k] for line in now):
                continue
            lines: list[Line] = []
            parents: list[int] = []
            for row, line in enumerate(now):
                for value in self.search.ranges[k] if not line.choice[k] else (line.choice[k],):
                    lines.append(self._deciding(line, k, value))
                    parents.append(row)
            self.lines.become(lines, parents)

    def _deciding(self, line: Line, k: int, value: str) -> Line:
        if line.choice[k]:
            return line
        choice = (*line.choice[:k], value, *line.choice[k + 1 :])
        return line._replace(cost=line.cost + self.search.prices.get((k, value), 0), choice=choice)

    def _work(self, planned: Planned) -> None:
        """The step's value for every line, and more lines, each with a mistake made in it."""
        name = planned.step.name
        sheets = [sheet for world, sheet in self.sheets.items() if name in self.needed[world]]
        groups = self._groups(planned)
        values = [_by_rule(sheet, planned, groups, len(self.lines.now)) for sheet in sheets]
        branches = list(self._branches(planned, groups, sheets, values))
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
        now, most = self.lines.now, self.search.most_pending
        if len(now) > _MOST_LINES or self.hopeless:
            return
        fork = planned.step.name in self.forks
        for choice, rows in groups.items():
            step, wrong = planned.rules[choice]
            if not wrong and not fork:
                continue
            may = np.array([row for row in rows if len(now[row].pending) < most], dtype=np.intp)
            turned = (times(step, "sign_error", -1.0),) if fork else ()
            for mistake in (*wrong, *turned) if len(may) else ():
                yield mistake, mistake.steps, may
        if planned.step.name in self.again:
            yield from self._mistakes_again(*self.again[planned.step.name])

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
        most = self.search.most_pending
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

    # --- one answer -----------------------------------------------------------------------------

    def _account(self, quantity: str) -> None:
        """Keep the lines that account for the answer; go on from it as each of them has it."""
        sought = self.search.sought[quantity]
        now = self.lines.now
        rows = np.array([self._row(line.choice) for line in now], dtype=np.intp)
        predicted = {
            world: np.concatenate(
                [self.sheets[world].by_line(quantity), self.keys[world][quantity][rows][:, None]],
                axis=1,
            )
            for world in sought.worlds
        }
        copied = self._copied(quantity, predicted)
        fit = sought.fit(predicted, rows)
        at = Accounts(
            self.search.problem,
            quantity,
            sought,
            now,
            predicted,
            rows,
            fit,
            copied,
            lambda k: self._leniently(quantity, k),
            pairs=self.search.most_pending > 1,
        )
        found = at.found()
        self.hopeless = self.hopeless or _is_hopeless(found)
        margin = _MARGINS[self.search.most_pending - 1]
        kept = _kept(found, margin, _FEW_KEPT if self.hopeless else _MOST_KEPT)
        parents = [one.parent for one in kept]
        carried = self._carried(quantity, kept, fit.layouts[parents], rows[parents])
        lines = [one.line for one in kept]
        if parents == list(range(len(now))):
            self.lines.now = lines
        else:
            self.lines.become(lines, parents)
        for world, values in carried.items():
            self.sheets[world].put(quantity, values)
        for row, one in enumerate(kept):
            if one.refined:
                self.sheets["given"].refine(row, one.refined)

    def _copied(self, quantity: str, predicted: Mapping[str, Array]) -> frozenset[int]:
        """Lines with a slip of the pen that this answer may hold a copy of.

        What they predict in the second place is replaced by the copy.
        """
        found = set()
        for row, line in enumerate(self.lines.now):
            for cause in line.causes:
                names = copies(self.graph, cause.shows, quantity) if not cause.carried else None
                if names and cause.shows in predicted.keys() | self.search.sought.keys():
                    copy = self._copy(line, cause.shows, names)
                    if copy is not None and "given" in predicted:
                        predicted["given"][row, WRITTEN] = copy
                        found.add(row)
        return frozenset(found)

    def _copy(self, line: Line, source: str, names: Sequence[str]) -> Array | None:
        """The student's own values of an answer, written in other places."""
        layouts = np.array([dict(line.layouts).get(source, 0)])
        rows = np.array([self._row(line.choice)])
        value = self.search.sought[source].own("given", layouts, rows)
        if value is None:
            return None
        for name in names:
            planned = plan(self.search.problem).steps[name]
            step = planned.rules[planned.choice(line.choice)][0]
            value = OPERATIONS[step.operation].value(value, **step.options)
        return np.asarray(value[0])

    def _leniently(self, quantity: str, row: int) -> Lenience | None:
        """What is right given that values were rounded."""
        if self.patience <= 0:
            return None
        self.patience -= 1
        names = list(self.search.sought)
        return self.search.lenient(self.lines.now[row], names[: names.index(quantity) + 1])

    def _row(self, choice: Choice) -> int:
        """The number of the combination; what is undecided has not mattered so far."""
        if choice not in self._rows:
            whole = tuple(v or r[0] for v, r in zip(choice, self.search.ranges, strict=True))
            self._rows[choice] = combinations(self.search.problem)[whole]
        return self._rows[choice]

    def _carried(
        self, quantity: str, kept: Sequence[Next], layouts: Rows, rows: Rows
    ) -> dict[str, Array]:
        """What every line goes on with, in each world."""
        found: dict[str, Array] = {}
        for world, sheet in self.sheets.items():
            if quantity not in self.needed[world]:
                continue
            values = sheet.by_line(quantity)[[one.parent for one in kept]]
            own = self.search.sought[quantity].own(world, layouts, rows)
            _pin(values, own, kept)
            found[world] = values.reshape(
                (len(kept) * LANES * sheet.draws, *self._shape(values, sheet))
            )
        return found

    @staticmethod
    def _shape(values: Array, sheet: Sheet) -> tuple[int, ...]:
        return values.shape[2 + len(sheet.world.batch) :]


def _pin(values: Array, own: Array | None, kept: Sequence[Next]) -> None:
    """Put the student's own values in both lanes, as each line has it."""
    for k, one in enumerate(kept):
        if one.factor != 1:
            values[k] = one.factor * values[k]
    if own is None:
        return
    said = np.array([not one.empty for one in kept]).reshape((-1,) + (1,) * (own.ndim - 1))
    pinned = said & ~np.isnan(own)
    values[:, WRITTEN] = np.where(pinned, own, values[:, WRITTEN])
    for k, one in enumerate(kept):
        if one.wrong is not None and one.carried:
            values[k, STORY] = np.where(one.wrong, own[k], values[k, STORY])
        elif one.wrong is not None:
            values[k, WRITTEN] = np.where(one.wrong, values[k, STORY], values[k, WRITTEN])


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


def _is_hopeless(found: Sequence[Next]) -> bool:
    """Whether so much is unexplained even on the best line that no mistake will be found."""
    best = min(found, key=lambda one: one.line.cost)
    return sum(cause.code in UNEXPLAINED for cause in best.line.causes) >= _HOPELESS


def _kept(found: Sequence[Next], margin: int, most: int) -> list[Next]:
    """Those that are not much dearer than the best, in the order in which they were made."""
    limit = min(one.line.cost for one in found) + margin
    kept = [one for one in found if one.line.cost <= limit]
    if len(kept) <= most:
        return kept
    cheapest = sorted(range(len(kept)), key=lambda k: kept[k].line.cost)[:most]
    return [kept[k] for k in sorted(cheapest)]


# --- arrays of lines ----------------------------------------------------------------------------


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
