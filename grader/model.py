"""The vocabulary: what a submission, an answer, a criterion, a finding and a report are.

Plain frozen values; the functions are elsewhere. Arrays are NumPy arrays and are not written to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, NewType

from grader.lateness import Lateness, LatePolicy
from reference.operations import Array, Shape
from reference.problem import Problem as Reference

__all__ = [
    "Answer",
    "Assessment",
    "Cell",
    "CounterExample",
    "Criterion",
    "Decision",
    "Entries",
    "Entry",
    "EntryMark",
    "Finding",
    "Formula",
    "GraderError",
    "Grid",
    "Index",
    "Mark",
    "Matrix",
    "Number",
    "Override",
    "Place",
    "Problem",
    "ProblemReport",
    "QuantityKey",
    "Remark",
    "Report",
    "Response",
    "Rubric",
    "RubricError",
    "Status",
    "Student",
    "Submission",
    "SubmissionError",
    "Team",
    "Tolerance",
    "Unreadable",
    "Verdict",
]

Index = tuple[int, ...]
QuantityKey = NewType("QuantityKey", str)
"""A quantity with its problem, such as ``gan.h0``."""


def _nothing() -> Mapping[str, Any]:
    return {}  # plain, so that values can be sent between processes


class GraderError(Exception):
    """An error that is told in one sentence, without a traceback."""


class RubricError(GraderError):
    """The rubric cannot be used. ``mistakes`` lists all that is wrong with it."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class SubmissionError(GraderError):
    """A file that cannot be read as a submission; the student's (or the download's) fault."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.message = message
        self.place = place


# --- what was handed in -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, for a person to find it: ``answers.xlsx, sheet gan, cell B7``."""

    file: str
    sheet: str = ""
    cell: str = ""
    line: int = 0
    key: str = ""

    def __str__(self) -> str:
        parts = (
            self.file,
            self.sheet and f"sheet {self.sheet}",
            self.cell and f"cell {self.cell}",
            self.line and f"line {self.line}",
            self.key and f"at {self.key}",
        )
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written.

    Attributes:
        text: as written.
        value: its value, finite.
        last_place: the power of ten of the last digit written (-2 for ``1.40``), None where the
            text is exact (``1/3``).
        digits: how many significant digits were written (0 for a zero).
        zeros_lost: the format does not keep trailing zeros (a spreadsheet's numeric cell), so
            ``digits`` is a lower bound.
    """

    text: str
    value: float
    last_place: int | None = None
    digits: int = 0
    zeros_lost: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something written where a value was expected, and why it has no value."""

    text: str
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry of an answer: a number, None where it was left empty, or unreadable."""

    content: Number | Unreadable | None
    place: Place


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers in the shape in which they were written; ``cells`` row by row (C order)."""

    shape: tuple[int, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry given with its index, as written: 0-based or 1-based is not yet known."""

    index: Index
    cell: Cell


@dataclass(frozen=True, slots=True)
class Entries:
    """Numbers given entry by entry."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression, as text; `grader.notation` reads it.

    Attributes:
        text: a formula, an equation, a chain of equalities, or several lines with definitions.
        place: where it stands.
        given: what was defined before it, in order, as written: ``z_2 = W_2^T h + b_2``.
    """

    text: str
    place: Place
    given: tuple[str, ...] = ()


Response = Grid | Entries | Formula | Unreadable


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered for one quantity; ``label`` is the name that the student gave it."""

    key: QuantityKey
    label: str
    response: Response
    place: Place

    @property
    def problem(self) -> str:
        """The problem's name: ``gan``."""
        return self.key.partition(".")[0]

    @property
    def quantity(self) -> str:
        """The quantity's name within its problem: ``h0``."""
        return self.key.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Student:
    """Whose submission it is; empty where not known. ``id`` is text and never reformatted."""

    id: str = ""
    name: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """Who handed something in together; ``name`` is empty where the group has none."""

    name: str
    members: tuple[Student, ...]

    def __str__(self) -> str:
        told = ", ".join(f"{s.id} ({s.name})" if s.name else s.id for s in self.members)
        return f"the group {self.name}: {told}" if self.name else f"a group: {told}"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a person should know about a submission; it costs nothing by itself.

    With ``is_decision`` it tells how something was read, and nothing was passed over.
    """

    message: str
    place: Place | None = None
    is_decision: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix of names in a write-up, such as a convolution's; ``cells`` as written."""

    label: str
    cells: tuple[tuple[str, ...], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student handed in, as read; at most one answer a quantity.

    ``matrices`` are no answers: they show how a step was worked.
    """

    student: Student
    file: str
    answers: tuple[Answer, ...] = ()
    conventions: Mapping[str, str] = field(default_factory=_nothing)
    remarks: tuple[Remark, ...] = ()
    matrices: tuple[Matrix, ...] = ()


# --- the marking scheme -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tolerance:
    """An entry a of expected value v is right when |a - v| <= max(abs, rel |v|), or when it is v

    rounded or cut off to the digits written, if those are at least ``min_digits``.
    """

    abs: float = 0.0
    rel: float = 0.01
    min_digits: int = 2


@dataclass(frozen=True, slots=True)
class Criterion:
    """One item of a rubric, or (with 0 points) any other quantity that was answered.

    Attributes:
        implied: credited when left out, if a later answer is right that needs it.
        follow_through: the share of an entry's points for one that is right only given the
            student's own earlier values.
        all_or_nothing: points only when every entry is right.
        finding_credit: the share of an entry's points for a wrong one that a finding explains.
    """

    problem: str
    quantity: str
    points: Fraction
    tolerance: Tolerance
    implied: bool = False
    follow_through: Fraction = Fraction(1)
    all_or_nothing: bool = False
    finding_credit: Mapping[str, Fraction] = field(default_factory=_nothing)

    @property
    def key(self) -> QuantityKey:
        """``gan.h0``."""
        return QuantityKey(f"{self.problem}.{self.quantity}")


@dataclass(frozen=True, eq=False)
class Problem:
    """One problem of a rubric.

    Attributes:
        reference: the graph and its quantities.
        given: an array for each input of the graph; empty where answers are expressions only.
        conventions: the accepted values of each convention, the key's first.
        levels: the student levels that it counts for; empty means everyone.
        tolerance: for forward values; ``gradient_tolerance`` for gradients without their own.
    """

    name: str
    title: str
    reference: Reference
    points: Fraction
    given: Mapping[str, Array]
    conventions: Mapping[str, tuple[str, ...]]
    tolerance: Tolerance
    gradient_tolerance: Tolerance
    items: tuple[Criterion, ...]
    levels: frozenset[str] = frozenset()

    def criterion(self, quantity: str) -> Criterion:
        """The rubric's item for a quantity, or one without points."""
        return self._criteria.get(quantity) or self._unlisted(quantity)

    @cached_property
    def _criteria(self) -> Mapping[str, Criterion]:
        """Every quantity's criterion; the first item that names a quantity counts."""
        listed = {item.quantity: item for item in reversed(self.items)}
        names = (quantity.name for quantity in self.reference.quantities)
        return {name: self._unlisted(name) for name in names} | listed

    def _unlisted(self, quantity: str) -> Criterion:
        gradient = quantity.startswith("grad_")
        tolerance = self.gradient_tolerance if gradient else self.tolerance
        return Criterion(self.name, quantity, Fraction(0), tolerance)

    def shape(self, quantity: str) -> Shape:
        """The quantity's shape; entries are numbers, or names such as ``"N"``."""
        return self.reference.shapes[quantity]


@dataclass(frozen=True, eq=False)
class Rubric:
    """A marking scheme. ``reveal`` is ``nothing`` or ``values``; ``digest`` identifies its text.

    ``late`` is what being late costs, None where nobody says; ``deadline`` is then ``due`` as an
    instant.
    """

    id: str
    title: str
    problems: tuple[Problem, ...]
    reveal: str = "nothing"
    due: str = ""
    digest: str = ""
    late: LatePolicy | None = None
    deadline: datetime | None = None

    def problem(self, name: str) -> Problem:
        """The problem of that name.

        Raises:
            KeyError: there is none.
        """
        return {problem.name: problem for problem in self.problems}[name]


# --- what was found -----------------------------------------------------------------------------


class Verdict(StrEnum):
    """What was decided about one item."""

    CORRECT = "correct"
    FOLLOW_THROUGH = "follow_through"
    IMPLIED = "implied"
    PARTIAL = "partial"
    INCORRECT = "incorrect"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    UNGRADED = "ungraded"


class Status(StrEnum):
    """What became of a submission. These five are never merged."""

    GRADED = "graded"
    MISSING = "missing"
    EXCUSED = "excused"
    UNREADABLE = "unreadable"
    UNGRADED = "ungraded"


class Mark(StrEnum):
    """What was decided about one entry."""

    RIGHT = "right"
    FOLLOWS = "follows"
    WRONG = "wrong"
    MISSING = "missing"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One diagnosed fact.

    Attributes:
        code: stable, documented, counted: ``sign_error``.
        at: the quantity where it was made, not where it showed.
        entries: the entries of ``at`` that it is about; all where empty.
        message: one sentence for the student, without right values.
        evidence: the numbers behind it, for the teaching assistant; JSON-compatible.
    """

    code: str
    at: QuantityKey
    entries: tuple[Index, ...] = ()
    message: str = ""
    evidence: Mapping[str, Any] = field(default_factory=_nothing)


@dataclass(frozen=True, slots=True)
class EntryMark:
    """One entry as the student wrote it, in the key's layout, and what was decided.

    ``expected`` is the key's value under the student's conventions and ``carried`` what follows
    from the student's own earlier values, where that differs; both None for expressions.
    ``given`` are the definitions before an expression that it relies on, as written.
    """

    index: Index
    text: str
    mark: Mark
    obtained: float | None = None
    expected: float | None = None
    carried: float | None = None
    place: Place | None = None
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CounterExample:
    """Where a formula differs from the right one.

    Attributes:
        dimensions: the sizes of the named dimensions; none where they are fixed.
        draw: the number of the draw of this size; the draws are seeded and always the same.
        index: of the first entry that differs, counted from 0.
        expected, obtained: the values there.
    """

    dimensions: Mapping[str, int]
    draw: int
    index: Index
    expected: float
    obtained: float


@dataclass(frozen=True, slots=True)
class Override:
    """Points that a person gave an item in place of the grader's; ``at`` is the time, as text."""

    points: Fraction
    reason: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a student: ``excuse``, or ``extension`` with its new deadline.

    ``at`` is the time of the decision, as text.
    """

    what: str
    reason: str
    by: str
    at: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was decided about one item.

    Attributes:
        score: the grader's; None when ungraded.
        right, total: entries; an expression counts as one.
        wrong: indices of the entries that are not right; ``()`` is a scalar's or an expression's.
        meaning: what was asked, in words.
        formula: the step as the key works it out: ``relu(a0)``.
        shape: the quantity's shape, for drawing the grid.
        entries: the entries with their marks; one of index ``()`` for an expression.
        notes: other things to tell the student (why it is unreadable, which layout was read).
        counterexample: where a wrong expression differs, for the teaching assistant.
        override: what a person gave instead; the sums count it, and not ``score``.
    """

    key: QuantityKey
    verdict: Verdict
    score: Fraction | None
    max_score: Fraction
    right: int
    total: int
    wrong: tuple[Index, ...] = ()
    findings: tuple[Finding, ...] = ()
    meaning: str = ""
    formula: str = ""
    shape: Shape = ()
    entries: tuple[EntryMark, ...] = ()
    notes: tuple[str, ...] = ()
    is_expression: bool = False
    counterexample: CounterExample | None = None
    override: Override | None = None

    @property
    def counted(self) -> Fraction | None:
        """The points that count: a person's, else the grader's."""
        return self.override.points if self.override else self.score

    @property
    def quantity(self) -> str:
        """The quantity's name within its problem."""
        return self.key.partition(".")[2]


@dataclass(frozen=True, slots=True)
class ProblemReport:
    """One problem of a report; ``score`` is None when an item of it is ungraded.

    ``inferred`` names the conventions that the student's numbers (or words) decided; the others
    are the key's because nothing answered can tell.
    """

    name: str
    title: str
    score: Fraction | None
    max_score: Fraction
    conventions: Mapping[str, str]
    assessments: tuple[Assessment, ...]
    inferred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """All that was decided about one submission.

    ``reason`` says why a submission is not graded; ``attention`` what a person must look at.
    ``score`` is what the work earned; ``late`` says what being late takes off it, None where there
    is no policy or no time is known.
    ``submitted_at`` is when it was handed in, in ISO 8601 (without an offset where the download
    has none), empty where that is not known; ``team`` who handed it in together; ``decisions``
    are the excuses and extensions that count.
    """

    student: Student
    file: str
    status: Status
    score: Fraction | None
    max_score: Fraction
    rubric: str
    problems: tuple[ProblemReport, ...] = ()
    reason: str = ""
    attention: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    late: Lateness | None = None
    submitted_at: str = ""
    team: Team | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def final(self) -> Fraction | None:
        """The score less what being late takes off it; None where there is no score."""
        if self.score is None or self.late is None:
            return self.score
        return self.late.final(self.score)

    @property
    def assessments(self) -> tuple[Assessment, ...]:
        """The assessments of all problems, in order."""
        return tuple(a for problem in self.problems for a in problem.assessments)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in order; one that is told in several items is listed once."""
        every = (f for a in self.assessments for f in a.findings)
        return tuple({(f.code, f.at, f.entries): f for f in every}.values())
