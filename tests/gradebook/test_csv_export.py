import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest
from class_samples import RUBRIC, five_statuses, made_up_class, report
from hypothesis import given
from hypothesis import strategies as st

from grader.gradebook.csv_export import gradebook_csv


def read(reports):
    text = gradebook_csv(reports, RUBRIC)
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_row_a_student_and_blank_where_there_is_no_score():
    rows = read(five_statuses())
    assert [row["status"] for row in rows] == [
        *("graded", "missing", "excused", "unreadable", "ungraded"),
    ]
    assert [row["score"] for row in rows] == ["0", "", "", "", ""]
    assert [row["percent"] for row in rows] == ["0", "", "", "", ""]
    assert rows[0]["autoencoder.grad_W1"] == rows[0]["autoencoder"] == ""
    assert rows[4]["needs_a_person"] == "The time limit was reached."


def test_every_line_has_as_many_fields_and_ends_as_the_standard_has_it():
    text = gradebook_csv(made_up_class(9), RUBRIC)
    assert text.count("\r\n") == 10
    widths = {len(row) for row in csv.reader(io.StringIO(text, newline=""))}
    assert widths == {23}


def test_exact_fractions_are_shown_with_their_exact_sum():
    one = report("s1")
    third = Fraction(1, 3)
    parts = tuple(replace(a, score=third) for a in one.problems[0].assessments[:3])
    problem = replace(one.problems[0], assessments=parts, score=Fraction(1))
    row = read([replace(one, problems=(problem,), score=Fraction(1), max_score=Fraction(3))])[0]
    assert (row["gan.h0"], row["gan"], row["percent"]) == ("0.333333", "1", "33.33")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠x", "'＠x"),
        ("\t=1", "'\t'=1"),
        ("\tx", "'\tx"),
        ("\nx", "'\nx"),
        ("\r=1", "'\n'=1"),
        ("  =1", "'  =1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("a;=1;-2", "a;'=1;'-2"),
        ("a\n@b", "a\n'@b"),
        ("Doe-Roe, Jane (a+b=c)", "Doe-Roe, Jane (a+b=c)"),
        ("1E5", "1E5"),
        ("0123", "0123"),
        ('O"Neil, 🎓', 'O"Neil, 🎓'),
    ],
)
def test_text_that_a_spreadsheet_would_calculate_gets_an_apostrophe(name, expected):
    row = read([report(name, name, file=name)])[0]
    assert [row["id"], row["name"], row["file"]] == [expected] * 3


def test_numbers_are_never_escaped():
    one = report("s1")
    row = read([replace(one, score=Fraction(-5, 2))])[0]
    assert row["score"] == "-2.5"


@given(st.text(st.characters(), max_size=12))
def test_no_cell_begins_like_a_formula_and_nothing_is_lost(name):
    row = read([report("s1", name)])[0]
    for part in row["name"].replace("\t", ";").split(";"):
        assert part[:1] not in set("=+-@＝＋－＠")
    row["name"].encode("utf-8")


def test_a_long_run_of_blanks_is_read_in_no_time():
    name = "\t " * 16_000
    assert len(read([report("s1", name)])[0]["name"]) >= 32_000


def test_the_order_of_the_reports_does_not_matter():
    reports = made_up_class(10)
    assert gradebook_csv(reports, RUBRIC) == gradebook_csv(reports[::-1], RUBRIC)


def test_nobody_gives_a_header_alone():
    assert gradebook_csv([], RUBRIC).startswith("id,name,level,status,gan.h0,")
    assert gradebook_csv([], RUBRIC).count("\r\n") == 1
