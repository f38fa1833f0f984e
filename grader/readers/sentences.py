"""Equations inside of sentences: without the words before the name and behind the numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from grader.model import Rubric
from grader.notation import names
from grader.readers.latex_grid import numbers
from grader.readers.leftside import is_symbol
from grader.readers.saying import Saying, Side, Sort

__all__ = ["trimmed"]

_NUMBER_AND_NAME = re.compile(
    r"(?P<number>[-+−]?[\d.][\d.,]*(?:[eE][-+]?\d+)?|\[[^\[\]]*\])"
    r"[\s,;]+(?:\(?[a-h\d]{1,2}[).]\s*)?(?P<name>[^\s\d(\[][^\s]{0,30})"
)
_SENTENCE = re.compile(
    r"(?<=[\d\])}])[ \t]*(?P<mark>[.,;])[ \t]+(?=(?!channel)[^\W\d_]{2,}[ \t]+[^\W\d_])"
)
"""Where words begin behind a number or a bracket."""
_LAST_WORDS = 4
_LONGEST_SYMBOL = 60
_MOST_ENDS = 8
"""Places of one sentence where numbers may end."""


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
        yield from _apart((side, *said.sides[1:-1], _without_sentence(said.sides[-1])), rubric)


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


def _without_sentence(side: Side) -> Side:
    """Numbers without the words that follow them: ``0.99, meaning that it is fooled``.

    Not where the sentence goes on with a number, which may multiply them.
    """
    for found in islice(_SENTENCE.finditer(side.raw), _MOST_ENDS):
        before, words = side.raw[: found.start()], side.raw[found.end() :]
        if re.search(r"\d", words) and not (found["mark"] == "." and words[0].isupper()):
            continue
        if numbers(before, side.place_at) is not None:
            return Side(" ".join(before.split()), before, side.place)
    return side
