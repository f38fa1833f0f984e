"""Which quantity a student's label means.

Lenient in spelling, strict in meaning: what could be two quantities is none, and is asked about.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from grader.model import Problem, QuantityKey, Rubric
from grader.notation.labels import LONGEST, Name, readings, split_number
from grader.notation.numbers import quoted
from grader.notation.spellings import lowered, resolve_symbol, spellings, symbols
from reference.gradient import PREFIX

__all__ = [
    "candidates",
    "explain_unknown",
    "match",
    "match_problem",
    "numeric_shape",
    "resolve_symbol",
    "suggestions",
    "symbols",
]

_Table = Mapping[Name, tuple[QuantityKey, ...]]
_CACHED = 64


def match(
    label: str, rubric: Rubric, *, problem: str = "", shape: tuple[int, ...] | None = None
) -> QuantityKey | None:
    """The quantity that a label names, or None where it names none or could name several.

    Args:
        label: as written: ``gan.h0``, ``h_0``, ``Q1 h0``, ``∇w1``, ``dJ/dw1``.
        rubric: the quantities that there are.
        problem: the problem in whose part of the file the label stands, if that is known.
        shape: of the values given under it; decides where the letters do not.
    """
    keys = candidates(label, rubric, problem=problem)
    if shape is not None and len(keys) > 1:
        keys = _fitting(keys, rubric, shape) or keys
    elif shape and keys and not _fitting(keys, rubric, shape):
        keys = _despite_number(label, rubric, shape) or keys
    return keys[0] if len(keys) == 1 else None


def candidates(label: str, rubric: Rubric, *, problem: str = "") -> tuple[QuantityKey, ...]:
    """Every quantity that a label may name; more than one where only the values can tell."""
    return _candidates(label, rubric, problem) if len(label) <= LONGEST else ()


@lru_cache(maxsize=4096)
def _candidates(label: str, rubric: Rubric, problem: str) -> tuple[QuantityKey, ...]:
    whole = _looked_up(label, rubric)
    if whole:
        return whole.chosen(problem, "")
    for name in _problem_names(rubric):
        found = _looked_up(_after_problem(label, name), rubric).within(name)
        if found:
            return found.chosen("", "")
    numbered = split_number(label)
    if numbered is None:
        return ()
    number, rest, certain = numbered
    named = rubric.problems[number - 1].name if 0 < number <= len(rubric.problems) else ""
    return _looked_up(rest, rubric).chosen(problem or (named if certain else ""), named)


def match_problem(text: str, rubric: Rubric) -> str:
    """The problem that a heading or a sheet's name means: ``gan``, ``Problem 1``; empty if none."""
    for problem in rubric.problems:
        if _letters(text) and _letters(text) in _titles(problem):
            return problem.name
    for problem in rubric.problems:
        if re.match(rf"\s*{re.escape(problem.name)}\s*[:(\-–—]", text[:200], re.IGNORECASE):
            return problem.name
    numbered = split_number(text)
    if numbered is None or not numbered[2] or not 0 < numbered[0] <= len(rubric.problems):
        return ""
    named = rubric.problems[numbered[0] - 1]
    return named.name if _letters(numbered[1]) in {"", *_titles(named)} else ""


def _titles(problem: Problem) -> set[str]:
    return {_letters(problem.name), _letters(problem.title)}


def _letters(text: str) -> str:
    """Its letters and digits in lower case."""
    return re.sub(r"[\W_]+", "", text[:200].casefold())


def suggestions(label: str, rubric: Rubric, *, problem: str = "") -> tuple[QuantityKey, ...]:
    """The quantities that an unclear label may mean: all that it fits, else the most similar."""
    fitting = candidates(label, rubric, problem=problem)
    if fitting:
        return fitting
    known: dict[str, QuantityKey] = {}
    for name, keys in _table(rubric).items():
        for key in keys:
            text = (PREFIX if name.is_gradient else "") + name.text
            known.setdefault(text.casefold(), key)
            known.setdefault(f"{key.partition('.')[0]}.{text}".casefold(), key)
    written = "".join(label[:80].split()).casefold()
    from difflib import get_close_matches  # noqa: PLC0415  # only a name not known pays for it

    close = get_close_matches(written, known, n=6, cutoff=0.6)
    return tuple(dict.fromkeys(known[text] for text in close))[:3]


def explain_unknown(label: str, rubric: Rubric, *, problem: str = "") -> str:
    """A sentence on a label that names no one quantity, with what may be meant."""
    fitting = candidates(label, rubric, problem=problem)
    if len(fitting) > 1:
        return f"{quoted(label)} may be {_listed(fitting)}; write the problem's name before it."
    close = suggestions(label, rubric, problem=problem)
    if close:
        return f"{quoted(label)} is no quantity of this assignment; did you mean {_listed(close)}?"
    known = ", ".join(f"{i.key}" for p in rubric.problems for i in p.items[:3])
    return f"{quoted(label)} is no quantity of this assignment; they are named as in {known}."


@lru_cache(maxsize=1024)
def numeric_shape(problem: Problem, quantity: str) -> tuple[int, ...] | None:
    """A quantity's shape in whole numbers; None where its dimensions are not given."""
    sizes: dict[str, int] = {}
    for name, value in problem.given.items():
        declared = problem.reference.shapes.get(name, ())
        if len(declared) == value.ndim:
            sizes |= {
                d: n for d, n in zip(declared, value.shape, strict=True) if isinstance(d, str)
            }
    shape = tuple(d if isinstance(d, int) else sizes.get(d) for d in problem.shape(quantity))
    known = tuple(n for n in shape if n is not None)
    return known if len(known) == len(shape) else None


# --- the table of names -------------------------------------------------------------------------


@lru_cache(maxsize=_CACHED)
def _table(rubric: Rubric) -> _Table:
    table: dict[Name, list[QuantityKey]] = {}
    for problem in rubric.problems:
        for spelling, quantity in spellings(problem.reference):
            table.setdefault(spelling, []).append(QuantityKey(f"{problem.name}.{quantity}"))
    return MappingProxyType({name: tuple(dict.fromkeys(keys)) for name, keys in table.items()})


@lru_cache(maxsize=_CACHED)
def _folded_table(rubric: Rubric) -> _Table:
    folded: dict[Name, tuple[QuantityKey, ...]] = {}
    for name, keys in _table(rubric).items():
        lower = lowered(name)
        folded[lower] = tuple(dict.fromkeys(folded.get(lower, ()) + keys))
    return MappingProxyType(folded)


@dataclass(frozen=True, slots=True)
class _Found:
    """The quantities of a name: in the letters' own case, and in another."""

    exact: tuple[QuantityKey, ...] = ()
    others: tuple[QuantityKey, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.exact or self.others)

    def within(self, problem: str) -> _Found:
        """Those of one problem."""
        start = f"{problem}."
        return _Found(
            tuple(k for k in self.exact if k.startswith(start)),
            tuple(k for k in self.others if k.startswith(start)),
        )

    def chosen(self, certain: str, likely: str) -> tuple[QuantityKey, ...]:
        """The problem that is certainly meant comes before case, one that is likely after it."""
        found = (self.within(certain) if certain else self) or self
        closest = found.exact or found.others
        return tuple(k for k in closest if k.startswith(f"{likely}.")) or closest


@lru_cache(maxsize=4096)
def _looked_up(label: str, rubric: Rubric) -> _Found:
    """The quantities of the first reading of the label that names any."""
    table, folded = _table(rubric), _folded_table(rubric)
    for reading in readings(label):
        found = folded.get(lowered(reading), ())
        if found:
            exact = table.get(reading, ())
            return _Found(exact, tuple(k for k in found if k not in exact))
    return _Found()


def _fitting(
    keys: tuple[QuantityKey, ...], rubric: Rubric, shape: tuple[int, ...]
) -> tuple[QuantityKey, ...]:
    """Those whose shape is the given one; else its axes in another order; else as many entries.

    None where no quantity has so many.
    """
    shapes = {
        key: numeric_shape(rubric.problem(key.partition(".")[0]), key.partition(".")[2])
        for key in keys
    }
    known = {key: own for key, own in shapes.items() if own is not None}
    for found in (
        tuple(k for k, own in known.items() if own == shape),
        tuple(k for k, own in known.items() if sorted(own) == sorted(shape)),
        tuple(k for k, own in known.items() if math.prod(own) == math.prod(shape)),
    ):
        if found:
            return found
    return ()


def _despite_number(label: str, rubric: Rubric, shape: tuple[int, ...]) -> tuple[QuantityKey, ...]:
    """What a numbered label means where the number is not the problem's: ``Q2 ∇w1`` for task 2."""
    numbered = split_number(label)
    found = _looked_up(numbered[1], rubric) if numbered else _Found()
    return _fitting(found.exact, rubric, shape) or _fitting(found.others, rubric, shape)


def _problem_names(rubric: Rubric) -> list[str]:
    return sorted((p.name for p in rubric.problems), key=len, reverse=True)


def _after_problem(label: str, name: str) -> str:
    """What stands behind a problem's name and a separator; empty where the label has neither."""
    found = re.match(
        rf"\s*(?:problem\s+)?{re.escape(name)}\s*[.:/\\|>_\-–—\s)]+(?P<rest>.*)",
        label[:200],
        re.IGNORECASE | re.DOTALL,
    )
    return found["rest"] if found else ""


def _listed(keys: Iterable[QuantityKey]) -> str:
    *most, last = keys
    return f"{', '.join(most)} or {last}" if most else last
