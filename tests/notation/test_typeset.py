from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.notation.grammar import parse
from grader.notation.typeset import (
    LINE_MAY_END,
    latex,
    mathml,
    mathml_in_parts,
    mathml_of_chain,
    mathml_of_text,
    plain,
)
from reference import autoencoder, gan

EQUATIONS = [
    str(step) for problem in (gan.PROBLEM, autoencoder.PROBLEM) for step in problem.graph().steps
]
WORDS = [
    *"2()*-^/+>],&∇∂",
    "x'",
    "W2",
    ".T",
    "exp(",
    "sum(",
    "where(",
    "x'_2,j",
    "∂z2/∂h",
    "1[",
    "<b>",
    "\x00",
]


def text_of(markup):
    """What a reader sees, the invisible operators left out."""
    seen = "".join(ET.fromstring(markup).itertext())  # noqa: S314 - our own output
    return seen.replace("\u2061", "").replace("\u2062", "")


@pytest.mark.parametrize("equation", EQUATIONS)
def test_every_equation_of_the_keys_is_typeset(equation):
    markup = mathml_of_text(equation)
    assert "<mtext>" not in markup
    assert markup.count("<mo>=</mo>") == 1
    assert text_of(markup)


@pytest.mark.parametrize(
    ("text", "fewest"),
    [
        ("((a))", "a"),
        ("(a*b)+c", "a * b + c"),
        ("a*(b+c)", "a * (b + c)"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("a/(b/c)", "a / (b / c)"),
        ("-(a*b)", "-(a * b)"),
        ("(-a)*b", "-a * b"),
        ("a*(-b)", "a * (-b)"),
        ("(-a)^2", "(-a)^2"),
        ("-(a^2)", "-a^2"),
        ("(a^2)^3", "(a^2)^3"),
        ("x^-1", "x^(-1)"),
        ("(a+b).T", "(a + b).T"),
        ("2 h", "2 * h"),
        ("a⊙b", "a .* b"),
        ("a ⊗ (b + c)", "a ⊗ (b + c)"),
        ("𝟙{h>0}", "1[h > 0]"),
        ("(h>0)*g", "(h > 0) * g"),
        ("np.ones((N,M))", "ones(N, M)"),
        ("c[0]", "c[0]"),
        ("1e22", "1e+22"),
        ("np.where(a>0, 1, b)", "where(a > 0, 1, b)"),
        (r"\frac{\partial z_2}{\partial W_2}", "∂z2/∂W2"),
        ("0.50", "0.5"),
    ],
)
def test_plain_text_has_the_fewest_brackets(text, fewest):
    assert plain(parse(text)) == fewest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("grad_H2", r"\nabla_{H_{2}}"),
        ("∇xp", r"\nabla_{x'}"),
        ("dJ/dw1", r"\nabla_{w_{1}}"),
        ("w_out", r"w_{\mathrm{out}}"),
        ("yhat", r"\hat{y}"),
        ("theta_1", r"\theta_{1}"),
        ("logp", r"\mathrm{logp}"),
        ("W2.T @ h", r"W_{2}^{\top} \, h"),
        ("x'^2", r"{x'}^{2}"),
        ("2 * r", r"2 \, r"),
        ("2 * 3", r"2 \cdot 3"),
        ("-2*h", r"-2 \, h"),
        ("a * b", r"a \cdot b"),
        ("a .* b", r"a \odot b"),
        ("outer(a, b)", r"a \otimes b"),
        (r"a \otimes b \otimes c", r"a \otimes b \otimes c"),
        ("outer(a, b + c)", r"a \otimes \left(b + c\right)"),
        ("dot(w2, H2)", r"w_{2} \cdot H_{2}"),
        ("a / b", r"\frac{a}{b}"),
        ("(a / b)^2", r"\left(\frac{a}{b}\right)^{2}"),
        ("c * (a / b)", r"c \cdot \frac{a}{b}"),
        ("-(a / b)", r"-\frac{a}{b}"),
        ("a - (-b)", r"a - \left(-b\right)"),
        ("a.T.T", r"\left(a^{\top}\right)^{\top}"),
        ("sigmoid(m)", r"\sigma\left(m\right)"),
        ("sigmoid'(m)", r"\sigma'\left(m\right)"),
        ("relu(z)", r"\operatorname{ReLU}\left(z\right)"),
        ("log(p)", r"\log\left(p\right)"),
        ("sum(r^2)", r"\sum r^{2}"),
        ("sum(a * b)", r"\sum \left(a \cdot b\right)"),
        ("sum(a) * b", r"\left(\sum a\right) \cdot b"),
        ("g * (h > 0)", r"g \cdot \left[h > 0\right]"),
        ("1[h >= 0]", r"\mathbf{1}\left[h \ge 0\right]"),
        ("sum_channels(c)", r"\operatorname{sum\_channels}\left(c\right)"),
        ("sqrt(abs(x))", r"\sqrt{\left|x\right|}"),
        ("2e-6", r"2 \times 10^{-6}"),
        ("x * 1e-6", r"x \cdot \left(10^{-6}\right)"),
        ("2e-6^2", r"\left(2 \times 10^{-6}\right)^{2}"),
        ("x'_j", r"x_{j}'"),
        ("W_{2,ij}", "W_{2,ij}"),
        ("W2_ij", "W_{2,ij}"),
        ("δ_2", r"\delta_{2}"),
        ("h_1^{(1)}", "h_{1,1}"),
        (r"\hat{x}_j", r"\hat{x}_{j}"),
        (r"\bar{x}", r"\bar{x}"),
        ("w_in", r"w_{\mathrm{in}}"),
        ("∂J/∂W_{2,ij}", r"\nabla_{W_{2,ij}}"),
        (r"\frac{\partial z_2}{\partial W_2}", r"\frac{\partial z_{2}}{\partial W_{2}}"),
        (r"\frac{\partial x'_k}{\partial z_{2,k}}", r"\frac{\partial x_{k}'}{\partial z_{2,k}}"),
        (r"\frac{\partial x_i}{\partial \hat{x}}", r"\frac{\partial x_{i}}{\partial \hat{x}}"),
        (r"\frac{\partial \hat{x}}{\partial \theta}", r"\frac{\partial \hat{x}}{\partial \theta}"),
        (
            r"\frac{\partial z_2[i]}{\partial W_2[k][j]}",
            r"\frac{\partial z_{2}\left[i\right]}{\partial W_{2}\left[k, j\right]}",
        ),
        (
            r"\frac{\partial z_2}{\partial h}[i]",
            r"\left(\frac{\partial z_{2}}{\partial h}\right)\left[i\right]",
        ),
        (r"\frac{\partial}{\partial x'} f", r"\frac{\partial}{\partial x'} \, f"),
        ("where(a, b)", r"\operatorname{where}\left(a, b\right)"),
        (
            "where(a > 0, 1, 0)",
            r"\begin{cases} 1 & \text{if } a > 0 \\ 0 & \text{otherwise} \end{cases}",
        ),
        (
            "where(a > 0, 1, where(b > 0, 2, 3))",
            (
                r"\begin{cases} 1 & \text{if } a > 0 \\ 2 & \text{if } b > 0 \\ "
                r"3 & \text{otherwise} \end{cases}"
            ),
        ),
        (
            "where(a, b, c)^2",
            r"\left(\begin{cases} b & \text{if } a \\ c & \text{otherwise} \end{cases}\right)^{2}",
        ),
    ],
)
def test_a_formula_has_this_latex(text, expected):
    assert latex(parse(text)) == expected


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("x'", "<mrow><mi>x</mi><mi>′</mi></mrow>"),
        ("xp", "<mrow><mi>x</mi><mi>′</mi></mrow>"),
        ("grad_xp", "∇</mi><mrow><mi>x</mi><mi>′</mi></mrow></msub>"),
        ("xp^2", "<msup><mrow><mi>x</mi><mi>′</mi></mrow><mn>2</mn></msup>"),
        ("w1", "<msub><mi>w</mi><mn>1</mn></msub>"),
        ("w1'", "<msub><mrow><mi>w</mi><mi>′</mi></mrow><mn>1</mn></msub>"),
        ("W2.T", "<msubsup><mi>W</mi><mn>2</mn><mo>⊤</mo></msubsup>"),
        ("grad_H2", '<mi mathvariant="normal">∇</mi><msub><mi>H</mi><mn>2</mn></msub></msub>'),
        ("a / b", "<mfrac><mi>a</mi><mi>b</mi></mfrac>"),
        ("a < b", "<mo>&lt;</mo>"),
        ("a .* b", "<mo>⊙</mo>"),
        ("a * b", "<mo>⋅</mo>"),
        ("relu(a)", '<mi mathvariant="normal">ReLU</mi>'),
        ("sum(a)", "<mo>∑</mo>"),
        ("x'_j", "<msub><mrow><mi>x</mi><mi>′</mi></mrow><mi>j</mi></msub>"),
        (
            "W_{2,ij}",
            "<msub><mi>W</mi><mrow><mn>2</mn><mo>,</mo><mi>i</mi><mi>j</mi></mrow></msub>",
        ),
        (r"\tilde{x}_j", "<msub><mover><mi>x</mi><mo>~</mo></mover><mi>j</mi></msub>"),
        (
            r"\frac{\partial h_i}{\partial x}",
            (
                "<mfrac><mrow><mo>∂</mo><msub><mi>h</mi><mi>i</mi></msub></mrow>"
                "<mrow><mo>∂</mo><mi>x</mi></mrow></mfrac>"
            ),
        ),
        (
            "where(a < 0, b, c)",
            (
                '<mrow><mo>{</mo><mtable columnalign="left"><mtr><mtd><mi>b</mi></mtd><mtd><mrow>'
                "<mtext>if&#xa0;</mtext><mrow><mi>a</mi><mo>&lt;</mo><mn>0</mn></mrow></mrow></mtd>"
                "</mtr><mtr><mtd><mi>c</mi></mtd><mtd><mtext>otherwise</mtext></mtd></mtr></mtable>"
            ),
        ),
    ],
)
def test_a_formula_has_this_mathml(text, inside):
    markup = mathml(parse(text))
    assert markup.startswith('<math displaystyle="true">')
    assert markup.endswith("</math>")
    assert inside in markup


def test_names_are_written_as_their_symbols():
    tree = parse("grad_r * r - q")
    symbols = {"r": "x'", "q": "y_1"}
    assert latex(tree, symbols) == r"\nabla_{x'} \cdot x' - y_{1}"
    assert mathml(tree, symbols) == mathml(parse("∇x' * x' - y_1"))
    assert latex(tree) == r"\nabla_{r} \cdot r - q"


LONG = "(W2 * (2 * (x' - x) .* x' .* (1 - x')) .* relu'(z_1 + b_1))^2"
"""Two of these are more than one line."""


def seen_in(line):
    """What a reader sees of each element of a line."""
    return [text_of(part) for part in line.split(LINE_MAY_END)]


@pytest.mark.parametrize(
    ("sides", "lines"),
    [
        (["a"], [["a"]]),
        (["a", "b"], [["a", "=b"]]),
        ([r"\nabla_h J", "b", "c + d"], [["∇h", "=b", "=c+d"]]),
        ([r"\oops <b>", "b"], [[r"\oops <b>", "=b"]]),
        (["a", "b", "c +"], []),
        ([], []),
        (["a", LONG, LONG], [["a"], *[["=" + text_of(mathml(parse(LONG)))]] * 2]),
        (["a", "(" + "+".join(["b"] * 80) + ")^2", "b"], [["a"], None, ["=b"]]),
        (["a", "(" + "+".join(["b"] * 80) + ")^2"], []),
        (["a", "+".join(["b"] * 40)], [["a"], ["=b", *["+b"] * 39]]),
    ],
)
def test_a_chain_is_set_in_lines(sides, lines):
    """A side that cannot be read, or that nobody could, stands there as text."""
    found = mathml_of_chain(sides)
    assert len(found) == len(lines)
    for line, expected in zip(found, lines, strict=True):
        assert seen_in(line) == (expected or ["=" + sides[1]])


def test_another_text_may_stand_for_a_side_that_cannot_be_read():
    (line,) = mathml_of_chain(["a +", "b"], ["<i>", ""])
    assert '<mtext class="unread">&lt;i&gt;</mtext>' in line


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a + b", 1),
        (" * ".join(["a"] * 40), 40),
        (" @ ".join(["a.T"] * 40), 40),
        ("-" + " * ".join(["a"] * 40), 40),
        ("-(" + " + ".join(["a"] * 40) + ")", 1),
        (" + ".join(["a * b"] * 20) + " - 2 * (c + d)", 21),
        ("(" + " + ".join(["a"] * 40) + ") * b .* c", 3),
        ("(" + " + ".join(["a"] * 40) + ") / b", 1),
        ("2 * (" + " + ".join(["a"] * 40) + ") - (-b)", 2),
        (" + ".join(["a"] * 40) + " < b", 1),
    ],
)
def test_a_long_formula_is_cut_where_no_brackets_are_and_says_the_same(text, parts):
    tree = parse(text)
    found = mathml_in_parts(tree)
    assert len(seen_in(found)) == parts
    assert "".join(seen_in(found)) == text_of(mathml(tree))


def test_text_that_is_no_formula_is_shown_as_it_is():
    markup = mathml_of_text("<script>alert(1)</script> & more")
    text = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"
    assert markup == f'<math displaystyle="true"><mtext>{text}</mtext></math>'


def test_symbols_are_escaped():
    markup = mathml(parse("x"), {"x": "<img src=x onerror=alert(1)>"})
    assert "<img" not in markup
    assert r"\_\$\textbackslash{}" in latex(parse("x"), {"x": "?_$\\"})


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_whatever_the_text_the_mathml_is_well_formed(text):
    assert ET.fromstring(mathml_of_text(text)).tag == "math"  # noqa: S314 - our own output


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS)))
def test_whatever_nearly_is_a_formula_the_mathml_is_well_formed(words):
    markup = mathml_of_text(" ".join(words))
    assert ET.fromstring(markup).tag == "math"  # noqa: S314 - our own output
    assert "<b>" not in markup
