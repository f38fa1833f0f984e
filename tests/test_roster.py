"""The class list: what is read from exports and lists, what is refused, and who is found."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from grader.identity import Identity
from grader.model import GraderError, Student
from grader.roster import Roster, RosterStudent, find, load, near, same_name


def listed(folder: Path, content: str | bytes, name: str = "roster.csv") -> Roster:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load(path)


def refused(folder: Path, content: str | bytes) -> str:
    with pytest.raises(GraderError) as caught:
        listed(folder, content)
    return str(caught.value)


PLAIN = "id,name,level,email,login,section,excused\n"
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Homework 4 (98765),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,100,(read only)
"Doe, Jane",12345,s1001,jdoe,ECSE-6850-01,87.50,
"Li, Ming",12346,,mli,"ECSE-4850-01, ECSE-6850-01",EX,
"Student, Test",99999,,,ECSE-4850-01,,
"""
MOODLE = """Identifier,First name,Surname,ID number,Email address
Participant 77,Jane,Doe,0012,jane@uni.edu
"""
BLACKBOARD = '"Last Name"\t"First Name"\t"Username"\n"Doe"\t"Jane"\t"jdoe"\n'
GRADESCOPE = "First Name,Last Name,SID,Email,Sections\nJane,Doe,1001,jane@uni.edu,4850\n"
BRIGHTSPACE = "OrgDefinedId,Username,End-of-Line Indicator\n#1001,#jdoe,#\n"

LISTS = [
    (
        PLAIN + '0012,"Doe, Jane",6850,j@x.org,jdoe,1,yes\n',
        [RosterStudent("0012", "Doe, Jane", "6850", "j@x.org", "jdoe", excused=True, section="1")],
    ),
    (
        CANVAS,
        [
            RosterStudent(
                *("s1001", "Doe, Jane", "6850", "", "jdoe"), section="ECSE-6850-01", lms_id="12345"
            ),
            RosterStudent(
                *("12346", "Li, Ming", "", "", "mli"),
                section="ECSE-4850-01, ECSE-6850-01",
                lms_id="12346",
            ),
        ],
    ),
    (MOODLE, [RosterStudent("0012", "Doe, Jane", "", "jane@uni.edu", lms_id="77")]),
    (BLACKBOARD, [RosterStudent("jdoe", "Doe, Jane", login="jdoe")]),
    (GRADESCOPE, [RosterStudent("1001", "Doe, Jane", "4850", "jane@uni.edu", section="4850")]),
    (BRIGHTSPACE, [RosterStudent("1001", login="jdoe")]),
    ("Student ID;Name\n7;Doe, Jane\n\n;\n", [RosterStudent("7", "Doe, Jane")]),
    ("sep=;\nid;name\n7;a\n", [RosterStudent("7", "a")]),
    ("The class of 2024\n\nid,name\n7,a\n", [RosterStudent("7", "a")]),
    ('id,name\n="007","=""name"\n', [RosterStudent("007", '="name')]),
    ("id,level\n7,ECSE 6850\n8,grad\n9,4850/6850\n", [("7", "6850"), ("8", "grad"), ("9", "")]),
    ("id,excused\n7,no\n8,x\n9,\n", [("7", False), ("8", True), ("9", False)]),
    (
        "id,section\n7,CRN 54850\n8,ECSE6850_01\n9,Spring 2024\n",
        [("7", ""), ("8", "6850"), ("9", "")],
    ),
]


@pytest.mark.parametrize(("content", "students"), LISTS)
def test_a_list_is_read_as_it_was_exported(
    tmp_path: Path, content: str, students: list[object]
) -> None:
    found = listed(tmp_path, content).students
    expected = [s for s in students if isinstance(s, RosterStudent)]
    short = [(s.id, s.excused if "excused" in content else s.level) for s in found]
    assert (list(found) == expected) if expected else (short == students)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_make_no_difference(
    tmp_path: Path, encoding: str, newline: str
) -> None:
    text = newline.join(["id,name", "s1001,Jürgen Müller", "s1002,José"])
    bom = "\ufeff" if encoding == "utf-16-le" else ""
    found = listed(tmp_path, (bom + text).encode(encoding))
    assert [s.name for s in found.students] == ["Jürgen Müller", "José"]


def test_a_workbook_is_read_with_ids_as_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("class")
    for row in (["ID", "Name", "Level"], ["0012", "Doe, Jane", 6850], [1001, "Li, Ming", None]):
        book["class"].append(row)
    book.save(tmp_path / "roster.xlsx")
    found = load(tmp_path / "roster.xlsx")
    assert [(s.id, s.level) for s in found.students] == [("0012", "6850"), ("1001", "")]


MISTAKES = [
    ("", ["is empty"]),
    ("\n\n ,\n", ["is empty"]),
    ("id,name\n", ["nobody is on the list"]),
    ("name,level\nJane,6850\n", ["no column", "name, level"]),
    (
        "id,name\n7,a\n8,b\n7,c\n,Jane\nA1,x\na1,y\n",
        ["lines 2 and 4: the id 7", "line 5: Jane has no id", "lines 6 and 7: the id A1"],
    ),
    ("id,name\n7,Doe, Jane\n8,b\n9,Li, Ming\n", ["line 2 has more cells", "line 4 has more cells"]),
    ('id,name\n7,"a\nb"\n7,c\n', ["lines 2 and 4"]),
    ('id,name\n7,"a"b\n', ["line 2"]),
    (b"PK\3\4 not a workbook", ["roster.csv"]),
    ("id,name\n7," + "x" * 200_000, ["line 2"]),
]


@pytest.mark.parametrize(("content", "told"), MISTAKES)
def test_all_mistakes_of_a_list_are_told_at_once_with_their_lines(
    tmp_path: Path, content: str | bytes, told: list[str]
) -> None:
    message = refused(tmp_path, content)
    assert [part for part in told if part not in message] == []
    assert all(line.startswith("roster.csv") for line in message.splitlines())


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match=r"nowhere\.csv"):
        load(tmp_path / "nowhere.csv")


CLASS = Roster(
    (
        RosterStudent("s1001", "Doe, Jane", login="jdoe", email="jane@uni.edu", lms_id="1003"),
        RosterStudent("s1002", "Ming Li"),
        RosterStudent("1003", "José Ángel de la Cruz"),
        RosterStudent("s1004", "Kim, Min"),
        RosterStudent("s1005", "Min Kim"),
        RosterStudent("jdoe2", ""),
    )
)


@pytest.mark.parametrize(
    ("who", "id_"),
    [
        (Student("s1001"), "s1001"),
        (Student(" S1001 "), "s1001"),
        (Student("JDOE"), "s1001"),
        (Student("Jane@uni.edu"), "s1001"),
        (Student("", "jane  DOE"), "s1001"),
        (Student("", "Doe,Jane"), "s1001"),
        (Student("unknown", "Jane Doe"), "s1001"),
        (Student("", "de la Cruz, Jose Angel"), "1003"),
        (Student("s1002", "Jane Doe"), "s1002"),
        (Student("1003"), "1003"),
        (Identity("1003", "doejane", lms="canvas"), "s1001"),
        (Identity("1003"), "1003"),
        (Identity("5", "delacruzjoséángel", lms="canvas"), "1003"),
        (Student("", "Min Kim"), None),
        (Student("", "Jane"), None),
        (Student("", ""), None),
        (Student("s10"), None),
    ],
)
def test_a_student_is_found_by_id_then_login_then_mail_then_name(
    who: Student | Identity, id_: str | None
) -> None:
    found = find(CLASS, who)
    assert (found.id if found else None) == id_


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("s1O01", "s1001 (Doe, Jane)"),
        ("Jane Do", "s1001 (Doe, Jane)"),
        ("jdoe@uni.edu", "s1001 (Doe, Jane)"),
        ("jdo2", "jdoe2"),
    ],
)
def test_near_misses_are_suggested(text: str, told: str) -> None:
    assert told in near(CLASS, text)


IN_A_ROW = Roster(tuple(RosterStudent(f"s{k}", f"Name{k}, A") for k in range(1001, 1046)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("s1046", ()),
        ("s1050", ()),
        ("s10O7", ("s1007 (Name1007, A)",)),
        ("s1001x", ("s1001 (Name1001, A)",)),
        ("a.name1012", ("s1012 (Name1012, A)",)),
    ],
)
def test_of_ids_in_a_row_none_is_suggested_unless_it_is_nearest(text: str, told: str) -> None:
    assert near(IN_A_ROW, text)[:1] == told


def test_of_two_namesakes_both_are_suggested() -> None:
    twins = Roster((RosterStudent("s5", "Loe, Al"), RosterStudent("s6", "Loe, Al")))
    assert near(twins, "Al Loe") == ("s5 (Loe, Al)", "s6 (Loe, Al)")


@pytest.mark.parametrize("text", ["", "zzzzzz", "x" * 10_000])
def test_nobody_is_suggested_where_nobody_is_near(text: str) -> None:
    assert near(CLASS, text) == ()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Doe, Jane", "jane doe", True),
        ("Doe, Jane", "doejane", True),
        ("José Díaz", "Jose Diaz", True),
        ("Jane Doe", "Jane Dow", False),
        ("Ángel Díaz", "ngeldiaza", False),
        ("Jane Doe", "Jane", False),
        ("", "", False),
    ],
)
def test_names_are_the_same_in_either_order_and_any_case(
    one: str, other: str, *, same: bool
) -> None:
    assert same_name(one, other) is same
