"""The search: the graph is gone through once, with every hypothesis a line of one batch.

Where a step depends on a convention, each line goes on under every value of it; where the
catalogue has mistakes for a step, each line also goes on with each of them. Every answer on the
way keeps the lines that account for it, and those that are not much dearer. So a mistake is found
wherever it was made, whatever was left out between, and conventions and mistakes are one search.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from grader.accounts import Accounts
from grader.branching import Workings
from grader.fits import Sought
from grader.follow import Lenience
from grader.lines import LANES, STORY, WRITTEN, Line, Lines, Rows, Sheet
from grader.model import Problem
from grader.paths import copies
from grader.plan import Choice, Planned, combinations, keys, plan, route
from grader.prices import SENSELESS
from grader.standing import Next, Standing
from grader.worlds import World
from reference.operations import OPERATIONS, Array

__all__ = ["Search", "walked"]

_MARGINS = (150, 200)
"""Lines that cost so much more than the best are left; more where two mistakes are looked for."""

_SPARE = (50, 150)
"""Lines that cost so much more than the best make no further mistakes."""

_TROUBLE = 40
"""An answer at which even the best line becomes so much dearer asks for an explanation."""

_PATIENCE = 20
"""How often roundings are looked at closely, in all."""

_HOPELESS = 6
_FEW_KEPT = 24
_MOST_KEPT = 160


@dataclass(frozen=True, eq=False)
class Search:
    """What is searched, and how far.

    Attributes:
        sought: the answers, by quantity, in working order.
        worlds: where they are judged.
        ranges: for each convention the values to try, the likeliest first.
        prices: what a value of a convention costs, where it is unlikely.
        most_pending: how many mistakes may be made between two answers.
        lazily: mistakes are looked for only before answers that nothing else predicts; one that
            was made earlier, and could not be seen until then, is not found.
        lenient: tells what is right for a line in the last of some answers, given that one value
            was rounded or that wrong ones have hidden digits; it takes time.
    """

    problem: Problem
    sought: Mapping[str, Sought]
    worlds: Sequence[World]
    ranges: Sequence[Sequence[str]]
    prices: Mapping[tuple[int, str], int] = field(default_factory=dict)
    most_pending: int = 1
    lazily: bool = False
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
        self.workings = Workings(
            search.problem,
            search.sought,
            self.lines,
            self.sheets,
            search.most_pending,
            _SPARE[search.most_pending - 1],
        )
        self.keys = {world.name: keys(search.problem, world) for world in search.worlds}
        self.patience = _PATIENCE
        self.hopeless = False
        self.rightly = search.lazily
        stretch: list[Planned] = []
        for planned in route(search.problem, tuple(search.sought)):
            stretch.append(planned)
            if planned.step.name in search.sought:
                self._go(stretch)
                stretch = []

    def _first(self) -> Line:
        """Nothing is decided but what cannot be otherwise."""
        choice = tuple(values[0] if len(values) == 1 else "" for values in self.search.ranges)
        prices = (self.search.prices.get((k, value), 0) for k, value in enumerate(choice))
        return Line(sum(prices), choice)

    # --- from one answer to the next ------------------------------------------------------------

    def _go(self, stretch: Sequence[Planned]) -> None:
        """On to the next answer; lazily, mistakes are thought of only where it asks for them."""
        if self.search.lazily and not self.hopeless:
            before = min(line.cost for line in self.lines.now)
            kept = self.lines.kept(), [sheet.kept() for sheet in self.sheets.values()]
            hopeless = self.hopeless
            self._work(stretch, rightly=True)
            if min(line.cost for line in self.lines.now) < before + _TROUBLE:
                return
            self.lines.restore(kept[0])
            self.hopeless = hopeless
            for sheet, values in zip(self.sheets.values(), kept[1], strict=True):
                sheet.restore(values)
        self._work(stretch, rightly=self.hopeless)

    def _work(self, stretch: Sequence[Planned], *, rightly: bool) -> None:
        self.rightly = rightly
        for planned in stretch:
            self._decide(planned)
            self.workings.work(planned, rightly=rightly)
        self._account(stretch[-1].step.name)

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
        found = Accounts(
            Standing(self.search.problem, quantity, sought, now, predicted, rows, fit),
            copied,
            lambda k: self._leniently(quantity, k),
            pairs=self.search.most_pending > 1,
        ).found()
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
        if self.patience <= 0 or (self.rightly and self.search.lazily):
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
            if quantity not in self.workings.needed[world]:
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


def _is_hopeless(found: Sequence[Next]) -> bool:
    """Whether so much is unexplained even on the best line that no mistake will be found."""
    best = min(found, key=lambda one: one.line.cost)
    return sum(cause.code in SENSELESS for cause in best.line.causes) >= _HOPELESS


def _kept(found: Sequence[Next], margin: int, most: int) -> list[Next]:
    """Those that are not much dearer than the best, in the order in which they were made."""
    limit = min(one.line.cost for one in found) + margin
    kept = [one for one in found if one.line.cost <= limit]
    if len(kept) <= most:
        return kept
    cheapest = sorted(range(len(kept)), key=lambda k: kept[k].line.cost)[:most]
    return [kept[k] for k in sorted(cheapest)]
