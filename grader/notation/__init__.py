"""Text that students write: numbers, names of quantities, and formulas, read without eval."""

from __future__ import annotations

from grader.notation.errors import NotationError
from grader.notation.evaluate import evaluate
from grader.notation.grammar import parse
from grader.notation.tree import Expression, names_in, renamed

__all__ = ["Expression", "NotationError", "evaluate", "names_in", "parse", "renamed"]
