"""The ZIP for Gradescope, unpacked and run as Gradescope does it."""

import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.autograder import run
from grader.cli import main

ROOT = Path(__file__).resolve().parents[2]
H0 = [".38", "1.40", ".96", "1.06", ".70", "1.54", "1.62", "1.06"]
METADATA = {
    "id": 4321,
    "created_at": "2024-04-18T20:00:00.000000-04:00",
    "assignment": {"due_date": "2024-04-16T23:59:00.000000-04:00", "total_points": "40.0"},
    "users": [{"email": "ada@uni.edu", "id": 7, "name": "Ada Adams"}],
    "previous_submissions": [],
}
LATE = "late: {per: day, share: 0.1}\n"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """What the command writes."""
    path = tmp_path_factory.mktemp("zip") / "autograder.zip"
    with pytest.raises(SystemExit) as ended:
        main(["autograder", "-o", str(path)])
    assert not ended.value.code
    return path.read_bytes()


@pytest.fixture
def base(tmp_path):
    """A folder laid out like /autograder, with a rubric that has a late policy."""
    for folder in ("submission", "results", "source/rubric"):
        (tmp_path / folder).mkdir(parents=True)
    rubric = (ROOT / "rubrics/hw6.yaml").read_text("utf-8")
    (tmp_path / "source/rubric/hw6.yaml").write_text(LATE + rubric, "utf-8")
    (tmp_path / "submission_metadata.json").write_text(json.dumps(METADATA))
    return tmp_path


def hand_in(base, files):
    for name, content in files.items():
        path = base / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


def result(base):
    """As the format's description has it."""

    def no_constant(text):
        raise AssertionError(text)

    found = json.loads((base / "results/results.json").read_text(), parse_constant=no_constant)
    assert set(found) >= {"output", "output_format", "visibility", "extra_data"}
    assert found["output"]
    return found


def graded(base, files):
    hand_in(base, files)
    assert run(base) == 0
    return result(base)


# --- the ZIP ------------------------------------------------------------------------------------


def test_the_zip_has_two_programs_at_its_top_and_names_no_registry(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        assert files.testzip() is None
        modes = {info.filename: info.external_attr >> 16 for info in files.infolist()}
        texts = {name: files.read(name).decode() for name in ("setup.sh", "requirements.txt")}
    runs = [name for name, mode in modes.items() if mode & stat.S_IXUSR]
    assert runs == ["setup.sh", "run_autograder"]
    assert {"rubric/hw6.yaml", "stepgrade/grader/grading.py", "stepgrade/rubrics/hw6.yaml"} <= {
        *modes
    }
    assert not any("__pycache__" in name for name in modes)
    assert "numpy" in texts["requirements.txt"]
    assert "pytest" not in texts["requirements.txt"]
    assert not re.search("https?:|index", "".join(texts.values()))


@pytest.mark.skipif(shutil.which("bash") is None, reason="the scripts are bash's")
def test_the_scripts_are_scripts(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        for name in ("setup.sh", "run_autograder"):
            checked = subprocess.run(
                ["bash", "-n"],  # noqa: S607
                input=files.read(name),
                capture_output=True,
                check=False,
            )
            assert (checked.returncode, checked.stderr) == (0, b"")


def test_the_same_program_gives_the_same_bytes(archive, tmp_path):
    with pytest.raises(SystemExit):
        main(["autograder", "-o", str(tmp_path / "again.zip")])
    assert (tmp_path / "again.zip").read_bytes() == archive


def test_a_rubric_of_ones_own_brings_the_reference_beside_it(tmp_path):
    rubric = ROOT / "tests/assignments/square.yaml"
    with pytest.raises(SystemExit):
        main(["autograder", "--rubric", str(rubric), "-o", str(tmp_path / "a.zip")])
    with zipfile.ZipFile(tmp_path / "a.zip") as files:
        own = [name for name in files.namelist() if name.startswith("rubric/")]
    assert own == ["rubric/square.yaml", "rubric/square.py"]


@pytest.mark.parametrize("arguments", [("--rubric", "hw99"), ("-o", "file/a.zip")])
def test_what_cannot_be_made_is_one_message(tmp_path, monkeypatch, capsys, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit) as ended:
        main(["autograder", *arguments])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("Error: ")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="the script is bash's")
def test_run_as_gradescope_does_it_no_code_of_the_student_is_run(archive, tmp_path):
    """The program in the ZIP grades, and modules in the submission are not loaded."""
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        files.extractall(tmp_path / "source")
    shutil.copy(tmp_path / "source/run_autograder", tmp_path / "run_autograder")
    (tmp_path / "results").mkdir()
    (tmp_path / "submission_metadata.json").write_text(json.dumps(METADATA))
    forged = (
        f"open({str(tmp_path / 'results/results.json')!r}, 'w').write('{{}}'); raise SystemExit"
    )
    modules = ("numpy.py", "grader/__init__.py", "sitecustomize.py", "json.py")
    hand_in(tmp_path, {"hw.json": {"answers": {"gan.h0": H0}}, **dict.fromkeys(modules, forged)})
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(  # noqa: S603  # the script that we wrote
        ["bash", str(tmp_path / "run_autograder")],  # noqa: S607
        cwd=tmp_path / "submission",
        env={**environment, "STEPGRADE_PYTHON": sys.executable},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    assert result(tmp_path)["score"] == 3
    assert sorted(os.listdir(tmp_path / "results")) == ["results.json"]  # noqa: PTH208


# --- a run --------------------------------------------------------------------------------------


def test_two_days_late_by_gradescopes_clock(base):
    found = graded(base, {"hw.json": {"student": {"id": "s1"}, "answers": {"gan.h0": H0}}})
    assert found["score"] == pytest.approx(2.4)
    assert found["output"].startswith("hw6: 2.4 points, 3 less what is late")
    assert found["extra_data"]["status"] == "graded"
    assert [t["score"] for t in found["tests"] if t["name"] == "gan.h0"] == [3]


@pytest.mark.parametrize(
    ("change", "score"),
    [
        ({"created_at": "2024-04-16T23:00:00-04:00"}, 3),
        ({"assignment": {"due_date": "2024-04-19T23:59:00-04:00"}}, 3),
        ({"created_at": "soon"}, 3),
        ({"created_at": None, "assignment": None, "id": "../../x"}, 3),
    ],
)
def test_in_time_or_extended_or_of_no_known_time_costs_nothing(base, change, score):
    (base / "submission_metadata.json").write_text(json.dumps({**METADATA, **change}))
    assert graded(base, {"hw.json": {"answers": {"gan.h0": H0}}})["score"] == score


@pytest.mark.parametrize("text", [None, "", "[]", "{", "[" * 20000, '{"id": NaN}'])
def test_metadata_that_cannot_be_read_is_told_and_the_work_graded(base, text, capsys):
    path = base / "submission_metadata.json"
    path.unlink() if text is None else path.write_text(text)
    assert graded(base, {"hw.json": {"answers": {"gan.h0": H0}}})["score"] == 3
    if text != '{"id": NaN}':
        assert "submission_metadata.json: cannot be used" in capsys.readouterr().err


def test_several_files_are_one_students(base):
    both = {"a.json": {"answers": {"gan.h0": H0}}, "b.json": {"answers": {"gan.m": "12.402"}}}
    (base / "submission_metadata.json").unlink()
    found = graded(base, both)
    verdicts = {test["name"]: test["output"].partition(":")[0] for test in found["tests"]}
    assert (verdicts["gan.h0"], verdicts["gan.m"]) == ("correct", "correct")
    assert "read together, as parts of one submission: a.json, b.json" in found["output"]
    assert "submission_" not in json.dumps(found)


@pytest.mark.parametrize(
    ("files", "status", "told"),
    [
        ({}, "unreadable", "no submissions found"),
        ({"hw.json": "no"}, "unreadable", "could not be read"),
        ({"photo.jpg": "\xff\xd8"}, "unreadable", "photo.jpg: "),
        (
            {"class.csv": "id,name,gan.m\ns1,A,12.4\ns2,B,12.4\n"},
            "ungraded",
            "This holds the work of 2 students; hand in your own only.",
        ),
    ],
)
def test_what_has_no_score_says_why_and_is_no_0(base, files, status, told):
    found = graded(base, files)
    assert not {"score", "tests"} & set(found)
    assert found["extra_data"]["status"] == status
    assert told in found["output"]


def test_a_rubric_that_cannot_be_used_leaves_a_result_without_a_score(base, capsys):
    (base / "source/rubric/hw6.yaml").write_text("assignment: [")
    hand_in(base, {"hw.json": {"answers": {"gan.h0": H0}}})
    assert run(base) == 1
    assert "score" not in result(base)
    assert "told" in result(base)["output"]
    assert "Error: " in capsys.readouterr().err


def test_whatever_stops_the_run_there_is_a_result_without_a_score(base, monkeypatch):
    hand_in(base, {"hw.json": {"answers": {"gan.h0": H0}}})

    def killed(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.autograder.grade_paths", killed)
    with pytest.raises(KeyboardInterrupt):
        run(base)
    assert "score" not in result(base)


def test_a_link_out_of_the_submission_is_not_followed(base):
    secret = {"answers": {"gan.h0": H0}}
    (base / "key.json").write_text(json.dumps(secret))
    (base / "submission/hw.json").symlink_to(base / "key.json")
    assert run(base) == 0
    assert "score" not in result(base)
