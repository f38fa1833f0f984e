"""Text to tokens: one regular expression, one pass, bounds first.

Spellings of the same thing become one here (``−`` and ``-``, ``·`` and ``*``, ``W_{2}`` and
``W_2``), so the grammar knows one form of each. Names stay as the student wrote them otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType

from grader.notation.errors import NotationError
from grader.notation.tree import Span

__all__ = ["MAX_CHARACTERS", "MAX_NUMBER", "MAX_TOKENS", "Token", "excerpt", "tokens"]

MAX_CHARACTERS = 2_000
MAX_TOKENS = 400
MAX_NUMBER = 40

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_NOT_IN_NAMES = _SUPERSCRIPTS + "⁻ᵀ"
_LETTER = rf"[^\W\d_{_NOT_IN_NAMES}]"
_IN_NAME = rf"[^\W{_NOT_IN_NAMES}]"
_HATTED = rf"\\(?:wide)?hat\s*(?:\{{\s*{_LETTER}\s*\}}|{_LETTER})"
_NAME = rf"(?:{_HATTED}|{_LETTER}\u0302?){_IN_NAME}*(?:(?<=_)\{{{_IN_NAME}+\}})?['′’]*"
_TOP = r"(?:T|⊤|\\top|\\intercal)"

_IN_BRACKETS = rf"\{{\s*{_TOP}\s*\}}|\(\s*{_TOP}\s*\)"

_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("space", r"\s+"),
            # names of several parts: p(y=0), dJ/dxp, ∇xp, grad xp
            ("event", rf"{_NAME}\(\s*{_NAME}\s*=\s*[0-9]+\s*\)"),
            ("derivative", rf"[d∂](?:[JLℒ]|[Ll]oss)\s*/\s*[d∂]{_NAME}"),
            ("gradient", rf"(?:∇\s*_?\s*|grad\s+)(?:\{{\s*{_NAME}\s*\}}|{_NAME})"),
            ("library", rf"(?:np|numpy|math|torch)\s*\.\s*{_NAME}"),
            ("name", _NAME),
            (
                "number",
                rf"(?:[0-9]+(?:\.(?!T(?!{_IN_NAME})))?[0-9]*|\.[0-9]+)(?:[eE][+\-−]?[0-9]+)?",
            ),
            (
                "transpose",
                rf"(?:\.|\*\*)\s*T(?!{_IN_NAME})|\^\s*(?:{_TOP}|{_IN_BRACKETS})|ᵀ|⊤",
            ),
            ("method", rf"\.{_NAME}"),
            ("superscript", rf"⁻?[{_SUPERSCRIPTS}]+"),
            ("one", "[𝟙𝟏]"),
            ("operator", r"\*\*|\.\*|\./|\.\^|[=!<>]=|[-+*/@^<>=()\[\]{},−–‐‑·⋅∙×÷⊙∘≤≥⩽⩾≠]"),
            ("prime", "['′’]"),
            ("other", r"[\s\S]"),
        )
    )
)

_SAME_OPERATOR = MappingProxyType(
    {"**": "^", ".^": "^", "./": "/", "÷": "/", "⊙": ".*", "∘": ".*"}
    | dict.fromkeys("−–‐‑", "-")
    | dict.fromkeys("·⋅∙×", "*")
    | {"≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", "≠": "!="}
)
_IN_ONE_SPELLING = str.maketrans("₀₁₂₃₄₅₆₇₈₉′’", "0123456789''", "{} \t\n\r")
_PLAIN = re.compile(r"[\w']+", re.ASCII)
_HAT = re.compile(r"\\(?:wide)?hat(.)|(.)\u0302")
_DIGITS = str.maketrans(_SUPERSCRIPTS + "⁻", "0123456789-")

_HINTS = MappingProxyType(
    {
        "|": "for an absolute value write abs(...)",
        "∑": "for a sum over all entries write sum(...)",
        "√": "write sqrt(...)",
        "\\": "LaTeX commands other than \\top and \\hat are not read",
        ";": "one answer holds one formula",
        ".": "a decimal number needs a digit beside its point",
        "∂": "write a gradient as dJ/dx, ∇x or grad_x",
        "⊗": "write outer(a, b) for the outer product",
        "_": "a name begins with a letter",
        "!": "different from is written !=",
    }
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the formula: its kind, its text in our one spelling, and its place."""

    kind: str
    text: str
    span: Span


def excerpt(text: str, limit: int = 40) -> str:
    """At most ``limit`` characters of a text, to be quoted in a sentence."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def tokens(text: str) -> tuple[str, list[Token]]:
    """The text with accents composed (places refer to it), and its tokens; the last is ``end``.

    Raises:
        NotationError: the text, a number or the list of tokens is too long, or a character has no
            meaning in a formula.
    """
    if len(text) > MAX_CHARACTERS:
        raise NotationError(
            f"A formula has at most {MAX_CHARACTERS} characters; this one has {len(text)}.",
            excerpt(text),
            (0, 1),
        )
    text = text if text.isascii() else unicodedata.normalize("NFC", text)
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        if kind == "space":
            continue
        if len(found) == MAX_TOKENS:
            raise NotationError(
                f"A formula has at most {MAX_TOKENS} numbers, names and signs; this one has more.",
                text,
                match.span(),
            )
        found.append(_token(kind, match[0], match.span(), text))
    found.append(Token("end", "", (len(text), len(text))))
    return text, found


def _token(kind: str, word: str, span: Span, text: str) -> Token:
    if kind == "name":
        return Token(kind, word if _PLAIN.fullmatch(word) else _plain(word), span)
    if kind == "operator":
        return Token(kind, _SAME_OPERATOR.get(word, word), span)
    if kind == "number":
        return Token(kind, _number(word, span, text), span)
    if kind == "other":
        raise _meaningless(word, span, text)
    if kind in _SPELLINGS:
        kind, spelling = _SPELLINGS[kind]
        return Token(kind, spelling(word), span)
    return Token(kind, word, span)


def _plain(word: str) -> str:
    """Without spaces and braces, digits on the line, primes straight, a hat behind its letter."""
    return _HAT.sub(r"\1\2hat", word.translate(_IN_ONE_SPELLING))


def _gradient(word: str) -> str:
    """``∇_{xp}`` is ``∇xp`` and ``grad xp`` is ``grad_xp``."""
    if word.startswith("∇"):
        return "∇" + _plain(word[1:]).removeprefix("_")
    return "grad_" + _plain(word.removeprefix("grad"))


_SPELLINGS = MappingProxyType(
    {
        "event": ("name", _plain),
        "derivative": ("name", lambda word: _plain(word).replace("∂", "d")),
        "gradient": ("name", _gradient),
        "library": ("library", _plain),
        "method": ("method", lambda word: _plain(word)[1:]),
        "superscript": ("superscript", lambda word: word.translate(_DIGITS)),
    }
)


def _number(word: str, span: Span, text: str) -> str:
    if len(word) > MAX_NUMBER:
        raise NotationError(
            f"A number has at most {MAX_NUMBER} characters; {excerpt(word)} has {len(word)}.",
            text,
            span,
        )
    return word.replace("−", "-")


def _meaningless(word: str, span: Span, text: str) -> NotationError:
    shown = word if word.isprintable() else f"U+{ord(word):04X}"
    hint = f": {_HINTS[word]}" if word in _HINTS else ""
    return NotationError(f"The character {shown} has no meaning here{hint}.", text, span)
