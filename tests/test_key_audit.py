from dataclasses import replace

import pytest
from class_samples import RUBRIC, finding, made_up_class, report
from test_shared_answers import entry, wrote

from grader.key_audit import Missed, best_and_rest, popular_answers
from grader.model import Mark, QuantityKey, Verdict

ITEM = "gan.h2"
W, M = Verdict.INCORRECT, Verdict.MISSING


def ranked(size, missed, verdict=W, item=ITEM):
    """A class of that many, each worse than the one before; those at ``missed`` miss the item."""
    others = ["gan.h0", "gan.h1", "gan.grad_H2", "gan.grad_h1", "gan.grad_w1", "gan.grad_w0"]
    return [
        report(
            f"s{k:03}",
            verdicts={
                **dict.fromkeys(others[: 6 * k // size], W),
                **({item: verdict} if k in missed else {}),
            },
        )
        for k in range(size)
    ]


def row(reports, key=ITEM):
    return {one.key: one for one in best_and_rest(reports, RUBRIC)}.get(QuantityKey(key))


@pytest.mark.parametrize(
    ("best", "best_missed", "rest", "rest_missed", "speaks"),
    [
        (3, 3, 9, 0, True),
        (3, 3, 9, 9, True),  # nobody has it right
        (3, 2, 9, 0, False),  # fewer than three of the best
        (2, 2, 90, 0, False),
        (10, 5, 30, 14, True),  # half of the best
        (10, 5, 30, 16, False),  # the rest fares worse
        (10, 4, 30, 11, False),  # no more than chance
        (40, 8, 120, 2, True),  # one in five, and hardly by chance
        (40, 3, 120, 6, False),
        (146, 0, 50, 0, False),
        (146, 17, 50, 3, False),
    ],
)
def test_an_item_that_the_best_miss(best, best_missed, rest, rest_missed, speaks):
    assert Missed(QuantityKey(ITEM), best, best_missed, rest, rest_missed).is_odd == speaks


def test_the_best_are_the_quarter_by_all_other_points():
    found = row(ranked(12, {0, 1, 2}))
    assert (found.best, found.best_missed, found.rest, found.rest_missed) == (4, 3, 8, 0)


def test_who_ties_with_the_best_is_one_of_them():
    assert row(ranked(24, {0})).best == 8


@pytest.mark.parametrize(("size", "told"), [(11, False), (12, True)])
def test_a_small_class_tells_nothing(size, told):
    assert (row(ranked(size, {0, 1, 2})) is not None) == told


def test_a_class_where_all_others_tie_has_no_best():
    assert best_and_rest([report(f"s{k}") for k in range(20)], RUBRIC) == ()


@pytest.mark.parametrize("verdict", [M, Verdict.IMPLIED, Verdict.UNREADABLE])
def test_who_did_not_answer_says_nothing_of_the_key(verdict):
    found = row(ranked(16, {0, 1, 2}, verdict))
    assert (found.best + found.rest, found.best_missed) == (13, 0)


def test_a_part_of_the_points_lost_is_an_item_missed():
    assert row(ranked(12, {0, 1, 2}, Verdict.PARTIAL)).best_missed == 3
    assert row(ranked(12, {0, 1, 2}, Verdict.FOLLOW_THROUGH)).best_missed == 0


# --- an answer that many share and the key does not ---------------------------------------------


def right(number):
    return [report(f"r{k}") for k in range(number)]


@pytest.mark.parametrize(
    ("texts", "agree", "speaks"),
    [
        (["0.96"] * 3, 0, True),
        (["0.96"] * 3, 2, True),
        (["0.96"] * 3, 3, False),  # as many have the key's
        (["0.96"] * 2, 0, False),
        (["0.96", "0.9601", "0.955"], 0, True),  # the same within the tolerance
        (["0.96", "1.06", "1.16"], 0, False),
        (["0.96"] * 3 + ["1.3"] * 4, 3, True),  # the most frequent one
        (["2 * h * W"] * 2 + ["2*h*W"], 2, True),
        (["2 * h * W", "2 * W * h", "h * W"], 0, False),
        (["0.96"] * 40, 50, False),
        (["0.96"] * 60, 50, True),
    ],
)
def test_an_answer_that_more_share_than_have_right(texts, agree, speaks):
    wrong = [wrote(f"w{k}", entry(text)) for k, text in enumerate(texts)]
    found = popular_answers([*wrong, *right(agree)], RUBRIC)
    assert [(one.key, len(one.entries)) for one in found] == ([("gan.h0", 1)] if speaks else [])


def test_the_entry_is_told_with_its_numbers():
    wrong = [wrote(f"w{k}", entry("0.96")) for k in range(4)]
    other = [wrote("o", entry("7"))]
    (found,) = popular_answers([*wrong, *other, *right(2)], RUBRIC)
    (one,) = found.entries
    assert (one.index, one.text, one.students, one.right, one.expected) == ((1,), "0.96", 4, 2, 1.4)


def test_who_has_another_entry_wrong_has_this_one_right():
    shared = [wrote(f"w{k}", entry("0.96")) for k in range(3)]
    others = [wrote(f"o{k}", entry(f"{k + 5}", (2,))) for k in range(3)]
    assert popular_answers([*shared, *others], RUBRIC) == ()


def test_the_findings_of_who_shares_it_are_counted():
    slip, layout = finding("arithmetic_slip", "gan.h0"), finding("layout", "gan.h0")
    found = [slip], [slip, layout], []
    reports = [wrote(f"w{k}", entry("0.96"), findings=f) for k, f in enumerate(found)]
    assert popular_answers(reports, RUBRIC)[0].codes == (("arithmetic_slip", 2),)


@pytest.mark.parametrize("mark", [Mark.RIGHT, Mark.FOLLOWS])
def test_what_counts_as_right_is_no_other_answer(mark):
    reports = [wrote(f"w{k}", entry("0.96", mark=mark)) for k in range(5)]
    assert popular_answers(reports, RUBRIC) == ()


def test_an_item_that_the_rubric_does_not_know_needs_the_very_value():
    reports = [wrote(f"w{k}", entry("0.96")) for k in range(3)]
    assert len(popular_answers(reports, replace(RUBRIC, problems=()))) == 1


@pytest.mark.parametrize("size", [0, 1, 5, 60])
def test_a_made_up_class_gives_no_alarm(size):
    reports = made_up_class(size)
    assert popular_answers(reports, RUBRIC) == ()
    assert [one.key for one in best_and_rest(reports, RUBRIC) if one.is_odd] == []


def test_the_order_of_the_reports_does_not_matter():
    reports = ranked(20, {0, 1, 2, 7})
    assert best_and_rest(reports, RUBRIC) == best_and_rest(reports[::-1], RUBRIC)
