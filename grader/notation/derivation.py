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
    check_read,
    left_side,
    parsed,
    relied_on,
    unused,
    with_definitions,
)
from grader.notation.errors import NotationError
from grader.notation.prose import is_prose, prepared
from grader.notation.readings import readings
from grader.notation.shapes import Shape, core
from grader.notation.statements import Member, Statement, statements
from grader.notation.substitution import expanded
from grader.notation.tree import Binary, Name, Number, postorder, scaled, turned_once
from grader.notation.typed import Typed
from grader.notation.vocabulary import Vocabulary

__all__ = ["Derivation", "derivation", "transposed_once"]

_MOST_STATEMENTS = 30

_MOST_SIDES = 6
"""Sides of a chain that are looked at from either end."""

_TRANSPOSED = re.compile(r"\^\s*\{?\s*(?:[Tt](?!\w)|\\top|\\intercal|⊤)|\.T(?!\w)|[ᵀᵗ⊤]|transpose")

_NUMBERED = re.compile(r"(?<=[\w)\]}'′])\s+(\(\d{1,2}(?:\.\d{1,2})?\))\s*\Z")

_MOST_MENDED = 60
"""Nodes of a formula in which a wrong transpose is looked for."""

_SIGN_FIRST = re.compile(r"\n([^\S\n]*[-+−])")
"""A line that begins with a sign goes on with the one before it, or is a formula by itself."""


@dataclass(frozen=True, slots=True, eq=False)
class Derivation:
    """What an answer says.

    Attributes:
        ways: all ways to read it that fit its shape, the likeliest first.
        notes: what was decided in reading it, in sentences.
        sides: what stands before the last side in its chain, as far as it is a formula that can
            be read; all sides are said to be equal.
        definitions: of what was defined before, the lines that were made use of.
    """

    ways: tuple[Typed, ...]
    notes: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    sides: tuple[Typed, ...] = ()


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
    tree = expanded(parsed(statement.members[-1].text), asked.vocabulary.functions)
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
    own = tuple(s for s in statements(prepared(text)) if not is_prose(s))
    if not own:
        raise NotationError("There is no formula here.", text, (0, 0))
    if len(own) > _MOST_STATEMENTS:
        told = f"An answer has at most {_MOST_STATEMENTS} equations; this one has {len(own)}."
        raise NotationError(told, text, (0, len(text)))
    asked = _Asked(vocabulary, quantity, core(shape) if shape is not None else None)
    target = asked.target(own)
    before = [s for line in given for s in statements(prepared(line))]
    others = [s for k, s in enumerate(own) if k != target]
    if before or others:
        used = with_definitions(vocabulary, before, others)
        check_read(used, others, own[target])
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
        if len({"".join(found[k].members[0].text.split()) for k in alone}) > 1:
            second = found[alone[1]].members[0]
            raise NotationError(
                "Two formulas stand here; leave the one that is your answer.",
                second.text,
                (0, len(second.text)),
            )
        return (alone or unused(found, plain) or plain or [last])[-1]

    def names(self, member: Member) -> bool:
        """Whether a left-hand side is the quantity, or an entry of it."""
        named = left_side(member.text)
        return (named is not None and self.means(named[0])) or self.means(member.text)

    def means(self, name: str) -> bool:
        """Whether a name is the quantity's, with indices or without."""
        if self.vocabulary.resolved(name) == self.quantity:
            return True
        entry = self.vocabulary.entry(name)
        return entry is not None and self.vocabulary.resolved(entry[0]) == self.quantity

    def read(self, statement: Statement) -> Derivation:
        """The last side that can be read."""
        *left, last = statement.members
        if left and self.names(last):  # -2(x - x') = dJ/dx'
            left, last = [last, *left[:-1]], left[-1]
        letters = next(filter(None, map(self.letters, left[:_MOST_SIDES])), ())
        factor = self.factor(left)
        if factor != 1.0:
            return self.divided(self.side(last, letters), factor)
        try:
            read = self.side(last, letters)
            between = left[1:] if left and left_side(left[0].text) else left
            return replace(read, sides=tuple(self.others(between, letters)))
        except NotationError as error:
            if not left[1:]:
                raise
            found = self.earlier(left[1:], letters)
            if found is None:
                raise
            told = f"its last form could not be read ({error.message}); the one before it was"
            return replace(found, notes=(told, *found.notes))

    def others(self, sides: Sequence[Member], letters: tuple[str, ...]) -> Iterator[Typed]:
        """The sides between the name and the last one, as far as they can be read."""
        for member in sides[-2:]:
            if not self.names(member):
                with contextlib.suppress(NotationError):
                    yield self.side(member, letters).ways[0]

    def factor(self, left: Sequence[Member]) -> float:
        """What the quantity is multiplied by on the left-hand side.

        Raises:
            NotationError: the left-hand side is another quantity's.
        """
        if not self.quantity or not left or any(map(self.names, left[:_MOST_SIDES])):
            return 1.0
        try:
            tree = parsed(left[0].text)
        except NotationError:
            return 1.0
        factor, name = scaled(tree)
        if name is None:
            every = (node.name for node in postorder(tree) if isinstance(node, Name))
            if any(map(self.means, every)):
                told = f"Write what {self.quantity} is; more than it stands on the left."
                raise NotationError(told, left[0].text, (0, len(left[0].text)))
            return 1.0
        if self.means(name):
            return factor
        own = self.vocabulary.resolved(name)
        if own in self.vocabulary.shapes and factor == 1.0:
            told = f"{left[0].text} stands on the left here, and {self.quantity} is asked for."
            raise NotationError(told, left[0].text, (0, len(left[0].text)))
        return 1.0

    def divided(self, found: Derivation, factor: float) -> Derivation:
        """What the quantity is, where a multiple of it was given."""
        number = Number(factor)
        ways = (replace(w, tree=Binary("/", w.tree, number, span=w.tree.span)) for w in found.ways)
        note = f"what is said of {factor:g} times it was divided by {factor:g}"
        return replace(found, ways=tuple(ways), notes=(note, *found.notes))

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
        if (number := _NUMBERED.search(member.text)) is not None:
            told = "Is this a factor, or the equation's number? Leave the number out."
            raise NotationError(told, member.text, number.span(1))
        tree = expanded(parsed(member.text), self.vocabulary.functions)
        ways: tuple[Typed, ...] = ()
        failed: NotationError | None = None
        try:
            ways = self.fitting(readings(tree, self.vocabulary, self.shape, letters))
        except NotationError as error:
            failed = error
        notes: tuple[str, ...] = ()
        if (failed or not self.fits(ways)) and _may_transpose(member.text):
            other = replace(self.vocabulary, primes_transpose=True)
            try:
                turned = self.fitting(readings(tree, other, self.shape, letters))
            except NotationError:
                turned = ()
            if self.fits(turned):
                ways, notes = turned, ("a prime was read as the transpose: nothing else fits",)
        if failed and not ways:
            raise failed
        return Derivation(tuple(bounded(way) for way in ways), notes)

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


def _may_transpose(text: str) -> bool:
    """Whether a prime may be MATLAB's transpose: no other sign for it was used."""
    return any(mark in text for mark in "'′’") and _TRANSPOSED.search(text) is None
