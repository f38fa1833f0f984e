"""A cursor over the tokens of a formula: what every rule of the grammar needs."""

from __future__ import annotations

from grader.notation.brackets import Bracket, brackets
from grader.notation.errors import NotationError
from grader.notation.lexer import Token, excerpt
from grader.notation.tree import Binary, Call, Expression, Span

__all__ = ["Cursor"]


_ENTRYWISE_POWERS = frozenset({"**", ".^"})


class Cursor:
    """Where we are in the tokens.

    Attributes:
        token: the current one; the last is ``end``.
        inside: what the brackets hold, by the position of the one that opens.
    """

    __slots__ = ("inside", "position", "source", "token", "words")

    def __init__(self, source: str, words: list[Token]) -> None:
        self.source = source
        self.words = words
        self.position = 0
        self.token = words[0]
        self.inside: dict[int, Bracket] = brackets(source, words)

    def take(self) -> Token:
        """The current token; the cursor moves on.

        Raises:
            NotationError: there is none.
        """
        taken = self.token
        if taken.kind == "end":
            raise self.unexpected()
        self.position += 1
        self.token = self.words[self.position]
        return taken

    def accept(self, text: str) -> bool:
        """Whether the current token is this operator; if so, the cursor moves on."""
        if self.token.kind == "operator" and self.token.text == text:
            self.take()
            return True
        return False

    def expect(self, text: str) -> None:
        """Take this sign.

        Raises:
            NotationError: something else stands here.
        """
        if self.token.text != text:
            raise self.misplaced()
        self.take()

    def opens(self) -> bool:
        """Whether the current token opens a bracket."""
        return self.position in self.inside

    def touches(self) -> bool:
        """Whether nothing stands between the last token and this one."""
        return self.words[self.position - 1].span[1] == self.token.span[0]

    def span_from(self, start: int) -> Span:
        """From a position to the end of the last token taken."""
        return (start, self.words[self.position - 1].span[1])

    def error(self, message: str, span: Span | None = None) -> NotationError:
        """An error at the current token, or at a place."""
        return NotationError(message, self.source, span or self.token.span)

    def unexpected(self) -> NotationError:
        """What is wrong with the current token where a value should begin."""
        if self.token.kind == "end":
            what = "A number or a name is expected where the formula ends."
            return self.error(what if self.position else "There is no formula here.")
        found = self.source[slice(*self.token.span)]
        return self.error(f"A number or a name is expected here, not {excerpt(found)}.")

    def joined(
        self, operator: Token, meaning: str, left: Expression, right: Expression, start: int
    ) -> Binary:
        """The node over two sides; ``start`` is where the left one begins, brackets included."""
        span = self.span_from(start)
        at, written = operator.span, operator.text if operator.written else ""
        if operator.written in _ENTRYWISE_POWERS:
            written = operator.written
        return Binary(meaning, left, right, span=span, at=at, written=written, source=self.source)

    def call(self, function: str, arguments: tuple[Expression, ...], start: int, at: Span) -> Call:
        """The node of a function's call."""
        span = self.span_from(start)
        return Call(function, arguments, span=span, at=at, source=self.source)

    def misplaced(self) -> NotationError:
        """What is wrong with the current token where a formula should end or go on."""
        found = self.token.text
        if found == ",":
            return self.error("A comma separates arguments only; write decimals with a point: 0.5.")
        if found == "=":
            return self.error("There is one = at most; to compare write ==.")
        return self.error(f"{excerpt(self.source[slice(*self.token.span)])} does not fit here.")
