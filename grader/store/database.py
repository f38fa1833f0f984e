"""The database: SQLite in a file, or PostgreSQL by a URL, with the same statements.

Every transaction waits for those before it, so what is read in one stays true until it ends.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.model import GraderError

__all__ = ["FILE", "VERSION", "Session", "Store", "StoreError", "digest_of", "opened"]

VERSION = 3
"""Of the tables; another version's are not touched."""

FILE = "stepgrade.sqlite"

_WAIT_SECONDS = 60
_LOCK = 0x57E9  # any number, the same for all that use one PostgreSQL database
_MOST_BYTES = 2**28  # of one content; a damaged database must not fill the memory


class StoreError(GraderError):
    """The store cannot be used; the reason is one sentence."""


def digest_of(data: bytes) -> str:
    """The SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Session:
    """One transaction."""

    connection: Any

    def run(self, statement: str, **values: Any) -> list[Any]:
        """The rows that a statement yields; none where it yields none."""
        from sqlalchemy import text  # noqa: PLC0415

        result = self.connection.execute(text(statement), values)
        return list(result.fetchall()) if result.returns_rows else []

    def add(self, table: str, **values: Any) -> None:
        """A new row; one that is there already stays as it is. The names are ours."""
        names, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        into = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
        self.run(into, **values)

    def next(self, table: str, column: str) -> int:
        """The number after the highest; nobody else takes it before the transaction ends."""
        ((highest,),) = self.run(f"SELECT MAX({column}) FROM {table}")  # noqa: S608  # our names
        return int(highest or 0) + 1

    def keep(self, data: bytes) -> str:
        """Keep some bytes, once however often they come; their digest."""
        name = digest_of(data)
        if not self.run("SELECT 1 FROM contents WHERE digest = :name", name=name):
            self.add("contents", digest=name, data=zlib.compress(data, 1))
        return name

    def content(self, digest: str) -> bytes | None:
        """The bytes of that digest; None where there are none, or others than were kept."""
        rows = self.run("SELECT data FROM contents WHERE digest = :digest", digest=digest)
        data = unpacked(bytes(rows[0][0])) if rows else None
        return data if data is not None and digest_of(data) == digest else None


def unpacked(data: bytes) -> bytes | None:
    """What was packed; None where it is damaged."""
    packer = zlib.decompressobj()
    try:
        found = packer.decompress(data, _MOST_BYTES)
    except zlib.error:
        return None
    return found if packer.eof else None


@dataclass(frozen=True, slots=True)
class Store:
    """A database that can be used; ``name`` is how it is called in a message."""

    engine: Any
    name: str

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Session]:
        """All that is done in it is kept, or nothing of it.

        Raises:
            StoreError: the database failed.
        """
        with _explained(self.name), self.engine.connect() as connection, connection.begin():
            if self.engine.dialect.name != "sqlite":
                session = Session(connection)
                session.run("SELECT pg_advisory_xact_lock(:number)", number=_LOCK)
            yield Session(connection)


def opened(where: str, *, is_new: bool = True) -> Store:
    """The store at a URL, or in a file.

    Args:
        where: a file, ``sqlite:///FILE`` or ``postgresql://...``.
        is_new: whether it is made where there is none.

    Raises:
        StoreError: it cannot be used, is no store, or another version's.
    """
    shown = _shown(where)
    with _explained(shown):
        url = _url(where, shown)
    file = url.database if url.get_backend_name() == "sqlite" else ""
    if file and not is_new and not Path(file).is_file():
        raise StoreError(f"there is no store {file}; --results names the folder that it is in")
    with _explained(shown):
        store = Store(_engine(url), shown)
    with store.transaction() as session:
        _check(session, shown)
    return store


def _shown(where: str) -> str:
    """How it is called in a message: without a password."""
    name = where.removeprefix("sqlite:///")
    if "://" not in name:
        return name
    return re.sub(r"(?i)(password=)[^&]*", r"\1...", re.sub(r"//.*@", "//", name))


def _url(where: str, shown: str) -> Any:
    """Where it is, as SQLAlchemy has it; a file's name may hold any character.

    Raises:
        StoreError: it names no database that a store can be in.
    """
    from sqlalchemy import URL, make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    kind, _, rest = where.partition("://")
    file = where if "://" not in where else rest.removeprefix("/") if kind == "sqlite" else ""
    if file and "\0" not in file and file != ":memory:":
        return URL.create("sqlite", database=file)
    if kind not in {"postgres", "postgresql"}:
        raise StoreError(f"a store is a file or postgresql://USER@HOST/DATABASE, not {shown!r}")
    try:
        url = make_url(where).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        url = None
    if url is None or "@" in (url.host or ""):
        told = "a sign such as @ or / in a password is written as %40 or %2F"
        raise StoreError(f"{shown} is no URL of a database; {told}")
    return url


def _engine(url: Any) -> Any:
    """Connections that last as long as a transaction: none is carried into a worker."""
    from sqlalchemy import create_engine, event  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    if url.get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": _WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # or the driver begins later than is said

    @event.listens_for(engine, "begin")
    def _begun(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _check(session: Session, name: str) -> None:
    """Make the tables that are not there; refuse another version's.

    Raises:
        StoreError: they are another version's, or somebody else's.
    """
    from sqlalchemy import inspect  # noqa: PLC0415

    from grader.store.tables import tables  # noqa: PLC0415

    there = set(inspect(session.connection).get_table_names())
    if not there & {"store_version", *tables().tables}:
        tables().create_all(session.connection)
        session.add("store_version", version=VERSION)
    versions = session.run("SELECT version FROM store_version") if _has_version(session) else []
    if versions != [(VERSION,)]:
        told = f"version {versions[0][0]}" if versions else "something else"
        raise StoreError(
            f"the store {name} was written by {told}, and this program knows version {VERSION} "
            "only; move it away, or name another with --store"
        )
    if set(tables().tables) - there:  # a table that came later, and changes no other
        tables().create_all(session.connection)


def _has_version(session: Session) -> bool:
    from sqlalchemy import inspect  # noqa: PLC0415

    return "store_version" in inspect(session.connection).get_table_names()


@contextlib.contextmanager
def _explained(name: str) -> Iterator[None]:
    """A failure of the database as one sentence."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    try:
        yield
    except ModuleNotFoundError as error:
        told = f"the store {name} needs the package {error.name}"
        raise StoreError(f"{told}: pip install 'stepgrade[postgresql]'") from error
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
        raise StoreError(f"the store {name} cannot be used ({reason})") from error
