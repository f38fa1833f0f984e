r"""The rules for what is built up: ``\frac``, ``\sum``, matrices, cases."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType

from grader.notation.brackets import partner
from grader.notation.gradients import Gradients
from grader.notation.lexer import Token
from grader.notation.tree import Expression, Name, Number, Rows, Total

__all__ = ["Constructions"]

_CASES = frozenset({"cases", "dcases", "rcases"})
DOTS = "…"


class Constructions(Gradients, ABC):
    """A method a rule."""

    __slots__ = ()

    @abstractmethod
    def postfix(self) -> Expression:
        """A value with what stands behind it."""

    @abstractmethod
    def product(self) -> Expression:
        """What a sum's sign stands before."""

    def primary(self) -> Expression:
        """``primary = number | name | call | indicator | group | construction``."""
        rule = _BY_KIND.get(self.token.kind)
        if rule is None:
            raise self.unexpected()
        return rule(self)

    def name(self) -> Expression:
        """A name or a call; or a gradient, where ``dJ/d`` stands."""
        return self.quotient() if self.is_quotient() else super().name()

    def dots(self) -> Expression:
        """What stands for entries that were not written."""
        token = self.take()
        return Name(DOTS, span=token.span, source=self.source)

    def sign(self) -> Expression:
        """A group, or a gradient by its sign."""
        if self.opens():
            return self.letter() or self.group()
        if self.token.text == "∇":
            return self.nabla()
        if self.token.text == "∂":
            return self.quotient()
        raise self.unexpected()

    def letter(self) -> Expression | None:
        r"""A name alone in braces, which may have marks behind them: ``{x}'``, ``\mathbf{W}_2``."""
        pair = self.inside[self.position]
        inner = self.words[self.position + 1]
        if self.token.text != "{" or pair.closes != pair.opens + 2 or inner.kind != "name":
            return None
        opening = self.take()
        self.take()
        self.take()
        word = Token("name", inner.text, (opening.span[0], inner.span[1]), inner.written)
        return self.named(inner.text, word)

    def command(self) -> Expression:
        """A fraction, a root or a sum."""
        token = self.take()
        start = token.span[0]
        if token.text == "frac":
            return self.fraction(token)
        if token.text == "sqrt":
            return self.call("sqrt", (self.braced(),), start, token.span)
        if token.text == "sum":
            return self.total(start)
        if token.text in ("brace", "second", "skip"):
            return self.framed(token.text)
        raise self.error("Products over an index are not read.", token.span)

    def framed(self, kind: str) -> Expression:
        r"""``\underbrace{a}_{why}``, ``\overset{why}{a}``, ``\color{red} a``: the formula a."""
        if kind != "brace":
            self.skip_group()
            return self.postfix() if kind == "skip" else self.braced()
        inside = self.braced()
        while self.token.text in ("_", "^") and self.words[self.position + 1].text == "{":
            self.take()
            self.skip_group()
        return inside

    def skip_group(self) -> None:
        """Pass over what stands in braces."""
        if not self.opens():
            raise self.unexpected()
        closes = self.inside[self.position].closes
        self.position, self.token = closes + 1, self.words[closes + 1]

    def braced(self) -> Expression:
        """What a command takes: a group, or one number or name."""
        return self.group() if self.opens() else self.primary()

    def fraction(self, token: Token) -> Expression:
        r"""``\frac{a}{b}``, ``\frac12``, or the derivative ``\frac{\partial J}{\partial x}``."""
        start = token.span[0]
        if self.token.kind == "number" and re.fullmatch(r"\d\d", self.token.text):
            both = self.take()
            digits = [Number(float(d), span=both.span, source=self.source) for d in both.text]
            return self.joined(token, "/", digits[0], digits[1], start)
        if self.is_derivative():
            return self.derivative(start)
        above = self.braced()
        return self.joined(token, "/", above, self.braced(), start)

    def total(self, start: int, letter: str = "") -> Expression:
        """``total = sign [ "_" "{" letter [ "=" lower ] "}" ] [ "^" upper ] product``."""
        at = self.span_from(start)
        letters, lower = self.running() if self.accept("_") else ([letter] if letter else [], None)
        upper = self.bound() if self.accept("^") else None
        body = self.product()
        if not letters:
            return self.call("sum", (body,), start, at)
        for running in reversed(letters):
            span = self.span_from(start)
            body = Total(running, body, lower, upper, span=span, at=at, source=self.source)
        return body

    def running(self) -> tuple[list[str], Expression | None]:
        """The letters that run, and from where."""
        if not self.opens():
            return [self.index_letter()], None
        opening = self.take()
        letters = [self.index_letter()]
        while self.accept(","):
            letters.append(self.index_letter())
        lower = self.comparison() if self.accept("=") else None
        self.expect(partner(opening))
        return letters, lower

    def index_letter(self) -> str:
        """One letter."""
        if self.token.kind != "name" or len(self.token.text) != 1:
            raise self.error("A letter is expected here, the one that runs.")
        return self.take().text

    def bound(self) -> Expression:
        """Up to where it runs."""
        if self.opens():
            return self.group()
        token = self.take()
        if token.kind == "number":
            return Number(float(token.text), span=token.span, source=self.source)
        return Name(token.text, span=token.span, source=self.source)

    def rows(self) -> Expression:
        """``rows = "[" cell { "," cell } { ";" cell { "," cell } } "]"``."""
        opening = self.take()
        found = self.cells("]", {","})
        return self.matrix(found, opening)

    def environment(self) -> Expression:
        """A matrix or cases, from ``begin`` to ``end``."""
        if not self.opens():
            raise self.unexpected()
        opening = self.take()
        kind = opening.text.removeprefix("begin ")
        pair = self.inside[self.position - 1]
        words = self.words[pair.opens + 1 : pair.closes]
        if kind in _CASES or any(w.kind == "text" for w in words):
            return self.cases(opening)
        return self.matrix(self.cells(partner(opening), {"&"}), opening)

    def cells(self, closing: str, between: set[str]) -> list[list[Expression]]:
        """The cells, row by row, and what closes them."""
        found: list[list[Expression]] = [[]]
        while self.token.text != closing:
            if self.token.text == ";":
                self.take()
                found += [[]] if self.token.text != closing else []
                continue
            if found[-1] and self.token.text in between:
                self.take()
            while self.token.text in between:  # cells that only dots would fill
                here = self.take().span
                found[-1].append(Name(DOTS, span=here, source=self.source))
            found[-1].append(self.comparison())
        self.take()
        return found

    def matrix(self, found: list[list[Expression]], opening: Token) -> Expression:
        """The matrix, whose rows are of one length unless they hold dots."""
        span = self.span_from(opening.span[0])
        width = max(map(len, found))
        rows = []
        for row in found:
            short = width - len(row)
            if short and not any(isinstance(c, Name) and c.name == DOTS for c in row):
                raise self.error("The rows of this matrix are not of one length.", span)
            filling = [Name(DOTS, span=span, source=self.source)] * short
            rows.append((*row, *filling))
        return Rows(tuple(rows), span=span, at=opening.span, source=self.source)

    def cases(self, opening: Token) -> Expression:
        """``cases = "begin" { value [ "&" ] condition } "end"``: the first that holds counts."""
        closing = partner(opening)
        found: list[tuple[Expression, Expression | None]] = []
        while self.token.text != closing:
            value = self.comparison()
            found.append((value, self.condition(closing)))
            if self.token.text == ";":
                self.take()
        self.take()
        start = opening.span[0]
        *before, (last, condition) = found
        result = last
        if condition is not None:  # what is not told is 0 nowhere: the rest has no value
            result = self.chosen(condition, last, Number(0.0, source=self.source), start, opening)
        for value, holds in reversed(before):
            if holds is None:
                raise self.error("Only the last case stands without a condition.", value.span)
            result = self.chosen(holds, value, result, start, opening)
        return result

    def chosen(
        self, holds: Expression, yes: Expression, no: Expression, start: int, opening: Token
    ) -> Expression:
        """The call of ``where``."""
        return self.call("where", (holds, yes, no), start, opening.span)

    def condition(self, closing: str) -> Expression | None:
        """A condition, or several at once; None for ``otherwise``."""
        ending = {";", closing}
        found: list[Expression] = []
        while self.token.text not in ending:
            is_joined = self.token.text in ("&", "&&", ",", ".", ":")
            if self.token.kind == "text" or is_joined or self.is_word():
                self.take()
                continue
            found.append(self.compared())
        if not found:
            return None
        start = found[0].span[0]
        result = found[0]
        for other in found[1:]:
            both = Token("operator", ".*", (result.span[1], other.span[0]), "and")
            result = self.joined(both, ".*", result, other, start)
        return result

    def is_word(self) -> bool:
        """Whether a word such as ``if`` stands here that is not marked as text."""
        return self.token.kind == "name" and self.token.text.lower() in {"if", "otherwise", "else"}

    def compared(self) -> Expression:
        """A comparison, in which ``=`` compares."""
        start = self.token.span[0]
        left = self.comparison()
        if self.token.text != "=":
            return left
        operator = self.take()
        return self.joined(operator, "==", left, self.comparison(), start)


_BY_KIND: Mapping[str, Callable[[Constructions], Expression]] = MappingProxyType(
    {
        "number": Constructions.number,
        "name": Constructions.name,
        "library": Constructions.name,
        "operator": Constructions.sign,
        "one": Constructions.indicator,
        "accent": Constructions.accented,
        "dots": Constructions.dots,
        "environment": Constructions.environment,
        "command": Constructions.command,
    }
)
