"""Remarks on how something was handed in: their words, and how many submissions have each."""

from __future__ import annotations

from collections.abc import Iterable

from grader.model import Report

__all__ = ["AGAIN", "COPY", "EARLIER", "HINT", "LATE", "MAY_BE", "TOGETHER", "remarks_of", "tally"]

LATE = "handed in late"
AGAIN = "was handed in again"
EARLIER = "is an earlier attempt"
COPY = "is the same file as"
TOGETHER = "handed in together"
MAY_BE = "is by nobody on the class list and may be theirs"
HINT = "; did they mean "
"""Before the students of the class list who may be meant; a question mark ends it."""

_COUNTED = (
    ("handed in late", (LATE,)),
    ("handed in again", (AGAIN, EARLIER)),
    ("handed in more than one copy", (COPY,)),
    ("handed in by a group", (TOGETHER,)),
)


def remarks_of(report: Report) -> tuple[str, ...]:
    """What is remarked on a submission, each once; not what already asks for a person."""
    told = dict.fromkeys(map(str, report.remarks))
    return tuple(text for text in told if text not in report.attention)


def tally(reports: Iterable[Report]) -> tuple[tuple[int, str], ...]:
    """How many submissions were handed in late, again or in copies, and how many say more.

    A submission counts once under each of these words; what has other remarks only comes last.
    """
    counts = {words: 0 for words, _ in _COUNTED} | {"with other remarks": 0}
    for report in reports:
        texts = remarks_of(report)
        kinds = [w for w, parts in _COUNTED if any(p in text for p in parts for text in texts)]
        for words in kinds or (["with other remarks"] if texts else []):
            counts[words] += 1
    return tuple((number, words) for words, number in counts.items() if number)
