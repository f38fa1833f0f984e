"""Lines of plain text for a terminal: at most 80 columns, nothing in them that steers it."""

from __future__ import annotations

import textwrap

from grader.model import Report
from grader.reports.shown import visible

__all__ = ["WIDTH", "filled", "heading", "noted"]

WIDTH = 80


def filled(text: str, first: str = "", rest: str | None = None) -> list[str]:
    """Text wrapped, the first line behind ``first`` and the others behind ``rest``.

    Runs of spaces stay, so that columns made by the caller line up.
    """
    return textwrap.wrap(
        visible(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
        replace_whitespace=False,
    ) or [first.rstrip()]


def noted(text: str, first: str = "", rest: str = "") -> list[str]:
    """A note, wrapped; what is drawn below it (a line of the answer, carets) keeps its columns."""
    told, *drawn = text.split("\n")
    return [
        *filled(told, first, rest),
        *((rest + visible(line))[:WIDTH].rstrip() for line in drawn),
    ]


def heading(report: Report) -> str:
    """Whose it is, and which file under which rubric."""
    student = report.student
    parts = (student.id, student.name, report.file, f"rubric {report.rubric}")
    return "\n".join(filled(" | ".join(part for part in parts if part)))
