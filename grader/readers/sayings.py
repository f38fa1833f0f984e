r"""The parts of a write-up -> what is said in them: equations, matrices alone, words, headings.

An equation is a chain of sides in the student's own text, each with its place. Sentences are
looked through for equations too: ``so the gradient is ∇W₂ = h δᵀ`` says one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from grader.model import Place, Rubric
from grader.notation import names
from grader.notation.errors import NotationError
from grader.notation.statements import Statement, begins_with_relation, statements
from grader.readers.codelines import statements_of_code
from grader.readers.factors import line_factor
from grader.readers.latex_grid import matrices
from grader.readers.leftside import is_symbol, left_side
from grader.readers.mathblocks import Kind, Part, unboxed
from grader.readers.rowlines import stacked_rows
from grader.readers.saying import Saying, Side, Sort
from grader.readers.sentences import judged, trimmed, with_equals
from reference.gradient import PREFIX

__all__ = ["Saying", "Side", "Sort", "sayings"]

_RELATION = re.compile(r"(?<![=<>!:+\-*/])(?::?=|≈|≡|≔)(?!=)")
_ROW = re.compile(r"[\s\[\](){}|;,]*[-+−]?\.?\d[\d.,eE+\-−×·*^⁻⁰¹²³⁴⁵⁶⁷⁸⁹\s;\[\]()|]*")
_BULLETED = re.compile(r"\s*[-*+•]\s+[-+−]?\.?\d[\d.eE+\-−]*\s*")
_DRAWN = str.maketrans("⎡⎢⎣⎤⎥⎦", "[[[]]]")
_BARS = re.compile(r"(?P<before>(?:\A|=)[ \t]*)\|(?P<row>[ \t]*[-+−]?\.?\d[^|=\n]*)\|(?=[ \t]*\Z)")
_COLUMN = re.compile(r"&(?=(?:(?!\\\\|\\(?:begin|end)\b)[^&=\n]){1,60}&\s*(?:=|≈|\\approx))")
_ABOUT = re.compile(
    r"(?:\\(?:approx|simeq|cong|doteq)(?![a-zA-Z])|≈)"
    r"(?=(?:\s|\\[,;: ])*+(?:\[|\(|\\begin|\\left|\\big))"
)
_AND = re.compile(r"(?:\$|\\\))\s*(?:,|and|,\s*and|&)\s*(?:\$|\\\()")
_STOPS = str.maketrans("。，；", ".,;")
_BULLET = re.compile(
    r"(?:\s*(?:[-*+•>]\s+|\\item(?![a-z])|\\noindent(?![a-z])|\(?[a-h0-9]{1,2}[.)]\s+))+"
)
_DECORATION = re.compile(r"(?<!\S)[*_]{2}(?=\S)|(?<=\S)[*_]{2}(?=[\s:.,=]|\Z)")
_MARKS = re.compile(r"\$|\\[()]|`|</?(?:p|b|i|u|br|div|span|strong|em|center)\s*/?>")
_NAMED = re.compile(r"\s*(?P<label>[^:=\n]{1,60}?)\s*(?P<mark>[:=])(?![:=])\s*")
_COLON = re.compile(r"(?P<label>[^:=]{1,60}?)\s*:\s*(?=\S)")
_VERB = re.compile(r"\s+(?:is|are|equals|gives)\s*\Z")
_COUNTED = re.compile(r"\A\s*(?:\d{1,2}|[a-h])[.)]\s+")
_FORMULA = re.compile(r"[*·⊙@()/+−-]|\\[a-z]|\w \w")
_PROSE = re.compile(r"(?<![\\\w])[^\W\d_]{3,}\s+[^\W\d_]{2,}")
_CHANNEL = re.compile(
    r"\s*(?:[-*+•]\s+)?[*_(]{0,3}(?:channel|ch\.?)\s*#?\s*(?P<number>\d)[)*_]{0,3}\s*(?:is|[:=])[*_]{0,2}\s*",
    re.IGNORECASE,
)
_LISTED = re.compile(r"[$`\\(]{0,2}(?:\[|\\?begin\s*\{[a-zA-Z]{0,5}matrix|\\left)")
_LONGEST_SHOWN = 200


def sayings(parts: Iterable[Part], file: str, rubric: Rubric) -> Iterator[Saying]:
    """What is said, in order."""
    yield from stacked_rows(said for part in parts for said in _Reader(part, file, rubric).said())


@dataclass(slots=True)
class _Reader:
    """Takes one part apart."""

    part: Part
    file: str
    rubric: Rubric
    places: dict[int, Place] = field(default_factory=dict)

    def said(self) -> Iterator[Saying]:
        """What the part says."""
        match self.part.kind:
            case Kind.MATHS:
                yield from self._maths(self.part.text, 0, is_display=True)
            case Kind.CODE:
                yield from self._code()
            case Kind.TABLE:
                yield from self._table()
            case Kind.HEADING:
                yield self._words(Sort.HEADING)
            case Kind.LINE:
                yield from self._line()

    def _place(self, position: int) -> Place:
        line = self.part.line + self.part.text.count("\n", 0, position)
        return Place(self.file, cell=self.part.cell, line=line)

    def _words(self, sort: Sort) -> Saying:
        return Saying(sort, self._place(0), text=self.part.text, spans=self.part.spans)

    def _maths(self, text: str, start: int, *, is_display: bool) -> Iterator[Saying]:
        """The statements of a piece of mathematics that begins at ``start`` of the part."""
        text = unboxed(text)
        text = _ABOUT.sub(lambda m: "=".ljust(len(m[0])), text).translate(_STOPS)
        if "{align" in text or "{eqnarray" in text:
            text = _COLUMN.sub(";", text)
        try:
            found = statements(text)
        except NotationError:
            place = self._place(start)
            side = Side(text[:_LONGEST_SHOWN].strip(), "", place)
            yield Saying(Sort.UNREAD, place, (side,), text="it is too long")
            return
        goes_on = begins_with_relation(text)
        for statement in found:
            sides = self._sides(statement, text, start)
            if not goes_on and len(sides) == 1 and line_factor(sides[0].text):
                yield Saying(Sort.FACTOR, sides[0].place, text=sides[0].text)
            elif goes_on or len(sides) > 1:
                yield Saying(Sort.EQUATION, sides[0].place, sides, goes_on)
            elif is_display:
                yield Saying(Sort.ALONE, sides[0].place, sides)
            goes_on = False

    def _sides(self, statement: Statement, text: str, start: int) -> tuple[Side, ...]:
        return tuple(
            Side(m.text, text[m.start : m.start + len(m.text)], self._place(start + m.start))
            for m in statement.members
        )

    def _table(self) -> Iterator[Saying]:
        """A table; rows of numbers between two bars are a matrix as it is drawn."""
        lines = self.part.text.split("\n")
        if not all(_BARS.fullmatch(line) for line in lines):
            yield Saying(Sort.TABLE, self._place(0), text=self.part.text)
            return
        for number, line in enumerate(lines):
            place = Place(self.file, cell=self.part.cell, line=self.part.line + number)
            yield Saying(Sort.ROWS, place, text=self._plain_rows(line))

    # --- code -----------------------------------------------------------------------------------

    def _code(self) -> Iterator[Saying]:
        """Assignments, factors and rows of numbers."""
        for start, written in statements_of_code(self.part.text):
            text = with_equals(self._plain_rows(written))
            if line_factor(text):
                yield Saying(Sort.FACTOR, self._place(start), text=text)
            elif _ROW.fullmatch(text):
                blank = len(text) - len(text.lstrip())
                yield Saying(Sort.ROWS, self._place(start + blank), text=text.strip())
            else:
                yield from self._statement(text, start)

    def _plain_rows(self, text: str) -> str:
        """The text with plain brackets for drawn ones, and for bars around a row."""
        text = text.translate(_DRAWN)
        return _BARS.sub(r"\g<before>[\g<row>]", text)

    def _statement(self, text: str, start: int) -> Iterator[Saying]:
        """An assignment, or what is printed: ``h2:`` and ``h0: [0.38 1.4]``."""
        named = _NAMED.match(text)
        if named and self._is_quantity(named["label"]):
            rest = text[named.end() :].strip()
            if not rest:
                yield Saying(Sort.WORDS, self._place(start), text=f"{named['label']} =")
                return
            if named["mark"] == ":":
                place = self._place(start)
                sides = (Side(named["label"], named["label"], place), Side(rest, rest, place))
                yield Saying(Sort.EQUATION, place, sides)
                return
        if "=" in text:
            yield from self._maths(text.replace("\\\n", " \n"), start, is_display=False)

    def _is_quantity(self, label: str) -> bool:
        """Whether a text is a quantity's name, or that of a part of one: ``h1(:,:,2)``."""
        is_whole = bool(names.candidates(label, self.rubric))
        return is_whole or (is_symbol(label) and left_side(label, self.rubric, "") is not None)

    def _is_gradient(self, label: str) -> bool:
        keys = names.candidates(label, self.rubric)
        return bool(keys) and all(key.partition(".")[2].startswith(PREFIX) for key in keys)

    # --- sentences ------------------------------------------------------------------------------

    def _line(self) -> Iterator[Saying]:
        """The equations in a line; a line without any is words, or a row of numbers."""
        text = with_equals(self._plain_rows(self.part.text))
        self.part = replace(self.part, text=text)
        if line_factor(text):
            yield Saying(Sort.FACTOR, self._place(0), text=text)
            return
        if _ROW.fullmatch(text) or _BULLETED.fullmatch(text):
            yield Saying(Sort.ROWS, self._place(0), text=text)
            return
        channel = _CHANNEL.match(text)
        if channel and _LISTED.match(text, channel.end()):
            yield from self._channel(channel)
            return
        found = [*judged(self._equations(), text)]
        if all(said.sort is Sort.FACTOR for said in found):
            found = []  # a name with a factor behind it
        yield self._words(Sort.NOTE if found else Sort.WORDS)
        yield from found or self._matrix_among_words()

    def _matrix_among_words(self) -> Iterator[Saying]:
        """A matrix in a sentence without an equation: it is told that it is nobody's."""
        text = self.part.text
        if matrices(text, self._place):
            shown = (Side(" ".join(text.split())[:_LONGEST_SHOWN], "", self._place(0)),)
            yield Saying(Sort.UNREAD, self._place(0), shown, text="no name stands before it")

    def _channel(self, channel: re.Match[str]) -> Iterator[Saying]:
        """``channel 1: [[...]]``: the channel's name, and numbers that follow it."""
        place = self._place(channel.end())
        yield Saying(Sort.WORDS, place, text=f"channel {channel['number']}:")
        raw = self._plain(self.part.text)[channel.end() :].rstrip(" .,;")
        yield Saying(Sort.ALONE, place, (Side(" ".join(raw.split()), raw, place),))

    def _equations(self) -> Iterator[Saying]:
        self.part = _joined(self.part)
        text = self.part.text
        outside, last = "", 0
        for first, end in self.part.spans:
            outside, last = f"{outside}{text[last:first]}x", end
        outside += text[last:]
        if self.part.spans and not _RELATION.search(_MARKS.sub("", outside)):
            yield from self._after_name()
            for first, end in self.part.spans:
                inner = text[first:end]
                if "=" in inner or "≈" in inner or "\\approx" in inner or line_factor(inner):
                    yield from self._maths(inner, first, is_display=False)
                elif not _MARKS.sub("", text[:first] + text[end:]).strip(" .,;"):
                    yield from self._maths(inner, first, is_display=True)
            return
        plain = self._plain(self._divided(text))
        if _RELATION.search(plain) or "\\approx" in plain:
            found = self._maths(plain, 0, is_display=False)
            yield from (s for said in found for s in trimmed(said, self.rubric))
        elif colon := _COLON.match(plain):
            yield from self._after_colon(plain, colon)

    def _after_name(self) -> Iterator[Saying]:
        """``gradient of $H_2$: $p w_2$``: a formula at the end, behind a name and a colon."""
        text = self.part.text
        first, end = self.part.spans[-1]
        before, inner = self._plain(text[:first]).rstrip(), text[first:end]
        label = _COUNTED.sub("", before.rstrip(": "))
        is_last = not text[end:].strip("$`\\). ,;")
        is_last = is_last and not names.candidates(inner.strip(), self.rubric)
        if before.endswith(":") and is_last and names.candidates(label, self.rubric):
            place = self._place(first)
            yield Saying(
                Sort.EQUATION, place, (Side(label, label, place), Side(inner, inner, place))
            )

    def _divided(self, text: str) -> str:
        """The line with ends of lines around the mathematics that is an equation by itself."""
        for first, end in self.part.spans:
            relation = _RELATION.search(text, first, end)
            if relation and text[first : relation.start()].strip() and text[end:].strip():
                mark = 1 + text.startswith("\\", end)
                around = "\n".rjust(mark), "\n".ljust(mark)
                text = text[: first - mark] + text[first:end].join(around) + text[end + mark :]
        return text

    def _plain(self, text: str) -> str:
        """The line with blanks in place of bullets, emphasis and marks around mathematics."""
        bullet = _BULLET.match(text)
        if bullet:
            text = " " * bullet.end() + text[bullet.end() :]
        for pattern in (_DECORATION, _MARKS):
            text = pattern.sub(lambda m: " " * len(m[0]), text)
        return text

    def _after_colon(self, plain: str, colon: re.Match[str]) -> Iterator[Saying]:
        """``h0: 0.38, 1.4``: a name, a colon, and what begins like a number or a list."""
        label, rest = _VERB.sub("", colon["label"]).strip(), plain[colon.end() :].rstrip()
        is_value = re.match(r"[-+−]?\.?\d|\[|np\.|array\(|\\begin", rest) is not None
        is_formula = _FORMULA.search(rest) is not None and _PROSE.search(rest) is None
        if (is_value or (is_formula and self._is_gradient(label))) and names.candidates(
            label, self.rubric
        ):
            start = colon.start("label") + len(colon["label"]) - len(colon["label"].lstrip())
            sides = (
                Side(label, label, self._place(start)),
                Side(rest, rest, self._place(colon.end())),
            )
            yield Saying(Sort.EQUATION, sides[0].place, sides)


def _joined(part: Part) -> Part:
    """A line in which two matrices with "and" between them are one piece of mathematics."""
    spans = [*part.spans]
    text = part.text
    for k in range(len(spans) - 1, 0, -1):
        (first, end), (start, last) = spans[k - 1], spans[k]
        between, behind = text[end:start], text[start:last]
        if _AND.fullmatch(between) and behind.lstrip().startswith("\\begin") and "=" not in behind:
            text = text[:end] + ",".ljust(start - end) + text[start:]
            spans[k - 1 : k + 1] = [(first, last)]
    return replace(part, text=text, spans=tuple(spans))
