"""Why an answer could not be read: the reason, the text, and the part of it that is meant."""

from __future__ import annotations

from dataclasses import dataclass

from grader.model import Formula, Unreadable
from grader.working import Refused

__all__ = ["Fault", "fault_of"]

_MARGIN = "    "


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an answer could not be read; ``span`` is the part of ``text`` that is meant."""

    message: str
    text: str = ""
    span: tuple[int, int] = (0, 0)


def fault_of(refused: Refused) -> Fault:
    """The reason without the answer's own place; where it is drawn with carets, its parts."""
    told, *drawn = _without_place(refused).split("\n")
    carets = drawn[-1].removeprefix(_MARGIN) if drawn else ""
    if set(carets.strip()) != {"^"}:
        return Fault(" ".join([told, *drawn]))
    text = "\n".join(drawn[:-1]).removeprefix(_MARGIN)
    return Fault(told, text, (len(carets) - len(carets.lstrip()), len(carets)))


def _without_place(refused: Refused) -> str:
    response = refused.answer.response
    own = response.place if isinstance(response, Formula | Unreadable) else refused.answer.place
    return refused.reason.removeprefix(f"{own}: ")
