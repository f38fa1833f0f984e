"""The page that a student gets: one HTML file that needs nothing else, on a phone or on paper.

What is shown is first laid out as plain values (`grader.reports.pages`), then written by the
template beside this file, which escapes everything. No right value is on the page unless the
rubric's ``reveal`` is ``values``.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from grader.model import Report, Rubric
from grader.reports.pages import page_of
from grader.reports.shown import visible

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["feedback_page"]


def feedback_page(report: Report, rubric: Rubric) -> str:
    """The whole page, as HTML; every status has one."""
    return _template().render(page=page_of(report, rubric))


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
