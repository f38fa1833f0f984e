"""What was understood of a submission, beside what was written, as a page that needs nothing else.

What is shown is laid out as plain values here; the template beside this file escapes all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from grader.model import Entries, Formula, Index, Response, Unreadable
from grader.reading import Confidence, Expressed, Numbers, ProblemReading, Reading, Understood
from grader.reports.formulas import Math, fitting, math, own_math
from grader.reports.reading_grids import (
    Condensed,
    Entry,
    Limits,
    taken_grid,
    written_entry,
    written_grid,
)
from grader.reports.reading_words import (
    CONFIDENCES,
    confidence_words,
    conventions_told,
    drawn,
    label_told,
    notes_told,
    place_told,
    remarks_told,
    shape_told,
    student_told,
    summary,
)
from grader.reports.shown import visible
from grader.reports.wording import Words
from grader.reports.written import squeezed

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["reading_page"]

_LIMITS = Limits(blocks=8, rows=16, columns=16, listed=96)
_LONGEST = 2000
_DRAWN = 72  # columns; wider than a phone, so it can be moved sideways


@dataclass(frozen=True, slots=True)
class _Written:
    """What the student wrote: lines of text, entries with their indices, or an array."""

    lines: tuple[str, ...] = ()
    entries: tuple[tuple[str, Entry], ...] = ()
    more: int = 0
    grid: Condensed | None = None


@dataclass(frozen=True, slots=True)
class _Item:
    """One answer, in two columns."""

    anchor: str
    name: Math
    meaning: str
    label: str
    place: str
    kind: str
    words: Words
    sure: str
    written: _Written
    shape: str
    grid: Condensed | None
    formula: Math | None
    given: tuple[Math, ...]
    reason: str
    drawn: tuple[str, str] | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Section:
    """One problem."""

    title: str
    items: tuple[_Item, ...]
    absent: tuple[Math, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One submission."""

    anchor: str
    student: str
    file: str
    conventions: tuple[str, ...]
    sections: tuple[_Section, ...]
    decisions: tuple[str, ...]
    unplaced: tuple[str, ...]
    on_the_file: tuple[str, ...]
    summary: str


def reading_page(told: Sequence[Understood]) -> str:
    """The whole page, as HTML, of all that a file holds; of a class table one after the other."""
    sheets = tuple(_sheet(one, f"s{number}") for number, one in enumerate(told, start=1))
    legend = [(_kind(confidence), words) for confidence, words in CONFIDENCES.items()]
    title = told[0].title or told[0].rubric if told else ""
    return _template().render(sheets=sheets, title=title, legend=legend)


def _sheet(told: Understood, anchor: str) -> _Sheet:
    return _Sheet(
        anchor=anchor,
        student=student_told(told.student),
        file=told.file,
        conventions=conventions_told(told),
        sections=tuple(_section(problem, anchor) for problem in told.problems),
        decisions=remarks_told(told.decisions),
        unplaced=remarks_told(told.unplaced),
        on_the_file=remarks_told(told.on_the_file),
        summary=summary(told),
    )


def _section(problem: ProblemReading, anchor: str) -> _Section:
    items = tuple(_item(reading, anchor) for reading in problem.readings)
    return _Section(problem.title or problem.name, items, tuple(map(math, problem.absent)))


def _item(reading: Reading, anchor: str) -> _Item:
    taken, fault, response = reading.taken, reading.fault, reading.answer.response
    given = response.given if isinstance(response, Formula) and taken else ()
    return _Item(
        anchor=f"{anchor}-{reading.answer.key}".replace(".", "-"),
        name=math(reading.answer.quantity),
        meaning=reading.meaning,
        label=label_told(reading),
        place=place_told(reading),
        kind=_kind(reading.confidence),
        words=CONFIDENCES[reading.confidence],
        sure=confidence_words(reading),
        written=_written(response),
        shape=shape_told(reading),
        grid=taken_grid(taken, _LIMITS) if isinstance(taken, Numbers) else None,
        formula=_formula(taken) if isinstance(taken, Expressed) else None,
        given=tuple(filter(None, map(own_math, given))),
        reason=fault.message if fault else "",
        drawn=drawn(fault, _DRAWN) if fault else None,
        notes=notes_told(reading),
    )


def _kind(confidence: Confidence) -> str:
    return confidence.value.replace(" ", "-")


def _formula(taken: Expressed) -> Math:
    from grader.notation.typeset import mathml_in_parts  # noqa: PLC0415 - formulas only

    return fitting(mathml_in_parts(taken.expression, taken.symbols))


def _written(response: Response) -> _Written:
    if isinstance(response, Formula):
        lines = (*response.given, *response.text.split("\n"))
        return _Written(lines=tuple(visible(squeezed(line), _LONGEST) for line in lines))
    if isinstance(response, Unreadable):
        return _Written(lines=(visible(response.text, _LONGEST),))
    if isinstance(response, Entries):
        shown = response.entries[: _LIMITS.listed]
        entries = tuple((_index(e.index), written_entry(e.cell)) for e in shown)
        return _Written(entries=entries, more=len(response.entries) - len(entries))
    return _Written(grid=written_grid(response, _LIMITS))


def _index(index: Index) -> str:
    return ",".join(map(str, index))


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only a page loads it
    from markupsafe import Markup  # noqa: PLC0415 - the same

    def harmless(value: Any) -> Any:
        """Text is made visible wherever it is printed, so no template can forget it."""
        return visible(value) if type(value) is str else value

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    folder = files("grader.reports")
    css = "\n".join((folder / name).read_text("utf-8") for name in ("page.css", "reading.css"))
    environment.globals["css"] = Markup(css)  # noqa: S704 - our own files, nothing of a student's
    return environment.from_string((folder / "reading.html.j2").read_text("utf-8"))
