"""What is said of a rubric that cannot be used: everything that is wrong, and where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import rubric_yaml
from grader.model import RubricError
from grader.rubric import load

RUBRICS = Path(__file__).parent / "rubrics"
HW6 = (Path(__file__).parents[1] / "rubrics" / "hw6.yaml").read_text(encoding="utf-8")

GOOD = """\
assignment: small
title: A GAN with few items
problems:
  net:
    reference: gan
    points: 4
    given:
      z: [0.4, 0.8]
      w0: [[0.1, 0.3], [0.7, 0.9], [0.5, 0.7], [0, 1], [0.3, 0.1], [0.4, 0.6], [0.7, 0.8], [0, 1]]
      b0: [0.1, 0.4, 0.2, 0.3, 0.5, 0.9, 0.7, 0.9]
      w1: [[[1, 4, 5], [1, 7, 1], [2, 4, 3]], [[2, 1, 6], [3, 9, 2], [5, 2, 3]]]
      b1: [[1, 5, 6, 3], [2, 4, 8, 1], [1, 3, 7, 2], [3, 1, 2, 1]]
      w2: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -0.2]
      b2: 0.3
    items:
      - {quantity: h0, points: 3}
      - {quantity: grad_w1, points: 1}
"""


def mistakes(folder: Path, text: str | bytes) -> tuple[str, ...]:
    path = folder / "r.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(RubricError) as caught:
        load(path)
    return caught.value.mistakes


def test_the_good_rubric_of_these_tests_is_good(tmp_path):
    path = tmp_path / "r.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert load(path).id == "small"


def test_ten_mistakes_are_told_at_once_with_their_lines():
    with pytest.raises(RubricError) as caught:
        load(RUBRICS / "ten_mistakes.yaml")
    told = [re.sub(r"^ten_mistakes\.yaml, line ", "", m) for m in caught.value.mistakes]
    assert told == [
        "3: reveal: 'nothin' is not known; did you mean nothing?",
        "7: gan: points: the items add up to 19, not to 20",
        "8: gan: there is no key 'pionts'; did you mean points?",
        "10: gan: given: the key b2 is missing",
        "11: gan: given w0: expected (8, 2), found (8, 3)",
        "12: gan: given b0: expected a finite number, found '.nan'",
        "17: gan: conventions: deconv: 'transpose' is not known; did you mean transposed?",
        "18: gan: tolerance: abs is negative",
        "19: gan: tolerance is written twice, first in line 18",
        "22: gan: quantity: 'grad_W1' is not known; did you mean grad_w1?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        # keys
        ("title: A", "titel: A", 2, "did you mean title?"),
        ("title: A GAN with few items\n", "", 1, "the key title is missing"),
        ("    reference: gan\n", "", 5, "net: the key reference is missing"),
        ("{quantity: h0, points: 3}", "{quantity: h0}", 16, "an item: the key points is missing"),
        ("title: A", "assignment: b\ntitle: A", 2, "assignment is written twice, first in line 1"),
        ("points: 3}", "points: 3, points: 3}", 16, "points is written twice"),
        ("points: 3}", "points: 3, [a]: 1}", 16, "a key must be a name"),
        ("  net:\n", "  my.net:\n", 4, "a problem's name is letters, digits and _"),
        # kinds
        ("problems:\n", "problems: []\nx:\n", 3, "problems: expected a table of keys"),
        ("problems:\n", "problems: {}\nx:\n", 3, "expected at least one problem"),
        ("points: 4", "points:", 6, "net: points: expected points, found nothing"),
        ("points: 4", "points: [4]", 6, "net: points: expected points, found a list"),
        ("points: 4", "points: 4\n    title: {a: b}", 7, "expected a text, found a table"),
        ("points: 4", "points: 4\n    levels: 6850", 7, "levels: expected a list, found '6850'"),
        ("points: 4", "points: 4\n    levels: []", 7, "expected a list, found an empty one"),
        ("points: 4", "points: 4\n    tolerance: 0.1", 7, "expected a table of keys, found '0.1'"),
        ("title: A GAN with few items", "title: A\ndue: soon", 3, "due: expected a date such as"),
        ("title: A GAN with few items", "title: A\ndue: [2024]", 3, "due: expected a date such as"),
        ("title: A GAN with few items", "title: A\nreveal: all", 3, "one of: nothing, values"),
        ("assignment: small", "assignment: a/b", 1, "expected letters, digits and - _ . only"),
        ("title: A GAN with few items", f"title: {'x' * 501}", 2, "longer than 500 characters"),
        # points
        ("points: 4", "points: 5", 6, "the items add up to 4, not to 5"),
        ("points: 3}", "points: 1/3}", 6, "the items add up to 4/3, not to 4"),
        ("points: 3}", "points: -3}", 16, "net.h0: points: -3 is negative"),
        ("points: 3}", "points: three}", 16, "expected a number such as 3, 1.5 or 1/3"),
        ("points: 3}", "points: 1/0}", 16, "expected a number such as 3, 1.5 or 1/3"),
        ("points: 3}", "points: 3e0}", 16, "expected a number such as 3, 1.5 or 1/3"),
        ("points: 3}", "points: 03}", 16, "YAML reads it as an octal number"),
        ("points: 3}", "points: 3, follow_through: 1.5}", 16, "expected a share from 0 to 1"),
        ("points: 3}", "points: 3, all_or_nothing: yes}", 16, "expected true or false"),
        ("points: 3}", 'points: 3, implied: "true"}', 16, "expected true or false"),
        ("points: 3}", "points: 3, credit: {sign_eror: 1}}", 16, "did you mean sign_error?"),
        ("points: 3}", "points: 3, credit: {sign_error: 2}}", 16, "expected a share from 0 to 1"),
        ("points: 3}", "points: 3, tolerance: {abs: -1}}", 16, "h0: tolerance: abs is negative"),
        ("points: 3}", "points: 3, tolerance: {rel: 1}}", 16, "rel must be below 1"),
        ("points: 3}", "points: 3, tolerance: {relative: 0.1}}", 16, "no key 'relative'"),
        ("points: 3}", "points: 3, tolerance: {min_digits: 0}}", 16, "a whole number from 1 to 15"),
        ("points: 3}", "points: 3, tolerance: {min_digits: 2.5}}", 16, "a whole number from 1"),
        # references and quantities
        ("reference: gan", "reference: gam", 5, "there is no reference 'gam'; did you mean gan?"),
        ("reference: gan", "reference: graph", 5, "graph has no PROBLEM"),
        ("reference: gan", "reference: ..grader.cli", 5, "there is no reference"),
        ("reference: gan", "reference: gone.py", 5, "gone.py cannot be read"),
        ("quantity: h0", "quantity: h9", 16, "net: quantity: 'h9' is not known; write one of: h0,"),
        ("quantity: h0", "quantity: grad_h_2", 16, "did you mean grad_h2?"),
        ("quantity: h0", "quantity: grad_W1", 16, "did you mean grad_w1?"),
        ("quantity: grad_w1", "quantity: h0", 17, "h0 is an item twice, first in line 16"),
        # given
        ("      b2: 0.3\n", "", 8, "net: given: the key b2 is missing"),
        ("      b2: 0.3\n", "      b2: 0.3\n      b3: 1\n", 15, "there is no key 'b3'"),
        ("z: [0.4, 0.8]", "z: [[0.4], [0.8]]", 8, "given z: expected (2), found (2, 1)"),
        ("z: [0.4, 0.8]", "z: 0.4", 8, "given z: expected (2), found a single number"),
        ("z: [0.4, 0.8]", "z: []", 8, "expected numbers in lists, found an empty list"),
        ("z: [0.4, 0.8]", "z: [0.4, {a: 1}]", 8, "expected numbers in lists, found a table"),
        ("b2: 0.3", "b2: [0.3]", 14, "given b2: expected a single number, found (1)"),
        ("[0.7, 0.9], ", "[0.7, 0.9, 1], ", 9, "entry [1] of a list is (3), those before it (2)"),
        ("z: [0.4, 0.8]", "z: [0.4, 0,8]", 8, "expected (2), found (3)"),
        ("b2: 0.3", "b2: 0,3", 14, "write 0.3 without quotes"),
        ("b2: 0.3", "b2: '0.3'", 14, "write 0.3 without quotes"),
        ("b2: 0.3", "b2: 010", 14, "YAML reads it as an octal number; write it as a decimal"),
        ("b2: 0.3", "b2: 1:30", 14, "YAML reads it as a number to the base 60"),
        ("b2: 0.3", "b2: no", 14, "given b2: expected a number, found 'no'"),
        ("b2: 0.3", "b2: 1_000", 14, "expected a number, found '1_000'"),
        ("b2: 0.3", "b2: 0x10", 14, "expected a number, found '0x10'"),
        ("b2: 0.3", "b2: .inf", 14, "expected a finite number"),
        ("b2: 0.3", "b2: NaN", 14, "expected a finite number"),
        ("b2: 0.3", "b2: 1e400", 14, "expected a finite number"),
        ("b2: 0.3", "b2: -1e300\n    tolerance: {}\n    conventions: {objective: [maximize]}", 16,
         "did you mean maximize_log_p?"),
        ("b2: 0.3", "b2: 1e308\n    conventions: {objective: [minimize_nll, minimize_nll]}", 15,
         "minimize_nll is listed twice"),
        ("    items:", "    conventions: {deconv: transposed}\n    items:", 15, "expected a list"),
        ("    items:", "    conventions: {deconf: [transposed]}\n    items:", 15, "mean deconv?"),
        # text that YAML would read as something else
        ("title: A GAN with few items", "title: no", 2, 'put it in quotes: "no"'),
        ("title: A GAN with few items", "title: 12", 2, 'put it in quotes: "12"'),
        ("assignment: small", "assignment: 010", 1, 'octal number; put it in quotes: "010"'),
        ("points: 4", "points: 4\n    levels: [off]", 7, 'put it in quotes: "off"'),
        ("points: 4", "points: 4\n    levels: [0485, 12:30]", 7, "a number to the base 60"),
        # YAML itself
        ("points: 4", "points: !!python/name:os.system 4", 6, "a tag (tag:yaml.org,2002:python/"),
        ("points: 4", "points: &p 4\n    title: *p", 7, "*p repeats another value; write"),
        ("    points: 4", "\tpoints: 4", 6, "a tab stands here"),
        ("title: A", "title: A: b", 2, "put a text with a colon in quotes"),
        ("points: 4", "points: 4\x07", 6, "a control character stands here"),
        ("    items:", "---\nitems:", 15, "a second document begins here"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_line(tmp_path, old, new, line, told):
    assert GOOD.count(old) == 1
    found = mistakes(tmp_path, GOOD.replace(old, new))
    assert any(m.startswith(f"r.yaml, line {line}: ") and told in m for m in found), found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("points: 4", "points: &p 4\n    title: *p"),
        ("quantity: h0", "quantity: h9"),
        ("points: 3}", "points: three}"),
        ("reference: gan", "reference: gam"),
        ("w0: [[0.1, 0.3]", "w0: [[0.1, 0.3, 0.5]"),
        ("b2: 0.3", "b2: -x"),
    ],
)
def test_one_mistake_is_told_once(tmp_path, old, new):
    assert len(mistakes(tmp_path, GOOD.replace(old, new))) == 1


def test_values_without_a_finite_answer_are_a_mistake(tmp_path):
    text = GOOD.replace("quantity: grad_w1", "quantity: grad_p").replace("b2: 0.3", "b2: -1e300")
    assert mistakes(tmp_path, text) == (
        "r.yaml, line 8: net: grad_p has no finite value for what is given",
    )


def test_a_problem_with_numbers_needs_what_is_given(tmp_path):
    text = re.sub(r"    given:\n(      .*\n){7}", "", GOOD)
    (told,) = mistakes(tmp_path, text)
    assert "line 5: net: given is missing; it gives z, w0, b0, w1, b1, w2, b2 their values" in told


def test_lengths_that_are_symbols_must_agree(tmp_path):
    text = """\
assignment: a
title: a
problems:
  net:
    reference: autoencoder
    points: 1
    given: {x: [[1], [2], [3]], W1: [[1, 2], [3, 4]], b1: [[0], [1]], W2: [[1, 2, 3], [4, 5, 6]],
            b2: [[0], [0], [1]]}
    items: [{quantity: grad_W1, points: 1}]
"""
    assert mistakes(tmp_path, text) == (
        "r.yaml, line 7: net: given W1: expected (3, M), found (2, 2)",
    )


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("PROBLEM = 1", "own.py has no PROBLEM"),
        ("def f(:", "own.py: SyntaxError"),
        ("import no_such_module_here", "own.py: ModuleNotFoundError"),
        ("1 / 0", "own.py: ZeroDivisionError"),
        (
            "import reference.graph as g; g.Graph({'x': ()}, (g.Step('y', 'reluu', ('x',)),))",
            "own.py: GraphError: step y: there is no operation 'reluu'",
        ),
    ],
)
def test_what_is_wrong_with_a_reference_beside_the_rubric_is_told(tmp_path, source, told):
    (tmp_path / "own.py").write_text(source, encoding="utf-8")
    (found,) = mistakes(tmp_path, GOOD.replace("reference: gan", "reference: own.py"))
    assert found.startswith("r.yaml, line 5: net: reference: ")
    assert told in found


_SOFTMAX = (Path(__file__).parent / "assignments" / "softmax.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('objective="J"', 'objective="q"', "the objective q is no scalar step"),
        ('Quantity("h",', 'Quantity("hh",', "its graph has no step for the quantity hh"),
        ('"dot", ("y", "logq")', '"divide", ("y", "logq")', "no scalar step"),
        ('{"J": {"factor": 1.0}}', '{"L": {"factor": 1.0}}', "unexpected keyword argument"),
    ],
)
def test_a_reference_that_cannot_be_differentiated_is_told(tmp_path, old, new, told):
    assert _SOFTMAX.count(old) == 1
    (tmp_path / "own.py").write_text(_SOFTMAX.replace(old, new), encoding="utf-8")
    (found,) = mistakes(tmp_path, GOOD.replace("reference: gan", "reference: own.py"))
    assert told in found


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("hw66", "there is no rubric 'hw66', and no file of that name; did you mean hw6?"),
        ("gone.yaml", "gone.yaml: the rubric cannot be read: No such file"),
        (".", "the rubric cannot be read"),
        ("", "the rubric cannot be read"),
        ("../hw6", "the rubric cannot be read"),
        ("nul\0", "the rubric cannot be read"),
    ],
)
def test_a_rubric_that_is_not_there_is_told(source, told):
    with pytest.raises(RubricError, match=re.escape(told)):
        load(source)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "the file is empty"),
        (b"# nothing\n", "the file is empty"),
        (b"just words", "line 1: the rubric: expected a table of keys"),
        (b"- a\n", "line 1: the rubric: expected a table of keys, found a list"),
        (GOOD.encode("utf-16"), "line 1: this is not UTF-8 text"),
        (b"title: a\nx: \xe9\n", "line 2: this is not UTF-8 text"),
        (b"x: " + b"a" * 300_000, "larger than 256 KiB"),
        (b"[" * 100_000, "nested more than 16 deep"),
        (b"{a: " * 50_000, "nested more than 16 deep"),
        (b"- " * 100_000, "nested more than 16 deep"),
        (b"a: [1, 2\n", "this is not YAML from here on"),
        (b"a: 'x\n", "this is not YAML from here on"),
        (b"a: &a [*a, *a]\n", "*a repeats another value"),
        (b"*a : 1\n", "*a repeats another value"),
        (b"%YAML 3.0\n---\na: 1\n", "this is not YAML from here on"),
        (b"a: \x00\n", "line 1: a control character stands here"),
        (b"\x1f\x8b\x08\x00", "this is not UTF-8 text"),
    ],
)
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_what_is_no_rubric_at_all_is_told(tmp_path, monkeypatch, loader, data, told):
    if not hasattr(yaml, loader):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(rubric_yaml, "_LOADER", getattr(yaml, loader))
    assert any(told in mistake for mistake in mistakes(tmp_path, data))


def test_lists_that_repeat_each_other_do_not_grow(tmp_path):
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 9)}]" for k in range(1, 30)]
    assert any("*a28 repeats" in mistake for mistake in mistakes(tmp_path, "\n".join(lines)))


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_both_parsers_of_yaml_read_the_same(monkeypatch, loader):
    if not hasattr(yaml, loader):
        pytest.skip("PyYAML was built without libyaml")
    before = load("hw6")
    monkeypatch.setattr(rubric_yaml, "_LOADER", getattr(yaml, loader))
    assert [p.items for p in load("hw6").problems] == [p.items for p in before.problems]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_rubric_loads_or_is_told(tmp_path_factory, data):
    start = data.draw(st.integers(0, len(HW6)))
    end = data.draw(st.integers(start, min(len(HW6), start + 60)))
    put = data.draw(st.text(alphabet="[]{}:,-*&!'\"\n\t 0.5eabc\x00\ud7ff", max_size=12))
    path = tmp_path_factory.getbasetemp() / "damaged.yaml"
    path.write_text(HW6[:start] + put + HW6[end:], encoding="utf-8")
    try:
        told = load(path).problems and ("damaged.yaml: none",)
    except RubricError as error:
        told = error.mistakes
    assert told
    assert all(re.match(r"damaged\.yaml(, line \d+)?: .", mistake) for mistake in told)
