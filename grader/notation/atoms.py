"""The rules for what needs no operator: numbers, names, calls, indicators and groups."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod

from grader.notation.brackets import CLOSING, Bracket
from grader.notation.cursor import Cursor
from grader.notation.functions import canonical, is_foreign
from grader.notation.lexer import Token
from grader.notation.tree import Call, Expression, Name, Number, Transpose
from reference.operations import OPERATIONS

__all__ = ["SHOWN_FUNCTIONS", "Atoms"]

SHOWN_FUNCTIONS = frozenset(OPERATIONS) | {"reshape", "flatten", "vec", "conv", "conv2d"}
"""Functions of one argument that formulas of a key name, and that have no value here."""

_LIBRARY = re.compile(r"^\w+\.")
_SIZED = frozenset({"ones", "zeros"})


class Atoms(Cursor, ABC):
    """A method a rule."""

    __slots__ = ()

    @abstractmethod
    def comparison(self) -> Expression:
        """What stands in brackets and between commas."""

    def listed(self) -> tuple[Expression, ...]:
        """The expressions between brackets: "(" [ comparison { "," comparison } ] ")"."""
        pair = self.inside[self.position]
        closing = CLOSING[self.take().text]
        if pair.is_empty:
            self.take()
            return ()
        found = [self.comparison()]
        while self.accept(","):
            found.append(self.comparison())
        if not self.accept(closing):
            raise self.misplaced()
        return tuple(found)

    def called(
        self, name: Token, start: int, arguments: tuple[Expression, ...]
    ) -> Call | Transpose:
        """The call of a function, under its name in the table."""
        known = canonical(_LIBRARY.sub("", name.text))
        span = self.span_from(start)
        if known == "transpose" and len(arguments) == 1:
            return Transpose(arguments[0], span=span, at=name.span, source=self.source)
        return Call(known or name.text, arguments, span=span, at=name.span, source=self.source)

    def primary(self) -> Expression:
        """``primary = number | name | call | indicator | group``."""
        token = self.token
        if token.kind == "number":
            return self.number()
        if token.kind in ("name", "library"):
            return self.name()
        if token.kind == "one":
            return self.indicator()
        if token.text in CLOSING and token.kind == "operator":
            return self.group()
        raise self.unexpected()

    def number(self) -> Expression:
        """A number, or the indicator "1[" comparison "]"."""
        token = self.token
        pair = self.inside.get(self.position + 1)
        if token.text == "1" and pair and pair.has_comparison and not pair.has_comma:
            return self.indicator()
        value = float(self.take().text)
        if math.isinf(value):
            raise self.error("This number is too large.", token.span)
        return Number(value, span=token.span, source=self.source)

    def indicator(self) -> Expression:
        """``indicator = ( "1" | "𝟙" ) "[" comparison "]", with any kind of brackets``."""
        one = self.take()
        if self.position not in self.inside:
            raise self.error("Write the condition in brackets: 1[h > 0].", one.span)
        return self.indicated(one)

    def indicated(self, one: Token) -> Expression:
        """The call of the indicator of what stands in the brackets here."""
        condition = self.group()
        span = self.span_from(one.span[0])
        return Call("indicator", (condition,), span=span, at=one.span, source=self.source)

    def name(self) -> Expression:
        """name, or call = name "(" [ comparison { "," comparison } ] ")"."""
        token = self.take()
        pair = self.inside.get(self.position)
        if pair is not None and self.calls(token, pair):
            if token.text == "I" and pair.has_comparison and not pair.has_comma:
                return self.indicated(token)
            return self.called(token, token.span[0], self.arguments(token))
        if token.kind == "library":
            raise self.error(f"{token.text} is a function: write {token.text}(...).", token.span)
        return Name(token.text, span=token.span, source=self.source)

    def calls(self, name: Token, pair: Bracket) -> bool:
        """Whether a name and the bracket behind it are a call, and no product such as p(1 - p)."""
        if name.kind == "library" or canonical(name.text):
            return True
        if self.token.text != "(":
            return False
        if is_foreign(name.text):
            return True
        return pair.has_comma or pair.is_empty or name.text.lower() in SHOWN_FUNCTIONS

    def arguments(self, name: Token) -> tuple[Expression, ...]:
        """The arguments of a call; NumPy's ``ones((N, M))`` is ``ones(N, M)``."""
        outer, inner = self.inside[self.position], self.inside.get(self.position + 1)
        doubled = inner is not None and inner.has_comma and inner.closes == outer.closes - 1
        if not (doubled and canonical(_LIBRARY.sub("", name.text)) in _SIZED):
            return self.listed()
        self.take()
        found = self.listed()
        self.take()
        return found

    def group(self) -> Expression:
        """``group = "(" comparison ")" | "[" comparison "]" | "{" comparison "}"``."""
        closing = CLOSING[self.take().text]
        inside = self.comparison()
        if not self.accept(closing):
            raise self.misplaced()
        return inside
