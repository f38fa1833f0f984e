"""The way to an answer, summed over a class: how many were right and went wrong at each step.

SVG to be set into a page, and the same numbers as rows of a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from grader.model import Problem, Report, Rubric
from grader.reports.condensed import condensed
from grader.reports.firsts import Station, class_sentences, stations
from grader.reports.graph_layout import Box, Sizes, laid_out
from grader.reports.graph_marks import below, frame, number, pill, typeset
from grader.reports.pictures import Picture
from grader.reports.wording import finding_title

__all__ = ["class_graphs"]

_NOTE = (
    "An arrow leads from a step to what is worked out from it next. At each step: ✓ right (or not "
    "written down, but used), → right given the student's own earlier values, ✗ wrong (in part, "
    "too); the rest left it out. “First” counts those who went wrong there before anywhere else: "
    "the darker the box, the more."
)
_HEAD = (
    *("step", "students", "right", "followed", "wrong", "left out"),
    *("first wrong", "mistakes made there"),
)

_SIZES = Sizes(width=104, height=58, across=16, down=22)

_PARTS = (("right", "c-right"), ("followed", "c-followed"), ("wrong", "c-wrong"))
_SIGNS: Mapping[str, str] = MappingProxyType({"right": "✓", "followed": "→", "wrong": "✗"})


def class_graphs(reports: Sequence[Report], rubric: Rubric) -> Iterator[Picture]:
    """Each problem's graph with how the class fared at each step, where anybody was judged."""
    note = _NOTE
    for problem in rubric.problems:
        told = stations(reports, rubric, problem)
        if any(station.students for station in told):
            yield Picture(
                title=f"Step by step: {problem.title or problem.name}",
                note=note,
                svg=_drawn(problem, told),
                legend=(),
                head=_HEAD,
                rows=tuple(map(_row, told)),
                told=class_sentences(told),
            )
            note = "The signs are those of the picture above."


def _drawn(problem: Problem, told: Sequence[Station]) -> str:
    """How a class fared at each step; the darker a box, the more went wrong there first."""
    graph = condensed(problem.reference.graph(), {station.name for station in told})
    drawing = laid_out(graph, _SIZES)
    by_name = {station.name: station for station in told}
    most = max((station.first for station in told), default=0)
    boxes = "".join(_station(box, by_name[box.name], most) for box in drawing.boxes)
    says = f"{len(told)} steps of {problem.name} with arrows between them, and how many students "
    says += "were right, followed and went wrong at each; the numbers are in the table"
    return frame(drawing, says, below(drawing) + boxes)


def _station(box: Box, station: Station, most: int) -> str:
    share = station.first / station.students if station.students else 0
    heat = f'<g fill-opacity="{min(0.75, 1.5 * share):.2f}">{pill(box, 7)}</g>'
    name = typeset(station.name, (box.x + 8, box.y + 19), 16, 46, anchor="start")
    first = ""
    if station.first:
        right = number(box.x + box.width - 8)
        first = f'<text class="first-count" x="{right}" y="{number(box.y + 18)}" text-anchor="end">'
        first += f"{station.first} first</text>"
    kind = "station most" if station.first and station.first == most else "station"
    return f'<g class="{kind}">{heat}{name}{first}{_bar(box, station)}{_counts(box, station)}</g>'


def _bar(box: Box, station: Station) -> str:
    """Right, followed and wrong, one after the other; the rest left it out."""
    whole, x, y = box.width - 16, box.x + 8, box.y + 28
    pieces = [
        f'<rect class="c-rest" x="{number(x)}" y="{number(y)}" width="{number(whole)}" height="7"/>'
    ]
    for part, kind in _PARTS:
        width = whole * getattr(station, part) / max(1, station.students)
        if width:
            pieces.append(
                f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" width="{number(width)}" '
                f'height="7"/>'
            )
        x += width
    return "".join(pieces)


def _counts(box: Box, station: Station) -> str:
    """The same in numbers, each with its sign."""
    places = ((box.x + 8, "start"), (box.middle[0], "middle"), (box.x + box.width - 8, "end"))
    return "".join(
        f'<text class="count" x="{number(x)}" y="{number(box.y + 50)}" text-anchor="{anchor}">'
        f"{_SIGNS[part]}{getattr(station, part)}</text>"
        for (part, _), (x, anchor) in zip(_PARTS, places, strict=True)
    )


def _row(station: Station) -> tuple[str, ...]:
    """The numbers of one step, in the columns of ``_HEAD``; mistakes of its firsts."""
    counts = (station.right, station.followed, station.wrong)
    left_out = station.students - sum(counts)
    mistakes = "; ".join(f"{finding_title(code)} ({n})" for code, n in station.codes)
    numbers = (station.students, *counts, left_out, station.first)
    return (station.name, *map(str, numbers), mistakes)
