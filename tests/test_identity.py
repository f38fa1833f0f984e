"""Whose a file is, by its name: one table of names, and what a roster changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.identity import Identity, identify
from grader.roster import Roster, RosterStudent, candidates


def who(path: str, roster: Roster | None = None) -> Identity:
    return identify(path.split("/"), candidates(roster) if roster else None)


PLAIN = [
    ("s1001.json", "s1001", ""),
    ("007.json", "007", ""),
    ("doe_jane.xlsx", "doe_jane", ""),
    ("jdoe@uni.edu.json", "jdoe@uni.edu", ""),
    ("s1001/answers.xlsx", "s1001", ""),
    ("s1001/hw6.json", "s1001", ""),
    ("s1001/Homework 6 - final.xlsx", "s1001", ""),
    ("s1001/gan.csv", "s1001", ""),
    ("hw6/s1001/problem 1.csv", "s1001", ""),
    ("s1001/hw6/submission.json", "s1001", ""),
    ("s1001/solution (2).csv", "s1001", ""),
    ("s1001.zip/answers.csv", "s1001", ""),
    ("hw6_s1001.xlsx", "s1001", ""),
    ("s1001-answers.csv", "s1001", ""),
    ("homework 6 - jdoe - final.xlsx", "jdoe", ""),
    ("s1001 (1).json", "s1001", ""),
    ("s1001 - Copy.json", "s1001", ""),
    ("1001 - Jane Doe.csv", "1001", "Jane Doe"),
    ("Jane Doe (s1001).csv", "s1001", "Jane Doe"),
    ("Jane Doe - 1001.csv", "1001", "Jane Doe"),
    ("submitted/s1001.json", "s1001", ""),
    ("submissions_example/s1001.json", "s1001", ""),
    ("2024_10_11.json", "2024_10_11", ""),
    ("hw6_2024_10_11_x.json", "2024_10_11_x", ""),
]


@pytest.mark.parametrize(("path", "id_", "name"), PLAIN)
def test_a_plain_name_is_the_id_or_has_it_beside_the_name(path: str, id_: str, name: str) -> None:
    found = who(path)
    assert (found.id, found.name, found.lms, found.certain) == (id_, name, "", True)


PLATFORMS = [
    ("doejane_12345_67890_hw1.xlsx", "canvas", "12345", "doejane", False, "hw1.xlsx"),
    ("doejane_LATE_12345_67890_hw1.xlsx", "canvas", "12345", "doejane", True, "hw1.xlsx"),
    ("müllerjörg_1_2_my answers.csv", "canvas", "1", "müllerjörg", False, "my answers.csv"),
    ("doejane_12345_67890_hw1-2.xlsx", "canvas", "12345", "doejane", False, "hw1.xlsx"),
    ("doejane_12345_text.html", "canvas", "12345", "doejane", False, "text.html"),
    ("doejane_LATE_12345_link.html", "canvas", "12345", "doejane", True, "link.html"),
    ("anon_aX9_67890_hw.xlsx", "canvas", "aX9", "", False, "hw.xlsx"),
    ("LATE_anon_12345_67890_hw.xlsx", "canvas", "12345", "", True, "hw.xlsx"),
    ("anon_aX9_text.html", "canvas", "aX9", "", False, "text.html"),
    ("doejane_12_34_hw.zip/answers.csv", "canvas", "12", "doejane", False, "hw.zip"),
    ("Jane Doe_77_assignsubmission_file_/a.xlsx", "moodle", "77", "Jane Doe", False, "a.xlsx"),
    ("Jane Doe_77_assignsubmission_file/b/a.xlsx", "moodle", "77", "Jane Doe", False, "a.xlsx"),
    ("Jane Doe_77_assignsubmission_file_a.xlsx", "moodle", "77", "Jane Doe", False, "a.xlsx"),
    ("Participant_77_assignsubmission_file_/a.xlsx", "moodle", "77", "", False, "a.xlsx"),
    ("J D_7_assignsubmission_onlinetext/o.html", "moodle", "7", "J D", False, "o.html"),
    ("J D_7_assignsubmission_file_/x_1_2_hw.csv", "moodle", "7", "J D", False, "x_1_2_hw.csv"),
    ("assignment_5_export/submission_9/a.csv", "gradescope", "9", "", False, "a.csv"),
    ("HW4_jdoe_attempt_2026-02-03-10-11-12_a.xlsx", "blackboard", "jdoe", "", False, "a.xlsx"),
    ("HW_4_jdoe_attempt_2026-02-03-10-11-12_a.xlsx", "blackboard", "jdoe", "", False, "a.xlsx"),
    ("1-2 - J Doe - Feb 3, 2026 1158 PM/a.csv", "brightspace", "1", "J Doe", False, "a.csv"),
    ("1-2 - J Doe - Feb 3, 2026 958 AM - a.csv", "brightspace", "1", "J Doe", False, "a.csv"),
    ("submitted/s1001/hw6/answers.json", "nbgrader", "s1001", "", False, "answers.json"),
]


@pytest.mark.parametrize(("path", "lms", "id_", "name", "late", "file"), PLATFORMS)
def test_a_platforms_naming_is_recognised(
    path: str, lms: str, id_: str, name: str, *, late: bool, file: str
) -> None:
    found = who(path)
    assert (found.lms, found.id, found.name, found.late) == (lms, id_, name, late)
    assert (found.file, found.certain) == (file, True)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("doejane_1_67890_hw.csv", "doejane_1_100001_hw-1.csv"),
        ("H_jd_attempt_2026-02-03-10-11-12_a.csv", "H_jd_attempt_2026-02-03-10-11-13_a.csv"),
        ("1-2 - J D - Feb 3, 2026 958 AM/a.csv", "1-3 - J D - Feb 3, 2026 1201 PM/a.csv"),
        ("1-2 - J D - Feb 3, 2026 1205 AM/a.csv", "1-3 - J D - Feb 3, 2026 101 AM/a.csv"),
        ("1-2 - J D - Dec 31, 2025 958 PM/a.csv", "1-3 - J D - Jan 1, 2026 958 AM/a.csv"),
    ],
)
def test_a_later_attempt_is_larger(earlier: str, later: str) -> None:
    assert who(earlier).attempt < who(later).attempt
    assert who(earlier).file == who(later).file


@pytest.mark.parametrize("path", ["answers.json", "hw6/answers (1).xlsx", "template.csv", "", "/"])
def test_a_name_that_tells_nothing_is_uncertain_and_says_so(path: str) -> None:
    found = who(path)
    assert not found.certain
    assert "state the student" in found.reason


def test_a_name_with_two_readings_is_uncertain_and_names_both() -> None:
    found = who("team_1_12345_67890_hw.xlsx")
    assert (found.id, found.certain) == ("", False)
    assert "1 / team or 12345 / team_1" in found.reason


CLASS = Roster(
    (
        RosterStudent("s1001", "Doe, Jane", login="jdoe", lms_id="12345"),
        RosterStudent("s1002", "Li, Ming", email="ming@uni.edu", lms_id="777"),
        RosterStudent("s1003", "José de la Cruz", login="4_jose"),
        RosterStudent("s1004", "Kim, Min", lms_id="900"),
        RosterStudent("s1005", "Min Kim"),
        RosterStudent("1001", "Other, One"),
    )
)

ON_ROSTER = [
    ("s1001.json", "s1001"),
    ("S1001.json", "s1001"),
    ("doe_jane.xlsx", "s1001"),
    ("Jane Doe.xlsx", "s1001"),
    ("jane-doe-hw6-final-version.xlsx", "s1001"),
    ("my work for ECSE by Jane Doe, spring.xlsx", "s1001"),
    ("jdoe_hw6.csv", "s1001"),
    ("ming@uni.edu/work.csv", "s1002"),
    ("Li Ming/deep learning.csv", "s1002"),
    ("section 1/s1002.json", "s1002"),
    ("jose de la cruz.json", "s1003"),
    ("team_1_12345_67890_hw.xlsx", "s1001"),
    ("doejane_12345_67890_2024_10_hw.xlsx", "s1001"),
    ("delacruzjosé_99_67890_hw.xlsx", "s1003"),
    ("nobody_99_67890_s1002.xlsx", "s1002"),
    ("nobody_99_1001_s1002.xlsx", "s1002"),
    ("kimmin_900_1_hw.xlsx", "s1004"),
    ("Ming Li_5_assignsubmission_file_/x.csv", "s1002"),
    ("submission_5/s1002_part1.csv", "s1002"),
    ("HW4_jdoe_attempt_2026-02-03-10-11-12_a.xlsx", "s1001"),
    ("HW_4_jose_attempt_2026-02-03-10-11-12_a.xlsx", "s1003"),
]


@pytest.mark.parametrize(("path", "id_"), ON_ROSTER)
def test_the_one_reading_that_is_on_the_roster_is_used(path: str, id_: str) -> None:
    found = who(path, CLASS)
    assert (found.id, found.certain, found.reason) == (id_, True, "")


def test_the_platforms_facts_stay_when_the_roster_names_the_student() -> None:
    found = who("doejane_LATE_12345_67890_hw-1.xlsx", CLASS)
    told = Identity("s1001", "Doe, Jane", late=True, lms="canvas", attempt=(67890,), file="hw.xlsx")
    assert found == replace(told, called="doejane")


def test_the_platforms_facts_stay_when_the_file_name_names_the_student() -> None:
    found = who("nobody_LATE_99_67890_s1002.xlsx", CLASS)
    assert (found.id, found.late, found.attempt, found.lms) == ("s1002", True, (67890,), "canvas")


@pytest.mark.parametrize(
    ("path", "both"),
    [
        ("s1001_s1002.json", ("s1001", "s1002")),
        ("in/s1001/s1002.json", ("s1001", "s1002")),
        ("1001 - Jane Doe.csv", ("1001", "s1001")),
        ("Min Kim.csv", ("s1004", "s1005")),
        ("doejane_777_67890_hw.csv", ("s1001", "s1002")),
        ("team_777_12345_67890_hw.xlsx", ("s1001", "s1002")),
    ],
)
def test_of_several_on_the_roster_none_is_chosen(path: str, both: tuple[str, ...]) -> None:
    found = who(path, CLASS)
    assert (found.id, found.certain) == ("", False)
    assert all(id_ in found.reason for id_ in both)


def test_a_namesake_with_another_number_of_canvas_is_somebody_else() -> None:
    found = who("doejane_99_67890_hw.xlsx", CLASS)
    assert (found.id, found.name) == ("99", "doejane")
    assert "nobody on the roster" in found.reason


def test_a_student_who_is_not_on_the_roster_keeps_the_id_with_a_reason() -> None:
    found = who("s9999.json", CLASS)
    assert (found.id, found.certain) == ("s9999", True)
    assert "nobody on the roster" in found.reason


NAMES = st.text() | st.from_regex(
    r"((LATE|anon|submission|[a-zé]{1,5}|[0-9]{1,3}|attempt|assignsubmission|text\.html)"
    r"[_ \-./]){1,9}"
)


@settings(max_examples=200)
@given(st.lists(NAMES, max_size=4))
def test_no_name_whatever_raises(parts: list[str]) -> None:
    for roster in (None, candidates(CLASS)):
        found = identify(parts, roster)
        assert found.certain or found.reason


@given(st.lists(NAMES, min_size=1, max_size=3))
def test_the_order_of_the_roster_does_not_matter(parts: list[str]) -> None:
    turned = Roster(CLASS.students[::-1])
    assert identify(parts, candidates(CLASS)) == identify(parts, candidates(turned))


@pytest.mark.parametrize(
    "text", ["_1" * 20000, "hw " * 20000, "-" * 50000, "(1)" * 20000, "9" * 9999]
)
@pytest.mark.parametrize("ending", ["", ".json", "_attempt_2026-02-03-10-11-12_a.csv"])
def test_endless_names_are_answered_at_once(text: str, ending: str) -> None:
    assert isinstance(who(text + ending, CLASS), Identity)


NUMBERED = Roster((RosterStudent("1"), RosterStudent("2"), RosterStudent("30")))


@pytest.mark.parametrize(
    ("path", "id_"),
    [
        ("hw6-1/2.json", "2"),
        ("hw6-1/3O.json", ""),
        ("submissions_1/hw.json", ""),
        ("submissions_1/3O.json", ""),
        ("Week 1/zed.json", ""),
        ("1/3O.json", ""),
        ("1/hw.json", "1"),
        ("in/1/hw.json", "1"),
    ],
)
def test_a_downloads_own_name_is_no_students(path: str, id_: str) -> None:
    found = who(path, NUMBERED)
    assert (found.id if not found.reason else "") == id_


def test_a_namesake_with_another_brightspace_number_is_somebody_else() -> None:
    found = who("77-5 - Jane Doe - Apr 16, 2024 1000 AM - hw.json", CLASS)
    assert "nobody on the roster is 77 / Jane Doe" in found.reason
