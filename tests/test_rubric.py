"""What a good rubric becomes."""

from __future__ import annotations

import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.codes import CODE_MEANINGS, FINDING_CODES
from grader.model import RubricError, Tolerance
from grader.rubric import describe, installed, load
from grader.rubric_summary import key_answers
from reference.gan import PROBLEM as GAN

RUBRICS = Path(__file__).parent / "rubrics"
DOCS = Path(__file__).parents[1] / "docs"

SMALL = """\
assignment: small
title: The auto-encoder alone
problems:
  net:
    reference: autoencoder
    points: 3
    items:
      - {quantity: grad_xp, points: 1}
      - {quantity: grad_W2, points: 2}
"""


def written(folder: Path, text: str, name: str = "small.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_rubric_of_the_assignment_is_the_contracts():
    rubric = load("hw6")
    gan, autoencoder = rubric.problems
    assert rubric.id == "hw6"
    assert rubric.title == "ECSE 4850/6850 Introduction to Deep Learning, Assignment 6"
    assert (rubric.reveal, rubric.due) == ("nothing", "2024-04-16T23:59:00-04:00")
    assert {item.quantity: item.points for item in gan.items} == {
        "h0": 3, "h1": 2, "h2": 5, "grad_H2": 2, "grad_h0": 1, "grad_w1": 4, "grad_w0": 3,
    }  # fmt: skip
    assert {item.quantity: item.points for item in autoencoder.items} == {
        "grad_xp": 4, "grad_W2": 6, "grad_h": 4, "grad_W1": 6,
    }  # fmt: skip
    assert (gan.points, autoencoder.points) == (20, 20)
    assert (gan.levels, autoencoder.levels) == (frozenset(), {"6850"})
    assert gan.title == GAN.title
    assert dict(autoencoder.given) == {}


def test_the_given_values_are_the_assignments():
    answers = key_answers(load("hw6").problem("gan"))
    h2 = [
        [0.424, 1.674, 1.894, 1.35],
        [1.152, 3.088, 5.052, 1.444],
        [1.13, 4.594, 3.87, 1.072],
        [1.752, 1.812, 1.15, 0.418],
    ]
    np.testing.assert_allclose(answers["h0"], [0.38, 1.4, 0.96, 1.06, 0.7, 1.54, 1.62, 1.06])
    np.testing.assert_allclose(answers["h2"], h2, atol=1e-12)
    assert answers["m"] == pytest.approx(12.4020, abs=5e-5)


def test_conventions_are_in_the_contracts_order():
    assert dict(load("hw6").problem("gan").conventions) == {
        "objective": ("maximize_log_p", "minimize_nll"),
        "deconv": ("cross_correlation", "transposed"),
        "reshape": ("channels_first", "channels_last", "column_major"),
        "flatten": ("row_major", "column_major"),
    }


def test_a_tolerance_for_values_is_none_for_gradients():
    gan = load("hw6").problem("gan")
    assert gan.criterion("h0").tolerance == Tolerance(abs=0.005, rel=0.01, min_digits=2)
    assert gan.criterion("grad_H2").tolerance == Tolerance(abs=0.0, rel=0.01, min_digits=2)
    assert gan.criterion("grad_w1").tolerance == Tolerance(abs=0.0, rel=0.02, min_digits=2)
    assert gan.criterion("grad_m").tolerance == Tolerance(abs=0.0, rel=0.01, min_digits=2)


@pytest.mark.parametrize("quantity", ["grad_m", "m", "grad_other", "other"])
def test_what_is_no_item_has_no_points_and_the_tolerance_of_its_kind(quantity):
    gan = load("hw6").problem("gan")
    criterion = gan.criterion(quantity)
    is_gradient = quantity.startswith("grad_")
    assert (criterion.key, criterion.points) == (f"gan.{quantity}", 0)
    assert criterion.tolerance == (gan.gradient_tolerance if is_gradient else gan.tolerance)


def test_steps_between_the_question_and_the_final_answers_are_implied():
    implied = [item.key for p in load("hw6").problems for item in p.items if item.implied]
    assert implied == ["gan.grad_H2", "gan.grad_h0", "autoencoder.grad_xp", "autoencoder.grad_h"]


def test_what_the_assignments_rubric_states_as_implied_is_the_default(tmp_path):
    stated = load("hw6")
    text = (Path(__file__).parents[1] / "rubrics" / "hw6.yaml").read_text(encoding="utf-8")
    silent = load(written(tmp_path, text.replace(", implied: true", "")))
    assert silent.digest != stated.digest
    for one, other in zip(stated.problems, silent.problems, strict=True):
        assert one.items == other.items


def test_a_step_that_says_it_is_not_implied_is_not(tmp_path):
    text = SMALL.replace("grad_xp, points: 1", "grad_xp, points: 1, implied: false")
    assert [i.implied for i in load(written(tmp_path, SMALL)).problem("net").items] == [True, False]
    assert [i.implied for i in load(written(tmp_path, text)).problem("net").items] == [False, False]


def test_other_values_conventions_and_points_are_taken_as_they_stand():
    problem = load(RUBRICS / "other_given.yaml").problem("gan")
    items = {item.quantity: item for item in problem.items}
    answers = key_answers(problem)
    assert problem.title == "The same network, other numbers"
    assert problem.conventions["objective"] == ("minimize_nll", "maximize_log_p")
    assert problem.conventions["reshape"] == tuple(GAN.conventions["reshape"])
    assert answers["J"] == pytest.approx(-np.log(answers["p"]))
    assert (answers["a0"] < 0).sum() == 2
    assert (answers["a2"] < 0).sum() == 2
    assert 0.3 < answers["p"] < 0.7
    assert [items[q].points for q in ("h2", "p")] == [Fraction(5, 2), Fraction(1, 2)]
    assert items["h0"].all_or_nothing
    assert not items["h2"].all_or_nothing
    assert (items["h2"].follow_through, items["p"].follow_through) == (Fraction(3, 4), 1)
    assert items["h2"].finding_credit == {"arithmetic_slip": Fraction(1, 4)}
    assert items["grad_w1"].finding_credit == {
        "arithmetic_slip": Fraction(1, 4),
        "sign_error": Fraction(1, 2),
    }


@pytest.mark.parametrize(
    ("quantity", "tolerance"),
    [
        ("h0", Tolerance(0.002, 0.005, 3)),
        ("h2", Tolerance(0.002, 0.01, 3)),
        ("grad_h2", Tolerance(0.0001, 0.005, 3)),
        ("grad_w0", Tolerance(0.0, 0.005, 3)),
        ("grad_m", Tolerance(0.0001, 0.005, 3)),
        ("m", Tolerance(0.002, 0.005, 3)),
    ],
)
def test_an_item_inherits_the_part_of_a_tolerance_that_it_does_not_state(quantity, tolerance):
    problem = load(RUBRICS / "other_given.yaml").problem("gan")
    assert problem.criterion(quantity).tolerance == tolerance


def test_what_is_not_stated_has_the_documented_default(tmp_path):
    rubric = load(written(tmp_path, SMALL))
    problem = rubric.problem("net")
    item = problem.items[1]
    assert (rubric.reveal, rubric.due) == ("nothing", "")
    assert (problem.levels, dict(problem.given), dict(problem.conventions)) == (frozenset(), {}, {})
    assert problem.tolerance == problem.gradient_tolerance == Tolerance(0.0, 0.01, 2)
    assert (item.follow_through, item.all_or_nothing, dict(item.finding_credit)) == (1, False, {})


def test_given_values_cannot_be_written_to():
    for value in load("hw6").problem("gan").given.values():
        assert value.dtype == np.float64
        assert not value.flags.writeable


def test_lengths_that_are_symbols_are_those_of_what_is_given(tmp_path):
    text = SMALL.replace(
        "    points: 3\n",
        "    points: 3\n"
        "    given: {x: [[1], [2], [3]], W1: [[1, 2], [3, 4], [5, 6]], b1: [[0], [1]],"
        " W2: [[1, 2, 3], [4, 5, 6]], b2: [[0], [0], [1]]}\n",
    )
    shapes = {k: v.shape for k, v in load(written(tmp_path, text)).problem("net").given.items()}
    assert shapes == {"x": (3, 1), "W1": (3, 2), "b1": (2, 1), "W2": (2, 3), "b2": (3, 1)}


def test_a_level_is_text_as_it_is_written(tmp_path):
    text = SMALL.replace("    points: 3\n", '    points: 3\n    levels: [6850, "0485", PhD]\n')
    assert load(written(tmp_path, text)).problem("net").levels == {"6850", "0485", "PhD"}


@given(st.lists(st.fractions(0, 10, max_denominator=12), min_size=4, max_size=4))
def test_points_add_up_exactly_or_not_at_all(tmp_path_factory, shares):
    folder = tmp_path_factory.getbasetemp()
    names = ("grad_xp", "grad_W2", "grad_h", "grad_W1")
    items = "".join(
        f"      - {{quantity: {n}, points: {p}}}\n" for n, p in zip(names, shares, strict=True)
    )
    head = SMALL.partition("      - ")[0]
    total = sum(shares)
    right = head.replace("points: 3", f"points: {total}") + items
    assert load(written(folder, right)).problem("net").points == total
    wrong = head.replace("points: 3", f"points: {total + Fraction(1, 1000)}") + items
    with pytest.raises(RubricError, match="add up"):
        load(written(folder, wrong))


def test_a_rubric_is_found_by_its_id_by_its_path_and_as_text(tmp_path, monkeypatch):
    written(tmp_path, SMALL)
    monkeypatch.chdir(tmp_path)
    assert load("small.yaml").digest == load(Path("small.yaml")).digest
    assert load("./small.yaml").id == "small"
    assert "hw6" in installed()
    assert load("hw6").id == "hw6"


def test_a_file_in_the_folder_does_not_hide_an_installed_rubric(tmp_path, monkeypatch):
    written(tmp_path, SMALL, "hw6")
    monkeypatch.chdir(tmp_path)
    assert load("hw6").id == "hw6"
    assert load(Path("hw6")).id == "small"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(path).problem("net").items == load(written(tmp_path, SMALL)).problem("net").items


def test_the_digest_follows_the_text_and_the_reference_beside_it(tmp_path):
    source = (Path(__file__).parent / "assignments" / "softmax.py").read_text(encoding="utf-8")
    text = (Path(__file__).parent / "assignments" / "softmax.yaml").read_text(encoding="utf-8")
    rubric = written(tmp_path, text, "softmax.yaml")
    written(tmp_path, source, "softmax.py")
    first = load(rubric).digest
    assert load(rubric).digest == first
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == []  # no bytecode beside it
    written(tmp_path, source + "\n# changed\n", "softmax.py")
    second = load(rubric).digest
    written(tmp_path, text + "# changed\n", "softmax.yaml")
    assert len({first, second, load(rubric).digest}) == 3


def test_the_summary_names_what_an_instructor_checks():
    told = describe(load("hw6"))
    assert "no right values, due 2024-04-16T23:59:00-04:00" in told
    assert re.search(r"grad_H2 +2 +\(16\).*implied", told)
    assert "objective: maximize_log_p (the key), minimize_nll" in told
    assert "only level 6850" in told
    assert "Caution" not in told


def test_the_summary_tells_how_points_are_kept_where_that_is_not_the_default(tmp_path):
    item = "follow_through: 1/2, all_or_nothing: true, credit: {sign_error: 0.75}"
    text = SMALL.replace("grad_xp, points: 1}", f"grad_xp, points: 1, {item}}}")
    first, second = describe(load(written(tmp_path, text))).splitlines()[-2:]
    assert "all or nothing  follow_through 0.5  credit 0.75 for sign_error" in first
    assert not re.search("follow_through|credit|all or", second)
    assert "within 1% of the value" in second


def test_the_summary_warns_of_a_tolerance_that_accepts_zero(tmp_path):
    text = (Path(__file__).parents[1] / "rubrics" / "hw6.yaml").read_text(encoding="utf-8")
    told = describe(load(written(tmp_path, text.replace("{rel: 0.02}", "{abs: 0.005}", 1))))
    assert "Caution: abs 0.005 accepts 0 for every entry of grad_w1" in told


def test_every_finding_of_the_contract_can_earn_credit(tmp_path):
    credit = ", ".join(f"{code}: 0.5" for code in FINDING_CODES)
    rubric = load(
        written(tmp_path, SMALL.replace("points: 3\n", f"points: 3\n    credit: {{{credit}}}\n"))
    )
    assert set(rubric.problem("net").items[0].finding_credit) == set(CODE_MEANINGS)


def test_loading_a_good_rubric_imports_nothing_heavy():
    heavy = ("pandas", "openpyxl", "sympy", "matplotlib", "jinja2", "difflib", "pkgutil")
    code = (
        "import sys, numpy, yaml; before = set(sys.modules); import grader.rubric;"
        f"grader.rubric.load('hw6'); print([m for m in {heavy} if m in set(sys.modules) - before])"
    )
    done = subprocess.run(  # noqa: S603  # our own interpreter on our own text
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def _examples() -> list[str]:
    text = (DOCS / "rubric-format.md").read_text(encoding="utf-8")
    return re.findall(r"```yaml\n(assignment:.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize("example", range(2))
def test_the_examples_of_the_documentation_load(tmp_path, example):
    assert len(_examples()) == 2
    assert load(written(tmp_path, _examples()[example])).problems


def test_the_documentation_names_every_key_and_every_finding():
    from grader.rubric import _PROBLEM_KEYS, _RUBRIC_KEYS  # noqa: PLC0415  # only this test
    from grader.rubric_items import _ITEM_KEYS, _TOLERANCE_KEYS  # noqa: PLC0415  # the same
    from grader.rubric_late import LATE_KEYS  # noqa: PLC0415  # the same

    text = (DOCS / "rubric-format.md").read_text(encoding="utf-8")
    keys = {*_RUBRIC_KEYS, *_PROBLEM_KEYS, *_ITEM_KEYS, *_TOLERANCE_KEYS, *LATE_KEYS}
    assert [key for key in sorted(keys) if f"| `{key}` |" not in text] == []
    assert [code for code in FINDING_CODES if f"`{code}`" not in text] == []
