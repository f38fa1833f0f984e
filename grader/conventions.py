"""Which conventions a student uses, from all answers of a problem together.

Every combination of the accepted values that the answers can tell apart is tried. First it is
counted how many entries each leaves open; then, for the best of them, the whole story is told,
and the cheapest story decides. What nothing answered can tell stays at the key's value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from types import MappingProxyType

import numpy as np

from grader.compare import agree_each
from grader.explain import Story, told
from grader.follow import Cause, judged, own_pins, viewed
from grader.model import Problem
from grader.normalise import written
from grader.screen import is_sign, screened, steps_of
from grader.settled import Settled, under
from grader.working import Numeric, Symbolic, Work
from grader.worlds import World, key

__all__ = ["Choice", "infer"]

_MOST_STORIES = 12
_SPARE_ANSWERS = 1
"""Choices that leave so many more answers open than the best are not told."""

_HOPELESS = 5
"""So many answers that nothing explains: the other choices will do no better."""

_STATED = 40
_LAYOUT = 3
_PRICES: Mapping[str, int] = MappingProxyType(
    {"": 300, "constant_factor": 150, "rounded_early": 20, "too_few_digits": 20}
)
_PRICE = 100
_SLIP_ENTRY = 30
_SLIPS = frozenset({"", "arithmetic_slip", "transcription_slip", "too_few_digits"})


@dataclass(frozen=True, eq=False)
class Choice:
    """The conventions chosen, the answers under them, and the story behind the answers.

    ``inferred`` are the conventions that the answers decide.
    """

    settled: Settled
    story: Story
    inferred: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Candidate:
    settled: Settled
    open_answers: int
    open_entries: int
    prior: int
    deviation: int


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
    told_apart = _told_apart(problem, work)
    combinations = list(_combinations(problem, stated, first, told_apart))
    bases = _bases(work, stated)
    found: list[Settled] = []
    for choices in (combinations[:1], combinations[1:]):
        more = under(problem, work, choices, bases[0]) if choices else []
        plain = _plainly_right(more)
        if plain is not None:
            return Choice(plain, told(plain, judged(plain)), _plainly_decided(told_apart, plain))
        found += more
    for base in bases[1:]:
        found += under(problem, work, combinations, base)
    candidates = _ordered(found, stated, first)
    more = _as_tabled_too(problem, work, candidates) + _as_own_values_say(problem, work, candidates)
    if more:
        best_so_far = [candidate.settled for candidate in candidates[:_MOST_STORIES]]
        candidates = _ordered(_distinct([*best_so_far, *more]), stated, first)
    best, story = _cheapest(candidates)
    return Choice(best.settled, story, _decided(told_apart, candidates, best))


def _ordered(
    found: Sequence[Settled], stated: Mapping[str, str], first: Mapping[str, str]
) -> list[_Candidate]:
    """The choices, those with the fewest open answers first."""
    candidates = [
        _Candidate(settled, *counts, _prior(settled, stated), _deviation(settled, first))
        for settled, counts in screened(found)
    ]
    return sorted(candidates, key=lambda c: (c.open_answers, c.open_entries, c.prior, c.deviation))


def _distinct(found: Sequence[Settled]) -> list[Settled]:
    """Each choice with the same layouts once."""
    seen = {
        (
            tuple(one.conventions.items()),
            tuple(layout.words for layout in one.layouts.values()),
        ): one
        for one in reversed(found)
    }
    return list(reversed(seen.values()))


def _as_tabled_too(problem: Problem, work: Work, candidates: Sequence[_Candidate]) -> list[Settled]:
    """The best choices again, with arrays read as tabled that seem to be in another layout.

    A quantity worked out with its axes exchanged looks like one written with its axes exchanged;
    what follows from it tells which it is.
    """
    best = [candidate.settled for candidate in candidates[:_MOST_STORIES]]
    turned = {q for one in best for q, layout in one.layouts.items() if layout.words}
    square = {q for q in turned if not best[0].reads[q].layouts[0].words}
    if not square:
        return []
    choices = [one.conventions for one in best]
    return under(problem, work, choices, best[0].base, dict.fromkeys(square, 0))


def _as_own_values_say(
    problem: Problem, work: Work, candidates: Sequence[_Candidate]
) -> list[Settled]:
    """The best choice again, with arrays in the layout in which they follow from own values.

    After an earlier mistake the key cannot tell how an array is written down; what the student's
    own values give can. One array settles the next.
    """
    best = candidates[0].settled
    fixed: dict[str, int] = {}
    for _ in best.numbers:
        found = _followed(best)
        if not found or found.items() <= fixed.items():
            break
        fixed |= found
        best = under(problem, work, [best.conventions], best.base, fixed)[0]
    return [best] if fixed else []


def _followed(settled: Settled) -> dict[str, int]:
    """Open answers that follow from own values in another layout than the one they are read in."""
    views = viewed(
        settled, settled.problem.reference.graph(settled.conventions), [own_pins(settled)]
    )
    found: dict[str, int] = {}
    for q, read in settled.reads.items():
        if len(read.layouts) == 1 or q in settled.empty or np.all(settled.by_key[q]):
            continue
        own = views.row(q, 0)["given"]
        tolerance = settled.problem.criterion(q).tolerance
        ways = [written(read, layout, tolerance.min_digits) for layout in read.layouts]
        hits = agree_each(own, ways, tolerance).reshape(len(ways), -1).sum(axis=1)
        now = read.layouts.index(settled.layouts[q])
        if hits.max() == own.size > hits[now]:
            found[q] = int(np.argmax(hits))
    return found


def _plainly_right(choices: Sequence[Settled]) -> Settled | None:
    """The first choice under which every answer is the key's, as tabled: one comparison each."""
    for settled in choices:
        every = all(np.all(settled.by_key[q] | ~settled.present(q)) for q in settled.answered)
        if every and not any(layout.words for layout in settled.layouts.values()):
            return settled
    return None


def _plainly_decided(told_apart: frozenset[str], settled: Settled) -> tuple[str, ...]:
    """The conventions of which any other value would change the key of some answer."""
    return tuple(
        name
        for name in sorted(told_apart)
        if all(
            _changes_an_answer(settled, name, value)
            for value in settled.problem.conventions[name]
            if value != settled.conventions[name]
        )
    )


def _changes_an_answer(settled: Settled, name: str, value: str) -> bool:
    """Whether the key of some answer is another one when one convention has another value."""
    chosen = tuple(settled.conventions.items())
    return any(
        _changes(settled.problem, world, chosen, (name, value), q)
        for q in settled.answered
        for world in settled.judging(q)
    )


@lru_cache(maxsize=4096)
def _changes(
    problem: Problem,
    world: World,
    chosen: tuple[tuple[str, str], ...],
    other: tuple[str, str],
    q: str,
) -> bool:
    tolerance = problem.criterion(q).tolerance
    here = key(problem, world, dict(chosen))[q]
    there = key(problem, world, dict((*chosen, other)))[q]
    allowed = np.maximum(tolerance.abs, tolerance.rel * np.abs(here))
    return bool(np.any(np.abs(here - there) > allowed))


# --- what to try --------------------------------------------------------------------------------


def _first_choice(problem: Problem, stated: Mapping[str, str]) -> dict[str, str]:
    """The key's values, and what the student states instead."""
    return {
        name: stated[name] if stated.get(name) in values else values[0]
        for name, values in problem.conventions.items()
    }


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


def _combinations(
    problem: Problem,
    stated: Mapping[str, str],
    first: Mapping[str, str],
    told_apart: frozenset[str],
) -> Iterator[dict[str, str]]:
    """The combinations that the answers can tell apart, the first choice first."""
    ranges = []
    for name, values in problem.conventions.items():
        bound = is_sign(problem, name) and stated.get(name) in values
        others = [v for v in values if v != first[name]] if name in told_apart and not bound else []
        ranges.append([first[name], *others])
    for values in product(*ranges):
        yield dict(zip(problem.conventions, values, strict=True))


def _told_apart(problem: Problem, work: Work) -> frozenset[str]:
    """The conventions on which some answer depends."""
    graph = problem.reference.graph()
    answered = {q for q, w in work.items() if isinstance(w, Numeric | Symbolic)}
    needed = answered.union(*(graph.ancestors(q) for q in answered)) if answered else set()
    return frozenset(
        name for name in problem.conventions if steps_of(problem.reference, name) & needed
    )


# --- the cheapest story -------------------------------------------------------------------------


def _cheapest(candidates: Sequence[_Candidate]) -> tuple[_Candidate, Story]:
    """The candidate whose story costs least, of the few with the fewest open entries."""
    best: tuple[tuple[int, int, int], _Candidate, Story] | None = None
    limit = candidates[0].open_answers + _SPARE_ANSWERS
    for candidate in candidates[:_MOST_STORIES]:
        if best and candidate.open_answers > limit:
            break
        if best and candidate.prior + _PRICE * bool(candidate.open_answers) > best[0][0]:
            continue  # one cause, at least, explains what is open
        settled = candidate.settled
        story = told(settled, judged(settled))
        price = candidate.prior + sum(map(_price, story.causes))
        right = sum(int(np.sum(mask)) for mask in settled.by_key.values())
        cost = (price, -right, candidate.deviation)
        if best and price == best[0][0]:
            one, other = (best[2], story) if best[0] <= cost else (story, best[2])
            story = _with_alternatives(one, other)
            best = (best[0], best[1], story) if best[0] <= cost else (cost, candidate, story)
        elif best is None or cost < best[0]:
            best = (cost, candidate, story)
        if sum(cause.code == "" for cause in story.causes) >= _HOPELESS:
            break  # no choice of conventions makes sense of this
    assert best is not None  # noqa: S101  # there is at least one candidate
    return best[1], best[2]


def _with_alternatives(story: Story, other: Story) -> Story:
    """The story, with what another one that costs the same says of the same answers."""
    says = {cause.shows: cause for cause in other.causes}
    causes = []
    for cause in story.causes:
        also = says.get(cause.shows)
        told_before = {(cause.code, cause.at), *cause.also}
        if also and also.code and (also.code, also.at) not in told_before:
            causes.append(replace(cause, also=(*cause.also, (also.code, also.at))))
        else:
            causes.append(cause)
    return replace(story, causes=tuple(causes))


def _price(cause: Cause) -> int:
    """What a cause makes of a story: rules are likely, slips cost by the entry."""
    price = _PRICES.get(cause.code, _PRICE)
    if cause.code in _SLIPS:
        price += _SLIP_ENTRY * int(np.sum(cause.entries))
    return price


def _prior(settled: Settled, stated: Mapping[str, str]) -> int:
    """What makes a choice unlikely before anything is explained."""
    contradicted = sum(
        stated.get(name) not in (None, value) for name, value in settled.conventions.items()
    )
    return _STATED * contradicted + _LAYOUT * sum(bool(x.words) for x in settled.layouts.values())


def _deviation(settled: Settled, first: Mapping[str, str]) -> int:
    """How many conventions are not at the key's value; that decides between equal stories."""
    return sum(value != first[name] for name, value in settled.conventions.items())


def _decided(
    told_apart: frozenset[str], candidates: Sequence[_Candidate], best: _Candidate
) -> tuple[str, ...]:
    """The conventions of which no other value leaves as few entries open."""
    decided = []
    for name in sorted(told_apart):
        own = best.settled.conventions[name]
        others = [c.open_entries for c in candidates if c.settled.conventions[name] != own]
        if not others or min(others) > best.open_entries:
            decided.append(name)
    return tuple(decided)
