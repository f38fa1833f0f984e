"""The class by another rubric: what is shown is what is done, and nobody falls unless wanted."""

import json
import re
from fractions import Fraction

import pytest
from class_on_disk import answers, as_json, write
from store_class import WRONG, files, records, three

from grader.cli import main
from grader.points import as_number
from grader.rubric import located
from grader.store.database import FILE, opened
from grader.store.history import entries
from grader.store.holding import _exact

HW6 = located("hw6").read_text("utf-8")
SHIFTED = (("h0, points: 3}", "h0, points: 1}"), ("h1, points: 2}", "h1, points: 4}"))
"""The third student, whose h0 is wrong, gains; nobody loses."""

NEAR = {**answers(), "gan.h0": ["0.37", "1.39", "0.95", "1.05", "0.69", "1.53", "1.61", "1.06"]}
LOOSE = (("{quantity: h0, points: 3}", "{quantity: h0, points: 3, tolerance: {abs: 0.05}}"),)
"""By it an h0 that is near is right; without it only some entries of it are."""

TURNED = (("h0, points: 3}", "h0, points: 4}"), ("h1, points: 2}", "h1, points: 1}"))
"""The same student loses."""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    three(tmp_path)
    return tmp_path


@pytest.fixture
def database(here):
    return str(here / "grades" / FILE)


@pytest.fixture
def grade(capsys):
    """Run the command line: exit status, standard output, standard error."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def rubric(here, *pairs, name="new.yaml"):
    text = HW6
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (here / name).write_text(text, "utf-8")
    return name


def told(grade, *arguments):
    status, out, err = grade("regrade", *arguments, "--json")
    assert (status in ({0, 1} if "--commit" in arguments else {0}), err) == (True, "")
    return json.loads(out)


def scores(here):
    return {student: one["score"] for student, one in records(here / "grades").items()}


def without_salt(database):
    """The history but for what differs each time."""
    with opened(database).transaction() as session:
        found = [one.told for one in entries(session)]
    return [{k: v for k, v in one.items() if k not in {"at", "salt", "run"}} for one in found]


# --- what is shown ------------------------------------------------------------------------------


def test_who_gains_what_and_why_is_told_in_words(here, grade):
    grade("in")
    status, out, _ = grade("regrade", "--rubric", rubric(here, *SHIFTED))
    assert status == 0
    assert out.splitlines()[:5] == [
        "Compared with run 1:",
        "  gan.h0: 1 point instead of 3",
        "  gan.h1: 4 points instead of 2",
        "",
        "1 up, 0 down, 2 with the same points.",
    ]
    assert re.search(r"^s3: \S+ -> \S+ \(\+2\): another rubric$", out, re.MULTILINE)
    assert "gan.h1: 2 -> 4, correct [4 points instead of 2]" in out.replace(
        "follow_through", "correct"
    )
    assert out.splitlines()[-2:] == ["Nothing is changed yet.", "With --commit it counts."]


@pytest.mark.parametrize("only_up", [(), ("--only-up",)])
@pytest.mark.parametrize("pairs", [SHIFTED, TURNED, ()])
def test_what_is_shown_is_what_is_done(here, grade, database, pairs, only_up):
    grade("in")
    grade("override", "s2", "gan.h2", "1", "--reason", "seen on paper")
    grade("in")
    before, history = files(here / "grades"), without_salt(database)
    new = ("--rubric", rubric(here, *pairs), *only_up)
    shown = told(grade, *new)
    assert (files(here / "grades"), without_salt(database)) == (before, history)
    done = told(grade, *new, "--commit")
    assert done == {**shown, "committed": True}
    assert (grade("diff", shown["before"], done["run"])[0], grade("verify")[0]) == (0, 0)
    after = {change["student"]: float(change["after"]) for change in done["changes"]}
    assert scores(here) == {**scores(here), **after}


def test_committed_the_results_are_those_that_grade_writes(here, grade):
    grade("in")
    grade("override", "s2", "gan.h2", "1", "--reason", "seen on paper", "--by", "Ada")
    new = rubric(here, *TURNED)
    status, out, _ = grade("regrade", "--rubric", new, "--commit")
    assert status == 1
    assert "rubric was another; does it still hold?" in " ".join(out.split())
    committed = files(here / "grades")
    assert grade("in", "--rubric", new)[0] == status
    assert files(here / "grades") == committed
    assert not list((here / "grades").rglob("*.part"))


def test_what_was_handed_in_is_not_needed_any_more(here, grade):
    grade("in")
    for path in (here / "in").iterdir():
        path.unlink()
    assert told(grade, "--rubric", rubric(here, *SHIFTED), "--commit")["up"] == 1


def test_roster_and_the_missing_are_those_of_the_run(here, grade):
    write(here, {"roster.csv": "id,name,level\ns1,A,4850\ns2,B,4850\ns3,C,6850\ns4,D,4850\n"})
    grade("in", "--roster", "roster.csv")
    (here / "roster.csv").unlink()
    found = told(grade, "--rubric", rubric(here, *SHIFTED), "--commit")
    assert (found["up"], found["same"]) == (1, 3)
    assert records(here / "grades")["s4"]["status"] == "missing"
    assert records(here / "grades")["s3"]["max_score"] == 40


def test_what_was_judged_for_the_preview_is_not_judged_again(here, grade, monkeypatch):
    grade("in")
    new = rubric(here, *SHIFTED)
    told(grade, "--rubric", new)
    monkeypatch.setattr("grader.judging.grade", None)
    assert told(grade, "--rubric", new, "--commit")["up"] == 1


def test_an_override_survives(here, grade):
    grade("in")
    grade("override", "s3", "gan.h1", "0.5", "--reason", "seen on paper", "--by", "Ada")
    grade("regrade", "--rubric", rubric(here, *SHIFTED), "--commit")
    (item,) = [i for i in records(here / "grades")["s3"]["items"] if i["quantity"] == "gan.h1"]
    assert (item["override"]["points"], item["max_score"]) == (0.5, 4)


def test_the_difference_of_two_runs_tells_the_rubrics_too(here, grade):
    grade("in")
    grade("regrade", "--rubric", rubric(here, *SHIFTED), "--commit")
    _, out, _ = grade("diff", 1, 2)
    assert out.splitlines()[:2] == [
        "rubric: gan.h0: 1 point instead of 3",
        "rubric: gan.h1: 4 points instead of 2",
    ]
    assert "[4 points instead of 2]" in out


# --- nobody falls -------------------------------------------------------------------------------


def test_only_up_keeps_the_score_where_it_would_fall_and_says_so(here, grade):
    write(here / "in", {"s4.json": as_json("s4", given=NEAR)})
    grade("in", "--rubric", rubric(here, *LOOSE, name="loose.yaml"))
    before = scores(here)
    new = ("--rubric", rubric(here))
    assert told(grade, *new)["down"] == 1
    found = told(grade, *new, "--only-up", "--by", "Ada", "--commit")
    assert (found["down"], found["up"], found["kept"]) == (0, 0, ["s4: gan.h0 is kept at 3"])
    assert scores(here) == before
    (item,) = [i for i in records(here / "grades")["s4"]["items"] if "override" in i]
    assert (item["score"], item["override"]["points"], item["override"]["by"]) == (1.875, 3, "Ada")
    assert item["override"]["reason"] == "the score of run 1 is kept (regrade --only-up)"
    told_of = "Ada gave 3 points for gan.h0: the score of run 1 is kept"
    assert told_of in grade("history", "s4")[1]
    assert records(here / "grades")["s4"]["attention"] == []
    assert grade("in", *new)[0] == 0
    assert scores(here) == before


def test_what_keeps_a_score_never_takes_points_away(here, grade):
    write(here / "in", {"s4.json": as_json("s4", given=NEAR)})
    fewer = (("{quantity: h0, points: 3}", "{quantity: h0, points: 2, tolerance: {abs: 0.05}}"),)
    fewer += (("h1, points: 2}", "h1, points: 3}"),)
    grade("in", "--rubric", rubric(here, *fewer, name="fewer.yaml"))
    new = ("--rubric", rubric(here))
    assert told(grade, *new, "--only-up", "--commit")["kept"] == ["s4: gan.h0 is kept at 2"]
    write(here / "in", {"s4.json": as_json("s4")})
    assert grade("in", *new)[0] == 0
    assert scores(here)["s4"] == 20
    assert not any("override" in item for item in records(here / "grades")["s4"]["items"])


def test_only_up_changes_no_decision_of_a_person(here, grade):
    write(here / "in", {"s4.json": as_json("s4", given=NEAR)})
    grade("in", "--rubric", rubric(here, *LOOSE, name="loose.yaml"))
    grade("override", "s4", "gan.h0", "1", "--reason", "seen on paper")
    found = told(grade, "--rubric", rubric(here), "--only-up")
    assert (found["kept"], found["down"]) == ([], 1)


@pytest.mark.parametrize("points", ["1/3", "8/3", "7/24", "123456/1000", "20", "0"])
def test_points_that_were_written_come_back_exactly(points):
    assert _exact(as_number(Fraction(points))) == Fraction(points)


def test_a_score_that_rises_stays_risen_with_only_up(here, grade):
    grade("in")
    new = ("--rubric", rubric(here, *SHIFTED))
    plain = told(grade, *new)
    held = told(grade, *new, "--only-up")
    assert {**held, "only_up": False} == plain


def test_who_cannot_be_held_is_told(here, grade):
    grade("in")
    less = (("    points: 20\n    given", "    points: 10\n    given"),)
    less += (("h2, points: 5}", "h2, points: 1}"), ("w1, points: 4,", "w1, points: 1,"))
    less += (("h0, points: 3}", "h0, points: 1}"), ("h1, points: 2}", "h1, points: 1}"))
    status, out, _ = grade("regrade", "--rubric", rubric(here, *less), "--only-up")
    assert status == 0
    assert "3 cannot be held at the earlier score: s1, s2, s3\n  (an item is gone or has" in out


# --- what cannot be -----------------------------------------------------------------------------


def test_without_a_store_or_a_run_it_says_so(here, grade):
    new = ("--rubric", rubric(here))
    assert "there is no store" in grade("regrade", *new)[2]
    assert not (here / "grades" / FILE).exists()
    opened(str(here / "empty.sqlite"))
    assert "nothing was graded yet" in grade("regrade", *new, "--store", "empty.sqlite")[2]
    assert "keeps nothing" in grade("regrade", *new, "--store", "none")[2]


@pytest.mark.parametrize("statement", [
    "DELETE FROM contents WHERE digest IN (SELECT digest FROM submissions)",
    "DELETE FROM contents WHERE digest IN (SELECT inputs FROM runs)",
])  # fmt: skip
def test_bytes_that_are_gone_stop_it(here, grade, database, statement):
    grade("in")
    with opened(database).transaction() as session:
        session.run(statement)
    status, _, err = grade("regrade", "--rubric", rubric(here, *SHIFTED), "--commit")
    assert status == 2
    assert "grade verify" in err


def test_a_rubric_with_a_mistake_changes_nothing(here, grade):
    grade("in")
    (here / "bad.yaml").write_text(HW6.replace("points: 20", "points: 21"), "utf-8")
    assert grade("regrade", "--rubric", "bad.yaml", "--commit")[0] == 2
    assert grade("verify")[1].count("entries") == 1
    assert "there is no run 2" in grade("diff", 1, 2)[2]


def test_the_rubric_of_another_assignment_is_refused(here, grade):
    grade("in")
    before = files(here / "grades")
    (here / "hw7.yaml").write_text(HW6.replace("assignment: hw6", "assignment: hw7"), "utf-8")
    status, _, err = grade("regrade", "--rubric", "hw7.yaml", "--commit")
    assert (status, files(here / "grades") == before) == (2, True)
    assert "of the assignment hw7, and what was graded is of hw6" in err


def test_of_several_assignments_in_one_store_the_right_one_is_graded(here, grade):
    grade("in")
    other = HW6.replace("assignment: hw6", "assignment: hw7")
    (here / "hw7.yaml").write_text(other, "utf-8")
    write(here / "in7", {"s9.json": as_json("s9", given=WRONG)})
    grade("in7", "--rubric", "hw7.yaml")
    assert told(grade, "--rubric", rubric(here, *SHIFTED))["before"] == 1
