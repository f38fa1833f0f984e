"""Pages packed for a platform, read back as the platform reads them."""

import re
import zipfile
from dataclasses import replace
from types import MappingProxyType

import pytest
from export_samples import CANVAS, PLATFORMS, WORKSHEET, result

from grader.cli import main
from grader.exports.delimited import parse
from grader.exports.feedback import packed
from grader.exports.feedback_canvas import canvas_reads
from grader.exports.fill import people_of
from grader.exports.pages import page_names
from grader.exports.told import package_text
from grader.model import Status

TEAM = """\
Identifier,Full name,ID number,Group,Grade
Participant 1,Ann Poe,s1,Team_A,
Participant 2,Bob Roe,s2,Team_A,
Participant 3,Cy Coe,s3,Team_B,
"""


def handed_in(student_id, file, name="", score=5, status=None, **more):
    score = None if status else score
    made = result(student_id, name, score, status, **more)
    return replace(made, record=MappingProxyType({**made.record, "file": file}))


def rows(platform, text):
    return people_of(PLATFORMS[platform], parse(text.encode(), "lms.csv"))


def canvas_takes(name):
    """As Canvas does it: the first two parts between underscores that are digits only."""
    numbers = [part for part in name.split("_") if part.isdigit() and part.isascii()]
    return tuple(numbers[:2])


def moodle_takes(name):
    """As Moodle does it: five parts at most, the second a participant, the third a plugin's."""
    folder, page = name.split("/")
    parts = folder.split("_", 4)
    assert parts[2:4] == ["assignfeedback", "file"]
    assert page[0] not in ".~"
    return int(parts[1]), parts[0], page


# --- Canvas -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "number", "attachment"),
    [
        (handed_in("s1", "adamsada_12341_900_hw.xlsx"), "12341", "900"),
        (handed_in("s1", "adamsada_LATE_12341_900_hw.xlsx"), "12341", "900"),
        (handed_in("s1", "zip.zip/adamsada_12341_900_hw.zip/in/1_2_x.csv"), "12341", "900"),
        (handed_in("s1", "a_12341_900_g.json, a_12341_901_a.json"), "12341", "900"),
        (handed_in("s1", "adamsada_12341_900_hw, final.xlsx"), "12341", "900"),
        (handed_in("s1", "محمدعلي_12341_900_hw.json"), "12341", "900"),
    ],
)
@pytest.mark.parametrize("gradebook", [CANVAS, ""])
def test_canvas_finds_the_student_and_the_attachment(one, number, attachment, gradebook):
    found = packed("canvas", (one,), rows("canvas", gradebook) if gradebook else ())
    ((_, target),) = found.entries
    assert canvas_takes(target.name) == canvas_reads(target.name) == (number, attachment)
    assert target.number == number
    assert target.name.endswith(".html")
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f\u202a-\u202e]', target.name)


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (handed_in("s1", "s1.json"), "s1.json has no name from Canvas's download"),
        (handed_in("s1", ""), "its file has no name from Canvas's download"),
        (handed_in("s1", "adamsada_12341_text.html"), "is no attachment"),
        (handed_in("s1", "anon_aBc12_900_hw.xlsx"), "is anonymous"),
        (handed_in("s1", "LATE_anon_77_900_hw.xlsx"), "is anonymous"),
        (handed_in("s1", "team_1_12341_900_hw.csv"), "Canvas would take it for 1's, and it is"),
        (handed_in("s2", "adamsada_12341_900_hw.csv"), "take it for 12341's, and it is 12342's"),
    ],
)
def test_whom_canvas_would_not_find_gets_no_page_and_is_told(one, why):
    found = packed("canvas", (one,), rows("canvas", CANVAS))
    assert not found.entries
    assert why in package_text(found)


@pytest.mark.parametrize("one", [("s99", ""), ("", "Bobby Tables")])
def test_work_that_is_not_of_whoever_handed_it_in_goes_to_nobody(one):
    result_of = handed_in(one[0], "adamsada_12341_900_hw.xlsx", one[1])
    found = packed("canvas", (result_of,), rows("canvas", CANVAS))
    assert not found.entries
    assert "it was handed in under 12341, which is s1 (Adams, Ada)'s" in package_text(found)
    moved = handed_in("s1", "Ada Adams_501_assignsubmission_file_/hw.xlsx", "Bobby Tables")
    assert not packed("moodle", (moved,), rows("moodle", WORKSHEET)).entries


@pytest.mark.parametrize("platform", ["canvas", "moodle"])
def test_a_number_that_is_not_in_the_file_gets_no_page(platform):
    files = {"canvas": "parkdan_99_900_hw.xlsx", "moodle": "Dan Park_99_assignsubmission_file_/a"}
    own = {"canvas": CANVAS, "moodle": WORKSHEET}
    one = handed_in("s99", files[platform], "Park, Dan")
    found = packed(platform, (one,), rows(platform, own[platform]))
    assert not found.entries
    assert "the platform's file has no number 99" in package_text(found)
    assert len(packed(platform, (one,)).entries) == 1


@pytest.mark.parametrize(
    ("name", "gets"),
    [("Park, Dan", 1), ("dan  park", 1), ("", 1), ("Diaz, Dan", 0), ("Danny Park", 0)],
)
def test_without_a_file_the_names_must_be_one(name, gets):
    for platform, file in (
        ("canvas", "parkdan_99_900_hw.xlsx"),
        ("moodle", "Dan Park_99_assignsubmission_file_/a"),
        ("moodle", "Team 1-Dan Park_99_assignsubmission_file_/a"),
    ):
        found = packed(platform, (handed_in("s1", file, name),))
        assert len(found.entries) == gets, file
        assert ("(--fill) tells whose it is" in package_text(found)) is (gets == 0)


def test_a_name_that_can_be_two_students_needs_the_gradebook():
    one = handed_in("s1", "adamsada_12341_900_2024_10_hw.xlsx")
    ((_, target),) = packed("canvas", (one,), rows("canvas", CANVAS)).entries
    assert canvas_takes(target.name) == ("12341", "900")
    one = handed_in("s1", "team_1_12341_900_hw.csv")
    assert "--fill with Canvas's gradebook tells" in package_text(packed("canvas", (one,)))


# --- Moodle -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (handed_in("s1", "Ada Adams_501_assignsubmission_file_/hw.xlsx"), "Ada Adams"),
        (handed_in("s1", "Ada Adams_501_assignsubmission_file/hw.xlsx"), "Ada Adams"),
        (handed_in("s1", "Ada Adams_501_assignsubmission_file_hw.xlsx"), "Ada Adams"),
        (handed_in("s1", "Participant_501_assignsubmission_file_/hw.xlsx"), "Participant"),
        (handed_in("501", "hw.xlsx"), "Ada Adams"),
    ],
)
def test_moodle_finds_the_participant(one, name):
    ((_, target),) = packed("moodle", (one,), rows("moodle", WORKSHEET)).entries
    assert moodle_takes(target.name) == (501, name, "hw4_feedback.html")


def test_without_the_worksheet_the_folder_tells():
    one = handed_in("s1", "=Ada: Adams_0501_assignsubmission_file_/hw.xlsx")
    ((_, target),) = packed("moodle", (one,)).entries
    assert target.name == "=Ada Adams_501_assignfeedback_file_/hw4_feedback.html"


def test_everybody_in_a_team_gets_the_page():
    one = handed_in("", "Team A_9_assignsubmission_file_/hw.csv")
    found = packed("moodle", (one,), rows("moodle", TEAM))
    takes = [moodle_takes(target.name)[:2] for _, target in found.entries]
    assert takes == [(1, "Ann Poe"), (2, "Bob Roe")]


@pytest.mark.parametrize(
    ("results", "why"),
    [
        ((handed_in("x", "hw.csv"),), "no participant's number"),
        (
            (handed_in("x", "A_7_assignsubmission_file_/a, B_8_assignsubmission_file_/b"),),
            "several",
        ),
        (
            (handed_in("501", "Bob Brown_502_assignsubmission_file_/hw.csv"),),
            "it was handed in by participant 502, and is 501's",
        ),
        (
            tuple(handed_in(i, "B_502_assignsubmission_file_/a") for i in "xy"),
            "2 results would go to 502",
        ),
    ],
)
def test_whom_moodle_would_not_find_gets_no_page_and_is_told(results, why):
    found = packed("moodle", results, rows("moodle", WORKSHEET))
    assert not found.entries
    assert len(found.apart) == len(results)
    assert why in package_text(found)


# --- both ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.MISSING, Status.EXCUSED, Status.UNGRADED])
def test_who_has_nothing_to_be_told_yet_gets_no_page(status):
    one = handed_in("s1", "adamsada_12341_900_hw.xlsx", status=status)
    found = packed("canvas", (one,))
    assert not found.entries
    assert not found.apart
    assert f"{status.value}, no page: s1" in package_text(found)


def test_who_could_not_be_read_is_told_so():
    one = handed_in("s1", "adamsada_12341_900_hw.xlsx", status=Status.UNREADABLE)
    assert len(packed("canvas", (one,)).entries) == 1


@pytest.fixture
def course(tmp_path, monkeypatch, capsys):
    """Two students' files in a download of Canvas's, graded; and the command line there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name, text in (("adamsada_12341_900_hw", "s1"), ("brownbob_LATE_12342_901_hw", "s2")):
        told = f'{{"student": {{"id": "{text}"}}, "answers": {{"gan.m": 12.4}}}}'
        (tmp_path / "in" / f"{name}.json").write_text(told)
    (tmp_path / "lms.csv").write_text(CANVAS, "utf-8")

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    run("in", "--store", "none")
    return run


def test_each_student_gets_their_own_page(course, tmp_path):
    arguments = ("export", "grades", "--to", "canvas", "--feedback", "--fill", "lms.csv")
    status, out, _ = course(*arguments, "--dry-run")
    assert (status, list(tmp_path.glob("grades/*.zip"))) == (0, [])
    assert course(*arguments) == (0, out.replace("nothing was written (--dry-run)", WROTE), "")
    with zipfile.ZipFile(tmp_path / "grades/feedback-canvas.zip") as archive:
        assert archive.testzip() is None
        found = {canvas_takes(name)[0]: archive.read(name) for name in archive.namelist()}
    pages = {n: (tmp_path / f"grades/feedback/s{n}.html").read_bytes() for n in (1, 2)}
    assert found == {"12341": pages[1], "12342": pages[2]}


WROTE = "wrote grades/feedback-canvas.zip"


def test_a_page_that_is_not_there_is_told(course, tmp_path):
    (tmp_path / "grades/feedback/s1.html").unlink()
    status, out, _ = course("export", "grades", "--to", "canvas", "--feedback")
    assert status == 1
    assert (
        "1 page to hand back\nwithout a page (a person must look):\n  s1 (adamsada): there is no"
        in out
    )
    (tmp_path / "grades/feedback/s2.html").unlink()
    (tmp_path / "grades/feedback-canvas.zip").unlink()
    status, out, _ = course("export", "grades", "--to", "canvas", "--feedback")
    assert status == 2
    assert out.endswith("nothing was written: there is no page to pack\n")
    assert not (tmp_path / "grades/feedback-canvas.zip").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--to", "csv", "--feedback"), "--feedback is for canvas and moodle"),
        (("--to", "canvas", "--feedback", "--column", "x"), "--column is for points"),
        (("--to", "moodle", "--feedback", "--fill", "lms.csv"), "this is no file of Moodle"),
    ],
)
def test_what_cannot_be_packed_is_one_message(course, tmp_path, arguments, told):
    before = sorted(tmp_path.rglob("*"))
    status, out, err = course("export", "grades", *arguments)
    assert (status, out) == (2, "")
    assert told in err
    assert sorted(tmp_path.rglob("*")) == before


def test_pages_have_the_names_that_grading_gave_them():
    results = [handed_in("a", "x"), handed_in("A", "y"), handed_in("", "z.json")]
    assert page_names(results) == {0: "a~2.html", 1: "A.html", 2: "no-id~z.json.html"}
