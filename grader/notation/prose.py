r"""What students write around their mathematics, made mathematics before it is read.

A box around a result, ``\\in \\mathbb{R}^{N}`` behind it, a full stop between two formulas, and
functions that are named in words: ``where f = ReLU``, ``u is the unit step``.
"""

from __future__ import annotations

import re

from grader.notation.commands import PROSE
from grader.notation.functions import canonical
from grader.notation.statements import Statement

__all__ = ["is_prose", "prepared"]

_LONGEST = 8_000
_BOX = re.compile(r"\\(?:boxed|fbox|ensuremath|mathopen|mathclose)\s*\{")
_MEMBERSHIP = re.compile(
    r"(?:\\in(?![A-Za-z])|∈)\s*(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|R(?=\s*\^))"
    r"(?:\s*\^\s*(?:\{[^{}]{0,40}\}|\w+))?"
)
_STOP = re.compile(r"(?<=[)\]}\w'])[.:](?:\s|\\ )+(?!\\\\|\\end)(?=[^\W\d]|[\\∇∂\-(\d])")
_UPDATE = re.compile(
    r"(?<![\w'])(?P<name>[^\W\d]\w*+'*+)[^\S\n]*(?P<sign>\.?[*/]|[-+@])=(?!=)"
    r"[^\S\n]*(?P<by>[^;\n]{1,400})"
)
_MASKED = re.compile(
    r"(?<![\w'])(?P<name>[^\W\d]\w*+'*+)[^\S\n]*[\[(]"
    r"(?P<where>[^\[\]()=;\n]{0,60}(?:[<>]=?|==)[^\[\]();\n]{1,60})[\])]"
    r"[^\S\n]*=(?!=)[^\S\n]*(?P<by>[^;\n]{1,400})"
)
_NUMBERED = re.compile(
    r"(?:[^\S\n]{2,}|\t|\\q?quad\s*|\\hfill\s*)\(\d{1,2}(?:\.\d{1,2})?[a-z]?\)[^\S\n]*$",
    re.MULTILINE,
)
_BULLET = re.compile(
    r"^[^\S\n]*(?:[-*•][^\S\n]+(?=[^\n=]{1,80}=)|(?:\(?[a-h]|\(\d{1,2})\)[^\S\n]+"
    r"|\d{1,2}\.[^\S\n]+)",
    re.MULTILINE,
)
_SPACES = re.compile(r"[^\S\n]{3,}+")
_LINES = re.compile(r"\n(?:[^\S\n]*+\n){2,}+")
_MOST_BOXES = 20
_FENCE = re.compile(r"^[^\S\n]*```\w*[^\S\n]*$", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n(?=[^\S\n]*[-+−])")
_LEAD = re.compile(
    r"^[^\S\n]*(?:(?:the|so|thus|hence|then|therefore|finally|answers?|solution|result|ans"
    r"|gradient|is|we|get|have|obtain|final|by|chain|rule)\b[^\S\n]*)+[:,.]?(?=[^\S\n]*[^\s=])",
    re.IGNORECASE | re.MULTILINE,
)
_OTHERWISE = re.compile(r"(?<!\\)[,;]\s*(?:and\s+)?(?P<other>-?[\w.]+)\s+(?:otherwise|else)\b")
_IS_FUNCTION = re.compile(
    r"[,;]?\s*\b(?:where|with|and|for|let)?\s+(?P<name>[^\W\d_])(?:\([^()]{0,10}\))?\s*"
    r"(?:=|is|denotes|:=)\s*(?:the\s+)?"
    r"(?P<function>sigmoid|logistic|relu|tanh|unit[ -]step|heaviside(?:[ -]step)?|step|sign)"
    r"(?:\s+function)?(?![\w(])",
    re.IGNORECASE,
)


def prepared(text: str) -> str:
    """The text without what is around the mathematics; what is too long stays as it is."""
    if len(text) > _LONGEST:
        return text
    text = _FENCE.sub("", text).replace("`", " ")
    text = _SPACES.sub("  ", _LINES.sub("\n\n", text))  # or patterns would take their time
    text = _LEAD.sub(" ", _BULLET.sub(" ", _NUMBERED.sub("", _BLANK_LINE.sub(" ;", text))))
    text = _UPDATE.sub(r"\g<name> = \g<name> \g<sign> (\g<by>)", text)
    text = _MASKED.sub(r"\g<name> = where(\g<where>, \g<by>, \g<name>)", text)
    text = _OTHERWISE.sub(r" else \g<other>", _MEMBERSHIP.sub("", _unboxed(text)))
    for _ in range(4):
        found = _IS_FUNCTION.search(" " + text)
        if found is None:
            break
        text = _called(text, found)
    return _STOP.sub(" ;", text)


def is_prose(statement: Statement) -> bool:
    """Whether nothing but words of a sentence around the answer stands there."""
    words = re.findall(r"[^\W\d_]+", statement.members[0].text.lower())
    is_text = re.fullmatch(r"[^\W\d_]+(?:[\s,.:]+[^\W\d_]+)*[.:]?", statement.members[0].text)
    is_alone = len(statement.members) == 1 and len(statement.members[0].text) > 1
    return is_alone and is_text is not None and PROSE.issuperset(words)


def _unboxed(text: str) -> str:
    """Without boxes, whose brackets would hide the equation in them."""
    for _ in range(_MOST_BOXES):
        found = _BOX.search(text)
        if found is None:
            break
        depth, end = 1, found.end()
        while end < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        inside = text[found.end() : end - (depth == 0)]
        text = f"{text[: found.start()]} {inside} {text[end:]}"
    return text


def _called(text: str, found: re.Match[str]) -> str:
    """With the function's own name where it was called by another one."""
    word = found["function"].lower().replace(" step", "step").replace("-", "")
    function = canonical(word) or "step"
    before, behind = text[: max(found.start() - 1, 0)], text[found.end() - 1 :]
    name = re.compile(rf"(?<![\w\\]){re.escape(found['name'])}(?='*\s*(?:\\left\s*)?\()")
    return name.sub(function, f"{before} {behind}".strip())
