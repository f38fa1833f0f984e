"""The ZIP that makes of this program an autograder of Gradescope's.

Gradescope unpacks it into ``/autograder/source``, runs ``setup.sh`` there once, when it builds the
image, and ``run_autograder`` for each submission.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

import reference
import rubrics
from grader.exports.packed import zipped
from grader.model import GraderError

__all__ = ["RUBRIC", "autograder_zip"]

RUBRIC = "rubric"
"""The folder of the rubric, in the ZIP."""

_PROGRAM = "stepgrade"

_SETUP = """\
#!/usr/bin/env bash
# Run once, when the image is built. Needs Python 3.11: Ubuntu 22.04 has it beside its own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
apt-get update
apt-get install -y python3 python3-venv
python=python3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || python=python3.11
[ "$python" = python3 ] || apt-get install -y "$python" "$python-venv"
"$python" -m venv /opt/stepgrade
/opt/stepgrade/bin/pip install -r "$here/requirements.txt"
"""

_RUN = """\
#!/usr/bin/env bash
# Gradescope copies this file to /autograder and runs it there, once a submission.
# -P: no module is ever taken from the folder that it is run in.
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONPATH="$here/source/stepgrade" PYTHONDONTWRITEBYTECODE=1
exec "${STEPGRADE_PYTHON:-/opt/stepgrade/bin/python}" -P -m grader.autograder "$here"
"""


def autograder_zip(rubric: Mapping[str, bytes]) -> bytes:
    """The scripts, the program itself, what it needs, and a rubric.

    Args:
        rubric: the rubric's file and those beside it that it names.

    Raises:
        GraderError: the program is not installed, so what it needs is not known.
    """
    needed = "".join(f"{line}\n" for line in _requirements())
    files = {
        "setup.sh": _SETUP.encode(),
        "run_autograder": _RUN.encode(),
        "requirements.txt": needed.encode(),
        **{f"{RUBRIC}/{name}": data for name, data in rubric.items()},
        **dict(_sources()),
    }
    return zipped(files, programs=frozenset({"setup.sh", "run_autograder"}))


def _requirements() -> Iterator[str]:
    """What the program needs to run, as its installation tells; nothing that is optional."""
    try:
        needed = metadata.requires(_PROGRAM) or []
    except metadata.PackageNotFoundError as error:
        told = f"{_PROGRAM} is not installed here, so what it needs is not known; `pip install` it"
        raise GraderError(told) from error
    yield from (one for one in needed if not re.search(r"\bextra\s*==", one))


def _sources() -> Iterator[tuple[str, bytes]]:
    """The program's own files, as they are imported here."""
    ours = Path(__file__).parents[1]
    for folder in (ours, Path(reference.__path__[0]), Path(rubrics.__path__[0])):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder.parent)
            hidden = any(part.startswith((".", "__pycache__")) for part in inside.parts)
            if path.is_file() and not hidden:
                yield f"{_PROGRAM}/{inside.as_posix()}", path.read_bytes()
