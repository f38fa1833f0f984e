"""A Report as plain text: a student's self-check, and the summary of a class that was graded.

The explanation for teaching assistants is in `grader.reports.explanation` and offered here too.
Nothing a student wrote can colour or move the terminal, and no line is longer than 80 columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from grader.model import Assessment, ProblemReport, Report, Rubric, Status, Verdict
from grader.remarks import tally
from grader.reports.absence import absent_lines
from grader.reports.late import late_total
from grader.reports.lines import filled, heading, noted
from grader.reports.record import SCHEMA_VERSION, finding_record, student_record
from grader.reports.sentences import notice_of, sentences_of
from grader.reports.shown import counted, entry_names, findings_of, made_elsewhere
from grader.reports.wording import convention_sentence, finding_title

__all__ = ["check_record", "check_text", "summary_text"]

_CHECKED: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.CORRECT: "right",
        Verdict.FOLLOW_THROUGH: "follows from your own values",
        Verdict.IMPLIED: "not answered",
        Verdict.PARTIAL: "not right yet",
        Verdict.INCORRECT: "not right yet",
        Verdict.MISSING: "not answered",
        Verdict.UNREADABLE: "could not be read",
        Verdict.UNGRADED: "could not be decided",
    }
)
_UNDECIDED = (
    "Nothing is handed in yet. Something here cannot be judged as it is written: write it another "
    "way, or a person will have to decide on it."
)
_RIGHT = ("right", "follows from your own values")
_SAID_BY_THE_VERDICT = (Verdict.MISSING, Verdict.UNGRADED)
_NOT_RIGHT = ("not right yet", "could not be read", "could not be decided")


# --- a student's self-check ---------------------------------------------------------------------


def check_text(report: Report, rubric: Rubric) -> str:
    """Which answers are right and what to look at; never a right value nor a score."""
    lines = [heading(report), ""]
    lines += _notice(report)
    problems = counted(report, rubric)
    for problem in problems:
        lines += [*_checked_problem(problem, rubric), ""]
    for remark in report.remarks:
        lines += [*filled(f"Note: {remark}"), ""]
    verdicts = [a.verdict for problem in problems for a in problem.assessments]
    return _joined([*lines, _tally(verdicts)] if verdicts else lines)


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).rstrip("\n")


def _notice(report: Report) -> Iterator[str]:
    if report.status is Status.UNGRADED:
        reason = filled(report.reason, "  ") if report.reason and not report.problems else ()
        yield from (*filled(_UNDECIDED), *reason, "")
        return
    notice = notice_of(report)
    if notice is None:
        return
    yield from filled(f"{notice.heading}. {notice.what}")
    if notice.reason:
        yield from ("", *filled(notice.reason, "  "))
    yield ""
    for step in notice.steps:
        yield from filled(f"- {step}", "", "  ")
    yield ""


def _checked_problem(problem: ProblemReport, rubric: Rubric) -> Iterator[str]:
    yield from filled(f"{problem.name}: {problem.title}" if problem.title else problem.name)
    if all(assessment.verdict is Verdict.MISSING for assessment in problem.assessments):
        yield from filled("Nothing is answered here.", "  ")
        return
    told = [convention_sentence(*pair) for pair in problem.conventions.items()]
    if told:
        yield from filled(f"Read as: {'; '.join(told)}.", "  ", "    ")
    for assessment in problem.assessments:
        yield from _checked_item(assessment, rubric)


def _checked_item(assessment: Assessment, rubric: Rubric) -> Iterator[str]:
    verdict = _CHECKED[assessment.verdict]
    silent = verdict in _RIGHT or assessment.verdict in _SAID_BY_THE_VERDICT
    said = "" if silent else " ".join(sentences_of(assessment, rubric))
    yield from filled(f"{assessment.quantity:<8} {verdict}. {said}".rstrip(), "  ", "           ")
    for finding in findings_of(assessment):
        quantity = finding.at.partition(".")[2] or finding.at
        place = entry_names(quantity, finding.entries) or quantity
        made = f" (made in {place})" if made_elsewhere(finding, assessment) else ""
        yield from _point(f"{finding_title(finding.code)}{made}. {finding.message}")
    for note in assessment.notes:
        yield from _point(note)


def _point(text: str) -> list[str]:
    return noted(f"- {text}", "           ", "             ")


def _tally(verdicts: Sequence[Verdict]) -> str:
    """One short line: ``9 answers: 7 right, 2 not right yet; 1 not answered.``"""
    count = Counter(_CHECKED[verdict] for verdict in verdicts)
    attempted = len(verdicts) - count["not answered"]
    noun = "answer" if attempted == 1 else "answers"
    told = [f"{sum(count[words] for words in _RIGHT)} right"]
    told += [f"{count[words]} {words}" for words in _NOT_RIGHT if count[words]]
    left_out = f"; {count['not answered']} not answered" if count["not answered"] else ""
    return f"{attempted} {noun}: {', '.join(told)}{left_out}."


def check_record(report: Report) -> dict[str, Any]:
    """What `check_text` tells, as JSON values: without expected values, evidence or scores."""
    return {
        "schema": SCHEMA_VERSION,
        "student": student_record(report.student),
        "file": report.file,
        "status": report.status.value,
        "rubric": report.rubric,
        "reason": report.reason,
        "remarks": [str(remark) for remark in report.remarks],
        "problems": {p.name: {"conventions": dict(p.conventions)} for p in report.problems},
        "items": [_checked_record(assessment) for assessment in report.assessments],
        "summary": _tally([assessment.verdict for assessment in report.assessments]),
    }


def _checked_record(assessment: Assessment) -> dict[str, Any]:
    return {
        "quantity": assessment.key,
        "verdict": assessment.verdict.value,
        "right": assessment.right,
        "total": assessment.total,
        "wrong": [[int(position) for position in index] for index in assessment.wrong],
        "findings": [finding_record(finding) for finding in assessment.findings],
        "notes": list(assessment.notes),
    }


# --- the end of grading a class -----------------------------------------------------------------

_PEOPLE_FIRST = (Status.UNGRADED, Status.UNREADABLE)


def summary_text(reports: Iterable[Report], out_dir: Path | str) -> str:
    """How many of each status, who needs a person, remarks, and where it was written."""
    known = tuple(reports)
    count = Counter(report.status for report in known)
    told = ", ".join(f"{count[status]} {status.value}" for status in Status if count[status])
    noun = "submission" if len(known) == 1 else "submissions"
    lines = [f"{len(known)} {noun}: {told}." if known else "No submissions."]
    needing = list(_needing_a_person(known))
    if needing:
        lines += ["", f"Needs a person ({len(needing)}):"]
        for label, report, reason in needing:
            lines += filled(f"{label:<10}  {_needed(report, reason)}", "  ", "              ")
    lines += absent_lines(known)
    counts = ", ".join(f"{number} {words}" for number, words in tally(known))
    if counts:
        lines += ["", *filled(f"{counts}: see the remarks column of the gradebook.")]
    lines += ["", *filled(late_total(known))] if late_total(known) else []
    return _joined([*lines, "", *filled(f"Written to {out_dir}")])


def _needing_a_person(reports: Sequence[Report]) -> Iterator[tuple[str, Report, str]]:
    """Ungraded first, then unreadable, then those with something to look at."""
    for status in _PEOPLE_FIRST:
        for report in reports:
            if report.status is status:
                reasons = dict.fromkeys((report.reason, *report.attention))
                yield status.value, report, "; ".join(filter(None, reasons)) or "no reason is known"
    for report in reports:
        if report.attention and report.status not in _PEOPLE_FIRST:
            yield "look at", report, "; ".join(report.attention)


def _needed(report: Report, reason: str) -> str:
    """Whose it is, which file, and why; a reason that begins with the file names it for both."""
    if report.file and reason.startswith(report.file):
        return ", ".join(filter(None, (_whose(report), reason)))
    return f"{_who(report)}: {reason}"


def _who(report: Report) -> str:
    """Whose it is and which file: ``s1001 (Doe, Jane), s1001.json``."""
    parts = (_whose(report), report.file)
    return ", ".join(part for part in parts if part) or "a submission without a name"


def _whose(report: Report) -> str:
    student = report.student
    name = f"{student.id} ({student.name})" if student.id and student.name else ""
    return name or student.id or student.name
