"""A heading of a write-up -> the problem that it names, or whose number it has.

``# Problem 2``, ``Auto-encoder`` and ``Exercise II.`` say so themselves. ``Part 2:``,
``Question (b)`` and ``II.`` may count problems or tasks: they only say that another part begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from grader.model import Rubric
from grader.notation.numbers import quoted
from grader.readers.saying import Saying, Sort

__all__ = ["Heading", "Strength", "heading_of", "is_task"]

_LEAD = (
    r"\W*(?:(?:my\s+)?(?:solutions?|answers?|work)\s+(?:to|for|of)\s+"
    r"|(?:hw|homework|assignment)\s*#?\s*\d{0,2}\s*[,:.\-–—]?\s+)?"
)
_ROMAN = r"(?:(?-i:I{1,3}|IV|V)|(?-i:i{1,3}|iv|v))(?!\w)"
_COUNT = (
    r"\s*[.#:：]?\s*(?:(?:no|nr)\.?\s*|#\s*)?"
    rf"(?:\(?(?P<number>\d{{1,2}})(?!\w|[.\-]\d)|\(?(?P<parted>\d{{1,2}})\s?\(?[a-h]\)?(?!\w)"
    rf"|(?<![^\W_])\(?(?P<roman>{_ROMAN})|(?<=\s)(?P<spelled>one|two|three|four)\b)"
)
_NUMBERED = re.compile(
    _LEAD + r"(?P<word>prob[l1i|]ema?|problème|question|exercise|exercice|ejercicio|esercizio"
    r"|aufgabe|opgave|zadanie|задача|задание|问题|問題|题目|题|문제|ques|prob|ex|q|p)" + _COUNT,
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\W*(?:the\s+)?(?P<ordinal>first|second|third|fourth)\s+(?:problem|question|exercise)\W*\Z",
    re.IGNORECASE,
)
_PART = re.compile(
    _LEAD + r"(?:part|section|answer|solution|question|problem|exercise|ques|prob|q)\b\s*[.#:]?\s*"
    rf"(?:\(?(?P<number>\d{{1,2}})|\(?(?P<roman>{_ROMAN})|\((?P<letter>[a-d])\)"
    r"|(?P<capital>(?-i:[A-D]))(?!\w))\)?(?=\s*(?:[:.)\-–—]|\Z))",
    re.IGNORECASE,
)
_ROMAN_ALONE = re.compile(r"\W*(?:I{1,3}|IV|V)(?:[.):]\s|[.):]?\s*\Z)")
_BARE = re.compile(r"\W*\d(?:[.):]\s|[.):]?\s*\Z)")
_ENDS = re.compile(r"\)?\s*(?:[:.)\-–—,(]|\Z)")
_TASK = re.compile(r"\W*(?:\(?\d{1,2}(?:[.\-]\d{1,2})*[.):]?|\(?[a-h][.)])\s+\S", re.IGNORECASE)
_ROMANS = ("i", "ii", "iii", "iv", "v")
_SPELLED = ("one", "two", "three", "four")
_ORDINALS = ("first", "second", "third", "fourth")
_LONGEST = 120
_LONG_NAME = 5
"""Letters from which a problem's name is found within other words: ``Auto-Encoders``."""


class Strength(IntEnum):
    """How surely a heading tells the problem."""

    PART = 0
    """It may count anything, and only says that another part begins."""
    COUNTED = 1
    """``Q2``: a problem's number, or a task's."""
    NUMBERED = 2
    TITLED = 3


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that may begin another problem; of a part the problem is not known."""

    problem: str
    strength: Strength
    saying: Saying

    @property
    def told(self) -> str:
        """The heading with its line: ``"Part 2" (line 12)``."""
        return f"{quoted(self.saying.text.strip(), 40)} (line {self.saying.place.line})"


def heading_of(saying: Saying, rubric: Rubric) -> Heading | None:
    """What a heading, or a short line, tells of the problem; None for what is no such heading."""
    text = saying.text
    is_short = saying.sort in {Sort.WORDS, Sort.NOTE} and len(text) <= _LONGEST
    if not (saying.sort is Sort.HEADING or is_short):
        return None
    numbered = _numbered(saying)
    loose = bool(saying.sort is Sort.HEADING or numbered or _TASK.match(text))
    titled = [p.name for p in rubric.problems if _names(text, p.name, p.title, loose=loose)]
    if len(titled) == 1:
        return Heading(titled[0], Strength.TITLED, saying)
    number = _number(numbered or _ORDINAL.match(text))
    if 0 < number <= len(rubric.problems):
        is_letter = numbered is not None and len(numbered["word"]) == 1
        strength = Strength.COUNTED if is_letter else Strength.NUMBERED
        return Heading(rubric.problems[number - 1].name, strength, saying)
    return Heading("", Strength.PART, saying) if _begins_part(saying) else None


def _numbered(saying: Saying) -> re.Match[str] | None:
    """``Problem 2``; in a line of text ``Problem I had ...`` is none, nor is ``p i``."""
    found = _NUMBERED.match(saying.text)
    if found is None or not (found["roman"] or found["spelled"]):
        return found
    ends = saying.sort is Sort.HEADING or _ENDS.match(saying.text, found.end())
    return found if ends and len(found["word"]) > 1 else None


def is_task(text: str) -> bool:
    """Whether a line counts something: ``2) ...``, ``Problem 1 ...``."""
    return bool(_TASK.match(text) or _NUMBERED.match(text))


def _number(match: re.Match[str] | None) -> int:
    """The number that is written in figures, as a Roman one or as a word; 0 for none."""
    found = {
        name: text.casefold() for name, text in (match.groupdict() if match else {}).items() if text
    }
    if digits := found.get("number") or found.get("parted"):
        return int(digits)
    for kind, words in (("roman", _ROMANS), ("spelled", _SPELLED), ("ordinal", _ORDINALS)):
        if kind in found:
            return words.index(found[kind]) + 1
    return 0


def _begins_part(saying: Saying) -> bool:
    """Whether a line is ``Part 2:`` or ``II.``; a number alone only where it is a heading."""
    if saying.sort is Sort.NOTE:
        return False
    is_heading = saying.sort is Sort.HEADING
    alone = (_ROMAN_ALONE, _BARE) if is_heading else (_ROMAN_ALONE,)
    return any(form.match(saying.text) for form in (_PART, *alone))


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
