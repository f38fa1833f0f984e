r"""The signs that divide mathematics: relations, brackets, line ends, words; and what lays out.

Only `grader.notation.statements` needs them: nothing is read here, each sign only has its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["BRACKETS", "INTRODUCED", "OPENING", "SIGN", "Sign", "mates", "signs"]

_INTRODUCING = ("let", "where", "with", "define", "denote", "denoting", "using", "here", "since")
_GOING_ON = (
    *("and", "so", "thus", "therefore", "hence", "then", "gives", "giving", "yields", "implies"),
    *("which gives", "we get", "we have", "we obtain", "for all", "for each", "for every"),
)
_FILLERS = r"(?:\s++(?:us|by|that|we|have|get|obtain|define|denote|also|then)\b)*+[,:]?"
_EVERY = "|".join((*_INTRODUCING, *_GOING_ON)).replace(" ", r"\s++")
_CONNECTING = rf"(?:{_EVERY})(?![\w(]){_FILLERS}"
_KINDS: Mapping[str, str] = {
    "comment": r"(?<!\S)[%#][^\n]*",
    "row": r"\\\\\*?(?:\[\s*-?[\d.]{1,8}\s*[a-z]{2}\s*\])?|\\(?:newline|cr)(?![a-zA-Z])|\n",
    "begin": r"\\begin\s*\{(?P<env>[a-zA-Z]{1,20}\*?)\}(?:\s*\{[^{}\n]{0,40}\})?",
    "end": r"\\end\s*\{[a-zA-Z]{1,20}\*?\}",
    "blank": r"\\(?:label|tag\*?|hspace\*?|vspace\*?)\s*\{[^{}\n]{0,80}\}"
    r"|\\(?:nonumber|notag|displaystyle|textstyle|hfill|qed|blacksquare|square|Box|checkmark)"
    r"(?![a-zA-Z])|\\[,:;!> ]|[~∎□■]",
    "soft": r"\\q?quad(?![a-zA-Z])|\$\$?|\\[][()]|,",
    "sum": r"(?:\\(?:sum|prod)|[∑Σ∏]|\bsum)(?:\\limits)?\s*_\s*\w\s*=",
    "relation": r"\\(?:equiv|triangleq|coloneqq|coloneq)(?![a-zA-Z])"
    r"|\\(?:stackrel|overset)\s*\{(?:[^{}]|\{[^{}]{0,20}\}){0,20}\}\s*\{\s*=\s*\}"
    r"|(?:\\approx(?![a-zA-Z])|≈)(?=(?:\s|\\[,;: ])*+[-+−]?\s*+[\d.])|:=|≔|≡|≜",
    "arrow": r"\\(?:Rightarrow|implies|Longrightarrow|therefore|iff|Leftrightarrow|forall)"
    r"(?![a-zA-Z])|[⇒⟹∴⇔∀]|=>(?!=)",
    "compared": r"[=!<>]=|=<",
    "equals": r"=",
    "open": r"\\left(?![a-z])\s*(?:\\[{|]|\\[a-zA-Z]+|[^\s\\])|\\\{|[(\[{]",
    "close": r"\\right(?![a-z])\s*(?:\\[}|]|\\[a-zA-Z]+|[^\s\\])|\\\}|[)\]}]",
    "between": r"\\intertext\s*\{[^{}\n]{0,200}\}",
    "text": r"\\(?:text(?:rm|it|bf|sf)?|mbox|mathrm)\s*\{(?P<words>[^{}\n]{0,80})\}",
    "word": rf"(?<![\w\\.'])(?i:{_CONNECTING})",
    "command": r"\\(?:[a-zA-Z]+|.)",
    "semicolon": r";",
    "align": r"&",
}

SIGN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items()))
_WORDS = re.compile(rf"[\s,.:;]*+{_CONNECTING}[\s,.:;]*", re.IGNORECASE)
INTRODUCED = re.compile(rf"[\s,.:;]*+(?:{'|'.join(_INTRODUCING)})\b", re.IGNORECASE)
_PROSE = re.compile(r"(?=\s*[^\W\d_])(?:[^\\]*[.:,]\s*|\s*(?i:each|every|also|now|finally)\s*)")

OPENING = frozenset({"open", "begin"})
BRACKETS = OPENING | {"close", "end"}
_ASIDE = re.compile(
    r"\s*(?:\([^()]*\)|(?i:by|from|because|see|as|recall|i\.e\.)\s[^\\]*)\s*[.,]?\s*"
)
"""A text that only remarks on the formula before it: ``\\text{ (outer product)}``."""
_CONDITION = re.compile(
    r"\b(?:if|when|where|for|only|unless|else|otherwise)\b|[<>=≤≥]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign, where it stands, and the words in it: an environment's name, a text."""

    kind: str
    start: int
    end: int
    words: str = ""


def signs(text: str) -> list[Sign]:
    """The signs that matter for splitting, in order."""
    return [
        Sign(_kind(match, text), match.start(), match.end(), match["env"] or match["words"] or "")
        for match in SIGN.finditer(text)
    ]


def _kind(match: re.Match[str], text: str) -> str:
    """A text command is a word that connects, an aside, prose that leads in, or in a formula."""
    words = match["words"]
    if words is None:
        return str(match.lastgroup)
    if _WORDS.fullmatch(words):
        return "word"
    if _ASIDE.fullmatch(words) and not _CONDITION.search(words):
        return "blank"
    called = text[match.end() : match.end() + 1] == "("
    return "prose" if _PROSE.fullmatch(words) and not called else "command"


def mates(found: Sequence[Sign], text: str) -> dict[int, int]:
    """For each bracket and environment the position of the one that closes or opens it.

    One that is never closed has no mate, and counts for nothing.
    """
    pairs: dict[int, int] = {}
    waiting: list[tuple[str, int]] = []
    counts: dict[str, int] = {}
    for position, sign in enumerate(found):
        if sign.kind not in BRACKETS:
            continue
        sort = _sort(sign, text)
        if sign.kind in OPENING:
            waiting.append((sort, position))
            counts[sort] = counts.get(sort, 0) + 1
            continue
        opened = ""
        while counts.get(sort) and opened != sort:
            opened, other = waiting.pop()
            counts[opened] -= 1
            if opened == sort:
                pairs[other], pairs[position] = position, other
                break
    return pairs


def _sort(sign: Sign, text: str) -> str:
    r"""What has to close what: brackets of one kind, ``\left`` and ``\right``, environments."""
    if sign.kind in {"begin", "end"}:
        return "environment"
    written = text[sign.start : sign.end]
    if written.startswith(("\\left", "\\right")):
        return "sized"
    return {"(": ")", "[": "]", "{": "}", "\\{": "\\}"}.get(written, written)
