import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from class_on_disk import (
    ALL,
    UNREADABLE,
    answers,
    as_json,
    as_tidy,
    as_workbook,
    as_zip,
    key,
    results,
    write,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.cli import main

WRITTEN = {"results.jsonl", "gradebook.csv", "gradebook.xlsx", "report.html", "feedback"}
FILES = WRITTEN | {"stepgrade.sqlite", ".stepgrade.lock"}
COMMANDS = ("check", "read", "template", "solve", "explain", "rubric")
TEN_MISTAKES = Path(__file__).parent / "rubrics" / "ten_mistakes.yaml"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder of one's own to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def grade(capsys):
    """Run the command line: exit status, standard output, standard error."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def process(*arguments, **more):
    """Run the command line as a process of its own."""
    command = [sys.executable, "-c", "from grader.cli import main; main()", *map(str, arguments)]
    more = {"capture_output": True, **more}
    return subprocess.run(command, check=False, timeout=300, **more)  # noqa: S603  # our own


def one_sentence(err):
    """Whether an error is told in a sentence, without a traceback."""
    return "Traceback" not in err and err.count("Error: ") == 1


# --- grading a class ----------------------------------------------------------------------------


def test_a_class_that_is_all_graded_exits_0_and_tells_where_it_wrote(grade, here):
    write(here / "subs", {"s1.json": as_json("s1"), "s2.csv": as_tidy("s2")})
    status, out, err = grade("subs", "--jobs", 1)
    assert (status, err) == (0, "")
    assert out.startswith("2 submissions: 2 graded.\n\nWritten to grades\nThe history ends with ")
    assert {path.name for path in (here / "grades").iterdir()} == FILES
    assert {path.name for path in (here / "grades/feedback").iterdir()} == {"s1.html", "s2.html"}


def test_a_class_in_which_some_need_a_person_exits_1_and_names_each(grade, here):
    files = {f"s{n}.json": as_json(f"s{n}", f"Name {n}") for n in range(9)}
    broken = list(UNREADABLE)[:5]
    files |= {f"x{n} {name}": UNREADABLE[name][0] for n, name in enumerate(broken)}
    status, out, _ = grade(write(here / "subs", files))
    assert status == 1
    assert out.startswith("14 submissions: 9 graded, 5 unreadable.\n\nNeeds a person (5):\n")
    for n, name in enumerate(broken):
        assert f"x{n} {name}" in " ".join(out.split())
    assert set(results(here / "grades")) == set(files)


def test_who_is_missing_needs_nobody(grade, here):
    write(here, {"s1.json": as_json("s1"), "roster.csv": "id,level\ns1,4850\ns2,4850\n"})
    status, out, _ = grade("s1.json", "--roster", "roster.csv")
    assert (status, out.splitlines()[0]) == (0, "2 submissions: 1 graded, 1 missing.")


def test_a_bug_of_ours_exits_1_and_its_traceback_is_in_the_log_only(grade, here, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("grader.judging.grade", fail)
    status, out, err = grade(write(here / "subs", {"s1.json": as_json("s1")}))
    assert (status, err) == (1, "")
    assert re.search(r"ungraded +s1, s1\.json: the grader failed on it \(ZeroDivisionError\)", out)
    assert "a bug" in (here / "grades" / "errors.log").read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Usage: grade PATH..."),
        (("none",), "there is no file or folder none."),
        (("s1.json", "none"), "there is no file or folder none."),
        (("chek", "s1.json"), "there is no file or folder chek. Did you mean `grade check`?"),
        (("explian", "s1.json"), "Did you mean `grade explain`?"),
        (("empty",), "empty: no submissions found"),
        (("s1.json", "--rubric", "hw7"), "there is no rubric 'hw7'"),
        (("s1.json", "--rubric", str(TEN_MISTAKES)), "ten_mistakes.yaml, line 3: reveal"),
        (("s1.json", "--roster", "none.csv"), "none.csv"),
        (("s1.json", "--roster", "notes.txt"), "notes.txt"),
        (("s1.json", "--jobs", "0"), "0 is not in the range"),
        (("s1.json", "--jobs", "many"), "many"),
        (("s1.json", "--out", "notes.txt"), "notes.txt"),
        (("s1.json", "--out", "notes.txt/grades"), "notes.txt"),
        (("s1.json", "--colour"), "--colour"),
    ],
)
def test_where_nothing_is_graded_it_exits_2_and_says_why_in_a_sentence(
    grade, here, arguments, told
):
    write(here, {"s1.json": as_json("s1"), "notes.txt": "to do"})
    (here / "empty").mkdir()
    status, out, err = grade(*arguments)
    assert (status, out) == (2, "")
    assert told in err
    assert "Traceback" not in err
    assert not (here / "grades" / "results.jsonl").exists()


def test_options_may_stand_anywhere_and_name_where_things_go(grade, here):
    write(here / "subs", {"s1.json": as_json("s1")})
    status, out, _ = grade("--out", "here/there", "subs", "-j", 2, "-r", "hw6")
    assert (status, out.splitlines()[-2]) == (0, "Written to here/there")
    assert {path.name for path in (here / "here/there").iterdir()} == FILES
    assert not (here / "grades").exists()


@pytest.mark.parametrize("arguments", [("./check",), ("--", "check"), ("-j", "1", "check")])
def test_a_folder_may_be_called_like_a_command(grade, here, arguments):
    write(here / "check", {"s1.json": as_json("s1")})
    assert grade(*arguments)[0] == 0
    assert list(results(here / "grades")) == ["s1.json"]


def test_folders_files_and_zips_are_one_class(grade, here):
    write(here / "subs", {"s1.json": as_json("s1")})
    write(here, {"s2.xlsx": as_workbook("s2"), "more.zip": as_zip({"s3.csv": as_tidy("s3")})})
    status, out, _ = grade("subs", "s2.xlsx", "more.zip", "subs")
    assert (status, out.splitlines()[0]) == (0, "3 submissions: 3 graded.")


def test_what_is_left_out_is_told_on_standard_error(grade, here):
    write(here / "subs", {"s1.json": as_json("s1"), "readme.md": "hello"})
    status, out, err = grade("subs")
    assert (status, err) == (0, "left out: readme.md (a note, not answers)\n")
    assert "readme" not in out


def test_another_rubric_is_another_key(grade, here):
    other = Path(__file__).parent / "rubrics" / "other_given.yaml"
    write(here, {"s1.json": as_json("s1")})
    grade("s1.json", "--rubric", other)
    assert results(here / "grades")["s1.json"]["score"] < 20


def test_without_a_terminal_there_is_no_bar(grade, here):
    write(here, {"s1.json": as_json("s1")})
    assert grade("s1.json")[2] == ""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
def test_on_a_terminal_there_is_a_bar_and_not_a_byte_of_it_on_standard_output(here):
    write(here, {"s1.json": as_json("s1")})
    ours, theirs = os.openpty()
    run = process("s1.json", capture_output=False, stdout=subprocess.PIPE, stderr=theirs)
    os.close(theirs)
    assert (run.returncode, b"Grading" in os.read(ours, 10_000)) == (0, True)
    assert run.stdout.startswith(b"1 submission: 1 graded.\n\nWritten to grades\n")
    os.close(ours)


def test_a_full_disk_is_told_in_a_sentence(grade, here, monkeypatch):
    def refuse(*_arguments):
        raise OSError(28, "No space left on device", "grades/results.jsonl")

    write(here, {"s1.json": as_json("s1")})
    monkeypatch.setattr(os, "replace", refuse)
    status, out, err = grade("s1.json")
    assert (status, out) == (2, "")
    assert err == "Error: grades/results.jsonl: No space left on device\n"


# --- a student's self-check ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "status", "told"),
    [
        ({"a.json": as_json("s1")}, 0, "14 answers: 14 right."),
        ({"a.json": as_json()}, 0, "14 answers: 14 right."),
        ({"a.csv": as_tidy("s1")}, 0, "14 answers: 14 right."),
        ({"a.xlsx": as_workbook("s1")}, 0, "14 answers: 14 right."),
        ({"a.json": as_json("s1", given={"gan.p": "0.999996"})}, 0, "1 answer: 1 right;"),
        ({"a.json": as_json("s1", given={"gan.p": "0.5"})}, 1, "not right yet"),
        ({"a.json": as_json("s1", given={"gan.p": "a lot"})}, 1, "could not be read"),
        *(({name: text}, 2, told) for name, (text, told) in UNREADABLE.items()),
    ],
)
def test_check_exits_0_if_all_is_right_1_if_not_2_if_it_cannot_be_read(
    grade, here, files, status, told
):
    write(here, files)
    (name,) = files
    code, out, err = grade("check", name)
    assert (code, err) == (status, "")
    assert told in " ".join(out.split())


def test_check_writes_no_file(grade, here):
    write(here, {"a.json": as_json("s1")})
    grade("check", "a.json")
    assert [path.name for path in here.iterdir()] == ["a.json"]


def test_check_of_a_file_that_is_not_there_exits_2(grade):
    status, out, err = grade("check", "a.json")
    assert (status, out) == (2, "")
    assert "a.json" in err


def test_check_as_json_says_what_the_text_says(grade, here):
    write(here, {"a.json": as_json("s1", given={**answers(), "gan.p": "0.5"}), "b.json": "{"})
    status, out, _ = grade("check", "a.json", "--json")
    told = json.loads(out)
    assert (status, told["status"]) == (1, "graded")
    verdicts = {item["quantity"]: item["verdict"] for item in told["items"]}
    assert (verdicts["gan.m"], verdicts["gan.p"]) == ("correct", "incorrect")
    status, out, _ = grade("check", "b.json", "--json")
    assert (status, json.loads(out)["status"]) == (2, "unreadable")


def shown(value):
    """A right value as a program may print it."""
    value = float(value)
    forms = [f"{value:.{n}f}" for n in (3, 4, 5, 6)] + [f"{value:.{n}g}" for n in (3, 4, 5, 6, 17)]
    forms += [f"{value:.{n}e}" for n in (2, 3, 4, 5)] + [repr(value)]
    signed = {form.removeprefix("-") for form in forms}
    return {form for form in signed if len(form.strip("0.").replace(".", "")) >= 3}


RIGHT = {
    form
    for objective in ("maximize_log_p", "minimize_nll")
    for deconv in ("cross_correlation", "transposed")
    for quantity in key(objective=objective, deconv=deconv).values()
    for value in np.ravel(quantity)
    for form in shown(value)
}


def told_numbers(text):
    return set(re.findall(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?", text))


@pytest.mark.parametrize("option", [(), ("--json",)])
@given(data=st.data())
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_check_never_tells_a_right_value(grade, here, option, data):
    """Whatever a student got wrong, no number is told that is right and not the student's own."""
    names = data.draw(st.lists(st.sampled_from(ALL), min_size=1, unique=True))
    spoilt = data.draw(st.sets(st.sampled_from(names), min_size=1))
    factor = data.draw(st.sampled_from([-1, 0, 2, 0.5, 1.1, 7]))
    wrong = {
        f"gan.{name}": np.vectorize(lambda v: f"{factor * v:.6g}")(key()[name]).tolist()
        for name in spoilt
    }
    text = as_json("s1", given={**answers(names), **wrong})
    write(here, {"a.json": text})
    status, out, _ = grade("check", "a.json", *option)
    assert status in (0, 1)
    assert not (told_numbers(out) & RIGHT) - told_numbers(text)


# --- why ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "quantity", ["gan.h0", "h0", "h_0", "Q1 h0", "H0", "gan.grad_w1", "grad w1", "dJ/dw1", "∇w1"]
)
def test_explain_takes_a_quantity_as_people_write_it(grade, here, quantity):
    write(here, {"a.json": as_json("s1")})
    status, out, err = grade("explain", "a.json", quantity)
    assert (status, err) == (0, "")
    name = "h0" if "0" in quantity else "grad_w1"
    assert f"gan.{name}: " in out
    assert "gan.h2: " not in out


@pytest.mark.parametrize("command", ["explain", "solve"])
def test_a_quantity_that_there_is_not_exits_2_with_what_may_be_meant(grade, here, command):
    write(here, {"a.json": as_json("s1")})
    status, out, err = grade(command, *(["a.json"] if command == "explain" else []), "gradw9")
    assert (status, out) == (2, "")
    assert "did you mean gan.grad_w" in err
    assert one_sentence(err)


def test_explain_shows_expected_obtained_and_difference_and_where_it_went_wrong(grade, here):
    given_h0 = ["0.38", "1.14", *answers()["gan.h0"][2:]]
    write(here, {"a.json": as_json("s1", given={**answers(), "gan.h0": given_h0})})
    status, out, _ = grade("explain", "a.json", "h0")
    assert status == 0
    assert re.search(r"^  1 +1\.4 +1\.14 +-0\.26 +wrong$", out, re.MULTILINE)
    assert "First step that went wrong: gan.h0" in out
    status, out, _ = grade("explain", "a.json", "h0", "--json")
    told = json.loads(out)
    assert told["first_wrong"]["gan"] == "gan.h0"
    entry = told["items"][0]["entries"][1]
    assert (entry["expected"], entry["obtained"]) == (pytest.approx(1.4), 1.14)


@pytest.mark.parametrize("option", [(), ("--json",)])
def test_explain_of_a_file_that_cannot_be_read_exits_2_with_the_reason(grade, here, option):
    write(here, {"a.json": "{"})
    status, out, err = grade("explain", "a.json", "h0", *option)
    assert (status, err) == (2, "")
    assert "a.json, line 1" in out


# --- for those who set it -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["answers.xlsx", "a.csv", "a.json", "deep/A.JSON"])
def test_a_template_is_written_told_and_read_back(grade, here, name):
    status, out, err = grade("template", "-o", name)
    assert (status, out, err) == (0, f"wrote {name}\n", "")
    status, _, _ = grade("check", name)
    assert (here / name).stat().st_size > 100
    assert status in (1, 2)  # nothing is answered yet


def test_a_template_is_a_workbook_where_nothing_is_said(grade, here):
    assert grade("template")[:2] == (0, "wrote answers.xlsx\n")
    assert (here / "answers.xlsx").read_bytes().startswith(b"PK")


def test_a_template_is_never_written_over_answers_unless_forced(grade, here):
    write(here, {"answers.xlsx": "mine"})
    status, _, err = grade("template")
    assert status == 2
    assert "--force" in err
    assert (here / "answers.xlsx").read_text() == "mine"
    assert grade("template", "--force")[0] == 0
    assert (here / "answers.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize("name", ["a.docx", "a", "a.xls"])
def test_a_template_of_another_kind_is_refused_with_those_that_there_are(grade, here, name):
    status, _, err = grade("template", "-o", name)
    assert status == 2
    assert ".xlsx, .csv, .json" in err
    assert not (here / name).exists()


def test_solve_prints_every_value_with_its_formula(grade):
    status, out, _ = grade("solve")
    assert status == 0
    assert re.search(r"^gan\.m = .*\n +12\.402$", out, re.MULTILINE)
    assert re.search(r"^autoencoder\.grad_W2 = ", out, re.MULTILINE)


def test_solve_writes_formulas_in_terms_of_quantities(grade):
    lines = grade("solve", "autoencoder.grad_xp", "autoencoder.grad_W2", "autoencoder.grad_W1")[1]
    assert lines.split("\n\n") == [
        "autoencoder.grad_xp = -(2 * (x - xp))",
        "autoencoder.grad_W2 = h @ grad_z2.T",
        "autoencoder.grad_W1 = x @ grad_z1.T\n",
    ]


def test_solve_prints_some_values_as_json_under_another_convention(grade):
    def values(*arguments):
        return json.loads(grade("solve", "grad_p", "m", "--json", *arguments)[1])

    by_key, other = values(), values("--convention", "objective=minimize_nll")
    assert set(by_key) == {"gan.grad_p", "gan.m"}
    assert other["gan.grad_p"] == -by_key["gan.grad_p"]
    assert other["gan.m"] == by_key["gan.m"] == pytest.approx(12.402)


@pytest.mark.parametrize("convention", ["objective", "objective=x", "x=y", "objective=maximise"])
def test_solve_refuses_a_convention_that_there_is_not(grade, convention):
    status, _, err = grade("solve", "-c", convention)
    assert status == 2
    assert "objective=maximize_log_p or minimize_nll" in err


def test_a_good_rubric_is_told_in_words(grade):
    status, out, _ = grade("rubric", "hw6")
    assert (status, out.splitlines()[0]) == (
        0,
        "hw6: ECSE 4850/6850 Introduction to Deep Learning, Assignment 6",
    )
    assert grade("rubric", Path("rubrics") / "none.yaml")[0] == 2


def test_of_a_rubric_with_ten_mistakes_each_is_told_with_its_line(grade):
    status, out, err = grade("rubric", TEN_MISTAKES)
    assert (status, out) == (2, "")
    assert len(re.findall(r"ten_mistakes\.yaml, line \d+: ", err)) == 10


# --- the command line itself --------------------------------------------------------------------


@pytest.mark.parametrize("command", [(), ("PATH...",), *((name,) for name in COMMANDS)])
def test_help_has_an_example_and_fits_into_80_columns(grade, command):
    status, out, _ = grade(*command, "--help")
    assert status == 0
    assert re.search(r"Examples?:\n +grade ", out)
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_in_help_are_commands_that_there_are(grade, command):
    assert f"\n    grade {command} " in grade(command, "--help")[1]


def test_the_version_is_told(grade):
    assert re.fullmatch(r"grade, version \d+\.\d+\.\d+\n", grade("--version")[1])


@pytest.mark.parametrize(
    ("environment", "arguments"),
    [
        ({"LC_ALL": "C", "PYTHONUTF8": "0"}, ("check", "é.json")),
        ({"PYTHONIOENCODING": "ascii"}, ("check", "é.json")),
        ({"PYTHONIOENCODING": "ascii"}, ("check", "é.json", "--json")),
        ({"PYTHONIOENCODING": "ascii"}, ("explain", "é.json")),
        ({"PYTHONIOENCODING": "ascii"}, ("é.json",)),
        ({"PYTHONIOENCODING": "latin-1", "NO_COLOR": "1", "TERM": "dumb"}, ("check", "é.json")),
    ],
)
def test_a_name_that_the_terminal_cannot_show_breaks_nothing(here, environment, arguments):
    write(here, {"é.json": as_json("s1", "Zoë ∇ Łuk", given={**answers(), "gan.p": "0.5"})})
    run = process(*arguments, env={**os.environ, **environment})
    assert b"Traceback" not in run.stderr
    assert b"\x1b[" not in run.stdout
    assert run.returncode == (1 if arguments[0] == "check" else 0)
    if "--json" in arguments:
        assert json.loads(run.stdout)["student"]["name"] == "Zoë ∇ Łuk"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX pipes")
@pytest.mark.parametrize(
    ("arguments", "status"), [(("solve",), 0), (("check", "a.json"), 1), (("a.json",), 0)]
)
def test_a_reader_who_has_seen_enough_changes_nothing(here, arguments, status):
    write(here, {"a.json": as_json("s1", given={**answers(), "gan.p": "0.5"})})
    reading, writing = os.pipe()
    os.close(reading)
    run = process(*arguments, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (run.returncode, run.stderr) == (status, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_output_that_cannot_be_written_is_told_in_a_sentence():
    buffered = {**os.environ, "PYTHONUNBUFFERED": ""}  # or nothing is left to print at the end
    with Path("/dev/full").open("wb") as full:
        more = {"stdout": full, "stderr": subprocess.PIPE, "env": buffered}
        run = process("--help", capture_output=False, **more)
    assert (run.returncode, run.stderr) == (2, b"Error: No space left on device\n")


SLOW = """
import os, signal, sys, time
import grader.judging
signal.signal(signal.SIGINT, signal.default_int_handler)  # in any job
sound = grader.judging.read

def at_it():
    os.write(1, b"at it" + bytes([10]))  # in one piece, whoever else writes

def read(data, name, rubric):
    if name == "s2.json":
        at_it()
        time.sleep(600)
    return sound(data, name, rubric)

grader.judging.read = read
if sys.argv[1] == "late":  # the other process is not there yet when the signal comes
    os.register_at_fork(after_in_child=lambda: at_it() or time.sleep(1))
from grader.cli import main
sys.argv[1:] = ["subs", "-j", "2"]
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("when", ["working", "late"])
@pytest.mark.parametrize(
    ("number", "everybody", "status"),
    [
        (signal.SIGINT, True, 130),  # as the terminal does, to every process
        (signal.SIGINT, False, 130),
        (signal.SIGTERM, True, 143),
        (signal.SIGTERM, False, 143),
    ],
)
def test_a_signal_ends_it_at_once_and_leaves_no_half_file(here, when, number, everybody, status):
    write(here / "subs", {f"s{n}.json": as_json(f"s{n}") for n in range(4)})
    run = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-c", SLOW, when],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert run.stdout.readline() == b"at it\n"
    time.sleep(0.3)
    (os.killpg if everybody else os.kill)(run.pid, number)
    _, err = run.communicate(timeout=60)  # ten minutes are left to sleep
    assert (run.returncode, err.strip()) == (status, b"Stopped.")
    left = {path.name for path in (here / "grades").rglob("*") if path.is_file()}
    assert left == FILES - WRITTEN


def test_a_bug_in_the_command_line_is_not_hidden(monkeypatch):
    def fail(_source):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("grader.rubric.load", fail)
    with pytest.raises(ZeroDivisionError):
        main(["solve"])


def test_a_self_check_loads_only_what_it_uses(here):
    write(here, {"a.json": as_json("s1")})
    code = (
        "import sys\nfrom grader.cli import main\n"
        "try: main(['check', 'a.json'])\n"
        "except SystemExit: print(*sys.modules, file=sys.stderr)\n"
    )
    run = subprocess.run(  # noqa: S603  # our own program
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert "14 right" in run.stdout
    heavy = {"pandas", "openpyxl", "sympy", "matplotlib", "jinja2", "python_calamine", "xlsxwriter"}
    needless = {"multiprocessing", "tempfile", "difflib", "importlib.resources", "zipfile", "csv"}
    ours = {"grader.batch", "grader.identity", "grader.notation.grammar", "grader.readers.xlsx"}
    assert not (heavy | needless | ours) & set(run.stderr.split())


def test_the_summary_names_a_file_once(grade, here):
    write(here / "subs", {"s1.json": "{"})
    out = " ".join(grade("subs")[1].split())
    assert "unreadable s1, s1.json, line 1: it is no complete JSON" in out
