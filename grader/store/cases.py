"""One student's result with all that it rests on, and decided again from that alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.batch import Batch, grade_collected
from grader.judging import repaged
from grader.model import Override, Report, Rubric
from grader.remarks import HINT, MAY_BE
from grader.reports.feedback import feedback_page
from grader.reports.record import line
from grader.store.database import Session, StoreError
from grader.store.decisions import Ruling
from grader.store.differences import item_changes
from grader.store.history import Entry, entries
from grader.store.inputs import Inputs
from grader.store.memory import Memory
from grader.store.overriding import Standing
from grader.store.replay import Content, laid_out, same_rubric
from grader.store.runs import Basis, Run, latest, made_of, ruled, run
from grader.store.versions import program_version, reference_digest
from grader.terms import terms

__all__ = ["Case", "Replay", "case_of", "replayed"]


@dataclass(frozen=True, slots=True)
class Case:
    """What is kept of one student's result.

    Attributes:
        run: the run that decided it.
        student: the student's id.
        submission: the digest of what was handed in.
        basis: what an override rests on.
        record: its line of ``results.jsonl``.
        inputs: what it was made of.
        entries: the student's part of the history, up to the run.
    """

    run: Run
    student: str
    submission: str
    basis: str
    record: str
    inputs: Inputs
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, eq=False)
class Replay:
    """What came of it now.

    Attributes:
        why: it is not the same, a sentence each; nothing if it is.
        others: how many more results are in the same files, as in a class table.
    """

    report: Report
    rubric: Rubric
    record: str
    page: str
    why: tuple[str, ...] = ()
    others: int = 0


def case_of(session: Session, student: str, rubric: str = "") -> Case | None:
    """The last result of a student, in the assignment of that id if one is named; else None.

    Raises:
        StoreError: something of it is not there as it was.
    """
    result = latest(session, student, rubric) if student else None
    if result is None:
        return None
    of, record = run(session, result.run), session.content(result.record)
    if of is None or record is None:
        raise StoreError(f"the result of {student} is not there as it was; `grade verify` tells")
    ends = [one for one in entries(session, "") if one.ended == of.id]
    last = ends[0].number if ends else 0
    own = tuple(one for one in entries(session, student) if one.number < last)
    inputs = made_of(session, of).of(result.place)
    return Case(of, student, result.submission, result.basis, record.decode("utf-8"), inputs, own)


# --- decided again ------------------------------------------------------------------------------


def replayed(case: Case, content: Content, folder: Path, copy: Path | None = None) -> Replay:
    """The result again, by the program as it is now.

    Args:
        case: what is kept of it.
        content: where the bytes are.
        folder: an empty one, to work in.
        copy: the owner's own copy of a rubric that brings code.

    Raises:
        GraderError: something is missing, or the rubric cannot be used.
    """
    laid = laid_out(case.inputs, content, folder)
    source = same_rubric(case.inputs, content, folder, copy)
    by = terms(source, laid.roster, laid.times, is_part=True)
    memory = Memory(None)  # it keeps nothing, and knows what each report was made of
    batch = grade_collected(
        laid.found, by, out=folder / "out", jobs=1, is_whole=True, keeper=memory
    )
    report, page = _own(batch, case)
    record, submission = line(report), memory.origin(report).digest
    found = Basis(submission, memory.basis(submission))
    why = [*_rests(case, batch.rubric, found), *_why(case, record)]
    others = sum(bool(one.file) for one in batch.reports) - bool(report.file)
    return Replay(report, batch.rubric, record, page, tuple(why), others)


def _own(batch: Batch, case: Case) -> tuple[Report, str]:
    """The student's report with what persons had decided, and the page."""
    pairs = zip(batch.reports, batch.pages, strict=True)
    found = [pair for pair in pairs if pair[0].student.id == case.student]
    if not found:
        raise StoreError(f"from the stored bytes nobody comes to be {case.student} any more")
    report, made = found[0]
    try:
        overrides, others = _decisions(case.entries, case.run.rubric)
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        told = f"a decision about {case.student} cannot be read in the history"
        raise StoreError(f"{told}; `grade verify` tells more") from error
    after = ruled(report, overrides, others, Basis(case.submission, case.basis), batch)
    path = repaged(report, after, batch.rubric, made)
    return after, path.read_text("utf-8") if path else feedback_page(after, batch.rubric)


def _decisions(found: Sequence[Entry], rubric: str) -> tuple[list[Standing], list[Ruling]]:
    """The overrides, excuses and extensions that stood in an assignment after these entries."""
    overrides: dict[int, Standing] = {}
    others: dict[int, Ruling] = {}
    for entry in found:
        told = entry.told.get("override") or entry.told.get("decision") or {}
        number, what = told.get("id", 0), entry.told.get("what")
        if entry.told.get("rubric", "") not in {"", rubric}:
            continue
        if what == "override":
            points = Fraction(told["points"])
            one = Override(points, told["reason"], told["who"], told["at"])
            overrides[number] = Standing(entry.student, told["item"], one, told["basis"])
        elif what == "decide":
            words = (told[name] for name in ("what", "told", "reason", "who", "at", "basis"))
            others[number] = Ruling(entry.student, *words)
        elif what in {"withdraw", "undo"}:
            (overrides if what == "withdraw" else others).pop(number, None)
    return list(overrides.values()), list(others.values())


def _rests(case: Case, rubric: Rubric, found: Basis) -> Iterator[str]:
    """What it was graded from here that is not what the history has."""
    if found.submission != case.submission:
        yield "what was handed in has other bytes than the history says"
    if rubric.digest != case.run.rubric_digest:
        yield "the rubric has other bytes than the history says"
    elif found.submission == case.submission and found.override != case.basis:
        yield "what decisions rest on is not what comes out here"


def _why(case: Case, record: str) -> Iterator[str]:
    """Why a result is not the one that was kept."""
    before, after = _by_itself(case.record), _by_itself(record)
    if before == after:
        return
    if case.run.program != program_version():
        yield f"it was decided by the program {case.run.program}, and this is {program_version()}"
    if case.run.reference_digest != reference_digest():
        yield "the installed right answers are others now"
    if case.run.program == program_version():
        yield "the same program comes to something else: what was kept was changed"
    for name in dict.fromkeys([*before, *after]):
        if name != "items" and before.get(name) != after.get(name):
            yield f"{name} was {_short(before.get(name))} and is {_short(after.get(name))}"
    for name, one, other, verdicts in item_changes(before, after):
        yield f"{name}: {one} -> {other}, {verdicts}"


def _by_itself(record: str) -> dict[str, Any]:
    """A result without what only the rest of the class can tell: who else may be meant by it."""
    told = json.loads(record)
    told["remarks"] = [one for one in told["remarks"] if not one.endswith(MAY_BE)]
    told["attention"] = [one.partition(HINT)[0] for one in told["attention"]]
    return {**told, "reason": told["reason"].partition(HINT)[0]}


def _short(value: object, most: int = 80) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= most else f"{text[: most - 3]}..."
