import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from class_samples import RUBRIC, finding, five_statuses, made_up_class, report
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.model import Status
from grader.reports.class_report import class_page
from grader.reports.pictures import Series, bars, columns

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
    assert len(pictures) == 8
    assert all(a["role"] == "img" and a["aria-label"] for a in pictures)
    assert len(page.attributes("details")) == len(pictures)


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
