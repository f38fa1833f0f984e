"""The commands for what a person decides about a student: excuses and extensions.

Heavy modules are imported by the command that needs them; each returns its exit status.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.store_commands import login, results_option, store_option, transaction
from grader.terminal import say

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from grader.lateness import LatePolicy
    from grader.store.database import Session
    from grader.store.decisions import Ruling
    from grader.store.overriding import Standing

__all__ = ["DECISION_COMMANDS"]

_NEXT = "the next `grade` writes it into the results"


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that both decisions have."""
    for option in (
        store_option,
        results_option,
        click.option("--by", metavar="NAME", help="Who decides; your login name if not said."),
        click.option("--new", is_flag=True, help="Also for an id that nothing is known of yet."),
        click.option("--withdraw", is_flag=True, help="End it; all counts as before."),
        click.option("--reason", default="", metavar="TEXT", help="Why; it stands in the results."),
        click.argument("student"),
    ):
        command = option(command)
    return command


# --- an excuse ----------------------------------------------------------------------------------


@click.command(
    "excuse",
    epilog='\b\nExamples:\n  grade excuse s1031 --reason "ill, has handed in a note"\n'
    "  grade excuse s1031 --withdraw",
)
@_options
def _excuse(student: str, *, withdraw: bool, reason: str, new: bool, **where: Any) -> None:
    """Excuse a STUDENT: the assignment does not count, whatever was or will be handed in.

    It counts from the next `grade` on, in every run after that. What is handed in after the excuse
    is named for a person to look at.

    Exit status: 0 it stands; 2 it cannot be.
    """
    from grader.store.decisions import EXCUSE, handed_in  # noqa: PLC0415
    from grader.store.runs import assignment, latest  # noqa: PLC0415

    if withdraw == bool(reason):
        raise click.UsageError("give either --reason TEXT or --withdraw")
    who = where["by"] or login()
    with transaction(where["store"], where["results"], is_new=new) as session:
        on = assignment(session, where["results"])
        if withdraw:
            told = _taken_back(session, student, EXCUSE, (who, on))
        else:
            _is_known(session, student, is_new=new)
            found = latest(session, student, on)
            basis = handed_in(found.file, found.submission) if found else ""
            _decide(session, student, EXCUSE, ("", reason, who, basis, on))
            told = f"{student} is excused"
    say(f"{told}; {_NEXT}")


# --- an extension -------------------------------------------------------------------------------


@click.command(
    "extend",
    epilog='\b\nExamples:\n  grade extend s1031 --days 2 --reason "travels with the team"\n'
    '  grade extend s1031 --until 2024-04-18T23:59:00-04:00 --reason "ill"\n'
    "  grade extend s1031 --withdraw",
)
@_options
@click.option("--until", metavar="MOMENT", help="The student's own deadline.")
@click.option("--days", metavar="N", help="So many days of 24 hours more than the class has.")
def _extend(
    student: str, *, until: str | None, days: str | None, withdraw: bool, new: bool, **more: Any
) -> None:
    """Give a STUDENT a later deadline, for a rubric with a late policy.

    It counts from the next `grade` on, in every run after that; a number of days moves along with
    the deadline. Of this and a column extension_until of --times the later counts.

    Exit status: 0 it stands; 2 it cannot be.
    """
    from grader.store.decisions import EXTENSION  # noqa: PLC0415
    from grader.store.runs import assignment  # noqa: PLC0415

    given = [told for told in (until, days) if told is not None]
    if len(given) != (0 if withdraw else 1) or withdraw == bool(more["reason"]):
        raise click.UsageError(
            "give --until MOMENT or --days N, and --reason TEXT; or --withdraw alone"
        )
    who = more["by"] or login()
    with transaction(more["store"], more["results"], is_new=new) as session:
        on = assignment(session, more["results"])
        if withdraw:
            told = _taken_back(session, student, EXTENSION, (who, on))
        else:
            _is_known(session, student, is_new=new)
            length, note = _length(_terms(session, on), until, days)
            _decide(session, student, EXTENSION, (length, more["reason"], who, "", on))
            told = f"the deadline of {student} is extended {note}"
    say(f"{told}; {_NEXT}")


def _length(
    terms: tuple[LatePolicy | None, datetime | None], until: str | None, days: str | None
) -> tuple[str, str]:
    """An extension as it is kept, and in words with what is to be known of it."""
    from grader.store import decisions  # noqa: PLC0415

    policy, deadline = terms
    if days is not None:
        told = f"days {decisions.days(days)}"
    else:
        told = f"until {_moment(until or '', policy, deadline).isoformat()}"
    words = decisions.length(told)
    if policy is None:
        words += " (the rubric has no late policy so far: until it has one, this changes nothing)"
    return told, words


def _moment(written: str, policy: LatePolicy | None, deadline: datetime | None) -> datetime:
    """The moment that is meant.

    Raises:
        UsageError: it is none, or no later than the deadline that everybody has.
    """
    from grader.moments import NotAMomentError, moment, shown_moment  # noqa: PLC0415

    try:
        found = moment(written, policy.zone if policy else None)
    except NotAMomentError as error:
        raise click.UsageError(f"--until: {error}") from None
    if deadline and found <= deadline:
        raise click.UsageError(f"--until: the deadline is {shown_moment(deadline)} for everybody")
    return found


def _terms(session: Session, on: str) -> tuple[LatePolicy | None, datetime | None]:
    """The late policy and the deadline of an assignment's last run; None where there are none."""
    from grader.rubric_late import late_terms  # noqa: PLC0415
    from grader.store.inputs import parsed  # noqa: PLC0415
    from grader.store.runs import last_run  # noqa: PLC0415

    last = last_run(session, on)
    data = session.content(last.inputs) if last else None
    rubric = parsed(data).rubric if data else ()
    text = session.content(rubric[0].digest) if rubric else None
    return late_terms(text) if text else (None, None)


# --- both ---------------------------------------------------------------------------------------


def _decide(
    session: Session, student: str, what: str, told: tuple[str, str, str, str, str]
) -> None:
    from grader.store.decisions import Ruling, decide  # noqa: PLC0415
    from grader.store.history import now  # noqa: PLC0415

    length, reason, who, *rest = told
    decide(session, Ruling(student, what, length, " ".join(reason.split()), who, now(), *rest))


def _taken_back(session: Session, student: str, what: str, told: tuple[str, str]) -> str:
    from grader.store.decisions import take_back  # noqa: PLC0415

    if not take_back(session, student, what, *told):
        raise click.UsageError(f"there is no {what} of {student}; `grade decisions` lists them")
    return f"the {what} of {student} is withdrawn"


def _is_known(session: Session, student: str, *, is_new: bool) -> None:
    """Refuse an id that may be a slip of the pen.

    Raises:
        UsageError: no run has seen it, and nobody says that it is new.
    """
    if not student.strip():
        raise click.UsageError("STUDENT is the student's id")
    rows = session.run("SELECT 1 FROM results WHERE student = :student LIMIT 1", student=student)
    if rows or is_new:
        return
    from grader.roster import Roster, RosterStudent, near  # noqa: PLC0415
    from grader.store.runs import result_of, results  # noqa: PLC0415

    ((last,),) = session.run("SELECT MAX(id) FROM runs")
    found = [one for one in results(session, last or 0) if one.student]
    named = [(one.student, result_of(session, one).get("student", {})) for one in found]
    class_list = Roster(tuple(RosterStudent(id_, str(of.get("name", ""))) for id_, of in named))
    close = near(class_list, student)
    hint = f"did you mean {' or '.join(close)}? " if close else ""
    told = "ids are exact, and --new takes one that is not there yet"
    raise click.UsageError(f"nothing is known of a student {student!r}; {hint}{told}")


# --- all of them --------------------------------------------------------------------------------


@click.command("decisions", epilog="\b\nExample:\n  grade decisions --results grades")
@results_option
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def _decisions(results: Path, store: str | None, *, as_json: bool) -> None:
    """List all overrides, excuses and extensions that stand: who decided, when and why."""
    from grader.store.decisions import rulings  # noqa: PLC0415
    from grader.store.overriding import standing  # noqa: PLC0415

    with transaction(store, results) as session:
        found = [*map(_override_told, standing(session)), *map(_ruling_told, rulings(session))]
    if as_json:
        say(json.dumps(found, indent=2))  # a list also of one
        return
    ordered = sorted(found, key=lambda one: (one["student"], one["when"]))
    say("\n".join(map(_line, ordered)) or "nothing was decided by a person")


def _override_told(one: Standing) -> dict[str, Any]:
    from grader.points import as_number  # noqa: PLC0415

    given = one.override
    points = {"item": one.item, "points": as_number(given.points)}
    told = {"reason": given.reason, "by": given.by, "when": given.at}
    return {"what": "override", "student": one.student, **points, **told}


def _ruling_told(one: Ruling) -> dict[str, Any]:
    kind, _, value = one.told.partition(" ")
    length = {"until": value} if kind == "until" else {"days": float(Fraction(value or 0))}
    length = length if one.told else {}
    told = {"reason": one.reason, "by": one.by, "when": one.at}
    return {"what": one.what, "student": one.student, **length, **told}


def _line(told: dict[str, Any]) -> str:
    from grader.reports.shown import visible  # noqa: PLC0415

    words = ""
    if told["what"] == "override":
        words = f" of {told['item']}: {told['points']:g} point" + "s" * (told["points"] != 1)
    elif told["what"] == "extension":
        words = f" {_length_words(told)}"
    why = f"{told['by']}, {told['when']}: {told['reason']}"
    return visible(f"{told['student']:<10} {told['what']}{words} ({why})")


def _length_words(told: dict[str, Any]) -> str:
    from grader.store.decisions import length  # noqa: PLC0415

    return length(f"until {told['until']}" if "until" in told else f"days {told['days']}")


DECISION_COMMANDS: tuple[click.Command, ...] = (_excuse, _extend, _decisions)
