"""A Report laid out for its page: which words, grids and places stand where. No markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.model import (
    Assessment,
    Finding,
    Mark,
    ProblemReport,
    Report,
    Rubric,
    Verdict,
)
from grader.points import shown
from grader.reports.formulas import Math, key_formula, math, own_math
from grader.reports.graph_picture import step_lines, step_picture
from grader.reports.grids import Cell, Table, flow_of, tables_of
from grader.reports.sentences import Notice, notice_of, override_sentence, sentences_of
from grader.reports.shown import (
    counted,
    entry_names,
    findings_of,
    made_elsewhere,
    visible,
)
from grader.reports.wording import (
    MARKS,
    STATUSES,
    VERDICTS,
    Words,
    convention_sentence,
    finding_title,
)
from grader.reports.written import squeezed

__all__ = ["Page", "page_of"]

_MOST_LISTED = 60
_LEADS = 8
_MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Hint:
    """A finding in words; ``made_in`` where that is elsewhere, ``anchor`` if it is on the page."""

    title: str
    message: str
    entries: str
    made_in: Math | None
    anchor: str


@dataclass(frozen=True, slots=True)
class Item:
    """One quantity of a problem; a note is its lines, as carets may be drawn below an answer.

    ``written`` are the lines of an expression, ``given`` the definitions that it relies on.
    """

    anchor: str
    name: Math
    verdict: str
    words: Words
    points: str
    earns: bool
    meaning: str
    formula: Math | None
    sentences: tuple[str, ...]
    flow: tuple[Cell, ...]
    tables: tuple[Table, ...]
    written: tuple[str, ...]
    given: tuple[Math, ...]
    read: Math | None
    solution: Math | None
    hints: tuple[Hint, ...]
    unreadable: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, ...], ...]

    @property
    def needs_a_look(self) -> bool:
        """Whether it has points that were not all earned."""
        return self.earns and self.verdict in _UNFINISHED

    @property
    def leads(self) -> tuple[str, ...]:
        """What to look at, in a few words each."""
        return tuple(hint.title for hint in self.hints) or (self.words.words,)


_UNFINISHED = (Verdict.PARTIAL, Verdict.INCORRECT, Verdict.MISSING, Verdict.UNREADABLE)


@dataclass(frozen=True, slots=True)
class Way:
    """The steps as a picture, what its signs mean, and the same as a list with links."""

    picture: Math
    signs: tuple[tuple[str, Words], ...]
    steps: tuple[Step, ...]

    @property
    def flag(self) -> str:
        """What the first step that went wrong is marked with; empty where none is."""
        return next((step.flag for step in self.steps if step.flag), "")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the list; ``anchor`` if it is on the page."""

    name: Math
    anchor: str
    words: Words
    flag: str
    sources: tuple[Math, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One problem; ``way`` is its graph where there is something to see in it."""

    name: str
    title: str
    points: str
    decided: tuple[str, ...]
    assumed: tuple[str, ...]
    items: tuple[Item, ...]
    way: Way | None


@dataclass(frozen=True, slots=True)
class Page:
    """All that stands on the page; ``changed`` tells each item with a person's own points."""

    title: str
    name: str
    id: str
    file: str
    status: str
    words: Words
    score: str
    final: str
    max_score: str
    percent: float
    notice: Notice | None
    changed: tuple[str, ...]
    sections: tuple[Section, ...]
    to_look_at: tuple[Item, ...]
    legend: tuple[tuple[str, Words], ...]
    remarks: tuple[str, ...]


def page_of(report: Report, rubric: Rubric) -> Page:
    """The page of one report under its rubric."""
    sections = tuple(_section(problem, rubric) for problem in counted(report, rubric))
    share = (report.score or 0) / report.max_score if report.max_score else 0
    marks = {c.mark for s in sections for i in s.items for c in _all_cells(i)}
    return Page(
        title=rubric.title or report.rubric,
        name=report.student.name,
        id=report.student.id,
        file=report.file,
        status=report.status.value,
        words=STATUSES[report.status],
        score=shown(report.score),
        final=shown(report.final) if report.late and report.final != report.score else "",
        max_score=shown(report.max_score),
        percent=round(100 * min(1.0, max(0.0, float(share))), 2),
        notice=notice_of(report),
        changed=tuple(told for a in report.assessments if (told := override_sentence(a))),
        sections=sections,
        to_look_at=_first(sections),
        legend=tuple((mark.value, MARKS[mark]) for mark in Mark if mark.value in marks),
        remarks=tuple(map(str, report.remarks)),
    )


def _first(sections: tuple[Section, ...]) -> tuple[Item, ...]:
    """What is wrong or could not be read, and then what was left out."""
    open_items = (item for section in sections for item in section.items if item.needs_a_look)
    return tuple(sorted(open_items, key=lambda item: item.verdict == Verdict.MISSING)[:_LEADS])


def _all_cells(item: Item) -> tuple[Cell, ...]:
    in_tables = (cell for table in item.tables for _, row in table.rows for cell in row)
    return (*item.flow, *in_tables)


def _section(problem: ProblemReport, rubric: Rubric) -> Section:
    on_page = frozenset(assessment.key for assessment in problem.assessments)
    told = {name: convention_sentence(name, v) for name, v in problem.conventions.items()}
    return Section(
        name=problem.name,
        title=problem.title or problem.name,
        points=f"{shown(problem.score)} / {shown(problem.max_score)}",
        decided=tuple(told[name] for name in told if name in problem.inferred),
        assumed=tuple(told[name] for name in told if name not in problem.inferred),
        items=tuple(
            _item(assessment, rubric, problem.conventions, on_page)
            for assessment in problem.assessments
        ),
        way=_way(problem, rubric, on_page),
    )


def _way(told: ProblemReport, rubric: Rubric, on_page: frozenset[str]) -> Way | None:
    """The graph, unless nothing was answered or there is no way from one step to another."""
    from markupsafe import Markup  # noqa: PLC0415 - pages only; a self-check does without it

    problem = next((p for p in rubric.problems if p.name == told.name), None)
    if problem is None or all(a.verdict is Verdict.MISSING for a in told.assessments):
        return None
    lines = step_lines(problem, told)
    if not any(line.sources for line in lines):
        return None
    drawn = step_picture(problem, told)
    return Way(
        picture=Markup(drawn),  # noqa: S704 - our own drawing, which escapes what it is labelled with
        signs=tuple({line.verdict: line.words for line in lines}.items()),
        steps=tuple(
            Step(
                name=math(line.name),
                anchor=_anchor(line.key) if line.key in on_page else "",
                words=line.words,
                flag=line.flag,
                sources=tuple(map(math, line.sources)),
            )
            for line in lines
        ),
    )


def _item(
    assessment: Assessment,
    rubric: Rubric,
    conventions: Mapping[str, str],
    on_page: frozenset[str],
) -> Item:
    reveal = rubric.reveal == "values"
    expression = assessment.entries[0] if assessment.is_expression and assessment.entries else None
    written, given = (expression.text, expression.given) if expression else ("", ())
    formula = key_formula(assessment, rubric, conventions)
    wrong_expression = assessment.is_expression and assessment.verdict is not Verdict.CORRECT
    return Item(
        anchor=_anchor(assessment.key),
        name=math(assessment.quantity),
        verdict=assessment.verdict.value,
        words=VERDICTS[assessment.verdict],
        points=f"{shown(assessment.counted)} / {shown(assessment.max_score)}",
        earns=assessment.max_score > 0,
        meaning=assessment.meaning,
        formula=formula if not assessment.is_expression else None,
        sentences=sentences_of(assessment, rubric),
        flow=flow_of(assessment, reveal=reveal),
        tables=tables_of(assessment, reveal=reveal),
        written=tuple(visible(squeezed(line), 600) for line in written.splitlines()[:_MOST_LINES]),
        given=tuple(filter(None, map(own_math, given))),
        read=own_math(written) if written else None,
        solution=formula if wrong_expression else None,
        hints=tuple(_hint(finding, assessment, on_page) for finding in findings_of(assessment)),
        unreadable=_unreadable(assessment),
        notes=tuple(tuple(note.split("\n")) for note in assessment.notes),
    )


def _anchor(key: str) -> str:
    return "q-" + key.replace(".", "-")


def _hint(finding: Finding, assessment: Assessment, on_page: frozenset[str]) -> Hint:
    elsewhere = made_elsewhere(finding, assessment)
    is_told = not elsewhere and set(finding.entries) == set(assessment.wrong)
    has_entries = any(finding.entries) and not is_told
    return Hint(
        title=finding_title(finding.code),
        message=finding.message,
        entries=entry_names("", finding.entries) if has_entries else "",
        made_in=math(finding.at.partition(".")[2] or finding.at) if elsewhere else None,
        anchor=_anchor(finding.at) if finding.at in on_page else "",
    )


def _unreadable(assessment: Assessment) -> tuple[tuple[str, str], ...]:
    """What could not be read: the text, and where it stands."""
    if assessment.is_expression:
        return ()  # it stands there whole, and a note says why
    found = [entry for entry in assessment.entries if entry.mark is Mark.UNREADABLE]
    return tuple(
        (
            visible(entry.text, 120),
            str(entry.place or entry_names(assessment.quantity, [entry.index])),
        )
        for entry in found[:_MOST_LISTED]
    )
