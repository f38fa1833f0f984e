"""`docs/findings.md` is made of tables, and every row of them is what happens."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from finding_cases import ROWS, costs_of, found_in, report_of

from grader.codes import FINDING_CODES
from grader.model import Formula

TOOL = Path(__file__).parent / "tools" / "make_findings_page.py"
NUMBERS_ONLY = {
    "arithmetic_slip",
    "transcription_slip",
    "rounded_early",
    "too_few_digits",
    "channel_omitted",  # the language of formulas has no channels
    "convention_mixed",
    "index_shifted",
}
"""Mistakes that cannot be made in an expression."""


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("make_findings_page", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.code}: {row.sentence}")
def test_a_row_is_graded_as_the_page_says(row):
    assert found_in(row) == row.gives
    assert costs_of(row) == row.costs
    assert (row.code in {code for code, _at, _entries in found_in(row)}) is row.speaks


@pytest.mark.parametrize("code", FINDING_CODES)
def test_every_code_has_two_rows_of_each_kind(code):
    told = {
        s: {r.sentence for r in ROWS if r.code == code and r.speaks is s} for s in (True, False)
    }
    assert len(told[True]) >= 2
    assert len(told[False]) >= 2


@pytest.mark.parametrize("code", FINDING_CODES)
def test_every_code_speaks_for_numbers_and_where_it_can_for_expressions(code):
    kinds = {
        isinstance(answer, Formula)
        for row in ROWS
        if row.code == code and row.speaks
        for answer in row.sheet().values()
    }
    assert kinds >= ({False} if code in NUMBERS_ONLY else {True, False})


def test_no_row_is_about_an_unknown_code():
    assert {row.code for row in ROWS} == set(FINDING_CODES)


def test_of_two_explanations_the_second_is_told_as_the_other_and_costs_nothing_more():
    both = [row for row in ROWS if row.of == "pair"]
    assert both
    for row in both:
        first, second = report_of(row).findings
        assert second.message.startswith("Or, as the numbers fit both: ")
        assert not first.message.startswith("Or")
        (lost,) = [a for a in report_of(row).assessments if a.score < a.max_score and a.findings]
        assert costs_of(row) == lost.max_score - lost.score


def test_information_costs_nothing():
    assert {row.costs for row in ROWS if row.code == "layout" and row.speaks} == {0}


def test_the_page_is_what_the_table_says(tool):
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page()


def test_a_page_of_other_rows_is_another_page(tool, monkeypatch):
    changed = (replace(ROWS[0], sentence="something else"), *ROWS[1:])
    monkeypatch.setattr(tool, "ROWS", changed)
    assert tool.PAGE.read_text(encoding="utf-8") != tool.page()


def test_the_tool_checks_the_page_on_its_own():
    ran = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, str(TOOL), "--check"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "docs/findings.md is up to date\n")
