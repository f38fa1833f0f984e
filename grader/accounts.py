"""How lines of the search account for one answer, and with what each of them goes on.

A line that predicts the answer goes on as it is; if it made a mistake without which the answer is
not predicted, the mistake is now shown. A line that does not predict the answer by any rule has
to say what happened (`grader.happened`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from grader.compare import Mask
from grader.fits import KEY
from grader.follow import Cause, Lenience
from grader.happened import Unexplained, copied
from grader.lines import STORY, Line
from grader.prices import PRICE, doubt, price
from grader.relations import factors
from grader.standing import Next, Standing, home
from reference.mistakes import Mistake

__all__ = ["Accounts"]

_MOST_SLIPS = 0.5


@dataclass(eq=False)
class Accounts:
    """What becomes of every line at one answer.

    Attributes:
        copied: lines with a slip of the pen in an earlier answer that this one is a copy of; what
            they predict in the second place is the slip copied along.
        lenient: tells for a line what is right given that values were rounded.
        pairs: whether two mistakes may have been made at one answer.
    """

    at: Standing
    copied: frozenset[int]
    lenient: Callable[[int], Lenience | None]
    pairs: bool = False
    _left: list[tuple[int, int]] = field(default_factory=list)
    _shown: dict[tuple[object, ...], tuple[Cause, ...]] = field(default_factory=dict)

    def found(self) -> list[Next]:
        """All ways on; a line may end here, or go on in several ways."""
        found: list[Next] = []
        unexplained: list[int] = []
        for members in self.at.families.values():
            found += self._family(members, unexplained)
        found += self._and_more()
        return found + Unexplained(self.at, self.lenient, self.pairs).ways_on(unexplained, found)

    def _family(self, members: Sequence[int], unexplained: list[int]) -> Iterator[Next]:
        """Lines that differ only by mistakes that no answer has shown yet."""
        fine = {self._pending(k) for k in members if self.at.is_fine(k)}
        base = next((k for k in members if not self.at.lines[k].pending), None)
        fit = self.at.fit
        for k in members:
            line = self.at.lines[k]
            if self.at.is_fine(k):
                slip = fit.present[k] & ~fit.hits[k, STORY] if k in self.copied else None
                after = self.at.going_on(k, self._showing(line, fine, base, k))
                yield Next(after, k, slip, carried=False)
            elif self.at.empty[k] and not fine:
                yield self._degenerate(k)
            elif not line.pending or base is None:  # one of a family always says what happened
                unexplained.append(k)
            elif self.at.leads_here(line):
                slips = [] if fine else list(self._partly(k, base))
                self._left += [] if slips else [(k, base)]
                yield from slips

    def _pending(self, k: int) -> frozenset[int]:
        return frozenset(map(id, self.at.lines[k].pending))

    def _showing(self, line: Line, fine: set[frozenset[int]], base: int | None, k: int) -> Line:
        """The line with those of its mistakes shown without which the answer is not predicted."""
        if not line.pending or frozenset() in fine or not self.at.leads_here(line):
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
            entries = self.at.fit.present[k] & ~self.at.fit.hits[k, KEY]
            if base is not None and not self.at.empty[k]:
                entries = ~self.at.fit.right[base]
            elif self.at.empty[k]:
                entries = self.at.fit.present[k]
            shown = (self._cause(mistake, entries, k) for mistake in made)
            self._shown[known] = (*causes, *shown)
        return self._shown[known]

    def _cause(self, mistake: Mistake, entries: Mask, k: int) -> Cause:
        at = home(self.at.problem, mistake.step, self.at.quantity)
        tried = partial(self.at.tried, k)
        return Cause(
            mistake.code,
            at,
            self.at.quantity,
            entries,
            mistake,
            evidence=mistake.evidence,
            tried=tried,
        )

    def _degenerate(self, k: int) -> Next:
        line = self.at.lines[k]
        known = (id(line.causes),)
        if known not in self._shown:
            every = self.at.fit.present[k]
            cause = Cause("degenerate", self.at.quantity, self.at.quantity, every, carried=False)
            self._shown[known] = (*line.causes, cause)
        after = line._replace(cost=line.cost + PRICE, causes=self._shown[known])
        return Next(self.at.going_on(k, after), k, empty=True)

    def _and_more(self) -> list[Next]:
        """Lines on which a mistake leaves the answer off by its sign or by a plain factor."""
        if not self.pairs or not self._left:
            return []
        lines = [k for k, _ in self._left]
        wrong = self.at.fit.present[lines]
        told: list[Next] = []
        compared = self.at.comparing(lines, wrong)
        for (k, base), cause in zip(self._left, factors(compared), strict=True):
            step = self.at.as_step(self.at.lines[k], cause) if cause else None
            if cause and step:
                shown = self._with(self.at.lines[k].causes, self.at.lines[k].pending, base, k)
                cost = self.at.lines[k].cost + price(cause)
                causes = (*shown, replace(cause, mistake=step))
                after = self.at.lines[k]._replace(cost=cost, causes=causes, pending=())
                factor = float(cause.evidence["factor"])
                told.append(Next(self.at.going_on(k, after), k, factor=factor))
        return told

    def _partly(self, k: int, base: int) -> Iterator[Next]:
        """A mistake that accounts for most entries, and a few slips beside it."""
        line = self.at.lines[k]
        few = 0 < self.at.n_wrong[k] <= _MOST_SLIPS * self.at.n_present[k]
        if few and 2 * self.at.n_wrong[k] < self.at.n_open[base]:
            wrong = ~self.at.fit.follows[k]
            shown = self._with(line.causes, line.pending, base, k)
            slip = Cause("arithmetic_slip", self.at.quantity, self.at.quantity, wrong)
            for carried in (True, False):
                told = slip if carried else copied(slip)
                cost = line.cost + price(slip) + doubt(slip, carried=carried)
                after = line._replace(cost=cost, causes=(*shown, told), pending=())
                yield Next(self.at.going_on(k, after), k, wrong, carried)
