"""The way to an answer as a picture: each step by its verdict, and where it went wrong first.

SVG to be set into a page, whose style sheet gives the colours; shape, border and symbol say the
same without them. The same report gives the same picture, and no number of the key is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.model import Problem, ProblemReport, QuantityKey, Verdict
from grader.reports.condensed import Condensed, condensed
from grader.reports.firsts import first_wrong, on_the_way
from grader.reports.graph_layout import Box, Sizes, laid_out
from grader.reports.graph_marks import below, frame, number, octagon, pill, typeset
from grader.reports.wording import VERDICTS, Words

__all__ = ["StepLine", "graph_of", "step_lines", "step_picture"]

_SIZES = Sizes(width=92, height=46, across=20, down=22)

_RIGHT = frozenset({Verdict.CORRECT, Verdict.IMPLIED, Verdict.FOLLOW_THROUGH})
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

    @property
    def flag(self) -> str:
        """What the first step that went wrong is marked with; its own value may be right."""
        if not self.is_first:
            return ""
        return "first wrong" if self.verdict not in _RIGHT else "start here"


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
    drawing = laid_out(graph_of(problem, [report]), _SIZES)
    lines = {line.name: line for line in step_lines(problem, report)}
    first = next((name for name, line in lines.items() if line.is_first), "")
    says = f"{len(lines)} steps of {problem.name} with their verdicts, and arrows between them"
    says += f"; {first} went wrong first" if first else "; none went wrong"
    boxes = "".join(_step(box, lines[box.name]) for box in drawing.boxes)
    return frame(drawing, f"{says}. The same is told in the list below.", below(drawing) + boxes)


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
    label = _flag(box, line.flag) if line.flag else ""
    kind = f"v-{line.verdict}" + (" first" if line.is_first else "")
    return (
        f'<g class="step {kind}">{_outline(box, line.verdict)}{sign}{line.words.symbol}</text>'
        f"{name}{label}</g>"
    )


def _flag(box: Box, text: str) -> str:
    x, y = box.middle[0], box.y + box.height - 9.5
    return (
        f'<rect class="flag" x="{number(x - 34)}" y="{number(y - 8)}" width="68" height="14" '
        f'rx="3"/><text class="flag-text" x="{number(x)}" y="{number(y + 2.5)}" '
        f'text-anchor="middle">{text}</text>'
    )
