"""The page that a student gets: one HTML file that needs nothing else, on a phone or on paper.

What is shown is first laid out as plain values (`grader.reports.pages`), then written by the
template beside this file, which escapes everything. No right value is on the page unless the
rubric's ``reveal`` is ``values``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from grader.model import Assessment, Report, Rubric, Verdict
from grader.reports.pages import page_of
from grader.reports.shown import visible

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["feedback_page", "refilled"]

# What a person or a deadline may change on a page that was made before; nothing of a student's can
# look like it, since every < of theirs is escaped.
_PLACE = re.compile(r"<!--\[([\w-]+)-->(.*?)<!--\]-->", re.DOTALL)


def feedback_page(report: Report, rubric: Rubric) -> str:
    """The whole page, as HTML; every status has one."""
    return _template().render(page=page_of(report, rubric))


def refilled(page: str, report: Report, rubric: Rubric) -> str:
    """A page of before, with the points, the remarks and what a person changed as they are now.

    The report may lack entries and findings: what stands about the answers stays as it is.
    """
    now = dict(_PLACE.findall(feedback_page(_bare(report), rubric)))
    return _PLACE.sub(lambda old: f"<!--[{old[1]}-->{now.get(old[1], old[2])}<!--]-->", page)


def _bare(report: Report) -> Report:
    """With its points only: nothing else of it is looked at, and it is laid out in no time."""
    problems = (replace(p, assessments=tuple(map(_points, p.assessments))) for p in report.problems)
    return replace(report, problems=tuple(problems))


def _points(one: Assessment) -> Assessment:
    shown = (one.key, Verdict.MISSING, one.score, one.max_score, 0, 0)
    return Assessment(*shown, override=one.override)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - a self-check does without it
    from markupsafe import Markup  # noqa: PLC0415 - the same

    def harmless(value: Any) -> Any:
        """Text is made visible wherever it is printed, so no template can forget it."""
        return visible(value) if type(value) is str else value

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    folder = files("grader.reports")
    css = (folder / "page.css").read_text("utf-8")
    environment.globals["css"] = Markup(css)  # noqa: S704 - our own file, nothing of a student's
    return environment.from_string((folder / "feedback.html.j2").read_text("utf-8"))
