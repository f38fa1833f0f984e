import contextlib
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from grader.files import PARTS, write_atomically, write_temporary


def leftovers(folder):
    return list(folder.glob(PARTS))


def refuse(*_arguments, **_named):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("content", "written"),
    [("é\n", "é\n".encode()), ("a\r\nb", b"a\r\nb"), (b"\x00\xff", b"\x00\xff"), ("", b"")],
)
def test_text_is_utf_8_and_every_byte_is_as_given(tmp_path, content, written):
    write_atomically(tmp_path / "a", content)
    assert (tmp_path / "a").read_bytes() == written
    assert not leftovers(tmp_path)


def test_the_folder_is_made(tmp_path):
    write_atomically(tmp_path / "b" / "c" / "a", "x")
    assert (tmp_path / "b" / "c" / "a").read_text() == "x"


@pytest.mark.parametrize("failing", ["replace", "fsync"])
def test_the_old_file_stays_and_nothing_else_when_the_disk_fails(tmp_path, monkeypatch, failing):
    path = tmp_path / "a"
    path.write_text("old")
    monkeypatch.setattr(os, failing, refuse)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(13, "Permission denied"), "another program has it open, close it there"),
        (OSError(28, "No space left on device"), "No space left on device"),
    ],
)
def test_a_failure_names_the_file_that_a_person_knows(tmp_path, monkeypatch, error, told):
    """As Windows has it while a spreadsheet shows the file, and any system with a full disk."""

    def held(*_arguments):
        raise error

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(type(error), match=told) as failed:
        write_atomically(tmp_path / "gradebook.xlsx", "x")
    assert (failed.value.errno, failed.value.filename) == (
        error.errno,
        str(tmp_path / "gradebook.xlsx"),
    )
    assert not leftovers(tmp_path)


def test_a_temporary_file_is_hidden_and_is_known_by_its_name(tmp_path):
    first, second = write_temporary(tmp_path, "x"), write_temporary(tmp_path, "y")
    assert {first, second} == set(leftovers(tmp_path))
    assert first.name.startswith(".")
    assert first.read_text() == "x"


def test_nothing_is_left_when_writing_fails_halfway(tmp_path, monkeypatch):
    opened = Path.open

    def full(path, mode):
        file = opened(path, mode, buffering=0)
        return contextlib.nullcontext(SimpleNamespace(write=refuse, close=file.close()))

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(OSError, match="No space left"):
        write_temporary(tmp_path, "x")
    monkeypatch.undo()
    assert not leftovers(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="permissions are not kept there")
def test_who_may_read_a_file_is_what_the_user_has_set(tmp_path):
    before = os.umask(0o077)
    try:
        write_atomically(tmp_path / "private", "x")
    finally:
        os.umask(before)
    assert (tmp_path / "private").stat().st_mode & 0o777 == 0o600
