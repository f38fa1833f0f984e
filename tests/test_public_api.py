import importlib
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from class_on_disk import as_json

import grader


@pytest.mark.parametrize("name", grader.__all__)
def test_every_name_is_what_its_module_has(name):
    module = importlib.import_module(grader._HOME[name])
    assert getattr(grader, name) is getattr(module, grader._NAMES.get(name, name))


def test_the_type_checker_is_told_the_same_names():
    text = Path(grader.__file__).read_text("utf-8")
    declared = re.findall(r"^    from ([\w.]+) import (\w+) as (\w+)", text, re.MULTILINE)
    homes = {told: module for module, _name, told in declared}
    assert homes == grader._HOME


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'grader' has no attribute 'nothing'"):
        grader.nothing  # noqa: B018


def example():
    """The code in the package's documentation."""
    return textwrap.dedent(grader.__doc__.partition("::\n\n")[2].rpartition("\n\n")[0])


def test_the_documented_example_runs_as_it_stands(tmp_path, monkeypatch, capsys):
    (tmp_path / "s1001.json").write_text(as_json("s1001", "Doe, Jane"))
    monkeypatch.chdir(tmp_path)
    exec(compile(example(), "example", "exec"), {})  # noqa: S102  # our own documentation
    assert capsys.readouterr().out == "s1001 20 of 20\n"


def test_a_class_can_be_graded_and_written_from_python(tmp_path):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "s1.json").write_text(as_json("s1"))
    batch = grader.grade_paths([tmp_path / "class"], jobs=1)
    assert [report.status for report in batch.reports] == [grader.Status.GRADED]
    grader.write_results(batch, tmp_path / "out")
    assert (tmp_path / "out" / "feedback" / "s1.html").is_file()


@pytest.mark.parametrize("package", ["grader", "grader.cli"])
def test_importing_loads_nothing_heavy(package):
    code = f"import sys, {package}; print(*(m for m in ('numpy', 'yaml') if m in sys.modules))"
    run = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == ""
