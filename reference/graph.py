"""An answer key as plain data: named steps, and the one function that evaluates them.

A `Graph` is a list of `Step`s in the order in which they are worked out. A step names its
operation (a row of `reference.operations.OPERATIONS`), its inputs and its options; nothing in it
is code, so a graph can be printed, compared, changed and evaluated again. Follow-through is the
same evaluation with a student's own values pinned.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from reference.operations import OPERATIONS, Array, Options, Shape, ShapeError

__all__ = ["Graph", "GraphError", "Run", "Step", "evaluate", "run"]


class GraphError(ValueError):
    """A graph that cannot be evaluated, or values that do not fit it."""


@dataclass(frozen=True, slots=True)
class Step:
    """``name = operation(*inputs, **options)``."""

    name: str
    operation: str
    inputs: tuple[str, ...] = ()
    options: Options = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", MappingProxyType(dict(self.options)))

    @property
    def formula(self) -> str:
        """The right-hand side in the notation that students write: ``relu(a0)``."""
        return OPERATIONS[self.operation].symbol(self.options).format(*self.inputs)

    def __str__(self) -> str:
        return f"{self.name} = {self.formula}"


@dataclass(frozen=True, eq=False)
class Graph:
    """Inputs with their shapes, and steps in working order.

    Raises:
        GraphError: a step uses an unknown operation or a name not known before it, a name is
            given twice, or the shapes do not fit. The message names every such step; what is
            built on one is not judged.
    """

    inputs: Mapping[str, Shape]
    steps: tuple[Step, ...]
    shapes: Mapping[str, Shape] = field(init=False)
    by_name: Mapping[str, Step] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "inputs", MappingProxyType(dict(self.inputs)))
        object.__setattr__(self, "shapes", MappingProxyType(_shapes(self.inputs, self.steps)))
        object.__setattr__(
            self, "by_name", MappingProxyType({step.name: step for step in self.steps})
        )

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps))

    def extended(self, steps: Iterable[Step]) -> Graph:
        """The same graph with more steps at its end."""
        return Graph(self.inputs, (*self.steps, *steps))

    def with_step(self, changed: Step) -> Graph:
        """The same graph with the step of that name replaced."""
        return Graph(
            self.inputs, tuple(changed if s.name == changed.name else s for s in self.steps)
        )

    def with_options(self, options: Mapping[str, Options]) -> Graph:
        """The same graph with some steps' options set: ``{"c": {"orientation": ...}}``."""
        return Graph(
            self.inputs,
            tuple(
                replace(s, options={**s.options, **options[s.name]}) if s.name in options else s
                for s in self.steps
            ),
        )

    def ancestors(self, name: str) -> frozenset[str]:
        """All names, inputs included, that the value of ``name`` depends on."""
        return self._ancestors.get(name, frozenset())

    @cached_property
    def _ancestors(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for step in self.steps:
            before = (found.get(name, frozenset()) for name in step.inputs)
            found[step.name] = frozenset(step.inputs).union(*before)
        return found


def _shapes(inputs: Mapping[str, Shape], steps: Sequence[Step]) -> dict[str, Shape]:
    shapes = dict(inputs)
    faulty: set[str] = set()
    mistakes: list[str] = []
    for step in steps:
        told = _mistake(step, shapes, faulty)
        if not told and faulty.isdisjoint(step.inputs):
            try:
                shapes[step.name] = OPERATIONS[step.operation].shape(
                    *(shapes[name] for name in step.inputs), **step.options
                )
            except (ShapeError, TypeError, IndexError, ValueError) as error:
                told = f"step {step.name} ({step.operation}): {error}"
        mistakes += [told] if told else []
        faulty |= set() if step.name in shapes else {step.name}
    if mistakes:
        raise GraphError("; ".join(mistakes))
    return shapes


def _mistake(step: Step, shapes: Mapping[str, Shape], faulty: Collection[str]) -> str:
    """What is wrong with a step's names; empty where nothing is."""
    known = [*shapes, *faulty]
    unknown = [name for name in step.inputs if name not in known]
    if step.operation not in OPERATIONS:
        told = f"there is no operation {step.operation!r}{_meant(step.operation, OPERATIONS)}"
    elif step.name in known:
        told = "the name is given twice"
    elif unknown:
        meant = _meant(unknown[0], known) if len(unknown) == 1 else ""
        told = f"{', '.join(unknown)} is not known before it{meant}"
    else:
        return ""
    return f"step {step.name}: {told}"


def _meant(name: str, known: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415  # only a mistake pays for its import

    close = difflib.get_close_matches(name, list(known), n=1)
    return f", did you mean {close[0]}?" if close else ""


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation: what each step gives, and what is carried on to the steps after it.

    The two differ only where a value was pinned: ``computed`` is what follows from the values
    before it, ``carried`` the pinned value itself.
    """

    computed: Mapping[str, Array]
    carried: Mapping[str, Array]
    batch: tuple[int, ...]
    flat: Mapping[str, Array]
    """What is carried on, with the batch axes as one: the form in which operations take it."""

    def again(self, steps: Iterable[Step], wanted: str) -> Array:
        """One value, after some steps (changed ones, in working order) were worked out again.

        All other values are those carried on in this run; nothing is pinned among the steps.
        """
        fresh: dict[str, Array] = {}
        with np.errstate(all="ignore"):
            for step in steps:
                arrays = (fresh[n] if n in fresh else self.flat[n] for n in step.inputs)
                fresh[step.name] = OPERATIONS[step.operation].value(*arrays, **step.options)
        value = fresh[wanted] if wanted in fresh else self.flat[wanted]
        if len(value) == math.prod(self.batch):
            return value.reshape(self.batch + value.shape[1:])
        return np.broadcast_to(value, (math.prod(self.batch), *value.shape[1:])).reshape(
            self.batch + value.shape[1:]
        )


def evaluate(
    graph: Graph,
    given: Mapping[str, npt.ArrayLike],
    pinned: Mapping[str, npt.ArrayLike] | None = None,
) -> dict[str, Array]:
    """The value of every input and step.

    Args:
        graph: the steps to evaluate.
        given: one array an input, of the input's shape, with any leading batch axes. Inputs with
            and without batch axes can be mixed.
        pinned: values that take the place of computed ones, entry by entry: an entry that is NaN
            is not pinned. They too can have the batch axes.

    Returns:
        Arrays of the steps' shapes, behind the batch axes where a value depends on them.

    Raises:
        GraphError: an input is missing; a value does not fit its shape or the size that another
            one gives to a named dimension; what is pinned is no step.
    """
    return dict(run(graph, given, pinned).carried)


def run(
    graph: Graph,
    given: Mapping[str, npt.ArrayLike],
    pinned: Mapping[str, npt.ArrayLike] | None = None,
) -> Run:
    """As `evaluate`, but tells apart what was computed and what was carried on."""
    inputs, fixed = _fitted(graph, given, pinned or {})
    batch = _batch(graph, {**inputs, **fixed})
    carried = {name: _flat(inputs[name], len(graph.inputs[name]), batch) for name in inputs}
    computed = dict(carried)
    with np.errstate(all="ignore"):  # overflow in a hypothesis is a value like any other
        for step in graph.steps:
            arrays = (carried[name] for name in step.inputs)
            value = OPERATIONS[step.operation].value(*arrays, **step.options)
            computed[step.name] = carried[step.name] = value
            if step.name in fixed:
                pin = _flat(fixed[step.name], len(graph.shapes[step.name]), batch)
                carried[step.name] = np.where(np.isnan(pin), value, pin)
    return Run(_unflat_all(computed, batch), _unflat_all(carried, batch), batch, carried)


def _fitted(
    graph: Graph, given: Mapping[str, npt.ArrayLike], pinned: Mapping[str, npt.ArrayLike]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """The inputs and what is pinned, as arrays that fit their shapes and each other."""
    missing = [name for name in graph.inputs if name not in given]
    if missing:
        raise GraphError(f"no value is given for {', '.join(missing)}")
    strange = [name for name in pinned if name not in graph.by_name]
    if strange:
        raise GraphError(f"{', '.join(strange)} cannot be pinned: it is no step of the graph")
    sizes: dict[str, int] = {}
    return (
        {name: _array(given[name], graph.shapes[name], name, sizes) for name in graph.inputs},
        {name: _array(value, graph.shapes[name], name, sizes) for name, value in pinned.items()},
    )


def _array(value: npt.ArrayLike, shape: Shape, name: str, sizes: dict[str, int]) -> Array:
    """The value as an array of that shape; ``sizes`` collects what the named dimensions are.

    Checked here because NumPy would broadcast a column of the wrong length into a right answer.
    """
    array = np.asarray(value, dtype=np.float64)
    core = array.shape[array.ndim - len(shape) :] if array.ndim >= len(shape) else ()
    own = {d: size for d, size in zip(shape, core, strict=False) if isinstance(d, str)}
    if core != tuple((own | sizes).get(d, d) if isinstance(d, str) else d for d in shape):
        known = tuple(sizes.get(d, d) if isinstance(d, str) else d for d in shape)
        raise GraphError(f"{name}: expected shape {known}, found {array.shape}")
    sizes |= own
    return array


def _batch(graph: Graph, arrays: Mapping[str, Array]) -> tuple[int, ...]:
    leading = {
        name: array.shape[: array.ndim - len(graph.shapes[name])] for name, array in arrays.items()
    }
    try:
        return np.broadcast_shapes(*leading.values())
    except ValueError:
        told = ", ".join(f"{name} {shape}" for name, shape in leading.items() if shape)
        raise GraphError(f"the batch axes differ: {told}") from None


def _flat(array: Array, rank: int, batch: tuple[int, ...]) -> Array:
    """One leading axis: of length 1 where the array has no batch axes, else of the whole batch."""
    core = array.shape[array.ndim - rank :]
    if array.ndim == rank:
        return array[None]
    if len(batch) == 1 and array.shape == batch + core:
        return array
    return np.broadcast_to(array, batch + core).reshape((math.prod(batch), *core))


def _unflat_all(values: Mapping[str, Array], batch: tuple[int, ...]) -> dict[str, Array]:
    whole = math.prod(batch)
    return {
        name: value[0] if len(value) != whole else value.reshape(batch + value.shape[1:])
        for name, value in values.items()
    }
