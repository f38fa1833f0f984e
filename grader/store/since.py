"""What people decided since the last run, which its results do not have yet."""

from __future__ import annotations

from pathlib import Path

from grader.store.database import FILE, StoreError, opened
from grader.store.history import Entry

__all__ = ["decided_since"]

_DECIDED = frozenset({"override", "withdraw", "decide", "undo"})
_MOST_NAMED = 10


def decided_since(folder: Path) -> tuple[str, ...]:
    """That results are older than what was decided about somebody; a sentence, or none.

    Args:
        folder: of the results; where no store lies beside them, nothing is known.
    """
    if not (folder / FILE).is_file():
        return ()
    try:
        who = _who(folder / FILE)
    except StoreError as error:
        return (f"whether something was decided since is not known: {error}",)
    if not who:
        return ()
    more = f" and {len(who) - _MOST_NAMED} more" if len(who) > _MOST_NAMED else ""
    named = ", ".join(who[:_MOST_NAMED])
    return (f"decided since, and not in these results: {named}{more}; `grade` writes it there",)


def _who(file: Path) -> tuple[str, ...]:
    """About whom something was decided or withdrawn behind the last run's entry; each id once."""
    with opened(str(file), is_new=False).transaction() as session:
        rows = session.run(
            "SELECT number, before, student, entry, digest FROM history WHERE number > "
            "(SELECT COALESCE(MAX(number), 0) FROM history WHERE student = '') ORDER BY number"
        )
    found = (Entry(*row) for row in rows)
    return tuple(dict.fromkeys(one.student for one in found if one.told.get("what") in _DECIDED))
