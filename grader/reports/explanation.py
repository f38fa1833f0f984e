"""Why a student lost points, for teaching assistants: expected and obtained, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from grader.model import (
    Assessment,
    CounterExample,
    EntryMark,
    Finding,
    GraderError,
    Problem,
    ProblemReport,
    Report,
    Rubric,
)
from grader.points import shown
from grader.reports.evidence import evidence_lines
from grader.reports.firsts import first_wrong, working_order
from grader.reports.formulas import asked_formula
from grader.reports.graph_picture import StepLine, step_lines
from grader.reports.lines import filled, heading, noted
from grader.reports.record import plain, record
from grader.reports.sentences import notice_of
from grader.reports.shown import entry_names, number_text, visible
from grader.reports.wording import VERDICTS, convention_sentence, finding_title
from grader.reports.written import squeezed, tidy_number

__all__ = ["explain_record", "explain_text", "first_wrong"]

_HEADER = ("index", "expected", "obtained", "difference", "carried", "mark")
_WRITTEN = 16  # columns; with all others full, a row just fits
_NAME = 20  # columns; a longer name moves its line's others
_ROUNDOFF = 1e-12  # of the binary numbers, not of the student


def explain_text(report: Report, rubric: Rubric, quantity: str | None = None) -> str:
    """Expected, obtained and difference of every entry, the first wrong step, and the reasons.

    Args:
        report: what was decided.
        rubric: the rubric that it was decided by.
        quantity: only this one, as ``gan.h0`` or ``h0``; all by default.

    Raises:
        GraderError: no such quantity was asked or answered.
    """
    chosen = _chosen(report, quantity)
    lines = [heading(report), *_status(report)]
    for problem in report.problems:
        assessments = [a for a in problem.assessments if a.key in chosen]
        if assessments:
            lines += ["", *_problem(problem, _in_rubric(rubric, problem))]
        for assessment in assessments:
            formula = asked_formula(assessment, rubric, problem.conventions)
            lines += ["", *_assessment(assessment, formula)]
            for finding in assessment.findings:
                lines += _finding(finding, problem, _in_rubric(rubric, problem))
            for note in assessment.notes:
                lines += noted(f"- {note}", "  ", "    ")
    return "\n".join(lines)


def explain_record(
    report: Report, quantity: str | None = None, rubric: Rubric | None = None
) -> dict[str, Any]:
    """What `explain_text` tells, as JSON values; with a rubric, steps are in working order.

    Raises:
        GraderError: no such quantity was asked or answered.
    """
    chosen = _chosen(report, quantity)
    base = record(report)
    of = {assessment.key: assessment for assessment in report.assessments}
    items = [i for i in base.pop("items") if i["quantity"] in chosen]
    return {
        **base,
        "first_wrong": {
            problem.name: first_wrong(problem, working_order(rubric, problem.name))
            for problem in report.problems
        },
        "steps": {p.name: _step_records(p, _in_rubric(rubric, p)) for p in report.problems},
        "items": [{**item, **_details(of[item["quantity"]])} for item in items],
    }


def _chosen(report: Report, quantity: str | None) -> frozenset[str]:
    keys = [assessment.key for assessment in report.assessments]
    if quantity is None:
        return frozenset(keys)
    exact = [key for key in keys if quantity in (key, key.partition(".")[2])]
    alike = [key for key in keys if quantity.casefold() in map(str.casefold, key.split(".", 1))]
    if exact or alike:
        return frozenset(exact or alike)
    known = ", ".join(keys) or "nothing"
    raise GraderError(
        f"{visible(quantity, 60)}: neither asked nor answered in {visible(report.file, 120)}; "
        f"there is {known}"
    )


# --- as text ------------------------------------------------------------------------------------


def _status(report: Report) -> Iterator[str]:
    score = _points(report.score, report.max_score)
    yield f"{report.status.value}, {score if report.score is not None else 'no score'}"
    notice = notice_of(report)
    if notice and notice.reason:
        yield from filled(f"Reason: {notice.reason}", "", "  ")
    for told in report.attention:
        yield from filled(f"Look at: {told}", "", "  ")
    for remark in report.remarks:
        yield from filled(f"Note: {remark}", "", "  ")


def _points(score: Fraction | None, most: Fraction) -> str:
    return f"{shown(score)} of {shown(most)} points" if most else "no points"


def _in_rubric(rubric: Rubric | None, report: ProblemReport) -> Problem | None:
    """The problem itself, if the rubric has it."""
    return next((p for p in rubric.problems if p.name == report.name), None) if rubric else None


def _problem(problem: ProblemReport, asked: Problem | None) -> Iterator[str]:
    yield from filled(f"== {problem.name}: {_points(problem.score, problem.max_score)}")
    for name, value in problem.conventions.items():
        why = "inferred" if name in problem.inferred else "the key's; nothing answered can tell"
        yield from filled(f"{name}: {value} ({why}): {convention_sentence(name, value)}", "", "  ")
    first = first_wrong(problem, tuple(asked.reference.graph().by_name) if asked else ())
    yield from filled(f"First step that went wrong: {first or 'none'}")
    if asked:
        yield from _steps(step_lines(asked, problem))


def _steps(steps: Sequence[StepLine]) -> Iterator[str]:
    """The graph as lines: each step, how it stands, and what it is worked out from."""
    yield "Steps, with those that each is worked out from:"
    name = min(_NAME, max(len(step.name) for step in steps))
    words = max(len(step.words.words) for step in steps)
    for step in steps:
        mark = "=>" if step.is_first else "  "
        sources = f"<- {', '.join(step.sources)}" if step.sources else ""
        line = f"{step.name:<{name}}  {step.words.words:<{words}}  {sources}".rstrip()
        yield from filled(line, f"  {mark} ", " " * (name + words + 12))


def _assessment(assessment: Assessment, formula: str) -> Iterator[str]:
    asked = " = ".join(part for part in (assessment.quantity, formula) if part)
    meaning = f": {assessment.meaning}" if assessment.meaning else ""
    yield from filled(f"{assessment.key}{meaning}", "", "    ")
    yield from filled(asked, "  ", "    ")
    points = _points(assessment.score, assessment.max_score)
    verdict = VERDICTS[assessment.verdict].words
    yield f"  {verdict}, {assessment.right} of {assessment.total} right, {points}"
    if assessment.is_expression:
        for entry in assessment.entries:
            yield from filled(f"written: {visible(squeezed(entry.text), 600)}", "  ", "    ")
        if assessment.counterexample:
            yield from filled(_differs(assessment.counterexample), "  ", "    ")
    else:
        yield from _table(assessment.entries)


def _differs(example: CounterExample) -> str:
    """Where the values of a formula differ from the right ones."""
    sizes = ", ".join(f"{name} = {size}" for name, size in example.dimensions.items())
    where = f"at {sizes}, draw {example.draw + 1}" if sizes else f"at draw {example.draw + 1}"
    entry = f", entry {list(example.index)}" if example.index else ""
    values = f"expected {number_text(example.expected)}, obtained {number_text(example.obtained)}"
    return f"differs {where}{entry}: {values}"


def _finding(finding: Finding, report: ProblemReport, problem: Problem | None) -> Iterator[str]:
    quantity = finding.at.partition(".")[2] or finding.at
    place = entry_names(quantity, finding.entries) or quantity
    title = f"{finding.code} at {place}: {finding_title(finding.code)}. {finding.message}"
    yield from filled(f"- {title}", "  ", "    ")
    for evidence in evidence_lines(finding, report, problem):
        yield from filled(f"evidence: {evidence}", "    ", "      ")


def _table(entries: Sequence[EntryMark]) -> Iterator[str]:
    """Columns as wide as they need, numbers to the right; the mark closes the line."""
    rows = [_HEADER, *map(_row, entries)]
    if len(rows) == 1:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADER))]
    for number, row in enumerate(rows):
        aligned = "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
        # the first and the last column read from the left
        first, last = row[0].ljust(widths[0]), row[-1]
        yield f"  {first}{aligned[widths[0] : len(aligned) - widths[-1]]}{last}".rstrip()
        if number == 0:
            yield "  " + "  ".join("-" * width for width in widths)


def _row(entry: EntryMark) -> tuple[str, ...]:
    return (
        ",".join(map(str, entry.index)) or "-",
        number_text(entry.expected),
        _short(entry.text) or "-",
        number_text(_difference(entry), 3),
        number_text(entry.carried) if entry.carried is not None else "",
        entry.mark.value,
    )


def _short(text: str) -> str:
    told = visible(tidy_number(text.strip())[: 2 * _WRITTEN])
    return told if len(told) <= _WRITTEN else told[: _WRITTEN - 1] + "…"


def _difference(entry: EntryMark) -> float | None:
    if entry.obtained is None or entry.expected is None:
        return None
    difference = entry.obtained - entry.expected
    return 0.0 if abs(difference) <= _ROUNDOFF * abs(entry.expected) else difference


# --- as JSON ------------------------------------------------------------------------------------


def _step_records(report: ProblemReport, problem: Problem | None) -> list[dict[str, Any]]:
    """The graph; empty where the rubric is not known."""
    return [
        {
            "quantity": step.key,
            "verdict": step.verdict,
            "first_wrong": step.is_first,
            "from": [f"{report.name}.{source}" for source in step.sources],
        }
        for step in (step_lines(problem, report) if problem else ())
    ]


def _details(assessment: Assessment) -> dict[str, Any]:
    example = assessment.counterexample
    return {
        "meaning": assessment.meaning,
        "formula": assessment.formula,
        "entries": [_entry_record(entry) for entry in assessment.entries],
        "counterexample": asdict(example) if example else None,
    }


def _entry_record(entry: EntryMark) -> dict[str, Any]:
    numbers = {
        "obtained": entry.obtained,
        "expected": entry.expected,
        "difference": _difference(entry),
        "carried": entry.carried,
    }
    place = str(entry.place) if entry.place else None
    told: dict[str, Any] = plain({"index": entry.index, "text": entry.text, **numbers})
    return {**told, "mark": entry.mark.value, "place": place}
