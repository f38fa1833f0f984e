"""The sheets of the table of findings: what students hand in, made when it is needed.

Each function gives a sheet that is not made yet, so that the table can be read without grading.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from core_samples import (
    PLACE,
    by_entry,
    mistake,
    names,
    rubric,
    slipped,
    working,
    written_down,
)

from grader.model import Formula, Rubric
from grader.rubric import load

Sheet = Mapping[str, object]
Made = Callable[[], Sheet]
Change = Callable[[np.ndarray], object]
NLL = {"objective": "minimize_nll"}
LINES = {
    "grad_xp": "2*(xp-x)",
    "grad_W2": "h @ (grad_xp*xp*(1-xp)).T",
    "grad_h": "W2 @ (grad_xp*xp*(1-xp))",
    "grad_W1": "x @ (grad_h*(h>0)).T",
}
"""The four expressions that the auto-encoder's items ask for."""


@lru_cache
def rubric_of(name: str) -> Rubric:
    """The assignment, the one with other values, or one that stands in tests/assignments."""
    if name in {"square", "pair"}:
        return load(Path(__file__).parent / "assignments" / f"{name}.yaml")
    return rubric(name)


def _problem(rubric_name: str):
    return rubric_of(rubric_name).problems[0]


# --- whole sheets of numbers --------------------------------------------------------------------


def working_so(chosen=None, *, of="hw6", keep=None, digits=6) -> Made:
    """All right, under these conventions."""
    return lambda: written_down(working(chosen, of=_problem(of)), keep, digits, _problem(of))


def carried(q: str, change: Change, chosen=None, *, of="hw6", keep=None, digits=6) -> Made:
    """One answer is changed, and all after it are worked out from it."""

    def make() -> Sheet:
        problem = _problem(of)
        own = np.asarray(change(working(chosen, of=problem)[q]), float)
        return written_down(working(chosen, pinned={q: own}, of=problem), keep, digits, problem)

    return make


def stated(q: str, change: Change, chosen=None, *, of="hw6", keep=None, digits=6) -> Made:
    """One answer is changed, and the others are as if it had not been; texts stay as written."""

    def make() -> Sheet:
        problem = _problem(of)
        right = working(chosen, of=problem)
        sheet = written_down(right, keep, digits, problem)
        changed = change(right[q])
        numbers = isinstance(changed, np.ndarray) and changed.dtype != object
        texts = written_down({q: changed}, [q], digits, problem) if numbers else None
        return {**sheet, **(texts or {f"{problem.name}.{q}": changed})}

    return make


def mistaken(code: str, step: str, *, of="hw6", chosen=None, keep=None, nth=0) -> Made:
    """One rule of the graph is replaced, and what follows is worked out from it."""

    def make() -> Sheet:
        problem = _problem(of)
        made = [mistake(code, step, chosen, problem, nth)]
        return written_down(working(chosen, made, of=problem), keep, of=problem)

    return make


def exchanged(one: str, other: str) -> Made:
    """Two answers stand in each other's place."""

    def make() -> Sheet:
        right = working()
        return written_down({**right, one: right[other], other: right[one]})

    return make


def copied(one: str, other: str) -> Made:
    """The values of one answer stand in another's place as well."""

    def make() -> Sheet:
        right = working()
        return written_down({**right, other: right[one]})

    return make


def also(made: Made, extra: Sheet) -> Made:
    """The sheet, with some answers written as given here."""
    return lambda: {**made(), **extra}


def channels_subtracted() -> Sheet:
    """One channel is taken from the other before the bias and ReLU."""
    right = working()
    h2 = np.maximum(0, right["c"][0] - right["c"][1] + _problem("hw6").given["b1"])
    return written_down({**right, "h2": h2}, ["h0", "h1", "h2"])


def counted_from_one(q: str) -> Made:
    """Every entry by its index, which starts at 1."""

    def make() -> Sheet:
        value = working()[q]
        return {
            f"gan.{q}": by_entry(
                {tuple(i + 1 for i in k): float(value[k]) for k in np.ndindex(value.shape)}
            )
        }

    return make


def rounded_on_the_way(digits: int) -> Made:
    """Every answer is worked out from the earlier ones as they were written, but for 1 - p."""

    def make() -> Sheet:
        values: dict[str, np.ndarray] = {}
        for q in names():
            pinned = {k: v for k, v in values.items() if k != "p"}
            exact = working(pinned=pinned)[q]
            values[q] = np.vectorize(lambda x: float(f"{x:.{digits}g}"))(exact)
        return written_down(values, digits=digits)

    return make


# --- expressions --------------------------------------------------------------------------------


def line(**written: str) -> Made:
    """The four lines of the auto-encoder, some written otherwise or added."""
    return only(**{**LINES, **written})


def only(problem: str = "autoencoder", **written: str) -> Made:
    """These expressions and no others."""
    return lambda: {f"{problem}.{q}": Formula(text, PLACE) for q, text in written.items()}


# --- changes ------------------------------------------------------------------------------------


def entry(index: tuple[int, ...], new: float) -> Change:
    """One entry is another number."""

    def change(value):
        array = np.array(value, dtype=float)
        array[index] = new
        return array

    return change


def off(*indices: tuple[int, ...], by: float = 1.1) -> Change:
    """These entries are wrong by a factor."""

    def change(value):
        for index in indices:
            value = slipped(value, index, by)
        return value

    return change


def times(factor: float) -> Change:
    """All entries are wrong by a factor."""
    return lambda value: factor * value


def filled(text: str) -> Change:
    """One value stands everywhere."""
    return lambda value: np.full(np.shape(value), text, dtype=object).tolist()


def texts(written: object) -> Change:
    """Another text or list stands there."""
    return lambda _value: written


def shifted(axis: int, by: int) -> Change:
    """All entries stand one place on, and the first is 0."""

    def change(value):
        moved = np.roll(value, by, axis=axis)
        edge = [slice(None)] * value.ndim
        edge[axis] = slice(0, by) if by > 0 else slice(by, None)
        moved[tuple(edge)] = 0
        return moved

    return change


def noise(value):
    """Numbers of the right size that have nothing to do with the answer."""
    draw = np.random.default_rng(8)
    return value.max() * draw.uniform(-4, 4, np.shape(value))


def written_as(how: Change) -> Change:
    """The right numbers, written in another layout."""

    def change(value):
        return np.vectorize(lambda x: f"{x:.6g}", otypes=[object])(how(value)).tolist()

    return change
