"""Synthetic students whose truth is known: what they did wrong, where, and what it should cost.

Each is made from the graph itself: conventions, steps replaced (`reference.mistakes`), slips that
are carried on or not, written with so many digits, with answers left out, in other layouts. What
they should lose follows from comparing their numbers with and without each mistake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from grader.compare import Written, agree
from grader.model import (
    Answer,
    Cell,
    Grid,
    Index,
    Place,
    Problem,
    QuantityKey,
    Student,
    Submission,
)
from grader.notation.numbers import parse_number
from reference.graph import Graph, evaluate
from reference.mistakes import Mistake, changed, mistakes
from reference.operations import Array

__all__ = ["KINDS", "Synthetic", "Truth", "random_given", "synthetic"]

KINDS = ("perfect", "one", "two", "slips", "transcription", "zeros", "swapped", "layout")
_PLACE = Place("synthetic.json")
_DIGITS = (2, 3, 4, 5, 6, 8, 17)
_SUBSETS: Mapping[str, tuple[str, ...]] = {
    "scored": ("h0", "h1", "h2", "grad_H2", "grad_h0", "grad_w0", "grad_w1"),
    "final": ("h0", "h1", "h2", "grad_w0", "grad_w1"),
}


@dataclass(frozen=True)
class Truth:
    """What was done, and what it should cost.

    ``found`` are the findings' codes and quantities; ``lost`` the entries that earn nothing, by
    item; ``entries`` the very entries of a slip.
    """

    kind: str
    conventions: Mapping[str, str]
    found: frozenset[tuple[str, str]] = frozenset()
    lost: Mapping[str, frozenset[Index]] = field(default_factory=dict)
    entries: frozenset[Index] = frozenset()


@dataclass(frozen=True)
class Synthetic:
    """A submission and its truth."""

    seed: int
    submission: Submission
    truth: Truth


def random_given(problem: Problem, seed: int) -> Problem:
    """The problem with other given values: some units off, p neither near 0 nor near 1."""
    reference = problem.reference
    for attempt in range(1000):
        rng = np.random.default_rng([seed, attempt])
        given = {
            name: np.round(rng.normal(scale=0.7, size=shape), 2)
            for name, shape in reference.forward.inputs.items()
        }
        values = evaluate(reference.graph(), given)
        on = np.concatenate([np.ravel(values[q] > 0) for q in ("h0", "h2")])
        if 0.2 < float(values["p"]) < 0.8 and 0.5 < on.mean() < 0.9 and values["h0"].any():
            return replace(problem, given=given)
    raise ValueError("no such values were found")


def synthetic(problem: Problem, kind: str, seed: int) -> Synthetic | None:
    """The student of that kind and seed; None where the mistake would change no number."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    conventions = {name: str(rng.choice(values)) for name, values in problem.conventions.items()}
    every = [q.name for q in problem.reference.quantities]
    subset = str(rng.choice(["all", "all", "scored", "final", "random"]))
    keep = list(_SUBSETS.get(subset, every))
    if subset == "random":
        keep = [q for q in every if rng.random() < 0.6] or every
    return _Maker(problem, kind, conventions, keep, int(rng.choice(_DIGITS)), rng).made(seed)


@dataclass
class _Maker:
    problem: Problem
    kind: str
    conventions: dict[str, str]
    keep: list[str]
    digits: int
    rng: np.random.Generator

    def made(self, seed: int) -> Synthetic | None:
        make = getattr(self, f"_{self.kind}")
        found = make()
        if found is None:
            return None
        values, truth = found
        answers = tuple(self._answer(q, values[q]) for q in self.keep)
        student = Student(f"s{seed}", "", "4850")
        return Synthetic(seed, Submission(student, "synthetic.json", answers), truth)

    @property
    def graph(self) -> Graph:
        return self.problem.reference.graph(self.conventions)

    def _evaluate(
        self, made: Sequence[Mistake] = (), pinned: Mapping[str, Array] | None = None
    ) -> dict[str, Array]:
        graph = changed(self.graph, tuple(made)) if made else self.graph
        return evaluate(graph, self.problem.given, pinned)

    def _written(self, values: Array) -> Written:
        return _as_written(values, self.digits)

    def _wrong(self, q: str, right: Array, values: Array) -> np.ndarray:
        tolerance = self.problem.criterion(q).tolerance
        return ~agree(right, self._written(values), tolerance)

    def _truth(self, **found: object) -> Truth:
        return Truth(self.kind, dict(self.conventions), **found)  # type: ignore[arg-type]

    # --- kinds ----------------------------------------------------------------------------------

    def _perfect(self) -> tuple[dict[str, Array], Truth]:
        return self._evaluate(), self._truth()

    def _layout(self) -> tuple[dict[str, Array], Truth]:
        values = self._evaluate()
        for q in self.keep:
            if values[q].ndim > 1 and self.rng.random() < 0.4:
                values[q] = values[q].transpose(self.rng.permutation(values[q].ndim))
        return values, self._truth()

    def _one(self) -> tuple[dict[str, Array], Truth] | None:
        return self._with_mistakes(1)

    def _two(self) -> tuple[dict[str, Array], Truth] | None:
        return self._with_mistakes(2)

    def _with_mistakes(self, count: int) -> tuple[dict[str, Array], Truth] | None:
        catalogue = mistakes(self.problem.reference, self.conventions, self.problem.conventions)
        chosen = [catalogue[int(k)] for k in self.rng.choice(len(catalogue), count, replace=False)]
        if len({mistake.step for mistake in chosen}) < count:
            return None
        order = [step.name for step in self.graph.steps]
        chosen.sort(key=lambda mistake: order.index(mistake.step))
        found: set[tuple[str, str]] = set()
        lost: dict[str, frozenset[Index]] = {}
        for k, mistake in enumerate(chosen):
            before, after = self._evaluate(chosen[:k]), self._evaluate(chosen[: k + 1])
            shown = [q for q in self.keep if self._wrong(q, before[q], after[q]).any()]
            if not shown:
                return None
            found.add((mistake.code, self._home(mistake, shown[0])))
            scored = [q for q in shown if self.problem.criterion(q).points]
            if scored:
                entries = _indices(self._wrong(scored[0], before[scored[0]], after[scored[0]]))
                lost[scored[0]] = lost.get(scored[0], frozenset()) | entries
        return self._evaluate(chosen), self._truth(found=frozenset(found), lost=lost)

    def _home(self, mistake: Mistake, shown: str) -> str:
        names = [q.name for q in self.problem.reference.quantities]
        graph = self.graph
        if mistake.step in names:
            return mistake.step
        way = graph.ancestors(shown) | {shown}
        return next(n for n in names if n in way and mistake.step in graph.ancestors(n))

    def _slips(self) -> tuple[dict[str, Array], Truth] | None:
        return self._slip(carried=True)

    def _transcription(self) -> tuple[dict[str, Array], Truth] | None:
        return self._slip(carried=False)

    def _slip(self, *, carried: bool) -> tuple[dict[str, Array], Truth] | None:
        right = self._evaluate()
        sizable = [q for q in self.keep if right[q].size >= 6 and np.any(right[q])]
        if not sizable:
            return None
        q = str(self.rng.choice(sizable))
        count = int(self.rng.integers(1, 4))
        flat = np.array(right[q]).reshape(-1)
        at = self.rng.choice(
            np.flatnonzero(flat), min(count, np.count_nonzero(flat)), replace=False
        )
        flat[at] *= self.rng.choice([0.5, 0.8, 1.3, 1.7, 1.9], len(at), replace=False)
        wrong = flat.reshape(right[q].shape)
        values = self._evaluate(pinned={q: wrong}) if carried else {**right, q: wrong}
        entries = _indices(self._wrong(q, right[q], wrong))
        later = [
            k
            for k in self.keep
            if k != q
            and q in self.graph.ancestors(k)
            and self._wrong(k, right[k], self._evaluate(pinned={q: wrong})[k]).any()
        ]
        if not entries or (not carried and not later):
            return None
        code = "arithmetic_slip" if carried else "transcription_slip"
        lost = {q: entries} if self.problem.criterion(q).points else {}
        if carried and not lost:
            scored = [k for k in later if self.problem.criterion(k).points]
            if scored:
                lost = {
                    scored[0]: _indices(self._wrong(scored[0], right[scored[0]], values[scored[0]]))
                }
        return values, self._truth(found=frozenset({(code, q)}), lost=lost, entries=entries)

    def _zeros(self) -> tuple[dict[str, Array], Truth] | None:
        values = self._evaluate()
        scored = [q for q in self.keep if self.problem.criterion(q).points and values[q].ndim]
        if not scored:
            return None
        q = str(self.rng.choice(scored))
        every = _indices(np.ones(values[q].shape, dtype=bool))
        values[q] = np.zeros_like(values[q])
        return values, self._truth(found=frozenset({("degenerate", q)}), lost={q: every})

    def _swapped(self) -> tuple[dict[str, Array], Truth] | None:
        values = self._evaluate()
        pairs = [
            (a, b)
            for a, b in (("h0", "grad_h0"), ("H2", "grad_H2"), ("h2", "grad_h2"))
            if a in self.keep and b in self.keep
        ]
        if not pairs:
            return None
        a, b = pairs[int(self.rng.integers(len(pairs)))]
        lost = {
            q: _indices(self._wrong(q, values[q], values[other]))
            for q, other in ((a, b), (b, a))
            if self.problem.criterion(q).points
        }
        values[a], values[b] = values[b], values[a]
        found = frozenset({("swapped_answers", a), ("swapped_answers", b)})
        return values, self._truth(found=found, lost=lost)

    # --- writing --------------------------------------------------------------------------------

    def _answer(self, q: str, values: Array) -> Answer:
        cells = tuple(
            Cell(parse_number(_text(float(value), self.digits)), _PLACE)
            for value in np.ravel(values)
        )
        key = QuantityKey(f"{self.problem.name}.{q}")
        return Answer(key, q, Grid(values.shape, cells), _PLACE)


def _text(value: float, digits: int) -> str:
    """As students write: so many significant digits, trailing zeros kept."""
    return f"{value:.{digits - 1}e}" if digits < 17 else repr(value)


def _as_written(values: Array, digits: int) -> Written:
    numbers = [parse_number(_text(float(value), digits)) for value in np.ravel(values)]
    units = [0.0 if n.last_place is None else 10.0**n.last_place for n in numbers]
    return Written(
        np.array([n.value for n in numbers]).reshape(values.shape),
        np.array(units).reshape(values.shape),
        np.array([n.digits for n in numbers]).reshape(values.shape),
    )


def _indices(mask: np.ndarray) -> frozenset[Index]:
    return frozenset(tuple(int(i) for i in index) for index in np.argwhere(mask))
