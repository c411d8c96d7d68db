"""The assignments of a parameters cell as declarations: names, types and defaults, nothing run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbjob_clean.runner.job import Step
from nbjob_clean.runner.parameters import NO_VALUE, Parameter

ANY = "any"
TYPES = ("bool", "int", "float", "str", "date", "datetime", "list", "dict")
_OTHER_NAMES = {"List": "list", "Dict": "dict", "Any": ANY, "object": ANY}


def declarations(step: Step) -> Iterator[Parameter]:
    """What the top-level assignments of a cell declare, in order."""
    for node in ast.parse(step.text).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield _parameter(step, node.target.id, node.annotation, node.value)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield _parameter(step, target.id, None, node.value)


def _parameter(
    step: Step, name: str, annotation: ast.expr | None, default: ast.expr | None
) -> Parameter:
    value = _literal(default)
    kind, is_optional = _annotated(annotation)
    return Parameter(
        name=name,
        type=kind or _type_of(value, default),
        is_optional=is_optional or value is None,
        default=ast.unparse(default) if default else "",
        value=value,
        step=step.number,
        file=step.source_name,
    )


def _literal(node: ast.expr | None) -> object:
    try:
        return ast.literal_eval(node) if node else NO_VALUE
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return NO_VALUE


def _annotated(node: ast.expr | None) -> tuple[str, bool]:
    """The type that an annotation names, and whether None is one of its values."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _annotated(_expression(node.value))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [side for side in (node.left, node.right) if not _is_none(side)]
        return (_annotated(sides[0])[0], True) if len(sides) == 1 else ("", False)
    if isinstance(node, ast.Subscript):
        if _last_name(node.value) == "Optional":
            return _annotated(node.slice)[0], True
        return _known(_last_name(node.value)), False
    return _known(_last_name(node)), False


def _expression(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def _type_of(value: object, default: ast.expr | None) -> str:
    if value is None:
        return ANY
    if value is not NO_VALUE:
        return _known(type(value).__name__)
    # `date(2024, 1, 1)`, `datetime.date.today()`: the type by name, or a method of it.
    if isinstance(default, ast.Call):
        function = default.func
        name = _last_name(function)
        owner = _last_name(function.value) if isinstance(function, ast.Attribute) else ""
        return next((kind for kind in (name, owner) if kind in ("date", "datetime")), "")
    return ""


def _known(name: str) -> str:
    name = _OTHER_NAMES.get(name, name)
    return name if name in TYPES or name == ANY else ""


def _last_name(node: ast.expr | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
