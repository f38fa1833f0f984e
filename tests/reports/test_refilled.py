"""A page of before, filled again with what counts now: nothing else of it changes."""

from dataclasses import replace
from fractions import Fraction

import pytest
import report_samples as samples

from grader.model import Override, Remark, Status
from grader.reports.feedback import feedback_page, refilled

RUBRIC = samples.rubric()
REPORTS = {
    "mixed": samples.mixed(),
    "perfect": samples.perfect(),
    **{s.value: samples.without_score(s, "why") for s in Status if s is not Status.GRADED},
}
NASTY = "<!--[top-->x<!--]--> & <b>"


@pytest.mark.parametrize("name", REPORTS)
def test_filled_with_the_same_it_is_the_same(name):
    page = feedback_page(REPORTS[name], RUBRIC)
    assert refilled(page, REPORTS[name], RUBRIC) == page


@pytest.mark.parametrize("name", ["mixed", "perfect"])
def test_filled_with_an_override_it_is_the_page_made_anew(name):
    report = REPORTS[name]
    given = Override(Fraction(1, 2), NASTY, "Ada", "now")
    key = report.assessments[0].key
    changed = replace(
        report,
        remarks=(*report.remarks, Remark(NASTY)),
        score=Fraction(7),
        problems=tuple(
            replace(
                problem,
                score=Fraction(5),
                assessments=tuple(
                    replace(a, override=given) if a.key == key else a for a in problem.assessments
                ),
            )
            for problem in report.problems
        ),
    )
    page = refilled(feedback_page(report, RUBRIC), changed, RUBRIC)
    assert page == feedback_page(changed, RUBRIC)
    assert NASTY not in page
    assert refilled(page, report, RUBRIC) == feedback_page(report, RUBRIC)


def test_what_waited_for_a_person_loses_its_notice_once_one_decided():
    waiting = replace(REPORTS["mixed"], status=Status.UNGRADED, score=None, reason="undecided")
    page = feedback_page(waiting, RUBRIC)
    assert "Not graded yet" in page
    assert refilled(page, REPORTS["mixed"], RUBRIC) == feedback_page(REPORTS["mixed"], RUBRIC)
