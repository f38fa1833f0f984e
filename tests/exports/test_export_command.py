import csv
import io
import json
import zipfile

import pytest
from class_samples import five_statuses
from export_samples import CANVAS

from grader.cli import main
from grader.exports.formats import FORMATS as KNOWN
from grader.handing_on import FORMATS
from grader.reports.record import line


@pytest.fixture
def grade(tmp_path, monkeypatch, capsys):
    """A folder with results, and the command line in it: status, output, errors."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "grades").mkdir()
    lines = "".join(f"{line(report)}\n" for report in five_statuses())
    (tmp_path / "grades" / "results.jsonl").write_text(lines, "utf-8")
    (tmp_path / "lms.csv").write_text(CANVAS, "utf-8")
    (tmp_path / "grades" / "gradebook.csv").write_text("kept")

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["export", *map(str, arguments)])
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def test_the_command_offers_every_format():
    assert tuple(one.name for one in KNOWN) == FORMATS


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written_beside_the_results(grade, tmp_path, form):
    status, out, _ = grade("grades", "--to", form)
    assert status == 0
    suffix = {"gradescope": ".zip", "xlsx": ".xlsx"}.get(form, ".csv")
    assert (tmp_path / "grades" / f"export-{form}{suffix}").stat().st_size
    assert out.endswith(f"export-{form}{suffix}\n")


def test_a_preview_says_what_the_run_does_and_writes_nothing(grade, tmp_path):
    fill = ("--fill", "lms.csv", "--column", "homework 4", "-o", "new.csv")
    before = grade("grades/results.jsonl", "--to", "canvas", *fill, "--dry-run")
    assert not (tmp_path / "new.csv").exists()
    after = grade("grades/results.jsonl", "--to", "canvas", *fill)
    assert (before[0], before[1].splitlines()[:-1]) == (after[0], after[1].splitlines()[:-1])
    assert before[1].splitlines()[:3] == [
        "column Homework 4 (98765): 2 cells to change",
        "  s1 (Adams, Ada): (blank) -> 0",
        "  s3 (Chen, Chi): (blank) -> EX",
    ]
    expected = CANVAS.replace("CS-01,3,,", "CS-01,3,0,").replace(
        "cchen,CS-01,,,", "cchen,CS-01,,EX,"
    )
    assert (tmp_path / "new.csv").read_text("utf-8") == expected
    assert (tmp_path / "lms.csv").read_text("utf-8") == CANVAS


def test_a_result_without_a_row_ends_with_1(grade, tmp_path):
    (tmp_path / "lms.csv").write_text(CANVAS.replace(",s1,", ",s99,"), "utf-8")
    status, out, _ = grade(
        "grades", "--to", "canvas", "--fill", "lms.csv", "--column", "Homework 4"
    )
    assert status == 1
    assert "s1 (Adams, Ada), 0 points: only the name fits, and the id differs: s99" in out


def test_a_roster_tells_by_which_login_a_row_is_found(grade, tmp_path):
    (tmp_path / "roster.csv").write_text("id,name,login\ns1,Someone,zed\n")
    (tmp_path / "lms.csv").write_text("Last Name,Username,HW |1\nZ,zed,\n")
    fill = ("--fill", "lms.csv", "--column", "HW", "-o", "new.csv")
    assert grade("grades", "--to", "blackboard", *fill)[0] == 1
    assert (tmp_path / "new.csv").read_text() == "Last Name,Username,HW |1\nZ,zed,\n"
    grade("grades", "--to", "blackboard", *fill, "--roster", "roster.csv")
    assert (tmp_path / "new.csv").read_text() == "Last Name,Username,HW |1\nZ,zed,0\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("grades", "--to", "canvas", "--fill", "lms.csv"), "did you mean 'Homework"),
        (("grades", "--to", "xlsx", "--fill", "lms.csv"), "has no file to fill"),
        (("grades", "--to", "canvas", "--fill", "lms.csv", "-o", "lms.csv"), "is what is read"),
        (("grades", "--to", "csv", "-o", "grades/results.jsonl"), "is what is read"),
        (("grades", "--to", "csv", "-o", "grades/gradebook.csv"), "grades/gradebook.csv is what"),
        (("nowhere", "--to", "csv"), "does not exist"),
        ((".", "--to", "csv"), "results.jsonl: No such file"),
        (("lms.csv", "--to", "csv"), "line 1 is no result"),
        (("grades", "--to", "sakai"), "is not one of"),
    ],
)
def test_what_cannot_be_done_is_one_message_and_writes_nothing(grade, tmp_path, arguments, told):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    status, out, err = grade(*arguments)
    assert status == 2
    assert told in err
    assert not out
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_gradescope_is_a_folder_or_a_zip(grade, tmp_path):
    grade("grades", "--to", "gradescope", "-o", "auto")
    grade("grades", "--to", "gradescope", "-o", "auto.zip")
    with zipfile.ZipFile(tmp_path / "auto.zip") as archive:
        for name in archive.namelist():
            assert (tmp_path / "auto" / name).read_bytes() == archive.read(name)
    assert json.loads((tmp_path / "auto/s1/results.json").read_text())["score"] == 0


def test_a_hostile_name_is_flagged_and_does_nothing_to_the_terminal(grade, tmp_path):
    record = json.loads(line(five_statuses()[0]))
    record["student"]["name"] = "=1+1\x1b[2J\nx"
    (tmp_path / "grades/results.jsonl").write_text(json.dumps(record))
    status, out, err = grade("grades", "--to", "canvas")
    assert status == 0
    assert "a spreadsheet would take a text of s1 (=1+1" in err
    assert "\x1b" not in out + err
    rows = list(csv.reader(io.StringIO((tmp_path / "grades/export-canvas.csv").read_text("utf-8"))))
    assert rows[2][0].startswith("=1+1")
