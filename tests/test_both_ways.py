"""The class list and what was handed in, held against each other; and what the list leaves open."""

from __future__ import annotations

import csv
import io

import pytest
from class_on_disk import as_json, write

from grader.batch import grade_paths
from grader.cli import _status
from grader.gradebook.csv_export import gradebook_csv
from grader.levels import course_levels, unclear_levels
from grader.reports.class_report import class_page
from grader.reports.text import summary_text
from grader.roster import load as load_roster
from grader.rubric import load

ROSTER = """id,name,level
s1001,Jane Doe,4850
s1002,John Roe,6850
s1003,Ann Poe,4850
s20,Max Moe,4850
"""


def roster(folder, text=ROSTER):
    path = folder / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return path


def graded(folder, files, text=ROSTER):
    found = write(folder / "submissions", files)
    return grade_paths([found], roster=roster(folder, text), jobs=1)


@pytest.mark.parametrize(
    ("file", "stated", "missing", "suggested"),
    [
        ("s1O01.json", ("", ""), "s1001", "s1001 (Jane Doe)"),
        ("hw.json", ("s100l", ""), "s1001", "s1001 (Jane Doe)"),
        ("hw.json", ("x9", "Jane Doo"), "s1001", "s1001 (Jane Doe)"),
        ("Jhon Roe.json", ("", ""), "s1002", "s1002 (John Roe)"),
        ("Anne Poe.json", ("", ""), "s1003", "s1003 (Ann Poe)"),
    ],
)
def test_a_near_miss_is_suggested_both_ways(tmp_path, file, stated, missing, suggested):
    batch = graded(tmp_path, {file: as_json(*stated)})
    stray = next(report for report in batch.reports if report.file)
    assert f"did they mean {suggested}" in "; ".join((stray.reason, *stray.attention))
    found = {report.student.id: report for report in batch.reports}
    assert found[missing].status == "missing"
    assert found[missing].score is None
    (told,) = map(str, found[missing].remarks)
    assert told == f"{file} is by nobody on the class list and may be theirs"
    assert [r.remarks for r in batch.reports if not r.file and r.student.id != missing] == [()] * 3


def test_what_is_like_nobody_is_suggested_to_nobody(tmp_path):
    batch = graded(tmp_path, {"zebra.json": as_json("q77", "Zoe Quux")})
    assert all(not report.remarks for report in batch.reports if not report.file)


def test_who_handed_in_is_suggested_nothing(tmp_path):
    batch = graded(tmp_path, {"s1001.json": as_json(), "s1O01.json": as_json(given={"gan.m": "1"})})
    found = {report.student.id: report for report in batch.reports if report.file == "s1001.json"}
    assert found["s1001"].remarks == ()


def test_it_is_seen_in_the_summary_the_gradebook_and_the_report(tmp_path):
    batch = graded(tmp_path, {"s1O01.json": as_json(), "s1002.json": as_json()})
    summary = " ".join(summary_text(batch.reports, "grades").split())
    assert "Handed nothing in (3):" in summary
    told = "s1O01.json is by nobody on the class list and may be theirs"
    assert f"s1001 (Jane Doe): {told}" in summary
    assert "s1003 (Ann Poe), s20 (Max Moe)" in summary
    rows = csv.DictReader(io.StringIO(gradebook_csv(batch.reports, batch.rubric)))
    assert {row["id"]: row["remarks"] for row in rows}["s1001"] == told
    assert told in class_page(batch.reports, batch.rubric)


def test_a_long_list_of_the_missing_is_cut(tmp_path):
    rows = "".join(f"x{n:03},Student {n},4850\n" for n in range(40))
    batch = graded(tmp_path, {"s1001.json": as_json()}, ROSTER + rows)
    assert "and 23 more" in " ".join(summary_text(batch.reports, "grades").split())


# --- levels -------------------------------------------------------------------------------------

SECTIONS = "id,name,section\ns1,A,CSCI 4850-01\ns2,B,ECSE-6850-02\ns3,C,{}\n"


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ("CSCI 4850-03", ""),
        ("Fall 2024 ECSE-6850", ""),
        (
            "4850/6850-01",
            "the section '4850/6850-01' names several levels, so none is known for s3",
        ),
        (
            "Honors",
            "the section 'Honors' names neither 4850 nor 6850, so the level is unknown of s3",
        ),
        (
            "CSCI 4960-01",
            "the section 'CSCI 4960-01' names neither 4850 nor 6850, so what is for one level",
        ),
        ("", ""),
    ],
)
def test_the_section_gives_the_level_or_is_told(tmp_path, section, told):
    known = load_roster(roster(tmp_path, SECTIONS.format(section)))
    found = unclear_levels(known, load("hw6"))
    assert len(found) == bool(told)
    assert all(one.startswith(f"class list: {told}") and one.endswith(" s3") for one in found)
    assert [student.level for student in known.students[:2]] == ["4850", "6850"]


def test_the_courses_levels_are_the_titles_and_the_problems(tmp_path):
    assert course_levels(load("hw6")) == {"4850", "6850"}
    other = tmp_path / "other.yaml"
    assert unclear_levels(None, load("hw6")) == ()
    assert not other.exists()


def test_the_section_decides_which_problems_count_and_the_command_tells_what_is_unclear(
    tmp_path, capsys
):
    found = write(tmp_path / "submissions", {f"s{n}.json": as_json() for n in (1, 2, 3)})
    listed = roster(tmp_path, SECTIONS.format("Honors"))
    asked = [found, "--roster", listed, "--out", tmp_path / "grades", "--jobs", 1]
    assert _status([str(word) for word in asked]) == 1
    assert "names neither 4850 nor 6850, so the level is unknown of s3" in capsys.readouterr().err
    batch = grade_paths([found], roster=listed, jobs=1)
    assert [report.max_score for report in batch.reports] == [20, 40, 20]
