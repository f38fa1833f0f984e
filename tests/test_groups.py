"""Work handed in together: a record for each member, and no guess where it is unclear."""

from __future__ import annotations

import json

import pytest
from class_on_disk import answers, as_json, as_tidy, write
from jsonschema import Draft202012Validator

from grader.batch import grade_paths
from grader.cli import _status
from grader.gradebook.table import needs_a_person
from grader.reports.record import record, schema
from grader.shared_answers import shared_answers

ROSTER = (
    "id,name,level,Canvas ID,group\n"
    "s1,Jane Doe,4850,901,Team 1\n"
    "s2,John Roe,6850,902,Team 1\n"
    "s3,Ann Poe,4850,903,\n"
    "s4,Max Moe,4850,904,Team 2\n"
    "s5,Eve Low,4850,905,Team 2\n"
)
BOTH = {**answers(), "autoencoder.grad_xp": "-2*(x-xp)"}
WRONG = {**answers(), "gan.h0": ["9"] * 8}


def listed(**submissions):
    lines = []
    for key, people in submissions.items():
        lines += [f"{key}:", "  :submitters:"]
        lines += [f"  - :name: {person}\n    :sid: {person}" for person in people.split()]
    return "\n".join(lines) + "\n"


def graded(folder, files, roster=ROSTER, **more):
    if roster:
        path = folder / "roster.csv"
        path.write_text(roster, encoding="utf-8")
        more["roster"] = path
    batch = grade_paths([write(folder / "submissions", files)], jobs=1, **more)
    return {report.student.id: report for report in batch.reports}, batch


def members(report):
    return [one.id for one in report.team.members] if report.team else []


WAYS = {
    "Gradescope": {
        "submission_metadata.yml": listed(submission_7="s1 s2"),
        "submission_7/hw.json": as_json(given=BOTH),
    },
    "Canvas": {"team1_901_5511_hw.json": as_json(given=BOTH)},
    "Canvas, the name of a member in the file": {
        "team1_902_5511_hw.json": as_json("s1", "Jane Doe", given=BOTH)
    },
    "Canvas, late": {"team_1_LATE_901_5511_hw.json": as_json(given=BOTH)},
    "Moodle": {
        "Team 1-Jane Doe_41_assignsubmission_file/hw.json": as_json("s1", given=BOTH),
        "Team 1-John Roe_42_assignsubmission_file/hw.json": as_json("s1", given=BOTH),
    },
    "Moodle, one folder": {"Team 1_41_assignsubmission_file/hw.json": as_json(given=BOTH)},
    "Blackboard": {
        "HW_6_Team 1_attempt_2024-04-16-10-00-00_hw.json": as_json(given=BOTH),
        "HW_6_Team 1_attempt_2024-04-16-10-00-00.txt": "Name: Team 1",
    },
    "Brightspace": {"77-5 - Team 1 - Apr 16, 2024 1000 AM - hw.json": as_json(given=BOTH)},
    "a folder": {"Team 1/hw.json": as_json(given=BOTH)},
    "a file": {"team_1.json": as_json(given=BOTH)},
    "a file with both names in it": {
        "team_1.json": as_json(" ", "Jane Doe / John Roe", given=BOTH)
    },
    "a file with both names in a sentence": {
        "team_1.json": as_json(" ", "Jane Doe and John Roe", given=BOTH)
    },
    "a file with both names and ids in it": {
        "team_1.json": as_json(" ", "Jane Doe (s1) / John Roe (s2)", given=BOTH)
    },
    "a table with both ids in it": {
        "team_1.csv": "name,Jane Doe,John Roe\nid,s1,s2\n" + as_tidy(given=BOTH)
    },
    "a file with a slip in the id and a member's name": {
        "team_1.json": as_json("sl", "Jane Doe", given=BOTH)
    },
    "a file with the group's name in it": {"team_1.json": as_json("Team 1", given=BOTH)},
    "two parts": {
        "team1_901_5511_gan.json": as_json(given=answers()),
        "team1_902_5512_ae.json": as_json("s1", given={"autoencoder.grad_xp": "-2*(x-xp)"}),
    },
}


@pytest.mark.parametrize("way", WAYS)
def test_each_member_has_a_record_and_the_own_level_counts(tmp_path, way):
    by_id, batch = graded(tmp_path, WAYS[way])
    one, other = by_id["s1"], by_id["s2"]
    assert (one.status, other.status) == ("graded", "graded"), (one.reason, other.reason)
    assert (one.max_score, other.max_score) == (20, 40)
    assert one.score == 20
    assert other.score > 20
    assert members(one) == members(other) == ["s1", "s2"]
    assert not needs_a_person(one), needs_a_person(one)
    assert sum(report.status == "missing" for report in batch.reports) == 3
    assert any("handed in together with s2 (John Roe)" in str(told) for told in one.remarks)
    assert any("handed in together with s1 (Jane Doe)" in str(told) for told in other.remarks)
    told = record(one)
    Draft202012Validator(schema()).validate(told)
    assert [member["id"] for member in told["team"]["members"]] == ["s1", "s2"]


UNCLEAR = {
    "in two groups": (
        {
            "submission_metadata.yml": listed(submission_1="s1 s2", submission_2="s1 s3"),
            "submission_1/a.json": as_json(),
            "submission_2/a.json": as_json(given=WRONG),
        },
        "s1",
        "handed in by a group: s1 (Jane Doe), s2 (John Roe) and by a group: s1 (Jane Doe), s3",
        {"s2": 20, "s3": 17},
    ),
    "alone and in a group": (
        {
            "submission_metadata.yml": listed(submission_1="s1 s2", submission_2="s1"),
            "submission_1/a.json": as_json(),
            "submission_2/a.json": as_json(),
        },
        "s1",
        "handed in alone and by a group",
        {"s2": 20},
    ),
    "alone beside a group on Canvas": (
        {
            "team1_901_11_hw.json": as_json(),
            "roejohn_902_12_hw.json": as_json(),
        },
        "s2",
        "handed in alone and by the group Team 1",
        {"s1": 20},
    ),
    "the group of others": (
        {"team1_904_11_hw.json": as_json()},
        "",
        "and the number of nobody in it",
        {},
    ),
    "another's file": (
        {"team1_901_11_hw.json": as_json("s3", "Ann Poe")},
        "",
        "the file says that it is s3 (Ann Poe)'s, its name that it is s",
        {},
    ),
    "another's file with a slip in the id": (
        {"team1_901_11_hw.json": as_json("s33", "Ann Poe")},
        "",
        "the file says that it is s3 (Ann Poe)'s, its name that it is s",
        {},
    ),
    "a student called as the group": (
        {"annpoe_903_11_hw.json": as_json()},
        "",
        "can mean the group Ann Poe or one of its members",
        {},
    ),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_what_is_unclear_goes_to_a_person_and_costs_nobody_else(tmp_path, case):
    files, student, why, others = UNCLEAR[case]
    roster = ROSTER.replace("4850,903,", "4850,903,Ann Poe") + "s6,Tom Toe,4850,906,Ann Poe\n"
    by_id, batch = graded(tmp_path, files, roster)
    unsettled = [r for r in batch.reports if r.status == "ungraded"]
    assert unsettled
    assert all(r.score is None and why in r.reason for r in unsettled), unsettled[0].reason
    if student:
        assert by_id[student].status == "ungraded"
    assert {who: by_id[who].score for who in others} == others


def test_a_member_who_is_not_in_the_class_is_told(tmp_path):
    files = {
        "submission_metadata.yml": listed(submission_1="s1 s99"),
        "submission_1/a.json": as_json("s1"),
    }
    by_id, _ = graded(tmp_path, files)
    assert not needs_a_person(by_id["s1"])
    assert by_id["s99"].attention[0].startswith("s99 is not on the roster")


def test_a_group_needs_no_class_list(tmp_path):
    files = {
        "submission_metadata.yml": listed(submission_1="s1 s2"),
        "submission_1/a.json": as_json("s1", "s1", level="6850", given=BOTH),
    }
    by_id, _ = graded(tmp_path, files, "")
    assert {who: (r.score, r.max_score) for who, r in by_id.items()} == {
        "s1": (by_id["s1"].score, 40),
        "s2": (by_id["s2"].score, 40),
    }
    assert "level unknown" in by_id["s2"].attention[0]


def test_a_file_that_nobody_can_read_is_each_members(tmp_path):
    by_id, _ = graded(tmp_path, {"team1_901_11_hw.json": "{"})
    assert [by_id[who].status for who in ("s1", "s2")] == ["unreadable"] * 2
    assert members(by_id["s2"]) == ["s1", "s2"]


def test_a_section_is_no_group(tmp_path):
    rows = "".join(f"s{n},Student {n},4850,Section A\n" for n in range(1, 14))
    files = {"Section A/s1.json": as_json(), "Section A/hw.json": as_json("s2", "Student 2")}
    by_id, batch = graded(tmp_path, files, f"id,name,level,group\n{rows}")
    assert [r.status for r in batch.reports].count("graded") == 2
    assert by_id["s1"].team is by_id["s2"].team is None


def test_a_students_own_file_in_the_groups_folder_is_the_students(tmp_path):
    by_id, _ = graded(tmp_path, {"Team 1/s1.json": as_json()})
    assert (by_id["s1"].status, by_id["s1"].team, by_id["s2"].status) == ("graded", None, "missing")


def test_moodle_folders_with_other_files_are_each_students_own(tmp_path):
    files = {
        "Team 1-Jane Doe_41_assignsubmission_file/hw.json": as_json(),
        "Team 1-John Roe_42_assignsubmission_file/hw.json": as_json(given=WRONG),
    }
    by_id, _ = graded(tmp_path, files)
    assert [members(by_id[who]) for who in ("s1", "s2")] == [[], []]
    assert by_id["s1"].score > by_id["s2"].score


def test_canvas_without_groups_in_the_class_list_says_what_to_do(tmp_path):
    by_id, _ = graded(tmp_path, {"dreamteam_901_11_hw.json": as_json()})
    assert "give the class list a column group" in str(by_id["s1"].remarks[0])


def test_a_table_of_several_students_is_read_once(tmp_path):
    table = "id,name,level,gan.m\ns1,Jane Doe,4850,12.402\ns2,John Roe,6850,12.402\n"
    files = {"team1_901_11_hw.csv": table}
    by_id, batch = graded(tmp_path, files)
    assert [by_id[who].status for who in ("s1", "s2")] == ["graded"] * 2
    assert not any("same file" in str(r.remarks) for r in batch.reports)


def test_members_share_their_answers_and_nobody_is_suspected(tmp_path):
    odd = {**answers(), "gan.h2": [["7.1357"] * 4] * 4, "gan.m": "3.14159"}
    files = {"team1_901_11_hw.json": as_json(given=odd)}
    _, batch = graded(tmp_path, files)
    assert shared_answers(batch.reports) == ()
    files["s3.json"] = as_json(given=odd)
    _, batch = graded(tmp_path, files)
    (shared,) = shared_answers(batch.reports)
    assert {r.student.id for r in shared.reports} == {"s1", "s3"}


def test_the_page_and_the_workbook_name_the_others(tmp_path):
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    found = write(tmp_path / "submissions", {"team1_901_11_hw.json": as_json()})
    out = tmp_path / "grades"
    asked = [found, "--roster", tmp_path / "roster.csv", "--out", out, "--jobs", 1]
    assert _status([str(word) for word in asked]) == 0
    for own, other in (("s1", "s2 (John Roe)"), ("s2", "s1 (Jane Doe)")):
        page = (out / "feedback" / f"{own}.html").read_text(encoding="utf-8")
        assert f"handed in together with {other}, as the group Team 1" in page
    lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert sum("team" in json.loads(line) for line in lines) == 2
    assert "handed in together with" in (out / "gradebook.csv").read_text(encoding="utf-8")


def test_the_name_of_what_was_named_is_no_groups(tmp_path):
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER.replace("Team ", ""), encoding="utf-8")
    named = write(tmp_path / "submissions_1", {"zed.json": as_json(), "s3.json": as_json()})
    batch = grade_paths([named], jobs=1, roster=roster)
    status = {report.student.id: report.status for report in batch.reports}
    assert (status["s1"], status["s2"], status["s3"]) == ("missing", "missing", "graded")
    assert status["zed"] == "graded"  # as nobody on the class list, which is told


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"903.json": as_json()}, "it is s3 (Ann Poe)'s and the group 903's, which s3"),
        ({"Team 2/sally0O3.json": as_json()}, "and sally0O3 may be sally003 (Sal Low)"),
    ],
)
def test_a_name_that_can_be_a_groups_and_anothers_goes_to_a_person(tmp_path, files, why):
    roster = ROSTER.replace("Team 1", "903") + "sally003,Sal Low,4850,909,\n"
    by_id, batch = graded(tmp_path, files, roster)
    assert all(report.score is None for report in batch.reports), by_id
    assert any(why in report.reason for report in batch.reports), by_id


def test_a_groups_file_is_named_once_to_whom_it_may_belong(tmp_path):
    by_id, _ = graded(tmp_path, {"team1_901_11_hw.json": as_json("s33", "Ann Poe")})
    (told,) = map(str, by_id["s3"].remarks)
    assert told.count("team1_901_11_hw.json") == 1
