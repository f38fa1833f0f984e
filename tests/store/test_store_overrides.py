import csv
import json
from fractions import Fraction

import jsonschema
import pytest
from class_on_disk import answers, as_json, write
from store_class import WRONG, records, three

from grader.batch import grade_paths
from grader.model import GraderError, Override
from grader.reports.record import record, schema
from grader.rubric import located
from grader.store.coded import decoded, encoded
from grader.store.overriding import Standing, overridden, points


def item(here, student="s3", name="gan.h0"):
    (found,) = [i for i in records(here / "grades")[student]["items"] if i["quantity"] == name]
    return found


def given(grade, *arguments):
    """An override of the third student's h0, and the class graded with it."""
    args = arguments or ("s3", "gan.h0", "1.5")
    done = grade("override", *args, "--reason", "seen on  paper", "--by", "Ada")
    assert done[0] == 0
    return grade("in")


# --- what an override does ----------------------------------------------------------------------


def test_an_override_counts_and_the_item_keeps_its_own_score(here, grade):
    three(here)
    grade("in")
    before = records(here / "grades")["s3"]["score"]
    own = item(here)["score"]
    status, _, _ = given(grade)
    after = records(here / "grades")["s3"]
    found = item(here)
    told = {key: found["override"][key] for key in ("points", "reason", "by")}
    assert (status, found["score"]) == (0, own)
    assert told == {"points": 1.5, "reason": "seen on paper", "by": "Ada"}
    assert after["score"] == before - own + 1.5 == after["problems"]["gan"]["score"]
    assert after["attention"] == []
    jsonschema.validate(after, schema())


def test_an_override_stands_in_the_gradebook(here, grade):
    three(here)
    grade("in")
    given(grade)
    text = (here / "grades" / "gradebook.csv").read_text("utf-8-sig")
    row = next(row for row in csv.DictReader(text.splitlines()) if row["id"] == "s3")
    assert row["gan.h0"] == "1.5"
    assert float(row["score"]) == records(here / "grades")["s3"]["score"]


def test_the_page_of_the_student_tells_it_and_escapes_it(here, grade):
    three(here)
    grade("in")
    grade("override", "s3", "gan.h0", "1", "--reason", "<b>seen</b>", "--by", "Ada & Bo")
    grade("in")
    page = (here / "grades" / "feedback" / "s3.html").read_text("utf-8")
    assert "Changed by a person" in page
    assert "&lt;b&gt;seen&lt;/b&gt;" in page
    assert "Changed by" not in (here / "grades" / "feedback" / "s1.html").read_text("utf-8")


def test_withdrawn_the_graders_own_points_count_again(here, grade):
    three(here)
    grade("in")
    first = (here / "grades" / "results.jsonl").read_bytes()
    given(grade)
    assert (here / "grades" / "results.jsonl").read_bytes() != first
    assert grade("override", "s3", "gan.h0", "--withdraw")[0] == 0
    grade("in")
    assert (here / "grades" / "results.jsonl").read_bytes() == first


def test_a_later_override_takes_the_place_of_an_earlier_one(here, grade):
    three(here)
    grade("in")
    given(grade)
    given(grade, "s3", "gan.h0", "1/2")
    assert item(here)["override"]["points"] == 0.5


# --- when something changes under it ------------------------------------------------------------


@pytest.mark.parametrize("fresh", [(), ("--fresh",)])
def test_it_survives_a_regrade_without_a_word(here, grade, fresh):
    three(here)
    grade("in")
    given(grade)
    assert grade("in", *fresh)[0] == 0
    assert item(here)["override"]["points"] == 1.5


def test_it_is_named_when_the_submission_is_another(here, grade):
    three(here)
    grade("in")
    given(grade)
    write(here / "in", {"s3.json": as_json("s3", given={**WRONG, "gan.h2": ["1"] * 4})})
    assert grade("in")[0] == 1
    (told,) = records(here / "grades")["s3"]["attention"]
    assert "the override of gan.h0 (1.5 points, by Ada" in told
    assert "does it still hold?" in told
    assert item(here)["override"]["points"] == 1.5
    assert given(grade)[0] == 0  # decided again, on what is there now
    assert records(here / "grades")["s3"]["attention"] == []


def test_it_is_named_when_the_rubric_is_another(here, grade):
    from grader.rubric import _INSTALLED  # noqa: PLC0415

    text = (_INSTALLED / "hw6.yaml").read_text("utf-8")
    (here / "hw.yaml").write_text(text, "utf-8")
    three(here)
    grade("in", "-r", "hw.yaml")
    grade("override", "s3", "gan.h0", "1", "--reason", "seen")
    assert grade("in", "-r", "hw.yaml")[0] == 0
    (here / "hw.yaml").write_text(text + "# only a comment\n", "utf-8")
    assert grade("in", "-r", "hw.yaml")[0] == 0
    (here / "hw.yaml").write_text(text.replace("title: ", "title: Another ", 1), "utf-8")
    assert grade("in", "-r", "hw.yaml")[0] == 1
    assert "the rubric was another" in records(here / "grades")["s3"]["attention"][0]


@pytest.mark.parametrize(("points", "counts"), [("3", 2), ("2.5", 2), ("2", 2), ("0.5", 0.5)])
def test_it_never_counts_more_than_the_item_has_by_another_rubric(here, grade, points, counts):
    text = located("hw6").read_text("utf-8")
    three(here)
    grade("in")
    grade("override", "s3", "gan.h0", points, "--reason", "seen", "--by", "Ada")
    text = text.replace("h0, points: 3", "h0, points: 2").replace("h1, points: 2", "h1, points: 3")
    (here / "hw.yaml").write_text(text, "utf-8")
    grade("in", "-r", "hw.yaml")
    found = records(here / "grades")["s3"]
    assert item(here)["override"]["points"] == counts
    assert found["score"] <= found["max_score"]
    cut = [one for one in found["attention"] if "the item has no more now" in one]
    assert len(cut) == (Fraction(points) > 2)


def test_of_a_file_that_cannot_be_read_any_more_it_counts_for_nothing_and_is_named(here, grade):
    three(here)
    grade("in")
    given(grade)
    write(here / "in", {"s3.json": "{"})
    assert grade("in")[0] == 1
    found = records(here / "grades")["s3"]
    assert (found["status"], found["score"]) == ("unreadable", None)
    assert "counts for nothing" in found["attention"][0]


def test_what_could_not_be_decided_is_graded_once_a_person_decides(here):
    from dataclasses import replace  # noqa: PLC0415

    from grader.model import Status, Verdict  # noqa: PLC0415

    report = grade_paths([three(here)], jobs=1).reports[0]
    (problem,) = report.problems
    first = replace(problem.assessments[0], verdict=Verdict.UNGRADED, score=None)
    rest = problem.assessments[1:]
    waiting = replace(problem, score=None, assessments=(first, *rest))
    undecided = replace(
        report, status=Status.UNGRADED, score=None, problems=(waiting,), reason="a person must look"
    )
    one = Standing("s1", first.key, Override(Fraction(1), "seen", "Ada", "now"), "same")
    decided = overridden(undecided, [one], "same")
    assert decided.status == "graded"
    assert decided.score == report.score - problem.assessments[0].score + 1
    jsonschema.validate(record(decided), schema())
    other = replace(one, item=rest[0].key)
    assert overridden(undecided, [other], "same").status == "ungraded"


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("s9", "gan.h0", "1", "--reason", "x"), "nothing was graded of a student 's9'"),
        (("s3", "gan.h9", "1", "--reason", "x"), "gan.h9 is no item of what s3 handed in"),
        (("s3", "gan.h0", "99", "--reason", "x"), "points at most"),
        (("s3", "gan.h0", "1"), "--reason TEXT is needed"),
        (("s3", "gan.h0", "1", "--reason", " "), "--reason TEXT is needed"),
        (("s3", "gan.h0", "1", "--reason", "x" * 501), "at most 500"),
        (("s3", "gan.h0", "nan", "--reason", "x"), "points are a number"),
        (("s3", "gan.h0", "1e2", "--reason", "x"), "points are a number"),
        (("s3", "gan.h0"), "either POINTS"),
        (("s3", "gan.h0", "1", "--withdraw"), "either POINTS"),
        (("s3", "gan.h0", "--withdraw"), "there is no override"),
    ],
)
def test_an_override_that_cannot_be_is_refused(here, grade, arguments, told):
    three(here)
    grade("in")
    status, _, err = grade("override", *arguments)
    assert (status, told in err) == (2, True)
    assert grade("history", "s3")[1].count("\n") == 1


@pytest.mark.parametrize(("text", "value"), [("4", 4), ("2.5", Fraction(5, 2)), ("5/2", 2.5)])
def test_points_are_read_exactly(text, value):
    assert points(text) == value


@pytest.mark.parametrize("text", ["", "-1", "1/0", "٣", "1_0", "9" * 20, "1 ", "0x1"])
def test_what_is_no_number_of_points(text):
    with pytest.raises(GraderError):
        points(text)


# --- looking back -------------------------------------------------------------------------------


def test_the_history_tells_who_decided_what(here, grade):
    three(here)
    grade("in")
    given(grade)
    grade("override", "s3", "gan.h0", "--withdraw", "--by", "Bo")
    lines = grade("history", "s3")[1].splitlines()
    ends = [line.split("  ", 2)[-1].split("  ")[-1] for line in lines]
    assert ends[0].startswith("run 1: ")
    assert ends[1:] == [
        "Ada gave 3/2 points for gan.h0: seen on paper",
        ends[2],
        "Bo withdrew the override of gan.h0",
    ]
    assert ends[2].startswith("run 2: ")
    told = json.loads(grade("history", "s3", "--json")[1])
    assert [one["what"] for one in told] == ["result", "override", "result", "withdraw"]
    assert grade("history", "s9")[0] == 2


def test_the_difference_tells_who_gained_what_and_why(here, grade):
    three(here)
    grade("in")
    given(grade)
    write(here / "in", {"s1.json": as_json("s1", given=WRONG), "s4.json": as_json("s4")})
    grade("in")
    lines = grade("diff", 1, 2)[1].splitlines()
    assert lines[0].startswith("s3: ")
    assert lines[0].endswith(": an override")
    assert "override by Ada: seen on paper" in lines[1]
    text = grade("diff", 2, 3)[1]
    assert "(-" in text.splitlines()[0]
    assert "another submission" in text.splitlines()[0]
    assert "gan.h0" in text
    assert "s4: not there -> 20: in one of the runs only" in text
    assert grade("diff", 3, 3)[1] == "nobody's points changed\n"
    assert grade("diff", 1, 9)[0] == 2


CHANGES = {
    "an entry": ("UPDATE history SET entry = replace(entry, '3/2', '4')", "entry 5 of the history"),
    "one's student": ("UPDATE history SET student = 's2' WHERE number = 1", "entry 1 of"),
    "an entry taken out": ("DELETE FROM history WHERE number = 2", "entry 2 of the history is"),
    "a digest": ("UPDATE history SET digest = 'x' WHERE number = 3", "entry 3 of the history"),
    "bytes": ("UPDATE contents SET data = substr(data, 1, 9)", "the stored bytes"),
    "bytes taken out": ("DELETE FROM contents WHERE digest IN (SELECT record FROM results)",
                        "are missing"),
    "a result": ("UPDATE results SET student = 's2' WHERE student = 's3'", "the results of run 1"),
    "a result taken out": ("DELETE FROM results WHERE student = 's3'", "the results of run 1"),
    "a run": ("UPDATE runs SET rubric_digest = 'x' WHERE id = 2", "run 2 was changed"),
    "a run taken out": ("DELETE FROM runs WHERE id = 2", "run 2 is missing"),
    "an override": ("UPDATE overrides SET points = '4'", "override 1 is not as"),
    "an override withdrawn": ("UPDATE overrides SET withdrawn = 'x'", "override 1 is not as"),
    "an override taken out": ("DELETE FROM overrides", "override 1 is not as"),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_behind_its_back_is_told(here, grade, change, what):
    statement, told = CHANGES[what]
    three(here)
    grade("in")
    given(grade)
    assert grade("verify")[0] == 0
    change(statement)
    status, out, _ = grade("verify")
    assert status == 1
    assert told in out.splitlines()[0]


# --- values in the store ------------------------------------------------------------------------


def test_a_report_comes_back_as_it_was(here):
    write(here / "in", {"s4.json": as_json("s4", given={**answers(), "gan.h0": [True, "x"]})})
    for report in grade_paths([three(here)], jobs=1).reports:
        assert decoded(encoded(report)) == report


@pytest.mark.parametrize(
    "text", ['{":": "os.system", "is": "x"}', '{"x": 1}', '{":": "Fraction", "is": "1/0"}', "[", ""]
)
def test_what_nobody_encoded_is_refused(text):
    with pytest.raises(ValueError, match="cannot be read"):
        decoded(text)


def test_what_has_no_place_in_the_store_is_refused():
    with pytest.raises(TypeError, match="cannot be stored"):
        encoded(object())
