"""Where it went wrong first: of one student, and how often a step was it in a class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from grader.model import (
    Assessment,
    Mark,
    Problem,
    ProblemReport,
    QuantityKey,
    Report,
    Rubric,
    Status,
    Verdict,
)
from grader.reports.shown import counted

__all__ = ["Station", "class_sentences", "first_wrong", "on_the_way", "stations", "working_order"]

# The values are right, so it is not where it went wrong.
_INFORMATION = frozenset({"layout", "too_few_digits"})

_RIGHT = frozenset({Verdict.CORRECT, Verdict.IMPLIED})
_WRONG = frozenset({Verdict.PARTIAL, Verdict.INCORRECT, Verdict.UNREADABLE})


def first_wrong(problem: ProblemReport, order: Sequence[str]) -> QuantityKey | None:
    """The earliest step that went wrong by itself, in working order; None if none did.

    What follows from it is marked so and does not count; a finding counts where it was made.
    """
    places = dict.fromkeys((*order, *(a.quantity for a in problem.assessments)))
    rank = {quantity: number for number, quantity in enumerate(places)}
    made = {f.at for a in problem.assessments for f in a.findings if f.code not in _INFORMATION}
    made |= {a.key for a in problem.assessments if _went_wrong(a)}
    return min(made, key=lambda key: rank.get(key.partition(".")[2], len(rank)), default=None)


def _went_wrong(assessment: Assessment) -> bool:
    if assessment.entries:
        return any(entry.mark is Mark.WRONG for entry in assessment.entries)
    return assessment.verdict is Verdict.INCORRECT


def working_order(rubric: Rubric | None, name: str) -> tuple[str, ...]:
    """The names of a problem's steps as they are worked out; none where the rubric lacks it."""
    found = [p for p in rubric.problems if p.name == name] if rubric else []
    return tuple(found[0].reference.graph().by_name) if found else ()


def on_the_way(problem: Problem, reports: Iterable[ProblemReport]) -> frozenset[str]:
    """The quantities to draw: the rubric's, those answered, and those where a mistake was made."""
    known = {quantity.name for quantity in problem.reference.quantities}
    asked = {item.quantity for item in problem.items}
    told = {
        key.partition(".")[2]
        for report in reports
        for a in report.assessments
        for key in (a.key, *(f.at for f in a.findings if f.code not in _INFORMATION))
    }
    return frozenset((asked | told) & known)


# --- a class ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Station:
    """A quantity on the way, and how a class fared there.

    Attributes:
        students: those whose answers to the problem were judged.
        right, followed, wrong: by verdict; whoever is in none of the three left it out.
        first: how many went wrong there first, and (``codes``) by which mistakes, the most
            frequent first; a student can have made more than one there, or one that nobody knows.
    """

    name: str
    students: int
    right: int
    followed: int
    wrong: int
    first: int
    codes: tuple[tuple[str, int], ...]


def stations(reports: Sequence[Report], rubric: Rubric, problem: Problem) -> tuple[Station, ...]:
    """Each quantity that the rubric asks for or that somebody answered, in working order."""
    judged = _judged(reports, rubric, problem)
    order = working_order(rubric, problem.name)
    firsts = [(report, first_wrong(report, order)) for report in judged]
    shown = on_the_way(problem, judged)
    return tuple(_station(f"{problem.name}.{name}", firsts) for name in order if name in shown)


def _judged(reports: Iterable[Report], rubric: Rubric, problem: Problem) -> list[ProblemReport]:
    return [
        part
        for report in reports
        if report.status in (Status.GRADED, Status.UNGRADED)
        for part in counted(report, rubric)
        if part.name == problem.name and part.assessments
    ]


def _station(key: str, firsts: Sequence[tuple[ProblemReport, QuantityKey | None]]) -> Station:
    verdicts = Counter(a.verdict for part, _ in firsts for a in part.assessments if a.key == key)
    here = [part for part, first in firsts if first == key]
    codes = Counter(code for part in here for code in _codes(part, key))
    return Station(
        name=key.partition(".")[2],
        students=len(firsts),
        right=sum(verdicts[verdict] for verdict in _RIGHT),
        followed=verdicts[Verdict.FOLLOW_THROUGH],
        wrong=sum(verdicts[verdict] for verdict in _WRONG),
        first=len(here),
        codes=tuple(sorted(codes.items(), key=lambda pair: (-pair[1], pair[0]))),
    )


def _codes(part: ProblemReport, key: str) -> set[str]:
    """The mistakes that a student made in one quantity, wherever they show."""
    found = (f for a in part.assessments for f in a.findings if f.at == key)
    return {f.code for f in found if f.code != "layout"}


# --- in words ----------------------------------------------------------------------------------

_DID: Mapping[str, str] = MappingProxyType(
    {
        "arithmetic_slip": "made a slip in a few entries",
        "transcription_slip": "copied a value wrongly",
        "rounded_early": "rounded too early",
        "too_few_digits": "gave too few digits",
        "sign_error": "had the opposite sign",
        "constant_factor": "were off by one factor throughout",
        "factor_omitted": "lost the 2 of the square",
        "mean_instead_of_sum": "took a mean for the sum",
        "bias_omitted": "left out the bias",
        "channel_omitted": "used one channel only",
        "relu_omitted": "left out ReLU",
        "relu_mask_omitted": "let the gradient through units that are off",
        "sigmoid_derivative_omitted": "lost sigma'",
        "input_factor_omitted": "lost the layer's input",
        "wrong_label": "differentiated log(1 - p) for log p",
        "weight_not_transposed": "exchanged W and its transpose",
        "convention_mixed": "mixed two conventions",
        "swapped_answers": "put another answer in its place",
        "index_shifted": "were one index off",
        "shape_mismatch": "gave a shape that cannot be",
        "degenerate": "gave values that say nothing",
    }
)
"""What a finding's students did, after ``24 of them``."""

_TOLD = 3


def class_sentences(told: Sequence[Station]) -> tuple[str, ...]:
    """For each step where somebody went wrong first, how many and by what; the most first.

    ``31 of 143 went wrong first at grad_H2; 24 of them lost sigma'.``
    """
    here = [station for station in told if station.first]
    return tuple(map(_sentence, sorted(here, key=lambda station: -station.first)))


def _sentence(station: Station) -> str:
    start = f"{station.first} of {station.students} went wrong first at {station.name}"
    if not station.codes:
        return f"{start}; no mistake that we know explains it."
    most, *others = (f"{_of(n, station)}{_did(code)}" for code, n in station.codes[:_TOLD])
    return f"{start}; {', '.join([most, *others])}."


def _of(number: int, station: Station) -> str:
    """Who did it: ``24 of them``; a single student by a word."""
    if station.first == 1:
        return "this student "
    return "all of them " if number == station.first else f"{number} of them "


def _did(code: str) -> str:
    return _DID.get(code) or f"have the finding {code}"
