"""Who pays for a mistake: one cause, one deduction.

A mistake in an answer that carries points is charged there. One made in an answer without points
is charged in the first item with points where it shows. All that follows from a charged mistake
is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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
    points = {item.quantity: item.points for item in problem.items}
    open_causes = [cause for cause in story.causes if not points.get(cause.shows)]
    spoilt: dict[str, Mask] = {}
    charged_here: dict[str, tuple[Cause, ...]] = {}
    for q in settled.answered:
        judgement = story.judgement
        follows = judgement.right(q) & ~judgement.key[q] & settled.present(q)
        if not points.get(q) or not open_causes or not np.any(follows):
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


def marks(settled: Settled, story: Story, charges: Charges, q: str) -> dict[Index, Mark]:
    """What was decided about each entry of an answer; an expression is one entry, ``()``."""
    right = story.judgement.key[q]
    spoilt = charges.spoilt.get(q, np.zeros(right.shape, dtype=bool))
    for cause in story.causes:
        if cause.shows == q:
            spoilt = spoilt | cause.entries
    kinds = {
        Mark.UNREADABLE: _unreadable(settled, q),
        Mark.MISSING: ~settled.present(q),
        Mark.RIGHT: right,
        Mark.FOLLOWS: story.judgement.right(q) & ~spoilt,
    }
    return {
        index: next((mark for mark, mask in kinds.items() if mask[index]), Mark.WRONG)
        for index in np.ndindex(right.shape)
    }


def _unreadable(settled: Settled, q: str) -> Mask:
    if q in settled.formulas:
        return np.zeros((), dtype=bool)
    read, layout = settled.reads[q], settled.layouts[q]
    bad = np.array([isinstance(cell.content, Unreadable) for cell in read.cells] + [False])
    return np.asarray(bad[layout.positions].reshape(read.shape))
