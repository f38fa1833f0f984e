"""Imports go down only, form no cycle, and what is heavy is loaded where it is used."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

REFERENCE_FLOORS = (
    ("operations",),
    ("graph",),
    ("gradient",),
    ("problem",),
    ("mistakes",),
    # and above them every module that holds a PROBLEM: `gan`, `autoencoder`, a new homework's
)
GRADER_FLOORS = (
    # the vocabulary, and words for what it names
    ("lateness", "model", "moments", "points", "files", "codes", "remarks", "reports.wording"),
    ("notation",),
    (
        "rubric",
        "rubric_changes",
        "rubric_fields",
        "rubric_files",
        "rubric_items",
        "rubric_late",
        "rubric_reference",
        "rubric_summary",
        "rubric_yaml",
    ),
    (
        "archives",
        "arrivals",
        "attribution",
        "choice",
        "handed_in",
        "handin",
        "homework_words",
        "identity",
        "levels",
        "own_list_yaml",
        "own_lists",
        "owner",
        "parts",
        "platform_names",
        "readers",
        "roster",
        "roster_table",
        "sources",
        "student_names",
        "submitters",
        "teams",
        "template",
    ),
    ("compare", "normalise", "worlds"),
    ("working",),
    ("ambiguous", "equivalence", "paths", "placing"),
    ("plan",),
    ("settled",),
    ("hidden",),
    ("follow",),
    ("advice", "expressions", "fits", "lines", "prices"),
    ("answers", "branching", "maps", "relations"),
    ("standing", "swaps"),
    ("happened",),
    ("accounts",),
    ("explain", "walk"),
    ("conventions",),
    ("charges", "implied", "score"),
    ("grading",),
    ("fault", "reading"),
    ("gradebook", "key_audit", "reports", "shared_answers", "statistics"),
    ("exports",),
    ("trials",),
    ("audit_alike", "audit_forms"),
    ("audit",),
    ("suggest",),
    ("reports.audit",),  # the words for all of it
    ("absent", "batch", "judging", "output", "replaced", "settling", "terms", "times", "workers"),
    ("service", "store"),
    ("terminal",),
    ("autograder", "commands", "handing_on"),
    ("decision_commands", "export_command", "read_command", "store_commands"),
    ("class_command",),
    ("regrade_command",),
    ("replay_commands",),
    ("cli", ""),  # "" is `grader` itself, which lends everything under short names
)
"""From the ground up. A package stands for its modules, unless one of them has its own place."""

HEAVY = (
    "jinja2",
    "matplotlib",
    "openpyxl",
    "pandas",
    "python_calamine",
    "sqlalchemy",
    "sympy",
    "xlsxwriter",
)


# --- reading the imports ------------------------------------------------------------------------


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {
    module_name(path): path
    for package in ("grader", "reference", "rubrics")
    for path in sorted((ROOT / package).rglob("*.py"))
}


def imported(name: str, tree: ast.AST, modules: frozenset[str]) -> Iterator[str]:
    """Every module named by an import, at module level and inside functions."""
    is_package = any(other.startswith(f"{name}.") for other in modules)
    package = name if is_package else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join(
                [*(above if node.level else []), *([node.module] if node.module else [])]
            )
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in modules else base


def ours(name: str) -> bool:
    return name.partition(".")[0] in {"grader", "reference", "rubrics"}


TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}
IMPORTS = {
    name: {other for other in imported(name, tree, frozenset(MODULES)) if ours(other)}
    for name, tree in TREES.items()
}


# --- floors -------------------------------------------------------------------------------------


def holds_a_problem(name: str) -> bool:
    tree = TREES.get(name, ast.Module([], []))
    return any(
        isinstance(target, ast.Name) and target.id == "PROBLEM"
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
    )


def floor(name: str) -> int:
    """On which floor of its package a module stands; LookupError where it has no place."""
    package, _, inner = name.partition(".")
    if package == "rubrics" or name == "reference":
        return 0
    floors = REFERENCE_FLOORS if package == "reference" else GRADER_FLOORS
    places = {member: level for level, members in enumerate(floors) for member in members}
    if package == "reference" and inner not in places and holds_a_problem(name):
        return len(floors)
    while inner not in places and "." in inner:
        inner = inner.rpartition(".")[0]
    if inner not in places:
        raise LookupError(
            f"{name} stands on no floor: add {inner!r} to {package.upper()}_FLOORS in "
            "tests/test_imports.py, above everything that it imports and below everything that "
            "imports it"
        )
    return places[inner]


def climbs(name: str, other: str) -> str:
    """Why the import goes up; empty where it does not."""
    package, target = name.partition(".")[0], other.partition(".")[0]
    if package == "rubrics" or (package == "reference" and target != "reference"):
        return f"{name} imports {other}: {package} knows nothing of {target}"
    if package == target and floor(other) > floor(name):
        return (
            f"{name} imports {other}, which stands above it; move what both need further down, "
            f"or change the floors in tests/test_imports.py"
        )
    return ""


def cycle(imports: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a ring, if there are any."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for other in sorted(imports.get(name, ())):
            found = walk(other, [*path, name])
            if found:
                return found
        done.add(name)
        return []

    return next((found for name in sorted(imports) if (found := walk(name, []))), [])


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_module_has_its_floor(name):
    assert floor(name) >= 0


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_go_down_only(name):
    found = [reason for other in sorted(IMPORTS[name]) if (reason := climbs(name, other))]
    assert not found, "\n".join(found)


def test_no_module_imports_itself_by_way_of_others():
    ring = cycle(IMPORTS)
    assert not ring, " imports ".join(ring)


def test_what_is_imported_is_there():
    """A name of ours that no file has would be judged by no rule above."""
    missing = {
        f"{name} imports {other}"
        for name, others in IMPORTS.items()
        for other in others
        if other not in MODULES
    }
    assert not missing


# --- the rules themselves -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("grader.score", "import grader.points", {"grader.points"}),
        ("grader.score", "from grader import points", {"grader.points"}),
        ("grader.score", "from grader.points import shown", {"grader.points"}),
        ("grader.score", "from . import points", {"grader.points"}),
        ("grader.score", "from .points import shown", {"grader.points"}),
        ("grader.reports", "from .wording import MARKS", {"grader.reports.wording"}),
        ("grader.reports.text", "from ..points import shown", {"grader.points"}),
        ("grader.score", "def f():\n    from grader import grade", {"grader"}),
        ("grader.score", "if True:\n    import grader.points as p", {"grader.points"}),
    ],
)
def test_an_import_is_seen_however_it_is_written(name, source, expected):
    modules = frozenset(
        {"grader", "grader.points", "grader.reports", "grader.reports.wording", "grader.score"}
    )
    assert set(imported(name, ast.parse(source), modules)) == expected


@pytest.mark.parametrize(
    ("name", "other", "told"),
    [
        ("reference.graph", "reference.operations", ""),
        ("reference.gan", "reference.problem", ""),
        ("reference.operations", "reference.graph", "stands above it"),
        ("reference.problem", "reference.gan", "stands above it"),
        ("reference.gan", "grader.model", "reference knows nothing of grader"),
        ("reference.gan", "rubrics", "reference knows nothing of rubrics"),
        ("grader.model", "reference.problem", ""),
        ("grader.model", "grader.score", "stands above it"),
        ("grader.notation.tree", "grader.rubric", "stands above it"),
        ("grader.readers.xlsx", "grader.notation.names", ""),
        ("grader.template", "grader.reports.wording", ""),
        ("grader.template", "grader.reports.text", "stands above it"),
        ("grader.batch", "grader.cli", "stands above it"),
        ("grader.score", "grader", "stands above it"),
    ],
)
def test_an_import_that_climbs_is_told(name, other, told):
    assert told in climbs(name, other)
    assert bool(climbs(name, other)) == bool(told)


@pytest.mark.parametrize("name", ["grader.brand_new", "reference.brand_new"])
def test_a_module_without_a_floor_is_told_where_to_get_one(name):
    with pytest.raises(LookupError, match=r"add 'brand_new' to \w+_FLOORS in tests/test_imports"):
        floor(name)


@pytest.mark.parametrize(
    ("imports", "ring"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"a"}}, ["a", "a"]),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}}, ["b", "c", "b"]),
    ],
)
def test_a_ring_is_found(imports, ring):
    assert cycle(imports) == ring


# --- what is heavy ------------------------------------------------------------------------------


def at_module_level(tree: ast.Module) -> Iterator[str]:
    """Names of packages imported as soon as the module is; not those for type checkers only."""
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting.extend(node.orelse)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


@pytest.mark.parametrize("name", sorted(MODULES))
def test_heavy_packages_are_imported_inside_the_function_that_uses_them(name):
    assert set(at_module_level(TREES[name])).isdisjoint(HEAVY)


@pytest.mark.parametrize("name", ["grader", "grader.cli", "reference.gan", "grader.grading"])
def test_importing_loads_nothing_heavy(name):
    if importlib.util.find_spec(name) is None:
        pytest.skip(f"{name} does not exist yet")
    told = f"import sys, {name}; print(*sorted(set(sys.modules) & {set(HEAVY)!r}))"
    done = subprocess.run(  # noqa: S603  the interpreter that runs this test, and no one's input
        [sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
