"""An answer as it was written down: its definitions, its chain of equalities, and what it says.

The last side of a chain is the answer; sides before it are ways to it. Definitions (``let δ = ...``
or ``where z_2 = W_2^T h``) may stand before or behind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.notation.errors import NotationError
from grader.notation.grammar import parse
from grader.notation.labels import compact
from grader.notation.prose import prepared
from grader.notation.readings import readings
from grader.notation.shapes import Shape, core
from grader.notation.statements import Member, Statement, statements
from grader.notation.substitution import Defined, expanded, function_defined
from grader.notation.tree import Expression, Index, Name, postorder
from grader.notation.typed import Typed
from grader.notation.vocabulary import Vocabulary

__all__ = ["Derivation", "derivation"]

_SIGN_FIRST = re.compile(r"\n(\s*[-+−])")
"""A line that begins with a sign goes on with the one before it, or is a formula by itself."""

_MOST_NODES = 1_000
"""Of a formula in which all definitions were written out."""


@dataclass(frozen=True, slots=True, eq=False)
class Derivation:
    """What an answer says.

    Attributes:
        ways: all ways to read it that fit its shape, the likeliest first.
        notes: what was decided in reading it, in sentences.
    """

    ways: tuple[Typed, ...]
    notes: tuple[str, ...] = ()


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


def _derivation(
    text: str, vocabulary: Vocabulary, asked_for: tuple[str, Shape | None], given: Sequence[str]
) -> Derivation:
    quantity, shape = asked_for
    own = statements(prepared(text))
    if not own:
        raise NotationError("There is no formula here.", text, (0, 0))
    asked = _Asked(vocabulary, quantity, core(shape) if shape is not None else None)
    target = asked.target(own)
    before = [s for line in given for s in statements(prepared(line))]
    others = [s for k, s in enumerate(own) if k != target]
    if before or others:
        used = _with_definitions(vocabulary, before, others)
        asked = replace(asked, vocabulary=used)
    return asked.read(own[target])


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
        return (alone or _unused(found, plain) or plain or [last])[-1]

    def names(self, member: Member) -> bool:
        """Whether a left-hand side is the quantity, or an entry of it."""
        named = _left(member.text)
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
        letters = next(filter(None, map(self.letters, left)), ())
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
        for member in reversed(sides):
            try:
                return self.side(member, letters)
            except NotationError:
                continue
        return None

    def letters(self, member: Member) -> tuple[str, ...]:
        """The indices of a left-hand side that is an entry of the quantity."""
        named = _left(member.text)
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
        return Derivation(tuple(_bounded(way) for way in ways))

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


def _unused(found: Sequence[Statement], among: Sequence[int]) -> list[int]:
    """The statements whose name no other one uses."""
    used: set[str] = set()
    for statement in found:
        try:
            tree = parse(statement.members[-1].text)
        except NotationError:
            continue
        used |= {compact(node.name) for node in postorder(tree) if isinstance(node, Name)}
    lefts = ((k, _left(found[k].members[0].text)) for k in among)
    return [k for k, named in lefts if named is None or compact(named[0]) not in used]


# --- definitions --------------------------------------------------------------------------------


def _with_definitions(
    vocabulary: Vocabulary, before: Sequence[Statement], own: Sequence[Statement]
) -> Vocabulary:
    """With all that was defined; a definition may use one that stands behind it.

    What the answer itself defines counts for it, even under a name of the problem; what stands
    elsewhere under such a name is another answer.
    """
    waiting = [(s, False) for s in before] + [(s, True) for s in own]
    while waiting:
        left = []
        for statement, is_own in waiting:
            extended = _defined(vocabulary, statement, is_own=is_own)
            if extended is None:
                left.append((statement, is_own))
            else:
                vocabulary = extended
        if len(left) == len(waiting):
            break
        waiting = left
    return vocabulary


def _defined(vocabulary: Vocabulary, statement: Statement, *, is_own: bool) -> Vocabulary | None:
    """The vocabulary with what a statement defines; None where that cannot be read (yet)."""
    named = _left(statement.members[0].text) if len(statement.members) > 1 else None
    if named is None:
        return _with_function(vocabulary, statement)
    name, letters = named
    if not is_own and vocabulary.resolved(name) and not vocabulary.defined(name):
        return vocabulary
    base, below = _indexed(name, letters)
    for member in reversed(statement.members[1:]):
        try:
            tree = expanded(parse(member.text), vocabulary.functions)
            if below and _uses(tree, below):
                ways = readings(tree, vocabulary, None, below)
                return vocabulary.with_definition(base, tuple(map(_bounded, ways)))
            return vocabulary.with_definition(
                name, tuple(map(_bounded, readings(tree, vocabulary)))
            )
        except NotationError:
            continue
    return None


def _with_function(vocabulary: Vocabulary, statement: Statement) -> Vocabulary | None:
    """The vocabulary with a function that a statement defines; unchanged where it defines none."""
    try:
        named = function_defined(parse(statement.members[0].text))
        if named is None or len(statement.members) == 1 or vocabulary.knows(named[0]):
            return vocabulary
        body = expanded(parse(statement.members[-1].text), vocabulary.functions)
    except NotationError:
        return vocabulary
    return vocabulary.with_function(named[0], Defined(named[1], body))


def _indexed(name: str, letters: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """``δ_j`` as δ and j, if it is so meant; the right-hand side tells."""
    base, _, low = name.partition("_")
    if letters or not low:
        return name, letters
    primes = low[len(low.rstrip("'")) :]
    letters = tuple(low.rstrip("'").replace(",", ""))
    is_index = all(letter.isalpha() for letter in letters)
    return (base + primes, letters) if is_index else (name, ())


def _uses(tree: Expression, letters: tuple[str, ...]) -> bool:
    """Whether the letters stand as indices in a formula."""
    found = set()
    for node in postorder(tree):
        if isinstance(node, Index):
            found |= {i.name for i in node.indices if isinstance(i, Name)}
        elif isinstance(node, Name):
            found |= set(node.name.rstrip("'").partition("_")[2])
    return set(letters) <= found


def _left(text: str) -> tuple[str, tuple[str, ...]] | None:
    """A left-hand side as a name and its indices, or None where it is something else."""
    try:
        tree = parse(text)
    except NotationError:
        return None
    letters: tuple[str, ...] = ()
    while isinstance(tree, Index):
        names = [i.name for i in tree.indices if isinstance(i, Name)]
        if len(names) != len(tree.indices):
            return None
        letters = (*names, *letters)
        tree = tree.operand
    return (tree.name, letters) if isinstance(tree, Name) else None


def _has_prime(text: str) -> bool:
    return any(mark in text for mark in "'′’")


def _bounded(way: Typed) -> Typed:
    """The way, unless its definitions make it too long.

    Raises:
        NotationError: they do.
    """
    size = len(postorder(way.tree))
    if size > _MOST_NODES:
        message = "With all definitions written out this is too long to work with."
        raise NotationError(message, way.tree.source, way.tree.span)
    return way
