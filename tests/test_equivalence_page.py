"""What the page on equality shows is what happens."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from grader import equivalent

PAGE = (Path(__file__).parents[1] / "docs" / "equivalence.md").read_text(encoding="utf-8")
SYMBOLS = {
    "A": ("m", "n"),
    "B": ("n", "p"),
    "P": ("n", "n"),
    "Q": ("n", "n"),
    "u": ("n", 1),
    "v": ("n", 1),
    "t": (),
    "a": (),
}


def cases():
    table = PAGE.split("<!-- cases: begin -->")[1].split("<!-- cases: end -->")[0]
    return re.findall(r"^\| `(.+?)` \| `(.+?)` \| (\w+) \|", table, re.MULTILINE)


def shown():
    """Each block of Python, and what the page says that it prints (None where it does not)."""
    return re.findall(r"```python\n(.*?)```\n(?:\n```\n(.*?)```)?", PAGE, re.DOTALL)


def test_the_page_has_cases():
    assert len(cases()) == PAGE.split("<!-- cases: begin -->")[1].count("\n| `") >= 25


@pytest.mark.parametrize(("expected", "obtained", "outcome"), cases())
def test_a_case_of_the_page_is_decided_as_it_says(expected, obtained, outcome):
    result = equivalent(expected, obtained, SYMBOLS)
    assert result.outcome == outcome


@pytest.mark.parametrize(("code", "prints"), shown())
def test_the_pages_python_prints_what_it_says(code, prints):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "page", "exec"), {})  # noqa: S102  # our own documentation
    assert out.getvalue() == prints or (not prints and out.getvalue())
