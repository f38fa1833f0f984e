"""Numbers as students write them: ``.38``, ``1.2·10^-3``, ``-1/4``, ``0,38``, ``−1.4``.

What is read keeps its text and its digits. What is not read is refused with a sentence of its own:
a number that could mean two things (``1,000``) is never guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction

from grader.model import Number
from grader.notation.errors import NotationError

__all__ = ["MAX_LENGTH", "parse_number", "quoted", "uses_decimal_comma"]

MAX_LENGTH = 64
MAX_EXPONENT = 400
EXACT_DIGITS = 17  # a double's own precision: what an exact fraction is good for

_PLAIN = re.compile(r"([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:[eE]([+-]?\d+))?", re.ASCII)
_RAISED_BY = r"\^\s*(?P<power>\{\s*[+-]?\d+\s*\}|\(\s*[+-]?\d+\s*\)|[+-]?\d+)"
_WRITTEN = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<mantissa>[\d.,]*\d[\d.,]*)"
    rf"(?:[eE]\s*(?P<e>[+-]?\d+)|\s*[·×*x]\s*10\s*{_RAISED_BY})?",
    re.ASCII,
)
_TEN = re.compile(rf"(?P<sign>[+-]?)\s*10\s*{_RAISED_BY}", re.ASCII)
_FRACTION = re.compile(r"([+-]?)\s*(\d+)\s*/\s*([+-]?\d+)", re.ASCII)
_LATEX_FRACTION = re.compile(
    r"([+-]?)\s*\\[dt]?frac\s*\{\s*([+-]?\d+)\s*\}\s*\{\s*([+-]?\d+)\s*\}", re.ASCII
)
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
_RAISED = re.compile(f"[{_SUPERSCRIPTS}]+")
_RAISED_TO_PLAIN = str.maketrans(_SUPERSCRIPTS, "0123456789+-")
_CHARACTERS = str.maketrans(
    dict.fromkeys("−–‐‑‒", "-")  # minus, en dash, two hyphens, figure dash
    | dict.fromkeys("⋅∙•", "·")
    | dict.fromkeys("✕⨯", "×")
    | dict.fromkeys("\u200b\u200e\u200f\ufeff\u2060", "")  # what has no width
    | {"\u2044": "/", "\u2215": "/"}
)
# Variants that are the same character to a reader. Others would change the value: NFKC turns
# 1½ into 11/2 and 1₂ into 12.
_SAME_CHARACTER = ("<wide>", "<narrow>", "<small>", "<font>", "<noBreak>")
_WORDS = (("\\times", "×"), ("\\cdot", "·"), ("**", "^"), ("{,}", ","), ("\\,", " "))

# Sentences for what is not a number; the first pattern found in the text speaks.
_REFUSALS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), sentence)
    for pattern, sentence in (
        (r"^[+-]?nan(?:\W|$)|^#n/?a", "is no value; leave the entry empty where you have none"),
        (r"^[+-]?inf(?:inity)?$|∞|\\infty", "is not finite; a finite number was expected"),
        (r"^[+-]?0[xbo][\da-f]+$", "is not written in decimal; write the decimal number"),
        (r"_", "has an underscore in it; write the digits without separators"),
        (r"%|‰", "is a percentage; write the number itself (0.5 for 50 %)"),
        (r"^=|[=<>≈≤≥]", "has a relation sign in it; write only the number"),
        (r"^[\[({]|\d\s*[;|&]", "looks like more than one number; write one number an entry"),
        (r"[\d.]\s+[+-]?[\d.]", "looks like several numbers; write one number an entry"),
        (r"\.[^.]*\.", "has more than one decimal point; write one number"),
        (r"[,'’]", "has separators of unclear meaning; write one decimal point, as in 1234.5"),
        (r"/", "is no fraction of two whole numbers; write its decimal value"),
        (r"^[+-]?[\d.]+\s*[a-zµ°]", "has letters after it; write the number without a unit"),
    )
)  # fmt: skip


def parse_number(text: str, *, decimal_comma: bool = False) -> Number:
    """One number.

    Args:
        text: as written; spaces around it and ``$...$`` do not matter.
        decimal_comma: the other numbers of the file show that its comma is the decimal point, so
            that ``1,234`` is 1.234 and ``1.234,5`` is 1234.5.

    Raises:
        NotationError: it is no number, not finite, or can be read in two ways. The message says
            which, and how to write it.
    """
    if not decimal_comma and len(text) <= MAX_LENGTH:
        plain = _PLAIN.fullmatch(text)
        if plain is not None:
            sign, whole, part, bare, exponent = plain.groups()
            return _decimal(text, sign, whole or "", part or bare or "", exponent or "0")
    return _parse(text, decimal_comma=decimal_comma)


def uses_decimal_comma(texts: Iterable[str]) -> bool:
    """Whether a file's texts show that its comma is the decimal point.

    At least one can only be read so (``0,38``), and none can only be read with a decimal point.
    """
    shown = False
    for text in texts:
        if len(text) > MAX_LENGTH or not ("," in text or "." in text):
            continue
        written = _WRITTEN.fullmatch(_plain_text(text))
        if written is None:
            continue
        mantissa = written["mantissa"]
        if "," not in mantissa:
            if _PLAIN.fullmatch(mantissa) and not _may_be_grouped(mantissa, "."):
                return False
        elif mantissa.count(",") == 1 and not _may_be_grouped(mantissa, ","):
            if mantissa.find(".") > mantissa.find(","):
                return False
            shown = True
    return shown


def quoted(text: str, longest: int = 40) -> str:
    """A text for a message: on one line, printable, cut where it is long, in quotes."""
    one_line = " ".join(text.split())
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in one_line)
    return f"'{clean[: longest - 3]}...'" if len(clean) > longest else f"'{clean}'"


def _parse(text: str, *, decimal_comma: bool) -> Number:
    if not text.strip():
        raise NotationError("There is no number here.", text, (0, len(text)))
    if len(text) > MAX_LENGTH:
        raise _refusal(text, f"is longer than the {MAX_LENGTH} characters that a number may have")
    plain = _plain_text(text)
    fraction = _FRACTION.fullmatch(plain) or _LATEX_FRACTION.fullmatch(plain)
    if fraction is not None:
        return _fraction(text, *fraction.groups())
    ten = _TEN.fullmatch(plain)
    if ten is not None:
        return _decimal(text, ten["sign"], "1", "", ten["power"].strip("{}() "))
    written = _WRITTEN.fullmatch(plain)
    parts = written and _split(text, written["mantissa"], decimal_comma=decimal_comma)
    if written is None or parts is None:
        raise _no_number(text, plain)
    exponent = written["e"] or (written["power"] or "0").strip("{}() ")
    return _decimal(text, written["sign"], *parts, exponent)


def _plain_text(text: str) -> str:
    """The text with every sign that stands for another replaced, and what is around it removed."""
    if text.isascii():
        plain = text.strip()
    else:
        raised = _RAISED.sub(lambda m: f"^{m[0].translate(_RAISED_TO_PLAIN)}", text)
        plain = "".join(map(_folded, raised)).translate(_CHARACTERS).strip()
    if plain.startswith("$") and plain.endswith("$"):
        plain = plain.strip("$").strip()
    for word, sign in _WORDS:
        plain = plain.replace(word, sign)
    return plain.strip()


def _folded(character: str) -> str:
    """A full-width, bold or no-break variant as the plain character."""
    if unicodedata.category(character) == "Zs":
        return " "
    same = unicodedata.decomposition(character).startswith(_SAME_CHARACTER)
    return unicodedata.normalize("NFKC", character) if same else character


def _split(text: str, mantissa: str, *, decimal_comma: bool) -> tuple[str, str] | None:
    """The digits before and after the decimal point; None where it is no number at all."""
    if "," not in mantissa and not decimal_comma:
        return _at(mantissa, ".")
    if "," not in mantissa:
        if _may_be_grouped(mantissa, "."):
            raise _two_ways(text, mantissa, ".")
        return _at(mantissa, ".")
    if decimal_comma:
        whole, _, part = mantissa.rpartition(",")
        return (whole.replace(".", ""), part) if _grouped(whole) and part.isdigit() else None
    if "." in mantissa or mantissa.count(",") > 1:
        return None
    if _may_be_grouped(mantissa, ","):
        raise _two_ways(text, mantissa, ",")
    return None if mantissa.endswith(",") else _at(mantissa, ",")


def _at(mantissa: str, point: str) -> tuple[str, str] | None:
    whole, _, part = mantissa.partition(point)
    return (whole, part) if (whole + part).isdigit() else None


def _may_be_grouped(mantissa: str, mark: str) -> bool:
    """Whether the mark may as well separate thousands: one to three digits, then exactly three."""
    whole, _, part = mantissa.partition(mark)
    return len(part) == 3 and whole.isdigit() and len(whole) <= 3 and not whole.startswith("0")  # noqa: PLR2004 - a thousand has three zeros


def _grouped(whole: str) -> bool:
    """Whether digits are written plainly, or in groups of three: ``1.234.567``."""
    return whole == "" or re.fullmatch(r"\d+|\d{1,3}(?:\.\d{3})+", whole, re.ASCII) is not None


def _decimal(text: str, sign: str, whole: str, part: str, exponent: str) -> Number:
    power = int(exponent) if len(exponent) < 6 else MAX_EXPONENT + 1  # noqa: PLR2004 - longer than any that is allowed
    if abs(power) > MAX_EXPONENT:
        raise _refusal(text, f"has an exponent beyond {MAX_EXPONENT}; no answer is that far from 1")
    value = float(f"{sign}{whole or '0'}.{part}e{power}")
    if not math.isfinite(value):
        raise _refusal(text, "is too large to be a finite number")
    digits = len((whole + part).lstrip("0"))
    if digits and value == 0.0:
        raise _refusal(text, "is too small to be told from 0; write 0 if that is meant")
    return Number(text.strip(), value, power - len(part), digits)


def _fraction(text: str, sign: str, above: str, below: str) -> Number:
    if int(below) == 0:
        raise _refusal(text, "divides by zero")
    value = float(Fraction(int(above), int(below)))
    return Number(text.strip(), -value if sign == "-" else value, None, EXACT_DIGITS)


def _refusal(text: str, sentence: str, span: tuple[int, int] | None = None) -> NotationError:
    start = len(text) - len(text.lstrip())
    whole = (start, max(start, len(text.rstrip())))
    return NotationError(f"{quoted(text)} {sentence}.", text, span or whole)


def _two_ways(text: str, mantissa: str, mark: str) -> NotationError:
    whole, _, part = mantissa.partition(mark)
    start = max(0, text.find(mantissa))
    return _refusal(
        text,
        f"can be read as {whole}.{part} and as {whole}{part}; "
        f"write {whole}.{part}0 or {whole}{part}, whichever is meant",
        (start, start + len(mantissa)),
    )


def _no_number(text: str, plain: str) -> NotationError:
    for pattern, sentence in _REFUSALS:
        if pattern.search(plain):
            there = pattern.search(text)
            return _refusal(text, sentence, there.span() if there else None)
    return _refusal(text, "is not a number")
