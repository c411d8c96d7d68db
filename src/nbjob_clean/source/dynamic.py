"""Code that defines names in ways the text does not show: `globals()`, `exec`, magics and such."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable

from nbjob_clean.source.effect import ANYTHING, NOTHING, Effect
from nbjob_clean.source.magic_effect import called_effect, magic_effect
from nbjob_clean.source.scope import block_scope
from nbjob_clean.source.state import Shell, Value
from nbjob_clean.source.syntax import parsed
from nbjob_clean.source.table import words

_NAMESPACES = frozenset({"globals", "locals", "vars", "dir"})
_MODULE_NAMESPACES = frozenset({"__globals__", "f_globals", "user_global_ns", "user_ns"})
_READERS = words(
    """
    bool copy dict dir eval get items iter keys len list print pprint set sorted str tuple type
    values
    """
)
_RUNS_MAGICS = words(
    "ex ev magic push run_cell run_cell_magic run_code run_line_magic safe_execfile"
)
_NAME_ERRORS = words("BaseException Exception NameError UnboundLocalError")
_BUILTINS = words("builtins __builtins__")
_INJECTORS = words("init_session load_session load_workspace restore_session")
_EFFECTIVE = _RUNS_MAGICS | _INJECTORS | words("eval exec hasattr needs_ipython setattr var query")
EVALUATING = words("eval query")
_LOCAL = "__local_"
_SCOPES = words("global_dict level local_dict resolvers")  # where pandas may look besides
_PANDAS_OWN = words("Inf Timestamp datetime inf")


def is_namespace(node: ast.AST) -> bool:
    """`globals()`, `locals()`, `vars()`, `dir()`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _NAMESPACES
        and not node.args
        and not node.keywords
    )


def is_module_namespace(node: ast.AST) -> bool:
    """`frame.f_globals`, `get_ipython().user_ns`: whoever holds it can bind any name."""
    return isinstance(node, ast.Attribute) and node.attr in _MODULE_NAMESPACES


def may_have_effect(call: ast.Call, name: str) -> bool:
    """Whether a call to what is called `name` is worth a closer look: few are."""
    func = call.func
    if name in _EFFECTIVE:
        return True
    for argument in (*call.args, *[keyword.value for keyword in call.keywords]):
        if type(argument) is ast.Call and is_namespace(argument):
            return True
    owner = func.value if type(func) is ast.Attribute else None
    return owner is not None and (is_namespace(owner) or is_module_namespace(owner))


def effect_of(
    call: ast.Call,
    look: Callable[[ast.expr], Value | None] = lambda _: None,
    *,
    is_inside: bool = False,
) -> Effect:
    """What a call binds or deletes besides what its text shows. `look` tells what a name is, and
    `is_inside` that the call stands in a function.
    """
    name = terminal_name(call.func)
    if name == "needs_ipython":
        return magic_effect(_text(call.args[:1]))
    if name == "exec" and isinstance(call.func, ast.Name):
        return _exec_effect(call, is_inside=is_inside)
    if isinstance(call.func, ast.Attribute):
        owner = call.func.value
        if is_namespace(owner):
            is_gone = is_inside and not _is_globals(owner)
            return NOTHING if is_gone else _namespace_effect(name, call)
        if is_module_namespace(owner):
            return NOTHING if name in _READERS else ANYTHING
        is_shell = "ipython" in terminal_name(owner).lower() or isinstance(look(owner), Shell)
        if name in _RUNS_MAGICS and is_shell:
            return called_effect(name, [_text([a]) if _is_text(a) else None for a in call.args])
    if name == "setattr" and len(call.args) == 3:
        return _setattr_effect(call)
    if name == "var" and (text := _text(call.args[:1])):  # sympy's, into the caller's globals
        return Effect(frozenset(w for w in text.replace(",", " ").split() if w.isidentifier()))
    if name in _INJECTORS or _passes_globals(name, call):
        return ANYTHING
    return NOTHING


def evaluated(call: ast.Call, look: Callable[[ast.expr], Value | None]) -> list[ast.expr]:
    """The expression of `eval("x + 1")`, or the names of `df.query("a > @x")`, placed where the
    text stands; nothing for anything else. `look` tells what a name is.
    """
    is_query = isinstance(call.func, ast.Attribute)
    if len(call.args) != 1 or _SCOPES & {keyword.arg for keyword in call.keywords}:
        return []
    value = getattr(look(call.args[0]), "value", "")
    if not isinstance(value, str) or (is_query and "@" not in value):
        return []
    found = _queried(value) if is_query else _expression(value)
    for part in found:
        for node in ast.walk(part):
            ast.copy_location(node, call.args[0])
    return found


def _expression(text: str) -> list[ast.expr]:
    tree = parsed(text.strip()).tree
    body = tree.body if tree else []
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        return []
    from copy import deepcopy

    return [deepcopy(body[0].value)]


def _queried(text: str) -> list[ast.expr]:
    """The names behind `@`; none of a text that is no expression of pandas', as of SQL."""
    marked = re.sub(r"@(?=[^\W\d])", _LOCAL, re.sub("`[^`]*`", "_", text)).strip()
    tree = parsed(marked).tree or parsed(marked.replace("\n", " ")).tree
    names = (part.id for part in ast.walk(tree or ast.Pass()) if isinstance(part, ast.Name))
    texts = (name.removeprefix(_LOCAL) for name in names if name.startswith(_LOCAL))
    return [ast.Name(text, ast.Load()) for text in texts if text not in _PANDAS_OWN]


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def item_effect(target: ast.Subscript, *, is_inside: bool = False) -> Effect:
    """What `globals()["x"] = ...` binds; nothing for any other item, as for `locals()["x"]` in a
    function, which is a copy.
    """
    if is_module_namespace(target.value):
        text = _text([target.slice])
        return Effect(frozenset({text})) if text else ANYTHING
    if not is_namespace(target.value) or (is_inside and not _is_globals(target.value)):
        return NOTHING
    text = _text([target.slice])
    return Effect(frozenset({text})) if text else ANYTHING


def guarded_name(node: ast.Compare) -> str:
    """The `x` of `"x" in globals()`, whoever asks so knows that it may be missing."""
    if len(node.ops) != 1 or not isinstance(node.ops[0], (ast.In, ast.NotIn)):
        return ""
    container = node.comparators[0]
    while isinstance(container, ast.Call) and not is_namespace(container):
        if isinstance(container.func, ast.Attribute):
            container = container.func.value  # globals().keys()
        elif container.args:
            container = container.args[0]  # list(globals())
        else:
            return ""
    return _text([node.left]) if is_namespace(container) else ""


def asked_name(call: ast.Call) -> str:
    """The `x` of `hasattr(builtins, "x")` and of `globals().get("x")`."""
    if isinstance(call.func, ast.Attribute) and call.func.attr == "get":
        return _text(call.args[:1]) if is_namespace(call.func.value) else ""
    if not isinstance(call.func, ast.Name) or call.func.id != "hasattr" or len(call.args) != 2:
        return ""
    owner = call.args[0]
    is_own = isinstance(owner, ast.Subscript) and is_own_module(owner)
    return _text(call.args[1:]) if is_own or terminal_name(owner) in _BUILTINS else ""


def catches_name_error(handlers: Iterable[ast.ExceptHandler]) -> bool:
    """Whether a missing name in the `try` would be caught, and not raised once more."""
    return any(not _raises_again(h) for h in handlers if h.type is None or is_name_error(h.type))


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    leaving = (ast.Return, ast.Break, ast.Continue)
    parts = (part for statement in handler.body for part in ast.walk(statement))
    if not isinstance(last, ast.Raise) or any(isinstance(part, leaving) for part in parts):
        return False
    return last.exc is None or (
        handler.name is not None and terminal_name(last.exc) == handler.name
    )


def asks_for_names(handlers: Iterable[ast.ExceptHandler]) -> bool:
    """`except NameError` by its own name: the `try` is there to see whether a name exists."""
    kinds = (part for h in handlers if h.type is not None for part in ast.walk(h.type))
    return any(terminal_name(kind) == "NameError" for kind in kinds)


def is_name_error(node: ast.expr) -> bool:
    """NameError or what it derives from, alone or in a tuple."""
    if isinstance(node, ast.Tuple):
        return any(is_name_error(item) for item in node.elts)
    return terminal_name(node) in _NAME_ERRORS


def terminal_name(node: ast.AST) -> str:
    """`b` of `a.b`, `f` of `f()`, the name itself; empty for anything else."""
    if isinstance(node, ast.Call):
        return terminal_name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def static_truth(test: ast.expr) -> bool | None:
    """What a condition is on every run; None where that depends. `TYPE_CHECKING` is false."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = static_truth(test.operand)
        return None if inner is None else not inner
    return False if terminal_name(test) == "TYPE_CHECKING" else None


def asks_version(test: ast.expr) -> bool:
    """Whether a condition is about Python's version: one branch is for names of another one."""
    asked = {terminal_name(part) for part in ast.walk(test)}
    return not asked.isdisjoint(("version_info", "PY2", "PY3"))


def _exec_effect(call: ast.Call, *, is_inside: bool) -> Effect:
    """In a function, what is bound is gone with the call: nobody sees it, unless it is global."""
    if len(call.args) > 1 and not is_namespace(call.args[1]):
        is_foreign = is_module_namespace(call.args[1])
        return ANYTHING if is_foreign else NOTHING  # into a namespace of its own
    tree = parsed(text).tree if (text := _text(call.args[:1])) else None
    if tree is None or (is_inside and "global" in text):
        return ANYTHING
    scope = block_scope(tree.body)
    is_gone = is_inside and not (len(call.args) > 1 and _is_globals(call.args[-1]))
    return Effect(scope.globals if is_gone else scope.bound)


def _namespace_effect(method: str, call: ast.Call) -> Effect:
    if method == "setdefault":
        text = _text(call.args[:1])
        return Effect(frozenset({text})) if text else ANYTHING
    if method == "pop":
        return Effect(deletes=frozenset(filter(None, [_text(call.args[:1])])))
    if method not in ("update", "__setitem__"):
        return NOTHING
    names = {keyword.arg for keyword in call.keywords if keyword.arg}
    is_open = len(names) < len(call.keywords)
    for argument in call.args:
        keys = argument.keys if isinstance(argument, ast.Dict) else [argument]
        texts = [_text([key]) if key else "" for key in keys]
        is_open = is_open or not all(texts)
        names.update(filter(None, texts))
    return Effect(frozenset(names), is_open=is_open)


def _setattr_effect(call: ast.Call) -> Effect:
    owner = call.args[0]
    if terminal_name(owner) in _BUILTINS:
        text = _text([call.args[1]])
        return Effect(frozenset({text})) if text else ANYTHING
    is_module = isinstance(owner, ast.Subscript) and terminal_name(owner.value) == "modules"
    return ANYTHING if is_module else NOTHING


def is_own_module(node: ast.Subscript) -> bool:
    """`sys.modules[__name__]`: whoever holds it can bind any name."""
    key = node.slice
    is_own = isinstance(key, ast.Name) and key.id == "__name__"
    return terminal_name(node.value) == "modules" and (is_own or _text([key]) == "__main__")


def _passes_globals(name: str, call: ast.Call) -> bool:
    """`f(globals())`: what `f` does with it is not to be seen."""
    arguments = (*call.args, *[k.value for k in call.keywords if k.arg])
    return name not in _READERS and any(
        isinstance(argument, ast.Call) and is_namespace(argument) and _is_globals(argument)
        for argument in arguments
    )


def _is_globals(node: ast.AST) -> bool:
    return terminal_name(node) == "globals"


def _text(nodes: list[ast.expr]) -> str:
    """The string that a literal is; empty for anything else."""
    node = nodes[0] if nodes else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
