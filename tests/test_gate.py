"""The gate: a database for the tests, always stopped again, and pytest's words at the end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

CI = Path(__file__).resolve().parent.parent / ".ci"

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or shutil.which("bash") is None, reason="the gate is bash's"
)

GOOD = "echo $STEPGRADE_TEST_POSTGRESQL >url; echo 7 passed  # pytest"
BAD = "echo 1 failed; exit 1  # pytest"
SLOW = "echo at it; sleep 30  # pytest"
SERVER = 'echo "$@" >>calls; [ "$1" != start ] || echo postgresql://there'
NO_SERVER = (
    'echo "$@" >>calls; [ "$1" != start ] || { echo nothing to install it from >&2; exit 1; }'
)


@pytest.fixture
def gate(tmp_path):
    """A project of nothing but a gate: its test command and its database are a line each."""

    def made(command, server):
        (tmp_path / ".ci").mkdir()
        shutil.copy(CI / "run", tmp_path / ".ci" / "run")
        (tmp_path / "README.md").write_text(f"```\n{command}\n```\n")
        scripts = dict.fromkeys((".venv/bin/pip", ".venv/bin/ruff", ".venv/bin/mypy"), "true")
        for name, line in {**scripts, ".ci/postgresql": server}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"#!/bin/bash\n{line}\n")
            path.chmod(0o755)
        without = {k: v for k, v in os.environ.items() if k != "STEPGRADE_TEST_POSTGRESQL"}
        return subprocess.Popen(  # noqa: S603  # our own script
            [tmp_path / ".ci" / "run"],
            env=without,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    return made


def calls(folder):
    return [line.split()[0] for line in (folder / "calls").read_text().splitlines()]


@pytest.mark.parametrize(
    ("command", "server", "told"),
    [
        (GOOD, SERVER, (0, "7 passed")),
        (GOOD, NO_SERVER, (0, "7 passed")),
        (BAD, SERVER, (1, "1 failed")),
    ],
)
def test_the_database_is_stopped_and_the_last_line_is_pytests(
    gate, tmp_path, command, server, told
):
    run = gate(command, server)
    out, _ = run.communicate(timeout=60)
    assert (run.returncode, out.splitlines()[-1]) == told
    assert calls(tmp_path) == ["start", "stop"]


@pytest.mark.parametrize(("server", "url"), [(SERVER, "postgresql://there"), (NO_SERVER, "")])
def test_the_database_is_named_to_the_tests_or_said_to_be_missing(gate, tmp_path, server, url):
    out, _ = gate(GOOD, server).communicate(timeout=60)
    assert (tmp_path / "url").read_text() == f"{url}\n"
    assert ("are skipped" in out) == (not url)


def test_ctrl_c_stops_it_too(gate, tmp_path):
    run = gate(SLOW, SERVER)
    while "at it\n" not in run.stdout.readline():
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGINT)
    run.communicate(timeout=20)
    assert run.returncode == 130
    assert calls(tmp_path) == ["start", "stop"]


def test_where_none_was_started_there_is_nothing_to_stop(tmp_path):
    run = subprocess.run(  # noqa: S603  # our own script
        [CI / "postgresql", "stop", tmp_path], capture_output=True, check=False, timeout=20
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
