"""Results made up for exports, and each platform's file as it gives it."""

import json
from fractions import Fraction
from types import MappingProxyType

from class_samples import five_statuses

from grader.exports.formats import FORMATS
from grader.exports.results import Assignment, Result
from grader.model import Status
from grader.reports.record import line

HW = Assignment("hw4", "Homework 4", Fraction(100))
PLATFORMS = {one.name: one.platform for one in FORMATS if one.platform}


def result(student_id, name="", score=None, status=None, **more):
    status = status or (Status.MISSING if score is None else Status.GRADED)
    points = None if score is None else Fraction(score)
    record = {"rubric": "hw4", "score": None if score is None else float(points), "reason": ""}
    return Result(
        *(student_id, name, "4850", status, points, Fraction(100)), MappingProxyType(record), **more
    )


def five():
    """The five statuses, as read from a file."""
    records = [json.loads(line(report)) for report in five_statuses()]
    return tuple(
        Result(
            *(r["student"]["id"], r["student"]["name"], r["student"]["level"]),
            Status(r["status"]),
            None if r["score"] is None else Fraction(str(r["score"])),
            Fraction(str(r["max_score"])),
            MappingProxyType(r),
        )
        for r in records
    )


CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 3 (98764),Homework 4 (98765),Final Score
,,,,,Manual Posting,,
    Points Possible,,,,,10,100,(read only)
"Adams, Ada",12341,s1,aadams,CS-01,3,,88.5
"Brown, Bob",12342,s2,bbrown,CS-01,,7,12
"Chen, Chi",12343,s3,cchen,CS-01,,,
"Diaz, Dan",12344,s4,ddiaz,CS-02,4,,
Élan Eve,12345,s5,eelan,CS-02,5,,
"Student, Test",99999,,0badf00d,CS-01,,,
"""

WORKSHEET = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 501","Ada Adams",s1@uni.edu,"Submitted for grading",,100.00,Yes,\
"Tuesday, 3 February 2026, 11:58 PM",-,"See hw4, page 2"
"Participant 502","Bob Brown",s2@uni.edu,"No submission",,100.00,Yes,-,-,
"Participant 503","Chi Chen",s3@uni.edu,"No submission",,100.00,No,-,-,
"""

MOODLE_EXPORT = """\
"First name",Surname,"ID number","Email address","Assignment: Homework 4 (Real)",\
"Assignment: Homework 4 (Feedback)","Course total (Real)","Last downloaded from this course"
Ada,Adams,s1,ada@uni.edu,-,"ok",-,1770163200
Bob,Brown,s2,bob@uni.edu,-,,-,1770163200
"""

BLACKBOARD = """\
"Last Name","First Name","Username","HW3 [Total Pts: 10 Score] |1281891",\
"Homework 4 [Total Pts: 100 Score] |1281892","Feedback to Learner"
"Adams","Ada","s1","3","","ok"
"Brown","Bob","s2","","Needs Grading",""
"""

BRIGHTSPACE = """\
OrgDefinedId,Username,Last Name,Homework 4 Points Grade <Numeric MaxPoints:100>,\
End-of-Line Indicator
#s1,#aadams,Adams,,#
#0042,#bbrown,Brown,1.5,#
"""
