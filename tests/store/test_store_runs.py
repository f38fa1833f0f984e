import errno
import json
import os
import random
import signal
import sqlite3
import subprocess
import time

import pytest
from class_on_disk import as_json, as_tidy, as_zip, write
from store_class import WRONG, command, files, process, records, three

import grader.judging
from grader.rubric import load
from grader.store.database import FILE, VERSION, StoreError, opened

ON_DISK = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ON_A_SERVER = True


@pytest.fixture
def judged(monkeypatch, here):
    """The names of the files that were really judged."""
    sound = grader.judging.grade

    def noting(submission, rubric):
        with (here / "judged.txt").open("a") as log:  # workers are other processes
            log.write(f"{submission.file}\n")
        return sound(submission, rubric)

    monkeypatch.setattr(grader.judging, "grade", noting)

    def names():
        log = here / "judged.txt"
        found = sorted(log.read_text().split("\n")[:-1]) if log.exists() else []
        log.unlink(missing_ok=True)
        return found

    return names


# --- grading again ------------------------------------------------------------------------------


def test_grading_with_a_store_writes_what_grading_without_writes(here, grade):
    three(here)
    assert grade("in", "-o", "kept")[0] == grade("in", "-o", "plain", "--store", "none")[0]
    assert files(here / "kept") == files(here / "plain")
    assert not (here / "plain" / FILE).exists()


def test_what_is_known_is_not_graded_again_and_the_bytes_are_the_same(here, grade, judged):
    three(here)
    grade("in")
    first = files(here / "grades")
    assert len(judged()) == 3
    grade("in")
    assert judged() == []
    assert files(here / "grades") == first


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ({"s1.json": as_json("s1", given=WRONG)}, ["s1.json"]),
        ({"s4.json": as_json("s4")}, ["s4.json"]),
        ({}, []),
    ],
)
def test_only_what_changed_is_graded_anew(here, grade, judged, changed, again):
    three(here)
    grade("in")
    judged()
    write(here / "in", changed)
    grade("in", "-o", "grades")
    assert judged() == again
    grade("in", "-o", "plain", "--store", "none")
    assert files(here / "grades") == files(here / "plain")


def test_fresh_grades_all(here, grade, judged):
    three(here)
    grade("in")
    judged()
    grade("in", "--fresh")
    assert len(judged()) == 3


@pytest.mark.parametrize("what", ["rubric", "roster"])
def test_another_rubric_or_roster_grades_all_again(here, grade, judged, what):
    three(here)
    text = (load.__globals__["_INSTALLED"] / "hw6.yaml").read_text("utf-8")
    (here / "hw.yaml").write_text(text, "utf-8")
    (here / "roster.csv").write_text("id,name,level\ns1,A,4850\ns2,B,4850\ns3,C,4850\n")
    grade("in", "-r", "hw.yaml", "--roster", "roster.csv")
    judged()
    changed = here / {"rubric": "hw.yaml", "roster": "roster.csv"}[what]
    other = changed.read_text("utf-8").replace("title: ", "title: Another ").replace("s3,C", "s3,D")
    changed.write_text(other, "utf-8")
    grade("in", "-r", "hw.yaml", "--roster", "roster.csv")
    assert len(judged()) == 3


def test_parts_class_tables_and_what_cannot_be_read_come_back_the_same(here, grade, judged):
    table = "id,name,level,gan.p,gan.m\ns5,E,4850,0.999996,12.402\ns6,F,4850,0.9,1\n"
    parts = {"b/s7.json": as_json("s7"), "c/s7.json": as_json("s7", given=WRONG)}
    broken = {"x1.json": "{", "x2.xlsx": b"", "z.zip": as_zip({"s8.json": as_json("s8")})}
    write(here / "in", {**parts, **broken, "class.csv": table})
    grade("in")
    first = files(here / "grades")
    judged()
    grade("in")
    assert judged() == []
    assert files(here / "grades") == first
    grade("in", "-o", "plain", "--store", "none")
    assert files(here / "plain") == first


def test_a_failure_of_ours_is_tried_again(here, grade, judged, monkeypatch):
    three(here)
    with monkeypatch.context() as patch:
        patch.setattr(grader.judging, "grade", None)
        assert grade("in")[0] == 1
    assert {one["status"] for one in records(here / "grades").values()} == {"ungraded"}
    assert grade("in")[0] == 0
    assert len(judged()) == 3


# --- faults -------------------------------------------------------------------------------------


def test_a_run_killed_at_any_moment_loses_nothing_and_doubles_nothing(here):
    many = {f"s{n}.json": as_json(f"s{n}", given=WRONG if n % 7 == 0 else None) for n in range(50)}
    write(here / "in", {**many, **{f"t{n}.csv": as_tidy(f"t{n}") for n in range(10)}})
    assert process("in", "-o", "plain", "--jobs", "2").returncode == 0
    moments = random.Random(6)  # noqa: S311  # a test's
    begun = time.monotonic()
    process("in", "-o", "grades", "--jobs", "2", "--rubric", "no_such")
    start = time.monotonic() - begun
    for _ in range(5):
        run = subprocess.Popen(  # noqa: S603  # our own code
            command("in", "-o", "grades", "--jobs", "2"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(start + moments.random() * 2)
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert process("in", "-o", "grades", "--jobs", "2").returncode == 0
    assert files(here / "grades") == files(here / "plain")
    assert not list((here / "grades").rglob("*.part"))
    assert process("verify").returncode == 0
    with sqlite3.connect(here / "grades" / FILE) as database:
        submissions = database.execute("SELECT COUNT(*) FROM submissions").fetchall()
        twice = database.execute(
            "SELECT run, file FROM results GROUP BY run, file HAVING COUNT(*) > 1"
        )
        assert (submissions, twice.fetchall()) == ([(60,)], [])
    database.close()


@pytest.mark.skipif(os.name == "nt", reason="POSIX locks")
@pytest.mark.parametrize("store", [(), ("--store", "none")])
def test_a_second_run_in_the_folder_waits_and_says_so(here, store):
    import fcntl  # noqa: PLC0415

    three(here)
    (here / "grades").mkdir()
    with (here / "grades" / ".stepgrade.lock").open("ab") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        with subprocess.Popen(  # noqa: S603  # our own code
            command("in", *store), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        ) as run:
            assert "another run is at work in grades" in run.stderr.readline()
            assert not (here / "grades" / "results.jsonl").exists()
            fcntl.lockf(file, fcntl.LOCK_UN)
            assert run.wait(60) == 0
    assert len(records(here / "grades")) == 3


@pytest.mark.skipif(os.name == "nt", reason="POSIX locks")
def test_on_a_disk_without_locks_a_class_is_graded_all_the_same(here, grade, monkeypatch):
    def no_locks(*_arguments):
        raise OSError(errno.ENOLCK, "No locks available")

    three(here)
    monkeypatch.setattr("fcntl.lockf", no_locks)
    assert grade("in")[0] == 0


def test_two_runs_at_once_both_end_well(here):
    three(here)
    runs = [
        subprocess.Popen(  # noqa: S603  # our own code
            command("in"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(2)
    ]
    assert [run.wait(60) for run in runs] == [0, 0]
    assert len(records(here / "grades")) == 3
    assert process("verify").returncode == 0


def old(path):
    opened(str(path))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE store_version SET version = ?", (VERSION + 1,))
    database.close()


def foreign(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE runs (x)")
    database.close()


BROKEN = pytest.mark.parametrize(
    ("breaks", "told"),
    [
        (lambda path: path.write_text("no database at all, only text" * 50), "not a database"),
        (lambda path: path.mkdir(), "unable to open database file"),
        (old, f"was written by version {VERSION + 1}, and this program knows version {VERSION}"),
        (foreign, "was written by something else"),
    ],
)


@ON_DISK
@BROKEN
def test_with_a_store_that_cannot_be_used_the_class_is_graded_all_the_same(
    here, grade, breaks, told
):
    three(here)
    breaks(here / "lasting.sqlite")
    status, _, err = grade("in", "--store", "lasting.sqlite")
    assert status == 1
    assert len(err.splitlines()) == 1
    assert told in err
    grade("in", "-o", "plain", "--store", "none")
    assert files(here / "grades") == files(here / "plain")


@ON_DISK
@BROKEN
def test_a_command_on_a_store_that_cannot_be_used_says_why(here, grade, breaks, told):
    breaks(here / "lasting.sqlite")
    status, _, err = grade("verify", "--store", "sqlite:///lasting.sqlite")
    assert status == 2
    if not (here / "lasting.sqlite").is_dir():
        assert told in err


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_a_full_disk_costs_the_store_and_not_the_results(here, grade, monkeypatch, number):
    three(here)
    sound, seen = grader.store.database.Session.keep, []

    def full(session, data):
        seen.append(data)
        if len(seen) > number * 2:
            raise OSError(28, "No space left on device")
        return sound(session, data)

    with monkeypatch.context() as patch:
        patch.setattr(grader.store.database.Session, "keep", full)
        status, _, err = grade("in")
    assert (status, err.count("No space left on device")) == (1, 1)
    assert len(records(here / "grades")) == 3
    assert grade("in")[0] == 0


@ON_DISK
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_cannot_be_written_to_costs_the_store_only(here, grade):
    three(here)
    (here / "locked").mkdir(mode=0o500)
    status, _, err = grade("in", "--store", "locked/lasting.sqlite")
    assert (status, "unable to open" in err) == (1, True)
    assert len(records(here / "grades")) == 3


@ON_DISK
def test_there_is_no_store_where_none_was_made(grade):
    status, _, err = grade("verify", "--results", "nowhere")
    assert status == 2
    assert "there is no store" in err


@ON_DISK
def test_a_store_is_no_hand_in(here, grade):
    three(here)
    grade("in", "-o", "in/grades")
    (here / "in" / "results.jsonl").write_text('{"schema": 1}\n')
    (here / "in" / FILE).write_bytes((here / "in" / "grades" / FILE).read_bytes())
    grade("in", "-o", "other")
    assert set(records(here / "other")) == {"s1", "s2", "s3"}


@pytest.mark.parametrize("url", ["postgresql://me:secret@127.0.0.1:1/x", "nonsense://x"])
def test_a_server_that_is_not_there_is_told_without_the_password(url):
    with pytest.raises(StoreError) as refused:
        opened(url)
    assert "secret" not in str(refused.value)
    assert json.dumps(str(refused.value)).count("\\n") == 0
