"""Lines of numbers one below the other -> a matrix; its name may stand at any of its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from grader.readers.saying import Saying, Side, Sort

__all__ = ["stacked_rows"]

_BRACKETED = re.compile(r"\s*\[(?P<inside>[^\[\]]*)\]\s*")
_BULLETED = re.compile(r"\s*[-*+•]\s+(?P<entry>[-+−]?\.?\d\S*)\s*")


def stacked_rows(said: Iterable[Saying]) -> Iterator[Saying]:
    """What is said, with rows that stand one below the other together."""
    stack = _Stack()
    for saying in said:
        if saying.sort is Sort.ROWS:
            yield from stack.add(saying)
        elif _row_of(saying):
            yield from stack.name(saying)
        elif saying.sort is Sort.NOTE:
            yield saying
        else:
            yield from stack.flushed()
            yield saying
    yield from stack.flushed()


@dataclass(slots=True)
class _Stack:
    """The rows so far, and the equation that one of them is a side of."""

    rows: list[str] = field(default_factory=list)
    first: Saying | None = None
    named: Saying | None = None
    next_line: int = 0

    def add(self, saying: Saying) -> Iterator[Saying]:
        """Add a row, or begin anew where it does not stand right below."""
        fits = not self.named or _width(saying.text) == _width(self.rows[-1]) > 0
        if not (self.rows and saying.place.line == self.next_line and fits):
            yield from self.flushed()
            self.first = saying
        self.rows.append(saying.text)
        self.next_line = saying.place.line + saying.text.count("\n") + 1

    def name(self, saying: Saying) -> Iterator[Saying]:
        """An equation whose last side is a row; rows above it of its width are of its matrix."""
        row = _row_of(saying)
        line = saying.sides[-1].place.line
        fits = not self.named and all(_width(above) == _width(row) for above in self.rows)
        if not (self.rows and line == self.next_line and fits):
            yield from self.flushed()
            self.first = saying
        self.named = saying
        self.rows.append(row)
        self.next_line = line + 1

    def flushed(self) -> Iterator[Saying]:
        """What was stacked, as one thing said."""
        rows, first, named = self.rows, self.first, self.named
        self.rows, self.first, self.named = [], None, None
        if first is None:
            return
        if named is None:
            yield _together(first, rows)
        elif len(rows) == 1:
            yield named
        else:
            text = _listed(rows)
            last = Side(text, text, named.sides[-1].place)
            yield replace(named, sides=(*named.sides[:-1], last))


def _row_of(saying: Saying) -> str:
    """The row in brackets that an equation ends with; empty where there is none."""
    last = saying.sides[-1].raw.strip() if saying.sort is Sort.EQUATION else ""
    return last if _width(last) else ""


def _width(row: str) -> int:
    """How many numbers stand in a row in brackets; 0 for anything else."""
    found = _BRACKETED.fullmatch(row)
    entries = re.split(r"[\s,]+", found["inside"].strip(" ,\n\t")) if found else []
    return len(entries) if all(re.match(r"[-+−]?\.?\d", entry) for entry in entries) else 0


def _listed(rows: list[str]) -> str:
    bare = [re.sub(r"[\[\]|]", " ", row).strip(" ,;") for row in rows]
    bullets = [_BULLETED.fullmatch(row) for row in rows]
    if len(rows) > 1 and all(bullets):
        bare = [bullet["entry"] for bullet in bullets if bullet]
    return f"[{'; '.join(bare)}]"


def _together(first: Saying, rows: list[str]) -> Saying:
    """Rows without a name as a matrix by itself."""
    text = "\n".join(rows)
    listed = " ".join(text.split())
    is_list = listed.startswith("[[") or (len(rows) == 1 and listed.startswith("["))
    if not (is_list and listed.count("[") == listed.count("]")):
        every = all(map(_width, rows)) or not listed.startswith("[")
        is_open = not every and listed.count("[") == listed.count("]")
        listed = listed if is_open else _listed(rows)
    return Saying(Sort.ALONE, first.place, (Side(listed, listed, first.place),), text=text)
