"""Formulas as people read them: MathML for pages, LaTeX for papers, plain text for files.

A product whose factors' shapes are not known is set with a dot: it may be a matrix product. What
is known is set as in books: ``@`` and a number before a factor need no sign, ``.*`` is ⊙, a
condition within a product stands in square brackets (Iverson's: 1 where it holds, else 0).
Whatever text comes in, what comes out is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from grader.notation.arrange import PLAIN, arranged
from grader.notation.errors import NotationError
from grader.notation.grammar import parse, parse_equation
from grader.notation.latex import LATEX
from grader.notation.mathml import MATHML, chain, element, equation, escaped
from grader.notation.style import Style
from grader.notation.tree import Expression

__all__ = ["latex", "mathml", "mathml_of_chain", "mathml_of_text", "plain"]

_NO_SYMBOLS: Mapping[str, str] = MappingProxyType({})


def plain(expression: Expression) -> str:
    """The formula in the notation that `parse` reads, with the fewest brackets."""
    return arranged(expression, PLAIN)


def latex(expression: Expression, symbols: Mapping[str, str] | None = None) -> str:
    """The formula as LaTeX (amsmath), without dollar signs.

    Args:
        expression: what is set.
        symbols: how names are written where that is not the name itself: ``{"xp": "x'"}``.
    """
    return arranged(expression, _with_symbols(LATEX, symbols))


def mathml(expression: Expression, symbols: Mapping[str, str] | None = None) -> str:
    """The formula as a ``<math>`` element of presentation MathML; ``symbols`` as in `latex`."""
    return element(arranged(expression, _with_symbols(MATHML, symbols)))


def mathml_of_text(text: str) -> str:
    """A formula or an equation, given as text, as a ``<math>`` element.

    Where it cannot be read as one, the text itself stands there, escaped.
    """
    try:
        left, right = parse_equation(text)
    except NotationError:
        return element(f"<mtext>{escaped(text)}</mtext>")
    formula = arranged(right, MATHML)
    if left is not None:
        formula = equation(arranged(left, MATHML), formula)
    return element(formula)


def mathml_of_chain(sides: Sequence[str]) -> str:
    """The sides of a chain of equalities, as a ``<math>`` element.

    Raises:
        NotationError: one of them cannot be read.
    """
    parts = [arranged(parse(side), MATHML) for side in sides]
    return element(chain(parts))


def _with_symbols(style: Style, symbols: Mapping[str, str] | None) -> Style:
    written = symbols or _NO_SYMBOLS
    return replace(style, name=lambda name: style.name(_substituted(name, written)))


def _substituted(name: str, written: Mapping[str, str]) -> str:
    """The name as it is to be written; of a gradient, the name that it is of."""
    if name in written:
        return written[name]
    for prefix in ("grad_", "∇"):
        rest = name.removeprefix(prefix)
        if rest != name and rest in written:
            return prefix + written[rest]
    return name
