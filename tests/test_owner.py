"""Whose a submission is, from the file's word, its name and the roster together."""

from __future__ import annotations

import pytest

from grader.identity import Identity
from grader.model import Student
from grader.owner import owner
from grader.roster import Roster, RosterStudent

JANE = RosterStudent("s1001", "Doe, Jane", "6850", login="jdoe")
MING = RosterStudent("s1002", "Li, Ming", excused=True)
CLASS = Roster((JANE, MING))
NOBODY = Identity("answers", certain=False, reason="the name tells nothing")

AGREED = [
    (Identity("s1001"), Student(), None, Student("s1001")),
    (Identity("x"), Student("s1001", "Jane", "4850"), None, Student("s1001", "Jane", "4850")),
    (Identity("12", "doejane"), Student(), None, Student("12", "doejane")),
    (Identity("12", "doejane"), Student("", "Jane Doe"), None, Student("12", "Jane Doe")),
    (NOBODY, Student("s1001"), None, Student("s1001")),
    (Identity("s1001"), Student(), CLASS, Student("s1001", "Doe, Jane", "6850")),
    (Identity("x"), Student("jdoe", "", "4850"), CLASS, Student("s1001", "Doe, Jane", "6850")),
    (Identity("s1002"), Student("", "", "4850"), CLASS, Student("s1002", "Li, Ming", "4850")),
    (NOBODY, Student("", "Jane Doe"), CLASS, Student("s1001", "Doe, Jane", "6850")),
    (Identity("s1001"), Student("s1001"), CLASS, Student("s1001", "Doe, Jane", "6850")),
]


@pytest.mark.parametrize(("identity", "stated", "roster", "student"), AGREED)
def test_the_roster_goes_before_the_file_and_the_file_before_its_name(
    identity: Identity, stated: Student, roster: Roster | None, student: Student
) -> None:
    found = owner(identity, stated, roster)
    assert (found.student, found.reason, found.remarks) == (student, "", ())


@pytest.mark.parametrize("roster", [None, CLASS])
def test_where_nothing_tells_a_person_must_say(roster: Roster | None) -> None:
    found = owner(NOBODY, Student("", "Somebody Else"), roster)
    assert (found.student.id, found.reason) == ("", "the name tells nothing")


def test_where_the_file_and_its_name_contradict_each_other_both_are_named() -> None:
    found = owner(Identity("s1002"), Student("s1001"), CLASS)
    assert found.student.id == ""
    assert "s1001 (Doe, Jane)" in found.reason
    assert "s1002 (Li, Ming)" in found.reason


def test_who_is_not_on_the_roster_keeps_the_id_and_a_person_must_look() -> None:
    found = owner(Identity("s1OO1"), Student(), CLASS)
    assert found.student.id == "s1OO1"
    assert "did they mean s1001 (Doe, Jane)" in found.reason


def test_two_names_for_one_file_are_remarked_on() -> None:
    found = owner(Identity("12", "liming", lms="canvas"), Student("s1", "Jane Doe"))
    assert "Jane Doe" in str(found.remarks[0])
    assert "liming" in str(found.remarks[0])


def test_who_is_excused_stays_excused() -> None:
    assert owner(Identity("s1002"), Student(), CLASS).is_excused
    assert not owner(Identity("s1001"), Student(), CLASS).is_excused


def test_an_id_under_another_name_is_looked_at_by_a_person() -> None:
    found = owner(Identity(), Student("s1001", "Roe, Rick"), CLASS)
    assert found.student.id == "s1001"
    assert "Roe, Rick" in found.reason
    assert owner(Identity(), Student("s1001", "Janey Doe"), CLASS).reason == ""


ANOTHERS_NAMES = [
    (
        NOBODY,
        Student("s1004", "Doe, Jim"),
        "states the id of s1004 (Doe, Ann) and the name of s1003",
    ),
    (NOBODY, Student("s1004", "Jim Doe"), "the name of s1003 (Doe, Jim)"),
    (Identity("s1004"), Student("", "Jim Doe"), "says that it is s1003 (Doe, Jim)'s"),
    (Identity("s1004"), Student("s1O03", "Jim Doe"), "says that it is s1003 (Doe, Jim)'s"),
]


@pytest.mark.parametrize(("identity", "stated", "told"), ANOTHERS_NAMES)
def test_a_name_that_is_exactly_another_students_is_not_passed_over_for_a_shared_word(
    identity: Identity, stated: Student, told: str
) -> None:
    students = (*CLASS.students, RosterStudent("s1003", "Doe, Jim"))
    found = owner(identity, stated, Roster((*students, RosterStudent("s1004", "Doe, Ann"))))
    assert found.student.id == ""
    assert told in found.reason


def test_two_who_are_called_alike_are_told_apart_by_the_id() -> None:
    twins = Roster((JANE, RosterStudent("s1003", "Doe, Jane")))
    found = owner(NOBODY, Student("s1003", "Jane Doe"), twins)
    assert (found.student.id, found.reason) == ("s1003", "")


def test_an_id_that_nobody_has_is_not_mended_by_a_namesake_alone() -> None:
    found = owner(NOBODY, Student("660000812", "Jane Doe"), CLASS)
    assert found.student.id == "660000812"
    assert "did they mean s1001 (Doe, Jane)" in found.reason


def test_an_id_that_nobody_has_is_mended_where_the_files_name_and_the_name_in_it_agree() -> None:
    found = owner(Identity("12", "doejane"), Student("s1O01x", "Jane Doe"), CLASS)
    assert (found.student.id, found.reason) == ("s1001", "")
    (remark,) = map(str, found.remarks)
    assert "states the id s1O01x, which nobody on the roster has" in remark
    assert "s1001 (Doe, Jane)" in remark


def test_a_name_that_is_known_to_mean_nobody_on_the_roster_stays_nobodys() -> None:
    identity = Identity("99", "doejane", lms="canvas", reason="nobody on the roster is 99")
    found = owner(identity, Student("", "Jane Doe"), Roster((JANE,)))
    assert found.student.id == "s1001"  # the file says so itself, with no other id
    found = owner(identity, Student(), Roster((JANE,)))
    assert (found.student.id, bool(found.reason)) == ("99", True)


@pytest.mark.parametrize("between", [" / ", " and ", " & ", "; "])
def test_a_name_of_two_is_not_the_one_of_whom_the_file_is_called(between: str) -> None:
    found = owner(Identity("s1001"), Student("", f"Jane Doe{between}Ming Li"), CLASS)
    assert found.student.id == ""
    assert "names more than one student" in found.reason
    assert owner(Identity("s1001"), Student("", "Jane Sandy Doe"), CLASS).reason == ""
