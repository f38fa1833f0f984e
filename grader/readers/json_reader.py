"""JSON -> a submission. Numbers keep the text as it was written; keys written twice are noticed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.model import (
    Answer,
    Entries,
    Entry,
    Grid,
    Place,
    Response,
    Rubric,
    Submission,
    SubmissionError,
    Unreadable,
)
from grader.notation import names
from grader.notation.labels import split_index
from grader.notation.numbers import quoted, uses_decimal_comma
from grader.readers.collect import (
    Found,
    convention_of,
    field_of,
    note_answer,
    note_convention,
    note_field,
    submission,
)
from grader.readers.entries import DEEPEST, Leaf, Tree, grid_of, leaf_cell
from grader.readers.text import decoded
from grader.readers.values import index_of, response_of_text

__all__ = ["EXPECTED", "read_json"]

EXPECTED = '{"student": {"id": ..., "name": ..., "level": ...}, "answers": {"gan.h0": [...], ...}}'

_DEEPEST_FILE = 32
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[][{},:]', re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\Z)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Literal:
    """A number as written, or ``NaN`` and the like, which JSON does not have."""

    text: str


@dataclass(frozen=True, slots=True)
class _Object:
    """An object's members in order, doubled keys too."""

    members: tuple[tuple[str, Any], ...]


def read_json(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    """The submission in a JSON file.

    Raises:
        SubmissionError: it is no JSON, nested too deeply, or has no ``answers``.
    """
    text, remarks = decoded(data, filename)
    document = _parsed(text, filename)
    if not isinstance(document, _Object):
        raise SubmissionError(f"an object was expected, such as {EXPECTED}", Place(filename))
    found = Found(filename, remarks=list(remarks))
    lines = _lines(text) if _has_doubled(document) else {}
    comma = uses_decimal_comma(_strings(document))
    reader = _Reader(found, rubric, decimal_comma=comma, lines=lines)
    answers = False
    for key, value, place in reader.members(document, Place(filename)):
        kind = key.strip().casefold()
        if kind in {"answers", "answer"}:
            reader.read_answers(value, place)
            answers = True
        elif kind in {"conventions", "convention"}:
            reader.read_conventions(value, place)
        elif kind == "student" or field_of(key):
            reader.read_student(key, value, place)
        elif not _is_about_the_file(kind):
            found.remark(
                f"{quoted(key)} is not used; expected are student, conventions, answers", place
            )
    if not answers:
        raise SubmissionError(f'there is no "answers"; expected is {EXPECTED}', Place(filename))
    return (submission(found, rubric),)


def _is_about_the_file(kind: str) -> bool:
    return kind in {"assignment", "rubric", "schema", "$schema", "version", "comment", "note"}


# --- the text -----------------------------------------------------------------------------------


def _parsed(text: str, filename: str) -> Any:
    depth = _depth(text)
    if depth > _DEEPEST_FILE:
        told = f"it is nested over {_DEEPEST_FILE} deep; an answer has at most {DEEPEST} lists"
        raise SubmissionError(told, Place(filename))
    try:
        return json.loads(
            text,
            parse_float=_Literal,
            parse_int=_Literal,
            parse_constant=_Literal,
            object_pairs_hook=lambda members: _Object(tuple(members)),
        )
    except json.JSONDecodeError as error:
        raise SubmissionError(_told(error), Place(filename, line=error.lineno)) from None


def _depth(text: str) -> int:
    """How deep brackets are nested, those in strings left out."""
    deepest = depth = 0
    for bracket in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _told(error: json.JSONDecodeError) -> str:
    """Where JSON ends, and what is often the reason."""
    rest = error.doc[error.pos : error.pos + 1]
    before = error.doc[: error.pos].rstrip()[-1:]
    if not rest:
        return "it is no complete JSON: the file ends too early; save it again"
    if error.msg.startswith("Unterminated string"):
        return f'it is no complete JSON: the text at column {error.colno} is never closed with "'
    hint = ""
    if rest in "'‘’“”":
        hint = '; texts stand between straight double quotes (")'
    elif before == "," or (rest == "," and before == ","):
        hint = "; there may be a comma too many"
    elif rest in ".+,":
        hint = '; a number is written as 0.38 or as text, "0,38"'
    return f"it is no valid JSON at column {error.colno}, before {quoted(rest)}{hint}"


def _strings(value: Any) -> Iterator[str]:
    """Every text in the document that is no key."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, _Object):
        for _, member in value.members:
            yield from _strings(member)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


def _has_doubled(value: Any) -> bool:
    """Whether an object in the document has a key twice."""
    if not isinstance(value, _Object):
        return False
    keys = {key for key, _ in value.members}
    return len(keys) < len(value.members) or any(_has_doubled(m) for _, m in value.members)


def _lines(text: str) -> Mapping[str, list[int]]:
    """For each key, as its place has it (``answers/gan.h0``), the lines where it stands."""
    lines: dict[str, list[int]] = {}
    within: list[str | None] = [None]  # the path of each bracket; None for the document and lists
    path, line, at, is_key = "", 1, 0, False
    for token in _TOKEN.finditer(text):
        line, at = line + text.count("\n", at, token.start()), token.start()
        match token[0]:
            case "{" | "[" as bracket:
                is_key = bracket == "{"
                within.append(path if is_key else None)
                path = path if is_key else f"{path}[]"
            case "}" | "]":
                within.pop()
                is_key = False
            case ",":
                is_key = within[-1] is not None
            case ":":
                is_key = False
            case string if is_key:
                path = _joined(within[-1] or "", json.loads(string, strict=False))
                lines.setdefault(path, []).append(line)
    return lines


# --- what the document says ---------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Goes through the document and notes what it finds."""

    found: Found
    rubric: Rubric
    decimal_comma: bool
    lines: Mapping[str, list[int]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def members(self, value: _Object, place: Place) -> Iterator[tuple[str, Any, Place]]:
        """Each member with its place; with its line where the same key stands elsewhere too."""
        for key, member in value.members:
            path = _joined(place.key, key)
            lines = self.lines.get(path, [])
            line = lines[self.seen[path]] if self.seen[path] < len(lines) > 1 else 0
            self.seen[path] += 1
            yield key, member, Place(place.file, line=line, key=path)

    def read_student(self, key: str, value: Any, place: Place) -> None:
        """The student's block, or a single ``"id": ...``."""
        if isinstance(value, _Object):
            for name, text, where in self.members(value, place):
                self.read_student(name, text, where)
            return
        text = value.text if isinstance(value, _Literal) else value
        if isinstance(text, str) and field_of(key):
            note_field(self.found, field_of(key), text, place)
        elif value is not None:
            told = 'is not used; expected is {"id": ..., "name": ..., "level": ...}'
            self.found.remark(f"what is said of the student here {told}", place)

    def read_conventions(self, value: Any, place: Place) -> None:
        """``{"objective": "minimize_nll"}``, also by problem."""
        if not isinstance(value, _Object):
            if value is not None:
                told = 'conventions are stated as {"objective": "minimize_nll"}'
                self.found.remark(told, place)
            return
        for key, member, where in self.members(value, place):
            text = member.text if isinstance(member, _Literal) else member
            name = convention_of(key, self.rubric)
            if isinstance(member, _Object):
                self.read_conventions(member, where)
            elif not name:
                self.found.remark(f"{quoted(key)} is no convention of this assignment", place)
            elif isinstance(text, str):
                note_convention(self.found, name, text, where, self.rubric)

    def read_answers(self, value: Any, place: Place, problem: str = "") -> None:
        """Quantities and what is answered for them, or problems that hold those."""
        if not isinstance(value, _Object):
            told = f'"answers" was expected to name quantities, as in {EXPECTED}'
            raise SubmissionError(told, place)
        for key, member, where in self.members(value, place):
            inner = names.match_problem(key, self.rubric)
            if inner and isinstance(member, _Object):
                self.read_answers(member, where, inner)
            elif member is not None:
                self.read_answer(key, member, where, problem)

    def read_answer(self, label: str, value: Any, place: Place, problem: str) -> None:
        """One member of the answers: a quantity, or one entry of it."""
        name, index = split_index(label)
        response = self._response(value, place)
        shape = response.shape if isinstance(response, Grid) and index is None else None
        key = names.match(
            label if index is None else name, self.rubric, problem=problem, shape=shape
        )
        if key is None:
            told = names.explain_unknown(name, self.rubric, problem=problem)
            self.found.remark(f"{told} What is answered there was not read.", place)
            return
        note_answer(self.found, Answer(key, label, response, place) if response else None, index)

    def _response(self, value: Any, place: Place) -> Response | None:
        if isinstance(value, str):
            return response_of_text(value, place, decimal_comma=self.decimal_comma)
        if isinstance(value, _Object):
            return self._entries(value, place)
        if isinstance(value, list) and not value:
            return None
        tree = _tree(value, place)
        if tree is None:
            return Unreadable("[[[...", f"it has lists nested over {DEEPEST} deep", place)
        return grid_of(tree, place, decimal_comma=self.decimal_comma)

    def _entries(self, value: _Object, place: Place) -> Response | None:
        entries = []
        for key, member, where in self.members(value, place):
            index = index_of(key)
            if not index:
                told = 'is no index; entries are named by it, as in {"0": 0.38} or {"1;2": 0.38}'
                return Unreadable(key[:80], f"{quoted(key)} {told}", where)
            leaf = _leaf(member, where)
            entries.append(Entry(index, leaf_cell(leaf, decimal_comma=self.decimal_comma)))
        return Entries(tuple(entries)) if entries else None


def _tree(value: Any, place: Place, depth: int = 0) -> Tree | None:
    """Nested lists with the place of each entry; None where they are nested too deeply."""
    if not isinstance(value, list):
        return _leaf(value, place)
    if depth == DEEPEST:
        return None
    parts = []
    for position, part in enumerate(value):
        inner = _tree(part, Place(place.file, key=f"{place.key}[{position}]"), depth + 1)
        if inner is None:
            return None
        parts.append(inner)
    return tuple(parts)


def _leaf(value: Any, place: Place) -> Leaf:
    if value is None:
        return Leaf("", place)
    if isinstance(value, str):
        return Leaf(value, place)
    if isinstance(value, _Literal):
        return Leaf(value.text, place)
    found = (
        "an object"
        if isinstance(value, _Object)
        else "a list"
        if isinstance(value, list)
        else str(value).lower()
    )
    return Leaf(found, place, f"a number was expected, but {found} stands here")


def _joined(path: str, key: str) -> str:
    """The place of a member: ``answers/gan.h0``."""
    return f"{path}/{key[:60]}" if path else key
