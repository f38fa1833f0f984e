"""Where the boxes of a condensed graph stand, and the ways of its arrows between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from grader.reports.condensed import Condensed, Lane, Node

__all__ = ["Box", "Drawing", "Sizes", "Way", "laid_out"]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of a box, of the room between two, and of what is above the first row; in pixels."""

    width: float
    height: float
    across: float
    down: float
    head: float = 24
    edge: float = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A quantity's box: its upper left corner and its size."""

    name: str
    lane: Lane
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow's way, from its start to its head, in straight pieces."""

    start: str
    end: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in its place; ``lanes`` holds the middle of each lane that is used."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    lanes: tuple[tuple[Lane, float], ...]


def laid_out(graph: Condensed, sizes: Sizes) -> Drawing:
    """Forward values from top to bottom, gradients beside them from bottom to top.

    Values of the same row stand beside each other, parameters of the same row below each other.
    Short cuts are left out: what they say, the longer ways say too.
    """
    columns = _columns(graph.nodes)
    tops = _tops(graph.nodes, sizes)
    boxes = {node.name: _box(node, columns, tops, sizes) for node in graph.nodes}
    ways = _ways(graph, boxes, sizes)
    bottom = max((box.y + box.height for box in boxes.values()), default=0)
    right = max((box.x + box.width for box in boxes.values()), default=0)
    return Drawing(
        right + sizes.edge, bottom + sizes.edge, tuple(boxes.values()), ways, _lanes(boxes)
    )


def _columns(nodes: Sequence[Node]) -> dict[Lane, int]:
    """The first column of each lane that is used."""
    wide: dict[Lane, int] = {}
    for node in nodes:
        most = 1 if node.lane is Lane.PARAMETERS else node.rank + 1
        wide[node.lane] = max(most, wide.get(node.lane, 0))
    first: dict[Lane, int] = {}
    for lane in sorted(wide):
        first[lane] = sum(wide[other] for other in first)
    return first


def _tops(nodes: Sequence[Node], sizes: Sizes) -> dict[int, float]:
    """The upper edge of each row; where parameters stand below each other it is higher."""
    stacked = Counter(node.row for node in nodes if node.lane is Lane.PARAMETERS)
    rows = sorted({node.row for node in nodes})
    tops: dict[int, float] = {}
    y = sizes.head
    for row in rows:
        tops[row] = y
        y += max(1, stacked[row]) * (sizes.height + sizes.down)
    return tops


def _box(node: Node, columns: Mapping[Lane, int], tops: Mapping[int, float], sizes: Sizes) -> Box:
    below = node.rank if node.lane is Lane.PARAMETERS else 0
    column = columns[node.lane] + node.rank - below
    x = sizes.edge + column * (sizes.width + sizes.across)
    y = tops[node.row] + below * (sizes.height + sizes.down)
    return Box(node.name, node.lane, x, y, sizes.width, sizes.height)


def _lanes(boxes: Mapping[str, Box]) -> tuple[tuple[Lane, float], ...]:
    middles: dict[Lane, list[float]] = {}
    for box in boxes.values():
        middles.setdefault(box.lane, []).append(box.middle[0])
    return tuple((lane, (min(x) + max(x)) / 2) for lane, x in sorted(middles.items()))


# --- arrows -------------------------------------------------------------------------------------


def _ways(graph: Condensed, boxes: Mapping[str, Box], sizes: Sizes) -> tuple[Way, ...]:
    return tuple(
        Way(a.start, a.end, tuple(_points(boxes[a.start], boxes[a.end], boxes, sizes)))
        for a in graph.arrows
        if not a.is_short_cut
    )


def _points(start: Box, end: Box, boxes: Mapping[str, Box], sizes: Sizes) -> Iterator[Point]:
    """The way from one box to another; it passes through no third one."""
    if start.lane is end.lane:
        ways = tuple(_within_lane(start, end, sizes))
        yield from next((way for way in ways if _is_free(way, boxes)), ways[-1])
    elif start.y == end.y and not _between(start, end, boxes):
        yield start.x + start.width, start.middle[1]
        yield end.x, end.middle[1]
    else:
        yield from _over_to(start, end, boxes, sizes)


def _within_lane(start: Box, end: Box, sizes: Sizes) -> Iterator[tuple[Point, ...]]:
    """Ways up or down a lane, the simplest first; the last is always free."""
    down = 1 if start.y < end.y else -1
    leave = start.middle[0], start.y + (start.height if down > 0 else 0)
    arrive = end.middle[0], end.y + (0 if down > 0 else end.height)
    early, late = leave[1] + down * sizes.down / 2, arrive[1] - down * sizes.down / 2
    if start.x == end.x:
        yield leave, arrive
        # round the others, on the outer side of the lane
        edge = start.x if down > 0 else start.x + start.width
        side = edge - down * sizes.across / 3
        yield (
            *((edge, start.middle[1]), (side, start.middle[1])),
            *((side, end.middle[1]), (edge, end.middle[1])),
        )
    else:
        yield leave, (leave[0], late), (arrive[0], late), arrive
        yield leave, (leave[0], early), (arrive[0], early), arrive
        gap = start.x - sizes.across / 2 if start.x > end.x else end.x - sizes.across / 2
        yield leave, (leave[0], early), (gap, early), (gap, late), (arrive[0], late), arrive


def _is_free(points: Sequence[Point], boxes: Mapping[str, Box]) -> bool:
    return not any(_runs_through(a, b, box) for a, b in pairwise(points) for box in boxes.values())


def _runs_through(start: Point, end: Point, box: Box) -> bool:
    """Whether a straight piece of a way is inside a box; along its edge is not."""
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(start, end, strict=True))
    beside = right <= box.x or left >= box.x + box.width
    return not (beside or bottom <= box.y or top >= box.y + box.height)


def _over_to(start: Box, end: Box, boxes: Mapping[str, Box], sizes: Sizes) -> Iterator[Point]:
    """To a lane further right: up or down beside the end, then into its side.

    Where a third box stands in the way, along the gap above the end's row.
    """
    beside = end.x - sizes.across / 2
    gap = start.x + start.width + sizes.across / 2
    yield start.x + start.width, start.middle[1]
    if _between(start, replace(end, y=start.y), boxes):
        yield gap, start.middle[1]
        yield gap, end.y - sizes.down / 4
        yield beside, end.y - sizes.down / 4
    else:
        yield beside, start.middle[1]
    yield beside, end.middle[1]
    yield end.x, end.middle[1]


def _between(start: Box, end: Box, boxes: Mapping[str, Box]) -> bool:
    """Whether a third box stands on the straight line between two."""
    (ax, ay), (bx, by) = sorted((start.middle, end.middle))
    low, high = min(ay, by), max(ay, by)
    return any(
        ax <= box.middle[0] <= bx and low <= box.middle[1] <= high
        for box in boxes.values()
        if box.name not in (start.name, end.name)
    )
