"""Tokens to a tree: one function a rule, the rule's grammar in its docstring.

    formula    = [ [ comparison ] "=" ] comparison
    comparison = compared [ "if" compared "else" comparison | "for" letter "in" "range" group ]
    compared   = sum [ ( "<" | ">" | "<=" | ">=" | "==" | "!=" ) sum ]
    sum        = product { ( "+" | "-" ) product }
    product    = factor { ( "*" | "·" | ".*" | "⊗" | "@" | "/" | nothing ) factor }
    factor     = { "-" | "+" } power
    power      = postfix [ "^" { "-" | "+" } primary { transpose } ]
    postfix    = primary { transpose | superscript | subscript | index | method }
    primary    = number | name | call | indicator | group | construction

What needs no operator is in `atoms` and `constructions`. An index is a square bracket of whole
numbers or of single letters from i to t, or one with commas, behind anything but a number; any
other is a group.

What a product means is not decided here: it follows from the shapes (`grader.notation.readings`).
A product is written down from left to right, with each operator as it was written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from grader.notation.atoms import SHOWN_FUNCTIONS
from grader.notation.brackets import CLOSING
from grader.notation.constructions import Constructions
from grader.notation.errors import NotationError
from grader.notation.functions import canonical
from grader.notation.lexer import Token, tokens
from grader.notation.tree import (
    COMPARISONS,
    Expression,
    Index,
    Name,
    Negation,
    Number,
    Span,
    Total,
    Transpose,
    height,
)

__all__ = ["MAX_EXPONENT", "MAX_HEIGHT", "parse", "parse_equation"]

MAX_HEIGHT = 100
"""Operations one after the other: the terms of a sum, the factors of a product."""

MAX_EXPONENT = 64

_SIGNS = frozenset({"+", "-"})
_PRODUCTS = {"*": "*", "·": "*", ".*": ".*", "⊗": "⊗", "@": "@", "/": "/"}
_VALUES = frozenset(
    {"number", "name", "library", "one", "command", "environment", "accent", "dots"}
)
_BEGINNINGS = frozenset({*CLOSING, "∇", "∂"})
_RESERVED = frozenset({"if", "else", "for", "in"})
_INDEX_LETTERS = frozenset("ijklmnrst")
_Result = TypeVar("_Result")


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
    left, right = _Parser(source, words).formula()
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


class _Parser(Constructions):
    """A method a rule; those of what needs no operator are in `Atoms` and `Constructions`."""

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

    def compared_sums(self) -> Expression:
        """``compared = sum [ ( "<" | ">" | "<=" | ">=" | "==" | "!=" ) sum ]``."""
        start = self.token.span[0]
        left = self.sum()
        if self.token.text not in COMPARISONS:
            return left
        operator = self.take()
        right = self.sum()
        if self.token.text in COMPARISONS:
            raise self.error("Compare two things at a time: (a < b) * (b < c).")
        return self.joined(operator, operator.text, left, right, start)

    def comparison(self) -> Expression:
        """``comparison = compared [ "if" compared "else" comparison ]``, and what sums run over."""
        start = self.token.span[0]
        value = self.compared_sums()
        if self.token.kind == "name" and self.token.text == "if":
            at = self.take().span
            holds = self.compared()
            self.expect("else")
            return self.call("where", (holds, value, self.comparison()), start, at)
        if self.token.kind == "name" and self.token.text == "for":
            return self.generated(value, start)
        return value

    def generated(self, body: Expression, start: int) -> Expression:
        """Python's ``... for j in range(N)``: a sum over j, within the brackets of one."""
        at = self.take().span
        letter = self.index_letter()
        self.expect("in")
        self.expect("range")
        bound = self.group()
        if self.token.text != ")":
            raise self.misplaced()
        span = self.span_from(start)
        return Total(letter, body, None, bound, span=span, at=at, source=self.source)

    def sum(self) -> Expression:
        """``sum = product { ( "+" | "-" ) product }``."""
        start = self.token.span[0]
        left = self.product()
        while self.token.text in _SIGNS:
            operator = self.take()
            left = self.joined(operator, operator.text, left, self.product(), start)
        return left

    def product(self) -> Expression:
        """``product = factor { ( "*" | "·" | ".*" | "⊗" | "@" | "/" | nothing ) factor }``."""
        start = self.token.span[0]
        left = self.factor()
        while True:
            if self.token.text in _PRODUCTS and self.token.kind == "operator":
                operator = self.take()
            elif self.begins_factor():
                operator = Token("operator", "*", self.gap())
            else:
                return left
            left = self.joined(operator, _PRODUCTS[operator.text], left, self.factor(), start)

    def begins_factor(self) -> bool:
        """Whether a factor begins here although no operator was written."""
        token = self.token
        if token.text in _RESERVED:
            return False
        if token.kind == "operator":
            return token.text in _BEGINNINGS or (token.text in "|‖" and self.opens())
        return token.kind in _VALUES and not token.text.startswith("end ")

    def gap(self) -> Span:
        """The place of a product without an operator."""
        if self.token.kind == "number" and not self.is_factor():
            raise self.error("An operator is missing before this number.")
        return (self.words[self.position - 1].span[1], self.token.span[0])

    def is_factor(self) -> bool:
        """Whether a number with no operator before it is a factor, and no index: ``W 2(x - y)``."""
        behind = self.words[self.position + 1]
        begins = behind.kind in ("name", "accent", "command") or behind.text in _BEGINNINGS
        return begins and self.words[self.position - 1].kind != "number"

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
        operator, exponent = self.raised()
        result = self.power_of(operator, base, exponent, start)
        while self.token.kind in ("transpose", "prime"):  # of the power: x^2.T is (x^2).T
            result = self.transposed(result, start)
        if self.token.text == "^" or self.token.kind in ("superscript", "method"):
            raise self.tower()
        return result

    def power_of(
        self, operator: Token, base: Expression, exponent: Expression, start: int
    ) -> Expression:
        """A base and its exponent; ``e^x`` is the exponential function."""
        if isinstance(base, Name) and base.name == "e":
            return self.call("exp", (exponent,), start, operator.span)
        return self.joined(operator, "^", base, exponent, start)

    def raised(self) -> tuple[Token, Expression]:
        """``"^" { "-" | "+" } primary``: the sign and the exponent."""
        operator = self.take()
        first = self.token.span[0]
        signs = self.signs()
        exponent = self.negated(signs, self.primary())
        self.check_exponent(exponent, self.span_from(first))
        return operator, exponent

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
        """``postfix = primary { transpose | superscript | subscript | index | method }``."""
        start = self.token.span[0]
        node = self.primary()
        while True:
            kind, text = self.token.kind, self.token.text
            if kind in ("transpose", "prime"):
                node = self.transposed(node, start)
            elif kind == "superscript" and self.words[self.position - 1].kind != "superscript":
                node = self.superscript(node, start)
            elif kind == "method":
                node = self.method(node, start)
            elif kind == "low" or (kind == "operator" and text == "_"):
                node = self.subscripted(node, start)
            elif text == "[" and self.opens() and self.may_be_indexed(node):
                node = self.indexed(node, start)
            else:
                return node

    def indexed(self, node: Expression, start: int) -> Index:
        """``index = "[" ... "]"``."""
        at = self.token.span
        indices = self.listed()
        return Index(node, indices, span=self.span_from(start), at=at, source=self.source)

    def may_be_indexed(self, node: Expression) -> bool:
        """Whether the bracket here holds an index of what stands before it."""
        return not isinstance(node, Number) and self.indexes()

    def indexes(self) -> bool:
        """Whether the bracket here holds an index: whole numbers, letters, or several things.

        Around anything else it is a bracket like any other, as in ``x [g .* (h > 0)]^T``.
        """
        pair = self.inside[self.position]
        held = self.words[pair.opens + 1 : pair.closes]
        if len(held) == 1 and (held[0].text in _INDEX_LETTERS or held[0].text in ("N", "M")):
            return True
        return pair.has_comma or (
            any(word.kind == "number" for word in held)
            and all(word.text.isdigit() or word.text in _SIGNS for word in held)
        )

    def transposed(self, node: Expression, start: int) -> Transpose:
        """``transpose = ".T" | "^T" | "^{T}" | "^⊤" | "ᵀ" | "'"``."""
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
        return self.joined(token, "^", base, exponent, start)

    def method(self, node: Expression, start: int) -> Expression:
        """``method = "." name arguments: a function of what it follows``."""
        name = self.take()
        if name.text == "t" and self.token.text == "(":  # torch's transpose
            self.listed()
            return Transpose(node, span=self.span_from(start), at=name.span, source=self.source)
        known = canonical(name.text) or name.text.lower() in SHOWN_FUNCTIONS
        if self.token.text != "(" or not known:
            raise self.error(f"{name.text} is no part that a quantity has; .T is.", name.span)
        return self.called(name, start, (node, *self.listed()))

    def tried(self, rule: Callable[[], _Result]) -> _Result | None:
        """What a rule makes of the tokens here; None, and nothing taken, where it fits not."""
        kept = self.position
        try:
            return rule()
        except NotationError:
            self.position, self.token = kept, self.words[kept]
            return None
