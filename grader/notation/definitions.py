"""What a student defines on the way: ``let δ = ...``, ``z_2 = W_2^T h + b_2``, ``g(z) = ...``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from grader.notation.errors import NotationError
from grader.notation.evaluate import evaluate
from grader.notation.functions import FUNCTIONS
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

__all__ = [
    "bounded",
    "check_read",
    "left_side",
    "parsed",
    "relied_on",
    "unused",
    "with_definitions",
]

_MOST_NODES = 1_000
"""Of a formula in which all definitions were written out."""


@lru_cache(maxsize=64)
def parsed(text: str) -> Expression:
    """The tree of one side; kept a while, since it is asked for more than once in an answer.

    Raises:
        NotationError: it is no formula.
    """
    return parse(text)


def with_definitions(
    vocabulary: Vocabulary, before: Sequence[Statement], own: Sequence[Statement]
) -> Vocabulary:
    """With all that was defined; a definition may use one that stands behind it.

    What the answer itself defines counts for it, even under a name of the problem; what stands
    elsewhere under such a name is another answer.
    """
    _check_twice(vocabulary, own)
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


def check_read(vocabulary: Vocabulary, own: Sequence[Statement], target: Statement) -> None:
    """Nothing that the answer says of itself is passed over.

    Raises:
        NotationError: a line beside the answer could not be read, and the answer may rely on it.
    """
    used = {vocabulary.key(n) for s in (*own, target) for n in _names(s.members[-1].text)}
    for statement in own:
        first = statement.members[0]
        named = left_side(first.text) if len(statement.members) > 1 else None
        if named is None:
            if not _is_function(vocabulary, statement) and not _is_fact(vocabulary, statement):
                raise _not_read(first.text)
        elif not _is_known(vocabulary, named) and used & {
            vocabulary.key(named[0]),
            vocabulary.key(_indexed(*named)[0]),
        }:
            raise _not_read(f"{first.text} = {statement.members[-1].text}")


def _names(text: str) -> set[str]:
    """The names in a side; none where it cannot be read."""
    try:
        tree = parsed(text)
    except NotationError:
        return set()
    names = {node.name for node in postorder(tree) if isinstance(node, Name)}
    return names | {_indexed(name, ())[0] for name in names}


def _is_known(vocabulary: Vocabulary, named: tuple[str, tuple[str, ...]]) -> bool:
    """Whether what a line defines was read as its definition."""
    return named[0].startswith("∂") or any(
        vocabulary.key(name) in vocabulary.definitions for name in (named[0], _indexed(*named)[0])
    )


def _is_function(vocabulary: Vocabulary, statement: Statement) -> bool:
    """Whether a line defines a function, and was read."""
    try:
        named = function_defined(parsed(statement.members[0].text))
    except NotationError:
        return False
    is_named = named is not None and len(statement.members) > 1
    return is_named and named is not None and named[0] in {*vocabulary.functions, *FUNCTIONS}


def _is_fact(vocabulary: Vocabulary, statement: Statement) -> bool:
    """Whether a line states that two things are equal, both of which can be read."""
    if len(statement.members) == 1:
        return False
    try:
        for member in statement.members:
            readings(expanded(parsed(member.text), vocabulary.functions), vocabulary)
    except NotationError:
        return False
    return True


def _not_read(text: str) -> NotationError:
    told = "This line could not be read, and the answer may rely on it."
    return NotationError(told, text, (0, len(text)))


def _check_twice(vocabulary: Vocabulary, own: Sequence[Statement]) -> None:
    """No name is defined twice, unless from itself (``d *= 2``).

    Raises:
        NotationError: one is.
    """
    seen: dict[str, str] = {}
    for statement in own:
        named = left_side(statement.members[0].text) if len(statement.members) > 1 else None
        if named is None:
            continue
        name, text = vocabulary.key(named[0]), statement.members[-1].text
        said = "".join(text.split())
        if seen.get(name, said) != said and name not in map(vocabulary.key, _names(text)):
            told = f"{named[0]} is defined twice here, in different ways."
            raise NotationError(told, text, (0, len(text)))
        seen[name] = said


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
            tree = expanded(parsed(member.text), vocabulary.functions)
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
        named = function_defined(parsed(statement.members[0].text))
        if named is None or len(statement.members) == 1 or vocabulary.knows(named[0]):
            return vocabulary
        body = expanded(parsed(statement.members[-1].text), vocabulary.functions)
    except NotationError:
        return vocabulary
    if _is_standard(named[0], named[1], body):
        return vocabulary
    return vocabulary.with_function(named[0], Defined(named[1], body))


def _is_standard(name: str, parameter: str, body: Expression) -> bool:
    """Whether a function is defined as what it is anyway: ``σ(z) = 1/(1 + e^{-z})``."""
    known = FUNCTIONS.get(name)
    if known is None:
        return False
    at = np.array([-3.1, -1.2, -0.4, 0.3, 0.9, 2.7])
    words = Vocabulary({parameter: ()}, frozenset(), lambda _name: None)
    try:
        own = evaluate(readings(body, words)[0].tree, {parameter: at})
    except NotationError:
        return False
    return bool(own.ndim == 1 and np.allclose(own, known.value([at]), rtol=1e-9, atol=1e-12))


def _with_jacobian(
    vocabulary: Vocabulary, statement: Statement, name: str, letters: tuple[str, ...]
) -> Vocabulary:
    """The vocabulary with derivatives that a statement gives by their entries, if it does."""
    if not letters:
        return vocabulary
    try:
        tree = expanded(parsed(statement.members[-1].text), vocabulary.functions)
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
        tree = parsed(text)
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
            tree = parsed(statement.members[-1].text)
        except NotationError:
            continue
        used |= {compact(node.name) for node in postorder(tree) if isinstance(node, Name)}
    lefts = ((k, left_side(found[k].members[0].text)) for k in among)
    return [k for k, named in lefts if named is None or compact(named[0]) not in used]
