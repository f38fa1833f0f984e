"""The rules for gradients by their sign: ``∇x``, ``∂J/∂x``, and names with accents on them."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from grader.notation.atoms import Atoms
from grader.notation.brackets import partner
from grader.notation.labels import is_objective
from grader.notation.lexer import Token
from grader.notation.tree import Expression, Index, Name

__all__ = ["Gradients"]

_OBJECTIVES = frozenset({"J", "L", "ℒ", "E"})


class Gradients(Atoms, ABC):
    """A method a rule."""

    __slots__ = ()

    @abstractmethod
    def indexed(self, node: Expression, start: int) -> Index:
        """A value with an index in square brackets behind it."""

    @abstractmethod
    def primary(self) -> Expression:
        """A value."""

    def is_derivative(self) -> bool:
        r"""Whether ``{∂...}{∂...}`` or ``{d...}{d...}`` stands here."""
        pair = self.inside.get(self.position)
        if pair is None or pair.closes + 2 >= len(self.words):
            return False
        above, below = self.words[self.position + 1], self.words[pair.closes + 2]
        if above.text == "∂":
            return below.text == "∂"
        return all(w.kind == "name" and w.text[0] == "d" for w in (above, below)) and (
            above.text == "d" or is_objective(above.text[1:])
        )

    def derivative(self, start: int) -> Expression:
        """The gradient, behind ``frac``: of the objective by its name, else a Jacobian's name."""
        pair = self.inside[self.position]
        words = self.words[pair.opens + 1 : pair.closes]
        written = self.source[words[0].span[0] : words[-1].span[1]]
        self.position, self.token = pair.closes + 1, self.words[pair.closes + 1]
        closing = partner(self.take())
        of = self.differential()
        self.expect(closing)
        return self.gradient(written, of, start)

    def is_quotient(self) -> bool:
        r"""Whether ``dJ/d`` stands here, with the rest apart from it as in ``dJ/d\hat{x}``."""
        text = self.token.text
        ahead = [word.text for word in self.words[self.position + 1 : self.position + 3]]
        return ahead == ["/", "d"] and text[0] == "d" and is_objective(text[1:])

    def quotient(self) -> Expression:
        """``∂J/∂x`` in a line."""
        start = self.token.span[0]
        self.accept("∂")
        Atoms.name(self)
        written = self.source[slice(*self.span_from(start))]
        self.expect("/")
        return self.gradient(written, self.differential(), start)

    def differential(self) -> Expression:
        """What stands below: ``∂x`` or ``dx``."""
        if self.token.text in ("∂", "d"):
            self.take()
            of = self.primary()
            while self.token.text == "[":
                of = self.indexed(of, of.span[0])
            return of
        if self.token.kind == "name" and self.token.text.startswith("d"):
            token = self.take()
            return self.named(token.text[1:], token)
        raise self.unexpected()

    def gradient(self, above: str, of: Expression, start: int) -> Expression:
        """The gradient with respect to something, or to an entry of it."""
        inner = of
        while isinstance(inner, Index):
            inner = inner.operand
        if not isinstance(inner, Name):
            raise self.error("A gradient is taken with respect to a name.", inner.span)
        objective = above.lstrip("\\").removeprefix("partial").lstrip("∂d").strip()
        span = self.span_from(start)
        if is_objective(objective):
            name = Name(f"∇{inner.name}", span=span, source=self.source)
            indices = _indices(of)
        else:
            base, _, rest = objective.partition("[")
            name = Name(f"∂{_tight(base)}/∂{_tight(inner.name)}", span=span, source=self.source)
            entry = (Name(i, span=span, source=self.source) for i in re.findall(r"\w+", rest))
            indices = (*entry, *_indices(of))
        return Index(name, indices, span=span, at=span, source=self.source) if indices else name

    def nabla(self) -> Expression:
        """``nabla = "∇" [ "_" ] name [ objective ]``."""
        start = self.take().span[0]
        self.accept("_")
        of = self.accented() if self.token.kind == "accent" else self.of_nabla()
        if self.token.kind == "name" and self.token.text in _OBJECTIVES:
            self.take()
        if not isinstance(of, Name):
            raise self.error("A gradient is taken with respect to a name.", of.span)
        return Name(f"∇{of.name}", span=self.span_from(start), source=self.source)

    def of_nabla(self) -> Expression:
        """The name behind the sign, in braces or not; its marks belong to it."""
        if not self.opens():
            if self.token.kind not in ("name", "low"):
                raise self.unexpected()
            token = self.take()
            return Name(self.with_marks(token.text), span=token.span, source=self.source)
        opening = self.take()
        of = self.accented() if self.token.kind == "accent" else self.of_nabla()
        self.expect(partner(opening))
        return of

    def accented(self) -> Expression:
        r"""``\hat{x}``, ``\hat x_1``, ``\hat{\mathbf{x}}``: the hat stands behind the letter."""
        accent = self.take()
        depth = 0
        while self.token.text == "{":
            self.take()
            depth += 1
        if self.token.kind != "name":
            raise self.unexpected()
        token = self.take()
        for _ in range(depth):
            self.expect("}")
        letters, mark, low = token.text.partition("_")
        base = letters.rstrip("'")
        text = f"{base}{accent.text}{letters[len(base) :]}{mark}{low}"
        return self.named(text, Token("name", text, (accent.span[0], token.span[1]), "accent"))


def _indices(node: Expression) -> tuple[Expression, ...]:
    """All indices behind a name: ``W[i][j]`` has two."""
    found: tuple[Expression, ...] = ()
    while isinstance(node, Index):
        found, node = node.indices + found, node.operand
    return found


def _tight(text: str) -> str:
    """A name without spaces, braces and subscript signs."""
    return "".join(c for c in text if c not in " _{}\\")
