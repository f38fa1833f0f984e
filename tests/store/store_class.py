"""A class in a folder, graded by the command line as a person would."""

from __future__ import annotations

import json
import subprocess
import sys

from class_on_disk import answers, as_json, as_tidy, write

WRONG = {**answers(), "gan.h0": ["9"] * 8}
CODE = "import sys; from grader.cli import main; main(sys.argv[1:])"


def three(folder):
    """Two who have it right, and one whose h0 is wrong."""
    files = {
        "s1.json": as_json("s1"),
        "s2.csv": as_tidy("s2"),
        "s3.json": as_json("s3", given=WRONG),
    }
    return write(folder / "in", files)


def command(*arguments):
    return [sys.executable, "-c", CODE, *map(str, arguments)]


def process(*arguments, **more):
    """A run as a process of its own."""
    return subprocess.run(  # noqa: S603  # our own code
        command(*arguments), capture_output=True, text=True, check=False, timeout=300, **more
    )


def records(out):
    """The results by student."""
    lines = (out / "results.jsonl").read_text("utf-8").splitlines()
    return {one["student"]["id"]: one for one in map(json.loads, lines)}


def files(out):
    """All that a run writes, but the store and what tells the time, by name."""
    names = ["results.jsonl", "gradebook.csv", "report.html"]
    pages = [path.relative_to(out).as_posix() for path in out.glob("feedback/*.html")]
    return {name: (out / name).read_bytes() for name in [*names, *sorted(pages)]}
