"""By whom a hand-in is, as Gradescope's list and the class list say together."""

from __future__ import annotations

import pytest

from grader.handin import Listed, Submitter
from grader.identity import Identity
from grader.roster import Roster, RosterStudent
from grader.submitters import by_list

CLASS = Roster(
    (
        RosterStudent("s1", "Okafor, Amara", email="amara@x.edu"),
        RosterStudent("s2", "Lindqvist, Ben", email="ben@x.edu"),
        RosterStudent("s3", "Poe, Ann"),
        RosterStudent("s4", "Poe, Ann"),
    )
)


def of(*who: Submitter) -> Identity:
    return by_list(Listed("the list", who), "submission_7", CLASS)


@pytest.mark.parametrize(
    ("who", "student"),
    [
        (Submitter("s2", "Ben Lindqvist"), "s2"),
        (Submitter("s2", "Benny"), "s2"),
        (Submitter("", "Ben Lindqvist"), "s2"),
        (Submitter("", "Somebody", "ben@x.edu"), "s2"),
        (Submitter("S2", "Ben Lindqvist", "private@y.com"), "s2"),
        (Submitter("s4", "Ann Poe"), "s4"),
        (Submitter("s77", "Zoe Quux"), "s77"),
    ],
)
def test_an_id_goes_before_an_email_and_both_before_a_name(who: Submitter, student: str) -> None:
    found = of(who)
    assert (found.id, found.certain, found.reason) == (student, True, "")


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (Submitter("s1", "Ben Lindqvist"), "s1 / Ben Lindqvist can mean s1 (Okafor, Amara) or s2"),
        (Submitter("", "Ben Lindqvist", "amara@x.edu"), "can mean s1 (Okafor, Amara) or s2"),
        (Submitter("s2", "Ben", "amara@x.edu"), "can mean s2 (Lindqvist, Ben) or s1"),
        (Submitter("s1", "Ann Poe"), "s1 (Okafor, Amara) or s3 (Poe, Ann) or s4 (Poe, Ann)"),
        (Submitter("", "Ann Poe"), "can mean s3 (Poe, Ann) or s4 (Poe, Ann)"),
        (Submitter("s99", "Ben Lindqvist"), "nobody on the class list is s99 / Ben Lindqvist;"),
        (Submitter("", "Ben Lindqvist", "other@x.edu"), "s2 (Lindqvist, Ben) has no more"),
    ],
)
def test_a_name_that_is_anothers_or_all_that_fits_leaves_it_to_a_person(
    who: Submitter, told: str
) -> None:
    found = of(who)
    assert (found.id, found.certain) == ("submission_7", False)
    assert told in found.reason
    assert of(Submitter("s4"), who).team is None


def test_an_email_that_the_class_list_lacks_contradicts_nobody() -> None:
    alone = Roster((RosterStudent("s2", "Lindqvist, Ben"),))
    found = by_list(Listed("the list", (Submitter("", "Ben Lindqvist", "b@x"),)), "7", alone)
    assert (found.id, found.certain) == ("s2", True)
