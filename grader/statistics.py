"""Statistics of a class: what was hard, what went wrong and where. Reports in, numbers out.

Only graded submissions have a score, so only they are in a mean; missing, excused, unreadable and
ungraded ones are counted by their status and are never a 0. What a handful of students cannot tell
(the spread of one, the correlation of two) is None.

Points are those that count, a person's overrides included; verdicts and findings are the grader's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import correlation, fmean, median, stdev

from grader.model import Assessment, Criterion, Finding, Report, Rubric, Status, Verdict

__all__ = [
    "BINS",
    "Choice",
    "ItemStatistics",
    "Origin",
    "Summary",
    "convention_choices",
    "distribution",
    "finding_counts",
    "graded",
    "item_statistics",
    "levels",
    "origins",
    "shares",
    "status_counts",
    "summaries",
    "summary",
]

BINS = 10
"""Columns of a distribution, each as wide as the others."""

_CORRELATED_FROM = 3
"""Two points always lie on a line."""

# Findings that cost nothing and say how an answer is written, not that something went wrong.
_INFORMATION = frozenset({"layout"})


@dataclass(frozen=True, slots=True)
class Summary:
    """A list of numbers in short; None where there are too few (``sd``: under two)."""

    label: str
    max_score: Fraction | None
    n: int
    mean: float | None
    median: float | None
    sd: float | None
    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One item of the rubric.

    Attributes:
        n: graded students for whom it counts.
        answered: those of them who answered it.
        mean_share: the mean share of its points.
        difficulty: the share that was lost, 1 - ``mean_share``.
        discrimination: the correlation with the share of all other points (item-rest).
        verdicts: how often each verdict was given, undecided submissions included.
    """

    key: str
    points: Fraction
    n: int
    answered: int
    mean_share: float | None
    difficulty: float | None
    discrimination: float | None
    verdicts: Mapping[Verdict, int]


@dataclass(frozen=True, slots=True)
class Origin:
    """A quantity in which mistakes were made: by how many students, and how many's first it was."""

    at: str
    students: int
    first: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A convention's value: how many used it, and of how many the answers or words show that."""

    problem: str
    convention: str
    value: str
    students: int
    inferred: int


def graded(reports: Iterable[Report]) -> tuple[Report, ...]:
    """The reports that have a score."""
    return tuple(r for r in reports if r.status is Status.GRADED and r.score is not None)


def status_counts(reports: Iterable[Report]) -> dict[Status, int]:
    """How many submissions have each status, in the order of `Status`."""
    counts = Counter(report.status for report in reports)
    return {status: counts[status] for status in Status}


def summary(label: str, values: Sequence[float], max_score: Fraction | None = None) -> Summary:
    """The summary of a list of numbers; the standard deviation is the sample's (n - 1)."""
    if not values:
        return Summary(label, max_score, 0, None, None, None, None, None)
    spread = stdev(values) if len(values) > 1 else None
    middle = float(median(values))
    return Summary(
        label, max_score, len(values), fmean(values), middle, spread, min(values), max(values)
    )


def summaries(reports: Sequence[Report], rubric: Rubric) -> tuple[Summary, ...]:
    """One summary a problem, and one a total that students can reach (20, 40).

    Under a late policy one more for each total: what being late leaves of it.
    """
    scored = graded(reports)
    problems = [_problem_summary(scored, p.name, p.points) for p in rubric.problems]
    totals = sorted({report.max_score for report in scored})
    sums = [_total_summary(scored, total) for total in totals]
    return (*problems, *sums, *(_final_summary(scored, t) for t in totals if rubric.late))


def _problem_summary(scored: Sequence[Report], name: str, points: Fraction) -> Summary:
    values = [
        float(problem.score)
        for report in scored
        for problem in report.problems
        if problem.name == name and problem.score is not None and problem.max_score != 0
    ]
    return summary(name, values, points)


def _total_summary(scored: Sequence[Report], total: Fraction) -> Summary:
    values = [float(r.score) for r in scored if r.max_score == total and r.score is not None]
    return summary("total", values, total)


def _final_summary(scored: Sequence[Report], total: Fraction) -> Summary:
    values = [float(r.final) for r in scored if r.max_score == total and r.final is not None]
    return summary("final", values, total)


def shares(reports: Iterable[Report], problem: str = "") -> tuple[Fraction, ...]:
    """The share of the points that each graded student has, of a problem or (without) of all."""
    scores = [
        (part.score, part.max_score)
        for report in graded(reports)
        for part in (report.problems if problem else (report,))
        if not problem or getattr(part, "name", "") == problem
    ]
    return tuple(score / most for score, most in scores if score is not None and most)


def distribution(values: Iterable[Fraction]) -> tuple[int, ...]:
    """How many shares fall in each tenth: from 0 to under 10 %, ..., from 90 to 100 %."""
    counts = Counter(min(BINS - 1, max(0, int(value * BINS))) for value in values)
    return tuple(counts[position] for position in range(BINS))


def levels(reports: Iterable[Report]) -> tuple[str, ...]:
    """The levels in a class, in order; empty for students whose level is unknown."""
    return tuple(sorted({report.student.level for report in reports}))


# --- items --------------------------------------------------------------------------------------


def item_statistics(reports: Sequence[Report], rubric: Rubric) -> tuple[ItemStatistics, ...]:
    """One row an item, in the rubric's order."""
    found = [(report, {a.key: a for a in report.assessments}) for report in reports]
    items = (item for problem in rubric.problems for item in problem.items)
    return tuple(
        _item(item, [(r, by_key[item.key]) for r, by_key in found if item.key in by_key])
        for item in items
    )


def _item(item: Criterion, pairs: Sequence[tuple[Report, Assessment]]) -> ItemStatistics:
    judged = [
        (r, a)
        for r, a in pairs
        if a.max_score != 0 and r.status in (Status.GRADED, Status.UNGRADED)
    ]
    verdicts = Counter(assessment.verdict for _, assessment in judged)
    scored = [(r, a) for r, a in judged if r.status is Status.GRADED and a.counted is not None]
    values = [float(a.counted / a.max_score) for _, a in scored if a.counted is not None]
    mean = fmean(values) if values else None
    return ItemStatistics(
        key=item.key,
        points=item.points,
        n=len(scored),
        answered=sum(a.verdict not in (Verdict.MISSING, Verdict.IMPLIED) for _, a in scored),
        mean_share=mean,
        difficulty=None if mean is None else 1 - mean,
        discrimination=_discrimination(scored),
        verdicts={verdict: verdicts[verdict] for verdict in Verdict},
    )


def _discrimination(scored: Sequence[tuple[Report, Assessment]]) -> float | None:
    """The correlation of an item with the rest, or None where one of them does not vary."""
    points = [
        (float(a.counted / a.max_score), float((r.score - a.counted) / (r.max_score - a.max_score)))
        for r, a in scored
        if a.counted is not None and r.score is not None and r.max_score != a.max_score
    ]
    item, rest = [x for x, _ in points], [y for _, y in points]
    if len(points) < _CORRELATED_FROM or not (_varies(item) and _varies(rest)):
        return None
    return min(1.0, max(-1.0, correlation(item, rest)))


def _varies(values: Sequence[float]) -> bool:
    """Whether numbers differ by more than rounding."""
    return max(values) - min(values) > 1e-9  # noqa: PLR2004 - shares of points, far above 1e-16


# --- findings and conventions -------------------------------------------------------------------


def finding_counts(reports: Iterable[Report]) -> tuple[tuple[str, int], ...]:
    """Each finding's code and the number of students who have it, the most frequent first."""
    counts = Counter(code for r in reports for code in {finding.code for finding in r.findings})
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def origins(reports: Sequence[Report], rubric: Rubric) -> tuple[Origin, ...]:
    """Where mistakes were made, in working order; ``first`` counts each student once.

    Information about how an answer is written (its layout) is no mistake.
    """
    order = {
        f"{problem.name}.{quantity.name}": (k, j)
        for k, problem in enumerate(rubric.problems)
        for j, quantity in enumerate(problem.reference.quantities)
    }
    last = (len(rubric.problems), 0)
    students: Counter[str] = Counter()
    first: Counter[str] = Counter()
    for report in reports:
        places = sorted(
            {f.at for f in report.findings if _went_wrong(f)},
            key=lambda at: (order.get(at, last), at),
        )
        students.update(places)
        first.update(places[:1])
    ordered = sorted(students, key=lambda at: (order.get(at, last), at))
    return tuple(Origin(at, students[at], first[at]) for at in ordered)


def _went_wrong(finding: Finding) -> bool:
    return bool(finding.at) and finding.code not in _INFORMATION


def convention_choices(reports: Iterable[Report]) -> tuple[Choice, ...]:
    """Which values of the conventions the class used, the most frequent of each first."""
    used: Counter[tuple[str, str, str]] = Counter()
    inferred: Counter[tuple[str, str, str]] = Counter()
    for report in reports:
        for problem in report.problems:
            for convention, value in problem.conventions.items():
                used[problem.name, convention, value] += 1
                inferred[problem.name, convention, value] += convention in problem.inferred
    ordered = sorted(used, key=lambda key: (key[0], key[1], -used[key], key[2]))
    return tuple(Choice(*key, used[key], inferred[key]) for key in ordered)
