"""A self-audit of the key: what a class tells of it when many good students disagree with it.

Two signs, each with its threshold, so that a small class gives no false alarm. Neither proves
anything: a hard item and a common mistake look the same as a misprint.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

from grader.model import (
    Assessment,
    Criterion,
    EntryMark,
    Index,
    Mark,
    QuantityKey,
    Report,
    Rubric,
    Status,
    Tolerance,
    Verdict,
)
from grader.statistics import graded

__all__ = [
    "ANSWERED",
    "CHANCE",
    "STUDENTS",
    "Missed",
    "Popular",
    "PopularEntry",
    "best_and_rest",
    "popular_answers",
]

STUDENTS = 3
"""So many of the best have to miss an item, and so many to share an answer."""

ANSWERED = 12
"""So many have to have answered an item: a quarter of fewer is no group."""

CHANCE = 0.01
"""How rarely an item is missed so often by the best if who misses it is drawn by lot."""

_HALF = Fraction(1, 2)
_JUDGED = frozenset({Verdict.CORRECT, Verdict.FOLLOW_THROUGH, Verdict.PARTIAL, Verdict.INCORRECT})


@dataclass(frozen=True, slots=True)
class Missed:
    """How many of the best and of the rest lost points in an item that they answered.

    The best are the quarter with the largest share of all *other* points, and who ties with them.
    """

    key: QuantityKey
    best: int
    best_missed: int
    rest: int
    rest_missed: int

    @property
    def best_share(self) -> Fraction:
        """The share of the best who missed it."""
        return Fraction(self.best_missed, self.best)

    @property
    def rest_share(self) -> Fraction:
        """The share of the rest who missed it."""
        return Fraction(self.rest_missed, self.rest)

    @property
    def is_odd(self) -> bool:
        """Whether the best fare worse than the rest, by half of them or by more than chance."""
        if self.best_missed < STUDENTS or self.best_share < self.rest_share:
            return False
        return self.best_share >= _HALF or self._by_lot() <= CHANCE

    def _by_lot(self) -> float:
        """How likely so many or more of the misses fall to the best by lot (hypergeometric)."""
        everybody, missed = self.best + self.rest, self.best_missed + self.rest_missed
        ways = sum(
            comb(missed, k) * comb(everybody - missed, self.best - k)
            for k in range(self.best_missed, min(missed, self.best) + 1)
        )
        return ways / comb(everybody, self.best)


@dataclass(frozen=True, slots=True)
class PopularEntry:
    """A value other than the key's for one entry; ``text`` as most wrote it.

    Attributes:
        students: who have it, within the item's tolerance.
        right: who have what counts as right, the key's value or what follows from their own.
        expected: the key's value under a student's conventions; None for a formula.
    """

    index: Index
    text: str
    students: int
    right: int
    expected: float | None


@dataclass(frozen=True, slots=True)
class Popular:
    """An answer that more students share than have it right, and what findings say of it."""

    key: QuantityKey
    entries: tuple[PopularEntry, ...]
    codes: tuple[tuple[str, int], ...]


# --- an item that the best miss -----------------------------------------------------------------


def best_and_rest(reports: Sequence[Report], rubric: Rubric) -> tuple[Missed, ...]:
    """One row an item that enough students answered, in the rubric's order."""
    answered: dict[str, list[tuple[Fraction, bool]]] = defaultdict(list)
    for report in graded(reports):
        for assessment in report.assessments:
            if assessment.verdict in _JUDGED and assessment.max_score:
                answered[assessment.key].append(_standing(report, assessment))
    items = (item for problem in rubric.problems for item in problem.items)
    rows = (_missed(item, answered[item.key]) for item in items if item.key in answered)
    return tuple(row for row in rows if row is not None)


def _standing(report: Report, assessment: Assessment) -> tuple[Fraction, bool]:
    """The share of all other points, and whether the grader saw points lost here."""
    mine, counted = assessment.score or Fraction(0), assessment.counted or Fraction(0)
    others = report.max_score - assessment.max_score
    share = ((report.score or Fraction(0)) - counted) / others if others else Fraction(0)
    return share, mine < assessment.max_score


def _missed(item: Criterion, answered: Sequence[tuple[Fraction, bool]]) -> Missed | None:
    """None where too few answered it, or all others tie with the best."""
    if len(answered) < ANSWERED:
        return None
    least = sorted((share for share, _ in answered), reverse=True)[len(answered) // 4 - 1]
    best = [missed for share, missed in answered if share >= least]
    rest = [missed for share, missed in answered if share < least]
    if not rest:
        return None
    return Missed(item.key, len(best), sum(best), len(rest), sum(rest))


# --- an answer that many share ------------------------------------------------------------------

_Places = Mapping[tuple[QuantityKey, Index], Sequence[tuple[EntryMark, Assessment]]]


def popular_answers(reports: Sequence[Report], rubric: Rubric) -> tuple[Popular, ...]:
    """Each quantity with entries for which the most frequent wrong value beats the right one."""
    answers, wrong = _collected(reports)
    tolerances = _tolerances(rubric, {key for key, _ in wrong})
    found: dict[QuantityKey, list[PopularEntry]] = defaultdict(list)
    sharing: dict[QuantityKey, dict[int, Assessment]] = defaultdict(dict)
    for (key, index), written in wrong.items():
        most = _most_frequent(written, tolerances.get(key, Tolerance()))
        entry = most[len(most) // 2][0]
        right = sum(index not in assessment.wrong for assessment in answers[key])
        if len(most) >= STUDENTS and len(most) > right:
            text = Counter(e.text for e, _ in most).most_common(1)[0][0]
            found[key].append(PopularEntry(index, text, len(most), right, entry.expected))
            sharing[key] |= {id(assessment): assessment for _, assessment in most}
    order = {name: k for k, name in enumerate(_names(rubric))}
    return tuple(
        Popular(key, tuple(sorted(found[key], key=lambda e: e.index)), _codes(sharing[key]))
        for key in sorted(found, key=lambda key: (order.get(key, len(order)), key))
    )


def _collected(reports: Sequence[Report]) -> tuple[dict[QuantityKey, list[Assessment]], _Places]:
    """The judged answers of each quantity, and the wrong values of each entry."""
    answers: dict[QuantityKey, list[Assessment]] = defaultdict(list)
    wrong: dict[tuple[QuantityKey, Index], list[tuple[EntryMark, Assessment]]] = defaultdict(list)
    for report in reports:
        if report.status not in (Status.GRADED, Status.UNGRADED):
            continue
        for assessment in report.assessments:
            if assessment.verdict in _JUDGED:
                answers[assessment.key].append(assessment)
                for entry in assessment.entries:
                    if entry.mark is Mark.WRONG:
                        wrong[assessment.key, entry.index].append((entry, assessment))
    return answers, wrong


def _tolerances(rubric: Rubric, keys: set[QuantityKey]) -> dict[QuantityKey, Tolerance]:
    return {
        key: problem.criterion(key.partition(".")[2]).tolerance
        for problem in rubric.problems
        for key in keys
        if key.partition(".")[0] == problem.name
    }


def _names(rubric: Rubric) -> Iterator[str]:
    for problem in rubric.problems:
        yield from (f"{problem.name}.{q.name}" for q in problem.reference.quantities)


def _most_frequent(
    written: Sequence[tuple[EntryMark, Assessment]], tolerance: Tolerance
) -> Sequence[tuple[EntryMark, Assessment]]:
    """Those who wrote the same: numbers within the tolerance of one of them, or one formula."""
    numbers = [pair for pair in written if pair[0].obtained is not None]
    if not numbers:
        formulas: dict[str, list[tuple[EntryMark, Assessment]]] = defaultdict(list)
        for pair in written:
            formulas["".join(pair[0].text.split())].append(pair)
        return max(formulas.values(), key=len)
    numbers.sort(key=lambda pair: pair[0].obtained or 0.0)
    values = [pair[0].obtained or 0.0 for pair in numbers]
    spans = (_span(values, value, tolerance) for value in dict.fromkeys(values))
    start, end = max(spans, key=lambda span: span[1] - span[0])
    return numbers[start:end]


def _span(values: Sequence[float], value: float, tolerance: Tolerance) -> tuple[int, int]:
    reach = max(tolerance.abs, tolerance.rel * abs(value))
    return bisect_left(values, value - reach), bisect_right(values, value + reach)


def _codes(sharing: Mapping[int, Assessment]) -> tuple[tuple[str, int], ...]:
    counts = Counter(
        code for a in sharing.values() for code in {f.code for f in a.findings} - {"layout"}
    )
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
