import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import pairwise

import class_samples
import pytest
import report_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.codes import FINDING_CODES
from grader.model import Finding, QuantityKey, Verdict
from grader.reports.class_graph import class_graphs
from grader.reports.condensed import Arrow, Condensed, Lane, Node, condensed
from grader.reports.evidence import evidence_lines
from grader.reports.explanation import explain_record, explain_text
from grader.reports.feedback import feedback_page
from grader.reports.firsts import Station, class_sentences, stations
from grader.reports.graph_layout import Sizes, laid_out
from grader.reports.graph_marks import typeset
from grader.reports.graph_picture import step_lines, step_picture
from reference import autoencoder, gan
from reference.graph import Graph, Step
from reference.problem import Problem, Quantity

RUBRIC = samples.rubric()
GAN, AUTOENCODER = gan.PROBLEM, autoencoder.PROBLEM
EVERY = [quantity.name for quantity in GAN.quantities]
FORKED = Problem(
    title="Two layers side by side, and a short way past both",
    forward=Graph(
        inputs={"x": (3,), "V": (3, 3), "W": (3, 3)},
        steps=(
            Step("a", "relu", ("x",)),
            Step("u", "matvec", ("V", "a")),
            Step("v", "matvec", ("W", "a")),
            Step("w", "relu", ("v",)),
            Step("s", "add", ("u", "w")),
            Step("t", "add", ("s", "a")),
            Step("J", "sum_squares", ("t",)),
        ),
    ),
    objective="J",
    quantities=tuple(
        Quantity(name, name) for name in [*"auvwst", *(f"grad_{name}" for name in "tswvuaVW")]
    ),
    inputs={},
)
SIZES = Sizes(width=92, height=46, across=20, down=22)
PHONE = 360


def drawn(problem, shown):
    return laid_out(condensed(problem.graph(), shown), SIZES)


# --- which steps, and what leads to what --------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "shown", "arrows"),
    [
        (GAN, "h0 h1", ["h0>h1"]),
        (GAN, "h0 h2 grad_H2", ["h0>h2", "h2>grad_H2"]),
        (GAN, "m p grad_p grad_m", ["m>p", "p>grad_p", "grad_p>grad_m"]),
        (GAN, "h1 grad_H2 grad_w1", ["h1>grad_H2", "grad_H2>grad_w1"]),
        (GAN, "grad_w0 grad_w2", []),
        (
            AUTOENCODER,
            "grad_xp grad_W2 grad_h grad_W1",
            ["grad_xp>grad_h", "grad_h>grad_W1", "grad_xp>grad_W2"],
        ),
    ],
)
def test_an_arrow_passes_over_the_steps_that_are_not_shown(problem, shown, arrows):
    graph = condensed(problem.graph(), set(shown.split()))
    assert [f"{a.start}>{a.end}" for a in graph.arrows if not a.is_short_cut] == arrows


def test_a_factor_from_further_back_is_a_short_cut():
    graph = condensed(GAN.graph(), {"h1", "grad_c", "grad_w1"})
    cuts = {(a.start, a.end): a.is_short_cut for a in graph.arrows}
    assert cuts["h1", "grad_w1"]
    assert not cuts["grad_c", "grad_w1"]


@given(st.sets(st.sampled_from(EVERY)))
def test_arrows_lead_from_each_step_to_all_that_depend_on_it(shown):
    graph = condensed(GAN.graph(), shown)
    before = {name: set() for name in shown}
    for node in graph.nodes:
        for arrow in graph.arrows:
            if arrow.end == node.name and not arrow.is_short_cut:
                before[node.name] |= {arrow.start, *before[arrow.start]}
    assert before == {name: GAN.graph().ancestors(name) & shown for name in shown}


@pytest.mark.parametrize(
    ("name", "lane", "row"),
    [
        ("h0", Lane.FORWARD, 0),
        ("c", Lane.FORWARD, 2),
        ("p", Lane.FORWARD, 6),
        ("grad_p", Lane.BACKWARD, 6),
        ("grad_c", Lane.BACKWARD, 2),
        ("grad_h0", Lane.BACKWARD, 0),
        ("grad_w0", Lane.PARAMETERS, 0),
        ("grad_w1", Lane.PARAMETERS, 2),
        ("grad_b1", Lane.PARAMETERS, 3),
        ("grad_b2", Lane.PARAMETERS, 5),
    ],
)
def test_a_gradient_stands_beside_what_it_is_of_or_where_the_parameter_is_used(name, lane, row):
    node = next(n for n in condensed(GAN.graph(), set(EVERY)).nodes if n.name == name)
    assert (node.lane, node.row) == (lane, row)


def test_what_is_no_step_is_not_drawn():
    assert condensed(GAN.graph(), {"h0", "nonsense", ""}).nodes[0].name == "h0"
    assert condensed(GAN.graph(), ()).nodes == ()


# --- where the boxes are ------------------------------------------------------------------------


def touches(box, start, end):
    """Whether a straight piece of an arrow's way runs through a box."""
    (ax, ay), (bx, by) = start, end
    across = max(ax, bx) > box.x and min(ax, bx) < box.x + box.width
    return across and max(ay, by) > box.y and min(ay, by) < box.y + box.height


@settings(max_examples=60)
@given(st.sampled_from([GAN, AUTOENCODER, FORKED]), st.data())
def test_no_box_is_on_another_and_no_arrow_runs_through_one(problem, data):
    names = [quantity.name for quantity in problem.quantities]
    drawing = drawn(problem, data.draw(st.sets(st.sampled_from(names))))
    corners = {(box.x, box.y) for box in drawing.boxes}
    assert len(corners) == len(drawing.boxes)
    for way in drawing.ways:
        for box in drawing.boxes:
            assert not any(touches(box, a, b) for a, b in pairwise(way.points)), (way, box)


def test_where_both_columns_are_taken_an_arrow_runs_between_them():
    places = {"a": (0, 0), "b": (1, 0), "c": (1, 1), "d": (2, 0), "e": (2, 1)}
    nodes = tuple(Node(name, Lane.FORWARD, *place) for name, place in places.items())
    drawing = laid_out(Condensed(nodes, (Arrow("a", "e", is_short_cut=False),)), SIZES)
    [way] = drawing.ways
    pieces = list(pairwise(way.points))
    assert not any(touches(box, a, b) for box in drawing.boxes for a, b in pieces)
    assert len(pieces) == 5


@settings(max_examples=60)
@given(st.sets(st.sampled_from(EVERY), min_size=1))
def test_an_arrow_begins_and_ends_at_the_edge_of_its_boxes_and_has_right_angles(shown):
    drawing = drawn(GAN, shown)
    boxes = {box.name: box for box in drawing.boxes}
    for way in drawing.ways:
        for name, (x, y) in ((way.start, way.points[0]), (way.end, way.points[-1])):
            box = boxes[name]
            assert x in (box.x, box.x + box.width, box.middle[0])
            assert y in (box.y, box.y + box.height, box.middle[1])
        assert all(ax == bx or ay == by for (ax, ay), (bx, by) in pairwise(way.points))


def test_all_of_the_assignment_fits_on_a_phone():
    assert drawn(GAN, set(EVERY)).width <= PHONE - 2 * 12


# --- a student's picture ------------------------------------------------------------------------


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own drawing


def of_mixed(name="gan"):
    report = next(p for p in samples.mixed().problems if p.name == name)
    return RUBRIC.problem(name), report


def groups(svg):
    return [
        g for g in parsed(svg).iter("{http://www.w3.org/2000/svg}g") if "step" in g.get("class")
    ]


@pytest.mark.parametrize("name", ["gan", "autoencoder"])
def test_every_step_is_drawn_once_with_its_verdict_as_shape_and_sign(name):
    problem, report = of_mixed(name)
    steps = groups(step_picture(problem, report))
    expected = sorted(f"v-{line.verdict}" for line in step_lines(problem, report))
    assert sorted(g.get("class").split()[1] for g in steps) == expected
    for g in steps:
        assert len([part for part in g if part.get("class") == "box"]) == 1
        assert len([part for part in g if part.get("class") == "sign"]) == 1


def test_only_the_first_wrong_step_is_marked():
    svg = step_picture(*of_mixed())
    marked = [g for g in groups(svg) if "first" in g.get("class").split()]
    assert len(marked) == svg.count("first wrong</text>") == 1
    assert "".join(marked[0].itertext()) == "◐h0first wrong"


def test_a_perfect_solution_has_no_mark():
    [report] = samples.perfect().problems
    svg = step_picture(RUBRIC.problem("gan"), report)
    assert "flag" not in svg
    assert "none went wrong" in parsed(svg).get("aria-label")


def test_a_step_that_was_not_written_down_is_drawn_where_a_mistake_was_made_in_it():
    problem, report = of_mixed()
    lines = {line.name: line for line in step_lines(problem, report)}
    assert "c" not in {a.quantity for a in report.assessments}
    assert (lines["c"].verdict, lines["c"].words.words) == ("missing", "not written down")
    assert lines["h2"].sources == ("c",)
    assert "m" in lines
    assert "p" not in lines


def test_a_right_answer_that_was_rounded_too_early_is_where_to_start_and_not_called_wrong():
    problem, report = of_mixed()
    early = Finding("rounded_early", QuantityKey("gan.h0"))
    first = replace(report.assessments[0], verdict=Verdict.CORRECT, findings=(early,))
    report = replace(report, assessments=(first, *report.assessments[1:]))
    svg = step_picture(problem, report)
    assert "start here</text>" in svg
    assert "first wrong" not in svg


def test_the_picture_is_the_same_each_time_and_needs_nothing_else():
    problem, report = of_mixed()
    svg = step_picture(problem, report)
    assert svg == step_picture(problem, report)
    assert parsed(svg).get("role") == "img"
    assert not re.search(r"<style|<script|<a |\bid=|href|url\(|on\w+=", svg)


def test_what_is_written_in_a_picture_is_escaped():
    problem, report = of_mixed()
    hostile = '"><script>alert(1)</script>\u202e'
    svg = step_picture(replace(problem, name=hostile), replace(report, name=hostile))
    assert "<script" not in svg
    assert "\u202e" not in svg
    assert hostile.split("\u202e", maxsplit=1)[0] in parsed(svg).get("aria-label")
    assert "<b>" not in typeset("<b>&", (0, 0), 10, 50)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("h0", "h0"),
        ("grad_H2", "∇H2"),
        ("xp", "x′"),
        ("grad_xp", "∇x′"),
        ("yhat", "y\u0302"),
        ("alpha_1", "α1"),
        ("p(y=0)", "p(y=0)"),
    ],
)
def test_names_are_set_as_in_formulas(name, text):
    assert "".join(parsed(typeset(name, (0, 0), 16, 60)).itertext()) == text


def test_a_long_name_is_set_smaller():
    sizes = [
        float(parsed(typeset(name, (0, 0), 16, 60)).get("font-size"))
        for name in ("h0", "hidden" * 9)
    ]
    assert sizes[0] == 16
    assert sizes[1] < 8


# --- on the page --------------------------------------------------------------------------------


def test_the_page_has_a_picture_a_problem_and_the_same_as_a_list():
    page = feedback_page(samples.mixed(), RUBRIC)
    assert page.count('<svg class="steps" role="img"') == 2
    assert page.count("The same as a list") == 2
    assert page.count("here it went wrong first") == 2
    assert 'href="#q-gan-h0"' in page
    assert 'href="#q-gan-c"' not in page


def test_who_answered_nothing_gets_no_picture():
    report = samples.mixed()
    gone = tuple(
        replace(p, assessments=tuple(_missing(a) for a in p.assessments)) for p in report.problems
    )
    assert "<svg" not in feedback_page(replace(report, problems=gone), RUBRIC)


def _missing(assessment):
    return replace(assessment, verdict=Verdict.MISSING, findings=(), entries=())


# --- in the terminal ----------------------------------------------------------------------------


def test_the_explanation_shows_the_graph_as_lines():
    text = explain_text(samples.mixed(), RUBRIC, "gan.m")
    steps = text[text.index("Steps, with") :].splitlines()
    assert steps[1:6] == [
        "  => h0       partly right",
        "     h1       follows from your own values  <- h0",
        "     c        not written down              <- h1",
        "     h2       partly right                  <- c",
        "     m        follows from your own values  <- h2",
    ]


def test_the_explanations_record_has_the_graph_too():
    steps = explain_record(samples.mixed(), None, RUBRIC)["steps"]["gan"]
    assert steps[0] == {
        "quantity": "gan.h0",
        "verdict": "partial",
        "first_wrong": True,
        "from": [],
    }
    assert steps[1]["from"] == ["gan.h0"]
    assert explain_record(samples.mixed())["steps"]["gan"] == []


@pytest.mark.parametrize(
    ("finding", "told"),
    [
        (
            Finding(
                "sigmoid_derivative_omitted",
                QuantityKey("gan.grad_m"),
                evidence={"rule": "grad_m = grad_p"},
            ),
            ["worked as: grad_m = grad_p; the rule is: grad_m = grad_p * p * (1 - p)"],
        ),
        (
            Finding(
                "input_factor_omitted",
                QuantityKey("gan.grad_w0"),
                evidence={"rule": "ones_z = ones(z); grad_w0 = outer(grad_u0, ones_z)"},
            ),
            [
                (
                    "worked as: ones_z = ones(z); grad_w0 = outer(grad_u0, ones_z); "
                    "the rule is: grad_w0 = outer(grad_u0, z)"
                ),
            ],
        ),
        (
            Finding(
                "convention_mixed",
                QuantityKey("gan.c"),
                evidence={
                    "rule": "c = deconv(h1, w1)",
                    "convention": "deconv",
                    "value": "transposed",
                },
            ),
            [
                "worked as: c = deconv(h1, w1)",
                "deconv here: transposed; in the other answers: cross_correlation",
            ],
        ),
        (
            Finding("constant_factor", QuantityKey("gan.h1"), evidence={"factor": 0.5}),
            ["every wrong entry is 0.5 times what was due"],
        ),
        (
            Finding("index_shifted", QuantityKey("gan.h1"), evidence={"by": -1, "axis": 2}),
            ["moved by -1 along axis 2"],
        ),
        (
            Finding("swapped_answers", QuantityKey("gan.h1"), evidence={"with": "c"}),
            ["it holds the value of c, which holds this one's"],
        ),
        (
            Finding("transcription_slip", QuantityKey("gan.h0"), ((1,),)),
            ["h0[1]: written 1.14, used afterwards 1.4"],
        ),
        (
            Finding("rounded_early", QuantityKey("gan.m")),
            [],
        ),
        (
            Finding("arithmetic_slip", QuantityKey("gan.h2"), ((1, 0), (1, 1))),
            ["h2[1,0]: written 0.96, due 1.152", "h2[1,1]: written 2.508, due 3.088"],
        ),
        (Finding("arithmetic_slip", QuantityKey("gan.c"), ((0, 0, 0),)), []),
        (Finding("new", QuantityKey("gan.m"), evidence={"seed": [1, 2]}), ['{"seed": [1, 2]}']),
    ],
)
def test_each_finding_comes_with_its_evidence(finding, told):
    problem, report = of_mixed()
    found = list(evidence_lines(finding, report, problem))
    assert found == told


def test_evidence_without_a_rubric_tells_the_rule_alone():
    _, report = of_mixed()
    finding = Finding("x", QuantityKey("gan.m"), evidence={"rule": "u = ones(H2)"})
    assert list(evidence_lines(finding, report, None)) == ["worked as: u = ones(H2)"]


# --- the class ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "codes", "told"),
    [
        (
            31,
            (("sigmoid_derivative_omitted", 24),),
            "31 of 143 went wrong first at grad_H2; 24 of them lost sigma'.",
        ),
        (
            31,
            (("sign_error", 20), ("degenerate", 5)),
            (
                "31 of 143 went wrong first at grad_H2; 20 of them had the opposite sign, "
                "5 of them gave values that say nothing."
            ),
        ),
        (
            2,
            (("rounded_early", 2),),
            "2 of 143 went wrong first at grad_H2; all of them rounded too early.",
        ),
        (
            1,
            (("relu_omitted", 1),),
            "1 of 143 went wrong first at grad_H2; this student left out ReLU.",
        ),
        (
            4,
            (),
            "4 of 143 went wrong first at grad_H2; no mistake that we know explains it.",
        ),
        (
            3,
            (("brand_new", 2),),
            "3 of 143 went wrong first at grad_H2; 2 of them have the finding brand_new.",
        ),
    ],
)
def test_a_sentence_says_how_many_went_wrong_first_and_by_what(first, codes, told):
    assert class_sentences([Station("grad_H2", 143, 90, 20, 33, first, codes)]) == (told,)


def test_the_worst_step_is_told_first_and_one_without_mistakes_not_at_all():
    told = [Station(name, 9, 9 - n, 0, n, n, ()) for name, n in (("h0", 1), ("h1", 0), ("h2", 3))]
    assert [sentence.split()[7].rstrip(";") for sentence in class_sentences(told)] == ["h2", "h0"]


@pytest.mark.parametrize("code", [code for code in FINDING_CODES if code != "layout"])
def test_every_mistake_has_words_for_a_class(code):
    [sentence] = class_sentences([Station("h0", 9, 5, 0, 4, 4, ((code, 2),))])
    assert code not in sentence


def one(student, verdicts, *codes):
    found = [class_samples.finding(code, at) for code, at in codes]
    verdicts = {f"gan.{name}": verdict for name, verdict in verdicts.items()}
    return class_samples.report(student, verdicts=verdicts, findings=found)


def test_students_are_counted_at_each_step_and_once_where_they_went_wrong_first():
    wrong, follows, missing = Verdict.INCORRECT, Verdict.FOLLOW_THROUGH, Verdict.MISSING
    reports = [
        one("a", {"h0": wrong, "h1": follows, "h2": wrong}, ("relu_omitted", "gan.h0")),
        one("b", {"h0": wrong}),
        one("c", {"h2": Verdict.PARTIAL}, ("bias_omitted", "gan.h2"), ("layout", "gan.h2")),
        one("d", {"h1": missing, "grad_H2": Verdict.IMPLIED}, ("layout", "gan.h0")),
        *class_samples.five_statuses()[1:4],
    ]
    told = {
        s.name: s
        for s in stations(reports, class_samples.RUBRIC, class_samples.RUBRIC.problem("gan"))
    }
    assert told["h0"] == Station("h0", 4, 2, 0, 2, 2, (("relu_omitted", 1),))
    assert told["h1"] == Station("h1", 4, 2, 1, 0, 0, ())
    assert told["h2"] == Station("h2", 4, 2, 0, 2, 1, (("bias_omitted", 1),))
    assert told["grad_H2"].right == 4


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 40), st.randoms(use_true_random=False))
def test_of_each_student_one_step_at_most_is_the_first_whatever_the_order(size, chance):
    reports = list(class_samples.made_up_class(size))
    rubric = class_samples.RUBRIC
    for problem in rubric.problems:
        told = stations(reports, rubric, problem)
        students = {station.students for station in told} or {0}
        assert sum(station.first for station in told) <= max(students)
        assert all(s.right + s.followed + s.wrong <= s.students for s in told)
        shuffled = reports[:]
        chance.shuffle(shuffled)
        assert stations(shuffled, rubric, problem) == told


def test_the_class_has_a_picture_a_problem_with_its_numbers_and_sentences():
    reports, rubric = class_samples.made_up_class(60), class_samples.RUBRIC
    pictures = list(class_graphs(reports, rubric))
    assert [len(p.rows) for p in pictures] == [7, 4]
    for picture, problem in zip(pictures, rubric.problems, strict=True):
        text = " ".join(parsed(picture.svg).itertext())
        assert len(picture.head) == len(picture.rows[0])
        assert picture.told == class_sentences(stations(reports, rubric, problem))
        for station in stations(reports, rubric, problem):
            assert f"✓{station.right} →{station.followed} ✗{station.wrong}" in text
            assert not station.first or f"{station.first} first" in text


def test_a_class_that_was_never_judged_has_no_picture():
    assert list(class_graphs(class_samples.five_statuses()[1:4], class_samples.RUBRIC)) == []
    assert list(class_graphs((), class_samples.RUBRIC)) == []
