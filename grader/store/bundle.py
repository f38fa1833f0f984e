"""One student's case as a ZIP that another machine can check, and the check.

The same case gives the same bytes: nothing is packed, and no time but the run's is in it. Of other
students it holds the digests of their part of the history only, which are salted, unless they
stand in the same file.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from grader.archives import listing, opened, unpack
from grader.model import GraderError, SubmissionError
from grader.reports.explanation import explain_text
from grader.store.cases import Case, Replay, replayed
from grader.store.database import Session, digest_of
from grader.store.history import FIRST, Entry, chained, entries, sum_of_text
from grader.store.inputs import Inputs, digests, parsed, written
from grader.store.narrowing import narrowed
from grader.store.replay import Content
from grader.store.runs import Run
from grader.store.shaped import shaped

__all__ = ["broken_in", "bundle"]

_SCHEMA = 1
_MOST_MEMBERS = 500
_MOST_BYTES = 64 * 2**20
_MANIFEST, _INPUTS, _CHAIN = "manifest.json", "inputs.json", "history.json"
_UNREADABLE = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)
_RESULT, _PAGE, _EXPLANATION = "result.json", "feedback.html", "explanation.txt"
_WRITTEN = _INPUTS, _CHAIN, _RESULT, _PAGE, _EXPLANATION


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What the bundle is of, and the SHA-256 of each other member."""

    schema: int
    student: str
    run: Run
    submission: str
    basis: str
    head: str
    members: tuple[_Member, ...]


@dataclass(frozen=True, slots=True)
class _Link:
    """An entry of the history: what it says where it is of this case, else the digest of that."""

    text: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class _Chain:
    links: tuple[_Link, ...]


# --- made ---------------------------------------------------------------------------------------


def bundle(
    session: Session, case: Case, folder: Path, copy: Path | None = None
) -> tuple[bytes, Replay]:
    """The ZIP, and what came out here: ``why`` it would not verify, and whether others are in it.

    Args:
        session: of the store that has the case.
        case: the student's last result.
        folder: an empty one, to work in.
        copy: the owner's own copy of a rubric that brings code.

    Raises:
        GraderError: something of it is not there as it was.
    """
    inputs, own = narrowed(case.inputs, session.content, case.student, _made(folder / "whole"))
    case = replace(case, inputs=inputs)

    def content(digest: str) -> bytes | None:
        return own.get(digest) or session.content(digest)

    replay = replayed(case, content, _made(folder / "again"), copy)
    chain = _chain(session, case)
    held = {f"files/{name}": content(name) or b"" for name in digests(inputs)}
    held |= {
        _INPUTS: written(inputs).encode(),
        _CHAIN: _told(asdict(chain)),
        _RESULT: case.record.encode(),
        _PAGE: replay.page.encode(),
        _EXPLANATION: _explained(replay),
    }
    members = tuple(_Member(name, digest_of(held[name])) for name in sorted(held))
    head = next((one.digest for one in reversed(_followed(chain))), FIRST)
    manifest = _Manifest(
        _SCHEMA, case.student, case.run, case.submission, case.basis, head, members
    )
    told = _told(asdict(manifest))
    return _packed({_MANIFEST: told, **held}), replay


def _explained(replay: Replay) -> bytes:
    return f"{explain_text(replay.report, replay.rubric)}\n".encode()


def _told(values: dict[str, object]) -> bytes:
    return json.dumps(values, ensure_ascii=True, sort_keys=True, indent=1).encode()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _chain(session: Session, case: Case) -> _Chain:
    """All entries in their order; the text of the student's and of the run's."""
    own = {entry.number for entry in case.entries}
    links = (
        _Link(text=entry.text)
        if entry.number in own or entry.ended == case.run.id
        else _Link(said=sum_of_text(entry.text))
        for entry in entries(session)
    )
    return _Chain(tuple(links))


def _followed(chain: _Chain) -> tuple[Entry, ...]:
    """The entries, each with the digest that follows from all before it."""
    found, before = [], FIRST
    for number, link in enumerate(chain.links, 1):
        digest = chained(before, sum_of_text(link.text) if link.text else link.said)
        found.append(Entry(number, before, "", link.text, digest))
        before = digest
    return tuple(found)


def _packed(held: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(held):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3  # or each system would write its own
            info.external_attr = 0o100644 << 16
            archive.writestr(info, held[name])
    return file.getvalue()


# --- checked ------------------------------------------------------------------------------------


def broken_in(
    path: Path, folder: Path, copy: Path | None = None, head: str = ""
) -> tuple[str, tuple[str, ...]]:
    """Whose case a bundle is and what it ends with, and what is not as it says, a sentence each.

    Args:
        path: the ZIP; anybody may have made it.
        folder: an empty one, to work in.
        copy: one's own copy of a rubric that brings code.
        head: the beginning of a digest that the history must hold.

    Raises:
        GraderError: it is no bundle.
    """
    held = _unpacked(path)
    try:
        manifest: _Manifest = shaped(_Manifest, json.loads(held[_MANIFEST]))
        chain: _Chain = shaped(_Chain, json.loads(held[_CHAIN]))
        inputs = parsed(held[_INPUTS])
        record = held[_RESULT].decode("utf-8")
        json.loads(record)
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise GraderError(f"{path.name} is no bundle of `grade bundle`, or is damaged") from error
    if manifest.schema != _SCHEMA:
        told = f"of version {manifest.schema}, and this program knows version {_SCHEMA} only"
        raise GraderError(f"{path.name} is a bundle {told}")
    every = _followed(chain)
    found = [
        *_members(held, manifest, inputs),
        *_links(every, manifest, record),
        *_noted(every, head),
    ]
    if not found:
        found += _again(_case(manifest, every, inputs, record), held, folder, copy)
    return f"the result of {manifest.student}; the history ends with {manifest.head}", tuple(found)


def _unpacked(path: Path) -> dict[str, bytes]:
    try:
        with opened(path) as file:
            found = listing(file)
            sizes = sum(member.size for member in found.members)
            if found.refused or len(found.members) > _MOST_MEMBERS or sizes > _MOST_BYTES:
                raise GraderError(f"{path.name} is no bundle: it holds what no bundle has")
            return {member.name: unpack(file, member) for member in found.members}
    except SubmissionError as error:
        raise GraderError(f"{path.name}: {error.message}") from error


def _members(held: Mapping[str, bytes], manifest: _Manifest, inputs: Inputs) -> Iterator[str]:
    """Whether each is there that a bundle has, as the manifest says, and no other."""
    due = {member.name: member.digest for member in manifest.members}
    ours = {*_WRITTEN, *(f"files/{name}" for name in digests(inputs))}
    for name in sorted(ours | due.keys() | held.keys() - {_MANIFEST}):
        if name not in held:
            yield f"{name} is missing"
        elif name not in due:
            yield f"{name} is not in the manifest"
        elif digest_of(held[name]) != due[name]:
            yield f"{name} was changed"
        elif name not in ours:
            yield f"{name} is nothing that a bundle of this case has"


def _links(every: tuple[Entry, ...], manifest: _Manifest, record: str) -> Iterator[str]:
    """Whether the history holds this result, and this run."""
    told = [entry.told for entry in every]
    own = [
        one for one in told if (one.get("what"), one.get("student")) == ("result", manifest.student)
    ]
    last = own[-1] if own else {}
    if (every[-1].digest if every else FIRST) != manifest.head:
        yield "the history does not end as the manifest says: an entry of it was changed"
    if last.get("record") != digest_of(record.encode()):
        yield "the result is not the one that the history has"
    if last.get("submission") != manifest.submission:
        yield "what was handed in is not what the history has"
    if asdict(manifest.run) not in [one.get("run") for one in told if one.get("what") == "run"]:
        yield "the run is not the one that the history has"


def _noted(every: tuple[Entry, ...], head: str) -> Iterator[str]:
    """Whether the history holds the entry whose digest begins so."""
    if head and not any(entry.digest.startswith(head.lower()) for entry in every):
        why = "it was packed before that was noted down, or its history is another"
        yield f"no entry has the digest {head}: {why}"


def _case(manifest: _Manifest, every: tuple[Entry, ...], inputs: Inputs, record: str) -> Case:
    mine = (one for one in every if one.told.get("student") == manifest.student)
    own = tuple(replace(one, student=manifest.student) for one in mine)
    whose = manifest.student, manifest.submission, manifest.basis
    return Case(manifest.run, *whose, record, inputs, own)


def _again(case: Case, held: Mapping[str, bytes], folder: Path, copy: Path | None) -> Iterator[str]:
    """What comes out otherwise when it is graded here."""
    content: Content = {digest_of(data): data for data in held.values()}.get
    try:
        replay = replayed(case, content, folder, copy)
    except GraderError as error:
        yield f"it cannot be graded here: {error}"
        return
    except _UNREADABLE as error:
        yield f"it cannot be graded here: what the history says cannot be read ({error})"
        return
    yield from replay.why
    for name, data in ((_PAGE, replay.page.encode()), (_EXPLANATION, _explained(replay))):
        if data != held.get(name) and not replay.why:
            yield f"{name} is not the one that comes out here"
