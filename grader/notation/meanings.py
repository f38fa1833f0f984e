"""What a name in a formula means, and names that were written together."""

from __future__ import annotations

import math
import re
from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from grader.notation.errors import NotationError
from grader.notation.functions import PUBLIC, canonical
from grader.notation.indexing import Indexing, Ways, size_node
from grader.notation.lexer import excerpt
from grader.notation.shapes import Size, core, refused
from grader.notation.tree import Binary, Call, Expression, Index, Name, Number, Span, Transpose
from grader.notation.typed import Typed

__all__ = ["Meanings"]

_CONSTANTS: Mapping[str, float] = MappingProxyType(
    {"π": math.pi, "pi": math.pi, "True": 1.0, "False": 0.0}
)


_KRONECKER = re.compile(r"(?:δ|delta)_([a-z]),?([a-z])")


class Meanings(Indexing, ABC):
    """The part of a pass that knows names."""

    def name(self, node: Name) -> Ways:
        """A quantity, a dimension, what was defined, an entry, a constant or an index."""
        vocabulary, text = self.vocabulary, node.name
        if defined := vocabulary.defined(text):
            return tuple(replace(way, tree=_placed(way.tree, node)) for way in defined)
        own = vocabulary.resolved(text)
        if own in vocabulary.dimensions:
            return (Typed(replace(node, name=str(own)), (), is_dimension=True),)
        if own is not None:
            declared = vocabulary.shapes[own]
            is_list = len(declared) == 1 and core(declared) != ()
            named = node if own == text else replace(node, name=own)
            return (Typed(named, core(declared), is_list=is_list),)
        if (entry := vocabulary.entry(text)) is not None:
            return self.entries(node, *entry)
        return self.other(node)

    def other(self, node: Name) -> Ways:
        """What is no quantity: an index, a constant, the identity, MATLAB's transpose."""
        text = node.name
        if text in self.runs or text in self.free:
            return self.counted(node)
        if text in _CONSTANTS:
            return (Typed(Number(_CONSTANTS[text], span=node.span, source=node.source), ()),)
        if text.endswith("'") and self.vocabulary.knows(text[:-1]):
            inner = replace(node, name=text[:-1])
            return self.ways(Transpose(inner, span=node.span, source=node.source))
        if (delta := _KRONECKER.fullmatch(text)) is not None:
            return self.kronecker(node, delta[1], delta[2])
        if text == "I" or text.startswith("I_"):
            return self.identities(node, text[2:])
        raise self.unknown(node)

    def kronecker(self, node: Name, first: str, second: str) -> Ways:
        """``δ_ij``: 1 where the indices are equal, which run alike."""
        for one, other in ((first, second), (second, first)):
            if one in self.runs:
                self.runs.setdefault(other, self.runs[one])
        letters = (Name(letter, span=node.span, source=node.source) for letter in (first, second))
        same = Binary("==", *letters, span=node.span, source=node.source)
        return self.ways(Call("indicator", (same,), span=node.span, source=node.source))

    def identities(self, node: Name, size: str) -> Ways:
        """``I`` alone is as large as it has to be."""
        sizes: Sequence[Size] = [size] if size in self.vocabulary.dimensions else ()
        if size.isdigit():
            sizes = [int(size)]
        if not size:
            every = (core(shape) for shape in self.vocabulary.shapes.values())
            sizes = [s for s in dict.fromkeys(s for shape in every for s in shape) if s != 1]
        if not sizes:
            raise self.unknown(node)
        return tuple(
            Typed(Call("eye", (size_node(s, node),), span=node.span, source=node.source), (s, s))
            for s in sizes
        )

    def unknown(self, node: Name) -> NotationError:
        """An error on a name that is not known, with what may be meant."""
        name, vocabulary = node.name, self.vocabulary
        start = f"{excerpt(name)} is not known here; "
        if canonical(name):
            return refused(node, start + f"it is a function, write {name}(...).")
        is_called = node.source[node.span[1] :].lstrip().startswith("(")
        close = vocabulary.closest(name, PUBLIC if is_called else ())
        if close:
            return refused(node, start + f"did you mean {close}?")
        names = ", ".join((*vocabulary.shapes, *sorted(vocabulary.dimensions)))
        return refused(
            node, start + (f"the names are {names}." if names else "there are no names.")
        )

    def spliced(self, node: Expression) -> list[Expression]:
        """``W2h`` as the factors W2 and h; what is raised or transposed is the last of them."""
        inner = node
        while _is_raised(inner) and inner.parts[0].span[0] == inner.span[0]:  # not in brackets
            inner = inner.parts[0]
        if not isinstance(inner, Name) or self.is_name(inner.name) or inner.name in self.runs:
            return [node]
        *before, last = self.vocabulary.pieces(inner.name) or (inner.name,)
        if not before:
            return [node]
        at = inner.span[0]
        found: list[Expression] = []
        for name in before:
            found.append(replace(inner, name=name, span=_piece_span(inner, name, at)))
            at += len(name)
        return [*found, _with_name(node, inner, last)]

    def is_name(self, text: str) -> bool:
        """Whether it has a meaning as it stands."""
        return self.vocabulary.is_piece(text) or (
            text.endswith("'") and self.vocabulary.knows(text[:-1])
        )


def _is_raised(node: Expression) -> bool:
    """Whether it is a transpose, an entry or a power of something."""
    return isinstance(node, (Transpose, Index)) or (
        isinstance(node, Binary) and node.operator == "^"
    )


def _piece_span(whole: Name, piece: str, at: int) -> Span:
    """Where a piece of a name stands, if it stands there as it is."""
    end = at + len(piece)
    return (at, end) if whole.source[at:end] == piece else whole.span


def _with_name(node: Expression, inner: Name, name: str) -> Expression:
    """The node with another name at its core."""
    if node is inner:
        end = inner.span[1]
        return replace(inner, name=name, span=(max(inner.span[0], end - len(name)), end))
    if isinstance(node, Binary):
        return replace(node, left=_with_name(node.left, inner, name))
    assert isinstance(node, (Transpose, Index))  # noqa: S101 - what spliced walks through
    return replace(node, operand=_with_name(node.operand, inner, name))


def _placed(tree: Expression, node: Name) -> Expression:
    """What was defined elsewhere, at the place where it is used."""
    return replace(tree, span=node.span, source=node.source)
