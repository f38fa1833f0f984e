"""What a student defines on the way: ``let δ = ...``, ``z_2 = W_2^T h + b_2``, ``g(z) = ...``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from grader.notation.errors import NotationError
from grader.notation.grammar import parse
from grader.notation.jacobians import jacobian
from grader.notation.labels import compact
from grader.notation.prose import prepared
from grader.notation.readings import readings
from grader.notation.statements import Statement, statements
from grader.notation.substitution import Defined, expanded, function_defined
from grader.notation.tree import Expression, Index, Name, postorder
from grader.notation.typed import Typed
from grader.notation.vocabulary import Vocabulary

__all__ = ["bounded", "left_side", "relied_on", "unused", "with_definitions"]

_MOST_NODES = 1_000
"""Of a formula in which all definitions were written out."""


def with_definitions(
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
            vocabulary.used.clear()
            extended = _defined(vocabulary, statement, is_own=is_own)
            if extended is None:
                left.append((statement, is_own))
            else:
                vocabulary = extended
        if len(left) == len(waiting):
            break
        waiting = left
    vocabulary.used.clear()
    return vocabulary


def _defined(vocabulary: Vocabulary, statement: Statement, *, is_own: bool) -> Vocabulary | None:
    """The vocabulary with what a statement defines; None where that cannot be read (yet)."""
    named = left_side(statement.members[0].text) if len(statement.members) > 1 else None
    if named is None:
        return _with_function(vocabulary, statement)
    name, letters = named
    if not is_own and vocabulary.resolved(name) and not vocabulary.defined(name):
        return vocabulary
    if name.startswith("∂"):
        return _with_jacobian(vocabulary, statement, name, letters)
    base, below = _indexed(name, letters)
    for member in reversed(statement.members[1:]):
        try:
            tree = expanded(parse(member.text), vocabulary.functions)
            if below and _uses(tree, below):
                ways = readings(tree, vocabulary, None, below)
                return vocabulary.with_definition(base, tuple(map(bounded, ways)))
            return vocabulary.with_definition(name, tuple(map(bounded, readings(tree, vocabulary))))
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


def _with_jacobian(
    vocabulary: Vocabulary, statement: Statement, name: str, letters: tuple[str, ...]
) -> Vocabulary:
    """The vocabulary with derivatives that a statement gives by their entries, if it does."""
    if not letters:
        return vocabulary
    try:
        tree = expanded(parse(statement.members[-1].text), vocabulary.functions)
        found = jacobian(vocabulary, name, letters, tree)
    except NotationError:
        return vocabulary
    return vocabulary.with_definition(name, found) if found else vocabulary


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


@lru_cache(maxsize=1024)  # a class writes the same ones over and over
def left_side(text: str) -> tuple[str, tuple[str, ...]] | None:
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


def relied_on(given: Sequence[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    """Of what was defined before, the lines that were made use of."""
    used = vocabulary.relied_on()
    return tuple(line for line in given if used & _defines(line) or _calls(line, vocabulary))


def _defines(line: str) -> frozenset[str]:
    """The names that a line defines, compact."""
    named = (left_side(s.members[0].text) for s in statements(prepared(line)))
    return frozenset(compact(base) for one in named if one for base in (one[0], _indexed(*one)[0]))


def _calls(line: str, vocabulary: Vocabulary) -> bool:
    """Whether a line defines a function; all of them are told."""
    return any(line.lstrip(" $").startswith(f"{name}(") for name in vocabulary.functions)


def bounded(way: Typed) -> Typed:
    """The way, unless its definitions make it too long.

    Raises:
        NotationError: they do.
    """
    size = len(postorder(way.tree))
    if size > _MOST_NODES:
        message = "With all definitions written out this is too long to work with."
        raise NotationError(message, way.tree.source, way.tree.span)
    return way


def unused(found: Sequence[Statement], among: Sequence[int]) -> list[int]:
    """The statements whose name no other one uses."""
    used: set[str] = set()
    for statement in found:
        try:
            tree = parse(statement.members[-1].text)
        except NotationError:
            continue
        used |= {compact(node.name) for node in postorder(tree) if isinstance(node, Name)}
    lefts = ((k, left_side(found[k].members[0].text)) for k in among)
    return [k for k, named in lefts if named is None or compact(named[0]) not in used]
