"""Which problem each part of a write-up belongs to, from its headings and what stands below them.

A heading with a problem's name decides. One with a number only (``Q2.``) may count problems or
tasks: it is taken for the problem's unless all that stands below belongs to another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.model import Rubric
from grader.notation import names
from grader.readers.belonging import runs
from grader.readers.leftside import problems_of
from grader.readers.sayings import Saying, Sort

__all__ = ["Section", "channel_in", "label_in", "sections"]

_NUMBERED = re.compile(
    r"\W*(?P<word>prob[l1i|]ema?|problème|question|exercise|exercice|ejercicio|esercizio"
    r"|aufgabe|opgave|zadanie|задача|задание|问题|問題|题目|题|문제|ques|prob|ex|q|p)"
    r"\s*[.#:：]?\s*\(?(?P<number>\d{1,2})(?!\w|[.\-]\d)",
    re.IGNORECASE,
)
_TASK = re.compile(r"\W*(?:\(?\d{1,2}(?:[.\-]\d{1,2})*[.):]?|\(?[a-h][.)])\s+\S", re.IGNORECASE)
_LONGEST = 120
_LONG_NAME = 5
"""Letters from which a problem's name is found within other words: ``Auto-Encoders``."""
_CHANNEL = re.compile(
    r"\s*(?:of\s+)?\bchannels?\s*#?\s*(?P<number>\d)\b(?:\s*of\b)?", re.IGNORECASE
)
_VERB = re.compile(r"\s+(?:is|are|equals|gives)\s*\Z")
_COUNTED = re.compile(r"^\W*(?:\d+[.)\-])*\d*\W*")
_MATHS = re.compile(r"\$|\\[()]|`")


@dataclass(frozen=True, slots=True)
class Section:
    """Sayings of one problem; ``is_certain`` where a heading names it."""

    problem: str
    is_certain: bool
    sayings: tuple[Saying, ...]


def sections(said: Sequence[Saying], rubric: Rubric) -> tuple[Section, ...]:
    """The sayings, cut where a heading may begin another problem."""
    cuts = [k for k, saying in enumerate(said) if k and _heading(saying, rubric)]
    found: list[Section] = []
    before = ""
    for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True):
        within = tuple(said[start:end])
        heading = _heading(within[0], rubric) if within else None
        before, is_certain = _decided(within, heading, before, rubric)
        for problem, run in runs(within, rubric, before):
            is_sure = is_certain or problem != before
            found.append(Section(problem, is_sure, tuple(run)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Heading:
    """The problem that a heading names or has the number of; ``is_counted`` where only "Q2"."""

    problem: str
    is_titled: bool
    is_counted: bool = False


def _heading(saying: Saying, rubric: Rubric) -> _Heading | None:
    """What a heading tells of the problem; None for what is no such heading."""
    text = saying.text
    is_short = saying.sort in {Sort.WORDS, Sort.NOTE} and len(text) <= _LONGEST
    if not (saying.sort is Sort.HEADING or is_short):
        return None
    numbered = _NUMBERED.match(text)
    loose = bool(saying.sort is Sort.HEADING or numbered or _TASK.match(text))
    titled = [p.name for p in rubric.problems if _names(text, p.name, p.title, loose=loose)]
    if len(titled) == 1:
        return _Heading(titled[0], is_titled=True)
    number = int(numbered["number"]) if numbered else 0
    if numbered is None or not 0 < number <= len(rubric.problems):
        return None
    is_counted = len(numbered["word"]) == 1
    return _Heading(rubric.problems[number - 1].name, is_titled=False, is_counted=is_counted)


def _names(text: str, name: str, title: str, *, loose: bool) -> bool:
    """Whether a text is a problem's name or title, or (in a heading) has it in it."""
    letters = _letters(text)
    if letters in {_letters(name), _letters(title)}:
        return True
    if not loose:
        return False
    if len(name) >= _LONG_NAME and _letters(name) in letters:
        return True
    return re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", text, re.IGNORECASE) is not None


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text[:400].casefold())


def _decided(
    within: Sequence[Saying], heading: _Heading | None, before: str, rubric: Rubric
) -> tuple[str, bool]:
    """The problem of a section, and whether its heading is certain of it."""
    if heading and heading.is_titled:
        return heading.problem, True
    counts = Counter(_only_ones(within, rubric))
    if heading is None:
        return (next(iter(counts)) if len(counts) == 1 else ""), False
    if not heading.is_counted:
        first = Counter(_only_ones(_up_to_next(within), rubric))
        if first[heading.problem] or not first:
            return heading.problem, True
    most = max(counts.values(), default=0)
    if counts[heading.problem] == most:
        return heading.problem, not heading.is_counted
    return (before if counts[before] == most else counts.most_common(1)[0][0]), False


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
    text = saying.text.strip()
    bare = _VERB.sub("", _MATHS.sub("", text).strip(" :=."))
    is_sentence = saying.sort is Sort.WORDS and not (_TASK.match(text) or _NUMBERED.match(text))
    leads_in = text.endswith((":", "=", "is", "are")) or names.match(bare, rubric, problem=problem)
    if len(text) > 2 * _LONGEST or (is_sentence and not leads_in):
        return ""
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
