"""What can happen to what lasts: a kill, many at once, a clock that is set back."""

import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from class_on_disk import as_json, write
from store_class import WRONG, command, files, process, records, three

import grader.store.history
import grader.store.runs
from grader.store.database import opened
from grader.store.history import append
from grader.store.verification import broken

KILLS = Path(__file__).resolve().parents[2] / "benchmarks" / "kills.py"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_run_killed_and_given_again_leaves_what_a_run_that_nobody_killed_leaves(tmp_path):
    run = subprocess.run(  # noqa: S603  # our own benchmark, a short one
        [sys.executable, KILLS, "--kills", "3", "--students", "9"],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        cwd=tmp_path,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith("0 of them left something else behind\n")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_run_killed_over_a_server_loses_and_doubles_nothing(here, server):
    write(here / "in", {f"s{n}.json": as_json(f"s{n}", given=WRONG) for n in range(20)})
    draw = random.Random(6)  # noqa: S311  # a test's
    for _ in range(3):
        run = subprocess.Popen(  # noqa: S603  # our own code
            command("in", "--store", server), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(0.5 + 2 * draw.random())
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert process("in", "--store", server).returncode == 0
    assert process("in", "-o", "plain", "--store", "none").returncode == 0
    assert files(here / "grades") == files(here / "plain")
    with opened(server).transaction() as session:
        assert list(broken(session)) == []
        twice = "SELECT run, file FROM results GROUP BY run, file HAVING COUNT(*) > 1"
        assert session.run(twice) == []
        assert session.run("SELECT COUNT(*) FROM submissions") == [(20,)]


def test_two_machines_share_a_server(here, server):
    three(here)
    write(here / "other", {"s4.json": as_json("s4"), "s1.json": as_json("s1", given=WRONG)})
    runs = [
        subprocess.Popen(  # noqa: S603  # our own code
            command(name, "-o", f"{name}_out", "--store", server),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("in", "other", "in", "other")
    ]
    assert [(run.communicate(timeout=300)[1], run.returncode)[1] for run in runs] == [0] * 4
    assert set(records(here / "in_out")) == {"s1", "s2", "s3"}
    assert set(records(here / "other_out")) == {"s1", "s4"}
    with opened(server).transaction() as session:
        assert list(broken(session)) == []
        assert session.run("SELECT id FROM runs ORDER BY id") == [(1,), (2,), (3,), (4,)]


def test_transactions_wait_for_each_other(here, database):
    (here / "grades").mkdir()
    store = opened(database)

    def add_some(_):
        for _ in range(10):
            with store.transaction() as session:
                append(session, "run")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add_some, range(4)))
    with store.transaction() as session:
        numbers = session.run("SELECT number, before FROM history ORDER BY number")
    assert [number for number, _ in numbers] == list(range(1, 41))
    assert len({before for _, before in numbers}) == 40


def test_a_clock_that_is_set_back_puts_nothing_out_of_order(here, grade, monkeypatch):
    three(here)
    grade("in")
    write(here / "in", {"s3.json": as_json("s3")})
    for module in (grader.store.history, grader.store.runs):
        monkeypatch.setattr(module, "now", lambda: "1999-12-31T23:59:59+00:00")
    grade("in")
    assert grade("verify")[0] == 0
    lines = grade("history", "s3")[1].splitlines()
    assert [("run 1" in line, "run 2" in line) for line in lines] == [(True, False), (False, True)]
