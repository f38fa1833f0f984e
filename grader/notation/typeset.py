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

from grader.notation.arrange import PLAIN, arranged, cut
from grader.notation.errors import NotationError
from grader.notation.grammar import parse, parse_equation
from grader.notation.latex import LATEX
from grader.notation.mathml import MATHML, chain, element, equation, escaped, signs_in
from grader.notation.style import Style
from grader.notation.tree import Expression

__all__ = [
    "LINE_MAY_END",
    "latex",
    "mathml",
    "mathml_in_parts",
    "mathml_of_chain",
    "mathml_of_text",
    "plain",
    "signs_in",
]

LINE_MAY_END = "<wbr>"
"""What stands between two elements of a line, where it may go on below."""

_ONE_LINE = 60
_WIDEST = 150
"""In signs: what stands in one line at most, and what can still be looked at if it must."""

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


def mathml_in_parts(expression: Expression, symbols: Mapping[str, str] | None = None) -> str:
    """The formula as one ``<math>`` element; a long one as several, between which a line may end.

    ``symbols`` as in `latex`.
    """
    return _line(_parts(expression, _with_symbols(MATHML, symbols)))


def mathml_of_chain(sides: Sequence[str], texts: Sequence[str] = ()) -> tuple[str, ...]:
    """The sides of a chain of equalities as lines, each of one ``<math>`` element or more.

    A short chain is one line. Of a long one the first side is a line, and each other with the
    sign before it; within them a line may end between two elements.

    Args:
        sides: as written.
        texts: what stands for each side before the last where that cannot be read, or is so long
            that nobody could; by default what was written.

    Returns:
        The lines; none where the last side cannot be read or is so long.
    """
    read = [_side(side) for side in sides]
    if not read or read[-1] is None:
        return ()
    shown = [f'<mtext class="unread">{escaped(text)}</mtext>' for text in texts or sides]
    every = [side or (text,) for side, text in zip(read, shown, strict=True)]
    first, *others = every
    others = [(chain(["", side[0]]), *side[1:]) for side in others]
    if sum(signs_in(part) for side in every for part in side) <= _ONE_LINE:
        return (_line([part for side in (first, *others) for part in side]),)
    return tuple(map(_line, (first, *others)))


def _side(text: str) -> tuple[str, ...] | None:
    """A side of a chain in parts; None where it cannot be read, or a part is too long."""
    try:
        parts = _parts(parse(text), MATHML)
    except NotationError:
        return None
    return parts if max(map(signs_in, parts)) <= _WIDEST else None


def _parts(tree: Expression, style: Style) -> tuple[str, ...]:
    whole = arranged(tree, style)
    return (whole,) if signs_in(whole) <= _ONE_LINE else cut(tree, style)


def _line(parts: Sequence[str]) -> str:
    return LINE_MAY_END.join(map(element, parts))


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
