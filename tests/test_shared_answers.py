from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from class_samples import assessment, finding, made_up_class, report

from grader.batch import grade_paths
from grader.model import EntryMark, Mark, Status, Verdict
from grader.shared_answers import explained, shared_answers

KEY = "gan.h0"
EXAMPLES = Path(__file__).resolve().parent.parent / "submissions_example"


def entry(text, index=(1,), expected=1.4, mark=Mark.WRONG):
    """An entry as written; a number where it is one."""
    try:
        obtained = float(text)
    except ValueError:
        obtained, expected = None, None
    return EntryMark(index, text, mark, obtained, expected)


def wrote(student, *entries, findings=(), key=KEY, name="", file=None, status=Status.GRADED):
    """A student's report with these entries in one item."""
    whole = report(student, name, verdicts={key: Verdict.PARTIAL}, file=file, status=status)
    told = assessment(key, Verdict.PARTIAL, 3, findings)
    told = replace(told, entries=tuple(entries), wrong=tuple(e.index for e in entries))
    problems = tuple(
        replace(p, assessments=tuple(told if a.key == key else a for a in p.assessments))
        for p in whole.problems
    )
    return replace(whole, problems=problems)


def told(*reports):
    """Each group as its students and what they wrote."""
    return [
        ("".join(r.student.id for r in group.reports), [e.text for e in group.entries])
        for group in shared_answers(reports)
    ]


@pytest.mark.parametrize(
    ("first", "second", "speaks"),
    [
        ("1.14", "1.14", True),
        ("1.14", "1.140", True),  # a spreadsheet drops the zero
        ("1.14", "1.1400001", False),
        ("1.14", "1.15", False),
        ("1.1", "1.1", False),  # two digits are met by chance
        ("0", "0", False),
        ("14", "14", False),  # 1.4 with its point moved
        ("0.0140", "0.0140", False),
        ("-1.40", "-1.40", False),
        ("114e-2", "1.14", True),
        ("1000", "1000", False),
        ("W2 @ (x - xp) * h", "W2@(x-xp)*h", True),
        ("W2 @ (x - xp) * h", "W2 @ (xp - x) * h", False),
        ("2*h", "2*h", False),  # too short
    ],
)
def test_two_students_share_a_value_to_the_digit(first, second, speaks):
    assert told(wrote("a", entry(first)), wrote("b", entry(second))) == (
        [("ab", [first])] if speaks else []
    )


@pytest.mark.parametrize(
    ("text", "speaks"),
    [("16.74", False), ("0.01674", False), ("-1.674", False), ("1.67e3", False), ("1.764", True)],
)
def test_a_moved_point_and_another_sign_are_nobody_elses(text, speaks):
    reports = [wrote(name, entry(text, expected=1.674)) for name in "ab"]
    assert bool(told(*reports)) == speaks


def test_a_value_of_two_digits_speaks_for_three_students_and_not_for_two():
    three = [wrote(name, entry("1.1")) for name in "abc"]
    assert told(*three[:2]) == []
    assert told(*three) == [("abc", ["1.1"])]


def test_small_values_add_up_and_the_same_one_counts_once():
    other, again = entry("3.7", (2,)), entry("1.1", (2,))
    assert told(wrote("a", entry("1.1"), other), wrote("b", entry("1.1"), other)) == [
        ("ab", ["1.1", "3.7"])
    ]
    assert told(wrote("a", entry("1.1"), again), wrote("b", entry("1.1"), again)) == []


@pytest.mark.parametrize(
    ("code", "at", "entries", "speaks"),
    [
        ("arithmetic_slip", KEY, [(1,)], True),  # says that it is off, and not how
        ("transcription_slip", KEY, [(1,)], True),
        ("layout", KEY, [], True),
        ("sign_error", KEY, [], False),
        ("bias_omitted", KEY, [(1,)], False),
        ("bias_omitted", KEY, [(2,)], True),  # another entry's
        ("bias_omitted", "gan.h2", [(2, 0)], False),  # made elsewhere, shows here
        ("degenerate", KEY, [], False),
    ],
)
def test_what_a_finding_explains_is_not_told(code, at, entries, speaks):
    found = [finding(code, at, entries)]
    reports = [wrote(name, entry("1.14"), findings=found) for name in "ab"]
    assert bool(told(*reports)) == speaks


def test_a_finding_that_is_charged_elsewhere_explains_where_it_was_made():
    alone = wrote("a", entry("1.14")).problems[0].assessments[0]
    assert not explained(alone, alone.entries[0], [])
    assert explained(alone, alone.entries[0], [finding("bias_omitted", KEY)])
    assert not explained(alone, alone.entries[0], [finding("bias_omitted", "gan.h2")])


@pytest.mark.parametrize("mark", [Mark.RIGHT, Mark.FOLLOWS, Mark.MISSING, Mark.UNREADABLE])
def test_only_wrong_entries_are_compared(mark):
    assert told(*(wrote(name, entry("1.14", mark=mark)) for name in "ab")) == []


@pytest.mark.parametrize(
    ("place", "key"), [((2,), KEY), ((1,), "gan.h1")], ids=["another entry", "another item"]
)
def test_the_same_value_elsewhere_is_not_shared(place, key):
    assert told(wrote("a", entry("1.14")), wrote("b", entry("1.14", place), key=key)) == []


def test_the_same_formula_with_another_definition_is_another():
    formula = replace(entry("2 * d * h.T + W"), given=("d = x - xp",))
    other = replace(formula, given=("d = xp - x",))
    assert told(wrote("a", formula), wrote("b", formula))
    assert told(wrote("a", formula), wrote("b", other)) == []


def test_two_files_of_one_student_share_nothing():
    assert told(*(wrote("a", entry("1.14"), file=name) for name in "xy")) == []
    assert told(*(wrote("", entry("1.14"), file=name) for name in "xy")) != []


def test_an_undecided_submission_is_compared_too():
    other = wrote("b", entry("1.14"), status=Status.UNGRADED)
    assert told(wrote("a", entry("1.14")), other) == [("ab", ["1.14"])]


def test_three_share_one_value_and_two_of_them_another():
    one, other = entry("1.14"), entry("2.508", (2,))
    reports = [wrote("a", one, other), wrote("b", one, other), wrote("c", one)]
    assert told(*reports) == [("ab", ["1.14", "2.508"]), ("abc", ["1.14"])]


@pytest.mark.parametrize("reports", [(), [wrote("a", entry("1.14"))], made_up_class(60)])
def test_a_class_without_shared_values_is_silent(reports):
    assert shared_answers(reports) == ()


def test_the_points_do_not_matter():
    nothing = replace(wrote("b", entry("1.14")), score=Fraction(0))
    assert told(wrote("a", entry("1.14")), nothing) == [("ab", ["1.14"])]


def test_a_class_that_is_graded_still_has_its_wrong_entries():
    batch = grade_paths([EXAMPLES / "s1030.xlsx", EXAMPLES / "s1031.json"], jobs=1)
    (group,) = shared_answers(batch.reports)
    assert [report.student.id for report in group.reports] == ["s1030", "s1031"]
    assert (group.entries[0].key, group.entries[0].text) == (KEY, "1.14")
    kept = {e.mark for r in batch.reports for a in r.assessments for e in a.entries}
    assert kept == {Mark.WRONG}
