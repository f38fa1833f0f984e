"""Make `submissions_example/`, and the results that are expected of it.

    python tests/tools/make_examples.py              writes the class
    python tests/tools/make_examples.py --golden     grades it and rewrites tests/golden/
    python tests/tools/make_examples.py --into DIR   writes the class somewhere else

The same bytes come out each time; the write-ups are originals, and copied. `--golden` freezes what
the grader says today: look at the difference before you commit it, and at `tests/test_examples.py`,
which says what must come out.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "submissions_example"
GOLDEN = ROOT / "tests" / "golden"
FROZEN = ("results.jsonl", "gradebook.csv")
WRITTEN = ("s1050.md", "s1051.tex", "s1052.ipynb")
"""Write-ups: written by hand, as students write, and copied."""
KEPT = ("README.md",)


def example_files() -> Mapping[str, bytes]:
    """Every file of the class by name, the roster among them."""
    from example_class import ROSTER, good_files  # noqa: PLC0415 - beside this script
    from example_trouble import troubled_files  # noqa: PLC0415 - the same

    made = {**dict(good_files()), **dict(troubled_files()), "roster.csv": ROSTER.encode()}
    return made | {name: (EXAMPLES / name).read_bytes() for name in WRITTEN}


def write_examples(folder: Path) -> None:
    """Write the class; what else is in the folder goes, but for its README."""
    folder.mkdir(parents=True, exist_ok=True)
    made = example_files()
    for old in folder.iterdir():
        if old.name not in {*made, *KEPT}:
            old.unlink()
    for name, content in made.items():
        (folder / name).write_bytes(content)


def write_golden() -> None:
    """Grade the class and keep what must not change unseen."""
    from grader.cli import main  # noqa: PLC0415 - only for this

    with tempfile.TemporaryDirectory() as out:
        arguments = [str(EXAMPLES), "--roster", str(EXAMPLES / "roster.csv"), "--out", out]
        try:
            main(arguments)
        except SystemExit as end:
            if end.code not in (0, 1):
                raise
        GOLDEN.mkdir(parents=True, exist_ok=True)
        for name in FROZEN:
            shutil.copyfile(Path(out) / name, GOLDEN / name)


def _main() -> None:
    parser = argparse.ArgumentParser(description="Make the example class.")
    parser.add_argument("--golden", action="store_true", help="rewrite the expected results")
    parser.add_argument("--into", type=Path, default=EXAMPLES, metavar="DIR", help="where to")
    asked = parser.parse_args()
    if asked.golden:
        write_golden()
    else:
        write_examples(asked.into)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    _main()
