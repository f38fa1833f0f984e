"""What follows from a student's own values: the same graph, with their values pinned.

A value can have been carried on in two ways, and both are right: as it was written, or at full
precision and only written down rounded. So two predictions are made of every quantity: from all
values as written, and from nothing but what was worked out wrongly, the rest at full precision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.compare import Mask
from grader.working import Settled, Values
from grader.worlds import World
from reference.graph import Graph, run
from reference.mistakes import Mistake, changed
from reference.operations import Array

__all__ = [
    "Cause",
    "Judged",
    "Pins",
    "graph_of",
    "is_copy",
    "judged",
    "own_pins",
    "predictions",
    "story_pins",
    "within",
]

Pins = Mapping[str, Mask]
"""Which entries of which of the student's answers are carried on."""

_COPIES = frozenset({"same", "fold", "unfold"})
"""Operations that only write the same numbers in another place."""


@dataclass(frozen=True, eq=False)
class Cause:
    """One mistake as this student made it.

    Attributes:
        code: the finding's; empty where nothing explains it.
        at: the quantity where it was made.
        shows: the first answer in which it shows.
        entries: which entries of ``shows`` it spoils.
        mistake: the rule that was replaced, if it is one.
        carried: whether later answers use the wrong values.
        also: other explanations that fit equally well, as (code, at).
    """

    code: str
    at: str
    shows: str
    entries: Mask
    mistake: Mistake | None = None
    carried: bool = True
    evidence: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Judged:
    """For every answered quantity, entry by entry, in how far it is right.

    Attributes:
        key: agrees with the key.
        story: follows from what was worked out wrongly, at full precision.
        written: follows from the earlier values as they were written.
        carried: the prediction from the values as written, by world.
    """

    key: Mapping[str, Mask]
    story: Mapping[str, Mask]
    written: Mapping[str, Mask]
    carried: Mapping[str, Values]

    def right(self, quantity: str) -> Mask:
        """Right in one way or another."""
        return self.key[quantity] | self.story[quantity] | self.written[quantity]


def graph_of(settled: Settled, causes: Sequence[Cause]) -> Graph:
    """The graph as this student works it: their conventions, their rules."""
    graph = settled.problem.reference.graph(settled.conventions)
    made = tuple(cause.mistake for cause in causes if cause.mistake)
    return changed(graph, made) if made else graph


def story_pins(causes: Sequence[Cause]) -> Pins:
    """The entries that were worked out wrongly, by no rule, and carried on."""
    pins: dict[str, Mask] = {}
    for cause in causes:
        if cause.carried and cause.mistake is None:
            pins[cause.shows] = (
                pins[cause.shows] | cause.entries if cause.shows in pins else cause.entries
            )
    return pins


def own_pins(settled: Settled) -> Pins:
    """Every entry that was answered and says something."""
    return {q: settled.present(q) for q in settled.answered if q not in settled.empty}


def predictions(
    settled: Settled, graph: Graph, rows: Sequence[Pins], wanted: Sequence[str]
) -> dict[str, dict[str, Array]]:
    """What each quantity is, worked out from its inputs, under each row of pins.

    Returns:
        By quantity, by world: arrays with one leading axis over the rows, then the world's batch.
    """
    found: dict[str, dict[str, Array]] = {q: {} for q in wanted}
    for world in settled.worlds:
        pinned = _pinned(settled, world, rows)
        computed = run(graph, world.given, pinned).computed
        for q in wanted:
            rank = len(graph.shapes[q])
            core = computed[q].shape[computed[q].ndim - rank :]
            lead = (len(rows), *world.batch)
            found[q][world.name] = np.broadcast_to(computed[q], (*lead, *core))
    return found


def _pinned(settled: Settled, world: World, rows: Sequence[Pins]) -> dict[str, Array]:
    """For every quantity that some row pins, its own values there, NaN in the other rows."""
    pinned: dict[str, Array] = {}
    for quantity in dict.fromkeys(q for row in rows for q in row):
        own = _own(settled, world, quantity)
        if own is None:
            continue
        none = np.zeros((), dtype=bool)
        masks = [_spread(row.get(quantity, none), own, world) for row in rows]
        pinned[quantity] = np.where(np.stack(masks), own, np.nan)
    return pinned


def _spread(mask: Mask, own: Array, world: World) -> Mask:
    """A mask over the quantity's entries, for every draw of the world."""
    return (
        np.broadcast_to(mask, own.shape)
        if mask.ndim or not world.batch
        else np.full(own.shape, mask)
    )


def _own(settled: Settled, world: World, quantity: str) -> Array | None:
    if quantity in settled.formulas:
        return settled.formulas[quantity][world.name]
    return None if world.batch else settled.numbers[quantity].values


def within(settled: Settled, quantity: str, expected: Values, other: Values) -> Mask:
    """Whether two predictions of a quantity are the same within its tolerance, entry by entry."""
    if quantity in settled.numbers:
        tolerance = settled.problem.criterion(quantity).tolerance
        size = np.abs(expected["given"])
        with np.errstate(invalid="ignore"):
            allowed = np.maximum(tolerance.abs, tolerance.rel * size)
            return np.asarray(np.abs(other["given"] - expected["given"]) <= allowed)
    rank = len(settled.problem.shape(quantity))
    close = [
        np.all(np.isclose(expected[w.name], other[w.name], rtol=1e-7, atol=1e-12))
        for w in settled.worlds
        if w.batch
    ]
    del rank
    return np.asarray(all(close))


def judged(settled: Settled, causes: Sequence[Cause] = ()) -> Judged:
    """Judge every answer by the key and by what follows from the student's own values."""
    graph = graph_of(settled, causes)
    answered = settled.answered
    rows: list[Pins] = [story_pins(causes), own_pins(settled)]
    found = predictions(settled, graph, rows, answered)
    by_key: dict[str, Mask] = {}
    by_story: dict[str, Mask] = {}
    by_written: dict[str, Mask] = {}
    for q in answered:
        nothing = np.zeros(settled.present(q).shape, dtype=bool)
        if q in settled.empty:
            by_key[q] = by_story[q] = by_written[q] = nothing
            continue
        by_key[q] = settled.matches(q, settled.key(q))
        both = settled.matches(q, found[q])
        by_story[q], by_written[q] = both[0], both[1]
    carried = {q: {w: values[1] for w, values in found[q].items()} for q in answered}
    judgement = Judged(by_key, by_story, by_written, carried)
    return _with_single_roundings(settled, causes, graph, judgement)


def _with_single_roundings(
    settled: Settled, causes: Sequence[Cause], graph: Graph, judgement: Judged
) -> Judged:
    """Also accept answers that use one earlier value as written, or all but one.

    A value written as ``0.999`` may have been carried on exactly while others were not.
    """
    spoilt = [
        q
        for q in settled.answered
        if q in settled.numbers
        and q not in settled.empty
        and np.any(settled.present(q) & ~judgement.right(q))
    ]
    if not spoilt:
        return judgement
    rows = [pins for pins, _ in _rounding_rows(settled, causes, judgement)]
    found = predictions(settled, graph, rows, spoilt) if rows else {}
    written = dict(judgement.written)
    for q in spoilt if rows else ():
        written[q] = written[q] | settled.matches(q, found[q]).any(axis=0)
    return Judged(judgement.key, judgement.story, written, judgement.carried)


def _rounding_rows(
    settled: Settled, causes: Sequence[Cause], judgement: Judged
) -> list[tuple[Pins, str]]:
    """All as written but one, and only one as written; with the name of that one."""
    story, own = story_pins(causes), own_pins(settled)
    rows: list[tuple[Pins, str]] = []
    for q in own:
        if q in settled.numbers and np.any(judgement.right(q)):
            rows.append(({**own, q: story.get(q, np.zeros((), dtype=bool))}, q))
            rows.append(({**story, q: own[q]}, q))
    return rows


def is_copy(graph: Graph, source: str, quantity: str) -> bool:
    """Whether a quantity holds the same numbers as an earlier one, only in other places."""
    while quantity != source:
        step = graph.by_name.get(quantity)
        if step is None or step.operation not in _COPIES:
            return False
        quantity = step.inputs[0]
    return True
