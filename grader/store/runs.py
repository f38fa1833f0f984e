"""One run after the other, and what each decided about each student."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from grader.batch import Batch
from grader.gradebook.table import in_order
from grader.judging import repaged
from grader.model import Report, Rubric
from grader.points import as_number
from grader.reports.record import line
from grader.store.database import Session, StoreError, digest_of
from grader.store.decisions import (
    EXCUSE,
    Ruling,
    excused,
    extended,
    made_elsewhere,
    rulings,
    without_effect,
)
from grader.store.history import append, now
from grader.store.inputs import Inputs, parsed, written
from grader.store.memory import Memory
from grader.store.overriding import Standing, overridden, standing
from grader.store.versions import program_version, reference_digest

__all__ = [
    "Basis",
    "Result",
    "Run",
    "assignment",
    "concluded",
    "decided",
    "keep",
    "last_run",
    "latest",
    "made_of",
    "result_of",
    "results",
    "ruled",
    "run",
    "sum_of",
]


@dataclass(frozen=True, slots=True)
class Run:
    """When, by which program and rubric; ``inputs`` is the digest of what it is made of."""

    id: int
    started: str
    program: str
    rubric: str
    rubric_digest: str
    reference_digest: str
    inputs: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a run decided about one student; digests of the record and of what it was made of."""

    run: int
    place: int
    student: str
    file: str
    record: str
    submission: str
    fingerprint: str
    basis: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What decisions rest on: what was handed in, and that with what an override rests on."""

    submission: str
    override: str


_RUN = "SELECT id, started, program, rubric, rubric_digest, reference_digest, inputs FROM runs"
_RESULT = "SELECT run, place, student, file, record, submission, fingerprint, basis FROM results"


# --- what there is ------------------------------------------------------------------------------


def run(session: Session, number: int) -> Run | None:
    """The run of that number."""
    rows = session.run(f"{_RUN} WHERE id = :number", number=number)
    return Run(*rows[0]) if rows else None


def last_run(session: Session, rubric: str = "") -> Run | None:
    """The last run, with the rubric of that id where there is one."""
    order = "ORDER BY CASE WHEN rubric = :rubric THEN 0 ELSE 1 END, id DESC LIMIT 1"
    rows = session.run(f"{_RUN} {order}", rubric=rubric)
    return Run(*rows[0]) if rows else None


def made_of(session: Session, one: Run) -> Inputs:
    """What a run is made of.

    Raises:
        StoreError: that is not there as it was.
    """
    try:
        return parsed(session.content(one.inputs) or b"")
    except ValueError as error:
        raise StoreError(f"run {one.id}: {error}; `grade verify` tells more") from error


def results(session: Session, number: int) -> tuple[Result, ...]:
    """What a run decided, in the gradebook's order."""
    rows = session.run(f"{_RESULT} WHERE run = :number ORDER BY place", number=number)
    return tuple(Result(*row) for row in rows)


def assignment(session: Session, folder: Path) -> str:
    """The id of the assignment whose results are in a folder, or of the last run; else empty."""
    try:
        with (folder / "results.jsonl").open(encoding="utf-8") as lines:
            told = json.loads(next(lines, "{}"))["rubric"]
    except (OSError, ValueError, LookupError, TypeError):
        told = ""
    last = last_run(session, str(told))
    return last.rubric if last else ""


def latest(session: Session, student: str, rubric: str = "") -> Result | None:
    """What was decided last about a student, in the assignment of that id if one is named."""
    where = "student = :student AND (:rubric = '' OR run IN"
    where += " (SELECT id FROM runs WHERE rubric = :rubric)) ORDER BY run DESC, place LIMIT 1"
    rows = session.run(f"{_RESULT} WHERE {where}", student=student, rubric=rubric)
    return Result(*rows[0]) if rows else None


def result_of(session: Session, result: Result) -> dict[str, Any]:
    """The record, as ``results.jsonl`` has it; empty where it is damaged."""
    data = session.content(result.record)
    told: dict[str, Any] = json.loads(data) if data else {}
    return told


def sum_of(found: Sequence[Result]) -> str:
    """One digest of all that a run decided."""
    rows = [
        [r.place, r.student, r.file, r.record, r.submission, r.fingerprint, r.basis] for r in found
    ]
    return digest_of(json.dumps(rows).encode())


# --- the end of a run ---------------------------------------------------------------------------


def concluded(batch: Batch, memory: Memory) -> Batch:
    """The batch with all overrides, kept as a run; the batch as it is where the store fails."""
    done: Batch | None = memory.attempt(
        lambda session: keep(session, decided(session, batch, memory), memory)
    )
    return done or batch


def decided(session: Session, batch: Batch, memory: Memory) -> Batch:
    """The batch with what persons decided; nothing is written."""
    every: tuple[Ruling | Standing, ...] = (*rulings(session), *standing(session))
    here = [one for one in every if one.rubric in {"", batch.rubric.id}]
    reports, pages = [], []
    for report, made in zip(batch.reports, batch.pages, strict=True):
        student, what = report.student.id, memory.origin(report).digest
        both = [one for one in here if one.student == student]
        own = [one for one in both if isinstance(one, Standing)]
        rest = [one for one in both if isinstance(one, Ruling)]
        after = ruled(report, own, rest, Basis(what, memory.basis(what)), batch)
        reports.append(after)
        pages.append(repaged(report, after, batch.rubric, made))
    told = without_effect(here, reports, batch.rubric)
    told = (*batch.told, *told, *made_elsewhere(every, batch.rubric.id))
    return replace(batch, reports=tuple(reports), pages=tuple(pages), told=told)


def ruled(
    report: Report,
    overrides: Sequence[Standing],
    others: Sequence[Ruling],
    basis: Basis,
    batch: Batch,
) -> Report:
    """The report with what persons decided about its student."""
    after = overridden(report, overrides, basis.override) if overrides else report
    for one in sorted(others, key=lambda one: one.what == EXCUSE):  # that has the last word
        if one.what == EXCUSE:
            after = excused(after, one, basis.submission, batch.rubric)
        else:
            after = extended(after, one, batch.rubric, batch.times)
    return after


def keep(session: Session, batch: Batch, memory: Memory) -> Batch:
    """Keep a batch as a run; it comes back as it is."""
    memory.head = _kept(session, batch, memory)
    return batch


def _kept(session: Session, batch: Batch, memory: Memory) -> str:
    """The digest that the history ends with then."""
    number, rubric = session.next("runs", "id"), batch.rubric
    ordered = in_order(batch.reports)
    inputs = session.keep(written(memory.inputs(ordered)).encode())
    versions = program_version(), rubric.id, rubric.digest, reference_digest()
    told = Run(number, now(), *versions, inputs)
    session.add("runs", **asdict(told))
    before = _before(session)
    records = [session.keep(line(report).encode()) for report in ordered]
    whats = [memory.origin(report).digest for report in ordered]
    sums = partial(_sums, memory, rubric)
    made = [
        Result(number, place, report.student.id, report.file, record, what, *sums(what))
        for place, (report, record, what) in enumerate(zip(ordered, records, whats, strict=True))
    ]
    for report, result in zip(ordered, made, strict=True):
        session.add("results", **asdict(result))
        for file, digest in memory.origin(report).files:
            session.add("submissions", digest=digest, file=file, student=result.student)
        told_of = {"record": result.record, "submission": result.submission}
        if before.get(_whose(result.student, result.file)) != told_of:
            append(session, "result", result.student, run=number, **_points(report), **told_of)
    return append(session, "run", run=asdict(told), results=sum_of(made))


def _points(report: Report) -> dict[str, Any]:
    """What the history tells of a result: its score, or its status, and what being late leaves."""
    told = {"score": as_number(report.score)}
    late = {"final": as_number(report.final)} if report.final != report.score else {}
    status = {"status": report.status.value} if report.score is None else {}
    return {**told, **late, **status}


def _sums(memory: Memory, rubric: Rubric, submission: str) -> tuple[str, str]:
    """The fingerprint of a result, and what an override of it rests on."""
    made_of = f"{submission}\n{rubric.digest}\n{program_version()}"
    return digest_of(made_of.encode()), memory.basis(submission)


def _before(session: Session) -> dict[tuple[str, str], dict[str, str]]:
    """The last record of each student, and of each file of nobody, with what it was made of."""
    rows = session.run(
        "SELECT r.student, r.file, r.record, r.submission FROM results r JOIN "
        "(SELECT student, CASE WHEN student = '' THEN file ELSE '' END AS whose, "
        "MAX(run) AS run FROM results GROUP BY 1, 2) m "
        "ON r.student = m.student AND (r.student <> '' OR r.file = m.whose) AND r.run = m.run"
    )
    return {_whose(*row[:2]): {"record": row[2], "submission": row[3]} for row in rows}


def _whose(student: str, file: str) -> tuple[str, str]:
    return student, "" if student else file
