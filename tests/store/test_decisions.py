"""Excuses and extensions: what they change, what is refused, and where they are told."""

import csv
import json
from fractions import Fraction

import jsonschema
import pytest
from class_on_disk import as_json, write
from store_class import WRONG, records, three
from test_moved_deadline import DAY_LATE, IN_TIME, RUBRIC, TEXT, TWO_LATE

import grader.judging
from grader.model import GraderError
from grader.reports.record import schema
from grader.store.database import FILE
from grader.store.decisions import days

RUN = ("in", "-r", "hw.yaml", "--times", "times.csv", "--roster", "roster.csv")

ON_A_SERVER = True


@pytest.fixture
def course(here):
    """Three who handed in, one two days late, and one who is missing."""
    three(here)
    (here / "hw.yaml").write_text(RUBRIC, "utf-8")
    times = f"id,submitted_at\ns1,{IN_TIME}\ns2,{DAY_LATE}\ns3,{TWO_LATE}\n"
    (here / "times.csv").write_text(times, "utf-8")
    names = ("Ash, Al", "Bo, Bea", "Cy, Carl", "Di, Dora")
    rows = (f's{n},"{name}",4850\n' for n, name in enumerate(names, 1))
    (here / "roster.csv").write_text("id,name,level\n" + "".join(rows), "utf-8")
    return here


def one(here, student="s3"):
    found = records(here / "grades")[student]
    jsonschema.validate(found, schema())
    return found


def page(here, student="s3"):
    return (here / "grades" / "feedback" / f"{student}.html").read_text("utf-8")


def results(here):
    return (here / "grades" / "results.jsonl").read_bytes()


# --- an excuse ----------------------------------------------------------------------------------


@pytest.mark.parametrize("student", ["s3", "s4"])
def test_who_is_excused_has_no_score_whatever_was_handed_in(course, grade, student):
    grade(*RUN)
    done = grade("excuse", student, "--reason", "ill  <b>today</b>", "--by", "Ada")
    assert done[:2] == (0, f"{student} is excused; the next `grade` writes it into the results\n")
    assert grade(*RUN)[0] == 0
    found = one(course, student)
    assert (found["status"], found["score"], found["items"]) == ("excused", None, [])
    assert (found["attention"], found["remarks"], "late" in found) == ([], [], False)
    assert found["reason"] == "excused by Ada: ill <b>today</b>"
    (told,) = found["decisions"]
    assert (told["what"], told["by"], told["reason"]) == ("excuse", "Ada", "ill <b>today</b>")
    assert "You are excused" in page(course, student)
    assert "ill &lt;b&gt;today" in page(course, student)
    text = (course / "grades" / "gradebook.csv").read_text("utf-8-sig")
    row = next(row for row in csv.DictReader(text.splitlines()) if row["id"] == student)
    assert (row["status"], row["score"], row["final"], row["gan.h0"]) == ("excused", "", "", "")


def test_withdrawn_all_is_as_before(course, grade):
    grade(*RUN)
    first = results(course), page(course)
    grade("excuse", "s3", "--reason", "ill")
    grade(*RUN)
    assert results(course) != first[0]
    assert grade("excuse", "s3", "--withdraw")[0] == 0
    grade(*RUN)
    assert (results(course), page(course)) == first


@pytest.mark.parametrize("student", ["s3", "s4"])
def test_what_is_handed_in_after_an_excuse_is_named(course, grade, student):
    grade(*RUN)
    grade("excuse", student, "--reason", "ill", "--by", "Ada")
    assert grade(*RUN, "--fresh")[0] == 0
    write(course / "in", {f"{student}.json": as_json(student)})
    assert grade(*RUN)[0] == 1
    found = one(course, student)
    (told,) = found["attention"]
    assert (found["status"], "does the excuse still hold?" in told) == ("excused", True)
    grade("excuse", student, "--reason", "ill all the same")
    assert grade(*RUN)[0] == 0


def test_what_is_not_there_any_more_after_an_excuse_is_named(course, grade):
    grade(*RUN)
    grade("excuse", "s3", "--reason", "ill", "--by", "Ada")
    (course / "in" / "s3.json").unlink()
    assert grade(*RUN)[0] == 1
    assert "what had been handed in is not there any more" in one(course)["attention"][0]


def test_a_file_without_a_byte_that_can_be_read_is_something_handed_in(course, grade):
    grade(*RUN)
    grade("excuse", "s4", "--reason", "ill")
    write(course / "in", {"s4.zip": b"PK\3\4 no archive"})
    assert grade(*RUN)[0] == 1
    assert "something was handed in" in one(course, "s4")["attention"][0]
    assert "You are excused" in page(course, "s4")


def test_an_excuse_settles_what_the_roster_and_open_answers_ask(course, grade):
    text = (course / "roster.csv").read_text("utf-8").replace("level\n", "level,excused\n")
    text = text.replace('"Cy, Carl",4850', '"Cy, Carl",4850,yes')
    (course / "roster.csv").write_text(text, "utf-8")
    write(course / "in", {"s3.json": as_json("s3", given={**WRONG, "gan.h2": ["?"] * 16})})
    assert grade(*RUN)[0] == 1
    assert one(course)["attention"]
    grade("excuse", "s3", "--reason", "it is as the roster says")
    assert grade(*RUN)[0] == 0


def test_it_is_of_one_assignment_also_where_several_share_a_store(course, grade, database):
    (course / "hw7.yaml").write_text(RUBRIC.replace("assignment: hw6", "assignment: hw7"), "utf-8")
    six = (*RUN, "--store", database)
    seven = (*RUN[:2], "hw7.yaml", *RUN[3:], "-o", "g7", "--store", database)
    grade(*six)
    grade("excuse", "s2", "--reason", "ill", "--store", database)
    grade("override", "s3", "gan.h0", "1", "--reason", "seen", "--store", database)
    err = grade(*seven)[2]
    assert "2 decisions on another assignment (hw6) made no difference to hw7" in err
    assert records(course / "g7")["s2"]["status"] == "graded"
    assert not [i for i in records(course / "g7")["s3"]["items"] if "override" in i]
    there = ("--results", "g7", "--store", database)
    assert grade("excuse", "s2", "--withdraw", *there)[0] == 2
    grade("override", "s3", "gan.h0", "0.5", "--reason", "seen", *there)
    grade("extend", "s1", "--days", "1", "--reason", "late", "--store", database)
    grade(*six)
    (kept,) = one(course, "s1")["decisions"]
    assert (one(course, "s2")["status"], kept["what"]) == ("excused", "extension")
    (item,) = [i for i in one(course)["items"] if "override" in i]
    assert item["override"]["points"] == 1
    assert grade("verify", "--store", database)[0] == 0
    assert grade("explain", "s3", "--store", database)[0] == 0


# --- an extension -------------------------------------------------------------------------------

LENGTHS = {
    ("--days", "1"): (13.6, 15.3, "2024-04-17T23:59:00-04:00"),
    ("--days", "0.5"): (13.6, 13.6, "2024-04-17T11:59:00-04:00"),
    ("--days", "2"): (13.6, 17, "2024-04-18T23:59:00-04:00"),
    ("--until", "2024-04-18 22:00"): (13.6, 15.3, "2024-04-18T22:00:00-04:00"),
    ("--until", "2024-04-19T03:30:00Z"): (13.6, 17, "2024-04-19T03:30:00+00:00"),
}


@pytest.mark.parametrize("length", LENGTHS)
def test_an_extension_moves_the_deadline_and_grades_nothing_again(
    course, grade, length, monkeypatch
):
    before, after, until = LENGTHS[length]
    grade(*RUN)
    assert one(course)["late"]["final_score"] == before
    assert grade("extend", "s3", *length, "--reason", "travels", "--by", "Bo")[0] == 0
    with monkeypatch.context() as patch:
        patch.setattr(grader.judging, "grade", None)  # whatever is judged now fails
        assert grade(*RUN)[0] == 0
    found = one(course)
    assert (found["score"], found["late"]["final_score"]) == (17, after)
    (told,) = found["decisions"]
    assert (told["what"], told["until"], told["by"]) == ("extension", until, "Bo")
    assert found["late"]["due"] == until
    assert "(Bo: travels)" in page(course)
    assert ("Handed in late" in page(course)) is (after != 17)
    assert one(course, "s2")["late"]["due"] == "2024-04-16T23:59:00-04:00"
    assert grade("extend", "s3", "--withdraw")[0] == 0
    grade(*RUN)
    assert one(course)["late"]["final_score"] == before


def test_days_move_along_with_the_deadline_and_a_moment_stays(course, grade):
    grade(*RUN)
    grade("extend", "s2", "--until", "2024-04-19 12:00", "--reason", "x")
    grade("extend", "s3", "--days", "1", "--reason", "x")
    (course / "hw.yaml").write_text(RUBRIC.replace("due: 2024-04-16", "due: 2024-04-17"), "utf-8")
    assert grade(*RUN)[0] == 0
    assert one(course, "s2")["late"]["due"] == "2024-04-19T12:00:00-04:00"
    assert one(course, "s3")["late"]["due"] == "2024-04-18T23:59:00-04:00"
    (course / "hw.yaml").write_text(RUBRIC.replace("due: 2024-04-16", "due: 2024-04-20"), "utf-8")
    grade(*RUN)
    assert one(course, "s2")["late"]["due"] == "2024-04-20T23:59:00-04:00"  # never forward


def test_the_later_of_the_table_and_the_decision_counts(course, grade):
    table = course / "times.csv"
    told = "2024-04-18T22:00:00-04:00"
    table.write_text(f"id,submitted_at,extension_until\ns3,{TWO_LATE},{told}\n", "utf-8")
    grade(*RUN)
    grade("extend", "s3", "--days", "1", "--reason", "x")
    grade(*RUN)
    assert one(course)["late"]["due"] == told


def test_who_is_missing_and_has_more_time_is_told_to(course, grade):
    grade(*RUN)
    grade("extend", "s4", "--days", "1", "--reason", "x", "--by", "Bo")
    grade(*RUN)
    found = one(course, "s4")
    assert found["status"] == "missing"
    assert found["remarks"] == ["the deadline was extended to 2024-04-17 23:59 -0400 (Bo: x)"]


def test_an_excuse_has_the_last_word(course, grade):
    grade(*RUN)
    grade("excuse", "s3", "--reason", "ill")
    grade("extend", "s3", "--days", "1", "--reason", "x")
    assert grade(*RUN)[0] == 0
    found = one(course)
    assert (found["status"], "late" in found) == ("excused", False)
    assert [told["what"] for told in found["decisions"]] == ["extension", "excuse"]


def test_without_a_late_policy_an_extension_says_that_it_changes_nothing(course, grade):
    (course / "hw.yaml").write_text(TEXT, "utf-8")
    run = [word for word in RUN if word not in {"--times", "times.csv"}]
    grade(*run)
    first = results(course)
    status, out, _ = grade("extend", "s3", "--days", "1", "--reason", "x")
    assert (status, "no late policy so far" in out) == (0, True)
    assert "the extension of s3 changes nothing" in grade(*run)[2]
    assert results(course) == first


# --- what is refused ----------------------------------------------------------------------------

X = ("--reason", "x")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("excuse", "s9", *X), "nothing is known of a student 's9'; ids are exact"),
        (("excuse", "S3", *X), "did you mean s3 (Cy, Carl)?"),
        (("extend", "Cy, Carl", "--days", "1", *X), "did you mean s3 (Cy, Carl)?"),
        (("excuse", " ", "--new", *X), "STUDENT is the student's id"),
        (("excuse", "s3"), "either --reason TEXT or --withdraw"),
        (("excuse", "s3", "--withdraw", *X), "either --reason TEXT or --withdraw"),
        (("excuse", "s3", "--reason", " "), "--reason TEXT is needed"),
        (("excuse", "s3", "--reason", "x" * 501), "at most 500"),
        (("excuse", "s3", "--withdraw"), "there is no excuse of s3"),
        (("extend", "s3", "--withdraw"), "there is no extension of s3"),
        (("extend", "s3", *X), "--until MOMENT or --days N"),
        (("extend", "s3", "--days", "1"), "and --reason TEXT"),
        (("extend", "s3", "--days", "1", "--until", DAY_LATE, *X), "--until MOMENT or --days N"),
        (("extend", "s3", "--days", "0", *X), "--days is a number above 0"),
        (("extend", "s3", "--days", "366", *X), "at most 365"),
        (("extend", "s3", "--until", "tomorrow", *X), "expected a date and a time"),
        (("extend", "s3", "--until", IN_TIME, *X), "the deadline is 2024-04-16 23:59 -0400 for"),
        (("override", "s3", "gan.h0", "-1", *X), "points are never below 0"),
        (("override", "s3", "gan.h0", "-1/2", *X), "points are never below 0"),
    ],
)
@pytest.mark.usefixtures("course")
def test_what_cannot_be_is_refused_and_leaves_nothing(grade, arguments, told):
    grade(*RUN)
    status, _, err = grade(*arguments)
    assert (status, told in err) == (2, True)
    assert grade("decisions", "--json")[1] == "[]\n"
    assert grade("verify")[1].startswith("all is as it was written: 5 entries")


@pytest.mark.parametrize("text", ["", "-1", "0", "0.0", "1e2", "1/2", "٣", "1000", " 1"])
def test_what_is_no_number_of_days(text):
    with pytest.raises(GraderError, match="--days is a number"):
        days(text)
    assert days("1.5") == Fraction(3, 2)


def test_somebody_new_is_taken_when_that_is_said_and_told_until_they_are_there(course, grade):
    assert grade("excuse", "s9", "--reason", "ill")[0] == 2  # nor is there a store
    assert grade("excuse", "s9", "--new", "--reason", "ill")[0] == 0
    assert "the excuse of s9 counts for nothing here" in grade(*RUN)[2]
    text = (course / "roster.csv").read_text("utf-8")
    (course / "roster.csv").write_text(f"{text}s9,New,4850\n", "utf-8")
    assert "s9" not in grade(*RUN)[2]
    assert one(course, "s9")["status"] == "excused"


# --- looking back -------------------------------------------------------------------------------


@pytest.mark.usefixtures("course")
def test_the_history_the_difference_and_the_list_tell_them(grade):
    grade(*RUN)
    grade("excuse", "s2", "--reason", "ill", "--by", "Ada")
    grade("extend", "s3", "--days", "1", "--reason", "travels", "--by", "Bo")
    grade("override", "s3", "gan.h0", "1", "--reason", "seen", "--by", "Ada")
    listed = grade("decisions")[1].splitlines()
    assert sorted(line.split(" (")[0].split(None, 1) for line in listed) == [
        ["s2", "excuse"],
        ["s3", "extension by 1 day"],
        ["s3", "override of gan.h0: 1 point"],
    ]
    told = json.loads(grade("decisions", "--json")[1])
    assert [one["what"] for one in told] == ["override", "excuse", "extension"]
    grade(*RUN)
    grade("extend", "s3", "--withdraw", "--by", "Ada")
    lines = [line.split("  ")[-1] for line in grade("history", "s3")[1].splitlines()]
    assert lines == [
        "run 1: 17 points, 13.6 after what being late takes off",
        "Bo extended the deadline by 1 day: travels",
        "Ada gave 1 points for gan.h0: seen",
        "run 2: 18 points, 16.2 after what being late takes off",
        "Ada withdrew the extension",
    ]
    lines = [line.split("  ")[-1] for line in grade("history", "s2")[1].splitlines()]
    assert lines[1:] == ["Ada excused the student: ill", "run 2: excused"]
    assert grade("diff", 1, 2)[1].splitlines() == [
        "s2: 18 -> excused: an excuse",
        "s3: 13.6 -> 16.2 (+2.6): an override, an extension",
        "  gan.h0: 0 -> 1, incorrect (degenerate) -> override by Ada: seen",
    ]


CHANGES = {
    "its length": "UPDATE decisions SET told = 'days 9'",
    "who": "UPDATE decisions SET who = 'x'",
    "withdrawn": "UPDATE decisions SET withdrawn = 'x'",
    "taken out": "DELETE FROM decisions",
    "put in": "INSERT INTO decisions VALUES (2, 's1', 'excuse', '', 'x', 'x', 'x', '', '')",
}


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.usefixtures("course")
def test_what_was_changed_behind_its_back_is_told(grade, change, what):
    grade(*RUN)
    grade("extend", "s3", "--days", "1", "--reason", "travels")
    assert grade("verify")[0] == 0
    change(CHANGES[what])
    status, out, _ = grade("verify")
    assert status == 1
    assert out.startswith(f"decision {2 if what == 'put in' else 1} is not as the history tells")


# --- before it is in the results ----------------------------------------------------------------


def test_an_export_says_that_something_was_decided_since(here, grade):
    three(here)
    grade("in")
    csv = ("export", "grades", "--to", "csv")
    assert (grade(*csv)[0], grade(*csv)[2]) == (0, "")
    grade("excuse", "s2", "--reason", "ill")
    grade("override", "s3", "gan.h0", "1", "--reason", "seen")
    status, _, err = grade(*csv)
    if (here / "grades" / FILE).exists():  # a server's store is not beside them
        assert "is what `grade` wrote" in grade(*csv, "-o", here / "grades" / FILE)[2]
        assert status == 1
        assert "decided since, and not in these results: s2, s3; `grade` writes it" in err
    grade("in")
    assert grade(*csv)[0] == 0
    if (here / "grades" / FILE).exists():
        (here / "grades" / FILE).write_bytes(b"spoilt" * 999)
        assert "whether something was decided since is not known" in grade(*csv)[2]
