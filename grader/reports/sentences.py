"""What is said to a student about an item, or about a submission that has no score."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from grader.model import Assessment, Criterion, Index, Mark, Report, Rubric, Status, Verdict
from grader.points import shown
from grader.reports.shown import cells, entry_names, visible

__all__ = ["Notice", "notice_of", "override_sentence", "sentences_of"]


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened to a submission without a score, and what its author can do."""

    heading: str
    what: str
    reason: str
    steps: tuple[str, ...]


_NOTICES: Mapping[Status, tuple[str, str, tuple[str, ...]]] = MappingProxyType(
    {
        Status.UNREADABLE: (
            "Your file could not be read",
            (
                "This is about the file, not about your work: nothing in it has been graded, and "
                "it has no score."
            ),
            (
                "Open the file and see whether it is the one that you meant to hand in.",
                "Correct what is named above, or copy your answers into a fresh answer sheet.",
                "Try it before you hand it in again: “grade check FILE” tells what can be read.",
                "If this does not help, send the file to your teaching assistant.",
            ),
        ),
        Status.MISSING: (
            "Nothing of yours has arrived",
            (
                "You are on the list of the class, but nothing was found under your name or id. "
                "There is no score yet, and this is not a zero."
            ),
            (
                (
                    "If you did hand something in, send your teaching assistant the file and the "
                    "confirmation: it may carry another name or id."
                ),
                "If you did not, ask your teaching assistant what is still possible.",
            ),
        ),
        Status.EXCUSED: (
            "You are excused",
            "This assignment does not count for you, and its points are not missing anywhere.",
            ("You need not do anything.",),
        ),
        Status.UNGRADED: (
            "Not graded yet",
            (
                "Something about this submission has to be decided by a person. Until then it "
                "has no score, and nothing was taken off."
            ),
            (
                (
                    "You need not do anything: your teaching assistant has this submission at the "
                    "top of the list."
                ),
            ),
        ),
    }
)


def notice_of(report: Report) -> Notice | None:
    """What to say of a submission without a score; None where it was graded."""
    if report.status not in _NOTICES:
        return None
    heading, what, steps = _NOTICES[report.status]
    first_line = report.reason.strip().partition("\n")[0]
    return Notice(heading, what, visible(first_line, 400), steps)


def override_sentence(assessment: Assessment) -> str:
    """The points that a person gave, in place of which, who and why; empty where nobody did."""
    given = assessment.override
    if given is None:
        return ""
    noun = "point" if given.points == 1 else "points"
    points = f"{shown(given.points)} {noun} instead of {shown(assessment.score)}"
    return f"{assessment.key}: {points} ({given.by}: {given.reason})"


def sentences_of(assessment: Assessment, rubric: Rubric) -> tuple[str, ...]:
    """What is said about an item, in a few short sentences; never a right value."""
    return _SENTENCES[assessment.verdict](assessment, _criterion(assessment, rubric))


def _criterion(assessment: Assessment, rubric: Rubric) -> Criterion | None:
    name, _, quantity = assessment.key.partition(".")
    problem = next((p for p in rubric.problems if p.name == name), None)
    return problem.criterion(quantity) if problem else None


def _correct(assessment: Assessment, _criterion: Criterion | None) -> tuple[str, ...]:
    if assessment.total > 1:
        return (f"All {assessment.total} entries are right.",)
    return ()


def _follows(assessment: Assessment, criterion: Criterion | None) -> tuple[str, ...]:
    """What followed through, and why it costs nothing (or what the rubric takes for it)."""
    entries = _marked(assessment, Mark.FOLLOWS)
    if not entries and assessment.verdict is not Verdict.FOLLOW_THROUGH:
        return ()
    if entries and assessment.total > 1:
        verb = "follows" if len(entries) == 1 else "follow"
        start = f"{entry_names(assessment.quantity, entries)} {verb} from"
    else:
        start = "This follows from"
    told = f"{start} your own earlier values: the step itself is right."
    share = criterion.follow_through if criterion else Fraction(1)
    if share == 1:
        return (told, "A mistake is charged once, where it was made, so this costs nothing.")
    return (told, f"By the rubric it earns {shown(share * 100)} % of its points.")


def _implied(_assessment: Assessment, _criterion: Criterion | None) -> tuple[str, ...]:
    return (
        (
            "You did not write this down, but a later answer of yours could not be had without it, "
            "so it counts."
        ),
    )


def _not_all_right(assessment: Assessment, criterion: Criterion | None) -> tuple[str, ...]:
    told = []
    wrong, missing = _marked(assessment, Mark.WRONG), _marked(assessment, Mark.MISSING)
    if assessment.total > 1:
        told.append(f"{assessment.right} of {assessment.total} entries are right.")
    elif not assessment.findings:
        told.append("This is not right yet; no mistake that we know explains it.")
    if wrong and assessment.total > 1 and len(wrong) < assessment.total:
        told.append(f"Look again at {entry_names(assessment.quantity, wrong)}.")
    if missing:
        told.append(f"Nothing is written for {entry_names(assessment.quantity, missing)}.")
    if criterion and criterion.all_or_nothing:
        told.append("By the rubric this earns its points only when all of it is right.")
    return (*told, *_follows(assessment, criterion))


def _missing(assessment: Assessment, _criterion: Criterion | None) -> tuple[str, ...]:
    return ("You gave no answer here.",) if assessment.max_score else ()


def _unreadable(_assessment: Assessment, _criterion: Criterion | None) -> tuple[str, ...]:
    return ("What you wrote here has no value that could be compared.",)


def _ungraded(_assessment: Assessment, _criterion: Criterion | None) -> tuple[str, ...]:
    return ("A person has to decide on this one; until then it has no points either way.",)


def _marked(assessment: Assessment, mark: Mark) -> tuple[Index, ...]:
    entries = cells(assessment).values() or assessment.entries
    return tuple(entry.index for entry in entries if entry.mark is mark)


_SENTENCES: Mapping[Verdict, Callable[[Assessment, Criterion | None], tuple[str, ...]]] = (
    MappingProxyType(
        {
            Verdict.CORRECT: _correct,
            Verdict.FOLLOW_THROUGH: _follows,
            Verdict.IMPLIED: _implied,
            Verdict.PARTIAL: _not_all_right,
            Verdict.INCORRECT: _not_all_right,
            Verdict.MISSING: _missing,
            Verdict.UNREADABLE: _unreadable,
            Verdict.UNGRADED: _ungraded,
        }
    )
)
