"""What one synthetic student draws: conventions, what is answered, habits, and mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from benchmarks.expressions import RIGHT
from benchmarks.synthetic_answers import Plan, Slip
from benchmarks.synthetic_formulas import formula
from benchmarks.synthetic_rules import Conventions, exact_working, quantities, rules, with_factor
from benchmarks.synthetic_student import Spoilt
from benchmarks.synthetic_writing import FORMATS, Writing
from grader.model import Problem, Rubric
from reference.graph import Graph
from reference.mistakes import Mistake, changed

__all__ = ["Draw"]

_DIGITS = (2, 3, 4, 5, 6, 8, 17)
_SHARES = (0.85, 0.6, 0.4)
_SUBSETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "scored": ("h0", "h1", "h2", "grad_H2", "grad_h0", "grad_w0", "grad_w1"),
        "final": ("h0", "h1", "h2", "grad_w0", "grad_w1"),
        "weights": ("h0", "grad_w0", "grad_w1"),
        "steps": ("h0", "h1", "c", "h2", "m", "p", "grad_H2", "grad_h1", "grad_h0", "grad_w0"),
    }
)
_FACTORS = (0.1, 0.25, 3.0, 5.0, 10.0)
_SLIPS = (0.1, 0.5, 0.8, 1.2, 1.3, 1.7, 1.9, 10.0)
_SYMBOLIC = ("grad_p", "grad_m", "grad_H2", "grad_w2", "grad_b2")
"""Gradients of `gan` that are answered as expressions: without reshaping or deconvolution."""

_Option = TypeVar("_Option")


@dataclass
class Draw:
    """One student, drawn from ``rng``."""

    kind: str
    seed: int
    rubric: Rubric
    problem: Problem
    rng: np.random.Generator
    conventions: Conventions = field(init=False)
    keep: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.conventions = tuple(
            (name, str(self.rng.choice(values)))
            for name, values in self.problem.conventions.items()
        )
        self.keep = self._kept()

    def pick(self, options: Sequence[_Option]) -> _Option:
        """One of them, each as likely."""
        return options[int(self.rng.integers(len(options)))]

    def _kept(self) -> tuple[str, ...]:
        """Some of the quantities, one with points among them."""
        every = quantities(self.problem)
        if not self.problem.given:
            every = tuple(q for q in every if q.startswith("grad_"))
        subset = self.pick(["all", "all", *_SUBSETS, "some", "some"])
        keep: Sequence[str] = _SUBSETS.get(subset, every) if self.problem.given else every
        if subset == "some" or not (self.problem.given or subset == "all"):
            share = self.pick(_SHARES)
            keep = [q for q in every if self.rng.random() < share]
        scored = any(self.problem.criterion(q).points for q in keep)
        return tuple(q for q in every if q in keep) if scored else self._kept()

    def plan(
        self,
        rules: tuple[Mistake, ...] = (),
        slips: tuple[Slip, ...] = (),
        spoilt: tuple[Spoilt, ...] = (),
    ) -> Plan:
        """The plan of a student who does that, with habits of their own."""
        return Plan(
            kind=self.kind,
            seed=self.seed,
            rubric=self.rubric,
            problem=self.problem,
            conventions=self.conventions,
            keep=self.keep,
            stated=dict(self.conventions) if self.rng.random() < 0.25 else {},
            writing=self._writing(),
            rules=rules,
            slips=slips,
            spoilt=spoilt,
            as_written=bool(self.rng.random() < 0.3),
        )

    def laid_out(self, planned: Callable[[Draw], Plan | None]) -> Plan | None:
        """A plan with some arrays written with their axes in another order, or as one row."""
        layouts: dict[str, tuple[tuple[int, ...], bool]] = {}
        for q in self.keep:
            rank = len(self.problem.shape(q))
            if rank > 1 and self.rng.random() < 0.4:
                axes = tuple(int(axis) for axis in self.rng.permutation(rank))
                layouts[q] = (axes, bool(self.rng.random() < 0.2))
        plan = planned(self)
        form = "json" if self.rng.random() < 0.5 else "direct"  # the others label channels
        if plan is None:
            return None
        return replace(plan, layouts=layouts, writing=replace(plan.writing, format=form))

    def _writing(self) -> Writing:
        return Writing(
            digits=self.pick(_DIGITS),
            cut_off=bool(self.rng.random() < 0.15),
            format=str(self.rng.choice(FORMATS, p=(0.4, 0.2, 0.15, 0.1, 0.1, 0.05))),
            base=int(self.rng.random() < 0.3),
            as_text=bool(self.rng.random() < 0.6),
        )

    # --- mistakes -------------------------------------------------------------------------------

    def rule(self) -> Mistake | None:
        """A rule replaced, each code as likely as any other; None where none fits."""
        every = rules(self.problem, self.conventions)
        code = self.pick(sorted({rule.code for rule in every} | {"constant_factor"}))
        if code == "constant_factor":
            return self._factor()
        known = [rule for rule in every if rule.code == code]
        if code == "sign_error" and self.rng.random() < 0.9:  # seldom lost unseen
            known = [rule for rule in known if rule.step in self.keep]
        return self.pick(known) if known else None

    def _factor(self) -> Mistake | None:
        arrays = [q for q in self.keep if self.problem.shape(q)]
        if not arrays:
            return None
        graph = self.problem.reference.graph(dict(self.conventions))
        return with_factor(graph, self.pick(arrays), self.pick(_FACTORS))

    def slip(self, made: tuple[Mistake, ...], *, carried: bool) -> Slip | None:
        """One to three entries of an answer, each wrong in its own way."""
        computed = exact_working(self.problem).worked(self.conventions, made).computed
        values = {q: computed[q][0] for q in self.keep if computed[q].size >= 6}
        fit = [q for q in values if np.any(values[q]) and np.all(np.isfinite(values[q]))]
        if not fit:
            return None
        q = self.pick(fit)
        there = np.flatnonzero(values[q])
        count = min(int(self.rng.integers(1, 4)), len(there))
        factors = np.ones(values[q].size)
        factors[self.rng.choice(there, count, replace=False)] = self.rng.choice(
            _SLIPS, count, replace=False
        )
        return Slip(q, factors.reshape(values[q].shape), carried)

    # --- formulas -------------------------------------------------------------------------------

    def formula_rule(self) -> Mistake | None:
        """A rule of the backward steps that formulas spell out."""
        steps = self._symbolic()
        graph = self.problem.reference.graph(dict(self.conventions))
        way = set(steps).union(*(graph.ancestors(q) for q in steps)) if steps else set()
        known = [
            rule
            for rule in rules(self.problem, self.conventions)
            if rule.step in way and rule.step.startswith("grad_")
        ]
        if self.rng.random() < 0.15 and steps:
            known = [with_factor(graph, self.pick(steps), self.pick(_FACTORS))]
        return self.pick(known) if known else None

    def _symbolic(self) -> tuple[str, ...]:
        return tuple(q for q in self.keep if not self.problem.given or q in _SYMBOLIC)

    def formulas(self, made: tuple[Mistake, ...]) -> Plan | None:
        """Expressions for all gradients that can have one; numbers for what remains."""
        steps = self._symbolic()
        if not steps:
            return None
        graph = self.problem.reference.graph(dict(self.conventions))
        graph = changed(graph, made) if made else graph
        plan = self.plan(rules=made)
        texts = {q: self._formula(graph, q, steps, right=not made) for q in steps}
        return replace(plan, formulas=texts, as_written=False)

    def _formula(self, graph: Graph, q: str, steps: Sequence[str], *, right: bool) -> str:
        if right and q in RIGHT and not self.problem.given and self.rng.random() < 0.3:
            spelled = self.pick(RIGHT[q])
            named = {k for k in quantities(self.problem) if k.startswith("grad_") and k in spelled}
            if named <= set(steps):
                return spelled
        forward = {k for k in quantities(self.problem) if not k.startswith("grad_")}
        own = {k for k in steps if k != q and self.rng.random() < 0.4}
        known = forward | (own & graph.ancestors(q))
        return formula(graph, q, known, self.rng)
