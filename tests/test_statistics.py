from fractions import Fraction

import pytest
from class_samples import RUBRIC, finding, five_statuses, made_up_class, report
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Status, Verdict
from grader.statistics import (
    Choice,
    Origin,
    convention_choices,
    distribution,
    finding_counts,
    item_statistics,
    origins,
    shares,
    status_counts,
    summaries,
    summary,
)

W = Verdict.INCORRECT
R = Verdict.CORRECT


def item(reports, key="gan.h0"):
    return next(one for one in item_statistics(reports, RUBRIC) if one.key == key)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], (0, None, None, None, None, None)),
        ([3.0], (1, 3.0, 3.0, None, 3.0, 3.0)),
        ([1.0, 3.0], (2, 2.0, 2.0, 2**0.5, 1.0, 3.0)),
        ([1.0, 1.0, 4.0], (3, 2.0, 1.0, 3**0.5, 1.0, 4.0)),
    ],
)
def test_a_summary_of_few_numbers(values, expected):
    s = summary("x", values)
    assert (s.n, s.mean, s.median, s.sd, s.minimum, s.maximum) == pytest.approx(expected)


def test_only_graded_submissions_are_in_a_mean():
    by_label = {s.label: s for s in summaries(five_statuses(), RUBRIC)}
    assert (by_label["gan"].n, by_label["gan"].mean) == (1, 0)
    assert by_label["autoencoder"].n == 0
    assert set(status_counts(five_statuses()).values()) == {1}


def test_what_an_undecided_submission_has_in_one_problem_is_in_no_mean():
    undecided = report(
        "a", level="6850", verdicts={"autoencoder.grad_h": Verdict.UNGRADED}, status=Status.UNGRADED
    )
    assert undecided.problems[0].score == 20
    assert [s.n for s in summaries([undecided], RUBRIC)] == [0, 0]
    assert shares([undecided], "gan") == ()


def test_totals_out_of_20_and_out_of_40_are_not_mixed():
    reports = [report("a"), report("b", level="6850"), report("c", level="6850")]
    totals = [(s.max_score, s.n, s.mean) for s in summaries(reports, RUBRIC) if s.label == "total"]
    assert totals == [(20, 1, 20), (40, 2, 40)]


@pytest.mark.parametrize(
    ("share", "column"),
    [("0", 0), ("1/10", 1), ("3/10", 3), ("299/1000", 2), ("9/10", 9), ("1", 9), ("11/10", 9)],
)
def test_a_share_falls_in_its_tenth_exactly(share, column):
    counts = distribution([Fraction(share)])
    assert counts.index(1) == column


@given(st.lists(st.fractions(0, 1), max_size=30))
def test_a_distribution_counts_everybody_once(values):
    assert sum(distribution(values)) == len(values)


def test_shares_of_a_problem_are_of_those_for_whom_it_counts():
    reports = [report("a"), report("b", level="6850", verdicts={"autoencoder.grad_W1": W})]
    assert shares(reports, "autoencoder") == (Fraction(14, 20),)
    assert shares(reports) == (1, Fraction(34, 40))


def test_an_item_of_a_class():
    verdicts = [R, Verdict.PARTIAL, W, Verdict.MISSING, Verdict.IMPLIED]
    one = item([report(f"s{k}", verdicts={"gan.h0": v}) for k, v in enumerate(verdicts)])
    assert (one.n, one.answered, one.points) == (5, 3, 3)
    assert one.mean_share == pytest.approx((1 + 7 / 8 + 1) / 5)
    assert one.difficulty == pytest.approx(1 - one.mean_share)
    assert {v: n for v, n in one.verdicts.items() if n} == dict.fromkeys(verdicts, 1)


def test_an_undecided_submission_counts_in_verdicts_and_in_no_mean():
    one = item(five_statuses(), "gan.h2")
    assert (one.n, one.verdicts[Verdict.UNGRADED], one.mean_share) == (1, 1, 0)


@pytest.mark.parametrize(
    ("h0", "h2", "expected"),
    [
        ([R, R, W, W], [R, R, W, W], 1),
        ([R, R, W, W], [W, W, R, R], -1),
        ([R, W, R, W], [R, R, W, W], 0),
        ([R, R, R, R], [R, R, W, W], None),
        ([R, R, W, W], [R, R, R, R], None),
        ([R, W], [R, W], None),
    ],
)
def test_discrimination_is_the_correlation_with_the_rest(h0, h2, expected):
    reports = [
        report(f"s{k}", verdicts={"gan.h0": a, "gan.h2": b})
        for k, (a, b) in enumerate(zip(h0, h2, strict=True))
    ]
    found = item(reports).discrimination
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-12))


def test_each_student_is_counted_once_a_finding():
    twice = report(
        "a", findings=[finding("sign_error", "gan.h2"), finding("sign_error", "gan.grad_w1")]
    )
    once = report("b", findings=[finding("sign_error"), finding("bias_omitted", "gan.h0")])
    assert finding_counts([twice, once]) == (("sign_error", 2), ("bias_omitted", 1))


def test_where_it_first_goes_wrong_is_told_in_working_order():
    reports = [
        report("a", findings=[finding(at="gan.grad_w1"), finding(at="gan.h2")]),
        report("b", findings=[finding(at="gan.h2"), finding("layout", "gan.h0")]),
    ]
    assert origins(reports, RUBRIC) == (Origin("gan.h2", 2, 2), Origin("gan.grad_w1", 1, 0))


def test_conventions_are_counted_with_how_many_are_seen():
    reports = [report(k, conventions={"deconv": v}) for k, v in ("ax", "by", "cy")]
    assert convention_choices(reports) == (
        Choice("gan", "deconv", "y", 2, 2),
        Choice("gan", "deconv", "x", 1, 1),
    )


def test_the_order_of_the_reports_does_not_matter():
    reports = made_up_class(30)
    assert item_statistics(reports, RUBRIC) == item_statistics(reports[::-1], RUBRIC)
    assert summaries(reports, RUBRIC) == summaries(reports[::-1], RUBRIC)


def test_a_class_of_nobody_has_statistics():
    assert item([]).mean_share is None
    assert all(s.n == 0 for s in summaries([], RUBRIC))
    assert status_counts([]) == dict.fromkeys(Status, 0)
