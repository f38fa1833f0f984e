"""Reading and deciding texts that nobody planned for: no exception but the documented, no delay.

    python benchmarks/fuzz_notation.py                               # 20,000 tries, a minute
    python benchmarks/fuzz_notation.py --tries 1000000 --seed 7
    python benchmarks/fuzz_notation.py --tries 500000 --first 500000 --seed 7   # the second half
    python benchmarks/fuzz_notation.py --seed 7 --first 123456 --tries 1 --show

Each text (`benchmarks.fuzz_texts`) is read, typeset, decided against a formula and prepared as a
student's answer. A failure is an exception that is not a `GraderError`, or a step that takes longer
than ``--bound`` milliseconds three times in a row. Every failure is printed with its number and
step; with ``--first`` that number is tried again. Ends with 1 where there was one.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.fuzz_texts import text
from benchmarks.measuring import machine, table
from grader import equivalent
from grader.model import Answer, Formula, GraderError, Place, QuantityKey
from grader.notation.grammar import parse
from grader.notation.typeset import latex, mathml, mathml_of_text, plain
from grader.rubric import load
from grader.working import prepared

__all__ = ["STEPS", "Fuzzed", "fuzzed"]

BOUND = 0.050
"""Seconds; a step that takes longer is tried twice more, for the machine may be busy."""

_SYMBOLS = {
    "W1": ("N", "M"),
    "W2": ("M", "N"),
    "x": ("N", 1),
    "xp": ("N", 1),
    "h": ("M", 1),
    "b1": ("M", 1),
    "b2": ("N", 1),
    "z1": ("M", 1),
    "z2": ("N", 1),
    "p": (),
}
_EXPECTED = "-2*h@((x-xp)*xp*(1-xp)).T"
_PLACE = Place("answers.json")
_PROBLEM = load("hw6").problem("autoencoder")


# --- the steps ----------------------------------------------------------------------------------


def _read(written: str) -> str:
    parse(written)
    return "read"


def _typeset(written: str) -> str:
    mathml_of_text(written)
    tree = parse(written)
    for form in (latex, mathml, plain):
        form(tree)
    return "typeset"


def _decided(written: str) -> str:
    return str(equivalent(_EXPECTED, written, _SYMBOLS).outcome)


def _prepared(written: str) -> str:
    key = QuantityKey("autoencoder.grad_W2")
    answer = Answer(key, "grad_W2", Formula(written, _PLACE), _PLACE)
    work = prepared(_PROBLEM, [answer])
    return type(work["grad_W2"]).__name__.lower() if work else "missing"


STEPS: dict[str, Callable[[str], str]] = {
    "read": _read,
    "typeset": _typeset,
    "decided": _decided,
    "prepared": _prepared,
}


# --- trying -------------------------------------------------------------------------------------


@dataclass
class Fuzzed:
    """What came of a number of tries.

    Attributes:
        outcomes: how often each step ended how.
        worst: of each step the longest time in seconds, and the number of the text.
        failures: number, step and what went wrong.
    """

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    worst: dict[str, tuple[float, int]] = field(default_factory=dict)
    failures: list[tuple[int, str, str]] = field(default_factory=list)


def fuzzed(seed: int, first: int, tries: int, bound: float = BOUND) -> Iterator[Fuzzed]:
    """The same tally after each try."""
    tally = Fuzzed()
    for number in range(first, first + tries):
        written = text(seed, number)
        for step in STEPS:
            _try(tally, step, number, written, bound)
        yield tally


def _try(tally: Fuzzed, step: str, number: int, written: str, bound: float) -> None:
    try:
        outcome, seconds = _timed(STEPS[step], written)
        if seconds > bound:
            seconds = min(seconds, *(_timed(STEPS[step], written)[1] for _ in range(2)))
    except Exception:  # noqa: BLE001  # what is looked for
        tally.failures.append((number, step, traceback.format_exc()))
        return
    tally.outcomes[step, outcome] += 1
    tally.worst[step] = max(tally.worst.get(step, (0.0, 0)), (seconds, number))
    if seconds > bound:
        tally.failures.append((number, step, f"took {seconds * 1e3:.0f} ms"))


def _timed(step: Callable[[str], str], written: str) -> tuple[str, float]:
    started = time.process_time()
    try:
        outcome = step(written)
    except GraderError:
        outcome = "refused"
    return outcome, time.process_time() - started


# --- telling ------------------------------------------------------------------------------------


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tries", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first text")
    parser.add_argument("--bound", type=float, default=BOUND * 1e3, help="milliseconds")
    parser.add_argument("--show", action="store_true", help="print each text")
    return parser.parse_args()


def _told(tally: Fuzzed, tries: int, seconds: float, seed: int) -> str:
    rows = []
    for step in STEPS:
        slowest, number = tally.worst.get(step, (0.0, 0))
        found = Counter({o: n for (s, o), n in tally.outcomes.items() if s == step})
        ends = ", ".join(f"{name} {count}" for name, count in found.most_common())
        rows.append([step, f"{slowest * 1e3:.1f} ms", str(number), ends])
    return (
        f"{machine()}\n\n{tries} tries of seed {seed} in {seconds:.0f} s, "
        f"{tries / seconds:.0f} a second; {len(tally.failures)} failures\n\n"
        + table(["step", "worst", "of text", "ended"], rows)
    )


def main() -> None:
    asked = _arguments()
    started = time.perf_counter()
    known, tally = 0, Fuzzed()
    for done, tally in enumerate(
        fuzzed(asked.seed, asked.first, asked.tries, asked.bound / 1e3), start=1
    ):
        if asked.show:
            print(repr(text(asked.seed, asked.first + done - 1)))
        for number, step, what in tally.failures[known:]:
            print(f"text {number}, {step}: {text(asked.seed, number)[:200]!r}\n{what}", flush=True)
        known = len(tally.failures)
        if done % 50_000 == 0:
            print(f"{done} tries, {known} failures", file=sys.stderr, flush=True)
    print(_told(tally, asked.tries, time.perf_counter() - started, asked.seed))
    sys.exit(1 if tally.failures else 0)


if __name__ == "__main__":
    main()
