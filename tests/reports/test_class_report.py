import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from class_samples import RUBRIC, finding, five_statuses, made_up_class, report
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_key_audit import ranked
from test_shared_answers import entry, wrote

from grader.model import Status
from grader.reports.class_report import class_page
from grader.reports.pictures import Series, bars, columns
from grader.reports.shown import visible

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Page(HTMLParser):
    """What a browser makes of a page: its elements and its text."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.said = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.said.append(data)

    @property
    def text(self):
        return " ".join("".join(self.said).split())

    def attributes(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing():
    text = class_page(made_up_class(20), RUBRIC)
    page = Page(text)
    assert {"script", "link", "img", "iframe", "object"}.isdisjoint({n for n, _ in page.elements})
    assert page.attributes("meta")[1]["content"] == POLICY
    assert not re.findall(r'(?:src|href)="(?!#|feedback/)[^"]*"', text)
    assert not re.findall(r"url\((?!#)", text)


def test_who_needs_a_person_stands_before_everything_else():
    text = Page(class_page(five_statuses(), RUBRIC)).text
    assert text.index("2 need a person") < text.index("median") < text.index("Item difficulty")
    assert text.index("The file is cut off.") < text.index("median")


def test_the_five_statuses_are_counted_apart_and_only_one_has_a_score():
    text = class_page(five_statuses(), RUBRIC)
    for status in Status:
        assert f"<li><b>1</b>{status.value}</li>" in text
        assert f'<tr class="{status.value}">' in text
    assert re.findall(r'<td class="points">(\d[^<]*/[^<]*)</td>', text) == ["0 / 20"]


@pytest.mark.parametrize(
    "reports",
    [
        (),
        five_statuses()[:1],
        five_statuses()[1:2],
        five_statuses()[1:4],
        five_statuses()[4:],
        made_up_class(2),
    ],
)
def test_small_and_unlucky_classes_have_a_page(reports):
    page = Page(class_page(reports, RUBRIC))
    assert "nan" not in page.text.lower().split()
    assert page.attributes("h1")
    assert len([a for a in page.attributes("tr") if "class" in a]) == len(reports)


def test_every_picture_has_words_and_the_numbers_as_a_table():
    text = class_page(made_up_class(20), RUBRIC)
    page = Page(text)
    pictures = [a for a in page.attributes("svg") if "role" in a]
    assert len(pictures) == 9
    assert all(a["role"] == "img" and a["aria-label"] for a in pictures)
    assert text.count("The same as a table") == len(pictures)


def shared_by(names, *entries):
    return [wrote(name, *entries, name=name) for name in names]


def test_shared_wrong_values_are_told_with_names_and_as_a_place_to_look():
    reports = shared_by(["Doe, Jane", "Roe, Rik"], entry("1.14"), entry("2.508", (2,), 3.088))
    page = Page(class_page(reports, RUBRIC))
    said = "Doe, Jane; Roe, Rik2gan.h0[1]: 1.14 (key: 1.4); gan.h0[2]: 2.508 (key: 3.088)"
    assert said in page.text
    assert "Worth a look: a misprint in the key, a misread assignment" in page.text
    assert {"cheat", "plagiar", "suspic"}.isdisjoint(page.text.lower().split())
    assert [a["href"] for a in page.attributes("a")][:2] == [
        "feedback/Doe%252C%2520Jane.html",
        "feedback/Roe%252C%2520Rik.html",
    ]


def test_a_class_that_shares_nothing_is_told_so_and_the_key_is_not_doubted():
    text = Page(class_page(made_up_class(40), RUBRIC)).text
    assert "No students share wrong values that nothing explains." in text
    assert "Nothing speaks against it." in text
    assert "Worth a look" not in text


def test_signs_against_the_key_are_told_in_numbers():
    text = Page(class_page(ranked(12, {0, 1, 2}), RUBRIC)).text
    assert "gan.h2: 3 of the best 4 (75 %) lost points in it, and 0 of the other 8 (0 %)." in text
    assert "gan.h2 (look)" in text
    many = [*shared_by("abcd", entry("0.96")), report("r")]
    said = "gan.h0: entry [1], 4 students have 0.96, and 1 agree with the key's 1.4. No finding"
    assert said in Page(class_page(many, RUBRIC)).text


def test_many_shared_values_of_many_students_are_counted():
    entries = [entry(f"1.{k}7", (k,)) for k in range(20)]
    names = [f"s{k:03}" for k in range(50)]
    text = Page(class_page(shared_by(names, *entries), RUBRIC)).text
    assert "s039; and 10 more20gan.h0[0]: 1.07" in text
    assert "; and 8 more" in text
    pairs = [one for k in range(10, 45) for one in shared_by((f"a{k}", f"b{k}"), entry(f"1.{k}7"))]
    assert "And 5 more groups" in Page(class_page(pairs, RUBRIC)).text


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ 7*7*7*7 }}", "a\u202eb" * 9])
def test_a_shared_answer_is_never_markup(text):
    page = Page(class_page(shared_by([text, "b", "c"], entry(text)), RUBRIC))
    assert "script" not in {name for name, _ in page.elements}
    assert "\u202e" not in page.text
    assert page.text.count(visible(text)) >= 2


def test_ids_of_the_page_are_all_different():
    ids = re.findall(r'\bid="([^"]*)"', class_page(made_up_class(20), RUBRIC))
    assert ids
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "javascript:a"],
)
def test_text_from_students_is_never_markup(text):
    one = report(text, text, text, file=text, attention=[text], findings=[finding(text)])
    page = Page(class_page([one], replace(RUBRIC, title=text)))
    assert {"script", "img"}.isdisjoint({name for name, _ in page.elements})
    assert page.text.count(text) >= 4
    for attributes in page.attributes("a"):
        assert attributes["href"].startswith("feedback/")


@pytest.mark.parametrize("level", [r"$\frac{", "🎓", "a\u202eb", "<b>", "x" * 500, "\x00"])
def test_a_level_may_be_anything(level):
    page = Page(class_page([report("s1", "Doe", level), report("s2")], RUBRIC))
    assert "\x00" not in page.text
    assert "\u202e" not in page.text


def test_many_levels_are_drawn_with_few_colours():
    page = Page(class_page([report(f"s{k}", level=f"L{k}") for k in range(9)], RUBRIC))
    assert "other or unknown level" in page.text


def test_links_lead_to_the_feedback_pages():
    reports = [report("a b/.."), report("AB"), report("ab")]
    links = [a["href"] for a in Page(class_page(reports, RUBRIC)).attributes("a")]
    assert links == ["feedback/AB.html", "feedback/a%2520b%252F...html", "feedback/ab~2.html"]


def test_the_same_reports_give_the_same_page_in_any_order():
    reports = made_up_class(15)
    assert class_page(reports, RUBRIC) == class_page(reports[::-1], RUBRIC)


@settings(max_examples=10, deadline=None)
@example(r"$\frac{$")
@given(st.text(st.characters(), max_size=30))
def test_a_label_of_a_picture_may_be_anything(label):
    series = (Series("x", (1,), "#0072B2"),)
    for drawing in (
        bars([label], series, name="a", says=label.encode("utf-8", "replace").decode()),
        columns([label], series, name="a", says="b", x_label="c"),
    ):
        assert drawing.startswith("<svg ")


def test_a_picture_says_its_numbers_as_text():
    series = (Series("x", (3, 0), "#0072B2"), Series("y", (1, 2), "#D55E00", "//"))
    drawing = bars(["one", "two"], series, name="a", says="said")
    texts = [e.text for e in ET.fromstring(drawing).iter() if e.tag.endswith("text")]  # noqa: S314 - our own drawing
    assert {"one", "two", "3", "1", "2"} <= set(texts)
    assert 'aria-label="said"' in drawing
