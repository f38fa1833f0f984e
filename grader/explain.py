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
from grader.follow import (
    Cause,
    Judged,
    graph_of,
    is_copy,
    judged,
    own_pins,
    segment,
    story_pins,
    viewed,
    within,
)
from grader.settled import Settled, Values
from reference.graph import Graph, Step
from reference.mistakes import Mistake, mistakes

__all__ = ["Story", "told"]

_MOST_CAUSES = 24
_MOST_SLIPS = 0.5
"""At most this share of the entries can be slips; beyond, something else is wrong."""

_FEW_ENTRIES = 3
"""From so many entries on, agreement under one factor or one shift says something."""


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
    causes: tuple[Cause, ...] = ()
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
    fits = [*_opposite(settled, q, expected, wrong)]
    fits = fits or [*_replaced(judgement, causes, q, wrong)]
    fits = fits or [*_replaced_further_back(judgement, causes, q, wrong)]
    fits = fits or [*_swapped(settled, q, expected, wrong)]
    if not fits and q in settled.empty:
        return Cause("degenerate", q, q, wrong, carried=False)
    fits = fits or [*_compared(settled, q, expected, wrong)]
    if not fits:
        return _unexplained(settled, q, wrong, expected)
    found = dict.fromkeys((fit.code, fit.at) for fit in fits)
    return replace(fits[0], also=tuple(found)[1:])


# --- direct comparisons -------------------------------------------------------------------------


def _all(settled: Settled, q: str, values: Values, entries: Mask) -> bool:
    """Whether these entries of the answer agree with the values."""
    return bool(np.all(settled.matches(q, values)[entries]))


def _all_but_for_abs(settled: Settled, q: str, values: Values, entries: Mask) -> bool:
    """The same by the relative tolerance alone: an absolute one would let small numbers pass."""
    tolerance = replace(settled.problem.criterion(q).tolerance, abs=0.0)
    return bool(np.all(settled.matches(q, values, tolerance)[entries]))


def _times(factor: float, values: Values) -> Values:
    with np.errstate(all="ignore"):
        return {world: factor * value for world, value in values.items()}


def _opposite(settled: Settled, q: str, expected: Sequence[Values], wrong: Mask) -> Iterator[Cause]:
    if q in settled.empty:
        return  # zero has no sign
    for values in expected:
        told_apart = _says_something(settled, q, values, wrong)
        if told_apart and _all(settled, q, _times(-1.0, values), wrong):
            yield Cause("sign_error", q, q, wrong, evidence={"factor": -1})
            return


def _says_something(settled: Settled, q: str, values: Values, wrong: Mask) -> bool:
    """Whether agreeing with these values is more than being too small to tell from zero."""
    if q in settled.formulas:
        return True
    tolerance = settled.problem.criterion(q).tolerance
    return bool(np.any(np.abs(values["given"][wrong]) > tolerance.abs))


def _compared(settled: Settled, q: str, expected: Sequence[Values], wrong: Mask) -> Iterator[Cause]:
    """The relations that no rule of the graph explains, most specific first."""
    for relation in (_shifted, _factor):
        found = list(relation(settled, q, expected, wrong))
        yield from found
        if found:
            return


def _factor(settled: Settled, q: str, expected: Sequence[Values], wrong: Mask) -> Iterator[Cause]:
    everywhere = settled.present(q)
    if q in settled.numbers and everywhere.sum() < _FEW_ENTRIES:
        return
    for values in expected:
        factor = _ratio(settled, q, values)
        if factor is not None and _all_but_for_abs(settled, q, _times(factor, values), everywhere):
            yield Cause("constant_factor", q, q, wrong, evidence={"factor": float(f"{factor:.4g}")})
            return


def _ratio(settled: Settled, q: str, values: Values) -> float | None:
    """The factor between answer and expectation, at the largest expected entry of each world."""
    obtained = _own_values(settled, q)
    world = next(iter(obtained))
    expected, own = values[world], obtained[world]
    there = np.isfinite(own) & np.isfinite(expected) & (expected != 0)
    if not np.any(there):
        return None
    with np.errstate(all="ignore"):
        factor = float(np.median(own[there] / expected[there]))
    return factor if np.isfinite(factor) and factor != 0 else None


def _own_values(settled: Settled, q: str) -> Values:
    if q in settled.numbers:
        return {"given": settled.numbers[q].values}
    return {world.name: settled.formulas[q][world.name] for world in settled.judging(q)}


def _shifted(settled: Settled, q: str, expected: Sequence[Values], wrong: Mask) -> Iterator[Cause]:
    """The right values, one place further on or back along an axis."""
    if q not in settled.numbers:
        return
    number = settled.numbers[q]
    for values in expected:
        for axis in range(number.values.ndim):
            for step in (1, -1):
                moved = {"given": np.roll(values["given"], step, axis=axis)}
                inside = _without_edge(number.values, axis, step)
                most = np.sum(wrong & inside) > _MOST_SLIPS * np.sum(inside)
                enough = most and inside.sum() >= _FEW_ENTRIES and _varied(moved["given"][inside])
                if enough and _all_but_for_abs(settled, q, moved, inside & settled.present(q)):
                    evidence = {"by": step, "axis": axis}
                    yield Cause("index_shifted", q, q, wrong, evidence=evidence)
                    return


def _without_edge(values: np.ndarray, axis: int, step: int) -> Mask:
    """All entries but those that a shift brought round from the other end."""
    inside = np.ones(values.shape, dtype=bool)
    edge = [slice(None)] * values.ndim
    edge[axis] = slice(0, 1) if step > 0 else slice(-1, None)
    inside[tuple(edge)] = False
    return inside


def _varied(values: np.ndarray) -> bool:
    return bool(values.size and np.ptp(values) > 0)


def _swapped(settled: Settled, q: str, _expected: Sequence[Values], wrong: Mask) -> Iterator[Cause]:
    """Another answer's values stand here, and this one's there."""
    kind = settled.numbers if q in settled.numbers else settled.formulas
    shape = settled.problem.shape(q)
    for other in settled.answered:
        if other != q and other in kind and settled.problem.shape(other) == shape:
            here = settled.matches(q, settled.key(other))
            there = settled.matches(other, settled.key(q))
            if np.all(here) and np.all(there) and not np.all(settled.matches(q, settled.key(q))):
                yield Cause("swapped_answers", q, q, wrong, carried=False, evidence={"with": other})
                return


# --- one rule replaced --------------------------------------------------------------------------


def _replaced(judgement: Judged, causes: Sequence[Cause], q: str, wrong: Mask) -> Iterator[Cause]:
    """The mistakes of the catalogue, between the nearest answers and this one, that give it."""
    views = judgement.views
    settled = views.settled
    steps = segment(views.graph, q, set(settled.answered) - settled.empty)
    reach = {step.name for step in steps}
    made = {cause.mistake.step for cause in causes if cause.mistake}
    problem = settled.problem
    present = settled.present(q)
    for mistake in mistakes(problem.reference, settled.conventions, problem.conventions):
        if mistake.step in reach and mistake.step not in made:
            found = views.again(_after(steps, mistake), q)
            fits = settled.matches(q, found) | ~present
            rows = np.flatnonzero(fits.reshape(len(fits), -1).all(axis=1))
            if any(_says_something(settled, q, _row(found, int(row)), wrong) for row in rows):
                at = _home(settled, views.graph, mistake, q)
                yield Cause(mistake.code, at, q, wrong, mistake, evidence={"rule": str(mistake)})


def _replaced_further_back(
    judgement: Judged, causes: Sequence[Cause], q: str, wrong: Mask
) -> Iterator[Cause]:
    """A mistake made before answers that are too coarse to show it, such as p = 1.0000."""
    views = judgement.views
    settled, graph = views.settled, views.graph
    made = {cause.mistake.step for cause in causes if cause.mistake}
    before = graph.ancestors(q)
    problem = settled.problem
    for mistake in mistakes(problem.reference, settled.conventions, problem.conventions):
        if mistake.step in before and mistake.step not in made:
            steps = _after(graph.steps, mistake)
            changed = {step.name for step in steps}
            shown = [a for a in settled.answered if a in changed and (a in before or a == q)]
            fits = (_agrees(settled, a, views.again(steps, a)) for a in reversed(shown))
            if all(fits) and _says_something(settled, q, _row(views.again(steps, q), 0), wrong):
                at = _home(settled, graph, mistake, q)
                yield Cause(mistake.code, at, q, wrong, mistake, evidence={"rule": str(mistake)})


def _agrees(settled: Settled, q: str, found: Values) -> bool:
    """Whether all entries agree with the story's own prediction."""
    return bool(np.all(settled.matches(q, _row(found, 0)) | ~settled.present(q)))


def _row(values: Values, row: int) -> Values:
    return {world: value[row] for world, value in values.items()}


def _after(steps: Sequence[Step], mistake: Mistake) -> list[Step]:
    """The changed step, and those of the steps that depend on it."""
    fresh = list(mistake.steps)
    names = {mistake.step}
    for step in steps:
        if step.name not in names and names.intersection(step.inputs):
            fresh.append(step)
            names.add(step.name)
    return fresh


def _home(settled: Settled, graph: Graph, mistake: Mistake, q: str) -> str:
    """The quantity that a step belongs to: itself, or the next one on the way to the answer."""
    names = [quantity.name for quantity in settled.problem.reference.quantities]
    if mistake.step in names:
        return mistake.step
    on_the_way = graph.ancestors(q) | {q}
    return next(n for n in names if n in on_the_way and mistake.step in graph.ancestors(n))


# --- slips and what remains ---------------------------------------------------------------------


def _unexplained(settled: Settled, q: str, wrong: Mask, expected: Sequence[Values]) -> Cause:
    """Too few digits, a few slips, or nothing that explains it."""
    if q in settled.numbers and np.any(terse := _terse(settled, q, expected) & wrong):
        return Cause("too_few_digits", q, q, terse)
    right = settled.present(q) & ~wrong
    few = wrong.sum() <= _MOST_SLIPS * settled.present(q).sum()
    return Cause("arithmetic_slip" if np.any(right) and few else "", q, q, wrong)


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
        used_wrong |= bool(np.any(differs & wrongly))
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
                    yield Cause("rounded_early", source, source, settled.present(source))
                    return
