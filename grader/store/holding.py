"""Nobody falls: what a regrade would take is given back at the items where it was taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from grader.batch import Batch
from grader.model import Assessment, Override, Report
from grader.points import as_number, shown
from grader.store.database import Session
from grader.store.history import now
from grader.store.memory import Memory
from grader.store.overriding import Standing, is_floor, override
from grader.store.runs import Run, decided, result_of, results

__all__ = ["hold"]

_EXACT = 10_000  # the largest denominator that points are taken to have had


def hold(session: Session, batch: Batch, memory: Memory, before: Run, who: str) -> tuple[str, ...]:
    """Overrides that leave nobody with a lower score than before, and a sentence on each.

    What is lacking is given back item by item, never more than an item had or has, and never where
    a person decided already.
    """
    earlier = {one.student: one for one in results(session, before.id) if one.student}
    bare = replace(batch, pages=(None,) * len(batch.pages))
    told: list[str] = []
    on = batch.rubric.id
    for report in decided(session, bare, memory).reports:
        if report.student.id in earlier and report.score is not None:
            record = result_of(session, earlier[report.student.id])
            basis = memory.basis(memory.origin(report).digest)
            for item, points in _given_back(report, record):
                reason = f"the score of run {before.id} is kept (regrade --only-up)"
                one = Override(points, reason, who, now())
                override(session, Standing(report.student.id, item, one, basis, on))
                told.append(f"{report.student.id}: {item} is kept at {shown(points, 6)}")
    return tuple(told)


def _given_back(report: Report, record: Mapping[str, Any]) -> Iterator[tuple[str, Fraction]]:
    """Items with the points that they get, until the score is what it was."""
    if record.get("score") is None or report.score is None:
        return
    lacking = _exact(record["score"]) - report.score
    items = {item["quantity"]: _exact(_counted(item)) for item in record.get("items", ())}
    for assessment in report.assessments:
        back = min(lacking, _taken(assessment, items.get(assessment.key, Fraction(0))))
        if back > 0:
            lacking -= back
            yield assessment.key, (assessment.counted or Fraction(0)) + back


def _taken(assessment: Assessment, earlier: Fraction) -> Fraction:
    """How many points less the item has; none where a person decided."""
    given = assessment.override
    if assessment.counted is None or (given and not is_floor(given)):
        return Fraction(0)
    return min(earlier, assessment.max_score) - assessment.counted


def _counted(item: Mapping[str, Any]) -> float:
    points = item["override"]["points"] if "override" in item else item["score"]
    return float(points or 0)


def _exact(number: float) -> Fraction:
    """The points that were written with six decimals: a third is a third again."""
    near = Fraction(number).limit_denominator(_EXACT)
    return near if as_number(near) == number else Fraction(str(number))
