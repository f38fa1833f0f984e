"""How lines of the search account for one answer, and with what each of them goes on.

A line that predicts the answer goes on as it is; if it made a mistake without which the answer is
not predicted, the mistake is now shown. A line that does not predict the answer has to say what
happened: the opposite sign, one factor, entries one place off, a few slips, or nothing at all,
at a price.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from grader.compare import Mask
from grader.fits import KEY, Fit, Sought
from grader.follow import Cause, Lenience, Tried
from grader.lines import STORY, WRITTEN, Line, Rows
from grader.model import Problem
from grader.plan import plan, times
from grader.relations import PLAIN, Compared, factors, nearly, relations
from reference.mistakes import Mistake
from reference.operations import Array

__all__ = ["PRICE", "UNEXPLAINED", "Accounts", "Next", "home", "price"]

PRICE = 100
_PRICES: Mapping[str, int] = MappingProxyType(
    {"": 450, "constant_factor": 210, "rounded_early": 20, "too_few_digits": 20}
)
_SLIP_ENTRY = 40
UNEXPLAINED = frozenset({"", "arithmetic_slip", "transcription_slip", "too_few_digits"})
"""What is said where no rule explains the numbers."""

_MOST_TOLD = 5
_COPYING = frozenset({"same", "fold", "unfold", "repeat_channels"})
_MANY_SLIPS = 290
_LAYOUT = 3
_UNUSED = 5
"""A wrong value that a later answer does not follow from, although it should."""

_ROUNDED = 2
"""An answer that follows only if one looks at roundings closely."""

_TURNED = 1
_NOT_CARRIED = 1
_MOST_SLIPS = 0.5
_REACH = 4.0
"""How many times further than all roundings together a few of them move a value, at most."""

_SLIP_REACH = 0.5
"""How far the digits hidden in a slip move a later value, at most, as a share of it."""

_NEARLY_ALL = 0.9
_MOST_UNEXPLAINED = 24


class Next(NamedTuple):
    """A line after an answer.

    Attributes:
        parent: the number of the line that it continues.
        wrong: entries that are wrong by no rule.
        carried: whether these are gone on with.
        factor: everything is so many times what it should be from here on.
        empty: the answer says nothing, and is not gone on with.
        refined: the values of all steps so far, where hidden digits came to light.
    """

    line: Line
    parent: int
    wrong: Mask | None = None
    carried: bool = True
    factor: float = 1.0
    empty: bool = False
    refined: Mapping[str, Array] = MappingProxyType({})


def price(cause: Cause) -> int:
    """How unlikely a cause is: rules are likely, slips cost by the entry."""
    told = _PRICES.get(cause.code, PRICE)
    if cause.code not in UNEXPLAINED:
        return told
    wrong = int(np.sum(cause.entries))
    # of numbers that nothing explains a few agree with any convention by accident
    return told + wrong if not cause.code else min(told + _SLIP_ENTRY * wrong, _MANY_SLIPS)


@dataclass(eq=False)
class Accounts:
    """What becomes of every line at one answer.

    Attributes:
        predicted: by world: lines, three predictions, draws, then the quantity's axes.
        rows: for each line the number of its combination of conventions.
        fit: how the answer fits the predictions.
        copied: lines with a slip of the pen in an earlier answer that this one is a copy of; what
            they predict in the second place is the slip copied along.
        lenient: tells for a line what is right given that values were rounded.
        pairs: whether two mistakes may have been made at one answer.
    """

    problem: Problem
    quantity: str
    sought: Sought
    lines: Sequence[Line]
    predicted: Mapping[str, Array]
    rows: Rows
    fit: Fit
    copied: frozenset[int]
    lenient: Callable[[int], Lenience | None]
    pairs: bool = False

    def __post_init__(self) -> None:
        count = len(self.lines)
        self.follows = np.all(self.fit.follows.reshape(count, -1), axis=1).tolist()
        self.right = np.all(self.fit.right.reshape(count, -1), axis=1).tolist()
        by_key = (self.fit.hits[:, KEY] & self.fit.present).reshape(count, -1)
        self.by_key = by_key.sum(axis=1).tolist()
        unused = (self.fit.hits[:, KEY] & ~self.fit.follows).reshape(count, -1)
        self.unused = np.any(unused, axis=1).tolist()
        by_story = (self.fit.hits[:, STORY] | ~self.fit.present).reshape(count, -1)
        self.by_story = np.all(by_story, axis=1).tolist()
        self.telling = self.fit.telling.tolist()
        self.empty = self.fit.empty.tolist()
        self.layouts = self.fit.layouts.tolist()
        self._on_the_way = plan(self.problem).graph.ancestors(self.quantity) | {self.quantity}
        self.n_wrong = np.sum(~self.fit.follows.reshape(count, -1), axis=1).tolist()
        self.n_open = np.sum(~self.fit.right.reshape(count, -1), axis=1).tolist()
        self.n_present = np.sum(self.fit.present.reshape(count, -1), axis=1).tolist()
        self._families: dict[tuple[object, ...], list[int]] = {}
        self._left: list[tuple[int, int]] = []
        self._shown: dict[tuple[object, ...], tuple[Cause, ...]] = {}

    def found(self) -> list[Next]:
        """All ways on; a line may end here, or go on in several ways."""
        for k, line in enumerate(self.lines):
            self._families.setdefault((line.choice, id(line.causes)), []).append(k)
        found: list[Next] = []
        unexplained: list[int] = []
        for members in self._families.values():
            found += self._family(members, unexplained)
        found += self._and_more()
        return found + self._without_rule(unexplained, found)

    # --- lines that predict the answer ----------------------------------------------------------

    def _family(self, members: Sequence[int], unexplained: list[int]) -> Iterator[Next]:
        """Lines that differ only by mistakes that no answer has shown yet."""
        fine = {self._pending(k) for k in members if self._is_fine(k)}
        base = next((k for k in members if not self.lines[k].pending), None)
        for k in members:
            line = self.lines[k]
            if self._is_fine(k):
                slip = self.fit.present[k] & ~self.fit.hits[k, STORY] if k in self.copied else None
                after = self._going_on(k, self._showing(line, fine, base, k))
                yield Next(after, k, slip, carried=False)
            elif self.empty[k] and not fine:
                yield self._degenerate(k)
            elif not line.pending:
                unexplained.append(k)
            elif not fine and base is not None and self._leads_here(line):
                slips = list(self._partly(k, base))
                self._left += [] if slips else [(k, base)]
                yield from slips

    def _is_fine(self, k: int) -> bool:
        """Whether the line predicts the answer; a mistake has to show, not only the key."""
        if self.empty[k]:
            said = self.lines[k].pending and not self.sought.is_zero
            return bool(said and self.by_story[k])
        if self.lines[k].pending:
            return bool(self.follows[k] and self.telling[k])
        return bool(self.right[k])

    def _pending(self, k: int) -> frozenset[int]:
        return frozenset(map(id, self.lines[k].pending))

    def _going_on(self, k: int, line: Line) -> Line:
        """The line with what every answer adds: its layout, and entries right by the key."""
        cost, layouts, layout = line.cost, line.layouts, self.layouts[k]
        if self.unused[k]:
            cost += _UNUSED
        if layout or self.sought.words(0):
            layouts = (*layouts, (self.quantity, layout))
            cost += _LAYOUT * bool(self.sought.words(layout))
        right, far = line.right + self.by_key[k], line.far + int(self.fit.far[k])
        return line._replace(cost=cost, layouts=layouts, right=right, far=far)

    def _showing(self, line: Line, fine: set[frozenset[int]], base: int | None, k: int) -> Line:
        """The line with those of its mistakes shown without which the answer is not predicted."""
        if not line.pending or frozenset() in fine or not self._leads_here(line):
            return line
        needed = line.pending
        for mistake in line.pending:
            if frozenset({id(mistake)}) in fine and len(line.pending) > 1:
                needed = (mistake,)
                break
        rest = tuple(m for m in line.pending if m not in needed)
        return line._replace(causes=self._with(line.causes, needed, base, k), pending=rest)

    def _with(
        self, causes: tuple[Cause, ...], made: tuple[Mistake, ...], base: int | None, k: int
    ) -> tuple[Cause, ...]:
        """The causes and these mistakes; the same tuple for the same ones, as families need it."""
        known = (id(causes), *map(id, made))
        if known not in self._shown:
            entries = self.fit.present[k] & ~self.fit.hits[k, KEY]
            if base is not None and not self.empty[k]:
                entries = ~self.fit.right[base]
            elif self.empty[k]:
                entries = self.fit.present[k]
            shown = (self._cause(mistake, entries, k) for mistake in made)
            self._shown[known] = (*causes, *shown)
        return self._shown[known]

    def _cause(self, mistake: Mistake, entries: Mask, k: int) -> Cause:
        at = home(self.problem, mistake.step, self.quantity)
        tried = partial(self._tried, k)
        return Cause(
            mistake.code,
            at,
            self.quantity,
            entries,
            mistake,
            evidence=mistake.evidence,
            tried=tried,
        )

    def _tried(self, k: int) -> Tried:
        """The hypotheses beside a line that were tried here, those that fit best first."""
        family = self._families[self.lines[k].choice, id(self.lines[k].causes)]
        fits = {one: self._fitting(one) for one in family}
        best = sorted(family, key=lambda one: -fits[one])[:_MOST_TOLD]
        return tuple(
            {
                "made": [_made(m) for m in self.lines[one].pending],
                "fits": fits[one],
                "of": self.n_present[one],
            }
            for one in best
        )

    def _fitting(self, k: int) -> int:
        wrong = self.n_wrong[k] if self.lines[k].pending else self.n_open[k]
        return int(self.n_present[k] - wrong)

    # --- lines that do not ----------------------------------------------------------------------

    def _degenerate(self, k: int) -> Next:
        line = self.lines[k]
        known = (id(line.causes),)
        if known not in self._shown:
            every = self.fit.present[k]
            cause = Cause("degenerate", self.quantity, self.quantity, every, carried=False)
            self._shown[known] = (*line.causes, cause)
        after = line._replace(cost=line.cost + PRICE, causes=self._shown[known])
        return Next(self._going_on(k, after), k, empty=True)

    def _and_more(self) -> list[Next]:
        """Lines on which a mistake leaves the answer off by its sign or by a plain factor."""
        if not self.pairs or not self._left:
            return []
        lines = [k for k, _ in self._left]
        wrong = self.fit.present[lines]
        told: list[Next] = []
        compared = self._comparing(lines, wrong)
        for (k, base), cause in zip(self._left, factors(compared), strict=True):
            step = self._as_step(self.lines[k], cause) if cause else None
            if cause and step:
                shown = self._with(self.lines[k].causes, self.lines[k].pending, base, k)
                cost = self.lines[k].cost + price(cause)
                causes = (*shown, replace(cause, mistake=step))
                after = self.lines[k]._replace(cost=cost, causes=causes, pending=())
                factor = float(cause.evidence["factor"])
                told.append(Next(self._going_on(k, after), k, factor=factor))
        return told

    def _leads_here(self, line: Line) -> bool:
        """Whether all its open mistakes were made on the way to this answer."""
        return all(mistake.step in self._on_the_way for mistake in line.pending)

    def _partly(self, k: int, base: int) -> Iterator[Next]:
        """A mistake that accounts for most entries, and a few slips beside it."""
        line = self.lines[k]
        few = 0 < self.n_wrong[k] <= _MOST_SLIPS * self.n_present[k]
        if few and 2 * self.n_wrong[k] < self.n_open[base]:
            wrong = ~self.fit.follows[k]
            shown = self._with(line.causes, line.pending, base, k)
            slip = Cause("arithmetic_slip", self.quantity, self.quantity, wrong)
            cost = line.cost + price(slip)
            after = line._replace(cost=cost, causes=(*shown, slip), pending=())
            yield Next(self._going_on(k, after), k, wrong)

    def _without_rule(self, unexplained: Sequence[int], found: Sequence[Next]) -> list[Next]:
        """What those say happened that predict the answer in no way, the likeliest first.

        Where a line at hand is likelier than any of that, only signs and slips are thought of.
        """
        best = min((one.line.cost for one in found), default=None)
        ordered = sorted(unexplained, key=lambda k: self.lines[k].cost)
        open_lines = [k for k in ordered if best is None or self.lines[k].cost + PRICE <= best]
        told = self._related(open_lines[:_MOST_UNEXPLAINED])
        others = [
            k for k in ordered[len(open_lines) :] if self.lines[k].cost <= (best or 0) + PRICE
        ]
        return told + self._explained(others, ~self.fit.right[others], thoroughly=False)

    def _related(self, lines: Sequence[int]) -> list[Next]:
        """What explains the answer without a rule, for lines with nothing likelier beside them."""
        told: list[Next] = []
        left: list[int] = []
        wrong: list[Mask] = []
        for k in lines:
            more = self.lenient(k) if self._may_be_rounding(k) else None
            open_entries = ~(self.fit.right[k] if more is None else self.fit.right[k] | more.right)
            if np.any(open_entries):
                left.append(k)
                wrong.append(open_entries)
            else:
                line = self.lines[k]._replace(cost=self.lines[k].cost + _ROUNDED)
                refined = more.refined if more else {}
                told.append(Next(self._going_on(k, line), k, refined=refined))
        return told + self._explained(left, np.array(wrong), thoroughly=True)

    def _may_be_rounding(self, k: int) -> bool:
        """Whether what is open is no further off than roundings can have moved it."""
        own = self.sought.own("given", self.fit.layouts[[k]], self.rows[[k]])
        if own is None or "given" not in self.predicted:
            return False
        story, written = self.predicted["given"][k, STORY], self.predicted["given"][k, WRITTEN]
        wrong = ~self.fit.right[k]
        off = np.abs(own[0] - story)[wrong]
        slips = any(cause.carried and cause.mistake is None for cause in self.lines[k].causes)
        reach = _REACH * np.abs(story - written)[wrong]
        if slips:
            reach = np.maximum(reach, _SLIP_REACH * np.abs(story)[wrong])
        return bool(np.mean(off <= reach) > _NEARLY_ALL)

    def _explained(self, lines: list[int], wrong: Mask, *, thoroughly: bool) -> list[Next]:
        if not lines:
            return []
        compared = self._comparing(lines, wrong)
        told: list[Next] = []
        for k, cause in zip(lines, relations(compared, thoroughly=thoroughly), strict=True):
            told += self._happened(k, cause)
        if thoroughly and self.pairs:
            for k, both in zip(lines, nearly(compared), strict=True):
                told += self._with_slips(k, *both) if both else []
        return told

    def _with_slips(self, k: int, cause: Cause, rest: Mask) -> list[Next]:
        """A sign or a factor throughout, and a few slips beside it."""
        line, step = self.lines[k], self._as_step(self.lines[k], cause)
        if step is None:
            return []
        slip = Cause("arithmetic_slip", self.quantity, self.quantity, rest)
        causes = (*line.causes, replace(cause, mistake=step), slip)
        after = line._replace(cost=line.cost + price(cause) + price(slip), causes=causes)
        factor = float(cause.evidence["factor"])
        return [Next(self._going_on(k, after), k, rest, factor=factor)]

    def _comparing(self, lines: list[int], wrong: Mask) -> Compared:
        order = [WRITTEN, STORY, KEY]
        return Compared(
            self.quantity,
            self.sought,
            self.fit.layouts[lines],
            self.rows[lines],
            wrong,
            self.fit.present[lines],
            {world: values[lines][:, order] for world, values in self.predicted.items()},
        )

    def _happened(self, k: int, cause: Cause) -> Iterator[Next]:
        """The ways on from a cause: it is gone on with, or perhaps it is a slip of the pen."""
        line = self.lines[k]
        step = self._as_step(line, cause)
        cause = replace(cause, tried=partial(self._tried, k))
        for carried in (True, False) if self._may_be_copied(cause, k) else (True,):
            cost = line.cost + price(cause) + _doubt(cause, carried=carried)
            told = replace(cause, mistake=step) if carried else _copied(cause)
            after = line._replace(cost=cost, causes=(*line.causes, told))
            if carried and step:
                factor = float(cause.evidence["factor"])
                yield Next(self._going_on(k, after), k, factor=factor)
            else:
                yield Next(self._going_on(k, after), k, cause.entries, carried)

    def _as_step(self, line: Line, cause: Cause) -> Mistake | None:
        """A sign or a plain factor as a rule replaced, where all of the answer has it.

        What follows is then known to all digits, not only to those written.
        """
        factor = float(cause.evidence.get("factor", 0))
        plain = cause.code == "sign_error" or (cause.code == "constant_factor" and factor in PLAIN)
        made = (*line.pending, *(c.mistake for c in line.causes if c.mistake))
        taken = any(mistake.step == self.quantity for mistake in made)
        if not plain or taken or not np.all(cause.entries):
            return None
        planned = plan(self.problem).steps[self.quantity]
        return times(planned.rules[planned.choice(line.choice)][0], cause.code, factor)

    def _may_be_copied(self, cause: Cause, k: int) -> bool:
        """Whether it may be a slip of the pen only: a whole array is none."""
        present = int(self.fit.present[k].sum())
        few = present == 1 or cause.entries.sum() <= _MOST_SLIPS * present
        return cause.code == "sign_error" or (cause.code in UNEXPLAINED and bool(few))


def _made(mistake: Mistake) -> str:
    """A mistake by its code, its step and, of a mixture, the value mixed in."""
    value = mistake.mixed[1]
    return f"{mistake.code} at {mistake.step}" + (f" ({value})" if value else "")


def _doubt(cause: Cause, *, carried: bool) -> int:
    """What decides where no later answer does: slips are gone on with, a lost sign is not."""
    if cause.code == "sign_error":
        return _TURNED * carried
    return _NOT_CARRIED * (not carried)


def _copied(cause: Cause) -> Cause:
    """A wrong value that is not gone on with."""
    kept = ("too_few_digits", "sign_error")
    code = cause.code if cause.code in kept else "transcription_slip"
    return replace(cause, code=code, carried=False)


@lru_cache(maxsize=4096)
def home(problem: Problem, step: str, quantity: str) -> str:
    """The quantity that a step belongs to: itself, or the next one on the way to the answer."""
    graph = plan(problem).graph
    names = [one.name for one in problem.reference.quantities]
    while step not in names and graph.by_name[step].operation in _COPYING:
        step = graph.by_name[step].inputs[0]  # as the quantity that it is a copy of, if it is one
    if step in names:
        return step
    on_the_way = graph.ancestors(quantity) | {quantity}
    return next(n for n in names if n in on_the_way and step in graph.ancestors(n))
