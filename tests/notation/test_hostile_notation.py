import contextlib
import copy
import inspect
import pickle
import sys
import time

import numpy as np
import pytest

from grader.notation.errors import NotationError
from grader.notation.evaluate import evaluate
from grader.notation.grammar import parse
from grader.notation.readings import readings
from grader.notation.tree import names_in, renamed
from grader.notation.typeset import latex, mathml, mathml_of_text, plain
from grader.notation.vocabulary import of_symbols

WORDS = of_symbols({"x": ("N", 1), "y": ("N", 1), "b": ()})

HOSTILE = {
    "a tower of powers": "9**9**9**9",
    "a tower of carets": "^".join(["9"] * 150),
    "five thousand brackets": "(" * 5000 + "x" + ")" * 5000,
    "brackets that fit the length": "(" * 190 + "x" + ")" * 190,
    "five thousand open brackets": "(" * 5000,
    "forty thousand terms": "x+" * 40_000 + "x",
    "a name of a hundred kilobytes": "x" * 100_000,
    "a number of a hundred kilobytes": "9" * 100_000,
    "a number of a thousand digits": "9" * 1000,
    "a hundred kilobytes of spaces": " " * 100_000,
    "minus signs": "-" * 399 + "x",
    "more minus signs": "-" * 1999 + "x",
    "transposes": "x" + "ᵀ" * 399,
    "many transposes": "x" + "ᵀ" * 1999,
    "functions in functions": "exp(" * 190 + "x" + ")" * 190,
    "indices": "x" + "[0]" * 130,
    "a hundred and fifty terms": "x+" * 150 + "x",
    "code": "__import__('os').system('id')",
    "more code": "().__class__.__bases__[0].__subclasses__()",
    "a format string": "{x.__class__}",
    "another": "{0!r:>1000000000}",
    "a lambda": "lambda: x",
    "a comprehension": "[x for x in h]",
    "an f-string": 'f"{x}"',
    "a statement": "import os",
    "markup": "<script>alert(1)</script>",
    "a spreadsheet's formula": '=HYPERLINK("http://a.b";"c")',
    "a null character": "x\x00y",
    "half a surrogate": "x + \ud800",
    "right to left": "x + \u202ey",
    "emoji": "x + 🙂",
    "an attribute": "x.__class__",
    "a keyword argument": "sum(x, where=x)",
    "a semicolon": "x; y",
    "a huge exponent": "x^1e300",
    "spaces for backtracking": "grad" + " " * 1900 + "(",
    "names for backtracking": "a(" * 190,
    "events for backtracking": "p(" + " " * 1900,
    "gradients for backtracking": "∇" * 1000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_in_milliseconds(text):
    started = time.process_time()
    with pytest.raises(NotationError) as caught:
        readings(parse(text), WORDS)
    assert time.process_time() - started < 1  # milliseconds, on a machine of its own
    assert len(caught.value.message) < 500
    assert len(caught.value.text) <= 2000
    caught.value.drawn().encode("utf-8", "replace")


HEAVY = {
    "large results": "+".join(["sum(ones(999, 999))"] * 40),
    "large products": " @ ".join(["ones(300, 300)"] * 50),
    "an outer product": "ones(999999) @ ones(999999).T",
    "an identity": "I(99999)",
    "a diagonal": "diag(ones(99999))",
    "a batch of large results": "b * ones(999, 999)",
    "a size beyond numbers": "ones(1e300, 1e300)",
    "a size that is none": "ones(x)@ones(log(-1))",
}


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY)
def test_heavy_work_is_refused_before_it_is_done(text):
    tree = parse(text)
    started = time.process_time()
    with pytest.raises(NotationError):
        readings(tree, WORDS)
    assert time.process_time() - started < 1


MANY_WAYS = {
    "dots": "x·" * 60 + "x",
    "dots in brackets": "(" * 9 + "x·x" + ")·(x·x)" * 9,
    "fractions": "1/p p" * 20,
    "two kinds of signs": "x ⊙ W y ⊙ " * 15 + "x",
    "unknown letters together": "x" * 24,
    "identities": "I " * 30 + "x",
    "indices": "x_i " * 60,
}


@pytest.mark.parametrize("text", MANY_WAYS.values(), ids=MANY_WAYS)
def test_what_can_be_read_in_very_many_ways_takes_no_time(text):
    words = of_symbols({"x": ("N", 1), "y": ("N", 1), "W": ("N", "N"), "p": ()})
    started = time.process_time()
    with contextlib.suppress(NotationError):
        assert len(readings(parse(text), words)) <= 8
    assert time.process_time() - started < 1


LONGEST = {
    "a sum": "x+" * 98 + "x",
    "a product": "2 " + "x " * 98,
    "minus signs": "-" * 98 + "x",
    "transposes": "x" + ".T" * 98,
    "brackets": "(" * 40 + "x" + ")" * 40,
    "functions": "relu(" * 40 + "x" + ")" * 40,
    "functions of sums": "1+relu(" * 39 + "x" + ")" * 39,
}


@pytest.mark.parametrize("text", LONGEST.values(), ids=LONGEST)
def test_the_longest_formulas_do_not_exhaust_a_small_stack(text):
    usual = sys.getrecursionlimit()
    depth = len(inspect.stack())
    sys.setrecursionlimit(depth + 700)
    try:
        tree = parse(text)
        evaluate(readings(tree, of_symbols({"x": ()}))[0].tree, {"x": np.ones(3)})
        assert names_in(tree) == ("x",)
        assert renamed(tree, {"x": "y"}) != tree
        assert parse(plain(tree)) == tree
        assert mathml(tree)
        assert latex(tree)
        assert hash(tree) == hash(parse(text))
        assert pickle.loads(pickle.dumps(tree)) == tree  # noqa: S301 - our own pickle
        assert copy.deepcopy(tree) == tree
        assert repr(tree)
    finally:
        sys.setrecursionlimit(usual)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_can_be_typeset_without_harm(text):
    markup = mathml_of_text(text)
    assert "<script" not in markup
    markup.encode("utf-8")


@pytest.mark.parametrize(
    ("largest", "one_more"),
    [
        ("0." + "1" * 38, "0." + "1" * 39),
        ("f(" + "x," * 198 + "x)", "f(" + "x," * 199 + "x)"),
        ("x" * 2000, "x" * 2001),
        ("(" * 40 + "x" + ")" * 40, "(" * 41 + "x" + ")" * 41),
        ("x+" * 99 + "x", "x+" * 100 + "x"),
        ("x^64", "x^65"),
    ],
    ids=["number", "tokens", "characters", "brackets", "operations", "exponent"],
)
def test_a_bound_allows_what_it_says_and_no_more(largest, one_more):
    assert parse(largest)
    with pytest.raises(NotationError, match=r"at most|lies between"):
        parse(one_more)
