"""The way to an answer as a picture: each step by its verdict, and where it went wrong first.

SVG to be set into a page, whose style sheet gives the colours; shape, border and symbol say the
same without them. The same report gives the same picture, and no number of the key is in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from grader.model import Problem, ProblemReport, QuantityKey, Verdict
from grader.reports.condensed import Condensed, condensed
from grader.reports.firsts import Station, first_wrong, on_the_way
from grader.reports.graph_layout import Box, Drawing, Sizes, laid_out
from grader.reports.graph_marks import frame, lane_titles, number, octagon, pill, typeset, way
from grader.reports.wording import VERDICTS, Words

__all__ = ["StepLine", "class_picture", "graph_of", "step_lines", "step_picture"]

_STUDENT = Sizes(width=92, height=46, across=20, down=22)
_CLASS = Sizes(width=104, height=58, across=16, down=22)

_NOT_WRITTEN = Words("not written down", "○", "It was neither asked nor written down.")


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step in words: the picture's text equivalent.

    Attributes:
        key: the quantity with its problem.
        verdict: its verdict's value, ``missing`` where nothing was written down.
        sources: the steps shown that it is worked out from.
    """

    key: QuantityKey
    name: str
    verdict: str
    words: Words
    is_first: bool
    sources: tuple[str, ...]


def graph_of(problem: Problem, reports: Sequence[ProblemReport]) -> Condensed:
    """The graph of what the rubric asks for, what was answered and where mistakes were made."""
    return condensed(problem.reference.graph(), on_the_way(problem, reports))


def step_lines(problem: Problem, report: ProblemReport) -> tuple[StepLine, ...]:
    """Every step that is drawn, in working order."""
    graph = graph_of(problem, [report])
    verdicts = {a.quantity: a.verdict for a in report.assessments}
    first = first_wrong(report, tuple(problem.reference.graph().by_name))
    return tuple(
        StepLine(
            key=QuantityKey(f"{problem.name}.{node.name}"),
            name=node.name,
            verdict=verdicts.get(node.name, Verdict.MISSING).value,
            words=VERDICTS[verdicts[node.name]] if node.name in verdicts else _NOT_WRITTEN,
            is_first=f"{problem.name}.{node.name}" == first,
            sources=tuple(arrow.start for arrow in graph.arrows if arrow.end == node.name),
        )
        for node in graph.nodes
    )


def step_picture(problem: Problem, report: ProblemReport) -> str:
    """One student's steps; the first that went wrong has a label."""
    drawing = laid_out(graph_of(problem, [report]), _STUDENT)
    lines = {line.name: line for line in step_lines(problem, report)}
    first = next((name for name, line in lines.items() if line.is_first), "")
    says = f"{len(lines)} steps of {problem.name} with their verdicts, and arrows between them"
    says += f"; {first} went wrong first" if first else "; none went wrong"
    boxes = "".join(_step(box, lines[box.name]) for box in drawing.boxes)
    return frame(drawing, f"{says}. The same is told in the list below.", _below(drawing) + boxes)


def _below(drawing: Drawing) -> str:
    """What the boxes stand on: the lanes' titles, and all arrows."""
    return lane_titles(drawing) + "".join(map(way, drawing.ways))


# --- one student --------------------------------------------------------------------------------

_OCTAGONS = frozenset({Verdict.INCORRECT.value, Verdict.PARTIAL.value})


def _outline(box: Box, verdict: str) -> str:
    """The shape says the verdict too: round for what follows, cut corners for what is wrong."""
    if verdict in _OCTAGONS:
        return octagon(box, 9)
    return pill(box, box.height / 2 if verdict == Verdict.FOLLOW_THROUGH.value else 7)


def _step(box: Box, line: StepLine) -> str:
    x, middle = box.x, box.middle[1]
    row = middle - 10 if line.is_first else middle
    sign = f'<text class="sign" x="{number(x + 16)}" y="{number(row + 5)}" text-anchor="middle">'
    name = typeset(line.name, (x + box.width / 2 + 7, row + 5.5), 17, box.width - 40)
    label = _first_label(box) if line.is_first else ""
    kind = f"v-{line.verdict}" + (" first" if line.is_first else "")
    return (
        f'<g class="step {kind}">{_outline(box, line.verdict)}{sign}{line.words.symbol}</text>'
        f"{name}{label}</g>"
    )


def _first_label(box: Box) -> str:
    x, y = box.middle[0], box.y + box.height - 9.5
    return (
        f'<rect class="flag" x="{number(x - 34)}" y="{number(y - 8)}" width="68" height="14" '
        f'rx="3"/><text class="flag-text" x="{number(x)}" y="{number(y + 2.5)}" '
        f'text-anchor="middle">first wrong</text>'
    )


# --- a class ------------------------------------------------------------------------------------

_PARTS = (("right", "c-right"), ("followed", "c-followed"), ("wrong", "c-wrong"))
_SIGNS: Mapping[str, str] = MappingProxyType({"right": "✓", "followed": "→", "wrong": "✗"})


def class_picture(problem: Problem, told: Sequence[Station]) -> str:
    """How a class fared at each step; the darker a box, the more went wrong there first."""
    graph = condensed(problem.reference.graph(), {station.name for station in told})
    drawing = laid_out(graph, _CLASS)
    by_name = {station.name: station for station in told}
    most = max((station.first for station in told), default=0)
    boxes = "".join(_station(box, by_name[box.name], most) for box in drawing.boxes)
    says = f"{len(told)} steps of {problem.name} with arrows between them, and how many students "
    says += "were right, followed and went wrong at each; the numbers are in the table"
    return frame(drawing, says, _below(drawing) + boxes)


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
