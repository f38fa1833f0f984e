"""Whose a submission is: what the file says, what its name says, and what the roster knows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.identity import Identity
from grader.model import Remark, Student, Team
from grader.remarks import HINT
from grader.roster import Roster, RosterStudent, find, near
from grader.student_names import TWO, same_name

__all__ = ["Owner", "owner"]

_SEVERAL = re.compile(rf"{TWO}|(?<=\w) +(?:and|&) +(?=\w)|(?<=\w) *; *(?=\w)")
"""Between the names of several: nobody's own name has these in it."""


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
    if identity.team:
        stated = _of_team(identity, identity.team, stated, roster)
    if len(_SEVERAL.split(stated.name)) > 1 and not stated.id:
        told = f"the file names more than one student, {stated.name}; a person must say whose it is"
        return Owner(Student("", stated.name, stated.level), told)
    is_known = identity.certain and not identity.reason
    by_name = find(roster, identity) if roster and is_known else None
    by_file = _by_file(roster, stated, by_name) if roster else None
    if by_file and by_name and by_file != by_name:
        return _contradicted(identity, stated, by_file, by_name)
    listed = by_file or by_name
    other = _namesake(roster, stated, listed) if roster and listed else None
    if listed and other:
        return _named_as_another(identity, stated, listed, other, by_file)
    if listed:
        student = Student(listed.id, listed.name or stated.name, listed.level or stated.level)
        unclear = identity.reason if identity.source and not identity.certain else ""
        reason = "; ".join(filter(None, (unclear, _other_name(stated, listed))))
        remarks = (*_group_remark(identity, listed), *_id_remark(roster, stated, listed))
        return Owner(student, reason, remarks, listed.excused)
    return _unlisted(identity, stated, roster)


def _of_team(identity: Identity, team: Team, stated: Student, roster: Roster | None) -> Student:
    """What the file says of this member; naming another one, or the group, is no contradiction."""
    if same_name(stated.id or stated.name, team.name):
        return Student()
    meant = {_member(team, one, roster) for one in _told_in_file(stated, roster)}
    return stated if meant == {identity.id} or None in meant else Student()


def _told_in_file(stated: Student, roster: Roster | None) -> list[Student]:
    """Whom a file names: by its id, and by its names where the id does not say all."""
    named = [_named(text) for text in _SEVERAL.split(stated.name)]
    if not stated.id.strip():
        return named
    known = [one for one in named if find(roster, one)] if roster else []
    is_slip = known and roster and not find(roster, Student(stated.id))
    return known if is_slip else [Student(stated.id), *known]


def _named(text: str) -> Student:
    """One of several students whom a file names: ``Ann Lee (s1001)``, ``Ann Lee`` or ``s1001``."""
    both = re.fullmatch(r"(?P<name>.*\S) \((?P<id>[^()]*\d[^()]*)\)", text)
    if both:
        return Student(both["id"], both["name"])
    return Student(text) if re.search(r"\d", text) else Student("", text)


def _member(team: Team, who: Student, roster: Roster | None) -> str | None:
    """The id of the member who is meant; None where it is none of them."""
    listed = find(roster, who) if roster else None
    told = (listed.id if listed else who.id).strip().casefold()
    for one in team.members:
        if (told and one.id.casefold() == told) or same_name(one.name, who.name):
            return one.id
    return None


def _group_remark(identity: Identity, listed: RosterStudent) -> tuple[Remark, ...]:
    """Canvas writes a group's name where a student's stands, and the number of one member."""
    called = identity.called
    if identity.lms != "canvas" or identity.team or not called or not listed.name:
        return ()
    if same_name(called, listed.name):
        return ()
    told = f"its name says {called}, which is not {listed.name}; if that is a group, give the class"
    return (Remark(f"{told} list a column group, so that each member gets the score"),)


def _id_remark(roster: Roster | None, stated: Student, listed: RosterStudent) -> tuple[Remark, ...]:
    """The file states an id that nobody has, and something else told whose it is."""
    own = stated.id.strip()
    if not own or roster is None or find(roster, Student(own)):
        return ()
    told = f"the file states the id {own}, which nobody on the roster has"
    return (Remark(f"{told}; all else says that it is {_told(listed)}'s"),)


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


def _namesake(roster: Roster, stated: Student, listed: RosterStudent) -> RosterStudent | None:
    """Somebody else on the roster who is called exactly as the file says."""
    named = roster.having("name", stated.name) if stated.name.strip() else ()
    return named[0] if named and listed not in named else None


def _named_as_another(
    identity: Identity,
    stated: Student,
    listed: RosterStudent,
    other: RosterStudent,
    by_file: RosterStudent | None,
) -> Owner:
    """The name in the file is another's: the id in it, or the file's name, may be a slip."""
    if by_file is None:
        return _contradicted(identity, stated, other, listed)
    told = f"the file states the id of {_told(listed)} and the name of {_told(other)}"
    student = Student("", stated.name, stated.level)
    return Owner(student, f"{told}; a person must say whose it is")


def _contradicted(
    identity: Identity, stated: Student, by_file: RosterStudent, by_name: RosterStudent
) -> Owner:
    return Owner(
        Student("", stated.name, stated.level),
        f"the file says that it is {_told(by_file)}'s, {identity.source or 'its name'} that it is"
        f" {_told(by_name)}'s; a person must say whose it is",
    )


def _told(student: RosterStudent) -> str:
    return f"{student.id} ({student.name})" if student.name else student.id


def _unlisted(identity: Identity, stated: Student, roster: Roster | None) -> Owner:
    """As the file says, else as its name does; nobody where neither does."""
    own, named = stated.id.strip(), identity.id if identity.certain else ""
    told = named if identity.team else own or named
    student = Student(told, stated.name or identity.name, stated.level)
    if not told:
        return Owner(student, identity.reason or "nothing says whose it is")
    source, remarks = identity.source or "its name", []
    if stated.name and identity.name and not same_name(stated.name, identity.name):
        remarks.append(Remark(f"the file is by {stated.name}, {source} says {identity.name}"))
    reasons = [_off_roster(roster, told, student.name)] if roster else []
    if identity.source and own and named and own.casefold() != named.casefold():
        reasons.append(f"the file says that it is {own}'s, {source} that it is {named}'s")
    return Owner(student, "; ".join(reasons), tuple(remarks))


def _off_roster(roster: Roster, told: str, name: str) -> str:
    alike = dict.fromkeys((*near(roster, told), *near(roster, name)))
    hint = f"{HINT}{' or '.join(alike)}?" if alike else ""
    return f"{told} is not on the roster{hint}"
