"""A student's files, settled into one report and one page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from grader.choice import Candidate, Choice, choose
from grader.grading import grade, unreadable
from grader.handed_in import handed_in
from grader.handin import HandIn, read_bytes
from grader.judging import Grader, Outcome, page, slim, without_score
from grader.model import Report, Status, Student, SubmissionError
from grader.readers import read
from grader.workers import Lost

__all__ = ["Group", "settled", "settled_without"]


@dataclass(frozen=True, slots=True)
class Group:
    """What became of each of one student's files; ``handins`` has those that can be read again."""

    outcomes: tuple[Outcome, ...]
    handins: tuple[HandIn | None, ...]

    @property
    def student(self) -> Student:
        """All that any of the files told, or the roster."""
        students = [outcome.report.student for outcome in self.outcomes]
        return Student(
            *(
                next((getattr(s, field) for s in students if getattr(s, field)), "")
                for field in ("id", "name", "level")
            )
        )

    @property
    def files(self) -> str:
        """Their names."""
        return ", ".join(dict.fromkeys(outcome.candidate.file for outcome in self.outcomes))


Settled = tuple[Report, Path | None]
"""A report with its wrong entries only, and the page that shows them all."""


def settled(grader: Grader, group: Group) -> Settled:
    """One report from several files: which of them count, and what they come to."""
    reasons = [outcome.report.reason for outcome in group.outcomes if outcome.log]
    if reasons:  # a file that we failed on may hold the better half
        return _told(grader, group, _ungraded(grader, group, "; ".join(reasons)))
    pairs = zip(group.outcomes, group.handins, strict=True)
    decided = choose([_whole(grader, outcome, handin) for outcome, handin in pairs])
    report = _report(grader, group, decided)
    counted = [
        one.candidate.identity for one in group.outcomes if one.candidate.file in decided.files
    ]
    report = handed_in(report, counted)
    return _told(grader, group, replace(report, attention=(*decided.attention, *report.attention)))


def settled_without(grader: Grader, group: Group, what: Lost) -> Settled:
    """Where settling itself failed: no score, a person must look."""
    return _told(grader, group, _ungraded(grader, group, f"{what.reason}; a person must look"))


def _told(grader: Grader, group: Group, report: Report) -> Settled:
    """With what was to be said of any of the files."""
    attention = dict.fromkeys(told for outcome in group.outcomes for told in outcome.attention)
    report = replace(report, attention=(*attention, *report.attention))
    return slim(grader, report), page(grader, report)


def _ungraded(grader: Grader, group: Group, reason: str) -> Report:
    return without_score(group.student, group.files, Status.UNGRADED, reason, grader.rubric)


def _report(grader: Grader, group: Group, decided: Choice) -> Report:
    files = ", ".join(dict.fromkeys(decided.files)) or group.files
    if decided.submission:
        remarks = tuple(dict.fromkeys(decided.submission.remarks))
        whole = replace(decided.submission, student=group.student, file=files, remarks=remarks)
        return grade(whole, grader.rubric)
    if decided.fault:
        return unreadable(group.student, files, SubmissionError(decided.fault), grader.rubric)
    return _ungraded(grader, group, decided.reason)


def _whole(grader: Grader, outcome: Outcome, handin: HandIn | None) -> Candidate:
    """The candidate with its answers, which stayed in the worker, read again."""
    candidate = outcome.candidate
    if candidate.submission is None or handin is None:
        return candidate
    found = read(read_bytes(handin), handin.name, grader.rubric)
    whole = found[int(candidate.digest.partition(":")[2] or 0)]
    told = candidate.submission
    student = replace(whole.student, level=told.student.level)  # the name is the file's own word
    student = told.student if candidate.identity.team else student  # who of the group, it is not
    named = replace(whole, student=student, file=told.file, remarks=told.remarks)
    return replace(candidate, submission=named)
