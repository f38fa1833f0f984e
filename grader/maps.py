"""Matrices of names: under which convention a student wrote a step down as a matrix.

A convolution is often written as a matrix of kernel entries, one row or column a pixel. Which
convention it belongs to can be told from where each entry stands, and that can be another one than
the student's numbers were worked out under.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from grader.model import Assessment, Finding, Matrix, Problem, QuantityKey
from reference.graph import Step
from reference.operations import OPERATIONS, Array

__all__ = ["Map", "map_of", "others", "told", "with_mixtures"]

_ALIKE = 0.9
"""The share of cells that has to agree: a slip of the pen does not change the convention."""

_ENTRY = re.compile(r"[^\W\d_]\S*")
_AXES = 3  # of channels with rows and columns

Places = npt.NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class Map:
    """Which step a matrix is, and the convention that it follows."""

    step: str
    convention: str
    value: str


def map_of(problem: Problem, matrix: Matrix) -> Map | None:
    """The step and the convention that a matrix of names follows; None where it tells none."""
    written = _places(matrix)
    if written is None:
        return None
    alike = [(_share(written, due), found) for found, due in _maps(problem)]
    best = max((share for share, _ in alike), default=0.0)
    found = [one for share, one in alike if share == best]
    return found[0] if best >= _ALIKE and len(found) == 1 else None


def _places(matrix: Matrix) -> Places | None:
    """For each cell the number of the kernel's entry in it, from 1; 0 where it is empty."""
    indices = [[_index(cell) for cell in row] for row in matrix.cells]
    every = [index for row in indices for index in row if index]
    widths = {len(row) for row in indices}
    if not every or len(widths) != 1 or any(index is None for row in indices for index in row):
        return None
    base = min(min(index) for index in every)
    columns = 1 + max(index[1] for index in every) - base
    numbers = [[_number(index, base, columns) for index in row] for row in indices]
    return np.array(numbers)


def _index(cell: str) -> tuple[int, ...] | None:
    """``w'_{1,0,2}`` as (0, 2), zero as (), anything else as None."""
    text = cell.replace(" ", "").strip("{}$")
    if text in ("0", ""):
        return ()
    numbers = re.findall(r"\d+", text.partition("_")[2] or text)
    is_entry = _ENTRY.match(text) is not None and len(numbers) > 1
    return (int(numbers[-2]), int(numbers[-1])) if is_entry else None


def _number(index: tuple[int, ...] | None, base: int, columns: int) -> int:
    return (index[0] - base) * columns + index[1] - base + 1 if index else 0


def _share(written: Places, due: Places) -> float:
    """The share of cells that agree, with rows and columns as they are or exchanged."""
    fitting = [one for one in (due, due.T) if one.shape == written.shape]
    return max((float(np.mean(one == written)) for one in fitting), default=0.0)


@lru_cache(maxsize=64)
def _maps(problem: Problem) -> tuple[tuple[Map, Places], ...]:
    return tuple(_each(problem))


def _each(problem: Problem) -> Iterator[tuple[Map, Places]]:
    """The matrix of every step that multiplies channels by kernels, under every convention."""
    graph = problem.reference.graph()
    for convention, values in problem.reference.conventions.items():
        for value in problem.conventions.get(convention, ()):
            for name, options in values[value].items():
                step = graph.by_name.get(name)
                if step is not None and _has_kernels(problem, step):
                    merged = {**step.options, **options}
                    yield Map(name, convention, value), _matrix(problem, step, merged)


def _has_kernels(problem: Problem, step: Step) -> bool:
    shapes = [problem.reference.shapes[name] for name in step.inputs]
    is_given = len(step.inputs) == 2 and step.inputs[1] in problem.reference.forward.inputs  # noqa: PLR2004
    sizes = [size for shape in shapes for size in shape]
    return (
        is_given and all(len(s) == _AXES for s in shapes) and all(isinstance(n, int) for n in sizes)
    )


def _matrix(problem: Problem, step: Step, options: dict[str, object]) -> Places:
    """From pixels of one channel (columns) to results (rows): the number of the kernel's entry."""
    pixels, kernel = (_concrete(problem, name) for name in step.inputs)
    numbered = np.arange(1.0, 1 + kernel[1] * kernel[2]).reshape(kernel[1:])
    kernels = np.broadcast_to(numbered, kernel)
    columns = []
    for k in range(pixels[1] * pixels[2]):
        one: Array = np.zeros(pixels)
        one[0].flat[k] = 1.0
        result = OPERATIONS[step.operation].value(one, kernels, **options)
        columns.append(np.ravel(result[0]))
    return np.asarray(np.rint(np.stack(columns, axis=1)), dtype=int)


def _concrete(problem: Problem, name: str) -> tuple[int, ...]:
    return tuple(int(size) for size in problem.reference.shapes[name])


def others(
    problem: Problem, matrices: Sequence[Matrix], conventions: Mapping[str, str]
) -> Iterator[tuple[Matrix, Map]]:
    """The matrices that follow another convention than the answers do."""
    for matrix in matrices:
        found = map_of(problem, matrix)
        if found is not None and conventions.get(found.convention) != found.value:
            yield matrix, found


def told(matrix: Matrix, found: Map, conventions: Mapping[str, str]) -> str:
    """A sentence on such a matrix."""
    return (
        f"{matrix.label} is the matrix of {found.step} under {found.convention} = {found.value}, "
        f"but the answers are worked out under {conventions[found.convention]}"
    )


def with_mixtures(
    problem: Problem,
    matrices: Sequence[Matrix],
    conventions: Mapping[str, str],
    assessments: tuple[Assessment, ...],
) -> tuple[Assessment, ...]:
    """The assessments, with a finding where a matrix follows another convention, at no cost."""
    for matrix, found in others(problem, matrices, conventions):
        message = (
            f"Your matrix {matrix.label} follows another convention ({found.value}) than your "
            f"numbers ({conventions[found.convention]}): see which of the two you mean."
        )
        evidence = {
            "convention": found.convention,
            "value": found.value,
            "matrix": matrix.label,
            "place": str(matrix.place),
        }
        key = QuantityKey(f"{problem.name}.{found.step}")
        finding = Finding("convention_mixed", key, (), message, evidence)
        assessments = tuple(
            replace(a, findings=(*a.findings, finding)) if a.key == key else a for a in assessments
        )
    return assessments
