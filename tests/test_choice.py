"""Several files of one student: a table of what counts."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from grader.choice import Candidate, Choice, by_student, choose
from grader.identity import Identity, identify
from grader.model import (
    Answer,
    Cell,
    Formula,
    Grid,
    Number,
    Place,
    QuantityKey,
    Student,
    Submission,
)


def answer(key: str, text: str, file: str) -> Answer:
    place = Place(file, line=len(file))
    response = (
        Grid((), (Cell(Number(text, float(text)), place),))
        if text.replace(".", "").isdigit()
        else Formula(text, place)
    )
    return Answer(QuantityKey(key), key, response, place)


def handed_in(file: str, digest: str = "", **answers: str) -> Candidate:
    """A file that says nothing of its student; ``h0="1.4"`` is an answer of ``gan.h0``."""
    given = tuple(answer(f"gan.{key}", text, file) for key, text in answers.items())
    submission = Submission(Student(), file, given)
    return Candidate(file, identify(file.split("/")), digest or file, submission)


def unreadable(file: str) -> Candidate:
    return Candidate(file, identify(file.split("/")), file, None, "no reader reads it")


def stating(candidate: Candidate, **student: str) -> Candidate:
    assert candidate.submission
    return replace(candidate, submission=replace(candidate.submission, student=Student(**student)))


def answers(choice: Choice) -> dict[str, str]:
    assert choice.submission
    return {
        a.quantity: a.response.text
        if isinstance(a.response, Formula)
        else str(a.response.cells[0].content.text)  # type: ignore[union-attr]
        for a in choice.submission.answers
    }


BB = "H_jdoe_attempt_2026-02-0{}-10-11-12_{}"
COUNTS = [
    # one file
    ([handed_in("a.csv", m="1")], ["a.csv"], {"m": "1"}, []),
    # copies
    (
        [handed_in("a.csv", "same", m="1"), handed_in("b.csv", "same", m="1")],
        ["a.csv"],
        {"m": "1"},
        ["b.csv is the same file as a.csv"],
    ),
    # parts, disjoint or in agreement
    (
        [handed_in("q1.csv", m="1"), handed_in("q2.csv", p="2")],
        ["q1.csv", "q2.csv"],
        {"m": "1", "p": "2"},
        ["parts of one submission: q1.csv, q2.csv"],
    ),
    (
        [handed_in("a.csv", m="1", f="-h"), handed_in("a.json", m="1", p="2", f="-h")],
        ["a.csv", "a.json"],
        {"m": "1", "f": "-h", "p": "2"},
        ["parts of one submission"],
    ),
    # Canvas has one that was handed in again
    (
        [handed_in("doe_1_100_hw.csv", m="1"), handed_in("doe_1_200_hw-1.csv", m="2")],
        ["doe_1_200_hw-1.csv"],
        {"m": "2"},
        ["doe_1_100_hw.csv was handed in again as doe_1_200_hw-1.csv"],
    ),
    (
        [handed_in("doe_1_900_hw.csv", m="1"), handed_in("doe_1_1000_hw.csv", m="2")],
        ["doe_1_1000_hw.csv"],
        {"m": "2"},
        ["doe_1_900_hw.csv was handed in again"],
    ),
    # Canvas: parts that only look like it
    (
        [handed_in("doe_1_100_part-1.csv", m="1"), handed_in("doe_1_200_part-2.csv", p="2")],
        ["doe_1_100_part-1.csv", "doe_1_200_part-2.csv"],
        {"m": "1", "p": "2"},
        ["parts of one submission"],
    ),
    # Canvas: one name, and no answer or every answer of the earlier one
    (
        [handed_in("doe_1_100_hw.csv", m="1"), handed_in("doe_1_200_hw-1.csv", p="2")],
        ["doe_1_100_hw.csv", "doe_1_200_hw-1.csv"],
        {"m": "1", "p": "2"},
        ["parts of one submission"],
    ),
    (
        [handed_in("doe_1_100_hw.csv", m="1"), handed_in("doe_1_200_hw-1.csv", m="1", p="2")],
        ["doe_1_100_hw.csv", "doe_1_200_hw-1.csv"],
        {"m": "1", "p": "2"},
        ["parts of one submission"],
    ),
    # Blackboard: the newest attempt, all its files, and nothing of the older one
    (
        [
            handed_in(BB.format(3, "a.csv"), m="1", p="1"),
            handed_in(BB.format(4, "a.csv"), m="2"),
            handed_in(BB.format(4, "b.csv"), c="3"),
        ],
        [BB.format(4, "a.csv"), BB.format(4, "b.csv")],
        {"m": "2", "c": "3"},
        [BB.format(3, "a.csv") + " is an earlier attempt"],
    ),
    # a copy of an older attempt is handed in again: the newest is that copy
    (
        [
            handed_in(BB.format(3, "a.csv"), "same", m="1"),
            handed_in(BB.format(4, "a.csv"), m="2"),
            handed_in(BB.format(5, "a.csv"), "same", m="1"),
        ],
        [BB.format(5, "a.csv")],
        {"m": "1"},
        [],
    ),
    # a scan beside the answers
    (
        [handed_in("s1/answers.csv", m="1"), unreadable("s1/scan.pdf")],
        ["s1/answers.csv"],
        {"m": "1"},
        ["s1/scan.pdf was handed in too and not read: no reader reads it"],
    ),
]


@pytest.mark.parametrize(("files", "used", "given", "told"), COUNTS)
def test_what_counts_is_graded_and_the_others_are_named(
    files: list[Candidate], used: list[str], given: dict[str, str], told: list[str]
) -> None:
    choice = choose(files)
    assert (choice.reason, choice.fault) == ("", "")
    assert list(choice.files) == used
    assert sorted(choice.files + choice.others) == sorted(item.file for item in files)
    assert answers(choice) == given
    assert choice.submission
    assert choice.submission.remarks == choice.remarks
    said = "\n".join(map(str, choice.remarks))
    assert [part for part in told if part not in said] == []


UNDECIDED = [
    ("their answers differ", [handed_in("a.csv", m="1"), handed_in("b.csv", m="2")]),
    ("their answers differ", [handed_in("a.csv", m="1.4"), handed_in("b.csv", m="1.40")]),
    (
        "their answers differ",
        [handed_in("doe_1_100_a.csv", m="1"), handed_in("doe_1_200_b.csv", m="2")],
    ),
    (
        "their answers differ",
        [handed_in("doe_1_100_a.csv", m="1"), handed_in("old/a.csv", m="2")],
    ),
    (
        "their answers differ",
        [handed_in("doe_1_100_a.csv", m="1"), handed_in(BB.format(3, "a.csv"), m="2")],
    ),
    (
        "doe_1_200_hw-1.csv was handed in later and leaves out what another answers",
        [handed_in("doe_1_100_hw.csv", m="1", p="2"), handed_in("doe_1_200_hw-1.csv", m="1")],
    ),
    (
        "the same id stands for Jane Doe and for Ming Li",
        [
            stating(handed_in("a.csv", m="1"), id="7", name="Jane Doe"),
            stating(handed_in("b.csv", p="1"), id="7", name="Ming Li"),
        ],
    ),
    (
        "the newest",
        [handed_in(BB.format(3, "a.csv"), m="1"), unreadable(BB.format(4, "a.pdf"))],
    ),
]


@pytest.mark.parametrize(("why", "files"), UNDECIDED)
def test_where_files_contradict_each_other_a_person_chooses(
    why: str, files: list[Candidate]
) -> None:
    choice = choose(files)
    assert (choice.submission, choice.files) == (None, ())
    assert why in choice.reason
    assert all(item.file in choice.reason for item in files)


@pytest.mark.parametrize(
    ("one", "other"),
    [({"level": "4850"}, {"level": "6850"})],
)
def test_parts_that_differ_on_the_student_are_not_merged(
    one: dict[str, str], other: dict[str, str]
) -> None:
    files = [stating(handed_in("a.csv", m="1"), **one), stating(handed_in("b.csv", p="1"), **other)]
    assert choose(files).submission is None


def test_parts_under_different_conventions_are_not_merged() -> None:
    files = [handed_in("a.csv", m="1"), handed_in("b.csv", p="1")]
    stated = [
        replace(f, submission=replace(f.submission, conventions={"objective": value}))
        for f, value in zip(files, ("maximize_log_p", "minimize_nll"), strict=True)
    ]
    assert choose(stated).reason
    assert choose(files).submission


def test_one_name_in_two_spellings_is_one_student() -> None:
    files = [
        stating(handed_in("a.csv", m="1"), id="7", name="Doe, Jane"),
        stating(handed_in("b.csv", p="1"), id="", name="jane doe"),
    ]
    choice = choose(files)
    assert choice.submission
    assert choice.submission.student == Student("7", "Doe, Jane")


def test_where_nothing_can_be_read_every_file_is_named_with_its_fault() -> None:
    choice = choose([unreadable("s1/b.pdf"), unreadable("s1/a.jpg")])
    assert choice.submission is None
    assert choice.fault == "s1/a.jpg: no reader reads it; s1/b.pdf: no reader reads it"
    assert choice.files == ("s1/a.jpg", "s1/b.pdf")


def test_files_that_could_not_be_opened_at_all_are_not_taken_for_copies() -> None:
    choice = choose([replace(unreadable(name), digest="") for name in ("a.zip", "b.zip")])
    assert (choice.files, choice.remarks) == (("a.zip", "b.zip"), ())


def test_a_file_beside_that_is_not_read_needs_a_persons_eye() -> None:
    assert choose([handed_in("a.csv", m="1"), unreadable("a.pdf")]).attention
    assert not choose([handed_in("a.csv", m="1"), handed_in("b.csv", p="1")]).attention


@pytest.mark.parametrize("files", [row[0] for row in COUNTS] + [row[1] for row in UNDECIDED])
def test_the_order_of_the_files_does_not_matter(files: list[Candidate]) -> None:
    choices = [choose(order) for order in permutations(files)]
    assert choices == [choices[0]] * len(choices)


def test_files_are_gathered_by_student_whatever_their_order() -> None:
    files = [
        handed_in("s10.csv"),
        handed_in("answers.json"),
        stating(handed_in("x.csv"), id="S2"),
        handed_in("s2.csv"),
        handed_in("hw6.json"),
    ]
    told = [("s2.csv", "x.csv"), ("s10.csv",), ("answers.json",), ("hw6.json",)]
    for order in permutations(files):
        groups = by_student(order)
        assert [tuple(item.file for item in group) for group in groups] == told


def test_the_roster_may_tell_who_is_meant() -> None:
    files = [handed_in("jdoe.csv"), handed_in("jane doe.csv")]
    assert len(by_student(files)) == 2
    assert len(by_student(files, lambda _: "s1001")) == 1


def test_nothing_to_choose_from_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no files"):
        choose([])


def test_two_people_of_a_platform_are_never_one_student() -> None:
    one = Identity("12001", "abbottlena", lms="canvas", attempt=(1,))
    other = Identity("12013", "liuyang", lms="canvas", attempt=(2,))
    sheet = Submission(Student("s1"), "a.json")
    found = choose(
        [Candidate("a.json", one, "same", sheet), Candidate("b.json", other, "same", sheet)]
    )
    assert found.submission is None
    assert "abbottlena" in found.reason
    assert "liuyang" in found.reason
