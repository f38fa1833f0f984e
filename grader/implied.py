"""Steps that were left out: credited where a later right answer could not be had without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.model import Assessment, Problem, Verdict
from grader.paths import segment
from grader.working import Numeric, Symbolic, Work

__all__ = ["unfounded", "with_implied"]

_EARNING = frozenset({Verdict.CORRECT, Verdict.FOLLOW_THROUGH})


def with_implied(
    problem: Problem, work: Work, found: Sequence[Assessment]
) -> tuple[Assessment, ...]:
    """Credit the steps that were left out, where a later right answer needs them."""
    earned = [a.quantity for a in found if a.verdict in _EARNING]
    return tuple(
        replace(a, verdict=Verdict.IMPLIED, score=a.max_score, right=a.total)
        if a.verdict is Verdict.MISSING
        and problem.criterion(a.quantity).implied
        and any(_needs(problem, work, later, a.quantity) for later in earned)
        else a
        for a in found
    )


def _needs(problem: Problem, work: Work, later: str, step: str) -> bool:
    """Whether an answer could not be had without a step.

    An expression that names the step, or something worked out from it, takes it as known; one
    that names a gradient beside the way to it, which was not answered, shows its own step only.
    """
    graph = problem.reference.graph()
    known = _taken_as_known(work, later)
    if any(name not in graph.ancestors(later) for name in known if _is_unfounded(work, name)):
        return False
    return any(found.name == step for found in segment(graph, later, known))


def _taken_as_known(work: Work, q: str) -> frozenset[str]:
    """The names in an expression, and those in the expressions that these stand for."""
    known: set[str] = set()
    open_names = [q]
    while open_names:
        item = work.get(open_names.pop())
        fresh = item.names - known if isinstance(item, Symbolic) else frozenset()
        known |= fresh
        open_names.extend(fresh)
    return frozenset(known)


def unfounded(work: Work, q: str) -> list[str]:
    """The gradients that an expression uses by name and that were not answered."""
    item = work[q]
    names = item.names if isinstance(item, Symbolic) else frozenset()
    return sorted(name for name in names if _is_unfounded(work, name))


def _is_unfounded(work: Work, name: str) -> bool:
    return name.startswith("grad_") and not isinstance(work.get(name), Numeric | Symbolic)
