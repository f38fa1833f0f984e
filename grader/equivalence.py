"""Whether two formulas are equal: by their values at many draws, with four outcomes.

Equal, different (with a counter-example), undecided (a person looks) or invalid: what could not be
decided is never called wrong. How it is decided, and the disputed cases: ``docs/equivalence.md``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

import numpy as np

from grader.compare import Mask
from grader.notation.derivation import Derivation, derivation
from grader.notation.errors import NotationError
from grader.notation.evaluate import evaluate
from grader.notation.exact import is_exactly_zero
from grader.notation.shapes import Shape, Size, core, shown
from grader.notation.tree import Binary, Expression, names_in
from grader.notation.typed import Typed
from grader.notation.typeset import plain
from grader.notation.vocabulary import Vocabulary, of_symbols
from reference.operations import Array

__all__ = ["CounterExample", "Equivalence", "Outcome", "equivalent"]

_TOLERANCE = 1e-9
"""How far two values may part, relative to the largest entry of the draw."""

_NOISE = 100.0
"""How many times the error of double precision a difference has to be, to be one."""

_FEWEST = 3
"""Draws at which both sides must have a value, before they are called equal."""

_SIZES = ((3, 2, 4, 5), (2, 4, 3, 6), (4, 5, 2, 3))
"""What the dimensions are: they differ from each other, and none is 1."""

_SCALES = (0.7, 2.0, 8.0)
"""How far values of both signs spread: where a function bends or is off has to be met."""

_SIGNED = 2
"""Draws of each size and scale with values of both signs."""

_POSITIVE = 3
"""Draws of each size at which all values are positive: logarithms have values there."""

_OF_NUMBERS = 12
"""So many times more draws where there are only numbers: few of them show few signs."""


class Outcome(StrEnum):
    """What was decided."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNDECIDED = "undecided"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class CounterExample:
    """Where two formulas differ: they can be evaluated there again.

    Attributes:
        dimensions: the sizes of the named dimensions.
        seed: of the draws; ``draw`` is the number of the draw of this size.
        index: of the first entry that differs, counted from 0.
        expected, obtained: the values there.
    """

    dimensions: Mapping[str, int]
    seed: int
    draw: int
    index: tuple[int, ...]
    expected: float
    obtained: float


@dataclass(frozen=True, slots=True)
class Equivalence:
    """The outcome of comparing two formulas.

    Attributes:
        message: the outcome and its reason in a sentence.
        reading: how ``obtained`` was understood; empty where it could not be.
        code: the finding that names the difference, where it has a name: ``sign_error``,
            ``constant_factor`` (``factor`` tells which), ``layout`` (it is the transpose).
        counterexample: a draw at which they differ.
    """

    outcome: Outcome
    message: str
    reading: str = ""
    code: str = ""
    factor: float | None = None
    counterexample: CounterExample | None = None


def equivalent(
    expected: str,
    obtained: str,
    symbols: Mapping[str, Sequence[Size]],
    *,
    seed: int = 0,
    exact: bool = False,
) -> Equivalence:
    """Compare two formulas.

    Args:
        expected: the right one; where it can be read in several ways, the first counts.
        obtained: the student's. Where it can be read in several ways, it is equal if one is.
        symbols: the names that both may use, and their shapes: ``()`` is a number, ``("N", 1)`` a
            column, ``("N", "M")`` a matrix. Names of dimensions stand for numbers as well.
        seed: of the draws; the same seed always gives the same outcome.
        exact: let SymPy confirm that the difference of two scalar rational formulas is zero;
            values alone cannot tell 1e-12 from nothing.

    Raises:
        NotationError: ``expected`` cannot be read, or has no value.

    >>> equivalent("-2 (x - y)", "2y - 2x", {"x": ("N", 1), "y": ("N", 1)}).outcome
    <Outcome.EQUAL: 'equal'>
    """
    shapes = tuple(sorted((name, tuple(shape)) for name, shape in symbols.items()))
    key = _read(expected, shapes, None).ways[0]
    try:
        found = _read(obtained, shapes, key.shape)
    except NotationError as error:
        return Equivalence(Outcome.INVALID, error.message)
    used = {name for way in (key, *found.ways) for name in names_in(way.tree)}
    drawn = tuple((name, shape) for name, shape in shapes if name in used)
    sizes = tuple(sorted({s for _, shape in shapes for s in shape if isinstance(s, str)}))
    pair = _Pair(key, _worlds(drawn, sizes, seed), seed)
    verdicts = [pair.judged(way) for way in found.ways]
    best = min(verdicts, key=lambda one: _ORDER.index(one.outcome))
    if exact and best.outcome is Outcome.EQUAL:
        best = _confirmed(key, found.ways[verdicts.index(best)], best)
    return best


_ORDER = (Outcome.EQUAL, Outcome.UNDECIDED, Outcome.DIFFERENT, Outcome.INVALID)


def _read(text: str, shapes: tuple[tuple[str, Shape], ...], shape: Shape | None) -> Derivation:
    return derivation(text, _vocabulary(shapes), shape=shape)


@lru_cache(maxsize=64)
def _vocabulary(shapes: tuple[tuple[str, Shape], ...]) -> Vocabulary:
    return of_symbols(dict(shapes))


def _confirmed(key: Typed, way: Typed, found: Equivalence) -> Equivalence:
    """The same, unless SymPy finds that the difference is not zero."""
    difference = Binary("-", key.tree, way.tree)
    if key.shape or is_exactly_zero(difference) is not False:
        return found
    message = "It differs from what is expected by less than values can tell."
    return Equivalence(Outcome.DIFFERENT, message, found.reading)


# --- draws --------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _World:
    """Values for every name, one row a draw, at one choice of dimensions.

    ``moderate`` are the draws at which no function overflows for the size of its argument alone.
    """

    dimensions: Mapping[str, int]
    values: Mapping[str, Array]
    moderate: Mask


@lru_cache(maxsize=256)
def _worlds(
    shapes: tuple[tuple[str, Shape], ...], names: tuple[str, ...], seed: int
) -> tuple[_World, ...]:
    return tuple(_world(shapes, names, sizes, seed) for sizes in (_SIZES if names else _SIZES[:1]))


def _world(
    shapes: tuple[tuple[str, Shape], ...], names: Sequence[str], sizes: Sequence[int], seed: int
) -> _World:
    """Values of both signs, then positive ones; none equal to another."""
    more = (*sizes, *range(7, 7 + len(names)))
    dimensions = dict(zip(names, more, strict=False))
    rng = np.random.default_rng([seed, *sizes])
    times = 1 if any(core(shape) for _, shape in shapes) else _OF_NUMBERS
    scales = np.array([*_SCALES * (_SIGNED * times), *[1.0] * _POSITIVE])
    signed = len(scales) - _POSITIVE
    values: dict[str, Array] = {}
    for name, shape in shapes:
        concrete = [dimensions[s] if isinstance(s, str) else s for s in core(shape)]
        drawn = rng.normal(size=(len(scales), *concrete))
        drawn *= scales.reshape((-1,) + (1,) * len(concrete))
        drawn[signed:] = 0.1 + np.abs(drawn[signed:])
        values[name] = drawn
    values |= {name: np.full(1, float(size)) for name, size in dimensions.items()}
    return _World(dimensions, values, scales < _SCALES[-1])


# --- comparing ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Compared:
    """Two formulas' values in a world, flat: draws, then entries."""

    expected: Array
    obtained: Array
    moderate: Mask

    @property
    def both(self) -> Mask:
        """Where both have a value."""
        return np.asarray(np.isfinite(self.expected) & np.isfinite(self.obtained))

    @property
    def one_only(self) -> Mask:
        """Where one has a value and the other has none, and no number was too large for it."""
        differ = np.isfinite(self.expected) != np.isfinite(self.obtained)
        return np.asarray(differ & self.moderate[:, None])


@dataclass(frozen=True, eq=False)
class _Pair:
    """What is expected, and where it is compared."""

    key: Typed
    worlds: tuple[_World, ...]
    seed: int

    def judged(self, way: Typed) -> Equivalence:
        """The outcome for one way to read what was written."""
        reading = plain(way.tree)
        if way.shape != self.key.shape:
            if self.is_transpose(way):
                return Equivalence(Outcome.DIFFERENT, "It is the transpose.", reading, "layout")
            told = f"It is {shown(way.shape)}; expected is {shown(self.key.shape)}."
            return Equivalence(Outcome.DIFFERENT, told, reading, "shape_mismatch")
        compared = [self.compared(way.tree, world) for world in self.worlds]
        for world, pair in zip(self.worlds, compared, strict=True):
            if np.any(found := self.differing(pair, world, way.tree)):
                return self.different(way, compared, (world, pair, found))
        return _not_different(reading, compared)

    def is_transpose(self, way: Typed) -> bool:
        """Whether the transpose is equal."""
        if not way.shape or way.shape != self.key.shape[::-1]:
            return False
        for world in self.worlds:
            expected, obtained = self.values(way.tree, world)
            pair = _flat(expected, np.swapaxes(obtained, 1, 2), world)
            if np.any(_apart(pair)) or np.any(pair.one_only):
                return False
        return True

    def values(self, tree: Expression, world: _World) -> tuple[Array, Array]:
        """Both sides' values."""
        return evaluate(self.key.tree, world.values), evaluate(tree, world.values)

    def compared(self, tree: Expression, world: _World) -> _Compared:
        """Both sides' values, side by side."""
        return _flat(*self.values(tree, world), world)

    def differing(self, pair: _Compared, world: _World, tree: Expression) -> Mask:
        """Where they differ by more than double precision loses."""
        apart = _apart(pair)
        if not np.any(apart):
            return apart
        with np.errstate(all="ignore"):
            finer: dict[str, Any] = {k: v.astype(np.longdouble) for k, v in world.values.items()}
            exact = _flat(evaluate(self.key.tree, finer), evaluate(tree, finer), world)
            noise = np.abs(exact.expected - pair.expected) + np.abs(exact.obtained - pair.obtained)
            known = np.abs(exact.expected - exact.obtained) > _NOISE * noise
        return np.asarray(apart & known)

    def different(
        self,
        way: Typed,
        compared: Sequence[_Compared],
        where: tuple[_World, _Compared, Mask],
    ) -> Equivalence:
        """The outcome, with its name where the difference has one, and a counter-example."""
        world, pair, found = where
        draw, entry = (int(k) for k in np.argwhere(found)[0])
        sizes = [world.dimensions[s] if isinstance(s, str) else s for s in self.key.shape]
        index = tuple(int(k) for k in np.unravel_index(entry, sizes)) if sizes else ()
        example = CounterExample(
            dict(world.dimensions),
            self.seed,
            draw,
            index,
            float(pair.expected[draw, entry]),
            float(pair.obtained[draw, entry]),
        )
        code, factor, told = _named(compared)
        if not code and self.is_transpose(way):
            code, told = "layout", "It is the transpose."
        return Equivalence(Outcome.DIFFERENT, told, plain(way.tree), code, factor, example)


def _flat(expected: Array, obtained: Array, world: _World) -> _Compared:
    draws = len(world.moderate)
    whole = [np.broadcast_to(a, (draws, *a.shape[1:])) for a in (expected, obtained)]
    return _Compared(whole[0].reshape(draws, -1), whole[1].reshape(draws, -1), world.moderate)


def _apart(pair: _Compared) -> Mask:
    """Where both have a value, and these are not equal."""
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(pair.expected), np.abs(pair.obtained))
        largest = np.max(np.where(pair.both, size, 0.0), axis=1, keepdims=True)
        return np.asarray(
            pair.both & (np.abs(pair.expected - pair.obtained) > _TOLERANCE * largest)
        )


def _not_different(reading: str, compared: Sequence[_Compared]) -> Equivalence:
    """Equal, if that can be told."""
    telling = sum(int(np.sum(np.any(pair.both, axis=1))) for pair in compared)
    if not any(np.any(np.isfinite(pair.obtained)) for pair in compared):
        return Equivalence(Outcome.UNDECIDED, "It has no value at any of the draws.", reading)
    if any(np.any(pair.one_only) for pair in compared):
        message = "They are equal where both have a value; but not always do both have one."
        return Equivalence(Outcome.UNDECIDED, message, reading)
    if telling < _FEWEST:
        return Equivalence(Outcome.UNDECIDED, "They have values at too few of the draws.", reading)
    return Equivalence(Outcome.EQUAL, "They are equal.", reading)


def _named(compared: Sequence[_Compared]) -> tuple[str, float | None, str]:
    """The difference's code, factor and sentence."""
    factor = _factor(compared)
    if factor is None:
        return "", None, "They differ."
    if abs(factor + 1.0) < _TOLERANCE:
        return "sign_error", -1.0, "It has the opposite sign."
    return "constant_factor", factor, f"It is {factor:.6g} times what is expected."


def _factor(compared: Sequence[_Compared]) -> float | None:
    """The one number by which all values differ, if there is one."""
    found: float | None = None
    for pair in compared:
        there = pair.both & (np.abs(pair.expected) > _TOLERANCE)
        if np.any(pair.one_only) or not np.any(there):
            return None
        if found is None:
            found = float(pair.obtained[there][0] / pair.expected[there][0])
        if np.any(_apart(replace(pair, expected=found * pair.expected))):
            return None
    return found or None
