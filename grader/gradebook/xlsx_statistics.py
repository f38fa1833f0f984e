"""The gradebook's sheet of statistics: tables of numbers, and charts that are drawn from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.arrivals import counts, times_ahead
from grader.gradebook.table import KINDS, plain
from grader.gradebook.xlsx_styles import Styles
from grader.gradebook.xlsx_tables import SheetTable, Value, write_table
from grader.model import Report, Rubric, Verdict
from grader.points import as_number
from grader.reports.class_times import TIMES_NOTE
from grader.reports.wording import finding_title
from grader.statistics import (
    BINS,
    ItemStatistics,
    distribution,
    finding_counts,
    item_statistics,
    origins,
    shares,
    status_counts,
    summaries,
)

__all__ = ["write_statistics"]

_SHEET = "Statistics"
_BLUE = "#0072B2"
_ORANGE = "#D55E00"
_TIMES = "Time to the deadline"


def write_statistics(book: Any, styles: Styles, reports: Sequence[Report], rubric: Rubric) -> None:
    """Adds the sheet Statistics to a workbook."""
    sheet = book.add_worksheet(_SHEET)
    sheet.write_string(0, 0, plain(rubric.title), styles("title"))
    tables = _tables(reports, rubric)
    chart_rows = _chart_rows(len(tables[2].rows))
    row, first_rows = 2 + chart_rows, []
    for content in tables:
        first_rows.append(row + 3)
        row = write_table(sheet, styles, row, content) + 1
    height = 20 * (chart_rows - 1)
    _add_distribution_chart(book, sheet, first_rows[1], height)
    _add_difficulty_chart(book, sheet, first_rows[2], len(tables[2].rows), height)
    if tables[-1].heading == _TIMES:
        _add_times_chart(book, sheet, first_rows[-1], len(tables[-1].rows))
    sheet.set_column(0, 0, 54)
    sheet.set_column(1, 5, 11)
    sheet.set_column(6, 6, 14)
    sheet.set_column(7, 14, 9.5)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")


def _tables(reports: Sequence[Report], rubric: Rubric) -> tuple[SheetTable, ...]:
    return (
        _summary_table(reports, rubric),
        _distribution_table(reports, rubric),
        _item_table(reports, rubric),
        _finding_table(reports),
        _origin_table(reports, rubric),
        _status_table(reports),
        *_times_table(reports, rubric),
    )


def _chart_rows(items: int) -> int:
    """Rows that the charts need, each 20 pixels high: a bar an item has to be legible."""
    return max(17, min(60, items + 5))


# --- the tables ---------------------------------------------------------------------------------


def _summary_table(reports: Sequence[Report], rubric: Rubric) -> SheetTable:
    names = ("mean", "median", "sd", "min", "max")
    rows = tuple(
        (s.label, as_number(s.max_score), s.n, s.mean, s.median, s.sd, s.minimum, s.maximum)
        for s in summaries(reports, rubric)
    )
    return SheetTable(
        "Scores",
        "Graded submissions only; sd is the sample's. One total for each number of points that "
        "students can reach.",
        (("", "cell"), ("of", "number"), ("n", "count"), *((n, "number") for n in names)),
        rows,
    )


def _distribution_table(reports: Sequence[Report], rubric: Rubric) -> SheetTable:
    """Shares of the points in tenths: of all, then of each problem."""
    names = ["", *(problem.name for problem in rubric.problems)]
    counts = [distribution(shares(reports, name)) for name in names]
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (_bin(position), *(float(column[position]) for column in counts))
        for position in range(BINS)
    )
    return SheetTable(
        "Distribution",
        "Graded submissions by their share of the points.",
        (("share of the points", "cell"), *((name or "total", "count") for name in names)),
        rows,
    )


def _bin(position: int) -> str:
    width = 100 // BINS
    low, high = position * width, (position + 1) * width
    return f"{low} to {high} %" if position == BINS - 1 else f"{low} to under {high} %"


def _item_table(reports: Sequence[Report], rubric: Rubric) -> SheetTable:
    shown = (
        *(("item", "cell"), ("points", "number"), ("n", "count"), ("answered", "count")),
        *(("mean share", "percent"), ("difficulty", "percent"), ("discrimination", "number")),
        *((KINDS[verdict.value].word, "count") for verdict in Verdict),
    )
    return SheetTable(
        "Items",
        "difficulty: the share of the points that was lost. discrimination: Pearson's r of the "
        "item's share with the share of all other points (item-rest; point-biserial where the item "
        "is all or nothing); near 0 or negative, look at the item. Then the verdicts.",
        shown,
        tuple(_item_row(item) for item in item_statistics(reports, rubric)),
    )


def _item_row(item: ItemStatistics) -> tuple[Value, ...]:
    return (
        item.key,
        as_number(item.points),
        item.n,
        item.answered,
        item.mean_share,
        item.difficulty,
        item.discrimination,
        *(item.verdicts[verdict] for verdict in Verdict),
    )


def _finding_table(reports: Sequence[Report]) -> SheetTable:
    rows = tuple((f"{finding_title(code)} ({code})", n) for code, n in finding_counts(reports))
    return SheetTable(
        "Most frequent findings",
        "Each student is counted once for each finding.",
        (("finding", "cell"), ("students", "count")),
        rows,
    )


def _origin_table(reports: Sequence[Report], rubric: Rubric) -> SheetTable:
    return SheetTable(
        "Where mistakes were made",
        "In working order. first: students whose first mistake is there.",
        (("quantity", "cell"), ("students", "count"), ("first", "count")),
        tuple((o.at, o.students, o.first) for o in origins(reports, rubric)),
    )


def _status_table(reports: Sequence[Report]) -> SheetTable:
    return SheetTable(
        "Submissions",
        "Only graded ones are in the tables of scores, distribution and items.",
        (("status", "cell"), ("students", "count")),
        tuple((status.value, n) for status, n in status_counts(reports).items()),
    )


def _times_table(reports: Sequence[Report], rubric: Rubric) -> list[SheetTable]:
    """How long before the deadline; none where no time or no deadline is known."""
    ahead = times_ahead(reports, rubric)
    shown = (("handed in", "cell"), ("students", "count"), ("median share", "percent"))
    rows = tuple((span.name, float(n), share) for span, n, share in counts(ahead))
    return [SheetTable(_TIMES, TIMES_NOTE, shown, rows)] if ahead else []


# --- the charts ---------------------------------------------------------------------------------


def _add_distribution_chart(book: Any, sheet: Any, first: int, height: int) -> None:
    chart = book.add_chart({"type": "column"})
    last = first + BINS - 1
    chart.add_series(
        {
            "categories": [_SHEET, first, 0, last, 0],
            "values": [_SHEET, first, 1, last, 1],
            "fill": {"color": _BLUE},
            "gap": 15,
            "data_labels": {"value": True, "num_format": "0;;"},
        }
    )
    _dress(chart, "Distribution of totals", height, width=550)
    chart.set_x_axis({"num_font": {"rotation": -45, "size": 8}})
    chart.set_y_axis({"name": "students", "min": 0, "major_gridlines": _GRID, "num_format": "0"})
    sheet.insert_chart(1, 0, chart, {"description": "Distribution of totals, tabled below"})


def _add_difficulty_chart(book: Any, sheet: Any, first: int, items: int, height: int) -> None:
    if not items:
        return
    chart = book.add_chart({"type": "bar"})
    last = first + items - 1
    chart.add_series(
        {
            "categories": [_SHEET, first, 0, last, 0],
            "values": [_SHEET, first, 5, last, 5],
            "fill": {"color": _ORANGE},
            "gap": 30,
            "data_labels": {"value": True, "num_format": "0%"},
        }
    )
    _dress(chart, "Difficulty of items (share of the points lost)", height, width=700)
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"min": 0, "max": 1, "num_format": "0%", "major_gridlines": _GRID})
    sheet.insert_chart(1, 4, chart, {"description": "Difficulty of the items, tabled below"})


def _add_times_chart(book: Any, sheet: Any, first: int, spans: int) -> None:
    """Beside its table, which is the last."""
    chart = book.add_chart({"type": "bar"})
    last = first + spans - 1
    chart.add_series(
        {
            "categories": [_SHEET, first, 0, last, 0],
            "values": [_SHEET, first, 1, last, 1],
            "fill": {"color": _BLUE},
            "gap": 30,
            "data_labels": {"value": True, "num_format": "0;;"},
        }
    )
    _dress(chart, _TIMES, 20 * (spans + 2), width=550)
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"min": 0, "num_format": "0", "major_gridlines": _GRID})
    sheet.insert_chart(first - 1, 4, chart, {"description": f"{_TIMES}, tabled beside it"})


_GRID = {"visible": True, "line": {"color": "#E0E0E0"}}


def _dress(chart: Any, title: str, height: int, *, width: int) -> None:
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_size({"width": width, "height": height})
