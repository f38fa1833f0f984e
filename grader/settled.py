"""A student's answers under one choice of conventions.

Numbers are put into the key's layout; expressions become values at the instance and at every
draw, with the student's own answers behind the names they use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from grader.compare import Mask, Written, agree, agree_each, same
from grader.model import Problem, Tolerance
from grader.normalise import Layout, Read, written
from grader.placing import chosen_layouts, may_say_nothing, says_nothing
from grader.working import Numeric, Refused, Symbolic, Work, shape_in_words
from grader.worlds import World, draws, instance, key
from reference.operations import Array

__all__ = ["Settled", "Values", "under"]

Values = Mapping[str, Array]
"""Arrays by the name of a world: what a quantity is there."""


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
        by_key: entry by entry, whether the answer agrees with the key; nowhere where it is empty.
        base: from what indices are counted.
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
    by_key: Mapping[str, Mask] = field(default_factory=dict)
    base: int = 0

    @property
    def answered(self) -> tuple[str, ...]:
        """The quantities that can be judged, in working order."""
        names = (q.name for q in self.problem.reference.quantities)
        return tuple(n for n in names if n in self.numbers or n in self.formulas)

    def judging(self, quantity: str) -> tuple[World, ...]:
        """The worlds in which an answer is judged: a formula at the draws, numbers as given."""
        drawn = quantity in self.formulas
        return tuple(world for world in self.worlds if bool(world.batch) == drawn)

    def key(self, quantity: str) -> Values:
        """The right values of a quantity, by the worlds in which its answer is judged."""
        return {
            world.name: key(self.problem, world, self.conventions)[quantity]
            for world in self.judging(quantity)
        }

    def present(self, quantity: str) -> Mask:
        """Which entries were answered; of an expression the one that it is."""
        if quantity in self.numbers:
            return ~np.isnan(self.numbers[quantity].values)
        return np.ones((), dtype=bool)

    def matches(self, quantity: str, expected: Values, tolerance: Tolerance | None = None) -> Mask:
        """Entry by entry, whether the answer agrees with these values.

        Args:
            quantity: one that was answered.
            expected: its values by world, with any leading axes before a world's batch.
            tolerance: for numbers, where it is not the item's own.

        Returns:
            The leading axes, then the quantity's shape (none for an expression, which is one
            entry, right only if it is at every draw).
        """
        if quantity in self.numbers:
            allowed = tolerance or self.problem.criterion(quantity).tolerance
            return agree(expected["given"], self.numbers[quantity], allowed)
        rank = len(self.problem.shape(quantity))
        found = self.formulas[quantity]
        verdicts = [
            np.all(same(expected[w.name], found[w.name], rank), axis=-1)
            for w in self.judging(quantity)
        ]
        return np.asarray(np.logical_and.reduce(verdicts))


# --- from work to settled answers ---------------------------------------------------------------


def under(
    problem: Problem,
    work: Work,
    combinations: Sequence[Mapping[str, str]],
    base: int,
    fixed: Mapping[str, int] | None = None,
) -> list[Settled]:
    """The answers under each of these choices of conventions.

    Args:
        problem: the problem.
        work: the answers, from `prepared`.
        combinations: the choices.
        base: from what the indices of answers given entry by entry are counted.
        fixed: by quantity, which of the layouts that its shape allows it is read in, whatever
            the numbers suggest.
    """
    home = instance(problem)
    some = any(isinstance(item, Symbolic) for item in work.values())
    worlds = ((home,) if home else ()) + (draws(problem) if some else ())
    settling = [_Settling(problem, conventions, worlds) for conventions in combinations]
    for quantity in (q.name for q in problem.reference.quantities):
        item = work.get(quantity)
        if isinstance(item, Numeric):
            read = item.reads.get(base) or next(iter(item.reads.values()))
            only = (fixed or {}).get(quantity)
            layouts = read.layouts if only is None else (read.layouts[only],)
            _place_numbers(settling, quantity, read, layouts)
        elif isinstance(item, Symbolic):
            _place_formula(settling, quantity, item)
        elif isinstance(item, Refused):
            for one in settling:
                one.refused[quantity] = item
    return [one.done(base) for one in settling]


class _Settling:
    """The answers settled so far under one choice; an expression may use those before it."""

    def __init__(
        self, problem: Problem, conventions: Mapping[str, str], worlds: tuple[World, ...]
    ) -> None:
        self.problem = problem
        self.conventions = conventions
        self.worlds = worlds
        self.numbers: dict[str, Written] = {}
        self.layouts: dict[str, Layout] = {}
        self.reads: dict[str, Read] = {}
        self.formulas: dict[str, Values] = {}
        self.refused: dict[str, Refused] = {}
        self.undecided: set[str] = set()
        self.empty: set[str] = set()
        self.transposed: set[str] = set()
        self.by_key: dict[str, Mask] = {}

    def right(self, world: World) -> Values:
        """The key's values there."""
        return key(self.problem, world, self.conventions)

    def meaning(self, name: str, world: World) -> Array:
        """What a name in an expression stands for: the student's own value, or the key's."""
        if name in world.dimensions:
            return np.full((), float(world.dimensions[name]))
        if name in self.formulas and name not in self.empty:
            return self.formulas[name][world.name]
        right = self.right(world)[name]
        if world.batch or name not in self.numbers or name in self.empty:
            return right
        own = self.numbers[name].values
        return np.where(np.isnan(own), right, own)

    def done(self, base: int) -> Settled:
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
            self.by_key,
            base,
        )


# --- numbers ------------------------------------------------------------------------------------


def _place_numbers(
    settling: Sequence[_Settling], quantity: str, read: Read, layouts: Sequence[Layout]
) -> None:
    """In the layout in which the entries are right; the key's own unless another convinces."""
    first = settling[0]
    tolerance = first.problem.criterion(quantity).tolerance
    ways = [written(read, layout, tolerance.min_digits) for layout in layouts]
    rights = np.stack([one.right(one.worlds[0])[quantity] for one in settling])
    hits = agree_each(rights, ways, tolerance)
    scores = hits.reshape(len(ways), len(settling), -1).sum(axis=2)
    chosen = chosen_layouts(scores, ways, rights, tabled=not layouts[0].words)
    suspect = may_say_nothing(ways[0].values, tolerance)
    for k, one in enumerate(settling):
        way = int(chosen[k])
        one.numbers[quantity], one.layouts[quantity] = ways[way], layouts[way]
        one.reads[quantity] = read
        one.by_key[quantity] = hits[way, k]
        partly = scores[way, k] < rights[k].size
        if suspect and partly and says_nothing(ways[way].values, rights[k], tolerance):
            one.empty.add(quantity)
            one.by_key[quantity] = np.zeros(rights[k].shape, dtype=bool)


# --- expressions --------------------------------------------------------------------------------


def _place_formula(settling: Sequence[_Settling], quantity: str, item: Symbolic) -> None:
    """Its values in every world, from the student's own answers where there are any.

    All choices of conventions are evaluated at once, one behind the other on the batch axis.
    """
    from grader.notation.errors import NotationError, ShapeMisfitError  # noqa: PLC0415  # heavy

    values: list[dict[str, Array]] = [{} for _ in settling]
    for world in settling[0].worlds:
        try:
            found = _evaluated(settling, item, world)
        except NotationError as error:
            code = "shape_mismatch" if isinstance(error, ShapeMisfitError) else ""
            _refuse(settling, quantity, item, error.drawn(), code)
            return
        for one, value, own in zip(settling, found, values, strict=True):
            fitted = _fitted(value, one.right(world)[quantity], len(world.batch))
            if fitted is None:
                expected = shape_in_words(one.problem.shape(quantity))
                obtained = shape_in_words(value.shape[len(world.batch) :])
                _refuse(settling, quantity, item, f"expected {expected}, received {obtained}")
                return
            own[world.name], turned = fitted
            one.transposed |= {quantity} if turned else set()
    for one, own in zip(settling, values, strict=True):
        drawn = [own[world.name] for world in one.worlds if world.batch]
        one.undecided |= {quantity} if not all(np.all(np.isfinite(v)) for v in drawn) else set()
        one.empty |= {quantity} if not any(np.any(v) for v in drawn) else set()
        one.formulas[quantity] = own
        one.by_key[quantity] = _same_as_key(one, quantity)


def _same_as_key(one: _Settling, quantity: str) -> Mask:
    """Whether an expression is the key's at every draw, and says something."""
    rank = len(one.problem.shape(quantity))
    found = one.formulas[quantity]
    drawn = [world for world in one.worlds if world.batch]
    agrees = (same(one.right(w)[quantity], found[w.name], rank) for w in drawn)
    return np.asarray(quantity not in one.empty and all(np.all(a) for a in agrees))


def _refuse(
    settling: Sequence[_Settling],
    quantity: str,
    item: Symbolic,
    reason: str,
    code: str = "shape_mismatch",
) -> None:
    for one in settling:
        one.transposed.discard(quantity)
        one.refused[quantity] = Refused(item.answer, reason, code)


def _evaluated(settling: Sequence[_Settling], item: Symbolic, world: World) -> list[Array]:
    """The expression's values under each choice of conventions."""
    from grader.notation.evaluate import evaluate  # noqa: PLC0415  # heavy

    draws_each = world.batch[0] if world.batch else 1
    names = {}
    for name in item.names:
        meanings = [one.meaning(name, world) for one in settling]
        plain = not world.batch or name in world.dimensions
        names[name] = np.concatenate(
            [np.broadcast_to(m, (draws_each, *m.shape)) if plain else m for m in meanings]
        )
    found = evaluate(item.expression, names)
    whole = np.broadcast_to(found, (draws_each * len(settling), *found.shape[1:]))
    parts = np.split(whole, len(settling))
    return parts if world.batch else [part[0] for part in parts]


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
