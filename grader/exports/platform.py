"""What a learning platform's file looks like: its columns, and what its cells may say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.exports.results import Assignment, Result
from grader.gradebook.csv_export import harmless

__all__ = ["Cells", "Platform", "bare", "folded", "is_dangerous", "number", "without_score"]

Cells = Mapping[str, str]
"""A row of a file: what stands under each folded heading; of equal headings, under the first."""

_NUMBER = re.compile(r"(\d+)(?:[.,](\d+))?")


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform's CSV.

    ``known`` lists, for each kind of identity (id, lms_id, login, email, name, first, last), the
    folded headings that hold it. ``titles`` tells which columns hold the points of an assignment,
    and the assignment's title there. ``is_student`` is False for rows of settings, ``obstacle``
    says why a score cannot be put into a row (empty where it can). ``excused`` is the platform's
    word; empty where its file has none. ``points_possible`` are those the file states for a
    column, ``decided`` is what a cell says that no score may undo (empty where it says nothing).
    ``write`` makes a new file, ``warnings`` says what the platform does to one.
    """

    name: str
    label: str
    known: Mapping[str, Sequence[str]]
    titles: Callable[[Sequence[Sequence[str]]], Mapping[int, str]]
    write: Callable[[Sequence[Result], Assignment], bytes]
    excused: str = ""
    is_student: Callable[[Cells], bool] = lambda _: True
    obstacle: Callable[[Cells, Fraction | None], str] = lambda _, __: ""
    points_possible: Callable[[Sequence[Sequence[str]], int], Fraction | None] = lambda _, __: None
    decided: Callable[[str], str] = lambda _: ""
    warnings: Callable[[str], Sequence[str]] = lambda _: ()


def folded(text: str) -> str:
    """A heading without case, spaces and punctuation.

    >>> folded("SIS Login ID"), folded(" Last modified (grade) ")
    ('sisloginid', 'lastmodifiedgrade')
    """
    return re.sub(r"[\W_]", "", text.casefold())


def bare(text: str) -> str:
    """A cell without what keeps a spreadsheet from changing it: ``="007"``, ``#007``.

    >>> bare('="=Doe"'), bare("#0042"), bare(" s1 ")
    ('=Doe', '0042', 's1')
    """
    text = text.strip()
    wrapped = re.fullmatch(r'="(.*)"', text, re.DOTALL)
    return (wrapped[1] if wrapped else text).removeprefix("#").strip()


def number(text: str) -> Fraction | None:
    """A score as platforms write it, with a point or a comma; None where it is no number.

    >>> number("87.50"), number("87,5"), number("EX"), number("")
    (Fraction(175, 2), Fraction(175, 2), None, None)
    """
    found = _NUMBER.fullmatch(text.strip()[:40])
    return Fraction(f"{found[1]}.{found[2] or 0}") if found and text.isascii() else None


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula."""
    return harmless(text) != text


def without_score(results: Sequence[Result], excused: str) -> tuple[Result, ...]:
    """The students about whom a platform's file can say nothing: never a 0, so nothing."""
    return tuple(r for r in results if not value_of(r, excused))


def value_of(result: Result, excused: str) -> str:
    """What stands in the cell: points, the word for excused, or nothing."""
    return excused if result.status == "excused" else result.points
