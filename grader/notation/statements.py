r"""Mathematics as written -> statements, and each statement's chain of equalities.

Only signs are looked at: what stands in brackets, in matrices and in cases stays together, and
nothing is read. What is no part of a formula (``$``, ``&``, ``\begin{align}``, ``\tag{3}``, a
comment) becomes blank, so that every character of a member stands where it stood in the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.notation.errors import NotationError
from grader.notation.signs import BRACKETS, INTRODUCED, OPENING, SIGN, Sign, mates, signs

__all__ = ["Member", "Statement", "begins_with_relation", "statements"]

_LONGEST = 8_000
_MOST = 100


@dataclass(frozen=True, slots=True)
class Member:
    """One side of a chain, as written and stripped, and where it begins in the source."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Sides that are said to be equal: ``a = b = c`` has three, a formula alone one.

    ``introduced`` says that "let", "where", "with", "define", "denote" or "using" stood before it.
    """

    members: tuple[Member, ...]
    introduced: bool = False


_WRAPPERS = (
    *("align", "aligned", "alignat", "alignedat", "equation", "gather", "gathered", "multline"),
    *("eqnarray", "split", "flalign", "displaymath", "math"),
)
_LAYOUTS = ("array", "cases", "dcases")
"""Inside a member they are matrices and cases; around whole statements they only lay out."""
_OPERATOR = r"(?:[-+−*/·×⊙∘@]|\\(?:cdot|times|odot|circ|pm)(?![a-zA-Z]))"
_GOES_ON = re.compile(rf"\s*+{_OPERATOR}")
_UNFINISHED = re.compile(rf"{_OPERATOR}\s*\Z")
_LEADING = re.compile(r"\A[\s,]++")
_NAMED = re.compile(r"\s*+(?:[^\W\d_]|\\[a-zA-Z]|[∇∂])")
_BELONGS = re.compile(r"\\in(?![a-zA-Z])|∈")
_SIZE = re.compile(
    r"\s*[(\[]\s*(?:[A-Z]|\d{1,3})\s*(?:\\times|×|\bx\b)\s*(?:[A-Z]|\d{1,3})\s*[)\]]\Z"
)
"""The size of a result, told behind it: ``h d^T (M x N)``."""
_SILENT = frozenset({"comment", "row", "begin", "blank", "soft", "align"})
_BOUNDARIES = frozenset({"row", "soft", "semicolon", "arrow", "between", "word"})
_TAIL = 40
"""Characters of a piece in which its last operator is looked for."""


def statements(text: str) -> tuple[Statement, ...]:
    """The statements of one answer, or of one block of mathematics.

    Raises:
        NotationError: it is too long, or holds too many statements.
    """
    if len(text) > _LONGEST:
        told = f"This is longer than the {_LONGEST} characters that are read."
        raise NotationError(told, text, (_LONGEST, len(text)))
    found = _Scan(text, signs(text)).statements()
    if len(found) > _MOST:
        start = found[_MOST].members[0].start
        told = f"These are more than the {_MOST} statements that are read."
        raise NotationError(told, text, (start, len(text)))
    return found


def begins_with_relation(text: str) -> bool:
    """Whether a block goes on with the chain of the block before it: ``= b = c``."""
    end = 0
    for sign in SIGN.finditer(text[:400]):
        kind = sign.lastgroup
        if text[end : sign.start()].strip() or kind not in _SILENT:
            return kind in {"equals", "relation"} and not text[end : sign.start()].strip()
        end = sign.end()
    return False


# --- cutting ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Piece:
    """A part of the source between two boundaries.

    ``is_soft`` says that the boundary before it counts only before an equation, ``is_line`` that
    it is the end of a line.
    """

    start: int
    end: int = 0
    introduced: bool = False
    is_soft: bool = False
    is_line: bool = False
    relations: list[Sign] = field(default_factory=list)


@dataclass(slots=True)
class _Scan:
    """Goes over the signs once: cuts the source into pieces and notes what becomes blank."""

    text: str
    signs: Sequence[Sign]
    blanks: list[Sign] = field(default_factory=list)
    pieces: list[_Piece] = field(default_factory=lambda: [_Piece(0, is_soft=True)])
    is_fresh: bool = True
    """Whether the present piece holds nothing yet."""

    def statements(self) -> tuple[Statement, ...]:
        """The statements with their members."""
        self._cut()
        clean = self._blanked()
        found = (_statement(group, clean) for group in _groups(self.pieces, clean))
        return tuple(statement for statement in found if statement.members)

    def _cut(self) -> None:
        pairs = mates(self.signs, self.text)
        rows = "\\\\" in self.text or "\\begin" in self.text
        layouts: set[int] = set()
        depth = end = 0
        for position, sign in enumerate(self.signs):
            if self.text[end : sign.start].strip():
                self.is_fresh = False
            end = sign.end
            if sign.kind not in BRACKETS:
                self._note(sign, depth, rows=rows)
                continue
            mate = pairs.get(position)
            if mate is None or mate in layouts or self._is_layout(sign, mate, depth):
                layouts.add(position)
                self._lay_out(sign)
            else:
                depth += 1 if sign.kind in OPENING else -1
                self.is_fresh = False
        self.pieces[-1].end = len(self.text)

    def _is_layout(self, sign: Sign, mate: int, depth: int) -> bool:
        """Whether an environment stands around statements, not inside a member."""
        name = sign.words.rstrip("*")
        if sign.kind != "begin" or name in _WRAPPERS:
            return sign.kind == "begin"
        holds_statements = name in _LAYOUTS and depth == 0 and self.is_fresh
        return holds_statements and "=" in self.text[sign.end : self.signs[mate].start]

    def _lay_out(self, sign: Sign) -> None:
        """An environment around statements ends one; a bracket without its mate stays."""
        if sign.kind in {"begin", "end"}:
            self._end_piece(sign)
        else:
            self.is_fresh = False

    def _note(self, sign: Sign, depth: int, *, rows: bool) -> None:
        """A sign that is no bracket: a boundary, a blank, or part of a formula."""
        kind = sign.kind
        is_break = self.text[sign.start] == "\n"
        if kind == "comment" or (depth and is_break):
            self.blanks.append(sign)
        elif depth:
            return
        elif kind in _BOUNDARIES:
            self._end_piece(sign)
        elif self._lays_out(sign, rows=rows):
            self.blanks.append(sign)
        else:
            self.is_fresh = False
            if kind in {"equals", "relation"}:
                self.pieces[-1].relations.append(sign)

    def _lays_out(self, sign: Sign, *, rows: bool) -> bool:
        """Whether a sign is no part of a formula: prose that leads in, an ampersand of rows."""
        if sign.kind == "align":
            return rows or self._is_beside_relation(sign)
        return sign.kind == "blank" or (sign.kind == "prose" and self.is_fresh)

    def _is_beside_relation(self, sign: Sign) -> bool:
        before = self.text[max(0, sign.start - 20) : sign.start].rstrip(" &")
        after = self.text[sign.end : sign.end + 20].lstrip(" &")
        return not before or before.endswith(("=", "\n")) or after.startswith("=")

    def _end_piece(self, sign: Sign) -> None:
        """A boundary; where nothing stands before it, it adds to the boundary there."""
        last = self.pieces[-1]
        last.end = sign.start
        if self.text[sign.start] != ",":
            self.blanks.append(sign)
        new = _Piece(
            sign.end,
            introduced=sign.kind == "word" and self._introduces(sign),
            is_soft=sign.kind == "soft",
            is_line=sign.kind in {"row", "begin", "end"},
        )
        if self.is_fresh:
            new.introduced = new.introduced or (last.introduced and sign.kind != "word")
            new.is_line = (new.is_line or new.is_soft) and (last.is_line or last.is_soft)
            new.is_soft = new.is_soft and last.is_soft
            self.pieces.pop()
        self.pieces.append(new)
        self.is_fresh = True

    def _introduces(self, sign: Sign) -> bool:
        """Whether a word introduces what follows; "and" goes on as the piece before it began."""
        written = sign.words or self.text[sign.start : sign.end]
        before = self.pieces[-2:][0] if self.is_fresh else self.pieces[-1]
        goes_on = before.introduced and written.strip(" ,.:").casefold() == "and"
        return goes_on or INTRODUCED.match(written) is not None

    def _blanked(self) -> str:
        """The source with blanks in place of what is no part of any formula."""
        parts, start = [], 0
        for blank in self.blanks:
            parts += [self.text[start : blank.start], " " * (blank.end - blank.start)]
            start = blank.end
        return "".join((*parts, self.text[start:]))


# --- putting together ---------------------------------------------------------------------------


def _groups(pieces: Sequence[_Piece], clean: str) -> Iterator[list[_Piece]]:
    """The pieces of each statement: those that only go on belong to the piece before them."""
    group: list[_Piece] = []
    for piece in pieces:
        if group and not _goes_on(group[-1], piece, clean):
            yield group
            group = []
        group.append(piece)
    yield group


def _goes_on(last: _Piece, piece: _Piece, clean: str) -> bool:
    """Whether a piece goes on with the statement of the piece before it."""
    first = piece.relations[0].start if piece.relations else piece.end
    begins = clean[piece.start : first]
    if piece.relations and not begins.strip():
        return True
    if not (piece.is_soft or piece.is_line):
        return False
    tail = clean[max(last.start, last.end - _TAIL) : last.end]
    unfinished = last.relations and not clean[last.relations[-1].end : last.end].strip()
    if unfinished or _UNFINISHED.search(tail) or _GOES_ON.match(begins):
        return True
    is_statement = piece.relations or _BELONGS.search(clean, piece.start, piece.end)
    return piece.is_soft and not (is_statement and _NAMED.match(begins))


def _statement(group: Sequence[_Piece], clean: str) -> Statement:
    """The statement of pieces that belong together, cut at its relations."""
    members, start = [], group[0].start
    for relation in (r for piece in group for r in piece.relations):
        members.append(_member(clean, start, relation.start))
        start = relation.end
    members.append(_member(clean, start, group[-1].end))
    return Statement(tuple(m for m in members if m.text), group[0].introduced)


def _member(clean: str, start: int, end: int) -> Member:
    """A part of the source without space and punctuation around it."""
    text = clean[start:end]
    bare = _LEADING.sub("", text, count=1)
    start += len(text) - len(bare)
    bare = bare.rstrip()
    while bare.endswith((",", ".")) and not bare.endswith(("..", "\\right.")):
        bare = bare[:-1].rstrip()
    sized = _SIZE.search(bare, max(0, len(bare) - _TAIL))
    if sized and bare[: sized.start()].strip():
        bare = bare[: sized.start()].rstrip()
    return Member(bare, start)
