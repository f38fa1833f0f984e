"""The digest that the history ends with, noted down elsewhere, shows a cut-off end."""

import re

import pytest
from store_class import three

from grader.cli import main
from grader.store.database import FILE, opened


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    three(tmp_path)
    return tmp_path


@pytest.fixture
def grade(capsys):
    """Run the command line: exit status and standard output."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        return ended.value.code, capsys.readouterr().out

    return run


def noted(out):
    """What a person would write down."""
    return re.search(r"^The history ends with ([0-9a-f]{16}) ", out, re.MULTILINE)[1]


def test_what_was_noted_down_is_found_again(grade):
    head = noted(grade("in")[1])
    status, out = grade("verify", "--head", head)
    assert (status, out.splitlines()[1]) == (0, f"{head} is there, with 0 entries since")
    grade("override", "s3", "gan.h0", "1", "--reason", "seen on paper")
    assert "with 1 entry since" in grade("verify", "--head", head.upper())[1]
    assert noted(grade("in")[1]) != head


def test_a_cut_off_end_is_seen_only_by_what_was_noted_down(here, grade):
    grade("in")
    grade("override", "s3", "gan.h0", "1", "--reason", "seen on paper")
    head = noted(grade("in")[1])
    with opened(str(here / "grades" / FILE)).transaction() as session:
        session.run("DELETE FROM history WHERE number > 4")
        session.run("DELETE FROM overrides")
        session.run("DELETE FROM results WHERE run = 2")
        session.run("DELETE FROM runs WHERE id = 2")
    assert grade("verify")[0] == 0
    status, out = grade("verify", "--head", head)
    assert (status, out.startswith(f"no entry has the digest {head}")) == (1, True)


def test_a_damaged_decision_is_told_and_no_crash(here, grade):
    grade("in")
    grade("override", "s3", "gan.h0", "1", "--reason", "seen on paper")
    grade("in")
    entry = '{"what": "override", "student": "s3", "override": {"item": "gan.h0"}}'
    with opened(str(here / "grades" / FILE)).transaction() as session:
        session.run("UPDATE history SET entry = :entry WHERE number = 5", entry=entry)
    assert "damaged; `grade verify` tells more" in grade("history", "s3")[1]
    assert grade("explain", "s3")[0] == 2
    assert "verify" in grade("in")[1]
    assert grade("verify")[0] == 1


@pytest.mark.parametrize("head", ["", "abc", "x" * 16, "0" * 65, "%" * 16])
def test_what_is_no_digest_is_refused(grade, head):
    grade("in")
    assert grade("verify", "--head", head)[0] == 2


def test_without_a_store_nothing_is_told(grade):
    assert "history" not in grade("in", "--store", "none")[1]


@pytest.mark.parametrize(
    "entry", ["[" * 100_000, '{"what": "run", "student": ""}', '{"what": "run", "run": [1]}']
)
def test_a_damaged_entry_is_named_and_no_crash(here, grade, entry):
    grade("in")
    with opened(str(here / "grades" / FILE)).transaction() as session:
        session.run("UPDATE history SET entry = :entry WHERE number = 4", entry=entry)
    assert grade("verify")[:2] == (
        1,
        "entry 4 of the history was changed\nrun 1 is not in the history\n",
    )
    assert grade("history", "s3")[0] == 0
