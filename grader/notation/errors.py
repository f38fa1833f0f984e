"""What is said when something a student wrote cannot be read."""

from __future__ import annotations

from grader.model import GraderError

__all__ = ["NotationError", "ShapeMisfitError"]


class NotationError(GraderError):
    """Text that has no value, with the place in it.

    Attributes:
        message: one sentence a student understands.
        text: the whole text.
        span: start and end of the part that is meant, as positions in ``text``.
    """

    def __init__(self, message: str, text: str, span: tuple[int, int]) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.span = span

    def drawn(self) -> str:
        """The message, the line it is about, and carets below the part that is meant."""
        start, end = self.span
        carets = " " * start + "^" * max(1, end - start)
        return f"{self.message}\n    {self.text}\n    {carets}"


class ShapeMisfitError(NotationError):
    """A formula that was read, and whose shapes do not fit: it cannot be right."""
