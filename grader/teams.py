"""Groups who handed something in together: by a name that the class list knows, or by its copies.

Canvas, Blackboard and Brightspace write a group's name where a student's stands; the class list's
column ``group`` says who is in it. Moodle gives each member a folder with the same files.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from grader.handin import HandIn, read_bytes
from grader.homework_words import stripped
from grader.identity import Identity, identify, readings
from grader.model import Student, SubmissionError, Team
from grader.roster import Roster, RosterStudent, alike, candidates, same_name

__all__ = ["MOST_TOGETHER", "by_group", "handed_out_alike"]

MOST_TOGETHER = 12
"""More than these hand in nothing together: a column ``group`` with so many tells sections."""

_GROUPS = "the groups of the class list"


def by_group(parts: Sequence[str], roster: Roster) -> Identity | None:
    """The first member of the group that the names of a hand-in mean; None where they mean none.

    Where they can mean a group and a student, or two groups, the identity is not certain.
    """
    below = parts[1:] or parts  # what the user named is mostly called by the download
    found = [(one, members) for one in readings(below) if (members := _members(one, roster))]
    if not found:
        return None
    alone = identify(parts, candidates(roster))
    own = [one for one in readings(below[-1:]) if _members(one, roster)]
    if not alone.lms and alone.certain and not alone.reason and not own:
        return None  # a student's own file in a folder that is called as the group is
    reading, members = found[0]
    groups = sorted({member.group for _, each in found for member in each})
    slip = "" if own or alone.lms else _slip(below[-1], members, roster)
    if fault := slip or _unclear(groups, reading, members, alone):
        return replace(reading, certain=False, reason=fault, source=_GROUPS)
    students = tuple(Student(one.id, one.name, one.level) for one in members)
    first = students[0]
    return replace(reading, id=first.id, name=first.name, team=Team(groups[0], students))


def _members(reading: Identity, roster: Roster) -> tuple[RosterStudent, ...]:
    """Those of the group that a reading can mean; at least two, and no whole section."""
    texts = dict.fromkeys((reading.name, "" if reading.name else reading.id))
    found = [one for text in texts if text for one in roster.having("group", text)]
    return tuple(found) if 1 < len(found) <= MOST_TOGETHER else ()


def _unclear(
    groups: Sequence[str], reading: Identity, members: Sequence[RosterStudent], alone: Identity
) -> str:
    """Why nobody can say that it is the group's; empty where it is."""
    told = " or ".join(groups)
    if len(groups) > 1:
        return f"its name can mean the groups {told}; a person must say whose it is"
    numbers = {member.lms_id for member in members}
    if reading.lms == "canvas" and "" not in numbers and reading.id not in numbers:
        return f"its name has the group {told}, and the number of nobody in it; a person must say"
    if any(same_name(reading.name, member.name) for member in members):
        return f"its name can mean the group {told} or one of its members; a person must say"
    names_one = alone.certain and not alone.reason
    if names_one and alone.id not in {member.id for member in members}:
        who = f"{alone.id} ({alone.name})"
        return f"its name says that it is {who}'s and the group {told}'s, which {who} is not in"
    return ""


def _slip(file: str, members: Sequence[RosterStudent], roster: Roster) -> str:
    """Why a file in a group's folder may be somebody else's: it is called nearly as that one is."""
    text = stripped(PurePosixPath(file).stem)
    near = [one for one in alike(roster, text) if text and one not in members]
    if not near:
        return ""
    who = " or ".join(f"{one.id} ({one.name})" if one.name else one.id for one in near)
    return (
        f"its folder is called as a group, and {text} may be {who}; a person must say whose it is"
    )


# --- Moodle -------------------------------------------------------------------------------------

_FOLDER = re.compile(r"(?P<name>[^_]+)_[0-9]{1,20}_assignsubmission_", re.DOTALL)


def handed_out_alike(handins: Iterable[HandIn], roster: Roster) -> Mapping[str, Identity]:
    """Whose each file of a Moodle team is, by the hand-in's name.

    Its members' folders begin with the team's name and hold the same bytes; where they do not, each
    is its own student's.
    """
    alike: dict[tuple[str, frozenset[str]], list[_Folder]] = defaultdict(list)
    for (team, _), files in _folders(handins, roster).items():
        alike[team, frozenset(_digest(handin) for handin, _ in files)].append(files)
    return {
        handin.name: replace(identity, team=_team(team, folders))
        for (team, _), folders in alike.items()
        if len(folders) > 1
        for files in folders
        for handin, identity in files
    }


_Folder = list[tuple[HandIn, Identity]]
"""The files of one member, each with whose it is by its name."""


def _folders(handins: Iterable[HandIn], roster: Roster) -> Mapping[tuple[str, str], _Folder]:
    """By the team's name and the student's id what Moodle has of them."""
    folders: dict[tuple[str, str], _Folder] = defaultdict(list)
    for handin in handins:
        names = [match["name"] for part in handin.parts if (match := _FOLDER.match(part))]
        if not names or "-" not in names[0]:
            continue
        identity = identify(handin.parts, candidates(roster))
        if team := _before(names[0], identity):
            folders[team, identity.id].append((handin, identity))
    return folders


def _before(name: str, identity: Identity) -> str:
    """What stands before the student's name in a folder's; empty where that is nothing."""
    if not identity.certain or identity.reason:
        return ""
    words = name.split("-")
    for first in range(1, len(words)):
        rest = "-".join(words[first:])
        if rest == "Participant" or same_name(rest, identity.name):
            return "-".join(words[:first]).strip()
    return ""


def _digest(handin: HandIn) -> str:
    """Of its bytes; a file that cannot be read is like no other."""
    try:
        return hashlib.sha256(read_bytes(handin)).hexdigest()
    except SubmissionError:
        return handin.name


def _team(name: str, folders: Iterable[_Folder]) -> Team:
    members = (identity for ((_, identity), *_) in folders)
    return Team(name, tuple(Student(one.id, one.name) for one in members))
