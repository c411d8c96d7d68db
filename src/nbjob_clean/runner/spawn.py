"""What a process that `multiprocessing` starts afresh finds as `__main__`: a job's definitions.

Such a process runs the main file again. The cells of a notebook must not run again; so the new
process gets what they define (imports, functions, classes) and the plain values as they are now.
"""

from __future__ import annotations

import ast
import marshal
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from nbjob_clean.runner.context import active
from nbjob_clean.runner.source import syntax_tree
from nbjob_clean.runner.steps.main import MainSpec

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

_VARIABLE = "NBJOB_SPAWN"
_FILE = "main"
_LARGEST = 1_000_000  # bytes of a value that is handed on
_DEFINITIONS = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef
)  # fmt: skip
# Calls that make a value and do nothing else, by the last part of their names.
_PURE = frozenset(
    [
        *("Decimal", "NamedTuple", "NewType", "Path", "PurePath", "TypeVar", "compile", "date"),
        *("datetime", "frozenset", "getLogger", "namedtuple", "partial", "timedelta"),
    ]
)


def save(main: MainSpec) -> None:
    """Write what a new process needs; it finds the place in its environment."""
    folder = _folder()
    context = active()
    secrets = tuple(context.secrets.values()) if context else ()
    values = {} if main.is_script else _plain_values(vars(main.module), secrets)
    data = marshal.dumps((main.path, main.text, main.is_script, values))
    temporary = folder / f"{_FILE}.new"
    temporary.write_bytes(data)
    temporary.replace(folder / _FILE)


def restore(names: dict[str, Any]) -> None:
    """Fill the `__main__` of a new process."""
    from nbjob_clean.runner.environment import find_vdk

    find_vdk()
    folder = os.environ.get(_VARIABLE, "")
    if not folder or not (Path(folder) / _FILE).is_file():
        return
    path, text, is_script, values = marshal.loads((Path(folder) / _FILE).read_bytes())  # noqa: S302
    names["__file__"] = path
    names["__spec__"] = None
    names.update(values)
    if is_script:
        exec(compile(text, path, "exec", dont_inherit=True), names)  # noqa: S102 - as Python does
        return
    for code in _definitions(syntax_tree(text), path):
        try:
            exec(code, names)  # noqa: S102 - what was defined in the job
        except Exception:  # noqa: BLE001, S112 - it needs what only the job itself has
            continue


def _folder() -> Path:
    if _VARIABLE not in os.environ:
        import atexit
        import shutil
        import tempfile

        os.environ[_VARIABLE] = folder = tempfile.mkdtemp(prefix="nbjob-spawn-")
        owner = os.getpid()

        def remove() -> None:
            if os.getpid() == owner:  # not in a forked child
                shutil.rmtree(folder, ignore_errors=True)

        atexit.register(remove)
    return Path(os.environ[_VARIABLE])


def _plain_values(names: Mapping[str, Any], secrets: tuple[object, ...]) -> dict[str, Any]:
    found = {}
    for name, value in names.items():
        try:
            size = len(marshal.dumps(value))
        except ValueError:  # not a plain value
            continue
        is_ours = name.startswith("__") or hasattr(value, "co_code")
        if size <= _LARGEST and not is_ours and value not in secrets:
            found[name] = value
    return found


def _definitions(tree: ast.Module, path: str) -> Iterable[Any]:
    flags = 0
    for node in tree.body:
        if _defines(node):
            code = compile(ast.Module([node], []), path, "exec", flags, dont_inherit=True)
            from nbjob_clean.runner.source import future_flags

            flags |= future_flags(code)
            yield code


def _defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.Try):
        return all(_defines(part) or isinstance(part, ast.Pass) for part in _parts(node))
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return node.value is not None and _is_pure(node.value)
    return isinstance(node, _DEFINITIONS)


def _parts(node: ast.Try) -> list[ast.stmt]:
    handlers = [part for handler in node.handlers for part in handler.body]
    return [*node.body, *handlers, *node.orelse, *node.finalbody]


def _is_pure(value: ast.expr) -> bool:
    """Whether an expression only names things; plain values come from the job itself."""
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and _last_name(node.func) not in _PURE:
            return False
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            return False
    return isinstance(value, ast.Call | ast.Lambda | ast.Attribute | ast.Name | ast.Subscript)


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
