"""What `from helpers import *` binds, where helpers.py lies beside the notebook. It is only read.

Rather too many names than too few: a name that is not there would be somebody's false alarm.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from nbjob_clean.record import Record
from nbjob_clean.source.exports import ONLY_PYTHON, Exports
from nbjob_clean.source.expressions import Expressions
from nbjob_clean.source.flow import Statements
from nbjob_clean.source.run import Run
from nbjob_clean.source.scope import block_scope
from nbjob_clean.source.syntax import parsed

_STAR = re.compile(r"(?:^|;)[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]*\*", re.MULTILINE)
_ALL = "__all__"


class LocalModule(Record):
    """A module of the job directory. `parts` are the modules in its folder, where it is a package;
    None stands for a module that is none.
    """

    text: str
    parts: frozenset[str] | None = None

    def absolute(self, name: str, own: str) -> str:
        """A module as this one, called `own`, writes it (`.sub`), by its whole name."""
        level = len(name) - len(name.lstrip("."))
        if not level:
            return name
        folder = own.split(".") if self.parts is not None else own.split(".")[:-1]
        start = folder[: len(folder) - level + 1]
        return ".".join([*start, *filter(None, [name[level:]])])


def starred(text: str) -> list[str]:
    """The modules that a text imports everything from, as it writes them; perhaps some more."""
    return _STAR.findall(text) if "import" in text and "*" in text else []


def exports_of(modules: Mapping[str, LocalModule | None]) -> Exports:
    """What star imports of these modules bind; None is a module that nobody could read."""
    read = {name: module and _read(name, module) for name, module in modules.items()}
    found: dict[str, frozenset[str] | None] = {
        name: reading.own if reading else None for name, reading in read.items()
    }
    before: dict[str, frozenset[str] | None] = {}
    while found != before:  # modules may import from each other
        before = dict(found)
        for name, reading in read.items():
            for star in reading.stars if reading else ():
                names = found[name]
                more = found[star] if star in found else ONLY_PYTHON.of(star)
                found[name] = None if names is None or more is None else names | more
    return Exports(found)


class _Reading(Record):
    """What a star import takes of one module alone, and the modules whose names that one takes
    over. None: nobody can know.
    """

    own: frozenset[str] | None
    stars: tuple[str, ...] = ()


def _read(name: str, module: LocalModule) -> _Reading:
    tree = parsed(module.text).tree
    if tree is None:
        return _Reading(None)
    if mentions := sum(map(_mentions_all, ast.walk(tree))):
        return _Reading(_listed(tree, mentions))
    stars = {star: module.absolute(star, name) for star in _stars(tree)}
    own = _bound(tree, stars)
    if own is not None:
        own = frozenset(n for n in own.union(module.parts or ()) if not n.startswith("_"))
    return _Reading(own, tuple(stars.values()))


def _stars(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            yield "." * node.level + (node.module or "")


def _bound(tree: ast.Module, stars: Iterable[str]) -> frozenset[str] | None:
    """The module's names, those among them that only one path leads to; None where it may have
    any others.
    """
    run = Run(exports=Exports(dict.fromkeys(stars, frozenset())))
    run.has_late_annotations = True
    try:
        Statements(run, Expressions(run)).execute(tree.body)
    except RecursionError:
        return None
    deleted = {name for name, binding in run.module.names.items() if binding.status == "deleted"}
    ever = {event.name for event in run.module.events}
    return None if run.is_open else (block_scope(tree.body).bound | ever) - deleted


def _listed(tree: ast.Module, mentions: int) -> frozenset[str] | None:
    """The names in `__all__`; None where one of its mentions is not understood."""
    found: set[str] = set()
    understood = 0
    for node in ast.walk(tree):
        value = _listing(node)
        words = None if value is None else _words(value)
        if words is not None:
            found |= words
            understood += 1
    return frozenset(found) if understood == mentions else None


def _mentions_all(node: ast.AST) -> bool:
    return _ALL in (getattr(node, part, None) for part in ("id", "name", "value"))


def _listing(node: ast.AST) -> ast.expr | None:
    """What `__all__` is made of, or what is added to it."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and _is_all(node.targets[0]):
        return node.value
    if isinstance(node, (ast.AugAssign, ast.AnnAssign)) and _is_all(node.target):
        return node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 1:
        if _is_all(node.func.value) and node.func.attr == "extend":
            return node.args[0]
        if _is_all(node.func.value) and node.func.attr == "append":
            return ast.List([node.args[0]], ast.Load())
    return None


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == _ALL


def _words(node: ast.expr) -> frozenset[str] | None:
    """The words of a list or tuple of literals, or of a sum of them."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _words(node.left), _words(node.right)
        return None if left is None or right is None else left | right
    if not isinstance(node, (ast.List, ast.Tuple)):
        return None
    found = {i.value for i in node.elts if isinstance(i, ast.Constant) and isinstance(i.value, str)}
    return frozenset(found) if len(found) == len({ast.dump(item) for item in node.elts}) else None
