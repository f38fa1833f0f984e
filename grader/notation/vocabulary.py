"""What names mean where a formula stands: quantities with their shapes, dimensions, definitions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from grader.model import Problem
from grader.notation.glyphs import GREEK
from grader.notation.labels import LONGEST, compact
from grader.notation.shapes import Shape
from grader.notation.spellings import resolve_symbol
from grader.notation.substitution import Defined
from grader.notation.typed import Typed
from reference.problem import Problem as Reference

__all__ = ["Vocabulary", "of_problem", "of_symbols"]

_MOST_PIECES = 4
_PIECE = 24
_EVENT = re.compile(r"\(.*=\s*[1-9]\d*\)")
_LETTER = re.compile(r"[^\W\d_]")
_NOTHING: Mapping[str, tuple[Typed, ...]] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The names that a formula may use.

    Attributes:
        shapes: of every quantity, by its own name.
        dimensions: names of dimensions; they are numbers too.
        lookup: a name as written to a quantity's own name, or None.
        definitions: what the student defined, by compact name: all ways to read it.
        functions: what the student defined as functions of one argument.
        needs: for each definition those that it relies on; ``used`` notes those that were looked
            up since it was last empty.
        primes_transpose: a prime behind a name is MATLAB's transpose, also where it could belong
            to a name.
    """

    shapes: Mapping[str, Shape]
    dimensions: frozenset[str]
    lookup: Callable[[str], str | None]
    definitions: Mapping[str, tuple[Typed, ...]] = field(default_factory=lambda: _NOTHING)
    functions: Mapping[str, Defined] = field(default_factory=lambda: MappingProxyType({}))
    primes_transpose: bool = False
    needs: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    used: set[str] = field(default_factory=set, repr=False)

    def defined(self, name: str) -> tuple[Typed, ...]:
        """The readings of what the student defined under this name; none where they did not."""
        if not self.definitions:
            return ()
        key = self.key(name)
        found = self.definitions.get(key, ())
        if found:
            self.used.add(key)
        return found

    def key(self, name: str) -> str:
        """Under what a definition of this name stands: all spellings of a name are one."""
        return self.resolved(name) or compact(name)

    def relied_on(self) -> frozenset[str]:
        """The definitions that were used, and those that they rely on, by compact name."""
        found: set[str] = set()
        waiting = list(self.used)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.needs.get(name, ())
        return frozenset(found)

    def resolved(self, name: str) -> str | None:
        """The quantity's or dimension's own name, or None."""
        if self.primes_transpose and name.endswith("'"):
            return None
        if name in self.shapes or name in self.dimensions:
            return name
        if _EVENT.search(name):  # p(y=1) is not p(y=0)
            return None
        return self.lookup(name) if len(name) <= LONGEST else None

    def knows(self, name: str) -> bool:
        """Whether it is a name here."""
        return bool(self.defined(name)) or self.resolved(name) is not None

    def with_definition(self, name: str, readings: tuple[Typed, ...]) -> Vocabulary:
        """The same with one more name."""
        key = self.key(name)
        return replace(
            self,
            definitions={**self.definitions, key: readings},
            needs={**self.needs, key: frozenset(self.used) - {key}},
            used=set(),
        )

    def with_function(self, name: str, defined: Defined) -> Vocabulary:
        """The same with one more function."""
        return replace(self, functions={**self.functions, name: defined})

    def entry(self, name: str) -> tuple[str, tuple[str, ...]] | None:
        """``W_2,ij`` as ``W2`` and ``i, j``; None where it is no known name with indices."""
        base, mark, low = name.partition("_")
        if base in ("grad", "d") and "_" in low:  # grad_z2_j
            head, _, low = low.partition("_")
            base = f"{base}_{head}"
        if not mark:
            return None
        rest = low.rstrip("'")
        base += low[len(rest) :]
        number = re.match(r"\d*", rest)
        digits = number[0] if number else ""
        for own in (f"{base}_{digits}", base) if digits else (base,):
            letters = rest[len(digits) :] if own != base else rest
            pieces = tuple(re.findall(r"\d+|[^\W\d_]", letters))
            is_mixed = any(map(str.isdigit, pieces)) and not all(map(str.isdigit, pieces))
            if pieces and not is_mixed and self.knows(own) and not self._is_word(letters):
                return own, pieces
        return None

    def _is_word(self, letters: str) -> bool:
        """Whether a subscript is no index: more letters than an array has axes."""
        return len(_LETTER.findall(letters)) > 3  # noqa: PLR2004 - axes

    def is_piece(self, name: str) -> bool:
        """Whether it can be a factor of names that were written together."""
        return self.knows(name) or self.entry(name) is not None

    def pieces(self, name: str) -> tuple[str, ...]:
        """``W2h`` as ``W2`` and ``h``: the only way in which it is fewest names; none otherwise."""
        if len(name) > _PIECE:
            return ()
        best = sorted(self._split(name, _MOST_PIECES), key=len)
        fewest = [way for way in best if len(way) == len(best[0])]
        return fewest[0] if len(fewest) == 1 else ()

    def _split(self, name: str, most: int) -> Iterator[tuple[str, ...]]:
        if self.is_piece(name):
            yield (name,)
            return
        if most == 1:
            return
        for end in range(1, len(name)):
            start, rest = name[:end], name[end:]
            if _LETTER.match(rest) and self.is_piece(start):
                yield from ((start, *more) for more in self._split(rest, most - 1))

    def closest(self, name: str, more: tuple[str, ...] = ()) -> str:
        """The known name nearest to this one, or nothing."""
        known = [*more, *self.shapes, *self.dimensions, *self.definitions]
        if other := [own for own in known if own.casefold() == name.casefold()]:
            return other[0]
        return next(iter(difflib.get_close_matches(name[:40], known, n=1, cutoff=0.5)), "")


@lru_cache(maxsize=64)
def of_problem(problem: Problem | Reference) -> Vocabulary:
    """The names of a problem: what is given, its quantities and its dimensions."""
    reference = problem.reference if isinstance(problem, Problem) else problem
    names = (*reference.forward.inputs, *(q.name for q in reference.quantities))
    every = reference.shapes
    return Vocabulary(
        MappingProxyType({name: every[name] for name in names}),
        frozenset(reference.dimensions),
        lambda name: _in_its_case(name, resolve_symbol(name, reference)),
    )


def _in_its_case(name: str, own: str | None) -> str | None:
    """The name that was found, unless a single letter was written in the other case: X is not x."""
    is_other = own is not None and len(own) == 1 and name != own and name.casefold() == own
    return None if is_other else own


def of_symbols(symbols: Mapping[str, Shape]) -> Vocabulary:
    """Names with their shapes, in any spelling of subscripts: ``W_2`` is ``W2``."""
    spelled: dict[str, list[str]] = {}
    for name in symbols:
        spelled.setdefault(_in_letters(name), []).append(name)
    one = {text: names[0] for text, names in spelled.items() if len(names) == 1}
    sizes = (size for shape in symbols.values() for size in shape)
    return Vocabulary(
        MappingProxyType(dict(symbols)),
        frozenset(size for size in sizes if isinstance(size, str)),
        lambda name: one.get(_in_letters(name)),
    )


def _in_letters(name: str) -> str:
    """A compact name, with Greek letters as letters: ``beta`` is β."""
    text = compact(name)
    word = re.match(r"[a-z]+", text)
    return GREEK[word[0]] + text[word.end() :] if word and word[0] in GREEK else text
