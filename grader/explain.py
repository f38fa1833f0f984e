"""Why an answer is wrong: the search for the causes behind a student's numbers.

The answers are gone through in working order. The first one that is neither right nor follows
from earlier values is explained, by the first of these that fits all its numbers: the opposite
sign; one rule of the graph replaced (from the catalogue of `reference.mistakes`); one factor
throughout; another answer's values; entries moved by one; a few slips. The cause is then part of
the student's own working, so that what follows from it is right, and the search goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from grader.compare import Mask, agreement
from grader.explanations import compared, opposite, replaced, replaced_further_back, swapped
from grader.follow import (
    Cause,
    Judged,
    graph_of,
    is_copy,
    judged,
    own_pins,
    story_pins,
    viewed,
    within,
)
from grader.settled import Settled, Values
from reference.graph import Graph

__all__ = ["Story", "told"]

_MOST_CAUSES = 24
_MOST_SLIPS = 0.5
"""At most this share of the entries can be slips; beyond, something else is wrong."""


_SLIPS = MappingProxyType(
    {
        "": "transcription_slip",
        "arithmetic_slip": "transcription_slip",
        "too_few_digits": "too_few_digits",
    }
)
"""What a wrong value is called when later answers turn out to use the right one."""


@dataclass(frozen=True, eq=False)
class Story:
    """The causes found, in working order, and how every answer stands given them."""

    causes: tuple[Cause, ...]
    judgement: Judged


def told(settled: Settled, judgement: Judged) -> Story:
    """Explain all that is wrong, one cause after the other.

    Args:
        settled: the answers under the student's conventions.
        judgement: how they stand before anything is explained.
    """
    causes = tuple(_degenerate(judgement))
    passed: frozenset[str] = frozenset()
    order = {q: k for k, q in enumerate(settled.answered)}
    for _ in range(_MOST_CAUSES):
        rounded = _first_rounded(settled, judgement, causes, passed)
        open_answer = _first_open(settled, judgement, causes)
        if rounded and (open_answer is None or order[rounded] < order[open_answer[0]]):
            passed |= {rounded}
            found = tuple(_rounded_early(settled, judgement, causes, rounded))
            if not found:
                continue
            causes = (*causes, *found)
        elif open_answer:
            causes = (*causes, _cause(judgement, causes, *open_answer))
        else:
            break
        judgement = judged(settled, causes)
        causes, judgement = _with_transcription(judgement, causes)
    return Story(causes, judgement)


def _degenerate(judgement: Judged) -> Iterator[Cause]:
    """Answers that say nothing; nothing is carried on from them, so all are told at once."""
    settled = judgement.views.settled
    accused: tuple[tuple[str, str], ...] = ()
    for q in settled.answered:
        if q in settled.empty:
            wrong = judgement.open(q)
            other = next(swapped(settled, q, wrong), None)
            if not other and not _is_zero(settled, q):
                other = next(replaced(judgement, (), q, wrong), None)
            also = () if other or accused else _rounded_to_nothing(judgement, q)
            accused = accused or also
            yield other or Cause("degenerate", q, q, wrong, carried=False, also=also)


def _rounded_to_nothing(judgement: Judged, q: str) -> tuple[tuple[str, str], ...]:
    """The earlier value whose rounding makes this one zero, such as p = 1.000."""
    settled, graph = judgement.views.settled, judgement.views.graph
    if q not in settled.numbers:
        return ()
    for source in settled.answered:
        if source in graph.ancestors(q) & settled.numbers.keys() and source not in settled.empty:
            views = viewed(settled, graph, [{source: settled.present(source)}])
            if np.all(settled.by_key[source]) and not np.any(views.row(q, 0)["given"]):
                return (("rounded_early", source),)
    return ()


def _is_zero(settled: Settled, q: str) -> bool:
    if q in settled.formulas:
        return True
    return not np.any(np.nan_to_num(settled.numbers[q].values))


def _first_open(
    settled: Settled, judgement: Judged, causes: Sequence[Cause]
) -> tuple[str, Mask] | None:
    """The first answer with entries that are wrong and not yet explained."""
    for q in settled.answered:
        wrong = judgement.open(q)
        for cause in causes:
            if cause.shows == q:
                wrong = wrong & ~cause.entries
        if np.any(wrong) and q not in settled.undecided:
            return q, wrong
    return None


def _cause(judgement: Judged, causes: Sequence[Cause], q: str, wrong: Mask) -> Cause:
    """The first explanation that fits, or none."""
    settled = judgement.views.settled
    expected = (judgement.views.row(q, 1), judgement.views.row(q, 0), settled.key(q))
    fits = [*swapped(settled, q, wrong)] or [*opposite(settled, q, expected, wrong)]
    fits = fits or [*replaced(judgement, causes, q, wrong)]
    fits = fits or [*replaced_further_back(judgement, causes, q, wrong)]
    fits = fits or [*compared(settled, q, expected, wrong)]
    if not fits:
        return _unexplained(settled, q, wrong, expected)
    found = dict.fromkeys((fit.code, fit.at) for fit in fits)
    return replace(fits[0], also=tuple(found)[1:])


# --- slips and what remains ---------------------------------------------------------------------


def _unexplained(settled: Settled, q: str, wrong: Mask, expected: Sequence[Values]) -> Cause:
    """Too few digits, a few slips, or nothing that explains it."""
    if q in settled.numbers:
        terse = _terse(settled, q, expected) & wrong
        if terse.sum() > _MOST_SLIPS * wrong.sum():  # a few agree by accident
            return Cause("too_few_digits", q, q, terse | (_is_short(settled, q) & wrong))
    right = settled.present(q) & ~wrong
    few = wrong.sum() <= _MOST_SLIPS * settled.present(q).sum()
    return Cause("arithmetic_slip" if np.any(right) and few else "", q, q, wrong)


def _is_short(settled: Settled, q: str) -> Mask:
    """The entries that are written with fewer digits than the rubric asks."""
    tolerance = settled.problem.criterion(q).tolerance
    return np.asarray(settled.numbers[q].digits < tolerance.min_digits)


def _terse(settled: Settled, q: str, expected: Sequence[Values]) -> Mask:
    tolerance = settled.problem.criterion(q).tolerance
    every = [agreement(v["given"], settled.numbers[q], tolerance).terse for v in expected]
    return np.asarray(np.logical_or.reduce(every))


def _with_transcription(
    judgement: Judged, causes: tuple[Cause, ...]
) -> tuple[tuple[Cause, ...], Judged]:
    """Turn the last slip into a transcription slip, where later answers used the right value."""
    settled, last = judgement.views.settled, causes[-1]
    is_slip = last.carried and last.mistake is None and last.code in _SLIPS
    if not is_slip or last.shows not in settled.numbers:
        return causes, judgement
    present = settled.present(last.shows).sum()
    if present > 1 and last.entries.sum() > _MOST_SLIPS * present:
        return causes, judgement  # a whole array is no slip of the pen
    if not _was_right_afterwards(judgement, causes, last):
        return causes, judgement
    revised = (*causes[:-1], replace(last, code=_SLIPS[last.code], carried=False))
    return revised, judged(settled, revised)


def _was_right_afterwards(judgement: Judged, causes: tuple[Cause, ...], cause: Cause) -> bool:
    """Whether some later answer agrees with the right value, and none with the wrong one."""
    settled, graph = judgement.views.settled, judgement.views.graph
    others = tuple(c for c in causes if c is not cause)
    own = {q: mask for q, mask in own_pins(settled).items() if not is_copy(graph, cause.shows, q)}
    views = viewed(settled, graph, [story_pins(causes), story_pins(others), own])
    used_right = used_wrong = False
    for q in settled.answered:
        if cause.shows not in graph.ancestors(q) or q in settled.empty:
            continue
        if is_copy(graph, cause.shows, q):
            continue
        differs = ~within(settled, q, views.row(q, 1), views.row(q, 0)) & settled.present(q)
        wrongly, rightly, as_written = settled.matches(q, views.of(q))
        agreeing = np.sum(differs & (rightly | as_written) & ~wrongly)
        used_right |= bool(agreeing and agreeing >= _MOST_SLIPS * np.sum(differs))
        used_wrong |= bool(np.any(differs & wrongly & ~rightly))
    return used_right and not used_wrong


def _off_by_rounding(judgement: Judged, q: str) -> Mask:
    """The entries that follow from earlier values only as those were written."""
    return judgement.written[q] & ~judgement.story[q] & ~judgement.key[q]


def _first_rounded(
    settled: Settled, judgement: Judged, causes: Sequence[Cause], passed: frozenset[str]
) -> str | None:
    """The first answer that a rounding may have moved off."""
    for q in settled.answered:
        new = q in settled.numbers and q not in passed and all(c.shows != q for c in causes)
        if new and np.any(_off_by_rounding(judgement, q)):
            return q
    return None


def _rounded_early(
    settled: Settled, judgement: Judged, causes: Sequence[Cause], q: str
) -> Iterator[Cause]:
    """The earlier value, right as written, whose rounding moved this answer off."""
    graph = graph_of(settled, causes)
    off = _off_by_rounding(judgement, q)
    for source in reversed(settled.answered):
        if source in graph.ancestors(q) and source in settled.numbers:
            right = judgement.key[source] | judgement.story[source]
            if np.all(right | ~settled.present(source)):
                pins = {**story_pins(causes), source: settled.present(source)}
                found = viewed(settled, graph, [pins]).row(q, 0)
                if np.all(settled.matches(q, found)[off]):
                    made = _original(settled, graph, source)
                    if any(c.code == "rounded_early" and c.at == made for c in causes):
                        return  # it is known, and its pins are in the story
                    # entries that follow from a mistake are that mistake's
                    yield Cause("rounded_early", made, made, settled.by_key[made])
                    return


def _original(settled: Settled, graph: Graph, source: str) -> str:
    """Where a value was written first: a reshaped copy is no new rounding."""
    for earlier in settled.answered:
        if is_copy(graph, earlier, source) and np.all(settled.by_key[earlier]):
            return earlier
    return source
