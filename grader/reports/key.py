"""The key, for teaching assistants: the right values, or the formulas where none are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.model import Problem, Rubric
from grader.reports.formulas import written_out
from grader.worlds import instance, key
from reference.operations import Array

__all__ = ["key_record", "key_text"]


def key_record(
    rubric: Rubric, wanted: Sequence[str] = (), conventions: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The key as JSON: nested lists by ``gan.h0``; a formula where the rubric gives no values."""
    return {
        f"{problem.name}.{name}": formula if value is None else value.tolist()
        for problem, name, formula, value in _steps(rubric, wanted, conventions or {})
    }


def key_text(
    rubric: Rubric, wanted: Sequence[str] = (), conventions: Mapping[str, str] | None = None
) -> str:
    """The key to read: for each quantity its formula and its values."""
    blocks = []
    for problem, name, formula, value in _steps(rubric, wanted, conventions or {}):
        shape = "" if value is None or not value.shape else f"  {value.shape}"
        head = f"{problem.name}.{name} = {formula}{shape}"
        blocks.append(head if value is None else f"{head}\n{_shown(value)}")
    return "\n\n".join(blocks)


def _steps(
    rubric: Rubric, wanted: Sequence[str], conventions: Mapping[str, str]
) -> Iterator[tuple[Problem, str, str, Array | None]]:
    for problem in rubric.problems:
        world = instance(problem)
        chosen = _conventions(problem, conventions)
        values = key(problem, world, chosen) if world else {}
        for quantity in problem.reference.quantities:
            if not wanted or f"{problem.name}.{quantity.name}" in wanted:
                formula = written_out(problem, quantity.name, chosen)
                yield problem, quantity.name, formula, values.get(quantity.name)


def _conventions(problem: Problem, chosen: Mapping[str, str]) -> dict[str, str]:
    return {name: chosen.get(name, accepted[0]) for name, accepted in problem.conventions.items()}


def _shown(value: Array) -> str:
    """Six significant digits, in columns."""
    text = np.array2string(
        value,
        max_line_width=100,
        formatter={"float_kind": lambda number: f"{number:.6g}".rjust(12)},
    )
    return "\n".join(f"  {line}" for line in text.splitlines())
