"""Several files of one student: which of them counts, which belong together, who must choose.

Every file that does not count is named. Where two contradict each other and neither is known to be
the later one, a person chooses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from grader.handin import natural
from grader.identity import Identity
from grader.model import Remark, Submission
from grader.parts import merged
from grader.remarks import AGAIN, COPY, EARLIER
from grader.roster import same_name

__all__ = ["Candidate", "Choice", "by_student", "choose"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One file that may be a student's submission.

    Attributes:
        digest: of its bytes; equal for equal files, empty where there are none to compare.
        submission: None where the file cannot be read; ``fault`` then says why.
    """

    file: str
    identity: Identity
    digest: str
    submission: Submission | None = None
    fault: str = ""

    @property
    def student_id(self) -> str:
        """What the file itself says, else its name; empty where neither does."""
        own = self.submission.student.id.strip() if self.submission else ""
        return own or (self.identity.id.strip() if self.identity.certain else "")


@dataclass(frozen=True, slots=True)
class Choice:
    """What counts of one student's files.

    Attributes:
        submission: what to grade; None where nothing can be graded as it is.
        files: the files that it is made of.
        others: the student's other files.
        remarks: what a person should know of it; they are the submission's too.
        reason: why a person must choose (the submission is then ungraded); empty otherwise.
        fault: why nothing can be read (it is then unreadable); empty otherwise.
        attention: what a person must look at although it can be graded.
    """

    submission: Submission | None
    files: tuple[str, ...]
    others: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    reason: str = ""
    fault: str = ""
    attention: tuple[str, ...] = ()


def by_student(
    items: Iterable[Candidate], key: Callable[[Candidate], str] | None = None
) -> tuple[tuple[Candidate, ...], ...]:
    """The files of each student, in natural order of the students' ids and of the files.

    Ids that differ only by case are one student's. A file of nobody known stands for itself, last.

    Args:
        items: the files of a class.
        key: tells the student's id, where a roster knows more than the file and its name.
    """
    known: dict[str, list[Candidate]] = defaultdict(list)
    unknown = []
    for item in _in_order(items):
        told = key(item) if key else item.student_id
        if told:
            known[told.casefold()].append(item)
        else:
            unknown.append((item,))
    return (*(tuple(known[told]) for told in sorted(known, key=natural)), *unknown)


def choose(candidates: Sequence[Candidate]) -> Choice:
    """What counts of one student's files; the order in which they are given does not matter.

    Equal files count once. Of several attempts the newest counts. Files that answer different
    questions, or the same ones alike, are one submission in parts, unless the newest attempt at a
    file only leaves answers out. Anything else is undecided, and so is one id under two names, or
    handed in by two people of a learning platform, or alone and in a group.

    Raises:
        ValueError: there are no files.
    """
    if not candidates:
        raise ValueError("there are no files to choose from")
    files = _in_order(candidates)
    if told := _two_people(files):
        return _undecided(files, told)
    distinct, copies = _without_copies(files)
    newest, earlier = _newest_attempt(distinct)
    remarks = (*copies, *earlier)
    readable = [item for item in newest if item.submission]
    if not readable:
        return _unreadable(files, newest, remarks)
    if later := _leaves_out(readable):
        return _undecided(files, f"{later} was handed in later and leaves out what another answers")
    chosen = _parts(readable) or _newest_resubmission(readable)
    if chosen is None:
        return _undecided(files, "their answers differ and neither is known to be the later one")
    return _chosen(files, newest, chosen, remarks)


def _in_order(items: Iterable[Candidate]) -> list[Candidate]:
    return sorted(items, key=lambda item: (natural(item.file), item.digest))


def _listed(items: Iterable[Candidate]) -> str:
    return ", ".join(item.file for item in items)


# --- outcomes -----------------------------------------------------------------------------------


def _undecided(files: Sequence[Candidate], why: str) -> Choice:
    return Choice(
        None,
        (),
        tuple(item.file for item in files),
        reason=f"{_listed(files)}: {why}; a person must choose",
    )


def _unreadable(
    files: Sequence[Candidate], newest: Sequence[Candidate], remarks: tuple[Remark, ...]
) -> Choice:
    """None can be read; where an older attempt could be, a person must choose."""
    if any(item.submission for item in files):
        why = f"the newest, {_listed(newest)}, cannot be read, an earlier one can"
        return replace(_undecided(files, why), remarks=remarks)
    fault = "; ".join(f"{item.file}: {item.fault}" for item in newest)
    others = tuple(item.file for item in files if item not in newest)
    return Choice(None, tuple(item.file for item in newest), others, remarks, fault=fault)


def _chosen(
    files: Sequence[Candidate],
    newest: Sequence[Candidate],
    chosen: tuple[Submission, list[Candidate], tuple[Remark, ...]],
    remarks: tuple[Remark, ...],
) -> Choice:
    submission, used, more = chosen
    unread = [item for item in newest if not item.submission]
    attention = tuple(
        f"{item.file} was handed in too and not read: {item.fault}" for item in unread
    )
    told = (*remarks, *more, *map(Remark, attention))
    names = tuple(item.file for item in used)
    return Choice(
        replace(submission, remarks=(*submission.remarks, *told)),
        names,
        tuple(item.file for item in files if item.file not in names),
        told,
        attention=attention,
    )


# --- rules --------------------------------------------------------------------------------------


def _two_people(files: Sequence[Candidate]) -> str:
    """Why these files may not be one student's, or one group's; empty where nothing says so."""
    if names := _two_names(files):
        return f"the same id stands for {' and for '.join(names)}"
    if accounts := _two_accounts(files):
        return f"they say that they are one student's, handed in by {' and by '.join(accounts)}"
    if teams := _two_teams(files):
        return f"handed in {' and '.join(teams)}"
    return ""


def _two_names(files: Iterable[Candidate]) -> tuple[str, ...]:
    """Different names that files of one id give their student; the files' own word only."""
    names: list[str] = []
    for item in files:
        name = item.submission.student.name.strip() if item.submission else ""
        if name and not any(same_name(name, known) for known in names):
            names.append(name)
    return tuple(names) if len(names) > 1 else ()


def _two_accounts(files: Iterable[Candidate]) -> tuple[str, ...]:
    """Different people by whom one learning platform says that files of one id were handed in."""
    people: dict[str, dict[str, str]] = {}
    for item in files:
        who = item.identity
        if who.lms and who.certain:
            people.setdefault(who.lms, {})[who.id] = who.name or who.id
    return next((tuple(named.values()) for named in people.values() if len(named) > 1), ())


def _two_teams(files: Iterable[Candidate]) -> tuple[str, ...]:
    """With whom each was handed in, where that is not always the same."""
    teams = (item.identity.team for item in files)
    kinds = {frozenset(one.id for one in team.members) if team else None: team for team in teams}
    told = sorted(f"by {team}" if team else "alone" for team in kinds.values())
    return tuple(told) if len(told) > 1 else ()


def _without_copies(files: Sequence[Candidate]) -> tuple[list[Candidate], tuple[Remark, ...]]:
    """Of equal files the one of the latest attempt, else the first."""
    kept: dict[tuple[str, str], Candidate] = {}
    for item in files:
        known = kept.get(_content(item))
        if known is None or item.identity.attempt > known.identity.attempt:
            kept[_content(item)] = item
    copies = [item for item in files if kept[_content(item)] is not item]
    return _in_order(kept.values()), tuple(
        Remark(f"{item.file} {COPY} {kept[_content(item)].file}; it counts once") for item in copies
    )


def _content(item: Candidate) -> tuple[str, str]:
    return ("", item.digest) if item.digest else (item.file, "")


_WHOLE_ATTEMPTS = frozenset({"blackboard", "brightspace"})


def _newest_attempt(files: Sequence[Candidate]) -> tuple[list[Candidate], tuple[Remark, ...]]:
    """The files of the newest attempt, where the platform says which files make up one."""
    platforms = {item.identity.lms for item in files}
    if len(platforms) != 1 or not platforms <= _WHOLE_ATTEMPTS:
        return list(files), ()
    newest = max(item.identity.attempt for item in files)
    return [item for item in files if item.identity.attempt == newest], tuple(
        Remark(f"{item.file} {EARLIER} and does not count")
        for item in files
        if item.identity.attempt != newest
    )


_Chosen = tuple[Submission, list[Candidate], tuple[Remark, ...]]


def _again(files: Sequence[Candidate]) -> list[Candidate]:
    """One Canvas file handed in again, the newest last; nothing where they are different files."""
    own_names = {item.identity.file.casefold() for item in files}
    attempts = {item.identity.attempt for item in files}
    is_canvas = all(item.identity.lms == "canvas" for item in files)
    if not is_canvas or len(own_names) != 1 or len(attempts) != len(files) or () in attempts:
        return []
    return sorted(files, key=lambda item: item.identity.attempt)


def _leaves_out(files: Sequence[Candidate]) -> str:
    """The newest of one file's attempts that agree, where it answers less than another.

    It may be the newest or one of two parts. Attempts that share no answer are parts.
    """
    ordered = _again(files)
    if len(ordered) < 2 or _parts(files) is None:  # noqa: PLR2004
        return ""
    *earlier, newest = (_keys(item) for item in ordered)
    less = any(keys & newest and keys - newest for keys in earlier)
    return ordered[-1].file if less else ""


def _keys(item: Candidate) -> set[str]:
    return {answer.key for answer in item.submission.answers} if item.submission else set()


def _newest_resubmission(files: Sequence[Candidate]) -> _Chosen | None:
    """Of one Canvas file handed in again the later one; None where they are different files."""
    ordered = _again(files)
    if not ordered:
        return None
    *earlier, newest = ordered
    told = f"{AGAIN} as {newest.file}, which counts"
    remarks = tuple(Remark(f"{item.file} {told}") for item in earlier)
    return (newest.submission, [newest], remarks) if newest.submission else None


def _parts(files: Sequence[Candidate]) -> _Chosen | None:
    """All files as one submission; None where they contradict each other."""
    whole = merged([item.submission for item in files if item.submission])
    if whole is None:
        return None
    told = (Remark(f"read together, as parts of one submission: {_listed(files)}"),)
    return whole, list(files), told if len(files) > 1 else ()
