"""Python that builds SQL from text: f-strings, `%`, `.format` and `+` handed to a database."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

from nbjob_clean.record import Record
from nbjob_clean.source.sql_paste import Paste, pastes
from nbjob_clean.source.sql_safe import Safe
from nbjob_clean.source.sql_text import at, tokens
from nbjob_clean.source.table import words

_METHODS = ("execute", "executemany", "execute_query", "sql", "read_sql", "read_sql_query")
_STATEMENTS = words("call create delete exec execute from insert merge replace select update with")
# They give back the text that they are given, or nearly.
_WRAPPERS = words("cleandoc dedent text")
_TRIMMERS = words("lstrip rstrip strip")
_KEYWORDS = words("query sql statement")
# Of what CREATE makes, only a table of a query takes values that can be bound.
_OF_A_QUERY = (
    r"(?is)create\s+(?:or\s+replace\s+)?(?:\w+\s+){0,2}table\b.*?\bas\s*\(?\s*(?:select|with)\b"
)
_LONGEST = 40
_PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[-+ #0]*\d*(?:\.\d+)?(?P<type>[a-zA-Z%])")


class BuiltSql(Record):
    """A call whose first argument pastes a value into SQL: how, and which `{name}` in the text."""

    method: str
    argument: ast.expr
    how: str
    paste: Paste
    value: str


class _Template(Record):
    """The text with `{h0}`, `{h1}` for its holes, and what stands there; None if it is safe."""

    how: str
    text: str
    holes: tuple[ast.expr | None, ...]


def may_run_sql(text: str) -> bool:
    """A quick look: whether a text has any of the calls at all."""
    return any(f".{method}(" in text for method in _METHODS)


def built_sql(tree: ast.Module, safe: Safe) -> Iterator[BuiltSql]:
    """The calls that paste a value where it could be bound; each with its first such place."""
    for node in ast.walk(tree):
        func = node.func if isinstance(node, ast.Call) else None
        if not isinstance(node, ast.Call) or not isinstance(func, ast.Attribute):
            continue
        if func.attr in _METHODS and (argument := _argument_of(node, tree, safe)) is not None:
            template = _template(argument)
            if template is not None and _is_sql(template.text):
                yield from _found(func.attr, argument, template, safe)


def _argument_of(call: ast.Call, tree: ast.Module, safe: Safe) -> ast.expr | None:
    """The text that a call is given: itself, or what a name of the same cell was bound to."""
    named = [keyword.value for keyword in call.keywords if keyword.arg in _KEYWORDS]
    found = _unwrapped(next(iter([*call.args, *named]), None))
    if isinstance(found, ast.Name):
        value = safe.value_of(found.id)
        is_here = value is not None and any(value is node for node in ast.walk(tree))
        return _unwrapped(value) if is_here else None
    return found


def _unwrapped(node: ast.expr | None) -> ast.expr | None:
    """`f"..."` of `text(f"...")`, `dedent(f"...")` and `f"...".strip()`."""
    while isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in _WRAPPERS and node.args:
            node = node.args[0]
        elif name in _TRIMMERS and isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            break
    return node


def _found(method: str, argument: ast.expr, template: _Template, safe: Safe) -> Iterator[BuiltSql]:
    for paste in pastes(template.text):
        hole = template.holes[int(paste.name[1:])]
        if hole is not None and not safe.holds(hole):
            yield BuiltSql(method, argument, template.how, paste, _written(hole))
            return


def _written(node: ast.expr) -> str:
    """The expression in short: what is too long for a message is any value."""
    try:
        text = ast.unparse(node)
    except RecursionError:
        return "value"
    return text if len(text) <= _LONGEST else "value"


def _is_sql(text: str) -> bool:
    found = [token for token in tokens(text) if token.text != "("][:1]
    word = at(found, 0).word
    return word in _STATEMENTS and (word != "create" or bool(re.search(_OF_A_QUERY, text)))


def _template(node: ast.expr) -> _Template | None:
    """What is pasted together here; None where nothing is."""
    builder = _Builder()
    how = ""
    if isinstance(node, ast.JoinedStr):
        how = "the f-string"
        builder.add(node)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and _has_literal(node):
        how = "`+`"
        builder.add(node)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        how = "`%`"
        builder.add_percent(_literal(node.left), node.right)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        how = "`.format`" if node.func.attr == "format" else ""
        builder.add_format(_literal(node.func.value) if how else "", node)
    return _Template(how, "".join(builder.parts), tuple(builder.holes)) if builder.holes else None


class _Builder:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.holes: list[ast.expr | None] = []

    def add(self, node: ast.expr) -> None:
        """A literal, an f-string or a sum of such, with everything else as a hole."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            for term in _terms(node):
                self.add(term)
        elif isinstance(node, ast.JoinedStr):
            for part in node.values:
                self.add(part)
        elif isinstance(node, ast.FormattedValue):
            self._hole(None if node.format_spec else node.value)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._text(node.value)
        else:
            self._hole(node)

    def add_percent(self, text: str, right: ast.expr) -> None:
        given = iter(right.elts if isinstance(right, ast.Tuple) else [right])

        def hole(match: re.Match[str]) -> ast.expr | None:
            value = _item(right, match["name"]) if match["name"] else next(given, None)
            return value if match["type"] in "sra" else None

        position = 0
        for match in _PERCENT.finditer(text):
            self._text(text[position : match.start()])
            position = match.end()
            if match["type"] == "%":
                self._text("%")
            else:
                self._hole(hole(match))
        self._text(text[position:])

    def add_format(self, text: str, call: ast.Call) -> None:
        named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
        count = iter(range(len(text)))
        for literal, name, spec, _ in _format_parts(text):
            self._text(literal)
            if name is not None:
                root = re.split(r"[.\[]", name)[0]
                place = int(root) if root.isdigit() else next(count) if not root else -1
                value = named.get(root) if place < 0 else _argument(call.args, place)
                self._hole(None if spec else value)

    def _text(self, text: str) -> None:
        # A brace in here is only text: no place to paste into.
        self.parts.append(text.replace("{", "\1").replace("}", "\2"))

    def _hole(self, value: ast.expr | None) -> None:
        self.parts.append(f"{{h{len(self.holes)}}}")
        self.holes.append(value)


def _argument(nodes: list[ast.expr], index: int) -> ast.expr | None:
    return nodes[index] if index < len(nodes) else None


def _format_parts(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(string.Formatter().parse(text))
    except ValueError:
        return []


def _item(node: ast.expr, name: str) -> ast.expr | None:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == name:
                return value
    return node


def _literal(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _has_literal(node: ast.expr) -> bool:
    return any(isinstance(term, ast.JoinedStr) or _literal(term) for term in _terms(node))


def _terms(node: ast.expr) -> list[ast.expr]:
    """The terms of a sum, from left to right; sums can be long, so no recursion."""
    found: list[ast.expr] = []
    stack = [node]
    while stack:
        term = stack.pop()
        if isinstance(term, ast.BinOp) and isinstance(term.op, ast.Add):
            stack += (term.right, term.left)
        else:
            found.append(term)
    return found
