r"""Which problem an equation belongs to, by the names in it, wherever it stands.

``\nabla_{w_2} = h (2 (x' - x) \odot x')^T`` is the auto-encoder's: only there are x, x' and h.
Where the letters are in both, their case decides: ``W_2`` is not ``w_2``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.model import Problem, Rubric
from grader.notation import names
from grader.readers.leftside import is_gradient_like, problems_of
from grader.readers.sayings import Saying, Sort

__all__ = ["Run", "problem_of", "runs"]

_COMMAND = re.compile(r"\\(?!hat(?![a-z])|prime(?![a-z]))[a-zA-Z]+")
_NAME = re.compile(
    r"(?<![A-Za-z\\])(?:\\hat\s*\{?\s*)?[A-Za-z]{1,6}(?![A-Za-z])\u0302?\s*\}?"
    r"(?:\s*_\s*\{?\s*\d\s*\}?|\d|[₀-₉])?"
    r"(?P<prime>\s*\}?\s*(?:['′’]|\^\s*\{?\s*(?:\\prime(?![a-z])|['′’])\s*\}?))?"
)
_LONGEST = 2000
_SURE = 2
"""Names of one problem only that outweigh a heading."""


@dataclass(frozen=True, slots=True)
class Run:
    """Sayings of one problem; ``why`` says what in the first tells it, where it is not home."""

    problem: str
    sayings: list[Saying]
    why: str = ""


def runs(said: Sequence[Saying], rubric: Rubric, home: str) -> Iterator[Run]:
    """The sayings below a heading, cut where an equation belongs to another problem.

    What does not tell goes on with what stands before it, up to the next heading.
    """
    present = Run(home, [])
    for saying in said:
        is_heading = saying.sort is Sort.HEADING
        found, why = (home, "") if is_heading else _told(saying, rubric, home)
        if found and found != present.problem:
            if present.sayings:
                yield present
            present = Run(found, [], why)
        present.sayings.append(saying)
    yield present


def problem_of(saying: Saying, rubric: Rubric, home: str) -> str:
    """The problem that an equation belongs to; empty where it does not tell."""
    return _told(saying, rubric, home)[0]


def _told(saying: Saying, rubric: Rubric, home: str) -> tuple[str, str]:
    """The problem that an equation belongs to, and what tells it; empty where nothing does."""
    if saying.sort is not Sort.EQUATION or saying.goes_on or len(saying.sides) < 2:  # noqa: PLR2004
        return "", ""
    label = saying.sides[0].text
    right = " ".join(side.text for side in saying.sides[1:])[:_LONGEST]
    is_gradient = is_gradient_like(label)
    written = [*_symbols(right)]
    if not is_gradient:
        written += _symbols(label)
    holders = {p.name: _own(written, p, rubric) for p in rubric.problems}
    told = [name for name, own in holders.items() if own]
    if len(told) > 1 or (not written and ("matrix" in right or "[" in right)):
        return home, ""
    if told:
        own = holders[told[0]]
        needed = 1 if told[0] == home else _needed(label, told[0], home, rubric)
        has_label = not is_gradient or told[0] in problems_of(label, rubric)
        is_told = has_label and len(own) >= needed
        return (told[0], f"only {told[0]} has {_listed(own)}") if is_told else ("", "")
    cased = _by_case(label, written, rubric, home) if is_gradient else ""
    return cased, f"its letters are written as {cased} writes them"


def _listed(own: set[str]) -> str:
    *others, last = sorted(own)
    return f"{', '.join(others)} and {last}" if others else last


def _needed(label: str, other: str, home: str, rubric: Rubric) -> int:
    """How many names of another problem it takes: one, where the label itself is that problem's.

    A capital is written on purpose; small letters alone may be a careless hand's.
    """
    if not is_gradient_like(label):
        return _SURE
    if not home:
        return 1
    keys = names.candidates(label, rubric)
    if {key.partition(".")[0] for key in keys} != {other}:
        return _SURE
    is_capital = any(key.partition(".")[2] != key.partition(".")[2].lower() for key in keys)
    return 1 if is_capital or home not in problems_of(label, rubric) else _SURE


def _by_case(label: str, written: Sequence[str], rubric: Rubric, home: str) -> str:
    """By capitals and small letters alone; a label alone never leads away from a heading."""
    exact = {key.partition(".")[0] for key in names.candidates(label, rubric)}
    cased = [p.name for p in rubric.problems if any(_is_exact(w, p, rubric) for w in written)]
    if len(exact) == 1 and (exact == {home} or cased == [*exact]):
        return next(iter(exact))
    return ""


def _symbols(text: str) -> Iterator[str]:
    """The names in a formula, without spaces and brackets; with a prime also without it."""
    for found in _NAME.finditer(_COMMAND.sub(" ", text)):
        yield re.sub(r"[\s{}]|\\hat", "", found[0]) + ("'" if "\\hat" in found[0] else "")


def _own(written: Sequence[str], problem: Problem, rubric: Rubric) -> set[str]:
    """The names that this problem has and no other, not even as an entry of what it is given."""
    own: set[str] = set()
    for text in written:
        name = _resolved(text, problem)
        others = [p for p in rubric.problems if p is not problem]
        if name and not any(_resolved(text, p) or _is_entry(text, p) for p in others):
            own.add(name)
    return own


def _is_entry(text: str, problem: Problem) -> bool:
    base = re.sub(r"_?[\d₀-₉]\Z", "", text)
    return base != text and names.resolve_symbol(base, problem) in problem.reference.inputs


def _resolved(text: str, problem: Problem) -> str | None:
    bare = text.replace("^\\prime", "'").replace("’", "'")
    return names.resolve_symbol(bare, problem) or names.resolve_symbol(bare.rstrip("'′"), problem)


def _is_exact(text: str, problem: Problem, rubric: Rubric) -> bool:
    """Whether a name is this problem's in its own case, and another's in the other case only."""
    name = _resolved(text, problem)
    others = [_resolved(text, p) for p in rubric.problems if p is not problem]
    is_shared = any(others) and name not in others
    is_same_case = name is not None and name[:1] == text[:1]
    return (is_shared and is_same_case) or text in problem.reference.dimensions
