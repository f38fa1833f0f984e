import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from grader.files import NotWrittenError
from grader.workers import Lost, outcomes


def nothing():
    return None


def state():
    return {"seen": 0}


def work(state, task):
    """What the task says: a number is doubled."""
    if task == "exit":
        os._exit(3)
    if task == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if task == "hang":
        time.sleep(60)
    if task == "raise":
        raise ValueError("no such thing")
    if task == "stop":
        sys.exit("enough")
    if state is not None:
        state["seen"] += 1
    return 2 * task if isinstance(task, int) else state["seen"]


def done(tasks, *, jobs=2, seconds=20.0, setup=nothing, work=work):
    found = dict(outcomes(tasks, work, setup, jobs=jobs, seconds=seconds))
    return [found[number] for number in range(len(tasks))]


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 7])
def test_every_task_is_done_once(jobs, count):
    found = list(outcomes(range(count), work, nothing, jobs=jobs, seconds=20))
    assert sorted(found) == [(number, 2 * number) for number in range(count)]


def test_nothing_is_a_result_like_any_other():
    found = dict(outcomes([1, 2], lambda *_: None, nothing, jobs=1, seconds=20))
    assert found == {0: None, 1: None}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("fatal", ["exit", "kill", "stop"])
def test_a_task_that_brings_its_process_down_is_the_only_one_lost(jobs, fatal, capfd):
    found = done([1, fatal, 2, fatal, 3], jobs=jobs)
    assert [found[0], found[2], found[4]] == [2, 4, 6]
    assert found[1] == found[3] == Lost("the program reading it broke down")
    assert "Traceback" not in capfd.readouterr().err


def test_a_task_that_takes_too_long_is_the_only_one_lost():
    begun = time.monotonic()
    assert done([1, "hang", 2], seconds=1.5) == [2, Lost("it took longer than 1.5 seconds"), 4]
    assert time.monotonic() - begun < 10


def test_a_task_that_fails_is_told_with_its_traceback_and_keeps_its_process():
    found = done(["count", "raise", "count"], jobs=1, setup=state)
    assert [found[0], found[2]] == [1, 2]  # one process counted both
    assert found[1].reason == "the grader failed on it (ValueError)"
    assert "no such thing" in found[1].log
    assert "in work" in found[1].log


def test_a_setup_that_fails_is_told_for_every_task():
    def broken():
        raise ValueError("no rubric")

    found = done([1, 2], setup=broken)
    assert all("no rubric" in lost.log for lost in found)


def full(_state, _task):
    raise NotWrittenError(28, "No space left on device", "grades/feedback")


def test_what_is_the_fault_of_no_task_ends_all_of_them():
    with pytest.raises(NotWrittenError, match="No space left on device: 'grades/feedback'"):
        list(outcomes([1, 2, 3], full, int, jobs=2, seconds=60))


def test_no_process_is_left():
    before = set(multiprocessing.active_children())
    done([1, "exit", "hang"], seconds=1.5)
    assert set(multiprocessing.active_children()) == before


def test_no_process_is_left_when_the_results_are_not_wanted_any_more():
    before = set(multiprocessing.active_children())
    for _number, _result in outcomes([1, "hang"], work, nothing, jobs=2, seconds=60):
        break
    assert set(multiprocessing.active_children()) == before


ORPHANS = """
import os, sys, time
from grader.workers import outcomes

def work(_state, task):
    os.write(1, f"{os.getpid()} ".encode())  # in one piece, whoever else writes
    time.sleep(0.2 if task else 0)

for number, _ in outcomes([0, 0, 1, 1], work, int, jobs=2, seconds=60):
    if number == 1:
        os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_workers_end_when_the_one_who_asks_is_killed():
    run = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", ORPHANS], capture_output=True, text=True, check=False, timeout=30
    )  # returns once nobody holds the other end of the pipes: the workers are gone
    assert run.returncode == -signal.SIGKILL
    assert len(set(run.stdout.split())) == 2
