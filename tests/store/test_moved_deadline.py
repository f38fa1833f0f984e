"""When something is due, and when it came, changes what it costs and nothing that was judged."""

import json

import pytest
from class_on_disk import as_json, write
from store_class import WRONG, files, records

import grader.judging
from grader.cli import main
from grader.rubric import load
from grader.rubric_files import judged_by

TEXT = (load.__globals__["_INSTALLED"] / "hw6.yaml").read_text("utf-8")
LATE = "late: {per: day, share: 0.1, zone: America/New_York}\n"
RUBRIC = TEXT.replace("\nproblems:", f"\n{LATE}problems:", 1)
IN_TIME, DAY_LATE, TWO_LATE = (f"2024-04-{day}T23:00:00-04:00" for day in (16, 17, 18))


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "in", {"s1.json": as_json("s1"), "s2.json": as_json("s2", given=WRONG)})
    write(tmp_path / "in", {"a/s3.json": as_json("s3"), "b/s3.json": as_json("s3", given=WRONG)})
    return tmp_path


def graded(*arguments):
    """A run of the command line."""
    with pytest.raises(SystemExit) as ended:
        main(["in", "-r", "hw.yaml", "--times", "times.csv", *arguments])
    assert ended.value.code in {0, 1}


def told(here, rubric=RUBRIC, s1=DAY_LATE, s2=IN_TIME):
    (here / "hw.yaml").write_text(rubric, "utf-8")
    lines = ("id,submitted_at", f"s1,{s1}", f"s2,{s2}", f"s3,{DAY_LATE}")
    (here / "times.csv").write_text("\n".join(lines), "utf-8")


def final(here, student):
    return records(here / "grades")[student]["late"]["final_score"]


CHANGES = {
    "a time": {"s1": TWO_LATE, "s2": DAY_LATE},
    "the deadline": {"rubric": RUBRIC.replace("due: 2024-04-16", "due: 2024-04-17")},
    "the policy": {"rubric": RUBRIC.replace("share: 0.1", "points: 2")},
    "no policy": {"rubric": TEXT, "drop": True},
    "a comment": {"rubric": f"# nothing\n{RUBRIC}"},
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_moves_a_deadline_grades_nothing_again(here, what, monkeypatch):
    told(here)
    graded()
    assert final(here, "s1") == 18
    change = dict(CHANGES[what])
    dropped = change.pop("drop", False)
    told(here, **change)
    if dropped:
        (here / "times.csv").unlink()
    options = ["in", "-r", "hw.yaml", *([] if dropped else ["--times", "times.csv"])]
    with monkeypatch.context() as patch:
        patch.setattr(grader.judging, "grade", None)  # whatever is judged now fails
        patch.setattr("grader.settling.grade", None)
        with pytest.raises(SystemExit):
            main(options)
    with pytest.raises(SystemExit):
        main([*options, "-o", "plain", "--store", "none"])
    assert files(here / "grades") == files(here / "plain")
    assert records(here / "grades")["s1"]["status"] == "graded"


def test_the_page_tells_the_deadline_that_counts_now(here):
    told(here)
    graded()
    page = here / "grades" / "feedback" / "s1.html"
    assert "Handed in late: <b>18</b>" in page.read_text("utf-8")
    told(here, s1=TWO_LATE)
    graded()
    assert "Handed in late: <b>16</b>" in page.read_text("utf-8")
    assert "counted as 2 days" in page.read_text("utf-8")
    told(here, s1=IN_TIME)
    graded()
    assert "late" not in page.read_text("utf-8").partition("<body>")[2]
    assert json.loads((here / "grades/results.jsonl").read_text("utf-8").splitlines()[0])["late"]


SAME = {
    "another deadline": RUBRIC.replace("due: 2024-04-16", "due: 2025-04-16"),
    "no policy": TEXT,
    "a comment": f"{RUBRIC}# more\n",
    "spaces": RUBRIC.replace("title: ", "title:    ", 1),
}
OTHER = {
    "a title": RUBRIC.replace("title: ", "title: A ", 1),
    "what is revealed": RUBRIC.replace("\nproblems:", "\nreveal: values\nproblems:", 1),
    "a given value": RUBRIC.replace("0.4", "0.41", 1),
    "quotes": RUBRIC.replace("assignment: hw6", "assignment: 'hw6'"),
    "late within a problem": RUBRIC.replace("points: 20", "points: 20\n    due: 2024-01-01", 1),
    "no rubric at all": "[",
}


@pytest.mark.parametrize(("text", "is_same"), [(t, True) for t in SAME.values()] + [
    (t, False) for t in OTHER.values()
], ids=[*SAME, *OTHER])  # fmt: skip
def test_what_judging_depends_on(text, is_same):
    digests = {judged_by([("hw.yaml", one.encode())]) for one in (RUBRIC, text)}
    assert (len(digests) == 1) is is_same
    assert judged_by([("a", text.encode()), ("b.py", b"1")]) not in digests
