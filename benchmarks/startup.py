"""How long the commands take to start, beside what they stand on: ``python benchmarks/startup.py``.

Whole processes, interleaved, so that whatever else the machine does falls on all of them alike;
medians, and ratios within each round. Byte code is compiled before, as after an installation.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from make_class import hand_in
from measuring import Run, grade_script, machine, median, run, spread, table

_HEAVY = (
    "pandas",
    "openpyxl",
    "sympy",
    "matplotlib",
    "jinja2",
    "python_calamine",
    "xlsxwriter",
    "numpy",
    "click",
    "yaml",
)
_NOT_FOR_A_CHECK = frozenset(_HEAVY) - {"numpy", "click", "yaml"}

_SETTINGS = {
    "As it is:": {},
    "Without NumPy's pool of threads, on both sides (OPENBLAS_NUM_THREADS=1); a steadier measure,"
    "\nas on a busy machine the pool alone can take longer than the rest:": {
        "OPENBLAS_NUM_THREADS": "1"
    },
}

_CHECKED = {
    "check, right": ("right", 3),
    "check, both right": ("right", 6),
    "check, one mistake": ("one mistake", 6),
    "check, two mistakes": ("two mistakes", 6),
}
"""What the students checked did; the first answers problem 1 only, the others both."""

_PAIRS = (
    ("grade --help", "help", "import click", "click", "1.3"),
    ("grade check: problem 1, right", "check, right", "import numpy", "numpy", "1.7, at most 2.2"),
    ("grade check: both, right", "check, both right", "import numpy", "numpy", ""),
    ("grade check: both, one mistake", "check, one mistake", "import numpy", "numpy", ""),
    ("grade check: both, two mistakes", "check, two mistakes", "import numpy", "numpy", ""),
    ("import numpy", "numpy", "pass", "python", ""),
)

_PROBE = """
import sys
from grader.cli import main
try:
    main(sys.argv[2:])
except SystemExit:
    pass
print(*[name for name in sys.argv[1].split(",") if name in sys.modules], file=sys.stderr)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=15, help="rounds (default 15)")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = _environment(folder)
        commands = _commands(folder)
        print(machine())
        for title, more in _SETTINGS.items():
            rounds = _measured(commands, {**environment, **more}, told.runs)
            print(f"\n{title}\n\n{_table(rounds)}")
        print()
        for command, of in (("--help", ["--help"]), ("check", commands["check, right"][1:])):
            print(f"grade {command} loads: {' '.join(_loaded(of, environment)) or 'none of them'}")
    unwanted = _NOT_FOR_A_CHECK & set(_loaded(commands["check, right"][1:], environment))
    if unwanted:
        sys.exit(f"a self-check must not load {', '.join(sorted(unwanted))}")


def _environment(folder: Path) -> Mapping[str, str]:
    """Byte code is kept, in a place of its own, for both sides of each comparison."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def _commands(folder: Path) -> dict[str, list[str]]:
    """What is compared, by name."""
    script = grade_script()
    commands = {
        "python": [sys.executable, "-c", "pass"],
        "click": [sys.executable, "-c", "import click"],
        "numpy": [sys.executable, "-c", "import numpy"],
        "help": [script, "--help"],
    }
    for number, (name, (kind, seed)) in enumerate(_CHECKED.items()):
        path = folder / f"s100{number}.json"
        path.write_bytes(hand_in(path.stem, kind, "json", random.Random(seed)).data)
        commands[name] = [script, "check", str(path)]
    return commands


def _measured(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], rounds: int
) -> dict[str, list[Run]]:
    """Every command once a round; the first round only fills caches."""
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            one = run(command, environment)
            if number:
                found[name].append(one)
    return found


def _table(rounds: Mapping[str, Sequence[Run]]) -> str:
    rows = []
    for name, key, base_name, base, aim in _PAIRS:
        walls, bases = ([one.wall for one in rounds[k]] for k in (key, base))
        ratios = [a / b for a, b in zip(walls, bases, strict=True)]
        low, high = spread(ratios)
        cpu = median([one.cpu for one in rounds[key]])
        base_cpu = median([one.cpu for one in rounds[base]])
        rows.append(
            (
                name,
                _ms(median(walls)),
                base_name,
                _ms(median(bases)),
                f"{median(ratios):.2f} ({low:.2f} to {high:.2f})",
                f"{cpu / base_cpu:.2f}",
                aim,
            )
        )
    head = ("command", "wall", "beside", "wall", "ratio (from 10 to 90 %)", "ratio of CPU", "aim")
    return table(head, rows)


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms"


def _loaded(arguments: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Which of the heavy modules a command has loaded when it ends."""
    command = [sys.executable, "-c", _PROBE, ",".join(_HEAVY), *arguments]
    done = subprocess.run(
        command, env=dict(environment), capture_output=True, text=True, check=True
    )
    return done.stderr.splitlines()[-1].split()


if __name__ == "__main__":
    main()
