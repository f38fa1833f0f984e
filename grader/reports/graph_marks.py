"""Pieces of a drawn graph, as SVG: names, arrows, outlines. Everything put in is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from grader.notation.glyphs import glyph
from grader.reports.condensed import Lane
from grader.reports.graph_layout import Box, Drawing, Way
from grader.reports.shown import visible

__all__ = ["below", "frame", "lane_titles", "number", "octagon", "pill", "typeset", "way"]

_LONGEST = 24
_BEND = 7.0
_HEAD = 5.0
_LANES = {Lane.FORWARD: "forward ↓", Lane.BACKWARD: "backward ↑", Lane.PARAMETERS: "parameters"}
_ACCENTS = {
    "hat": "\N{COMBINING CIRCUMFLEX ACCENT}",
    "bar": "\N{COMBINING MACRON}",
    "tilde": "\N{COMBINING TILDE}",
}
_WIDE = 0.62  # of the font's size: what a letter takes, at most but for the widest


def number(value: float) -> str:
    """A coordinate in few characters."""
    return f"{round(value, 1):g}"


def frame(drawing: Drawing, says: str, inside: str) -> str:
    """The drawing as an ``svg`` element with a text alternative; it scales with its place."""
    width, height = number(drawing.width), number(drawing.height)
    return (
        f'<svg class="steps" role="img" aria-label="{escape(visible(says))}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'xmlns="http://www.w3.org/2000/svg">{inside}</svg>'
    )


def lane_titles(drawing: Drawing) -> str:
    """What stands above the lanes; nothing where there is one only."""
    if len(drawing.lanes) == 1:
        return ""
    return "".join(
        f'<text class="lane" x="{number(x)}" y="13" text-anchor="middle">{_LANES[lane]}</text>'
        for lane, x in drawing.lanes
    )


# --- names --------------------------------------------------------------------------------------


def typeset(
    name: str, at: tuple[float, float], size: float, room: float, anchor: str = "middle"
) -> str:
    """A quantity's name as in formulas, in no more than ``room`` pixels.

    ``anchor`` is SVG's: ``start`` or ``middle``.
    """
    parts = glyph(visible(name, _LONGEST))
    letters = parts.letters + _ACCENTS.get(parts.accent, "")
    base = 0.8 if parts.is_gradient else 1.0  # what a gradient is of stands below the line
    taken = base * (len(parts.letters) + 0.4 * parts.primes + 0.7 * len(parts.subscript))
    size = min(size, room / (_WIDE * (taken + parts.is_gradient)))
    style = "italic" if len(parts.letters) == 1 else "normal"
    nabla = "∇" if parts.is_gradient else ""
    drop = f' dy="{number(0.22 * size)}"' if parts.is_gradient else ""
    main = f'<tspan font-size="{number(base * size)}" font-style="{style}"{drop}>'
    lower = ""
    if parts.subscript:
        small, below = number(0.7 * base * size), number(0.24 * base * size)
        lower = f'<tspan font-size="{small}" dy="{below}">{escape(parts.subscript)}</tspan>'
    return (
        f'<text class="name" x="{number(at[0])}" y="{number(at[1])}" font-size="{number(size)}" '
        f'text-anchor="{anchor}">{nabla}{main}{escape(letters)}{"′" * parts.primes}</tspan>'
        f"{lower}</text>"
    )


# --- arrows -------------------------------------------------------------------------------------


def way(drawn: Way) -> str:
    """An arrow with round bends and a head; no marker, so that nothing in it needs an id."""
    *before, last = drawn.points
    tip, base, corners = _head(before[-1], last)
    line = _line((*before, base))
    head = " ".join(f"{number(x)},{number(y)}" for x, y in (tip, *corners))
    return f'<path class="line" d="{line}"/><polygon class="head" points="{head}"/>'


def _head(
    before: tuple[float, float], tip: tuple[float, float]
) -> tuple[
    tuple[float, float], tuple[float, float], tuple[tuple[float, float], tuple[float, float]]
]:
    """The tip just before the box, where the line ends, and the head's other corners."""
    dx, dy = _sign(tip[0] - before[0]), _sign(tip[1] - before[1])
    end = tip[0] - 1.5 * dx, tip[1] - 1.5 * dy
    base = end[0] - 1.6 * _HEAD * dx, end[1] - 1.6 * _HEAD * dy
    wing = 0.8 * _HEAD
    return (
        end,
        base,
        (
            (base[0] + wing * dy, base[1] + wing * dx),
            (base[0] - wing * dy, base[1] - wing * dx),
        ),
    )


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _line(points: Sequence[tuple[float, float]]) -> str:
    path = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        start, end = _toward(corner, before), _toward(corner, after)
        path.append(f"L{start}Q{number(corner[0])} {number(corner[1])} {end}")
    return "".join((*path, f"L{number(points[-1][0])} {number(points[-1][1])}"))


def _toward(corner: tuple[float, float], other: tuple[float, float]) -> str:
    """A point on the way from a corner to another point, where its bend begins or ends."""
    length = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    share = min(_BEND, length / 2) / length if length else 0
    x, y = (c + share * (o - c) for c, o in zip(corner, other, strict=True))
    return f"{number(x)} {number(y)}"


def below(drawing: Drawing) -> str:
    """What the boxes stand on: the lanes' titles, and all arrows."""
    return lane_titles(drawing) + "".join(map(way, drawing.ways))


# --- outlines -----------------------------------------------------------------------------------


def pill(box: Box, radius: float) -> str:
    """A box with round corners."""
    return (
        f'<rect class="box" x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" '
        f'height="{number(box.height)}" rx="{number(radius)}"/>'
    )


def octagon(box: Box, cut: float) -> str:
    """A box whose corners are cut off."""
    x, y, right, bottom = box.x, box.y, box.x + box.width, box.y + box.height
    corners = (
        *((x + cut, y), (right - cut, y), (right, y + cut), (right, bottom - cut)),
        *((right - cut, bottom), (x + cut, bottom), (x, bottom - cut), (x, y + cut)),
    )
    points = " ".join(f"{number(a)},{number(b)}" for a, b in corners)
    return f'<polygon class="box" points="{points}"/>'
