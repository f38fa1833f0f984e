"""What can explain the numbers of one answer without a rule of the graph.

The opposite sign, the right values one place off, one factor throughout, digits too few, a few
slips. None speaks where agreeing would only mean being too small to tell from zero. All lines of
the search that do not predict an answer are compared at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from grader.compare import Mask
from grader.fits import Numbers, Rows, Sought
from grader.follow import Cause
from grader.settled import Values
from reference.operations import Array

__all__ = ["PLAIN", "Compared", "factors", "nearly", "relations"]

_FEW_ENTRIES = 3
"""From so many entries on, agreement under one factor or one shift says something."""

_MOST = 0.5
"""A shift explains most of the entries, or it is none; slips are at most so many."""

_SIZES = (1.5, 2.0, 3.0, 4.0, 5.0, 8.0, 9.0, 10.0, 16.0, 100.0, 1000.0)
_PLAIN = np.array([s * f for size in _SIZES for f in (size, 1 / size) for s in (1.0, -1.0)])
PLAIN = frozenset(_PLAIN.tolist())
"""Factors that people make mistakes by; found, they are taken to be exact."""

_PLAIN_OR_TURNED = np.append(_PLAIN, -1.0)
_NEARLY = 0.03


@dataclass(frozen=True, eq=False)
class Compared:
    """An answer, and the lines that do not predict it.

    Attributes:
        layouts: how each line reads it; ``rows`` the numbers of their combinations of conventions.
        wrong: by line, the entries that are not predicted.
        present: by line, those that were answered.
        expected: by world the predictions: lines, then the likeliest prediction first; the last
            is the key's.
    """

    quantity: str
    sought: Sought
    layouts: Rows
    rows: Rows
    wrong: Mask
    present: Mask
    expected: Values

    def agrees(self, values: Values, *, strictly: bool = False) -> Mask:
        """By line, prediction and entry, whether the answer agrees with these values."""
        return self.sought.agrees(values, self.layouts, self.rows, strictly=strictly)

    def cause(self, line: int, code: str, entries: Mask | None = None, **evidence: object) -> Cause:
        """The cause by that name, for one line."""
        wrong = self.wrong[line] if entries is None else entries
        return Cause(code, self.quantity, self.quantity, wrong, evidence=evidence)

    def times(self, line: int, prediction: int, code: str, factor: float) -> Cause:
        """The cause that one of the predictions is off by a factor, for one line."""
        last = len(self.expected[self.sought.worlds[0]][line]) - 1
        return replace(self.cause(line, code, factor=factor), passes=prediction == last)


Found = Iterator[tuple[int, Cause]]


def relations(compared: Compared, *, thoroughly: bool = True) -> list[Cause]:
    """For each line the most specific relation that holds, or slips, or a cause without a code.

    Unless ``thoroughly`` only the sign is looked at.
    """
    found: dict[int, Cause] = {}
    for relation in (
        (_opposite, _shifted, _plainly, _factor, _terse) if thoroughly else (_opposite,)
    ):
        for line, cause in relation(compared):
            found.setdefault(line, cause)
        if len(found) == len(compared.rows):
            break
    return [
        found.get(line) or _slips(compared.quantity, compared.wrong[line], compared.present[line])
        for line in range(len(compared.rows))
    ]


def factors(compared: Compared) -> list[Cause | None]:
    """For each line the opposite sign, or a plain factor, if all of the answer is off by it."""
    found: dict[int, Cause] = {}
    for relation in (_opposite, _plainly):
        for line, cause in relation(compared):
            found.setdefault(line, cause)
    return [found.get(line) for line in range(len(compared.rows))]


def nearly(compared: Compared) -> list[tuple[Cause, Mask] | None]:
    """For each line a sign or a plain factor by which most of the answer is off, and the rest."""
    found: list[tuple[Cause, Mask] | None] = [None] * len(compared.rows)
    if not isinstance(compared.sought, Numbers):
        return found
    ratios = _ratios(compared)
    plain = _PLAIN_OR_TURNED[np.argmin(np.abs(ratios[..., None] / _PLAIN_OR_TURNED - 1), axis=-1)]
    scaled = _by(plain, compared.expected)
    agrees = compared.agrees(scaled, strictly=True) | ~compared.present[:, None]
    rest = np.sum((~agrees).reshape((*agrees.shape[:2], -1)), axis=2)
    for line, prediction in _lines((rest > 0) & (rest <= _FEW_ENTRIES) & _mostly_wrong(compared)):
        factor = float(plain[line, prediction])
        if rest[line, prediction] < _MOST * compared.present[line].sum():
            code = "sign_error" if factor == -1 else "constant_factor"
            cause = compared.cause(line, code, compared.present[line], factor=factor)
            found[line] = cause, ~agrees[line, prediction]
    return found


def _mostly_wrong(compared: Compared) -> Mask:
    """By line, whether more than half is wrong of what is not predicted to be 0."""
    wrong = np.sum(compared.wrong.reshape(len(compared.rows), -1), axis=1)
    world = compared.sought.worlds[0]
    sizable = (compared.expected[world] != 0).reshape((*compared.expected[world].shape[:2], -1))
    there = np.sum(compared.present.reshape(len(compared.rows), -1), axis=1)
    said = np.minimum(np.sum(sizable, axis=2), there[:, None])
    return np.asarray(wrong[:, None] > _MOST * said)


def _by(factors: Array, values: Values) -> dict[str, Array]:
    return {
        world: value * factors.reshape((*factors.shape, *(1,) * (value.ndim - 2)))
        for world, value in values.items()
    }


def _slips(quantity: str, wrong: Mask, present: Mask) -> Cause:
    """A few slips, or nothing that explains it."""
    few = wrong.sum() <= _MOST * present.sum() and np.any(present & ~wrong)
    return Cause("arithmetic_slip" if few else "", quantity, quantity, wrong)


def _lines(mask: Mask) -> Iterator[tuple[int, int]]:
    """The lines for which some prediction holds, each with the first that does."""
    for line in np.flatnonzero(mask.any(axis=1)):
        yield int(line), int(np.argmax(mask[line]))


def _every(agrees: Mask, needed: Mask) -> Mask:
    """By line and prediction, whether all the entries needed agree."""
    needed = needed[:, None]
    return np.asarray((agrees | ~needed).reshape((*agrees.shape[:2], -1)).all(axis=2))


def _times(factor: float, values: Values) -> dict[str, Array]:
    return {world: factor * value for world, value in values.items()}


def _opposite(compared: Compared) -> Found:
    """All that is wrong has the opposite sign."""
    holds = _every(compared.agrees(_times(-1.0, compared.expected)), compared.wrong)
    for line, prediction in _lines(holds & _says_something(compared)):
        yield line, compared.times(line, prediction, "sign_error", -1)


def _says_something(compared: Compared) -> Mask:
    """Whether agreeing with a prediction is more than being too small to tell from zero."""
    if not isinstance(compared.sought, Numbers):
        return np.ones((len(compared.rows), 1), dtype=bool)
    size = np.where(compared.wrong[:, None], np.abs(compared.expected["given"]), 0.0)
    largest = np.max(size.reshape((*size.shape[:2], -1)), axis=2)
    return np.asarray(largest > compared.sought.tolerance.abs)


def _shifted(compared: Compared) -> Found:
    """The right values, one place further on or back along an axis."""
    shape = compared.wrong.shape[1:]
    if not isinstance(compared.sought, Numbers) or np.prod(shape) < _FEW_ENTRIES:
        return
    values = compared.expected["given"]
    for axis in range(len(shape)):
        for step in (1, -1):
            inside = _without_edge(shape, axis, step)
            many = np.sum((compared.wrong & inside).reshape(len(values), -1), axis=1)
            if not np.any(many >= _FEW_ENTRIES):
                continue
            moved = np.roll(values, step, axis=axis + 2)
            told = np.sum(((moved != values) & inside).reshape((*moved.shape[:2], -1)), axis=2)
            most = (many[:, None] > _MOST * told) & (told >= _FEW_ENTRIES)
            most &= (many >= _FEW_ENTRIES)[:, None]
            agrees = compared.agrees({"given": moved}, strictly=True)
            holds = _every(agrees, inside & compared.present) & most
            for line, _ in _lines(holds):
                yield line, compared.cause(line, "index_shifted", by=step, axis=axis)


def _without_edge(shape: tuple[int, ...], axis: int, step: int) -> Mask:
    """All entries but those that a shift brought round from the other end."""
    inside = np.ones(shape, dtype=bool)
    edge = [slice(None)] * len(shape)
    edge[axis] = slice(0, 1) if step > 0 else slice(-1, None)
    inside[tuple(edge)] = False
    return inside


def _factor(compared: Compared) -> Found:
    """Everything is off by one and the same factor."""
    if isinstance(compared.sought, Numbers) and compared.present[0].sum() < _FEW_ENTRIES:
        return
    factors = _ratios(compared)
    if not np.any(factors):
        return
    holds = _scaled(compared, factors) & _mostly_wrong(compared)
    for line, prediction in _lines(holds):
        factor = float(f"{factors[line, prediction]:.4g}")
        yield line, compared.times(line, prediction, "constant_factor", factor)


def _plainly(compared: Compared) -> Found:
    """Everything is off by a factor that people make mistakes by."""
    if isinstance(compared.sought, Numbers) and compared.present[0].sum() < _FEW_ENTRIES:
        return
    factors = _ratios(compared)
    nearest = np.argmin(np.abs(factors[..., None] / _PLAIN - 1), axis=-1)
    plain = _PLAIN[nearest]
    near = np.abs(factors / plain - 1) < _NEARLY
    if np.any(near):
        holds = _scaled(compared, plain) & near & _mostly_wrong(compared)
        for line, prediction in _lines(holds):
            factor = float(plain[line, prediction])
            yield line, compared.times(line, prediction, "constant_factor", factor)


def _scaled(compared: Compared, factors: Array) -> Mask:
    """By line and prediction, whether the answer is so many times what is predicted."""
    agrees = compared.agrees(_by(factors, compared.expected), strictly=True)
    holds = _every(agrees, compared.present)
    return np.asarray(holds & (factors != 0))


def _ratios(compared: Compared) -> Array:
    """By line and prediction the median factor in the first world; 0 where there is none."""
    world = compared.sought.worlds[0]
    own = compared.sought.own(world, compared.layouts, compared.rows)
    expected = compared.expected[world]
    if own is None:
        return np.zeros(expected.shape[:2])
    ratios = np.broadcast_to(own[:, None], expected.shape) / expected
    ratios = np.where(np.isfinite(ratios), ratios, np.nan).reshape((*expected.shape[:2], -1))
    return _median(ratios)


def _median(ratios: Array) -> Array:
    """The middle of the last axis without what is not a number; 0 where nothing is left."""
    ordered = np.sort(ratios, axis=-1)  # what is not a number comes last
    count = np.sum(~np.isnan(ordered), axis=-1)
    places = np.maximum(np.stack([count - 1, count], axis=-1) // 2, 0)
    places = np.minimum(places, np.maximum(count[..., None] - 1, 0))
    found = np.take_along_axis(ordered, places, axis=-1).mean(axis=-1)
    return np.where((count > 0) & np.isfinite(found), found, 0.0)


def _terse(compared: Compared) -> Found:
    """Right as far as the digits go, and they are fewer than the rubric asks."""
    if not isinstance(compared.sought, Numbers):
        return
    short = compared.sought.short(compared.layouts) & compared.wrong
    if not np.any(short):
        return
    agrees = compared.sought.terse(compared.expected["given"], compared.layouts)
    terse = np.any(agrees, axis=1) & compared.wrong
    for line in range(len(terse)):
        if terse[line].sum() > _MOST * compared.wrong[line].sum():  # a few agree by accident
            yield line, compared.cause(line, "too_few_digits", terse[line] | short[line])
