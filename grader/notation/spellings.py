"""How a problem's names are spelled: its quantities in labels, its symbols in expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from grader.model import Problem
from grader.notation.labels import LONGEST, Name, compact, readings
from reference.gradient import PREFIX
from reference.problem import Problem as Reference

__all__ = ["lowered", "resolve_symbol", "spellings", "symbols"]

_CACHED = 64
_SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_BEFORE_GRADIENTS = ("grad_", "grad", "d", "nabla_", "nabla", "∇", "∇_")


def spellings(reference: Reference) -> Iterator[tuple[Name, str]]:
    """Every compact name of every quantity; a gradient is also named by what it is taken of."""
    by_name = {q.name: q for q in reference.quantities}
    for quantity in reference.quantities:
        for text in _own_names(quantity.name, quantity.aliases, quantity.symbol):
            yield Name(compact(text)), quantity.name
        if quantity.is_gradient:
            of = quantity.name.removeprefix(PREFIX)
            base = by_name.get(of)
            names = _own_names(of, base.aliases if base else (), base.symbol if base else "")
            aliased = (a.removeprefix(PREFIX) for a in quantity.aliases if a.startswith(PREFIX))
            for text in (*names, *aliased):
                yield Name(compact(text), is_gradient=True), quantity.name


def _own_names(name: str, aliases: Iterable[str], symbol: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in (name, symbol, *aliases) if text))


def lowered(name: Name) -> Name:
    """The name in lower case."""
    return Name(name.text.casefold(), name.is_gradient)


def symbols(problem: Problem | Reference) -> Mapping[str, str]:
    """Every spelling of a symbol in a problem's expressions, and the graph's name for it.

    Inputs and quantities. A spelling that could be two symbols is left out; exact names win.
    """
    return _words(problem.reference if isinstance(problem, Problem) else problem)


def resolve_symbol(name: str, problem: Problem | Reference) -> str | None:
    """The graph's name for a symbol as written (``W_{2}``, ``x′``, ``∇xp``), or None."""
    reference = problem.reference if isinstance(problem, Problem) else problem
    return _resolved(name, reference) if len(name) <= LONGEST else None


@lru_cache(maxsize=4096)
def _resolved(name: str, reference: Reference) -> str | None:
    words = _words(reference)
    if name in words:
        return words[name]
    table = _table(reference)
    for reading in readings(name):
        other = reading if reading.text in reference.dimensions else lowered(reading)
        for found in (table.get(reading), table.get(other)):
            if found and len(found) == 1:
                return found[0]
    return None


@lru_cache(maxsize=_CACHED)
def _words(reference: Reference) -> Mapping[str, str]:
    owners: dict[str, set[str]] = {}
    for reading, names in _table(reference).items():
        for spelling in _written(reading):
            owners.setdefault(spelling, set()).update(names)
    table = {text: name for text, names in owners.items() if len(names) == 1 for name in names}
    exact = [*reference.inputs, *(q.name for q in reference.quantities)]
    return MappingProxyType(table | {name: name for name in exact})


def _written(name: Name) -> Iterator[str]:
    """The spellings of a compact name that are words: with and without subscript signs."""
    parts = re.fullmatch(r"([^\W\d](?:\w*[^\W\d])?)(\d*)('*)", name.text)
    if parts is None:
        return
    letters, digits, primes = parts.groups()
    forms = [f"{letters}{digits}"]
    if digits:
        low = digits.translate(_SMALL)
        forms += [f"{letters}_{digits}", f"{letters}_{{{digits}}}", f"{letters}{low}"]
    for form in (f + mark * len(primes) for f in forms for mark in ("'′’" if primes else "'")):
        yield from (b + form for b in (_BEFORE_GRADIENTS if name.is_gradient else ("",)))


@lru_cache(maxsize=_CACHED)
def _table(reference: Reference) -> Mapping[Name, tuple[str, ...]]:
    """Compact names to the graph's names; in other case too, where that is no dimension's name."""
    exact: dict[Name, list[str]] = {}
    for name in reference.inputs:
        exact.setdefault(Name(compact(name)), []).append(name)
    for spelling, quantity in spellings(reference):
        exact.setdefault(spelling, []).append(quantity)
    table = {k: tuple(dict.fromkeys(v)) for k, v in exact.items()}
    folded: dict[Name, tuple[str, ...]] = {}
    for spelling, found in table.items():
        for other in {lowered(spelling), Name(spelling.text.upper(), spelling.is_gradient)}:
            if other not in table and other.text not in reference.dimensions:
                folded[other] = tuple(dict.fromkeys(folded.get(other, ()) + found))
    return MappingProxyType({**folded, **table})
