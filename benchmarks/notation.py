"""How long it takes to read an answer and to decide it, beside other programs that do it.

    python benchmarks/notation.py
    python benchmarks/notation.py --mitx A/python --math-verify B/python --sympy C/python

200 right answers as students write them. The other programs are optional: each is named by an
interpreter in which it is installed, gets the same answers in the notation that it reads
(`benchmarks.translated`) and is timed in its own process, after ours, in the same run.
"""

# ruff: noqa: E402 - the number of threads is set before NumPy is imported

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

for _threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_threads] = "1"  # one core; read when NumPy is imported

import numpy as np

from benchmarks.measuring import machine, median, table
from benchmarks.notation_pairs import PLACE, Pair, pairs
from benchmarks.translated import SHAPES
from grader import equivalent
from grader.compare import same
from grader.expressions import evaluated
from grader.model import Answer, Formula, Problem, QuantityKey
from grader.plan import keys
from grader.rubric import load
from grader.working import Work, prepared
from grader.worlds import draws

_MOST = 200
_PEERS = {"mitx": "matrices", "math-verify": "scalars", "sympy": "scalars"}


@dataclass(frozen=True)
class Timed:
    """One program's times, in seconds, an answer each."""

    name: str
    answers: int
    read: Sequence[float]
    decide: Sequence[float]
    outcomes: Mapping[str, int]


# --- ours ---------------------------------------------------------------------------------------


def _ours(problem: Problem, chosen: Sequence[Pair]) -> Timed:
    """Answers to the assignment: with its other names, definitions and conventions."""
    reads, decides, outcomes = [], [], Counter[str]()
    for world in draws(problem):
        keys(problem, world)  # the key is worked out once, not once an answer
    for pair in (*chosen[:5], *chosen):  # the first five twice: what is loaded and kept is then
        seconds, work = _timed(partial(_read, problem, pair))
        more, is_right = _timed(partial(_is_right, problem, pair.quantity, work))
        reads.append(seconds)
        decides.append(more)
        outcomes["equal" if is_right else "different"] += 1
    outcomes.subtract(["equal"] * 5)
    name = f"stepgrade {version('stepgrade')}, numpy {version('numpy')}"
    return Timed(name, len(chosen), reads[5:], decides[5:], outcomes)


def _equivalent(chosen: Sequence[Pair]) -> Timed:
    """`grader.equivalent`, which reads both sides anew: all in one."""
    symbols = {name: tuple(1 if n == "1" else n for n in shape) for name, shape in SHAPES.items()}
    times, outcomes = [], Counter[str]()
    plain = [pair for pair in chosen if pair.plain]
    for pair in (*plain[:5], *plain):
        seconds, found = _timed(partial(equivalent, pair.expected, pair.plain, symbols))
        times.append(seconds)
        outcomes[str(found.outcome)] += 1
    outcomes.subtract(["equal"] * 5)
    return Timed("the same, equivalent(): both sides", len(plain), [], times[5:], outcomes)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def _read(problem: Problem, pair: Pair) -> Work:
    key = QuantityKey(f"{problem.name}.{pair.quantity}")
    return prepared(problem, [Answer(key, pair.quantity, Formula(pair.text, PLACE), PLACE)])


def _is_right(problem: Problem, quantity: str, work: Work) -> bool:
    """Decided as in grading: by the key's values in every draw."""
    worlds = draws(problem)
    values = evaluated(problem, work, worlds, {}).values.get(quantity)
    rank = len(problem.shape(quantity))
    return values is not None and all(
        bool(np.all(same(keys(problem, world)[quantity], values[world.name], rank)))
        for world in worlds
    )


# --- other programs -----------------------------------------------------------------------------


def _peer(name: str, interpreter: str | None, chosen: Sequence[Pair]) -> Timed | str:
    """A peer's times, or why there are none."""
    if interpreter is None:
        return f"{name}: not asked for"
    rows = [
        {"expected": both[0], "answer": both[1]}
        for both in (getattr(pair, _PEERS[name]) for pair in chosen)
        if both is not None
    ]
    script = Path(__file__).with_name("peer_process.py")
    try:
        ran = subprocess.run(
            [interpreter, str(script), name],
            input=json.dumps(rows),
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        told = getattr(error, "stderr", "") or str(error)
        return f"{name}: {told.strip().splitlines()[-1]}"
    found = json.loads(ran.stdout)
    timed = [pair for pair in found["pairs"] if "read" in pair]
    outcomes = Counter(pair["outcome"] for pair in found["pairs"])
    reads, decides = ([pair[step] for pair in timed] for step in ("read", "decide"))
    return Timed(found["versions"], len(rows), reads, decides, outcomes)


# --- telling ------------------------------------------------------------------------------------


def _milliseconds(times: Sequence[float]) -> list[str]:
    """Median, 95th percentile and worst."""
    if not times:
        return ["", "", ""]
    high = sorted(times)[min(len(times) - 1, round(0.95 * len(times)))]
    return [f"{seconds * 1e3:.2f}" for seconds in (median(times), high, max(times))]


def _row(timed: Timed) -> list[str]:
    ends = ", ".join(f"{count} {name}" for name, count in timed.outcomes.items())
    return [
        timed.name,
        str(timed.answers),
        *_milliseconds(timed.read),
        *_milliseconds(timed.decide),
        ends,
    ]


_HEAD = ("program", "answers", "read", "95 %", "worst", "decide", "95 %", "worst", "judged")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in _PEERS:
        parser.add_argument(f"--{name}", metavar="PYTHON", help="an interpreter that has it")
    asked = vars(parser.parse_args())
    problem = load("hw6").problem("autoencoder")
    chosen = list(pairs(problem, _MOST))
    found = [_ours(problem, chosen), _equivalent(chosen)]
    absent = []
    for name in _PEERS:
        peer = _peer(name, asked[name.replace("-", "_")], chosen)
        (found if isinstance(peer, Timed) else absent).append(peer)
    print(f"{machine()}; times in milliseconds\n")
    print(table(_HEAD, [_row(timed) for timed in found]))
    for told in absent:
        print(f"\nAbsent: {told}")


if __name__ == "__main__":
    main()
