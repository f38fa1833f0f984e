"""JSON -> a submission. Numbers keep the text as it was written; keys written twice are noticed."""

from __future__ import annotations

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
from grader.readers.json_text import (
    Literal,
    Object,
    has_doubled,
    joined,
    lines_of_keys,
    parsed,
    strings,
)
from grader.readers.text import decoded
from grader.readers.values import index_of, response_of_text

__all__ = ["EXPECTED", "read_json"]

EXPECTED = '{"student": {"id": ..., "name": ..., "level": ...}, "answers": {"gan.h0": [...], ...}}'


def read_json(data: bytes, filename: str, rubric: Rubric) -> tuple[Submission, ...]:
    """The submission in a JSON file.

    Raises:
        SubmissionError: it is no JSON, nested too deeply, or has no ``answers``.
    """
    text, remarks = decoded(data, filename)
    document = parsed(text, filename)
    if not isinstance(document, Object):
        raise SubmissionError(f"an object was expected, such as {EXPECTED}", Place(filename))
    found = Found(filename, remarks=list(remarks))
    lines = lines_of_keys(text) if has_doubled(document) else {}
    comma = uses_decimal_comma(strings(document))
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


# --- what the document says ---------------------------------------------------------------------


@dataclass(slots=True)
class _Reader:
    """Goes through the document and notes what it finds."""

    found: Found
    rubric: Rubric
    decimal_comma: bool
    lines: Mapping[str, list[int]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def members(self, value: Object, place: Place) -> Iterator[tuple[str, Any, Place]]:
        """Each member with its place; with its line where the same key stands elsewhere too."""
        for key, member in value.members:
            path = joined(place.key, key)
            lines = self.lines.get(path, [])
            line = lines[self.seen[path]] if self.seen[path] < len(lines) > 1 else 0
            self.seen[path] += 1
            yield key, member, Place(place.file, line=line, key=path)

    def read_student(self, key: str, value: Any, place: Place) -> None:
        """The student's block, or a single ``"id": ...``."""
        if isinstance(value, Object):
            for name, text, where in self.members(value, place):
                self.read_student(name, text, where)
            return
        text = value.text if isinstance(value, Literal) else value
        if isinstance(text, str) and field_of(key):
            note_field(self.found, field_of(key), text, place)
        elif value is not None:
            told = 'is not used; expected is {"id": ..., "name": ..., "level": ...}'
            self.found.remark(f"what is said of the student here {told}", place)

    def read_conventions(self, value: Any, place: Place) -> None:
        """``{"objective": "minimize_nll"}``, also by problem."""
        if not isinstance(value, Object):
            if value is not None:
                told = 'conventions are stated as {"objective": "minimize_nll"}'
                self.found.remark(told, place)
            return
        for key, member, where in self.members(value, place):
            text = member.text if isinstance(member, Literal) else member
            name = convention_of(key, self.rubric)
            if isinstance(member, Object):
                self.read_conventions(member, where)
            elif not name:
                self.found.remark(f"{quoted(key)} is no convention of this assignment", place)
            elif isinstance(text, str):
                note_convention(self.found, name, text, where, self.rubric)

    def read_answers(self, value: Any, place: Place, problem: str = "") -> None:
        """Quantities and what is answered for them, or problems that hold those."""
        if not isinstance(value, Object):
            told = f'"answers" was expected to name quantities, as in {EXPECTED}'
            raise SubmissionError(told, place)
        for key, member, where in self.members(value, place):
            inner = names.match_problem(key, self.rubric)
            if inner and isinstance(member, Object):
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
        if isinstance(value, Object):
            return self._entries(value, place)
        if isinstance(value, list) and not value:
            return None
        tree = _tree(value, place)
        if tree is None:
            return Unreadable("[[[...", f"it has lists nested over {DEEPEST} deep", place)
        return grid_of(tree, place, decimal_comma=self.decimal_comma)

    def _entries(self, value: Object, place: Place) -> Response | None:
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
    if isinstance(value, Literal):
        return Leaf(value.text, place)
    found = (
        "an object"
        if isinstance(value, Object)
        else "a list"
        if isinstance(value, list)
        else str(value).lower()
    )
    return Leaf(found, place, f"a number was expected, but {found} stands here")
