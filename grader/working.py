"""A student's answers to one problem, made ready to be judged.

`prepared` sorts each answer: numbers with the layouts that their shape allows, an expression over
the problem's names, or something that cannot be judged, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np

from grader.model import (
    Answer,
    Cell,
    Entries,
    Formula,
    Grid,
    Number,
    Place,
    Problem,
    Unreadable,
)
from grader.normalise import Read, bases, doubled, read_entries, read_grid
from grader.worlds import instance, key

__all__ = [
    "Numeric",
    "Refused",
    "Symbolic",
    "Work",
    "names_of",
    "prepared",
    "shape_in_words",
    "unreadable_cells",
]


@dataclass(frozen=True, eq=False)
class Numeric:
    """Numbers, with what their shape allows for layouts; one `Read` a possible index base."""

    answer: Answer
    reads: Mapping[int, Read]

    @property
    def is_by_entry(self) -> bool:
        """Whether it is given entry by entry, with indices."""
        return isinstance(self.answer.response, Entries)


@dataclass(frozen=True, eq=False)
class Symbolic:
    """An expression whose names are the graph's.

    ``notes`` say what was decided in reading it, where that was not the only way; ``ways`` are all
    that fit, the likeliest first; ``definitions`` are the lines before it that it relies on;
    ``sides`` are the formulas before it in its chain, which are said to be equal to it.
    """

    answer: Answer
    expression: Any
    names: frozenset[str]
    notes: tuple[str, ...] = ()
    ways: tuple[Any, ...] = ()
    definitions: tuple[str, ...] = ()
    sides: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that cannot be judged by its values.

    ``code`` is the finding for one that was read but cannot be right (``shape_mismatch``), empty
    for one that could not be read. ``mended`` are the ways in which it would fit with one weight
    transposed, or not transposed; ``cause`` is the finding that tells so, where that is right.
    """

    answer: Answer
    reason: str
    code: str = ""
    mended: tuple[Any, ...] = ()
    cause: str = ""


_MOST_TOLD = 3
_DIGITS = 3  # what a number that was worked out and used again is good for
_MOST_MENDED = 20

Work = Mapping[str, Numeric | Symbolic | Refused]


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
    shapes = _shapes(problem)
    if shapes is None:
        reason = "numbers stand here, but no values are given for the symbols: write a formula"
        return Refused(answer, f"{answer.place}: {reason}")
    shape = shapes[answer.quantity]
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
        told = f"an index does not fit its shape {shape_in_words(shape)}"
        return Refused(answer, f"{answer.place}: {told}", "shape_mismatch")
    return Numeric(answer, {base: read for base, read in reads.items() if read})


@lru_cache(maxsize=256)
def _shapes(problem: Problem) -> Mapping[str, tuple[int, ...]] | None:
    """The shape of every value at the rubric's own; None where it gives none."""
    world = instance(problem)
    if world is None:
        return None
    return {name: value.shape for name, value in key(problem, world, {}).items()}


def _misshapen(expected: Sequence[int], obtained: Sequence[int]) -> str:
    return f"expected {shape_in_words(expected)}, received {shape_in_words(obtained)}"


def shape_in_words(shape: Sequence[int | str]) -> str:
    """For a message: ``a list of 8``, ``4 x 4 values``."""
    if not shape:
        return "one number"
    if len(shape) == 1:
        return f"a list of {shape[0]}"
    return f"{' x '.join(map(str, shape))} values"


def _symbolic(problem: Problem, answer: Answer, formula: Formula) -> Numeric | Symbolic | Refused:
    from grader.notation.derivation import derivation  # noqa: PLC0415  # heavy
    from grader.notation.errors import NotationError, ShapeMisfitError  # noqa: PLC0415
    from grader.notation.evaluate import evaluate  # noqa: PLC0415  # heavy
    from grader.notation.vocabulary import of_problem  # noqa: PLC0415  # heavy

    try:
        found = derivation(
            formula.text,
            of_problem(problem.reference),
            quantity=answer.quantity,
            shape=problem.shape(answer.quantity),
            given=formula.given,
        )
    except NotationError as error:
        refused = Refused(answer, f"{formula.place}: {error.drawn()}")
        if isinstance(error, ShapeMisfitError):
            refused = replace(
                refused, code="shape_mismatch", mended=_mended(problem, answer, formula)
            )
        return refused
    tree = found.ways[0].tree
    if not names_of(problem, tree):
        return _constant(problem, answer, float(np.ravel(evaluate(tree, {}))[0]))
    if instance(problem) and not answer.quantity.startswith("grad_"):
        return Refused(answer, f"{formula.place}: expected numbers, found a formula")
    if instance(problem) and _is_measured(tree):
        return _worked_out(problem, answer, tree)
    return _read(problem, answer, found)


def _is_measured(tree: Any) -> bool:
    """Whether a number stands in a formula that was worked out: 4.11e-6 is no number of a rule."""
    from grader.notation.tree import Number as Literal  # noqa: PLC0415  # heavy
    from grader.notation.tree import postorder  # noqa: PLC0415  # heavy

    values = (node.value for node in postorder(tree) if isinstance(node, Literal))
    return any(not (8 * abs(value)).is_integer() for value in values)


def _worked_out(problem: Problem, answer: Answer, tree: Any) -> Numeric | Refused:
    """A formula with a worked-out number in it is an answer for the given values only."""
    from grader.notation.evaluate import evaluate  # noqa: PLC0415  # heavy

    place, names = answer.place, names_of(problem, tree)
    world = instance(problem)
    if world is None or not names <= set(world.given):
        told = "numbers and quantities are mixed in this formula; write the one or the other"
        return Refused(answer, f"{place}: {told}")
    value = evaluate(tree, {name: np.asarray(world.given[name])[None] for name in names})[0]
    cells = tuple(
        Cell(Number(f"{x:.4g}", float(x), _last_place(float(x)), _DIGITS), place)
        for x in np.ravel(value)
    )
    return _numeric(problem, answer, Grid(value.shape, cells))


def _last_place(value: float) -> int:
    """Of a number that is good for so many digits."""
    return int(np.floor(np.log10(abs(value)))) - _DIGITS + 1 if value else -_DIGITS


def _mended(problem: Problem, answer: Answer, formula: Formula) -> tuple[Any, ...]:
    """What was meant, if a weight was transposed that should not be, or the reverse."""
    from grader.notation.derivation import transposed_once  # noqa: PLC0415  # heavy
    from grader.notation.shapes import core  # noqa: PLC0415  # heavy
    from grader.notation.vocabulary import of_problem  # noqa: PLC0415  # heavy

    shape = core(problem.shape(answer.quantity))
    words, weights = of_problem(problem.reference), problem.reference.forward.inputs
    every = transposed_once(formula.text, words, answer.quantity, shape, formula.given)
    return tuple(way.tree for name, way in islice(every, _MOST_MENDED) if name in weights)


def _read(problem: Problem, answer: Answer, found: Any) -> Symbolic | Refused:
    """The formula, with all ways to read it that do not rely on what follows from it."""
    from grader.notation.shapes import core  # noqa: PLC0415  # heavy
    from grader.notation.typeset import plain  # noqa: PLC0415  # heavy

    later = _later(problem, answer.quantity)
    ways = [way for way in found.ways if not later & names_of(problem, way.tree)]
    if not ways:
        told = ", ".join(sorted(later & names_of(problem, found.ways[0].tree)))
        reason = f"{answer.quantity} is given in terms of {told}, which follows from it"
        if told == answer.quantity:
            reason = f"{answer.quantity} is given in terms of itself"
        return Refused(answer, f"{answer.place}: {reason}")
    expected = core(problem.shape(answer.quantity))
    if not any(_fits(way.shape, expected) for way in ways):
        told = f"expected {shape_in_words(expected)}, received {shape_in_words(ways[0].shape)}"
        return Refused(answer, told, "shape_mismatch")
    notes: tuple[str, ...] = found.notes
    if len(ways) > 1:
        told = " or ".join(plain(way.tree) for way in ways[:_MOST_TOLD])
        notes = (*notes, f"it can be read as {told}; where one of these is right, it counts")
    elif ways[0].is_choice:
        notes = (*notes, f"read as {plain(ways[0].tree)}: nothing else fits")
    trees = tuple(way.tree for way in ways)
    names = names_of(problem, trees[0])
    sides = tuple(side.tree for side in found.sides)
    return Symbolic(answer, trees[0], names, notes, trees, found.definitions, sides)


def _fits(obtained: Sequence[int | str], expected: Sequence[int | str]) -> bool:
    """Whether the shapes are equal, transposed or not, or have the same axes but for those of 1."""
    lengths = [[n for n in shape if n != 1] for shape in (obtained, expected)]
    return tuple(obtained) in (tuple(expected), tuple(expected)[::-1]) or lengths[0] == lengths[1]


def names_of(problem: Problem, tree: Any) -> frozenset[str]:
    """The names of the problem that a formula uses; its indices are none."""
    from grader.notation.tree import Stack, names_in, postorder  # noqa: PLC0415  # heavy

    sizes = {str(s) for n in postorder(tree) if isinstance(n, Stack) for s in n.sizes}
    return frozenset((*names_in(tree), *sizes)) & _vocabulary(problem)


def _vocabulary(problem: Problem) -> frozenset[str]:
    reference = problem.reference
    quantities = (q.name for q in reference.quantities)
    return frozenset((*reference.forward.inputs, *quantities, *reference.dimensions))


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
