"""Every text that Python's compiler refuses is refused, though most texts are not compiled."""

from __future__ import annotations

import ast

import pytest

from nbjob_clean.source.syntax import parsed


@pytest.mark.parametrize(
    "text",
    [
        "return 1", "yield 1", "await x", "break", "continue", "nonlocal x", "x = 1\nglobal x",
        "def f(a, a): pass", "lambda a, a: 1", "f(a=1, a=2)", "f(b,\n  a = 1, a=2)", "*a = 1",
        "a, *b, *c = x", "x = *a", "for *a in b: pass", "[*a for a in b]", "__debug__ = 1",
        "from __future__ import nothing", "x = 1\nfrom __future__ import annotations",
        "try: pass\nexcept: pass\nexcept E: pass", "[x for x in (y := [1])]", "class C:\n    return 1",
        "[i := 1 for i in x]", "def f():\n    from m import *", "async with x: pass", "print(*a) = 1",
        "match x:\n    case a: pass\n    case b: pass", "match x:\n    case [a, a]: pass",
        "def f():\n    x: int\n    global x", "del *a", "with x as *a: pass", "f(**{}, a=1, a=1)",
    ],
)  # fmt: skip
def test_what_does_not_compile_is_a_problem(text: str) -> None:
    with pytest.raises(SyntaxError):
        compile(text, "x", "exec", dont_inherit=True)
    assert parsed(text).problem is not None


@pytest.mark.parametrize("text", ["f(a=1, b=2)\ng(a=1)", "a, *b = c", "f(*a, **k)", "x = y * z"])
def test_what_compiles_is_a_tree(text: str) -> None:
    assert isinstance(parsed(text).tree, ast.Module)
