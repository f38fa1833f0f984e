"""What lines of the search say that predict an answer by no rule, at a price.

The opposite sign, one factor, entries one place off, a few slips, or nothing at all. Roundings are
looked at first: an answer may follow from one value as written and another at full precision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from grader.compare import Mask
from grader.follow import Cause, Lenience
from grader.lines import STORY, WRITTEN
from grader.prices import PRICE, ROUNDED, UNEXPLAINED, doubt, price
from grader.relations import nearly, relations
from grader.standing import Next, Standing

__all__ = ["Unexplained", "copied"]

_MOST_SLIPS = 0.5
_REACH = 4.0
"""How many times further than all roundings together a few of them move a value, at most."""

_SLIP_REACH = 0.5
"""How far the digits hidden in a slip move a later value, at most, as a share of it."""

_NEARLY_ALL = 0.9
_MOST_REFINED = 3
"""With more slips than that before, what roundings can do is not looked at."""

_MOST_UNEXPLAINED = 24


@dataclass(eq=False)
class Unexplained:
    """Lines that do not predict an answer.

    Attributes:
        lenient: tells for a line what is right given that values were rounded.
        pairs: whether two mistakes may have been made at one answer.
    """

    at: Standing
    lenient: Callable[[int], Lenience | None]
    pairs: bool = False

    def ways_on(self, unexplained: Sequence[int], found: Sequence[Next]) -> list[Next]:
        """What those say happened that predict the answer in no way, the likeliest first.

        Where a line at hand is likelier than any of that, only signs and slips are thought of.
        """
        best = min((one.line.cost for one in found), default=None)
        ordered = sorted(unexplained, key=lambda k: self.at.lines[k].cost)
        open_lines = [k for k in ordered if best is None or self.at.lines[k].cost + PRICE <= best]
        told = self._related(open_lines[:_MOST_UNEXPLAINED])
        others = [
            k for k in ordered[len(open_lines) :] if self.at.lines[k].cost <= (best or 0) + PRICE
        ]
        return told + self._explained(others, ~self.at.fit.right[others], thoroughly=False)

    def _related(self, lines: Sequence[int]) -> list[Next]:
        """What explains the answer without a rule, for lines with nothing likelier beside them."""
        told: list[Next] = []
        left: list[int] = []
        wrong: list[Mask] = []
        for k in lines:
            more = self.lenient(k) if self._may_be_rounding(k) else None
            open_entries = ~(
                self.at.fit.right[k] if more is None else self.at.fit.right[k] | more.right
            )
            if np.any(open_entries):
                left.append(k)
                wrong.append(open_entries)
            else:
                line = self.at.lines[k]._replace(cost=self.at.lines[k].cost + ROUNDED)
                refined = more.refined if more else {}
                told.append(Next(self.at.going_on(k, line), k, refined=refined))
        return told + self._explained(left, np.array(wrong), thoroughly=True)

    def _may_be_rounding(self, k: int) -> bool:
        """Whether what is open is no further off than roundings can have moved it."""
        own = self.at.sought.own("given", self.at.fit.layouts[[k]], self.at.rows[[k]])
        causes = self.at.lines[k].causes
        many = sum(cause.code in UNEXPLAINED for cause in causes) > _MOST_REFINED
        wrong = ~self.at.fit.right[k]
        if own is None or many or "given" not in self.at.predicted or not np.any(wrong):
            return False
        story, written = (
            self.at.predicted["given"][k, STORY],
            self.at.predicted["given"][k, WRITTEN],
        )
        off = np.abs(own[0] - story)[wrong]
        slips = any(cause.carried and cause.mistake is None for cause in causes)
        reach = _REACH * np.abs(story - written)[wrong]
        if slips:
            reach = np.maximum(reach, _SLIP_REACH * np.abs(story)[wrong])
        return bool(np.mean(off <= reach) > _NEARLY_ALL)

    def _explained(self, lines: list[int], wrong: Mask, *, thoroughly: bool) -> list[Next]:
        if not lines:
            return []
        compared = self.at.comparing(lines, wrong)
        told: list[Next] = []
        for k, cause in zip(lines, relations(compared, thoroughly=thoroughly), strict=True):
            told += self._happened(k, cause)
        if thoroughly and self.pairs:
            for k, both in zip(lines, nearly(compared), strict=True):
                told += self._with_slips(k, *both) if both else []
        return told

    def _with_slips(self, k: int, cause: Cause, rest: Mask) -> list[Next]:
        """A sign or a factor throughout, and a few slips beside it."""
        line, step = self.at.lines[k], self.at.as_step(self.at.lines[k], cause)
        if step is None:
            return []
        slip = Cause("arithmetic_slip", self.at.quantity, self.at.quantity, rest)
        causes = (*line.causes, replace(cause, mistake=step), slip)
        after = line._replace(cost=line.cost + price(cause) + price(slip), causes=causes)
        factor = float(cause.evidence["factor"])
        return [Next(self.at.going_on(k, after), k, rest, factor=factor)]

    def _happened(self, k: int, cause: Cause) -> Iterator[Next]:
        """The ways on from a cause: it is gone on with, or perhaps it is a slip of the pen."""
        line = self.at.lines[k]
        step = self.at.as_step(line, cause)
        cause = replace(cause, tried=partial(self.at.tried, k))
        for carried in (True, False) if self._may_be_copied(cause, k) else (True,):
            cost = line.cost + price(cause) + doubt(cause, carried=carried)
            told = replace(cause, mistake=step) if carried else copied(cause)
            after = line._replace(cost=cost, causes=(*line.causes, told))
            if carried and step:
                factor = float(cause.evidence["factor"])
                yield Next(self.at.going_on(k, after), k, factor=factor)
            else:
                yield Next(self.at.going_on(k, after), k, cause.entries, carried)

    def _may_be_copied(self, cause: Cause, k: int) -> bool:
        """Whether it may be a slip of the pen only: a whole array is none."""
        present = int(self.at.fit.present[k].sum())
        few = present == 1 or cause.entries.sum() <= _MOST_SLIPS * present
        return cause.code == "sign_error" or (cause.code in UNEXPLAINED and bool(few))


def copied(cause: Cause) -> Cause:
    """A wrong value that is not gone on with."""
    kept = ("too_few_digits", "sign_error")
    code = cause.code if cause.code in kept else "transcription_slip"
    return replace(cause, code=code, carried=False)
