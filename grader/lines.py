"""Many hypotheses worked side by side: one line each, all values in one batch.

A line is a choice of conventions, the mistakes made so far and what was found about the answers
so far. Every step is worked once for all lines. Each line is worked twice, in two *lanes*: at
full precision from what was worked out wrongly (`STORY`), and from all of the student's own
answers as they were written (`WRITTEN`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from grader.follow import Cause
from grader.plan import Choice
from grader.worlds import World
from reference.graph import Step
from reference.mistakes import Mistake
from reference.operations import OPERATIONS, Array

__all__ = ["LANES", "STORY", "WRITTEN", "Line", "Lines", "Sheet"]

LANES = 2
STORY, WRITTEN = range(LANES)

Rows = npt.NDArray[np.int_]
_SHARED = -1


class Line(NamedTuple):
    """One hypothesis, as far as the graph has been gone through.

    Attributes:
        cost: how unlikely it is.
        choice: its conventions.
        causes: what is wrong, as far as answers have shown it.
        pending: mistakes that no answer has shown yet.
        layouts: answers that are read in another layout than the first, and in which.
        right: entries that agree with the key.
        far: entries that nothing predicts to all the digits written.
    """

    cost: int
    choice: Choice
    causes: tuple[Cause, ...] = ()
    pending: tuple[Mistake, ...] = ()
    layouts: tuple[tuple[str, int], ...] = ()
    right: int = 0
    far: int = 0


class Lines:
    """The lines that are still followed; every change of them is kept as an index array.

    Values that were worked out for earlier lines are brought up to date when they are next used.
    """

    def __init__(self, first: Line) -> None:
        self.now: list[Line] = [first]
        self._moves: list[Rows] = []
        self._since: dict[int, Rows] = {}

    @property
    def version(self) -> int:
        """How often the lines have changed."""
        return len(self._moves)

    def become(self, lines: list[Line], parents: Sequence[int]) -> None:
        """Go on with these lines; each continues the one whose number is its parent."""
        self.now = lines
        self._moves.append(np.asarray(parents, dtype=np.intp))
        self._since.clear()

    def kept(self) -> tuple[list[Line], int]:
        """The lines as they are now, to come back to."""
        return self.now, self.version

    def restore(self, kept: tuple[list[Line], int]) -> None:
        """Come back to earlier lines."""
        self.now, version = kept
        del self._moves[version:]
        self._since.clear()

    def since(self, version: int) -> Rows:
        """For each line the number of the one that it continues, as they were then."""
        if version not in self._since:
            rows = self._moves[-1]
            for move in reversed(self._moves[version:-1]):
                rows = move[rows]
            self._since[version] = rows
        return self._since[version]


class Sheet:
    """What every line has at every step in one world.

    Arrays have one leading axis, as operations take them: lines, lanes and draws, in that order,
    or the draws alone where the value is the same for all lines.
    """

    def __init__(self, world: World, lines: Lines) -> None:
        self.world = world
        self.draws = math.prod(world.batch)
        self._lines = lines
        self._values: dict[str, tuple[Array, int]] = {
            name: (value if world.batch else value[None], _SHARED)
            for name, value in world.given.items()
        }

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def kept(self) -> Mapping[str, tuple[Array, int]]:
        """All values as they are now, to come back to."""
        return dict(self._values)

    def restore(self, kept: Mapping[str, tuple[Array, int]]) -> None:
        """Come back to earlier values."""
        self._values = dict(kept)

    def put(self, name: str, values: Array) -> None:
        """Keep the values of a step: of all lines, or shared."""
        version = _SHARED if self.is_shared(values) else self._lines.version
        self._values[name] = (values, version)

    def is_shared(self, values: Array) -> bool:
        """Whether they are the same for all lines: one a draw, or one constant."""
        return len(values) in (1, self.draws)

    def take(self, name: str) -> Array:
        """The values of a step, for the lines as they are now, or shared."""
        values, version = self._values[name]
        if version not in (_SHARED, self._lines.version):
            values = self._of(values, self._lines.since(version))
            self._values[name] = (values, self._lines.version)
        return values

    def by_line(self, name: str) -> Array:
        """The values of a step: lines, lanes, draws, then the value's own axes."""
        values = self.spread(self.take(name), len(self._lines.now))
        return values.reshape((len(self._lines.now), LANES, *self.world.batch, *values.shape[1:]))

    def refine(self, row: int, values: Mapping[str, Array]) -> None:
        """Put other values in the story of one line, wherever they were worked out already."""
        for name in self._values:
            if not self.is_shared(self.take(name)):
                refined = self.by_line(name).copy()
                refined[row, STORY] = values[name]
                self.put(name, refined.reshape((-1, *refined.shape[2:])))

    def work(self, steps: Sequence[Step], rows: Rows | None = None) -> Array:
        """The value of the last of some steps, for some lines (all by default), or shared."""
        fresh: dict[str, Array] = {}
        for step in steps:
            arrays = [fresh[n] if n in fresh else self._some(n, rows) for n in step.inputs]
            if self.draws > 1 and len({len(a) for a in arrays}) > 1:
                longest = max(map(len, arrays))
                arrays = [_tiled(a, longest) for a in arrays]
            fresh[step.name] = OPERATIONS[step.operation].value(*arrays, **step.options)
        return fresh[steps[-1].name]

    def spread(self, values: Array, lines: int) -> Array:
        """Values for so many lines, where they may be shared."""
        return _tiled(values, lines * LANES * self.draws)

    def _some(self, name: str, rows: Rows | None) -> Array:
        values = self.take(name)
        return values if rows is None or self.is_shared(values) else self._of(values, rows)

    def _of(self, values: Array, rows: Rows) -> Array:
        """The values of some lines."""
        each = LANES * self.draws
        by_line = values.reshape((len(values) // each, each, *values.shape[1:]))
        return by_line[rows].reshape((len(rows) * each, *values.shape[1:]))


def _tiled(values: Array, length: int) -> Array:
    if len(values) == length:
        return values
    whole = (length // len(values), *values.shape)
    return np.broadcast_to(values, whole).reshape((length, *values.shape[1:]))
