"""Rows into one table, which is created, or gets new columns, as they need it."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from nbjob_clean.record import Record
from nbjob_clean.runner.connection import Connection

_PARAMETERS = 8000  # in one statement; PostgreSQL takes 65535, SQLite 32766
_PLAIN = re.compile(r"[A-Za-z_]\w*")
_INTEGER = re.compile(r"u?(?:tiny|small|big|huge)?int(?:eger|\d)?", re.IGNORECASE)
_COLUMNS = (
    "SELECT column_name, data_type FROM information_schema.columns"
    " WHERE lower(table_name) = lower({}) AND table_schema = {} ORDER BY ordinal_position"
)


class Dialect(Record):
    """What engines do not agree about. `types` by kind of value.

    `columns` asks for the columns of a table; without it a query that finds nothing tells them.
    """

    types: Mapping[str, str]
    columns: str = ""
    schema: str = "current_schema()"
    folds: bool = False  # a plain name is a lower-case one
    quote: str = '"'


_TYPES = {
    "bool": "BOOLEAN",
    "int": "BIGINT",
    "float": "DOUBLE PRECISION",
    "decimal": "NUMERIC",
    "text": "VARCHAR",
    "bytes": "BLOB",
    "datetime": "TIMESTAMP",
    "moment": "TIMESTAMP WITH TIME ZONE",
    "date": "DATE",
    "time": "TIME",
}
_ANY = Dialect(_TYPES)
_SPARK = {**_TYPES, "float": "DOUBLE", "text": "STRING", "bytes": "BINARY", "moment": "TIMESTAMP"}
_TRINO = {**_TYPES, "float": "DOUBLE", "decimal": "DECIMAL(38, 10)", "bytes": "VARBINARY"}
_MYSQL = {**_TYPES, "decimal": "DECIMAL(38, 10)", "text": "TEXT", "moment": "DATETIME(6)"}
DIALECTS = {
    "duckdb": Dialect({**_TYPES, "float": "DOUBLE", "decimal": "DECIMAL(38, 10)"}, _COLUMNS),
    "mysql": Dialect({**_MYSQL, "datetime": "DATETIME(6)"}, quote="`"),
    "sc": Dialect({**_SPARK, "decimal": "DECIMAL(38, 10)", "time": "STRING"}, quote="`"),
    "trino": Dialect(_TRINO),
    "sqlite": Dialect(
        {**_TYPES, "int": "INTEGER", "float": "REAL", "text": "TEXT", "moment": "TIMESTAMP"},
        columns="SELECT name, type FROM pragma_table_info({}, {}) ORDER BY cid",
        schema="'main'",
    ),
    "postgresql": Dialect(
        {**_TYPES, "text": "TEXT", "bytes": "BYTEA"},
        columns=_COLUMNS.replace("lower(table_name) = lower({})", "table_name = {}"),
        folds=True,
    ),
}
DIALECTS["postgres"] = DIALECTS["postgresql"]
_WIDER = {
    frozenset(("int", "float")): "float",
    frozenset(("int", "decimal")): "decimal",
    frozenset(("float", "decimal")): "float",
    frozenset(("bool", "int")): "int",
    frozenset(("date", "datetime")): "datetime",
}


class Table:
    """One table of one database. `created` are those that this run has made, by name."""

    def __init__(self, connection: Connection, name: str, dialect: str, created: set[str]) -> None:
        self._connection = connection
        self._dialect = DIALECTS.get(dialect.partition("+")[0], _ANY)
        self._is_sqlite = self._dialect is DIALECTS["sqlite"]
        self._schema, _, self._table = name.rpartition(".")
        self._name = ".".join(self._quoted(part) for part in name.split("."))
        self._created = created
        self._columns = self._read_columns()

    def write(self, sent: Sequence[Mapping[str, Any]]) -> None:
        rows = [{name: _plain(value) for name, value in row.items()} for row in sent]
        names = list(dict.fromkeys(name for row in rows for name in row))
        if not names:
            raise ValueError(f"nothing to ingest into `{self._table}`: an object without keys")
        kinds = {name: _kind(row[name] for row in rows if name in row) for name in names}
        self._make_room(kinds)
        for row in rows:
            for name, value in row.items():
                row[name] = self._fitting(name, value, kinds[name])
        size = max(1, _PARAMETERS // len(names))
        for start in range(0, len(rows), size):
            self._insert(names, rows[start : start + size])

    def _read_columns(self) -> dict[str, tuple[str, str]]:
        """Lower-case name -> the name as it is, and its type; empty where there is no table."""
        if not self._dialect.columns:
            return self._probed_columns()
        placeholder = ":{}".format
        schema = placeholder("schema") if self._schema else self._dialect.schema
        values = {"name": self._folded(self._table)}
        if self._schema:
            values["schema"] = self._folded(self._schema.rpartition(".")[2])
        query = self._dialect.columns.format(placeholder("name"), schema)
        found = self._connection.execute(query, values) or ()
        return {name.lower(): (name, kind) for name, kind in found}

    def _probed_columns(self) -> dict[str, tuple[str, str]]:
        try:
            found = self._connection.execute(f"SELECT * FROM {self._name} WHERE 1 = 0", {})  # noqa: S608
        except Exception:  # noqa: BLE001 - what else is wrong, CREATE TABLE will say
            return {}
        return {name.lower(): (name, "") for name in found.columns} if found is not None else {}

    def _make_room(self, kinds: Mapping[str, str]) -> None:
        missing = {name: kind for name, kind in kinds.items() if name.lower() not in self._columns}
        types = {name: self._dialect.types[kind] for name, kind in missing.items()}
        if missing and not self._columns:
            listing = ", ".join(f"{self._quoted(name)} {kind}" for name, kind in types.items())
            self._run(f"CREATE TABLE {self._name} ({listing})")
            self._created.add(self._name)
        else:
            for name, kind in types.items():
                self._run(f"ALTER TABLE {self._name} ADD COLUMN {self._quoted(name)} {kind}")
        for name, kind in types.items():
            self._columns[name.lower()] = (self._folded(name), kind)
        for name, kind in kinds.items():
            if kind in ("float", "decimal") and self._is_integer(name):
                self._widen(name, kind)

    def _is_integer(self, name: str) -> bool:
        return not self._is_sqlite and bool(_INTEGER.fullmatch(self._columns[name.lower()][1]))

    def _widen(self, name: str, kind: str) -> None:
        """A column that this run has made of whole numbers takes others too."""
        if self._name in self._created:
            wider = self._dialect.types[kind]
            column = self._quoted(self._columns[name.lower()][0])
            self._run(f"ALTER TABLE {self._name} ALTER COLUMN {column} SET DATA TYPE {wider}")
            self._columns[name.lower()] = (self._columns[name.lower()][0], wider)

    def _fitting(self, name: str, value: object, kind: str) -> object:
        if value is None:
            return None
        if kind == "text" and not isinstance(value, str):
            return str(value)
        if isinstance(value, float | Decimal) and value % 1 and self._is_integer(name):
            # The database would round it, and nobody would know.
            raise ValueError(
                f"`{self._table}.{name}` is {self._columns[name.lower()][1]}: {value} does not fit"
            )
        if self._is_sqlite and isinstance(value, Decimal | datetime.time):
            return str(value)
        return value

    def _insert(self, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        placeholder = ":{}".format
        values: dict[str, object] = {}
        groups = []
        for number, row in enumerate(rows):
            marks = [f"p{number}_{index}" for index in range(len(names))]
            values |= zip(marks, (row.get(name) for name in names), strict=True)
            groups.append(f"({', '.join(map(placeholder, marks))})")
        columns = ", ".join(self._quoted(self._columns[name.lower()][0]) for name in names)
        self._run(f"INSERT INTO {self._name} ({columns}) VALUES {', '.join(groups)}", values)  # noqa: S608

    def _run(self, statement: str, values: Mapping[str, object] | None = None) -> None:
        self._connection.execute(statement, values or {})

    def _quoted(self, name: str) -> str:
        quote = self._dialect.quote
        return f"{quote}{self._folded(name).replace(quote, quote * 2)}{quote}"

    def _folded(self, name: str) -> str:
        return name.lower() if self._dialect.folds and _PLAIN.fullmatch(name) else name


def _plain(value: object) -> object:
    """A value that every driver takes: no NaN, numpy scalar, list or dict."""
    if isinstance(value, list | dict | tuple | set):
        return json.dumps(list(value) if isinstance(value, set) else value, default=str)
    if hasattr(value, "tolist"):  # numpy: a scalar, or an array
        return _plain(value.tolist())
    return None if _is_missing(value) else value


def _is_missing(value: object) -> bool:
    """None, NaN, and what pandas has for them, which will not be compared."""
    if isinstance(value, float | Decimal):
        return value != value
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _kind(values: Iterable[object]) -> str:
    """The kind of column that holds all of these; text where nothing else does."""
    kinds = {_kind_of(value) for value in values if value is not None}
    while len(kinds) > 1:
        pair = next((pair for pair in _WIDER if pair <= kinds), None)
        if pair is None:
            return "text"
        kinds = (kinds - pair) | {_WIDER[pair]}
    return kinds.pop() if kinds else "text"


def _kind_of(value: object) -> str:
    if isinstance(value, datetime.datetime):
        return "moment" if value.tzinfo else "datetime"
    for kind, types in _PYTHON.items():
        if isinstance(value, types):
            return kind
    return "text"


_PYTHON: dict[str, type | tuple[type, ...]] = {
    "bool": bool,
    "int": int,
    "float": float,
    "decimal": Decimal,
    "bytes": (bytes, bytearray, memoryview),
    "date": datetime.date,
    "time": datetime.time,
}
