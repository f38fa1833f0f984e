"""Nothing that an answer says of itself is passed over: it is read, or the answer is not judged."""

import time

import pytest
from spelling_rows import PLACE, RUBRIC

from grader.grading import grade
from grader.model import Answer, Formula, QuantityKey, Student, Submission
from grader.notation.prose import prepared

RIGHT = "2*(xp - x)*xp*(1 - xp)"
WRONG = "2*(x - xp)*xp*(1 - xp)"


def judged(quantity, text, given=()):
    key = QuantityKey(quantity if "." in quantity else f"autoencoder.{quantity}")
    answer = Answer(key, quantity, Formula(text, PLACE, tuple(given)), PLACE)
    sheet = Submission(Student("s1", "", "6850"), "s1.json", (answer,))
    return next(a for a in grade(sheet, RUBRIC).assessments if a.key == key)


@pytest.mark.parametrize(
    ("quantity", "text", "told"),
    [
        # a line beside the answer that cannot be read
        ("grad_W2", "dz2 = foo(x)\ndW2 = h @ dz2.T", "This line could not be read"),
        ("grad_W2", "dz2 = x + h\ndW2 = h @ dz2.T", "This line could not be read"),
        ("grad_W2", "dz2 <- x\ndW2 = h dz2^T", "This line could not be read"),
        ("grad_W2", "dz2 ← x\ndW2 = h dz2^T", "This line could not be read"),
        ("grad_W2", "dz2: x\ndW2 = h dz2^T", "This line could not be read"),
        ("grad_W2", "dz2 is x\ndW2 = h dz2^T", "This line could not be read"),
        ("grad_W2", "Let dz2 be x. dW2 = h dz2^T", "This line could not be read"),
        ("grad_W2", "dW2 = h dz2^T\nreturn -dW2", "This line could not be read"),
        ("grad_W2", f"h δ^T where h = ReLU(W1 x + b1), δ = {RIGHT}", "This line could not"),
        # a function that is not what its name says
        ("grad_z2", "-2(x-x')⊙σ'(z2), where σ(z) = tanh(z)", "its derivative is not"),
        ("grad_z1", "grad_h ⊙ ReLU'(z1), ReLU(z) = z^2", "its derivative is not"),
        # what contradicts itself, or is another answer
        ("grad_W2", f"δ = x\nh δ^T\nδ = {RIGHT}", "δ is defined twice"),
        ("grad_xp", "2(x-x'); -2(x-x')", "Two formulas stand here"),
        ("grad_xp", "2(x-x') and -2(x-x')", "Two formulas stand here"),
        ("grad_xp", "half of: -2(x-x')", "Two formulas stand here"),
        ("grad_W2", "dJ/dW1 = h grad_z2^T", "dJ/dW1 stands on the left"),
        ("grad_xp", "h = -2(x-x')", "h stands on the left"),
        ("grad_xp", "dJ/dx' + 2x = 2x'", "more than it stands on the left"),
        ("grad_xp", "-2(x-x') (3)", "the equation's number"),
        # indices
        ("grad_xp", "dJ/dx'_j = -2(x_i-x'_i)", "The index i is not on the left"),
        ("grad_h", "dh_k = W2_kj dz2_j", "The index j is not on the left"),
        ("grad_xp", "dJ/dx'_{ij} = -2(x_i-x'_i)", "how far the index j runs"),
        ("grad_W2", "h @ (x_ij - x).T", "An entry and a whole array"),
        ("grad_xp", "x_i - x", "An entry and a whole array"),
        (
            "grad_W2",
            r"\sum_{i=1}^N -2 h_i [(x_i - x_i') \odot x_i' \odot (1-x_i')]^T",
            "The index i runs to M elsewhere",
        ),
        # other names
        ("gan.grad_m", "p(y=1)", "p(y=1) is not known here"),
        ("grad_xp", "2(X - x)", "did you mean x?"),
        ("grad_xp", "grad_xp", "in terms of itself"),
    ],
)
def test_what_could_matter_and_cannot_be_read_is_left_to_a_person(quantity, text, told):
    found = judged(quantity, text)
    assert found.verdict in ("unreadable", "incorrect")
    assert found.verdict == "unreadable" or "shape_mismatch" in {f.code for f in found.findings}
    assert told in " ".join(found.notes)


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        ("grad_W2", f"dz2 = {WRONG}.clone()\ndW2 = h @ dz2.T"),
        ("grad_W2", "- dz2 = x\n- dW2 = h dz2^T"),
        ("grad_W1", "dz1 = dh.copy()\ndz1[z1 > 0] = 0\ndW1 = x @ dz1.T"),
        ("grad_W2", "dW2 = h dz2^T\ndW2 *= 2"),
        ("grad_W2", "dz2 *= 2\ndW2 = h dz2^T"),
        ("grad_z1", "grad_h ⊙ H(z1), where H is the sign function"),
        ("grad_W2", f"let x' = x\nh @ ({RIGHT}).T"),
        ("grad_W2", f"dz2 = {WRONG}\nh grad_z2^T"),
        ("grad_xp", "-dJ/dx' = -2(x-x')"),
        ("grad_xp", "2 dJ/dx' = -2(x-x')"),
        ("grad_W1", "x'^T (grad_h ⊙ (h > 0))^T"),
    ],
)
def test_what_is_read_beside_the_answer_counts(quantity, text):
    assert judged(quantity, text).verdict == "incorrect"


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        ("grad_W1", "d = W2 @ grad_z2\nd[z1 <= 0] = 0\ndW1 = x @ d.T"),
        ("grad_W1", "d = W2 @ grad_z2\nd *= (z1 > 0)\ndW1 = x @ d.T"),
        ("grad_W1", "d = W2*grad_z2;\nd(z1 <= 0) = 0;\ndW1 = x*d'"),
        ("grad_xp", r"-\frac{\partial J}{\partial x'} = 2(x-x')"),
        ("grad_xp", r"\frac12 \frac{\partial J}{\partial x'} = x'-x"),
        ("grad_xp", "-2(x-x') = dJ/dx'"),
        ("grad_W2", f"hδᵀ   (1)\nδ = {RIGHT}   (2)"),
        ("grad_W2", rf"\text{{Answer: }} h \delta^T, \delta = {RIGHT}"),
        ("grad_xp", "The gradient is 2(x′ − x)."),
        ("grad_xp", "```python\n2*(xp - x)\n```"),
        ("grad_z2", "σ(z) = 1/(1 + e^{-z})\n2(x' - x) σ'(z2)"),
        ("grad_W2", "dW2_kj = h_k dz2_j"),
    ],
)
def test_what_students_put_around_an_answer_does_no_harm(quantity, text):
    assert judged(quantity, text).verdict == "correct"


def test_a_chain_whose_sides_differ_is_told():
    found = judged("grad_xp", "2(x-x') = -2(x-x')")
    assert found.verdict == "correct"
    assert "the sides of this chain are not equal; the last one counts" in found.notes
    assert judged("grad_xp", "dJ/dx' = -2(x-x') = 2(x'-x)").notes == ()


def test_of_what_was_defined_elsewhere_a_known_name_is_an_answer_of_its_own():
    assert judged("grad_W2", "h δ^T", ["h = W1 x", f"δ = {RIGHT}"]).verdict == "correct"
    assert judged("grad_W2", "h δ^T", [f"δ = {WRONG}"]).verdict == "incorrect"


@pytest.mark.parametrize(
    "part",
    [
        *("outer", "a ", "a(", "x= ", "a*", "is the ", "where f ", "- ", "(1)  ", "\n", "\n-", "`"),
        *("\\boxed{", "\\in R", "a.b ", "a, 0 otherwise ", "a[b<", "the ", "\\quad(1)", "\n \n"),
    ],
)
def test_what_is_around_an_answer_is_left_out_in_no_time(part):
    started = time.process_time()
    assert isinstance(prepared((part * 8000)[:8000]), str)
    assert time.process_time() - started < 1
