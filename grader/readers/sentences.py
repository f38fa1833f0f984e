"""Equations inside of sentences: without the words before the name and behind the numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from grader.model import Grid, Rubric
from grader.notation import names
from grader.readers.latex_grid import numbers
from grader.readers.leftside import is_symbol
from grader.readers.saying import Saying, Side, Sort

__all__ = ["is_perhaps_an_answer", "judged", "trimmed", "with_equals"]

_NUMBER_AND_NAME = re.compile(
    r"(?P<number>[-+−]?[\d.][\d.,]*(?:[eE][-+]?\d+)?|\[[^\[\]]*\])"
    r"[\s,;]+(?:\(?[a-h\d]{1,2}[).]\s*)?(?P<name>[^\s\d(\[][^\s]{0,30})"
)
_SENTENCE = re.compile(
    r"(?<=[\d\])}])[ \t]*(?P<mark>[.,;])[ \t]+(?=(?!channel)[^\W\d_]{2,}[ \t]+[^\W\d_])"
)
"""Where words begin behind a number or a bracket."""
_BEHIND = re.compile(
    r"(?<=[\d\])}])(?:[ \t]+|[ \t]*\([ \t]*)(?=(?:after|rounded|to|where|which|for|so|since|because"
    r"|as|is|are|by|using|meaning|hence|thus|therefore)\b[ \t]+[^\W\d_])",
    re.IGNORECASE,
)
"""Where words begin right behind them that say something of the values that stand there."""
_COUNTS = re.compile(
    r"\b\d{1,2}[ \t]*(?:by|x|×)[ \t]*\d{1,2}\b"
    r"|\b\d{1,2}[ \t-]*(?=(?:significant|decimals?|digits?|figures?|places?)\b)"
)
"""Numbers that count digits, rows and columns."""
_OTHERWISE = re.compile(
    r"\b(?:times|(?<!hidden )units?|per\s?cent|percent|milli\w*|micro\w*|millionths?|thousand\w*"
    r"|powers?|scaled?|scaling|divided|multipl\w*|factors?|plus|minus|negated?|before|without|no|not|wrong\w*|incorrect\w*"
    r"|mistakes?|instead|or|channels?|first|second|transposed?|squared|e)\b|n't|[%×·*/^=]",
    re.IGNORECASE,
)
"""Words that may mean other values than those that stand there."""
_ARROW = re.compile(
    r"\A(?P<name>\s*(?:[-*+•]\s+)?[*`$]{0,3}[^\s=<>]{1,20}[*`$]{0,3}\s*)"
    r"(?P<arrow>→|⟶|⇒|[-=]>|←|<-(?=\s)|is\s+equal\s+to\b)"
    r"(?P<blank>\s*[`$]{0,2})(?P<call>c(?=\())?(?=[\[(]?[-+−]?\.?\d)"
)
_REJECTED = re.compile(
    r"\b(?:my|a|another)\s+(?:neighbou?r|classmate|friend|fellow\s+student)\b[^=]*\Z"
    r"|\bwould\s+(?:be|have\s+been|give|become)[\s:,]*\Z|\b(?:is|was)\s+not[\s:,]*\Z"
    r"|\b(?:earlier|previously|at\s+first|initially|mistakenly|wrongly),?\s+I\s+(?:had|got|wrote|found)\b[^=]*\Z",
    re.IGNORECASE,
)
"""Words right before an equation that reject it, or tell that another person has it."""
_SENTENCE_ENDS = re.compile(r"[.!?;]\s|\b(?:but|now|whereas|while)\b")
_DECIMAL = re.compile(r"(?<![\w.,])[-+−]?\d*[.,]\d+")
_FEW = 3
"""Decimals that a sentence may hold in passing, with one left over."""
_MOST_WORDS = 100
_MOST_BEFORE = 300
_LAST_WORDS = 4
_LONGEST_SYMBOL = 60
_MOST_ENDS = 8
"""Places of one sentence where numbers may end."""


def with_equals(text: str) -> str:
    """The text with ``=`` for an arrow between a name and its numbers: ``h0 <- c(0.38, 1.4)``."""
    return _ARROW.sub(
        lambda m: (
            f"{m['name']}{'='.ljust(len(m['arrow']))}{m['blank']}{' ' * len(m['call'] or '')}"
        ),
        text,
    )


def is_perhaps_an_answer(text: str, rubric: Rubric) -> bool:
    """Whether words hold several decimals and the name of a quantity that has several."""
    if len([*islice(_DECIMAL.finditer(text), _FEW)]) < _FEW:
        return False
    words = re.split(r"[\s,;:=()]+", text.replace("$", " "))[:_MOST_WORDS]
    return any(any(_shapes(word, rubric)) for word in words if len(word) > 1)


def judged(found: Iterable[Saying], text: str) -> Iterator[Saying]:
    """The equations of a line, with those marked that the words before them reject."""
    position = 0
    for said in found:
        start = text.find(said.sides[0].raw, position) if said.sides else -1
        if said.sort is not Sort.EQUATION or start < 0:
            yield said
            continue
        before = _SENTENCE_ENDS.split(text[max(0, start - _MOST_BEFORE) : start])[-1]
        position = start + 1
        yield replace(said, is_rejected=_REJECTED.search(before.rstrip(" $`\\(")) is not None)


def trimmed(said: Saying, rubric: Rubric) -> Iterator[Saying]:
    """An equation of a sentence, its first side without the words before the name."""
    if said.sort is not Sort.EQUATION or said.goes_on:
        yield said
        return
    first = said.sides[0]
    name = _name_at_end(first.text, rubric)
    if name:
        start = first.text.rindex(name)
        side = Side(name, first.raw[start : start + len(name)], first.place_at(start))
        yield from _apart(
            (side, *said.sides[1:-1], _without_sentence(said.sides[-1], name, rubric)), rubric
        )


def _apart(sides: tuple[Side, ...], rubric: Rubric) -> Iterator[Saying]:
    """``m = 12.4  p = 0.99`` says two things: a number ends what is said of a name."""
    for k, side in enumerate(sides[1:-1], 1):
        two = _NUMBER_AND_NAME.fullmatch(side.raw)
        if two and names.candidates(two["name"], rubric):
            first = Side(two["number"], two["number"], side.place)
            second = Side(two["name"], two["name"], side.place_at(two.start("name")))
            yield Saying(Sort.EQUATION, sides[0].place, (*sides[:k], first))
            yield from _apart((second, *sides[k + 1 :]), rubric)
            return
    yield Saying(Sort.EQUATION, sides[0].place, sides)


def _name_at_end(text: str, rubric: Rubric) -> str:
    """The name that a text ends with; a quantity's, as long as possible, or any symbol."""
    text = re.split(r":\s+", text)[-1]
    if names.candidates(text, rubric):
        return text
    words = [*re.finditer(r"\S+", text[-200:])]
    for word in words[-_LAST_WORDS:]:
        ending = text[-200:][word.start() :]
        if names.candidates(ending, rubric):
            return ending
    last = words[-1][0] if words else ""
    if len(words) > 1 and is_symbol(last) and len(last) <= _LONGEST_SYMBOL:
        return last
    return text if is_symbol(text) else ""


def _without_sentence(side: Side, name: str, rubric: Rubric) -> Side:
    """Numbers without the words that follow them: ``0.99, meaning that it is fooled``.

    Not where the sentence goes on with a number, which may multiply them.
    """
    for found in islice(_SENTENCE.finditer(side.raw), _MOST_ENDS):
        before, words = side.raw[: found.start()], side.raw[found.end() :]
        if re.search(r"\d", words) and not (found["mark"] == "." and words[0].isupper()):
            continue
        if numbers(before, side.place_at) is not None:
            return Side(" ".join(before.split()), before, side.place)
    return _without_words(side, name, rubric)


def _without_words(side: Side, name: str, rubric: Rubric) -> Side:
    """Numbers without words that no mark parts from them, if those cannot mean other values."""
    found = _BEHIND.search(side.raw)
    if found is None:
        return side
    before, words = side.raw[: found.start()], _COUNTS.sub("", side.raw[found.end() :])
    read = numbers(before, side.place_at)
    is_doubted = re.search(r"\d", words) is not None or _OTHERWISE.search(words) is not None
    if is_doubted or not isinstance(read, Grid) or not (read.shape or _is_scalar(name, rubric)):
        return side
    return Side(" ".join(before.split()), before, side.place)


def _is_scalar(name: str, rubric: Rubric) -> bool:
    """Whether a name may be that of one number: ``h0 = 0.38 for the first`` is an entry."""
    return () in _shapes(name, rubric)


def _shapes(name: str, rubric: Rubric) -> list[tuple[int, ...] | None]:
    """The shapes of what a name may be; None where no numbers are asked."""
    keys = [key.partition(".") for key in names.candidates(name, rubric)]
    return [names.numeric_shape(rubric.problem(key[0]), key[2]) for key in keys]
