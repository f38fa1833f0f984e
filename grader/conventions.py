"""Which conventions a student uses, and the story behind the answers: one search for both.

A sheet on which everything is the key's under some choice of conventions is right; one comparison
tells. Else the graph is walked with every hypothesis at once (`grader.walk`): first with mistakes
only before answers that ask for one, then, unless that tells a simple story, with one everywhere
between two answers, and if something stays unexplained with two; the cheapest story decides.
What nothing answered can tell stays at the key's value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from grader.answers import Answers
from grader.explain import Story, told
from grader.fits import Numbers
from grader.follow import Lenience, judged, leniently
from grader.lines import Line
from grader.model import Problem
from grader.plan import Choice, combinations, is_sign, steps_of
from grader.prices import PRICE, SENSELESS, UNEXPLAINED
from grader.settled import Settled
from grader.swaps import Swap, swaps
from grader.walk import Search, walked
from grader.working import Numeric, Symbolic, Work

__all__ = ["Inferred", "infer"]

_STATED = 40
"""What it costs to contradict what the student states."""

_TWO_SIDED = frozenset({"convention_mixed", "sign_error"})
_FEW_CAUSES = 2
_FEW_ENTRIES = 3
_TWO_MISTAKES = 200
_MOST_EQUAL = 4
_HOPELESS = 5
"""So many answers that nothing explains: looking for more mistakes between them is no use."""


@dataclass(frozen=True, eq=False)
class Inferred:
    """The conventions chosen, the answers under them, and the story behind the answers.

    ``inferred`` are the conventions that the answers decide.
    """

    settled: Settled
    story: Story
    inferred: tuple[str, ...]


def infer(problem: Problem, work: Work, stated: Mapping[str, str]) -> tuple[Inferred, ...]:
    """Choose the conventions for all answers of a problem together.

    Args:
        problem: the problem.
        work: the answers, from `grader.working.prepared`.
        stated: what the student says. A stated sign (the objective) is taken at its word, since
            a sign error could not be told from another convention; the others only say what is
            likely, and the numbers decide.

    Returns:
        The likeliest story first, then those that are exactly as likely.
    """
    first = _first_choice(problem, stated)
    told_apart = _told_apart(problem, work)
    ranges = list(_ranges(problem, stated, first, told_apart))
    every = [Answers(problem, work, base) for base in _bases(work, stated)]
    for answers in every:
        fitting = _fitting(answers, ranges, stated)
        if fitting:
            return (_plainly(answers, fitting, told_apart),)
    found = [story for answers in every for story in _searched(answers, ranges, stated)]
    ordered = sorted(found, key=lambda one: one.rank)
    equal = [one for one in ordered if one.rank[:3] == ordered[0].rank[:3]]
    most = 1 if _is_hopeless(ordered[0].line) else _MOST_EQUAL
    return tuple(_inferred(one, found, told_apart) for one in equal[:most])


# --- all right ----------------------------------------------------------------------------------


def _fitting(
    answers: Answers, ranges: Sequence[Sequence[str]], stated: Mapping[str, str]
) -> list[Choice]:
    """The choices under which every answer is the key's, as tabled; the likeliest first."""
    right = answers.plainly_right()
    if not np.any(right):
        return []
    rows = combinations(answers.problem)
    names = tuple(answers.problem.conventions)
    fitting = [choice for choice in product(*ranges) if right[rows[choice]]]
    return sorted(fitting, key=lambda choice: _contradicted(names, choice, stated))


def _contradicted(names: Sequence[str], choice: Choice, stated: Mapping[str, str]) -> int:
    return sum(stated.get(n, v) not in ("", v) for n, v in zip(names, choice, strict=True))


def _plainly(answers: Answers, fitting: Sequence[Choice], told_apart: frozenset[str]) -> Inferred:
    settled = answers.settled(fitting[0], {})
    decided = _agreed(answers.problem, fitting, told_apart)
    return Inferred(settled, Story((), judged(settled)), decided)


def _agreed(
    problem: Problem, choices: Sequence[Choice], told_apart: frozenset[str]
) -> tuple[str, ...]:
    """The conventions that have one value in all these choices, by name."""
    return tuple(
        name
        for k, name in sorted(enumerate(problem.conventions), key=lambda item: item[1])
        if name in told_apart and len({choice[k] for choice in choices}) == 1
    )


# --- the search ---------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Found:
    """One line of the search, at its end."""

    answers: Answers
    line: Line
    choice: Choice
    rank: tuple[int, int, int, int]
    swapped: tuple[Swap, ...] = ()


def _searched(
    answers: Answers, ranges: Sequence[Sequence[str]], stated: Mapping[str, str]
) -> list[_Found]:
    """The lines that remain, also with answers that have changed places set aside."""
    pairs = swaps(answers)
    exchanged = _lines(answers, ranges, stated, pairs) if pairs else []
    found = [one for one in exchanged if all(p.holds(answers, one.choice) for p in pairs)]
    arrays = all(answers.sought[q].present.ndim for pair in pairs for q in (pair.one, pair.other))
    if arrays and any(not one.line.causes for one in found):
        return found  # nothing else is wrong, and whole arrays are not exchanged by accident
    return found + _lines(answers, ranges, stated, ())


def _lines(
    answers: Answers,
    ranges: Sequence[Sequence[str]],
    stated: Mapping[str, str],
    pairs: tuple[Swap, ...],
) -> list[_Found]:
    """The lines that remain when some answers that changed places are set aside."""
    search = Search(
        answers.problem,
        {q: one for q, one in answers.sought.items() if not any(q in pair for pair in pairs)},
        answers.worlds,
        ranges,
        _prices(answers.problem, stated),
        lenient=lambda line, so_far: _leniently(answers, ranges, line, so_far),
    )
    lines = walked(replace(search, lazily=True))
    best = min(lines, key=lambda line: line.cost)
    if _is_told(best) or _is_hopeless(best):
        return [_ended(answers, line, ranges, pairs) for line in lines]
    lines = walked(search)
    if _may_be_two(min(lines, key=lambda line: line.cost)):
        lines += walked(replace(search, most_pending=2))
    return [_ended(answers, line, ranges, pairs) for line in lines]


def _leniently(
    answers: Answers, ranges: Sequence[Sequence[str]], line: Line, so_far: Sequence[str]
) -> Lenience | None:
    """What is right for a line in the last of some answers, in one way or another."""
    if not isinstance(answers.sought[so_far[-1]], Numbers):
        return None
    choice = tuple(v or values[0] for v, values in zip(line.choice, ranges, strict=True))
    return leniently(answers.settled(choice, dict(line.layouts)), line.causes, so_far)


def _prices(problem: Problem, stated: Mapping[str, str]) -> dict[tuple[int, str], int]:
    """What each value of a convention costs that is not the one stated."""
    return {
        (k, value): _STATED
        for k, (name, values) in enumerate(problem.conventions.items())
        for value in values
        if stated.get(name) in values and value != stated[name]
    }


def _is_told(line: Line) -> bool:
    """Whether a line tells so simple a story that there is none that is simpler.

    Two mixtures, or two lost signs, may be one seen from the other side.
    """
    codes = [cause.code for cause in line.causes]
    slips = [cause for cause in line.causes if cause.code in UNEXPLAINED]
    few = all(cause.code and cause.entries.sum() <= _FEW_ENTRIES for cause in slips)
    single = len(codes) <= 1 or not _TWO_SIDED.intersection(codes)
    plain = len(codes) <= _FEW_CAUSES and len(slips) <= 1 and "constant_factor" not in codes
    return plain and few and single


def _may_be_two(line: Line) -> bool:
    """Whether two mistakes between two answers could be a likelier story."""
    if _is_hopeless(line) or line.cost < _TWO_MISTAKES:
        return False
    doubtful = UNEXPLAINED | {"constant_factor"}
    open_causes = any(cause.code in doubtful for cause in line.causes)
    return open_causes or line.cost > _TWO_MISTAKES


def _is_hopeless(line: Line) -> bool:
    """Whether so many answers are explained by no rule that looking further is no use."""
    return sum(cause.code in SENSELESS for cause in line.causes) >= _HOPELESS


def _ended(
    answers: Answers, line: Line, ranges: Sequence[Sequence[str]], pairs: tuple[Swap, ...]
) -> _Found:
    """A line with what is undecided at the likeliest value."""
    choice = tuple(v or values[0] for v, values in zip(line.choice, ranges, strict=True))
    deviation = sum(v != values[0] for v, values in zip(choice, ranges, strict=True))
    cost = line.cost + PRICE * len(pairs)
    return _Found(answers, line, choice, (cost, line.far, -line.right, deviation), pairs)


def _inferred(
    one: _Found,
    every: Sequence[_Found],
    told_apart: frozenset[str],
) -> Inferred:
    settled = one.answers.settled(one.choice, dict(one.line.layouts))
    causes = (
        *(c for pair in one.swapped for c in pair.causes(one.answers, one.choice)),
        *one.line.causes,
    )
    story = told(settled, causes)
    as_likely = [other.line.choice for other in every if other.rank[:2] == one.rank[:2]]
    decided = _agreed(one.answers.problem, as_likely, told_apart)
    return Inferred(settled, story, decided)


# --- what to try --------------------------------------------------------------------------------


def _first_choice(problem: Problem, stated: Mapping[str, str]) -> dict[str, str]:
    """The key's values, and what the student states instead."""
    return {
        name: stated[name] if stated.get(name) in values else values[0]
        for name, values in problem.conventions.items()
    }


def _ranges(
    problem: Problem,
    stated: Mapping[str, str],
    first: Mapping[str, str],
    told_apart: frozenset[str],
) -> Iterator[tuple[str, ...]]:
    """For each convention the values that the answers can tell apart, the likeliest first."""
    for name, values in problem.conventions.items():
        bound = is_sign(problem, name) and stated.get(name) in values
        others = [v for v in values if v != first[name]] if name in told_apart and not bound else []
        yield (first[name], *others)


def _bases(work: Work, stated: Mapping[str, str]) -> tuple[int, ...]:
    """From what indices can be counted, for all answers given entry by entry."""
    by_entry = [
        set(item.reads)
        for item in work.values()
        if isinstance(item, Numeric) and len(item.reads) and item.is_by_entry
    ]
    if not by_entry:
        return (0,)
    said = {"0": 0, "1": 1}.get(stated.get("index_base", ""))
    if said is not None and any(said in bases for bases in by_entry):
        return (said,)
    return tuple(sorted(set.intersection(*by_entry) or set.union(*by_entry)))


def _told_apart(problem: Problem, work: Work) -> frozenset[str]:
    """The conventions on which some answer depends."""
    graph = problem.reference.graph()
    answered = {q for q, w in work.items() if isinstance(w, Numeric | Symbolic)}
    needed = answered.union(*(graph.ancestors(q) for q in answered)) if answered else set()
    return frozenset(
        name for name in problem.conventions if steps_of(problem.reference, name) & needed
    )
