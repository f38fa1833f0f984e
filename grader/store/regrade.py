"""The class graded again by another rubric, from stored bytes: shown first, kept when wanted.

What is shown is what would be kept: the run is written, told, and taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from grader.batch import Batch, grade_collected
from grader.points import as_number
from grader.rubric_changes import RubricChange, touching
from grader.store.database import Session, Store, StoreError
from grader.store.differences import Change, changes, difference_text, rubric_differences
from grader.store.holding import hold
from grader.store.memory import Memory
from grader.store.replay import laid_out
from grader.store.runs import Run, decided, keep, last_run, made_of, results
from grader.terms import terms

__all__ = ["Regrade", "again", "regrade_record", "regrade_text", "regraded"]

_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Regrade:
    """What another rubric changes.

    Attributes:
        before: the run that it is compared with.
        number: of the run that it would be, or is.
        rubric: what differs between the rubrics.
        changes: who has other points or verdicts.
        students: how many results there are.
        kept: what was given back so that nobody falls, a sentence each.
        only_up: whether nobody was to fall.
        look: overrides that a person must look at then, a sentence each.
    """

    before: int
    number: int
    rubric: tuple[RubricChange, ...]
    changes: tuple[Change, ...]
    students: int
    kept: tuple[str, ...] = ()
    only_up: bool = False
    look: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many gain, lose, stay, and have a score on one side only."""
        known = [change.difference for change in self.changes if change.difference is not None]
        up, down = sum(one > 0 for one in known), sum(one < 0 for one in known)
        other = len(self.changes) - len(known)
        return {"up": up, "down": down, "same": self.students - up - down - other, "other": other}

    def why(self, item: str) -> tuple[str, ...]:
        """What of the rubric changed for an item."""
        return touching(self.rubric, item)


class _TakenBack(Exception):  # noqa: N818  # no error: a transaction is to leave nothing
    """Carries what was found out of a transaction that is undone."""

    def __init__(self, found: tuple[Regrade, Batch]) -> None:
        super().__init__()
        self.found = found


def _take_back(found: tuple[Regrade, Batch]) -> NoReturn:
    raise _TakenBack(found)


# --- grading ------------------------------------------------------------------------------------


def again(
    memory: Memory, rubric: str | Path, out: Path, folder: Path, *, jobs: int | None = None
) -> tuple[Run, Batch]:
    """The last run's submissions graded by a rubric, and that run.

    Args:
        memory: of the store that has them; it keeps what is judged.
        rubric: the id of an installed rubric, or a file.
        out: gets the students' pages as ``.part`` files.
        folder: an empty one, for what was handed in.
        jobs: worker processes; one a core by default.

    Raises:
        RubricError: the rubric cannot be used.
        GraderError: there is no run of this assignment, or its bytes are not there any more.
    """
    by = terms(rubric)
    with _store(memory).transaction() as session:
        run = last_run(session, by.rubric.id)
        if run is None:
            raise StoreError("nothing was graded yet: there is no run in this store")
        if run.rubric != by.rubric.id:
            told = f"the rubric is of the assignment {by.rubric.id}, and what was graded is of"
            raise StoreError(f"{told} {run.rubric}; `grade PATH...` grades another assignment")
        laid = laid_out(made_of(session, run), session.content, folder)
    by = terms(rubric, laid.roster, laid.times)
    batch = grade_collected(laid.found, by, out=out, jobs=jobs, keeper=memory)
    _store(memory)
    return run, batch


def _store(memory: Memory) -> Store:
    if memory.store is None or memory.trouble:
        raise StoreError(memory.trouble or "there is no store to grade again from")
    return memory.store


def regraded(
    memory: Memory, batch: Batch, before: Run, *, commits: bool, only_up: str = ""
) -> tuple[Regrade, Batch]:
    """What changes, and the batch with what persons decided.

    Args:
        memory: what graded it.
        batch: the class by the new rubric.
        before: the run to compare it with.
        commits: whether it is kept; else nothing of it is.
        only_up: who wants nobody to fall; empty where points may fall.

    Raises:
        StoreError: the store failed, or somebody graded meanwhile.
    """
    try:
        with _store(memory).transaction() as session:
            last = last_run(session, before.rubric)
            if last != before:
                raise StoreError("somebody else graded the class meanwhile; look at it again")
            kept = hold(session, batch, memory, before, only_up) if only_up else ()
            done = decided(session, batch, memory)
            keep(session, done, memory)
            found = replace(
                _told(session, before), kept=kept, only_up=bool(only_up), look=_look(done)
            )
            if not commits:
                _take_back((found, done))
    except _TakenBack as taken_back:
        return taken_back.found
    return found, done


def _told(session: Session, before: Run) -> Regrade:
    ((number,),) = session.run("SELECT MAX(id) FROM runs")
    return Regrade(
        before.id,
        number,
        rubric_differences(session, before.id, number),
        changes(session, before.id, number),
        len(results(session, number)),
    )


def _look(batch: Batch) -> tuple[str, ...]:
    """What a person must look at because of an override, and whose."""
    return tuple(
        f"{report.student.id}: {told}"
        for report in batch.reports
        for told in report.attention
        if told.startswith("the override of ")
    )


# --- told ---------------------------------------------------------------------------------------


def regrade_text(found: Regrade, *, is_kept: bool) -> str:
    """What changes, for a person."""
    lines = [f"Compared with run {found.before}:", *(f"  {one}" for one in found.rubric)]
    if not found.rubric:
        lines.append("  the rubric is the same")
    lines += ["", f"{_counted(found.counts)}.", *found.kept, *_still(found)]
    if found.changes:
        lines += ["", difference_text(found.changes, found.why)]
    if found.look and not is_kept:  # a run that is kept names them itself
        lines += ["", "A person must look at:", *(f"  {one}" for one in found.look)]
    last = f"This is run {found.number} now." if is_kept else "Nothing is changed yet."
    return "\n".join([*lines, "", last])


def _counted(counts: dict[str, int]) -> str:
    words = {"up": "up", "down": "down", "same": "with the same points"}
    told = [f"{counts[key]} {word}" for key, word in words.items()]
    more = f"{counts['other']} with a score in one of the runs only"
    return ", ".join([*told, more] if counts["other"] else told)


def _still(found: Regrade) -> Iterator[str]:
    """Who falls although nobody should."""
    who = [one.student for one in found.changes if (one.difference or 0) < 0]
    if found.only_up and who:
        more = f" and {len(who) - _MOST_NAMED} more" if len(who) > _MOST_NAMED else ""
        named = ", ".join(one or "a file of nobody" for one in who[:_MOST_NAMED])
        yield f"{len(who)} cannot be held at the earlier score: {named}{more}"
        why = "an item is gone or has fewer points, a person decided about it, being late costs"
        yield f"  ({why} more, or nobody knows whose the work is)"


def regrade_record(found: Regrade, *, is_kept: bool) -> dict[str, Any]:
    """What `regrade_text` tells, as JSON values."""
    return {
        "before": found.before,
        "run": found.number,
        "committed": is_kept,
        "only_up": found.only_up,
        "rubric": [{"where": one.where, "change": one.told} for one in found.rubric],
        **found.counts,
        "kept": list(found.kept),
        "look": list(found.look),
        "changes": [_change_record(change, found) for change in found.changes],
    }


def _change_record(change: Change, found: Regrade) -> dict[str, Any]:
    names = ("quantity", "before", "after", "verdict")
    return {
        "student": change.student,
        "before": change.before,
        "after": change.after,
        "difference": as_number(change.difference),
        "reasons": list(change.reasons),
        "items": [
            {**dict(zip(names, item, strict=True)), "why": list(found.why(item[0]))}
            for item in change.items
        ],
    }
