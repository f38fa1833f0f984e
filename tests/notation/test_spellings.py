"""Answers as students write them are read and judged: none wrongly, next to none unread."""

from functools import cache

import pytest
from right_spellings import RIGHT
from spelling_rows import judged
from wrong_spellings import WRONG

from grader.model import Verdict

TABLES = {"right": RIGHT, "wrong": WRONG}
UNREAD = frozenset({Verdict.UNREADABLE, Verdict.UNGRADED})
UNREAD_SHARE = 0.02


@cache
def outcome(row):
    return judged(row)


def told(row, assessment):
    return f"{row}\n    {assessment.verdict}: {'; '.join(assessment.notes)}"


@pytest.mark.parametrize("row", RIGHT, ids=str)
def test_a_right_answer_is_right_in_every_spelling_that_is_read(row):
    assessment = outcome(row)
    assert assessment.verdict in {Verdict.CORRECT, *UNREAD}, told(row, assessment)


@pytest.mark.parametrize("row", WRONG, ids=str)
def test_a_wrong_answer_is_wrong_in_every_spelling_that_is_read(row):
    assessment = outcome(row)
    assert assessment.verdict in {Verdict.INCORRECT, *UNREAD}, told(row, assessment)
    if assessment.verdict is Verdict.INCORRECT and row.code:
        assert row.code in [finding.code for finding in assessment.findings], str(row)


@pytest.mark.parametrize("name", TABLES)
def test_next_to_nothing_is_left_unread(name):
    unread = [row for row in TABLES[name] if outcome(row).verdict in UNREAD]
    listed = "\n".join(told(row, outcome(row)) for row in unread)
    assert len(unread) < UNREAD_SHARE * len(TABLES[name]), listed
