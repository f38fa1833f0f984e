"""What an assignment can and cannot see: the audit says what the grader does."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from core_samples import HERE, graded, problem, rubric, rubric_from, student, variant

from grader import audit_forms, normalise, trials
from grader.audit import audited, blind_spots
from grader.audit_alike import confused
from grader.cli import _commands
from grader.reports.audit import audit_record, audit_text, given_yaml, summary
from grader.suggest import suggested
from reference.graph import evaluate
from reference.mistakes import mistakes

HW6 = HERE.parent / "rubrics" / "hw6.yaml"
GAN_ITEMS = ("h0", "h1", "h2", "grad_H2", "grad_w1", "grad_h0", "grad_w0")
RELUS = {
    ("relu_omitted", "h0"),
    ("relu_omitted", "h2"),
    ("relu_mask_omitted", "grad_c"),
    ("relu_mask_omitted", "grad_w0"),
}


@lru_cache
def of(name="hw6", which=0):
    return audited(rubric(name).problems[which], rubric(name))


def looked_at(scheme, *, forms=False):
    return audited(scheme.problems[0], scheme, forms=forms)


def hidden(found):
    return {(s.code, s.at): s.hidden for s in found.hidden}


def only(path, items, *, given="", tolerance="{abs: 0.005, rel: 0.01}", more=""):
    """The GAN of the first assignment with other items: ``{quantity: tolerance}``."""
    text = HW6.read_text(encoding="utf-8").split("  autoencoder:", maxsplit=1)[0]
    head, _, _ = text.partition("    tolerance:")
    assert given in head or not given
    lines = [f"    tolerance: {tolerance}", *([f"    {more}"] if more else []), "    items:"]
    for q, own in items.items():
        inner = f", tolerance: {own}" if own else ""
        lines.append(f"      - {{quantity: {q}, points: 1{inner}}}")
    head = head.replace("    points: 20", f"    points: {len(items)}")
    return rubric_from(path / "own.yaml", head + "\n".join(lines) + "\n")


# --- the audit says what the grader does --------------------------------------------------------


def disagreements(scheme):
    """Mistakes that the audit calls hidden and the grader charges, or the reverse."""
    of_it = scheme.problems[0]
    found = looked_at(scheme)
    told = {s.rule + str(s.mixed): s.hidden for s in found.sights}
    items = [item.quantity for item in of_it.items if item.points]
    key = {name: values[0] for name, values in of_it.conventions.items()}
    wrong = []
    for made in mistakes(of_it.reference, key, of_it.conventions):
        report = graded(student(key, items, 17, made=[made], of=of_it), of=scheme)
        says = told.pop(made.evidence["rule"] + str(made.mixed), "not_answerable")
        if bool(says) != (report.score == report.max_score):
            wrong.append(str(made))
    return wrong + list(told)


@pytest.mark.parametrize("name", ["hw6", "other", "softmax"])
def test_a_mistake_shows_where_the_grader_takes_points_for_it_and_nowhere_else(name):
    scheme = replace(rubric(name), problems=rubric(name).problems[:1])
    assert disagreements(scheme) == []


def test_the_same_of_tolerances_that_are_wide_and_of_few_items(tmp_path):
    for k, items in enumerate(({"h1": ""}, {"grad_w1": "{abs: 0.00001}"}, {"p": "", "h2": ""})):
        folder = tmp_path / str(k)
        folder.mkdir()
        assert disagreements(only(folder, items)) == []


@pytest.mark.parametrize(
    ("broken", "value"),
    [
        ("agree", lambda expected, _obtained, _tolerance: np.ones(expected.shape, dtype=bool)),
        ("agree", lambda expected, _obtained, _tolerance: np.zeros(expected.shape, dtype=bool)),
        ("mistakes", lambda *_all: ()),
        ("changed", lambda graph, _made: graph),
    ],
)
def test_a_broken_audit_disagrees_with_the_grader(broken, value, monkeypatch):
    scheme = replace(rubric(), problems=rubric().problems[:1])
    monkeypatch.setattr(trials, broken, value)
    if broken == "mistakes":
        assert not looked_at(scheme).sights
    else:
        assert disagreements(scheme)


# --- the first assignment -----------------------------------------------------------------------


def test_with_the_assignments_values_no_unit_is_off_so_no_relu_shows():
    found = hidden(of())
    assert {at for at, why in found.items() if why == "no_effect"} == RELUS
    assert found.keys() - RELUS == {("input_factor_omitted", "grad_w2")}


def test_what_shows_only_without_points_is_named_with_where():
    sight = next(s for s in of().hidden if s.at == "grad_w2")
    assert (sight.hidden, sight.reaches, sight.elsewhere) == ("not_asked", (), ("grad_w2",))


def test_a_lost_derivative_under_one_objective_looks_like_the_wrong_label_under_the_other():
    """Since p is nearly 1, so that 1/p and 1/(1 - p) times its derivative are both nearly 1."""
    groups = [{code: under for code, _, under in group.members} for group in of().alike]
    assert {
        "wrong_label": {},
        "sigmoid_derivative_omitted": {"objective": "minimize_nll"},
    } in groups
    assert not of("other").alike


def test_right_answers_pass_in_every_form_under_every_convention():
    for found in (of(), of(which=1), of("other"), of("softmax")):
        assert not found.refusals
        assert not found.confused
    assert (of().tried, of().combinations) == (24, 24)


def test_formulas_are_tried_at_drawn_values_and_all_shows():
    found = of(which=1)
    assert (found.drawn, len(found.sights), found.hidden) == (True, 9, ())
    assert summary(found) == "all 9 mistakes show"


def test_another_assignment_is_audited_without_a_line_of_its_own():
    found = of("softmax")
    assert {s.code for s in found.sights} == {"bias_omitted", "input_factor_omitted", "wrong_label"}
    assert all("grad_W1" in s.reaches for s in found.sights if s.at == "z1")


# --- rubrics made blind on purpose --------------------------------------------------------------


def test_a_tolerance_meant_for_values_makes_gradients_blind(tmp_path):
    scheme = only(tmp_path, {"h2": "", "grad_w1": "{abs: 0.005}"})
    found = looked_at(scheme)
    blank = next(b for b in found.blanks if b.quantity == "grad_w1")
    assert blank.accepts == ("zeros", "constant", "opposite", "tenfold")
    assert blank.zero_entries == blank.entries == 18
    assert hidden(found)["convention_mixed", "H2"] == "within_tolerance"
    assert hidden(found)["bias_omitted", "m"] == "within_tolerance"
    lost = next(s for s in found.hidden if s.at == "m")
    assert 0.01 < lost.accepts["grad_w1"] < 1
    assert "accept what says nothing" in summary(found)


def test_a_saturated_p_accepts_whatever_was_done_before(tmp_path):
    found = looked_at(only(tmp_path, {"h0": "", "p": ""}))
    assert found.mute == ("p",)
    assert hidden(found)["channel_omitted", "h2"] == "within_tolerance"
    assert "p: none of the mistakes that reach it shows" in audit_text([found], {})


def test_a_constant_that_is_near_to_everything_is_told(tmp_path):
    found = looked_at(only(tmp_path, {"h2": "{abs: 2.4}"}))
    blank = next(b for b in found.blanks if b.quantity == "h2")
    assert blank.accepts == ("constant",)
    assert 0 < blank.zero_entries < blank.entries == 16
    assert not looked_at(only(tmp_path, {"h2": "{abs: 1.5}"})).blanks[0].accepts


def test_items_that_ask_too_little_show_too_little(tmp_path):
    found = looked_at(only(tmp_path, {"h0": ""}))
    why = hidden(found)
    assert set(why.values()) == {"not_asked", "no_effect"}
    assert ("bias_omitted", "h0") not in why
    sight = next(s for s in found.hidden if s.at == "grad_p")
    assert {"grad_p", "grad_m", "grad_w0"} <= set(sight.elsewhere)
    pairs = {tuple(pair.one) for pair in found.confused}
    assert pairs == {("objective",), ("deconv",), ("reshape",), ("flatten",)}
    assert all(pair.always for pair in found.confused)


def test_a_mixture_that_is_another_accepted_convention_all_through_does_not_show(tmp_path):
    scheme = only(tmp_path, {"h2": ""})
    sight = next(s for s in looked_at(scheme).hidden if s.at == "c")
    assert (sight.hidden, sight.read_as) == ("other_convention", {"deconv": "transposed"})
    assert "right ones under deconv transposed" in audit_text([looked_at(scheme)], {})
    text = (tmp_path / "own.yaml").read_text(encoding="utf-8")
    strict = text.replace("deconv: [cross_correlation, transposed]", "deconv: [cross_correlation]")
    assert strict != text
    found = looked_at(rubric_from(tmp_path / "strict.yaml", strict))
    assert ("convention_mixed", "c") not in hidden(found)


def test_kernels_that_are_the_same_turned_round_hide_which_way_they_slide(tmp_path):
    scheme = only(tmp_path, {"h2": ""})
    given = {**scheme.problems[0].given}
    given["w1"] = given["w1"] + given["w1"][:, ::-1, ::-1]
    found = audited(replace(scheme.problems[0], given=given), scheme, forms=False)
    pair = next(pair for pair in found.confused if set(pair.one) == {"deconv"})
    assert pair.always
    assert not [p for p in looked_at(scheme).confused if set(p.one) == {"deconv"}]


def test_a_unit_that_is_off_only_under_the_keys_convention_is_told_beside_it(tmp_path):
    scheme = variant(tmp_path / "a.yaml", ("[0.3, 0.1, 0.2, 0.1]]", "[0.3, 0.1, 0.2, -0.5]]"))
    found = looked_at(scheme)
    assert ("relu_omitted", "h2") not in hidden(found)
    sight = next(s for s in found.other_sights if s.at == "h2")
    assert (sight.code, sight.conventions) == ("relu_omitted", {"deconv": "transposed"})


def test_right_answers_that_are_refused_are_told_with_their_form(tmp_path):
    strict = only(tmp_path, {"h2": "", "m": "{abs: 0, rel: 0.000001, min_digits: 6}"})
    found = looked_at(strict, forms=True)
    assert {(r.quantity, r.form, r.score) for r in found.refusals} == {
        ("m", "four_digits", "0 of 1")
    }
    assert "m written with 4 digits: 0 of 1 points" in audit_text([found], {})


def test_a_grader_that_reads_no_other_layout_is_caught(monkeypatch):
    as_tabled = normalise.layouts
    monkeypatch.setattr(
        normalise, "layouts", lambda *shapes: tuple(w for w in as_tabled(*shapes) if not w.words)
    )
    found = audit_forms.refusals(
        problem(), rubric(), [trials.right(problem(), {}, trials.worlds_of(problem()))]
    )
    assert {r.form for r in found} == {"transposed"}
    assert {"h2", "grad_w1", "grad_w0"} <= {r.quantity for r in found}


def test_of_many_conventions_the_nearest_to_the_key_are_tried(monkeypatch):
    monkeypatch.setattr(trials, "_MOST_COMBINATIONS", 6)
    chosen = trials.combinations(problem())
    key = chosen[0]
    assert [sum(one[n] != key[n] for n in key) for one in chosen] == [0, 1, 1, 1, 1, 1]
    found = audited(problem(), rubric(), forms=False)
    assert (found.tried, found.combinations) == (6, 24)
    assert "6 of 24 combinations" in audit_text([found], {})


def test_conventions_that_differ_in_nothing_asked_are_reported_once():
    keys = [
        trials.Trial(one, None, trials.right(problem(), {}, trials.worlds_of(problem())).values)
        for one in trials.combinations(problem())
    ]
    assert {tuple(pair.one) for pair in confused(problem(), keys)} == {
        ("objective",),
        ("deconv",),
        ("reshape",),
        ("flatten",),
    }


# --- other values -------------------------------------------------------------------------------


@lru_cache
def suggestion():
    return suggested(problem(), rubric(), of())


def test_under_the_suggested_values_every_mistake_shows_that_can(tmp_path):
    """From the rubric with the block pasted into it, as its author would."""
    text = HW6.read_text(encoding="utf-8")
    start, end = text.index("    given:"), text.index("    conventions:")
    block = given_yaml(suggestion().given) + "\n"
    scheme = rubric_from(tmp_path / "new.yaml", text[:start] + block + text[end:])
    found = looked_at(scheme)
    assert hidden(found) == {("input_factor_omitted", "grad_w2"): "not_asked"}
    assert (found.other_sights, found.alike, found.confused) == ((), (), ())
    assert disagreements(replace(scheme, problems=scheme.problems[:1])) == []


def test_the_suggested_values_are_like_the_assignments():
    given = suggestion().given
    for name, own in problem().given.items():
        assert given[name].shape == own.shape
        np.testing.assert_array_equal(given[name], np.round(given[name], 1))
        assert np.all(np.abs(given[name]) <= max(0.5, np.abs(own).max()))
        assert np.all(given[name])
    everything = np.concatenate([np.ravel(value) for value in given.values()])
    assert 0.2 < (everything < 0).mean() < 0.8


def test_under_them_units_are_on_and_off_and_nothing_is_saturated():
    of_it = replace(problem(), given=suggestion().given)
    for chosen in trials.combinations(of_it):
        values = evaluate(of_it.reference.graph(chosen), of_it.given)
        for unit in ("a0", "a2"):
            assert 0.5 <= (values[unit] > 0).mean() <= 0.9
            assert np.abs(values[unit]).min() > 0.04
        assert 0.2 <= values["p"] <= 0.8


def test_where_nothing_is_hidden_nothing_better_is_suggested_and_labels_stay_labels():
    scheme = rubric("softmax")
    found = suggested(scheme.problems[0], scheme, of("softmax"))
    assert not found.better
    assert sorted(found.given["y"]) == [0, 1]
    assert "no values were found that show more" in audit_text(
        [of("softmax")], {"classifier": found}
    )


def test_formulas_need_no_values():
    assert suggested(problem("autoencoder"), rubric(), of(which=1)) is None


def test_the_worst_counts_first_when_values_are_compared():
    assert blind_spots(of()) > blind_spots(suggestion().audit)
    assert sum(blind_spots(suggestion().audit)) == 1


def test_a_mistake_that_no_values_show_keeps_its_reason(tmp_path):
    """A tolerance as wide as a value is not mended by other values."""
    scheme = only(tmp_path, {"h0": "{rel: 0.99, abs: 5}"})
    found = suggested(scheme.problems[0], scheme, looked_at(scheme))
    assert ("bias_omitted", "h0") in hidden(found.audit)
    assert hidden(found.audit)["bias_omitted", "h0"] == "within_tolerance"


# --- words --------------------------------------------------------------------------------------


def run(*words):
    return CliRunner().invoke(_commands, ["rubric", *map(str, words)])


def test_the_command_ends_well_whatever_stays_unseen():
    ended = run("hw6")
    assert ended.exit_code == 0
    lines = ended.output.splitlines()
    assert "autoencoder: all 9 mistakes show" in lines
    assert lines.index("What it can see") > lines.index("hw6: " + rubric().title)
    assert "relu_omitted at h2 (h2 = a2): no unit is off" in ended.output


def test_a_rubric_with_mistakes_in_it_is_not_audited():
    with pytest.raises(Exception, match="line 3: reveal"):
        CliRunner().invoke(
            _commands,
            ["rubric", str(HERE / "rubrics" / "ten_mistakes.yaml")],
            catch_exceptions=False,
            standalone_mode=False,
        )


def test_lines_fit_a_terminal_but_for_the_values_to_paste():
    told = audit_text([of(), of("other")], {"gan": suggestion()})
    block = given_yaml(suggestion().given)
    assert block in told
    assert max(map(len, told.replace(block, "").splitlines())) <= 80


def test_as_json_all_of_it_can_be_read_by_a_program():
    told = json.loads(run("hw6", "--json", "--suggest").output)
    gan, autoencoder = told["problems"]
    assert {(s["code"], s["at"]) for s in gan["sights"] if s["hidden"] == "no_effect"} == RELUS
    assert (gan["suggestion"]["better"], autoencoder["suggestion"]) == (True, None)
    same_again = {name: np.asarray(v).tolist() for name, v in suggestion().given.items()}
    assert gan["suggestion"]["given"] == same_again
    assert gan["asked"] == list(GAN_ITEMS)
    assert "suggestion" not in audit_record(of(), {})


@pytest.mark.parametrize("command", ["grade rubric hw6"])
def test_the_documentation_shows_what_the_command_prints(command):
    page = (Path(HERE).parent / "docs" / "rubric-format.md").read_text(encoding="utf-8")
    shown = page.split(f"$ {command}\n", 1)[1].split("```", 1)[0]
    part = shown[shown.index("What it can see") :].rstrip()
    assert part in run(*command.split()[2:]).output


def test_every_reason_and_every_form_has_its_words():
    from grader.reports import audit as words  # noqa: PLC0415  # only here

    found = (of(), of(which=1), of("other"), of("softmax"))
    assert {s.hidden for a in found for s in a.hidden} <= words._REASONS.keys()
    assert set(audit_forms._NUMBERS) | set(audit_forms._FORMULAS) == set(audit_forms.FORMS)
