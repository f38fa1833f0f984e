"""The rules for what needs no operator: numbers, names, calls, indicators and groups."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod

from grader.notation.brackets import CLOSING, Bracket
from grader.notation.cursor import Cursor
from grader.notation.functions import canonical, is_foreign
from grader.notation.lexer import Token
from grader.notation.tree import Call, Expression, Index, Name, Number, Transpose
from reference.operations import OPERATIONS

__all__ = ["SHOWN_FUNCTIONS", "Atoms"]

SHOWN_FUNCTIONS = frozenset(OPERATIONS) | {"reshape", "flatten", "vec", "conv", "conv2d"}
"""Functions of one argument that formulas of a key name, and that have no value here."""

_LIBRARY = re.compile(r"^(?:\w+\.)+")
_SIZED = frozenset({"ones", "zeros"})
_KEYWORDS = frozenset({"axis", "keepdims", "dim", "keepdim"})
_TOTAL_SIGNS = frozenset({"sum", "Σ"})
_TOTALS = ("sum_", "Σ_")
_BARS = {"|": "abs", "‖": "norm"}


class Atoms(Cursor, ABC):
    """A method a rule."""

    __slots__ = ()

    @abstractmethod
    def comparison(self) -> Expression:
        """What stands in brackets and between commas."""

    @abstractmethod
    def primary(self) -> Expression:
        """A value."""

    @abstractmethod
    def power(self) -> Expression:
        """What a function takes that is written without brackets."""

    @abstractmethod
    def raised(self) -> tuple[Token, Expression]:
        """A sign of power and the exponent."""

    @abstractmethod
    def total(self, start: int, letter: str = "") -> Expression:
        """A sum, behind its sign, or behind its sign and index."""

    @abstractmethod
    def rows(self) -> Expression:
        """A matrix by its rows, in square brackets."""

    def listed(self) -> tuple[Expression, ...]:
        """The expressions between brackets: "(" [ comparison { "," comparison } ] ")"."""
        pair = self.inside[self.position]
        closing = CLOSING[self.take().text]
        if pair.is_empty:
            self.take()
            return ()
        found = [self.comparison()]
        while self.accept(","):
            found.append(self.argument())
        self.expect(closing)
        return tuple(found)

    def argument(self) -> Expression:
        """``argument = [ "axis" "=" | "keepdims" "=" ] comparison``."""
        if self.words[self.position + 1].text == "=" and self.token.text in _KEYWORDS:
            self.take()
            self.take()
        return self.comparison()

    def called(
        self, name: Token, start: int, arguments: tuple[Expression, ...]
    ) -> Call | Transpose:
        """The call of a function, under its name in the table."""
        known = canonical(_LIBRARY.sub("", name.text))
        if known == "sum" and len(arguments) > 1:
            known = "sum_along"
        if known == "transpose" and len(arguments) == 1:
            span = self.span_from(start)
            return Transpose(arguments[0], span=span, at=name.span, source=self.source)
        return self.call(known or name.text, arguments, start, name.span)

    def number(self) -> Expression:
        """A number, or the indicator "1[" comparison "]"."""
        token = self.token
        pair = self.inside.get(self.position + 1)
        if token.text == "1" and pair and pair.has_comparison and not pair.has_comma:
            return self.indicator()
        if token.text == "1" and self.words[self.position + 1].text == "_":
            return self.indicator()
        value = float(self.take().text)
        if math.isinf(value):
            raise self.error("This number is too large.", token.span)
        return Number(value, span=token.span, source=self.source)

    def indicator(self) -> Expression:
        """``indicator = ( "1" | "𝟙" ) ( "[" comparison "]" | "_" "{" comparison "}" )``.

        A bold one alone is a number, and with a dimension below it a column of ones.
        """
        one = self.take()
        is_below = self.accept("_")
        pair = self.inside.get(self.position)
        if pair is not None and (pair.has_comparison or self.holds_bracket(pair)):
            return self.indicated(one)
        if is_below:
            size = self.group() if pair else self.name()
            return self.call("ones", (size,), one.span[0], one.span)
        if pair is not None and one.kind == "one":
            return self.indicated(one)
        return Number(1.0, span=one.span, source=self.source)

    def holds_bracket(self, pair: Bracket) -> bool:
        """Whether a bracket holds nothing but another one with a comparison: ``1_{[h > 0]}``."""
        inner = self.inside.get(pair.opens + 1)
        return inner is not None and inner.closes == pair.closes - 1 and inner.has_comparison

    def indicated(self, one: Token) -> Expression:
        """The call of the indicator of what stands in the brackets here."""
        condition = self.group()
        return self.call("indicator", (condition,), one.span[0], one.span)

    def name(self) -> Expression:
        """name, or call = name "(" [ comparison { "," comparison } ] ")"."""
        token = self.take()
        return self.named(token.text, token)

    def named(self, text: str, token: Token) -> Expression:
        """What a name begins: a call, a sum, or the name with all that belongs to it."""
        start = token.span[0]
        if text in _TOTAL_SIGNS and self.token.text == "_":
            return self.total(start)
        if text.startswith(_TOTALS) and text.count("_") == 1 and len(text.split("_")[1]) == 1:
            return self.total(start, text[-1])  # sum_j
        if token.kind != "library":
            text = self.with_marks(text)
        known = canonical(_LIBRARY.sub("", text))
        word = Token(token.kind, text, self.span_from(start), token.written)
        if known and token.kind != "library" and (applied := self.applied(word)):
            return applied
        pair = self.inside.get(self.position)
        if pair is not None and self.calls(word, pair):
            if text == "I" and pair.has_comparison and not pair.has_comma:
                return self.indicated(token)
            return self.called(word, start, self.arguments(word))
        if token.kind == "library":
            raise self.error(f"{token.text} is a function: write {token.text}(...).", token.span)
        return Name(text, span=word.span, source=self.source)

    def applied(self, function: Token) -> Expression | None:
        """``log p`` and ``sin^2(x)``: a function without brackets, or with a power before them."""
        start = function.span[0]
        if self.token.text == "^" and self.words[self.position + 1].kind != "operator":
            kept = self.position
            operator, exponent = self.raised()
            call = self.applied(function) or (
                self.called(function, start, self.arguments(function)) if self.opens() else None
            )
            if call is None:  # a power of something that bears a function's name
                self.position, self.token = kept, self.words[kept]
            return self.joined(operator, "^", call, exponent, start) if call else None
        if self.token.kind not in ("number", "name", "command", "accent", "library"):
            return None
        if function.text == "I" or self.token.text == "sum":
            return None
        operand = self.power()
        if isinstance(operand, Number) and self.token.kind in ("name", "accent"):
            times = Token("operator", "*", (operand.span[1], self.token.span[0]))
            operand = self.joined(times, "*", operand, self.power(), operand.span[0])
        return self.called(function, start, (operand,))

    def with_marks(self, text: str) -> str:
        """A name with the primes, subscripts and layer's number that stand behind it."""
        while True:
            kind, sign = self.token.kind, self.token.text
            if kind == "prime" and not sign.startswith("."):
                text += self.take().text
            elif kind == "low" and self.touches():
                text = _below(text, self.take().text)
            elif kind == "operator" and sign == "_" and text not in _TOTAL_SIGNS:
                self.take()
                text = _below(text, self.below())
            elif kind == "operator" and sign == "^" and (layer := self.layer()):
                base, mark, rest = text.partition("_")
                text = f"{base}_{layer}" + ("," + rest if mark else "")
            else:
                return text

    def below(self) -> str:
        """What stands in a subscript, as one word: letters and numbers, with commas between."""
        if not self.opens():
            if self.token.kind not in ("name", "number"):
                raise self.unexpected()
            return self.take().text
        pair = self.inside[self.position]
        held = self.words[pair.opens + 1 : pair.closes]
        if not all(w.kind in ("name", "number", "prime") or w.text in ",[]{}" for w in held):
            raise self.error("An index is a letter or a number.", held[0].span if held else None)
        self.position, self.token = pair.closes + 1, self.words[pair.closes + 1]
        return "".join(w.text for w in held if w.text not in "[]{}")

    def layer(self) -> str:
        """The number in ``W^{(2)}`` or ``W^{[2]}``, taken; empty where something else stands."""
        ahead = [word.text for word in self.words[self.position + 1 : self.position + 6]]
        framed = [ahead[0], *ahead[1:2], *ahead[3:5]] if len(ahead) > 4 else []  # noqa: PLR2004
        if framed not in (["{", "(", ")", "}"], ["{", "[", "]", "}"]) or not ahead[2].isdigit():
            return ""
        self.position += 6
        self.token = self.words[self.position]
        return ahead[2]

    def subscripted(self, node: Expression, start: int) -> Index:
        """``(W_2 h)_i``: an index below brackets."""
        at = self.token.span
        text = self.take().text if self.token.kind == "low" else ""
        if not text:
            self.take()
            text = self.below()
        letters = re.findall(r"\d+|[^\W\d_]", text)
        span = self.span_from(start)
        indices: tuple[Expression, ...] = tuple(
            Number(float(letter), span=at, source=self.source)
            if letter.isdigit()
            else Name(letter, span=at, source=self.source)
            for letter in letters
        )
        return Index(node, indices, span=span, at=at, source=self.source)

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
        if self.token.text not in CLOSING:
            return (self.group(),)
        outer, inner = self.inside[self.position], self.inside.get(self.position + 1)
        doubled = inner is not None and inner.has_comma and inner.closes == outer.closes - 1
        if not (doubled and canonical(_LIBRARY.sub("", name.text)) in _SIZED):
            return self.listed()
        self.take()
        found = self.listed()
        self.take()
        return found

    def group(self) -> Expression:
        """``group = "(" comparison ")"``, with any kind of brackets; bars are functions."""
        pair = self.inside[self.position]
        if self.token.kind == "environment":
            return self.primary()
        if pair.has_rows and self.token.text == "[":
            return self.rows()
        opening = self.take()
        inside = self.comparison()
        bar = _BARS.get(opening.text)
        self.expect(opening.text if bar else CLOSING[opening.text])
        return self.call(bar, (inside,), opening.span[0], opening.span) if bar else inside


def _below(text: str, low: str) -> str:
    """A name with one subscript more: ``x'`` and ``j`` are ``x'_j``, ``W_2`` and i ``W_2,i``."""
    return f"{text},{low}" if "_" in text else f"{text}_{low}"
