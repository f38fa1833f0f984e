"""Six platforms' downloads, zipped and not: who is who, and nothing that was handed in is lost."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from class_on_disk import answers, as_json, as_tidy, as_workbook, as_zip, write

from grader.batch import grade_paths
from grader.handin import noise
from grader.sources import collect

ROSTER = """Student,ID,SIS User ID,SIS Login ID,Section,Group,Email
Points Possible,,,,,,
"Doe, Jane",901,s1,jdoe,CSCI 4850-01,,jane@x.edu
"Roe, John",902,s2,jroe,CSCI 6850-01,,john@x.edu
"Poe, Ann",903,s3,apoe,CSCI 4850-01,Team 7,ann@x.edu
"Moe, Max",904,s4,mmoe,CSCI 6850-01,Team 7,max@x.edu
"Low, Eve",905,s5,elow,CSCI 4850-01,,eve@x.edu
"Student, Test",999,,test,,,
"""
OLD = {**answers(), "gan.h0": ["9"] * 8}
NOISE = {"__MACOSX/._x.json": "x", ".DS_Store": "x", "Thumbs.db": "x", "~$hw.xlsx": "x"}
METADATA = """
submission_1:
  :submitters:
  - {name: Jane Doe, sid: s1}
  :created_at: 2024-04-16 10:00:00 Z
submission_2:
  :submitters:
  - {name: John Roe, email: john@x.edu}
  :created_at: 2024-04-18 10:00:00 Z
submission_3:
  :submitters:
  - {name: Ann Poe, sid: s3}
  - {name: Max Moe, sid: s4}
  :created_at: 2024-04-15 10:00:00 Z
submission_9:
  :submitters:
  - {name: Zoe Quux, sid: q77}
"""


@dataclass(frozen=True)
class Download:
    """What a platform hands out.

    ``students``: score by student; None is ungraded, and who is not there is missing. ``strays``:
    files of nobody in the class. ``times``: when a student handed in, where the download tells.
    """

    files: dict
    students: dict
    strays: tuple = ()
    times: dict = field(default_factory=dict)
    teams: bool = True


RIGHT = {"s1": 20, "s2": 20, "s3": 20, "s4": 20}
DOWNLOADS = {
    "Canvas": Download(
        {
            "doejane_901_11_hw.json": as_json(),
            "roejohn_LATE_902_12_hw.xlsx": as_workbook(given=OLD),
            "roejohn_LATE_902_15_hw-1.xlsx": as_workbook(),
            "team7_903_13_hw.csv": as_tidy(),
            "quuxzoe_977_14_hw.json": as_json(),
        },
        RIGHT,
        ("quuxzoe_977_14_hw.json",),
    ),
    "Canvas, a ZIP of the student's own": Download(
        {"doejane_901_11_hw.zip": as_zip({"hw/a.json": as_json(), "hw/.DS_Store": "x"})},
        {"s1": 20},
        teams=False,
    ),
    "Canvas, anonymous": Download(
        {
            "anon_Ab3_11_hw.json": as_json("s1", "Jane Doe"),
            "LATE_anon_Xy9_12_hw.json": as_json("s2", "John Roe"),
            "anon_Qq1_13_hw.json": as_json(),
        },
        {"s1": 20, "s2": 20},
        ("anon_Qq1_13_hw.json",),
        teams=False,
    ),
    "Moodle, folders": Download(
        {
            "Jane Doe_41_assignsubmission_file/hw.json": as_json(),
            "John Roe_42_assignsubmission_file_/part/a.json": as_json(given={"gan.m": "12.402"}),
            "Team 7-Ann Poe_43_assignsubmission_file/hw.json": as_json(),
            "Team 7-Max Moe_44_assignsubmission_file/hw.json": as_json(),
            "Zoe Quux_49_assignsubmission_file/hw.json": as_json(),
        },
        {**RIGHT, "s2": ...},
        ("Zoe Quux_49_assignsubmission_file/hw.json",),
    ),
    "Moodle, flat": Download(
        {
            "Jane Doe_41_assignsubmission_file_hw.json": as_json(),
            "John Roe_42_assignsubmission_file_hw.csv": as_tidy(),
            "Team 7_43_assignsubmission_file_hw.json": as_json(),
        },
        RIGHT,
    ),
    "Moodle, blind": Download(
        {
            "Participant_901_assignsubmission_file/hw.json": as_json(),
            "Participant_902_assignsubmission_file/hw.json": as_json(),
            "Participant_977_assignsubmission_file/hw.json": as_json(),
        },
        {"s1": 20, "s2": 20},
        ("Participant_977_assignsubmission_file/hw.json",),
        teams=False,
    ),
    "Gradescope": Download(
        {
            "submission_metadata.yml": METADATA,
            "submission_1/hw.json": as_json(),
            "submission_2/hw.json": as_json(),
            "submission_3/hw.json": as_json(),
            "submission_9/hw.json": as_json(),
        },
        RIGHT,
        ("submission_9/hw.json",),
        {"s1": "2024-04-16T10:00:00+00:00", "s4": "2024-04-15T10:00:00+00:00"},
    ),
    "Blackboard": Download(
        {
            "HW_6_jdoe_attempt_2024-04-15-10-00-00_hw.json": as_json(given=OLD),
            "HW_6_jdoe_attempt_2024-04-15-10-00-00.txt": "Name: Jane Doe (jdoe)",
            "HW_6_jdoe_attempt_2024-04-16-10-00-00_hw.json": as_json(),
            "HW_6_jroe_attempt_2024-04-16-11-00-00_hw.csv": as_tidy(),
            "HW_6_Team 7_attempt_2024-04-16-12-00-00_hw.json": as_json(),
            "HW_6_zquux_attempt_2024-04-16-12-00-00_hw.json": as_json(),
        },
        RIGHT,
        ("HW_6_zquux_attempt_2024-04-16-12-00-00_hw.json",),
        {"s1": "2024-04-16T10:00:00", "s3": "2024-04-16T12:00:00"},
    ),
    "Brightspace": Download(
        {
            "901-5 - Jane Doe - Apr 15, 2024 1000 AM - hw.json": as_json(given=OLD),
            "901-6 - Jane Doe - Apr 16, 2024 1159 PM - hw.json": as_json(),
            "902-7 - John Roe - Apr 16, 2024 905 AM - hw.csv": as_tidy(),
            "70-8 - Team 7 - Apr 16, 2024 1200 PM - hw.json": as_json(),
            "977-9 - Zoe Quux - Apr 16, 2024 1200 PM - hw.json": as_json(),
            "index.html": "<html>",
        },
        RIGHT,
        ("977-9 - Zoe Quux - Apr 16, 2024 1200 PM - hw.json",),
        {"s1": "2024-04-16T23:59:00", "s2": "2024-04-16T09:05:00"},
    ),
}


@pytest.fixture(params=["folder", "ZIP", "ZIP with a folder in it"])
def packed(request, tmp_path):
    """Puts a download where it can be graded; what to name on the command line."""

    def pack(files):
        if request.param == "folder":
            return write(tmp_path / "download", files)
        inside = "assignment_5_export/" if "folder" in request.param else ""
        path = tmp_path / "download.zip"
        path.write_bytes(as_zip({f"{inside}{name}": data for name, data in files.items()}))
        return path

    return pack


def known(batch, file):
    """Whether a file was graded, left out with a reason, or named with what was told of others."""
    told = [text for r in batch.reports for text in (r.file, r.reason, *map(str, r.remarks))]
    told += [text for report in batch.reports for text in report.attention]
    left_out = [one.name for one in batch.ignored]
    return any(file in text for text in (*told, *left_out)) or file.split("/")[0] in left_out


@pytest.mark.parametrize("platform", DOWNLOADS)
def test_who_is_who_and_nothing_is_lost(tmp_path, packed, platform):
    download = DOWNLOADS[platform]
    listed = tmp_path / "roster.csv"
    listed.write_text(ROSTER, encoding="utf-8")
    batch = grade_paths([packed({**NOISE, **download.files})], roster=listed, jobs=1)
    found = {r.student.id: r for r in batch.reports if r.student.id.startswith("s")}
    graded = {who: r.score for who, r in found.items() if r.status == "graded"}
    assert graded == {
        who: graded.get(who) if score is ... else score for who, score in download.students.items()
    }
    assert {who for who, r in found.items() if r.status == "missing"} == (
        {"s1", "s2", "s3", "s4", "s5"} - set(download.students)
    )
    assert [found[who].max_score for who in graded] == [
        20 if who in {"s1", "s3", "s5"} else 40 for who in graded
    ]
    strays = [r for r in batch.reports if r.file and r.student.id not in download.students]
    assert len(strays) == len(download.strays)
    for stray, name in zip(strays, download.strays, strict=True):
        assert stray.file.endswith(name)
        assert stray.reason or stray.attention
    for who, time in download.times.items():
        assert found[who].submitted_at == time
    teams = {who for who, report in found.items() if report.team}
    assert teams == ({"s3", "s4"} if download.teams else set())
    assert all(known(batch, name) for name in (*NOISE, *download.files))


@pytest.mark.parametrize("platform", DOWNLOADS)
def test_late_marks_and_earlier_attempts_are_told(tmp_path, platform):
    download = DOWNLOADS[platform]
    listed = tmp_path / "roster.csv"
    listed.write_text(ROSTER, encoding="utf-8")
    batch = grade_paths([write(tmp_path / "d", download.files)], roster=listed, jobs=1)
    told = {r.student.id: " ".join(map(str, r.remarks)) for r in batch.reports}
    late = {"Canvas": "s2", "Canvas, anonymous": "s2"}
    assert {who for who, text in told.items() if "handed in late" in text} == {
        late[platform] for platform in {platform} & late.keys()
    }
    again = {"Canvas": "s2", "Blackboard": "s1", "Brightspace": "s1"}
    assert {who for who, text in told.items() if "again" in text or "earlier" in text} == {
        again[platform] for platform in {platform} & again.keys()
    }


@pytest.mark.parametrize("platform", DOWNLOADS)
def test_every_file_is_a_hand_in_or_left_out_or_a_problem(packed, platform):
    files = {**NOISE, **DOWNLOADS[platform].files, "broken.zip": b"PK\x03\x04broken"}
    found = collect([packed(files)])
    names = [one.name for one in (*found.handins, *found.ignored, *found.problems)]
    for name in files:
        folder = name.partition("/")[0]
        assert any(one.endswith(name) or name in one or one == folder for one in names), name
    assert [one.name.endswith("broken.zip") for one in found.problems] == [True]
    assert not any(noise(tuple(one.name.split("/"))) for one in found.handins)


def test_a_download_is_graded_alike_however_it_lies(tmp_path):
    """The folder, the ZIP and the ZIP with a folder give the same records but for the paths."""
    listed = tmp_path / "roster.csv"
    listed.write_text(ROSTER, encoding="utf-8")
    files = DOWNLOADS["Gradescope"].files
    folder = write(tmp_path / "download", files)
    archive = tmp_path / "download.zip"
    archive.write_bytes(as_zip(files))
    ways = [grade_paths([path], roster=listed, jobs=1).reports for path in (folder, archive)]
    first, second = ([(r.student, r.score, r.team, r.submitted_at) for r in way] for way in ways)
    assert first == second
