r"""Text to tokens: one regular expression, one pass, bounds first.

Spellings of the same thing become one here (``−``, ``\cdot`` and ``·``, ``W_{2}`` and ``W_2``,
``\odot`` and ``⊙``), so the grammar knows one form of each. What only looks (``\left``,
``\mathbf``) is passed over. Names stay as the student wrote them otherwise.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from grader.notation.commands import ACCENTS, COMMANDS, CONDITIONS, LOOKS, PROSE, SPACES
from grader.notation.errors import NotationError
from grader.notation.tree import Span

__all__ = ["MAX_CHARACTERS", "MAX_NUMBER", "MAX_TOKENS", "Token", "excerpt", "tokens"]

MAX_CHARACTERS = 2_000
MAX_TOKENS = 400
MAX_NUMBER = 40

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOW_DIGITS = "₀₁₂₃₄₅₆₇₈₉"
_LOW_LETTERS = dict(zip("ᵢⱼₖₗₘₙₐₑₒₓₕₚₛₜᵣᵤᵥ", "ijklmnaeoxhpstruv", strict=True))
_NOT_IN_NAMES = _SUPERSCRIPTS + "⁻ᵀᵗ½¼¾"
_IN_NAME = rf"[^\W_{_NOT_IN_NAMES}]"
_LETTER = rf"[^\W\d_{_NOT_IN_NAMES}{''.join(_LOW_LETTERS)}{_LOW_DIGITS}]"
_LOW = f"[{''.join(_LOW_LETTERS)}{_LOW_DIGITS}]"
_NAME = (
    rf"{_LETTER}\u0302?(?:_*{_IN_NAME})*(?:_\{{{_IN_NAME}+\}})?(?:['′’]+{_LOW}*)?"
    rf"(?:(?<=['′’])_{_IN_NAME}+)?"
)
_NUMBER = (
    rf"(?:[0-9]+(?:\.(?!T(?!{_IN_NAME})|[*/^']))?[0-9]*|\.[0-9]+)"
    r"(?:[eE][+\-−]?[0-9]+)?"
)
_LIBRARY = (
    r"(?:np|numpy|jnp|math|torch|tf|scipy|nn|F(?=\.(?:sigmoid|relu|tanh|soft)))"
    r"(?:\s*\.\s*(?:linalg|nn|functional|special))*"
    rf"\s*\.\s*{_NAME}"
)
_ONE = (
    r"[𝟙𝟏]|\\(?:mathbb|mathbf|mathds|mathbbm|boldsymbol|bm|vec)\s*(?:\{\s*1\s*\}|1)"
    r"|\\math(?:bb|ds|bbm)\s*(?:\{\s*I\s*\}|I(?![A-Za-z]))"
)
_END = r"(?![A-Za-z])"
_UPRIGHT = r"\\(?:math(?:sf|rm|it|tt)|text(?:sf)?|rm|sf)\s*\{?\s*[Tt]\s*\}?"
_ONE_T = rf"(?:[Tt]|⊤|\\top|\\intercal|{_UPRIGHT})"
_TOP = rf"\^\s*(?:[Tt]|⊤|\\(?:top|intercal){_END}|[{{(]\s*{_ONE_T}\s*[)}}]|{_UPRIGHT})"
_PRIMED = rf"\^\s*(?:\{{\s*(?:\\prime\s*|['′’]\s*)+\}}|\\prime{_END})"

_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in (
            ("space", r"(?:\s|~|\\[,;:!> ]|\\(?:left|right)\s*\.)+"),
            # names of several parts: p(y=0), dJ/dxp, grad xp
            ("event", rf"{_NAME}\(\s*{_NAME}\s*=\s*[0-9]+\s*\)"),
            ("derivative", rf"[d∂](?:[JLℒE]|[Ll]oss|log\s?p|ln\s?p)\s*/\s*[d∂]\s*{_NAME}"),
            ("gradient", rf"grad\s+(?:\{{\s*{_NAME}\s*\}}|{_NAME})"),
            ("library", _LIBRARY),
            ("name", _NAME),
            ("low", f"{_LOW}+"),
            ("number", _NUMBER),
            (
                "transpose",
                rf"(?:\.|\*\*)\s*T(?!{_IN_NAME})|{_TOP}|[ᵀᵗ⊤]",
            ),
            ("primes", _PRIMED),
            ("dots", r"\.\.\.|[…⋯⋮⋱]"),
            ("sum", "∑"),
            ("method", rf"\.{_NAME}"),
            ("superscript", rf"⁻?[{_SUPERSCRIPTS}]+"),
            ("half", "[½¼¾]"),
            ("one", _ONE),
            ("text", r"\\(?:text(?:rm|it|bf|normal)?|mbox|mathrm)\s*\{(?:[^{}\\$]|\\&){0,40}\}"),
            ("environment", r"\\(?:begin|end)\s*\{[A-Za-z]{1,12}\*?\}(?:\s*\{[clr| ]{0,40}\})?"),
            ("row", r"\\\\(?:\s*\[[^\]]{0,12}\])?|\\cr(?![A-Za-z])"),
            ("command", r"\\(?:[A-Za-z]+\*?|[{}|&])"),
            (
                "operator",
                r"\*\*|\.\*|\./|\.\^|&&|[=!<>]=|[-+*/@^<>=()\[\]{},;:_|‖−–‐‑·⋅∙∗×÷⊙⨀∘⊗≤≥⩽⩾≠∇∂∧&]",
            ),
            ("prime", r"\.?['′’]"),
            ("other", r"[\s\S]"),
        )
    )
)  # fmt: skip

_SAME_OPERATOR = MappingProxyType(
    {"**": "^", ".^": "^", "./": "/", "÷": "/", "∗": "*", "∧": "&&"}
    | dict.fromkeys("⊙⨀∘", ".*")
    | dict.fromkeys("−–‐‑", "-")
    | dict.fromkeys("⋅∙×", "·")
    | {"≤": "<=", "⩽": "<=", "≥": ">=", "⩾": ">=", "≠": "!="}
)
_IN_ONE_SPELLING = str.maketrans(_LOW_DIGITS + "′’", "0123456789''", "{} \t\n\r")
_PLAIN = re.compile(r"[\w']+", re.ASCII)
_HAT = re.compile("(.)\u0302")
_LOW_RUN = re.compile(f"(?<=[^_])([{''.join(_LOW_LETTERS)}]+)")
_LOW_TO_PLAIN = str.maketrans(_LOW_LETTERS | dict(zip(_LOW_DIGITS, "0123456789", strict=True)))
_DIGITS = str.maketrans(_SUPERSCRIPTS + "⁻", "0123456789-")

_HINTS = MappingProxyType(
    {
        "√": "write sqrt(...)",
        ".": "a decimal number needs a digit beside its point",
        "!": "different from is written !=",
        "#": "leave comments out",
    }
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the formula: its kind, its text in our one spelling, and its place."""

    kind: str
    text: str
    span: Span
    written: str = ""


def excerpt(text: str, limit: int = 40) -> str:
    """At most ``limit`` characters of a text, to be quoted in a sentence."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def tokens(text: str) -> tuple[str, list[Token]]:
    """The text with accents composed (places refer to it), and its tokens; the last is ``end``.

    Raises:
        NotationError: the text, a number or the list of tokens is too long, or a character or a
            LaTeX command has no meaning in a formula.
    """
    if len(text) > MAX_CHARACTERS:
        raise NotationError(
            f"A formula has at most {MAX_CHARACTERS} characters; this one has {len(text)}.",
            excerpt(text),
            (0, 1),
        )
    text = text if text.isascii() else unicodedata.normalize("NFC", text)
    if "\\ " in text and not re.search(r"\\[A-Za-z]", text):
        at = text.index("\\ ")
        told = "A backslash has no meaning here; for a quotient of matrices write inv(A) b."
        raise NotationError(told, text, (at, at + 1))
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
        token = _token(kind, match[0], match.span(), text)
        if token is not None:
            found.append(token)
    found.append(Token("end", "", (len(text), len(text))))
    return text, found


def _token(kind: str, word: str, span: Span, text: str) -> Token | None:
    """The token, or None where it only looks."""
    if kind == "name":
        return Token(kind, word if _PLAIN.fullmatch(word) else _plain(word), span, word)
    if kind == "operator":
        return Token(kind, _SAME_OPERATOR.get(word, word), span, word)
    if kind in _SPELLINGS:
        kind, spelling = _SPELLINGS[kind]
        return Token(kind, spelling(word), span, word)
    if kind in _RULES:
        return _RULES[kind](word, span, text)
    return Token(kind, word, span, word)


def _plain(word: str) -> str:
    """Without spaces and braces, digits on the line, primes straight, a hat behind its letter."""
    raised = _LOW_RUN.sub(r"_\1", word).translate(_LOW_TO_PLAIN)
    return _HAT.sub(r"\1hat", raised.translate(_IN_ONE_SPELLING))


def _gradient(word: str) -> str:
    """``grad xp`` is ``grad_xp``."""
    return "grad_" + _plain(word.removeprefix("grad"))


def _environment(word: str) -> str:
    r"""``\begin{bmatrix}`` is ``begin bmatrix``."""
    command, _, rest = word[1:].partition("{")
    return f"{command.strip()} {rest.partition('}')[0].rstrip('*')}"


_SPELLINGS = MappingProxyType(
    {
        "event": ("name", _plain),
        "derivative": ("name", lambda word: _plain(word).replace("∂", "d").replace("ℒ", "L")),
        "gradient": ("name", _gradient),
        "library": ("library", _plain),
        "low": ("low", lambda word: word.translate(_LOW_TO_PLAIN)),
        "method": ("method", lambda word: _plain(word)[1:]),
        "superscript": ("superscript", lambda word: word.translate(_DIGITS)),
        "primes": ("prime", lambda word: "'" * (word.count("prime") + sum(map(word.count, "'′’")))),
        "prime": ("prime", lambda word: word.replace("′", "'").replace("’", "'")),
        "row": ("row", lambda _word: ";"),
        "sum": ("command", lambda _word: "sum"),
        "half": ("number", lambda word: str(unicodedata.numeric(word))),
        "dots": ("dots", lambda _word: "…"),
        "environment": ("environment", _environment),
    }
)


def _worded(word: str, span: Span, _text: str) -> Token | None:
    r"""``\text{ReLU}`` is a name; ``\text{if }`` a word between a value and its condition."""
    inside = word[word.index("{") + 1 : -1].strip(" ,;.").replace("\\&", "and")
    told = re.findall(r"\w+", inside.lower())
    if told and PROSE.issuperset(told):
        return None
    if inside.lower() in CONDITIONS or not re.fullmatch(r"[^\W\d_]\w*'*", inside):
        return Token("text", inside.lower(), span, word) if inside else None
    return Token("name", inside, span, word)


def _command(word: str, span: Span, text: str) -> Token | None:
    name = word[1:].rstrip("*")
    if name in SPACES or name in LOOKS:
        return None
    if name in COMMANDS:
        sign = COMMANDS[name]
        kind = "name" if sign[0].isalpha() else _KINDS.get(sign, "operator")
        return Token(kind, sign, span, word)
    if name in ACCENTS:
        return Token("accent", ACCENTS[name], span, word)
    if name in _CONSTRUCTIONS:
        return Token("command", _CONSTRUCTIONS[name], span, word)
    if name == "mathbb":
        return None
    raise NotationError(f"The command {excerpt(word)} is not known here.", text, span)


_KINDS = MappingProxyType({"⊤": "transpose", "'": "prime", "…": "dots"})
_CONSTRUCTIONS = MappingProxyType(
    {"frac": "frac", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "sqrt": "sqrt"}
    | dict.fromkeys(("underbrace", "overbrace"), "brace")
    | dict.fromkeys(("underset", "overset", "stackrel", "textcolor", "colorbox"), "second")
    | {"color": "skip"}
    | {"sum": "sum", "prod": "prod"}
)


def _number(word: str, span: Span, text: str) -> Token:
    if len(word) > MAX_NUMBER:
        raise NotationError(
            f"A number has at most {MAX_NUMBER} characters; {excerpt(word)} has {len(word)}.",
            text,
            span,
        )
    return Token("number", word.replace("−", "-"), span, word)


def _meaningless(word: str, span: Span, text: str) -> Token:
    shown = word if word.isprintable() else f"U+{ord(word):04X}"
    hint = f": {_HINTS[word]}" if word in _HINTS else ""
    raise NotationError(f"The character {shown} has no meaning here{hint}.", text, span)


_RULES: Mapping[str, Callable[[str, Span, str], Token | None]] = MappingProxyType(
    {"number": _number, "command": _command, "text": _worded, "other": _meaningless}
)
