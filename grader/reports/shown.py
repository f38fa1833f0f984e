"""What one person is shown of a report: which problems, which entries, and text made harmless."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from operator import le

from grader.grading import counts_for
from grader.model import (
    Assessment,
    EntryMark,
    Finding,
    Index,
    Mark,
    Problem,
    ProblemReport,
    Report,
    Rubric,
)

__all__ = [
    "cells",
    "counted",
    "entry_names",
    "findings_of",
    "grid_shape",
    "made_elsewhere",
    "number_text",
    "visible",
]

_JOINERS = "\u200c\u200d"  # invisible, but part of how names are spelled
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str, limit: int = 2000) -> str:
    r"""Text from outside, safe to print: what steers a terminal or a browser is spelled out.

    Control characters, line breaks, marks that reverse the direction of writing and halves of
    characters appear as escapes, and more than ``limit`` characters are cut off.

    >>> visible("a\x1b[31m\u202eb"), visible("abcdef", 3)
    ('a\\x1b[31m\\u202eb', 'abc… (6 characters)')
    """
    if text.isprintable() and len(text) <= limit:
        return text
    kept = "".join(map(_spelled, text[:limit]))
    return kept if len(text) <= limit else f"{kept}… ({len(text)} characters)"


def _spelled(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN or character in _JOINERS:
        return character
    return character.encode("unicode_escape").decode("ascii")


def number_text(value: float | None, digits: int = 6) -> str:
    """A number in few characters, with ``digits`` significant ones.

    >>> number_text(1.40000001), number_text(-4.110384e-06, 3), number_text(None)
    ('1.4', '-4.11e-06', '-')
    """
    if value is None:
        return "-"
    if not math.isfinite(value):
        return "not finite"
    return f"{value:.{digits}g}"


def entry_names(quantity: str, indices: Iterable[Index], limit: int = 8) -> str:
    """Entries as people write them, the rest counted: ``h2[1,0], h2[1,1] and 3 more``.

    >>> entry_names("h0", [(1,), (4,)]), entry_names("m", [()])
    ('h0[1], h0[4]', 'm')
    """
    names = [f"{quantity}[{','.join(map(str, i))}]" if i else quantity for i in indices]
    more = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {more} more" if more > 0 else "")


def counted(report: Report, rubric: Rubric) -> tuple[ProblemReport, ...]:
    """The problems that count for this student; one for another level is left out."""
    known = {problem.name: problem for problem in rubric.problems}
    return tuple(p for p in report.problems if _counts(p, known.get(p.name), report.student.level))


def _counts(told: ProblemReport, problem: Problem | None, level: str) -> bool:
    if problem is None or not problem.levels:
        return True
    return told.max_score > 0 and counts_for(problem, level) is not False


def findings_of(assessment: Assessment) -> tuple[Finding, ...]:
    """The findings, those that say the same merged into one with all their entries."""
    merged: dict[tuple[str, str, str], Finding] = {}
    for finding in assessment.findings:
        key = (finding.code, finding.at, finding.message)
        if key in merged:
            entries = dict.fromkeys((*merged[key].entries, *finding.entries))
            merged[key] = replace(finding, entries=tuple(entries))
        else:
            merged[key] = finding
    return tuple(merged.values())


def made_elsewhere(finding: Finding, assessment: Assessment) -> bool:
    """Whether the mistake was made in another quantity than the one in which it shows."""
    return bool(finding.at) and finding.at != assessment.key


def cells(assessment: Assessment) -> dict[Index, EntryMark]:
    """Every entry of the quantity's shape by index; those without an answer are missing ones.

    Empty for an expression and where nothing was read; the entries alone where they do not fit
    the shape.
    """
    if assessment.is_expression or not assessment.entries:
        return {}
    marks = {entry.index: entry for entry in assessment.entries}
    shape = grid_shape(assessment)
    if shape is None:
        return marks
    everywhere = product(*map(range, shape))
    return {index: marks.get(index) or EntryMark(index, "", Mark.MISSING) for index in everywhere}


def grid_shape(assessment: Assessment) -> tuple[int, ...] | None:
    """The shape in numbers, or None where the entries do not fit it.

    An axis known by a name only (N) is as long as its entries.
    """
    indices = [entry.index for entry in assessment.entries]
    rank = len(assessment.shape)
    if not indices or any(len(index) != rank for index in indices):
        return None
    extent = tuple(1 + max(index[axis] for index in indices) for axis in range(rank))
    shape = tuple(
        length if isinstance(length, int) else found
        for length, found in zip(assessment.shape, extent, strict=True)
    )
    return shape if all(map(le, extent, shape)) else None
