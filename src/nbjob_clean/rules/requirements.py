"""requirements.txt as a value, and the production imports that it is compared with."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from nbjob_clean.record import Record
from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import CodeCell, code_cells
from nbjob_clean.source.distributions import distributions, normalised
from nbjob_clean.source.dynamic import terminal_name

_COMMENT = re.compile(r"(?:^|\s)#.*")
_NAME = re.compile(r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?P<rest>.*)")
_VERSION = re.compile(r"(?:\(|[<>=!~]=|[<>]|===|@|;|--|$).*")
_EGG = re.compile(r"[#&]egg=(?P<name>[A-Za-z0-9][\w.-]*)")
_WHEEL = re.compile(r"(?:.*[/\\])?(?P<name>[A-Za-z0-9][\w.]*)-[^/\\]*\.whl(?:[#;\s].*)?")
_ARCHIVES = (".whl", ".zip", ".gz", ".bz2")
_EXACT = re.compile(r"===?|@|--hash[= ]")
_HIDING = ("-r", "--requirement", "-e", "--editable")
_CONSTRAINTS = ("-c", "--constraint")
_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
# A module that a cell writes: `%%writefile helper.py`.
_FILE = re.compile(r"\b\w+\.py\b")
_MODULE_FILES = (".py", ".ipynb", ".so", ".pyd", ".pyx", "/")


class Requirements(Record):
    """What is listed, by normalised name: whether its version is fixed.

    `is_open`: more may be listed elsewhere, or under a name that cannot be seen. `has_constraints`:
    versions may be fixed elsewhere.
    """

    pinned: Mapping[str, bool]
    is_open: bool
    has_constraints: bool

    def listed(self, names: tuple[str, ...]) -> str:
        """The one of the names that is listed; empty where none is."""
        return next((name for name in names if name in self.pinned), "")

    def may_list(self, module: str) -> bool:
        """Whether some listed name looks as if it brought the module: `python-x`, `pyx`, `x-y`."""
        plain = module.partition(".")[0].replace("_", "").lower()
        listed = [name.replace("-", "") for name in self.pinned]
        return any(
            name.startswith(plain) or name.endswith(plain) or plain.startswith(name)
            for name in listed
        )


class Import(Record):
    """An import of a production cell; `module` is dotted."""

    module: str
    node: ast.stmt
    cell: CodeCell


def read_requirements(text: str) -> Requirements:
    """Read what pip reads; nothing else is opened."""
    pinned: dict[str, bool] = {}
    is_open = has_constraints = False
    for line in _logical_lines(text):
        if line.startswith(_CONSTRAINTS):
            has_constraints = True
        elif line.startswith(_HIDING):
            is_open = True
        elif not line.startswith("-"):
            name, is_pinned = _requirement(line)
            is_open |= not name
            if name:
                pinned[normalised(name)] = is_pinned or pinned.get(normalised(name), False)
    return Requirements(pinned, is_open, has_constraints)


def imports(context: Context) -> Iterator[Import]:
    """What production imports from elsewhere, each top module's first import in each cell."""
    files = context.surroundings.files or frozenset()
    sources = (cell.source for cell in context.notebook.cells if ".py" in cell.source)
    written = {name for source in sources for name in _FILE.findall(source)}
    for cell in code_cells(context):
        if "import" not in cell.python.text:
            continue
        for node in _import_statements(cell.statements):
            for module in _modules(node):
                if not _is_local(module, files | written):
                    yield Import(module, node, cell)


def _logical_lines(text: str) -> Iterator[str]:
    joined = text.removeprefix("\ufeff").replace("\\\r\n", " ").replace("\\\n", " ")
    for line in joined.splitlines():
        if stripped := _COMMENT.sub("", line).strip():
            yield stripped


def _requirement(line: str) -> tuple[str, bool]:
    """Name, and whether the version is fixed; no name where none can be seen."""
    match = _NAME.fullmatch(line)
    is_file = line.endswith(_ARCHIVES) and match is not None and not match["rest"]
    if match and _VERSION.fullmatch(match["rest"]) and not is_file:
        specifier = match["rest"].partition(";")[0]
        return match["name"], bool(_EXACT.search(specifier) or "--hash" in match["rest"])
    found = _EGG.search(line) or _WHEEL.fullmatch(line)
    return (found["name"], True) if found else ("", False)


def _import_statements(body: Sequence[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports in a block, but those that may fail or never run."""
    for statement in body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            yield statement
        elif not _tolerates(statement):
            for name in ("body", "orelse", "finalbody"):
                yield from _import_statements(getattr(statement, name, ()))
            for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
                yield from _import_statements(part.body)


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if node.level or not node.module:
        return []
    if distributions(node.module):
        return [node.module]
    # `from google.cloud import storage`: only the whole name says where it comes from.
    return [f"{node.module}.{alias.name}" for alias in node.names]


def _is_local(module: str, files: frozenset[str]) -> bool:
    top = module.partition(".")[0]
    return any(f"{top}{ending}" in files for ending in _MODULE_FILES) or any(
        name.startswith(f"{top}.") and name.endswith((".so", ".pyd")) for name in files
    )


def _tolerates(node: ast.stmt) -> bool:
    """Whether imports in there may fail, or never run."""
    if isinstance(node, ast.Try):
        return any(handler.type is None or _is_caught(handler.type) for handler in node.handlers)
    if isinstance(node, ast.With):
        calls = [i.context_expr for i in node.items if isinstance(i.context_expr, ast.Call)]
        return any(
            terminal_name(call) == "suppress" and any(map(_is_caught, call.args)) for call in calls
        )
    return isinstance(node, ast.If) and terminal_name(node.test) == "TYPE_CHECKING"


def _is_caught(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return any(map(_is_caught, node.elts))
    return terminal_name(node) in _IMPORT_ERRORS
