"""The class report: one self-contained page about a whole class, for whoever teaches it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from importlib.resources import files
from statistics import fmean, median
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from grader.gradebook.table import KINDS, feedback_names, in_order, needs_a_person
from grader.model import Report, Rubric, Status, Verdict
from grader.points import shown
from grader.reports.class_audit import (
    KEY_NOTE,
    SHARED_NOTE,
    key_signs,
    missed_picture,
    shared_rows,
)
from grader.reports.class_graph import class_graphs
from grader.reports.class_times import times_picture
from grader.reports.pictures import Picture, Series, bars, columns
from grader.reports.shown import visible
from grader.reports.wording import CONVENTIONS, STATUSES, convention_sentence, finding_title
from grader.shared_answers import shared_answers
from grader.statistics import (
    BINS,
    ItemStatistics,
    convention_choices,
    distribution,
    finding_counts,
    graded,
    item_statistics,
    levels,
    origins,
    shares,
    status_counts,
    summaries,
)

__all__ = ["class_page"]

# Okabe and Ito's palette, which readers with any colour vision tell apart; hatched where two
# colours are as light as each other in print.
_COLOURS: Mapping[Verdict, tuple[str, str]] = MappingProxyType(
    {
        Verdict.CORRECT: ("#0072B2", ""),
        Verdict.FOLLOW_THROUGH: ("#56B4E9", ""),
        Verdict.IMPLIED: ("#009E73", ""),
        Verdict.PARTIAL: ("#F0E442", ""),
        Verdict.INCORRECT: ("#D55E00", ""),
        Verdict.MISSING: ("#CFCFCF", "//"),
        Verdict.UNREADABLE: ("#CC79A7", "xx"),
        Verdict.UNGRADED: ("#333333", ""),
    }
)
_LEVEL_COLOURS = (("#0072B2", ""), ("#E69F00", "//"), ("#009E73", ""), ("#CC79A7", "xx"))
_OTHER_COLOUR = ("#999999", "")

_MOST_FINDINGS = 15


def class_page(reports: Sequence[Report], rubric: Rubric) -> str:
    """``report.html``: who needs a person, the distribution, what was hard, what went wrong where.

    One file without scripts and without anything from elsewhere. The same reports in any order
    give the same page, and a class of nobody gives one too.
    """
    ordered = in_order(reports)
    students = _students(ordered)
    links = {id(r): row["href"] for r, row in zip(ordered, students, strict=True)}
    shared, more_shared = shared_rows(shared_answers(ordered), links)
    page: str = _template().render(
        rubric=rubric,
        style=_text("class.css"),
        headlines=_headlines(ordered),
        summaries=summaries(ordered, rubric),
        waiting=[row for row in students if row["note"]],
        students=students,
        absent=[row for row in students if row["kind"] == Status.MISSING],
        shared=shared,
        more_shared=more_shared,
        shared_note=SHARED_NOTE,
        signs=key_signs(ordered, rubric),
        key_note=KEY_NOTE,
        pictures=_pictures(ordered, rubric),
        conventions=_conventions(ordered),
    )
    return page


@cache
def _template() -> Any:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only a class report loads it

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {"points": shown, "number": _number, "visible": visible}
    return environment.from_string(_text("class.html.j2"))


def _text(name: str) -> str:
    return (files("grader.reports") / name).read_text("utf-8")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _headlines(reports: Sequence[Report]) -> list[tuple[str, str]]:
    """Big numbers with their captions: the middle of the class, then every status."""
    parts = [float(share) for share in shares(reports)]
    middle = fmean(parts) if parts else None
    return [
        (_percent(middle), "mean"),
        (_percent(median(parts) if parts else None), "median"),
        *((str(n), STATUSES[status].words) for status, n in status_counts(reports).items()),
    ]


def _students(reports: Sequence[Report]) -> list[dict[str, Any]]:
    names = feedback_names(reports)
    return [
        {
            "student": report.student,
            "file": report.file,
            "status": STATUSES[report.status],
            "kind": report.status.value,
            "score": _score_text(report),
            "final": shown(report.final) if _score_text(report) else "",
            "share": _percent(_share(report)),
            "note": needs_a_person(report),
            "told": "; ".join(map(str, report.remarks)),
            "href": f"feedback/{quote(names[position])}",
        }
        for position, report in enumerate(reports)
    ]


def _score_text(report: Report) -> str:
    """Points, or nothing: what has no score is no 0."""
    if report.status is not Status.GRADED or report.score is None:
        return ""
    return f"{shown(report.score)} / {shown(report.max_score)}"


def _share(report: Report) -> float | None:
    parts = shares([report])
    return float(parts[0]) if parts else None


def _conventions(reports: Sequence[Report]) -> list[dict[str, Any]]:
    return [
        {"choice": choice, "means": _convention_words(choice.convention, choice.value)}
        for choice in convention_choices(reports)
    ]


def _convention_words(convention: str, value: str) -> str:
    """What a convention means, told of the class and not to a student."""
    if value not in CONVENTIONS.get(convention, {}):
        return ""
    return convention_sentence(convention, value).replace("you ", "", 1)


# --- the pictures -------------------------------------------------------------------------------


def _pictures(reports: Sequence[Report], rubric: Rubric) -> list[Picture]:
    if not graded(reports) and not any(report.problems for report in reports):
        return []
    problems = [_distribution(reports, p.name, p.title) for p in rubric.problems]
    return [
        _distribution(reports, "", "Totals"),
        *(problems if len(problems) > 1 else []),
        _items(item_statistics(reports, rubric)),
        *missed_picture(reports, rubric),
        *_findings(reports),
        *_origins(reports, rubric),
        *times_picture(reports, rubric),
        *class_graphs(reports, rubric),
    ]


def _distribution(reports: Sequence[Report], problem: str, title: str) -> Picture:
    labels = tuple(f"{100 * k // BINS}-{100 * (k + 1) // BINS}" for k in range(BINS))
    series = _by_level(reports, problem)
    total = sum(map(sum, (one.values for one in series)))
    svg = columns(
        labels,
        series,
        name=f"distribution-{problem or 'total'}",
        says=f"Distribution of {problem or 'totals'}: {total} graded; the numbers are in the table",
        x_label="percent of the points",
    )
    head = ("percent", *(one.name for one in series))
    rows = zip(labels, *([str(n) for n in one.values] for one in series), strict=True)
    note = f"{total} graded, by their percent of the points; 100 is in the last column."
    return Picture(title, note, svg, series, head, tuple(rows))


def _by_level(reports: Sequence[Report], problem: str) -> tuple[Series, ...]:
    """A series a level, at most as many as there are colours; the rest of the class together."""
    groups: dict[str, list[Fraction]] = {}
    known = [level for level in levels(graded(reports)) if level][: len(_LEVEL_COLOURS)]
    for report in reports:
        level = report.student.level
        name = f"level {level}" if level in known else "other or unknown level"
        groups.setdefault(name, []).extend(shares([report], problem))
    colours = dict(zip((f"level {level}" for level in known), _LEVEL_COLOURS, strict=False))
    return tuple(
        Series(name, distribution(groups[name]), *colours.get(name, _OTHER_COLOUR))
        for name in [*colours, "other or unknown level"]
        if groups.get(name)
    )


def _items(items: Sequence[ItemStatistics]) -> Picture:
    labels = [_item_label(item) for item in items]
    series = tuple(
        Series(KINDS[verdict.value].word, tuple(i.verdicts[verdict] for i in items), *paint)
        for verdict, paint in _COLOURS.items()
        if any(item.verdicts[verdict] for item in items)
    )
    rows = tuple(
        (
            item.key,
            *(str(one.values[k]) for one in series),
            _percent(item.difficulty),
            _number(item.discrimination),
        )
        for k, item in enumerate(items)
    )
    return Picture(
        "Item difficulty",
        "Verdicts of each item. Difficulty: the share of its points that was lost. Discrimination: "
        "Pearson's r of the item's share with the share of all other points (item-rest; "
        "point-biserial where the item is all or nothing); near 0 or negative, look at the item.",
        bars(labels, series, name="items", says="Verdicts of each item; the table has the numbers"),
        series,
        ("item", *(one.name for one in series), "difficulty", "discrimination"),
        rows,
    )


def _item_label(item: ItemStatistics) -> str:
    return item.key if item.difficulty is None else f"{item.key} ({item.difficulty:.0%} lost)"


def _findings(reports: Sequence[Report]) -> list[Picture]:
    counts = finding_counts(reports)
    if not counts:
        return []
    most = counts[:_MOST_FINDINGS]
    series = (Series("students", tuple(n for _, n in most), "#D55E00"),)
    labels = [finding_title(code) for code, _ in most]
    says = "Students by finding, the most frequent first; the table has the numbers"
    return [
        Picture(
            "Most frequent findings",
            "Students, each counted once a finding.",
            bars(labels, series, name="findings", says=says),
            (),
            ("finding", "code", "students"),
            tuple((finding_title(code), code, str(n)) for code, n in counts),
        )
    ]


def _origins(reports: Sequence[Report], rubric: Rubric) -> list[Picture]:
    places = origins(reports, rubric)
    if not places:
        return []
    series = (
        Series("first mistake", tuple(p.first for p in places), "#D55E00"),
        Series("a later one", tuple(p.students - p.first for p in places), "#E69F00", "//"),
    )
    says = "Students by the quantity in which they made a mistake; the table has the numbers"
    return [
        Picture(
            "Where the class goes wrong",
            "Students with a mistake made in each quantity, in working order.",
            bars([p.at for p in places], series, name="origins", says=says),
            series,
            ("quantity", "students", "first mistake"),
            tuple((p.at, str(p.students), str(p.first)) for p in places),
        )
    ]
