"""Whose a table is: an id or a name that is stated; where two students are, it is nobody's."""

from __future__ import annotations

import re

from grader.model import Place
from grader.notation.numbers import quoted
from grader.readers.claims import is_name, is_same
from grader.readers.collect import Found, field_of, note_field
from grader.student_names import TWO

__all__ = ["note_person", "people_in"]

_ACCOUNTS = re.compile(r"user|rcs|net", re.IGNORECASE)
"""Names of an id beside which one student can have another: a number and an account."""
_ID = re.compile(r"(?=[^\W_]*\d)[A-Za-z]{0,8}[\w-]{2,20}")
_LEVEL = re.compile(r"[1-9]\d{3}")


def note_person(found: Found, label: str, text: str, place: Place) -> None:
    """Note what is said of the student under a label; of two students neither is taken.

    One student can have a number and an account's name; two numbers are two students.
    """
    name, value = field_of(label), " ".join(text.split())
    if name == "id" and is_name(value.replace(",", "")):
        name = "name"  # ``Student,Ann Lee`` above ``ID,s1001``
    if name == "level" or not value:
        note_field(found, name, value, place)
        return
    kind = "account" if name == "id" and _ACCOUNTS.search(label) else name
    said = found.people.setdefault(kind, [])
    is_new = not any(is_same(name, value, other) for other, _ in said)
    if is_new:
        said.append((value, place))
    if not any(len(each) > 1 for each in found.people.values()):
        note_field(found, name, value, place)
    elif is_new:
        _nobodys(found, kind, place)


def _nobodys(found: Found, kind: str, place: Place) -> None:
    """Name all students who are told of; a person must say which of them it is."""
    said = found.people[kind]
    if len(said) > 1:
        (first, where), (last, _) = said[0], said[-1]
        told = f"two students are named: {quoted(first)} ({where}) and {quoted(last)} here"
        found.remark(f"{told}; neither was taken, a person must say whose it is", place)
    names, ids = ([text for text, _ in found.people.get(each, ())] for each in ("name", "id"))
    both = [f"{one} ({own})" for one, own in zip(names, ids, strict=False)]
    several = [[text for text, _ in each] for each in found.people.values() if len(each) > 1]
    found.student.pop("id", None)
    found.student["name"] = (TWO.join(both if len(names) == len(ids) else several[0]), place)


def people_in(label: str, texts: list[str]) -> int:
    """How many of the texts in a row, from the first on, name a student each; at least one.

    ``id,s1001,s1002`` are two; ``name,Ann,Lee`` and ``id,s1001,6850`` are one.
    """
    if field_of(label) == "level":
        return 1
    several = 1
    for text in texts[1:]:
        is_id = _ID.fullmatch(text) and not _LEVEL.fullmatch(text) and _ID.fullmatch(texts[0])
        is_other = is_name(text) if field_of(label) == "name" else is_id
        if not is_other:
            break
        several += 1
    return several
