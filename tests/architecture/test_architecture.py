"""The house as STYLE draws it: imports go down, rooms stay small, start-up stays cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import nbjob_clean

PACKAGE = Path(nbjob_clean.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# A room may import from the rooms named; a room of the same level or above is never among them.
# What every room may use: standard library only, and next to nothing of that.
GROUND = {"errors", "record"}
ALLOWED = {
    "errors": set(),
    "record": set(),
    "diagnostic": {"record"},
    "nearby": set(),
    "files": {"errors"},
    "sidecar": {"errors"},
    "notebook": {"errors"},
    "source": {"errors", "notebook", "sidecar"},
    "clean": {"errors", "notebook"},
    "rules": {"errors", "diagnostic", "notebook", "source", "sidecar"},
    "emit": {"errors", "notebook", "source", "sidecar"},
    "runner": {"errors", "sidecar"},
    "merge": {"errors", "notebook", "clean"},
    "notebooks": {"files", "notebook"},
    "deploy": {"errors"},
    "jobs": {"config", "emit", "notebooks", "runner", "sidecar"},
    "function": {"jobs", "runner"},
    "testing": {"runner"},
    "pytest_plugin": {"jobs", "runner", "sidecar", "testing"},
    "config": {
        "errors",
        "nearby",
        "clean",
    },  # of clean, the words alone: they are read at this border
    "git": {"errors", "nearby", "files", "config", "notebook", "clean", "merge", "sidecar"},
}
ALLOWED["cli"] = set(ALLOWED)
ALLOWED["jupyter"] = {"cli", *ALLOWED["cli"]}  # a second shell: what both do stands in cli
ALLOWED["__main__"] = {"cli"}
ALLOWED["__init__"] = {"function", "jupyter", "runner"}  # when they are asked for


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def _module(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{a.name}" for a in node.names}
            found |= named if node.module == "nbjob_clean" else {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.startswith("nbjob_clean")}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_only_go_down(path: Path) -> None:
    room = _room(_module(path)) if path.parent != PACKAGE or path.stem != "__main__" else "__main__"
    own = {"nbjob_clean.__version__", "nbjob_clean.DOCUMENTATION"}
    imported = {_room(name) for name in _imports(path) - own}
    assert imported - {room} <= ALLOWED[room] | (GROUND if ALLOWED[room] else set())


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    long = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno
        and node.end_lineno - node.lineno + 1 > 35
    }
    assert long == {}
    assert text.count("\n") <= 400
    assert ast.get_docstring(tree), "a module opens with what it is"


def test_only_one_module_imports_each_heavy_package() -> None:
    homes: dict[str, set[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [a.name for a in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            )  # fmt: skip
            for name in names:
                homes.setdefault(name.split(".")[0], set()).add(str(path.relative_to(PACKAGE)))
    assert homes["git"] == {"git/repository.py"}
    assert homes["nbformat"] == {"notebook/schema.py"}
    assert homes["git_filter_repo"] == {"git/rewrite.py"}
    assert homes["duckdb"] == {"runner/engines/duckdb.py"}


def _loaded(code: str) -> set[str]:
    probe = (
        f"import sys; before = set(sys.modules); {code}; print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {probe}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.split())


def test_the_textconv_loads_next_to_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text('{"cells": [{"cell_type": "code", "source": "x = 1"}]}')
    code = (
        "import io; sys.stdout, out = io.TextIOWrapper(io.BytesIO()), sys.stdout;"
        "from nbjob_clean.git import textconv;"
        f"textconv.main([{str(path)!r}]); sys.stdout = out"
    )
    assert {name.split(".")[0] for name in _loaded(code)} <= {"nbjob_clean", "_json"}


HEAVY = {"nbformat", "git", "subprocess", "argparse", "dataclasses", "inspect"}


@pytest.mark.parametrize(
    ("module", "never"),
    [
        (
            "nbjob_clean.git.filter_server",
            HEAVY | {"sqlite3", "hashlib", "zlib", "tempfile", "pathlib", "re", "typing", "json"},
        ),
        ("nbjob_clean.git.merge_driver", HEAVY | {"difflib", "sqlite3", "hashlib", "tempfile"}),
        ("nbjob_clean.clean.core", HEAVY),
        ("nbjob_clean.rules.core", HEAVY),
        ("nbjob_clean.emit.core", HEAVY),
        ("nbjob_clean.runner.run", {"nbformat", "git", "duckdb", "sqlite3"}),
        ("nbjob_clean.cli.clean", {"nbformat", "git", "subprocess", "git_filter_repo"}),
        ("nbjob_clean.cli", {"nbformat", "git", "duckdb", "ast", "dataclasses"}),
    ],
)
def test_start_up_stays_cheap(module: str, never: set[str]) -> None:
    loaded = _loaded(f"import {module}")
    assert not never & {name.split(".")[0] for name in loaded if name != "nbjob_clean.git"}


def test_the_runner_knows_nothing_of_the_other_half() -> None:
    loaded = {n for n in _loaded("import nbjob_clean.runner.run") if n.startswith("nbjob_clean.")}
    assert {_room(name) for name in loaded} <= {"runner", "sidecar", "errors", "record"}
