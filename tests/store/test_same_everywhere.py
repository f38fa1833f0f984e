"""One class with every fate that a submission can have: all that is written tells the same of each.

What counts is the final points: with a person's overrides and after what being late takes off.
"""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from statistics import fmean

import openpyxl
import pytest
from class_on_disk import answers, as_json, write
from store_class import WRONG
from test_moved_deadline import DAY_LATE, IN_TIME, RUBRIC, TWO_LATE

from grader.cli import main

OPEN = {**answers(), "gan.grad_H2": "-(1-p)*w2/(p-p)"}
"""All right, but for a formula without a value, which only a person can decide (2 points)."""

CLASS = {
    # student: what was handed in, when, status, final points, the grader's own score
    "graded": (WRONG, IN_TIME, "graded", 17),
    "raised": (WRONG, IN_TIME, "graded", 18.5),
    "lowered": (answers(), IN_TIME, "graded", 17),
    "to-nothing": (answers(["h0"]), IN_TIME, "graded", 0),
    "excused": (None, None, "excused", None),
    "excused-here": (answers(), DAY_LATE, "excused", None),
    "extended": (WRONG, DAY_LATE, "graded", 17),
    "extended-late": (WRONG, TWO_LATE, "graded", 15.3),
    "late": (WRONG, TWO_LATE, "graded", 13.6),
    "late-raised": (WRONG, TWO_LATE, "graded", 15.2),
    "missing": (None, None, "missing", None),
    "unreadable": ("{", IN_TIME, "unreadable", None),
    "ungraded": (OPEN, DAY_LATE, "ungraded", None),
    "decided": (OPEN, DAY_LATE, "graded", 17.55),
}
X = ("--reason", "seen on paper", "--by", "Ada")
DECISIONS = (
    ("override", "raised", "gan.h0", "1.5", *X),
    ("override", "lowered", "gan.h0", "0", *X),
    ("override", "to-nothing", "gan.h0", "0", *X),
    ("override", "late-raised", "gan.h0", "2", *X),
    ("override", "decided", "gan.grad_H2", "1.5", *X),
    ("excuse", "excused", *X),
    ("excuse", "excused-here", *X),
    ("extend", "extended", "--days", "1", *X),
    ("extend", "extended-late", "--until", "2024-04-18 12:00", *X),
)
DUE = {name: (status, final) for name, (_, _, status, final) in CLASS.items()}
FINALS = [final for _, final in DUE.values() if final is not None]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """The results of the class, once all was decided, and what the terminal said."""
    home = tmp_path_factory.mktemp("everywhere")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        (home / "hw.yaml").write_text(RUBRIC, "utf-8")
        for name, (given, _, _, _) in CLASS.items():
            if given is not None:
                content = given if isinstance(given, str) else as_json(name, given=given)
                write(home / "in", {f"{name}.json": content})
        times = "".join(f"{name},{at}\n" for name, (_, at, _, _) in CLASS.items() if at)
        (home / "times.csv").write_text(f"id,submitted_at\n{times}", "utf-8")
        listed = "".join(f'{name},"Last{name}, First",4850\n' for name in CLASS)
        (home / "roster.csv").write_text(f"id,name,level\n{listed}", "utf-8")
        run = ("in", "-r", "hw.yaml", "--times", "times.csv", "--roster", "roster.csv")
        for words in (run, *DECISIONS, run):
            said = io.StringIO()
            patch.setattr("sys.stdout", said)
            with pytest.raises(SystemExit) as ended:
                main(list(words))
            assert ended.value.code == (1 if words == run else 0), words
        (home / "said.txt").write_text(said.getvalue(), "utf-8")
        for kind in ("canvas", "moodle", "blackboard", "brightspace", "gradescope", "csv", "xlsx"):
            with pytest.raises(SystemExit) as ended:
                main(["export", "grades", "--to", kind])
            assert ended.value.code == 0
    return home / "grades"


# --- what each of them tells, read back ---------------------------------------------------------


def number(text):
    """Points as they are written; None where there are none."""
    return None if text in ("", None) else float(text)


def of_results(out):
    lines = (out / "results.jsonl").read_text("utf-8").splitlines()
    for one in map(json.loads, lines):
        final = one.get("late", {}).get("final_score", one["score"])
        yield one["student"]["id"], (one["status"], final)


def of_csv(out):
    text = (out / "gradebook.csv").read_text("utf-8-sig")
    for row in csv.DictReader(text.splitlines()):
        yield row["id"], (row["status"], number(row["final"]))


def of_workbook(out):
    sheet = openpyxl.load_workbook(out / "gradebook.xlsx")["Gradebook"]
    header, _, *rows = sheet.values
    for row in (dict(zip(header, values, strict=True)) for values in rows):
        yield row["id"], (row["status"], number(row["final"]))


def of_pages(out):
    for page in (out / "feedback").glob("*.html"):
        top = re.search(r"<header>.*?</header>", page.read_text("utf-8"), re.DOTALL)[0]
        score = re.search(r'class="score"><b>([\d.]+)</b>', top)
        left = re.search(r"Handed in late: <b>([\d.]+)</b>", top)
        status = re.search(r'class="score none">.*</span> (\w+)</p>', top)
        yield page.stem, (status[1] if status else "graded", score and float((left or score)[1]))


class Rows(HTMLParser):
    """The cells of every row of every table."""

    def __init__(self):
        super().__init__()
        self.rows = []
        self.is_cell = False

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([dict(attrs).get("class")])
        self.is_cell = self.is_cell or tag in {"td", "th"}
        if tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.is_cell = self.is_cell and tag not in {"td", "th"}

    def handle_data(self, data):
        if self.is_cell and self.rows:
            self.rows[-1][-1] += data.strip()


def rows_of(page):
    parser = Rows()
    parser.feed(page.read_text("utf-8"))
    return parser.rows


def of_report(out):
    rows = rows_of(out / "report.html")
    start = next(k for k, row in enumerate(rows) if row[1:7:5] == ["id", "percent"])
    for row in rows[start + 1 :]:
        yield row[1], (row[0], number(row[5]))


def of_export(name):
    def read(out):
        text = (out / f"export-{name}.csv").read_text("utf-8-sig")
        lines = list(csv.reader(text.splitlines()))
        ids = [
            k for k, cell in enumerate(lines[0])
            if cell in {"SIS User ID", "ID number", "Username", "OrgDefinedId"}
        ]  # fmt: skip
        points = next(k for k, cell in enumerate(lines[0]) if cell.startswith("ECSE"))
        for line in lines[1:]:
            if line[ids[0]]:
                written = line[points]
                status = "excused" if written == "EX" else "graded" if written else "no score"
                yield line[ids[0]].lstrip("#"), (status, number(written.replace("EX", "")))

    return read


def of_gradescope(out):
    with zipfile.ZipFile(out / "export-gradescope.zip") as archive:
        for name in archive.namelist():
            told = json.loads(archive.read(name))
            yield name.split("/")[0], (told["extra_data"]["status"], told.get("score"))


def of_people(out):
    text = (out / "export-csv.csv").read_text("utf-8-sig")
    for row in csv.DictReader(text.splitlines()):
        yield row["id"], (row["status"], number(row["final"]))


def of_people_workbook(out):
    header, *rows = openpyxl.load_workbook(out / "export-xlsx.xlsx").active.values
    for row in (dict(zip(header, values, strict=True)) for values in rows):
        yield row["id"], (row["status"], number(row["final"]))


EVERYTHING = {
    "results.jsonl": of_results,
    "gradebook.csv": of_csv,
    "gradebook.xlsx": of_workbook,
    "pages": of_pages,
    "report.html": of_report,
    "gradescope": of_gradescope,
    "csv": of_people,
    "xlsx": of_people_workbook,
}


@pytest.mark.parametrize("what", EVERYTHING)
def test_what_became_of_each_is_the_same_everywhere(out, what):
    assert dict(EVERYTHING[what](out)) == DUE


@pytest.mark.parametrize("platform", ["canvas", "moodle", "blackboard", "brightspace"])
def test_a_platform_gets_the_points_that_count_and_nothing_for_who_has_none(out, platform):
    due = {name: one for name, one in DUE.items() if one[0] == "graded"}
    if platform == "canvas":
        due |= {name: one for name, one in DUE.items() if one[0] == "excused"}
    assert dict(of_export(platform)(out)) == due


@pytest.mark.parametrize(
    ("student", "score", "status"), [("raised", 1.5, "failed"), ("lowered", 0, "failed")]
)
def test_gradescopes_test_of_an_item_has_a_persons_points_and_reason(out, student, score, status):
    with zipfile.ZipFile(out / "export-gradescope.zip") as archive:
        told = json.loads(archive.read(f"{student}/results.json"))
    (item,) = [one for one in told["tests"] if one["name"] == "gan.h0"]
    assert (item["score"], item["status"]) == (score, status)
    own = 0 if student == "raised" else 3
    assert item["output"].endswith(f"{score} points instead of {own} (Ada: seen on paper)")


def test_the_terminal_counts_them_and_sums_what_being_late_takes(out):
    said = (out.parent / "said.txt").read_text("utf-8")
    assert said.startswith(
        "14 submissions: 9 graded, 1 missing, 2 excused, 1 unreadable, 1 ungraded."
    )
    assert "Needs a person (2):" in said
    assert "Being late takes 10.85 points off 4 submissions" in said


def test_the_statistics_are_of_the_points_that_count(out):
    rows = {row[1]: row[2:] for row in rows_of(out / "report.html") if len(row) == 9}
    assert rows["final"][:3] == ["20", "9", f"{fmean(FINALS):.2f}"]
    assert rows["total"][:3] == ["20", "9", f"{fmean([17, 18.5, 17, 0, 17, 17, 17, 19, 19.5]):.2f}"]
    assert rows["gan"] == rows["total"]
    sheet = openpyxl.load_workbook(out / "gradebook.xlsx")["Statistics"]
    cells = [[cell for cell in row if cell is not None] for row in sheet.values]
    (final,) = [row for row in cells if row[:1] == ["final"]]
    assert final[1:3] == [20, 9]
    assert final[3] == pytest.approx(fmean(FINALS))
    items = {row[0]: row[1:5] for row in cells if len(row) > 6}
    h0 = [0, 1.5, 0, 0, 0, 0, 0, 2, 3]
    assert items["gan.h0"] == [3, 9, 9, pytest.approx(fmean(h0) / 3)]


def test_the_workbook_says_who_changed_an_item_and_why(out):
    book = openpyxl.load_workbook(out / "gradebook.xlsx")
    header, _, *rows = book["Gradebook"].values
    by_id = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    assert by_id["raised"]["gan.h0"] == 1.5
    assert by_id["raised"]["remarks"] == "gan.h0: 1.5 points instead of 0 (Ada: seen on paper)"
    assert by_id["excused-here"]["remarks"].startswith("excused by Ada: seen on paper")
    header, _, *rows = book["Verdicts"].values
    words = {row[0]: dict(zip(header, row, strict=True))["gan.h0"] for row in rows}
    assert {name for name, word in words.items() if word == "✎ changed by a person"} == {
        "raised", "lowered", "to-nothing", "late-raised"
    }  # fmt: skip


def test_a_students_page_has_the_points_that_count_in_every_place(out):
    page = (out / "feedback" / "late-raised.html").read_text("utf-8")
    text = re.sub(r"<!--.*?-->", "", page)
    assert text.count("19 / 20") == 2
    assert text.count('class="points">2 / 3') == 2
    assert "gan.h0: 2 points instead of 0 (Ada: seen on paper)" in text
    decided = (out / "feedback" / "decided.html").read_text("utf-8")
    assert "Not graded yet" not in decided
    assert "Not graded yet" in (out / "feedback" / "ungraded.html").read_text("utf-8")
