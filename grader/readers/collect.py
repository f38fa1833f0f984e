"""What was found in a file -> a submission: each quantity once, the student, the conventions.

The readers of all formats put what they find into a `Found` and have it merged here, so that a
doubled answer or an unknown convention is treated alike wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby

from grader.model import (
    Answer,
    Cell,
    Entries,
    Entry,
    Formula,
    Grid,
    Index,
    Matrix,
    Number,
    Place,
    Remark,
    Response,
    Rubric,
    Student,
    Submission,
    Unreadable,
)
from grader.notation.numbers import quoted
from grader.readers.slices import Slice, stacked
from grader.readers.values import is_blank

__all__ = [
    "Found",
    "convention_of",
    "field_of",
    "note_answer",
    "note_convention",
    "note_field",
    "submission",
]

INDEX_BASE = "index_base"
"""A convention of every rubric: whether entries are counted from 0 or from 1."""

_FIELDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("id", "studentid", "sid", "userid", "student", "rcsid", "netid", "matriculationnumber"),
        "id",
    ),
    **dict.fromkeys(("name", "studentname", "fullname"), "name"),
    **dict.fromkeys(("level", "course", "courselevel", "studentlevel"), "level"),
}


@dataclass(slots=True)
class Found:
    """What one file (or one row of a class table) says, as it is being read.

    Attributes:
        labels: how many names of quantities were seen, with values or without.
        people: the ids, account names and names of students that are stated, each once.
    """

    file: str
    answers: list[Answer] = field(default_factory=list)
    student: dict[str, tuple[str, Place]] = field(default_factory=dict)
    conventions: dict[str, tuple[str, Place]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    slices: list[Slice] = field(default_factory=list)
    matrices: list[Matrix] = field(default_factory=list)
    labels: int = 0
    people: dict[str, list[tuple[str, Place]]] = field(default_factory=dict)

    def remark(self, message: str, place: Place | None = None) -> None:
        """Note something that a person should know."""
        self.remarks.append(Remark(message, place))


def note_answer(found: Found, answer: Answer | None, index: Index | None = None) -> None:
    """Note an answer; with an ``index``, of one entry of the quantity or of a part of it.

    None stands for a quantity that was named without anything being answered.
    """
    found.labels += 1
    if answer is None:
        return
    response = answer.response
    if index is not None and isinstance(response, Grid) and response.shape:
        part = Slice(answer.key, answer.label, index, response, answer.place)
        found.slices.append(part)
        return
    if index is not None and isinstance(response, Grid):
        response = Entries((Entry(index, response.cells[0]),))
    elif index is not None and isinstance(response, Formula):
        told = f"{quoted(response.text)} is not a number"
        cell = Cell(Unreadable(response.text[:80], told, answer.place), answer.place)
        response = Entries((Entry(index, cell),))
    found.answers.append(replace(answer, response=response))


def submission(found: Found, rubric: Rubric) -> Submission:
    """One answer a quantity; what is said twice in different ways is unreadable, never guessed."""
    base = found.conventions.get(INDEX_BASE, ("", None))[0]
    parts = {s.key: [t for t in found.slices if t.key == s.key] for s in found.slices}
    given = [*found.answers, *(stacked(p, rubric, base) for p in parts.values() if _filled(p))]
    answers: list[Answer] = []
    remarks: list[Remark] = []
    for key in dict.fromkeys(a.key for a in given):
        every = [a for a in given if a.key == key]
        same = [a for a in every if isinstance(a.response, Entries) or not is_blank(a.response)]
        if not all(is_blank(a.response) for a in every):
            answer, more = _merged(same)
            answers.append(answer)
            remarks += more
    student = Student(**{name: text for name, (text, _) in found.student.items()})
    stated = {name: value for name, (value, _) in found.conventions.items()}
    told = (*found.remarks, *remarks)
    return Submission(
        student, found.file, tuple(answers), stated, told, matrices=tuple(found.matrices)
    )


def _filled(parts: Sequence[Slice]) -> bool:
    return not all(is_blank(part.grid) for part in parts)


# --- the student and the conventions ------------------------------------------------------------


def field_of(text: str) -> str:
    """``id``, ``name`` or ``level`` where a cell or a key names that; else empty."""
    return _field_of(text[:60]) if text else ""


@lru_cache(maxsize=4096)
def _field_of(text: str) -> str:
    bare = re.sub(r"\(.*?\)", "", text.casefold())
    return _FIELDS.get(re.sub(r"^your|^my|[\W_]+", "", bare), "")


def note_field(found: Found, name: str, text: str, place: Place) -> None:
    """Note what is said about the student; the first statement stands."""
    value = _level(text) if name == "level" else " ".join(text.split())
    if not value:
        return
    known, where = found.student.setdefault(name, (value, place))
    if known != value:
        told = f"the student's {name} is {quoted(known)} ({where}) and {quoted(value)} here"
        found.remark(f"{told}; the first was taken", place)


def _level(text: str) -> str:
    """``ECSE 6850`` -> ``6850``: the number of four digits, where there is one."""
    numbers = re.findall(r"(?<![0-9])[0-9]{4}(?![0-9])", text)
    return str(numbers[0]) if len(numbers) == 1 else " ".join(text.split())


def convention_of(text: str, rubric: Rubric) -> str:
    """The convention that a cell or a key names (``objective``, ``gan.objective``); else empty."""
    bare = re.sub(r"[\s\-]+", "_", text[:60].strip(" :=\t").casefold())
    if bare == INDEX_BASE:
        return INDEX_BASE
    for problem in rubric.problems:
        for name in problem.conventions:
            if bare in {name.casefold(), f"{problem.name}.{name}".casefold()}:
                return name
    return ""


def note_convention(found: Found, name: str, text: str, place: Place, rubric: Rubric) -> None:
    """Note a convention that is stated, where the rubric knows its value."""
    value = re.sub(r"[\s\-]+", "_", text.strip().casefold())
    if not value:
        return
    known = dict.fromkeys(_values(name, rubric))
    if value not in known:
        from difflib import get_close_matches  # noqa: PLC0415  # only a mistake pays for it

        close = get_close_matches(value, known, n=1) or list(known)
        told = f"{quoted(text)} is no value of the convention {name}"
        found.remark(f"{told}; did you mean {' or '.join(close)}?", place)
        return
    stated, where = found.conventions.setdefault(name, (value, place))
    if stated != value:
        told = f"the convention {name} is stated as {stated} ({where}) and as {value} here"
        found.remark(f"{told}; the first was taken", place)


def _values(name: str, rubric: Rubric) -> Iterator[str]:
    if name == INDEX_BASE:
        yield from ("0", "1")
    for problem in rubric.problems:
        yield from problem.conventions.get(name, ())


# --- answers given more than once ---------------------------------------------------------------


def _merged(same: Sequence[Answer]) -> tuple[Answer, list[Remark]]:
    """One answer of several for a quantity; entries complete each other."""
    first = same[0]
    if len(same) == 1 and not isinstance(first.response, Entries):
        return first, []
    if all(isinstance(a.response, Entries) for a in same):
        return _joined(same)
    same = [a for a in same if not is_blank(a.response)]
    first = same[0]
    other = next((a for a in same if _content(a.response) != _content(first.response)), None)
    if other is None and len(same) == 1:
        return first, []
    if other is None:
        told = f"{first.key} is answered more than once, always alike; it was read once"
        return first, [Remark(told, same[1].place)]
    reason = (
        f"{first.key} is answered twice in different ways ({_both(first.place, other.place)}); "
        "only one answer can count, so delete the other"
    )
    unreadable = Unreadable(_shown(first.response), reason, other.place)
    return Answer(first.key, first.label, unreadable, first.place), []


def _joined(same: Sequence[Answer]) -> tuple[Answer, list[Remark]]:
    entries = [e for a in same if isinstance(a.response, Entries) for e in a.response.entries]
    ordered = dict.fromkeys(e.index for e in entries)
    by_index: dict[Index, list[Cell]] = {index: [] for index in ordered}
    for entry in entries:
        by_index[entry.index].append(entry.cell)
    joined = tuple(Entry(index, _one_cell(index, cells)) for index, cells in by_index.items())
    first = same[0]
    return Answer(first.key, first.label, Entries(joined), first.place), []


def _one_cell(index: Index, cells: Sequence[Cell]) -> Cell:
    """The cell of an entry that is given once, or always alike; unreadable otherwise."""
    filled = [cell for cell in cells if cell.content is not None] or list(cells)
    first = filled[0]
    other = next((c for c in filled if _value(c) != _value(first)), None)
    if other is None:
        return first
    text = first.content.text if first.content else ""
    told = f"the entry {list(index)} is given twice ({_both(first.place, other.place)})"
    return Cell(Unreadable(text, told, other.place), other.place)


def _both(one: Place, other: Place) -> str:
    """Two places in one file, in words; the file is named where this is told."""
    if one.line and other.line:
        same = one.line == other.line
        return f"twice in line {one.line}" if same else f"lines {one.line} and {other.line}"
    return " and ".join(str(replace(place, file="")) for place in (one, other))


def _content(response: Response) -> object:
    """What a response says, wherever it stands."""
    if isinstance(response, Grid):
        return (response.shape, tuple(map(_value, response.cells)))
    if isinstance(response, Entries):
        return tuple((e.index, _value(e.cell)) for e in response.entries)
    return (type(response), "".join(response.text.split()))


def _value(cell: Cell) -> object:
    content = cell.content
    return content.value if isinstance(content, Number) else content and content.text


def _shown(response: Response) -> str:
    if isinstance(response, Formula | Unreadable):
        return response.text[:80]
    cells: Iterable[Cell] = (
        response.cells if isinstance(response, Grid) else (e.cell for e in response.entries)
    )
    texts = [cell.content.text if cell.content else "" for cell in cells]
    return " ".join(text for text, _ in groupby(texts))[:80]
