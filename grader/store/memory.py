"""What was judged before is not judged again: the keeper that `grader.batch` asks.

A failure of the store is no failure of the grading: from then on nothing is recalled or kept, and
``trouble`` says why.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from grader.files import write_temporary
from grader.handin import HandIn, Problem, read_bytes
from grader.judging import Outcome, Row, Setup
from grader.model import Report, RubricError, SubmissionError
from grader.rubric_files import judged_by, rubric_files
from grader.settling import Group
from grader.sources import Collection
from grader.store.coded import decoded, encoded
from grader.store.database import Session, Store, StoreError, digest_of
from grader.store.inputs import Inputs, Kept, Piece
from grader.store.versions import program_version
from grader.terms import Named

__all__ = ["Memory", "Origin"]

_NOT_SETUP = frozenset({"roster", "rubric", "digest", "pages"})  # what it says counts
_NOT_HANDIN = frozenset({"path", "members"})  # its bytes count, and what it is called

_SECONDS = 1.0
"""How much work a kill may cost at most."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a report was made of: one digest of it all, and each file with that of its bytes.

    ``names`` are those of all its files, also of what cannot be opened and has no bytes.
    """

    digest: str = ""
    files: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class Memory:
    """The keeper of one run.

    Attributes:
        is_fresh: recall nothing; what is judged replaces what was kept.
        trouble: why nothing is kept any more; empty in a good run.
        recalled: how many results were there already.
        judged_by: a digest of all of the rubric that judging depends on.
        head: the digest that the history ends with; empty until the run is kept.
    """

    store: Store | None
    is_fresh: bool = False
    trouble: str = ""
    recalled: int = 0
    setup: Setup | None = None
    judged_by: str = ""
    head: str = ""
    _found: Collection = field(default_factory=Collection)
    _inputs: Inputs = field(default_factory=Inputs)
    _pieces: list[Piece] = field(default_factory=list)
    _common: str = ""
    _works: dict[int, tuple[Any, str, str]] = field(default_factory=dict)
    _origins: dict[str, Origin] = field(default_factory=dict)
    _waiting: list[tuple[str, str, bytes]] = field(default_factory=list)
    _flushed: float = 0.0

    def begin(self, setup: Setup, found: Collection, files: Mapping[str, Named]) -> None:
        """What all results of this run depend on, besides what was handed in.

        Raises:
            RubricError: the rubric was changed meanwhile.
        """
        self.setup, self._found = setup, found
        rubric = rubric_files(setup.rubric)
        if digest_of(b"".join(data for _, data in rubric)) != setup.digest:
            told = f"{setup.rubric} was changed while it was being used; start again"
            raise RubricError((told,))
        self._inputs = self.attempt(lambda session: _terms(session, rubric, files)) or Inputs()
        self.judged_by = judged_by(rubric)
        listed = setup.roster.students if setup.roster else ()
        known = [self.judged_by, listed, *_fields(setup, _NOT_SETUP)]
        self._common = digest_of(repr((program_version(), known)).encode())

    def origin(self, report: Report) -> Origin:
        """What a report was made of; nothing where no byte could be read."""
        return self._origins.get(report.file, Origin())

    def basis(self, submission: str) -> str:
        """What an override rests on: what was handed in, and what it is judged by."""
        return digest_of(f"{submission}\n{self.judged_by}".encode())

    def inputs(self, reports: Sequence[Report]) -> Inputs:
        """What the run is made of, and each of these reports of it."""
        problems = self._found.problems
        unread = tuple(_piece(one, reason=one.reason) for one in problems)
        pieces = (*self._pieces, *unread)
        known = {piece.name for piece in pieces}
        made = (self.origin(report).names or (report.file,) for report in reports)
        return replace(
            self._inputs,
            pieces=pieces,
            ignored=self._found.ignored,
            made=tuple(names if known.issuperset(names) else () for names in made),
        )

    def attempt(self, do: Callable[[Session], Any]) -> Any:
        """Do something in one transaction; None, and ``trouble``, where the store fails."""
        if self.store is None or self.trouble:
            return None
        try:
            with self.store.transaction() as session:
                return do(session)
        except StoreError as error:
            self.trouble = str(error)
        except (OSError, ValueError) as error:
            self.trouble = f"the store {self.store.name} cannot be used ({error})"
        return None

    # --- as a keeper ----------------------------------------------------------------------------

    def recall(self, tasks: Sequence[Any]) -> list[Any]:
        """What was judged before; the bytes of what was handed in are kept before it is judged."""
        known = self.attempt(lambda session: [self._known(session, task) for task in tasks])
        known = known or [None] * len(tasks)
        for task, result in zip(tasks, known, strict=True):
            if result is not None:
                self.recalled += 1
                self._note(task, result)
        self._flushed = time.monotonic()
        return known

    def keep(self, task: Any, result: Any) -> None:
        """Keep what was judged; a failure of ours, and a whole class table, are judged again."""
        self._note(task, result)
        _, work, digest = self._works.pop(id(task), (None, "", ""))
        report, page = _parts(result)
        if (
            not work
            or report is None
            or (isinstance(result, Outcome) and _digest(result) != digest)
        ):
            return
        told = encoded(report if isinstance(task, Group) else _without_page(result))
        data = page.read_bytes() if page else b""
        self._waiting.append((work, told, data))
        if time.monotonic() - self._flushed > _SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what waits, in one transaction."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self.attempt(lambda session: _written(session, waiting))
        self._flushed = time.monotonic()

    # --- one task -------------------------------------------------------------------------------

    def _known(self, session: Session, task: Any) -> Any:
        work, digest = self._work(session, task)
        if not work:
            return None
        self._works[id(task)] = (task, work, digest)  # the task too, so that its id stays its own
        row = {"work": work}
        found = session.run("SELECT outcome, page FROM judged WHERE work = :work", **row)
        if self.is_fresh or not found:
            return None
        outcome, page = (session.content(name) for name in found[0])
        if outcome is None or page is None:
            return None  # damaged: judged again; `grade verify` tells
        return self._restored(task, outcome, page)

    def _restored(self, task: Any, outcome: bytes, page: bytes) -> Any:
        pages = self.setup.pages if self.setup else None
        if pages and not page:
            return None
        value = decoded(outcome.decode("utf-8"))
        path = write_temporary(pages, page.decode("utf-8")) if pages else None
        if isinstance(task, Group):
            return value, path
        return replace(value, page=path)

    def _work(self, session: Session, task: Any) -> tuple[str, str]:
        """What names this piece of work, and the digest of what was handed in."""
        if isinstance(task, HandIn):
            return self._work_on_file(session, task)
        if isinstance(task, Row):
            told = _fields(task.handin, _NOT_HANDIN)
            return self._named("row", task.submission.file, task.digest, *told), task.digest
        outcomes = task.outcomes
        if any(one.log or not one.candidate.digest for one in outcomes):
            return "", ""
        whole = (encoded(_without_page(one)) for one in outcomes)
        return self._named("group", *whole), _joined(sorted(map(_digest, outcomes)))

    def _work_on_file(self, session: Session, task: HandIn) -> tuple[str, str]:
        try:
            data = read_bytes(task)
        except SubmissionError as error:
            self._pieces.append(_piece(task, reason=error.message))
            return "", ""
        digest = session.keep(data)
        self._pieces.append(_piece(task, digest))
        return self._named("file", digest, *_fields(task, _NOT_HANDIN)), digest

    def _named(self, *parts: Any) -> str:
        return digest_of(repr((self._common, *parts)).encode())

    def _note(self, task: Any, result: Any) -> None:
        """Remember what a report was made of."""
        report, _ = _parts(result)
        if report is not None:
            self._origins[report.file] = _origin(task, result)


def _origin(task: Any, result: Any) -> Origin:
    if isinstance(task, Group):
        digests = sorted(_digest(one) for one in task.outcomes)
        pairs = zip(task.outcomes, task.handins, strict=True)
        named = [(handin.name if handin else _file(one), _digest(one)) for one, handin in pairs]
        files = tuple((name, _bytes(digest)) for name, digest in named if digest)
        return Origin(_joined(digests), files, tuple(dict.fromkeys(name for name, _ in named)))
    digest = _digest(result)
    file = task.handin.name if isinstance(task, Row) else task.name
    return Origin(digest, ((file, _bytes(digest)),) if digest else (), (file,))


def _terms(
    session: Session, rubric: Sequence[tuple[str, bytes]], files: Mapping[str, Named]
) -> Inputs:
    """Keep the files that a class is graded by."""
    kept = {
        what: Kept(file.name, session.keep(file.path.read_bytes())) for what, file in files.items()
    }
    return Inputs(
        tuple(dict.fromkeys(Kept(name, session.keep(data)) for name, data in rubric)),
        kept.get("roster"),
        kept.get("times"),
    )


def _piece(one: HandIn | Problem, digest: str = "", reason: str = "") -> Piece:
    return Piece(one.name, one.parts, digest, reason, one.listed, one.whose)


def _joined(digests: Sequence[str]) -> str:
    return digest_of("\n".join(digests).encode())


def _bytes(digest: str) -> str:
    """The digest of the file that a row of a class table is in."""
    return digest.partition(":")[0]


def _fields(value: HandIn | Setup, left_out: frozenset[str]) -> list[Any]:
    """All that a value holds, but what makes no difference to a result."""
    return [getattr(value, f.name) for f in fields(value) if f.name not in left_out]


def _file(outcome: Outcome) -> str:
    return outcome.candidate.file


def _digest(outcome: Outcome) -> str:
    return outcome.candidate.digest


def _parts(result: Any) -> tuple[Report | None, Path | None]:
    """The report and the page of a result; neither of what is lost, or many rows."""
    if isinstance(result, Outcome):
        return result.report, result.page
    if isinstance(result, tuple) and result and isinstance(result[0], Report):
        return result[0], result[1]
    return None, None


def _without_page(outcome: Outcome) -> Outcome:
    return replace(outcome, page=None)


def _written(session: Session, waiting: Sequence[tuple[str, str, bytes]]) -> None:
    for work, told, page in waiting:
        session.run("DELETE FROM judged WHERE work = :work", work=work)
        outcome = session.keep(told.encode())
        session.add("judged", work=work, outcome=outcome, page=session.keep(page))
