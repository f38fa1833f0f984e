r"""What a write-up says in words: which conventions it uses.

Of them only what cannot be misread is taken:

* ``convention: value`` in the rubric's own words: ``objective: minimize_nll``, or the objective
  in symbols: ``Objective: minimise -log p``;
* "negative log-likelihood", "NLL", and ``J = -\log p`` for any name of an objective: minimize_nll;
* ``J = \log p``: maximize_log_p. The words "maximise log p" alone are the assignment's own: they
  do not tell what was done.
"""

from __future__ import annotations

import re

from grader.model import Place, Rubric
from grader.notation.labels import compact
from grader.readers.collect import Found, convention_of, note_convention
from grader.readers.sayings import Saying, Side

__all__ = ["note_objective", "note_words"]

_FIELD = re.compile(r"(?:(?<=[\s,;|*(])|\A)(?P<label>[A-Za-z][A-Za-z ]{1,24}?)\s*\**\s*[:=]\s*\**")
_NLL = re.compile(r"negative\s+log[\s-]*likelihood|\bNLL\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|instead\s+of|rather\s+than|equivalent|without)\b", re.IGNORECASE)
_OBJECTIVE = re.compile(
    r"(?:[JLEℓ]|(?i:loss|cost|nll|objective))(?:_?[A-Za-z]{0,3})(?:\(.{0,30}\))?"
)
_LOG_P = re.compile(r"(?P<sign>-?)\\?(?:log|ln)\(?\{?(?:p(?![a-z])|yhat|ŷ|D\(|\\?sigma|σ)")
_SIGNED = re.compile(
    r"(?:(?P<least>minimi[sz]e[sd]?)|(?P<most>maximi[sz]e[sd]?))?[$`\\(]*(?P<minus>[-−])?[$`\\]*"
    r"(?:log|ln)[\s({]*(?:p|\\?sigma|σ|yhat|ŷ|D\()",
    re.IGNORECASE,
)
_LATEX_LOG = re.compile(r"\\(?:log|ln)(?![a-z])")


def note_words(found: Found, saying: Saying, rubric: Rubric) -> None:
    """Note the conventions that a line or a heading states."""
    text = saying.text[:400]
    for label, value in _pairs(text):
        name = convention_of(label, rubric)
        if name and value:
            first = re.split(r"[,;.(]", value)[0].strip("`* ")
            told = _in_symbols(value) if name == "objective" else ""
            note_convention(found, name, told or first, saying.place, rubric)
    if _NLL.search(text) and not _NOT.search(text):
        _note_once(found, "minimize_nll", saying.place, rubric)


def _in_symbols(value: str) -> str:
    """The objective that ``minimise -log p`` states; empty where verb and sign contradict."""
    said = _SIGNED.match(compact(_LATEX_LOG.sub(" log ", value)))
    if said is None or (said["least"] and not said["minus"]) or (said["most"] and said["minus"]):
        return ""
    return "minimize_nll" if said["minus"] else "maximize_log_p"


def _note_once(found: Found, value: str, place: Place, rubric: Rubric) -> None:
    """Note the objective where it is not stated yet, and where there is such a convention."""
    known = {v for p in rubric.problems for v in p.conventions.get("objective", ())}
    if value in known and "objective" not in found.conventions:
        note_convention(found, "objective", value, place, rubric)


def note_objective(found: Found, sides: tuple[Side, ...], rubric: Rubric) -> None:
    r"""Note the objective where an equation defines it: ``J(\theta) = -\log p(y=0)``."""
    if len(sides) > 1 and _OBJECTIVE.fullmatch(compact(sides[0].text)):
        for side in sides[1:]:
            text = compact(_LATEX_LOG.sub(" log ", side.text[:200]))
            written = _LOG_P.match(text)
            if written:
                value = "minimize_nll" if written["sign"] else "maximize_log_p"
                _note_once(found, value, side.place, rubric)


def _pairs(text: str) -> list[tuple[str, str]]:
    """``a: b, c: d`` as pairs; a value goes on to the next label."""
    marks = [*_FIELD.finditer(text)]
    ends = [*(m.start() for m in marks[1:]), len(text)][: len(marks)]
    return [
        (m["label"].strip(), text[m.end() : end].strip(" ,;|*()"))
        for m, end in zip(marks, ends, strict=True)
    ]
