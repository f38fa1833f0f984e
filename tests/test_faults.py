"""What happens to a run from outside: a full disk, a locked folder, odd names, a changed file."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from class_on_disk import answers, as_json, as_zip, results, write

import grader.batch
from grader.cli import main
from grader.files import PARTS
from grader.rubric import load

CODE = "import sys; from grader.cli import main; main(sys.argv[1:])"
FILES = ("results.jsonl", "gradebook.csv", "gradebook.xlsx", "report.html")
WRONG = {**answers(), "gan.h0": ["9"] * 8}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
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


def process(*arguments, before=(), **more):
    command = [*before, sys.executable, "-c", CODE, *map(str, arguments)]
    return subprocess.run(  # noqa: S603  # our own code
        command, capture_output=True, text=True, check=False, timeout=300, **more
    )


def written(out):
    names = [*FILES, *(path.relative_to(out) for path in out.glob("feedback/*.html"))]
    return {str(name): (out / name).read_bytes() for name in names if (out / name).exists()}


# --- the disk -----------------------------------------------------------------------------------


def no_larger_than(size):
    """In a new process: a write beyond so many bytes of a file fails, as on a full disk."""
    import resource  # noqa: PLC0415  # POSIX only

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.fixture(scope="module")
def two_versions(tmp_path_factory):
    """A class graded, and graded again after everybody handed in something else."""
    folder = tmp_path_factory.mktemp("versions")
    write(folder / "old", {"s1.json": as_json("s1", given=WRONG), "s2.json": as_json("s2")})
    write(folder / "new", {"s1.json": as_json("s1"), "s2.json": as_json("s2", given=WRONG)})
    for name in ("old", "new"):
        assert process(name, "-o", f"{name}_out", cwd=folder).returncode == 0
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
@pytest.mark.parametrize(
    ("size", "store"),
    [
        (0, ()),
        (2_000, ()),
        (30_000, ()),
        (70_000, ()),
        (2_000, ("--store", "none")),
        (70_000, ("--store", "none")),
    ],
)
def test_on_a_full_disk_every_file_is_the_old_one_or_the_new_one(here, two_versions, size, store):
    """At each size another file is the first that does not fit."""
    shutil.copytree(two_versions / "new", here / "new")
    shutil.copytree(two_versions / "old_out", here / "out")
    before, after = (written(two_versions / name) for name in ("old_out", "new_out"))
    run = process("new", "-o", "out", *store, preexec_fn=lambda: no_larger_than(size))
    assert run.returncode in {1, 2}
    assert run.stderr.startswith(("Error: ", "Warning: "))
    assert re.search("too large|disk|full|database", run.stderr)
    assert "Traceback" not in run.stderr
    found = written(here / "out")
    assert found.keys() == before.keys()
    assert set(found.items()) <= {*before.items(), *after.items()}
    assert not [*(here / "out").rglob(PARTS)]
    assert process("new", "-o", "out", *store).returncode == 0
    assert written(here / "out") == after


@pytest.fixture
def powerless():
    """Run a command with no more rights than a file's permissions give, also as root."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    before = ("setpriv", "--bounding-set", "-all", "--inh-caps", "-all") if root else ()
    if root and (shutil.which("setpriv") is None or process("--version", before=before).returncode):
        pytest.skip("root cannot give its rights away here")

    def run(*arguments):
        return process(*arguments, before=before)

    return run


def permitted(folder, *, writing):
    for path in [*folder.rglob("*"), folder]:
        path.chmod((0o755 if path.is_dir() else 0o644) if writing else 0o555)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
@pytest.mark.parametrize("there", [False, True])
def test_a_folder_that_is_read_only_is_told_before_the_work(here, powerless, there):
    write(here / "in", {"s1.json": as_json("s1")})
    (here / "locked").mkdir()
    if there:
        assert process("in", "-o", "locked/out").returncode == 0
    before = written(here / "locked" / "out")
    permitted(here / "locked", writing=False)
    run = powerless("in", "-o", "locked/out")
    permitted(here / "locked", writing=True)
    assert (run.returncode, run.stdout) == (2, "")
    assert re.fullmatch(r"Error: locked/out\S*: Permission denied\n", run.stderr)
    assert written(here / "locked" / "out") == before


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_submissions_that_may_only_be_read_are_graded(here, powerless):
    write(here / "in", {"s1.json": as_json("s1"), "s2.zip": as_zip({"a.json": as_json("s2")})})
    permitted(here / "in", writing=False)
    run = powerless("in", "-o", "out")
    permitted(here / "in", writing=True)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_submission_that_may_not_be_read_is_a_persons_and_the_others_are_graded(here, powerless):
    write(here / "in", {"s1.json": as_json("s1"), "s2.json": as_json("s2")})
    (here / "in" / "s2.json").chmod(0)
    run = powerless("in", "-o", "out")
    assert (run.returncode, run.stderr) == (1, "")
    found = results(here / "out")
    assert (found["s1.json"]["status"], found["s2.json"]["status"]) == ("graded", "unreadable")
    assert "permissions" in found["s2.json"]["reason"]


# --- names --------------------------------------------------------------------------------------


def test_a_file_of_the_same_name_in_two_folders_is_two_files(here, grade):
    for one in ("a", "b"):
        write(
            here / one, {f"s{one}/answers.json": as_json(f"s{one}"), "x.json": as_json(f"x{one}")}
        )
    assert grade("a", "b")[0] == 0
    found = results(here / "grades")
    assert sorted(one["student"]["id"] for one in found.values()) == ["sa", "sb", "xa", "xb"]
    assert len(list((here / "grades" / "feedback").iterdir())) == len(found) == 4


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="names there are text")
@pytest.mark.parametrize("environment", [{}, {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"}])
def test_a_file_whose_name_is_no_text_is_graded(here, environment):
    (here / "in").mkdir()
    (here / "in" / os.fsdecode(b"s\xff1.json")).write_text(as_json("s1"))
    (here / "in" / os.fsdecode("Zoë.json".encode())).write_text(as_json("s2", "Zoë"), "utf-8")
    run = process("in", env={**os.environ, **environment})
    assert (run.returncode, run.stderr) == (0, "")
    found = results(here / "grades").values()
    assert {(one["student"]["id"], one["student"]["name"]) for one in found} == {
        ("s1", ""),
        ("s2", "Zoë"),
    }


# --- what a class is graded by ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roster", "told"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("id,name\n", "nobody is on the list"),
        ("id,name\ns1,A\ns2,B\ns1,A\n", "lines 2 and 4: the id s1"),
        ("id,name\ns1,A\nS1,B\n", "lines 2 and 3: the id s1"),
        ("name\nA\n", "no column"),
    ],
)
def test_a_roster_that_cannot_be_used_grades_nobody(here, grade, roster, told):
    write(here, {"in/s1.json": as_json("s1"), "roster.csv": roster})
    status, out, err = grade("in", "--roster", "roster.csv")
    assert (status, out) == (2, "")
    assert told.casefold() in err.casefold()
    assert not (here / "grades" / "results.jsonl").exists()


@pytest.mark.parametrize("store", [(), ("--store", "none")])
def test_a_rubric_that_is_edited_during_a_run_grades_nobody_by_it(here, grade, monkeypatch, store):
    text = (load.__globals__["_INSTALLED"] / "hw6.yaml").read_text("utf-8")
    (here / "hw.yaml").write_text(text, "utf-8")
    write(here / "in", {"s1.json": as_json("s1")})
    sound = grader.batch.collect

    def edited(*arguments):
        (here / "hw.yaml").write_text(text.replace("title: ", "title: Another "), "utf-8")
        return sound(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(grader.batch, "collect", edited)
        status, _, err = grade("in", "-r", "hw.yaml", "-j", "1", *store)
    lines = here / "grades" / "results.jsonl"
    told = lines.read_text("utf-8").splitlines() if lines.exists() else ['{"score": null}']
    scores = [json.loads(line)["score"] for line in told]
    assert (status in {1, 2}, scores) == (True, [None])
    assert "Traceback" not in err
    assert grade("in", "-r", "hw.yaml", *store)[0] == 0
