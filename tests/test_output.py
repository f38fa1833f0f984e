import json
import os

import pytest
from class_on_disk import as_json, results, write

from grader.batch import grade_paths
from grader.output import claimed, write_results

FILES = {"results.jsonl", "gradebook.csv", "gradebook.xlsx", "report.html"}


def graded(folder, files, out, **more):
    with claimed(out):
        batch = grade_paths([write(folder, files)], out=out, jobs=1, **more)
        write_results(batch, out)
    return batch


def refuse(*_arguments, **_named):
    raise OSError(28, "No space left on device")


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """A class of two that was graded once."""
    folder = tmp_path_factory.mktemp("two")
    graded(folder / "in", {"s1.json": as_json("s1"), "s2.json": as_json("s2")}, folder / "out")
    return folder


def test_all_that_is_promised_is_there_and_nothing_else(two):
    names = {path.relative_to(two / "out").as_posix() for path in (two / "out").rglob("*.*")}
    assert names == {*FILES, "feedback/s1.html", "feedback/s2.html"}


def test_each_line_of_the_results_is_one_object_with_its_schema(two):
    lines = (two / "out" / "results.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["schema"] for line in lines] == [1, 1]


def test_the_csv_begins_with_the_mark_that_spreadsheets_want(two):
    assert (two / "out" / "gradebook.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_pages_of_students_who_are_gone_are_taken_away_and_those_of_others_stay(tmp_path):
    out = tmp_path / "out"
    graded(tmp_path / "first", {"s1.json": as_json("s1"), "s2.json": as_json("s2")}, out)
    (out / "feedback" / "notes.html").write_text("<title>of somebody else</title>")
    graded(tmp_path / "second", {"s2.json": as_json("s2")}, out)
    kept = {path.name for path in (out / "feedback").iterdir()}
    assert kept == {"s2.html", "notes.html"}


def test_an_error_log_of_an_earlier_run_is_taken_away(tmp_path):
    write(tmp_path / "out", {"errors.log": "Traceback"})
    graded(tmp_path / "in", {"s1.json": as_json("s1")}, tmp_path / "out")
    assert not (tmp_path / "out" / "errors.log").exists()


def test_half_made_files_of_a_run_that_was_killed_are_cleared_away_and_others_are_not(tmp_path):
    ours = {f".{16 * 'a'}.part": "x", f"feedback/.{16 * 'b'}.part": "x"}
    write(tmp_path, {**ours, ".film.part": "x", "feedback/.film.part": "x"})
    with claimed(tmp_path):
        pass
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.part")}
    assert left == {".film.part", "feedback/.film.part"}


def test_a_folder_that_cannot_be_written_to_is_told_before_the_work(tmp_path, monkeypatch):
    monkeypatch.setattr("grader.output.write_temporary", refuse)
    with pytest.raises(OSError, match="No space left"), claimed(tmp_path / "out"):
        pytest.fail("the work was begun")


def test_results_of_an_earlier_run_stay_whole_when_the_disk_fails(tmp_path, monkeypatch):
    out = tmp_path / "out"
    graded(tmp_path / "in", {"s1.json": as_json("s1")}, out)
    before = {name: (out / name).read_bytes() for name in FILES}
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        graded(tmp_path / "in", {"s2.json": as_json("s2")}, out)
    assert {name: (out / name).read_bytes() for name in FILES} == before
    assert not list(out.rglob("*.part"))


def test_a_batch_without_pages_gets_them_when_it_is_written(tmp_path):
    batch = grade_paths([write(tmp_path / "in", {"s1.json": as_json("s1")})], jobs=1)
    assert batch.pages == (None,)
    write_results(batch, tmp_path / "out")
    assert (tmp_path / "out" / "feedback" / "s1.html").is_file()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "con", "ä ö", "-rf", "x" * 300])
def test_no_id_leads_out_of_the_folder_of_pages(tmp_path, name):
    graded(tmp_path / "in", {"a.json": as_json(name)}, tmp_path / "out")
    assert results(tmp_path / "out")["a.json"]["student"]["id"] == name
    assert len(list((tmp_path / "out" / "feedback").iterdir())) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}
