"""IPython text in, Python lines out; one line stays one line."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbjob_clean.source.ipython import MARKER, to_python
from nbjob_clean.source.syntax import TOP_LEVEL_AWAIT

BROKEN = 'raise SyntaxError("this cell does not compile")'

UNCHANGED = [
    "",
    "\n\n",
    "x = 1",
    "x = 1  # %time",
    "# only a comment",
    '"""\n%matplotlib inline\n!ls\n"""',
    "x = (7\n% 3)",
    "x = 7 \\\n% 3",
    "print('a = %d' % 1)",
    "def f():\n    return 1\n",
    "x = 'a\\\n!b'",
    "'\\d'",
    "x = f'{1!r:>{2}}'",
    "日本語 = 1",
]

CHANGED = [
    ("harmless magic", "%matplotlib inline", "pass  # %matplotlib inline"),
    ("in a block", "if x:\n    %timeit f()", "if x:\n    pass  # %timeit f()"),
    ("tabs", "if x:\n\t%timeit f()", "if x:\n\tpass  # %timeit f()"),
    ("env that shows", "%env\n%env HOME", "pass  # %env\npass  # %env HOME"),
    ("env that sets", "%env A=1", 'needs_ipython("%env A=1")'),
    ("help", "x?\n?x\nx??\n%run?", "pass  # x?\npass  # ?x\npass  # x??\npass  # %run?"),
    ("help on parts", "a.b[0]?\nfoo*?", "pass  # a.b[0]?\npass  # foo*?"),
    ("help on a cell magic", "%%time?", "pass  # %%time?"),
    ("no help in a shell's pattern", "!ls data?", 'needs_ipython("!ls data?")'),
    ("no help in a comment", "%who\n# so?\nx = 1  # ok?", "pass  # %who\n# so?\nx = 1  # ok?"),
    ("shell", "!ls -l", 'needs_ipython("!ls -l")'),
    ("shell, twice", "!!ls", 'needs_ipython("!!ls")'),
    ("shell with quotes", "!echo \"it's (\"\nx = 1", 'needs_ipython("!echo \\"it\'s (\\"")\nx = 1'),
    ("shell in a block", "for x in y:\n  !echo {x}", 'for x in y:\n  needs_ipython("!echo {x}")'),
    ("shell assigned", "files = !ls", 'files = needs_ipython("!ls")'),
    ("magic assigned", "a, b.c = %frob y", 'a, b.c = needs_ipython("%frob y")'),
    ("into an item", "d['x'] = !ls", "d['x'] = needs_ipython(\"!ls\")"),
    ("a look at a file", "%pycat a.py", "pass  # %pycat a.py"),
    ("harmless, but assigned", "t = %timeit -o f()", 't = needs_ipython("%timeit -o f()")'),
    ("unknown magic", "%frobnicate all", 'needs_ipython("%frobnicate all")'),
    ("a cell magic too late", "x = 1\n%%bash", 'x = 1\nneeds_ipython("%%bash")'),
    ("auto-call", "/f x\n,f a", 'needs_ipython("/f x")\nneeds_ipython(",f a")'),
    ("auto-call, one argument", ";f a", 'needs_ipython(";f a")'),
    ("continued", "!docker run \\\n  -it \\\n  x\ny = 1",
     'needs_ipython("!docker run -it x")\n#   -it \\\n#   x\ny = 1'),
    ("continued, harmless", "%timeit f( \\\n  1)", "pass  # %timeit f( \\\n#   1)"),
    ("time", "%time x = f(y)", "x = f(y)  # %time"),
    ("time in a block", "if x:\n    %time f()", "if x:\n    f()  # %time"),
    ("time assigned", "x = %time f()", "x = f()  # %time"),
    ("time of nothing", "%time", "pass  # %time"),
    ("time of a loop", "%time for i in x: f(i)", "for i in x: f(i)  # %time"),
    ("time, continued", "%time x = f(1, \\\n  2)", "x = f(1, \\\n  2)"),
    ("time of no Python", "%time !ls", 'needs_ipython("%time !ls")'),
    ("cell time", "%%time\nx = 1", "pass  # %%time\nx = 1"),
    ("cell time with a statement", "%%time x\ny", 'needs_ipython("%%time x")\n# y'),
    ("capture", "%%capture\nx = 1", "pass  # %%capture\nx = 1"),
    ("capture into", "%%capture --no-stderr out\nx", "out = None  # %%capture --no-stderr out\nx"),
    ("cell timeit", "%%timeit\nx = 1\n\ny", "pass  # %%timeit\n# x = 1\n#\n# y"),
    ("display", "%%html\n<b>\n  x\n</b>", "pass  # %%html\n# <b>\n#   x\n# </b>"),
    ("bash", "%%bash\nls 'x\n", "needs_ipython(\"%%bash\")\n# ls 'x\n#"),
    ("blank lines first", "\n\n%%bash\nls", '\n\nneeds_ipython("%%bash")\n# ls'),
    ("a comment first", "# x\n%%bash", '# x\nneeds_ipython("%%bash")'),
    ("two cell magics", "%%time\n%%bash\nls", 'pass  # %%time\nneeds_ipython("%%bash")\n# ls'),
    ("magics below a cell magic", "%%time\n!ls", 'pass  # %%time\nneeds_ipython("!ls")'),
    ("a body like markers", "%%writefile x\n%% a\n# %% b",
     'needs_ipython("%%writefile x")\n## %% a\n# # %% b'),
    ("indent", "  x = 1\n  y = 2", "x = 1\ny = 2"),
    ("prompts", ">>> x = 1\n... y = 2\n>>>", "x = 1\ny = 2\n"),
    ("numbered prompts", "In [1]: for x in y:\n   ...:     f(x)", "for x in y:\n    f(x)"),
    ("a numbered prompt that is an annotation", "In [1]: x = 1\nIn [2]: x", "x = 1\nx"),
    ("prompt and magic", ">>> %matplotlib inline", "pass  # %matplotlib inline"),
    ("SQL line", "%sql SELECT 1", "run_sql()"),
    ("SQL line assigned", "rows = %sql SELECT :a, {{ b }}", "rows = run_sql(a=a, b=b)"),
    ("SQL line, JupySQL", "%sql rows << SELECT 1", "rows = run_sql()"),
    ("SQL line in a block", "if x:\n    %sql DELETE FROM t", "if x:\n    run_sql()"),
    ("SQL connection", "%sql duckdb://", 'needs_ipython("%sql duckdb://")'),
    ("SQL cell", "%%sql rows <<\nSELECT {{ a }}", "rows = run_sql(a=a)\n# SELECT {{ a }}"),
    ("CRLF", "%who\r\nx = 1\r\n", "pass  # %who\nx = 1\n"),
    ("Databricks", "%sql\nSELECT 1", "run_sql()\n# SELECT 1"),
]  # fmt: skip

REFUSED = [
    ("no Python", "x = = 1\ny", f"{BROKEN}  # x = = 1\n# y", 1),
    ("blank first line", "\nx = = 1", f"{BROKEN}\n# x = = 1", 2),
    ("return", "return 1", f"{BROKEN}  # return 1", 1),
    ("bracket after a magic", "%timeit f(1,\n  2)", f"{BROKEN}  # %timeit f(1,\n#   2)", 2),
    ("await", "x = 1\nawait f()", f"{BROKEN}  # x = 1\n# await f()", 2),
    ("async with", "async with f(): pass", f"{BROKEN}  # async with f(): pass", 1),
    ("marker", "x = 1\n#%% b", f"{BROKEN}  # x = 1\n# #%% b", 2),
    ("marker in a string", '"""\n # %%\n"""', f'{BROKEN}  # """\n#  # %%\n# """', 2),
    ("null", "x = '\0'", f"{BROKEN}  # x = '\\x00'", 1),
    ("half a surrogate pair", "x = '\ud800'", f"{BROKEN}  # x = '\\ud800'", 1),
]


@pytest.mark.parametrize("source", UNCHANGED)
def test_python_is_left_as_it_is(source: str) -> None:
    cell = to_python(source)

    assert cell.text == source
    assert cell.error is None


@pytest.mark.parametrize(("title", "source", "expected"), CHANGED, ids=lambda value: value[:30])
def test_ipython_becomes_python(title: str, source: str, expected: str) -> None:
    cell = to_python(source)

    assert cell.text == expected, title
    assert cell.error is None


@pytest.mark.parametrize(("title", "source", "expected", "line"), REFUSED)
def test_what_does_not_compile_says_so_when_it_runs(
    title: str, source: str, expected: str, line: int
) -> None:
    cell = to_python(source)

    assert cell.text == expected, title
    assert cell.error is not None
    assert cell.error.line == line
    compile(cell.text, "<cell>", "exec")


def test_top_level_await_is_named() -> None:
    error = to_python("x = 1\nprint(await f())").error

    assert error is not None
    assert (error.message, error.line, error.column) == (TOP_LEVEL_AWAIT, 2, 7)


def test_a_marker_is_named() -> None:
    error = to_python("x = 1\n  # %% b").error

    assert error is not None
    assert (error.message, error.line, error.column, error.end_column) == (MARKER, 2, 3, 9)


@pytest.mark.parametrize(
    ("source", "line", "shift"),
    [
        ("%time x = f(y)", 1, 6),
        ("  %time x", 1, 8),
        (">>> x", 1, 4),
        ("x = %time f()", 1, 6),
        ("%time   x\ny", 1, 8),
        ("%time x\ny", 2, 0),
        ("x", 1, 0),
    ],
)
def test_columns_find_their_way_back(source: str, line: int, shift: int) -> None:
    assert to_python(source).cell_column(line, 1) == 1 + shift


def test_an_error_is_where_the_cell_has_it() -> None:
    error = to_python("    x = = 1").error

    assert error is not None
    assert (error.line, error.column) == (1, 9)


def test_magics_are_told_with_their_place() -> None:
    magics = to_python("if x:\n    files = !ls\n    %who\n    %time y").magics

    assert [(m.line, m.column, m.name, m.kind) for m in magics] == [
        (2, 13, "!", "needed"),
        (3, 5, "who", "harmless"),
        (4, 5, "time", "transparent"),
    ]


def test_a_sql_line_has_what_a_call_needs() -> None:
    (magic,) = to_python("if x:\n    rows = %sql --save a SELECT 1").magics

    assert (magic.kind, magic.target, magic.indent) == ("sql", "rows", "    ")
    assert magic.sql is not None
    assert (magic.sql.text, magic.sql.save, magic.sql.first_line) == ("SELECT 1", "a", 2)


def test_a_language_in_the_metadata_makes_sql() -> None:
    cell = to_python("SELECT 1\nFROM t", "sql")

    assert cell.is_sql
    assert cell.text == "run_sql()\n# FROM t"


def test_warnings_are_nobodys_business() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert to_python("%who\nx = '\\d'\nx is 1").error is None


_PIECES = st.sampled_from(
    [
        *("%time x", "%%time", "%%bash", "!ls", "x?", "x = 1", "%sql a << SELECT 1", "if x:"),
        *('"""', "'", "(", ")", "\\", "  ", "\t", "\n", "\r\n", "\f", "# %%", "日", ">>> "),
    ]
)


@given(st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_every_text_gives_as_many_lines_that_compile(source: str) -> None:
    cell = to_python(source)

    assert len(cell.lines) == len(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(cell.text, "<cell>", "exec", dont_inherit=True)
