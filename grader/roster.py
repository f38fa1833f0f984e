"""The class list: who is in the course, and who on it is meant by an id or a name.

Reads what learning platforms export (Canvas, Moodle, Blackboard, Gradescope) and plain lists, CSV
or XLSX. Everything wrong with a list is told at once, since the list is the teacher's.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from grader.identity import Candidates, Identity
from grader.model import GraderError, Student
from grader.roster_table import Row, read_rows
from grader.student_names import same_name, squeezed, turned

__all__ = ["Roster", "RosterStudent", "alike", "candidates", "find", "load", "near", "same_name"]


@dataclass(frozen=True, slots=True)
class RosterStudent:
    """One student of the class; all text, as listed.

    ``lms_id`` is the platform's own number, ``group`` with whom work is handed in together.
    """

    id: str
    name: str = ""
    level: str = ""
    email: str = ""
    login: str = ""
    excused: bool = False
    section: str = ""
    lms_id: str = ""
    group: str = ""


@dataclass(frozen=True)
class Roster:
    """The class, in the order of the list."""

    students: tuple[RosterStudent, ...]
    _index: Mapping[str, Mapping[str, tuple[RosterStudent, ...]]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        index = {kind: _indexed(self.students, keys) for kind, keys in _KEYS.items()}
        object.__setattr__(self, "_index", index)

    def having(self, kind: str, text: str) -> tuple[RosterStudent, ...]:
        """The students whose ``kind`` (id, lms_id, login, email, name, group) is the text."""
        key = squeezed(text) if kind in {"name", "group"} else _folded(text)
        return self._index[kind].get(key, ())


def load(path: Path, *, is_part: bool = False) -> Roster:
    """The class list in a CSV or XLSX file; nobody need be on what is only a part of one.

    Raises:
        GraderError: it cannot be read; or all that is wrong with it, with lines.
    """
    rows = read_rows(path)
    students = [(row.line, _student(row)) for row in rows]
    mistakes = [*_without_id(rows), *_twice(students)]
    if not students and not is_part:
        mistakes = ["nobody is on the list"]
    if mistakes:
        raise GraderError("\n".join(f"{path.name}: {mistake}" for mistake in mistakes))
    return Roster(tuple(student for _, student in students))


def find(roster: Roster, who: Student | Identity) -> RosterStudent | None:
    """Who is meant, by id, then login, then e-mail, then name; None where nobody or several are."""
    found = _by_id(roster, who) or (roster.having("name", who.name) if who.name else ())
    return found[0] if len(found) == 1 else None


def candidates(roster: Roster) -> Candidates:
    """Who on the roster a reading of a file's name may mean, for `grader.identity.identify`."""
    return partial(_candidates, roster)


def near(roster: Roster, text: str, most: int = 3) -> tuple[str, ...]:
    """Students that look like what was written, for a message: ``s1001 (Doe, Jane)``."""
    found = alike(roster, text, most)
    return tuple(dict.fromkeys(f"{s.id} ({s.name})" if s.name else s.id for s in found))


def alike(roster: Roster, text: str, most: int = 3) -> tuple[RosterStudent, ...]:
    """Students that look like what was written, the likeliest first.

    Ids in a row all look alike, so the nearest id is named only where it is nearer than the others.
    """
    names = _indexed(roster.students, lambda s: map(_looks, sorted(turned(s.name))))
    ids = _indexed(roster.students, lambda s: map(_looks, (s.id, s.login, s.email)))
    known = {**ids, **names}
    looks = _looks(text[:100])
    close = difflib.get_close_matches(looks, known, n=3 * most, cutoff=0.75)
    vague = {key for key in close if key not in names} - _nearest(looks, close, names)
    likely = (student for key in close if key not in vague for student in known[key])
    return tuple(dict.fromkeys(likely))[:most]


def _nearest(looks: str, close: Sequence[str], names: Collection[str]) -> set[str]:
    """Of what is close and no name the nearest, unless another is as near; the best come first."""
    score = {key: difflib.SequenceMatcher(None, key, looks).ratio() for key in close}
    best = [key for key in close if key not in names][:2]
    alone = len(best) == 1 or (best and score[best[0]] > score[best[1]])
    return set(best[:1]) if alone else set()


# --- looking up ---------------------------------------------------------------------------------


def _candidates(roster: Roster, reading: Identity) -> tuple[Student, ...]:
    """By id and by name: where the two contradict each other, both are candidates.

    Where nobody has the number, a namesake with another one is somebody else. Moodle's numbers
    change with each assignment: there the name counts.
    """
    by_id = _by_id(roster, reading)
    named = roster.having("name", reading.name) if reading.name else ()
    is_number = reading.lms in {"canvas", "brightspace"} and not by_id
    by_name = [student for student in named if not (is_number and student.lms_id)]
    both = tuple(student for student in by_id if student in by_name)
    found = both or dict.fromkeys((*by_id, *by_name))
    return tuple(Student(s.id, s.name, s.level) for s in found)


def _by_id(roster: Roster, who: Student | Identity) -> tuple[RosterStudent, ...]:
    is_platform = isinstance(who, Identity) and who.lms in {"canvas", "moodle", "brightspace"}
    kinds = ("lms_id", "id") if is_platform else ("id", "login", "email", "lms_id")
    hits = (roster.having(kind, who.id) for kind in kinds if who.id.strip())
    return next((found for found in hits if found), ())


def _folded(text: str) -> str:
    return text.strip().casefold()


def _looks(text: str) -> str:
    """As it looks: a letter O is a zero, a letter l or I a one."""
    return squeezed(text).translate(str.maketrans("oli", "011"))


def _one(attribute: str) -> Callable[[RosterStudent], Iterable[str]]:
    return lambda student: [_folded(getattr(student, attribute))]


_KEYS: Mapping[str, Callable[[RosterStudent], Iterable[str]]] = {
    **{kind: _one(kind) for kind in ("id", "lms_id", "login", "email")},
    "name": lambda student: turned(student.name),
    "group": lambda student: [squeezed(student.group)],
}


def _indexed(
    students: Iterable[RosterStudent], keys: Callable[[RosterStudent], Iterable[str]]
) -> Mapping[str, tuple[RosterStudent, ...]]:
    index: dict[str, list[RosterStudent]] = defaultdict(list)
    for student in students:
        for key in keys(student):
            if key:
                index[key].append(student)
    return {key: tuple(found) for key, found in index.items()}


# --- rows ---------------------------------------------------------------------------------------

_LEVEL = re.compile(r"(?<![0-9])[4-9][0-9]{3}(?![0-9])")
_YES = frozenset({"yes", "y", "true", "x", "1", "excused", "ex", "exempt"})


def _student(row: Row) -> RosterStudent:
    name = row["name"] or ", ".join(filter(None, (row["last"], row["first"])))
    return RosterStudent(
        id=row["id"],
        name=name,
        level=_level(row["level"], row["section"] or row["group"]),
        email=row["email"],
        login=row["login"],
        excused=row["excused"].casefold() in _YES,
        section=row["section"],
        lms_id=re.sub(r"^Participant\s+", "", row["lms_id"]),
        group=row["group"],
    )


def _level(level: str, section: str) -> str:
    """The course's number, from its own column or the section's; empty where there are several."""
    told: set[str] = set(_LEVEL.findall(level or section))
    if len(told) == 1:
        return told.pop()
    return "" if told else level


def _without_id(rows: Iterable[Row]) -> list[str]:
    return [
        f"line {row.line}: {row['name'] or row['last'] or 'this student'} has no id; fill it in"
        for row in rows
        if not row["id"]
    ]


def _twice(students: Iterable[tuple[int, RosterStudent]]) -> list[str]:
    lines: dict[str, list[str]] = defaultdict(list)
    shown: dict[str, str] = {}
    for line, student in students:
        lines[_folded(student.id)].append(str(line))
        shown.setdefault(_folded(student.id), student.id)
    return [
        f"lines {' and '.join(found)}: the id {shown[key]} stands there {len(found)} times;"
        " each student needs one of their own"
        for key, found in lines.items()
        if key and len(found) > 1
    ]
