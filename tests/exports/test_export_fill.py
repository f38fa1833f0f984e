import csv
import io
from dataclasses import replace

import pytest
from export_samples import (
    BLACKBOARD,
    BRIGHTSPACE,
    CANVAS,
    HW,
    MOODLE_EXPORT,
    PLATFORMS,
    WORKSHEET,
    five,
    result,
)
from hypothesis import given
from hypothesis import strategies as st

from grader.exports.delimited import parse
from grader.exports.fill import plan
from grader.exports.told import plan_text
from grader.model import GraderError, Status

GRADED = (result("s1", "Adams, Ada", "87.5"),)


def planned(platform, data, results, column=""):
    data = data if isinstance(data, bytes) else data.encode()
    return plan(PLATFORMS[platform], parse(data, "lms.csv"), results, HW, column)


def filled(platform, data, results, column=""):
    return planned(platform, data, results, column).filled()


def rows(data, delimiter=","):
    return list(csv.reader(io.StringIO(data.decode(), newline=""), delimiter=delimiter))


# --- each platform's file -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "data", "old", "new"),
    [
        ("canvas", CANVAS, "CS-01,3,,", "CS-01,3,87.5,"),
        ("moodle", WORKSHEET, 'for grading",,', 'for grading",87.5,'),
        ("moodle", MOODLE_EXPORT, "ada@uni.edu,-,", "ada@uni.edu,87.5,"),
        ("blackboard", BLACKBOARD, '"s1","3","",', '"s1","3","87.5",'),
        ("brightspace", BRIGHTSPACE, "#aadams,Adams,,", "#aadams,Adams,87.5,"),
    ],
)
def test_only_the_students_cell_changes(platform, data, old, new):
    assert filled(platform, data, GRADED).decode() == data.replace(old, new, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_stays_as_the_platform_wrote_it(encoding, end, delimiter):
    table = csv.reader(io.StringIO(CANVAS, newline=""))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(table)
    old, new = (f"CS-01{delimiter}3{delimiter}{cell}{delimiter}" for cell in ("", "87.5"))
    expected = text.getvalue().replace(old, new, 1)
    assert filled("canvas", text.getvalue().encode(encoding), GRADED) == expected.encode(encoding)


@pytest.mark.parametrize(
    ("other", "written"),
    [("88,5", '"87,5"'), ("88.5", "87.5"), ("88", "87.5")],
)
def test_the_decimal_mark_is_the_files(other, written):
    data = CANVAS.replace("88.5", f'"{other}"')
    expected = data.replace("CS-01,3,,", f"CS-01,3,{written},", 1)
    assert filled("canvas", data, GRADED).decode() == expected


def test_five_statuses_stay_five_in_canvas():
    found = planned("canvas", CANVAS, five())
    before, after = rows(CANVAS.encode()), rows(found.filled())
    cells = {row[2]: (old[6], row[6]) for old, row in zip(before, after, strict=True)}
    assert [cells[f"s{n}"] for n in range(1, 6)] == [
        *(("", "0"), ("7", "7"), ("", "EX"), ("", ""), ("", "")),
    ]
    told = plan_text(found, "Canvas")
    assert "s1 (Adams, Ada): (blank) -> 0" in told
    assert "s3 (Chen, Chi): (blank) -> EX" in told
    for status, who in (("missing", "s2"), ("unreadable", "s4"), ("ungraded", "s5")):
        assert f"{status}, nothing written for Canvas: {who} " in told


@pytest.mark.parametrize("platform", ["moodle", "blackboard", "brightspace"])
def test_who_has_no_score_keeps_the_cell_elsewhere(platform):
    data = {"moodle": MOODLE_EXPORT, "blackboard": BLACKBOARD, "brightspace": BRIGHTSPACE}
    for status in (Status.MISSING, Status.EXCUSED, Status.UNREADABLE, Status.UNGRADED):
        nobody = (result("s1", status=status), result("s2", status=status))
        assert filled(platform, data[platform], nobody).decode() == data[platform]
        assert f"{status.value}, nothing" in plan_text(
            planned(platform, data[platform], nobody), "it"
        )


@pytest.mark.parametrize("old", ["87.5", "87.50", '"87.500"', "87,5"])
def test_the_same_value_is_no_change(old):
    data = CANVAS.replace("CS-01,3,,", f'CS-01,3,"{old}",'.replace('""', '"'))
    assert filled("canvas", data, GRADED).decode() == data
    assert "the same already: 1" in plan_text(planned("canvas", data, GRADED), "Canvas")


@pytest.mark.parametrize(
    ("score", "written"),
    [("0", "0"), ("1234.5", "1234.5"), ("1/3", "0.33"), ("1/8", "0.13"), ("100", "100")],
)
def test_scores_have_no_thousands_separator_and_two_decimals(score, written):
    after = rows(filled("canvas", CANVAS, (result("s1", score=score),)))
    assert after[3][6] == written


def test_moodle_rows_that_moodle_refuses_are_told():
    ids = {"lms_id": "503"}, {"lms_id": "501"}
    found = planned("moodle", WORKSHEET, (result("x", score=3, **ids[0]),))
    assert [cell.obstacle for cell in found.stopped] == [
        "Moodle says that this grade cannot be changed"
    ]
    found = planned("moodle", WORKSHEET, (result("x", score=101, **ids[1]),))
    assert "x, 101 points: 101 is more than the maximum grade, 100" in plan_text(found, "Moodle")
    assert found.filled().decode() == WORKSHEET


# --- which column -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "heading"),
    [
        ("", "Homework 4 (98765)"),
        ("homework  3", "Homework 3 (98764)"),
        ("Homework 3 (98764)", "Homework 3 (98764)"),
    ],
)
def test_the_column_is_found_by_its_name(column, heading):
    assert planned("canvas", CANVAS, GRADED, column).heading == heading


@pytest.mark.parametrize(
    ("header", "column", "told"),
    [
        ("Homework 5 (98765)", "", "no column is called 'Homework 4' or 'hw4'; did you mean 'H"),
        ("Homework 4 (98765)", "Homewrk 3", "did you mean 'Homework 3 .98764.'"),
        ("Homework 4 (98765)", "Final Score", "no column is called 'Final Score'"),
        ("Homework 4 (98765)", "Section", "no column is called 'Section'"),
        ("HW4 (98765)", "Homework 3 (1)", "no column is called"),
    ],
)
def test_a_column_that_is_not_there_is_told(header, column, told):
    data = CANVAS.replace("Homework 4 (98765)", header)
    with pytest.raises(GraderError, match=told):
        planned("canvas", data, GRADED, column)


def test_two_columns_that_fit_are_named_and_neither_is_taken():
    data = CANVAS.replace("Homework 3 (98764)", "Homework 4 (98764)")
    told = r"several columns fit: 'Homework 4 \(98764\)' or 'Homework 4 \(98765\)'"
    with pytest.raises(GraderError, match=told):
        planned("canvas", data, GRADED)
    assert planned("canvas", data, GRADED, "Homework 4 (98765)").column == 6


def test_a_title_and_an_id_in_two_columns_are_two():
    with pytest.raises(GraderError, match="several columns fit"):
        planned("canvas", CANVAS.replace("Homework 3", "HW4"), GRADED)


def test_another_platforms_file_is_told():
    with pytest.raises(GraderError, match="this is no file of Brightspace"):
        planned("brightspace", "a,b\n1,2\n", GRADED)
    with pytest.raises(GraderError, match="no column for the points"):
        planned("blackboard", CANVAS.replace("Student,", "Last Name,"), GRADED)


# --- whose row ----------------------------------------------------------------------------------

PEOPLE = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (1)
    Points Possible,,,,,100
"Doe, Jane",11,0042,jdoe,A,
"Li, Ming",12,42,ming@uni.edu,A,
"Roe, Sam",13,,sroe,A,
"Roe, Sam",14,,sroe2,A,
"Poe, Ann",15,s7,apoe,A,
"""


@pytest.mark.parametrize(
    ("who", "row"),
    [
        (result("0042", score=5), 2),
        (result("42", score=5), 3),
        (result("jdoe", score=5), 2),
        (result("x", score=5, login="JDOE"), 2),
        (result("MING@uni.edu", score=5), 3),
        (result("x", score=5, email="ming@uni.edu"), 3),
        (result("x", score=5, lms_id="15"), 6),
        (result("13", "samroe", score=5), 4),
        (result("", "Jane  DOE", score=5), 2),
        (result("", "poe, ann", score=5), 6),
    ],
)
def test_a_row_is_found_by_id_login_email_and_exact_name(who, row):
    found = planned("canvas", PEOPLE, (who,))
    assert [cell.person.row for cell in found.cells] == [row]
    assert len(found.joined.rows) == 4


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ((result("042", score=5),), "the file has no row for this student"),
        ((result("", "Roe, Sam", score=5),), "2 rows fit by name"),
        ((result("", "Doe, Janet", score=5),), "has no row"),
        ((result("12", "Somebody Else", score=5),), "with that number is that of 42 (Li, Ming)"),
        ((result("0042", score=5), result("jdoe", score=6)), "2 results fit the row of 0042"),
        (
            (result("0042", score=5), result("s9", "Poe, Ann", score=6)),
            "only the name fits, and the id differs: s7 (Poe, Ann)",
        ),
    ],
)
def test_who_is_in_doubt_is_left_and_told(results, told):
    found = planned("canvas", PEOPLE, results)
    assert told in plan_text(found, "Canvas")
    assert {cell.result.id for cell in found.cells} <= {"0042"}
    assert found.lost


def test_an_id_with_another_students_name_is_left_and_told():
    """Somebody sorted the column of ids alone."""
    swapped = CANVAS.replace(",s1,", ",XX,").replace(",s2,", ",s1,").replace(",XX,", ",s2,")
    found = planned("canvas", swapped, (result("s1", "Ada Adams", score=5), result("s3", score=6)))
    assert [cell.result.id for cell in found.cells] == ["s3"]
    assert [why for _, why in found.joined.apart] == [
        "the id fits the row of s1 (Brown, Bob), the name that of s2 (Adams, Ada)"
    ]


@pytest.mark.parametrize(
    ("ids", "taken"),
    [
        (("7000001", "7000005"), ["007000001", "007000005"]),
        (("7000002", "7000005"), ["007000005"]),
        (("7.00E+06", "7,0E+06"), ["007000001", "007000005"]),
        (("7.10E+06", "7.00E+06"), ["007000005"]),
        (("u1", "u5"), ["007000001", "007000005"]),
    ],
)
def test_ids_that_a_spreadsheet_changed_still_tell_namesakes_apart(ids, taken):
    data = "Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (98765)\n"
    data += "".join(
        f'"{name}",40{n},"{found}",,CS,\n'
        for n, (name, found) in enumerate(zip(("Kim, Min", "Lee, Bo"), ids, strict=True))
    )
    two = result("007000001", "Kim, Min", score=5), result("007000005", "Lee, Bo", score=6)
    assert [cell.result.id for cell in planned("canvas", data, two).cells] == taken


def test_both_ways_are_told():
    told = plan_text(
        planned("canvas", PEOPLE, (result("0042", score=5), result("zz", score=1))), ""
    )
    assert "without a result (left as they are):\n  42 (Li, Ming)\n  sroe (Roe, Sam)" in told
    assert "zz, 1 points: the file has no row for this student" in told
    assert "Points Possible" not in told


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Doe, Jane,11,0042,jdoe,A,\n", "the row has more cells than the header"),
        ('"Doe, Jane",11,0042,jdoe\n', "the row ends before that column"),
    ],
)
def test_a_row_that_is_too_long_or_short_is_left(line, why):
    data = PEOPLE.replace('"Doe, Jane",11,0042,jdoe,A,\n', line)
    found = planned("canvas", data, (result("jdoe", score=5),))
    shown = [why for cell in found.stopped for why in [cell.obstacle]]
    assert found.filled().decode() == data
    assert shown == [why] or found.lost


def test_a_dangerous_name_stays_and_is_flagged():
    data = PEOPLE.replace('"Doe, Jane"', "\"=cmd|' /C calc'!A0\"")
    found = planned("canvas", data, (result("0042", score=5),))
    assert found.filled().decode() == data.replace("jdoe,A,", "jdoe,A,5")
    assert [w for w in found.warnings if "formula" in w] == [
        "line 3: a spreadsheet would take a text of 0042 (=cmd|' /C calc'!A0) for a formula"
    ]


def test_other_points_than_the_files_are_told():
    found = planned("canvas", PEOPLE.replace(",,100", ",,50"), (result("0042", score=5),))
    assert "says that 50 points are possible; of the results 1 of 100;" in found.warnings[0]


def test_some_results_of_other_points_than_the_files_are_counted_and_told():
    some = tuple(result(f"s{n}", score=5) for n in range(1, 4))
    found = planned("canvas", CANVAS, (*some[:1], *(replace(r, max_score=20) for r in some[1:])))
    assert "says that 100 points are possible; of the results 2 of 20;" in found.warnings[0]


# --- laws ---------------------------------------------------------------------------------------

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10)


@given(
    st.lists(st.tuples(NAMES, NAMES, st.sampled_from(["", "3", "EX", "-"])), max_size=6),
    st.lists(st.none() | st.fractions(0, 100), max_size=6),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_stands_beside_it_is_byte_identical(students, scores, encoding):
    def whole(cells):
        return "\n".join(["Student,SIS User ID,Section,Homework 4 (1),Notes (2)", *cells, ""])

    def line(n, points):
        name, note = (text.replace('"', '""') for text in students[n][:2])
        return f'"{name}",id{n}, A ,"{points}","{note}"'

    results = tuple(result(f"id{n}", score=score) for n, score in enumerate(scores))
    given_lines = [line(n, old) for n, (_, _, old) in enumerate(students)]
    after = filled("canvas", whole(given_lines).encode(encoding), results)
    expected = []
    for n, (_, _, old) in enumerate(students):
        score = scores[n] if n < len(scores) else None
        is_new = score is not None and old != "EX" and (old != "3" or results[n].points != "3")
        expected.append(line(n, results[n].points if is_new else old))
    assert after == whole(expected).encode(encoding)
