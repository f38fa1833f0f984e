import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.notation.errors import NotationError
from grader.notation.grammar import parse, parse_equation
from grader.notation.tree import (
    Binary,
    Call,
    Index,
    Name,
    Negation,
    Number,
    Transpose,
    names_in,
    postorder,
    renamed,
)
from grader.notation.typeset import plain

DOCS = Path(__file__).parents[2] / "docs" / "notation.md"


def documented():
    table = DOCS.read_text(encoding="utf-8").split("<!-- examples: begin -->")[1]
    table = table.split("<!-- examples: end -->")[0]
    return re.findall(r"^\| `(.+?)` \| `(.+?)` \|", table, re.MULTILINE)


def test_the_documentation_has_examples():
    assert len(documented()) >= 15


@pytest.mark.parametrize(("written", "meant"), documented())
def test_every_documented_example_is_read_as_documented(written, meant):
    assert parse(written) == parse(meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        # how tightly things bind
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("a / b * c", "(a / b) * c"),
        ("a @ b * c", "(a @ b) * c"),
        ("a * b @ c", "(a * b) @ c"),
        ("-a * b", "(-a) * b"),
        ("-a^2", "-(a^2)"),
        ("a^-2", "a^(-2)"),
        ("a.T^2", "(a.T)^2"),
        ("a^2.T", "(a^2).T"),
        ("a²ᵀ", "(a^2).T"),
        ("a + b > c - 1", "(a + b) > (c - 1)"),
        ("+a", "a"),
        ("a - -b", "a - (-b)"),
        ("a--b", "a - (-b)"),
        # products without a sign
        ("2 h", "2*h"),
        ("2h", "2*h"),
        ("(a)(b)", "a*b"),
        ("(a) b", "a*b"),
        ("W2 h", "W2*h"),
        ("2e-3x", "0.002*x"),
        ("2exp(x)", "2*exp(x)"),
        ("a.T b", "a.T*b"),
        ("x(1-x)^2", "x*((1-x)^2)"),
        # square brackets around a formula are like round ones
        ("p [a + b]", "p(a + b)"),
        ("p[a + b]", "p(a + b)"),
        ("x [g ⊙ (h > 0)]^T", "x * (g .* (h > 0)).T"),
        ("2 h [(x' - x) ⊙ x' ⊙ (1 - x')]^T", "2 * h * ((x' - x) .* x' .* (1 - x')).T"),
        ("W2[grad_z2]", "W2 * grad_z2"),
        ("W2^T[g]", "W2.T * g"),
        ("(a)[b][c]", "a * b * c"),
        ("a * b[c + 1].T", "a * b * (c + 1).T"),
        ("2[a + b]", "2*(a + b)"),
        ("2{a + b}", "2*(a + b)"),
        ("-2 h ((x-x') x' (1-x'))^T", "((-2)*h)*(((x-x')*x')*(1-x')).T"),
        # transposes
        ("a^T", "a.T"),
        ("a^{T}", "a.T"),
        ("a^(T)", "a.T"),
        ("a^⊤", "a.T"),
        (r"a^\top", "a.T"),
        (r"a^{\top}", "a.T"),
        ("aᵀ", "a.T"),
        ("a**T", "a.T"),
        ("a^T^T", "a.T.T"),
        ("a^Tb", "a.T*b"),
        ("np.transpose(a)", "a.T"),
        ("a.transpose()", "a.T"),
        # one operator, many signs
        ("a ** 2", "a^2"),
        ("a .^ 2", "a^2"),
        ("a³", "a^3"),
        ("a⁻¹", "a^-1"),
        ("a ./ b", "a/b"),
        ("a ÷ b", "a/b"),
        ("a ∘ b", "a ⊙ b"),
        ("a × b", "a*b"),
        ("a ⋅ b", "a*b"),
        ("a – b", "a-b"),
        ("a ≥ b", "a>=b"),
        ("a ≠ b", "a!=b"),
        ("2e−3", "0.002"),
        # names
        ("W_{2}", "W_2"),
        ("h₂", "h2"),
        ("x′", "x'"),
        ("x’", "x'"),
        ("∇_xp", "∇xp"),
        ("∇_{xp}", "∇xp"),
        ("∇ xp", "∇xp"),
        ("grad xp", "grad_xp"),
        ("∂J/∂xp", "dJ/dxp"),
        ("p( y = 0 )", "p(y=0)"),
        # functions
        ("SIGMOID(x)", "sigmoid(x)"),
        ("Σ(x)", "sum(x)"),
        ("σ(x)", "sigmoid(x)"),
        ("σ'(x)", "sigmoid'(x)"),
        ("exp[x]", "exp(x)"),
        ("torch.relu(x)", "relu(x)"),
        ("max(0, x)", "maximum(0, x)"),
        ("eye(N)", "I(N)"),
        ("1(h > 0)", "1[h > 0]"),
        ("𝟙{h > 0}", "1[h > 0]"),
        ("= -x", "-x"),
        # hats
        ("2(x\u0302 - x)", "2 * (xhat - x)"),
        (r"2(\hat{x} - x)", "2 * (xhat - x)"),
        (r"\hat x (1 - \widehat{ x })", "xhat * (1 - xhat)"),
        (r"∇\hat{x}.T", "∇xhat.T"),
        (r"dJ/d\hat{x}", "∇xhat"),
        ("x\u0302_1", "xhat_1"),
    ],
)
def test_two_spellings_are_one_formula(written, meant):
    assert parse(written) == parse(meant)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a*b", "a@b"),
        ("a*b", "a.*b"),
        ("Σ(x)", "σ(x)"),
        ("h2", "H2"),
        ("I(N)", "1[N > 0]"),
        ("x'", "x"),
        ("a - b - c", "a - (b - c)"),
        ("exp(x)", "p(x)"),
    ],
)
def test_two_meanings_are_two_formulas(first, second):
    assert parse(first) != parse(second)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("2.5e-3", Number(0.0025)),
        (".5", Number(0.5)),
        ("3.", Number(3.0)),
        ("x'", Name("x'")),
        ("-x", Negation(Name("x"))),
        ("x.T", Transpose(Name("x"))),
        ("a @ b", Binary("@", Name("a"), Name("b"))),
        ("c[0]", Index(Name("c"), (Number(0.0),))),
        ("c[-1]", Index(Name("c"), (Negation(Number(1.0)),))),
        ("c [0]", Index(Name("c"), (Number(0.0),))),
        ("c[0, 1]", Index(Name("c"), (Number(0.0), Number(1.0)))),
        ("c[i, j]", Index(Name("c"), (Name("i"), Name("j")))),
        ("c[0][1]", Index(Index(Name("c"), (Number(0.0),)), (Number(1.0),))),
        ("deconv(h1, w1)", Call("deconv", (Name("h1"), Name("w1")))),
        ("reshape(h0)", Call("reshape", (Name("h0"),))),
        ("h > 0", Binary(">", Name("h"), Number(0.0))),
    ],
)
def test_a_text_has_this_tree(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "span", "said"),
    [
        ("", (0, 0), "no formula"),
        ("   ", (3, 3), "no formula"),
        ("x +", (3, 3), "where the formula ends"),
        ("x + * y", (4, 5), "expected here"),
        ("(x + y", (0, 1), "never closed"),
        ("x + y)", (5, 6), "never opened"),
        ("(x + y]", (0, 7), "write )"),
        ("0,5 * x", (1, 2), "decimals with a point"),
        ("a^b^c", (3, 4), "two ways"),
        ("x^2²", (3, 4), "two ways"),
        ("x² ²", (3, 4), "two ways"),
        ("x²^2", (2, 3), "two ways"),
        ("a < b < c", (6, 7), "two things at a time"),
        ("5 6", (2, 3), "operator is missing"),
        ("h 2", (2, 3), "operator is missing"),
        ("a = b = c", (6, 7), "one = at most"),
        ("sum(a = b)", (6, 7), "=="),
        ("x.shape", (1, 7), "no part"),
        ("np.exp", (0, 6), "write np.exp(...)"),
        ("x ! y", (2, 3), "!="),
        ("x\x00", (1, 2), "U+0000"),
        ("[1, 2]", (2, 3), "comma"),
        ("f(a,)", (4, 5), "expected here"),
        ("()", (1, 2), "expected here"),
        ("x^65", (2, 4), "exponent"),
        ("x^-65", (2, 5), "exponent"),
        ("1e400", (0, 5), "too large"),
    ],
)
def test_what_is_no_formula_is_refused_with_its_place(text, span, said):
    with pytest.raises(NotationError) as caught:
        parse(text)
    assert caught.value.span == span
    assert said in caught.value.message


def test_places_are_those_of_the_students_text():
    text = "W2.T @ (a+b)*c"
    tree = parse(text)
    assert text[slice(*tree.span)] == text
    assert text[slice(*tree.at)] == "*"
    assert text[slice(*tree.left.span)] == "W2.T @ (a+b)"
    assert text[slice(*tree.left.right.span)] == "a+b"


def test_names_are_listed_once_in_order_of_appearance():
    assert names_in(parse("b*exp(a) + b.T - x'(1 - x')")) == ("b", "a", "x'")


def test_renaming_changes_names_only_and_keeps_places():
    tree = renamed(parse("x'(1 - exp(y))"), {"x'": "xp", "exp": "log"})
    assert tree == parse("xp(1 - exp(y))")
    assert tree.left.span == (0, 2)


@pytest.mark.parametrize("name", ["erf", "round", "vec", "kron", "np.clip", "Logit"])
def test_a_function_that_is_not_in_the_language_is_a_call_all_the_same(name):
    tree = parse(f"{name}(z1)")
    assert isinstance(tree, Call)
    assert tree.function == name
    assert isinstance(parse("erf (z1)"), Call)
    assert parse("erf") == Name("erf")


def test_an_equation_has_two_sides():
    assert parse_equation("grad_h1 = W") == (Name("grad_h1"), Name("W"))
    assert parse_equation("W") == (None, Name("W"))


# --- laws ---------------------------------------------------------------------------------------

NAMES = st.sampled_from(["x", "x'", "W2", "h", "grad_xp", "∇xp", "dJ/dxp", "I", "q", "p(y=0)"])
NUMBERS = st.floats(0, 1e300).map(Number) | st.integers(0, 99).map(lambda n: Number(float(n)))
POWERS = st.integers(0, 64).map(lambda n: Number(float(n)))
OPERATORS = ["+", "-", "*", ".*", "@", "/", "<", ">", "<=", ">=", "==", "!="]


def larger(trees):
    return st.one_of(
        st.builds(Negation, trees),
        st.builds(Transpose, trees),
        st.builds(Binary, st.sampled_from(OPERATORS), trees, trees),
        st.builds(Binary, st.just("^"), trees, POWERS | POWERS.map(Negation) | NAMES.map(Name)),
        st.builds(Call, st.sampled_from(["exp", "sum", "indicator", "relu'"]), st.tuples(trees)),
        st.builds(Call, st.sampled_from(["maximum", "deconv", "eye"]), st.tuples(trees, trees)),
        st.builds(Index, st.just(Name("c")), st.tuples(POWERS)),
    )


TREES = st.recursive(NUMBERS | NAMES.map(Name), larger, max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(TREES)
def test_what_is_written_out_plainly_is_read_again_as_it_was(tree):
    assert parse(plain(tree)) == tree


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["x'", "(", ")", "2", ".T", "*", "-", "^", "[", "]", "1"])))
def test_whatever_is_read_from_any_text_can_be_written_out_and_read_again(words):
    try:
        tree = parse(" ".join(words))
    except NotationError:
        return
    assert parse(plain(tree)) == tree


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_formula_or_is_refused_with_a_place_in_it(text):
    places = []
    try:
        places += [(node.span, len(text)) for node in postorder(parse(text))]
    except NotationError as error:
        places.append((error.span, len(error.text)))
    assert places
    assert all(0 <= start <= end for (start, end), _ in places)
    assert all(end <= length for (_, end), length in places if text.isascii())
