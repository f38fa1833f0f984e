"""Times that downloads tell: what follows for lateness, the results and the class report."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import openpyxl
import pytest
from class_on_disk import as_json, write
from jsonschema import Draft202012Validator

from grader.arrivals import SPANS, counts, times_ahead
from grader.batch import grade_paths
from grader.cli import _status
from grader.gradebook.xlsx import workbook
from grader.reports.class_report import class_page
from grader.reports.class_times import times_sentence
from grader.reports.record import record, schema
from grader.rubric import load

ZONED = "late: {per: day, share: 0.1, zone: America/New_York}\n"
BARE = "late: {per: day, share: 0.1}\n"
METADATA = "submission_1:\n  :submitters:\n  - :name: A\n    :sid: s1\n  :created_at: "


def rubric(folder, policy=ZONED):
    path = folder / "policy.yaml"
    text = load_text().replace("\nproblems:", f"\n{policy}problems:", 1)
    path.write_text(text, encoding="utf-8")
    return path


def load_text():
    from importlib.resources import files  # noqa: PLC0415 - the packaged rubric as text

    return (files("rubrics") / "hw6.yaml").read_text("utf-8")


def graded(folder, files, policy=ZONED, times=None):
    if times:
        (folder / "times.csv").write_text(times, encoding="utf-8")
    table = folder / "times.csv" if times else None
    found = write(folder / "submissions", files)
    return grade_paths([found], rubric(folder, policy), jobs=1, times=table)


def attention(report):
    """What a person must look at besides the level, which nothing here tells."""
    return [told for told in report.attention if not told.startswith("level unknown")]


def blackboard(login, when):
    return f"HW6_{login}_attempt_{when}_hw.json"


def gradescope(when):
    files = {"submission_metadata.yml": METADATA + when, "submission_1/hw.json": as_json()}
    return {f"export/{name}": content for name, content in files.items()}


def brightspace(when):
    return {f"77-5 - Jane Doe - {when} - hw.json": as_json()}


# The deadline is 2024-04-16T23:59:00-04:00.
@pytest.mark.parametrize(
    ("files", "policy", "submitted", "final"),
    [
        ({blackboard("s1", "2024-04-16-23-59-00"): as_json()}, ZONED, "2024-04-16T23:59:00", 20),
        ({blackboard("s1", "2024-04-16-23-59-01"): as_json()}, ZONED, "2024-04-16T23:59:01", 18),
        ({blackboard("s1", "2024-04-18-10-00-00"): as_json()}, ZONED, "2024-04-18T10:00:00", 16),
        (brightspace("Apr 16, 2024 1159 PM"), ZONED, "2024-04-16T23:59:00", 20),
        (brightspace("Apr 17, 2024 1200 AM"), ZONED, "2024-04-17T00:00:00", 18),
        (gradescope("2024-04-17 03:59:00.000000000 Z\n"), BARE, "2024-04-17T03:59:00+00:00", 20),
        (gradescope("2024-04-17 03:59:01.000000000 Z\n"), BARE, "2024-04-17T03:59:01+00:00", 18),
        (gradescope("soon\n"), BARE, "", 20),
        (gradescope("&a [x]\n"), BARE, "", 20),
        ({"s1.json": as_json()}, ZONED, "", 20),
        ({"doejane_901_11_hw.json": as_json()}, ZONED, "", 20),
    ],
)
def test_the_downloads_time_decides_what_is_late(tmp_path, files, policy, submitted, final):
    (report,) = graded(tmp_path, files, policy).reports
    assert (report.submitted_at, report.score, report.final) == (submitted, 20, final)
    assert attention(report) == []
    told = record(report)
    Draft202012Validator(schema()).validate(told)
    assert told.get("submitted_at", "") == submitted
    assert ("late" in told) == bool(submitted)


@pytest.mark.parametrize(
    ("when", "policy", "told"),
    [
        ("2024-04-16-11-58-00", BARE, ""),
        ("2024-04-16-17-00-00", BARE, "has no offset from UTC"),
        ("2024-04-17-10-00-00", BARE, "has no offset from UTC"),
        ("2024-03-10-02-30-00", ZONED, ""),
        ("2024-11-03-01-30-00", ZONED, "clocks there show this hour twice"),
    ],
)
def test_a_time_that_is_no_one_instant_is_never_guessed(tmp_path, when, policy, told):
    (report,) = graded(tmp_path, {blackboard("s1", when): as_json()}, policy).reports
    assert (report.late, report.final) == (None, 20)
    assert [told in text for text in attention(report)] == ([True] if told else [])


def test_a_table_of_times_goes_before_the_download(tmp_path):
    files = {
        blackboard("s1", "2024-04-18-10-00-00"): as_json(),
        blackboard("s2", "2024-04-18-10-00-00"): as_json(given={"gan.m": "12.4"}),
    }
    times = "id,submitted_at,extension_until\ns1,2024-04-16 10:00,\ns2,,2024-04-20 10:00\n"
    first, second = graded(tmp_path, files, times=times).reports
    assert (first.final, second.final) == (20, second.score)
    assert second.late.due == datetime.fromisoformat("2024-04-20T10:00:00-04:00")


def test_those_whom_the_download_times_need_no_row(tmp_path):
    files = {blackboard("s1", "2024-04-18-10-00-00"): as_json(), "s2.json": as_json("s2", given={})}
    batch = graded(tmp_path, files, times="id,submitted_at\ns9,2024-04-16 10:00\n")
    assert batch.told[1:] == ("times.csv: no time for s2; nothing is taken off",)


def test_the_newest_attempt_is_what_was_handed_in(tmp_path):
    files = {
        blackboard("s1", "2024-04-16-10-00-00"): as_json(given={"gan.m": "1"}),
        blackboard("s1", "2024-04-17-10-00-00"): as_json(),
    }
    (report,) = graded(tmp_path, files).reports
    assert (report.submitted_at, report.final) == ("2024-04-17T10:00:00", 18)


def test_parts_of_which_one_has_no_time_have_none(tmp_path):
    files = {
        blackboard("s1", "2024-04-16-10-00-00"): as_json(given={"gan.m": "12.4"}),
        "s1.json": as_json(given={"gan.p": "1"}),
    }
    (report,) = graded(tmp_path, files).reports
    assert (report.status, report.submitted_at) == ("graded", "")


def test_without_a_policy_the_time_is_told_and_takes_nothing(tmp_path):
    (report,) = graded(tmp_path, {blackboard("s1", "2024-05-18-10-00-00"): as_json()}, "").reports
    assert (report.submitted_at, report.late, report.final) == ("2024-05-18T10:00:00", None, 20)


# --- seen ---------------------------------------------------------------------------------------

CLASS = {
    blackboard("s1", "2024-04-01-10-00-00"): as_json("s1"),
    blackboard("s2", "2024-04-16-20-00-00"): as_json("s2", given={"gan.m": "12.4"}),
    blackboard("s3", "2024-04-16-23-30-00"): as_json("s3"),
    blackboard("s4", "2024-04-17-00-30-00"): as_json("s4"),
    "s5.json": as_json("s5"),
}


def test_every_time_lies_in_one_span():
    hours = [*range(-200, 200), 0]
    for hour in hours:
        found = [span for span in SPANS if span.has(timedelta(hours=hour))]
        assert len(found) == 1
        assert found[0].is_late == (hour < 0)


@pytest.mark.parametrize("policy", [ZONED, BARE, ""])
def test_the_class_is_counted_by_its_time_to_the_deadline(tmp_path, policy):
    batch = graded(tmp_path, CLASS, policy)
    ahead = times_ahead(batch.reports, batch.rubric)
    rows = {span.name: (n, share) for span, n, share in counts(ahead) if n}
    assert rows["over 7 days before"] == (1, 1.0)
    assert {name: n for name, (n, _) in rows.items()} == {
        "over 7 days before": 1,
        "1 to 6 hours": 1,
        "in the last hour": 1,
        "under 1 hour late": 1,
    }
    assert times_sentence(ahead) == (
        "The median of 4 students is 2 hours 14 minutes before the deadline; 1 was late"
    )


def test_the_report_and_the_workbook_show_it(tmp_path):
    batch = graded(tmp_path, CLASS)
    page = class_page(batch.reports, batch.rubric)
    assert "Time to the deadline" in page
    assert "The median of 4 students is" in page
    book = openpyxl.load_workbook(io.BytesIO(workbook(batch.reports, batch.rubric)))
    cells = [[cell.value for cell in row] for row in book["Statistics"].iter_rows()]
    (start,) = (n for n, row in enumerate(cells) if row[0] == "Time to the deadline")
    assert cells[start + 3][:2] == [SPANS[0].name, 1]
    assert cells[start + 2 + len(SPANS)][:2] == [SPANS[-1].name, 0]
    assert len(book["Statistics"]._charts) == 3


def test_without_times_nothing_is_shown(tmp_path):
    batch = graded(tmp_path, {"s1.json": as_json("s1")})
    assert "Time to the deadline" not in class_page(batch.reports, batch.rubric)
    assert times_ahead(batch.reports, load("hw6")) == ()


def test_the_command_needs_no_table_of_times(tmp_path, capsys):
    found = write(tmp_path / "submissions", CLASS)
    out = tmp_path / "grades"
    asked = [found, "--rubric", rubric(tmp_path), "--out", out, "--jobs", 1]
    assert _status([str(word) for word in asked]) == 0
    assert "Being late takes 2 points off 1 submission" in " ".join(capsys.readouterr().out.split())
    page = (out / "feedback" / "s4.html").read_text(encoding="utf-8")
    assert "Handed in late: <b>18</b> of these points are left" in page
