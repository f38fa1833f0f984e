r"""Derivatives of one quantity's entries by another's, given entry by entry.

``\frac{\partial z[i]}{\partial W[k][j]} = \begin{cases} h_k & i = j \\ 0 \end{cases}`` is an array
with an axis for each index. Students write a letter twice that means two things
(``\partial z[i] / \partial W[i][j]``): which it is, is told by how far the letters run.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from grader.notation.errors import NotationError
from grader.notation.readings import readings
from grader.notation.shapes import Shape, Size, core
from grader.notation.tree import (
    Expression,
    Index,
    Name,
    Stack,
    fold,
    names_in,
    with_parts,
)
from grader.notation.typed import Typed
from grader.notation.vocabulary import Vocabulary

__all__ = ["jacobian"]

_LETTERS = "rstuvwabcdefg"
_MOST_AXES = 4


def jacobian(
    vocabulary: Vocabulary, name: str, letters: Sequence[str], tree: Expression
) -> tuple[Typed, ...]:
    """The array of derivatives, in every way in which the letters can be meant.

    Args:
        vocabulary: what names mean.
        name: ``∂z2/∂W2``.
        letters: the indices as written, first those of what is differentiated.
        tree: what an entry is.
    """
    above, _, below = name[1:].partition("/∂")
    own = vocabulary.resolved(above), vocabulary.resolved(below)
    if own[0] not in vocabulary.shapes or own[1] not in vocabulary.shapes:
        return ()
    shapes = tuple(core(vocabulary.shapes[str(one)]) for one in own)
    axes = [_axes(shape) for shape in shapes]
    sizes = (*axes[0], *axes[1])
    if len(letters) != len(sizes) or len(sizes) > _MOST_AXES:
        return ()
    used = {*names_in(tree), *letters}
    fresh = [letter for letter in _LETTERS if letter not in used][: len(sizes)]
    count = len(axes[0])
    found = _read(vocabulary, tree, letters, (fresh, sizes, count))
    return tuple(replace(way, jacobian=(count, shapes[1])) for way in found)


def _axes(shape: Shape) -> Shape:
    return tuple(size for size in shape if size != 1)


def _read(
    vocabulary: Vocabulary,
    tree: Expression,
    letters: Sequence[str],
    axes: tuple[Sequence[str], Shape, int],
) -> Iterator[Typed]:
    fresh, sizes, count = axes
    places = {x: [k for k, letter in enumerate(letters) if letter == x] for x in letters}
    for chosen in product(*places.values()):
        meant = {letter: fresh[k] for letter, k in zip(places, chosen, strict=True)}
        entry = _renamed(tree, meant, _columns(vocabulary, tree, fresh[count:], sizes[count:]))
        with contextlib.suppress(NotationError):
            for way in readings(entry, vocabulary, sizes, fresh):
                stacked = way if isinstance(way.tree, Stack) else way.stacked(tuple(fresh), sizes)
                yield replace(stacked, shape=sizes)


def _columns(
    vocabulary: Vocabulary, tree: Expression, letters: Sequence[str], sizes: Shape
) -> Mapping[str, str]:
    """Columns that stand for their entries, and at which index: the only axis of their length."""
    found: dict[str, str] = {}
    for name in names_in(tree):
        own = vocabulary.resolved(name)
        shape: tuple[Size, ...] = core(vocabulary.shapes.get(own or "", ()))
        fitting = [x for x, size in zip(letters, sizes, strict=True) if shape == (size, 1)]
        if len(fitting) == 1:
            found[name] = fitting[0]
    return found


def _renamed(
    tree: Expression, letters: Mapping[str, str], columns: Mapping[str, str]
) -> Expression:
    """The entry with its own letter for every axis, and columns as entries."""

    def combine(node: Expression, below: Sequence[Expression]) -> Expression:
        if isinstance(node, Index):
            operand = node.operand if isinstance(node.operand, Name) else below[0]
            return replace(node, operand=operand, indices=tuple(below[1:]))
        if not isinstance(node, Name):
            return with_parts(node, tuple(below)) if below else node
        if node.name in letters:
            return replace(node, name=letters[node.name])
        if node.name in columns:
            at = Name(columns[node.name], span=node.span, source=node.source)
            return Index(node, (at,), span=node.span, at=node.span, source=node.source)
        return node

    return fold(tree, combine)
