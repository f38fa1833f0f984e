"""Whose a file is, as far as its name and its folders tell.

Learning platforms write the student into the names of what they hand out; people do so too, in
their own ways. Every way in which a name can be read is a reading. Where there is a roster, the
readings that mean nobody on it fall away. One that is left is used; of several none is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from grader.homework_words import MAX_TEXT, SEPARATOR, stripped
from grader.model import Student
from grader.platform_names import Identity, platform_readings

__all__ = ["Candidates", "Identity", "identify", "readings"]

Candidates = Callable[[Identity], Sequence[Student]]
"""Who on the roster a reading may mean."""


def identify(parts: Sequence[str], candidates: Candidates | None = None) -> Identity:
    """Whose a file is.

    Args:
        parts: what the user named, its folders, outermost first, and its own name, as in
            `HandIn.parts`. On a roster, what the user named tells only where nothing below does:
            it is mostly the download's own name.
        candidates: who on the roster a reading may mean; None where there is no roster.
    """
    named = platform_readings(parts)
    alone = _alone(named) if named else _plain(parts)
    if candidates is None:
        return alone
    texts = [_stem(reading.file) for reading in named] if named else _telling(parts)
    pieced = texts if named else _stems(parts[1:] or parts)
    for tier in (named, _whole_names(texts), _pieces(pieced)):
        found = {s.id: (reading, s) for reading in reversed([*tier]) for s in candidates(reading)}
        if found:
            return _settled(found, alone)
    return replace(alone, reason=alone.reason or f"nobody on the roster is {_told(alone)}")


def readings(parts: Sequence[str]) -> tuple[Identity, ...]:
    """Every way to read a platform's naming, else every folder and file whole, as a name."""
    return tuple(platform_readings(parts) or _whole_names(_stems(parts)))


def _alone(named: Sequence[Identity]) -> Identity:
    if len(named) == 1 or named[0].lms in {"blackboard", "moodle"}:
        return named[0]
    told = " or ".join(map(_told, named))
    reason = f"the file's name can mean {told}; a roster would tell"
    return replace(named[0], id="", name="", attempt=(), file="", certain=False, reason=reason)


def _settled(found: Mapping[str, tuple[Identity, Student]], alone: Identity) -> Identity:
    if len(found) == 1:
        ((reading, student),) = found.values()
        base = alone if alone.lms and alone.certain else reading
        called = base.name if base.lms else ""
        found_one = replace(base, id=student.id, name=student.name, called=called)
        return replace(found_one, certain=True, reason="")
    told = " or ".join(sorted(f"{s.id} ({s.name})" if s.name else s.id for _, s in found.values()))
    reason = f"the file's name can mean {told}; rename the file, or state the student in it"
    return replace(alone, id="", name="", certain=False, reason=reason)


def _told(identity: Identity) -> str:
    names = dict.fromkeys(text for text in (identity.id, identity.name) if text)
    return " / ".join(names) or "named in the file's name"


# --- plain names --------------------------------------------------------------------------------

_ID_AND_NAME = re.compile(
    r"(?P<id>[A-Za-z]{0,4}[0-9]{2,}[A-Za-z0-9]*) +[-–] +(?P<name>[^\W\d][^\d]*)"
    r"|(?P<name2>[^\W\d][^\d]*?) +(?:[-–] +|\()(?P<id2>[A-Za-z]{0,4}[0-9]{2,}[A-Za-z0-9]*)\)?"
)


def _plain(parts: Sequence[str]) -> Identity:
    """The file's own name, or that of the nearest folder that is more than ``hw6``."""
    file = parts[-1] if parts else ""
    for text in reversed(_stems(parts)):
        if kept := stripped(text):
            return replace(_id_and_name(kept), file=file)
    fallback = _stems(parts)[-1] if parts else ""
    reason = "neither the file's name nor its folder says whose it is; state the student in it"
    return Identity(fallback, file=file, certain=False, reason=reason)


def _telling(parts: Sequence[str]) -> list[str]:
    """The stems that may tell; that of what the user named is mostly the download's.

    It counts where nothing below says more, or where it is no homework's and nothing below looks
    like an id. The number that is left of ``hw6-1.zip`` or ``submissions_1`` is the download's.
    """
    root, *below = _stems(parts) if len(parts) > 1 else ["", *_stems(parts)]
    kept = stripped(root)
    if any(map(stripped, below)):
        tells = kept == root and not re.search("[0-9]", stripped(below[-1]))
    else:
        tells = kept == root or not re.fullmatch("[0-9]{1,2}", kept)
    return [root, *below] if tells else below


def _stem(file: str) -> str:
    """A file's name without its ending."""
    return re.sub(r"(?<=.)\.\w{1,8}$", "", file).strip()


def _stems(parts: Sequence[str]) -> list[str]:
    """The names of folders as they are, of files (a student's ZIP is both) without the ending."""
    folders = [_stem(p) if p.lower().endswith(".zip") else p.strip() for p in parts[:-1]]
    return [*folders, *map(_stem, parts[-1:])]


def _id_and_name(text: str) -> Identity:
    """``1001 - Jane Doe`` and ``Jane Doe (1001)`` have both; anything else is an id."""
    match = _ID_AND_NAME.fullmatch(text) if len(text) <= MAX_TEXT else None
    if not match:
        return Identity(text)
    return Identity(match["id"] or match["id2"], (match["name"] or match["name2"]).strip())


def _whole_names(texts: Iterable[str]) -> Iterator[Identity]:
    """Each name as a whole: as an id, as a name, or as both."""
    for text in texts:
        for version in dict.fromkeys((text, stripped(text))):
            if version:
                yield Identity(version, re.sub(r"[_.\s]+", " ", version))
                both = _id_and_name(version)
                yield from [both] if both.name else []


def _pieces(texts: Iterable[str], most_words: int = 12, longest_run: int = 4) -> Iterator[Identity]:
    """Every few words in a row within each name."""
    for text in texts:
        words = [word for word in re.split(rf"{SEPARATOR}+", text[:MAX_TEXT]) if word]
        words = words[:most_words]
        for first in range(len(words)):
            for end in range(first + 1, min(first + longest_run, len(words)) + 1):
                run = " ".join(words[first:end])
                yield Identity(run, run)
