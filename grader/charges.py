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
from grader.follow import Cause, graph_of, story_pins, viewed, within
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
    open_causes = [c for c in story.causes if not problem.criterion(c.shows).points]
    spoilt: dict[str, Mask] = {}
    charged_here: dict[str, tuple[Cause, ...]] = {}
    judgement = story.judgement
    for q in settled.answered:
        if not open_causes:
            break
        follows = judgement.right(q) & ~judgement.key[q] & settled.present(q)
        if not problem.criterion(q).points or not np.any(follows):
            continue
        due = [c for c in open_causes if np.any(_difference(settled, story, [c], q) & follows)]
        if due:
            spoilt[q] = follows & _difference(settled, story, open_causes, q)
            charged_here[q] = tuple(due)
            open_causes = [c for c in open_causes if c not in due]
    return Charges(spoilt, charged_here)


def _difference(settled: Settled, story: Story, causes: Sequence[Cause], q: str) -> Mask:
    """The entries of an answer that would be other without these causes."""
    rest = [cause for cause in story.causes if cause not in causes]
    values = []
    for made in (rest, list(story.causes)):
        pins = story_pins([replace(cause, carried=True) for cause in made])
        values.append(viewed(settled, graph_of(settled, made), [pins]).row(q, 0))
    return ~within(settled, q, values[0], values[1])


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
