"""What speaks for a finding, in lines for a teaching assistant: rules, factors, values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from grader.model import Assessment, EntryMark, Finding, Problem, ProblemReport
from grader.reports.record import plain
from grader.reports.shown import entry_names, number_text, visible
from grader.reports.written import tidy_number

__all__ = ["evidence_lines"]

_MOST_VALUES = 6
_DIGITS = 9  # enough to see what rounding did


def evidence_lines(
    finding: Finding, report: ProblemReport, problem: Problem | None
) -> Iterator[str]:
    """One line a piece of evidence.

    Args:
        finding: whose evidence it is.
        report: the problem that it was found in, for the values as written.
        problem: the same problem in the rubric, for the rules as they stand; if it is known.
    """
    left = {name: value for name, value in finding.evidence.items() if name not in _KNOWN}
    for name in _TOLD:
        if name in finding.evidence:
            yield _TOLD[name](finding.evidence, report, problem)
    if left:
        yield visible(json.dumps(plain(left)), 600)
    written = next((a for a in report.assessments if a.key == finding.at), None)
    if finding.code in _DUE and not left and written is not None:
        yield from _values(finding, written)


# --- rules and factors --------------------------------------------------------------------------


def _rule(told: Mapping[str, Any], report: ProblemReport, problem: Problem | None) -> str:
    """The step as it was worked, and as it stands under the student's conventions."""
    rule = str(told["rule"])
    step = rule.rpartition("; ")[2].partition(" = ")[0]
    right = _step(problem, report.conventions, step) if "convention" not in told else ""
    return f"worked as: {rule}" + (f"; the rule is: {right}" if right and right != rule else "")


def _step(problem: Problem | None, conventions: Mapping[str, str], name: str) -> str:
    if problem is None or not conventions.keys() <= problem.reference.conventions.keys():
        return ""
    step = problem.reference.graph(conventions).by_name.get(name)
    return str(step) if step else ""


def _convention(told: Mapping[str, Any], report: ProblemReport, _problem: Problem | None) -> str:
    name = str(told["convention"])
    elsewhere = report.conventions.get(name, "")
    return f"{name} here: {told.get('value', '?')}" + (
        f"; in the other answers: {elsewhere}" if elsewhere else ""
    )


def _plainly(words: str, key: str) -> Callable[..., str]:
    def told_plainly(told: Mapping[str, Any], *_context: object) -> str:
        return words.format(told[key])

    return told_plainly


def _shift(told: Mapping[str, Any], *_context: object) -> str:
    return f"moved by {told['by']} along axis {told.get('axis', 0)}"


def _tried(told: Mapping[str, Any], *_context: object) -> str:
    """How well each hypothesis fits that was tried where the mistake shows."""
    parts = [
        f"{' and '.join(one['made']) or 'no mistake'}: {one['fits']} of {one['of']}"
        for one in told["tried"]
    ]
    return f"tried, and how many entries each fits: {'; '.join(parts)}"


_TOLD: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        "rule": _rule,
        "convention": _convention,
        "factor": _plainly("every wrong entry is {:.4g} times what was due", "factor"),
        "by": _shift,
        "with": _plainly("it holds the value of {}, which holds this one's", "with"),
        "written": _plainly("written {}", "written"),
        "reason": _plainly("{}", "reason"),
        "tried": _tried,
    }
)
_KNOWN = frozenset({*_TOLD, "value", "axis"})  # the last two are told with another one


# --- values -------------------------------------------------------------------------------------

_DUE: Mapping[str, str] = MappingProxyType(
    {
        "arithmetic_slip": "due",
        "transcription_slip": "used afterwards",
        "rounded_early": "unrounded",
        "too_few_digits": "due",
    }
)
"""What the other value is called, for findings that only the values speak for."""


def _values(finding: Finding, written: Assessment) -> Iterator[str]:
    """The entries that it is about as they were written, and what they should have been."""
    about = [e for e in written.entries if _is_about(e, finding)]
    told = [
        f"{_name(e, written)}: written {visible(tidy_number(e.text.strip()), 24)}" for e in about
    ]
    due = [f", {_DUE[finding.code]} {number_text(_due(e), _DIGITS)}" for e in about]
    lines = [start + end for start, end in zip(told, due, strict=True)]
    yield from lines[:_MOST_VALUES]
    if len(lines) > _MOST_VALUES:
        yield f"and {len(lines) - _MOST_VALUES} more"


def _is_about(entry: EntryMark, finding: Finding) -> bool:
    """Those that it names; all that differ where it names none."""
    if entry.obtained is None or _due(entry) is None:
        return False
    named = entry.index in finding.entries if finding.entries else entry.obtained != _due(entry)
    return bool(named)


def _due(entry: EntryMark) -> float | None:
    """What follows from the student's own earlier values, or else the key's value."""
    return entry.carried if entry.carried is not None else entry.expected


def _name(entry: EntryMark, written: Assessment) -> str:
    return entry_names(written.quantity, [entry.index])
