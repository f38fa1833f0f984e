"""What the pages on exports say is what is there."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.handing_on import FORMATS

ROOT = Path(__file__).resolve().parent.parent
EXPORTS = (ROOT / "docs" / "exports.md").read_text("utf-8")
GRADESCOPE = (ROOT / "docs" / "gradescope.md").read_text("utf-8")


def test_every_format_and_status_is_on_the_page():
    for word in (*FORMATS, "graded", "missing", "excused", "unreadable", "ungraded"):
        assert f"`{word}`" in EXPORTS


@pytest.mark.skipif(shutil.which("bash") is None, reason="the script is bash's")
@pytest.mark.parametrize(("handed_in", "score"), [("s1001.json", 40), (None, None)])
def test_the_autograders_script_writes_a_result(tmp_path, handed_in, score):
    """The script as printed, with its folders and its program elsewhere."""
    script = next(
        block
        for block in re.findall(r"```bash\n(.*?)```", GRADESCOPE, re.DOTALL)
        if "results.json" in block
    )
    for folder in ("submission", "results", "source", "bin"):
        (tmp_path / folder).mkdir()
    program = tmp_path / "bin" / "grade"
    command = "from grader.cli import main; main()"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{command}" "$@"\n')
    program.chmod(0o755)
    if handed_in:
        shutil.copy(ROOT / "submissions_example" / handed_in, tmp_path / "submission")
    script = script.replace("/autograder/", f"{tmp_path}/").replace(
        "/opt/stepgrade/bin", str(tmp_path / "bin")
    )
    subprocess.run(  # noqa: S603  # our own page's script
        ["bash", "-c", script],  # noqa: S607
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=120,
    )
    found = json.loads((tmp_path / "results" / "results.json").read_text())
    assert found.get("score") == score
    assert "output" in found
