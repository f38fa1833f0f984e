"""What can explain the numbers of one answer: each speaks with a `Cause`, or stays silent.

The opposite sign; one rule of the graph replaced; another answer's values; entries moved by one;
one factor throughout. None speaks where agreeing would only mean being too small to tell from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from grader.compare import Mask
from grader.follow import Cause, Judged, segment
from grader.settled import Settled, Values
from reference.graph import Graph, Step
from reference.mistakes import Mistake, mistakes
from reference.operations import Array

__all__ = ["compared", "opposite", "replaced", "replaced_further_back", "swapped"]

_FEW_ENTRIES = 3
"""From so many entries on, agreement under one factor or one shift says something."""

_MOST = 0.5
"""A shift explains most of the entries, or it is none."""


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


def opposite(settled: Settled, q: str, expected: Sequence[Values], wrong: Mask) -> Iterator[Cause]:
    """All that is wrong has the opposite sign."""
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


def compared(settled: Settled, q: str, expected: Sequence[Values], wrong: Mask) -> Iterator[Cause]:
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
                most = np.sum(wrong & inside) > _MOST * np.sum(inside)
                enough = most and inside.sum() >= _FEW_ENTRIES and _varied(moved["given"][inside])
                if enough and _all_but_for_abs(settled, q, moved, inside & settled.present(q)):
                    evidence = {"by": step, "axis": axis}
                    yield Cause("index_shifted", q, q, wrong, evidence=evidence)
                    return


def _without_edge(values: Array, axis: int, step: int) -> Mask:
    """All entries but those that a shift brought round from the other end."""
    inside = np.ones(values.shape, dtype=bool)
    edge = [slice(None)] * values.ndim
    edge[axis] = slice(0, 1) if step > 0 else slice(-1, None)
    inside[tuple(edge)] = False
    return inside


def _varied(values: Array) -> bool:
    return bool(values.size and np.ptp(values) > 0)


def swapped(settled: Settled, q: str, wrong: Mask) -> Iterator[Cause]:
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


def replaced(judgement: Judged, causes: Sequence[Cause], q: str, wrong: Mask) -> Iterator[Cause]:
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
                yield Cause(mistake.code, at, q, wrong, mistake, evidence=mistake.evidence)


def replaced_further_back(
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
                yield Cause(mistake.code, at, q, wrong, mistake, evidence=mistake.evidence)


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
