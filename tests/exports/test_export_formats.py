"""Each new file, read back by a reader that knows the format and nothing of ours."""

import csv
import io
import json
import re
import zipfile

import openpyxl
import pytest
from export_samples import HW, five, result

from grader.exports.formats import FORMATS
from grader.exports.gradescope import gradescope_files
from grader.exports.results import Assignment
from grader.model import Status

WRITE = {one.name: one.write for one in FORMATS}
CLASS = (
    result("007", 'O\'Hara, "Jr" Jane', "87.5", login="johara", lms_id="12345", section="CS-1"),
    result("1E5", "=cmd|' /C calc'!A0", 0),
    result("s3", "Chen, Chi", status=Status.EXCUSED),
    result("s4", "Diaz, Dan", status=Status.UNREADABLE),
    result("s5", "Eve, Élan", status=Status.UNGRADED),
    result("s6", "Fox, Finn", status=Status.MISSING),
)


def read(name, results=CLASS, assignment=HW):
    text = WRITE[name](results, assignment).decode("utf-8")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def canvas_import(rows):
    """As Canvas reads it: names of columns checked, then student by student."""
    header = rows[0]
    assert "Student" in header[0]
    assert "ID" in header[1]
    section = header.index("Section")
    assert rows[1][0].strip() == "Points Possible"
    for row in rows[2:]:
        cell = row[section + 1]
        assert cell == "EX" or re.fullmatch(r"\d+(\.\d+)?", cell)
        yield row[2], row[0], cell


def test_canvas_reads_points_and_excuses():
    rows = read("canvas")
    assert rows[0][-1] == "Homework 4"
    assert rows[1][-1] == "100"
    assert list(canvas_import(rows)) == [
        ("007", 'O\'Hara, "Jr" Jane', "87.5"),
        ("1E5", "=cmd|' /C calc'!A0", "0"),
        ("s3", "Chen, Chi", "EX"),
    ]
    assert rows[2][:5] == ['O\'Hara, "Jr" Jane', "12345", "007", "johara", "CS-1"]


def test_moodle_reads_a_number_in_every_row():
    header, *students = read("moodle")
    assert header == ["ID number", "Username", "Email address", "Full name", "Homework 4"]
    assert [(row[0], float(row[4])) for row in students] == [("007", 87.5), ("1E5", 0)]


def test_blackboard_reads_user_names_and_a_column():
    data = WRITE["blackboard"](CLASS, HW).decode()
    assert all(re.fullmatch(r'("(?:[^"]|"")*",?)+', line) for line in data.splitlines())
    header, *students = read("blackboard")
    assert header[3] == "Homework 4 [Total Pts: 100 Score]"
    assert [row[2:] for row in students] == [["johara", "87.5"], ["1E5", "0"]]
    named = Assignment("hw4", "HW4 [Total Pts: 50 Score] |123", HW.points)
    assert read("blackboard", CLASS, named)[0][3] == "HW4 [Total Pts: 50 Score] |123"


def test_brightspace_reads_ids_behind_a_number_sign():
    header, *students = read("brightspace")
    assert header == ["OrgDefinedId", "Homework 4 Points Grade", "End-of-Line Indicator"]
    assert students == [["#007", "87.5", "#"], ["#1E5", "0", "#"]]
    header, first = read("brightspace", CLASS[:1])
    assert (header[1], first[1]) == ("Username", "#johara")


@pytest.mark.parametrize("name", ["canvas", "moodle", "blackboard", "brightspace"])
def test_nobody_without_a_score_gets_a_number(name):
    ids = {"s4", "s5", "s6"}
    assert not any(ids & {cell.removeprefix("#") for cell in row} for row in read(name))


# --- Gradescope ---------------------------------------------------------------------------------

VISIBLE = {"hidden", "after_due_date", "after_published", "visible"}
TOP = {"score", "output", "output_format", "visibility", "stdout_visibility", "extra_data", "tests"}
TEST = {"score", "max_score", "status", "name", "number", "output", "output_format", "visibility"}


def gradescope(data):
    """A result as the format's description has it."""

    def no_constant(text):
        raise AssertionError(text)

    found = json.loads(data, parse_constant=no_constant)
    assert set(found) <= TOP
    assert {found["visibility"], found["stdout_visibility"]} <= VISIBLE
    for test in found.get("tests", ()):
        assert set(test) <= TEST
        assert test["visibility"] in VISIBLE
        assert test["status"] in {"passed", "failed"}
    return found


def test_gradescope_reads_one_file_a_student():
    with zipfile.ZipFile(io.BytesIO(WRITE["gradescope"](five(), HW))) as archive:
        assert archive.testzip() is None
        found = {name: gradescope(archive.read(name)) for name in archive.namelist()}
    assert list(found) == [f"s{n}/results.json" for n in range(1, 6)]
    values = list(found.values())
    assert values[0]["score"] == 0
    assert sum(test["score"] for test in values[0]["tests"]) == 0
    assert sum(test["max_score"] for test in values[0]["tests"]) == 20
    assert not any("score" in value or "tests" in value for value in values[1:])
    assert [value["extra_data"]["status"] for value in values] == [
        *("graded", "missing", "excused", "unreadable", "ungraded"),
    ]
    assert len({value["output"] for value in values}) == 5
    assert "The file is cut off." in values[3]["output"]


def test_hostile_ids_are_no_paths():
    names = list(gradescope_files([result(i) for i in ("../x", "..", "/etc", "CON", "a", "A", "")]))
    assert len({name.casefold() for name in names}) == 7
    assert all(re.fullmatch(r"[^/\\.][^/\\]*/results\.json", name) for name in names)


# --- for people ---------------------------------------------------------------------------------


def test_the_csv_is_safe_to_open_and_keeps_the_statuses_apart():
    data = WRITE["csv"](CLASS, HW)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [(row["status"], row["score"]) for row in rows] == [
        *(("graded", "87.5"), ("graded", "0"), ("excused", "")),
        *(("unreadable", ""), ("ungraded", ""), ("missing", "")),
    ]
    assert rows[0]["name"] == CLASS[0].name
    assert rows[1]["name"] == "'=cmd|' /C calc'!A0"


def test_the_workbook_has_texts_numbers_and_no_formula():
    data = WRITE["xlsx"](CLASS + five(), HW)
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Results"]
    rows = list(sheet.iter_rows())
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n"}
    header = [cell.value for cell in rows[0]]
    assert [row[0].value for row in rows[1:4]] == ["007", "1E5", "s3"]
    assert rows[2][1].value == "=cmd|' /C calc'!A0"
    assert rows[2][1].data_type == "s"
    score, status = header.index("score"), header.index("status")
    assert [row[score].value for row in rows[1:7]] == [87.5, 0, None, None, None, None]
    assert [row[status].value for row in rows[3:7]] == [
        *("excused", "unreadable", "ungraded", "missing"),
    ]
    assert rows[7][header.index("gan.h0")].value == 0
    assert rows[8][header.index("gan.h0")].value is None


@pytest.mark.parametrize("name", WRITE)
def test_the_same_results_give_the_same_bytes(name):
    assert WRITE[name](CLASS, HW) == WRITE[name](CLASS, HW)
