"""Results that take the place of others say what those knew and they do not."""

import json
from pathlib import Path

from class_on_disk import as_json, write
from store_class import three

HW6 = Path(__file__).resolve().parents[2] / "rubrics" / "hw6.yaml"
NOT_KNOWN = "decisions that the store does not know, and that count no more: s3"


def test_where_the_store_is_gone_the_decisions_of_before_are_named(here, grade):
    three(here)
    grade("in")
    grade("override", "s3", "gan.h0", "1.5", "--reason", "seen on paper")
    assert grade("in")[0] == 0
    for path in here.glob("grades/stepgrade.sqlite*"):
        path.unlink()
    status, _, err = grade("in", "--store", "elsewhere.sqlite")
    assert (status, NOT_KNOWN in err) == (1, True)


def test_without_a_store_they_are_named_too(here, grade):
    three(here)
    grade("in")
    grade("excuse", "s3", "--reason", "ill")
    grade("in")
    status, _, err = grade("in", "--store", "none")
    assert (status, NOT_KNOWN in err) == (1, True)


def test_what_a_person_took_back_is_not_missed(here, grade):
    three(here)
    grade("in")
    grade("override", "s3", "gan.h0", "1.5", "--reason", "seen on paper")
    grade("in")
    grade("override", "s3", "gan.h0", "--withdraw")
    assert grade("in")[::2] == (0, "")


def test_each_folder_has_its_own_assignment(here, grade):
    three(here)
    other = HW6.read_text("utf-8").replace("assignment: hw6", "assignment: hw7")
    write(here, {"hw7.yaml": other, "seven/s1.json": as_json("s1", given={"gan.p": "0.5"})})
    grade("in")
    _, _, err = grade("seven", "-r", "hw7.yaml")
    assert "grades held the results of hw6, and has those of hw7 now" in err
    grade("in", "-o", "six", "--store", "course.sqlite")
    grade("seven", "-r", "hw7.yaml", "-o", "sevens", "--store", "course.sqlite")
    for folder, score in (("six", 20), ("sevens", 0)):
        told = ("explain", "s1", "--results", folder, "--store", "course.sqlite", "--json")
        status, out, _ = grade(*told)
        assert (status, json.loads(out)["problems"]["gan"]["score"] > 10) == (0, score > 10)
