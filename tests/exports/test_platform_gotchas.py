"""What is known to go wrong between a grader and a learning platform, a row a fact.

Files are filled or made by us and read back by `platform_readers`, which does what the platform
does.
"""

import csv
import io
import json
import re
import zipfile
from decimal import Decimal

import openpyxl
import platform_readers as platforms
import pytest
from export_samples import (
    BLACKBOARD,
    BRIGHTSPACE,
    CANVAS,
    HW,
    MOODLE_EXPORT,
    PLATFORMS,
    WORKSHEET,
    result,
)

from grader.exports.delimited import parse
from grader.exports.fill import plan
from grader.exports.formats import FORMATS
from grader.exports.results import Assignment
from grader.exports.told import plan_text
from grader.model import GraderError, Status

WRITE = {one.name: one.write for one in FORMATS}
EXCUSED, UNREADABLE, UNGRADED = Status.EXCUSED, Status.UNREADABLE, Status.UNGRADED
ONE = (result("s1", "Adams, Ada", "87.5"),)


def filled(platform, data, results, column=""):
    data = data.encode() if isinstance(data, str) else data
    found = plan(PLATFORMS[platform], parse(data, "lms.csv"), results, HW, column)
    return found.filled(), plan_text(found, PLATFORMS[platform].label), found


def changed(before, after):
    """The cells that are others, by row and column; the tables have one shape."""
    assert [len(row) for row in before] == [len(row) for row in after]
    return {
        (n, at): new
        for n, (old_row, row) in enumerate(zip(before, after, strict=True))
        for at, (old, new) in enumerate(zip(old_row, row, strict=True))
        if old != new
    }


# --- filling ------------------------------------------------------------------------------------

SEMICOLON = CANVAS.replace(",", ";").replace('"Adams; Ada"', '"Adams, Ada"')
SPLIT_NAMES = """\
LastName,FirstName,ID,SIS User ID,SIS Login ID,Section,Homework 4 (98765)
    Points Possible,,,,,,100
Adams,Ada,12341,s1,aadams,CS-01,
"""
EQUALS = CANVAS.replace('"Adams, Ada"', '"=""=Adams, Ada"""')
OVERALL = CANVAS.replace("Homework 3 (98764)", "Assignments Current Points").replace(
    "Final Score", "Homework 4 Final Score"
)
LOCKED = CANVAS.replace(",10,100,(read only)", ",10,(read only),(read only)")
NO_BREAK = CANVAS.replace("\n", "\r\n").rstrip("\r\n")
GERMAN = (
    WORKSHEET.replace("100.00", '"100,00"')
    .replace('for grading",,', 'for grading","12,50",')
    .replace('"No submission",,"100,00",Yes', '"No submission",3,"100,00",Yes')
)
BLIND = """\
Identifier,Status,Grade,"Maximum grade","Last modified (grade)","Feedback comments"
"Participant 501","Submitted for grading",,100.00,-,
"Participant 502","No submission",,100.00,-,
"""
GRADED_THERE = WORKSHEET.replace('PM",-,', 'PM","Monday, 2 February 2026, 9:00 AM",')
TABS = BLACKBOARD.replace('","', '"\t"')
NEEDS = BLACKBOARD.replace('"s1","3",""', '"s1","3","Needs Grading"')
ZEROS = BRIGHTSPACE.replace("#s1,#aadams", "#0007,#aadams")


ROWS = (
    ("cell found by title and id", "canvas", CANVAS, ONE, {(3, 6): "87.5"}, ""),
    ("semicolons", "canvas", SEMICOLON, ONE, {(3, 6): "87.5"}, ""),
    ("names in two columns", "canvas", SPLIT_NAMES, ONE, {(2, 6): "87.5"}, ""),
    ("names kept from being formulas", "canvas", EQUALS, ONE, {(3, 6): "87.5"}, "formula"),
    ("computed columns are no assignments", "canvas", OVERALL, ONE, {(3, 6): "87.5"}, ""),
    ("carriage returns, no last line end", "canvas", NO_BREAK, ONE, {(3, 6): "87.5"}, ""),
    (
        "no thousands separator",
        "canvas",
        CANVAS,
        (result("s1", score="1234.5"),),
        {(3, 6): "1234.5"},
        "",
    ),
    ("0 is a score", "canvas", CANVAS, (result("s1", score=0),), {(3, 6): "0"}, ""),
    ("excused is EX", "canvas", CANVAS, (result("s1", status=EXCUSED),), {(3, 6): "EX"}, ""),
    (
        "ex in any case is no change",
        "canvas",
        CANVAS.replace("CS-01,3,,", "CS-01,3,ex,"),
        (result("s1", status=EXCUSED),),
        {},
        "the same already: 1",
    ),
    (
        "EX is a decision that no score undoes",
        "canvas",
        CANVAS.replace("CS-01,3,,", "CS-01,3,EX,"),
        ONE,
        {},
        "s1 (Adams, Ada), 87.5 points: Canvas says that the student is excused",
    ),
    (
        "N/A is not assigned",
        "canvas",
        CANVAS.replace("CS-01,3,,", "CS-01,3,N/A,"),
        ONE,
        {},
        "Canvas says that it is not assigned to the student",
    ),
    (
        "- is no score",
        "canvas",
        CANVAS.replace("CS-01,3,,", "CS-01,3,-,"),
        ONE,
        {(3, 6): "87.5"},
        "- -> 87.5",
    ),
    (
        "two decimals compare",
        "canvas",
        CANVAS.replace("CS-01,3,,", "CS-01,3,87.50,"),
        ONE,
        {},
        "the same already: 1",
    ),
    (
        "an older score is never blanked",
        "canvas",
        CANVAS,
        (result("s2"), result("s2b", status=UNGRADED)),
        {},
        "missing, nothing written for Canvas: s2",
    ),
    (
        "a university's number is not Canvas's",
        "canvas",
        CANVAS,
        (result("12342", "Adams, Ada", 9),),
        {},
        "the row with that number is that of s2 (Brown, Bob)",
    ),
    (
        "Test Student is nobody",
        "canvas",
        CANVAS,
        (result("0badf00d", "Student, Test", 9),),
        {},
        "the file has no row for this student",
    ),
    ("nobody is guessed", "moodle", WORKSHEET, (result("s1", score=5),), {}, "no row"),
    (
        "worksheet by the participant's number",
        "moodle",
        WORKSHEET,
        (result("x", score=5, lms_id="501"),),
        {(1, 4): "5"},
        "",
    ),
    (
        "blind worksheet",
        "moodle",
        BLIND,
        (result("x", score=5, lms_id="501"),),
        {(1, 2): "5"},
        "",
    ),
    (
        "last modified stays, or Moodle passes over the row",
        "moodle",
        GRADED_THERE,
        (result("s1@uni.edu", score=5),),
        {(1, 4): "5"},
        "",
    ),
    (
        "decimal comma of the site",
        "moodle",
        GERMAN,
        (result("s1@uni.edu", score="87.25"),),
        {(1, 4): "87,25"},
        "12,50 -> 87,25",
    ),
    (
        "a locked grade",
        "moodle",
        WORKSHEET,
        (result("s3@uni.edu", score=5),),
        {},
        "Moodle says that this grade cannot be changed",
    ),
    (
        "more than the maximum stops all of the file",
        "moodle",
        WORKSHEET,
        (result("s1@uni.edu", score="100.01"),),
        {},
        "100.01 is more than the maximum grade, 100",
    ),
    (
        "- is null in the gradebook's export",
        "moodle",
        MOODLE_EXPORT,
        ONE,
        {(1, 4): "87.5"},
        "",
    ),
    (
        "an excuse has no word in Moodle",
        "moodle",
        MOODLE_EXPORT,
        (result("s1", status=EXCUSED),),
        {},
        "excused, nothing written for Moodle: s1",
    ),
    ("by the user's name", "blackboard", BLACKBOARD, ONE, {(1, 4): "87.5"}, ""),
    ("needs grading is no score", "blackboard", NEEDS, ONE, {(1, 4): "87.5"}, ""),
    (
        "UTF-16 with tabs, called .xls",
        "blackboard",
        b"\xff\xfe" + TABS.encode("utf-16-le"),
        ONE,
        {(1, 4): "87.5"},
        "",
    ),
    ("# before ids", "brightspace", BRIGHTSPACE, ONE, {(1, 3): "87.5"}, ""),
    (
        "leading zeros",
        "brightspace",
        ZEROS,
        (result("0007", score=5), result("42", score=6)),
        {(1, 3): "5"},
        "42, 6 points: the file has no row",
    ),
)
"""The fact; the platform's file and the results; the cells that change; what is told."""


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_only_these_cells_change(row):
    fact, platform, data, results, cells, told = row
    raw = data.encode() if isinstance(data, str) else data
    after, text, found = filled(platform, data, results)
    before_table, after_table = platforms.table(raw), platforms.table(after)
    assert changed(before_table, after_table) == cells, fact
    assert told in "\n".join([text, *found.warnings]), fact
    for mark in (b"\r\n", b'"', b"\n", b"\t\0", b";"):  # as many as there were
        assert after.count(mark) - raw.count(mark) in ({0, 2} if mark == b'"' else {0}), fact


def test_canvas_takes_the_filled_file():
    results = (*ONE, result("s3", status=EXCUSED), result("s4", score=0), result("s5"))
    before = platforms.canvas(CANVAS.encode())
    after = platforms.canvas(filled("canvas", CANVAS, results)[0])
    assert {key: value for key, value in after.items() if value != before[key]} == {
        ("s1", "98765"): Decimal("87.5"),
        ("s3", "98765"): "EX",
        ("s4", "98765"): 0,
    }


@pytest.mark.parametrize(("data", "mark"), [(WORKSHEET, "."), (GERMAN, ","), (GRADED_THERE, ".")])
def test_moodle_takes_the_filled_worksheet(data, mark):
    after, *_ = filled("moodle", data, (result("s1@uni.edu", score="87.25"),))
    last = "Monday, 2 February 2026, 9:00 AM" if data is GRADED_THERE else "-"
    assert platforms.moodle_worksheet(after, mark)[501] == (Decimal("87.25"), last)


def test_blackboard_and_brightspace_take_the_filled_file():
    after, *_ = filled("blackboard", b"\xff\xfe" + TABS.encode("utf-16-le"), ONE)
    assert platforms.blackboard(after) == {
        ("s1", "1281891"): "3",
        ("s1", "1281892"): "87.5",
        ("s2", "1281891"): "",
        ("s2", "1281892"): "Needs Grading",
    }
    after, *_ = filled("brightspace", ZEROS, (result("0007", score=5),))
    assert platforms.brightspace(after) == {"0007": 5, "0042": Decimal("1.5")}


@pytest.mark.parametrize(
    ("fact", "platform", "data", "column", "told"),
    [
        ("headings in another language", "moodle", "Kennung,Bewertung\n1,2\n", "", "no file of"),
        ("a worksheet without grades", "moodle", "Identifier,Status\n1,2\n", "", "no column"),
        ("read-only columns", "canvas", CANVAS, "Final Score", "no column is called"),
        ("read-only, whatever it is called", "canvas", LOCKED, "", "no column is called"),
        ("computed columns", "canvas", OVERALL, "Assignments Current Points", "no column"),
        ("a column about students", "canvas", CANVAS, "Section", "no column is called"),
        ("a workbook, not the CSV", "canvas", b"PK\x03\x04", "", "is a workbook"),
        ("a page to log in", "canvas", "<html>Log in</html>", "", "no file of Canvas"),
    ],
)
def test_what_cannot_be_filled_is_refused(fact, platform, data, column, told):
    with pytest.raises(GraderError, match=told):
        filled(platform, data, ONE, column)
    assert fact


@pytest.mark.parametrize(
    ("fact", "platform", "heading", "told"),
    [
        (
            "dropped without a word",
            "canvas",
            "Final Score 4 (98765)",
            "Canvas passes over a column",
        ),
        ("a new assignment", "canvas", "Homework 4", "Canvas may make a new assignment"),
        ("a new column", "blackboard", "Homework 4", "Blackboard makes a new column of it"),
        ("known", "canvas", "Homework 4 (98765)", ""),
        ("known", "blackboard", "HW4 [Total Pts: 100 Score] |1281892", ""),
    ],
)
def test_what_the_platform_makes_of_a_heading_is_told(fact, platform, heading, told):
    warnings = " ".join(PLATFORMS[platform].warnings(heading))
    assert told in warnings, fact
    assert bool(told) == bool(warnings), fact


# --- new files ----------------------------------------------------------------------------------

CLASS = (
    result("007", 'O\'Hara, "Jr" Jane', "87.5", login="johara", lms_id="12345"),
    result("1E5", "=cmd|' /C calc'!A0", 0, login="cmd", lms_id="12346"),
    result("s3", "Chen, Chi", status=EXCUSED, login="cchen", lms_id="12347"),
    result("s4", "Diaz, Dan", status=UNREADABLE, login="ddiaz", lms_id="12348"),
    result("s5", "Eve\nÉlan", status=UNGRADED, login="eelan", lms_id="12349"),
    result("s6", "Fox, Finn", login="ffox", lms_id="12350"),
)
KNOWN = Assignment("hw4", "Homework 4 (98765)", HW.points)


def test_canvas_takes_the_new_file_and_nobody_is_blanked():
    data = WRITE["canvas"](CLASS, KNOWN)
    assert platforms.canvas(data) == {
        ("007", "98765"): Decimal("87.5"),
        ("1E5", "98765"): 0,
        ("s3", "98765"): "EX",
    }
    header, points, *rows = platforms.table(data, ",")
    assert header[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    assert points[0] == "    Points Possible"
    assert [row[1] for row in rows] == ["12345", "12346", "12347"]
    assert not data.startswith(b"\xef\xbb\xbf")


def test_a_universitys_number_never_stands_where_canvas_looks_for_its_own():
    rows = platforms.table(WRITE["canvas"]((result("12341", score=5),), KNOWN), ",")
    assert rows[2][1:3] == ["", "12341"]


def test_moodle_takes_the_new_file_only_with_students_that_have_a_grade():
    data = WRITE["moodle"](CLASS, HW)
    users = {"007", "1E5"}
    found = platforms.moodle_gradebook(data, "ID number", "Homework 4", users)
    assert found == {"007": Decimal("87.5"), "1E5": 0}


def test_blackboard_takes_the_new_file():
    data = WRITE["blackboard"](CLASS, Assignment("x", "HW4 [Total Pts: 100 Score] |77", HW.points))
    assert platforms.blackboard(data) == {("johara", "77"): "87.5", ("cmd", "77"): "0"}
    assert all(line[0] == line[-1] == '"' for line in data.decode().splitlines())


def test_brightspace_takes_the_new_file():
    data = WRITE["brightspace"](CLASS, HW)
    assert platforms.brightspace(data) == {"007": Decimal("87.5"), "1E5": 0}
    assert platforms.table(data)[1][:2] == ["#007", "#johara"]


def test_gradescope_has_no_number_that_json_has_not_and_no_hidden_test():
    with zipfile.ZipFile(io.BytesIO(WRITE["gradescope"](CLASS, HW))) as archive:
        records = [json.loads(archive.read(name)) for name in archive.namelist()]
    assert [record.get("score", record["extra_data"]["status"]) for record in records] == [
        *(87.5, 0, "excused", "unreadable", "ungraded", "missing"),
    ]
    assert {record["visibility"] for record in records} == {"visible"}
    assert not any("hidden" in json.dumps(record.get("tests", [])) for record in records)


# --- five things --------------------------------------------------------------------------------

FIVE = {
    "0": {"score": 0},
    "excused": {"status": EXCUSED},
    "missing": {},
    "unreadable": {"status": UNREADABLE},
    "ungraded": {"status": UNGRADED},
}
FILLS = {
    "canvas": (CANVAS, {"0": "0", "excused": "EX"}),
    "moodle": (MOODLE_EXPORT, {"0": "0"}),
    "blackboard": (BLACKBOARD, {"0": "0"}),
    "brightspace": (BRIGHTSPACE, {"0": "0"}),
}


@pytest.mark.parametrize("platform", FILLS)
@pytest.mark.parametrize("kind", FIVE)
def test_five_things_stay_five_in_a_platforms_file(platform, kind):
    data, words = FILLS[platform]
    after, text, _ = filled(platform, data, (result("s1", "Adams, Ada", **FIVE[kind]),))
    cells = changed(platforms.table(data.encode()), platforms.table(after))
    expected = [words[kind]] if kind in words else []
    assert list(cells.values()) == expected
    assert bool(re.search(rf"^{kind}, nothing written", text, re.MULTILINE)) is (kind not in words)
    alone = WRITE[platform]((result("s1", "Adams, Ada", **FIVE[kind]),), KNOWN)
    new = [row for row in platforms.table(alone, ",") if {"s1", "#s1"} & set(row)]
    assert [cell for row in new for cell in row if cell in ("0", "EX")] == expected


@pytest.mark.parametrize("kind", FIVE)
def test_five_things_stay_five_for_people(kind):
    one = (result("007", "＝1+1", **FIVE[kind]),)
    (row,) = csv.DictReader(io.StringIO(WRITE["csv"](one, HW).decode("utf-8-sig"), newline=""))
    score = "0" if kind == "0" else ""
    status = "graded" if kind == "0" else kind
    assert (row["status"], row["score"], row["id"]) == (status, score, "007")
    assert row["name"] == "'＝1+1"
    sheet = openpyxl.load_workbook(io.BytesIO(WRITE["xlsx"](one, HW)))["Results"]
    cells = {head.value: cell for head, cell in zip(*sheet.iter_rows(), strict=True)}
    assert (cells["status"].value, cells["score"].value) == (status, 0 if kind == "0" else None)
    assert (cells["id"].value, cells["id"].data_type) == ("007", "s")
    assert (cells["name"].value, cells["name"].data_type) == ("＝1+1", "s")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠", "a;="])
def test_no_text_for_people_begins_a_formula(start):
    one = (result(f"{start}1+1", f"{start}1+1", 5),)
    (row,) = csv.DictReader(io.StringIO(WRITE["csv"](one, HW).decode("utf-8-sig"), newline=""))
    for cell in (row["id"], row["name"]):
        for part in re.split("[;\t]", cell):
            assert not re.match(r"\s*[=+\-@＝＋－＠]", part), cell
