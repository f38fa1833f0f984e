"""The page on faults names tests that there are."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
PAGE = (TESTS.parent / "docs" / "reliability.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(\w+\.py)::(\w+)`", PAGE)))


def test_the_page_names_many_tests():
    assert len(NAMED) > 80


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_a_test_that_the_page_names_is_there(file, test):
    (path,) = TESTS.rglob(file)
    assert f"\ndef {test}(" in path.read_text("utf-8")


def test_every_row_names_a_test():
    tried = PAGE.partition("## What is tried")[2]
    rows = [line for line in tried.splitlines() if re.match(r"\| (?!what )", line)]
    assert [row for row in rows if "::test_" not in row] == []
