"""A stored result is decided again from the stored bytes, and explained."""

import json
import shutil

import pytest
from class_on_disk import as_json, write
from store_class import WRONG, three

from grader.cli import main
from grader.rubric import located
from grader.store.database import FILE, opened

ROSTER = "id,name,level\ns1,A,4850\ns2,B,4850\ns3,C,6850\ns4,D,4850\ns5,E,4850\n"
SAME = "to the byte the result that was kept."


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    three(tmp_path)
    write(tmp_path, {"roster.csv": ROSTER})
    write(tmp_path / "in", {"s5.json": "{"})
    return tmp_path


@pytest.fixture
def grade(capsys):
    """Run the command line: exit status, standard output, standard error."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


@pytest.mark.parametrize("student", ["s1", "s2", "s3", "s4", "s5"])
def test_the_stored_result_comes_out_again(here, grade, student):
    grade("in", "--roster", "roster.csv")
    shutil.rmtree(here / "in")
    status, out, _ = grade("explain", student)
    assert (status, out.rstrip().endswith(SAME)) == (0, True)


def test_what_persons_decided_is_part_of_it(here, grade):
    late = "late: {per: day, share: 0.1, zone: America/New_York}\n"
    text = located("hw6").read_text("utf-8").replace("\nproblems:", f"\n{late}problems:", 1)
    rows = "".join(f"s{n},2024-04-18T12:00:00-04:00\n" for n in (1, 2, 3))
    write(here, {"hw.yaml": text, "t.csv": f"id,submitted_at\n{rows}"})
    run = ("in", "--rubric", "hw.yaml", "--times", "t.csv")
    grade(*run)
    why = ("--reason", "seen on paper")
    grade("override", "s3", "gan.h0", "1", *why)
    grade("override", "s3", "gan.h1", "1", *why)
    grade("override", "s3", "gan.h1", "--withdraw")
    grade("extend", "s2", "--days", "1", *why)
    grade("excuse", "s1", *why)
    grade(*run)
    for student in ("s1", "s2", "s3"):
        status, out, _ = grade("explain", student)
        assert (status, out.rstrip().endswith(SAME)) == (0, True), out
    grade("override", "s3", "gan.h2", "0", *why)
    assert grade("explain", "s3")[0] == 0


def test_beside_a_submission_that_says_of_nobody_whose_it_is(here, grade):
    write(here / "in", {"answers.json": json.dumps({"answers": {"gan.h0": [0] * 8}})})
    (here / "in").rename(here / "hw6")  # or the folder's name would be taken for an id
    grade("hw6", "--roster", "roster.csv")
    status, out, _ = grade("explain", "s1")
    assert (status, out.rstrip().endswith(SAME)) == (0, True), out
    assert grade("bundle", "s1")[0] == 0


def test_one_quantity_and_json(grade):
    grade("in")
    status, out, _ = grade("explain", "s3", "h0", "--json")
    told = json.loads(out)
    assert (status, told["replay"]) == (0, {"run": 1, "same": True, "why": []})
    assert "gan.h0" in out
    assert grade("explain", "s3", "nonsense")[0] == 2


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE runs SET program = 'old'", "it was decided by the program old, and this is"),
        ("UPDATE runs SET reference_digest = 'old'", "the installed right answers are others now"),
        ("SELECT 1", "the same program comes to something else: what was kept was changed"),
    ],
)
def test_why_it_is_another_is_told(here, grade, statement, why):
    grade("in")
    write(here / "two", {"s1.json": as_json("s1", given=WRONG)})
    grade("two", "-o", "other", "--store", str(here / "grades" / FILE))
    with opened(str(here / "grades" / FILE)).transaction() as session:
        session.run(statement)
        session.run(
            "UPDATE results SET record = (SELECT record FROM results WHERE run = 1 AND "
            "student = 's1') WHERE run = 2"
        )
    status, out, _ = grade("explain", "s1")
    assert status == 1
    assert "not the result that was kept:" in out
    assert f"  {why}" in out
    assert "score was 20.0 and is" in out


def test_who_is_not_known_is_told(grade):
    assert "there is no file s9, and no store in grades" in grade("explain", "s9")[2]
    grade("in")
    assert "nothing is known of a student 's9'" in grade("explain", "s9")[2]
