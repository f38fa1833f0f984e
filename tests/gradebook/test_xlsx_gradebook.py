import io
from dataclasses import replace
from fractions import Fraction

import openpyxl
import pytest
from class_samples import RUBRIC, finding, five_statuses, made_up_class, report
from hypothesis import given, settings
from hypothesis import strategies as st
from test_key_audit import ranked
from test_shared_answers import entry, wrote

from grader.gradebook.xlsx import workbook
from grader.model import EntryMark, Mark, Verdict

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "{=1+1}",
    "@SUM(A1)",
    "-1",
    "1E5",
    "0123",
    "http://example.org",
    "a\nb",
    "_x0041_",
    "🎓 Ω",
    "TRUE",
    "#REF!",
]


def read(reports, rubric=RUBRIC):
    return openpyxl.load_workbook(io.BytesIO(workbook(reports, rubric)))


def grid(book, sheet="Gradebook"):
    rows = list(book[sheet].iter_rows())
    names = [cell.value for cell in rows[0]]
    return [dict(zip(names, row, strict=True)) for row in rows[2:]]


def test_the_sheets_and_the_set_up_for_screen_and_paper():
    book = read(made_up_class(5))
    assert book.sheetnames == [
        *("Gradebook", "Verdicts", "Findings", "Statistics"),
        *("Shared answers", "Key audit", "Legend"),
    ]
    sheet = book["Gradebook"]
    assert sheet.freeze_panes == "C3"
    assert sheet.auto_filter.ref == "A2:W7"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$2"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet["E1"].value == "gan.h0"
    assert sheet["E2"].value == 3


def test_scores_are_numbers_and_what_has_none_is_blank():
    rows = grid(read(five_statuses()))
    assert [row["score"].value for row in rows] == [0, None, None, None, None]
    assert [row["gan.h0"].value for row in rows] == [0, None, None, None, 3]
    assert rows[0]["gan.h0"].number_format == "0.00"
    assert [row["status"].value for row in rows] == [
        *("graded", "missing", "excused", "unreadable", "ungraded"),
    ]


@pytest.mark.parametrize("column", ["score", "status"])
def test_the_five_statuses_have_five_colours(column):
    rows = grid(read(five_statuses()))
    assert len({row[column].fill.fgColor.rgb for row in rows}) == 5


def test_the_five_statuses_have_five_words_on_the_sheet_of_verdicts():
    rows = grid(read(five_statuses()), "Verdicts")
    words = [row["gan.h0"].value for row in rows]
    assert words == ["✗ incorrect", "○ missing", "– excused", "? unreadable", "✓ correct"]
    assert rows[4]["gan.h2"].value == "… undecided"
    assert rows[0]["autoencoder.grad_h"].value == "not required"


def test_every_verdict_has_a_colour_and_a_word_of_its_own():
    quantities = ["h0", "h1", "h2", "grad_H2", "grad_h1", "grad_w1", "grad_w0"]
    verdicts = [verdict for verdict in Verdict if verdict is not Verdict.UNGRADED]
    one = report("s1", verdicts={f"gan.{q}": v for q, v in zip(quantities, verdicts, strict=True)})
    book = read([one])
    colours = {grid(book)[0][f"gan.{q}"].fill.fgColor.rgb for q in quantities}
    words = {grid(book, "Verdicts")[0][f"gan.{q}"].value for q in quantities}
    assert len(colours) == len(words) == len(quantities)


def test_a_problem_of_another_level_is_blank_and_grey():
    row = grid(read([report("s1", level="4850")]))[0]
    assert row["autoencoder"].value is row["autoencoder.grad_h"].value is None
    assert row["autoencoder.grad_h"].fill.fgColor.rgb == "FFF4F4F4"


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_students_stays_text(text):
    one = report(text, text, file=text, findings=[finding(message=text)])
    book = read([replace(one, attention=(text,))])
    row = grid(book)[0]
    for name in ("id", "name", "file", "needs_a_person"):
        assert row[name].data_type == "s"
        assert row[name].value.replace("_x005F_", "_") == text
    assert book["Findings"]["H2"].data_type == "s"


def test_a_label_of_the_class_is_never_a_formula_anywhere():
    rubric = replace(RUBRIC, title="=1+1")
    reports = [report(text, text, findings=[finding(text, message=text)]) for text in HOSTILE]
    for sheet in read(reports, rubric):
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(), max_size=20))
def test_any_name_gives_a_workbook_that_opens(name):
    assert grid(read([report(name, name, findings=[finding(message=name)])]))[0]["status"].value


def test_text_longer_than_a_cell_is_cut_off():
    row = grid(read([report("s1", "x" * 40_000)]))[0]
    assert len(row["name"].value) == 32_767


def test_exact_fractions_are_shown_with_their_exact_sum():
    one = report("s1")
    parts = tuple(replace(a, score=Fraction(1, 3)) for a in one.problems[0].assessments[:3])
    problem = replace(one.problems[0], assessments=parts, score=Fraction(1))
    row = grid(read([replace(one, problems=(problem,), score=Fraction(1))]))[0]
    assert (row["gan.h0"].value, row["gan"].value, row["score"].value) == (0.333333, 1, 1)
    assert (row["percent"].value, row["percent"].number_format) == (0.05, "0.0%")


def test_a_finding_is_a_row():
    found = finding("arithmetic_slip", "gan.h2", [(1, 0), (1, 1)], "Two entries are off.")
    rows = list(read([report("007", "Bond", findings=[found])])["Findings"].values)
    assert rows[1] == (
        *("007", "Bond", "gan.h2", "arithmetic_slip", "An arithmetic slip", "gan.h2"),
        *("[1,0], [1,1]", "Two entries are off."),
    )


@pytest.mark.parametrize(
    ("message", "entries", "lines"),
    [
        ("Short.", [(0,)], 1),
        ("ninechars " * 14, [(0,)], 2),
        ("x" * 141, [(0,)], 3),
        ("Short.", [(k, 0, 0) for k in range(10)], 4),
        ("ninechars " * 3000, [(0,)], 27),
    ],
)
def test_a_row_of_findings_is_as_high_as_its_texts(message, entries, lines):
    found = finding("arithmetic_slip", "gan.h2", entries, message)
    sheet = read([report("007", "Bond", findings=[found])])["Findings"]
    assert (sheet.row_dimensions[2].height or 15) == 15 * lines
    assert sheet["H2"].alignment.wrap_text
    assert sheet["G2"].alignment.wrap_text


def test_why_a_person_is_needed_is_wrapped_in_a_row_that_is_high_enough():
    told = "The file says that it is Jane's; its name says that it is Ming's. " * 3
    book = read([report("s1"), replace(report("s2"), attention=(told,))])
    sheet = book["Gradebook"]
    cell = grid(book)[1]["needs_a_person"]
    assert cell.alignment.wrap_text
    width = sheet.column_dimensions[cell.column_letter].width
    assert len(told) < width * sheet.row_dimensions[cell.row].height / 15
    assert sheet.row_dimensions[cell.row - 1].height in (None, 15)


def test_statistics_have_tables_and_two_charts_of_them():
    sheet = read(made_up_class(20))["Statistics"]
    first = [row[0] for row in sheet.values]
    for heading in ("Scores", "Distribution", "Items", "Most frequent findings", "Submissions"):
        assert heading in first
    assert len(sheet._charts) == 2
    chart = sheet._charts[1].series[0]
    _, column, first = chart.val.numRef.f.split(":")[0].split("$")
    assert sheet.cell(int(first), 1).value == "gan.h0"
    assert sheet[f"{column}{int(first) - 1}"].value == "difficulty"


@pytest.mark.parametrize("reports", [(), five_statuses()[1:2], five_statuses()[:1]])
def test_small_classes_have_a_gradebook(reports):
    assert len(grid(read(reports))) == len(reports)


def test_the_same_reports_give_the_same_bytes_in_any_order():
    reports = made_up_class(12)
    assert workbook(reports, RUBRIC) == workbook(reports[::-1], RUBRIC)


def test_the_time_of_writing_is_not_in_the_workbook():
    made = read([]).properties
    assert (made.created.year, made.modified.year) == (2000, 2000)


def test_what_a_sheet_cannot_hold_is_cleaned_from_findings_too():
    one = report("s1", "a\ud800\x07b", findings=[finding(message="c\ud800\x07\u202ed")])
    row = next(read([one])["Findings"].iter_rows(min_row=2, values_only=True))
    assert (row[1], row[7]) == ("a\ufffdb", "c\ufffd\\u202ed")


def rows_of(sheet, heading):
    """The rows of a sheet's table, without the heads of its columns."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(k for k, row in enumerate(rows) if row[0] == heading) + 3
    end = next((k for k in range(start, len(rows)) if rows[k][0] is None), len(rows))
    return [[value for value in row if value is not None] for row in rows[start:end]]


def test_shared_wrong_values_have_a_sheet():
    entries = entry("1.14"), entry("-2.508", (2,), 3.088)
    reports = [wrote(name, *entries, name=f"{name}, Jo") for name in ("s1", "s2")]
    assert rows_of(read(reports)["Shared answers"], "The same wrong values") == [
        ["gan.h0[1]", 1, "1.14", 1.4, "s1, Jo; s2, Jo", 2, "s1; s2"],
        ["gan.h0[2]", 1, "-2.508", 3.088, "s1, Jo; s2, Jo", 2, "s1; s2"],
    ]


@pytest.mark.parametrize("text", [*HOSTILE, "=" * 40])
def test_a_shared_answer_is_text(text):
    same = EntryMark((1,), f"{text} h @ W2.T", Mark.WRONG)
    reports = [wrote(f"s{k}", same) for k in range(3)]
    sheet = read(reports)["Shared answers"]
    kinds = {c.data_type for row in sheet.iter_rows() for c in row if "W2.T" in str(c.value)}
    assert kinds == {"s"}


def test_the_audit_of_the_key_has_a_sheet():
    sheet = read(ranked(12, {0, 1, 2}))["Key audit"]
    told = {row[0]: row[1:] for row in rows_of(sheet, "Who misses an item")}
    assert told["gan.h2"] == [4, "look", 3, 0.75, 0, 0]
    many = [*(wrote(f"s{k}", entry("0.96")) for k in range(4)), report("r")]
    assert rows_of(read(many)["Key audit"], "Answers that more students share than have right") == [
        ["gan.h0", "1", "0.96", 4, 1.4, 1, ""]
    ]


@pytest.mark.parametrize("reports", [(), five_statuses(), made_up_class(30)])
def test_a_class_without_signs_has_empty_tables(reports):
    book = read(reports)
    assert rows_of(book["Shared answers"], "The same wrong values") == []
    heading = "Answers that more students share than have right"
    assert rows_of(book["Key audit"], heading) == []
