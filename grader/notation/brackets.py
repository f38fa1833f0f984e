"""Brackets, before anything is parsed: each has its partner, none is too deep, and what they hold.

Deciding here keeps the grammar free of looking ahead: whether ``f(`` begins a list of arguments
and whether ``1[`` begins a comparison is known when it is reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from grader.notation.errors import NotationError
from grader.notation.lexer import Token
from grader.notation.tree import COMPARISONS, Span

__all__ = ["CLOSING", "MAX_DEPTH", "Bracket", "brackets", "partner"]

MAX_DEPTH = 40
"""Brackets within brackets."""

CLOSING: Mapping[str, str] = MappingProxyType({"(": ")", "[": "]", "{": "}"})

_BARS = frozenset("|‖")
"""Signs that open and close alike."""


@dataclass(slots=True)
class Bracket:
    """A pair of brackets: the tokens' positions, and what stands directly between them."""

    opens: int
    closes: int = 0
    has_comma: bool = False
    has_comparison: bool = False
    has_rows: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is between them."""
        return self.closes == self.opens + 1


def brackets(source: str, words: list[Token]) -> dict[int, Bracket]:
    """The pairs, by the position of the token that opens them.

    Raises:
        NotationError: one has no partner or another kind of partner, or they are too deep.
    """
    found: dict[int, Bracket] = {}
    still_open: list[Bracket] = []
    for position, word in enumerate(words):
        if word.kind not in ("operator", "row", "environment"):
            continue
        if _opens(word, words, still_open):
            if len(still_open) == MAX_DEPTH:
                raise NotationError(
                    f"There are at most {MAX_DEPTH} brackets within brackets.", source, word.span
                )
            found[position] = Bracket(position)
            still_open.append(found[position])
        elif word.text in _ENDS or word.text.startswith("end "):
            _close(source, words, still_open, position)
        elif still_open:
            still_open[-1].has_comma |= word.text == ","
            still_open[-1].has_comparison |= word.text in COMPARISONS
            still_open[-1].has_rows |= word.text == ";"
    if still_open:
        span = words[still_open[-1].opens].span
        raise NotationError("This bracket is never closed.", source, span)
    return found


_ENDS = frozenset({")", "]", "}", *_BARS})


def _opens(word: Token, words: list[Token], still_open: list[Bracket]) -> bool:
    """Whether it opens: a bar does unless the innermost bracket is a bar of its kind."""
    if word.text in _BARS:
        return not still_open or words[still_open[-1].opens].text != word.text
    return word.text in CLOSING or word.text.startswith("begin ")


def partner(opening: Token) -> str:
    """What closes it."""
    if opening.kind == "environment":
        return "end " + opening.text.removeprefix("begin ")
    return CLOSING.get(opening.text, opening.text)


def _close(source: str, words: list[Token], still_open: list[Bracket], position: int) -> None:
    word = words[position]
    if not still_open:
        raise NotationError("This bracket was never opened.", source, word.span)
    pair = still_open.pop()
    opening = words[pair.opens]
    if partner(opening) != word.text:
        span: Span = (opening.span[0], word.span[1])
        raise NotationError(
            f"The bracket {opening.text} is closed by {word.text}; write {partner(opening)}.",
            source,
            span,
        )
    pair.closes = position
