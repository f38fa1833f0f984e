import json
from dataclasses import replace
from fractions import Fraction

import pytest
from class_samples import five_statuses

from grader.exports.gradescope import gradescope_record
from grader.exports.results import (
    Result,
    assignment_of,
    counted,
    read_results,
    with_roster,
)
from grader.model import GraderError, Status
from grader.reports.record import line, record
from grader.roster import Roster, RosterStudent


def test_every_status_is_kept_apart(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text("".join(f"{line(report)}\n" for report in five_statuses()), "utf-8")
    results = read_results(tmp_path)
    assert results == read_results(path)
    assert [(str(r.status), r.score, r.points) for r in results] == [
        ("graded", Fraction(0), "0"),
        ("missing", None, ""),
        ("excused", None, ""),
        ("unreadable", None, ""),
        ("ungraded", None, ""),
    ]
    assert assignment_of(results, "").title == "hw6"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"schema": 2}, "line 1 is no result: it has schema 2"),
        ({"status": "lost"}, "'lost' is not a valid Status"),
        ({"score": None}, "a graded submission has a score"),
        ({"status": "missing"}, "no other has one"),
        ({"score": -1}, "not negative"),
        ({"score": float("nan")}, "NaN is no number"),
        ({"score": "4"}, "points are numbers"),
        ({"score": True}, "points are numbers"),
        ({"student": {"id": 5, "name": "", "level": ""}}, "are texts"),
        ({"late": {"final_score": -2}}, "not negative"),
        ({"student": {"id": "5"}}, "it has no 'name'"),
    ],
)
def test_what_is_no_result_is_told_with_its_line(tmp_path, change, told):
    path = tmp_path / "results.jsonl"
    path.write_text(json.dumps({**record(five_statuses()[0]), **change}), "utf-8")
    with pytest.raises(GraderError, match=told):
        read_results(path)


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_results_is_told(tmp_path, content):
    path = tmp_path / "results.jsonl"
    path.write_text(content)
    with pytest.raises(GraderError, match="there is no result"):
        read_results(path)


def test_results_of_two_assignments_are_not_one_export(tmp_path):
    path = tmp_path / "results.jsonl"
    both = [record(five_statuses()[0]), {**record(five_statuses()[0]), "rubric": "hw7"}]
    path.write_text("\n".join(map(json.dumps, both)))
    with pytest.raises(GraderError, match="several assignments: hw6, hw7"):
        assignment_of(read_results(path), "")


def test_a_roster_tells_logins(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text(line(five_statuses()[0]) + "\n", "utf-8")
    known = with_roster(
        read_results(path), Roster((RosterStudent("S1", login="aadams", lms_id="77"),))
    )
    assert (known[0].login, known[0].lms_id, known[0].name) == ("aadams", "77", "Adams, Ada")
    assert with_roster(known, Roster((RosterStudent("s2"),))) == known


def test_a_namesake_with_another_id_tells_nothing(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text(line(five_statuses()[0]) + "\n", "utf-8")
    (known,) = read_results(path)
    namesake = Roster((RosterStudent("s9", known.name, login="zed", lms_id="77"),))
    assert with_roster((known,), namesake) == (known,)
    (nameless,) = with_roster((replace(known, id=""),), namesake)
    assert nameless.login == "zed"


def test_what_is_late_and_what_a_person_gave_counts():
    late = {**record(five_statuses()[0]), "score": 8, "late": {"final_score": 6.4}}
    found = Result("s1", "", "", Status.GRADED, Fraction(8), Fraction(20), late)
    assert (found.score, found.final, found.points) == (8, Fraction("6.4"), "6.4")
    assert counted({"score": 1, "override": {"points": 2.5}}) == 2.5
    written = gradescope_record(found)
    assert (written["score"], written["output"]) == (6.4, "hw6: 6.4 points, 8 less what is late")
