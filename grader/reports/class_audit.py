"""What the class report finds worth a look: shared wrong answers, and signs against the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from grader import key_audit, shared_answers
from grader.key_audit import Missed, Popular, PopularEntry
from grader.model import Report, Rubric
from grader.reports.pictures import Picture, Series, compared
from grader.reports.shown import entry_names, number_text
from grader.reports.wording import finding_title
from grader.shared_answers import Shared, SharedEntry

__all__ = [
    "KEY_NOTE",
    "SHARED_NOTE",
    "entry_text",
    "found_here",
    "key_signs",
    "missed_picture",
    "missed_sentence",
    "popular_sentence",
    "shared_rows",
]

SHARED_NOTE = (
    "Wrong values that several students have in common to the last digit, and that no finding "
    "explains. It can be a misprint in the key, a misread assignment, work in a group, or copying; "
    "the numbers do not tell which. One value can be chance; many are hardly. "
    f"Told from {shared_answers.STUDENTS} students on who share {shared_answers.DIGITS} "
    f"significant digits, and from more on who share {shared_answers.DIGITS_OF_MORE} (all shared "
    "values together, equal ones once); a moved decimal point and a changed sign alone do not "
    "count."
)

KEY_NOTE = (
    "Signs that the key may be wrong, or the assignment unclear. A hard item and a common mistake "
    "look the same, so look before changing anything. The best are the quarter with the largest "
    "share of all other points, and who ties with them; an item is named where at least "
    f"{key_audit.STUDENTS} of them lost points in it, no smaller a share than of the rest, and "
    "these are half of the best or more than chance gives (hypergeometric, "
    f"{key_audit.CHANCE:.0%}); with fewer than {key_audit.ANSWERED} answers no item is. A wrong "
    f"answer is named where at least {key_audit.STUDENTS} students share it within the item's "
    "tolerance, and more than have it right."
)

_MOST_GROUPS = 30
_MOST_ENTRIES = 12
_MOST_NAMED = 40


# --- shared wrong answers -----------------------------------------------------------------------


def shared_rows(
    groups: Sequence[Shared], links: Mapping[int, str]
) -> tuple[list[dict[str, object]], int]:
    """The first groups for the template, and how many more there are.

    ``links`` has the address of each report's page by the report's `id`.
    """
    rows: list[dict[str, object]] = [
        {
            "students": [(_name(r), links[id(r)]) for r in group.reports[:_MOST_NAMED]],
            "unnamed": max(0, len(group.reports) - _MOST_NAMED),
            "entries": [entry_text(entry) for entry in group.entries[:_MOST_ENTRIES]],
            "more": max(0, len(group.entries) - _MOST_ENTRIES),
            "count": len(group.entries),
        }
        for group in groups[:_MOST_GROUPS]
    ]
    return rows, max(0, len(groups) - _MOST_GROUPS)


def _name(report: Report) -> str:
    return report.student.name or report.student.id or report.file or "unknown"


def found_here(entry: SharedEntry) -> str:
    """The entry with its problem: ``gan.h0[1]``."""
    return entry_names(entry.key, [entry.index])


def entry_text(entry: SharedEntry) -> str:
    """``gan.h0[1]: 1.14 (key: 1.4)``; a formula without the key's."""
    key = "" if entry.expected is None else f" (key: {number_text(entry.expected)})"
    return f"{found_here(entry)}: {entry.text}{key}"


# --- signs against the key ----------------------------------------------------------------------


def key_signs(reports: Sequence[Report], rubric: Rubric) -> list[str]:
    """One sentence a sign; none where nothing speaks against the key."""
    odd = [row for row in key_audit.best_and_rest(reports, rubric) if row.is_odd]
    popular = key_audit.popular_answers(reports, rubric)
    return [*map(missed_sentence, odd), *map(popular_sentence, popular)]


def missed_sentence(row: Missed) -> str:
    """``gan.h2: 9 of the best 12 (75 %) lost points in it, and 10 of the other 28 (36 %).``"""
    return (
        f"{row.key}: {row.best_missed} of the best {row.best} ({_percent(row.best_share)}) lost "
        f"points in it, and {row.rest_missed} of the other {row.rest} "
        f"({_percent(row.rest_share)})."
    )


def popular_sentence(found: Popular) -> str:
    """The answers that more share than have right, entry by entry, and what findings say of it."""
    shown = "; ".join(map(_popular_entry, found.entries[:_MOST_ENTRIES]))
    more = len(found.entries) - _MOST_ENTRIES
    rest = f"; and {more} more entries" if more > 0 else ""
    return f"{found.key}: {shown}{rest}. {_explanation(found)}"


def _popular_entry(entry: PopularEntry) -> str:
    at = f"entry [{','.join(map(str, entry.index))}], " if entry.index else ""
    key = "the key" if entry.expected is None else f"the key's {number_text(entry.expected)}"
    return f"{at}{entry.students} students have {entry.text}, and {entry.right} agree with {key}"


def _explanation(found: Popular) -> str:
    if not found.codes:
        return "No finding explains it."
    told = ", ".join(f"{finding_title(code).lower()} ({n})" for code, n in found.codes)
    return f"Findings among these students: {told}."


def missed_picture(reports: Sequence[Report], rubric: Rubric) -> list[Picture]:
    """Who misses each item: the best and the rest; none for a class too small to tell."""
    rows = key_audit.best_and_rest(reports, rubric)
    if not rows:
        return []
    series = (
        Series("the best", _percents(row.best_share for row in rows), "#0072B2"),
        Series("the rest", _percents(row.rest_share for row in rows), "#E69F00", "//"),
    )
    says = "Percent of the best and of the rest who lost points in each item; the table has them"
    labels = [f"{row.key} (look)" if row.is_odd else row.key for row in rows]
    return [
        Picture(
            "Who misses an item",
            "Percent who lost points in an item that they answered. The best: the quarter with the "
            "largest share of all other points, and who ties with them. Usually the rest misses "
            "more; an item where it is the other way round is marked “look”.",
            compared(labels, series, name="missed", says=says),
            series,
            ("item", "the best", "missed it", "the rest", "missed it", "look"),
            tuple(map(_missed_row, rows)),
        )
    ]


def _missed_row(row: Missed) -> tuple[str, ...]:
    numbers = (row.best, row.best_missed, row.rest, row.rest_missed)
    return (row.key, *map(str, numbers), "look" if row.is_odd else "")


def _percents(parts: Iterable[Fraction]) -> tuple[int, ...]:
    return tuple(round(100 * part) for part in parts)


def _percent(share: Fraction) -> str:
    return f"{round(100 * share)} %"
