"""What a run was made of is kept whole: from the store alone the same results come out."""

import dataclasses
import json
import shutil

import pytest
from class_on_disk import as_json, as_tidy, as_zip, write
from store_class import WRONG

from grader.batch import grade_collected
from grader.cli import main
from grader.gradebook.table import in_order
from grader.handin import HandIn, Ignored, Listed, Problem, Submitter
from grader.identity import Identity
from grader.model import GraderError, Student, Team
from grader.reports.record import line
from grader.rubric import located
from grader.store.database import FILE, opened
from grader.store.inputs import Inputs, Kept, Piece, parsed, written
from grader.store.replay import laid_out, same_rubric
from grader.store.runs import last_run
from grader.terms import terms

TABLE = "id,name,level,gan.p,gan.m\ns5,E,4850,0.999996,12.402\ns6,F,6850,0.9,1\n"
ROSTER = "id,name,level\n" + "".join(f"s{n},Student {n},4850\n" for n in range(1, 12))
MESS = {
    "s1.json": as_json("s1"),
    "doe_123_456_s2.csv": as_tidy("s2", given=WRONG),
    "b/s7.json": as_json("s7"),
    "c/s7.json": as_json("s7", given=WRONG),
    "class.csv": TABLE,
    "nobody.json": as_json("zzz"),
    "x1.json": "{",
    "x2.xlsx": b"",
    "z.zip": as_zip({"s8.json": as_json("s8"), "../s9.json": "{}"}),
    "readme.txt": "a note",
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def database(here):
    return str(here / "grades" / FILE)


@pytest.fixture
def grade():
    """Run the command line: its exit status."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        return ended.value.code

    return run


def replayed(database, folder, copy=None):
    """The lines of the last run's results, from the store alone."""
    with opened(database).transaction() as session:
        inputs = parsed(session.content(last_run(session).inputs))
        laid = laid_out(inputs, session.content, folder)
        rubric = same_rubric(inputs, session.content, folder, copy)
    batch = grade_collected(laid.found, terms(rubric, laid.roster, laid.times), jobs=1)
    return [line(report) for report in in_order(batch.reports)]


@pytest.mark.parametrize("roster", [(), ("--roster", "roster.csv")])
def test_from_the_store_alone_the_same_results_come_out(here, grade, database, roster, tmp_path):
    write(here / "in", MESS)
    write(here, {"roster.csv": ROSTER})
    assert grade("in", *roster) == 1
    told = (here / "grades" / "results.jsonl").read_text("utf-8").splitlines()
    shutil.rmtree(here / "in")
    folder = tmp_path / "again"
    folder.mkdir()
    assert replayed(database, folder) == told


def test_times_and_a_late_policy_are_kept(here, grade, database, tmp_path):
    write(here / "in", {"s1.json": as_json("s1")})
    text = located("hw6").read_text("utf-8")
    late = "late: {per: day, share: 0.1, zone: America/New_York}\n"
    write(here, {"hw.yaml": text.replace("\nproblems:", f"\n{late}problems:", 1)})
    write(here, {"t.csv": "id,submitted_at\ns1,2024-04-18T00:00:00-04:00\n"})
    assert grade("in", "-r", "hw.yaml", "--times", "t.csv") == 0
    told = (here / "grades" / "results.jsonl").read_text("utf-8").splitlines()
    assert json.loads(told[0])["late"]["units"] == 2
    folder = tmp_path / "again"
    folder.mkdir()
    assert replayed(database, folder) == told


CODE = "from reference.gan import PROBLEM\n"


def test_code_is_never_run_out_of_a_store(here, grade, database, tmp_path):
    write(here / "in", {"s1.json": as_json("s1")})
    text = located("hw6").read_text("utf-8").replace("reference: gan ", "reference: own.py ")
    write(here, {"hw.yaml": text, "own.py": CODE})
    assert grade("in", "-r", "hw.yaml") == 0
    told = (here / "grades" / "results.jsonl").read_text("utf-8").splitlines()
    folder = tmp_path / "again"
    folder.mkdir()
    with pytest.raises(GraderError, match=r"Python code \(own.py\), which is never run from"):
        replayed(database, folder)
    assert replayed(database, folder, here / "hw.yaml") == told
    write(here, {"own.py": f"{CODE}# another\n"})
    with pytest.raises(GraderError, match="is not the rubric that was used"):
        replayed(database, folder, here / "hw.yaml")


def test_bytes_that_are_gone_are_told(here, grade, database, tmp_path):
    write(here / "in", {"s1.json": as_json("s1")})
    grade("in")
    with opened(database).transaction() as session:
        session.run("DELETE FROM contents WHERE digest IN (SELECT digest FROM submissions)")
    with pytest.raises(GraderError, match=r"the bytes of s1\.json are not there as they were"):
        replayed(database, tmp_path)


# --- as text ------------------------------------------------------------------------------------

WHOSE = Identity("s1", "Doe, Jane", team=Team("A", (Student("s1"), Student("s2"))), attempt=(1, 2))
LISTED = Listed("submission_metadata.yml", (Submitter("s1", "Doe, Jane"),), "2024-04-16T23:59:00")
WHOLE = Inputs(
    rubric=(Kept("hw6.yaml", "ab"),),
    roster=Kept("roster.csv", "cd"),
    pieces=(Piece("s1.json", ("s1.json",), "ef", "", LISTED, WHOSE), Piece("x", (), reason="no")),
    ignored=(Ignored("readme.txt", "a note"),),
    made=(("s1.json",), ("x",)),
)


def test_what_a_run_was_made_of_comes_back_from_text():
    assert parsed(written(WHOLE)) == WHOLE
    assert WHOLE.of(0).pieces == WHOLE.pieces[:1]


@pytest.mark.parametrize("kind", [HandIn, Problem])
def test_all_that_tells_of_a_hand_in_is_kept(kind):
    names = {field.name for field in dataclasses.fields(kind)}
    assert names - {"path", "members"} <= {field.name for field in dataclasses.fields(Piece)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"pieces": {}}',
        '{"pieces": [1]}',
        '{"pieces": [{"name": "a"}]}',
        '{"pieces": [{"name": "a", "parts": [1]}]}',
        '{"pieces": [{"name": "a", "parts": [], "whose": {"late": "no"}}]}',
        '{"ignored": [{"name": "a", "reason": "b", "content": {"name": "a", "path": "/etc"}}]}',
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="cannot be read"):
        parsed(text)
