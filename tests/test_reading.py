"""What was understood of a submission and how sure that is; and the command that shows it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from class_on_disk import UNREADABLE, as_json, as_tidy, write
from core_samples import PLACE, TYPO, answers, by_entry, listed, rubric
from hypothesis import given, settings
from hypothesis import strategies as st

import grader
from grader import terminal, working
from grader.cli import main
from grader.fault import Fault, fault_of
from grader.model import Answer, Formula, Grid, Place, QuantityKey, Remark, Unreadable
from grader.readers import read
from grader.reading import Confidence, Expressed, Numbers, understood
from grader.working import Refused

CERTAIN, CHOSEN, NOT_READ = Confidence.CERTAIN, Confidence.CHOSEN, Confidence.NOT_READ
EIGHT = [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]
SQUARE = [EIGHT[:4], EIGHT[4:], EIGHT[:4], EIGHT[4:]]


def told(sheet, level="6850", **conventions):
    return understood(answers(sheet, level, **conventions), rubric())


def one(response, quantity="gan.h0", **conventions):
    """The reading of one answer."""
    (reading,) = told({quantity: response}, **conventions).readings
    return reading


# --- how sure -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "response", "confidence", "note"),
    [
        ("gan.h0", EIGHT, CERTAIN, ""),
        ("gan.h0", [[value] for value in EIGHT], CERTAIN, ""),
        ("gan.h2", SQUARE, CERTAIN, ""),  # the transpose fits, but so it stands
        ("gan.h2", [*EIGHT, *EIGHT], CHOSEN, "written as one row of numbers, and other orders"),
        ("gan.grad_w0", [EIGHT, EIGHT], CERTAIN, "It is written transposed."),
        ("gan.m", "1/3 + 2", CERTAIN, "a formula without names"),
        ("gan.m", 2.0, CERTAIN, ""),
        ("gan.h0", listed(EIGHT), CERTAIN, "counted from 0."),
        ("gan.h0", listed(EIGHT, base=1), CERTAIN, "counted from 1."),
        ("gan.h0", by_entry({(3,): "0.5"}), CHOSEN, "from 0 or from 1: they are shown as"),
        ("autoencoder.grad_xp", "-2*(x - x')", CERTAIN, ""),
        ("gan.grad_p", "-1/p", CERTAIN, ""),
    ],
)
def test_an_answer_that_was_read_is_certain_or_chosen(quantity, response, confidence, note):
    reading = one(response, quantity)
    assert (reading.confidence, reading.fault) == (confidence, None)
    assert reading.taken is not None
    assert note in " ".join(reading.notes)
    assert bool(reading.notes) == bool(note)


@pytest.mark.parametrize(
    ("quantity", "response", "reason"),
    [
        ("gan.h0", [*EIGHT, 9.5], "expected a list of 8, received a list of 9"),
        ("gan.h0", "w0 @ z + b0", "expected numbers, found a formula"),
        ("gan.h0", Unreadable("~~", "it is smudged", PLACE), "it is smudged"),
        ("gan.h0", by_entry({(9,): "1"}), "an index does not fit its shape a list of 8"),
        ("autoencoder.grad_xp", "-2*(x - q)", "q is not "),
        ("autoencoder.grad_xp", "-2*(x - xp", "never closed"),
        ("autoencoder.grad_xp", 2.0, "no values are given for the symbols"),
    ],
)
def test_an_answer_that_was_not_read_has_its_reason_without_its_place(quantity, response, reason):
    reading = one(response, quantity)
    assert (reading.confidence, reading.taken) == (NOT_READ, None)
    assert reason in reading.fault.message
    assert str(PLACE) not in reading.fault.message


def test_a_formula_whose_reading_took_a_decision_is_chosen(monkeypatch):
    as_read = working._symbolic

    def decided(*arguments):
        return replace(as_read(*arguments), notes=("2 h means 2 * h here.",))

    monkeypatch.setattr(working, "_symbolic", decided)
    reading = one("-2*(x - xp)", "autoencoder.grad_xp")
    assert (reading.confidence, reading.notes) == (CHOSEN, ("2 h means 2 * h here.",))


def test_what_is_empty_is_no_answer_and_told_as_not_found():
    submission = told({"gan.h0": Grid((0,), ()), "gan.h2": SQUARE})
    gan, autoencoder = submission.problems
    assert [reading.answer.quantity for reading in gan.readings] == ["h2"]
    assert gan.absent == ("h0", "h1", "grad_H2", "grad_w1", "grad_h0", "grad_w0")
    assert (autoencoder.readings, len(autoencoder.absent)) == ((), 4)


@pytest.mark.parametrize(
    ("level", "sheet", "names"),
    [
        ("4850", {"gan.h0": EIGHT}, ["gan"]),
        ("6850", {"gan.h0": EIGHT}, ["gan", "autoencoder"]),
        ("", {"gan.h0": EIGHT}, ["gan"]),
        ("4850", {"autoencoder.grad_xp": "x"}, ["gan", "autoencoder"]),
    ],
)
def test_a_problem_for_others_is_told_only_where_it_was_answered(level, sheet, names):
    problems = told(sheet, level).problems
    assert [problem.name for problem in problems] == names


def test_answers_stand_in_working_order():
    sheet = {"gan.m": 1.0, "gan.h2": SQUARE, "gan.h0": EIGHT}
    assert [r.answer.quantity for r in told(sheet).readings] == ["h0", "h2", "m"]


# --- numbers ------------------------------------------------------------------------------------


def test_numbers_are_taken_in_the_quantitys_shape():
    rows = [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [-1.0, -2.0, -3.0, -4.0] * 2]
    taken = one(rows, "gan.grad_w0").taken
    assert taken.shape == (8, 2)
    assert [content.value for content in taken.contents][:4] == [1.0, -1.0, 2.0, -2.0]


def test_missing_and_unreadable_entries_keep_their_places():
    taken = one(["0.5", None, TYPO, "1.5", "2", "3", "4", "5"]).taken
    assert taken.missing == ((1,),)
    assert [(index, content.text) for index, content in taken.unread] == [((2,), TYPO)]


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ([*EIGHT[:6], TYPO, TYPO], "2 of 8 entries could not be read."),
        ([TYPO] * 8, "8 of 8 entries could not be read."),
    ],
)
def test_an_entry_that_is_no_number_makes_it_not_read_and_the_others_are_shown(response, message):
    reading = one(response)
    assert (reading.confidence, reading.fault) == (NOT_READ, Fault(message))
    assert isinstance(reading.taken, Numbers)


def test_an_entry_that_was_not_written_is_missing():
    taken = one(by_entry({(0,): "0.5", (7,): "1.5"})).taken
    assert taken.missing == tuple((k,) for k in range(1, 7))


@pytest.mark.parametrize(
    ("sheet", "conventions", "first", "confidence"),
    [
        ({}, {}, (3,), CHOSEN),
        ({}, {"index_base": "1"}, (2,), CERTAIN),
        ({}, {"index_base": "0"}, (3,), CERTAIN),
        ({"gan.grad_h0": listed(EIGHT, base=1)}, {}, (2,), CERTAIN),
        ({"gan.grad_h0": listed(EIGHT)}, {}, (3,), CERTAIN),
        ({"gan.grad_h0": listed(EIGHT)}, {"index_base": "1"}, (3,), CERTAIN),  # it cannot be
    ],
)
def test_entries_are_counted_as_is_stated_or_as_the_other_answers_are(
    sheet, conventions, first, confidence
):
    reading = told({"gan.h0": by_entry({(3,): "0.5"}), **sheet}, **conventions).readings[0]
    present = set(range(8)) - {index[0] for index in reading.taken.missing}
    assert (tuple(present), reading.confidence) == (first, confidence)


@given(st.lists(st.integers(-99, 99).map(lambda n: f"{n}.25"), min_size=8, max_size=8))
@settings(max_examples=25, deadline=None)
def test_no_number_is_understood_that_was_not_written(texts):
    """Nothing of the key shows, whatever stands there."""
    submission = told({"gan.h0": texts, "gan.h1": texts, "gan.grad_h0": listed(texts, base=1)})
    for reading in submission.readings:
        values = [content.value for content in reading.taken.contents]
        assert values == [float(text) for text in texts]


# --- formulas, faults, remarks ------------------------------------------------------------------


def test_a_formula_is_taken_with_the_problems_names_and_symbols():
    taken = one("-2*(x - x′)", "autoencoder.grad_xp").taken
    assert isinstance(taken, Expressed)
    assert taken.symbols == {"xp": "x'"}


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("answers.json: no", Fault("no")),
        ("answers.json: No.\n    a + §\n        ^", Fault("No.", "a + §", (4, 5))),
        ("answers.json: No.\n    a\n  b b\n    ^^", Fault("No.", "a\n  b b", (0, 2))),
        ("other.json: no\nnor this", Fault("other.json: no nor this")),
    ],
)
def test_a_reason_is_taken_apart(reason, fault):
    answer = Answer(QuantityKey("gan.h0"), "h0", Formula("a", PLACE), PLACE)
    assert fault_of(Refused(answer, reason)) == fault


def test_remarks_on_the_file_are_not_things_that_could_not_be_placed():
    on_file = Remark("is not in UTF-8", Place("a.csv"))
    unplaced = Remark("'h9' is no quantity", Place("a.csv", line=3))
    sheet = replace(answers({"gan.h0": EIGHT}), remarks=(on_file, Remark("late"), unplaced))
    submission = understood(sheet, rubric())
    assert submission.on_the_file == (on_file, Remark("late"))
    assert submission.unplaced == (unplaced,)


@pytest.mark.parametrize(
    ("sheet", "remarks", "complete"),
    [
        ({"gan.h0": EIGHT}, (), True),
        ({"gan.h2": [*EIGHT, *EIGHT]}, (), True),
        ({"gan.h0": EIGHT}, (Remark("is not in UTF-8", Place("a.csv")),), True),
        ({"gan.h0": EIGHT}, (Remark("no quantity", Place("a.csv", line=3)),), False),
        ({"gan.h0": EIGHT[1:]}, (), False),
        ({"gan.h0": [*EIGHT[1:], TYPO]}, (), False),
        ({}, (), False),
    ],
)
def test_a_submission_is_complete_if_all_in_it_was_read_and_placed(sheet, remarks, complete):
    submission = understood(replace(answers(sheet), remarks=remarks), rubric())
    assert submission.is_complete is complete


def test_an_answer_ends_where_its_last_entry_stands():
    (submission,) = read(as_tidy("s1").encode(), "a.csv", rubric())
    first = understood(submission, rubric()).readings[0]
    assert (first.answer.place.line, first.ends.line) == (4, 11)


def test_it_is_public():
    (submission,) = read(as_json("s1").encode(), "a.json", rubric())
    assert grader.understood(submission, rubric()).student.id == "s1"


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """``grade read`` in a folder of its own: exit status, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def read_with(files, *arguments):
        write(tmp_path, files)
        with pytest.raises(SystemExit) as ended:
            main(["read", *arguments])
        return (ended.value.code, *capsys.readouterr())

    return read_with


GOOD = as_json("s1", "Doe, Jane")
TABLE = "id,name,gan.m,gan.p\ns1,A,1,2\nS2,B,3,4\n"


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        ({"a.json": GOOD}, 0, "14 answers read."),
        ({"a.csv": as_tidy("s1")}, 0, "14 answers read."),
        ({"a.json": as_json("s1", given={"gan.p": "0.5"})}, 0, "1 answer read."),
        ({"a.json": as_json("s1", given={"gan.p": "a lot"})}, 1, "0 answers read, 1 not read."),
        (
            {"a.json": as_json("s1", given={"gan.p": "0.5", "gan.p9": 1})},
            1,
            "1 answer read; 1 thing could not be placed.",
        ),
        *(({name: text}, 2, words) for name, (text, words) in UNREADABLE.items()),
    ],
)
def test_it_exits_0_if_all_was_read_1_if_not_2_if_the_file_cannot_be(run, files, status, words):
    (name,) = files
    code, out, err = run(files, name)
    assert (code, err) == (status, "")
    assert words in " ".join(out.split())


def test_a_file_that_cannot_be_read_is_told_as_json_too(run):
    code, out, _ = run({"a.json": "{"}, "a.json", "--json")
    record = json.loads(out)
    assert (code, record["status"]) == (2, "unreadable")
    assert "line 1" in record["reason"]


@pytest.mark.parametrize(("wanted", "shown"), [((), ["s1", "S2"]), (("--student", "s2"), ["S2"])])
def test_of_a_class_table_all_are_shown_or_one(run, wanted, shown):
    code, out, _ = run({"a.csv": TABLE}, "a.csv", *wanted)
    assert code == 0
    assert [word for word in ("s1", "S2") if f"Student: {word}, " in out] == shown


def test_a_student_who_is_not_in_the_table_exits_2_with_those_who_are(run):
    code, out, err = run({"a.csv": TABLE}, "a.csv", "--student", "s3")
    assert (code, out) == (2, "")
    assert "nobody here is 's3'; there is 's1', 'S2'" in err


def test_a_page_is_written_and_told_and_only_the_summary_is_printed(run, tmp_path):
    code, out, err = run({"a.json": GOOD}, "a.json", "--html", "deep/page.html")
    assert (code, err) == (0, "")
    assert out == "s1, Doe, Jane, level 4850: 14 answers read.\nwrote deep/page.html\n"
    assert (tmp_path / "deep/page.html").read_text("utf-8").startswith("<!DOCTYPE html>")


def test_beside_json_the_page_is_told_on_standard_error(run):
    _, out, err = run({"a.json": GOOD}, "a.json", "--json", "--html", "page.html")
    assert err == "wrote page.html\n"
    assert json.loads(out)["summary"] == "14 answers read."


@pytest.mark.parametrize("name", ["a.json", "page", "page.pdf"])
def test_a_page_is_never_written_over_answers(run, tmp_path, name):
    code, _, err = run({"a.json": GOOD}, "a.json", "--html", name)
    assert code == 2
    assert ".html" in err
    assert (tmp_path / "a.json").read_text("utf-8") == GOOD


def test_without_a_student_block_the_files_name_says_whose_it_is(run):
    _, out, _ = run({"s1234.json": as_json()}, "s1234.json")
    assert "Student: s1234\n" in out


@pytest.mark.parametrize(("is_terminal", "columns"), [(True, 132), (False, 80)])
def test_a_terminal_is_used_as_wide_as_it_is(monkeypatch, is_terminal, columns):
    monkeypatch.setenv("COLUMNS", "132")
    monkeypatch.setattr("sys.stdout.isatty", lambda: is_terminal)
    assert terminal.columns() == columns
