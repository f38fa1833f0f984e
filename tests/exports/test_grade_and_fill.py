"""A class graded and handed on in one command."""

import csv
import io
import json

import pytest
from export_samples import CANVAS, WORKSHEET

from grader import handing_on
from grader.cli import main
from grader.model import GraderError

RIGHT = [".38", "1.40", ".96", "1.06", ".70", "1.54", "1.62", "1.06"]
FILL = ("--to", "canvas", "--fill", "lms.csv", "--column", "Homework 4")


@pytest.fixture
def grade(tmp_path, monkeypatch, capsys):
    """Three students' files in a download of Canvas's; the command line in that folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name, said in (
        ("adamsada_12341_900_hw", {"answers": {"gan.h0": RIGHT}}),
        ("chenchi_12343_902_hw", {"answers": {"gan.m": 99, "gan.h0": [0] * 8}}),
        ("diazdan_12344_903_hw", "no answers"),
    ):
        (tmp_path / "in" / f"{name}.json").write_text(json.dumps(said))
    (tmp_path / "lms.csv").write_text(CANVAS, "utf-8")
    (tmp_path / "no.csv").write_text("a,b\n")

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["in", "--roster", "lms.csv", "--store", "none", *arguments])
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def column(data):
    rows = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
    return {row[2]: row[6] for row in rows if row[2].startswith("s")}


def test_the_platforms_file_is_filled_among_the_results(grade, tmp_path, capsys):
    status, out, _ = grade(*FILL)
    assert status == 1
    filled = (tmp_path / "grades/export-canvas.csv").read_bytes()
    lines = (tmp_path / "grades/results.jsonl").read_text("utf-8").splitlines()
    records = {record["student"]["id"]: record for record in map(json.loads, lines)}
    cells = column(filled)
    for one in ("s1", "s3"):
        assert float(cells[one]) == pytest.approx(records[one]["score"], abs=0.005)
    assert cells["s1"] != cells["s3"]
    assert [cells[one] for one in ("s2", "s4", "s5")] == ["7", "", ""]
    assert "column Homework 4 (98765): 2 cells to change\nmissing, nothing written" in out
    assert out.endswith("wrote grades/export-canvas.csv\n")
    with pytest.raises(SystemExit):
        main(["export", "grades", "--roster", "lms.csv", *FILL, "-o", "again.csv"])
    assert (tmp_path / "again.csv").read_bytes() == filled
    assert "s1 (Adams, Ada): (blank) -> " in capsys.readouterr().out


def test_without_a_file_to_fill_one_is_made(grade, tmp_path):
    assert grade("--to", "csv")[0] == 1
    rows = csv.DictReader(io.StringIO((tmp_path / "grades/export-csv.csv").read_text("utf-8-sig")))
    assert [row["status"] for row in rows] == [
        *("graded", "missing", "graded", "unreadable", "missing")
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--fill", "lms.csv"), "--fill and --column need --to"),
        (("--column", "Homework 4"), "--fill and --column need --to"),
        (("--to", "canvas", "--fill", "lms.csv"), "no column is called 'ECSE 4850/6850"),
        ((*FILL[:-1], "Final Score"), "no column is called 'Final Score'"),
        (("--to", "moodle", "--fill", "lms.csv"), "this is no file of Moodle"),
        (("--to", "xlsx", "--fill", "lms.csv"), "xlsx has no file to fill"),
        (("--to", "canvas", "--fill", "nowhere.csv"), "'nowhere.csv' does not exist"),
        (
            ("--to", "canvas", "--fill", "in/adamsada_12341_900_hw.json"),
            "this is no file of Canvas",
        ),
        (("--to", "sakai"), "is not one of"),
        ((*FILL, "--rubric", "hw99"), "hw99"),
    ],
)
def test_what_would_stop_it_is_found_before_anything_is_graded(grade, tmp_path, arguments, told):
    status, out, err = grade(*arguments)
    assert (status, out) == (2, "")
    assert told in err
    assert not (tmp_path / "grades").exists()


@pytest.mark.parametrize("name", ["export-canvas.csv", "a link"])
def test_what_is_read_is_not_written_over(grade, tmp_path, name):
    (tmp_path / "grades").mkdir()
    target = tmp_path / "grades/export-canvas.csv"
    if name == "a link":
        target.symlink_to(tmp_path / "lms.csv")
    else:
        target.write_text(CANVAS, "utf-8")
    fill = [str(target) if word == "lms.csv" and name != "a link" else word for word in FILL]
    status, _, err = grade(*fill)
    assert status == 2
    assert "is what is read" in err
    assert (target.read_text("utf-8"), (tmp_path / "lms.csv").read_text("utf-8")) == (CANVAS,) * 2


def test_a_folder_in_its_place_is_told_before_grading(grade, tmp_path):
    (tmp_path / "grades/export-canvas.csv").mkdir(parents=True)
    status, _, err = grade(*FILL)
    assert status == 2
    assert "export-canvas.csv is a folder" in err
    assert not (tmp_path / "grades/results.jsonl").exists()


@pytest.mark.parametrize("error", [GraderError("the disk is full"), OSError("the disk is full")])
def test_what_goes_wrong_behind_grading_leaves_the_results(grade, tmp_path, monkeypatch, error):
    def failing(_):
        raise error

    monkeypatch.setattr(handing_on, "hand_on", failing)
    status, out, err = grade(*FILL)
    assert status == 1
    assert "Written to grades" in out
    assert "Error: the disk is full; `grade export grades` hands on what was graded" in err
    assert (tmp_path / "grades/results.jsonl").stat().st_size


def test_the_file_to_fill_may_lie_among_the_submissions(grade, tmp_path):
    (tmp_path / "in/worksheet.csv").write_text(WORKSHEET, "utf-8")
    status, out, _ = grade("--to", "moodle", "--fill", "in/worksheet.csv")
    assert status == 1
    assert "5 submissions: 2 graded, 2 missing, 1 unreadable." in out
    assert "worksheet" not in (tmp_path / "grades/results.jsonl").read_text("utf-8")
