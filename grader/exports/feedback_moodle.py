"""Moodle: a folder for each participant, as *Upload multiple feedback files in a zip* takes it.

Moodle goes by the participant's number between the first two underscores, and not by the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.exports.people import Person
from grader.exports.results import Result
from grader.exports.target import NoTargetError, Target, must_not_be_anothers, safe_part

__all__ = ["moodle_targets"]

_LONGEST = 80
_FOLDER = re.compile(r"(?:^|/|, )([^_/]*)_([0-9]{1,20})_assign(?:submission|feedback)_")


def moodle_targets(
    result: Result, row: Person | None, people: Sequence[Person] = ()
) -> tuple[Target, ...]:
    """One entry for the student; one for each member where a team handed in.

    Args:
        result: the student's.
        row: the student's in the worksheet.
        people: all of its rows; those whose group has the name of the folder are the team.

    Raises:
        NoTargetError: no participant's number is known, or two are.
    """
    folders = dict.fromkeys(_FOLDER.findall(result.file))
    known = {number.lstrip("0") for _, number in folders}
    groups = {_tidy(name).casefold() for name, _ in folders}
    number = next(iter(row.keys["lms_id"]), "") if row else result.lms_id
    if number:
        is_own = row is not None and _group(row) in groups
        if known and known != {number} and not is_own:
            told = " and by ".join(sorted(known))
            raise NoTargetError(f"it was handed in by participant {told}, and is {number}'s")
        return (_target(result, number, row.name if row else result.name),)
    if team := [one for one in people if _group(one) and _group(one) in groups]:
        return tuple(_target(result, next(iter(one.keys["lms_id"]), ""), one.name) for one in team)
    if len(known) != 1:
        told = "several participants' numbers" if known else "no participant's number"
        raise NoTargetError(
            f"its file's name tells {told}; --fill with Moodle's worksheet tells who it is"
        )
    ((name, _),) = list(folders)[:1]
    called = "" if name == "Participant" else name
    must_not_be_anothers(result, next(iter(known)), called, people)
    return (_target(result, next(iter(known)), name),)


def _target(result: Result, number: str, name: str) -> Target:
    if not re.fullmatch(r"[0-9]{1,20}", number):
        raise NoTargetError(f"{number or 'an empty text'} is no participant's number")
    page = safe_part(f"{result.record['rubric']}_feedback.html").lstrip(".~")
    return Target(number, f"{_tidy(name) or 'Participant'}_{number}_assignfeedback_file_/{page}")


def _tidy(name: str) -> str:
    """As Moodle has it in folders: an underscore would end the name."""
    return " ".join(safe_part(name).replace("_", " ").split()).lstrip(".~ ")[:_LONGEST].strip()


def _group(row: Person) -> str:
    return _tidy(row.cells.get("group", "")).casefold()
