"""Standard output, whoever reads it: a person, a program, or nobody any more."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from typing import Any

import click

__all__ = ["columns", "hush", "print_json", "say"]


def columns() -> int:
    """How wide the terminal is; 80 columns where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 80


def say(text: str) -> None:
    """Print; that whoever reads it has seen enough (``grade solve | head``) is no error."""
    try:
        click.echo(text)
    except BrokenPipeError:
        hush()


def hush() -> None:
    """Send what is still to be printed nowhere, or Python would try again when it ends."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_json(values: Any) -> None:
    """One object for one, else a list; in ASCII, so that it is valid whatever the terminal is."""
    one = values[0] if isinstance(values, list) and len(values) == 1 else values
    say(json.dumps(one, indent=2, allow_nan=False))
