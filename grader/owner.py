"""Whose a submission is: what the file says, what its name says, and what the roster knows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.identity import Identity
from grader.model import Remark, Student
from grader.roster import Roster, RosterStudent, find, near, same_name

__all__ = ["TWO", "Owner", "owner"]

TWO = " / "
"""What stands between the names of students where a file names more than one."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The student of a submission; with a ``reason`` a person must say, or see, who it is."""

    student: Student
    reason: str = ""
    remarks: tuple[Remark, ...] = ()
    is_excused: bool = False


def owner(identity: Identity, stated: Student, roster: Roster | None = None) -> Owner:
    """Whose a file is.

    Args:
        identity: what its name tells.
        stated: what the file itself says; empty where it says nothing.
        roster: the class. What it lists goes before what a file says of id, name and level.
    """
    if TWO in stated.name and not stated.id:
        told = f"the file names more than one student, {stated.name}; a person must say whose it is"
        return Owner(Student("", stated.name, stated.level), told)
    is_known = identity.certain and not identity.reason
    by_name = find(roster, identity) if roster and is_known else None
    by_file = _by_file(roster, stated, by_name) if roster else None
    if by_file and by_name and by_file != by_name:
        return _contradicted(stated, by_file, by_name)
    listed = by_file or by_name
    if listed:
        student = Student(listed.id, listed.name or stated.name, listed.level or stated.level)
        return Owner(student, _other_name(stated, listed), is_excused=listed.excused)
    return _unlisted(identity, stated, roster)


def _by_file(
    roster: Roster, stated: Student, by_name: RosterStudent | None
) -> RosterStudent | None:
    """Who the file says that it is by; an id that nobody has is not mended by a namesake alone."""
    by_id = find(roster, Student(stated.id)) if stated.id.strip() else None
    namesake = find(roster, Student("", stated.name))
    counts = not stated.id.strip() or namesake == by_name
    return by_id or (namesake if counts else None)


def _other_name(stated: Student, listed: RosterStudent) -> str:
    """Why a person must look: the name in the file has no part of the name on the roster.

    A mistyped id can be somebody else's. Nicknames and middle names share a part and pass.
    """
    mine, theirs = ({*re.findall(r"\w+", n.casefold())} for n in (stated.name, listed.name))
    if not mine or not theirs or mine & theirs or same_name(stated.name, listed.name):
        return ""
    return f"the file gives the name {stated.name}, but {listed.id} is {listed.name}'s"


def _contradicted(stated: Student, by_file: RosterStudent, by_name: RosterStudent) -> Owner:
    return Owner(
        Student("", stated.name, stated.level),
        f"the file says that it is {_told(by_file)}'s, its name that it is {_told(by_name)}'s;"
        " a person must say whose it is",
    )


def _told(student: RosterStudent) -> str:
    return f"{student.id} ({student.name})" if student.name else student.id


def _unlisted(identity: Identity, stated: Student, roster: Roster | None) -> Owner:
    """As the file says, else as its name does; nobody where neither does."""
    told = stated.id.strip() or (identity.id if identity.certain else "")
    student = Student(told, stated.name or identity.name, stated.level)
    if not told:
        return Owner(student, identity.reason or "nothing says whose it is")
    remarks = []
    if stated.name and identity.name and not same_name(stated.name, identity.name):
        remarks.append(Remark(f"the file is by {stated.name}, its name says {identity.name}"))
    reason = _off_roster(roster, told, student.name) if roster else ""
    return Owner(student, reason, tuple(remarks))


def _off_roster(roster: Roster, told: str, name: str) -> str:
    alike = dict.fromkeys((*near(roster, told), *near(roster, name)))
    hint = f"; did they mean {' or '.join(alike)}?" if alike else ""
    return f"{told} is not on the roster{hint}"
