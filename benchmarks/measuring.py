"""Processes timed: wall time, processor time of the whole tree, and memory; tables printed."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None

__all__ = ["Run", "grade_script", "machine", "median", "run", "spread", "table"]


@dataclass(frozen=True)
class Run:
    """One process from its start to its end; times in seconds, memory in MB.

    Attributes:
        cpu: user and system time, its own and that of the processes that it waited for.
        largest: the most memory that any one process of the tree ever had (resident).
        together: the most that all of them had at one time, shared pages counted once.
    """

    wall: float
    cpu: float
    largest: float = 0.0
    together: float = 0.0
    status: int = 0


def grade_script() -> str:
    """The console script beside this interpreter."""
    found = shutil.which("grade", path=str(Path(sys.executable).parent))
    if found is None:
        sys.exit(f"there is no `grade` beside {sys.executable}; install the project there first")
    return found


def run(command: Sequence[str], environment: Mapping[str, str], *, watch: bool = False) -> Run:
    """Run a command to its end; its output is thrown away.

    ``watch`` looks at the memory of its processes every 50 ms, which costs some time itself.
    """
    before = _cpu_of_children()
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    memory = _Memory(process.pid) if watch else None
    told = process.communicate()[1]
    wall = time.perf_counter() - start
    used = _cpu_of_children() - before
    largest, together = memory.finished() if memory else (0.0, 0.0)
    if b"Traceback" in told:  # how long it takes to fail is no measure of anything
        sys.exit(f"`{' '.join(command)}` failed:\n{told.decode(errors='replace')}")
    return Run(wall, used, largest, together, process.returncode)


def _cpu_of_children() -> float:
    """Processor time of all processes that have ended, to the microsecond where the system can."""
    if resource is None:
        times = os.times()
        return times.children_user + times.children_system
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class _Memory:
    """A thread that reads what /proc says of a process and those that it started."""

    def __init__(self, pid: int) -> None:
        self._pid, self._stop = pid, threading.Event()
        self._largest = self._together = 0.0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def finished(self) -> tuple[float, float]:
        self._stop.set()
        self._thread.join()
        return self._largest, self._together

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            tree = _tree(self._pid)
            together = sum(_kilobytes(pid, "smaps_rollup", "Pss:") for pid in tree) / 1024
            largest = max((_kilobytes(pid, "status", "VmHWM:") for pid in tree), default=0) / 1024
            self._together = max(self._together, together)
            self._largest = max(self._largest, largest)


def _tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for one in found:
        tasks = Path(f"/proc/{one}/task/{one}/children")
        try:
            found += [int(child) for child in tasks.read_text().split()]
        except OSError:  # it has ended
            continue
    return found


def _kilobytes(pid: int, file: str, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    except OSError:  # it has ended, or this is no Linux
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)


def median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else sum(ordered[middle - 1 : middle + 1]) / 2


def spread(values: Sequence[float]) -> tuple[float, float]:
    """The first and the ninth tenth."""
    ordered = sorted(values)
    return ordered[len(ordered) // 10], ordered[-1 - len(ordered) // 10]


def machine() -> str:
    """What it was measured on, in general words."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.system()}, "
        f"{os.cpu_count()} cores{load}"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown: the first column to the left, the others to the right."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(head))]
    shown = [
        "| "
        + " | ".join(f"{text:{'>' if k else '<'}{widths[k]}}" for k, text in enumerate(line))
        + " |"
        for line in lines
    ]
    rule = "|" + "|".join("-" * (w + 1) + (":" if k else "-") for k, w in enumerate(widths)) + "|"
    return "\n".join([shown[0], rule, *shown[1:]])
