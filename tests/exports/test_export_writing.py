"""What is in the way of writing an export: nothing is lost, and one sentence says it."""

import errno
from pathlib import Path

import pytest
from export_samples import CANVAS, HW, PLATFORMS, result

from grader.cli import main
from grader.exports import writing
from grader.exports.delimited import parse
from grader.exports.fill import plan
from grader.exports.writing import open_elsewhere, write_all
from grader.files import write_temporary
from grader.model import GraderError


def names(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("files", [{"": b"new"}, {"a": b"1", "b/c": b"2"}])
def test_a_file_or_a_folder_of_files_is_written(tmp_path, files):
    write_all(tmp_path / "out", files)
    found = {name: (tmp_path / "out" / name).read_bytes() for name in files if name}
    assert (found or {"": (tmp_path / "out").read_bytes()}) == files


@pytest.mark.parametrize("fits", [0, 1, 2])
def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch, fits):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").write_bytes(b"old")
    written = []

    def until_full(folder, data):
        if len(written) == fits:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(data)
        return write_temporary(folder, data)

    monkeypatch.setattr(writing, "write_temporary", until_full)
    with pytest.raises(GraderError, match="No space left on device; say another place with -o"):
        write_all(tmp_path / "out", {"a": b"new", "b": b"new", "c": b"new"})
    assert (names(tmp_path), (tmp_path / "out" / "a").read_bytes()) == (["a"], b"old")


def test_a_file_that_may_not_be_replaced_stays(tmp_path, monkeypatch):
    """As Windows has it while a spreadsheet shows the file."""
    (tmp_path / "a.xlsx").write_bytes(b"old")

    def held(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(GraderError, match="is it open in another program"):
        write_all(tmp_path / "a.xlsx", {"": b"new"})
    assert (names(tmp_path), (tmp_path / "a.xlsx").read_bytes()) == (["a.xlsx"], b"old")


@pytest.mark.parametrize("blocked", ["a folder", "a file for a folder"])
def test_a_place_that_is_something_else_is_told(tmp_path, blocked):
    is_folder = blocked == "a folder"
    (tmp_path / "x").mkdir() if is_folder else (tmp_path / "x").write_bytes(b"old")
    with pytest.raises(GraderError, match=r"x: cannot be written: .*; say another place"):
        write_all(tmp_path / "x", {"" if is_folder else "a/b": b"new"})
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (".~lock.grades.xlsx#", "grades.xlsx"),
        ("~$grades.xlsx", "grades.xlsx"),
        ("~$ades.xlsx", "grades.xlsx"),
        (".~lock.grades.csv#", "grades.csv"),
    ],
)
def test_that_a_program_has_a_file_open_is_seen(tmp_path, mark, name):
    assert open_elsewhere(tmp_path / name) == ""
    (tmp_path / mark).touch()
    assert open_elsewhere(tmp_path / name) == mark
    assert open_elsewhere(tmp_path / "other.xlsx") == ""


@pytest.fixture
def export(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    line = (
        '{"schema": 1, "student": {"id": "s1", "name": "", "level": ""}, "status": "graded",'
        ' "score": 5, "max_score": 100, "rubric": "hw4"}'
    )
    (tmp_path / "results.jsonl").write_text(line)
    (tmp_path / "lms.csv").write_text(CANVAS, "utf-8")
    (tmp_path / "roster.csv").write_text("id,name\ns1,Ada\n")

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["export", "results.jsonl", *arguments])
        return ended.value.code, capsys.readouterr().err

    return run


def test_files_that_are_open_elsewhere_are_named(export, tmp_path):
    (tmp_path / ".~lock.lms.csv#").touch()
    (tmp_path / "~$new.csv").touch()
    fill = ("--to", "canvas", "--fill", "lms.csv", "--column", "Homework 4", "-o", "new.csv")
    status, err = export(*fill)
    assert status == 0
    assert "lms.csv is open in another program (there is .~lock.lms.csv#): what was not" in err
    assert "new.csv is open in another program (there is ~$new.csv): close it there" in err


@pytest.mark.parametrize("read", ["results.jsonl", "lms.csv", "roster.csv"])
@pytest.mark.parametrize("through", ["itself", "a link", "another way to it"])
def test_what_is_read_is_never_written(export, tmp_path, read, through):
    out = read
    if through == "a link":
        out = "link"
        (tmp_path / out).symlink_to(tmp_path / read)
    elif through == "another way to it":
        (tmp_path / "sub").mkdir()
        out = f"sub/../{read}"
    before = (tmp_path / read).read_bytes()
    fill = ("--to", "canvas", "--fill", "lms.csv", "--column", "Homework 4")
    status, err = export(*fill, "--roster", "roster.csv", "-o", out)
    assert (status, (tmp_path / read).read_bytes()) == (2, before)
    assert "is what is read; write to another file" in err


# --- who may be meant ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (result("sI", score=5), "did you mean s1 (Adams, Ada)?"),
        (result("x99", "Adans, Ada", 5), "did you mean s1 (Adams, Ada)?"),
        (result("aadans", score=5), "did you mean s1 (Adams, Ada)?"),
        (result("completely", "Somebody Else", 5), "the file has no row for this student"),
    ],
)
def test_whom_a_misspelling_may_mean_is_told_and_not_taken(one, told):
    found = plan(PLATFORMS["canvas"], parse(CANVAS.encode(), "lms.csv"), (one,), HW)
    assert not found.changes
    ((_, why),) = found.joined.apart
    assert why.endswith(told)


def test_a_row_that_has_its_result_is_not_suggested():
    results = (result("s1", score=5), result("sI", score=6))
    found = plan(PLATFORMS["canvas"], parse(CANVAS.encode(), "lms.csv"), results, HW)
    assert [(one.id, "Ada" in why) for one, why in found.joined.apart] == [("sI", False)]
