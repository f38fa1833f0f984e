"""Which problem each part of a write-up belongs to, from its headings and what stands below them.

A heading with a problem's name decides. One with a number only (``Q2.``) may count problems or
tasks: it is taken for the problem's unless all that stands below belongs to another. A part
(``Part 2:``) belongs where the names below it do.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.model import Rubric
from grader.notation import names
from grader.readers.belonging import problem_of, runs
from grader.readers.headings import Heading, Strength, heading_of, is_task
from grader.readers.leftside import is_symbol, left_side, problems_of
from grader.readers.sayings import Saying, Sort

__all__ = ["Section", "channel_in", "label_in", "sections"]

_LONGEST = 120
_CHANNEL = re.compile(
    r"\s*(?:of\s+)?\bchannels?\s*#?\s*(?P<number>\d)\b(?:\s*of\b)?", re.IGNORECASE
)
_BULLET = re.compile(r"\s*[-*+•]\s+")
_VERB = re.compile(r"\s+(?:is|are|equals|gives)\s*\Z")
_COUNTED = re.compile(r"^\W*(?:\d+[.)\-])*\d*\W*")
_MATHS = re.compile(r"\$|\\[()]|`")


@dataclass(frozen=True, slots=True)
class Section:
    """Sayings of one problem.

    Attributes:
        is_certain: a heading names it, or the names in it do.
        why: how the problem was told; empty where a heading says it in the expected form.
    """

    problem: str
    is_certain: bool
    sayings: tuple[Saying, ...]
    why: str = ""


def sections(said: Sequence[Saying], rubric: Rubric) -> tuple[Section, ...]:
    """The sayings, cut where a heading may begin another problem.

    Where headings name problems, parts are tasks within them.
    """
    headings = [heading_of(saying, rubric) for saying in said]
    weakest = Strength.COUNTED if any(h and h.problem for h in headings) else Strength.PART
    headings = [h if h and h.strength >= weakest else None for h in headings]
    cuts = [k for k, heading in enumerate(headings) if k and heading]
    found: list[Section] = []
    home = _Home("", is_certain=False)
    for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True):
        within = tuple(said[start:end])
        home = _home(within, headings[start] if within else None, home.problem, rubric)
        for run in runs(within, rubric, home.problem):
            is_own = run.problem == home.problem
            why = home.why if is_own else run.why
            is_certain = home.is_certain or not is_own
            found.append(Section(run.problem, is_certain, tuple(run.sayings), why))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Home:
    """The problem below a heading, whether the heading is certain of it, and else why."""

    problem: str
    is_certain: bool
    why: str = ""


def _home(within: Sequence[Saying], heading: Heading | None, before: str, rubric: Rubric) -> _Home:
    """The problem of a section, by its heading and by what stands below it."""
    if heading is None:
        counts = Counter(_only_ones(within, rubric))
        only = next(iter(counts)) if len(counts) == 1 else ""
        return _Home(only, is_certain=False, why=f"every other name beside it is {only}'s")
    if heading.strength is Strength.TITLED:
        return _Home(heading.problem, is_certain=True)
    if heading.strength is Strength.PART:
        return _of_part(within, heading, before, rubric)
    return _of_number(within, heading, before, rubric)


def _of_number(within: Sequence[Saying], heading: Heading, before: str, rubric: Rubric) -> _Home:
    """The problem whose number a heading has, unless what stands below is all another's."""
    is_counted = heading.strength is Strength.COUNTED
    counts = Counter(_only_ones(within, rubric))
    if not is_counted:
        first = Counter(_only_ones(_up_to_next(within), rubric))
        if first[heading.problem] or not first:
            return _Home(heading.problem, is_certain=True)
    most = max(counts.values(), default=0)
    if counts[heading.problem] == most:
        why = f"the heading {heading.told} has its number"
        return _Home(heading.problem, not is_counted, why if is_counted else "")
    taken = before if counts[before] == most else counts.most_common(1)[0][0]
    return _Home(taken, is_certain=False, why=f"most names below {heading.told} are {taken}'s")


def _of_part(within: Sequence[Saying], heading: Heading, before: str, rubric: Rubric) -> _Home:
    """The problem of a part that may be a task: that of all names below it, else the last."""
    below = _up_to_next(within)
    told = {*_only_ones(below, rubric), *(problem_of(saying, rubric, "") for saying in below)}
    told.discard("")
    if len(told) == 1:
        only = next(iter(told))
        return _Home(only, is_certain=False, why=f"the names below {heading.told} are {only}'s")
    return _Home(before, is_certain=False, why=f"what stands before {heading.told} is {before}'s")


def _up_to_next(within: Sequence[Saying]) -> Sequence[Saying]:
    """What stands below a heading, up to the next heading of any kind behind an equation."""
    is_begun = False
    for k, saying in enumerate(within):
        if is_begun and saying.sort is Sort.HEADING:
            return within[:k]
        is_begun = is_begun or saying.sort is Sort.EQUATION
    return within


def _only_ones(within: Sequence[Saying], rubric: Rubric) -> Iterator[str]:
    """For each name in some sayings that one problem only has: that problem."""
    texts = {s.sides[0].text for s in within if s.sort is Sort.EQUATION and not s.goes_on}
    for saying in within:
        texts |= {saying.text[a:b] for a, b in saying.spans}
    for text in sorted(texts):
        found = problems_of(text, rubric)
        if len(found) == 1:
            yield from found


# --- names in headings and sentences ------------------------------------------------------------


def label_in(saying: Saying, rubric: Rubric, problem: str) -> str:
    """The one quantity that a heading (or a sentence before a formula) names, as written.

    A channel that is named with it stands behind it: ``h_1 channel 2``.
    """
    bullet = _BULLET.match(saying.text)
    text = saying.text[bullet.end() if bullet else 0 :].strip()
    bare = _VERB.sub("", _MATHS.sub("", text).strip(" :=."))
    is_sentence = saying.sort is Sort.WORDS and not is_task(text)
    leads_in = text.endswith((":", "=", "is", "are")) or names.match(bare, rubric, problem=problem)
    if len(text) > 2 * _LONGEST or (is_sentence and not leads_in):
        return ""
    if text.endswith("=") and is_symbol(bare) and left_side(bare, rubric, problem):
        return bare
    channel = _CHANNEL.search(text)
    for piece in _pieces(_CHANNEL.sub("", bare), saying):
        if names.match(piece, rubric, problem=problem):
            return f"{piece} channel {channel['number']}" if channel else piece
    return ""


def channel_in(saying: Saying) -> str:
    """The number of a channel that a line begins with: ``Channel 1:``; empty where none."""
    found = _CHANNEL.match(_MATHS.sub("", saying.text).strip("*# "))
    return found["number"] if found else ""


def _pieces(bare: str, saying: Saying) -> Iterator[str]:
    """The parts of a line that may name a quantity, the likeliest first."""
    parts = [bare, *(part.strip(" .") for part in reversed(bare.split(":")))]
    yield from parts
    yield from (saying.text[a:b] for a, b in reversed(saying.spans))
    yield from (_COUNTED.sub("", part) for part in parts[:3])
    if bare and saying.sort is Sort.WORDS:
        yield bare.rsplit(maxsplit=1)[-1]
