"""Which feedback page is a result's."""

from __future__ import annotations

from collections.abc import Sequence

from grader.exports.results import Result
from grader.gradebook.page_names import feedback_names
from grader.model import Report, Student

__all__ = ["page_names"]


def page_names(results: Sequence[Result]) -> dict[int, str]:
    """The page's name for each result, by its position; safe on every file system."""
    return feedback_names([_report(result) for result in results])


def _report(result: Result) -> Report:
    """As far as a page's name needs one."""
    return Report(
        student=Student(result.id, result.name, result.level),
        file=result.file,
        status=result.status,
        score=result.score,
        max_score=result.max_score,
        rubric=result.record["rubric"],
    )
