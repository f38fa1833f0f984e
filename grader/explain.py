"""The story behind a student's numbers: what the search found, and roundings along the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.compare import Mask
from grader.follow import (
    Cause,
    Judged,
    graph_of,
    judged,
    story_pins,
    viewed,
    within,
)
from grader.paths import copies
from grader.settled import Settled
from reference.graph import Graph

__all__ = ["Story", "told", "with_alternatives"]

_MOST_CAUSES = 24
_MOST_SLIPS = 0.5
"""At most this share of the entries can be slips; beyond, something else is wrong."""


@dataclass(frozen=True, eq=False)
class Story:
    """The causes found, in working order, and how every answer stands given them."""

    causes: tuple[Cause, ...]
    judgement: Judged


def told(settled: Settled, causes: tuple[Cause, ...]) -> Story:
    """Judge all answers by the causes found, and name the roundings that move answers off.

    Args:
        settled: the answers under the student's conventions.
        causes: what the search found.
    """
    causes = tuple(_confirmed(settled, causes, cause) for cause in causes)
    passed: frozenset[str] = frozenset()  # answers whose roundings have been looked at
    if _is_one_value(settled):
        passed = frozenset(settled.answered)
        causes = tuple(c if c.code == "degenerate" else replace(c, code="") for c in causes)
    judgement = judged(settled, causes)
    if not passed:
        causes = tuple(_rounded_to_nothing(judgement, causes))
    for _ in range(_MOST_CAUSES):
        more = causes
        if rounded := _first_rounded(settled, judgement, causes, passed):
            passed |= {rounded}
            more = (*causes, *_rounded_early(settled, judgement, causes, rounded))
        elif left := _first_open(settled, judgement, causes):
            more = _with_left(settled, causes, *left)
        else:
            break
        if more != causes:
            causes, judgement = more, judged(settled, more)
    return Story(causes, judgement)


def _first_open(
    settled: Settled, judgement: Judged, causes: Sequence[Cause]
) -> tuple[str, Mask] | None:
    """The first answer with entries that are wrong and not yet explained."""
    for q in settled.answered:
        wrong = judgement.open(q)
        for cause in causes:
            if cause.shows == q:
                wrong = wrong & ~cause.entries
        if np.any(wrong):
            return q, wrong
    return None


def _with_left(
    settled: Settled, causes: tuple[Cause, ...], q: str, wrong: Mask
) -> tuple[Cause, ...]:
    """What the search accepted more leniently than it is judged: with what is wrong there."""
    for cause in causes:
        if cause.shows == q and cause.mistake is None and cause.code != "degenerate":
            wider = replace(cause, entries=cause.entries | wrong)
            return tuple(wider if one is cause else one for one in causes)
    few = wrong.sum() <= _MOST_SLIPS * settled.present(q).sum() and wrong.size > 1
    return (*causes, Cause("arithmetic_slip" if few else "", q, q, wrong))


_SAME_VALUE = 3


def _is_one_value(settled: Settled) -> bool:
    """Whether one number stands in several answers, in every entry: that tells no story at all."""
    seen = Counter(
        float(np.nanmax(settled.numbers[q].values)) for q in settled.empty if q in settled.numbers
    )
    return any(count >= _SAME_VALUE and value for value, count in seen.items())


# --- slips of the pen ---------------------------------------------------------------------------


def _confirmed(settled: Settled, causes: Sequence[Cause], cause: Cause) -> Cause:
    """A slip of the pen only if later answers use the right value; else a wrong value like any."""
    if cause.code != "transcription_slip" or _was_right_afterwards(settled, causes, cause):
        return cause
    present = settled.present(cause.shows)
    few = cause.entries.sum() <= _MOST_SLIPS * present.sum() and np.any(present & ~cause.entries)
    return replace(cause, code="arithmetic_slip" if few else "", carried=True)


def _was_right_afterwards(settled: Settled, causes: Sequence[Cause], cause: Cause) -> bool:
    """Whether some later answer agrees with the right value, and none with the wrong one."""
    graph = graph_of(settled, causes)
    wrongly = tuple(replace(c, carried=True) if c is cause else c for c in causes)
    views = viewed(settled, graph, [story_pins(wrongly), story_pins(causes)])
    used_right = used_wrong = False
    for q in settled.answered:
        if cause.shows not in graph.ancestors(q) or q in settled.empty:
            continue
        differs = ~within(settled, q, views.row(q, 1), views.row(q, 0)) & settled.present(q)
        by_wrong, by_right = settled.matches(q, views.of(q))
        agreeing = np.sum(differs & by_right & ~by_wrong)
        used_right |= bool(agreeing and agreeing >= _MOST_SLIPS * np.sum(differs))
        if copies(graph, cause.shows, q) is None:  # a slip may be copied along
            used_wrong |= bool(np.any(differs & by_wrong & ~by_right))
    return used_right and not used_wrong


def with_alternatives(story: Story, other: Story) -> Story:
    """The story, with what another one that is exactly as likely says instead."""
    known = {(cause.code, cause.at) for cause in story.causes}
    says = [cause for cause in other.causes if (cause.code, cause.at) not in known]
    theirs = {(cause.code, cause.at) for cause in other.causes}
    causes = []
    for cause in story.causes:
        instead = None
        if (cause.code, cause.at) not in theirs and says:
            instead = next((c for c in says if c.shows == cause.shows), says[0])
            says.remove(instead)
        told_before = {(cause.code, cause.at), *cause.also}
        if instead and instead.code and (instead.code, instead.at) not in told_before:
            causes.append(replace(cause, also=(*cause.also, (instead.code, instead.at))))
        else:
            causes.append(cause)
    return replace(story, causes=tuple(causes))


# --- roundings ----------------------------------------------------------------------------------


def _rounded_to_nothing(judgement: Judged, causes: Sequence[Cause]) -> Iterator[Cause]:
    """With an answer that says nothing the earlier value whose rounding makes it zero (p = 1.000).

    Only with the first of them: the others have the same reason.
    """
    accused = False
    for cause in causes:
        if cause.code != "degenerate" or accused:
            yield cause
            continue
        also = _makes_zero(judgement, cause.shows)
        accused = bool(also)
        yield replace(cause, also=also)


def _makes_zero(judgement: Judged, q: str) -> tuple[tuple[str, str], ...]:
    settled, graph = judgement.views.settled, judgement.views.graph
    if q not in settled.numbers:
        return ()
    for source in settled.answered:
        if source in graph.ancestors(q) & settled.numbers.keys() and source not in settled.empty:
            views = viewed(settled, graph, [{source: settled.present(source)}])
            if np.all(settled.by_key[source]) and not np.any(views.row(q, 0)["given"]):
                return (("rounded_early", source),)
    return ()


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
        if source not in graph.ancestors(q) or source not in settled.numbers:
            continue
        predicted = settled.matches(source, judgement.views.row(source, 0))
        if not np.all(predicted | ~settled.present(source)):
            continue  # it is more than a rounding
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
        if copies(graph, earlier, source) is not None and np.all(settled.by_key[earlier]):
            return earlier
    return source
