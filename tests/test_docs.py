"""What the documentation shows is what happens."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.advice import SENTENCES
from grader.cli import _commands
from grader.codes import FINDING_CODES
from grader.reports.wording import FINDINGS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("block", [text for _, text in BLOCKS if text.startswith("$ ")])
def test_what_the_readme_shows_is_what_the_command_prints(block, monkeypatch):
    monkeypatch.chdir(ROOT)
    command, _, shown = block.partition("\n")
    words = shlex.split(command.removeprefix("$ grade "))
    assert CliRunner().invoke(_commands, words).output.rstrip() == shown.rstrip()


@pytest.mark.parametrize("code", [text for language, text in BLOCKS if language == "python"])
def test_the_readmes_python_prints_what_it_says(code):
    after = README[README.index(code) + len(code) :]
    shown = re.search(r"```\n(.*?)```", after[3:], re.DOTALL)
    assert shown
    ran = subprocess.run(  # noqa: S603  # our own README's code
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout == shown[1]


def test_every_command_is_in_the_readme_and_has_an_example():
    for name, command in _commands.commands.items():
        assert f"`grade {name}" in README, name
        assert "Example" in (command.epilog or ""), name


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_links_of_the_readme_lead_somewhere():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_every_module_of_the_map_is_there():
    part = README[README.index("A map of the house") :]
    for name in re.findall(r"\b([a-z]+\.py)\b", part):
        assert [*ROOT.glob(f"*/{name}")], name


def test_every_finding_has_its_sentence():
    assert set(SENTENCES) == set(FINDING_CODES) == set(FINDINGS)
