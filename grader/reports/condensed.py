"""A problem's graph with only some of its quantities, as it is drawn: rows, lanes and arrows.

Steps between the quantities shown are passed over: there is an arrow from one to another where the
second is worked out from the first with no third in between. As in textbooks the forward values
stand in one lane, each with the gradient with respect to it beside it in the next; the gradients
with respect to what is given (the parameters) are on the outside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from reference.gradient import PREFIX
from reference.graph import Graph

__all__ = ["Arrow", "Condensed", "Lane", "Node", "condensed"]


class Lane(IntEnum):
    """Where a quantity stands, from left to right."""

    FORWARD = 0
    BACKWARD = 1
    PARAMETERS = 2


@dataclass(frozen=True, slots=True)
class Node:
    """A quantity. ``rank`` is its place among those in the same row of the same lane."""

    name: str
    lane: Lane
    row: int
    rank: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """``end`` is worked out from ``start``; ``is_short_cut`` where others lie on the way too."""

    start: str
    end: str
    is_short_cut: bool


@dataclass(frozen=True, slots=True)
class Condensed:
    """Quantities in working order, and what each is worked out from."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]


def condensed(graph: Graph, shown: Collection[str]) -> Condensed:
    """The graph with these quantities only; names that are no step of it are passed over."""
    return _condensed(graph, tuple(step.name for step in graph.steps if step.name in shown))


@lru_cache(maxsize=256)  # most of a class answer the same quantities
def _condensed(graph: Graph, names: tuple[str, ...]) -> Condensed:
    return Condensed(tuple(_nodes(graph, names)), tuple(_arrows(graph, names)))


# --- rows and lanes -----------------------------------------------------------------------------


def _nodes(graph: Graph, names: tuple[str, ...]) -> Iterable[Node]:
    anchors = {name: _anchor(graph, name, names) for name in names}
    rows = _rows(graph, frozenset(anchors.values()))
    taken: Counter[tuple[Lane, int]] = Counter()
    for name in names:
        place = _lane(graph, name), rows[anchors[name]]
        yield Node(name, *place, rank=taken[place])
        taken[place] += 1


def _lane(graph: Graph, name: str) -> Lane:
    if not name.startswith(PREFIX):
        return Lane.FORWARD
    return Lane.PARAMETERS if name.removeprefix(PREFIX) in graph.inputs else Lane.BACKWARD


def _anchor(graph: Graph, name: str, names: Collection[str]) -> str:
    """The forward step in whose row a quantity stands.

    A gradient stands beside what it is of; a parameter's beside the first step shown, itself or
    by its gradient, that uses the parameter, or else beside the first step at all that does.
    """
    of = name.removeprefix(PREFIX)
    if of not in graph.inputs:
        return of if of in graph.by_name else name
    forward = [step.name for step in graph.steps if not step.name.startswith(PREFIX)]
    using = [step for step in forward if of in graph.ancestors(step)]
    shown = (step for step in using if step in names or PREFIX + step in names)
    return next(shown, using[0] if using else name)


def _rows(graph: Graph, anchors: Collection[str]) -> dict[str, int]:
    """The row of each anchor: one below the lowest that it depends on."""
    depth: dict[str, int] = dict.fromkeys(graph.inputs, 0)
    for step in graph.steps:
        below = max((depth[name] for name in step.inputs), default=0)
        depth[step.name] = below + (step.name in anchors)
    in_use = sorted({depth[name] for name in anchors})
    return {name: in_use.index(depth[name]) for name in anchors}


# --- arrows -------------------------------------------------------------------------------------


def _arrows(graph: Graph, names: tuple[str, ...]) -> Iterable[Arrow]:
    sources = {name: _sources(graph, name, names) for name in names}
    before = _before(sources)
    for end, starts in sources.items():
        for start in starts:
            yield Arrow(start, end, any(start in before[other] for other in starts))


def _sources(graph: Graph, name: str, names: Collection[str]) -> tuple[str, ...]:
    """The quantities shown that it is worked out from with none of them in between, in order."""
    found: set[str] = set()
    seen = {name}
    waiting = [name]
    while waiting:
        step = graph.by_name.get(waiting.pop())
        fresh = {n for n in step.inputs if n not in seen} if step else set()
        seen |= fresh
        found |= fresh.intersection(names)
        waiting += fresh.difference(names)
    return tuple(n for n in names if n in found)


def _before(sources: Mapping[str, Collection[str]]) -> dict[str, frozenset[str]]:
    """All quantities that each depends on, directly or not; ``sources`` is in working order."""
    found: dict[str, frozenset[str]] = {}
    for name, starts in sources.items():
        found[name] = frozenset(starts).union(*(found[start] for start in starts))
    return found
