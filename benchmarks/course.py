"""A course of 1,000 students, from Canvas's download to its filled gradebook, in one command.

``python benchmarks/course.py`` makes the course (`make_course`), runs the command with a store,
again with nothing changed, again with one file changed, and with no store, and compares every cell
that was filled with the points that the same work gets by itself.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from make_class import hand_in
from make_course import COLUMN, MESSES, Course, Enrolled, made_up
from measuring import Run, grade_script, machine, run, table

from grader.grading import grade
from grader.readers import read
from grader.rubric import load

_TIDY = "tidy"
_FIRST, _CHANGED = "with a store", "again, one file changed"
_MEASURED = (
    (_FIRST, ()),
    ("again, nothing changed", ()),
    (_CHANGED, ()),
    ("without a store", ("--store", "none")),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=1000, help="how many (default 1,000)")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes (default 2)")
    parser.add_argument("--seed", type=int, default=6, help="another course")
    told = parser.parse_args()
    course = made_up(told.students, told.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "submissions.zip").write_bytes(course.submissions)
        (folder / "gradebook.csv").write_bytes(course.gradebook)
        print(f"{machine()}\n\n{_counted(course)}\n")
        runs = {}
        for label, more in _MEASURED:
            if label == _CHANGED:
                _change_one(course, folder / "submissions.zip")
            runs[label] = _graded(folder, "without" if more else "grades", more, told.jobs)
            if label == _FIRST:
                print(f"{_checked(course, folder / 'grades')}\n")
        print(_table(runs, told.students))


def _counted(course: Course) -> str:
    files = sum(len(student.files) for student in course.students)
    size = len(course.submissions) / 1e6
    return f"{len(course.students)} students, {files} files, a ZIP of {size:.1f} MB"


def _graded(folder: Path, out: str, more: Sequence[str], jobs: int) -> Run:
    """The one command."""
    gradebook = str(folder / "gradebook.csv")
    command = [grade_script(), str(folder / "submissions.zip"), "--roster", gradebook]
    command += ["--to", "canvas", "--fill", gradebook, "--column", COLUMN]
    command += ["--jobs", str(jobs), "--out", str(folder / out), *more]
    done = run(command, os.environ, watch=True)
    if done.status not in (0, 1):
        sys.exit(f"`{' '.join(command)}` failed with status {done.status}")
    return done


def _change_one(course: Course, path: Path) -> None:
    """One student hands in other work."""
    student = next(one for one in course.students if not one.mess and one.work)
    (name,) = student.files
    draw = random.Random("changed")
    other = hand_in(student.id, "one mistake", student.work.format, draw, student.work)
    with zipfile.ZipFile(io.BytesIO(course.submissions)) as archive:
        files = {info: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in files.items():
            archive.writestr(info, other.data if info.filename == name else data)


# --- is it right? -------------------------------------------------------------------------------


def _checked(course: Course, out: Path) -> str:
    """By mess: how many were graded as the work by itself, left to a person as due, or neither."""
    results = [json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines()]
    cells = dict(_cells((out / "export-canvas.csv").read_bytes()))
    found: dict[str, Counter[str]] = {mess: Counter() for mess in (_TIDY, *MESSES)}
    for student in course.students:
        told = _verdict(student, results, cells)
        found[student.mess or _TIDY][told] += 1
        if told == "WRONG":
            print(f"WRONG: {student.id} {student.name}, {student.mess}: {list(student.files)}")
    rows = [(mess, *(str(count[word]) for word in _WORDS)) for mess, count in found.items()]
    return table(("how it was handed in", *_WORDS), rows)


_WORDS = ("right points", "a person looks, as due", "a person looks, needlessly", "WRONG")


def _verdict(student: Enrolled, results: Sequence[Mapping], cells: Mapping[str, str]) -> str:
    own = [one for one in results if any(file in one["file"] for file in student.files)]
    cell = cells.get(student.id, "")
    if student.work is None or not student.is_listed:
        return _WORDS[1] if not cell and len(own) == 1 else _WORDS[3]
    (alone,) = read(student.work.data, student.work.name, _RUBRIC)
    due = grade(alone, _RUBRIC)
    if due.score is None or not cell:
        is_told = len(own) == 1 and own[0]["score"] is None
        return _WORDS[1 if due.score is None else 2] if is_told and not cell else _WORDS[3]
    return _WORDS[0] if abs(float(due.score) - float(cell)) < 0.00501 else _WORDS[3]


_RUBRIC = load("hw6")


def _cells(data: bytes) -> Iterator[tuple[str, str]]:
    """The filled column by student, read independently."""
    rows = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    yield from ((row["SIS User ID"], row[COLUMN]) for row in rows if row["SIS User ID"])


def _table(runs: Mapping[str, Run], size: int) -> str:
    head = ("command", "wall", "CPU", "students a second", "largest process")
    rows = [
        (label, f"{r.wall:.1f} s", f"{r.cpu:.1f} s", f"{size / r.wall:.0f}", f"{r.largest:.0f} MB")
        for label, r in runs.items()
    ]
    return table(head, rows)


if __name__ == "__main__":
    main()
