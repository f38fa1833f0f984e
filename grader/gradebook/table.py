"""Reports as a table: a row a student, a column an item. Every gradebook format writes this table.

A cell has a value or none, and a kind that says why. Nothing that has no score is ever 0: it is
blank, and its kind (missing, excused, unreadable, ungraded, not required) tells the formats how to
show it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from grader.gradebook.page_names import feedback_name, feedback_names
from grader.model import Assessment, Problem, Report, Rubric, Status, Verdict
from grader.remarks import remarks_of
from grader.reports.sentences import override_sentence
from grader.reports.wording import STATUSES, VERDICTS

__all__ = [
    "KINDS",
    "Cell",
    "Column",
    "Kind",
    "Table",
    "feedback_name",
    "feedback_names",
    "in_order",
    "needs_a_person",
    "plain",
    "table",
]

LONGEST = 32_767
"""A spreadsheet's longest text, in UTF-16 units."""

Role = Literal["student", "item", "total", "share", "note"]


@dataclass(frozen=True, slots=True)
class Kind:
    """Why a cell looks as it does: its word, a symbol that says it without colour, a sentence."""

    word: str
    symbol: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``gan.h0`` with its points, or one of a student's own."""

    name: str
    role: Role
    problem: str = ""
    points: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, or None where there is none; ``kind`` is a key of `KINDS`, or empty."""

    value: str | Fraction | None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; ``reports`` are the rows' reports, in the rows' order."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    reports: tuple[Report, ...]


NOT_REQUIRED = "not_required"
OVERRIDDEN = "overridden"

_NO_CHARACTER = 0xFFFE  # the last two code points of every plane; XML refuses them
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})

# An item that was left out and a student who handed in nothing are both "missing" in the results;
# side by side in a table they need two words.
_ITEM_WORDS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.MISSING: "not answered",
        Verdict.UNREADABLE: "not readable",
        Verdict.UNGRADED: "undecided",
    }
)

_ITEM_MEANINGS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.FOLLOW_THROUGH: "Worked out rightly from the student's own earlier answers.",
        Verdict.IMPLIED: "Left out, and credited: a later answer that needs it is right.",
    }
)


def _kinds() -> dict[str, Kind]:
    verdicts = {
        verdict.value: Kind(
            _ITEM_WORDS.get(verdict, verdict.value.replace("_", " ")),
            words.symbol,
            _ITEM_MEANINGS.get(verdict, words.meaning),
        )
        for verdict, words in VERDICTS.items()
    }
    statuses = {
        f"student_{status.value}": Kind(words.words, words.symbol, words.meaning)
        for status, words in STATUSES.items()
    }
    other = Kind("not required", "", "The problem does not count for the student's level.")
    given = Kind("changed by a person", "✎", "A person's points; the column remarks says why.")
    return {**verdicts, OVERRIDDEN: given, **statuses, NOT_REQUIRED: other}


KINDS: Mapping[str, Kind] = MappingProxyType(_kinds())


def table(reports: Sequence[Report], rubric: Rubric) -> Table:
    """The table of a class, in name order, whatever the order of ``reports``."""
    ordered = in_order(reports)
    return Table(_columns(rubric), tuple(_row(report, rubric) for report in ordered), ordered)


def in_order(reports: Sequence[Report]) -> tuple[Report, ...]:
    """By name (accents and case aside; the nameless last), then id, then file."""
    return tuple(sorted(reports, key=_sort_key))


def _sort_key(report: Report) -> tuple[bool, str, str, str, str, str]:
    name = report.student.name
    letters = "".join(
        c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)
    )
    key = letters.casefold().strip()
    return (not key, key, name, report.student.id, report.file, repr((report.status, report.score)))


def needs_a_person(report: Report) -> str:
    """Why a person must look at a submission; empty where nobody must."""
    unsettled = report.status in (Status.UNGRADED, Status.UNREADABLE)
    reasons = [report.reason] if unsettled and report.reason else []
    reasons += [text for text in report.attention if text and text not in reasons]
    return "; ".join(reasons) or ("no reason was given" if unsettled else "")


def plain(text: str) -> str:
    """Text as a file can hold it: no control characters, no lone surrogates, not too long.

    Tabs and line ends stay; every line end is a line feed. What turns the direction of writing
    round is spelled out, so that one cell cannot make its neighbours read otherwise.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        text = "".join(map(_plain_character, text))
    return _shortened(text)


def _plain_character(character: str) -> str:
    if character in "\t\n":
        return character
    kind = unicodedata.category(character)
    if kind == "Cs" or ord(character) & _NO_CHARACTER == _NO_CHARACTER:
        return "\N{REPLACEMENT CHARACTER}"
    if unicodedata.bidirectional(character) in _TURNING:
        return f"\\u{ord(character):04x}"
    return "" if kind == "Cc" else character


def _shortened(text: str) -> str:
    """At most `LONGEST` UTF-16 units, with an ellipsis where something was cut off."""
    if len(text) <= LONGEST // 2:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= 2 * LONGEST:
        return text
    return units[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"


# --- columns and rows ---------------------------------------------------------------------------


def _columns(rubric: Rubric) -> tuple[Column, ...]:
    items = [
        Column(item.key, "item", problem.name, item.points)
        for problem in rubric.problems
        for item in problem.items
    ]
    totals = [Column(p.name, "total", p.name, p.points) for p in rubric.problems]
    return (
        *(Column(name, "student") for name in ("id", "name", "level", "status")),
        *items,
        *totals,
        Column("score", "total"),
        *([Column("final", "total")] if rubric.late else []),
        Column("max_score", "total"),
        Column("percent", "share"),
        Column("needs_a_person", "note"),
        Column("remarks", "note"),
        Column("file", "note"),
    )


def _row(report: Report, rubric: Rubric) -> tuple[Cell, ...]:
    student = report.student
    return (
        *(Cell(plain(text)) for text in (student.id, student.name, student.level)),
        Cell(report.status.value, f"student_{report.status.value}"),
        *_items(report, rubric),
        *(_problem_total(report, problem) for problem in rubric.problems),
        _scored(report, _score(report)),
        *([_scored(report, _final(report))] if rubric.late else []),
        Cell(report.max_score),
        _scored(report, _share(report)),
        Cell(plain(needs_a_person(report))),
        Cell(plain("; ".join((*_decided(report), *remarks_of(report))))),
        Cell(plain(report.file)),
    )


def _decided(report: Report) -> tuple[str, ...]:
    """What a person decided, and why; an extension is among the remarks."""
    excuse = [report.reason] if any(one.what == "excuse" for one in report.decisions) else []
    return (*excuse, *filter(None, map(override_sentence, report.assessments)))


def _items(report: Report, rubric: Rubric) -> list[Cell]:
    found = {assessment.key: assessment for assessment in report.assessments}
    return [
        _item(report, problem, found.get(item.key))
        for problem in rubric.problems
        for item in problem.items
    ]


def _item(report: Report, problem: Problem, assessment: Assessment | None) -> Cell:
    if not _counts(report, problem):
        return Cell(None, NOT_REQUIRED)
    if not _has_items(report):
        return _scored(report, None)
    if assessment is None or (assessment.max_score == 0 and assessment.counted is not None):
        return Cell(None, NOT_REQUIRED)
    kind = OVERRIDDEN if assessment.override else assessment.verdict.value
    return Cell(assessment.counted, kind)


def _problem_total(report: Report, problem: Problem) -> Cell:
    if not _counts(report, problem):
        return Cell(None, NOT_REQUIRED)
    scores = [p.score for p in report.problems if p.name == problem.name]
    return _scored(report, scores[0] if scores and _has_items(report) else None)


def _scored(report: Report, value: Fraction | None) -> Cell:
    """A number, or a blank that says what became of the submission."""
    if value is not None:
        return Cell(value, "student_graded")
    unscored = Status.UNGRADED if report.status is Status.GRADED else report.status
    return Cell(None, f"student_{unscored.value}")


def _has_items(report: Report) -> bool:
    """Whether its items may be shown; those of an ungraded one tell a person where to look."""
    return report.status in (Status.GRADED, Status.UNGRADED) and bool(report.problems)


def _counts(report: Report, problem: Problem) -> bool:
    """Whether a problem counts for a student: as it was graded, or else by the student's level."""
    if _has_items(report):
        return any(p.name == problem.name and p.max_score != 0 for p in report.problems)
    return not (problem.levels and report.student.level) or report.student.level in problem.levels


def _score(report: Report) -> Fraction | None:
    return report.score if report.status is Status.GRADED else None


def _final(report: Report) -> Fraction | None:
    """The score less what being late takes off; the score itself where no time is known."""
    return report.final if report.status is Status.GRADED else None


def _share(report: Report) -> Fraction | None:
    score = _score(report)
    return score / report.max_score if score is not None and report.max_score else None
