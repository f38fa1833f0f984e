"""Several files as one submission, where none of them contradicts another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.model import (
    Answer,
    Cell,
    Entries,
    Entry,
    Formula,
    Grid,
    Number,
    Student,
    Submission,
    Unreadable,
)

__all__ = ["merged"]


def merged(read: Sequence[Submission]) -> Submission | None:
    """All of them as one; None where an answer, a convention or the level differs.

    Args:
        read: at least one.
    """
    answers: dict[str, Answer] = {}
    conventions: dict[str, str] = {}
    for submission in read:
        for answer in submission.answers:
            known = answers.setdefault(answer.key, answer)
            if _written(known) != _written(answer):
                return None
        for name, value in submission.conventions.items():
            if conventions.setdefault(name, value) != value:
                return None
    if len({submission.student.level for submission in read} - {""}) > 1:
        return None
    return replace(
        read[0],
        student=_student(read),
        answers=tuple(answers.values()),
        conventions=conventions,
        remarks=tuple(remark for submission in read for remark in submission.remarks),
    )


def _student(read: Sequence[Submission]) -> Student:
    """What any of the parts says of the student."""
    students = [submission.student for submission in read]
    return Student(
        next((s.id for s in students if s.id), ""),
        next((s.name for s in students if s.name), ""),
        next((s.level for s in students if s.level), ""),
    )


def _written(answer: Answer) -> object:
    """An answer without the places where it stands, to compare what is said."""
    match answer.response:
        case Grid(shape, cells):
            return shape, tuple(map(_cell, cells))
        case Entries(entries):
            return tuple(sorted(map(_entry, entries), key=repr))
        case Formula(text) | Unreadable(text):
            return type(answer.response).__name__, text


def _entry(entry: Entry) -> object:
    return entry.index, _cell(entry.cell)


def _cell(cell: Cell) -> object:
    content = cell.content
    return (
        (type(content).__name__, content.text) if isinstance(content, Number | Unreadable) else ()
    )
