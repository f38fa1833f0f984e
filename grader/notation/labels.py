r"""A label as students write it, in parts: problem, gradient or not, name, index.

``Q1: \nabla_{w_1} J`` and ``gan.grad_w1`` are the same name in another spelling. Here spellings
become one; what the names mean is decided in `grader.notation.names`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from grader.model import Index

__all__ = [
    "LONGEST",
    "Name",
    "compact",
    "is_objective",
    "readings",
    "split_index",
    "split_number",
]

LONGEST = 120
"""No label is longer; longer text is prose."""

_INSIDE = r"(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\}){1,60}"
_COMMANDS = (
    (r"\\(?:nabla)(?![a-z])", "∇"),
    (r"\\(?:partial)(?![a-z])", "∂"),
    (r"\\prime(?![a-z])", "'"),
    (r"\\(?:math[a-z]+|text[a-z]*|boldsymbol|bm|vec|bf|operatorname)(?![a-z])", ""),
    (
        r"\\[dt]?frac\s*\{(" + _INSIDE + r")\}\s*\{(" + _INSIDE + r")\}",
        r"\1/\2",
    ),
    (r"\\(?:hat|widehat)[\s{]*([A-Za-z])\s*\}?", r"\1hat"),
    (r"\\(?:left|right|displaystyle)(?![a-z])", ""),
    (r"\\(log|ln|theta)(?![a-z])", r"\1"),
    (r"\\[,;:! ]", " "),
)
_LATEX = tuple((re.compile(pattern), replacement) for pattern, replacement in _COMMANDS)
_SIGNS = str.maketrans(
    {"′": "'", "’": "'", "‘": "'", "´": "'", "−": "-", "–": "-", "—": "-", "ℒ": "L", "θ": "theta"}
    | {"𝜕": "∂", "𝛁": "∇", "\u00ad": None, "\u200b": None, "\ufeff": None}
)
_HAT = re.compile("([A-Za-z])\u0302")
_SILENT = re.compile(r"[\s_{}$\\*`\"]")

# What is differentiated, where it is the objective: J, L, loss, log p, -log p(y=0), J(theta).
_OBJECTIVE = (
    r"[-+]?\(?[-+]?(?:J|L|E|(?i:loss|cost|nll|ll|objective)"
    r"|(?i:log|ln)\(?(?:p(?:\(y=0(?:\|[^()]*)?\))?|yhat|ŷ|D)\)?)(?:\([^()]{0,20}\))?\)?"
)
_OBJECTIVE_ALONE = re.compile(_OBJECTIVE)
_INTRODUCTION = re.compile(r"(?i:the|my|answers?(?:of|for|to)?|values?(?:of|for)):?")
_NABLA = r"(?:∇|(?i:nabla|gradients?|grad))"
_BY = r"(?i:wrt|w\.r\.t\.?|withrespectto|for|by)"
_OF = r"(?i:of|for|wrt|w\.r\.t\.?|withrespectto|in|at)"
_GRADIENTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[d∂]{_OBJECTIVE}/[d∂](?P<of>.+)",
        rf"{_NABLA}(?P<of>.+?){_OBJECTIVE}",
        rf"(?:{_NABLA}|(?i:derivatives?))(?i:of){_OBJECTIVE}{_BY}(?P<of>.+)",
        rf"(?:{_NABLA}|(?i:derivatives?)){_OF}?(?P<of>.+)",
        r"(?P<of>.+?)\.?(?i:gradient|grad)",
        r"[d∂](?P<of>.+)",
    )
)
_INDEX = re.compile(
    r"(?P<name>.*?[^\s=:])\s*(?P<index>(?:\[\s*\d{1,6}(?:\s*[,;]\s*\d{1,6})*\s*\]\s*)+"
    r"|\(\s*\d{1,6}(?:\s*[,;]\s*\d{1,6})*\s*\))\s*[:=]?\s*",
    re.DOTALL | re.ASCII,
)
_NUMBERED = re.compile(
    r"\s*(?P<word>problem|prob|question|quest|exercise|task|part|ques|q|p|ex)?\s*[.#]?\s*"
    r"\(?(?P<number>\d{1,2})(?P<parts>(?:[.\-]\d{1,2})*)(?:\(?[a-h](?![^\W_]))?"
    r"(?P<mark>[\s).:,_\-–—]*)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_STRONG = ("problem", "prob", "question", "quest", "ques", "exercise", "ex", "q", "p")


@dataclass(frozen=True, slots=True)
class Name:
    """One way to read a label: the name itself, compact, and whether its gradient is meant."""

    text: str
    is_gradient: bool = False


def compact(label: str) -> str:
    """The label in one spelling: LaTeX, subscripts, underscores and spaces make no difference."""
    text = unicodedata.normalize("NFKC", label[: 2 * LONGEST].translate(_SIGNS))
    if "\\" in text:
        for pattern, replacement in _LATEX:
            text = pattern.sub(replacement, text)
    text = _HAT.sub(r"\1hat", text)
    return _SILENT.sub("", text).rstrip(":=.,;≈").replace("^'", "'")


def is_objective(text: str) -> bool:
    r"""Whether what is differentiated is the objective: ``J``, ``log p(y=0)``, ``\mathcal{L}``."""
    return len(text) <= LONGEST and _OBJECTIVE_ALONE.fullmatch(compact(text)) is not None


def readings(label: str) -> Iterator[Name]:
    """The ways to read a label without its problem, the likeliest first."""
    text = compact(label)
    if not text or len(label) > LONGEST:
        return
    yield Name(text)
    introduced = _INTRODUCTION.match(text)
    if introduced:
        text = text[introduced.end() :]
        yield Name(text)
    yield from _gradients(text)
    bare = _without_comment(label)
    if bare != label:
        yield from readings(bare)


def _gradients(text: str) -> Iterator[Name]:
    for pattern in _GRADIENTS:
        match = pattern.fullmatch(text)
        if match:
            yield Name(match["of"].strip("()") or match["of"], is_gradient=True)


def _without_comment(label: str) -> str:
    """The label without a comment in brackets at its end: ``h0 (8 values)``, ``h2 [4 x 4]``."""
    text = label.rstrip(" :=\t\n")
    opening = {")": "(", "]": "["}.get(text[-1:], "")
    start = text.rfind(opening) if opening else -1
    comment = text[start + 1 : -1]
    is_index = not re.search(r"[^\d\s,;]", comment)
    is_stated = text[: max(start, 0)].rstrip().endswith(("=", ":"))  # h0 = [0.38, 1.4]
    return text[:start] if start > 0 and not (is_index or is_stated) else label


def split_index(label: str) -> tuple[str, Index | None]:
    """``h1[0][1][0]`` -> ``h1`` and (0, 1, 0); None where the label has no index."""
    match = _INDEX.fullmatch(label) if len(label) <= LONGEST else None
    if match is None:
        return label, None
    return match["name"], tuple(map(int, re.findall(r"\d+", match["index"])))


def split_number(label: str) -> tuple[int, str, bool] | None:
    """``Q1 h0`` -> 1, ``h0``, and whether the number is certainly a problem's.

    ``1) h0`` and ``Task 1: h0`` may also count something else. None where no number leads.
    """
    match = _NUMBERED.fullmatch(label) if len(label) <= LONGEST else None
    if match is None:
        return None
    marked = match["word"] or match["mark"].strip(" _-")
    if not marked and not (match["parts"] and match["mark"] and len(match["rest"]) > 1):
        return None  # "3 m" and "2.1 m" are numbers with a unit
    return int(match["number"]), match["rest"], (match["word"] or "").lower() in _STRONG
