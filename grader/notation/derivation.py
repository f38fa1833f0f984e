"""An answer as it was written down: its definitions, its chain of equalities, and what it says.

The last side of a chain is the answer; sides before it are ways to it. Definitions (``let δ = ...``
or ``where z_2 = W_2^T h``) may stand before or behind.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.notation.definitions import (
    bounded,
    left_side,
    relied_on,
    unused,
    with_definitions,
)
from grader.notation.errors import NotationError
from grader.notation.grammar import parse
from grader.notation.prose import prepared
from grader.notation.readings import readings
from grader.notation.shapes import Shape, core
from grader.notation.statements import Member, Statement, statements
from grader.notation.substitution import expanded
from grader.notation.tree import postorder, turned_once
from grader.notation.typed import Typed
from grader.notation.vocabulary import Vocabulary

__all__ = ["Derivation", "derivation", "transposed_once"]

_MOST_SIDES = 6
"""Sides of a chain that are looked at from either end."""

_MOST_MENDED = 60
"""Nodes of a formula in which a wrong transpose is looked for."""

_SIGN_FIRST = re.compile(r"\n(\s*[-+−])")
"""A line that begins with a sign goes on with the one before it, or is a formula by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Derivation:
    """What an answer says.

    Attributes:
        ways: all ways to read it that fit its shape, the likeliest first.
        notes: what was decided in reading it, in sentences.
        definitions: of what was defined before, the lines that were made use of.
    """

    ways: tuple[Typed, ...]
    notes: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()


def derivation(
    text: str,
    vocabulary: Vocabulary,
    *,
    quantity: str = "",
    shape: Shape | None = None,
    given: Sequence[str] = (),
) -> Derivation:
    """Read an answer.

    Args:
        text: a formula, an equation, a chain of equalities, with or without definitions.
        vocabulary: what names mean.
        quantity: what is answered, by the vocabulary's name; a left-hand side may name it.
        shape: that it has.
        given: what was defined before, in order.

    Raises:
        ShapeMisfitError: it was read, and no way to read it fits.
        NotationError: it cannot be read.
    """
    try:
        return _derivation(text, vocabulary, (quantity, shape), given)
    except NotationError:
        apart = _SIGN_FIRST.sub(r";\1", text)
        if apart == text:
            raise
    return _derivation(apart, vocabulary, (quantity, shape), given)


def transposed_once(
    text: str, vocabulary: Vocabulary, quantity: str, shape: Shape, given: Sequence[str] = ()
) -> Iterator[tuple[str, Typed]]:
    """What an answer whose shapes do not fit would say with one matrix transposed, or not.

    Yields:
        The name of the matrix, and a way to read the answer so that it has its shape.
    """
    asked, statement = _asked(text, vocabulary, (quantity, shape), given)
    tree = expanded(parse(statement.members[-1].text), asked.vocabulary.functions)
    if len(postorder(tree)) > _MOST_MENDED:
        return
    for name, other in turned_once(tree):
        own = vocabulary.resolved(name)
        with contextlib.suppress(NotationError):
            ways = readings(other, asked.vocabulary, asked.shape)
            yield from ((own, way) for way in ways if own and way.shape == asked.shape)


def _derivation(
    text: str, vocabulary: Vocabulary, asked_for: tuple[str, Shape | None], given: Sequence[str]
) -> Derivation:
    asked, statement = _asked(text, vocabulary, asked_for, given)
    found = asked.read(statement)
    return replace(found, definitions=relied_on(given, asked.vocabulary)) if given else found


def _asked(
    text: str, vocabulary: Vocabulary, asked_for: tuple[str, Shape | None], given: Sequence[str]
) -> tuple[_Asked, Statement]:
    """What is asked for, with all that was defined, and the statement that is the answer."""
    quantity, shape = asked_for
    own = statements(prepared(text))
    if not own:
        raise NotationError("There is no formula here.", text, (0, 0))
    asked = _Asked(vocabulary, quantity, core(shape) if shape is not None else None)
    target = asked.target(own)
    before = [s for line in given for s in statements(prepared(line))]
    others = [s for k, s in enumerate(own) if k != target]
    if before or others:
        used = with_definitions(vocabulary, before, others)
        asked = replace(asked, vocabulary=used)
    return asked, own[target]


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """What is asked for."""

    vocabulary: Vocabulary
    quantity: str
    shape: Shape | None

    def target(self, found: Sequence[Statement]) -> int:
        """The statement that is the answer: it names it, else it names nothing, else the last."""
        last = len(found) - 1
        if not last:
            return 0
        named = [k for k, s in enumerate(found) if len(s.members) > 1 and self.names(s.members[0])]
        if named:
            return named[-1]
        plain = [k for k, s in enumerate(found) if not s.introduced]
        alone = [k for k in plain if len(found[k].members) == 1]
        return (alone or unused(found, plain) or plain or [last])[-1]

    def names(self, member: Member) -> bool:
        """Whether a left-hand side is the quantity, or an entry of it."""
        named = left_side(member.text)
        return named is not None and self.means(named[0])

    def means(self, name: str) -> bool:
        """Whether a name is the quantity's, with indices or without."""
        if self.vocabulary.resolved(name) == self.quantity:
            return True
        entry = self.vocabulary.entry(name)
        return entry is not None and self.vocabulary.resolved(entry[0]) == self.quantity

    def read(self, statement: Statement) -> Derivation:
        """The last side that can be read."""
        *left, last = statement.members
        letters = next(filter(None, map(self.letters, left[:_MOST_SIDES])), ())
        try:
            return self.side(last, letters)
        except NotationError as error:
            if not left[1:]:
                raise
            found = self.earlier(left[1:], letters)
            if found is None:
                raise
            told = f"its last form could not be read ({error.message}); the one before it was"
            return replace(found, notes=(told, *found.notes))

    def earlier(self, sides: Sequence[Member], letters: tuple[str, ...]) -> Derivation | None:
        """The last of the sides before it that can be read."""
        for member in reversed(sides[-_MOST_SIDES:]):
            try:
                return self.side(member, letters)
            except NotationError:
                continue
        return None

    def letters(self, member: Member) -> tuple[str, ...]:
        """The indices of a left-hand side that is an entry of the quantity."""
        named = left_side(member.text)
        if named is None:
            return ()
        name, letters = named
        entry = self.vocabulary.entry(name) if not letters else None
        if not self.vocabulary.resolved(name) and entry:
            letters = entry[1]
        return letters if all(letter.isalpha() for letter in letters) else ()

    def side(self, member: Member, letters: tuple[str, ...]) -> Derivation:
        """All ways to read one side of the chain; a prime is a transpose if nothing else fits."""
        tree = expanded(parse(member.text), self.vocabulary.functions)
        ways: tuple[Typed, ...] = ()
        failed: NotationError | None = None
        try:
            ways = self.fitting(readings(tree, self.vocabulary, self.shape, letters))
        except NotationError as error:
            failed = error
        if (failed or not self.fits(ways)) and _has_prime(member.text):
            other = replace(self.vocabulary, primes_transpose=True)
            try:
                turned = self.fitting(readings(tree, other, self.shape, letters))
            except NotationError:
                turned = ()
            ways = turned if self.fits(turned) else ways
        if failed and not ways:
            raise failed
        return Derivation(tuple(bounded(way) for way in ways))

    def fits(self, ways: Sequence[Typed]) -> bool:
        """Whether a way has the shape that is asked for."""
        return bool(ways) and (self.shape is None or ways[0].shape == self.shape)

    def fitting(self, ways: Sequence[Typed]) -> tuple[Typed, ...]:
        """Those of the asked shape; else its transposes; else all."""
        if self.shape is None:
            return tuple(ways)
        for shape in (self.shape, self.shape[::-1]):
            if found := tuple(way for way in ways if way.shape == shape):
                return found
        return tuple(ways)


def _has_prime(text: str) -> bool:
    return any(mark in text for mark in "'′’")
