"""The rows of a matrix: read from a file, shared out among machines. Nothing runs here."""

from __future__ import annotations

import csv
import itertools
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from nbjob_clean.errors import ArgumentError
from nbjob_clean.runner.argument_file import from_node, yaml_root
from nbjob_clean.runner.arguments import Given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Row = Mapping[str, Given]

_SHARD = re.compile(r"(\d{1,9})/(\d{1,9})")
_YAML = (".yaml", ".yml")


def read_matrix(path: Path) -> list[Row]:
    """The rows of a file: CSV with a head, JSON lines, or JSON, YAML, TOML.

    These hold a list of objects, or an object of lists, which gives every combination.
    Raises ArgumentError for a file that cannot be read or has no row.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise ArgumentError(f"{path}: {getattr(exc, 'strerror', None) or exc}") from exc
    rows = _rows(path, text)
    if not rows:
        raise ArgumentError(f"{path}: no rows", hint="a row for each run")
    return rows


def _rows(path: Path, text: str) -> list[Row]:
    source = str(path)
    if path.suffix == ".csv":
        return _from_csv(text, source)
    if path.suffix in (".jsonl", ".ndjson"):
        lines = enumerate(text.splitlines(), start=1)
        return [_row(_json(line, f"{source}:{n}"), f"{source}:{n}") for n, line in lines if line]
    if path.suffix in _YAML:
        return _from_yaml(text, source)
    content = _toml(text, source) if path.suffix == ".toml" else _json(text, source)
    if isinstance(content, dict) and len(content) == 1:
        # TOML has no list at the top: `[[run]]`, a table for each.
        (only,) = content.values()
        if isinstance(only, list) and only and all(isinstance(item, dict) for item in only):
            content = only
    if isinstance(content, list):
        return [_row(item, f"{source}, row {n}") for n, item in enumerate(content, start=1)]
    return _combinations({k: _list(v) for k, v in _row(content, source).items()})


def shard(rows: Sequence[Row], text: str) -> list[tuple[int, Row]]:
    """The rows of one of N machines, with their numbers, which are the same on all machines.

    `text` is `I/N` with I from 1; empty for all rows. Raises ArgumentError for anything else.
    """
    numbered = list(enumerate(rows, start=1))
    if not text:
        return numbered
    match = _SHARD.fullmatch(text)
    index, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= index <= count:
        raise ArgumentError(f"--shard {text}: not one of N", hint="--shard 1/4 … 4/4")
    return numbered[index - 1 :: count]


def _row(content: object, source: str) -> dict[str, Given]:
    if not isinstance(content, dict):
        raise ArgumentError(f"{source}: not an object", hint='{"name": "value"}')
    return {name: Given(value, source=source) for name, value in content.items()}


def _list(given: Given) -> list[Given]:
    values = given.value if isinstance(given.value, list) else [given.value]
    return [Given(value, given.form, given.source) for value in values]


def _combinations(columns: Mapping[str, Sequence[Given]]) -> list[Row]:
    """Every combination; the last name changes first."""
    products = itertools.product(*columns.values()) if columns else ()
    return [dict(zip(columns, values, strict=True)) for values in products]


def _from_csv(text: str, source: str) -> list[Row]:
    """All values are text, which the job types; an empty one is not given."""
    reader = csv.DictReader(text.splitlines())
    names = reader.fieldnames or []
    if len(set(names)) != len(names) or not all(name.strip() for name in names):
        raise ArgumentError(f"{source}: the first line does not name each column once")
    rows: list[Row] = []
    for row in reader:
        place = f"{source}:{reader.line_num}"
        if None in row or None in row.values():
            raise ArgumentError(f"{place}: not as many values as the first line has names")
        rows.append({n.strip(): Given(v, "text", place) for n, v in row.items() if v != ""})
    return rows


def _from_yaml(text: str, source: str) -> list[Row]:
    """Plain values are text that the job types, as in a file of arguments."""
    root = yaml_root(text, source)
    if root is None:
        return []
    if root.id == "mapping":
        return _combinations({
            str(key.value): [from_node(item, source) for item in (
                value.value if value.id == "sequence" else [value])]
            for key, value in root.value
        })  # fmt: skip
    if root.id != "sequence" or any(item.id != "mapping" for item in root.value):
        raise ArgumentError(f"{source}: neither a list of mappings nor a mapping of lists")
    return [
        {str(k.value): from_node(v, f"{source}, row {n}") for k, v in item.value}
        for n, item in enumerate(root.value, start=1)
    ]


def _json(text: str, source: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as exc:
        raise ArgumentError(f"{source}: not JSON: {exc}") from exc


def _toml(text: str, source: str) -> Any:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise ArgumentError(f"{source}: not TOML: {exc}") from exc
