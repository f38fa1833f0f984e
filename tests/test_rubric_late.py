"""The late policy of a rubric: what it becomes, and what is said of one that cannot be used."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from grader.lateness import LatePolicy, penalty
from grader.model import RubricError
from grader.rubric import describe, load

PAGE = (Path(__file__).parents[1] / "docs" / "rubric-format.md").read_text(encoding="utf-8")

RUBRIC = """\
assignment: small
title: The auto-encoder alone
due: {due}
late: {late}
problems:
  net:
    reference: autoencoder
    points: 1
    items: [{{quantity: grad_W2, points: 1}}]
"""
DUE = "2024-04-16T23:59:00-04:00"


def loaded(folder, late, due=DUE):
    path = folder / "r.yaml"
    path.write_text(RUBRIC.format(due=due, late=late), encoding="utf-8")
    return load(path)


def mistakes(folder, late, due=DUE):
    with pytest.raises(RubricError) as caught:
        loaded(folder, late, due)
    return [mistake.removeprefix("r.yaml, line ") for mistake in caught.value.mistakes]


def test_every_key_is_read(tmp_path):
    rubric = loaded(
        tmp_path,
        "{per: hour, points: 1/2, count: full, grace: 30 minutes, cap: 5, zero_after: 1.5 days, "
        "free_days: 2, days_off: [2024-04-13, 2024-04-14], zone: Europe/Berlin}",
    )
    assert rubric.late == LatePolicy(
        per="hour",
        points=Fraction(1, 2),
        grace=timedelta(minutes=30),
        cap=Fraction(5),
        zero_after=timedelta(hours=36),
        free_days=Fraction(2),
        days_off=frozenset({date(2024, 4, 13), date(2024, 4, 14)}),
        count="full",
        zone=ZoneInfo("Europe/Berlin"),
    )
    assert rubric.deadline == datetime.fromisoformat(DUE)


def test_the_least_policy_takes_a_share_per_started_day(tmp_path):
    rubric = loaded(tmp_path, "{per: day, share: 0.1}")
    assert rubric.late == LatePolicy(per="day", share=Fraction(1, 10))


def test_a_rubric_without_a_policy_has_none():
    assert (load("hw6").late, load("hw6").deadline) == (None, None)
    assert "Late" not in describe(load("hw6"))


def test_a_time_without_an_offset_is_meant_in_the_zone(tmp_path):
    late = "{per: day, share: 0.1, zone: America/New_York}"
    assert loaded(tmp_path, late, "2024-04-16T23:59").deadline == datetime.fromisoformat(DUE)


def test_the_policy_is_told_in_a_sentence(tmp_path):
    rubric = loaded(tmp_path, "{per: day, share: 0.1, grace: 30 minutes, cap: 0.5, free_days: 2}")
    told = "Late: 10% of the score off per started day, at most 50%, 30 minutes of grace, 2 free"
    assert told in describe(rubric)


@pytest.mark.parametrize(
    ("late", "due", "told"),
    [
        ("soon", DUE, ["4: late: expected a table of keys, found 'soon'"]),
        ("{share: 0.1}", DUE, ["4: late: the key per is missing"]),
        ("{per: day}", DUE, ["4: late: share (of the score) or points is missing"]),
        ("{per: day, share: 0.1, points: 2}", DUE, ["4: late: share and points both stand here"]),
        ("{per: dya, share: 0.1}", DUE, ["4: late: per: 'dya' is not known; did you mean day?"]),
        ("{per: day, shair: 0.1}", DUE, ["did you mean share?", "share (of the score) or points"]),
        ("{per: day, share: 10}", DUE, ["4: late: share: expected a share from 0 to 1"]),
        ("{per: day, points: -1}", DUE, ["4: late: points: -1 is negative"]),
        ("{per: day, share: 0.1, cap: 5}", DUE, ["4: late: cap: expected a share from 0 to 1"]),
        ("{per: day, share: 0.1, count: all}", DUE, ["write one of: started, full"]),
        ("{per: day, share: 0.1, grace: 30}", DUE, ["4: late: grace: expected a time such as 30"]),
        ("{per: day, share: 0.1, grace: 3 minuts}", DUE, ["no unit; did you mean minutes?"]),
        ("{per: day, share: 0.1, grace: [1]}", DUE, ["grace: expected a time such as 30"]),
        ("{per: day, share: 0.1, zero_after: 9999 days}", DUE, ["longer than ten years"]),
        ("{per: day, share: 0.1, grace: 2 hours, zero_after: 1 hour}", DUE,
         ["4: late: zero_after is shorter than grace"]),
        ("{per: day, share: 0.1, free_days: 1.5}", DUE, ["a whole number from 0 to 365"]),
        ("{per: day, share: 0.1, days_off: 2024-04-13}", DUE, ["days_off: expected a list"]),
        ("{per: day, share: 0.1, days_off: [2024-02-30]}", DUE, ["a date such as 2024-04-13"]),
        ("{per: day, share: 0.1, days_off: [20240413]}", DUE, ["a date such as 2024-04-13"]),
        ("{per: day, share: 0.1, days_off: [2024-04-13, 2024-04-13]}", DUE, ["listed twice"]),
        ("{per: day, share: 0.1, zone: America/New_Yrok}", DUE,
         ["zone: 'America/New_Yrok' is not known here; did you mean America/New_York?"]),
        ("{per: day, share: 0.1, zone: ../x}", DUE, ["write one such as America/New_York"]),
        ("{per: day, share: 0.1}", "2024-04-16", ["3: due: expected a date and a time"]),
        ("{per: day, share: 0.1}", "2024-04-16T23:59", ["3: due: 2024-04-16T23:59 has no offset"]),
        ("{per: day, share: 0.1, zone: America/New_York}", "2024-03-10T02:30",
         ["3: due: 2024-03-10T02:30: clocks there are put forward over this hour"]),
        ("{per: day, share: 0.1, zone: America/New_York}", "2024-11-03T01:30",
         ["3: due: 2024-11-03T01:30: clocks there show this hour twice"]),
        ("{per: dya, shair: 0.1, grace: soon, days_off: [x]}", DUE,
         ["per: 'dya'", "'shair'", "share (of the score)", "grace: expected", "days_off: exp"]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_told_with_its_line(tmp_path, late, due, told):
    found = mistakes(tmp_path, late, due)
    assert len(found) == len(told), found
    for part in told:
        assert any(part in mistake for mistake in found), found


def test_a_policy_needs_a_deadline(tmp_path):
    text = RUBRIC.format(due=DUE, late="{per: day, share: 0.1}").replace(f"due: {DUE}\n", "")
    (tmp_path / "r.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RubricError, match="line 3: late: due is missing; it needs the deadline"):
        load(tmp_path / "r.yaml")


def _table_rows():
    section = PAGE.partition("| handed in | days late |")[2].partition("\n\n")[0]
    return re.findall(r"\| `(.+?)` \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", section)


def test_the_table_of_the_documentation_holds(tmp_path):
    large = re.findall(r"```yaml\n(assignment:.*?)```", PAGE, flags=re.DOTALL)[1]
    (tmp_path / "large.yaml").write_text(large, encoding="utf-8")
    rubric = load(tmp_path / "large.yaml")
    assert len(_table_rows()) == 9
    for handed_in, units, free, cost, final in _table_rows():
        found = penalty(rubric.late, rubric.deadline, datetime.fromisoformat(handed_in))
        score = Fraction(30)
        told = (found.units, found.free_days, found.cost(score), found.final(score))
        assert told == tuple(map(int, (units, free, cost, final))), handed_in
