"""A student's answers to one problem, made ready to be judged.

`prepared` sorts each answer: numbers with the layouts that their shape allows, an expression over
the problem's names, or something that cannot be judged, with the reason. `under` then settles the
answers under one choice of conventions: numbers in the key's layout, expressions as values at
the instance and at every draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.compare import Mask, Written, agree, same
from grader.model import Answer, Cell, Entries, Formula, Grid, Number, Place, Problem, Unreadable
from grader.normalise import Layout, Read, bases, doubled, read_entries, read_grid, written
from grader.worlds import World, draws, instance, key
from reference.operations import Array

__all__ = ["Numeric", "Refused", "Settled", "Symbolic", "Values", "Work", "prepared", "under"]

Values = Mapping[str, Array]
"""Arrays by the name of a world: what a quantity is there."""


@dataclass(frozen=True, eq=False)
class Numeric:
    """Numbers, with what their shape allows for layouts; one `Read` a possible index base."""

    answer: Answer
    reads: Mapping[int, Read]


@dataclass(frozen=True, eq=False)
class Symbolic:
    """An expression whose names are the graph's."""

    answer: Answer
    expression: Any
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that cannot be judged by its values.

    ``code`` is the finding for one that was read but cannot be right (``shape_mismatch``), empty
    for one that could not be read.
    """

    answer: Answer
    reason: str
    code: str = ""


Work = Mapping[str, Numeric | Symbolic | Refused]


@dataclass(frozen=True, eq=False)
class Settled:
    """The answers under one choice of conventions.

    Attributes:
        conventions: the choice.
        numbers: what was written, in the key's layout.
        layouts: how each array was written down.
        formulas: each expression's values, by world.
        refused: answers that cannot be judged.
        undecided: expressions that have no value at some draws.
        empty: degenerate answers; they say nothing and are not carried on.
        worlds: where the answers are judged.
        transposed: expressions whose result is the quantity's transpose.
        reads: the numbers as read, before they were put in the key's layout.
    """

    problem: Problem
    conventions: Mapping[str, str]
    numbers: Mapping[str, Written]
    layouts: Mapping[str, Layout]
    formulas: Mapping[str, Values]
    refused: Mapping[str, Refused]
    undecided: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    worlds: tuple[World, ...] = ()
    transposed: frozenset[str] = frozenset()
    reads: Mapping[str, Read] = field(default_factory=dict)

    @property
    def answered(self) -> tuple[str, ...]:
        """The quantities that can be judged, in working order."""
        names = (q.name for q in self.problem.reference.quantities)
        return tuple(n for n in names if n in self.numbers or n in self.formulas)

    def key(self, quantity: str) -> Values:
        """The right values of a quantity, by world."""
        return {w.name: key(self.problem, w, self.conventions)[quantity] for w in self.worlds}

    def present(self, quantity: str) -> Mask:
        """Which entries were answered; of an expression the one that it is."""
        if quantity in self.numbers:
            return ~np.isnan(self.numbers[quantity].values)
        return np.ones((), dtype=bool)

    def matches(self, quantity: str, expected: Values) -> Mask:
        """Entry by entry, whether the answer agrees with these values.

        Args:
            quantity: one that was answered.
            expected: its values by world, with any leading axes before a world's batch.

        Returns:
            The leading axes, then the quantity's shape (none for an expression, which is one
            entry, right only if it is at every draw).
        """
        if quantity in self.numbers:
            tolerance = self.problem.criterion(quantity).tolerance
            return agree(expected["given"], self.numbers[quantity], tolerance)
        rank = len(self.problem.shape(quantity))
        found = self.formulas[quantity]
        verdicts = [
            np.all(same(expected[w.name], found[w.name], rank), axis=-1)
            for w in self.worlds
            if w.batch
        ]
        return np.asarray(np.logical_and.reduce(verdicts))


# --- from answers to work -----------------------------------------------------------------------


def prepared(problem: Problem, answers: Iterable[Answer]) -> Work:
    """Each answer to the problem, by quantity, ready to be settled."""
    return {a.quantity: _sorted_out(problem, a) for a in answers if not _is_blank(a)}


def _is_blank(answer: Answer) -> bool:
    """Nothing was written: the answer is missing."""
    response = answer.response
    if isinstance(response, Grid):
        return all(cell.content is None for cell in response.cells)
    if isinstance(response, Entries):
        return all(entry.cell.content is None for entry in response.entries)
    return isinstance(response, Formula) and not response.text.strip()


def _sorted_out(problem: Problem, answer: Answer) -> Numeric | Symbolic | Refused:
    response = answer.response
    if isinstance(response, Unreadable):
        return Refused(answer, f"{response.place}: {response.reason}")
    if isinstance(response, Formula):
        return _symbolic(problem, answer, response)
    return _numeric(problem, answer, response)


def _numeric(problem: Problem, answer: Answer, response: Grid | Entries) -> Numeric | Refused:
    world = instance(problem)
    if world is None:
        reason = "numbers stand here, but no values are given for the symbols: write a formula"
        return Refused(answer, f"{answer.place}: {reason}")
    shape = key(problem, world, {})[answer.quantity].shape
    if isinstance(response, Grid):
        read = read_grid(response, shape)
        if read is None:
            return Refused(answer, _misshapen(shape, response.shape), "shape_mismatch")
        return Numeric(answer, {0: read})
    if twice := doubled(response):
        told = ", ".join(map(str, map(list, twice)))
        return Refused(answer, f"{answer.place}: entry {told} is given twice, with other values")
    reads = {base: read_entries(response, shape, base) for base in bases(response, shape)}
    if not reads:
        told = f"an index does not fit its shape {_words(shape)}"
        return Refused(answer, f"{answer.place}: {told}", "shape_mismatch")
    return Numeric(answer, {base: read for base, read in reads.items() if read})


def _misshapen(expected: Sequence[int], obtained: Sequence[int]) -> str:
    return f"expected {_words(expected)}, received {_words(obtained)}"


def _words(shape: Sequence[int | str]) -> str:
    if not shape:
        return "one number"
    if len(shape) == 1:
        return f"a list of {shape[0]}"
    return f"{' x '.join(map(str, shape))} values"


def _symbolic(problem: Problem, answer: Answer, formula: Formula) -> Numeric | Symbolic | Refused:
    from grader.notation import evaluate, names_in, parse, renamed  # noqa: PLC0415  # heavy
    from grader.notation.errors import NotationError  # noqa: PLC0415
    from grader.notation.names import resolve_symbol  # noqa: PLC0415

    try:
        expression = parse(formula.text)
        names = names_in(expression)
        if not names:
            return _constant(problem, answer, float(np.ravel(evaluate(expression, {}))[0]))
        if instance(problem) and not answer.quantity.startswith("grad_"):
            return Refused(answer, f"{formula.place}: expected numbers, found a formula")
        known = {name: resolve_symbol(name, problem) or name for name in names}
    except NotationError as error:
        return Refused(answer, f"{formula.place}: {error.drawn()}")
    unknown = [name for name in names if known[name] not in _vocabulary(problem)]
    if unknown:
        return Refused(answer, f"{formula.place}: {_unknown(unknown, problem)}")
    used = frozenset(known.values())
    if later := _later(problem, answer.quantity) & used:
        told = ", ".join(sorted(later))
        return Refused(
            answer, f"{formula.place}: {answer.quantity} is explained by {told}, which needs it"
        )
    return Symbolic(answer, renamed(expression, known), used)


def _vocabulary(problem: Problem) -> frozenset[str]:
    reference = problem.reference
    quantities = (q.name for q in reference.quantities)
    return frozenset((*reference.forward.inputs, *quantities, *reference.dimensions))


def _unknown(names: Sequence[str], problem: Problem) -> str:
    known = ", ".join(sorted(_vocabulary(problem), key=str.lower))
    return f"{', '.join(names)} is not a name of this problem; the names are {known}"


def _later(problem: Problem, quantity: str) -> frozenset[str]:
    """The quantity itself and all that is worked out from it: no expression for it may use them."""
    graph = problem.reference.graph()
    later = (q.name for q in problem.reference.quantities if quantity in graph.ancestors(q.name))
    return frozenset((quantity, *later))


def _constant(problem: Problem, answer: Answer, value: float) -> Numeric | Refused:
    """A formula without names is a number: ``1/3 + 2``."""
    number = Number(str(value), value, digits=17)
    if not np.isfinite(value):
        return Refused(answer, f"{answer.place}: the formula has no finite value")
    return _numeric(problem, answer, Grid((), (Cell(number, answer.place),)))


# --- from work to settled answers ---------------------------------------------------------------


def under(problem: Problem, work: Work, conventions: Mapping[str, str], base: int) -> Settled:
    """The answers under these conventions, entry-by-entry indices counted from ``base``."""
    home = instance(problem)
    some = any(isinstance(w, Symbolic) for w in work.values())
    worlds = ((home,) if home else ()) + (draws(problem.reference) if some else ())
    settled = _Settling(problem, conventions, worlds)
    for quantity in (q.name for q in problem.reference.quantities):
        item = work.get(quantity)
        if isinstance(item, Numeric):
            settled.place_numbers(quantity, item.reads.get(base) or next(iter(item.reads.values())))
        elif isinstance(item, Symbolic):
            settled.place_formula(quantity, item)
        elif isinstance(item, Refused):
            settled.refused[quantity] = item
    return settled.done()


class _Settling:
    """The answers settled so far; an expression may use those before it."""

    def __init__(
        self, problem: Problem, conventions: Mapping[str, str], worlds: tuple[World, ...]
    ) -> None:
        self.problem = problem
        self.conventions = conventions
        self.worlds = worlds
        self.numbers: dict[str, Written] = {}
        self.layouts: dict[str, Layout] = {}
        self.formulas: dict[str, Values] = {}
        self.refused: dict[str, Refused] = {}
        self.undecided: set[str] = set()
        self.empty: set[str] = set()
        self.transposed: set[str] = set()
        self.reads: dict[str, Read] = {}

    def place_numbers(self, quantity: str, read: Read) -> None:
        """In the layout in which most entries are right; the key's own where none is better."""
        assert self.worlds  # noqa: S101  # numbers are refused where there is no instance
        right = key(self.problem, self.worlds[0], self.conventions)[quantity]
        tolerance = self.problem.criterion(quantity).tolerance
        ways = [written(read, layout, tolerance.min_digits) for layout in read.layouts]
        scores = [int(agree(right, way, tolerance).sum()) for way in ways]
        best = max(range(len(ways)), key=lambda k: (scores[k], -k))
        self.numbers[quantity], self.layouts[quantity] = ways[best], read.layouts[best]
        self.reads[quantity] = read
        if says_nothing(ways[best].values, right) and scores[best] < right.size:
            self.empty.add(quantity)

    def place_formula(self, quantity: str, item: Symbolic) -> None:
        """Its values in every world, from the student's own answers where there are any."""
        from grader.notation.errors import NotationError  # noqa: PLC0415

        values: dict[str, Array] = {}
        for world in self.worlds:
            right = key(self.problem, world, self.conventions)
            try:
                found = _evaluated(item, self._names(item, world, right), world)
            except NotationError as error:
                self.refused[quantity] = Refused(item.answer, error.drawn(), "shape_mismatch")
                return
            fitted = _fitted(found, right[quantity], len(world.batch))
            if fitted is None:
                shape = _words(self.problem.shape(quantity))
                told = f"expected {shape}, received {_words(found.shape[len(world.batch) :])}"
                self.refused[quantity] = Refused(item.answer, told, "shape_mismatch")
                return
            values[world.name], turned = fitted
            if turned:
                self.transposed.add(quantity)
        self._decide(quantity, values)

    def _names(self, item: Symbolic, world: World, right: Values) -> dict[str, Array]:
        """What each name of the expression stands for there: the student's own, or the key's."""
        found: dict[str, Array] = {}
        for name in item.names:
            if name in world.dimensions:
                found[name] = np.array([float(world.dimensions[name])])
            elif name in self.formulas:
                found[name] = _one_axis(self.formulas[name][world.name], world)
            else:
                found[name] = _one_axis(self._own_numbers(name, world, right), world)
        return found

    def _own_numbers(self, name: str, world: World, right: Values) -> Array:
        if world.batch or name not in self.numbers or name in self.empty:
            return np.asarray(right[name])
        own = self.numbers[name].values
        return np.where(np.isnan(own), right[name], own)

    def _decide(self, quantity: str, values: Values) -> None:
        drawn = [values[w.name] for w in self.worlds if w.batch]
        if not all(np.all(np.isfinite(v)) for v in drawn):
            self.undecided.add(quantity)
        if all(not np.any(v) for v in drawn):
            self.empty.add(quantity)
        self.formulas[quantity] = values

    def done(self) -> Settled:
        return Settled(
            self.problem,
            self.conventions,
            self.numbers,
            self.layouts,
            self.formulas,
            self.refused,
            frozenset(self.undecided),
            frozenset(self.empty),
            self.worlds,
            frozenset(self.transposed),
            self.reads,
        )


def _one_axis(value: Array, world: World) -> Array:
    """With exactly one leading batch axis, as expressions are evaluated."""
    return value if world.batch else value[None]


def _evaluated(item: Symbolic, names: Mapping[str, Array], world: World) -> Array:
    from grader.notation import evaluate  # noqa: PLC0415

    found = evaluate(item.expression, names)
    if not world.batch:
        return np.asarray(found[0])
    return np.asarray(np.broadcast_to(found, (*world.batch, *found.shape[1:])))


def _fitted(found: Array, right: Array, lead: int) -> tuple[Array, bool] | None:
    """The values in the quantity's shape, and whether they had to be transposed."""
    shape = right.shape[lead:]
    core = found.shape[lead:]
    if core == shape:
        return found, False
    if tuple(n for n in core if n != 1) == tuple(n for n in shape if n != 1):
        turned = len(core) == len(shape)
        return found.reshape((*found.shape[:lead], *shape)), turned
    if core == shape[::-1] and len(shape) == 2:  # noqa: PLR2004  # a matrix
        return np.swapaxes(found, -1, -2), True
    return None


def says_nothing(values: Array, right: Array) -> bool:
    """All zero, or one constant, where the right values are not."""
    there = values[~np.isnan(values)]
    if there.size == 0:
        return False
    if not np.any(there):
        return bool(np.any(right))
    return there.size > 1 and bool(np.ptp(there) == 0) and bool(np.ptp(right) != 0)


def unreadable_cells(answer: Answer) -> tuple[tuple[Place, str], ...]:
    """The entries of an answer that have no value, with their places."""
    response = answer.response
    cells: tuple[Cell, ...] = ()
    if isinstance(response, Grid):
        cells = response.cells
    elif isinstance(response, Entries):
        cells = tuple(entry.cell for entry in response.entries)
    return tuple(
        (cell.content.place, cell.content.reason)
        for cell in cells
        if isinstance(cell.content, Unreadable)
    )
