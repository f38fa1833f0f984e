"""How often verdicts and explanations are right, on synthetic students with a known truth.

    python benchmarks/accuracy.py --students 10000 --jobs 2
    python benchmarks/accuracy.py --kinds one,two --list 50
    python benchmarks/accuracy.py --kind two --seed 34

Prints, by kind of student: right entries that lost credit, wrong entries that earned it, how the
findings compare with the stories that give the same answers (`benchmarks.synthetic_verdict`),
conventions, students of whom nothing is to be complained (``clean``), and the milliseconds that
grading took (median and worst). What went wrong is listed with its seed; with ``--seed`` and
``--kind`` one student is printed instead.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.synthetic import KINDS, synthetic
from benchmarks.synthetic_student import Act, Made, Spoilt
from benchmarks.synthetic_verdict import VERDICTS, Outcome, compared
from benchmarks.synthetic_writing import MisreadError
from grader.grading import grade
from grader.model import Report
from grader.rubric import load

_COLUMNS = (*VERDICTS, "misread", "failed")
_CHUNK = 40


@dataclass
class Tally:
    """What was counted for one kind."""

    students: int = 0
    lost: int = 0
    earned: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    conventions: int = 0
    clean: int = 0
    times: list[float] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Count another tally too."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


# --- one student --------------------------------------------------------------------------------


def judged(kind: str, seed: int) -> Tally:
    """One student of that kind, made, graded and compared with the truth."""
    try:
        made = synthetic(load_once(), kind, seed)
        return _graded(made) if made else Tally()
    except MisreadError as error:
        return _broken(kind, seed, "misread", str(error))
    except Exception:  # noqa: BLE001  # one student, told with the seed
        return _broken(kind, seed, "failed", traceback.format_exc(limit=-2))


def load_once() -> object:
    """The rubric, loaded once a process, and everything that grading loads."""
    if not _RUBRIC:
        _RUBRIC.append(load("hw6"))
        for kind in ("two", "formulas"):
            made = synthetic(_RUBRIC[0], kind, 0)
            grade(made.submission, made.rubric)
    return _RUBRIC[0]


_RUBRIC: list[object] = []


def _graded(made: Made) -> Tally:
    report, spent = _timed(made)
    outcome = compared(made, report)
    tally = Tally(students=1, times=[spent], conventions=int(outcome.conventions))
    tally.clean = int(outcome.is_right)
    tally.lost = sum(map(len, outcome.lost.values()))
    tally.earned = sum(map(len, outcome.earned.values()))
    tally.verdicts[outcome.verdict] += 1
    if outcome.verdict not in {"exact", "among"}:
        lacking, extra = _difference(outcome)
        tally.confusion[lacking, extra] += 1
    if not outcome.is_right:
        tally.listed.append(_line(made, outcome))
    return tally


def _timed(made: Made) -> tuple[Report, float]:
    start = time.perf_counter()
    report = grade(made.submission, made.rubric)
    return report, (time.perf_counter() - start) * 1000


def _broken(kind: str, seed: int, verdict: str, why: str) -> Tally:
    listed = [f"{kind} seed {seed}: {verdict}: {why.strip()}"]
    return Tally(students=1, verdicts=Counter([verdict]), conventions=1, listed=listed)


def _difference(outcome: Outcome) -> tuple[str, str]:
    """What the true story has that was not told, and the reverse."""
    told = {word.partition("[")[0] for word in outcome.told}
    lacking, extra = set(outcome.truth) - told, told - set(outcome.truth)
    return " + ".join(sorted(lacking)) or "-", " + ".join(sorted(extra)) or "-"


def _line(made: Made, outcome: Outcome) -> str:
    lost = sum(map(len, outcome.lost.values()))
    earned = sum(map(len, outcome.earned.values()))
    conventions = "" if outcome.conventions else "conventions wrong, "
    return (
        f"{made.kind} seed {made.seed} ({_where(made)}): {outcome.verdict}, {conventions}"
        f"lost {lost}, earned {earned}; truth {_set(outcome.truth)}, told {_set(outcome.told)}"
    )


def _set(words: Sequence[str]) -> str:
    return f"{{{', '.join(words)}}}"


def _where(made: Made) -> str:
    if made.problem.name != "gan":
        return made.problem.name
    return "random given" if made.seed % 2 else "given"


# --- many ---------------------------------------------------------------------------------------


def _many(students: Sequence[tuple[str, int]]) -> dict[tuple[str, str], Tally]:
    found: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for kind, seed in students:
        found[kind, "random given" if seed % 2 else "given"].add(judged(kind, seed))
    return dict(found)


def _chunks(kinds: Sequence[str], each: int) -> Iterator[list[tuple[str, int]]]:
    """Students of the same values together, so that what is known of those is used again."""
    todo = [(kind, seed) for seed in range(each) for kind in kinds]
    todo.sort(key=lambda student: student[1] % 40 if student[1] % 2 else -1)
    for first in range(0, len(todo), _CHUNK):
        yield todo[first : first + _CHUNK]


def main() -> None:
    """Run, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--students", type=int, default=1200)
    parser.add_argument("--kinds", default=",".join(KINDS), help="separated by commas")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--list", type=int, default=20, help="how many failures of a kind to list")
    parser.add_argument("--kind", choices=KINDS, help="with --seed: print this one student")
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    if options.seed is not None:
        _print_student(options.kind or "one", options.seed)
        return
    kinds = options.kinds.split(",")
    total: dict[tuple[str, str], Tally] = defaultdict(Tally)
    with ProcessPoolExecutor(options.jobs) as pool:
        for part in pool.map(_many, _chunks(kinds, options.students // len(kinds))):
            for key, tally in part.items():
                total[key].add(tally)
    _print(total, options.list)


# --- printing -----------------------------------------------------------------------------------


def _print(total: Mapping[tuple[str, str], Tally], most: int) -> None:
    columns = [c for c in _COLUMNS if c in VERDICTS or any(t.verdicts[c] for t in total.values())]
    head = "".join(f"{name:>8}" for name in columns)
    wide = f"{'kind':14} {'values':13}{'number':>7}{'lost':>6}{'earned':>7}"
    print(f"{wide}{head}   conv.   clean  ms   max")
    for key in sorted(total, key=lambda key: (list(KINDS).index(key[0]), key[1])):
        if total[key].students:
            print(_row(*key, total[key], columns))
    confusion = sum((t.confusion for t in total.values()), Counter())
    print("\nlacking taken for extra:")
    for (lacking, extra), count in confusion.most_common(2 * most):
        print(f"  {count:4} x {lacking}  taken for  {extra}")
    print()
    for tally in total.values():
        for line in sorted(tally.listed)[:most]:
            print(" ", line)


def _row(kind: str, where: str, t: Tally, columns: Sequence[str]) -> str:
    shares = "".join(f"{100 * t.verdicts[name] / t.students:7.1f}%" for name in columns)
    median, worst = (statistics.median(t.times), max(t.times)) if t.times else (0, 0)
    return (
        f"{kind:14} {where:13}{t.students:7}{t.lost:6}{t.earned:7}{shares}"
        f"{100 * t.conventions / t.students:7.1f}%{100 * t.clean / t.students:7.1f}%"
        f"{median:4.0f}{worst:6.0f}"
    )


def _print_student(kind: str, seed: int) -> None:
    """All that is known of one student, and what was found."""
    made = synthetic(load_once(), kind, seed)
    if made is None:
        print("no such mistake shows at this seed")
        return
    report, spent = _timed(made)
    outcome = compared(made, report)
    style = "carries on what is written" if made.as_written else "carries on full precision"
    print(_line(made, outcome))
    print("writing    ", made.writing, "|", style, "| states", dict(made.stated) or "nothing")
    print(
        "conventions", dict(made.truth.conventions), "| told", dict(report.problems[0].conventions)
    )
    print("acts       ", *map(_act, made.truth.acts), sep="\n             ")
    print("fitting    ", *map(_set, outcome.fitting))
    print("told       ", _set(outcome.told), f"in {spent:.0f} ms")
    print("lost       ", {q: sorted(e) for q, e in outcome.lost.items()})
    print("earned     ", {q: sorted(e) for q, e in outcome.earned.items()})
    for a in report.assessments:
        if a.quantity in made.keep:
            share = f"{a.right}/{a.total}"
            print(f"  {a.quantity:9}{a.verdict:15}{share:7}", _texts(made, a.quantity))


def _act(act: Act) -> str:
    return str(act) if not isinstance(act, Spoilt) else f"{act.code} {', '.join(act.at)}"


def _texts(made: Made, q: str) -> str:
    answer = next(a for a in made.submission.answers if a.key == f"{made.problem.name}.{q}")
    response = answer.response
    if hasattr(response, "text"):
        return str(response.text)
    cells = [
        getattr(e, "cell", e) for e in getattr(response, "cells", getattr(response, "entries", ()))
    ]
    return " ".join(getattr(cell.content, "text", "-") for cell in cells[:18])


if __name__ == "__main__":
    main()
