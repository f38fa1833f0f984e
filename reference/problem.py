"""A problem: a graph, what its quantities mean, and the conventions under which it is worked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from reference.gradient import PREFIX, gradients
from reference.graph import Graph
from reference.operations import Options, Shape

__all__ = ["Conventions", "Problem", "Quantity"]

Conventions = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that can be answered.

    ``symbol`` is how it is written in formulas where that differs from its name (``x'``), and
    ``aliases`` are other names that students give it.
    """

    name: str
    meaning: str
    symbol: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def is_gradient(self) -> bool:
        """Whether it is the gradient of the objective with respect to something."""
        return self.name.startswith(PREFIX)


@dataclass(frozen=True, eq=False)
class Problem:
    """One problem of an assignment, as written once.

    Attributes:
        forward: the steps up to the objective.
        objective: the scalar step that is differentiated.
        quantities: what can be answered, in working order; names of steps, or ``grad_`` and a
            name of an input or a step.
        conventions: for each convention its values, and for each value the options that it sets:
            ``{"deconv": {"transposed": {"c": {"orientation": "transposed"}}}}``. The first value
            of a convention is the key's.
        inputs: what the symbols that are given mean.
    """

    title: str
    forward: Graph
    objective: str
    quantities: tuple[Quantity, ...]
    inputs: Mapping[str, str]
    conventions: Mapping[str, Mapping[str, Mapping[str, Options]]] = field(default_factory=dict)

    def graph(self, conventions: Conventions | None = None) -> Graph:
        """Forward and backward steps under a choice of conventions (the key's by default)."""
        return _graph(self, tuple(sorted((conventions or {}).items())))

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """The shape of every input and step; entries are numbers or names such as ``"N"``."""
        return self.graph().shapes

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names among the dimensions, in order of appearance: ``("N", "M")``."""
        names = (d for shape in self.forward.inputs.values() for d in shape if isinstance(d, str))
        return tuple(dict.fromkeys(names))


@lru_cache(maxsize=1024)
def _graph(problem: Problem, conventions: tuple[tuple[str, str], ...]) -> Graph:
    forward = problem.forward
    for convention, value in conventions:
        forward = forward.with_options(problem.conventions[convention][value])
    return gradients(forward, problem.objective)
