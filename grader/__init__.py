"""stepgrade: grades worked mathematics by each student's own values.

The public Python interface::

    from pathlib import Path

    from grader import grade, load_rubric, read

    rubric = load_rubric("hw6")
    for submission in read(Path("s1001.json").read_bytes(), "s1001.json", rubric):
        report = grade(submission, rubric)
        print(report.student.id, report.score, "of", report.max_score)

Everything is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.batch import Batch as Batch
    from grader.batch import grade_paths as grade_paths
    from grader.equivalence import CounterExample as CounterExample
    from grader.equivalence import Equivalence as Equivalence
    from grader.equivalence import Outcome as Outcome
    from grader.equivalence import equivalent as equivalent
    from grader.grading import grade as grade
    from grader.model import Assessment as Assessment
    from grader.model import Finding as Finding
    from grader.model import GraderError as GraderError
    from grader.model import Report as Report
    from grader.model import Rubric as Rubric
    from grader.model import RubricError as RubricError
    from grader.model import Status as Status
    from grader.model import Submission as Submission
    from grader.model import SubmissionError as SubmissionError
    from grader.model import Verdict as Verdict
    from grader.output import write_results as write_results
    from grader.readers import read as read
    from grader.reading import Understood as Understood
    from grader.reading import understood as understood
    from grader.reports.feedback import feedback_page as feedback_page
    from grader.reports.record import record as record
    from grader.rubric import load as load_rubric  # noqa: F401  # a name of the interface

_HOME = {
    "Assessment": "grader.model",
    "Batch": "grader.batch",
    "CounterExample": "grader.equivalence",
    "Equivalence": "grader.equivalence",
    "Finding": "grader.model",
    "GraderError": "grader.model",
    "Outcome": "grader.equivalence",
    "Report": "grader.model",
    "Rubric": "grader.model",
    "RubricError": "grader.model",
    "Status": "grader.model",
    "Submission": "grader.model",
    "SubmissionError": "grader.model",
    "Understood": "grader.reading",
    "Verdict": "grader.model",
    "equivalent": "grader.equivalence",
    "feedback_page": "grader.reports.feedback",
    "grade": "grader.grading",
    "grade_paths": "grader.batch",
    "load_rubric": "grader.rubric",
    "read": "grader.readers",
    "record": "grader.reports.record",
    "understood": "grader.reading",
    "write_results": "grader.output",
}
_NAMES = {"load_rubric": "load"}

__all__ = [*_HOME]  # noqa: PLE0604  # the table's keys are strings


def __getattr__(name: str) -> Any:
    """The public name, from its module."""
    if name not in _HOME:
        raise AttributeError(f"module 'grader' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), _NAMES.get(name, name))
