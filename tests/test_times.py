"""When submissions came: tables that are read, tables that are refused, and what follows."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from class_on_disk import as_json, write
from jsonschema import Draft202012Validator

from grader.batch import grade_paths
from grader.cli import _status
from grader.gradebook.csv_export import gradebook_csv
from grader.model import GraderError
from grader.moments import NotAMomentError, moment
from grader.reports.record import record, schema
from grader.roster import Roster, RosterStudent
from grader.times import load

EAST = ZoneInfo("America/New_York")
HW6 = (Path(__file__).parents[1] / "rubrics" / "hw6.yaml").read_text(encoding="utf-8")
POLICY = "late: {per: day, share: 0.1, cap: 0.5, zero_after: 5 days, zone: America/New_York}\n"
IN_TIME, DAY_LATE = "2024-04-16T23:59:00-04:00", "2024-04-17T10:00:00-04:00"


def table(folder, text, name="times.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def rubric(folder, policy=POLICY):
    path = folder / "policy.yaml"
    path.write_text(HW6.replace("\nproblems:", f"\n{policy}problems:", 1), encoding="utf-8")
    return path


def graded(folder, files, times, policy=POLICY, **more):
    found = write(folder / "submissions", files)
    if times is not None:
        more["times"] = table(folder, times)
    return grade_paths([found], rubric(folder, policy), jobs=1, **more)


# --- moments ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2024-04-16T23:59:00-04:00", "2024-04-17T03:59:00"),
        ("2024-04-16T23:59Z", "2024-04-16T23:59:00"),
        ("2024-04-16 23:59:00 -0400", "2024-04-17T03:59:00"),
        ("2024-04-16 23:59:00 UTC", "2024-04-16T23:59:00"),
        (" 2024-04-16T23:59:00.5+05:30 ", "2024-04-16T18:29:00.500000"),
        ("2024-04-16 23:59", "2024-04-17T03:59:00"),
        ("2024-01-16 23:59", "2024-01-17T04:59:00"),
        ("2024-03-10 03:00", "2024-03-10T07:00:00"),
        ("2024-11-03 02:00", "2024-11-03T07:00:00"),
    ],
)
def test_a_time_is_one_instant(written, utc):
    assert moment(written, EAST) == datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("tomorrow", "expected a date and a time such as"),
        ("2024-04-16", "expected a date and a time such as"),
        ("16/04/2024 23:59", "expected a date and a time such as"),
        ("2024-02-30T10:00Z", "is no time: day is out of range"),
        ("2024-04-16T24:10Z", "is no time"),
        ("0001-01-01T00:00+05:00", "the year 1 cannot be meant"),
        ("2024-03-10 02:30", "clocks there are put forward over this hour"),
        ("2024-11-03 01:30", "clocks there show this hour twice"),
    ],
)
def test_what_is_no_instant_is_refused(written, told):
    with pytest.raises(NotAMomentError, match=told):
        moment(written, EAST)


def test_a_time_without_an_offset_needs_a_zone():
    with pytest.raises(NotAMomentError, match="has no offset from UTC"):
        moment("2024-04-16 23:59", None)


# --- tables -------------------------------------------------------------------------------------


def test_every_column_is_read(tmp_path):
    text = (
        "id,submitted_at,extension_until,late_days_left\n"
        f"s1,{DAY_LATE},2024-04-18T12:00:00-04:00,1.5\n"
        "s2,,2024-04-18T12:00:00-04:00,\n"
    )
    times = load(table(tmp_path, text)).arrivals
    first, second = times["s1"], times["s2"]
    assert first.submitted_at == datetime.fromisoformat(DAY_LATE)
    assert first.extension_until == datetime.fromisoformat("2024-04-18T12:00:00-04:00")
    assert (first.late_days_left, second.late_days_left) == (Fraction(3, 2), None)
    assert (second.submitted_at, second.line) == (None, 3)


def test_a_workbook_with_dates_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(("id", "submitted_at"))
    book.active.append(("s1", datetime(2024, 4, 17, 10)))  # noqa: DTZ001 - cells have no zone
    book.save(tmp_path / "times.xlsx")
    times = load(tmp_path / "times.xlsx", EAST)
    assert times.arrivals["s1"].submitted_at == datetime.fromisoformat(DAY_LATE)
    with pytest.raises(GraderError, match=r"line 2: submitted_at: .* has no offset from UTC"):
        load(tmp_path / "times.xlsx")


def test_the_scores_of_gradescope_serve_as_they_are(tmp_path):
    text = (
        "First Name,Last Name,SID,Email,Sections,Total Score,Submission ID,Submission Time,"
        "Lateness (H:M:S)\nJane,Doe,s1,d@x.edu,,9,77,2024-04-17 10:00:00 -0400,10:01:00\n"
    )
    times = load(table(tmp_path, text)).arrivals
    assert times["s1"].submitted_at == datetime.fromisoformat(DAY_LATE)


@pytest.mark.parametrize("written", ["S1", "jd", "d@x.edu", "Jane Doe", "Doe, Jane"])
def test_the_roster_tells_who_is_meant(tmp_path, written):
    roster = Roster((RosterStudent("s1", "Doe, Jane", email="d@x.edu", login="jd"),))
    text = f'id,submitted_at\n"{written}",{DAY_LATE}\n'
    assert list(load(table(tmp_path, text), roster=roster).arrivals) == ["s1"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ["the list is empty"]),
        ("who,when\n", ["the columns id and submitted_at must be there; the columns are: who"]),
        (f"id,submitted_at\ns1,{DAY_LATE}\nS1,{DAY_LATE}\n", ["lines 2 and 3: S1 stands there tw"]),
        (f"id,submitted_at\n,{DAY_LATE}\n", ["line 2: a time without an id"]),
        (f"id,submitted_at,late_days_left\ns1,{DAY_LATE},-1\n", ["a number of days such as 2"]),
        (f"id,submitted_at,late_days_left\ns1,{DAY_LATE},1e9\n", ["a number of days such as 2"]),
        (f"id,submitted_at,extention_until\ns1,{DAY_LATE},\n", ["did you mean extension_until?"]),
        (
            "id,submitted_at,extension_until\ns1,soon,later\ns2,2024-04-17 10:00,\n",
            ["line 2: submitted_at: exp", "line 2: extension_until: exp", "line 3: submitted_at: "],
        ),
    ],
)
def test_all_that_is_wrong_is_told_at_once(tmp_path, text, told):
    with pytest.raises(GraderError) as caught:
        load(table(tmp_path, text))
    found = str(caught.value).splitlines()
    assert len(found) == len(told), found
    assert all(part in line for part, line in zip(told, found, strict=True)), found


# --- a class ------------------------------------------------------------------------------------


def test_what_is_late_loses_and_its_score_stays(tmp_path):
    files = {f"s{n}.json": as_json(f"s{n}") for n in (1, 2, 3)}
    times = f"id,submitted_at\ns1,{IN_TIME}\ns2,{DAY_LATE}\ns3,2024-04-25T10:00:00-04:00\n"
    batch = graded(tmp_path, files, times)
    assert [(r.score, r.final) for r in batch.reports] == [(20, 20), (20, 18), (20, 0)]
    told = [" ".join(map(str, report.remarks)) for report in batch.reports]
    assert told[0] == ""
    assert told[1] == (
        "handed in late, 10 hours 1 minute after the deadline (2024-04-16 23:59 -0400): counted "
        "as 1 day; 10% of the score is taken off"
    )
    assert told[2].endswith("after the last day, so nothing is left of the score")
    assert batch.told == ()


def test_the_record_says_what_is_taken_off_beside_the_score(tmp_path):
    batch = graded(tmp_path, {"s1.json": as_json("s1")}, f"id,submitted_at\ns1,{DAY_LATE}\n")
    told = record(batch.reports[0])
    Draft202012Validator(schema()).validate(told)
    assert told["score"] == 20
    assert told["late"] == {
        "handed_in": DAY_LATE,
        "due": IN_TIME,
        "per": "day",
        "units": 1,
        "free_days": 0,
        "penalty": 2,
        "final_score": 18,
    }


def test_extensions_and_budgets_are_each_students_own(tmp_path):
    files = {f"s{n}.json": as_json(f"s{n}") for n in (1, 2)}
    times = (
        "id,submitted_at,extension_until,late_days_left\n"
        f"s1,{DAY_LATE},{DAY_LATE},\ns2,{DAY_LATE},,1\n"
    )
    first, second = graded(tmp_path, files, times).reports
    assert (first.final, second.final) == (20, 20)
    assert second.late.free_days == 1
    assert "counted as 1 day, 1 day of it free; nothing is taken off" in str(second.remarks[0])


def test_a_rubric_without_a_policy_has_no_use_for_times(tmp_path):
    with pytest.raises(GraderError, match=r"times.csv: the rubric hw6 has no late policy"):
        graded(tmp_path, {"s1.json": as_json("s1")}, f"id,submitted_at\ns1,{DAY_LATE}\n", "")


CANVAS_LATE = "doejane_LATE_123_456_hw6.json"


@pytest.mark.parametrize(
    ("policy", "times", "attended"),
    [("", None, False), (POLICY, None, True), (POLICY, f"id,submitted_at\n123,{IN_TIME}\n", False)],
)
def test_late_by_its_name_only_is_left_to_a_person(tmp_path, policy, times, attended):
    batch = graded(tmp_path, {CANVAS_LATE: as_json()}, times, policy)
    (report,) = batch.reports
    assert (report.score, report.final) == (20, 20)
    assert [str(remark) for remark in report.remarks] == ["handed in late, by the file's name"]
    assert any("no time is known" in told for told in report.attention) == attended


def test_both_sides_of_what_does_not_match_are_told(tmp_path):
    files = {f"{name}.json": as_json(name) for name in ("s1001", "s1002", "b7")}
    times = f"id,submitted_at\ns1001,{IN_TIME}\ns10002,{IN_TIME}\n"
    assert graded(tmp_path, files, times).told == (
        "times.csv, line 3: s10002 has a time, and no submission; did you mean s1002 or s1001?",
        "times.csv: no time for b7, s1002; nothing is taken off",
    )


def test_a_long_list_of_those_without_a_time_is_cut(tmp_path):
    rows = [(f"s{n:02}", as_json(f"s{n:02}", given={"gan.m": "1"})) for n in range(23)]
    files = {f"{name}.json": text for name, text in rows}
    (told,) = graded(tmp_path, files, f"id,submitted_at\ns00,{IN_TIME}\n").told
    assert told.endswith("s19, s20 and 2 more; nothing is taken off")


def test_what_has_no_score_yet_is_late_all_the_same(tmp_path):
    (report,) = graded(tmp_path, {"s1.json": "{"}, f"id,submitted_at\ns1,{DAY_LATE}\n").reports
    told = record(report)
    Draft202012Validator(schema()).validate(told)
    assert (report.status, report.final, report.late.units) == ("unreadable", None, 1)
    assert (told["late"]["penalty"], told["late"]["final_score"]) == (None, None)


def test_who_is_missing_has_no_time_to_be_late(tmp_path):
    roster = table(tmp_path, "id,name\ns1,A\ns2,B\n", "roster.csv")
    times = f"id,submitted_at\ns1,{IN_TIME}\ns2,{DAY_LATE}\n"
    batch = graded(tmp_path, {"s1.json": as_json("s1")}, times, roster=roster)
    assert [report.late is None for report in batch.reports] == [False, True]
    assert batch.told == ("times.csv, line 3: s2 has a time, and no submission",)


def test_several_files_of_one_student_are_late_once(tmp_path):
    halves = [{"gan.h0": ["9"] * 8}, {"gan.m": "12.4"}]
    files = {f"s1_{n}.json": as_json("s1", given=half) for n, half in enumerate(halves)}
    batch = graded(tmp_path, files, f"id,submitted_at\ns1,{DAY_LATE}\n")
    (report,) = batch.reports
    assert sum("10% of the score" in str(remark) for remark in report.remarks) == 1
    assert report.late.units == 1


# --- what people see ----------------------------------------------------------------------------


def rows(batch):
    return list(csv.DictReader(io.StringIO(gradebook_csv(batch.reports, batch.rubric))))


def test_the_gradebook_has_what_is_left_only_under_a_policy(tmp_path):
    files = {f"s{n}.json": as_json(f"s{n}") for n in (1, 2)}
    (tmp_path / "a").mkdir()
    batch = graded(tmp_path / "a", files, f"id,submitted_at\ns1,{DAY_LATE}\n")
    assert [(row["score"], row["final"]) for row in rows(batch)] == [("20", "18"), ("20", "20")]
    header = list(rows(batch)[0])
    assert header.index("final") == header.index("score") + 1
    (tmp_path / "b").mkdir()
    assert "final" not in rows(graded(tmp_path / "b", files, None, ""))[0]


def test_the_command_says_it_everywhere(tmp_path, capsys):
    files = {f"s{n}.json": as_json(f"s{n}") for n in (1, 2)}
    found = write(tmp_path / "submissions", files)
    times = table(tmp_path, f"id,submitted_at\ns1,{DAY_LATE}\ns9,{DAY_LATE}\n")
    out = tmp_path / "grades"
    asked = [found, "--rubric", rubric(tmp_path), "--times", times, "--out", out, "--jobs", 1]
    assert _status([str(word) for word in asked]) == 0
    shown = capsys.readouterr()
    assert "times.csv, line 3: s9 has a time, and no submission" in shown.err
    assert "times.csv: no time for s2; nothing is taken off" in shown.err
    said = " ".join(shown.out.split())
    assert "Being late takes 2 points off 1 submission: the gradebook's column final" in said
    page = (out / "feedback" / "s1.html").read_text(encoding="utf-8")
    assert "Handed in late: <b>18</b> of these points are left" in page
    assert "10% of the score is taken off" in page
    assert 'class="final"' not in (out / "feedback" / "s2.html").read_text(encoding="utf-8")
    first = json.loads((out / "results.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert (first["score"], first["late"]["final_score"]) == (20, 18)


def test_without_a_policy_nothing_is_new(tmp_path):
    batch = graded(tmp_path, {"s1.json": as_json("s1")}, None, "")
    assert "late" not in record(batch.reports[0])
    assert (batch.reports[0].late, batch.reports[0].final) == (None, batch.reports[0].score)


def test_a_policy_for_which_no_time_is_known_is_told_and_times_are_not_lost_silently(
    tmp_path, capsys
):
    found = write(tmp_path / "submissions", {"s1.json": as_json("s1")})
    times = table(tmp_path, f"id,submitted_at\ns1,{DAY_LATE}\n")
    words = [found, "--rubric", rubric(tmp_path), "--out", tmp_path / "grades", "--jobs", 1]
    told = "a late policy, and no submission's time is known: nothing is taken off; --times FILE"
    lost = "the run before knew when submissions came, and this one does not"
    for more, status, says_it, gives_back in (
        ([], 0, True, False),
        (["--times", times], 0, False, False),
        ([], 1, True, True),
        ([], 0, True, False),
    ):
        assert _status([str(word) for word in [*words, *more]]) == status
        err = capsys.readouterr().err
        assert (told in err, lost in err) == (says_it, gives_back)
