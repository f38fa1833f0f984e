"""A formula that has been understood: its tree, with every product decided, and its shape."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from grader.notation.shapes import Shape, core
from grader.notation.tree import Expression, Stack

__all__ = ["NO_LETTERS", "Typed"]

NO_LETTERS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Typed:
    """One way to read a formula.

    Attributes:
        tree: its products are ``@`` (of matrices), ``.*`` (entry by entry) or ``*`` (with a
            number); its names are the vocabulary's.
        shape: of its value; a number where it has letters.
        letters: the indices that it depends on: ``x_j`` on ``j``.
        is_list: NumPy would have it one-dimensional; ``@`` of two such is their dot product.
        jacobian: of the derivatives of one quantity's entries by another's: how many axes belong
            to the first, and the other's shape.
        is_dimension: it is a dimension's name, or a number that may stand for one.
        is_choice: other readings were possible where this one was made.
    """

    tree: Expression
    shape: Shape
    letters: frozenset[str] = field(default=NO_LETTERS)
    is_list: bool = False
    is_choice: bool = False
    is_dimension: bool = False
    jacobian: tuple[int, Shape] | None = None

    @property
    def is_number(self) -> bool:
        """Whether its value is a number, or a number at each index."""
        return not self.shape

    def stacked(self, letters: tuple[str, ...], sizes: Shape) -> Typed:
        """The array of its values at all indices, in the order of these letters."""
        node = Stack(letters, sizes, self.tree, span=self.tree.span, source=self.tree.source)
        return replace(self, tree=node, shape=core(sizes), letters=NO_LETTERS)
