"""How often verdicts and explanations are right, on synthetic students with a known truth.

    python benchmarks/accuracy.py --students 10000 --jobs 2

Prints, by kind of student: right entries that lost credit, wrong entries that earned it, findings
that were exact, named among several, missed or wrong, conventions, and the time a student takes.
What went wrong is listed with its seed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.synthetic import KINDS, Synthetic, random_given, synthetic
from grader.grading import grade
from grader.model import Problem, Report, Rubric
from grader.rubric import load
from grader.screen import steps_of

_QUIET = {"layout", "too_few_digits", "rounded_early"}


@dataclass
class Tally:
    """What was counted for one kind."""

    students: int = 0
    lost: int = 0
    earned: int = 0
    findings: Counter[str] = field(default_factory=Counter)
    conventions: Counter[str] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)


def judged(rubric: Rubric, kind: str, seed: int) -> tuple[str, Tally]:
    """One student of that kind, made, graded and compared with the truth."""
    problem = rubric.problem("gan")
    where = "given" if seed % 2 == 0 else "random given"
    if seed % 2:
        problem = random_given(problem, seed % 40)
    other = replace(rubric, problems=(problem,))
    tally = Tally()
    made = synthetic(problem, kind, seed)
    if made is None:
        return where, tally
    start = time.perf_counter()
    report = grade(made.submission, other)
    tally.times.append((time.perf_counter() - start) * 1000)
    tally.students = 1
    _compare(problem, made, report, tally, where)
    return where, tally


def _compare(problem: Problem, made: Synthetic, report: Report, tally: Tally, where: str) -> None:
    truth = made.truth
    for assessment in report.assessments:
        if not assessment.max_score or assessment.quantity not in {
            a.quantity for a in made.submission.answers
        }:
            continue
        wrong = set(assessment.wrong)
        should = set(truth.lost.get(assessment.quantity, ()))
        tally.lost += len(wrong - should)
        tally.earned += len(should - wrong)
    found = {(f.code, f.at.partition(".")[2]) for f in report.findings if f.code not in _QUIET}
    verdict = _verdict(truth.found, found)
    if verdict == "wrong" and _turned_about(problem, truth.found, found):
        tally.findings["turned"] += 1
        return
    tally.findings[verdict] += 1
    if verdict not in {"exact", "among"}:
        for code, at in truth.found - found:
            tally.confusion[
                f"{code} {at}", ", ".join(f"{c} {a}" for c, a in sorted(found - truth.found)) or "-"
            ] += 1
    inferred = report.problems[0].inferred
    chosen = report.problems[0].conventions
    same = all(chosen[name] == truth.conventions[name] for name in inferred)
    tally.conventions["right" if same else "other"] += 1
    if tally.lost or tally.earned or verdict not in {"exact", "among"}:
        tally.listed.append(
            f"{truth.kind} seed {made.seed} ({where}): lost {tally.lost}, earned {tally.earned}; "
            f"truth {sorted(truth.found)}, found {sorted(found)}"
        )


def _turned_about(
    problem: Problem, truth: frozenset[tuple[str, str]], found: set[tuple[str, str]]
) -> bool:
    """The same mixture told from its other end: one step under A and the rest under B, or

    the reverse. The numbers are the same, so neither is wrong.
    """
    other = {(code, _convention(problem, at)) for code, at in truth ^ found}
    return len(other) == 1 and {code for code, _ in other} == {"convention_mixed"}


def _convention(problem: Problem, at: str) -> str:
    steps = {name: steps_of(problem.reference, name) for name in problem.reference.conventions}
    return next((name for name, own in steps.items() if at in own), at)


def _verdict(truth: frozenset[tuple[str, str]], found: set[tuple[str, str]]) -> str:
    if truth == found:
        return "exact"
    if truth <= found:
        return "among"
    return "missed" if not found - truth else "wrong"


def _many(arguments: tuple[list[tuple[str, int]]]) -> dict[tuple[str, str], Tally]:
    rubric = load("hw6")
    found: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for kind, seed in arguments[0]:
        where, one = judged(rubric, kind, seed)
        _add(found[kind, where], one)
    return dict(found)


def _add(total: Tally, one: Tally) -> None:
    total.students += one.students
    total.lost += one.lost
    total.earned += one.earned
    total.findings += one.findings
    total.conventions += one.conventions
    total.confusion += one.confusion
    total.times += one.times
    total.listed += one.listed


def main() -> None:
    """Run, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=800)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", type=int, default=20, help="how many failures to list")
    options = parser.parse_args()
    each = options.students // len(KINDS)
    todo = [(kind, seed) for kind in KINDS for seed in range(each)]
    chunks = [todo[k :: 8 * options.jobs] for k in range(8 * options.jobs)]
    total: dict[tuple[str, str], Tally] = defaultdict(Tally)
    with ProcessPoolExecutor(options.jobs) as pool:
        for part in pool.map(_many, [(chunk,) for chunk in chunks]):
            for key, tally in part.items():
                _add(total[key], tally)
    _print(total, options.list)


def _print(total: dict[tuple[str, str], Tally], most: int) -> None:
    columns = ("exact", "among", "turned", "missed", "wrong")
    head = "".join(f"{name:>8}" for name in columns)
    print(f"{'kind':14} {'values':13}{'number':>7}{'lost':>6}{'earned':>7}{head}   conv.  ms  max")
    for (kind, where), t in sorted(total.items()):
        if t.students:
            shares = "".join(f"{100 * t.findings[name] / t.students:7.1f}%" for name in columns)
            print(
                f"{kind:14} {where:13}{t.students:7}{t.lost:6}{t.earned:7}{shares}"
                f"{100 * t.conventions['right'] / t.students:7.1f}%"
                f"{statistics.median(t.times):5.0f}{max(t.times):5.0f}"
            )
    confusion = sum((t.confusion for t in total.values()), Counter())
    for (truth, found), count in confusion.most_common(most):
        print(f"  {count:4} x {truth} taken for {found}")
    for line in [line for t in total.values() for line in t.listed][:most]:
        print(" ", line)


if __name__ == "__main__":
    main()
