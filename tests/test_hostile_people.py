"""Ids and names that nobody should have, from the hand-in to everything that is made of it."""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from unicodedata import category

import openpyxl
import pytest
from class_on_disk import answers, as_json, write

from grader.cli import main

PEOPLE = {
    "..": 'Doe, "Jane"',
    "../../etc/passwd": "two\nlines",
    "/etc/passwd": "a tab\tbetween",
    "a\\b": "\u202egnp.exe",
    "007": "007",
    "7": "namesake of 007 by number",
    "1E5": "1E5",
    "100000": "namesake of 1E5 by number",
    "12345678901234567890": "more digits than a spreadsheet keeps",
    "-rf": "-rf",
    "--help": "--help",
    "=1+1": '=HYPERLINK("http://x","y")',
    "+1": "+1",
    "@SUM(1)": "@SUM(1)",
    "cmd": "=cmd|' /C calc'!A0",
    "full": "＝1+1",
    "con": "NUL",
    "dot.": "trailing dot.",
    "{x}": "{0.__class__}",
    "%s": "%s%n",
    "$(touch x)": "`touch x`",
    "<b>": "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>': "javascript:alert(1)",
    "{{7*7}}": "{{7*7}}{% raw %}",
    "esc": "\x1b[31mred\x1b]0;title\x07",
    "zero": "zero\u200bwidth\ufeff",
    "accent": "e\u0301",
    "accent too": "é",
    "emoji 🦊": "🦊🏽",
    "x" * 300: "y" * 3000,
    "nobody": "",
}  # fmt: skip
EXPORTS = {
    "canvas": "csv",
    "moodle": "csv",
    "blackboard": "csv",
    "brightspace": "csv",
    "csv": "csv",
    "xlsx": "xlsx",
    "gradescope": "zip",
}
WRONG = {**answers(), "gan.h0": ["9"] * 8}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The class graded and handed on in every format, as from the command line."""
    folder = tmp_path_factory.mktemp("people")
    sheets = {
        f"{n}.json": as_json(id_, name, given=WRONG if n % 2 else None)
        for n, (id_, name) in enumerate(PEOPLE.items())
    }
    write(folder / "in", sheets)
    assert status(folder / "in", "-o", folder / "out") in {0, 1}
    for form, ending in EXPORTS.items():
        assert status("export", folder / "out", "--to", form, "-o", folder / f"{form}.{ending}") < 2
    return folder


def status(*arguments):
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return ended.value.code


def rows(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def cells(path):
    book = openpyxl.load_workbook(path)
    return [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]


def test_every_student_is_graded_under_their_own_id(graded):
    lines = (graded / "out" / "results.jsonl").read_text("utf-8").splitlines()
    found = {one["student"]["id"]: one["status"] for one in map(json.loads, lines)}
    assert found == dict.fromkeys(PEOPLE, "graded")


@pytest.mark.parametrize("name", ["out/gradebook.csv", "csv.csv"])
def test_a_table_for_people_has_every_id_as_text_and_no_formula(graded, name):
    head, *table = rows((graded / name).read_bytes())
    ids = [row[head.index("id")] for row in table]
    assert {id_.removeprefix("'") for id_ in ids} == set(PEOPLE)
    assert len(ids) == len(PEOPLE)
    texts = [cell for row in table for cell in row if not re.fullmatch(r"-?[0-9.]+", cell)]
    assert [text for text in texts if text.strip()[:1] in tuple("=+-@＝＋－＠\t\r")] == []


@pytest.mark.parametrize("name", ["out/gradebook.xlsx", "xlsx.xlsx"])
def test_a_workbook_has_every_id_as_text_and_no_formula(graded, name):
    found = cells(graded / name)
    assert [cell.value for cell in found if cell.data_type == "f"] == []
    texts = {cell.value for cell in found if cell.data_type == "s"}
    assert set(PEOPLE) - texts == set()


def test_every_student_has_one_page_in_the_folder_of_pages(graded):
    pages = list((graded / "out" / "feedback").iterdir())
    assert len(pages) == len(PEOPLE)
    assert {path.name for path in graded.iterdir()} == {
        "in",
        "out",
        *(f"{form}.{ending}" for form, ending in EXPORTS.items()),
    }
    assert max(len(page.name) for page in pages) < 200


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [tag, *(name for name, _ in attrs if name.startswith("on"))]
        self.found += [value for name, value in attrs if name in {"href", "src"}]


def test_no_page_has_a_tag_of_a_student(graded):
    for page in [*(graded / "out" / "feedback").iterdir(), graded / "out" / "report.html"]:
        text = page.read_text("utf-8")
        tags = _Tags()
        tags.feed(text)
        assert {"script", "img", "onerror", 'b">'}.isdisjoint(tags.found), page.name
        assert not any(str(one).startswith("javascript:") for one in tags.found)
        assert "49{" not in text
        assert not any(category(sign) == "Cc" and sign not in "\n\r\t" for sign in text)


@pytest.mark.parametrize("form", ["canvas", "moodle", "blackboard", "brightspace"])
def test_a_file_for_a_platform_has_a_row_a_student_and_ids_to_the_byte(graded, form):
    head, *table = rows((graded / f"{form}.csv").read_bytes())
    assert {len(row) for row in table} == {len(head)}
    texts = [{cell.removeprefix("#") for cell in row} for row in table]
    for id_ in PEOPLE:
        assert sum(id_ in row for row in texts) >= 1, id_


def test_no_member_of_a_package_leads_out_of_it(graded):
    with zipfile.ZipFile(graded / "gradescope.zip") as package:
        names = package.namelist()
    assert len({name.casefold() for name in names}) == len(PEOPLE)
    for name in names:
        assert re.fullmatch(r"[^/\\:]+/results\.json", name), name
        assert name.split("/")[0].strip(". ") != "", name


def test_what_is_said_steers_no_terminal(graded, capsys):
    status(graded / "in", "-o", graded / "out")
    said = "".join(capsys.readouterr())
    assert not [sign for sign in said if category(sign) in {"Cc", "Cf"} and sign != "\n"]
