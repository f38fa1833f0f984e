"""What follows from a student's own values: the same graph, with their values pinned.

A value can have been carried on in two ways, and both are right: as it was written, or at full
precision and only written down rounded. So two predictions are made of every quantity: from all
values as written, and from nothing but what was worked out wrongly, the rest at full precision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from grader.compare import Mask
from grader.hidden import with_hidden_digits
from grader.settled import Settled, Values
from grader.worlds import World
from reference.graph import Graph, Run, run
from reference.mistakes import Mistake, changed
from reference.operations import Array

__all__ = [
    "Cause",
    "Judged",
    "Lenience",
    "Pins",
    "Tried",
    "Views",
    "graph_of",
    "judged",
    "leniently",
    "own_pins",
    "story_pins",
    "viewed",
    "within",
]

Tried = tuple[Mapping[str, Any], ...]
"""Hypotheses: the mistakes ``made``, and how many entries each ``fits`` ``of`` those answered."""

Pins = Mapping[str, Mask]
"""Which entries of which of the student's answers are carried on."""

_NOTHING = np.zeros((), dtype=bool)

_MOST = 0.5


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
        passes: whether it explains the answer from the key's values before it only, and passes by
            the student's own.
        also: other explanations that fit equally well, as (code, at).
        tried: tells what was tried to explain it, and how many entries each hypothesis fits.
    """

    code: str
    at: str
    shows: str
    entries: Mask
    mistake: Mistake | None = None
    carried: bool = True
    passes: bool = False
    evidence: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[tuple[str, str], ...] = ()
    tried: Callable[[], Tried] = tuple


def graph_of(settled: Settled, causes: Sequence[Cause]) -> Graph:
    """The graph as this student works it: their conventions, their rules."""
    graph = settled.problem.reference.graph(settled.conventions)
    made = tuple(cause.mistake for cause in causes if cause.mistake)
    return changed(graph, made) if made else graph


# --- what is carried on -------------------------------------------------------------------------


def story_pins(causes: Sequence[Cause]) -> Pins:
    """The entries that were worked out wrongly, by no rule, and carried on."""
    pins: dict[str, Mask] = {}
    for cause in causes:
        if cause.carried and cause.mistake is None:
            pins[cause.shows] = pins.get(cause.shows, _NOTHING) | cause.entries
    return pins


def own_pins(settled: Settled) -> Pins:
    """Every entry that was answered and says something."""
    return {q: settled.present(q) for q in settled.answered if q not in settled.empty}


@dataclass(frozen=True, eq=False)
class Views:
    """The graph evaluated under several rows of pins, in every world, when it is first asked for.

    Attributes:
        settled: the student's answers.
        graph: the steps as the student works them.
        rows: what is pinned, row by row.
    """

    settled: Settled
    graph: Graph
    rows: Sequence[Pins]

    @cached_property
    def _runs(self) -> dict[str, Run]:
        return {}

    def _run(self, world: World) -> Run:
        """The run in a world, all rows at once."""
        if world.name not in self._runs:
            pinned = _pinned(self.settled, world, self.rows)
            self._runs[world.name] = run(self.graph, world.given, pinned)
        return self._runs[world.name]

    def of(self, quantity: str) -> Values:
        """What the quantity is when worked out from its inputs: rows first, then the batch.

        In the worlds where its answer is judged: numbers at the instance, formulas at the draws.
        """
        return {
            world.name: self._all_rows(world, self._run(world).computed[quantity], quantity)
            for world in self.settled.judging(quantity)
        }

    def row(self, quantity: str, row: int) -> Values:
        """The same for one row."""
        return {world: values[row] for world, values in self.of(quantity).items()}

    def carried(self) -> dict[str, Array]:
        """What every step is at the instance, in the first row."""
        home = self.settled.worlds[0]
        return {
            name: value[0] if value.ndim > len(self.graph.shapes[name]) else value
            for name, value in self._run(home).carried.items()
        }

    def _all_rows(self, world: World, value: Array, quantity: str) -> Array:
        rank = len(self.graph.shapes[quantity])
        whole = (len(self.rows), *world.batch, *value.shape[value.ndim - rank :])
        return value if value.shape == whole else np.broadcast_to(value, whole)


def viewed(settled: Settled, graph: Graph, rows: Sequence[Pins]) -> Views:
    """The graph under several rows of pins."""
    return Views(settled, graph, rows)


def _pinned(settled: Settled, world: World, rows: Sequence[Pins]) -> dict[str, Array]:
    """For every quantity that some row pins, its own values there, NaN in the other rows."""
    pinned: dict[str, Array] = {}
    for quantity in dict.fromkeys(q for row in rows for q in row):
        own = _own(settled, world, quantity)
        if own is not None:
            values = np.full((len(rows), *own.shape), np.nan)
            for k, row in enumerate(rows):
                if quantity in row:
                    values[k] = np.where(row[quantity], own, np.nan)
            pinned[quantity] = values
    return pinned


def _own(settled: Settled, world: World, quantity: str) -> Array | None:
    if quantity in settled.formulas:
        return settled.formulas[quantity][world.name]
    return None if world.batch else settled.numbers[quantity].values


# --- how the answers stand ----------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Judged:
    """For every answered quantity, entry by entry, in how far it is right.

    Attributes:
        key: agrees with the key.
        story: follows from what was worked out wrongly, at full precision.
        written: follows from the earlier values as they were written.
        views: the predictions behind it: row 0 of the story, row 1 of the values as written.
    """

    key: Mapping[str, Mask]
    story: Mapping[str, Mask]
    written: Mapping[str, Mask]
    views: Views

    def right(self, quantity: str) -> Mask:
        """Right in one way or another."""
        return self.key[quantity] | self.story[quantity] | self.written[quantity]

    def open(self, quantity: str) -> Mask:
        """Answered, and right in no way."""
        return self.views.settled.present(quantity) & ~self.right(quantity)


def judged(settled: Settled, causes: Sequence[Cause] = ()) -> Judged:
    """Judge every answer by the key and by what follows from the student's own values."""
    views = viewed(settled, graph_of(settled, causes), [story_pins(causes), own_pins(settled)])
    by_story: dict[str, Mask] = {}
    by_written: dict[str, Mask] = {}
    for q in settled.answered:
        missing = settled.present(q) & ~settled.by_key[q]
        if q in settled.empty or not np.any(missing):
            by_story[q] = by_written[q] = settled.by_key[q]
        else:
            by_story[q], by_written[q] = settled.matches(q, views.of(q))
    judgement = Judged(settled.by_key, by_story, by_written, views)
    return _with_single_roundings(causes, _with_hidden_digits(causes, judgement))


@dataclass(frozen=True, eq=False)
class Lenience:
    """What may be accepted beyond plain following.

    Attributes:
        right: the entries of an answer that are right in some way.
        refined: the values of all steps, from wrong values as they were before they were rounded;
            empty where the writing hides nothing.
    """

    right: Mask
    refined: Mapping[str, Array]


def leniently(settled: Settled, causes: Sequence[Cause], so_far: Sequence[str]) -> Lenience:
    """What is right in the last of some answers, hidden digits and single roundings included."""
    quantity = so_far[-1]
    graph = graph_of(settled, causes)
    moved = _refined(settled, graph, causes, so_far)
    if moved is not None:
        refined = viewed(moved, graph, [story_pins(causes)])
        right = settled.by_key[quantity] | settled.matches(quantity, refined.row(quantity, 0))
        if np.all(right | ~settled.present(quantity)):
            return Lenience(right, refined.carried())
    views = viewed(settled, graph, [story_pins(causes), own_pins(settled)])
    every = {q: settled.present(q) for q in settled.answered}
    none = {quantity: settled.by_key[quantity]}
    plain = Judged(settled.by_key, every | none, every | none, views)
    return Lenience(_with_single_roundings(causes, plain).right(quantity), {})


def _with_hidden_digits(causes: Sequence[Cause], judgement: Judged) -> Judged:
    """Also accept what follows from wrong values as they were before they were rounded."""
    settled = judgement.views.settled
    spoilt = {
        q
        for q in settled.answered
        if q not in settled.empty
        and np.any(settled.present(q) & ~settled.by_key[q] & ~judgement.story[q])
    }
    graph = judgement.views.graph
    moved = _refined(settled, graph, causes, settled.answered) if spoilt else None
    if moved is None:
        return judgement
    views = viewed(moved, graph, [story_pins(causes)])
    story = {
        q: mask | settled.matches(q, views.row(q, 0)) if q in spoilt else mask
        for q, mask in judgement.story.items()
    }
    return Judged(judgement.key, story, judgement.written, judgement.views)


def _refined(
    settled: Settled, graph: Graph, causes: Sequence[Cause], quantities: Sequence[str]
) -> Settled | None:
    """The answers with wrong values as they were before they were rounded.

    Where something stays unexplained there is nothing to learn hidden digits from.
    """
    pins = {} if any(not cause.code for cause in causes) else story_pins(causes)
    later = {
        q: settled.present(q) & ~settled.by_key[q] & ~pins.get(q, _NOTHING)
        for q in quantities
        if q not in settled.empty and graph.ancestors(q) & pins.keys()
    }
    return with_hidden_digits(settled, graph, pins, later) if later else None


def _with_single_roundings(causes: Sequence[Cause], judgement: Judged) -> Judged:
    """Also accept answers that use one earlier value as written, or all but one.

    A value written as ``0.999`` may have been carried on exactly while others were not.
    """
    settled = judgement.views.settled
    spoilt = [
        q
        for q in settled.answered
        if q in settled.numbers and q not in settled.empty and np.any(judgement.open(q))
    ]
    rows = _rounding_rows(causes, judgement, spoilt) if spoilt else []
    if not rows:
        return judgement
    views = viewed(settled, judgement.views.graph, rows)
    more = {q: _best_row(settled.matches(q, views.of(q)), judgement.open(q)) for q in spoilt}
    written = {q: mask | more.get(q, False) for q, mask in judgement.written.items()}
    return Judged(judgement.key, judgement.story, written, judgement.views)


def _best_row(fits: Mask, open_entries: Mask) -> Mask:
    """The row that explains most of the open entries, if that is most of them.

    One row for the whole answer: among many rows single entries agree by accident.
    """
    explained = (fits & open_entries).reshape(len(fits), -1).sum(axis=1)
    best = int(np.argmax(explained))
    enough = explained[best] > _MOST * open_entries.sum()
    return fits[best] if enough else np.zeros(open_entries.shape, dtype=bool)


def _rounding_rows(causes: Sequence[Cause], judgement: Judged, spoilt: Sequence[str]) -> list[Pins]:
    """All as written but one, and only one as written, for each that the answers depend on."""
    settled, graph = judgement.views.settled, judgement.views.graph
    story, own = story_pins(causes), own_pins(settled)
    before = frozenset().union(*(graph.ancestors(q) for q in spoilt))
    rows: list[Pins] = []
    for q in own:
        if q in before and q in settled.numbers and np.any(judgement.right(q)):
            rows.append({**own, q: story.get(q, _NOTHING)})
            rows.append({**story, q: own[q]})
    return rows


def within(settled: Settled, quantity: str, expected: Values, other: Values) -> Mask:
    """Whether two predictions of a quantity are the same within its tolerance, entry by entry."""
    if quantity in settled.numbers:
        tolerance = settled.problem.criterion(quantity).tolerance
        with np.errstate(invalid="ignore"):
            allowed = np.maximum(tolerance.abs, tolerance.rel * np.abs(expected["given"]))
            error = np.abs(other["given"] - expected["given"])
        return np.asarray((error <= allowed) & np.isfinite(expected["given"]))
    close = [
        np.allclose(expected[w.name], other[w.name], rtol=1e-7, atol=1e-12)
        for w in settled.judging(quantity)
    ]
    return np.asarray(all(close))
