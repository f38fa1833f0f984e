"""A rubric's YAML as a tree in which everything knows its line, and nothing else of YAML.

The tree is built from the parser's events, so that a duplicate key is seen, a scalar stays the
text that was written (what it means is decided where it is used, not by YAML's guesses), and
depth, size, tags and aliases are checked before anything is built from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

__all__ = [
    "MOST_BYTES",
    "Entry",
    "Listing",
    "Notes",
    "Refused",
    "Scalar",
    "Table",
    "Tree",
    "entries",
    "fields",
    "found",
    "listing",
    "parse",
    "suggestion",
]

MOST_BYTES = 256 * 1024
"""No rubric is larger."""

_MOST_DEPTH = 16
_SHOWN = 40
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text; ``plain`` where it stands without quotes."""

    text: str
    plain: bool
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    """``[a, b]`` or lines that begin with a dash."""

    items: tuple[Tree, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """``key: value``, and the line of the key."""

    key: str
    value: Tree
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """``{key: value}`` or lines of ``key: value``; a key can stand there twice."""

    entries: tuple[Entry, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that was told to be a mistake already, so that nobody tells it again."""

    line: int


Tree = Scalar | Listing | Table | Refused


@dataclass(slots=True)
class Notes:
    """The mistakes found so far in one file, in any order."""

    file: str
    mistakes: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, message: str) -> None:
        """Note a mistake; one line and sentence is told once. Line 0 is the file as a whole."""
        if (line, message) not in self.mistakes:
            self.mistakes.append((line, message))

    def sentences(self) -> tuple[str, ...]:
        """All mistakes in the order of their lines: ``hw6.yaml, line 31: ...``."""
        return tuple(
            f"{self.file}, line {line}: {message}" if line else f"{self.file}: {message}"
            for line, message in sorted(self.mistakes, key=lambda mistake: mistake[0])
        )


def suggestion(word: str, known: Sequence[str]) -> str:
    """What to write instead of a word that is not known, as a sentence."""
    from difflib import get_close_matches  # noqa: PLC0415  # only a mistake pays for its import

    lowered = {name.casefold(): name for name in reversed(known)}
    near = get_close_matches(word, known, n=1) or get_close_matches(word.casefold(), lowered, n=1)
    if near:
        return f"did you mean {near[0] if near[0] in known else lowered[near[0]]}?"
    return f"write one of: {', '.join(known)}" if known else "nothing can stand here"


def found(tree: Tree) -> str:
    """What stands there, for a sentence: ``'abc'``, ``a list``, ``nothing``."""
    if isinstance(tree, Scalar):
        shortened = tree.text if len(tree.text) <= _SHOWN else tree.text[: _SHOWN - 3] + "..."
        return "nothing" if tree.plain and tree.text in {"", "~", "null"} else repr(shortened)
    return {Listing: "a list", Table: "a table"}.get(type(tree), "something else")


# --- events to a tree ---------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    """A list or table whose end has not been read yet."""

    is_table: bool
    line: int
    children: list[Tree] = field(default_factory=list)


def parse(data: bytes, notes: Notes) -> Tree | None:
    """The tree of a YAML text, or None where it cannot be read; every mistake is noted."""
    text = _decoded(data, notes)
    if text is None:
        return None
    try:
        tree = _composed(text, notes)
    except yaml.YAMLError as error:
        notes.add(*_told(error, text))
        return None
    if tree is None and not notes.mistakes:
        notes.add(0, "the file is empty; a rubric begins with assignment, title and problems")
    return tree


def _decoded(data: bytes, notes: Notes) -> str | None:
    if len(data) > MOST_BYTES:
        notes.add(0, f"the file is larger than {MOST_BYTES // 1024} KiB; a rubric never is")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        notes.add(line, "this is not UTF-8 text; save the file as UTF-8")
        return None


def _composed(text: str, notes: Notes) -> Tree | None:
    """The first document's tree; None where there is none or it is nested too deeply."""
    root = _Open(is_table=False, line=1)
    stack = [root]
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.CollectionStartEvent):
            _check_tag(event, line, notes)
            stack.append(_Open(isinstance(event, yaml.MappingStartEvent), line))
            if len(stack) > _MOST_DEPTH:
                notes.add(line, f"lists and tables are nested more than {_MOST_DEPTH} deep")
                return None
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = stack.pop()
            stack[-1].children.append(_closed(closed, notes))
        elif isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            stack[-1].children.append(_leaf(event, line, notes))
        elif isinstance(event, yaml.DocumentStartEvent) and root.children:
            notes.add(line, "a second document begins here (---); a rubric is one document")
            break
    return root.children[0] if root.children else None


def _check_tag(event: yaml.NodeEvent, line: int, notes: Notes) -> None:
    tag = getattr(event, "tag", None)
    if tag:
        notes.add(line, f"a tag ({tag}) stands here; a rubric holds plain values only, remove it")


def _leaf(event: yaml.ScalarEvent | yaml.AliasEvent, line: int, notes: Notes) -> Tree:
    if isinstance(event, yaml.AliasEvent):
        notes.add(line, f"*{event.anchor} repeats another value; write the value out")
        return Refused(line)
    _check_tag(event, line, notes)
    return Scalar(event.value, not event.style, line)


def _closed(opened: _Open, notes: Notes) -> Tree:
    if not opened.is_table:
        return Listing(tuple(opened.children), opened.line)
    entries = []
    for key, value in zip(opened.children[::2], opened.children[1::2], strict=True):
        if isinstance(key, Scalar):
            entries.append(Entry(key.text, value, key.line))
        elif not isinstance(key, Refused):
            notes.add(key.line, "a key must be a name, found a list or a table")
    return Table(tuple(entries), opened.line)


def _told(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """Line and sentence for a text that is no YAML."""
    if isinstance(error, yaml.reader.ReaderError):
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 0
        return line, "a control character stands here; retype the text around it"
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return 0, f"this is not YAML: {error}"
    lines = text.splitlines()
    before = lines[mark.line][: mark.column + 1] if mark.line < len(lines) else ""
    if "\t" in before:
        return mark.line + 1, "a tab stands here; YAML wants spaces before and between values"
    problem = getattr(error, "problem", None) or "it cannot be read"
    hint = "; put a text with a colon in quotes" if "mapping values" in problem else ""
    return mark.line + 1, f"this is not YAML from here on: {problem}{hint}"


# --- reading tables and lists ---------------------------------------------------------------------


def entries(tree: Tree | None, what: str, notes: Notes) -> dict[str, Entry]:
    """A table's entries by key; a key that stands there twice is noted and counts once."""
    if not isinstance(tree, Table):
        if tree is not None and not isinstance(tree, Refused):
            notes.add(tree.line, f"{what}: expected a table of keys, found {found(tree)}")
        return {}
    by_key: dict[str, Entry] = {}
    for entry in tree.entries:
        first = by_key.setdefault(entry.key, entry)
        if first is not entry:
            notes.add(
                entry.line, f"{what}: {entry.key} is written twice, first in line {first.line}"
            )
    return by_key


def fields(
    tree: Tree | None, what: str, known: Sequence[str], required: Sequence[str], notes: Notes
) -> dict[str, Tree]:
    """A table's values by key, where the keys are known beforehand."""
    by_key = entries(tree, what, notes)
    for key, entry in by_key.items():
        if key not in known:
            notes.add(entry.line, f"{what}: there is no key {key!r}; {suggestion(key, known)}")
    if isinstance(tree, Table):
        for key in required:
            if key not in by_key:
                notes.add(tree.line, f"{what}: the key {key} is missing")
    return {key: entry.value for key, entry in by_key.items() if key in known}


def listing(tree: Tree | None, what: str, notes: Notes) -> tuple[Tree, ...] | None:
    """A list's items; an empty list is a mistake."""
    if isinstance(tree, Listing) and tree.items:
        return tree.items
    if tree is not None and not isinstance(tree, Refused):
        told = "an empty one" if isinstance(tree, Listing) else found(tree)
        notes.add(tree.line, f"{what}: expected a list, found {told}")
    return None
