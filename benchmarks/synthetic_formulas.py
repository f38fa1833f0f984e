"""A student's formulas: steps of the (changed) graph put into each other, in many spellings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reference.graph import Graph, Step

if TYPE_CHECKING:
    import numpy as np

__all__ = ["formula"]

_SPELLINGS = {
    "sigmoid_gradient": (
        "{0} * {1} * (1 - {1})",
        "{0} * ({1} - {1}^2)",
        "{0} ⊙ {1} ⊙ (1 - {1})",
        "({1} * (1 - {1})) * {0}",
    ),
    "relu_gradient": ("{0} * ({1} > 0)", "({1} > 0) * {0}", "{0} ⊙ 1[{1} > 0]", "{0} * I({1} > 0)"),
    "square_gradient": ("2 * {0} * {1}", "2*{1}*{0}", "{0} * ({1} + {1})"),
    "outer": ("outer({0}, {1})", "{0} @ {1}.T", "{0} {1}^T"),
    "log_gradient": ("{0} / {1}", "{0} * {1}^(-1)"),
    "constant": ("1",),
}
"""Other ways to write an operation than its own symbol."""

_ATOMS = {"xp": ("xp", "x'"), "h": ("h",), "W1": ("W1", "W_1"), "W2": ("W2", "W_2")}


@dataclass(frozen=True)
class _Speller:
    graph: Graph
    known: Collection[str]
    rng: np.random.Generator

    def spelled(self, name: str) -> str:
        """A value that stands in a formula: its name, or the way to it in brackets."""
        if name in self.known or name in self.graph.inputs:
            return str(self.rng.choice(_ATOMS.get(name, (name,))))
        step = self.graph.by_name[name]
        if step.operation in {"same", "constant"}:
            return (
                self.worked(step) if step.operation == "constant" else self.spelled(step.inputs[0])
            )
        return f"({self.worked(step)})"

    def worked(self, step: Step) -> str:
        """The right-hand side of a step."""
        if step.operation == "ones_like":
            rows, columns = (*self.graph.shapes[step.inputs[0]], 1)[:2]
            return f"ones({rows}, {columns})"
        symbol = Step(step.name, step.operation, ("{0}", "{1}")[: len(step.inputs)], step.options)
        ways = _SPELLINGS.get(step.operation, (symbol.formula,))
        parts = [self.spelled(name) for name in step.inputs]
        return str(self.rng.choice(ways)).format(*parts)


def formula(graph: Graph, q: str, known: Collection[str], rng: np.random.Generator) -> str:
    """A quantity in terms of the inputs and of what is known by name."""
    step, speller = graph.by_name[q], _Speller(graph, known, rng)
    while step.operation == "same" and step.inputs[0] not in known:
        step = graph.by_name[step.inputs[0]]
    return speller.spelled(step.inputs[0]) if step.operation == "same" else speller.worked(step)
