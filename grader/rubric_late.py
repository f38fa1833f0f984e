"""The section ``late`` of a rubric: what handing in late costs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from grader import rubric_fields as read
from grader.lateness import DAY, UNITS, LatePolicy
from grader.model import Rubric
from grader.moments import EXAMPLE, NotAMomentError, moment, spell
from grader.points import shown
from grader.rubric_yaml import (
    Notes,
    Refused,
    Scalar,
    Table,
    Tree,
    fields,
    found,
    listing,
    parse,
    suggestion,
)

__all__ = ["LATE_KEYS", "describe_late", "late_terms", "read_deadline", "read_late"]

LATE_KEYS = (
    *("per", "share", "points", "count", "grace", "cap", "zero_after", "free_days", "days_off"),
    "zone",
)
_COUNTS = ("started", "full")
_MOST_DAYS = 365

_SPELL = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*([A-Za-z]+)", re.ASCII)
_DATE = re.compile(r"(19[7-9]\d|2\d{3})-\d\d-\d\d", re.ASCII)
_LENGTHS = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), **UNITS}
_WORDS = {word: spell for name, spell in _LENGTHS.items() for word in (name, f"{name}s")}
_TOO_LONG = 3660 * DAY


def read_late(tree: Tree | None, notes: Notes) -> LatePolicy | None:
    """The policy; None where there is none, or a mistake in it."""
    if tree is None:
        return None
    before = len(notes.mistakes)
    values = fields(tree, "late", LATE_KEYS, ("per",), notes)
    per = read.choice(values.get("per"), "late: per", tuple(UNITS), notes)
    count = read.choice(values.get("count"), "late: count", _COUNTS, notes)
    share = read.share(values.get("share"), "late: share", notes)
    points = read.points(values.get("points"), "late: points", notes)
    _check_rate(tree, values, notes)
    take_cap = read.share if "share" in values else read.points
    grace = _spell(values.get("grace"), "late: grace", notes)
    zero_after = _spell(values.get("zero_after"), "late: zero_after", notes)
    if grace is not None and zero_after is not None and zero_after < grace:
        notes.add(values["zero_after"].line, "late: zero_after is shorter than grace")
    policy = LatePolicy(
        per=_per(per),
        share=share or Fraction(0),
        points=points or Fraction(0),
        grace=grace or timedelta(0),
        cap=take_cap(values.get("cap"), "late: cap", notes),
        zero_after=zero_after,
        free_days=Fraction(
            read.whole(values.get("free_days"), "late: free_days", 0, _MOST_DAYS, notes) or 0
        ),
        days_off=_days_off(values.get("days_off"), notes),
        count="full" if count == "full" else "started",
        zone=_zone(values.get("zone"), notes),
    )
    return policy if len(notes.mistakes) == before else None


def _per(word: str | None) -> Literal["day", "hour"]:
    return "hour" if word == "hour" else "day"


def _check_rate(tree: Tree, values: Mapping[str, Tree], notes: Notes) -> None:
    """A policy takes off a share or points, one of the two."""
    rates = [key for key in ("share", "points") if key in values]
    if len(rates) > 1:
        notes.add(values["points"].line, "late: share and points both stand here; keep one")
    elif not rates and isinstance(tree, Table):
        told = "share (of the score) or points is missing: what each day or hour takes off"
        notes.add(tree.line, f"late: {told}")


# --- spells, dates and zones --------------------------------------------------------------------


def _spell(tree: Tree | None, what: str, notes: Notes) -> timedelta | None:
    """A length of time such as ``30 minutes``."""
    if tree is None or isinstance(tree, Refused):
        return None
    match = _SPELL.fullmatch(tree.text) if isinstance(tree, Scalar) else None
    if match is None:
        told = "expected a time such as 30 minutes, 12 hours or 5 days"
        notes.add(tree.line, f"{what}: {told}, found {found(tree)}")
        return None
    number, word = match.groups()
    if word not in _WORDS:
        notes.add(tree.line, f"{what}: {word!r} is no unit; {suggestion(word, tuple(_WORDS))}")
        return None
    seconds = Fraction(number) * int(_WORDS[word].total_seconds())
    spell = timedelta(microseconds=round(seconds * 1_000_000))
    if spell > _TOO_LONG:
        notes.add(tree.line, f"{what}: {tree.text} is longer than ten years")  # type: ignore[union-attr]
    return spell


def _days_off(tree: Tree | None, notes: Notes) -> frozenset[date]:
    what = "late: days_off"
    days: list[date] = []
    for item in listing(tree, what, notes) or ():
        day = _day(item, what, notes)
        if day in days:
            notes.add(item.line, f"{what}: {day} is listed twice")
        days += [day] if day else []
    return frozenset(days)


def _day(tree: Tree, what: str, notes: Notes) -> date | None:
    written = tree.text if isinstance(tree, Scalar) else ""
    try:
        if _DATE.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass  # 2024-02-30 looks like a date
    if not isinstance(tree, Refused):
        notes.add(tree.line, f"{what}: expected a date such as 2024-04-13, found {found(tree)}")
    return None


def _zone(tree: Tree | None, notes: Notes) -> ZoneInfo | None:
    name = read.text(tree, "late: zone", notes)
    if name is None or tree is None:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # what it raises differs from name to name
        from zoneinfo import available_timezones  # noqa: PLC0415  # reads a folder; only mistakes

        told = suggestion(name, sorted(available_timezones()))
        near = told if told.startswith("did") else "write one such as America/New_York"
        notes.add(tree.line, f"late: zone: {name!r} is not known here; {near}")
        return None


def read_deadline(
    due: Tree | None, section: Tree | None, policy: LatePolicy | None, notes: Notes
) -> datetime | None:
    """The deadline that a policy counts from; it needs a time of day, and where that is."""
    if section is None:
        return None
    if due is None:
        notes.add(section.line, f"late: due is missing; it needs the deadline, such as {EXAMPLE}")
        return None
    if policy is None or not isinstance(due, Scalar):
        return None  # told already
    try:
        return moment(due.text, policy.zone)
    except NotAMomentError as error:
        notes.add(due.line, f"due: {error}; late needs one instant to count from")
        return None


def late_terms(data: bytes) -> tuple[LatePolicy | None, datetime | None]:
    """The policy and the deadline in a rubric's YAML; None for what is not there, or mistaken."""
    notes = Notes("")
    tree = parse(data, notes)
    values = {entry.key: entry.value for entry in tree.entries} if isinstance(tree, Table) else {}
    policy = read_late(values.get("late"), notes)
    return policy, read_deadline(values.get("due"), values.get("late"), policy, notes)


# --- in words -----------------------------------------------------------------------------------


def describe_late(rubric: Rubric) -> str:
    """The policy in a sentence, for whoever wrote it; empty where there is none."""
    late = rubric.late
    if late is None:
        return ""
    rate = (
        f"{shown(100 * late.share)}% of the score" if late.share else f"{shown(late.points)} points"
    )
    bound = f"{shown(100 * (late.cap or Fraction(0)))}%" if late.share else shown(late.cap)
    parts = (
        f"{rate} off per {late.count} {late.per}",
        f"at most {bound}" if late.cap is not None else "",
        f"{spell(late.grace)} of grace" if late.grace else "",
        f"nothing left after {spell(late.zero_after)}" if late.zero_after is not None else "",
        f"{shown(late.free_days)} free days" if late.free_days else "",
        f"{len(late.days_off)} days off" if late.days_off else "",
    )
    return f"Late: {', '.join(part for part in parts if part)}."
