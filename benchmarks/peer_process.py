"""One other program that compares formulas, timed in its own process and interpreter.

    PYTHON benchmarks/peer_process.py NAME < pairs.json > times.json

PYTHON is an interpreter in which the program is installed; nothing else of this project is needed
there. Pairs are ``{"expected": ..., "answer": ...}`` in the notation that the program reads; what
comes back says which version it is, and of each pair how long it took to read the answer, how long
to decide, and what was decided.
"""

# ruff: noqa: PLC0415 - one program, the others may be absent

from __future__ import annotations

import importlib.metadata
import json
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

_LIMIT = 30
"""Seconds for one pair."""

_SHAPES = {"x": "N1", "xp": "N1", "h": "M1", "b1": "M1", "b2": "N1", "z1": "M1", "z2": "N1"} | {
    "W1": "NM",
    "W2": "MN",
    "grad_xp": "N1",
    "grad_z2": "N1",
    "grad_h": "M1",
    "grad_z1": "M1",
    "grad_b2": "N1",
    "grad_b1": "M1",
}
_SIZES = {"N": 4, "M": 3, "1": 1}

Steps = tuple[Callable[[str], Any], Callable[[str], Any], Callable[[Any, Any], bool]]
"""Reads an answer; makes what is expected ready; decides the one against the other."""


def mitx() -> Steps:
    """mitx-grading-library: matrices with declared shapes, compared at drawn values."""
    import numpy as np
    from mitxgraders import MatrixGrader, RealMatrices
    from mitxgraders.helpers.calc import expressions
    from mitxgraders.helpers.calc.math_array import MathArray

    def settled(found: Any) -> Any:
        return MathArray(found) if np.ndim(found) else float(found)

    def of(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda a: settled(function(np.asarray(a)))

    def of_two(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        return lambda a, b: settled(function(np.asarray(a), np.asarray(b)))

    functions = {  # the library counts the arguments of each
        "had": of_two(np.multiply),
        "plus": of_two(np.add),
        "minus": of_two(np.subtract),
        "over": of_two(np.divide),
        "raised": of_two(np.power),
        "above": of_two(lambda a, b: (a > b).astype(float)),
        "choose": lambda c, a, b: settled(np.where(np.asarray(c), np.asarray(a), np.asarray(b))),
        "dg": of(lambda a: np.diag(a.ravel())),
        "sigmoid": of(lambda a: 1 / (1 + np.exp(-a))),
        "relu": of(lambda a: np.maximum(a, 0)),
        "expo": of(np.exp),
    }

    def ready(expected: str) -> Any:
        expressions.parse(expected)
        names = sorted(set(re.findall(r"[a-zA-Z]\w*_\d+", expected)))
        shapes = {name: _SHAPES[name.rpartition("_")[0]] for name in names}
        return MatrixGrader(
            answers=expected,
            variables=names,
            sample_from={n: RealMatrices(shape=[_SIZES[k] for k in s]) for n, s in shapes.items()},
            user_functions=functions,
            max_array_dim=2,
        )

    def read(answer: str) -> str:
        expressions.parse(answer)  # kept by the library, so deciding does not read again
        return answer

    def decide(grader: Any, answer: str) -> bool:
        return bool(grader(None, answer)["ok"])

    return read, ready, decide


def math_verify() -> Steps:
    """Math-Verify: LaTeX to sympy, compared by simplifying."""
    from math_verify import parse, verify

    def read(answer: str) -> Any:
        return parse(f"${answer}$")

    return read, read, lambda due, found: bool(verify(due, found))


def sympy() -> Steps:
    """Sympy itself: its reader of LaTeX, then ``equals``."""
    from sympy.parsing.latex import parse_latex  # noqa: TID251  # our own text, to be timed

    return parse_latex, parse_latex, lambda due, found: bool(due.equals(found))


_PEERS: Mapping[str, tuple[Callable[[], Steps], Sequence[str]]] = {
    "mitx": (mitx, ("mitxgraders", "numpy")),
    "math-verify": (math_verify, ("math-verify", "latex2sympy2_extended", "sympy")),
    "sympy": (sympy, ("sympy", "antlr4-python3-runtime")),
}


class _TooLongError(Exception):
    pass


@contextmanager
def _limited() -> Iterator[None]:
    """What takes too long is given up; a program may set its own alarm in between."""

    def give_up(_signal: int, _frame: Any) -> None:
        raise _TooLongError

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(_LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)


def _timed(steps: Steps, expected: str, answer: str) -> dict[str, Any]:
    """One pair; what fails is told, and has no times."""
    read, ready, decide = steps
    try:
        with _limited():
            started = time.perf_counter()
            found = read(answer)
            is_read = time.perf_counter()
            due = ready(expected)
            is_ready = time.perf_counter()
            equal = decide(due, found)
            ended = time.perf_counter()
    except _TooLongError:
        return {"outcome": "too long"}
    except Exception as error:  # noqa: BLE001  # whatever another program raises
        return {"outcome": "failed", "told": f"{type(error).__name__}: {error}"[:200]}
    outcome = "equal" if equal else "different"
    return {"outcome": outcome, "read": is_read - started, "decide": ended - is_ready}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:  # a checkout on the path
        return str(getattr(__import__(name), "__version__", "unknown"))


def main() -> None:
    start, packages = _PEERS[sys.argv[1]]
    pairs = json.load(sys.stdin)
    steps = start()
    found = [_timed(steps, pair["expected"], pair["answer"]) for pair in pairs]
    versions = ", ".join(f"{name} {_version(name)}" for name in packages)
    json.dump({"versions": versions, "pairs": found}, sys.stdout)


if __name__ == "__main__":
    main()
