"""The stages of grading one submission, in order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from grader.ambiguous import in_one_way
from grader.conventions import Inferred, infer
from grader.explain import with_alternatives
from grader.maps import others, told, with_mixtures
from grader.model import (
    Answer,
    Assessment,
    Problem,
    ProblemReport,
    Remark,
    Report,
    Rubric,
    Status,
    Student,
    Submission,
    SubmissionError,
    Verdict,
)
from grader.score import IN_TERMS, assessed
from grader.working import Work, prepared

__all__ = ["counts_for", "grade", "unreadable"]


def grade(submission: Submission, rubric: Rubric) -> Report:
    """Judge, explain and score one submission.

    Args:
        submission: what was read, from `grader.readers.read`.
        rubric: the marking scheme, from `grader.rubric.load`.

    Returns:
        The report; its status is ``ungraded`` when an answer could not be decided.
    """
    counted, attention = _counted(submission, rubric)
    with np.errstate(all="ignore"):  # whatever was written, what overflows agrees with nothing
        problems = tuple(_problem(problem, submission) for problem in counted)
    attention += _undecided(problems) + _not_read(problems)
    if not submission.answers:
        attention += ("nothing is answered in it; is it the right file?",)
    scores = [problem.score for problem in problems]
    decided = [score for score in scores if score is not None]
    graded = len(decided) == len(scores)
    return Report(
        student=submission.student,
        file=submission.file,
        status=Status.GRADED if graded else Status.UNGRADED,
        score=sum(decided, Fraction(0)) if graded else None,
        max_score=sum((problem.points for problem in counted), Fraction(0)),
        rubric=rubric.id,
        problems=problems,
        reason="" if graded else "some answers could not be decided; a person must look",
        attention=attention,
        remarks=submission.remarks
        + _not_counted(submission, rubric, counted)
        + _in_terms_of(problems)
        + _mixtures(counted, problems, submission),
    )


def unreadable(student: Student, file: str, error: SubmissionError, rubric: Rubric) -> Report:
    """The report on a file that could not be read: no score, and the reason."""
    counted = [p for p in rubric.problems if counts_for(p, student.level) is not False]
    return Report(
        student=student,
        file=file,
        status=Status.UNREADABLE,
        score=None,
        max_score=sum((p.points for p in counted), Fraction(0)),
        rubric=rubric.id,
        reason=str(error),
    )


def counts_for(problem: Problem, level: str) -> bool | None:
    """Whether a problem counts for a student of this level; None where the level is unknown."""
    if not problem.levels:
        return True
    said = set(re.findall(r"\d+", level)) | {level.strip()}
    return bool(said & problem.levels) if level.strip() else None


def _counted(submission: Submission, rubric: Rubric) -> tuple[list[Problem], tuple[str, ...]]:
    """The problems that count; where the level is unknown, those that were answered."""
    counted: list[Problem] = []
    attention: list[str] = []
    for problem in rubric.problems:
        counts = counts_for(problem, submission.student.level)
        if counts is None:
            counts = any(answer.problem == problem.name for answer in submission.answers)
            told_so = "was answered and counted" if counts else "was not answered and not counted"
            levels = " or ".join(sorted(problem.levels))
            attention.append(f"level unknown: {problem.name}, for level {levels} only, {told_so}")
        if counts:
            counted.append(problem)
    return counted, tuple(attention)


def _problem(problem: Problem, submission: Submission) -> ProblemReport:
    answers = [answer for answer in submission.answers if answer.problem == problem.name]
    work = in_one_way(problem, prepared(problem, answers))
    likeliest = infer(problem, work, _stated(problem, submission.conventions))
    choice, assessments = _cheapest(problem, work, likeliest)
    conventions = choice.settled.conventions
    if submission.matrices:
        assessments = with_mixtures(problem, submission.matrices, conventions, assessments)
    scores = [a.score for a in assessments if a.max_score]
    decided = [score for score in scores if score is not None]
    return ProblemReport(
        name=problem.name,
        title=problem.title,
        score=sum(decided, Fraction(0)) if len(decided) == len(scores) else None,
        max_score=problem.points,
        conventions=conventions,
        assessments=assessments,
        inferred=choice.inferred,
    )


def _cheapest(
    problem: Problem, work: Work, likeliest: Sequence[Inferred]
) -> tuple[Inferred, tuple[Assessment, ...]]:
    """Of stories that are exactly as likely the one that costs least; it names the others."""
    told = [(one, assessed(problem, work, one.settled, one.story)) for one in likeliest]
    if len(told) == 1:
        return told[0]
    best, _ = max(told, key=lambda one: sum(a.score or 0 for a in one[1]))
    story = best.story
    for other in likeliest:
        story = with_alternatives(story, other.story)
    return best, assessed(problem, work, best.settled, story)


def _stated(problem: Problem, conventions: Mapping[str, str]) -> Mapping[str, str]:
    """The conventions that the student states, for this problem."""
    prefix = f"{problem.name}."
    return {name.removeprefix(prefix): value for name, value in conventions.items()}


def _undecided(problems: tuple[ProblemReport, ...]) -> tuple[str, ...]:
    return tuple(
        f"{a.key}: {'; '.join(a.notes)}"
        for problem in problems
        for a in problem.assessments
        if a.verdict is Verdict.UNGRADED
    )


def _not_read(problems: tuple[ProblemReport, ...]) -> tuple[str, ...]:
    """Whole answers that could not be read: a person may."""
    return tuple(
        f"{a.key} could not be read: {'; '.join(a.notes)}"
        for problem in problems
        for a in problem.assessments
        if a.verdict is Verdict.UNREADABLE
    )


def _in_terms_of(problems: tuple[ProblemReport, ...]) -> tuple[Remark, ...]:
    """Formulas that rest on something that was never derived."""
    return tuple(
        Remark(f"{a.key}: {note}")
        for problem in problems
        for a in problem.assessments
        for note in a.notes
        if note.startswith(IN_TERMS)
    )


def _mixtures(
    counted: Sequence[Problem], problems: Sequence[ProblemReport], submission: Submission
) -> tuple[Remark, ...]:
    """Matrices that follow another convention than the answers."""
    return tuple(
        Remark(told(matrix, found, report.conventions), matrix.place)
        for problem, report in zip(counted, problems, strict=True)
        for matrix, found in others(problem, submission.matrices, report.conventions)
    )


def _not_counted(
    submission: Submission, rubric: Rubric, counted: list[Problem]
) -> tuple[Remark, ...]:
    names = {p.name for p in counted}
    extra: list[Answer] = [a for a in submission.answers if a.problem not in names]
    told_of = {a.problem for a in extra if a.problem in {p.name for p in rubric.problems}}
    return tuple(
        Remark(f"{name} was answered but does not count at level {submission.student.level}")
        for name in sorted(told_of)
    )
