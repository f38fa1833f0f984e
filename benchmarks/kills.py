"""What a run loses when it is killed: ``python benchmarks/kills.py``.

Grades a made-up class, kills the run at a random moment with signal 9, gives the same command
again, and compares every output, every export, the history and ``grade verify`` with those of a run
that nobody killed. Half of the runs begin with nothing, half over the results of an earlier
version of the class; half of the kills are of all processes, half of the first one only, whose
workers must then end by themselves. Two in three come at any moment of the run, one in three in the
short time in which the results are written. Ctrl-C ends it with the figures so far. Exit status 1
if anything differs.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from make_class import made_up

from grader.cli import main as grade

_CODE = "from grader.cli import main; main()"
_STORE = "stepgrade.sqlite"
_EXPORTS = ("canvas", "moodle", "gradescope", "blackboard", "brightspace", "csv", "xlsx")
_WRITING = 2.0  # seconds, from the last decision to the last file
_STAGES = ("before anything was kept", "while grading", "while writing", "after the last file")


@dataclass(frozen=True)
class Unkilled:
    """What a run came to that nobody killed; ``before`` is the folder that it began with."""

    folder: Path
    before: Path | None
    status: int
    seconds: float
    files: Mapping[str, str]
    exports: Mapping[str, str]
    history: Mapping[str, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--students", type=int, default=300, help="how many (default 300)")
    parser.add_argument("--seed", type=int, default=6, help="other moments")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        kinds = tuple(_unkilled(told.students))
        for one in kinds:
            print(f"nobody kills: {one.seconds:.1f} s, {len(one.files)} files, status {one.status}")
        broken = _trials(kinds, told.kills, told.seed)
        os.chdir("/")
    sys.exit(bool(broken))


def _trials(kinds: tuple[Unkilled, ...], kills: int, seed: int) -> int:
    """How many of the kills left something else behind; each is told."""
    stages, broken = Counter(), 0
    with contextlib.suppress(KeyboardInterrupt):
        for number in range(kills):
            stage, faults = _trial(kinds, random.Random(f"{seed}:{number}"), number)
            stages[stage] += 1
            broken += bool(faults)
            print(
                f"kill {number} {stage}: {'; '.join(faults) or 'the same in the end'}", flush=True
            )
    counts = ", ".join(f"{stages[stage]} {stage}" for stage in _STAGES)
    print(f"{stages.total()} kills: {counts}\n{broken} of them left something else behind")
    return broken


# --- one run ------------------------------------------------------------------------------------


def _unkilled(size: int) -> Iterator[Unkilled]:
    """A run that begins with nothing, and one over the results of an earlier version."""
    for folder, seed in ((Path("new"), 6), (Path("old"), 7)):
        folder.mkdir()
        tables = (made for made in made_up(8 * size) if made.format in {"json", "tidy.csv"})
        for number, made in enumerate(islice(tables, size)):
            if seed == 6 or number % 10:  # every tenth comes later
                (folder / made.name).write_bytes(made.data + b"\n" * (seed == 7 and number % 7 < 2))
    yield _done(Path("unkilled"), None)
    _run(Path("old"), Path("earlier"))
    shutil.copytree("earlier", "again")
    yield _done(Path("again"), Path("earlier"))


def _done(folder: Path, before: Path | None) -> Unkilled:
    begun = time.monotonic()
    status = _run(Path("new"), folder)
    seconds = time.monotonic() - begun
    return Unkilled(
        folder, before, status, seconds, _files(folder), _exports(folder), _history(folder)
    )


def _command(handed_in: Path, out: Path) -> list[str]:
    return [sys.executable, "-c", _CODE, str(handed_in), "--out", str(out), "--jobs", "2"]


def _run(handed_in: Path, out: Path) -> int:
    command = _command(handed_in, out)
    return subprocess.run(command, capture_output=True, check=False).returncode


def _trial(kinds: tuple[Unkilled, ...], draw: random.Random, number: int) -> tuple[str, list[str]]:
    """One run killed and given again: how far it was, and what differs in the end."""
    right, out = draw.choice(kinds), Path("killed")
    shutil.rmtree(out, ignore_errors=True)
    if right.before:
        shutil.copytree(right.before, out)
    whole = {(name, digest) for one in kinds for name, digest in one.files.items()}
    whole |= set(_files(right.before).items()) if right.before else set()
    _killed(out, _moment(out, right, draw), all_of_it=draw.random() < 0.5)
    stage = _stage(out, right)
    faults = [f"{name} is in part" for name, digest in _files(out).items() - whole]
    status = _run(Path("new"), out)
    faults += [] if status == right.status else [f"the status is {status}"]
    faults += _differences(right.files, _files(out), "files")
    if number % 10 == 0:  # they are made of the files alone
        faults += _differences(right.exports, _exports(out), "exports")
    faults += _differences(right.history, _history(out), "results in the history")
    faults += [f"{path.name} was left" for path in out.rglob("*.part")]
    status, said = _said("verify", "--results", str(out))
    faults += [] if status == 0 else [f"verify: {said.strip()}"]
    shutil.rmtree(out)
    return stage, faults


def _moment(out: Path, right: Unkilled, draw: random.Random) -> Callable[[float], bool]:
    """Whether the moment has come, by the seconds since the run began."""
    at = draw.random()
    if draw.random() < 2 / 3:
        return lambda passed: passed >= at * right.seconds
    before = _number(right.before, "SELECT COUNT(*) FROM runs") if right.before else 0
    begun: list[float] = []  # when the last result was decided

    def come(passed: float) -> bool:
        if not begun and _number(out, "SELECT COUNT(*) FROM runs") > before:
            begun.append(passed)
        return bool(begun) and passed >= begun[0] + at * _WRITING

    return come


def _killed(out: Path, has_come: Callable[[float], bool], *, all_of_it: bool) -> None:
    run = subprocess.Popen(
        _command(Path("new"), out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    begun = time.monotonic()
    while run.poll() is None and not has_come(time.monotonic() - begun):
        time.sleep(0.01)
    if run.poll() is None:
        (os.killpg if all_of_it else os.kill)(run.pid, signal.SIGKILL)
    run.wait()


# --- what is there ------------------------------------------------------------------------------


def _stage(out: Path, right: Unkilled) -> str:
    """How far a run had come, by what it left."""
    if out.is_dir() and _files(out) == right.files:
        return _STAGES[3]
    done = _number(out, "SELECT COUNT(*) FROM runs") > (right.before is not None)
    if done:
        return _STAGES[2]
    before = _number(right.before, "SELECT COUNT(*) FROM contents") if right.before else 0
    return _STAGES[_number(out, "SELECT COUNT(*) FROM contents") > before]


def _number(out: Path, statement: str) -> int:
    if not (out / _STORE).exists():
        return 0
    with contextlib.closing(sqlite3.connect(out / _STORE)) as database:
        try:
            return int(database.execute(statement).fetchone()[0])
        except sqlite3.OperationalError:  # it has no tables yet
            return 0


def _files(out: Path) -> dict[str, str]:
    """The digest of each file that a person sees."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("[!.]*"))
        if path.is_file() and not path.name.startswith(_STORE)
    }


def _exports(out: Path) -> dict[str, str]:
    found = {}
    for form in _EXPORTS:
        file = Path(f"exported-{form}.zip" if form == "gradescope" else f"exported-{form}")
        status, said = _said("export", str(out), "--to", form, "-o", str(file))
        data = file.read_bytes() if file.is_file() else said.encode()
        found[form] = f"{status} {hashlib.sha256(data).hexdigest()}"
        file.unlink(missing_ok=True)
    return found


def _history(out: Path) -> dict[str, int]:
    """How many results of each student the history tells."""
    with contextlib.closing(sqlite3.connect(out / _STORE)) as database:
        rows = database.execute("SELECT student, entry FROM history").fetchall()
    return dict(Counter(student for student, entry in rows if '"what": "result"' in entry))


def _differences(right: Mapping[str, object], found: Mapping[str, object], of: str) -> list[str]:
    other = [name for name in sorted({*right, *found}) if right.get(name) != found.get(name)]
    return [f"other {of}: {', '.join(other)}"] if other else []


def _said(*arguments: str) -> tuple[int, str]:
    """A quick command in this process: its exit status, and what it said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            grade(list(arguments))
        except SystemExit as ended:
            return int(ended.code or 0), said.getvalue()
    return 0, said.getvalue()


if __name__ == "__main__":
    main()
