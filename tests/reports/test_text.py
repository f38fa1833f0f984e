import json
import re
import unicodedata
from dataclasses import replace
from fractions import Fraction

import pytest
import report_samples as samples
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import (
    EntryMark,
    Finding,
    GraderError,
    Mark,
    Place,
    QuantityKey,
    Remark,
    Status,
    Student,
    Verdict,
)
from grader.reports.explanation import explain_record, explain_text, first_wrong
from grader.reports.formulas import asked_formula
from grader.reports.shown import number_text
from grader.reports.text import check_record, check_text, summary_text
from grader.reports.written import squeezed, tidy_number

RUBRIC = samples.rubric()
HOSTILE = "\x1b[31mred\x07\r\n\u202eX\u2028\x9b2J"


def joined(text):
    return " ".join(text.split())


# --- the self-check -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "told"),
    [
        ("h0", "not right yet. 7 of 8 entries are right. Look again at h0[1]."),
        ("h1", "follows from your own values. h2 "),
        ("h2", "not right yet. 14 of 16 entries are right. Look again at h2[1,0], h2[1,1]."),
        ("grad_H2", "not answered. You did not write this down, but a later answer of yours"),
        (
            "grad_w1",
            "not right yet. 16 of 18 entries are right. Nothing is written for grad_w1[0,0,0]",
        ),
        ("grad_w0", "not answered."),
        ("grad_xp", "not right yet. - The opposite sign."),
        ("grad_h", "follows from your own values."),
        ("grad_W1", "could not be read."),
    ],
)
def test_the_self_check_tells_of_each_item_where_it_stands(quantity, told):
    assert f" {quantity} {told}" in joined(check_text(samples.mixed(), RUBRIC))


def test_the_self_check_tells_what_to_look_at_and_where_it_was_made():
    text = joined(check_text(samples.mixed(), RUBRIC))
    assert "- A value copied wrongly. You wrote 1.14 in h0[1], but" in text
    assert "- An arithmetic slip (made in c[0,1,0], c[0,1,1])." in text
    assert "- A bracket is opened at position 3 and never closed." in text


def test_the_self_check_ends_with_one_line_that_sums_up():
    lines = check_text(samples.mixed(), RUBRIC).splitlines()
    assert lines[-1] == "9 answers: 3 right, 5 not right yet, 1 could not be read; 2 not answered."
    assert check_text(samples.perfect(), RUBRIC).splitlines()[-1] == "6 answers: 6 right."


def test_the_self_check_tells_no_points():
    assert "point" not in check_text(samples.mixed(), RUBRIC).replace("as points", "")


@pytest.mark.parametrize("reveal", ["nothing", "values"])
def test_the_self_check_never_tells_a_right_value(reveal):
    finding = Finding("arithmetic_slip", QuantityKey("gan.h0"), ((1,),), "Look.", {"key": 8765.5})
    entries = tuple(EntryMark((k,), "1", Mark.WRONG, 1.0, 8765.5, 8766.5) for k in range(8))
    report = samples.with_item(samples.mixed(), entries=entries, findings=(finding,))
    told = check_text(report, samples.rubric(reveal)) + json.dumps(check_record(report))
    assert "876" not in told
    assert "evidence" not in told
    assert "expected" not in told
    assert "grad_z2" not in told  # the step of a gradient is the answer


def test_the_self_check_of_a_file_that_cannot_be_read_says_why_and_what_to_do():
    text = joined(check_text(samples.without_score(Status.UNREADABLE, "no closing brace"), RUBRIC))
    assert "Your file could not be read." in text
    assert "no closing brace" in text
    assert "- Open the file" in text


def test_the_self_check_of_what_cannot_be_decided_says_to_write_it_another_way():
    text = joined(check_text(samples.without_score(Status.UNGRADED, "undecided"), RUBRIC))
    assert "undecided" in text
    assert "write it another way, or a person will have to decide" in text
    assert "need not do anything" not in text
    assert "score" not in text
    assert "at the top of the list" not in text


def test_the_self_check_is_short_about_a_problem_without_answers():
    report = samples.mixed()
    first, *others = report.problems
    left_out = tuple(replace(a, verdict=Verdict.MISSING, findings=()) for a in first.assessments)
    report = replace(report, problems=(replace(first, assessments=left_out), *others))
    text = check_text(report, RUBRIC)
    told = text.partition(first.title)[2].partition(others[0].title)[0]
    assert told.splitlines()[1] == "  Nothing is answered here."
    assert "Read as" not in told
    assert "h0" not in told
    assert "You gave no answer here" not in text


def test_the_check_as_json_has_verdicts_entries_and_findings_only():
    found = check_record(samples.mixed())
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["items"][0] == {
        "quantity": "gan.h0",
        "verdict": "partial",
        "right": 7,
        "total": 8,
        "wrong": [[1]],
        "findings": [
            {
                "code": "transcription_slip",
                "at": "gan.h0",
                "entries": [[1]],
                "message": samples.SLIP.message,
            }
        ],
        "notes": [],
    }


def test_a_problem_that_does_not_count_is_not_checked():
    report = replace(samples.mixed(), student=Student("s1", "", "4850"))
    assert "grad_xp" not in check_text(report, RUBRIC)


# --- the explanation ------------------------------------------------------------------------------


def table_of(quantity, report=None):
    text = explain_text(report or samples.mixed(), RUBRIC, quantity)
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("  index"))
    rows = [line for line in lines[start:] if re.match(r"  (index|-|\d)", line)]
    return [re.split(r"\s{2,}", row.strip()) for row in rows if not row.startswith("  --")]


def test_each_entry_is_told_with_what_was_expected_and_obtained_and_the_difference():
    header, *rows = table_of("h0")
    assert header == ["index", "expected", "obtained", "difference", "carried", "mark"]
    assert rows[0] == ["0", "0.38", "0.38", "0", "right"]
    assert rows[1] == ["1", "1.4", "1.14", "-0.26", "wrong"]


def test_the_carried_value_is_told_where_it_differs():
    _, *rows = table_of("gan.m")
    assert rows == [["-", "12.402", "11.9786", "-0.423", "11.9786", "follows"]]


def test_gradients_of_order_1e_6_are_told_with_all_their_digits():
    rows = table_of("grad_w1")
    assert rows[3] == ["0,0,2", "-2.57307e-06", "-2.573e-06", "0", "right"]
    assert rows[1][-1] == "missing"
    assert rows[2][-1] == "unreadable"


def test_columns_are_aligned_so_that_numbers_end_below_each_other():
    text = explain_text(samples.mixed(), RUBRIC, "h2")
    table = [line for line in text.splitlines() if re.match(r"  (index|\d,\d)", line)]
    ends = {line.index(word) + len(word) for line, word in [(table[0], "obtained")]}
    for line in table[1:]:
        obtained = re.match(r"  \S+ +\S+ +(\S+)", line)
        ends.add(obtained.end(1))
    assert len(ends) == 1


def test_the_explanation_names_the_first_step_findings_evidence_and_conventions():
    text = joined(explain_text(samples.mixed(), RUBRIC))
    assert "First step that went wrong: gan.h0" in text
    assert "First step that went wrong: autoencoder.grad_xp" in text
    assert 'evidence: {"expected": [0.326, 1.108], "obtained": [0.134, 0.528]}' in text
    assert "arithmetic_slip at c[0,1,0], c[0,1,1]" in text
    assert "objective: minimize_nll (inferred)" in text
    assert "reshape: channels_first (the key's; nothing answered can tell)" in text
    assert "written: 2*(x - xp)" in text


def test_one_quantity_can_be_asked_for_by_its_name_or_with_its_problem():
    for name in ("h2", "gan.h2"):
        text = explain_text(samples.mixed(), RUBRIC, name)
        assert "gan.h2:" in text
        assert "gan.h0:" not in text
        assert "autoencoder" not in text


def test_exact_case_comes_first_and_any_case_after_it():
    assert "gan.grad_H2:" in explain_text(samples.mixed(), RUBRIC, "GRAD_h2")
    assert [i["quantity"] for i in explain_record(samples.mixed(), "H0")["items"]] == ["gan.h0"]


@pytest.mark.parametrize("explain", [lambda r, q: explain_text(r, RUBRIC, q), explain_record])
def test_a_quantity_that_is_not_there_is_refused_with_those_that_are(explain):
    with pytest.raises(GraderError, match=r"^h7\\x1b: neither .* there is gan.h0, gan.h1"):
        explain(samples.mixed(), "h7\x1b")


ORDER = ("a0", "h0", "h1", "c", "h2", "m")


@pytest.mark.parametrize(
    ("marks", "made_at", "expected"),
    [
        ({"h0": Mark.RIGHT, "h2": Mark.RIGHT}, None, None),
        ({"h0": Mark.RIGHT, "h2": Mark.WRONG}, None, "gan.h2"),
        ({"h2": Mark.WRONG, "h0": Mark.WRONG}, None, "gan.h0"),
        ({"h0": Mark.FOLLOWS, "h2": Mark.WRONG}, "gan.c", "gan.c"),
        ({"h0": Mark.MISSING, "h2": Mark.UNREADABLE}, None, None),
        ({"h0": Mark.RIGHT, "h2": Mark.RIGHT}, "gan.elsewhere", "gan.elsewhere"),
    ],
)
def test_the_first_wrong_step_is_the_earliest_that_went_wrong_by_itself(marks, made_at, expected):
    findings = (Finding("bias_omitted", QuantityKey(made_at)),) if made_at else ()
    items = tuple(
        samples.item(
            f"gan.{name}",
            Verdict.PARTIAL,
            0,
            0,
            1,
            entries=(EntryMark((), "1", mark),),
            findings=findings,
        )
        for name, mark in marks.items()
    )
    problem = replace(samples.mixed().problems[0], assessments=items)
    assert first_wrong(problem, ORDER) == expected


def test_another_layout_is_no_step_that_went_wrong():
    finding = Finding("layout", QuantityKey("gan.h0"))
    problem = samples.with_item(samples.perfect(), findings=(finding,)).problems[0]
    assert first_wrong(problem, ORDER) is None


def test_the_explanation_as_json_has_every_entry_and_can_be_written():
    found = explain_record(samples.mixed(), None, RUBRIC)
    json.dumps(found, allow_nan=False)
    assert found["first_wrong"] == {"gan": "gan.h0", "autoencoder": "autoencoder.grad_xp"}
    entry = found["items"][0]["entries"][1]
    assert entry["index"] == [1]
    assert (entry["text"], entry["mark"]) == ("1.14", "wrong")
    assert (entry["expected"], entry["obtained"]) == (1.4, 1.14)
    assert entry["difference"] == pytest.approx(-0.26)
    assert found["items"][0]["findings"][0]["evidence"] == {"stated": 1.14, "used": 1.4}


def test_an_expected_value_that_is_not_finite_is_null_in_json():
    entries = (EntryMark((0,), "1", Mark.WRONG, 1.0, float("inf")),)
    found = explain_record(samples.with_item(samples.mixed(), entries=entries), "h0")
    assert found["items"][0]["entries"][0]["expected"] is None
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    ("key", "conventions", "formula"),
    [
        ("gan.h0", {}, "relu(w0 @ z + b0)"),
        ("gan.h2", {}, "relu(sum_channels(c) + b1)"),
        ("gan.m", {}, "dot(w2, H2) + b2"),
        ("gan.grad_H2", {}, "grad_m * w2"),
        ("gan.grad_p", {"objective": "minimize_nll"}, "-1 / p"),
        ("gan.grad_p", {"objective": "maximize_log_p"}, "1 / p"),
        ("autoencoder.grad_xp", {}, "-(2 * (x - xp))"),
        ("autoencoder.grad_W2", {}, "h @ grad_z2.T"),
    ],
)
def test_steps_without_a_name_in_the_assignment_are_written_out(key, conventions, formula):
    item = samples.item(key, Verdict.MISSING, 0, 0, 1)
    assert asked_formula(item, RUBRIC, conventions) == formula


@pytest.mark.parametrize(
    ("value", "digits", "told"),
    [
        (1.4, 6, "1.4"),
        (12.40201234, 6, "12.402"),
        (4.1104e-06, 6, "4.1104e-06"),
        (0.0, 6, "0"),
        (1e300, 3, "1e+300"),
        (float("inf"), 6, "not finite"),
        (float("nan"), 6, "not finite"),
        (None, 6, "-"),
    ],
)
def test_numbers_are_told_in_few_characters(value, digits, told):
    assert number_text(value, digits) == told


# --- the summary of a class -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (r"4.110\times 10^{-6}", "4.110×10⁻⁶"),
        (r"-2.625 \times 10^{-6}", "-2.625×10⁻⁶"),
        (r"2 \cdot 10^{-3}", "2·10⁻³"),
        (r"$ .5\,\times\,10^{ 12 } $", ".5×10¹²"),
        ("3.6171·10^-6", "3.6171·10⁻⁶"),
        ("−4.110·10^−7", "−4.110·10⁻⁷"),
        ("2*10**-3", "2·10⁻³"),
        ("2x10^(+3)", "2×10³"),
        ("-10^{-6}", "-10⁻⁶"),
        (r"-\frac{1}{4}", "-1/4"),
        (r"$\dfrac{ 2 }{ 3 }$", "2/3"),
        ("1.40", "1.40"),
        ("1e-6", "1e-6"),
        ("110^2", "110^2"),
        (r"\times 10^{-6}", r"\times 10^{-6}"),
        ("2·10^-6 m", "2·10^-6 m"),
        ("2·10^" + "9" * 60, "2·10^" + "9" * 60),
        ("", ""),
    ],
)
def test_numbers_in_latex_are_shown_as_people_read_them(text, told):
    assert tidy_number(text) == told


def test_of_a_number_in_latex_only_what_is_shown_changes():
    entries = (EntryMark((0,), r"4.11\times 10^{-6}", Mark.WRONG, 4.11e-6, 0.38),)
    report = samples.with_item(samples.perfect(), entries=entries)
    assert "4.11×10⁻⁶" in explain_text(report, RUBRIC, "gan.h0")
    (item,) = explain_record(report, "gan.h0")["items"]
    assert item["entries"][0]["text"] == r"4.11\times 10^{-6}"


def test_blanks_are_squeezed():
    assert squeezed(" a \t b\n  c ") == "a b c"


def test_the_summary_counts_every_status_and_merges_none():
    counts = {Status.GRADED: 2, Status.MISSING: 1, Status.UNGRADED: 1, Status.UNREADABLE: 1}
    reports = [
        samples.perfect() if status is Status.GRADED else samples.without_score(status, "why")
        for status, number in counts.items()
        for _ in range(number)
    ]
    reports.append(samples.without_score(Status.EXCUSED))
    first = summary_text(reports, "grades").splitlines()[0]
    assert first == "6 submissions: 2 graded, 1 missing, 1 excused, 1 unreadable, 1 ungraded."


def test_the_summary_names_who_needs_a_person_with_the_reason_and_the_undecided_first():
    reports = [
        samples.perfect(),
        replace(samples.mixed(), attention=("level unknown", "two files")),
        replace(samples.without_score(Status.UNREADABLE, "not a zip file"), file="b.xlsx"),
        replace(samples.without_score(Status.UNGRADED, "timed out"), attention=("timed out",)),
        replace(samples.without_score(Status.UNGRADED), student=Student(), file="c.csv"),
    ]
    lines = summary_text(reports, "out/grades").splitlines()
    assert lines[2:7] == [
        "Needs a person (4):",
        "  ungraded    s1001 (Doe, Jane), s1001.json: timed out",
        "  ungraded    c.csv: no reason is known",
        "  unreadable  s1001 (Doe, Jane), b.xlsx: not a zip file",
        "  look at     s1001 (Doe, Jane), s1001.json: level unknown; two files",
    ]
    assert lines[-1] == "Written to out/grades"


def test_the_summary_counts_what_was_handed_in_late_or_again_and_tells_where_to_look():
    late, again = "handed in late, by the file's name", "a.csv was handed in again as b.csv"
    remarks = [[late], [late, again], ["b.csv is an earlier attempt"], ["not read", "nor this"], []]
    reports = [replace(samples.perfect(), remarks=tuple(map(Remark, r))) for r in remarks]
    assert " ".join(summary_text(reports, "grades").splitlines()[2:4]) == (
        "2 handed in late, 2 handed in again, 1 with other remarks: see the remarks"
        " column of the gradebook."
    )


def test_the_summary_of_a_class_in_which_all_is_well_is_two_lines():
    assert summary_text([samples.perfect()], "grades") == (
        "1 submission: 1 graded.\n\nWritten to grades"
    )
    assert summary_text([], "grades").startswith("No submissions.")


# --- nothing steers the terminal ------------------------------------------------------------------


def texts_of(report, quantity=None):
    return (
        check_text(report, RUBRIC),
        explain_text(report, RUBRIC, quantity),
        summary_text([report, replace(report, status=Status.UNGRADED)], "grades"),
    )


def hostile(text):
    entries = (EntryMark((0,), text, Mark.UNREADABLE, place=Place(text)),)
    finding = Finding("sign_error", QuantityKey(text), ((0,),), text, {text: text})
    report = samples.with_item(samples.mixed(), entries=entries, findings=(finding,), notes=(text,))
    (gan, other) = report.problems
    own = replace(other.assessments[0], entries=(EntryMark((), text, Mark.WRONG),))
    return replace(
        report,
        student=Student(text, text, "6850"),
        file=text,
        reason=text,
        attention=(text,),
        remarks=(Remark(text, Place(text)),),
        problems=(gan, replace(other, assessments=(own, *other.assessments[1:]))),
    )


def test_control_characters_of_a_student_are_spelled_out():
    for text in texts_of(hostile(HOSTILE)):
        assert r"\x1b[31mred\x07\r\n\u202eX\u2028\x9b2J" in text.replace("\n", "").replace(" ", "")
        assert not [c for c in text if c != "\n" and not c.isprintable()]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_written_no_line_is_longer_than_80_columns_nor_steers(text):
    for told in texts_of(hostile(text)):
        told.encode("utf-8")
        steering = {c for c in told if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
        assert steering <= {"\n", "\u200c", "\u200d"}
        assert max(map(len, told.split("\n"))) <= 80


def test_carets_drawn_below_an_answer_keep_their_columns():
    note = "h cannot multiply grad_z2\n    h @ grad_z2\n      ^"
    report = samples.with_item(samples.mixed(), notes=(note,))
    for text in (check_text(report, RUBRIC), explain_text(report, RUBRIC)):
        (answer, carets) = re.search(r"\n( +h @ grad_z2)\n( +\^)\n", text).groups()
        assert answer.index("@") == carets.index("^")


def test_a_difference_that_is_only_the_machines_is_none():
    entries = (EntryMark((0,), "0.3", Mark.RIGHT, 0.3, 0.1 + 0.2),)
    report = samples.with_item(samples.mixed(), entries=entries)
    assert table_of("h0", report)[1] == ["0", "0.3", "0.3", "0", "right"]


def test_huge_texts_are_cut_off():
    assert all(len(text) < 40_000 for text in texts_of(hostile("9" * 1_000_000)))


def test_half_credit_is_told_as_points_are_read():
    report = replace(samples.perfect(), score=Fraction(61, 4))
    assert "15.25 of 20 points" in explain_text(report, RUBRIC)


def test_what_has_no_points_is_told_so():
    report = samples.with_item(samples.mixed(), score=Fraction(0), max_score=Fraction(0))
    told = explain_text(report, RUBRIC)
    assert "right, no points\n" in told
    assert " of 0 points" not in told
