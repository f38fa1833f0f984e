"""The lists that a download brings along of itself: by whom each of its submissions is, and when.

Gradescope's folders are called ``submission_123``; whose that is stands only in its
``submission_metadata.yml`` (or ``.csv``). What a list does not say clearly is a fault that a person
is told: nobody is guessed from it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from grader.handin import HandIn, Ignored, Listed, Problem, Submitter, read_bytes
from grader.model import GraderError, SubmissionError
from grader.moments import iso
from grader.own_list_yaml import Refused, Tree, entries
from grader.roster_table import table_lines

__all__ = ["read_list", "with_lists"]

_Found = HandIn | Ignored | Problem

_LONGEST = 200
_MOST_TOLD = 10
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "key": ("submissionid", "submission"),
    "name": ("name", "studentname", "fullname"),
    "first": ("firstname",),
    "last": ("lastname",),
    "id": ("sid", "studentid", "id"),
    "email": ("email", "emailaddress"),
    "submitted": ("submissiontime", "createdat", "submittedat"),
}


def read_list(name: str, data: bytes) -> dict[str, Listed]:
    """What a list says, by the key of each submission: ``submission_123``.

    Raises:
        ValueError: it cannot be read as a list; the message says why, for a person.
    """
    if name.lower().endswith(".csv"):
        return _from_table(name, data)
    found: dict[str, Listed] = {}
    for key, tree in entries(data):
        one = _entry(name, tree)
        told_twice = replace(one, submitters=(), fault=f"{name} has {key} twice")
        found[_key(key)] = told_twice if _key(key) in found else one
    return found


def _key(name: str) -> str:
    """The same for ``submission_123``, ``123`` and ``123.pdf``."""
    match = re.fullmatch(r"(?:submission_)?([0-9]{1,20})(?:\.\w{1,5})?", name, re.IGNORECASE)
    return f"submission_{match[1]}" if match else name.casefold()


# --- as YAML ------------------------------------------------------------------------------------


def _entry(name: str, tree: Tree) -> Listed:
    told = tree if isinstance(tree, dict) else {}
    when = told.get("created_at", "")
    when = when.get("utc", "") if isinstance(when, dict) else when
    listed = Listed(name, submitted=iso(when) if isinstance(when, str) else "")
    people = told.get("submitters", [])
    if isinstance(people, Refused):
        return replace(listed, fault=f"{name} gives {people.what} for its submitters")
    if not isinstance(people, list) or not people:
        return replace(listed, fault=f"{name} names no submitters of it")
    found = tuple(_submitter(one) for one in people)
    if any(one is None for one in found):
        return replace(listed, fault=f"{name} has a submitter of it that cannot be read")
    return replace(listed, submitters=tuple(one for one in found if one))


def _submitter(tree: Tree) -> Submitter | None:
    """Somebody with an id, an e-mail or a name; None where it is anything else."""
    told = tree if isinstance(tree, dict) else {}
    texts = [told.get(field, "") for field in ("sid", "name", "email")]
    known = [one if one not in {"~", "null"} else "" for one in texts if isinstance(one, str)]
    is_clear = len(known) == len(texts) and all(len(one) <= _LONGEST for one in known)
    return Submitter(*known) if is_clear and any(known) else None


# --- as a table ---------------------------------------------------------------------------------


def _from_table(name: str, data: bytes) -> dict[str, Listed]:
    """A row a submitter; those with one submission's id handed it in together."""
    try:
        header, *rows = [cells for _, cells in table_lines(name, data) if any(cells)]
    except (GraderError, ValueError):
        raise ValueError("it cannot be read as a table") from None
    titles = [re.sub(r"[\W_]", "", title.casefold()) for title in header]
    places = {
        ours: next((titles.index(one) for one in others if one in titles), len(titles))
        for ours, others in _COLUMNS.items()
    }
    if places["key"] == len(titles):
        raise ValueError("it has no column Submission ID")
    found: dict[str, list[Listed]] = defaultdict(list)
    for cells in rows:
        told = {ours: cells[at].strip() if at < len(cells) else "" for ours, at in places.items()}
        if told["key"]:  # without one: on the list, and nothing handed in
            found[_key(told["key"])].append(_row(name, told))
    return {key: _together(rows_of_one) for key, rows_of_one in found.items()}


def _row(name: str, told: Mapping[str, str]) -> Listed:
    person = {
        "sid": told["id"],
        "name": told["name"] or " ".join(filter(None, (told["first"], told["last"]))),
        "email": told["email"],
    }
    return _entry(name, {"submitters": [person], "created_at": told["submitted"]})


def _together(rows: Sequence[Listed]) -> Listed:
    """The rows of one submission as one."""
    fault = next((row.fault for row in rows if row.fault), "")
    times = {row.submitted for row in rows}
    people = () if fault else tuple(dict.fromkeys(p for row in rows for p in row.submitters))
    return Listed(rows[0].source, people, times.pop() if len(times) == 1 else "", fault)


# --- among what was found -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _List:
    """A list, what it says, or why it cannot be read, and where it lies."""

    place: HandIn
    told: Mapping[str, Listed]
    fault: str = ""

    @property
    def source(self) -> str:
        return PurePosixPath(self.place.name).name

    def key(self, item: HandIn | Problem) -> str:
        """The key under which the list has this; empty where it says nothing of such a thing."""
        folder = self.place.parts[:-1]
        below = item.parts[len(folder) :]
        if item.parts[: len(folder)] != folder or not below or not self._holds(item):
            return ""
        is_folder = len(below) > 1 and re.fullmatch(r"submission_\w+", below[0], re.IGNORECASE)
        return _key(below[0]) if is_folder or _key(below[0]) in self.told else ""

    def _holds(self, item: HandIn | Problem) -> bool:
        """Whether both are in one ZIP or one folder; two of them can have the same name."""
        if not isinstance(item, HandIn):
            return True
        if self.place.members or item.members:
            same = item.path == self.place.path
            return same or (not self.place.members and self.place.path.parent in item.path.parents)
        return self.place.path.parent in item.path.parents

    def of(self, key: str) -> Listed:
        """What it says of a submission."""
        if self.fault:
            return Listed(self.source, fault=f"{self.source} cannot be read: {self.fault}")
        missing = Listed(self.source, fault=f"{self.source} does not have {key}")
        return self.told.get(key, missing)


def with_lists(found: Iterable[_Found]) -> list[_Found]:
    """Each hand-in with what the download's own list says of it.

    A list also says which of its submissions are not here, and why it cannot be read.
    """
    items = [*found]
    lists = [_read(item.content) for item in items if isinstance(item, Ignored) and item.content]
    known = {id(one.place): one for one in lists}
    seen: dict[int, set[str]] = defaultdict(set)
    result: list[_Found] = []
    for item in items:
        keyed = [] if isinstance(item, Ignored) else [(o, o.key(item)) for o in lists]
        keyed = [(one, key) for one, key in keyed if key]
        for one, key in keyed:
            seen[id(one)].add(key)
        result.append(_listed(item, keyed) if keyed else item)
    return [_with_absent(item, known, seen) for item in result] if lists else result


def _read(place: HandIn) -> _List:
    try:
        return _List(place, read_list(PurePosixPath(place.name).name, read_bytes(place)))
    except SubmissionError as error:
        return _List(place, {}, error.message)
    except ValueError as error:
        return _List(place, {}, str(error))


def _listed(item: _Found, keyed: Sequence[tuple[_List, str]]) -> _Found:
    """With what the lists say; where two of them contradict each other, with that."""
    told = [one.of(key) for one, key in keyed]
    clear = [one for one in told if not one.fault] or told[:1]
    first = clear[0]
    if any({*map(_who, one.submitters)} != {*map(_who, first.submitters)} for one in clear[1:]):
        names = " and ".join(dict.fromkeys(one.source for one in clear))
        first = replace(first, submitters=(), fault=f"{names} name other submitters of it")
    return item if isinstance(item, Ignored) else replace(item, listed=first)


def _who(submitter: Submitter) -> str:
    return (submitter.id or submitter.email or submitter.name).casefold()


def _with_absent(item: _Found, lists: Mapping[int, _List], seen: Mapping[int, set[str]]) -> _Found:
    """A list also tells why it could not be read, or whose submissions are not here."""
    one = lists.get(id(item.content)) if isinstance(item, Ignored) and item.content else None
    if one is None or not isinstance(item, Ignored):
        return item
    if one.fault:
        return replace(item, reason=f"{item.reason}; it cannot be read: {one.fault}")
    absent = [key for key in one.told if key not in seen[id(one)]]
    if not absent:
        return item
    told = [f"{key} ({_people(one.told[key])})" for key in absent[:_MOST_TOLD]]
    more = f" and {len(absent) - _MOST_TOLD} more" if len(absent) > _MOST_TOLD else ""
    return replace(item, reason=f"{item.reason}; not here are {', '.join(told)}{more}")


def _people(listed: Listed) -> str:
    told = (" ".join(filter(None, (one.id, one.name))) or one.email for one in listed.submitters)
    return ", ".join(told) or "nobody named"
