"""The names that learning platforms give to what is downloaded from them.

Every way in which a name can be read is a reading: names of groups, logins and files may hold the
underscores that stand between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from grader.homework_words import MAX_TEXT, stripped
from grader.model import Team
from grader.moments import iso

__all__ = ["Identity", "platform_readings"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose a file is, or why that cannot be told.

    Attributes:
        id: the student's id, as text and as written; the platform's number where that is all there
            is. Where ``certain`` is False it is empty, or merely something to call the file by.
        lms: the platform whose naming it is, or empty.
        attempt: larger for a later one; comparable within one student and platform.
        file: the file's name as the student gave it, without the platform's additions.
        certain: whether there was one reading only.
        reason: where it is uncertain, or not on the roster: why, for a person.
        called: where the roster settled it, the name that the platform's naming has.
        submitted: when it was handed in, as `grader.moments.iso` has it; empty where not known.
        team: who handed it in together; this is then one of them.
        source: where a list of the platform's told so and not the name: what it is called.
    """

    id: str = ""
    name: str = ""
    late: bool = False
    lms: str = ""
    attempt: tuple[int, ...] = ()
    file: str = ""
    certain: bool = True
    reason: str = ""
    called: str = ""
    submitted: str = ""
    team: Team | None = None
    source: str = ""


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MOODLE = re.compile(
    r"(?P<name>[^_]+)_(?P<id>[0-9]{1,20})_assign(?:submission|feedback)_[a-z]+(?:_(?P<file>.*))?",
    re.DOTALL,
)
_GRADESCOPE = re.compile(r"submission_(?P<id>[0-9]{1,20})(?:\.[A-Za-z0-9]{1,5})?")
_BLACKBOARD = re.compile(
    r"(?P<before>.+)_attempt_(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[-T ]"
    r"(?P<clock>[0-9]{2}[-:.][0-9]{2}[-:.][0-9]{2})(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?"
    r"(?:_(?P<file>.+)|\.txt)",
    re.DOTALL,
)
_BRIGHTSPACE = re.compile(
    r"(?P<id>[0-9]{1,20})-[0-9]{1,20} *- +(?P<name>.+?) +- +(?P<month>[A-Z][a-z]{2})[a-z]*\.? "
    r"(?P<day>[0-9]{1,2}), (?P<year>[0-9]{4}) (?P<time>[0-9]{3,4}) ?(?P<half>[AP]M)"
    r"(?: *- +(?P<file>.+))?",
    re.DOTALL,
)
_CANVAS = re.compile(
    r"(?:(?P<late>LATE)_)?(?P<id>[0-9]{1,20})_"
    r"(?:(?P<attempt>[0-9]{1,20})_(?P<file>.+\.\w+)|(?P<kind>text|link)\.html)",
    re.DOTALL,
)
_CANVAS_ANONYMOUS = re.compile(
    r"(?:(?P<late>LATE)_)?anon_(?P<id>[A-Za-z0-9]{1,40})_"
    r"(?:(?P<attempt>[0-9]{1,20})_(?P<file>.+\.\w+)|(?P<kind>text|link)\.html)",
    re.DOTALL,
)
_RESUBMITTED = re.compile(r"(.+)-[0-9]{1,2}(\.\w+)", re.DOTALL)
_YEAR = r"(?:19|20)[0-9]{2}"


def platform_readings(parts: Sequence[str]) -> list[Identity]:
    """The readings under the first platform whose naming it is, from the outermost folder in."""
    if nbgrader := _nbgrader(parts):
        return nbgrader
    last = parts[-1] if parts else ""
    for number, part in enumerate(parts):
        is_file = number == len(parts) - 1 or part.lower().endswith(".zip")
        for reader in (_moodle, _gradescope, _blackboard, _brightspace, _canvas):
            readings = [*reader(part)] if is_file or reader is not _canvas else []
            if readings:
                return [r if r.file else replace(r, file=last) for r in readings]
    return []


def _nbgrader(parts: Sequence[str]) -> list[Identity]:
    """``submitted/<student>/<assignment>/<file>``."""
    if "submitted" not in parts[:-3]:
        return []
    student = parts[parts.index("submitted") + 1]
    return [Identity(student, lms="nbgrader", file=parts[-1])] if stripped(student) else []


def _moodle(text: str) -> Iterator[Identity]:
    """``<name>_<participant>_assignsubmission_file_...``; blind marking says Participant.

    A team's may stand before the name: ``Team 1-Jane Doe``.
    """
    match = _MOODLE.fullmatch(text[:MAX_TEXT])
    words = match["name"].split("-")[:12] if match else []
    for first in range(len(words)):
        name = "-".join(words[first:])
        name = "" if name == "Participant" else name
        if match:
            yield Identity(match["id"], name, lms="moodle", file=match["file"] or "")


def _gradescope(text: str) -> Iterator[Identity]:
    """``submission_<id>``: an id of the submission, since the student is not in the name."""
    if match := _GRADESCOPE.fullmatch(text):
        yield Identity(match["id"], lms="gradescope")


def _blackboard(text: str) -> Iterator[Identity]:
    """``<assignment>_<login>_attempt_<time>_<file>``; both of the first may hold underscores.

    The shortest login comes first; the others are readings only for a roster to confirm.
    """
    match = _BLACKBOARD.fullmatch(text[:MAX_TEXT])
    words = match["before"].split("_") if match else []
    if not match or len(words) < 2:  # noqa: PLR2004 - an assignment and a login
        return
    clock = re.sub("[-.]", ":", match["clock"])
    submitted = iso(f"{match['day']}T{clock}{match['offset'] or ''}")
    attempt = _order(submitted) or tuple(map(int, re.findall("[0-9]+", match["day"] + "-" + clock)))
    found = Identity(lms="blackboard", attempt=attempt, file=match["file"] or "")
    for first in range(len(words) - 1, 0, -1):
        login = "_".join(words[first:])
        if login.strip("_"):
            yield replace(found, id=login, submitted=submitted)


def _order(submitted: str) -> tuple[int, ...]:
    """A time as numbers that can be compared; none for no time."""
    if not submitted:
        return ()
    at = datetime.fromisoformat(submitted)
    at = at if at.tzinfo is None else at.astimezone(UTC)
    return (at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)


def _brightspace(text: str) -> Iterator[Identity]:
    """``<id>-<submission> - <name> - <Mon D, YYYY HMM AM> - <file>``."""
    match = _BRIGHTSPACE.fullmatch(text[:MAX_TEXT])
    month = match["month"].lower() if match else ""
    if not match or month not in _MONTHS:
        return
    hour, minute = divmod(int(match["time"]), 100)
    hour = hour % 12 + (12 if match["half"] == "PM" else 0)
    day = (int(match["year"]), _MONTHS.index(month) + 1, int(match["day"]))
    found = Identity(match["id"], match["name"], lms="brightspace", file=match["file"] or "")
    year, number, date = day
    submitted = iso(f"{year}-{number:02}-{date:02}T{hour:02}:{minute:02}")
    yield replace(found, attempt=(*day, hour, minute), submitted=submitted)


def _canvas(text: str) -> Iterator[Identity]:
    """``<name>_[LATE_]<user>_<attachment>_<file>``, at every underscore where it can be so."""
    text = text[:MAX_TEXT]
    if match := _CANVAS_ANONYMOUS.fullmatch(text):
        yield _canvas_reading("", match)
        return
    for underscore in re.finditer("_", text):
        name, rest = text[: underscore.start()], text[underscore.end() :]
        match = _CANVAS.fullmatch(rest)
        if match and _names_somebody(name) and not _is_date(name, rest):
            yield _canvas_reading(name, match)


def _names_somebody(name: str) -> bool:
    return not name.endswith("_LATE") and bool(stripped(name))


def _is_date(name: str, rest: str) -> bool:
    """Whether the numbers are a year and a month, or the month and the day after a year."""
    is_month = re.match(r"(?:0?[1-9]|1[0-2])_", rest) and re.search(rf"(?:^|_){_YEAR}$", name)
    return bool(is_month or re.match(rf"{_YEAR}_(?:0?[1-9]|1[0-2])_", rest))


def _canvas_reading(name: str, match: re.Match[str]) -> Identity:
    file = match["file"] or ""
    again = _RESUBMITTED.fullmatch(file)
    return Identity(
        match["id"],
        name,
        late=bool(match["late"]),
        lms="canvas",
        attempt=(int(match["attempt"]),) if match["attempt"] else (),
        file=again[1] + again[2] if again else file or f"{match['kind']}.html",
    )
