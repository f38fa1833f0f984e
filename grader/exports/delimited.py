"""A delimited text file of which some cells are changed and every other byte stays.

A learning platform takes a file back that looks as it gave it: encoding, byte order mark,
delimiter, quotes and line ends. So the cells are found as places in the text, not read and written
anew.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.model import GraderError

__all__ = ["Delimited", "Field", "parse", "written"]

_MAX_BYTES = 64 * 2**20
_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESSES: tuple[str, ...] = ("utf-8", "cp1252", "latin-1")
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"')


@dataclass(frozen=True, slots=True)
class Field:
    """A cell: what it says, and where it stands in the text, its quotes included."""

    text: str
    start: int
    end: int
    is_quoted: bool


@dataclass(frozen=True)
class Delimited:
    """The rows of a file, as read; ``encoding`` is Python's name, ``bom`` the bytes before it."""

    text: str
    encoding: str
    bom: bytes
    delimiter: str
    rows: tuple[tuple[Field, ...], ...]

    @cached_property
    def texts(self) -> tuple[tuple[str, ...], ...]:
        """What the cells say."""
        return tuple(tuple(field.text for field in row) for row in self.rows)

    def replaced(self, cells: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other texts in some cells, by row and column; all else byte for byte."""
        parts, at = [], 0
        for row, column in sorted(cells):
            field = self.rows[row][column]
            parts += [self.text[at : field.start], self._cell(cells[row, column], field)]
            at = field.end
        parts.append(self.text[at:])
        return self.bom + "".join(parts).encode(self.encoding)

    def _cell(self, text: str, old: Field) -> str:
        """Quoted where the old cell was, or where it must be."""
        needs = any(mark in text for mark in (self.delimiter, '"', "\r", "\n"))
        doubled = text.replace('"', '""')
        return f'"{doubled}"' if old.is_quoted or needs else text


def parse(data: bytes, name: str) -> Delimited:
    """The cells of a CSV (comma, semicolon or tab), in UTF-8, UTF-16 or a Western 8-bit encoding.

    Raises:
        GraderError: it is no such file; ``name`` is said in the message.
    """
    if len(data) > _MAX_BYTES:
        raise GraderError(f"{name}: is larger than {_MAX_BYTES // 2**20} MiB")
    if data.startswith(b"PK"):
        raise GraderError(f"{name}: is a workbook; save the platform's own CSV and fill that")
    text, encoding, bom = _decoded(data, name)
    told = re.match(r"sep=(.)(\r\n|\n|\r)", text)
    start = told.end() if told else 0
    delimiter = told[1] if told else _delimiter(text)
    return Delimited(text, encoding, bom, delimiter, tuple(_rows(text, start, delimiter, name)))


def written(rows: Iterable[Sequence[str]], *, quote_all: bool = False) -> bytes:
    """A new file in UTF-8, quoted as RFC 4180 has it."""
    text = io.StringIO(newline="")
    quoted = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    (quoted if quote_all else csv.writer(text, lineterminator="\r\n")).writerows(rows)
    return text.getvalue().encode("utf-8", errors="replace")


# --- reading ------------------------------------------------------------------------------------


def _decoded(data: bytes, name: str) -> tuple[str, str, bytes]:
    """The text, its encoding and mark; encoding it again gives the same bytes."""
    bom, encodings = b"", _GUESSES
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            bom, encodings = mark, (encoding,)
    if not bom and b"\0" in data[:2]:
        encodings = ("utf-16-be" if data[0] == 0 else "utf-16-le",)
    body = data[len(bom) :]
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, encoding, bom
    raise GraderError(f"{name}: this is no text; it should be the file that the platform gave")


def _delimiter(text: str) -> str:
    """What the first line with anything in it has most of, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    unquoted = re.sub(r'"[^"]*"', "", first)
    return max(",;\t", key=unquoted.count)


def _rows(text: str, start: int, delimiter: str, name: str) -> Iterable[tuple[Field, ...]]:
    plain = re.compile(f"[^{re.escape(delimiter)}\r\n]*+")
    at, row = start, list[Field]()
    while at < len(text) or row:
        field = _field(text, at, plain, name)
        row.append(field)
        at = field.end
        if text[at : at + 1] == delimiter:
            at += 1
            continue
        yield tuple(row) if len(row) > 1 or row[0].end > row[0].start else ()
        row = []
        at += 2 if text.startswith("\r\n", at) else 1


def _field(text: str, at: int, plain: re.Pattern[str], name: str) -> Field:
    if text[at : at + 1] != '"':
        end = at + len(plain.match(text, at)[0])  # type: ignore[index]  # it matches nothing, too
        return Field(text[at:end], at, end, is_quoted=False)
    found = _QUOTED.match(text, at)
    line = text.count("\n", 0, at) + 1
    if found is None:
        raise GraderError(f"{name}: line {line}: a quote is opened and never closed")
    if plain.match(text, found.end())[0]:  # type: ignore[index]
        raise GraderError(f"{name}: line {line}: something stands behind a closing quote")
    return Field(found[1].replace('""', '"'), at, found.end(), is_quoted=True)
