"""The ways through a graph: the steps between two answers, and what is only a copy."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from reference.graph import Graph, Step

__all__ = ["copies", "segment"]

_COPIES = frozenset({"same", "fold", "unfold"})
"""Operations that only write the same numbers in another place."""


@lru_cache(maxsize=4096)
def _segment(graph: Graph, quantity: str, known: frozenset[str]) -> tuple[Step, ...]:
    found, open_names = {quantity}, [quantity]
    while open_names:
        step = graph.by_name.get(open_names.pop())
        fresh = {n for n in step.inputs if n not in known and n not in found} if step else set()
        found |= fresh
        open_names.extend(fresh)
    return tuple(step for step in graph.steps if step.name in found)


def segment(graph: Graph, quantity: str, known: Iterable[str]) -> tuple[Step, ...]:
    """The steps from the nearest known values to a quantity, in working order, itself last."""
    return _segment(graph, quantity, frozenset(known) - {quantity})


@lru_cache(maxsize=4096)
def copies(graph: Graph, source: str, quantity: str) -> tuple[str, ...] | None:
    """The steps from an earlier quantity to one that holds the same numbers in other places.

    None where it does not; no step where both are the same.
    """
    names: list[str] = []
    while quantity != source:
        step = graph.by_name.get(quantity)
        if step is None or step.operation not in _COPIES:
            return None
        names.append(quantity)
        quantity = step.inputs[0]
    return tuple(reversed(names))
