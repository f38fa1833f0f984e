"""What lasts is kept in a file, and in modules with ON_A_SERVER again in a PostgreSQL, if any."""

from __future__ import annotations

import os
import uuid

import pytest

from grader.class_command import class_command
from grader.cli import _commands, main
from grader.store.database import FILE, opened

SERVER = os.environ.get("STEPGRADE_TEST_POSTGRESQL", "")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def server():
    """The URL of an empty database of the test's own; the test is skipped where there is none."""
    if not SERVER:
        pytest.skip("STEPGRADE_TEST_POSTGRESQL names no server")
    schema = f"test_{uuid.uuid4().hex}"
    told(SERVER, f"CREATE SCHEMA {schema}")
    yield f"{SERVER}{'&' if '?' in SERVER else '?'}options=-csearch_path%3D{schema}"
    told(SERVER, f"DROP SCHEMA {schema} CASCADE")


def told(server, statement):
    import psycopg  # noqa: PLC0415  # there where a server is

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def pytest_generate_tests(metafunc):
    marks = metafunc.definition.iter_markers("parametrize")
    if "database" in metafunc.fixturenames and not any("database" in one.args[0] for one in marks):
        both = getattr(metafunc.module, "ON_A_SERVER", False)
        metafunc.parametrize("database", ["sqlite", *["postgresql"] * both], indirect=True)


@pytest.fixture
def database(request, here):
    """Where the test's store is: the file beside the results, or a URL."""
    if request.param == "sqlite":
        return str(here / "grades" / FILE)
    return request.getfixturevalue("server")


@pytest.fixture
def grade(capsys, database):
    """Run the command line: exit status, standard output, standard error."""

    def run(*arguments):
        words = [str(argument) for argument in arguments]
        if "://" in database and "--store" not in words and takes_a_store(words[0]):
            words += ["--store", database]
        with pytest.raises(SystemExit) as ended:
            main(words)
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return run


def takes_a_store(word):
    command = _commands.commands.get(word, class_command)
    return any("--store" in parameter.opts for parameter in command.params)


@pytest.fixture
def change(database):
    """Change what is stored behind the program's back."""

    def run(statement):
        with opened(database).transaction() as session:
            session.run(statement)

    return run
