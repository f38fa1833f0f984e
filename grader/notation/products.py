"""What a product can mean: every way to set brackets and to read signs that fits the shapes.

``W2 x' (1 - x')`` can only be ``W2 @ (x' .* (1 - x'))`` where N and M differ; what two columns with
a dot between them are, entry by entry or their dot product, is left to what the result is to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from grader.notation.errors import NotationError
from grader.notation.shapes import (
    Shape,
    affordable,
    elementwise_misfit,
    is_column,
    is_square,
    is_vector,
    product_misfit,
    refused,
)
from grader.notation.tree import (
    Binary,
    Call,
    Expression,
    Index,
    Name,
    Number,
    Stack,
    Total,
    Transpose,
)
from grader.notation.typed import Typed

__all__ = ["MOST_READINGS", "Chain", "check_unmixed", "multiplied"]

MOST_READINGS = 8
"""Ways to read one part of a formula that are kept."""

_MOST_FACTORS = 9
_MATRIX = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some factors, multiplied; ``key`` is equal for ways that always give the same value."""

    typed: Typed
    key: tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Chain:
    """Factors in a row.

    Attributes:
        factors: each with all ways to read it.
        nodes: the operators' nodes; one less than there are factors.
    """

    factors: tuple[tuple[Typed, ...], ...]
    nodes: tuple[Binary, ...]

    def readings(self) -> tuple[Typed, ...]:
        """All ways to read the product, the usual one (from left to right) first.

        Raises:
            ShapeMisfitError: none fits.
        """
        usual, misfit = self._from_the_left()
        if usual and not self._is_doubtful(usual):
            return tuple(part.typed for part in usual)
        if len(self.factors) > _MOST_FACTORS:
            others: list[_Part] = []
        else:
            others = self._in_any_order()
        known = {part.key for part in usual}
        found = [*usual, *(part for part in others if part.key not in known)]
        if not found:
            assert misfit is not None  # noqa: S101 - the usual way failed
            raise misfit
        is_choice = len(found) > 1 or not usual
        if not is_choice:
            return (found[0].typed,)
        return tuple(replace(p.typed, is_choice=True) for p in found[:MOST_READINGS])

    # --- from left to right ---------------------------------------------------------------------

    def _from_the_left(self) -> tuple[list[_Part], NotationError | None]:
        found = self._alone(0)
        misfit: NotationError | None = None
        for k, node in enumerate(self.nodes, start=1):
            pairs = list(product(found, self._alone(k)))
            found = []
            for left, right in pairs:
                try:
                    found += _joined(node, left, right)
                except NotationError as error:
                    misfit = misfit or error
            if not found:
                break
            found = found[:MOST_READINGS]
        return found, misfit

    def _alone(self, k: int) -> list[_Part]:
        return [_Part(typed, ("", k, number)) for number, typed in enumerate(self.factors[k])]

    def _is_doubtful(self, usual: Sequence[_Part]) -> bool:
        """Whether other brackets could mean something else: signs of two kinds, or a slash."""
        if any(
            node.operator == "/" and not self.nodes[k].written
            for k, node in enumerate(self.nodes[:-1], start=1)
        ):
            return True
        kinds = {kind for part in usual for kind in _kinds(part.key)}
        return len(kinds) > 1 and len(self.factors) > _MATRIX

    # --- in any order ---------------------------------------------------------------------------

    def _in_any_order(self) -> list[_Part]:
        """Every way to set brackets, shortest stretches first."""
        count = len(self.factors)
        found: dict[tuple[int, int], list[_Part]] = {(k, k): self._alone(k) for k in range(count)}
        for length in range(1, count):
            for start in range(count - length):
                end = start + length
                unique: dict[tuple[object, ...], _Part] = {}
                for part in self._stretch(found, start, end):
                    unique.setdefault((*part.key, part.typed.shape), part)
                found[start, end] = list(unique.values())[: 2 * MOST_READINGS]
        return found[0, count - 1]

    def _stretch(
        self, found: dict[tuple[int, int], list[_Part]], start: int, end: int
    ) -> Iterator[_Part]:
        for cut in range(end, start, -1):  # from left to right first: the last sign splits
            node = self.nodes[cut - 1]
            if node.operator == "/" and not self._may_divide(cut, end):
                continue
            for left, right in product(found[start, cut - 1], found[cut, end]):
                try:
                    yield from _joined(node, left, right)
                except NotationError:
                    continue

    def _may_divide(self, cut: int, end: int) -> bool:
        """Whether all behind a slash may stand below it: only what has no sign between.

        Behind a fraction of two numbers, as in ``1/2 h``, nobody means it.
        """
        above, below = self.factors[cut - 1][0].tree, self.factors[cut][0].tree
        if cut < end and isinstance(above, Number) and isinstance(below, Number):
            return False
        return all(not node.written for node in self.nodes[cut:end])


def _kinds(key: tuple[object, ...]) -> Iterator[object]:
    """The signs in a key, matrix product and entry by entry apart."""
    if key[0]:
        yield key[0]
        for part in key[1:]:
            assert isinstance(part, tuple)  # noqa: S101 - the parts of a sign are keys
            yield from _kinds(part)


# --- two factors --------------------------------------------------------------------------------


def _joined(node: Binary, left: _Part, right: _Part) -> list[_Part]:
    """Every way to multiply two parts.

    Raises:
        ShapeMisfitError: there is none.
    """
    return [
        _Part(typed, _key(sign, left, right))
        for sign, typed in multiplied(node, left.typed, right.typed)
    ]


def _key(sign: str, left: _Part, right: _Part) -> tuple[object, ...]:
    """What a number scales stays what it is; brackets within one kind of product do not matter."""
    if sign == "*":
        return right.key if left.typed.is_number else left.key
    parts: list[object] = []
    for part in (left, right):
        parts += part.key[1:] if part.key[0] == sign else [part.key]
    return (sign, *parts)


def multiplied(node: Binary, left: Typed, right: Typed) -> list[tuple[str, Typed]]:
    """Every product of two values that fits, with its sign; the likeliest first.

    Raises:
        ShapeMisfitError: none fits.
        NotationError: the result would be too large.
    """
    check_unmixed(node, left, right)
    found = [(sign, _typed(node, sign, left, right)) for sign in _signs(node, left, right)]
    if not found:
        shapes = (left.shape, right.shape)
        misfit = elementwise_misfit if node.operator in (".*", "/") else product_misfit
        raise misfit(node, left.tree, right.tree, shapes)
    return found


def check_unmixed(node: Expression, *ways: Typed) -> None:
    """Refuse an entry beside a whole array: ``x_j - x`` has no meaning."""
    if any(way.letters for way in ways) and any(way.shape for way in ways):
        raise refused(node, "An entry and a whole array stand side by side; give both indices.")


def _signs(node: Binary, left: Typed, right: Typed) -> tuple[str, ...]:
    """What the sign between two values can mean: ``*`` with a number, ``.*``, ``@``, dot, outer."""
    a, b = left.shape, right.shape
    if not a or not b:
        return ("/",) if node.operator == "/" else ("*",)
    if left.jacobian is not None:
        above = left.jacobian[0]
        fits = node.operator != "/" and left.shape[:above] == tuple(s for s in b if s != 1)
        return ("chain",) if fits else ()
    if node.operator == "@":
        return _matrix_signs(left, right)
    same = ("/",) if node.operator == "/" else (".*",)
    if node.operator in ("/", ".*"):
        return same if a == b else ()
    if node.operator == "⊗":
        outer = ("outer",) if is_vector(a) and is_vector(b) else ()
        return (*outer, *(same if a == b else ()))
    return _plain_signs(node.written, a, b)


def _plain_signs(written: str, a: Shape, b: Shape) -> tuple[str, ...]:
    """A star, a dot or nothing between two arrays."""
    if a != b:
        return ("@",) if len(a) == len(b) == _MATRIX and a[1] == b[0] else ()
    if is_square(a):
        return ("@",) if not written else (".*", "@") if written == "*" else ("@", ".*")
    return (".*", "dot") if is_column(a) and written == "·" else (".*",)


def _matrix_signs(left: Typed, right: Typed) -> tuple[str, ...]:
    """``@``: as NumPy has it, a list on the left is a row."""
    a, b = left.shape, right.shape
    if len(a) == len(b) == _MATRIX and a[1] == b[0]:
        return ("@",)
    if left.is_list and right.is_list and a == b:
        return ("dot",)
    rows = right.shape[0] if len(right.shape) == _MATRIX else None
    return ("row@",) if left.is_list and left.shape[0] == rows else ()


def _typed(node: Binary, sign: str, left: Typed, right: Typed) -> Typed:
    letters = left.letters | right.letters
    is_list = (left.is_list or left.is_number) and (right.is_list or right.is_number)
    tree, shape = _product(node, sign, left, right)
    affordable(node, shape)
    is_choice = left.is_choice or right.is_choice
    both = Typed(tree, shape, letters, is_list and len(shape) > 0, is_choice)
    return replace(both, is_list=True) if sign == "row@" else both


def _product(node: Binary, sign: str, left: Typed, right: Typed) -> tuple[Expression, Shape]:
    a, b = left.shape, right.shape
    if sign in ("dot", "outer"):
        shape: Shape = () if sign == "dot" else (max(a, key=_size), max(b, key=_size))
        return _called(node, sign, left, right), shape
    if sign == "chain":
        return _chained(node, left, right)
    if sign == "row@":
        row = Transpose(left.tree, span=left.tree.span, source=node.source)
        whole = _with(node, "@", row, right.tree)
        turned = Transpose(whole, span=node.span, source=node.source)
        return (turned, (b[1], 1)) if b[1] != 1 else (whole, ())
    if sign == "@":
        shape = (a[0], b[1])
        return _with(node, "@", left.tree, right.tree), () if shape == (1, 1) else shape
    return _with(node, sign, left.tree, right.tree), a or b


def _size(size: int | str) -> int:
    """Of a vector's axes the longer one: a dimension's name is more than one."""
    return size if isinstance(size, int) else 2


def _with(node: Binary, sign: str, left: Expression, right: Expression) -> Binary:
    return Binary(
        sign, left, right, span=node.span, at=node.at, source=node.source, written=node.written
    )


def _called(node: Binary, function: str, left: Typed, right: Typed) -> Call:
    arguments = (left.tree, right.tree)
    return Call(function, arguments, span=node.span, at=node.at, source=node.source)


def _chained(node: Binary, left: Typed, right: Typed) -> tuple[Expression, Shape]:
    """The chain rule: derivatives times the gradient of what was differentiated."""
    assert left.jacobian is not None  # noqa: S101 - the sign between them says so
    assert isinstance(left.tree, Stack)  # noqa: S101 - as it was made
    count, shape = left.jacobian
    letters = left.tree.letters
    above = tuple(Name(x, span=node.at, source=node.source) for x in letters[:count])
    entry = Index(right.tree, above, span=node.span, at=node.at, source=node.source)
    body: Expression = Binary(
        "*", left.tree.body, entry, span=node.span, at=node.at, source=node.source
    )
    for letter in letters[:count]:
        body = Total(letter, body, span=node.span, at=node.at, source=node.source)
    whole = Stack(letters[count:], left.shape[count:], body, span=node.span, source=node.source)
    return whole, shape
