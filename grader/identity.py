"""Whose a file is, as far as its name and its folders tell.

Learning platforms write the student into the names of what they hand out; people do so too, in
their own ways. Every way in which a name can be read is a reading. Where there is a roster, the
readings that mean nobody on it fall away. One that is left is used; of several none is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.model import Student

__all__ = ["Candidates", "Identity", "identify"]


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
    """

    id: str = ""
    name: str = ""
    late: bool = False
    lms: str = ""
    attempt: tuple[int, ...] = ()
    file: str = ""
    certain: bool = True
    reason: str = ""


Candidates = Callable[[Identity], Sequence[Student]]
"""Who on the roster a reading may mean."""

_MAX_TEXT = 300  # names longer than file systems allow are not taken apart


def identify(parts: Sequence[str], candidates: Candidates | None = None) -> Identity:
    """Whose a file is.

    Args:
        parts: names of its folders, outermost first, and its own, as in `HandIn.parts`.
        candidates: who on the roster a reading may mean; None where there is no roster.
    """
    readings = _platform(parts)
    alone = _alone(readings) if readings else _plain(parts)
    if candidates is None:
        return alone
    texts = [_stem(reading.file) for reading in readings] if readings else _stems(parts)
    for tier in (readings, _whole_names(texts), _pieces(texts)):
        found = {s.id: (reading, s) for reading in reversed([*tier]) for s in candidates(reading)}
        if found:
            return _settled(found, alone)
    return replace(alone, reason=alone.reason or f"nobody on the roster is {_told(alone)}")


def _alone(readings: Sequence[Identity]) -> Identity:
    if len(readings) == 1 or readings[0].lms == "blackboard":
        return readings[0]
    told = " or ".join(map(_told, readings))
    reason = f"the file's name can mean {told}; a roster would tell"
    return replace(readings[0], id="", name="", attempt=(), file="", certain=False, reason=reason)


def _settled(found: Mapping[str, tuple[Identity, Student]], alone: Identity) -> Identity:
    if len(found) == 1:
        ((reading, student),) = found.values()
        base = alone if alone.lms and alone.certain else reading
        return replace(base, id=student.id, name=student.name, certain=True, reason="")
    told = " or ".join(sorted(f"{s.id} ({s.name})" if s.name else s.id for _, s in found.values()))
    reason = f"the file's name can mean {told}; rename the file, or state the student in it"
    return replace(alone, id="", name="", certain=False, reason=reason)


def _told(identity: Identity) -> str:
    names = dict.fromkeys(text for text in (identity.id, identity.name) if text)
    return " / ".join(names) or "named in the file's name"


# --- platforms ----------------------------------------------------------------------------------

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MOODLE = re.compile(
    r"(?P<name>[^_]+)_(?P<id>[0-9]{1,20})_assign(?:submission|feedback)_[a-z]+(?:_(?P<file>.*))?",
    re.DOTALL,
)
_GRADESCOPE = re.compile(r"submission_(?P<id>[0-9]{1,20})(?:\.[A-Za-z0-9]{1,5})?")
_BLACKBOARD = re.compile(
    r"(?P<before>.+)_attempt_(?P<at>[0-9]{4}(?:-[0-9]{2}){5})(?:_(?P<file>.+)|\.txt)", re.DOTALL
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


def _platform(parts: Sequence[str]) -> list[Identity]:
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
    return [Identity(student, lms="nbgrader", file=parts[-1])] if _stripped(student) else []


def _moodle(text: str) -> Iterator[Identity]:
    """``<name>_<participant>_assignsubmission_file_...``; blind marking says Participant."""
    if match := _MOODLE.fullmatch(text[:_MAX_TEXT]):
        name = "" if match["name"] == "Participant" else match["name"]
        yield Identity(match["id"], name, lms="moodle", file=match["file"] or "")


def _gradescope(text: str) -> Iterator[Identity]:
    """``submission_<id>``: an id of the submission, since the student is not in the name."""
    if match := _GRADESCOPE.fullmatch(text):
        yield Identity(match["id"], lms="gradescope")


def _blackboard(text: str) -> Iterator[Identity]:
    """``<assignment>_<login>_attempt_<time>_<file>``; both of the first may hold underscores.

    The shortest login comes first; the others are readings only for a roster to confirm.
    """
    match = _BLACKBOARD.fullmatch(text[:_MAX_TEXT])
    words = match["before"].split("_") if match else []
    if not match or len(words) < 2:  # noqa: PLR2004 - an assignment and a login
        return
    attempt = tuple(map(int, match["at"].split("-")))
    for first in range(len(words) - 1, 0, -1):
        login = "_".join(words[first:])
        if login.strip("_"):
            yield Identity(login, lms="blackboard", attempt=attempt, file=match["file"] or "")


def _brightspace(text: str) -> Iterator[Identity]:
    """``<id>-<submission> - <name> - <Mon D, YYYY HMM AM> - <file>``."""
    match = _BRIGHTSPACE.fullmatch(text[:_MAX_TEXT])
    month = match["month"].lower() if match else ""
    if not match or month not in _MONTHS:
        return
    hour, minute = divmod(int(match["time"]), 100)
    hour = hour % 12 + (12 if match["half"] == "PM" else 0)
    day = (int(match["year"]), _MONTHS.index(month) + 1, int(match["day"]))
    found = Identity(match["id"], match["name"], lms="brightspace", file=match["file"] or "")
    yield replace(found, attempt=(*day, hour, minute))


def _canvas(text: str) -> Iterator[Identity]:
    """``<name>_[LATE_]<user>_<attachment>_<file>``, at every underscore where it can be so."""
    text = text[:_MAX_TEXT]
    if match := _CANVAS_ANONYMOUS.fullmatch(text):
        yield _canvas_reading("", match)
        return
    for underscore in re.finditer("_", text):
        name, rest = text[: underscore.start()], text[underscore.end() :]
        match = _CANVAS.fullmatch(rest)
        if match and _names_somebody(name) and not _is_date(name, rest):
            yield _canvas_reading(name, match)


def _names_somebody(name: str) -> bool:
    return not name.endswith("_LATE") and bool(_stripped(name))


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


# --- plain names --------------------------------------------------------------------------------

_SEPARATOR = r"[\s_.,()\-]"
_WORK = (
    r"(?:(?:hw|homework|assignment|assign|asgn|ps|pset|problem|prob|task|part|question|exercise)"
    rf"(?:{_SEPARATOR}?[0-9]{{1,2}}[a-z]?)?|(?:q|ex|v)[0-9]{{1,2}}|p[1-9]"
    r"|answers?|solutions?|submissions?|submitted|responses?|results?|templates?|sheet|final|draft"
    r"|copy|new|uploads?|downloads?|students?|class|data|files?|gan|autoencoder|forward|gradients?)"
)
_BEFORE = re.compile(rf"{_WORK}(?:{_SEPARATOR}+|$)", re.IGNORECASE)
_AFTER = re.compile(  # or the number that a browser adds to a second download
    rf"(?:(?:^|{_SEPARATOR}){_SEPARATOR}*{_WORK}| *\([0-9]{{1,2}}\))$", re.IGNORECASE
)
_ID_AND_NAME = re.compile(
    r"(?P<id>[A-Za-z]{0,4}[0-9]{2,}[A-Za-z0-9]*) +[-–] +(?P<name>[^\W\d][^\d]*)"
    r"|(?P<name2>[^\W\d][^\d]*?) +(?:[-–] +|\()(?P<id2>[A-Za-z]{0,4}[0-9]{2,}[A-Za-z0-9]*)\)?"
)


def _plain(parts: Sequence[str]) -> Identity:
    """The file's own name, or that of the nearest folder that is more than ``hw6``."""
    file = parts[-1] if parts else ""
    for text in reversed(_stems(parts)):
        if kept := _stripped(text):
            return replace(_id_and_name(kept), file=file)
    fallback = _stems(parts)[-1] if parts else ""
    reason = "neither the file's name nor its folder says whose it is; state the student in it"
    return Identity(fallback, file=file, certain=False, reason=reason)


def _stem(file: str) -> str:
    """A file's name without its ending."""
    return re.sub(r"(?<=.)\.\w{1,8}$", "", file).strip()


def _stems(parts: Sequence[str]) -> list[str]:
    """The names of folders as they are, of files (a student's ZIP is both) without the ending."""
    folders = [_stem(p) if p.lower().endswith(".zip") else p.strip() for p in parts[:-1]]
    return [*folders, *map(_stem, parts[-1:])]


def _stripped(text: str) -> str:
    """The text without what says which homework it is: ``hw6_s1001`` is ``s1001``."""
    if len(text) > _MAX_TEXT:
        return text
    while match := _AFTER.search(text):
        text = text[: match.start()]
    while match := _BEFORE.match(text):
        text = text[match.end() :]
    return text.strip(" _-.,")


def _id_and_name(text: str) -> Identity:
    """``1001 - Jane Doe`` and ``Jane Doe (1001)`` have both; anything else is an id."""
    match = _ID_AND_NAME.fullmatch(text) if len(text) <= _MAX_TEXT else None
    if not match:
        return Identity(text)
    return Identity(match["id"] or match["id2"], (match["name"] or match["name2"]).strip())


def _whole_names(texts: Iterable[str]) -> Iterator[Identity]:
    """Each name as a whole: as an id, as a name, or as both."""
    for text in texts:
        for version in dict.fromkeys((text, _stripped(text))):
            if version:
                yield Identity(version, re.sub(r"[_.\s]+", " ", version))
                both = _id_and_name(version)
                yield from [both] if both.name else []


def _pieces(texts: Iterable[str], most_words: int = 12, longest_run: int = 4) -> Iterator[Identity]:
    """Every few words in a row within each name."""
    for text in texts:
        words = [word for word in re.split(rf"{_SEPARATOR}+", text[:_MAX_TEXT]) if word]
        words = words[:most_words]
        for first in range(len(words)):
            for end in range(first + 1, min(first + longest_run, len(words)) + 1):
                run = " ".join(words[first:end])
                yield Identity(run, run)
