import pytest

from grader.rubric import located
from grader.rubric_changes import rubric_changes, touching

HW6 = located("hw6").read_text("utf-8")


def told(before, after):
    files = ([("hw.yaml", text.encode())] for text in (before, after))
    return [str(change) for change in rubric_changes(*files)]


def changed(*pairs):
    text = HW6
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


H0 = "{quantity: h0, points: 3}"
H1 = "{quantity: h1, points: 2}"


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([], []),
        ([(H0, "{quantity: h0, points: 2}")], ["gan.h0: 2 points instead of 3"]),
        (
            [(H0, "{quantity: h0, points: 3, tolerance: {rel: 0.1}}")],
            ["gan.h0: tolerance rel is now 0.1; it was not said before"],
        ),
        (
            [
                (
                    "- {quantity: grad_w1, points: 4, tolerance: {rel: 0.02}}",
                    "- {quantity: grad_w1, points: 4}",
                )
            ],
            ["gan.grad_w1: tolerance rel is not said any more; it was 0.02"],
        ),
        (
            [("{abs: 0.005, rel: 0.01}", "{abs: 0.005, rel: 0.1}")],
            ["gan: tolerance rel 0.1 instead of 0.01"],
        ),
        (
            [("      - {quantity: h1, points: 2}\n", "")],
            ["gan.h1: no item any more (it had 2 points)"],
        ),
        ([(H1, f"{H1}\n      - {{quantity: p, points: 1}}")], ["gan.p: a new item of 1 point"]),
        ([("reveal: nothing ", "reveal: values ")], ["reveal values instead of nothing"]),
        ([("b2: 0.3", "b2: 0.4")], ["gan: given b2 0.4 instead of 0.3"]),
        (
            [("[0.1, 0.2, 0.3, 0.2, 0.4", "[0.9, 0.2, 0.3, 0.2, 0.4")],
            ["gan: given w2 has other values"],
        ),
        (
            [("levels: [6850]", "levels: [6850, 4850]")],
            ["autoencoder: levels [6850, 4850] instead of [6850]"],
        ),
        (
            [("# as printed", "# as  printed")],
            ["only comments, the layout or the order of the rubric changed"],
        ),
    ],
)
def test_every_change_is_told_in_words(pairs, words):
    assert told(HW6, changed(*pairs)) == words


def test_a_reference_that_is_another_is_told():
    files = [("hw.yaml", HW6.encode()), ("own.py", b"a")]
    other = [files[0], ("own.py", b"b")]
    assert [str(one) for one in rubric_changes(files, other)] == ["the reference own.py is another"]


def test_an_item_is_touched_by_its_own_changes_and_by_its_problems():
    other = changed((H0, "{quantity: h0, points: 2}"), ("b2: 0.3", "b2: 0.4"))
    other = other.replace("reveal: nothing ", "reveal: values ")
    found = rubric_changes([("a", HW6.encode())], [("a", other.encode())])
    assert touching(found, "gan.h0") == ("given b2 0.4 instead of 0.3", "2 points instead of 3")
    assert touching(found, "gan.h1") == ("given b2 0.4 instead of 0.3",)
    assert touching(found, "autoencoder.grad_W1") == ()
