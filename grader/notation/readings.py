"""All ways to read a formula that fit the shapes: trees as written become trees with a value.

What a name means, whether a product is one of matrices or goes entry by entry, whether a letter
below is an index: a text alone does not tell, the shapes do. With dimensions that differ at most
one way fits as a rule; where several do, all are returned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np

from grader.notation.arguments import Arguments
from grader.notation.errors import NotationError
from grader.notation.evaluate import evaluate
from grader.notation.grammar import MAX_EXPONENT
from grader.notation.indexing import Ways
from grader.notation.meanings import Meanings
from grader.notation.products import MOST_READINGS, Chain, check_unmixed
from grader.notation.shapes import (
    Shape,
    core,
    elementwise_misfit,
    is_square,
    misfitting,
    refused,
    told,
    words,
)
from grader.notation.tree import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Negation,
    Number,
    Rows,
    Stack,
    Total,
    Transpose,
    postorder,
)
from grader.notation.typed import NO_LETTERS, Typed
from grader.notation.vocabulary import Vocabulary

__all__ = ["readings"]

_PRODUCTS = frozenset({"*", ".*", "@", "/", "⊗"})
_MATRIX = 2
_MOST_NODES = 1_500


def readings(
    expression: Expression,
    vocabulary: Vocabulary,
    shape: Shape | None = None,
    letters: Sequence[str] = (),
) -> Ways:
    """Every way to read a formula, the likeliest first.

    Args:
        expression: what `parse` gave.
        vocabulary: what its names mean.
        shape: of what it stands for, if that is known: it tells how far the indices on the
            left-hand side run, and which of several stands for rows.
        letters: the indices on the left-hand side, in order: ``i, j`` of ``dW[i,j] = ...``.

    Raises:
        ShapeMisfitError: it was read, and no way fits.
        NotationError: a name or function is not known, or the formula is too much work.
    """
    reader = _Reader(vocabulary, tuple(letters))
    axes = [size for size in core(shape or ()) if size != 1]
    if letters and len(letters) == len(axes):
        reader.runs.update(zip(letters, axes, strict=True))
    found = [whole for way in reader.ways(expression) for whole in reader.closed(way, axes)]
    return tuple(found[:MOST_READINGS])


class _Reader(Meanings, Arguments):
    """A whole pass: operators too."""

    def ways(self, node: Expression) -> Ways:
        """All ways to read a node."""
        self.count += 1
        if self.count > _MOST_NODES:
            raise refused(node, "The formula is too much work.")
        if len(factors := self.spliced(node)) > 1:
            return self.chain(factors, [_beside(node)] * (len(factors) - 1))
        found: Ways = _RULES[type(node)](self, factors[0])
        return found[:MOST_READINGS]

    # --- operators ------------------------------------------------------------------------------

    def number(self, node: Number) -> Ways:
        """A literal."""
        return (Typed(node, ()),)

    def negation(self, node: Negation) -> Ways:
        """``-a``."""
        return tuple(
            replace(way, tree=replace(node, operand=way.tree)) for way in self.ways(node.operand)
        )

    def transpose(self, node: Transpose) -> Ways:
        """``a.T``; of a number itself. ``a^t`` is a power where t is a name."""
        if node.source[slice(*node.at)].rstrip(" )}").endswith("t") and self.vocabulary.knows("t"):
            return self.ways(_as_power(node))
        return tuple(self.turned(node, way) for way in self.ways(node.operand))

    def turned(self, node: Transpose, of: Typed) -> Typed:
        """One reading of a transpose."""
        if len(of.shape) > _MATRIX:
            what = told(node.operand, of.shape)
            raise misfitting(node, f"{what}; only a matrix or a column has a transpose.")
        if of.is_number:
            return of
        return Typed(replace(node, operand=of.tree), of.shape[::-1], is_choice=of.is_choice)

    def binary(self, node: Binary) -> Ways:
        """A product, a power, a sum or a comparison."""
        if node.operator in _PRODUCTS:
            return self.product(node)
        left, right = self.ways(node.left), self.ways(node.right)
        if node.operator == "^":
            return self.fitting(node, left, right, self.raised)
        return self.fitting(node, left, right, self.added)

    def fitting(
        self,
        node: Binary,
        left: Ways,
        right: Ways,
        joined: Callable[[Binary, Typed, Typed], list[Typed]],
    ) -> Ways:
        """What fits of all pairs of readings."""
        found: list[Typed] = []
        misfit: NotationError | None = None
        for pair in product(left, right):
            try:
                found += joined(node, *pair)
            except NotationError as error:
                misfit = misfit or error
        if misfit and not found:
            raise misfit
        return tuple(found)

    def added(self, node: Binary, left: Typed, right: Typed) -> list[Typed]:
        """``+``, ``-`` and comparisons: equal shapes, or a number with anything."""
        if left.shape and right.shape and left.shape != right.shape:
            shapes = (left.shape, right.shape)
            raise elementwise_misfit(node, node.left, node.right, shapes)
        self.check_counted(node, left, right)
        check_unmixed(node, left, right)
        tree = replace(node, left=left.tree, right=right.tree)
        return [_alike(tree, left, right)]

    def check_counted(self, node: Binary, left: Typed, right: Typed) -> None:
        """An index is compared with another one that runs alike, or with a number.

        Raises:
            ShapeMisfitError: they run over different dimensions.
            NotationError: it is compared with a value, which nobody means.
        """
        runs = _counted(left), _counted(right)
        if runs == (None, None):
            return
        if None not in runs:
            if runs[0] != runs[1]:
                raise misfitting(node, "These two indices do not run over the same dimension.")
            return
        other = left.tree if runs[0] is None else right.tree
        if not isinstance(other, Number):
            raise refused(node, f"An index is compared with {words(other)}, which is none.")

    def raised(self, node: Binary, left: Typed, right: Typed) -> list[Typed]:
        """``^``: entry by entry; of a square matrix also the product with itself."""
        self.check_exponent(node)
        found = self.added(node, left, right)
        count = _whole(node.right)
        if not is_square(left.shape) or node.written in ("**", ".^") or count is None:
            return found
        if count < 0:
            tree: Expression = Call("inv", (left.tree,), span=node.span, source=node.source)
            of_matrix = [replace(found[0], tree=tree)] if count == -1 else []
        else:
            times = (left.tree, Number(float(count), source=node.source))
            call = Call("matrix_power", times, span=node.span, at=node.at, source=node.source)
            of_matrix = [replace(found[0], tree=call)]
        return [*of_matrix, *found] if count != 1 else found

    def check_exponent(self, node: Binary) -> None:
        """Refuse an exponent that is a number beyond the bound, however it was written."""
        if any(isinstance(part, Name) for part in postorder(node.right)):
            return
        size = float(np.max(np.abs(evaluate(self.ways(node.right)[0].tree, {}))))
        if not size <= MAX_EXPONENT:
            raise refused(node, f"An exponent lies between -{MAX_EXPONENT} and {MAX_EXPONENT}.")

    def product(self, node: Binary) -> Ways:
        """Factors in a row, as far as no bracket stands around some of them."""
        factors: list[Expression] = []
        nodes: list[Binary] = []
        left: Expression = node
        while _goes_on(left, node):
            assert isinstance(left, Binary)  # noqa: S101 - for mypy
            spliced = self.spliced(left.right)
            factors[:0] = spliced
            nodes[:0] = [left, *[_beside(left.right)] * (len(spliced) - 1)]
            left = left.left
        spliced = self.spliced(left)
        return self.chain([*spliced, *factors], [*[_beside(left)] * (len(spliced) - 1), *nodes])

    def chain(self, factors: Sequence[Expression], nodes: Sequence[Binary]) -> Ways:
        """All ways to multiply."""
        every = tuple(self.alone(factor) for factor in factors)
        return Chain(every, tuple(nodes)).readings()

    def stack(self, node: Stack) -> Ways:
        """It is made here, and never written."""
        raise refused(node, "This cannot be read.")

    def alone(self, factor: Expression) -> Ways:
        """A factor that is no product written together."""
        self.count += 1
        found: Ways = _RULES[type(factor)](self, factor)
        return found[:MOST_READINGS]


_RULES: Mapping[type, Callable[[_Reader, Any], Ways]] = MappingProxyType(
    {
        Number: _Reader.number,
        Name: _Reader.name,
        Negation: _Reader.negation,
        Binary: _Reader.binary,
        Transpose: _Reader.transpose,
        Call: _Reader.call,
        Index: _Reader.index,
        Total: _Reader.total,
        Rows: _Reader.rows,
        Stack: _Reader.stack,
    }
)


# --- small parts --------------------------------------------------------------------------------


def _as_power(node: Transpose) -> Expression:
    """``a^t`` as a power."""
    exponent = Name("t", span=node.at, source=node.source)
    if isinstance(node.operand, Name) and node.operand.name == "e":
        return Call("exp", (exponent,), span=node.span, at=node.at, source=node.source)
    return Binary("^", node.operand, exponent, span=node.span, at=node.at, source=node.source)


def _counted(way: Typed) -> Expression | None:
    """How far an index runs that is compared as a number; None where it is something else."""
    of = way.tree.operand if isinstance(way.tree, Index) else None
    is_index = isinstance(of, Call) and of.function == "counted"
    return of.arguments[0] if is_index and isinstance(of, Call) else None


def _alike(tree: Expression, left: Typed, right: Typed) -> Typed:
    shape = left.shape or right.shape
    is_list = bool(shape) and all(t.is_list or t.is_number for t in (left, right))
    letters = left.letters | right.letters if left.letters or right.letters else NO_LETTERS
    return Typed(tree, shape, letters, is_list, left.is_choice or right.is_choice)


def _goes_on(left: Expression, whole: Binary) -> bool:
    """Whether a product's left side is more factors of it: no bracket stands around them."""
    if left is whole:
        return True
    is_product = isinstance(left, Binary) and left.operator in _PRODUCTS
    return is_product and left.span[0] == whole.span[0]


def _beside(node: Expression) -> Binary:
    """The sign between names that were written together."""
    here = (node.span[0], node.span[0])
    return Binary("*", node, node, span=node.span, at=here, source=node.source)


def _whole(node: Expression) -> int | None:
    """A small whole number as an exponent, or None."""
    if isinstance(node, Negation):
        inner = _whole(node.operand)
        return None if inner is None else -inner
    if isinstance(node, Number) and node.value.is_integer() and node.value <= 16:  # noqa: PLR2004
        return int(node.value)
    return None
