import re
import sys
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import pytest
import report_samples as samples
from core_samples import graded
from core_samples import item as item_of
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.codes import FINDING_CODES
from grader.model import (
    EntryMark,
    Finding,
    Formula,
    Mark,
    Place,
    QuantityKey,
    Remark,
    Report,
    Status,
    Student,
    Verdict,
)
from grader.reports import wording
from grader.reports.feedback import feedback_page
from grader.reports.shown import cells, entry_names, visible
from reference import autoencoder, gan

RUBRIC = samples.rubric()
REVEALING = samples.rubric("values")
_VOID = frozenset({"meta", "link", "br", "img", "hr", "input", "wbr"})


class _Page(HTMLParser):
    """Checks that every element is closed, and gathers what the tests ask about."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.text, self.attributes = [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *attr) for attr in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *attr) for attr in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"style", "title"} & set(self.open):
            self.text.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())


def read(report, rubric=RUBRIC):
    page = _Page(feedback_page(report, rubric))
    assert page.open == []
    return page


def text_of(report, rubric=RUBRIC):
    return read(report, rubric).words


# --- the page -----------------------------------------------------------------------------------


def test_the_page_says_whose_it_is_and_what_was_scored():
    text = text_of(samples.mixed())
    for part in ("Doe, Jane", "s1001", "16.42", "of 40 points", RUBRIC.title):
        assert part in text


def test_the_page_stands_alone_and_runs_nothing():
    html = feedback_page(samples.mixed(), RUBRIC)
    page = _Page(html)
    assert "default-src 'none'; style-src 'unsafe-inline'" in html
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(page.tags)
    targets = [value for _, name, value in page.attributes if name in {"href", "src", "action"}]
    assert targets
    assert all(target.startswith("#") for target in targets)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert "url(" not in html
    assert "@import" not in html


def test_every_link_leads_to_a_place_on_the_page():
    attributes = read(samples.mixed()).attributes
    ids = [value for _, name, value in attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {v[1:] for _, name, v in attributes if name == "href"} <= set(ids)


def test_language_title_viewport_and_both_colour_schemes_are_there():
    html = feedback_page(samples.mixed(), RUBRIC)
    for part in (
        '<html lang="en"',
        "width=device-width",
        "<title>Introduction to Deep Learning, Assignment 6 – feedback for Doe, Jane</title>",
        "prefers-color-scheme: dark",
        "@media print",
        "size: A4",
    ):
        assert part in html


def test_conventions_are_told_in_words_and_inferred_ones_apart_from_the_keys():
    text = text_of(samples.mixed())
    assert "Read as: you minimise the negative log-likelihood;" in text
    decided, _, assumed = text.partition("Nothing that you answered depends on the rest")
    assert "slide the kernel as it is printed" in decided
    assert "you flatten h2 row by row" in assumed


def test_formulas_are_typeset():
    assert "<math" in feedback_page(samples.mixed(), RUBRIC)
    assert "grad_w1" not in text_of(samples.perfect())


def test_an_expression_is_shown_as_it_was_written_and_as_it_was_read_where_it_could_be():
    html = feedback_page(samples.mixed(), RUBRIC)
    articles = dict(re.findall(r'id="q-autoencoder-(\w+)">(.*?)</article>', html, re.DOTALL))
    assert {name: "read as" in article for name, article in articles.items()} == {
        "grad_xp": True,
        "grad_W2": True,
        "grad_h": True,
        "grad_W1": False,
    }
    assert "<code><bdi>W2 @ (xp*(1-xp)*grad_xp)</bdi></code>" in articles["grad_h"]


def _with_expression(text, given=()):
    """The page's part on one expression."""
    problem = samples.mixed().problems[1]
    first, *others = problem.assessments
    entries = (EntryMark((), text, Mark.RIGHT, given=given),)
    problem = replace(problem, assessments=(replace(first, entries=entries), *others))
    report = replace(samples.mixed(), problems=(problem,))
    assert read(report)
    html = feedback_page(report, RUBRIC)
    return re.search(rf'id="q-autoencoder-{first.quantity}">(.*?)</article>', html, re.DOTALL)[1]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("h   \\delta  ^T", ["h \\delta ^T"]),
        ("let d =  2\n h   d", ["let d = 2", "h d"]),
        ("<b>  x", ["&lt;b&gt; x"]),
    ],
)
def test_an_expression_is_shown_line_by_line_without_blanks_that_lay_out(text, lines):
    shown = re.search("<code>(.*?)</code>", _with_expression(text))[1]
    assert re.findall("<bdi>(.*?)</bdi>", shown) == lines


def test_definitions_that_an_expression_relies_on_stand_above_it():
    part = _with_expression("W2 @ q", ("q = <script>", "q = x'_j - x"))
    first, second = re.findall('<span class="chain">.*?</span></span>', part)
    assert "<mi>q</mi></math><wbr>" in first
    assert "<mo>−</mo>" in first
    assert "<msub><mi>W</mi><mn>2</mn></msub>" in second
    assert "script" not in part


def test_of_the_definitions_before_an_answer_those_that_it_relies_on_are_told():
    relied = Formula(
        "grad_h = W2 @ d", Place("a.md"), ("q = 2", "d = 2 (xp - x) .* xp .* (1 - xp)")
    )
    report = graded({"autoencoder.grad_h": relied}, "6850")
    assert item_of(report, "autoencoder.grad_h").entries[0].given == relied.given[1:]


def test_each_side_of_a_long_chain_has_a_line_beside_the_name():
    long = " + ".join(["a_i"] * 30)
    part = _with_expression(rf"\nabla_h J = {long} = \lim_{{<img>}} 2 = {'x' * 80} * 2 | = b")
    (chain,) = re.findall('<span class="chain named">(.*)</span></div>', part)
    assert len(re.findall('<span>(?:<span class="wide"[^>]*>)?<math', chain)) == 5
    assert chain.count("<wbr>") == 29
    assert '<mtext class="unread">\\lim_{&lt;img&gt;} 2</mtext>' in chain
    assert f'<mtext class="unread">{"x" * 60}… (86 characters)</mtext>' in chain


@pytest.mark.parametrize("text", ["a = b +", "a = (" + "+".join(["b"] * 99) + ")^2", "x" * 2000])
def test_an_expression_whose_last_side_cannot_be_read_or_looked_at_is_not_typeset(text):
    assert "read as" not in _with_expression(text, ("q = 2",))


def test_what_is_wider_than_paper_is_told_so():
    assert "--signs" not in _with_expression("a + b")
    wide = "(" + "+".join(["b"] * 50) + ")^2"
    assert 'class="wide" style="--signs:102"' in _with_expression(wide)


def test_numbers_in_latex_are_shown_as_people_read_them_in_grids():
    entries = (EntryMark((0,), r"4.11\times 10^{-6}", Mark.WRONG), *samples.numbers("h0")[1:])
    html = feedback_page(samples.with_item(samples.perfect(), entries=entries), RUBRIC)
    assert '<bdi class="own">4.11×10⁻⁶</bdi>' in html


@pytest.mark.parametrize(("mark", "symbol"), [(m, w.symbol) for m, w in wording.MARKS.items()])
def test_every_mark_is_told_by_symbol_and_words_and_class(mark, symbol):
    entries = (EntryMark((0,), "0.38", mark), *samples.numbers("h0")[1:])
    html = feedback_page(samples.with_item(samples.perfect(), entries=entries), RUBRIC)
    cell = re.search(r'<li class="m-(\w+)">(.*?)</li>', html, re.DOTALL)
    assert cell[1] == mark.value
    assert f'aria-hidden="true">{symbol}</span>' in cell[2]
    assert f'<span class="sr">, {wording.MARKS[mark].words}</span>' in cell[2]


def test_a_quantity_with_channels_is_a_grid_a_channel_with_index_headers():
    report = samples.perfect()
    html = feedback_page(report, RUBRIC)
    grids = html[html.index('id="q-gan-grad_w1"') :]
    grids = grids[: grids.index("</article>")]
    assert re.findall("<caption>(.*?)</caption>", grids) == ["channel 0", "channel 1"]
    assert re.findall('<th scope="col">(.*?)</th>', grids) == ["0", "1", "2"] * 2
    assert re.findall('<th scope="row">(.*?)</th>', grids) == ["0", "1", "2"] * 2
    assert grids.count('<td class="m-right">') == 18


def test_what_followed_through_is_named_and_why_it_costs_nothing():
    text = text_of(samples.mixed())
    assert "h1[0,0,1] follows from your own earlier values: the step itself is right." in text
    assert "charged once, where it was made, so this costs nothing" in text


def test_follow_through_that_costs_something_by_the_rubric_says_so():
    gan_problem, other = RUBRIC.problems
    items = tuple(replace(i, follow_through=Fraction(1, 2)) for i in gan_problem.items)
    rubric = replace(RUBRIC, problems=(replace(gan_problem, items=items), other))
    h1 = text_of(samples.mixed(), rubric).partition("h1[0,0,1] follows")[2]
    assert "By the rubric it earns 50 % of its points." in h1[:200]


def test_a_mistake_made_elsewhere_says_where():
    text = text_of(samples.mixed())
    assert re.search(r"An arithmetic slip\. .* Made in c at \[0,1,0\], \[0,1,1\] ?; it shows", text)


def test_findings_that_say_the_same_are_told_once_with_all_their_entries():
    twice = tuple(
        Finding("index_shifted", QuantityKey("gan.h0"), ((k,),), "Moved.") for k in (2, 3)
    )
    text = text_of(samples.with_item(samples.mixed(), findings=twice))
    assert text.count("Moved.") == 1
    assert "At [2], [3]." in text


def test_what_could_not_be_read_is_named_with_its_place():
    text = text_of(samples.mixed())
    assert "Could not be read: ~1e-6 answers.xlsx, sheet gan, cell C41" in text


def test_carets_drawn_below_an_answer_are_lines_of_their_own():
    note = "h cannot multiply grad_z2\n    h @ grad_z2\n      ^"
    html = feedback_page(samples.with_item(samples.mixed(), notes=(note,)), RUBRIC)
    assert "<span>    h @ grad_z2</span><span>      ^</span></pre>" in html


def test_an_item_without_an_answer_is_listed_and_one_that_was_implied_counts():
    text = text_of(samples.mixed())
    assert "You gave no answer here." in text
    assert "a later answer of yours could not be had without it, so it counts" in text


def test_what_to_look_at_first_is_what_is_wrong_and_then_what_was_left_out():
    html = feedback_page(samples.mixed(), RUBRIC)
    leads = re.search(r'<ul class="leads">(.*?)</ul>', html, re.DOTALL)[1]
    assert re.findall('href="#q-([^"]+)"', leads) == [
        "gan-h0",
        "gan-h2",
        "gan-grad_w1",
        "autoencoder-grad_xp",
        "autoencoder-grad_W2",
        "autoencoder-grad_W1",
        "gan-grad_w0",
    ]


def test_a_problem_of_another_level_is_not_shown():
    report = samples.mixed()
    shown_to = {
        level: autoencoder.PROBLEM.title
        in text_of(replace(report, student=Student("s1", "A", level)))
        for level in ("4850", "6850", "ECSE 6850", "")
    }
    assert shown_to == {"4850": False, "6850": True, "ECSE 6850": True, "": True}


@pytest.mark.parametrize(
    ("status", "heading", "step"),
    [
        (Status.UNREADABLE, "Your file could not be read", "grade check"),
        (Status.MISSING, "Nothing of yours has arrived", "send your teaching assistant"),
        (Status.EXCUSED, "You are excused", "need not do anything"),
        (Status.UNGRADED, "Not graded yet", "need not do anything"),
    ],
)
def test_a_submission_without_a_score_gets_a_page_that_says_what_to_do(status, heading, step):
    text = text_of(samples.without_score(status, "the <reason>\nTraceback"))
    assert heading in text
    assert step in text
    assert "the <reason>" in text
    assert "Traceback" not in text
    assert "of 40 points" not in text


def test_an_ungraded_report_still_shows_what_was_decided():
    report = replace(samples.mixed(), status=Status.UNGRADED, score=None)
    text = text_of(report)
    assert "Not graded yet" in text
    assert "7 of 8 entries are right" in text
    assert "16.42" not in text


def test_what_staff_must_look_at_is_not_on_the_students_page():
    assert "LEVEL UNKNOWN" not in feedback_page(
        replace(samples.mixed(), attention=("LEVEL UNKNOWN",)), RUBRIC
    )


# --- nothing right is shown -----------------------------------------------------------------------

SENTINEL = 8765.4321


def _planted():
    """Sentinels wherever a report holds right values: entries, carried values, evidence."""
    finding = Finding(
        "arithmetic_slip",
        QuantityKey("gan.h0"),
        ((1,),),
        "Look again.",
        {"expected": [SENTINEL], "deep": {"key": str(SENTINEL)}},
    )
    problems = []
    for problem in samples.mixed().problems:
        items = tuple(
            replace(
                item,
                findings=(*item.findings, finding),
                entries=tuple(
                    replace(e, expected=SENTINEL, carried=SENTINEL + 1) for e in item.entries
                ),
            )
            for item in problem.assessments
        )
        problems.append(replace(problem, assessments=items))
    return replace(samples.mixed(), problems=tuple(problems))


def test_no_expected_number_is_on_the_page_when_nothing_is_revealed():
    assert "876" not in feedback_page(_planted(), RUBRIC)


def test_expected_values_stand_beside_entries_that_are_not_right_when_values_are_revealed():
    html = feedback_page(_planted(), REVEALING)
    assert html.count("8765.43") == 7  # h0[1], h1[0,0,1], m, twice in h2 and grad_w1
    assert "876" not in html.replace("8765.43", "")


def test_the_step_of_a_gradient_is_the_answer_and_shown_only_when_values_are_revealed():
    report = samples.mixed()
    hidden, shown = feedback_page(report, RUBRIC), feedback_page(report, REVEALING)
    assert "The key" not in hidden
    assert shown.count("The key") == 4
    of = re.compile(r'id="q-gan-grad_w0".*?</article>', re.DOTALL)
    assert 'class="formula"' not in of.search(hidden)[0]
    assert 'class="formula"' in of.search(shown)[0]
    assert 'class="formula"' in re.search(r'id="q-gan-h0".*?</article>', hidden, re.DOTALL)[0]


# --- what a student wrote is text -----------------------------------------------------------------

HOSTILE = (
    '<script>alert("1")</script>\'"><img src=x onerror=y>&amp;{{ 7*7 }}\u202egnp.exe\x1b[31m\x00'
)


def _hostile():
    entries = (EntryMark((), HOSTILE, Mark.UNREADABLE, place=Place(HOSTILE, HOSTILE, HOSTILE)),)
    finding = Finding("sign_error", QuantityKey(HOSTILE), (), HOSTILE, {HOSTILE: HOSTILE})
    report = samples.with_item(
        samples.mixed(), entries=entries, findings=(finding,), notes=(HOSTILE,)
    )
    return replace(
        report,
        student=Student(HOSTILE, HOSTILE, "6850"),
        file=HOSTILE,
        remarks=(Remark(HOSTILE),),
    )


@pytest.mark.parametrize("status", list(Status))
def test_whatever_a_student_wrote_is_shown_as_text(status):
    report = _hostile()
    if status is not Status.GRADED:
        report = replace(report, status=status, score=None, reason=HOSTILE)
    html = feedback_page(report, RUBRIC)
    page = _Page(html)
    assert not {"script", "img"} & set(page.tags)
    assert "<script" not in html
    assert not {"\u202e", "\x1b", "\x00"} & set(html)
    assert "\\u202egnp.exe\\x1b[31m\\x00" in html
    assert "{{ 7*7 }}" in html


def test_names_are_isolated_from_the_direction_of_what_is_around_them():
    html = feedback_page(replace(samples.mixed(), student=Student("s1", "דוד", "6850")), RUBRIC)
    assert "<h1><bdi>דוד</bdi></h1>" in html


def test_a_huge_text_is_cut_off_with_its_length():
    entries = (EntryMark((0,), "9" * 100_000, Mark.UNREADABLE),)
    report = samples.with_item(samples.mixed(), entries=entries, notes=("x" * 100_000,))
    report = replace(report, student=Student("s" * 100_000, "n" * 100_000, "6850"))
    html = feedback_page(report, RUBRIC)
    assert len(html) < 60_000
    assert "(100000 characters)" in html


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(), max_size=40))
def test_any_text_can_be_written_out_and_stays_text(text):
    entries = (EntryMark((0,), text, Mark.WRONG),)
    report = samples.with_item(samples.perfect(), entries=entries, notes=(text,))
    report = replace(report, student=Student(text, text, "4850"))
    html = feedback_page(report, RUBRIC)
    html.encode("utf-8")
    assert _Page(html).tags.count("article") == 6


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Núñez 李", "Núñez 李"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\nb\tc", r"a\nb\tc"),
        ("\x1b[2J", r"\x1b[2J"),
        ("\u2028\u2066\ufeff", r"\u2028\u2066\ufeff"),
        ("\ud800", r"\ud800"),
        ("", ""),
    ],
)
def test_text_that_would_steer_the_reader_is_spelled_out(text, seen):
    assert visible(text) == seen


# --- grids --------------------------------------------------------------------------------------


def test_entries_that_were_not_given_are_missing_ones_of_the_shape():
    (h0, *_) = samples.perfect().assessments
    partial = replace(h0, entries=h0.entries[2:3])
    assert [cell.mark for cell in cells(partial).values()] == [
        *[Mark.MISSING] * 2,
        Mark.RIGHT,
        *[Mark.MISSING] * 5,
    ]


@pytest.mark.parametrize("index", [(9,), (0, 0), ()])
def test_entries_that_do_not_fit_the_shape_are_shown_all_the_same(index):
    report = samples.with_item(samples.perfect(), entries=(EntryMark(index, "0.777", Mark.WRONG),))
    assert "0.777" in text_of(report)


def test_a_symbolic_shape_is_as_large_as_its_entries():
    (_, problem) = samples.mixed().problems
    entries = tuple(EntryMark((row, 0), f"0.{row}", Mark.RIGHT) for row in range(3))
    item = replace(problem.assessments[0], entries=entries, is_expression=False)
    assert list(cells(item)) == [(0, 0), (1, 0), (2, 0)]


def test_of_a_huge_quantity_only_the_entries_that_are_not_right_are_listed():
    entries = tuple(
        EntryMark((row, column), "1.5", Mark.WRONG if row == column else Mark.RIGHT)
        for row in range(40)
        for column in range(40)
    )
    report = samples.with_item(
        samples.mixed(), entries=entries, shape=(40, 40), verdict=Verdict.PARTIAL
    )
    html = feedback_page(report, RUBRIC)
    article = html[html.index('id="q-gan-h0"') :].partition("</article>")[0]
    assert article.count("<li class=") == 40
    assert "<td" not in article


def test_names_of_many_entries_end_with_their_number():
    assert entry_names("h", [(k,) for k in range(5)], limit=2) == "h[0], h[1] and 3 more"


# --- words --------------------------------------------------------------------------------------


def test_every_code_of_a_finding_has_a_title():
    assert set(wording.FINDINGS) == set(FINDING_CODES)


def test_every_verdict_mark_and_status_has_words_and_a_symbol_of_its_own():
    for table, kind in (
        (wording.VERDICTS, Verdict),
        (wording.MARKS, Mark),
        (wording.STATUSES, Status),
    ):
        assert set(table) == set(kind)
        assert len({words.words for words in table.values()}) == len(table)
        assert all(len(words.symbol) == 1 for words in table.values())


@pytest.mark.parametrize("problem", [gan.PROBLEM, autoencoder.PROBLEM], ids=["gan", "autoencoder"])
def test_every_value_of_every_convention_has_a_sentence(problem):
    told = {name: set(values) for name, values in wording.CONVENTIONS.items()}
    for name, values in problem.conventions.items():
        assert set(values) <= told[name]


def test_a_page_without_a_rubrics_problem_or_a_name_is_still_a_page():
    empty = Report(Student(), "", Status.GRADED, Fraction(0), Fraction(0), "other")
    assert "of 0 points" in text_of(empty)
    assert "7 of 8 entries" in text_of(samples.mixed(), replace(RUBRIC, problems=()))


def test_a_self_check_does_not_load_the_page_templates():
    import subprocess  # noqa: PLC0415 - a fresh interpreter shows what is loaded

    code = "import grader.reports.text, grader.reports.record, sys; print('jinja2' in sys.modules)"
    found = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "False"
