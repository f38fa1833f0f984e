"""Any text is read and decided, or refused with a sentence: a short run of the benchmark."""

import contextlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz_notation import STEPS, fuzzed
from benchmarks.fuzz_texts import ANSWERS, text
from grader.model import GraderError

SLOW = 1.0
"""Seconds; the benchmark asks for milliseconds, on a machine that does nothing else."""

PIECES = [*"()[]{}+-*/^_=<>,;:.' \n\\&|0123xheiT·⊙σ′", "W2", "xp", "np.", ".T", "let "]
PIECES += [r"\frac", r"\sqrt", r"\left", r"\right", r"\top", r"\sum", r"\begin{cases}", r"\text"]


def tried(written):
    """Every step, with a text: a refusal is a sentence, and nothing else is raised."""
    for step in STEPS.values():
        with contextlib.suppress(GraderError):
            assert step(written)


def test_what_nobody_planned_for_is_read_or_refused():
    *_, tally = fuzzed(seed=0, first=0, tries=2000, bound=SLOW)
    assert tally.failures == []
    assert sum(tally.outcomes.values()) == 2000 * len(STEPS)


def test_some_texts_are_read_and_some_are_refused():
    *_, tally = fuzzed(seed=0, first=0, tries=300, bound=SLOW)
    outcomes = {outcome for _, outcome in tally.outcomes}
    assert {"read", "refused", "symbolic", "different", "invalid"} <= outcomes


def test_a_number_gives_one_text_whatever_came_before():
    assert [text(3, k) for k in (7, 8)] == [text(3, 7), text(3, 8)]
    assert len({text(3, k) for k in range(100)}) > 90


@pytest.mark.parametrize("step", STEPS)
def test_a_failure_is_told_with_its_number(step, monkeypatch):
    def broken(_written):
        raise RecursionError

    monkeypatch.setitem(STEPS, step, broken)
    *_, tally = fuzzed(seed=0, first=5, tries=2, bound=SLOW)
    assert [(number, where) for number, where, _ in tally.failures] == [(5, step), (6, step)]


@pytest.mark.parametrize("written", ANSWERS)
def test_what_is_damaged_was_no_failure_before(written):
    tried(written)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120) | st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
@example("\ud800")
@example("𝟙\\left\\begin{bmatrix}\\top\\end{bmatrix}")
def test_any_text_is_read_or_refused(written):
    tried(written)
