"""The answer sheet that a student fills in, as a workbook, as CSV and as JSON.

What it asks for comes from the rubric alone, and it is written so that `grader.readers` reads what
was filled in, wherever it stands by then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from grader.files import write_atomically
from grader.model import GraderError, Rubric, Student
from grader.template.plain import document, table
from grader.template.workbook import workbook

__all__ = ["document", "table", "workbook", "write"]

_WRITERS: Mapping[str, Callable[[Rubric, Student | None], str | bytes]] = {
    ".xlsx": workbook,
    ".csv": table,
    ".json": document,
}


def write(rubric: Rubric, path: Path, student: Student | None = None) -> None:
    """Write an answer sheet in the format that the path's ending names.

    Raises:
        GraderError: it names none; the message lists those that there are.
        OSError: the file cannot be written.
    """
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        endings = ", ".join(_WRITERS)
        raise GraderError(f"{path.name}: an answer sheet can end in {endings}")
    write_atomically(path, writer(rubric, student))
