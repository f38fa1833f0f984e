"""The reference that a rubric names: a module of `reference`, or a file beside the rubric."""

from __future__ import annotations

import hashlib
import importlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import reference
from grader.model import GraderError
from grader.rubric_yaml import suggestion
from reference.problem import Problem

__all__ = ["FoundReference", "UnusableReferenceError", "find_reference"]

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_CODE_FAULTS = (  # what running a module can raise; told to the instructor, whose code it is
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,  # a GraphError is one
)


class UnusableReferenceError(GraderError):
    """Why there is no usable reference, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class FoundReference:
    """A reference, and the text of it where it is not part of the project."""

    problem: Problem
    source: bytes = b""


def find_reference(name: str, folder: Path) -> FoundReference:
    """The problem of that name.

    A name that ends in ``.py`` is a file, relative to ``folder``; it is run, being the
    instructor's own code as the rubric is their own text. Any other is a module in `reference`.

    Raises:
        UnusableReferenceError: there is none, or it cannot be used.
    """
    module, source = _from_file(folder / name) if name.endswith(".py") else _installed(name)
    problem = getattr(module, "PROBLEM", None)
    if not isinstance(problem, Problem):
        raise UnusableReferenceError(f"{name} has no PROBLEM, a reference.problem.Problem")
    try:
        known = problem.shapes
        for convention, values in problem.conventions.items() if source else ():
            for value in values:
                problem.graph({convention: value})
    except (ValueError, LookupError, TypeError) as error:
        raise UnusableReferenceError(
            f"{name}: the gradients cannot be written out: {error}"
        ) from error
    lacking = [q.name for q in problem.quantities if q.name not in known]
    if lacking:
        which = f"quantit{'y' if len(lacking) == 1 else 'ies'} {', '.join(lacking)}"
        raise UnusableReferenceError(f"{name}: its graph has no step for the {which}")
    return FoundReference(problem, source)


def _installed(name: str) -> tuple[ModuleType, bytes]:
    if _NAME.fullmatch(name):
        module_name = f"reference.{name}"
        try:
            return importlib.import_module(module_name), b""
        except ModuleNotFoundError as error:
            if error.name != module_name:
                raise
    told = suggestion(name, _installed_names())
    raise UnusableReferenceError(f"there is no reference {name!r}; {told}")


def _installed_names() -> tuple[str, ...]:
    """The modules in `reference` that hold a problem; only a mistake pays for looking."""
    from pkgutil import iter_modules  # noqa: PLC0415  # only a mistake pays for its import

    names = sorted(found.name for found in iter_modules(reference.__path__))
    modules = {name: importlib.import_module(f"reference.{name}") for name in names}
    return tuple(name for name in names if hasattr(modules[name], "PROBLEM"))


def _from_file(path: Path) -> tuple[ModuleType, bytes]:
    """The module made by running a file; nothing is written beside it."""
    import importlib.abc  # noqa: PLC0415  # a rubric of the project needs none of this
    import importlib.util  # noqa: PLC0415  # the same

    try:
        source = path.read_bytes()
    except OSError as error:
        raise UnusableReferenceError(f"{path} cannot be read: {error.strerror or error}") from error

    class Loader(importlib.abc.SourceLoader):
        """Runs the bytes that were read; without a time stamp, so without cached bytecode."""

        def get_filename(self, fullname: str) -> str:  # noqa: ARG002  # the loader's interface
            return str(path)

        def get_data(self, path: bytes | str) -> bytes:  # noqa: ARG002  # the same
            return source

    name = f"_stepgrade_reference_{hashlib.sha256(bytes(path.resolve())).hexdigest()[:16]}"
    spec = importlib.util.spec_from_loader(name, Loader())
    if spec is None or spec.loader is None:  # pragma: no cover  # a loader was given
        raise UnusableReferenceError(f"{path} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses in it look themselves up
    try:
        spec.loader.exec_module(module)
    except _CODE_FAULTS as error:
        del sys.modules[name]
        raise UnusableReferenceError(f"{path.name}: {type(error).__name__}: {error}") from error
    return module, source
