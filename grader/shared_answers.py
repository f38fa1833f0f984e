"""Wrong answers that several students share to the digit and that nothing explains.

What they have in common has a cause: a misprint in the key, a misread assignment, work in a group,
or copying. Which of them it is no number tells, so this is a place to look at and no more.

A wrong value counts where no finding explains it. A slip (``arithmetic_slip``) does not: it names
where the value is off and no rule by which it came about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.model import (
    Assessment,
    EntryMark,
    Finding,
    Index,
    Mark,
    QuantityKey,
    Report,
    Status,
)

__all__ = [
    "DIGITS",
    "DIGITS_OF_MORE",
    "STUDENTS",
    "Shared",
    "SharedEntry",
    "explained",
    "shared_answers",
]

STUDENTS = 2
"""So many have to share a value."""

DIGITS = 3
"""So many significant digits all values that two share have together, each value counted once.

Fewer are met by chance: a 0, a 1, a half. A moved decimal point and another sign bring none, as two
students do these without knowing of each other; three characters of a formula count as one.
"""

DIGITS_OF_MORE = 2
"""So many where three or more students share them."""

# They say that a value is off, or how it is written, and not how it came about.
_NO_RULE = frozenset({"arithmetic_slip", "transcription_slip", "layout", "too_few_digits"})
_CHARACTERS_A_DIGIT = 3

_Value = tuple[QuantityKey, Index, float | str]


@dataclass(frozen=True, slots=True)
class SharedEntry:
    """A value that several wrote for one entry; ``text`` as the first of them did.

    ``expected`` is the key's value under that student's conventions, None for a formula.
    """

    key: QuantityKey
    index: Index
    text: str
    expected: float | None


@dataclass(frozen=True, slots=True)
class Shared:
    """Students, at least two, and all the wrong values that they have in common."""

    reports: tuple[Report, ...]
    entries: tuple[SharedEntry, ...]


def shared_answers(reports: Sequence[Report]) -> tuple[Shared, ...]:
    """The groups of students who share values; those who share the most come first.

    Students can be in several groups: three share one value, and two of them another.
    """
    first, owners = _collected(reports)
    by_owner: dict[int, list[_Value]] = defaultdict(list)
    for value, positions in owners.items():
        for position in positions:
            by_owner[position].append(value)
    groups = {frozenset(p) for p in owners.values() if len(p) >= STUDENTS}
    found = [
        (group, [first[v] for v in by_owner[min(group)] if group <= owners[v]])
        for group in sorted(groups, key=sorted)
    ]
    ranked = sorted(found, key=lambda pair: (-len(pair[1]), -len(pair[0])))
    return tuple(
        Shared(tuple(reports[k] for k in sorted(group)), tuple(entries))
        for group, entries in ranked
        if _digits(entries) >= (DIGITS if len(group) == STUDENTS else DIGITS_OF_MORE)
    )


def _collected(
    reports: Sequence[Report],
) -> tuple[dict[_Value, SharedEntry], dict[_Value, set[int]]]:
    """Each unexplained value as it was first written, and the positions of who has it."""
    first: dict[_Value, SharedEntry] = {}
    owners: dict[_Value, set[int]] = defaultdict(set)
    positions: dict[str, int] = {}
    for position, report in enumerate(reports):
        # two files of one student share nothing, nor do those who handed in together
        mine = positions.setdefault(_by_whom(report), position)
        for value, entry in _unexplained(report):
            first.setdefault(value, entry)
            owners[value].add(mine)
    return first, owners


def _by_whom(report: Report) -> str:
    student = report.student
    if report.team:
        return f"group {sorted(member.id for member in report.team.members)}"
    return student.id or student.name or f"file {report.file}"


def _unexplained(report: Report) -> Iterator[tuple[_Value, SharedEntry]]:
    if report.status not in (Status.GRADED, Status.UNGRADED):
        return
    findings = report.findings
    for assessment in report.assessments:
        for entry in assessment.entries:
            if entry.mark is Mark.WRONG and not explained(assessment, entry, findings):
                value = (assessment.key, entry.index, _value(entry))
                told = SharedEntry(assessment.key, entry.index, entry.text, entry.expected)
                yield value, told


def explained(assessment: Assessment, entry: EntryMark, findings: Iterable[Finding]) -> bool:
    """Whether a finding tells by which rule a wrong entry came about.

    ``findings`` are the report's: one that is charged elsewhere explains the place where it was
    made, too.
    """
    told = {(f.code, f.at, f.entries): f for f in (*assessment.findings, *findings)}
    mine = [f for f in told.values() if f.at == assessment.key or f in assessment.findings]
    return any(
        f.code not in _NO_RULE
        and (f.at != assessment.key or not f.entries or entry.index in f.entries)
        for f in mine
    )


def _value(entry: EntryMark) -> float | str:
    """What two students have to share: a number to the last digit, a formula to the last sign.

    Zeros at the end do not tell, as a spreadsheet drops them.
    """
    if entry.obtained is not None:
        return entry.obtained
    return "|".join("".join(part.split()) for part in (*entry.given, entry.text))


# --- whether it can be chance -------------------------------------------------------------------


def _digits(entries: Sequence[SharedEntry]) -> int:
    """Significant digits that the values have together, the same value counted once."""
    counted: Mapping[str, int] = {_once(entry): _told_by(entry) for entry in entries}
    return sum(counted.values())


def _once(entry: SharedEntry) -> str:
    return entry.text if entry.expected is None else _figures(entry.text)


def _told_by(entry: SharedEntry) -> int:
    if entry.expected is None:
        return len("".join(entry.text.split())) // _CHARACTERS_A_DIGIT
    figures = _figures(entry.text)
    exact = f"{abs(entry.expected):.{max(0, len(figures) - 1)}e}"
    return 0 if figures == _figures(exact) else len(figures)


def _figures(text: str) -> str:
    """The significant digits of a number as written, or a formula.

    >>> _figures("-0.01540"), _figures("4.11e-06"), _figures("1200"), _figures("0")
    ('154', '411', '12', '')
    """
    mantissa = re.split(r"[eE×x*·]", text, maxsplit=1)[0]
    return re.sub(r"\D", "", mantissa).strip("0") if re.search(r"\d", mantissa) else text
