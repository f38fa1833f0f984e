"""The tables, as both databases have them."""

from __future__ import annotations

from functools import cache
from typing import Any

__all__ = ["tables"]


@cache
def tables() -> Any:
    """The tables with their columns.

    ``contents`` holds bytes by their SHA-256, packed; the others name them by it. ``judged`` is
    what need not be judged again, ``decisions`` are excuses and extensions. ``history`` is only
    ever added to: ``before`` is the digest of the entry before, so no two entries can follow the
    same one.
    """
    from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text  # noqa: PLC0415

    made = MetaData()

    def key(name: str, kind: Any = Text) -> Column[Any]:
        return Column(name, kind, primary_key=True, autoincrement=False)

    def texts(*names: str) -> tuple[Column[Any], ...]:
        return tuple(Column(name, Text, nullable=False) for name in names)

    Table("store_version", made, key("version", Integer))
    Table("contents", made, key("digest"), Column("data", LargeBinary, nullable=False))
    run = ("started", "program", "rubric", "rubric_digest", "reference_digest", "inputs")
    Table("runs", made, key("id", Integer), *texts(*run))
    Table("submissions", made, key("digest"), key("file"), key("student"))
    Table("judged", made, key("work"), *texts("outcome", "page"))
    result = ("student", "file", "record", "submission", "fingerprint", "basis")
    Table("results", made, key("run", Integer), key("place", Integer), *texts(*result))
    override = ("student", "item", "points", "reason", "who", "at", "basis", "withdrawn")
    Table("overrides", made, key("id", Integer), *texts(*override))
    decision = ("student", "what", "told", "reason", "who", "at", "basis", "withdrawn")
    Table("decisions", made, key("id", Integer), *texts(*decision))
    before = Column("before", Text, nullable=False, unique=True)
    Table("history", made, key("number", Integer), before, *texts("student", "entry", "digest"))
    return made
