"""Whose row is whose: results and the rows of a file, by id, login, e-mail and exact name."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.exports.alike import suggester
from grader.exports.platform import Cells, Platform, bare
from grader.exports.results import Result
from grader.roster import RosterStudent, same_name

__all__ = ["Joined", "Person", "join", "person"]

KINDS = ("id", "lms_id", "login", "email", "name")
_NO_ROW = "the file has no row for this student"
_MOST_SUGGESTED = 50  # a whole class of another course is told in one glance


@dataclass(frozen=True, slots=True)
class Person:
    """A student's row: its number in the file, its cells, and what tells who it is."""

    row: int
    cells: Cells
    keys: Mapping[str, frozenset[str]]
    name: str
    id: str

    @property
    def who(self) -> str:
        """For a message: ``s1001 (Doe, Jane)``."""
        return f"{self.id} ({self.name})" if self.id and self.name else self.id or self.name or "?"

    @property
    def listed(self) -> RosterStudent:
        """As a class list has one."""
        login, email = (next(iter(self.keys[kind]), "") for kind in ("login", "email"))
        return RosterStudent(self.id, self.name, email=email, login=login)


@dataclass(frozen=True, slots=True)
class Joined:
    """Pairs; results without a row and why; rows that have no result."""

    pairs: tuple[tuple[Result, Person], ...]
    apart: tuple[tuple[Result, str], ...]
    rows: tuple[Person, ...]


def person(platform: Platform, row: int, cells: Cells) -> Person:
    """The student of a row."""
    found = {
        kind: [bare(cells[heading]) for heading in headings if bare(cells.get(heading, ""))]
        for kind, headings in platform.known.items()
    }
    first, last = (next(iter(found.get(kind, ())), "") for kind in ("first", "last"))
    names = [*found.get("name", ()), *([f"{last}, {first}"] if first and last else [])]
    keys = {kind: frozenset(map(_key, found.get(kind, ()))) for kind in KINDS[:-1]}
    keys["lms_id"] = frozenset(key.removeprefix("participant ") for key in keys["lms_id"])
    keys["name"] = frozenset(filter(None, map(_name_key, names)))
    ids = (text for kind in ("id", "login", "email", "lms_id") for text in found.get(kind, ()))
    return Person(row, cells, keys, next(iter(names), ""), next(ids, ""))


def join(results: Sequence[Result], people: Sequence[Person]) -> Joined:
    """Each result with the one row that is its student's.

    Who fits several rows, or shares a row with another result, is left for a person.
    """
    index = _index(people)
    there = {key for one in people for key in _as_worn(one)}
    same_ids = any(_worn(result.id) & there for result in results)
    found = [_found(result, index, same_ids=same_ids) for result in results]
    claims: dict[int, list[Result]] = defaultdict(list)
    for result, (one, _) in zip(results, found, strict=True):
        if one is not None:
            claims[one.row].append(result)
    pairs, apart = [], []
    for result, (one, why) in zip(results, found, strict=True):
        if one is None:
            apart.append((result, why))
        elif len(claims[one.row]) > 1:
            apart.append((result, f"{len(claims[one.row])} results fit the row of {one.who}"))
        else:
            pairs.append((result, one))
    left = tuple(one for one in people if one.row not in claims)
    return Joined(tuple(pairs), tuple(_with_hints(apart, left)), left)


def _with_hints(
    apart: Sequence[tuple[Result, str]], left: Sequence[Person]
) -> Iterator[tuple[Result, str]]:
    """Who has no row, with the rows without a result that look like theirs."""
    told = suggester([one.listed for one in left])
    lost = [result for result, why in apart if why == _NO_ROW][:_MOST_SUGGESTED]
    wanted = set(map(id, lost))
    for result, why in apart:
        yield result, why + (told(result) if id(result) in wanted else "")


_Index = Mapping[str, Mapping[str, Sequence[Person]]]


def _index(people: Sequence[Person]) -> _Index:
    index: dict[str, dict[str, list[Person]]] = {kind: defaultdict(list) for kind in KINDS}
    for one in people:
        for kind, keys in one.keys.items():
            for key in keys:
                index[kind][key].append(one)
    return index


def _found(result: Result, index: _Index, *, same_ids: bool) -> tuple[Person | None, str]:
    """The row of a result, or why there is none; the first kind that fits anybody decides."""
    for kind in KINDS:
        fitting = _fits(result, kind, index)
        if len(fitting) > 1:
            return None, f"{len(fitting)} rows fit by {kind.replace('lms_', 'platform ')}"
        if fitting:
            why = _contradiction(result, fitting[0], kind, same_ids=same_ids)
            why = why or _named_elsewhere(result, fitting[0], kind, index)
            return (None, why) if why else (fitting[0], "")
    return None, _NO_ROW


def _fits(result: Result, kind: str, index: _Index) -> Sequence[Person]:
    rows = {one.row: one for key in _keys(result, kind) for one in index[kind].get(key, ())}
    return tuple(rows.values())


def _keys(result: Result, kind: str) -> Iterator[str]:
    """What a result's student may stand under; one's id may be a login, an e-mail, a number."""
    if kind == "name":
        yield from filter(None, [_name_key(result.name)])
        return
    own = _key(getattr(result, kind))
    yield from filter(None, [own])
    if kind != "lms_id" or not own:
        yield from filter(None, [_key(result.id)])


def _contradiction(result: Result, one: Person, kind: str, *, same_ids: bool) -> str:
    """Why a row that fits is somebody else's after all; empty where nothing speaks against it.

    A platform's number may by chance be another student's id, and two students may have one name.
    """
    if kind == "lms_id" and not result.lms_id and result.name and one.name:
        known = same_name(result.name, one.name)
        return "" if known else f"the row with that number is that of {one.who}"
    other = kind == "name" and same_ids and result.id and one.keys["id"]
    worn = _as_worn(one) & _worn(result.id)
    return f"only the name fits, and the id differs: {one.who}" if other and not worn else ""


def _named_elsewhere(result: Result, one: Person, kind: str, index: _Index) -> str:
    """That the name stands in another row than the id: one of the two is somebody else's.

    So it is where a column of ids was sorted by itself.
    """
    named = _fits(result, "name", index)
    if not named or one.row in {other.row for other in named}:
        return ""
    told = kind.replace("lms_", "platform ")
    return f"the {told} fits the row of {one.who}, the name that of {named[0].who}"


def _as_worn(one: Person) -> frozenset[str]:
    """The ids of a row as `_worn` has them."""
    return frozenset(key.lstrip("0").replace(",", ".") for key in one.keys["id"])


def _worn(text: str) -> frozenset[str]:
    """What spreadsheets make of an id: without its leading zeros, or ``6.60e+08``."""
    left = _key(text).lstrip("0")
    is_number = left.isascii() and left.isdigit()
    short = (f"{float(left):.{places}e}" for places in range(7)) if is_number else ()
    return frozenset(filter(None, [left, *short]))


def _key(text: str) -> str:
    return text.strip().casefold()


def _name_key(name: str) -> str:
    """``Doe, Jane`` and ``Jane  doe`` are one name; accents and all letters count."""
    last, comma, first = name.partition(",")
    turned = f"{first} {last}" if comma and "," not in first else name
    return " ".join(unicodedata.normalize("NFC", turned).casefold().split())
