"""What was understood of a submission, beside what was written; nothing is judged here.

`understood` takes each answer as it would be taken for grading and says how sure that is. No
value of the key is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np

from grader.fault import Fault, fault_of
from grader.grading import counts_for
from grader.model import (
    Answer,
    Entries,
    Formula,
    Grid,
    Index,
    Number,
    Place,
    Problem,
    Remark,
    Rubric,
    Student,
    Submission,
    Unreadable,
)
from grader.normalise import Layout, Read
from grader.working import Numeric, Refused, Symbolic, Work, prepared
from reference.operations import Shape

__all__ = [
    "Confidence",
    "Expressed",
    "Numbers",
    "ProblemReading",
    "Reading",
    "Understood",
    "understood",
]

_DECIDED_LATER = "when it is graded, the numbers decide"


class Confidence(StrEnum):
    """How sure it is that an answer was taken as it was meant."""

    CERTAIN = "certain"
    CHOSEN = "chosen"
    NOT_READ = "not read"


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers in the quantity's shape.

    Attributes:
        shape: the quantity's.
        contents: one an entry (C order); None where nothing stands.
        layout: how it is written, in words; empty where it stands as the quantity is tabled.
        other_layouts: in how many other orders of its axes the quantity could be written so.
    """

    shape: tuple[int, ...]
    contents: tuple[Number | Unreadable | None, ...]
    layout: str = ""
    other_layouts: int = 0

    @property
    def missing(self) -> tuple[Index, ...]:
        """The entries for which nothing is written."""
        return tuple(index for index, content in self._entries() if content is None)

    @property
    def unread(self) -> tuple[tuple[Index, Unreadable], ...]:
        """The entries that have no value, and why."""
        return tuple((i, c) for i, c in self._entries() if isinstance(c, Unreadable))

    def _entries(self) -> Iterable[tuple[Index, Number | Unreadable | None]]:
        return zip(np.ndindex(self.shape), self.contents, strict=True)


@dataclass(frozen=True, slots=True)
class Expressed:
    """A formula over the problem's names.

    Attributes:
        expression: the tree that `grader.notation.typeset` sets.
        symbols: how names are written where that is not the name itself: ``{"xp": "x'"}``.
    """

    expression: Any
    symbols: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Reading:
    """One answer: as it was written (``answer.response``) and as it was taken.

    Attributes:
        meaning: what the quantity is, in words.
        shape: the quantity's shape; entries are numbers, or names such as ``"N"``.
        taken: what it was taken for; None where it could not be read.
        notes: sentences on how it was read, and what was decided where that was not the only way.
        fault: why it could not be read, or not all of it.
    """

    answer: Answer
    meaning: str
    shape: Shape
    taken: Numbers | Expressed | None
    confidence: Confidence
    notes: tuple[str, ...] = ()
    fault: Fault | None = None

    @property
    def ends(self) -> Place:
        """Where its last entry stands; an answer begins at ``answer.place``."""
        response = self.answer.response
        if isinstance(response, Grid) and response.cells:
            return response.cells[-1].place
        if isinstance(response, Entries) and response.entries:
            return response.entries[-1].cell.place
        return self.answer.place


@dataclass(frozen=True, eq=False)
class ProblemReading:
    """The answers to one problem in working order; ``absent`` was asked and not found."""

    name: str
    title: str
    readings: tuple[Reading, ...]
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Understood:
    """A submission as it was understood.

    Attributes:
        conventions: those that the student states.
        remarks: what was noted while the file was read.
    """

    student: Student
    file: str
    rubric: str
    title: str
    conventions: Mapping[str, str]
    problems: tuple[ProblemReading, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The answers to all problems, in order."""
        return tuple(reading for problem in self.problems for reading in problem.readings)

    @cached_property
    def unplaced(self) -> tuple[Remark, ...]:
        """What was found in the file and not placed or not used."""
        others = (remark for remark in self.remarks if not remark.is_decision)
        return tuple(remark for remark in others if not _is_on_the_file(remark))

    @cached_property
    def decisions(self) -> tuple[Remark, ...]:
        """How something was read that the file does not say in the expected form."""
        return tuple(remark for remark in self.remarks if remark.is_decision)

    @cached_property
    def on_the_file(self) -> tuple[Remark, ...]:
        """Remarks on the file as a whole, such as on its encoding."""
        return tuple(remark for remark in self.remarks if _is_on_the_file(remark))

    @property
    def is_complete(self) -> bool:
        """Whether there are answers, and all that is in the file was read and placed."""
        words = {reading.confidence for reading in self.readings}
        return bool(words) and Confidence.NOT_READ not in words and not self.unplaced


def understood(submission: Submission, rubric: Rubric) -> Understood:
    """What was understood of a submission, from `grader.readers.read`.

    Args:
        submission: what was read.
        rubric: the marking scheme whose quantities its answers are for.
    """
    problems = (_problem(problem, submission) for problem in rubric.problems)
    return Understood(
        student=submission.student,
        file=submission.file,
        rubric=rubric.id,
        title=rubric.title,
        conventions=submission.conventions,
        problems=tuple(problem for problem in problems if problem.readings or problem.absent),
        remarks=submission.remarks,
    )


def _problem(problem: Problem, submission: Submission) -> ProblemReading:
    answers = [answer for answer in submission.answers if answer.problem == problem.name]
    with np.errstate(all="ignore"):  # whatever was written may overflow
        work = prepared(problem, answers)
    bases = _bases(work, submission.conventions)
    known = [q for q in problem.reference.quantities if q.name in work]
    readings = tuple(_reading(problem, q.meaning, work[q.name], bases) for q in known)
    counts = counts_for(problem, submission.student.level)
    is_asked = bool(readings) if counts is None else counts
    asked = [item.quantity for item in problem.items] if is_asked else []
    absent = tuple(quantity for quantity in asked if quantity not in work)
    return ProblemReading(problem.name, problem.title, readings, absent)


def _bases(work: Work, stated: Mapping[str, str]) -> tuple[int, ...]:
    """From what the entries of a problem can be counted; all its answers are counted alike."""
    each = [set(w.reads) for w in work.values() if isinstance(w, Numeric) and w.is_by_entry]
    possible = sorted(set.intersection(*each) or set.union(*each)) if each else [0]
    said = [base for base in possible if str(base) == stated.get("index_base")]
    return tuple(said or possible)


def _reading(
    problem: Problem,
    meaning: str,
    item: Numeric | Symbolic | Refused,
    bases: Sequence[int],
) -> Reading:
    shape = problem.shape(item.answer.quantity)
    if isinstance(item, Refused):
        fault = fault_of(item)
        answer = _with_definitions(item.answer, ())
        return Reading(answer, meaning, shape, None, Confidence.NOT_READ, fault=fault)
    if isinstance(item, Numeric):
        return _numeric(item, meaning, shape, bases)
    symbols = {q.name: q.symbol for q in problem.reference.quantities if q.symbol}
    confidence = Confidence.CHOSEN if item.notes else Confidence.CERTAIN
    taken = Expressed(item.expression, symbols)
    answer = _with_definitions(item.answer, item.definitions)
    return Reading(answer, meaning, shape, taken, confidence, item.notes)


def _with_definitions(answer: Answer, used: tuple[str, ...]) -> Answer:
    """The answer with those definitions alone that it relies on."""
    response = answer.response
    if not isinstance(response, Formula):
        return answer
    return replace(answer, response=replace(response, given=used))


# --- numbers ------------------------------------------------------------------------------------


def _numeric(item: Numeric, meaning: str, shape: Shape, bases: Sequence[int]) -> Reading:
    possible = [base for base in bases if base in item.reads] or sorted(item.reads)
    read = item.reads[possible[0]]
    taken = _taken(read, read.layouts[0])
    base_note, base_is_open = _base_note(item, possible, read)
    notes = tuple(filter(None, (_written_as(item, taken), base_note)))
    is_choice = base_is_open or bool(taken.layout and taken.other_layouts)
    confidence = Confidence.CHOSEN if is_choice else Confidence.CERTAIN
    fault = None
    if taken.unread:
        confidence = Confidence.NOT_READ
        part = f"{len(taken.unread)} of {len(taken.contents)} entries" if shape else "The number"
        fault = Fault(f"{part} could not be read.")
    return Reading(item.answer, meaning, shape, taken, confidence, notes, fault)


def _taken(read: Read, layout: Layout) -> Numbers:
    contents = (*(cell.content for cell in read.cells), None)  # -1 is a missing entry
    taken = tuple(contents[position] for position in layout.positions)
    return Numbers(read.shape, taken, layout.words, len(read.layouts) - 1)


def _written_as(item: Numeric, taken: Numbers) -> str:
    if isinstance(item.answer.response, Formula):
        return "It is a formula without names, so it stands for a number."
    if not taken.layout:
        return ""
    told = f"It is written {taken.layout}"
    if not taken.other_layouts:
        return f"{told}."
    return f"{told}, and other orders of its axes fit too: one is shown; {_DECIDED_LATER}."


def _base_note(item: Numeric, possible: Sequence[int], read: Read) -> tuple[str, bool]:
    """From what entries are counted, and whether that is open."""
    if not item.is_by_entry or not read.shape:
        return "", False
    if len(possible) > 1:
        told = "Its entries can be counted from 0 or from 1: they are shown as counted from 0"
        return f"{told}; {_DECIDED_LATER}.", True
    return f"Its entries are counted from {possible[0]}.", False


def _is_on_the_file(remark: Remark) -> bool:
    is_whole = remark.place is None or remark.place == Place(remark.place.file)
    return is_whole and not remark.is_decision
