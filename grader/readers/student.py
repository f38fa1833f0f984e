r"""Whose a write-up is: the lines at its beginning that name the student.

``Name: A  ID: s1  Level: 6850``, ``\author{A \\ s1}``, ``# HW6 — A (s1) — 6850``. Where a file
names two students nobody is guessed: the id stays empty and a person must look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.model import Place, Remark, Rubric, Student
from grader.notation import names
from grader.notation.numbers import quoted
from grader.readers.claims import (
    BREAK,
    Claims,
    clean,
    is_name,
    level_in,
    of_work,
    pieces_of,
    unlabelled,
)
from grader.readers.collect import Found, note_field
from grader.readers.sayings import Saying, Sort
from grader.student_names import TWO

__all__ = ["Line", "lines_said", "note_student", "stated_in"]

Line = tuple[str, Place]

_DEEPEST = 60
"""Lines from the beginning in which the student is named."""
_LONGEST = 400
_LABELS: Mapping[str, str] = {
    "name": r"(?:(?:student|full|your|my)(?:['’]s)?[ _]?)?names?|authors?|姓名|名字",
    "id": (
        r"(?:student|user|your|my|rcs|net|s)?[ _]?ids?|rin|student[ _]?(?:number|no\.?|nr\.?)"
        r"|matriculation[ _]?(?:number|no\.?)|matrikel-?(?:nummer|nr\.?)|matr\.?-?nr\.?|学号|學號"
    ),
    "level": r"(?:course|student)?[ _]?level|course|级别|stufe",
    "student": r"students?|(?:group|team)[ _]?(?:members?|work)|members",
}
_LABEL = re.compile(
    r"(?:(?<=[\s,;.|*(>{，；。])|\A)[\"']?(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _LABELS.items())
    + r")[\"']?\s*(?:\([^()]{0,30}\)\s*)?[*_}]*\s*[:：=]\s*[*_}]*",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"\\author\s*(?:\[[^\[\]]*\]\s*)?\{(?P<text>(?:[^{}]|\{[^{}]{0,200}\}){1,400})\}"
)
_NUMBERED = re.compile(r"(?=[^\W_]*\d)(?=\S{2,20}\Z)[A-Za-z]{0,8}[\w-]+")
_EMPTY = re.compile(r"\s*,(?:\s*,)+")
_BOTH = re.compile(r"\s+(?:and|und|et|y)\s+|\s*[&＆;；]\s*|\s+和\s*", re.IGNORECASE)
_ALL = re.compile(_BOTH.pattern + r"|\s*,\s*", re.IGNORECASE)


def stated_in(lines: Sequence[Line], rubric: Rubric) -> tuple[Student, tuple[Remark, ...]]:
    """The student whom the lines of a text name, and what a person should know about that."""
    found = Found("")
    note_student(found, lines, rubric)
    student = Student(**{name: text for name, (text, _) in found.student.items()})
    return student, tuple(found.remarks)


def note_student(found: Found, lines: Sequence[Line], rubric: Rubric) -> None:
    """Note the student whom the lines name; nobody where they name two."""
    claims = Claims(rubric)
    for text, place in _authors(lines, claims):
        is_early = place.line <= _DEEPEST
        if whose := of_work(text):
            claims.add("name", whose[0], place)
            claims.add("id", whose[1], place)
        elif not _labelled(text, place, claims, is_early=is_early) and is_early:
            unlabelled(text, place, claims)
    _settle(found, claims.said)


def lines_said(said: Iterable[Saying], rubric: Rubric) -> list[Line]:
    """The lines of a write-up that may name its student: words, and only labels behind answers."""
    lines: list[Line] = []
    is_early = True
    for saying in said:
        if is_early and saying.sort is Sort.EQUATION:
            is_early = not names.candidates(saying.sides[0].text, rubric)
        if saying.sort in {Sort.WORDS, Sort.NOTE, Sort.HEADING} and saying.text:
            text = saying.text[:_LONGEST]
            if is_early or _begins_claim(text) or of_work(text):
                lines.append((text, saying.place))
        elif saying.sort is Sort.TABLE and is_early:
            lines += [(row, saying.place) for row in _rows(saying.text[:2000])]
    return lines


def _rows(table: str) -> Iterator[str]:
    """The rows of a table that name a student, with labels.

    ``| Name | Jane Doe |``, or a row below ``| Name | ID | Level |``.
    """
    head: list[str] = []
    for line in table.splitlines():
        cells = [cell.strip(" *") for cell in line.strip().strip("|").split("|")]
        labelled = [cell for cell in cells if _LABEL.fullmatch(f"{cell}:")]
        if len(cells) == 2 and labelled == cells[:1]:  # noqa: PLR2004 - a pair
            yield f"{cells[0]}: {cells[1]}"
        elif labelled and labelled == cells:
            head = cells
        elif len(cells) == len(head) and any(re.search(r"\w", cell) for cell in cells):
            pairs = zip(head, cells, strict=True)
            yield ", ".join(f"{label}: {cell}" for label, cell in pairs if cell)


def _begins_claim(text: str) -> bool:
    """Whether a line far down is a student block: it begins with ``Name:`` or ``ID:``."""
    label = _LABEL.match(text.lstrip(" #*>-"))
    return bool(label and (label["name"] or label["id"] or label["student"]))


def _settle(found: Found, said: Mapping[str, Sequence[tuple[str, Place]]]) -> None:
    """Note what was said once; of two students neither."""
    for name, values in said.items():
        for value, place in values if name == "level" else values[:1]:
            note_field(found, name, value, place)
    two = [values for name, values in said.items() if name != "level" and len(values) > 1]
    if not two:
        return
    first, second, *_ = two[0]
    found.student.pop("id", None)
    found.student["name"] = (TWO.join(_both(said, two[0])), first[1])
    told = f"two students are named: {quoted(first[0])} ({first[1]}) and {quoted(second[0])} here"
    found.remark(f"{told}; neither was taken, a person must say whose it is", second[1])


def _both(
    said: Mapping[str, Sequence[tuple[str, Place]]], two: Sequence[tuple[str, Place]]
) -> list[str]:
    """The students in words, each with the id where as many ids as names are given."""
    people, ids = ([text for text, _ in said.get(field, ())] for field in ("name", "id"))
    if len(people) == len(ids):
        return [f"{name} ({each})" for name, each in zip(people, ids, strict=True)]
    return people if len(people) > 1 else [text for text, _ in two]


# --- lines with labels --------------------------------------------------------------------------


def _authors(lines: Sequence[Line], claims: Claims) -> Iterator[Line]:
    r"""The lines without an ``\author{...}``, which may go over several; it is noted."""
    opened: list[Line] = []
    for text, place in lines:
        if not opened and "\\author" not in text:
            yield text, place
            continue
        opened.append((text, place))
        whole = "\n".join(each for each, _ in opened)
        author = _AUTHOR.search(whole)
        if author:
            _author(author["text"], opened[0][1], claims)
            yield whole[: author.start()], opened[0][1]
            opened = []
        elif len(opened) > 5:  # noqa: PLR2004 - the bracket is never closed
            yield from opened
            opened = []
    yield from opened


def _author(text: str, place: Place, claims: Claims) -> None:
    r"""``\author{Jane Doe \\ s1001}``: what has digits is the id."""
    for person in re.split(r"\\and(?![a-z])", text):
        bare = BREAK.sub("\n", re.sub(r"\\(?:thanks|email)\s*\{[^{}]*\}", "", person))
        if not _labelled(bare, place, claims, is_early=True) or not claims.said.get("name"):
            before = _LABEL.split(bare)[0] if _LABEL.search(bare) else bare
            for piece in pieces_of(before):
                _take(piece, place, claims)


def _take(piece: str, place: Place, claims: Claims) -> None:
    """A piece without a label as an id or a name, by its look; names after the first as a whole."""
    if level_in(piece, claims):
        claims.add("level", level_in(piece, claims), place)
    elif _NUMBERED.fullmatch(piece):
        claims.add("id", piece, place)
    elif not re.search(r"[\d@\\]", piece) and (is_name(piece) or not claims.said.get("name")):
        claims.add("name", piece, place)


def _labelled(text: str, place: Place, claims: Claims, *, is_early: bool) -> bool:
    """Note ``Name: A, ID: s1``; whether a line has such labels."""
    text = BREAK.sub(" \n ", text)
    marks = [*_LABEL.finditer(text)]
    ends = [*(m.start() for m in marks[1:]), len(text)][: len(marks)]
    for mark, end in zip(marks, ends, strict=True):
        kind = str(mark.lastgroup)
        value = clean(text[mark.end() : end].strip().partition("\n")[0])
        if value and len(value) <= 80:  # noqa: PLR2004 - a name, not a sentence
            if kind == "level" and is_early:
                claims.add("level", value, place)
            elif kind in {"id", "student"}:
                _person(value, place, claims, is_id=kind == "id")
            elif kind == "name":
                _person(value, place, claims, is_id=False)
    return bool(marks)


def _person(value: str, place: Place, claims: Claims, *, is_id: bool) -> None:
    """A value that names a student by id, by name, or by both; every id in it is one."""
    words = [clean(word) for word in re.split(r"[\s,;/&()，；、]+", value)]
    ids = [w for w in words if _NUMBERED.fullmatch(w) and w not in claims.levels()]
    if is_id and (len(ids) != 1 and all(re.fullmatch(r"\d{1,4}", w) for w in words)):
        ids = [value]  # a number in groups
    for each in ids:
        claims.add("id", each, place)
    for level in (w for w in words if w in claims.levels() and w != value):
        claims.add("level", level, place)
    if is_id and not ids:
        claims.add("id", value, place)
        return
    told = [r"[()]", r"\b(?:level|course|id)\b", *map(re.escape, ids), *claims.levels()]
    rest = clean(_EMPTY.sub(",", re.sub("|".join(told), " ", value, flags=re.IGNORECASE)))
    if is_id and not is_name(rest):
        return
    between = _BOTH if len(ids) < 2 else _ALL  # noqa: PLR2004 - two students
    parts = [part.strip() for part in between.split(rest) if part.strip()]
    for part in parts if len(parts) > 1 and all(" " in p for p in parts) else [rest]:
        claims.add("name", part, place)
