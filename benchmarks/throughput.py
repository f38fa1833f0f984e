"""How fast a class is graded, and in how much memory: ``python benchmarks/throughput.py``.

Grades a made-up class (`make_class`) with ``grade CLASS --jobs 2``, beside merely reading the same
files with the fastest reader that there is for them, and says where the time goes.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import multiprocessing as mp
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import python_calamine
from make_class import KINDS, HandIn, made_up
from measuring import Run, grade_script, machine, median, run, spread, table

from grader.batch import grade_paths
from grader.gradebook.csv_export import gradebook_csv
from grader.gradebook.table import in_order
from grader.gradebook.xlsx import workbook
from grader.grading import grade
from grader.model import SubmissionError
from grader.readers import read
from grader.reports.class_report import class_page
from grader.reports.feedback import feedback_page
from grader.reports.record import line
from grader.rubric import load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=2000, help="how many (default 2,000)")
    parser.add_argument("--jobs", type=int, default=2, help="worker processes (default 2)")
    parser.add_argument("--sample", type=int, default=60, help="files of a kind taken apart")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        handins = list(made_up(told.students))
        print(f"{machine()}\n\n{_counted(handins)}\n")
        files = _written(handins, folder / "class")
        runs = _graded(handins, folder, told.jobs)
        print(_table_of_runs(runs, _read(files, told.jobs), len(files)))
        print(f"\nOne submission, in process:\n\n{_taken_apart(told.sample)}")
        print(f"\nOnce a class of {len(files)}, in process:\n\n{_once(folder, told.jobs)}")


def _counted(handins: Sequence[HandIn]) -> str:
    kinds = [handin.kind for handin in handins]
    told = ", ".join(f"{kinds.count(kind)} {kind}" for kind in KINDS)
    size = sum(len(handin.data) for handin in handins) / 1e6
    return f"{len(handins)} submissions, {size:.1f} MB: {told}"


def _written(handins: Sequence[HandIn], folder: Path) -> list[Path]:
    folder.mkdir()
    paths = [folder / handin.name for handin in handins]
    for path, handin in zip(paths, handins, strict=True):
        path.write_bytes(handin.data)
    return paths


# --- the whole command --------------------------------------------------------------------------


def _graded(handins: Sequence[HandIn], folder: Path, jobs: int) -> dict[int, Run]:
    """The command on the whole class and on its first 200, by their number."""
    found = {}
    for count in sorted({min(200, len(handins)), len(handins)}):
        source = folder / f"first {count}"
        _written(handins[:count], source)
        out = folder / f"grades {count}"
        command = [grade_script(), str(source), "--jobs", str(jobs), "--out", str(out)]
        found[count] = run(command, os.environ, watch=True)
        if found[count].status not in (0, 1):
            sys.exit(f"`{' '.join(command)}` failed")
    return found


def _table_of_runs(runs: dict[int, Run], reading: dict[str, Run], size: int) -> str:
    rows = [(f"reading only, {name}", *_speed(one, size), "", "") for name, one in reading.items()]
    for count, one in runs.items():
        memory = (f"{one.largest:.0f} MB", f"{one.together:.0f} MB")
        rows.append((f"grade, {count} submissions", *_speed(one, count), *memory))
    head = ("what", "wall", "CPU", "a second", "CPU each", "largest process", "all processes")
    return table(head, rows)


def _speed(one: Run, size: int) -> tuple[str, str, str, str]:
    each = 1000 * one.cpu / size
    return f"{one.wall:.2f} s", f"{one.cpu:.2f} s", f"{size / one.wall:.0f}", f"{each:.2f} ms"


# --- merely reading -----------------------------------------------------------------------------


def _read(files: Sequence[Path], jobs: int) -> dict[str, Run]:
    """All files read and thrown away, once after warming up."""
    _read_all(files)
    found = {"1 process": _timed(partial(_read_all, files))}
    parts = [files[k::jobs] for k in range(jobs)]
    with mp.get_context("spawn").Pool(jobs) as pool:
        pool.map(_read_all, [part[:20] for part in parts])
        start = time.perf_counter()
        used = sum(pool.map(_cpu_of_reading, parts))
        found[f"{jobs} processes"] = Run(time.perf_counter() - start, used)
    return found


def _timed(work: Callable[[], object]) -> Run:
    start, used = time.perf_counter(), time.process_time()
    work()
    return Run(time.perf_counter() - start, time.process_time() - used)


def _cpu_of_reading(files: Sequence[Path]) -> float:
    return _timed(partial(_read_all, files)).cpu


def _read_all(files: Sequence[Path]) -> None:
    for path in files:
        try:
            _RAW[path.suffix](path)
        except (ValueError, python_calamine.CalamineError):
            continue  # one of the unreadable


def _raw_json(path: Path) -> object:
    return json.loads(path.read_bytes())


def _raw_csv(path: Path) -> object:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _raw_xlsx(path: Path) -> object:
    book = python_calamine.load_workbook(path)
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


_RAW: dict[str, Callable[[Path], object]] = {
    ".json": _raw_json,
    ".csv": _raw_csv,
    ".xlsx": _raw_xlsx,
    ".pdf": Path.read_bytes,
}


# --- one submission -----------------------------------------------------------------------------


def _taken_apart(sample: int) -> str:
    """Reading by format, judging and rendering by kind: a median, and the first and ninth tenth."""
    rubric = load("hw6")
    times: dict[tuple[str, str], list[float]] = {}
    handins = _sampled(sample)
    for timed in (False, True):  # the first round fills caches, as a class's first students do
        for handin in handins:
            for step, of, seconds in _steps(handin, rubric):
                if timed:
                    times.setdefault((step, of), []).append(1000 * seconds)
    rows = []
    for (step, of), values in sorted(times.items(), key=lambda pair: _ORDER.index(pair[0][0])):
        low, high = spread(values)
        shown = [f"{x:.2f} ms" for x in (median(values), low, high, sum(values) / len(values))]
        rows.append((f"{step}: {of}", str(len(values)), *shown))
    return table(("step", "files", "median", "10 %", "90 %", "mean"), rows)


_ORDER = ("read", "judge", "page")


def _sampled(sample: int) -> list[HandIn]:
    """Up to so many files of each kind, taken from a class in its order."""
    left = dict.fromkeys((kind for kind in KINDS if kind != "unreadable"), sample)
    chosen = []
    for handin in made_up(sample * 100):
        if not any(left.values()):
            break
        if left.get(handin.kind, 0):
            left[handin.kind] -= 1
            chosen.append(handin)
    return chosen


def _steps(handin: HandIn, rubric: Any) -> Iterator[tuple[str, str, float]]:
    """The steps of one file with their times; collections of garbage are left out."""
    gc.collect()
    gc.disable()
    clock = time.perf_counter
    begun = clock()
    try:
        (submission,) = read(handin.data, handin.name, rubric)
    except SubmissionError:
        return
    was_read = clock()
    report = grade(submission, rubric)
    was_judged = clock()
    feedback_page(report, rubric)
    was_shown = clock()
    gc.enable()
    yield "read", handin.format, was_read - begun
    yield "judge", handin.kind, was_judged - was_read
    yield "page", handin.kind, was_shown - was_judged


# --- once a class -------------------------------------------------------------------------------


def _once(folder: Path, jobs: int) -> str:
    """What is done in one process when all have been judged."""
    batch = grade_paths([folder / "class"], out=folder / "once", jobs=jobs)
    reports, rubric = in_order(batch.reports), batch.rubric
    steps: dict[str, Callable[[], object]] = {
        "results.jsonl": lambda: "".join(f"{line(report)}\n" for report in reports),
        "gradebook.csv": lambda: gradebook_csv(reports, rubric),
        "gradebook.xlsx": lambda: workbook(reports, rubric),
        "report.html": lambda: class_page(reports, rubric),
    }
    rows = []
    for name, step in steps.items():
        one = _timed(step)
        rows.append((name, f"{one.wall:.2f} s", f"{1000 * one.cpu / len(reports):.3f} ms"))
    return table(("file", "wall", "CPU a student"), rows)


if __name__ == "__main__":
    main()
