"""By whom a hand-in is, as the list that came with the download says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grader.handin import Listed, Submitter
from grader.identity import Identity
from grader.model import Student, Team
from grader.roster import Roster, RosterStudent

__all__ = ["by_list"]


def by_list(listed: Listed, key: str, roster: Roster | None = None) -> Identity:
    """The student whom the list names, or the first of the group that it names.

    Args:
        listed: what the list says of a hand-in.
        key: what to call the hand-in where the list does not tell.
        roster: the class; a submitter's id, e-mail and name have to mean one student of it.
    """
    alone = Identity(key, lms="gradescope", submitted=listed.submitted, source=listed.source)
    found = [_student(submitter, roster) for submitter in listed.submitters]
    faults = [student for student in found if isinstance(student, str)]
    fault = listed.fault or "; ".join(f"{listed.source}: {one}" for one in faults)
    students = {(s.id, s.name): s for s in found if isinstance(s, Student)}
    if fault or not students:
        told = f"{fault or 'nobody is named'}; a person must say whose it is"
        return replace(alone, certain=False, reason=told)
    first, *others = students.values()
    named = replace(alone, id=first.id or first.name, name=first.name)
    return replace(named, team=Team("", (first, *others))) if others else named


def _student(who: Submitter, roster: Roster | None) -> Student | str:
    """Who is meant, as the roster has them where they are on it; a sentence where that is unclear.

    An id or an e-mail goes before a name, which two people may have; the exact name of somebody
    else contradicts it. A name alone mends no id and no e-mail that nobody has.
    """
    bare = Student(who.id or who.email or who.name, who.name)
    if roster is None:
        return bare
    exact = [*_having(roster, ("id", "login", "email", "lms_id"), who.id)]
    exact += _having(roster, ("email", "login", "id"), who.email)
    named = roster.having("name", who.name)
    told = " / ".join(filter(None, (who.id, who.name, who.email)))
    if not exact and any(_is_another(who, one) for one in named):
        return f"nobody on the class list is {told}; {_each(named)} has no more than the same name"
    contrary = () if set(named) & set(exact) else named
    found = list({s.id: s for s in (*exact, *contrary)}.values())
    if len(found) > 1:
        return f"{told} can mean {_each(found)}"
    return Student(found[0].id, found[0].name or who.name, found[0].level) if found else bare


def _is_another(who: Submitter, namesake: RosterStudent) -> bool:
    """Whether the list has an id, or an e-mail address, where the namesake has another one."""
    return bool(who.id.strip() or (who.email.strip() and namesake.email))


def _each(students: Iterable[RosterStudent]) -> str:
    return " or ".join(f"{s.id} ({s.name})" if s.name else s.id for s in students)


def _having(roster: Roster, kinds: tuple[str, ...], text: str) -> tuple[RosterStudent, ...]:
    hits = (roster.having(kind, text) for kind in kinds if text.strip())
    return next((found for found in hits if found), ())
