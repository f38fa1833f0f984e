"""Times as they are written: ISO 8601, with an offset from UTC or in a zone that is named."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

__all__ = ["EXAMPLE", "NotAMomentError", "iso", "moment", "shown_moment", "spell"]

EXAMPLE = "2024-04-16T23:59:00-04:00"

_WRITTEN = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<clock>\d\d:\d\d(:\d\d([.]\d{1,6})?)?)"
    r"\s*(?P<offset>Z|UTC|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_YEARS = range(1970, 3000)  # what is beyond them is a slip of the pen, and cannot be reckoned with


class NotAMomentError(ValueError):
    """A time that cannot be taken for one instant; the message says why."""


def moment(written: str, zone: tzinfo | None) -> datetime:
    """The instant that is meant; without an offset it is the time that clocks of ``zone`` show.

    Raises:
        NotAMomentError: it is no time, names no offset where there is no zone, or is one that the
            zone's clocks skip or show twice.
    """
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        raise NotAMomentError(f"expected a date and a time such as {EXAMPLE}, found {written!r}")
    offset = (match["offset"] or "").replace("UTC", "Z")
    try:
        found = datetime.fromisoformat(f"{match['day']}T{match['clock']}{offset}")
    except ValueError as error:
        raise NotAMomentError(f"{written} is no time: {error}") from None
    if found.year not in _YEARS:
        raise NotAMomentError(f"{written}: the year {found.year} cannot be meant")
    return found if offset else _shown_once(found, written, zone)


def _shown_once(clock: datetime, written: str, zone: tzinfo | None) -> datetime:
    """What a zone's clocks show, where they show it exactly once."""
    if zone is None:
        raise NotAMomentError(f"{written} has no offset from UTC; write it as in {EXAMPLE}")
    first, second = (clock.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.replace(tzinfo=timezone(first.utcoffset() or timedelta(0)))
    skipped = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != clock
    told = "are put forward over this hour" if skipped else "show this hour twice"
    raise NotAMomentError(f"{written}: clocks there {told}; write the offset, as in {EXAMPLE}")


def iso(written: str) -> str:
    """A time in ISO 8601, without an offset where none was written; empty where it is none.

    >>> iso("2024-04-16 23:59:00.430229000 Z"), iso("2024-04-16 23:59"), iso("soon")
    ('2024-04-16T23:59:00.430229+00:00', '2024-04-16T23:59:00', '')
    """
    written = re.sub(r"(?<=[.]\d{6})\d{1,6}", "", written.strip()[:80])  # Ruby writes nanoseconds
    try:
        found = moment(written, UTC)
    except NotAMomentError:
        return ""
    match = _WRITTEN.fullmatch(written)
    has_offset = match is not None and match["offset"]
    return (found if has_offset else found.replace(tzinfo=None)).isoformat()


# --- in words -----------------------------------------------------------------------------------


def spell(time: timedelta) -> str:
    """A length of time by its units, the largest first and at most two of them.

    >>> spell(timedelta(days=1, hours=2, minutes=5)), spell(timedelta(minutes=30))
    ('1 day 2 hours', '30 minutes')
    """
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    counts = ((days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    told = [f"{n} {unit}" if n == 1 else f"{n} {unit}s" for n, unit in counts if n]
    return " ".join(told[:2]) or "less than a second"


def shown_moment(time: datetime) -> str:
    """As people read it, with its offset: ``2024-04-16 23:59 -0400``."""
    return f"{time:%Y-%m-%d %H:%M %z}"
