"""Who pays for a mistake: one cause, one deduction.

A mistake in an answer that carries points is charged there. One made in an answer without points
is charged in the first item with points where it shows. All that follows from a charged mistake
is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from grader.compare import Mask
from grader.explain import Story
from grader.follow import Cause, Views, graph_of, story_pins, viewed, within
from grader.model import Index, Mark, Problem, Unreadable
from grader.settled import Settled

__all__ = ["Charges", "charged", "marks"]


@dataclass(frozen=True, eq=False)
class Charges:
    """What mistakes made elsewhere cost.

    Attributes:
        spoilt: by item, the entries that a mistake made elsewhere spoils.
        due: by item, the causes charged in it.
    """

    spoilt: Mapping[str, Mask]
    due: Mapping[str, tuple[Cause, ...]]


def charged(problem: Problem, settled: Settled, story: Story) -> Charges:
    """Go through the items in working order, and charge each open mistake where it first shows."""
    points = {item.quantity: item.points for item in problem.items}
    open_causes = [cause for cause in story.causes if not points.get(cause.shows)]
    spoilt: dict[str, Mask] = {}
    charged_here: dict[str, tuple[Cause, ...]] = {}
    without = _Without(settled, story)
    for q in settled.answered if open_causes else ():
        judgement = story.judgement
        follows = judgement.right(q) & ~judgement.key[q] & settled.present(q)
        if not points.get(q) or not open_causes or not np.any(follows):
            continue
        due = [c for c in open_causes if np.any(without.differs([c], q) & follows)]
        if due:
            spoilt[q] = follows & without.differs(open_causes, q)
            charged_here[q] = tuple(due)
            open_causes = [c for c in open_causes if c not in due]
    return Charges(spoilt, charged_here)


class _Without:
    """The answers as they would be without some causes; each such graph is worked once."""

    def __init__(self, settled: Settled, story: Story) -> None:
        self.settled = settled
        self.story = story
        self._views: dict[tuple[int, ...], Views] = {}

    def differs(self, causes: Sequence[Cause], q: str) -> Mask:
        """The entries of an answer that would be other without these causes."""
        every = self._view(()).row(q, 0)
        return ~within(self.settled, q, self._view(causes).row(q, 0), every)

    def _view(self, causes: Sequence[Cause]) -> Views:
        known = tuple(id(cause) for cause in causes)
        if known not in self._views:
            made = [cause for cause in self.story.causes if cause not in causes]
            pins = story_pins([_carried(cause) for cause in made])
            self._views[known] = viewed(self.settled, graph_of(self.settled, made), [pins])
        return self._views[known]


def _carried(cause: Cause) -> Cause:
    """The cause as if its values had been gone on with; those that say nothing never are."""
    return cause if cause.code == "degenerate" else replace(cause, carried=True)


def marks(settled: Settled, story: Story, charges: Charges, q: str) -> Mapping[Index, Mark]:
    """What was decided about each entry of an answer; an expression is one entry, ``()``."""
    right = story.judgement.key[q]
    if right.all():  # what agrees with the key was there and could be read
        return _all_right(right.shape)
    spoilt = charges.spoilt.get(q, np.zeros(right.shape, dtype=bool))
    for cause in story.causes:
        if cause.shows == q:
            spoilt = spoilt | cause.entries
    masks = {
        Mark.UNREADABLE: _unreadable(settled, q),
        Mark.MISSING: ~settled.present(q),
        Mark.RIGHT: right,
        Mark.FOLLOWS: story.judgement.right(q) & ~spoilt,
        Mark.WRONG: np.ones(right.shape, dtype=bool),
    }
    kinds = tuple(masks)
    first = np.argmax(np.stack(list(masks.values())), axis=0)
    return {index: kinds[k] for index, k in zip(_indices(right.shape), first.flat, strict=True)}


@lru_cache(maxsize=1024)
def _indices(shape: tuple[int, ...]) -> tuple[Index, ...]:
    """The indices of an array's entries, in C order."""
    return tuple(np.ndindex(shape))


@lru_cache(maxsize=1024)
def _all_right(shape: tuple[int, ...]) -> Mapping[Index, Mark]:
    return dict.fromkeys(_indices(shape), Mark.RIGHT)


def _unreadable(settled: Settled, q: str) -> Mask:
    if q in settled.formulas:
        return np.zeros((), dtype=bool)
    read, layout = settled.reads[q], settled.layouts[q]
    bad = np.array([isinstance(cell.content, Unreadable) for cell in read.cells] + [False])
    return np.asarray(bad[layout.positions].reshape(read.shape))
