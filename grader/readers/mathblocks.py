r"""A write-up -> its parts in order: headings, lines of prose, mathematics, code, tables.

Every form is told by its marks alone: ``$..$``, ``\[..\]``, ``\begin{align}``, fences, ``#``,
``|``. A mark that is never closed reaches to the end of its paragraph. Each mark is looked for
once, so that the time is that of reading the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from grader.readers.struck import without_struck

__all__ = ["Kind", "Part", "parts", "unboxed", "without_comments"]


class Kind(StrEnum):
    """What a part of a write-up is."""

    HEADING = "heading"
    LINE = "line"
    MATHS = "maths"
    CODE = "code"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Part:
    """A part as written, with the line on which it begins.

    Attributes:
        spans: where a line holds mathematics between marks, without the marks.
        cell: the cell of a notebook that it stands in.
    """

    kind: Kind
    text: str
    line: int
    spans: tuple[tuple[int, int], ...] = ()
    cell: str = ""


_DISPLAYS = (
    *("equation", "align", "alignat", "gather", "multline", "eqnarray", "flalign", "displaymath"),
    *("math", "aligned", "split", "gathered"),
)
_CODE = ("verbatim", "Verbatim", "lstlisting", "minted", "python", "matlab")
_TABLES = ("tabular", "tabularx", "longtable")
_SKIPPED = ("comment", "tikzpicture", "figure")
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{")
_MATRIX = re.compile(r"\\(begin|end)\s*\{(?:[bpvBV]?matrix|smallmatrix|array|d?cases)\}")

_OPENING = re.compile(
    r"^[ \t]{0,12}(?P<fence>```|~~~)[^\n]*(?:\n|\Z)|\\begin\s*\{(?P<env>[a-zA-Z]{1,20})\*?\}"
    r"|(?P<display>\$\$|\\\[)|(?P<inline>\$|\\\(|`)|\\.",
    re.MULTILINE,
)
_CLOSING = {"$$": "$$", "\\[": "\\]", "\\(": "\\)", "`": "`"}
_INLINE = re.compile(r"(?:[^\\$\n]|\\.|\n(?![ \t]*(?:\n|\Z)))*+\$")
_PARAGRAPH = re.compile(r"\n[ \t]*(?=\n|\Z)")
_COMMENT = re.compile(r"(\\.)|%[^\n]*", re.DOTALL)
_HEADING = re.compile(
    r"[ \t]{0,3}#{1,6}[ \t]+(?P<hash>[^\n]*?)[ \t#]*"
    r"|[ \t]*\\(?:(?:sub){0,2}section|chapter|(?:sub)?paragraph|question|title)\*?"
    r"\s*\{(?P<tex>[^\n]*)\}[^\n]*"
    r"|[ \t]*(?:\*\*|__)(?P<bold>[^*_\n][^\n]*?)(?:\*\*|__)[ \t]*:?"
    r"|[ \t]*\\textbf\s*\{(?P<textbf>[^\n]*)\}[ \t.:\\]*"
)
_TITLED = re.compile(
    r"[ \t]*\\(?:(?:sub){0,2}section|(?:sub)?paragraph)\*?\s*\{(?:[^{}\n]|\{[^{}\n]*\})*+\}"
    r"(?:[ \t]*\\label\{[^{}\n]*\})?[ \t]*(?=[^\s\\%}]|\\\()"
)
"""A heading with text behind it in the same line."""
_LONGEST_TITLED = 20_000
_UNDERLINE = re.compile(r"[ \t]*(?:={3,}|-{3,})[ \t]*")
_TABLE_LINE = re.compile(r"[ \t]*\|[^\n]*")
_MOST_JOINED = 200
"""Lines that one line with open mathematics may run over."""


def without_comments(text: str) -> str:
    """LaTeX with every comment blank, and every character where it was."""
    return _COMMENT.sub(lambda m: m[1] or " " * len(m[0]), text)


def parts(text: str, cell: str = "") -> tuple[Part, ...]:
    """The parts of a text in their order."""
    return tuple(_Scan(without_struck(text), cell).parts())


@dataclass(slots=True)
class _Scan:
    """Goes through a text once, from mark to mark."""

    text: str
    cell: str
    line: int = 1
    counted: int = 0
    ahead: dict[str, int] = field(default_factory=dict)
    """Where each closing mark is found next; the text's length where there is none."""

    def parts(self) -> Iterator[Part]:
        """The parts in their order."""
        plain, position = 0, 0
        spans: list[tuple[int, int]] = []
        while opening := _OPENING.search(self.text, position):
            block = self._block(opening)
            if block is None:
                span = self._inline(opening)
                spans += [span] if span else []
                position = span[1] + 1 if span else opening.end()
                continue
            yield from self._plain(plain, opening.start(), spans)
            kind, start, end, position = block
            if kind is not None:
                yield Part(kind, self.text[start:end], self._line_at(start), cell=self.cell)
            plain, spans = position, []
        yield from self._plain(plain, len(self.text), spans)

    def _block(self, opening: re.Match[str]) -> tuple[Kind | None, int, int, int] | None:
        """What a mark opens, where that begins and ends, and where to go on; None if inline."""
        start = opening.end()
        if opening["fence"]:
            end = self._find("\n" + opening["fence"], start - 1)
            after = self._find("\n", end + 1) if end < len(self.text) else end
            return Kind.CODE, start, max(start, end), after
        if opening["display"]:
            mark = _CLOSING[opening["display"]]
            end = self._find(mark, start)
            if end < len(self.text):
                return Kind.MATHS, start, end, end + len(mark)
            end = self._paragraph(start)
            return Kind.MATHS, start, end, end
        return self._environment(opening) if opening["env"] else None

    def _environment(self, opening: re.Match[str]) -> tuple[Kind | None, int, int, int] | None:
        name = opening["env"]
        kinds = {
            **dict.fromkeys(_DISPLAYS, Kind.MATHS),
            **dict.fromkeys(_CODE, Kind.CODE),
            **dict.fromkeys(_TABLES, Kind.TABLE),
            **dict.fromkeys(_SKIPPED, None),
        }
        if name not in kinds:
            return None
        mark = "\\end{" + opening[0].partition("{")[2]
        end = self._find(mark, opening.end())
        after = min(end + len(mark), len(self.text))
        if kinds[name] is Kind.MATHS:
            end = after = after if end < len(self.text) else self._paragraph(opening.end())
            return Kind.MATHS, opening.start(), end, after
        return kinds[name], opening.end(), end, after

    def _inline(self, opening: re.Match[str]) -> tuple[int, int] | None:
        """Where the mathematics between marks within a line begins and ends."""
        mark, start = opening["inline"], opening.end()
        if not mark:
            return None
        if mark == "$":
            closed = _INLINE.match(self.text, start)
            return (start, closed.end() - 1) if closed else None
        end = self._find(_CLOSING[mark], start)
        return (start, end) if end < min(len(self.text), self._paragraph(start)) else None

    def _find(self, mark: str, start: int) -> int:
        """Where a mark is found next; the text's length where it is not."""
        known = self.ahead.get(mark, -1)
        if known < start:
            known = self.text.find(mark, start)
            known = self.ahead[mark] = known if known >= 0 else len(self.text)
        return known

    def _paragraph(self, start: int) -> int:
        """Where the paragraph ends."""
        known = self.ahead.get("", -1)
        if known < start:
            found = _PARAGRAPH.search(self.text, start)
            known = self.ahead[""] = found.start() if found else len(self.text)
        return known

    def _line_at(self, position: int) -> int:
        self.line += self.text.count("\n", self.counted, position)
        self.counted = max(self.counted, position)
        return self.line

    # --- lines ----------------------------------------------------------------------------------

    def _plain(self, start: int, end: int, spans: list[tuple[int, int]]) -> Iterator[Part]:
        """What stands between blocks, line by line; tables together."""
        lines = [*self._lines(start, end, spans)]
        position = 0
        while position < len(lines):
            first, last, inside = lines[position]
            text = self.text[first:last]
            rows = self._table(lines, position)
            if rows:
                last = lines[position + rows - 1][1]
                yield Part(Kind.TABLE, self.text[first:last], self._line_at(first), cell=self.cell)
                position += rows
                continue
            below = lines[position + 1][:2] if position + 1 < len(lines) else (0, 0)
            if text.strip():
                title = _TITLED.match(text) if len(text) < _LONGEST_TITLED else None
                if title:
                    head = title[0].rstrip()
                    yield self._line(head, first, [], "")
                    first, text = first + title.end(), text[title.end() :]
                yield self._line(text, first, inside, self.text[below[0] : below[1]])
            position += 1

    def _line(self, text: str, first: int, spans: list[tuple[int, int]], below: str) -> Part:
        heading = _HEADING.fullmatch(text) if len(text) < 2000 else None  # noqa: PLR2004 - a paragraph
        line = self._line_at(first)
        if heading:
            inner = next(part for part in heading.groups() if part is not None)
            return Part(Kind.HEADING, inner, line, cell=self.cell)
        if _UNDERLINE.fullmatch(below) and not _UNDERLINE.fullmatch(text):
            return Part(Kind.HEADING, text, line, cell=self.cell)
        inside = tuple((a - first, b - first) for a, b in spans)
        return Part(Kind.LINE, text, line, inside, self.cell)

    def _table(self, lines: list[tuple[int, int, list[tuple[int, int]]]], position: int) -> int:
        """How many lines from here on are a table's."""
        count = 0
        while position + count < len(lines):
            first, last, _ = lines[position + count]
            if not _TABLE_LINE.fullmatch(self.text, first, last):
                break
            count += 1
        return count if count > 1 else 0

    def _lines(
        self, start: int, end: int, spans: list[tuple[int, int]]
    ) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
        """Lines with the mathematics in them; one that is open at its end goes on in the next."""
        waiting = [*reversed(spans)]
        first = start
        while first < end:
            inside: list[tuple[int, int]] = []
            last = self._end_of_line(first, end)
            joined, depth = 0, self._depth(first, last)
            while True:
                while waiting and waiting[-1][0] <= last:
                    inside.append(waiting.pop())
                is_open = depth > 0 or (inside and inside[-1][1] >= last)
                if not is_open or last >= end or joined == _MOST_JOINED:
                    break
                joined, new = joined + 1, self._end_of_line(last + 1, end)
                depth, last = depth + self._depth(last, new), new
            yield first, last, inside
            first = last + 1

    def _end_of_line(self, first: int, end: int) -> int:
        found = self.text.find("\n", first, end)
        return found if found >= 0 else end

    def _depth(self, first: int, last: int) -> int:
        """How many more matrices are opened than closed."""
        found = _MATRIX.findall(self.text, first, last)
        return sum(1 if word == "begin" else -1 for word in found)


def unboxed(text: str) -> str:
    r"""The text with blanks in place of ``\boxed{`` and its closing bracket."""
    boxed = _BOXED.search(text)
    if not boxed:
        return text
    plain, depths = list(text), [0]
    for bracket in re.finditer(r"\\[{}]|\\(?:boxed|fbox)\s*\{|[{}]", text):
        if bracket[0] == "}":
            if len(depths) > 1 and depths.pop():
                plain[bracket.start()] = " "
        elif bracket[0].endswith("{") and bracket[0] != "\\{":
            depths.append(len(bracket[0]) > 1)
            if len(bracket[0]) > 1:
                plain[bracket.start() : bracket.end()] = " " * len(bracket[0])
    return "".join(plain)
