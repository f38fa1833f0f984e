"""What a report makes of a synthetic student, compared with the class of stories that fit.

* ``exact``: the findings told (those that are no equal alternative of another) are those of one
  story that gives what is written, and a slip has its very entries;
* ``among``: one story is covered when the alternatives told are counted too;
* ``near``: they are a story that agrees with the answers within the tolerance, but not to the
  digits written;
* ``missed``: they lack something of every story; ``wrong``: anything else.

Conventions are right when they are those of the story that was told, or, where none was, of any
story of the class. What each entry earns is compared with what the story told costs, or, where
none was told, the true one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from benchmarks.synthetic_arrays import indices
from benchmarks.synthetic_charges import charges
from benchmarks.synthetic_rounding import rounding, rounding_verdict, roundings_to_zero
from benchmarks.synthetic_stories import Finding, found_in, near_stories, stories
from benchmarks.synthetic_student import Made, Story
from grader.model import Assessment, Index, Mark, Report
from grader.model import Finding as Told

__all__ = ["VERDICTS", "Outcome", "compared"]

VERDICTS = ("exact", "among", "near", "missed", "wrong")
_QUIET = frozenset({"layout", "too_few_digits"})
_SLIPS = frozenset({"arithmetic_slip", "transcription_slip"})

Entries = Mapping[str, frozenset[Index]]


@dataclass(frozen=True)
class Outcome:
    """How a student fared.

    Attributes:
        verdict: one of `VERDICTS`.
        lost: by item, right entries that earned nothing.
        earned: by item, wrong entries that did.
        conventions: whether they are right.
        told: the findings, the equal alternatives among them marked with ``or``.
        fitting: the findings of every story of the class.
    """

    verdict: str
    lost: Entries
    earned: Entries
    conventions: bool
    told: tuple[str, ...]
    truth: tuple[str, ...]
    fitting: tuple[tuple[str, ...], ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing is to be complained of."""
        fine = self.verdict in {"exact", "among"} and self.conventions
        return fine and not self.lost and not self.earned


_Fitting = Sequence[tuple[Story, frozenset[Finding]]]


def compared(made: Made, report: Report) -> Outcome:
    """The report beside the truth."""
    told = [f for f in report.findings if f.code not in _QUIET]
    fitting = _told_stories(made, (*stories(made), made.truth))
    verdict, which = _verdict(made, fitting, told)
    if verdict in {"missed", "wrong"} and not made.rounds:
        near, nearly = _verdict(made, _told_stories(made, near_stories(made)), told)
        if near in {"exact", "among"}:
            verdict, which = "near", nearly
    choice = report.problems[0].conventions
    chosen = [story for story in which if dict(story.conventions) == dict(choice)]
    lost, earned = _credit(made, report, chosen or which or [made.truth])
    told_of = fitting if verdict in {"missed", "wrong"} else [(story, ()) for story in which]
    return Outcome(
        verdict,
        lost,
        earned,
        any(dict(story.conventions) == dict(choice) for story, _ in told_of),
        tuple(_words(f) for f in told),
        _named(found_in(made, made.truth) or frozenset()),
        tuple(sorted({_named(findings) for _, findings in fitting})),
    )


def _told_stories(made: Made, found: Sequence[Story]) -> _Fitting:
    told = [(story, found_in(made, story)) for story in found]
    every = [(story, findings) for story, findings in told if findings is not None]
    plain = [(story, findings) for story, findings in every if not findings]
    return plain or every


def _named(findings: frozenset[Finding]) -> tuple[str, ...]:
    return tuple(sorted(f"{code} {at}" for code, at in findings))


def _words(finding: Told) -> str:
    entries = "".join(str(list(index)) for index in finding.entries[:4])
    other = "or " if _is_other(finding) else ""
    return f"{other}{finding.code} {_at(finding)}{entries}"


def _at(finding: Told) -> str:
    return str(finding.at).partition(".")[2]


def _is_other(finding: Told) -> bool:
    return "instead_of" in finding.evidence


# --- findings -----------------------------------------------------------------------------------


def _verdict(made: Made, fitting: _Fitting, told: Sequence[Told]) -> tuple[str, list[Story]]:
    """How the findings compare with the stories, and the stories that they tell."""
    first = {(f.code, _at(f)) for f in told if not _is_other(f)}
    every = {(f.code, _at(f)) for f in told}
    if made.rounds:
        return rounding_verdict(made, first, every), [story for story, _ in fitting]
    exact = [s for s, found in fitting if found == first and _same_entries(made, s, told)]
    if exact:
        return "exact", exact
    among = [
        s
        for s, found in fitting
        if found <= every
        and len(first - roundings_to_zero(made, s)) <= len(found)
        and _same_entries(made, s, told)
    ]
    if among:
        return "among", among
    lacking = any(first < found for _, found in fitting)
    return ("missed" if lacking else "wrong"), []


def _same_entries(made: Made, story: Story, told: Sequence[Told]) -> bool:
    """Whether slips are told with their very entries, as far as they are wrong as written."""
    for act in story.spoilt:
        if act.code in _SLIPS and act.mask is not None:
            (q,) = act.at
            rest = made.predicted(story.without(act))
            right = charges(made, story).must.get(q)
            wrong = indices(act.mask & ~made.agreeing(q, rest[q]))
            sure = wrong if right is None else wrong & indices(~right)
            found = [frozenset(f.entries) for f in told if (f.code, _at(f)) == (act.code, q)]
            if not any(sure <= entries <= indices(act.mask) for entries in found):
                return False
    return True


# --- points -------------------------------------------------------------------------------------


def _credit(made: Made, report: Report, which: Sequence[Story]) -> tuple[Entries, Entries]:
    """The entries wronged, by the story of those told that wrongs the fewest."""
    found = [_wronged(made, report, story) for story in which[:8]]
    return min(found, key=lambda pair: sum(map(len, (*pair[0].values(), *pair[1].values()))))


def _wronged(made: Made, report: Report, story: Story) -> tuple[Entries, Entries]:
    due = rounding(made) if made.rounds else charges(made, story)
    lost: dict[str, frozenset[Index]] = {}
    earned: dict[str, frozenset[Index]] = {}
    for assessment in report.assessments:
        q = assessment.quantity
        if q in due.must:
            right = _earning(assessment)
            lost[q] = indices(due.must[q]) - right
            earned[q] = right - indices(due.may[q])
    return _filled(lost), _filled(earned)


def _filled(entries: Entries) -> Entries:
    return {q: indexed for q, indexed in entries.items() if indexed}


def _earning(assessment: Assessment) -> frozenset[Index]:
    """The entries that count as right.

    Raises:
        ValueError: the points are not those of the entries.
    """
    marks = {entry.index: entry.mark for entry in assessment.entries}
    right = {index for index, mark in marks.items() if mark in {Mark.RIGHT, Mark.FOLLOWS}}
    if assessment.score is not None:
        due = assessment.max_score * Fraction(len(right), max(1, assessment.total))
        if assessment.score != due:
            raise ValueError(f"{assessment.key}: {assessment.score} points, not {due}")
    return frozenset(right) if assessment.score is not None else frozenset()
