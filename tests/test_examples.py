"""The example class: what a careful teaching assistant finds in it, worked out by hand beforehand.

`CLASS` is the specification, one line a student: the score, every verdict that is not ``correct``,
every finding as (code, where it was made), the wrong entries, and the conventions that are not the
key's. `tests/golden/` holds the same run in full, so that no sentence changes unseen; rewrite it
with ``python tests/tools/make_examples.py --golden``.
"""

from __future__ import annotations

import csv
import difflib
import importlib.util
import io
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import numpy as np
import openpyxl
import pytest

from grader.cli import main
from grader.model import SubmissionError
from grader.readers import read
from grader.reports.record import schema
from grader.rubric import load
from reference.graph import evaluate

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "submissions_example"
GOLDEN = ROOT / "tests" / "golden"
GENERATOR = ROOT / "tests" / "tools" / "make_examples.py"
REWRITE = "if it is meant, rewrite it: python tests/tools/make_examples.py --golden"

FOLLOWS, IMPLIED, PARTIAL = "follow_through", "implied", "partial"
INCORRECT, MISSING, UNREADABLE = "incorrect", "missing", "unreadable"

Names = Mapping[str, str]


def these(verdict: str, names: str) -> Names:
    """One verdict for several quantities."""
    return dict.fromkeys(names.split(), verdict)


GRADIENTS = "gan.grad_H2 gan.grad_w1 gan.grad_h0 gan.grad_w0"
GRADIENTS_ON_THE_WAY = "gan.grad_h2 gan.grad_h1"
AUTOENCODER = "autoencoder.grad_xp autoencoder.grad_W2 autoencoder.grad_h autoencoder.grad_W1"
NLL = {"objective": "minimize_nll"}


@dataclass(frozen=True)
class Expected:
    """What must come out for one student; what is not named is ``correct`` and without finding."""

    score: float | None
    max_score: float
    verdicts: Names = field(default_factory=dict)
    findings: frozenset[tuple[str, str]] = frozenset()
    wrong: Mapping[str, list[list[int]]] = field(default_factory=dict)
    conventions: Names = field(default_factory=dict)
    status: str = "graded"
    attention: bool = False


def graded(score: float, most: float, *findings: tuple[str, str], **more: Any) -> Expected:
    return Expected(score, most, findings=frozenset(findings), **more)


SEED = graded(
    # h0 7/8 of 3, h1 2, h2 14/16 of 5, grad_H2 2, grad_w0 3; grad_h 4 and grad_W1 6 follow
    24.0,
    40,
    ("transcription_slip", "gan.h0"),
    ("arithmetic_slip", "gan.c"),
    ("sign_error", "autoencoder.grad_xp"),
    ("input_factor_omitted", "autoencoder.grad_W2"),
    verdicts={
        **these(PARTIAL, "gan.h0 gan.c gan.h2"),
        **these(FOLLOWS, "gan.h1 gan.H2 gan.m autoencoder.grad_h autoencoder.grad_W1"),
        **these(MISSING, "gan.grad_w1 gan.grad_h0"),
        **these(INCORRECT, "autoencoder.grad_xp autoencoder.grad_W2"),
    },
    wrong={
        "gan.h0": [[1]],
        "gan.c": [[0, 1, 0], [0, 1, 1]],
        "gan.h2": [[1, 0], [1, 1]],
        "gan.h1": [],
    },
    conventions=NLL,
)

CLASS: Mapping[str, Expected] = {
    # --- right under each convention, in each format ---
    "s1001": graded(40, 40),
    "s1002": graded(20, 20, conventions=NLL),
    "s1003": graded(40, 40, conventions={"deconv": "transposed"}),
    "s1004": graded(20, 20, conventions={"reshape": "channels_last"}),
    "s1005": graded(20, 20, conventions={"reshape": "column_major"}),
    "s1006": graded(
        40,
        40,
        verdicts=these(IMPLIED, "gan.grad_H2 gan.grad_h0"),
        conventions={"flatten": "column_major"},
    ),
    "s1007": graded(
        20, 20, ("layout", "gan.h2"), ("layout", "gan.grad_w1"), ("layout", "gan.grad_w0")
    ),
    "s1008": graded(20, 20),
    "s1009": graded(
        40,
        40,
        verdicts=these(IMPLIED, "gan.grad_h0 autoencoder.grad_xp autoencoder.grad_h"),
        conventions=NLL,
    ),
    # --- one mistake each ---
    "s1010": graded(
        20 - 3 / 8,
        20,
        ("arithmetic_slip", "gan.h0"),
        verdicts={
            "gan.h0": PARTIAL,
            **these(FOLLOWS, f"gan.h1 gan.c gan.h2 {GRADIENTS} {GRADIENTS_ON_THE_WAY}"),
        },
        wrong={"gan.h0": [[5]]},
    ),
    "s1011": graded(
        20 - 3 / 8,
        20,
        ("transcription_slip", "gan.h0"),
        verdicts={"gan.h0": PARTIAL},
        wrong={"gan.h0": [[6]]},
    ),
    "s1012": graded(  # p carries no points, so its rounding is charged in grad_H2
        18,
        20,
        ("rounded_early", "gan.p"),
        verdicts={
            "gan.grad_H2": INCORRECT,
            **these(FOLLOWS, "gan.grad_w1 gan.grad_h0 gan.grad_w0 gan.grad_h2 gan.grad_h1"),
        },
    ),
    "s1013": graded(  # two digits are right as far as they go, and the rest follows from them
        20,
        20,
        ("rounded_early", "gan.h0"),
        verdicts=these(FOLLOWS, f"gan.h2 {GRADIENTS}"),
    ),
    "s1014": graded(
        17, 20, ("sign_error", "gan.grad_w0"), verdicts=these(INCORRECT, "gan.grad_w0")
    ),
    "s1015": graded(  # lost between grad_p and grad_H2, where sigma'(m) belongs
        18,
        20,
        ("sigmoid_derivative_omitted", "gan.grad_m"),
        verdicts={
            "gan.grad_H2": INCORRECT,
            **these(FOLLOWS, "gan.grad_w1 gan.grad_h0 gan.grad_w0 gan.grad_h2 gan.grad_h1"),
        },
    ),
    "s1016": graded(
        15,
        20,
        ("bias_omitted", "gan.h2"),
        verdicts={"gan.h2": INCORRECT, **these(FOLLOWS, f"gan.m {GRADIENTS}")},
    ),
    "s1017": graded(
        15,
        20,
        ("channel_omitted", "gan.h2"),
        verdicts={"gan.h2": INCORRECT, **these(FOLLOWS, GRADIENTS)},
    ),
    "s1018": graded(  # turned round, the middle of each kernel stays where it is: 2 of 18
        16 + 4 * 2 / 18,
        20,
        ("convention_mixed", "gan.grad_w1"),
        verdicts={"gan.grad_w1": PARTIAL},
    ),
    "s1019": graded(
        10,
        20,
        *(("degenerate", q) for q in GRADIENTS.split()),
        verdicts=these(INCORRECT, GRADIENTS),
    ),
    "s1020": graded(
        36,
        40,
        ("factor_omitted", "autoencoder.grad_xp"),
        verdicts={**these(FOLLOWS, AUTOENCODER), "autoencoder.grad_xp": INCORRECT},
    ),
    "s1021": graded(
        17, 20, ("input_factor_omitted", "gan.grad_w0"), verdicts=these(INCORRECT, "gan.grad_w0")
    ),
    "s1022": graded(
        36,
        40,
        ("mean_instead_of_sum", "autoencoder.grad_xp"),
        verdicts={**these(FOLLOWS, AUTOENCODER), "autoencoder.grad_xp": INCORRECT},
    ),
    "s1023": graded(10, 40, verdicts=these(MISSING, f"{GRADIENTS} {AUTOENCODER}")),
    "s1024": graded(40, 40, attention=True),
    "s1025": graded(  # p = 1.000 makes 1 - p nothing, and nothing earns nothing
        10,
        20,
        ("rounded_early", "gan.p"),
        *(("degenerate", q) for q in f"{GRADIENTS} {GRADIENTS_ON_THE_WAY}".split()),
        verdicts=these(INCORRECT, f"{GRADIENTS} {GRADIENTS_ON_THE_WAY}"),
    ),
    "s1026": graded(
        16, 20, ("shape_mismatch", "gan.grad_w1"), verdicts=these(INCORRECT, "gan.grad_w1")
    ),
    # --- a table of three ---
    "s1027": graded(20, 20),
    "s1028": graded(
        18,
        20,
        ("wrong_label", "gan.grad_p"),
        verdicts={
            **these(INCORRECT, "gan.grad_p gan.grad_H2"),
            **these(FOLLOWS, "gan.grad_w1 gan.grad_h0 gan.grad_w0"),
        },
    ),
    "s1029": graded(
        16 - 3 * 2 / 8,
        20,
        verdicts={"gan.h0": PARTIAL, "gan.grad_w1": MISSING},
        wrong={"gan.h0": [[2], [5]]},
    ),
    # --- a real solution, twice ---
    "s1030": SEED,
    "s1031": SEED,
    # --- broken, contradictory, hostile ---
    "s1032": Expected(None, 20, status="unreadable", attention=True),
    "s1033": Expected(None, 20, status="unreadable", attention=True),
    "s1034": Expected(None, 40, status="unreadable", attention=True),
    "s1035": Expected(None, 20, status="unreadable", attention=True),
    "s1036": graded(17, 20, verdicts={"gan.h0": UNREADABLE}, attention=True),
    "s1037": graded(18, 20, verdicts={"gan.h1": UNREADABLE}, attention=True),
    "s1038": graded(
        20 - 3 / 8 - 5 * 2 / 16 - 3 / 16,
        20,
        verdicts=these(PARTIAL, "gan.h0 gan.h2 gan.grad_w0"),
        wrong={"gan.h0": [[3]], "gan.h2": [[0, 1], [3, 3]], "gan.grad_w0": [[4, 1]]},
    ),
    "s1039": Expected(None, 20, status="ungraded", attention=True),
    "s1040": graded(40, 40),
    "s1041": graded(20, 20),
    "s1042": graded(20, 20, attention=True),
    "s1043": Expected(None, 20, status="unreadable", attention=True),
    "s1044": Expected(None, 20, status="missing"),
    "s1045": Expected(None, 40, status="excused"),
    # --- write-ups ---
    "s1050": graded(  # 3.808 in the table of h2, 3.088 in the list of H2 below it
        40 - 5 / 16,
        40,
        ("transcription_slip", "gan.h2"),
        verdicts={"gan.h2": PARTIAL},
        wrong={"gan.h2": [[1, 1]]},
    ),
    "s1051": graded(
        36,
        40,
        ("sign_error", "autoencoder.grad_xp"),
        verdicts={**these(FOLLOWS, AUTOENCODER), "autoencoder.grad_xp": INCORRECT},
        conventions={**NLL, "deconv": "transposed"},
    ),
    "s1052": graded(  # charged where it shows, as grad_z1 was not written down
        34,
        40,
        ("relu_mask_omitted", "autoencoder.grad_z1"),
        verdicts={"autoencoder.grad_W1": INCORRECT},
        conventions=NLL,
    ),
}

KEY = {
    "objective": "maximize_log_p",
    "deconv": "cross_correlation",
    "reshape": "channels_first",
    "flatten": "row_major",
}

Record = Mapping[str, Any]


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> tuple[int, Path]:
    """One run over the class: its exit status and the folder of results."""
    out = tmp_path_factory.mktemp("examples") / "grades"
    return graded_into(out), out


def graded_into(out: Path, *paths: str) -> int:
    arguments = [*(paths or [str(EXAMPLES)]), "--roster", str(EXAMPLES / "roster.csv")]
    with pytest.raises(SystemExit) as end:
        main([*arguments, "--out", str(out)])
    assert isinstance(end.value.code, int)
    return end.value.code


@pytest.fixture(scope="module")
def records(run) -> Mapping[str, Record]:
    lines = (run[1] / "results.jsonl").read_text("utf-8").splitlines()
    return {record["student"]["id"]: record for record in map(json.loads, lines)}


# --- the specification --------------------------------------------------------------------------


def test_everybody_on_the_roster_or_in_a_file_is_in_the_results_once(run):
    lines = (run[1] / "results.jsonl").read_text("utf-8").splitlines()
    assert sorted(json.loads(line)["student"]["id"] for line in lines) == sorted(CLASS)


@pytest.mark.parametrize("student", CLASS)
def test_score_and_status_are_as_worked_out_by_hand(records, student):
    record, expected = records[student], CLASS[student]
    assert record["status"] == expected.status
    assert record["score"] == (
        None if expected.score is None else pytest.approx(expected.score, abs=1e-6)
    )
    assert record["max_score"] == expected.max_score


@pytest.mark.parametrize("student", CLASS)
def test_every_verdict_is_as_worked_out_by_hand(records, student):
    items = {item["quantity"]: item["verdict"] for item in records[student]["items"]}
    expected = CLASS[student].verdicts
    assert set(expected) <= set(items)
    assert items == {q: expected.get(q, "correct") for q in items}


@pytest.mark.parametrize("student", CLASS)
def test_every_finding_is_the_mistake_that_was_made(records, student):
    found = {(f["code"], f["at"]) for item in records[student]["items"] for f in item["findings"]}
    assert found == CLASS[student].findings


@pytest.mark.parametrize("student", [s for s, expected in CLASS.items() if expected.wrong])
def test_the_wrong_entries_are_named(records, student):
    items = {item["quantity"]: item["wrong"] for item in records[student]["items"]}
    expected = CLASS[student].wrong
    assert {q: items[q] for q in expected} == expected


@pytest.mark.parametrize("student", [s for s, e in CLASS.items() if e.status == "graded"])
def test_the_conventions_are_those_that_were_used(records, student):
    found = records[student]["problems"]["gan"]["conventions"]
    assert found == {**KEY, **CLASS[student].conventions}


@pytest.mark.parametrize("student", CLASS)
def test_a_person_is_called_for_where_one_is_needed_and_only_there(records, student):
    record = records[student]
    called = bool(record["attention"]) or record["status"] in {"unreadable", "ungraded"}
    assert called == CLASS[student].attention


def test_the_two_files_of_the_same_solution_are_judged_alike(records):
    one, other = ({**records[s], "student": None, "file": None} for s in ("s1030", "s1031"))
    assert without_places(one) == without_places(other)


def without_places(record: Record) -> Record:
    return {**record, "remarks": [], "items": [{**i, "notes": []} for i in record["items"]]}


REASONS = {
    "s1032": "s1032.json",
    "s1033": "web page",
    "s1034": "empty",
    "s1035": "password",
    "s1039": "s1039_final.json",
    "s1043": "PDF",
}


@pytest.mark.parametrize("student", REASONS)
def test_what_cannot_be_graded_says_why(records, student):
    assert REASONS[student] in records[student]["reason"]


NOTES = {
    ("s1036", "gan.h0"): "formula",
    ("s1037", "gan.h1"): "twice",
    ("s1038", "gan.h0"): "nan",
    ("s1038", "gan.h2"): "1e400",
    ("s1038", "gan.grad_w0"): "about 4e-6",
    ("s1026", "gan.grad_w1"): "2 x 3 x 3",
}


@pytest.mark.parametrize(("student", "quantity"), NOTES)
def test_what_was_not_read_is_told_beside_the_answer(records, student, quantity):
    notes = next(i["notes"] for i in records[student]["items"] if i["quantity"] == quantity)
    assert NOTES[student, quantity] in " ".join(notes)


FORWARD = "gan.h0 gan.h1 gan.h2 gan.m gan.p gan.grad_m"
ANSWERED = {
    "s1050": f"{FORWARD} gan.c gan.H2 {GRADIENTS} {AUTOENCODER} autoencoder.z2",
    "s1051": f"{FORWARD} gan.c {GRADIENTS} {AUTOENCODER} "
    "autoencoder.z1 autoencoder.h autoencoder.z2 autoencoder.xp",
    "s1052": f"{FORWARD} {GRADIENTS} {AUTOENCODER}",
}


@pytest.mark.parametrize("student", ANSWERED)
def test_every_answer_of_a_write_up_is_found(records, student):
    found = {item["quantity"] for item in records[student]["items"]}
    assert found == set(ANSWERED[student].split())


@pytest.mark.parametrize("student", ANSWERED)
def test_nothing_of_these_write_ups_calls_for_a_remark(records, student):
    record = records[student]
    assert record["remarks"] == []
    assert [item["notes"] for item in record["items"] if item["notes"]] == []
    assert record["student"]["level"] == "6850"


# --- what is written ----------------------------------------------------------------------------


def test_some_submissions_need_a_person_so_the_exit_status_is_1(run):
    assert run[0] == 1


def test_the_files_written_are_those_of_the_contract(run):
    names = sorted(path.name for path in run[1].iterdir())
    kept = [".stepgrade.lock", "stepgrade.sqlite"]
    results = ["feedback", "gradebook.csv", "gradebook.xlsx", "report.html", "results.jsonl"]
    assert names == sorted([*kept, *results])


def test_everybody_has_a_feedback_page_and_nobody_else(run):
    pages = {path.name for path in (run[1] / "feedback").iterdir()}
    assert pages == {f"{student}.html" for student in CLASS}


def test_every_line_of_the_results_is_as_the_schema_says(run):
    validator = jsonschema.Draft202012Validator(schema())
    for line in (run[1] / "results.jsonl").read_text("utf-8").splitlines():
        validator.validate(json.loads(line))


def test_the_csv_gradebook_reads_back_with_the_scores(run):
    text = (run[1] / "gradebook.csv").read_text("utf-8-sig")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert set(rows) == set(CLASS)
    for student, expected in CLASS.items():
        written = rows[student]["score"]
        found = float(written) if written else None
        assert found == (
            None if expected.score is None else pytest.approx(expected.score, abs=0.01)
        )


def test_no_cell_of_the_gradebooks_is_a_formula(run):
    book = openpyxl.load_workbook(run[1] / "gradebook.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(isinstance(c.value, str) and "cmd|" in c.value for c in cells)
    assert not [c.coordinate for c in cells if c.data_type == "f"]
    text = (run[1] / "gradebook.csv").read_text("utf-8-sig")
    texts = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [text for text in texts if text.startswith(("=", "@"))]


def test_the_workbook_gradebook_reads_back_with_the_scores(run):
    sheet = openpyxl.load_workbook(run[1] / "gradebook.xlsx").worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    header = next(row for row in rows if "id" in [str(v).lower() for v in row])
    names = [str(value).lower() for value in header]
    at, total = names.index("id"), names.index("score")
    scores = {row[at]: row[total] for row in rows if row[at] in CLASS}
    assert set(scores) == set(CLASS)
    for student, expected in CLASS.items():
        if expected.score is not None:
            assert scores[student] == pytest.approx(expected.score, abs=0.01)


@pytest.mark.parametrize("page", ["report.html", "feedback/s1042.html", "feedback/s1041.html"])
def test_a_name_is_never_markup(run, page):
    text = (run[1] / page).read_text("utf-8")
    assert "<script>alert(" not in text


def test_the_class_without_its_trouble_ends_with_status_0(tmp_path):
    paths = [str(EXAMPLES / f"s100{k}.{ending}") for k, ending in ((1, "json"), (2, "csv"))]
    assert graded_into(tmp_path / "grades", *paths) == 0


# --- golden -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["results.jsonl", "gradebook.csv"])
def test_the_results_are_the_golden_ones(run, name):
    expected, obtained = (as_lines(folder / name) for folder in (GOLDEN, run[1]))
    difference = "\n".join(difflib.unified_diff(expected, obtained, f"golden/{name}", "now", n=3))
    assert not difference, f"{REWRITE}\n{difference}"


def as_lines(path: Path) -> list[str]:
    """The file line by line, a record over many lines, so that a difference is seen."""
    lines = path.read_text("utf-8").splitlines()
    if path.suffix != ".jsonl":
        return lines
    whole = (json.dumps(json.loads(line), ensure_ascii=False, indent=1) for line in lines)
    return "\n".join(whole).splitlines()


# --- the class itself ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    command = [sys.executable, str(GENERATOR), "--into", str(folder)]
    subprocess.run(command, check=True, timeout=120)  # noqa: S603 - our own script
    return folder


def test_the_generator_makes_the_files_that_are_there(made):
    there = {path.name for path in EXAMPLES.iterdir()} - {"README.md"}
    assert {path.name for path in made.iterdir()} == there


def test_the_text_files_are_the_generators_byte_for_byte(made):
    for path in made.iterdir():
        if path.suffix != ".xlsx":
            assert (EXAMPLES / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_workbooks_say_what_the_generators_say(made):
    """A newer answer sheet may look otherwise; what was filled in stays the same."""
    rubric = load("hw6")
    for path in sorted(made.glob("*.xlsx")):
        kept, fresh = (said(folder / path.name, rubric) for folder in (EXAMPLES, made))
        assert kept == fresh, path.name


def said(path: Path, rubric: Any) -> Any:
    try:
        (submission,) = read(path.read_bytes(), path.name, rubric)
    except SubmissionError as error:
        return str(error)
    answers = [(a.key, without_place(a.response)) for a in submission.answers]
    return submission.student, submission.conventions, answers


def without_place(response: Any) -> Any:
    if hasattr(response, "cells"):
        return [cell.content and cell.content.text for cell in response.cells]
    if hasattr(response, "entries"):
        return [(e.index, e.cell.content and e.cell.content.text) for e in response.entries]
    return response.text


def test_the_readme_of_the_class_names_every_file():
    text = (EXAMPLES / "README.md").read_text("utf-8")
    names = {path.name for path in EXAMPLES.iterdir()} - {"README.md"}
    assert {name for name in names if f"`{name}`" not in text} == set()


# --- the numbers in it --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def by_hand() -> ModuleType:
    """The tool that works the GAN with plain loops; nothing of `reference` is in it."""
    path = GENERATOR.with_name("by_hand.py")
    assert "reference" not in path.read_text("utf-8").partition('"""\n\n')[2]
    spec = importlib.util.spec_from_file_location("by_hand", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


WAYS = [
    dict(zip(KEY, values, strict=True))
    for values in product(*load("hw6").problem("gan").conventions.values())
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way.values()))
def test_what_is_worked_by_hand_is_the_key_under_every_convention(by_hand, way):
    gan = load("hw6").problem("gan")
    key = evaluate(gan.reference.graph(way), gan.given)
    assert list(gan.conventions) == list(KEY)
    for name, value in by_hand.gan(**way).items():
        np.testing.assert_allclose(value, key[name.removeprefix("gan.")], 1e-12, err_msg=name)


def test_a_slip_of_the_hand_is_seen(by_hand):
    """The comparison above tells right from wrong."""
    gan = load("hw6").problem("gan")
    wrong = by_hand.gan(slips=["kernel gradient transposed"])["gan.grad_w1"]
    key = evaluate(gan.reference.graph({}), gan.given)["grad_w1"]
    assert np.isclose(wrong, key).sum() == 2
