"""What depends on an index: entries such as ``x_j``, and sums over them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations

from grader.notation.shapes import Size, misfitting, refused, told, words
from grader.notation.tree import Binary, Call, Expression, Index, Name, Number, Total
from grader.notation.typed import Typed
from grader.notation.vocabulary import Vocabulary

__all__ = ["Indexing", "Ways", "size_node"]

Ways = tuple[Typed, ...]


@dataclass(eq=False)
class Indexing(ABC):
    """One pass over a formula.

    Attributes:
        vocabulary: what names mean.
        free: the indices that the left-hand side names, in order.
        bound: the indices of the sums around the node.
        runs: how far each index runs, once it is known.
        count: how many nodes were read.
    """

    vocabulary: Vocabulary
    free: tuple[str, ...]
    runs: dict[str, Size] = field(default_factory=dict)
    bound: list[str] = field(default_factory=list)
    count: int = 0

    @abstractmethod
    def ways(self, node: Expression) -> Ways:
        """All ways to read a node."""

    def closed(self, way: Typed, axes: Sequence[Size]) -> list[Typed]:
        """The array of an entry that depends on indices, in every order that they can have."""
        if not way.letters:
            return [way]
        if not way.is_number:
            raise refused(way.tree, "Entries and whole arrays are mixed here.")
        if more := sorted(way.letters - set(self.free)) if self.free else []:
            told = f"The index {more[0]} is not on the left; if it is added up, write the sum."
            raise refused(way.tree, told)
        if unknown := [letter for letter in self.free if letter not in self.runs]:
            raise refused(way.tree, f"It cannot be told how far the index {unknown[0]} runs.")
        orders = [self.free] if self.free else self.orders(sorted(way.letters), axes)
        sized = [(order, tuple(self.runs[letter] for letter in order)) for order in orders]
        is_choice = way.is_choice or len(sized) > 1
        return [replace(way.stacked(*both), is_choice=is_choice) for both in sized]

    def orders(self, letters: Sequence[str], axes: Sequence[Size]) -> list[tuple[str, ...]]:
        """The orders of letters in which they run as the axes do; as they stand if none does."""
        every = permutations(letters)
        fitting = [o for o in every if [self.runs[letter] for letter in o] == list(axes)]
        return fitting or [tuple(letters)]

    def entries(self, node: Name, base: str, indices: Sequence[str]) -> Ways:
        """``W_2,ij``: the entry of a quantity at indices."""
        inner = replace(node, name=base)
        below: tuple[Expression, ...] = tuple(
            Number(float(text), span=node.span, source=node.source)
            if text.isdigit()
            else Name(text, span=node.span, source=node.source)
            for text in indices
        )
        return self.index(Index(inner, below, span=node.span, at=node.span, source=node.source))

    def index(self, node: Index) -> Ways:
        """Entries at indices that are letters."""
        indices: tuple[Expression, ...] = node.indices
        operand = node.operand
        while isinstance(operand, Index):  # W[i][j]
            indices, operand = operand.indices + indices, operand.operand
        return tuple(self.at(node, way, indices) for way in self.ways(operand))

    def at(self, node: Index, of: Typed, indices: Sequence[Expression]) -> Typed:
        """The entries of one reading."""
        axes = [size for size in of.shape if size != 1]
        if len(axes) != len(of.shape) and len(indices) == len(of.shape):
            indices = [i for i, size in zip(indices, of.shape, strict=True) if size != 1]
        letters = [i.name for i in indices if isinstance(i, Name) and len(i.name) == 1]
        if known := [letter for letter in letters if self.vocabulary.knows(letter)]:
            raise refused(node, f"{known[0]} is a name here, and no index; write another letter.")
        if of.is_number and of.letters == set(letters) and len(letters) == len(indices):
            return of  # the array whose entries are told: [x_j y_j]_j
        if len(letters) != len(indices):
            raise refused(
                node, f"{words(node)}: single entries cannot be used in a formula; "
                "use whole arrays, or letters for indices."
            )  # fmt: skip
        if len(letters) != len(axes) or of.letters:
            raise misfitting(node, f"{told(node.operand, of.shape)}; it has {len(axes)} indices.")
        for letter, size in zip(letters, axes, strict=True):
            self.run(node, letter, size)
        below = tuple(Name(letter, span=node.at, source=node.source) for letter in letters)
        tree = Index(of.tree, below, span=node.span, at=node.at, source=node.source)
        return Typed(tree, (), frozenset(letters), is_choice=of.is_choice)

    def run(self, node: Expression, letter: str, size: Size) -> None:
        """Note how far an index runs.

        Raises:
            ShapeMisfitError: it runs differently elsewhere.
            NotationError: the same, and a sum runs over it: it may count something else.
        """
        if self.runs.setdefault(letter, size) != size:
            other = self.runs[letter]
            told = f"The index {letter} runs to {other} elsewhere and to {size} here."
            raise (refused if letter in self.bound else misfitting)(node, told)

    def counted(self, node: Name) -> Ways:
        """An index as a number, as in ``i = j``."""
        size = self.runs.get(node.name)
        if size is None:
            raise refused(node, f"It cannot be told how far the index {node.name} runs.")
        column = Call("counted", (size_node(size, node),), span=node.span, source=node.source)
        tree = Index(column, (node,), span=node.span, at=node.span, source=node.source)
        return (Typed(tree, (), frozenset({node.name})),)

    def total(self, node: Total) -> Ways:
        """A sum over an index, which is bound by it."""
        before = self.runs.pop(node.letter, None)
        self.bound.append(node.letter)
        body = self.ways(node.body)
        self.bound.pop()
        size = self.runs.pop(node.letter, None) or self.upper(node)
        if before is not None:
            self.runs[node.letter] = before
        self.check_bounds(node, size)
        return tuple(self.summed(node, way, size) for way in body)

    def summed(self, node: Total, body: Typed, size: Size) -> Typed:
        """One reading of a sum; what does not depend on the index is added up so many times."""
        if node.letter in body.letters:
            tree: Expression = replace(node, body=body.tree)
            return replace(body, tree=tree, letters=body.letters - {node.letter}, is_list=False)
        times = size_node(size, node)
        return replace(body, tree=Binary("*", times, body.tree, span=node.span, source=node.source))

    def upper(self, node: Total) -> Size:
        """How far a sum runs whose terms do not tell."""
        bound = node.upper
        if isinstance(bound, Binary) and bound.operator == "-":
            bound = bound.left  # N - 1, counted from 0
        if isinstance(bound, Name) and bound.name in self.vocabulary.dimensions:
            return bound.name
        if isinstance(bound, Number) and bound.value >= 1:
            return int(min(bound.value, 1e9))
        raise refused(node, f"It cannot be told how far the index {node.letter} runs.")

    def check_bounds(self, node: Total, size: Size) -> None:
        """A sum goes over all of a dimension."""
        lower, upper = node.lower, node.upper
        if isinstance(upper, Binary) and upper.operator == "-":
            upper = upper.left  # N - 1, counted from 0
        wrong = isinstance(upper, Name) and upper.name in self.vocabulary.dimensions - {size}
        wrong |= (
            isinstance(upper, Number)
            and isinstance(size, int)
            and (upper.value not in (size, size - 1))
        )
        if wrong or (isinstance(lower, Number) and lower.value not in (0.0, 1.0)):
            raise misfitting(node, f"The index {node.letter} runs over all of {size} here.")


def size_node(size: Size, node: Expression) -> Expression:
    """A size as a node: a number, or a dimension's name."""
    if isinstance(size, int):
        return Number(float(size), span=node.span, source=node.source)
    return Name(size, span=node.span, source=node.source)
