"""The assignments of a parameters cell as declarations: names, types and defaults, nothing run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbjob_clean.runner.job import Step
from nbjob_clean.runner.parameters import ANY, NO_VALUE, Parameter, Type
from nbjob_clean.runner.source import syntax_tree

TYPES = ("bool", "int", "float", "str", "date", "datetime", "Decimal", "Path", "list", "dict")
_OTHER_NAMES = {
    "List": "list", "Sequence": "list", "Dict": "dict", "Mapping": "dict",
    "Any": ANY, "object": ANY, "PurePath": "Path", "PosixPath": "Path",
}  # fmt: skip
_WRAPPERS = ("Annotated", "Final")
# What a call tells by its name, or by the class that it is a method of: `date.today()`.
_CALLED = ("date", "datetime", "Decimal", "Path")
_BUILT_IN = ("bool", "int", "float", "str", "list", "dict")
_UNKNOWN = Type("")


def declarations(step: Step) -> Iterator[Parameter]:
    """What the top-level assignments of a cell declare, in order."""
    for node in syntax_tree(step.text).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield _parameter(step, node.target.id, node.annotation, node)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield _parameter(step, target.id, None, node)


def descriptions(step: Step) -> dict[str, str]:
    """What the comment behind each assignment of a cell says; for people, so asked for rarely."""
    import io
    import tokenize

    comments = {
        token.start[0]: token.string.lstrip("#").strip()
        for token in tokenize.generate_tokens(io.StringIO(step.text).readline)
        if token.type == tokenize.COMMENT and token.line[: token.start[1]].strip()
    }
    found: dict[str, str] = {}
    for node in syntax_tree(step.text).body:
        if isinstance(node, ast.AnnAssign | ast.Assign) and comments.get(node.end_lineno or 0):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            found |= dict.fromkeys(names, comments[node.end_lineno or 0])
    return found


def _parameter(
    step: Step, name: str, annotation: ast.expr | None, node: ast.Assign | ast.AnnAssign
) -> Parameter:
    value = _literal(node.value)
    written = _annotated(annotation)
    kind = written if written.name else _type_of(value, node.value)
    return Parameter(
        name=name,
        type=Type(kind.name, kind.items, kind.choices, kind.is_optional or value is None),
        default=ast.unparse(node.value) if node.value else "",
        value=value,
        step=step.number,
        file=step.source_name,
    )


def _literal(node: ast.expr | None) -> object:
    try:
        return ast.literal_eval(node) if node else NO_VALUE
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return NO_VALUE


def _annotated(node: ast.expr | None) -> Type:
    """The type that an annotation names, and whether None is one of its values."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _annotated(_expression(node.value))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _either([node.left, node.right])
    if isinstance(node, ast.Subscript):
        return _subscripted(_last_name(node.value), node.slice)
    return Type(_known(_last_name(node)))


def _subscripted(name: str, inner: ast.expr) -> Type:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name == "Optional":
        return _or_none(_annotated(inner))
    if name == "Union":
        return _either(parts)
    if name == "Literal":
        return _one_of(parts)
    if name in _WRAPPERS:
        return _annotated(parts[0])
    kind = _known(name)
    items = _annotated(parts[-1]).name if kind in ("list", "dict") else ""
    return Type(kind, items if items in TYPES[:8] else "")


def _either(sides: list[ast.expr]) -> Type:
    """One type, or nothing: what is more than that is not told apart."""
    others = [side for side in sides if not _is_none(side)]
    found = _annotated(others[0]) if len(others) == 1 else _UNKNOWN
    return _or_none(found) if len(others) < len(sides) else found


def _or_none(kind: Type) -> Type:
    return Type(kind.name, kind.items, kind.choices, is_optional=True)


def _one_of(parts: list[ast.expr]) -> Type:
    values = [_literal(part) for part in parts]
    choices = tuple(value for value in values if value is not None)
    kinds = {type(value).__name__ for value in choices}
    if NO_VALUE in values or not choices:
        return _UNKNOWN
    name = kinds.pop() if len(kinds) == 1 else ANY
    return Type(_known(name), "", choices, is_optional=len(choices) < len(values))


def _expression(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def _type_of(value: object, default: ast.expr | None) -> Type:
    if value is None:
        return Type(ANY)
    if value is not NO_VALUE:
        return Type(_known(type(value).__name__))
    return Type(_kind_of(default) if default else "")


def _kind_of(node: ast.expr) -> str:
    """The type of an expression where its form alone tells it: `60 * 60`, `f"{x}"`, `date(…)`."""
    if isinstance(node, ast.Constant):
        return _known(type(node.value).__name__)
    if isinstance(node, ast.UnaryOp):
        return "bool" if isinstance(node.op, ast.Not) else _kind_of(node.operand)
    if isinstance(node, ast.BinOp):
        return _kind_of_operation(node)
    if isinstance(node, ast.Call):
        return _kind_of_call(node.func)
    if isinstance(node, ast.BoolOp):
        kinds = {_kind_of(value) for value in node.values}
        return kinds.pop() if len(kinds) == 1 else ""
    return next((kind for form, kind in _FORMS if isinstance(node, form)), "")


_FORMS: tuple[tuple[type[ast.expr], str], ...] = (
    (ast.JoinedStr, "str"),
    (ast.Compare, "bool"),
    (ast.List, "list"),
    (ast.ListComp, "list"),
    (ast.Dict, "dict"),
    (ast.DictComp, "dict"),
)


def _kind_of_operation(node: ast.BinOp) -> str:
    left, right = _kind_of(node.left), _kind_of(node.right)
    if {left, right} <= {"int", "float"}:
        return "float" if isinstance(node.op, ast.Div) or "float" in (left, right) else "int"
    if left == "Path" and isinstance(node.op, ast.Div):
        return left
    if left in ("date", "datetime") and isinstance(node.op, ast.Add | ast.Sub) and not right:
        return left  # and a timedelta, as far as one can see
    is_kept = isinstance(node.op, ast.Add) and left == right and left in ("str", "list")
    return left if is_kept or (left == "str" and isinstance(node.op, ast.Mod)) else ""


def _kind_of_call(function: ast.expr) -> str:
    """`date(2024, 1, 1)`, `datetime.date.today()`: the type by name, or a method of it."""
    name = _last_name(function)
    owner = _last_name(function.value) if isinstance(function, ast.Attribute) else ""
    if isinstance(function, ast.Name) and name in _BUILT_IN:
        return name
    return next((kind for kind in (name, owner) if kind in _CALLED), "")


def _known(name: str) -> str:
    name = _OTHER_NAMES.get(name, name)
    return name if name in TYPES or name == ANY else ""


def _last_name(node: ast.expr | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
