"""What is written to do harm: refused in milliseconds, alike wherever it is read, and never run."""

from __future__ import annotations

import threading
import time

import pytest
from core_samples import PLACE, answers, rubric

from grader import equivalent
from grader.grading import grade
from grader.model import Formula, Verdict
from grader.reports.feedback import feedback_page

HOSTILE = {
    # numbers and powers that no machine holds
    "a tower of powers": "9^9^9^9",
    "a tower in Python": "10**100**100",
    "a tower with brackets": "5^(5^(5^(5^5)))",
    "a tower in LaTeX": "9^{9^{9^{9}}}",
    "a factorial": "factorial(10**7)",
    "a factorial sign": "(10000000)!",
    "a number beyond numbers": "1e400 x",
    "a number of five thousand digits": "7" * 5000,
    "a matrix power": "(W1 W1^T)^(10^9)",
    "a power of all": "x^(10^9)",
    # long and deep
    "three thousand brackets": "(" * 3000 + "x" + ")" * 3000,
    "five thousand brackets": "(" * 5000 + "x" + ")" * 5000,
    "three thousand minus signs": "-" * 3000 + "x",
    "forty thousand terms": "x+" * 40_000 + "x",
    "a hundred kilobytes in one name": "x" * 100_000,
    "a hundred kilobytes in one command": "\\" + "a" * 100_000,
    "fractions in fractions": r"\frac{" * 500 + "x" + "}{2}" * 500,
    "fractions in fractions, unfinished": r"\frac{1}{" * 400,
    "roots in roots": r"\sqrt{" * 300 + "x" + "}" * 300,
    "left without right": r"\left(" * 200 + "x",
    "environments in environments": r"\begin{bmatrix}" * 120,
    "a matrix of a milliard": "ones(100000, 100000) x",
    # code, in the clothes of a formula
    "an import": "__import__('os').system('id')",
    "an attribute": "x.__class__",
    "an empty tuple's attribute": "().__class__.__bases__",
    "a lambda": "(lambda: x)()",
    "a comprehension": "[x for x in (1, 2)]",
    "backticks": "`id`",
    "a file in LaTeX": r"\input{/etc/passwd}",
    "a shell in LaTeX": r"\write18{id}",
    "a macro that calls itself": r"\def\a{\a\a}\a",
    "a format string": "{x.__class__.__init__.__globals__}",
    "a percent format": "%(x)s %n",
    "markup": "<script>alert(1)</script>",
    "markup in a function": "<img src=x onerror=alert(1)>(x)",
    "a cell's formula": "=cmd|' /C calc'!A0",
    # characters that are not what they seem
    "a null": "x\x00",
    "half a surrogate": "x + \ud83d",
    "turned text": "x\u202e + x",
    "accents without end": "x" + "\u0301" * 1500,
    "nothing but spaces": "\u3000" * 1500,
    "nothing": "",
}
HEAVY = {
    # each has a meaning, and may be decided: never as equal, and never with much work
    "sums in sums": r"\sum_{i=1}^{N}" * 60 + "x_i",
    "a sum to a milliard": r"\sum_{i=1}^{1000000000} x",
    "definitions that double": "; ".join(
        ["a_0 = x + x", *(f"a_{k + 1} = a_{k} + a_{k}" for k in range(60)), "a_{60}"]
    ),
    "definitions that multiply": "\n".join(
        [
            "B = x x^T",
            *(f"{c} = {b} {b} {b} {b}" for b, c in zip("BCDEFG", "CDEFGH", strict=True)),
            "H x",
        ]
    ),
    "two hundred brackets that hold a sum": "(x+" * 40 + "x" + ")" * 40,
    "a long product": "x " + "(x^T x) " * 40,
}
SYMBOLS = {"W1": ("N", "M"), "x": ("N", 1)}


def in_a_thread(function, *arguments):
    found = []
    thread = threading.Thread(target=lambda: found.append(function(*arguments)))
    thread.start()
    thread.join()
    return found[0]


def decided(text):
    return equivalent("2 x", text, SYMBOLS)


def assessed(text):
    sheet = answers({"autoencoder.grad_xp": Formula(text, PLACE)}, level="6850")
    return grade(sheet, rubric())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_is_invalid_at_once(text):
    started = time.process_time()
    result = decided(text)
    assert time.process_time() - started < 0.5  # milliseconds, on a machine of its own
    assert result.outcome == "invalid"
    assert result.message
    assert len(result.message) < 1000
    assert result.counterexample is None


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY)
def test_what_is_heavy_takes_no_time_and_is_not_equal(text):
    started = time.process_time()
    result = decided(text)
    assert time.process_time() - started < 0.5
    assert result.outcome in ("invalid", "different")
    assert in_a_thread(decided, text) == result


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_thread_decides_alike(text):
    assert in_a_thread(decided, text) == decided(text)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_grade_takes_no_longer_and_costs_nothing_unseen(text):
    started = time.process_time()
    report = assessed(text)
    assert time.process_time() - started < 2
    found = next(a for a in report.assessments if a.key == "autoencoder.grad_xp")
    assert found.verdict in (Verdict.UNREADABLE, Verdict.MISSING)
    assert report.attention or found.verdict is Verdict.MISSING
    assert in_a_thread(assessed, text) == report


@pytest.mark.parametrize("name", ["markup", "markup in a function"])
def test_markup_comes_back_as_text(name):
    page = feedback_page(assessed(HOSTILE[name]), rubric())
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "alert(1)" in page


def test_code_is_not_run(tmp_path):
    mark = tmp_path / "ran"
    for text in (f"open('{mark}', 'w')", f"__import__('os').system('touch {mark}')"):
        assert decided(text).outcome == "invalid"
        assessed(text)
    assert not mark.exists()


@pytest.mark.parametrize("text", ["2 x", "x + x", "3 x", "-2 x", "x +", "log(x)", "W1"])
def test_typical_answers_are_decided_alike_in_a_thread(text):
    assert in_a_thread(decided, text) == decided(text)
