"""Which conventions a student uses, from all answers of a problem together.

Every combination of the accepted values that the answers can tell apart is tried; the one under
which the fewest entries remain unexplained is the student's. What nothing answered can tell stays
at the key's value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from grader.follow import Judged, judged
from grader.model import Problem
from grader.working import Numeric, Settled, Symbolic, Work, under
from reference.gradient import PREFIX

__all__ = ["Choice", "infer"]

_ENTRY = 1000
_FORMULA = 4000
_STATED = 400
_LAYOUT = 3
_OTHER = 1


@dataclass(frozen=True, eq=False)
class Choice:
    """The conventions chosen, and the answers under them.

    ``inferred`` are the conventions that the answers decide.
    """

    settled: Settled
    judgement: Judged
    inferred: tuple[str, ...]
    index_base: int


def infer(problem: Problem, work: Work, stated: Mapping[str, str]) -> Choice:
    """Choose the conventions for all answers of a problem together.

    Args:
        problem: the problem.
        work: the answers, from `grader.working.prepared`.
        stated: what the student says. A stated sign (the objective) is taken at its word, since
            a sign error could not be told from another convention; the others only say what is
            likely, and the numbers decide.
    """
    first = _first_choice(problem, stated)
    candidates: list[tuple[int, Settled, Judged, int]] = []
    for base in _bases(work, stated):
        for combination in _combinations(problem, work, stated, first):
            settled = under(problem, work, combination, base)
            judgement = judged(settled)
            cost = _cost(settled, judgement, stated, first)
            candidates.append((cost, settled, judgement, base))
            if cost == 0:
                break
    best = min(candidates, key=lambda c: c[0])
    return Choice(best[1], best[2], _decided(problem, work, candidates, best), best[3])


def _first_choice(problem: Problem, stated: Mapping[str, str]) -> dict[str, str]:
    """The key's values, and what the student states instead."""
    return {
        name: stated[name] if stated.get(name) in values else values[0]
        for name, values in problem.conventions.items()
    }


def _bases(work: Work, stated: Mapping[str, str]) -> tuple[int, ...]:
    """From what indices can be counted, for all answers given entry by entry."""
    every = [set(w.reads) for w in work.values() if isinstance(w, Numeric) and len(w.reads)]
    by_entry = [b for b in every if b != {0}] or [{0}]
    possible = set.intersection(*every, {0, 1}) if every else {0}
    said = {"0": 0, "1": 1}.get(stated.get("index_base", ""))
    if said is not None and any(said in b for b in by_entry):
        return (said,)
    return tuple(sorted(possible)) or tuple(sorted(set.union(*by_entry)))


def _combinations(
    problem: Problem, work: Work, stated: Mapping[str, str], first: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """The combinations that the answers can tell apart, the first choice first."""
    told = _told(problem, work)
    ranges = []
    for name, values in problem.conventions.items():
        fixed = name not in told or (_is_sign(problem, name) and stated.get(name) in values)
        others = [] if fixed else [v for v in values if v != first[name]]
        ranges.append([first[name], *others])
    for values in product(*ranges):
        yield dict(zip(problem.conventions, values, strict=True))


def _told(problem: Problem, work: Work) -> frozenset[str]:
    """The conventions on which some answer depends."""
    graph = problem.reference.graph()
    answered = {q for q, w in work.items() if isinstance(w, Numeric | Symbolic)}
    needed = answered.union(*(graph.ancestors(q) for q in answered)) if answered else set()
    return frozenset(
        name
        for name, values in problem.reference.conventions.items()
        if any({step, PREFIX + step} & needed for o in values.values() for step in o)
    )


def _is_sign(problem: Problem, name: str) -> bool:
    """Whether the convention's values differ by a factor only."""
    values = problem.reference.conventions[name].values()
    return all(set(options) == {"factor"} for value in values for options in value.values())


def _cost(
    settled: Settled, judgement: Judged, stated: Mapping[str, str], first: Mapping[str, str]
) -> int:
    """Entries without explanation first, then unlikely choices."""
    cost = 0
    for q in settled.answered:
        open_entries = int(np.sum(settled.present(q) & ~judgement.right(q)))
        cost += open_entries * (_FORMULA if q in settled.formulas else _ENTRY)
    cost += _LAYOUT * sum(bool(layout.words) for layout in settled.layouts.values())
    for name, value in settled.conventions.items():
        cost += _STATED if stated.get(name) not in (None, value) else 0
        cost += _OTHER if value != first[name] else 0
    return cost


def _decided(
    problem: Problem,
    work: Work,
    candidates: list[tuple[int, Settled, Judged, int]],
    best: tuple[int, Settled, Judged, int],
) -> tuple[str, ...]:
    """The conventions whose other values explain fewer entries."""
    told = _told(problem, work)
    decided = []
    for name in problem.conventions:
        others = [c[0] for c in candidates if c[1].conventions[name] != best[1].conventions[name]]
        if name in told and (not others or min(others) - best[0] >= _ENTRY // 2):
            decided.append(name)
    return tuple(decided)
