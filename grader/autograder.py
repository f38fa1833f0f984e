"""One submission graded where Gradescope runs autograders: ``python -m grader.autograder BASE``.

``BASE`` is ``/autograder``: the student's files are in ``submission``, what is known of them in
``submission_metadata.json``, the rubric in ``source/rubric``; the result goes to ``results``.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from grader.batch import Batch, NothingToGradeError, grade_paths
from grader.exports.autograder import RUBRIC
from grader.exports.gradescope import gradescope_json, gradescope_record, gradescope_words
from grader.exports.results import read_results
from grader.files import write_atomically
from grader.model import GraderError, Report, Status
from grader.moments import NotAMomentError, moment
from grader.reports.record import line
from grader.times import Arrival, Times, timed

__all__ = ["main", "run"]

_METADATA = "submission_metadata.json"
_MOST_BYTES = 16 * 2**20
_WAITING = "The submission was not graded; the instructors have been told."


def main() -> None:
    """As a script; the exit status is for people, Gradescope reads the result only."""
    sys.exit(run(Path(sys.argv[1])))


def run(base: Path) -> int:
    """Grade what is in ``base``, and write ``results/results.json``.

    A result without a score is there from the start: whatever stops the run, nobody gets a 0.
    """
    target = base / "results" / "results.json"
    write_atomically(target, gradescope_json(gradescope_words(_WAITING, Status.UNGRADED)))
    try:
        record, status = _graded(base), 0
    except NothingToGradeError as error:
        told = str(error).partition(": ")[2]
        record, status = gradescope_words(told, Status.UNREADABLE), 0
    except (GraderError, OSError) as error:
        sys.stderr.write(f"Error: {error}\n")
        record, status = gradescope_words(_WAITING, Status.UNGRADED), 1
    write_atomically(target, gradescope_json(record))
    return status


def _graded(base: Path) -> dict[str, Any]:
    """What Gradescope is told.

    Raises:
        GraderError: the rubric cannot be used, or there is nothing to grade.
    """
    (rubric,) = sorted((base / "source" / RUBRIC).glob("*.y*ml"))
    known = _known(base / _METADATA)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        # as Gradescope's own download has it: all of the files are one student's
        shutil.copytree(base / "submission", work / f"submission_{known.number}", symlinks=True)
        batch = grade_paths((work,), rubric, jobs=1)
        if batch.log:
            sys.stderr.write(batch.log)
        return _record(batch, known, work)


def _record(batch: Batch, known: _Known, work: Path) -> dict[str, Any]:
    if len(batch.reports) != 1:
        told = f"This holds the work of {len(batch.reports)} students; hand in your own only."
        return gradescope_words(told, Status.UNGRADED)
    (report,) = batch.reports
    report = timed(report, batch.rubric, _times(known, report))
    prefix = f"submission_{known.number}/"
    (work / "results.jsonl").write_text(line(report).replace(prefix, ""), "utf-8")
    (result,) = read_results(work)
    record = gradescope_record(result)
    remarks = [str(remark).replace(prefix, "") for remark in report.remarks]
    return {**record, "output": "\n".join([record["output"], *remarks])}


# --- what Gradescope knows ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """The submission's number, when it came, and until when it could; None where not known."""

    number: str = "0"
    came: datetime | None = None
    until: datetime | None = None


def _known(path: Path) -> _Known:
    """What the file says as far as it can be read; without it the work is graded all the same."""
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(_MOST_BYTES))
        given = told.get("assignment") or {}
        number = str(told.get("id", ""))
        is_number = number.isascii() and number.isdigit()
        known = _Known(number if is_number else "0", _moment(told, "created_at"))
        return replace(known, until=_moment(given, "due_date"))
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        told = getattr(error, "strerror", None) or error
        sys.stderr.write(f"{path.name}: cannot be used: {told}; no time is known\n")
        return _Known()


def _moment(told: Mapping[str, Any], key: str) -> datetime | None:
    try:
        return moment(str(told[key]), None)
    except (KeyError, NotAMomentError):
        return None


def _times(known: _Known, report: Report) -> Times:
    """When it came, as the late policy wants it; Gradescope's deadline may be an extension."""
    key = report.student.id
    row = Arrival(key, 1, known.came, known.until)
    return Times(_METADATA, {key.strip().casefold(): row})


if __name__ == "__main__":
    main()
