"""The parts of a plain script that no notebook changes: text, never run here."""

from __future__ import annotations

DISPLAY = """
import argparse
import ast


def display(*objects, **_options):
    for item in objects:
        print(item)


def get_ipython():
    return None


def needs_ipython(text):
    raise RuntimeError(f"`{text}` needs IPython and has no meaning in a script")
"""

ARGUMENTS = '''

def _untyped(word):
    """A number where it is written as Python itself would write it; else the word."""
    if word in ("true", "false", "null"):
        return {"true": True, "false": False}.get(word)
    for kind in (int, float):
        try:
            if any(map(str.isdigit, word)) and repr(kind(word)) == word:
                return kind(word)
        except ValueError:
            pass
    return word


def _typed(default):
    """What makes a value of the default's type from a word on the command line."""
    if default is None:
        return _untyped
    def convert(word):
        if isinstance(default, str):
            return word
        if isinstance(default, bool):
            known = {"true": True, "1": True, "false": False, "0": False}
            if word.lower() not in known:
                raise argparse.ArgumentTypeError(f"{word!r} is neither true nor false")
            return known[word.lower()]
        if isinstance(default, (int, float)):
            return type(default)(word)
        return ast.literal_eval(word)
    convert.__name__ = type(default).__name__
    return convert


_parser = argparse.ArgumentParser(allow_abbrev=False)
for _name, _value in _DEFAULTS.items():
    _parser.add_argument(f"--{_name}", type=_typed(_value), default=_value)
for _name in _REQUIRED:
    _parser.add_argument(f"--{_name}", type=_untyped, required=True)
_ARGUMENTS = vars(_parser.parse_args())
'''

SQL = '''
_OPEN = {}


class Rows(list):
    """The rows of a query, with the names of its columns."""

    def __init__(self, rows=(), columns=()):
        super().__init__(rows)
        self.columns = tuple(columns)

    def dicts(self):
        return [dict(zip(self.columns, row)) for row in self]

    def DataFrame(self):
        import pandas
        return pandas.DataFrame.from_records(self, columns=list(self.columns))


def _connection(url):
    if url not in _OPEN:
        scheme, _, place = url.partition("://")
        path = place.removeprefix("/") or ":memory:"
        if scheme == "sqlite":
            import sqlite3
            _OPEN[url] = sqlite3.connect(path, isolation_level=None)
        else:
            import duckdb
            _OPEN[url] = duckdb.connect(path)
    return _OPEN[url]


def run_sql(_file, cell, /, **values):
    """Run a query of this notebook; the rows of its last statement that returns any."""
    url, statements = _QUERIES[cell]
    values = {**_ARGUMENTS, **values}
    rows = Rows()
    for text, names in statements:
        cursor = _connection(url).execute(text, {name: values[name] for name in names})
        if cursor.description:
            rows = Rows(cursor.fetchall(), [column[0] for column in cursor.description])
    return rows
'''
