"""What a late hand-in costs: cases, and laws that hold for any policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from grader.lateness import Lateness, LatePolicy, penalty

EAST = ZoneInfo("America/New_York")
DUE = datetime.fromisoformat("2024-04-16T23:59:00-04:00")
TENTH = LatePolicy(share=Fraction(1, 10))


def after(**time):
    return DUE + timedelta(**time)


@pytest.mark.parametrize(
    ("policy", "late", "units", "taken"),
    [
        ({}, {"days": -3}, 0, "0"),
        ({}, {}, 0, "0"),
        ({}, {"microseconds": 1}, 1, "1/10"),
        ({}, {"days": 1}, 1, "1/10"),
        ({}, {"days": 1, "seconds": 1}, 2, "1/5"),
        ({}, {"days": 400}, 400, "1"),
        ({"count": "full"}, {"hours": 23}, 0, "0"),
        ({"count": "full"}, {"hours": 47}, 1, "1/10"),
        ({"per": "hour"}, {"hours": 2, "minutes": 1}, 3, "3/10"),
        ({"per": "hour", "free_days": Fraction(1)}, {"hours": 25}, 25, "1/10"),
        ({"per": "hour", "free_days": Fraction(1)}, {"hours": 3}, 3, "0"),
        ({"grace": timedelta(minutes=30)}, {"minutes": 30}, 0, "0"),
        ({"grace": timedelta(minutes=30)}, {"minutes": 31}, 1, "1/10"),
        ({"cap": Fraction(1, 4)}, {"days": 9}, 9, "1/4"),
        ({"free_days": Fraction(2)}, {"days": 2}, 2, "0"),
        ({"free_days": Fraction(2)}, {"days": 3}, 3, "1/10"),
        ({"free_days": Fraction(1, 2)}, {"days": 1}, 1, "1/20"),
        ({"zero_after": timedelta(days=5)}, {"days": 5}, 5, "1/2"),
        ({"zero_after": timedelta(days=5)}, {"days": 5, "seconds": 1}, 6, "1"),
        (
            {"zero_after": timedelta(days=5), "cap": Fraction(1, 5), "free_days": Fraction(9)},
            {"days": 6},
            6,
            "1",
        ),
    ],
)
def test_what_is_taken_off(policy, late, units, taken):
    found = penalty(replace(TENTH, **policy), DUE, after(**late))
    assert (found.units, found.share, found.points) == (units, Fraction(taken), 0)


@pytest.mark.parametrize(
    ("days", "cap", "score", "final"),
    [(1, None, 40, 38), (3, None, 40, 34), (3, 5, 40, 35), (3, None, 5, 0), (3, None, 0, 0)],
)
def test_points_are_taken_off_as_they_are_and_no_more_than_there_are(days, cap, score, final):
    policy = LatePolicy(points=Fraction(2), cap=None if cap is None else Fraction(cap))
    assert penalty(policy, DUE, after(days=days)).final(Fraction(score)) == final


def test_a_score_is_kept_in_exact_fractions():
    found = penalty(replace(TENTH, share=Fraction(1, 3)), DUE, after(hours=1))
    assert (found.cost(Fraction(1, 7)), found.final(Fraction(1, 7))) == (
        Fraction(1, 21),
        Fraction(2, 21),
    )


@pytest.mark.parametrize(
    ("handed_in", "delay"),
    [
        ("2024-04-13T23:00:00-04:00", timedelta(hours=1)),  # before the days off
        ("2024-04-14T12:00:00-04:00", timedelta(hours=2)),  # within them
        ("2024-04-15T12:00:00-04:00", timedelta(hours=2)),  # at the same cost
        ("2024-04-16T01:00:00-04:00", timedelta(hours=3)),  # after them
    ],
)
def test_days_off_do_not_count(handed_in, delay):
    policy = replace(TENTH, days_off=frozenset({date(2024, 4, 14), date(2024, 4, 15)}))
    due = datetime.fromisoformat("2024-04-13T22:00:00-04:00")
    assert penalty(policy, due, datetime.fromisoformat(handed_in)).delay == delay


@pytest.mark.parametrize(
    ("due", "handed_in", "hours"),
    [
        # from 2 to 3 on 10 March 2024 is skipped, from 1 to 2 on 3 November doubled
        ("2024-03-10 01:30", "2024-03-10 03:30", 1),
        ("2024-03-09 23:59", "2024-03-10 23:59", 23),
        ("2024-11-03 00:30", "2024-11-03 02:30", 3),
        ("2024-11-02 23:59", "2024-11-03 23:59", 25),
    ],
)
def test_what_has_passed_counts_and_not_what_the_clock_shows(due, handed_in, hours):
    start, end = (datetime.fromisoformat(t).replace(tzinfo=EAST) for t in (due, handed_in))
    found = penalty(replace(TENTH, per="hour"), start, end)
    assert (found.units, found.delay) == (hours, timedelta(hours=hours))


@pytest.mark.parametrize(("day", "hours"), [((2024, 3, 10), 23), ((2024, 11, 3), 25)])
def test_a_day_off_is_as_long_as_it_is_there(day, hours):
    policy = replace(TENTH, per="hour", days_off=frozenset({date(*day)}), zone=EAST)
    due = datetime(*day, tzinfo=EAST).astimezone(UTC) - timedelta(hours=1)
    found = penalty(policy, due, due + timedelta(hours=hours + 3))
    assert found.units == 3


def test_both_of_the_doubled_hours_are_what_they_are():
    due = datetime(2024, 11, 3, 1, 30, tzinfo=EAST)
    assert penalty(TENTH, due, due).share == 0
    assert penalty(TENTH, due, due.replace(fold=1)).delay == timedelta(hours=1)


@pytest.mark.parametrize(
    ("extension", "units"), [({"days": 2}, 1), ({"days": 5}, 0), ({"days": -5}, 3)]
)
def test_an_extension_moves_the_deadline_and_never_forward(extension, units):
    found = penalty(TENTH, DUE, after(days=3), after(**extension))
    assert (found.units, found.due) == (units, max(DUE, after(**extension)))


@pytest.mark.parametrize(("left", "units", "used"), [(0, 3, 0), (1, 2, 1), (7, 0, 3), (None, 1, 2)])
def test_what_is_left_of_the_budget_counts(left, units, used):
    policy = replace(TENTH, free_days=Fraction(2))
    budget = None if left is None else Fraction(left)
    found = penalty(policy, DUE, after(days=3), late_days_left=budget)
    assert (found.share, found.free_days) == (units * TENTH.share, used)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"due": datetime(2024, 4, 16)}, "no offset"),  # noqa: DTZ001 - that is the mistake
        ({"handed_in": datetime(2024, 4, 16)}, "no offset"),  # noqa: DTZ001
        ({"extension": datetime(2024, 4, 16)}, "no offset"),  # noqa: DTZ001
        ({"late_days_left": Fraction(-1)}, "negative"),
    ],
)
def test_what_cannot_be_decided_is_refused(change, told):
    with pytest.raises(ValueError, match=told):
        penalty(**{"policy": TENTH, "due": DUE, "handed_in": DUE, **change})


# --- laws ---------------------------------------------------------------------------------------

_START = datetime(2024, 3, 1, tzinfo=UTC)
moments = st.integers(0, 40 * 24 * 60).map(lambda minutes: _START + timedelta(minutes=minutes))
pairs = st.tuples(moments, moments).map(sorted)
spells = st.integers(0, 3 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
rates = st.fractions(Fraction(1, 100), 1, max_denominator=100)
zones = st.sampled_from([None, EAST, UTC, ZoneInfo("Australia/Lord_Howe")])
off = st.frozensets(st.dates(date(2024, 3, 1), date(2024, 4, 12)), max_size=8)
budgets = st.none() | st.fractions(0, 5, max_denominator=4)
scores = st.fractions(0, 40, max_denominator=60)


@st.composite
def policies(draw):
    rate = draw(rates)
    is_share = draw(st.booleans())
    return LatePolicy(
        per=draw(st.sampled_from(["day", "hour"])),
        share=rate if is_share else Fraction(0),
        points=Fraction(0) if is_share else 10 * rate,
        grace=draw(spells),
        cap=draw(st.none() | (rates if is_share else rates.map(lambda cap: 40 * cap))),
        zero_after=draw(st.none() | spells.map(lambda spell: 5 * spell)),
        free_days=draw(st.fractions(0, 3, max_denominator=2)),
        days_off=draw(off),
        count=draw(st.sampled_from(["started", "full"])),
        zone=draw(zones),
    )


@given(policies(), moments, moments, budgets, scores)
def test_what_is_taken_off_is_never_negative_nor_more_than_there_is(
    policy, due, came, budget, score
):
    found = penalty(policy, due, came, late_days_left=budget)
    assert 0 <= found.cost(score) <= score
    assert found.cost(score) + found.final(score) == score


@given(policies(), moments, moments, budgets)
def test_the_cap_holds_until_the_end(policy, due, came, budget):
    found = penalty(policy, due, came, late_days_left=budget)
    assume(not found.is_cut_off)
    assert policy.cap is None or found.share + found.points <= policy.cap
    assert found.share <= 1


@given(policies(), moments, pairs, budgets, scores)
def test_later_never_costs_less(policy, due, came, budget, score):
    costs = [penalty(policy, due, t, late_days_left=budget).cost(score) for t in came]
    assert costs == sorted(costs)


@given(policies(), pairs, moments, budgets, scores)
def test_a_later_deadline_never_costs_more(policy, deadlines, came, budget, score):
    earlier, later = deadlines
    moved = penalty(policy, later, came, late_days_left=budget)
    extended = penalty(policy, earlier, came, later, budget)
    before = penalty(policy, earlier, came, late_days_left=budget)
    assert moved.cost(score) <= before.cost(score)
    assert extended.cost(score) == moved.cost(score)


@given(policies(), moments, spells, budgets)
def test_in_time_costs_nothing(policy, due, early, budget):
    found = penalty(policy, due, due - early, late_days_left=budget)
    assert found == Lateness(due, due - early, per=policy.per)


@given(policies(), moments, moments, st.integers(-14 * 60, 14 * 60), scores)
def test_one_instant_is_the_same_in_every_zone(policy, due, came, minutes, score):
    elsewhere = came.astimezone(timezone(timedelta(minutes=minutes)))
    local = penalty(policy, due, came.astimezone(EAST))
    assert penalty(policy, due, elsewhere) == local
    named = replace(policy, zone=policy.zone or EAST)
    there, here = (penalty(named, d, came) for d in (due.astimezone(EAST), due))
    assert there.cost(score) == here.cost(score)


@given(policies(), moments, moments, budgets, scores)
def test_a_larger_budget_never_costs_more(policy, due, came, budget, score):
    without = penalty(policy, due, came, late_days_left=Fraction(0))
    assert penalty(policy, due, came, late_days_left=budget).cost(score) <= without.cost(score)
