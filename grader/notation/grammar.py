"""Tokens to a tree: one function a rule, the rule's grammar in its docstring.

    formula    = [ [ comparison ] "=" ] comparison
    comparison = sum [ ( "<" | ">" | "<=" | ">=" | "==" | "!=" ) sum ]
    sum        = product { ( "+" | "-" ) product }
    product    = factor { ( "*" | ".*" | "@" | "/" | nothing ) factor }
    factor     = { "-" | "+" } power
    power      = postfix [ "^" { "-" | "+" } primary { transpose } ]
    postfix    = primary { transpose | superscript | index | method }
    primary    = number | name | call | indicator | group

An index is a square bracket of whole numbers, or one with commas, behind anything but a number;
any other is a group.

Nothing between two factors is a product where it can mean only one thing. What two people would
read differently (``a / b c``, ``a^b^c``, ``a < b < c``) is refused with the question to answer.
"""

from __future__ import annotations

from types import MappingProxyType

from grader.notation.atoms import SHOWN_FUNCTIONS, Atoms
from grader.notation.brackets import CLOSING
from grader.notation.errors import NotationError
from grader.notation.functions import canonical
from grader.notation.lexer import Token, tokens
from grader.notation.shapes import MAX_EXPONENT
from grader.notation.tree import (
    COMPARISONS,
    Expression,
    Index,
    Negation,
    Number,
    Span,
    Transpose,
    height,
)

__all__ = ["MAX_HEIGHT", "parse", "parse_equation"]

MAX_HEIGHT = 100
"""Operations one after the other: the terms of a sum, the factors of a product."""

_SIGNS = frozenset({"+", "-"})
_PRODUCTS = frozenset({"*", ".*", "@", "/"})
_VALUES = frozenset({"number", "name", "library", "one"})
_UNCLEAR_AFTER = MappingProxyType(
    {"/": "(a / b) * c or a / (b * c)", "@": "(a @ b) * c or a @ (b * c)"}
)


def parse(text: str) -> Expression:
    """The tree of a formula; of ``name = formula`` that of the right-hand side.

    Raises:
        NotationError: it is no formula, can be read in two ways, or is too long or too deep.
    """
    return parse_equation(text)[1]


def parse_equation(text: str) -> tuple[Expression | None, Expression]:
    """Both sides of ``left = right``; the left one is None where there is none.

    Raises:
        NotationError: as `parse`.
    """
    source, words = tokens(text)
    parser = _Parser(source, words)
    left, right = parser.formula()
    if len(words) > MAX_HEIGHT:
        for side in (left, right):
            _check_height(side, source)
    return left, right


def _check_height(side: Expression | None, source: str) -> None:
    if side is not None and height(side) > MAX_HEIGHT:
        raise NotationError(
            f"A formula has at most {MAX_HEIGHT} operations in a row; this one has more.",
            source,
            side.span,
        )


class _Parser(Atoms):
    """A method a rule; those of what needs no operator are in `Atoms`."""

    __slots__ = ()

    def formula(self) -> tuple[Expression | None, Expression]:
        """``formula = [ [ comparison ] "=" ] comparison``."""
        left = None if self.token.text == "=" else self.comparison()
        if left is not None and self.token.kind == "end":
            return None, left
        if not self.accept("="):
            raise self.misplaced()
        right = self.comparison()
        if self.token.kind != "end":
            raise self.misplaced()
        return left, right

    def comparison(self) -> Expression:
        """``comparison = sum [ ( "<" | ">" | "<=" | ">=" | "==" | "!=" ) sum ]``."""
        start = self.token.span[0]
        left = self.sum()
        if self.token.text not in COMPARISONS:
            return left
        operator = self.take()
        right = self.sum()
        if self.token.text in COMPARISONS:
            raise self.error("Compare two things at a time: (a < b) * (b < c).")
        return self.joined(operator.text, left, right, start, operator.span)

    def sum(self) -> Expression:
        """``sum = product { ( "+" | "-" ) product }``."""
        start = self.token.span[0]
        left = self.product()
        while self.token.text in _SIGNS:
            operator = self.take()
            left = self.joined(operator.text, left, self.product(), start, operator.span)
        return left

    def product(self) -> Expression:
        """``product = factor { ( "*" | ".*" | "@" | "/" | nothing ) factor }``."""
        start = self.token.span[0]
        left = self.factor()
        before = ""
        while True:
            if self.token.text in _PRODUCTS:
                operator = self.take()
                before, at = operator.text, operator.span
            elif self.begins_factor():
                at = self.nothing_between(before)
                before = ""
            else:
                return left
            left = self.joined(before or "*", left, self.factor(), start, at)

    def begins_factor(self) -> bool:
        """Whether a factor begins here although no operator was written."""
        token = self.token
        return token.kind in _VALUES or (token.kind == "operator" and token.text in CLOSING)

    def nothing_between(self, before: str) -> Span:
        """The place of a product without an operator, where it can mean only one thing."""
        gap = (self.words[self.position - 1].span[1], self.token.span[0])
        if self.token.kind == "number":
            raise self.error("An operator is missing before this number.")
        if before in _UNCLEAR_AFTER:
            example = _UNCLEAR_AFTER[before]
            raise self.error(f"This can be read in two ways; write brackets: {example}.")
        return gap

    def factor(self) -> Expression:
        """``factor = { "-" | "+" } power``."""
        signs = self.signs()
        return self.negated(signs, self.power())

    def signs(self) -> list[Token]:
        """{ "-" | "+" }."""
        found: list[Token] = []
        while self.token.text in _SIGNS:
            found.append(self.take())
        return found

    def negated(self, signs: list[Token], operand: Expression) -> Expression:
        """The operand under its signs, the innermost last."""
        for sign in reversed(signs):
            if sign.text == "-":
                span = self.span_from(sign.span[0])
                operand = Negation(operand, span=span, at=sign.span, source=self.source)
        return operand

    def power(self) -> Expression:
        """``power = postfix [ "^" { "-" | "+" } primary { transpose } ]``."""
        start = self.token.span[0]
        base = self.postfix()
        if self.token.kind == "superscript":
            raise self.tower()
        if self.token.text != "^":
            return base
        if self.words[self.position - 1].kind == "superscript":
            raise self.tower()
        operator = self.take()
        first = self.token.span[0]
        signs = self.signs()
        exponent = self.negated(signs, self.primary())
        self.check_exponent(exponent, self.span_from(first))
        result: Expression = self.joined("^", base, exponent, start, operator.span)
        while self.token.kind == "transpose":  # of the power: x^2.T is (x^2).T
            result = self.transposed(result, start)
        if self.token.text == "^" or self.token.kind in ("superscript", "method"):
            raise self.tower()
        return result

    def tower(self) -> NotationError:
        """A power of a power without brackets."""
        return self.error("This can be read in two ways; write brackets: (a^b)^c or a^(b^c).")

    def check_exponent(self, exponent: Expression, span: Span) -> None:
        """Refuse a literal exponent beyond the bound."""
        while isinstance(exponent, Negation):
            exponent = exponent.operand
        if isinstance(exponent, Number) and exponent.value > MAX_EXPONENT:
            message = f"An exponent lies between -{MAX_EXPONENT} and {MAX_EXPONENT}."
            raise self.error(message, span)

    def postfix(self) -> Expression:
        """``postfix = primary { transpose | superscript | index | method }``."""
        start = self.token.span[0]
        node = self.primary()
        while True:
            kind = self.token.kind
            if kind == "transpose":
                node = self.transposed(node, start)
            elif kind == "superscript" and self.words[self.position - 1].kind != "superscript":
                node = self.superscript(node, start)
            elif kind == "method":
                node = self.method(node, start)
            elif self.token.text == "[" and not isinstance(node, Number) and self.indexes():
                at = self.token.span
                indices = self.listed()
                span = self.span_from(start)
                node = Index(node, indices, span=span, at=at, source=self.source)
            else:
                return node

    def indexes(self) -> bool:
        """Whether the bracket here holds an index: whole numbers, or several things.

        Around anything else it is a bracket like any other, as in ``x [g .* (h > 0)]^T``.
        """
        pair = self.inside[self.position]
        held = self.words[pair.opens + 1 : pair.closes]
        return pair.has_comma or (
            any(word.kind == "number" for word in held)
            and all(word.text.isdigit() or word.text in _SIGNS for word in held)
        )

    def transposed(self, node: Expression, start: int) -> Transpose:
        """``transpose = ".T" | "^T" | "^{T}" | "^⊤" | "ᵀ"``."""
        at = self.take().span
        return Transpose(node, span=self.span_from(start), at=at, source=self.source)

    def superscript(self, base: Expression, start: int) -> Expression:
        """``superscript = "²" | "³" | ...: a power``."""
        token = self.take()
        size = Number(float(token.text.lstrip("-")), span=token.span, source=self.source)
        negative = token.text.startswith("-")
        exponent: Expression = (
            Negation(size, span=token.span, at=token.span, source=self.source) if negative else size
        )
        self.check_exponent(exponent, token.span)
        return self.joined("^", base, exponent, start, token.span)

    def method(self, node: Expression, start: int) -> Expression:
        """``method = "." name arguments: a function of what it follows``."""
        name = self.take()
        known = canonical(name.text) or name.text.lower() in SHOWN_FUNCTIONS
        if self.token.text != "(" or not known:
            raise self.error(f"{name.text} is no part that a quantity has; .T is.", name.span)
        return self.called(name, start, (node, *self.listed()))
