from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.notation.errors import NotationError
from grader.notation.statements import begins_with_relation, statements

MATRIX = r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"


def chains(text: str) -> list[list[str]]:
    """Each statement's members; one that was introduced begins with a plus sign."""
    found = []
    for statement in statements(text):
        members = [" ".join(member.text.split()) for member in statement.members]
        found.append(["+", *members] if statement.introduced else members)
    return found


CASES = [
    # chains
    ("a", [["a"]]),
    ("a = b = c", [["a", "b", "c"]]),
    ("x:=y", [["x", "y"]]),
    ("x ≡ y ≜ z", [["x", "y", "z"]]),
    (r"x \equiv y \triangleq z \coloneqq w", [["x", "y", "z", "w"]]),
    (r"x \stackrel{\text{def}}{=} y", [["x", "y"]]),
    ("m = 11.9786.", [["m", "11.9786"]]),
    ("m ≈ 12.4", [["m", "12.4"]]),
    (r"p = \sigma(m) \approx 0.99", [["p", r"\sigma(m)", "0.99"]]),
    (r"p \approx q", [[r"p \approx q"]]),
    (r"-\frac{1}{\hat{y}} =", [[r"-\frac{1}{\hat{y}}"]]),
    ("= 3", [["3"]]),
    ("a =", [["a"]]),
    # what is no equality
    ("a == b", [["a == b"]]),
    ("a = (h >= 0)", [["a", "(h >= 0)"]]),
    ("h >= 0", [["h >= 0"]]),
    ("h <= 0", [["h <= 0"]]),
    ("h != 0", [["h != 0"]]),
    ("p(y=0) = 0.999", [["p(y=0)", "0.999"]]),
    (r"J = -\log p(y=0 | \theta)", [["J", r"-\log p(y=0 | \theta)"]]),
    (r"J = \sum_{j=1}^{N} r_j", [["J", r"\sum_{j=1}^{N} r_j"]]),
    (r"J = \sum_j=1^N r_j", [["J", r"\sum_j=1^N r_j"]]),
    ("J = ∑_j=1 r_j", [["J", "∑_j=1 r_j"]]),
    ("g = np.sum(a, axis=0)", [["g", "np.sum(a, axis=0)"]]),
    (r"d[i=j] = 1", [["d[i=j]", "1"]]),
    # lines
    ("a = b\nc = d", [["a", "b"], ["c", "d"]]),
    ("a = b\n= c", [["a", "b", "c"]]),
    ("a = b\n\n  = c", [["a", "b", "c"]]),
    ("a =\n  b", [["a", "b"]]),
    ("a = b +\n c", [["a", "b + c"]]),
    ("a = b\n  + c", [["a", "b + c"]]),
    ("a = b @\n c\nd = e", [["a", "b @ c"], ["d", "e"]]),
    ("a = f(b,\n      c)", [["a", "f(b, c)"]]),
    ("a = np.array([[1, 2],\n [3, 4]])\nb = 1", [["a", "np.array([[1, 2], [3, 4]])"], ["b", "1"]]),
    (r"a &= b \\ &= c", [["a", "b", "c"]]),
    (r"a &= b \\ &\quad + c \\[4pt] d &= e", [["a", "b + c"], ["d", "e"]]),
    (r"a &=& b \\* &=& c", [["a", "b", "c"]]),
    (r"a &= b \odot \\ & c", [["a", r"b \odot c"]]),
    ("a & b", [["a & b"]]),
    ("a &= b", [["a", "b"]]),
    # separators
    ("a = b; c = d;", [["a", "b"], ["c", "d"]]),
    ("A = [1 2; 3 4]; B = A'", [["A", "[1 2; 3 4]"], ["B", "A'"]]),
    ("a = b, c = d", [["a", "b"], ["c", "d"]]),
    ("a = b, c", [["a", "b, c"]]),
    ("h = 0.1, 0.2, 0.3", [["h", "0.1, 0.2, 0.3"]]),
    ("m = 12,40, p = 0,99", [["m", "12,40"], ["p", "0,99"]]),
    ("dW[i,j] = g_i h_j", [["dW[i,j]", "g_i h_j"]]),
    (r"h_1 = A \quad h_2 = B", [["h_1", "A"], ["h_2", "B"]]),
    (rf"C = f(h) \quad {MATRIX} \qquad {MATRIX}", [["C", f"f(h) {MATRIX} {MATRIX}"]]),
    ("$a = b$, $c = d$", [["a", "b"], ["c", "d"]]),
    ("$a=b$ $c=d$", [["a", "b"], ["c", "d"]]),
    ("$a$ = $b$", [["a", "b"]]),
    # words
    ("grad = h @ d.T, where d = 2*(y-x)", [["grad", "h @ d.T"], ["+", "d", "2*(y-x)"]]),
    ("let d = 2(y-x), e = d y", [["+", "d", "2(y-x)"], ["e", "d y"]]),
    ("where $a = b$ and $c = d$", [["+", "a", "b"], ["+", "c", "d"]]),
    ("a = b and c = d", [["a", "b"], ["c", "d"]]),
    ("Let us denote z = x", [["+", "z", "x"]]),
    ("With z = x we get g = 2 z", [["+", "z", "x"], ["g", "2 z"]]),
    ("a = b, so c = d, thus e = f", [["a", "b"], ["c", "d"], ["e", "f"]]),
    ("a = b. Therefore, c = d", [["a", "b"], ["c", "d"]]),
    (r"a = b \Rightarrow c = d", [["a", "b"], ["c", "d"]]),
    (r"a = b \implies c = d ⇒ e = f", [["a", "b"], ["c", "d"], ["e", "f"]]),
    (r"\text{where } z = x", [["+", "z", "x"]]),
    (r"a = b \text{ and } c = d", [["a", "b"], ["c", "d"]]),
    (r"\text{Each. } a = b", [["a", "b"]]),
    (r"\text{Project: } h_0 = c", [["h_0", "c"]]),
    (r"h = \text{ReLU}(z)", [["h", r"\text{ReLU}(z)"]]),
    (r"\text{reshape}(h_0)", [[r"\text{reshape}(h_0)"]]),
    ("g = where(h > 0, 1, 0)", [["g", "where(h > 0, 1, 0)"]]),
    ("g = np.where(h > 0, 1, 0)", [["g", "np.where(h > 0, 1, 0)"]]),
    ("solet = withx", [["solet", "withx"]]),
    # what only remarks on a formula
    (r"a = b c \quad (M \times N)", [["a", "b c"]]),
    ("dW2 = h*d'   (M x N)", [["dW2", "h*d'"]]),
    (r"a = b c (M N)", [["a", "b c (M N)"]]),
    ("(8 x 2)", [["(8 x 2)"]]),
    (r"a = b \text{ (outer product)}", [["a", "b"]]),
    (r"a = b \text{ by the chain rule.}", [["a", "b"]]),
    (r"a = b \text{ (if } h > 0)", [["a", r"b \text{ (if } h > 0)"]]),
    (r"a = b \text{ (only where h > 0)}", [["a", r"b \text{ (only where h > 0)}"]]),
    (r"a = b, \quad a \in \mathbb{R}^{2}", [["a", "b"], [r"a \in \mathbb{R}^{2}"]]),
    (r"a = b \hfill \blacksquare", [["a", "b"]]),
    # wrappers
    ("$$a = b$$", [["a", "b"]]),
    (r"\[ a = b \]", [["a", "b"]]),
    (r"\( a = b \)", [["a", "b"]]),
    (r"\begin{align*} a &= b \label{e} \\ c &= d \tag{3} \end{align*}", [["a", "b"], ["c", "d"]]),
    (r"\begin{equation}\begin{split} a &= b \nonumber \end{split}\end{equation}", [["a", "b"]]),
    (r"\begin{array}{rcl} a &=& b \\ &=& c \end{array}", [["a", "b", "c"]]),
    (r"\begin{cases} h = f(x) \\ y = g(h) \end{cases}", [["h", "f(x)"], ["y", "g(h)"]]),
    (r"a = b \begin{gathered} c = d \end{gathered}", [["a", "b"], ["c", "d"]]),
    (f"A = {MATRIX}.", [["A", MATRIX]]),
    (
        r"d = \begin{cases} 1 & \text{if } i=j, \\ 0 & \text{otherwise} \end{cases}",
        [["d", r"\begin{cases} 1 & \text{if } i=j, \\ 0 & \text{otherwise} \end{cases}"]],
    ),
    (
        r"A = \left[\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right]",
        [["A", r"\left[\begin{array}{cc} 1 & 2 \\ 3 & 4 \end{array}\right]"]],
    ),
    (r"f = \left. a = b \right.", [["f", r"\left. a = b \right."]]),
    # comments
    ("a = b % as above = c\nd = e", [["a", "b"], ["d", "e"]]),
    ("a = b  # because c = d", [["a", "b"]]),
    (r"a = 50\% b", [["a", r"50\% b"]]),
    # what does not close
    ("a = (b = c", [["a", "(b", "c"]]),
    ("a) = b", [["a)", "b"]]),
    ("a = [b) = c", [["a", "[b)", "c"]]),
    (r"a \leftarrow b = c", [[r"a \leftarrow b", "c"]]),
    ("a = 1, 2, ...", [["a", "1, 2, ..."]]),
    ("", []),
    (" \n$$ $$ ", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_statements_and_their_members(text, expected):
    assert chains(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("= b", True),
        (r"$$\begin{aligned} &= b", True),
        ("% so\n\\quad = b", True),
        (":= b", True),
        ("a = b", False),
        ("a", False),
        ("== b", False),
        ("", False),
    ],
)
def test_a_block_may_go_on_with_the_one_before_it(text, expected):
    assert begins_with_relation(text) is expected


MATHS = st.lists(
    st.sampled_from(
        [
            *(
                "a",
                " = ",
                "h_2",
                r" \\ ",
                "\n",
                "(",
                ")",
                "[",
                "]",
                "{",
                "}",
                " where ",
                "let ",
                ", ",
            ),
            *(
                r"\begin{align}",
                r"\end{align}",
                r"\begin{array}{c}",
                r"\end{array}",
                "$",
                "$$",
                "&",
            ),
            *(
                r"\begin{cases}",
                r"\end{cases}",
                r"\quad ",
                "; ",
                " + ",
                r"\text{ and }",
                "% ",
                "\\",
            ),
            *(r"\left(", r"\right)", r"\label{x}", "≈ 1", "== ", ".", r"\text{Each. }", " and "),
        ]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(st.text(max_size=300), MATHS))
def test_any_text_gives_statements_whose_members_stand_in_the_source(text):
    try:
        found = statements(text)
    except NotationError:
        return
    last = 0
    for member in (m for statement in found for m in statement.members):
        there = text[member.start : member.start + len(member.text)]
        assert member.text == member.text.strip() != ""
        assert len(there) == len(member.text)
        assert all(a in {b, " "} for a, b in zip(member.text, there, strict=True))
        assert member.start >= last
        last = member.start + len(member.text)


@pytest.mark.parametrize("text", ["x" * 8001, "a = b\n" * 101])
def test_what_is_too_long_is_refused(text):
    with pytest.raises(NotationError, match="than the"):
        statements(text)


@pytest.mark.parametrize(
    "part",
    [
        *("$", "&", "(", "([", "~=", "let ", ",.", "\n", "%", " %", "-", "which ", "\\quad"),
        *("where us ", "\\begin{", "\\frac{", "\\begin{align}", "\\begin{array}{c}="),
        *("\\left(", "\\text{", "[.[", "\\stackrel{", "\\stackrel{a{", "≈ "),
    ],
)
def test_hostile_text_takes_no_time(part):
    text = (part * 8000)[:8000]
    start = time.process_time()
    assert len(statements(text)) <= 100
    assert time.process_time() - start < 1.5
