"""What the pages on exports say is what is there."""

import io
import re
import zipfile
from pathlib import Path

from grader.exports.autograder import autograder_zip
from grader.exports.gradescope import gradescope_words
from grader.handing_on import FORMATS
from grader.model import Status

ROOT = Path(__file__).resolve().parent.parent
EXPORTS = (ROOT / "docs" / "exports.md").read_text("utf-8")
GRADESCOPE = (ROOT / "docs" / "gradescope.md").read_text("utf-8")


def test_every_format_and_status_is_on_the_page():
    for word in (*FORMATS, "graded", "missing", "excused", "unreadable", "ungraded"):
        assert f"`{word}`" in EXPORTS


def test_every_file_of_the_autograder_and_field_of_its_result_is_on_the_page():
    with zipfile.ZipFile(io.BytesIO(autograder_zip({"hw6.yaml": b""}))) as archive:
        tops = {re.sub(r"/.*", "/", name) for name in archive.namelist()}
    assert tops == set(re.findall(r"^\| `([a-z_./]+)` \|", GRADESCOPE, re.MULTILINE)) - {*FIELDS}
    record = gradescope_words("", Status.UNGRADED)
    assert {*record, "score", "tests"} - {"output_format"} <= set(
        re.findall(r"`(\w+)`", GRADESCOPE)
    )


FIELDS = ("score", "output", "tests", "extra_data")
