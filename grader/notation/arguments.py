"""Functions of what was understood, and matrices by their entries."""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import product

from grader.notation.dots import filled_in, has_dots
from grader.notation.errors import NotationError
from grader.notation.functions import FUNCTIONS, explain_unknown
from grader.notation.indexing import Indexing, Ways
from grader.notation.products import MOST_READINGS, Chain, check_unmixed
from grader.notation.shapes import core, refused
from grader.notation.tree import Binary, Call, Expression, Name, Rows, Total, Transpose
from grader.notation.typed import Typed

__all__ = ["Arguments"]

_MATRIX = 2


class Arguments(Indexing, ABC):
    """The part of a pass that knows functions and matrices."""

    def call(self, node: Call) -> Ways:
        """A function of its arguments."""
        if node.function not in FUNCTIONS:
            raise refused(node, explain_unknown(node))
        if node.function == "exp" and node.source[node.span[0] :][:1] == "e":
            base = Name("e", span=(node.span[0], node.span[0] + 1), source=node.source)
            if self.vocabulary.knows("e") and not node.source[node.span[0] :].startswith("exp"):
                power = Binary("^", base, node.arguments[0], span=node.span, at=node.at,
                               source=node.source)  # fmt: skip
                return self.ways(power)
        arguments = node.arguments
        if node.function == "float":
            arguments = arguments[:1]
        least, most = FUNCTIONS[node.function].arguments
        if not least <= len(arguments) <= most:
            expected = str(least) if least == most else f"{least} or {most}"
            raise refused(
                node, f"{node.function} takes {expected} arguments and was given {len(arguments)}."
            )
        every = product(*(self.ways(argument) for argument in arguments))
        return self.first_fitting(node, every)

    def first_fitting(self, node: Call, every: Iterable[Sequence[Typed]]) -> Ways:
        """The calls whose arguments fit."""
        found: list[Typed] = []
        misfit: NotationError | None = None
        for arguments in every:
            try:
                found.append(self.called(node, arguments))
            except NotationError as error:
                misfit = misfit or error
            if len(found) == MOST_READINGS:
                break
        if misfit and not found:
            raise misfit
        return tuple(found)

    def called(self, node: Call, arguments: Sequence[Typed]) -> Typed:
        """One reading of a call."""
        function = node.function
        if function in ("dot", "matmul") and not _is_dot(function, arguments):
            return self.matrix_product(node, arguments)
        check_unmixed(node, *arguments)
        shape = FUNCTIONS[function].shape(node, arguments)
        letters = frozenset().union(*(a.letters for a in arguments))
        trees = tuple(a.tree for a in arguments)
        tree: Expression = replace(node, arguments=trees)
        if function == "float":
            tree = trees[0]
        if function in ("sum", "mean", "norm") and letters:
            return self.sum_of_entries(node, arguments[0])
        is_list = bool(shape) and all(a.is_list or a.is_number for a in arguments)
        return Typed(tree, shape, letters, is_list, any(a.is_choice for a in arguments))

    def matrix_product(self, node: Call, arguments: Sequence[Typed]) -> Typed:
        """``np.dot(W, x)``: as ``@``."""
        left, right = arguments
        sign = Binary("@", node.arguments[0], node.arguments[1], span=node.span, at=node.at,
                      source=node.source, written="@")  # fmt: skip
        return Chain(((left,), (right,)), (sign,)).readings()[0]

    def sum_of_entries(self, node: Call, of: Typed) -> Typed:
        """``sum (x_j - y_j)^2`` without an index below: over those that the left side lacks."""
        if node.function != "sum":
            raise refused(node, f"{node.function} of single entries is not read.")
        for letter in sorted(of.letters - set(self.free)):
            tree = Total(letter, of.tree, span=node.span, at=node.at, source=node.source)
            of = replace(of, tree=tree, letters=of.letters - {letter})
        return of

    def rows(self, node: Rows) -> Ways:
        """A matrix by its entries, or by its first and last where dots stand between."""
        if has_dots(node):
            return self.dotted(node, *filled_in(node))
        cells = [self.ways(cell)[0] for cell in node.parts]
        if not all(cell.is_number and not cell.letters for cell in cells):
            raise refused(node, "The entries of a matrix are numbers here, not blocks.")
        width = len(node.rows[0])
        trees = [cell.tree for cell in cells]
        rows = tuple(tuple(trees[k : k + width]) for k in range(0, len(trees), width))
        return (Typed(replace(node, rows=rows), core((len(node.rows), width))),)

    def dotted(self, node: Rows, entry: Expression, letters: tuple[str, ...]) -> Ways:
        """A matrix of which the first and the last entry tell the others."""
        found = []
        for way in self.ways(entry):
            sizes = tuple(self.runs.get(letter, 1) for letter in letters)
            if way.is_number and way.letters == set(letters):
                stacked = way.stacked(letters, sizes)
                is_row = len(node.rows) == 1 and len(letters) == 1
                found.append(self.turned_row(node, stacked) if is_row else stacked)
        for letter in letters:
            self.runs.pop(letter, None)
        if not found:
            raise refused(node, "It cannot be told what stands for the dots.")
        return tuple(found)

    def turned_row(self, node: Rows, column: Typed) -> Typed:
        """The row of a column."""
        tree = Transpose(column.tree, span=node.span, source=node.source)
        return replace(column, tree=tree, shape=column.shape[::-1])


def _is_dot(function: str, arguments: Sequence[Typed]) -> bool:
    """Whether it is the dot product of two vectors of one shape, and no product of matrices."""
    left, right = (a.shape for a in arguments)
    return function == "dot" and left == right and len(left) == _MATRIX and left[1] == 1
