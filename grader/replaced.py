"""What the results in a folder know that those which take their place do not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.batch import Batch
from grader.exports.results import read_results
from grader.model import GraderError

__all__ = ["forgotten", "of_another"]

_MOST_NAMED = 10

_Records = Sequence[Mapping[str, Any]]


def forgotten(batch: Batch, out: Path, decided: Collection[str]) -> tuple[str, ...]:
    """What a person must know before the old results are relied on no more; a sentence each.

    Args:
        batch: the new results.
        out: the folder of the old ones.
        decided: the ids of all students about whom the store knows a decision, also one that was
            taken back.
    """
    old = [one for one in _records(out) if one["rubric"] == batch.rubric.id]
    return (*_times(batch, old), *_decisions(old, decided))


def of_another(batch: Batch, out: Path) -> tuple[str, ...]:
    """That the old results are another assignment's; a sentence or none."""
    others = {str(one["rubric"]) for one in _records(out)} - {batch.rubric.id}
    if not others:
        return ()
    told = f"{out} held the results of {', '.join(sorted(others))}, and has those of"
    return (f"{told} {batch.rubric.id} now; --out gives each assignment a folder of its own",)


def _records(out: Path) -> _Records:
    try:
        return [one.record for one in read_results(out)]
    except (GraderError, OSError):
        return []


def _times(batch: Batch, old: _Records) -> Iterator[str]:
    known = any(report.late for report in batch.reports)
    if batch.rubric.late is not None and not known and any("late" in one for one in old):
        told = "the run before knew when submissions came, and this one does not"
        yield f"{told}: what being late took off is given back"


def _decisions(old: _Records, decided: Collection[str]) -> Iterator[str]:
    """Whose overrides, excuses or extensions the store does not know."""
    lost = [one["student"]["id"] for one in old if _is_decided(one)]
    lost = [student for student in dict.fromkeys(lost) if student not in decided]
    if lost:
        more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
        told = "the results before had decisions that the store does not know, and that count no"
        yield f"{told} more: {', '.join(lost[:_MOST_NAMED])}{more}; is it the same --store?"


def _is_decided(record: Mapping[str, Any]) -> bool:
    return bool(record.get("decisions")) or any("override" in one for one in record["items"])
