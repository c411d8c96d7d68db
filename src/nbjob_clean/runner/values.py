"""One argument's value, from text or JSON to the type that the job declares."""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

_INTEGER = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:inf|nan)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = {"true": True, "false": False, "null": None}
_PYTHON_TYPES: dict[str, type | tuple[type, ...]] = {
    "bool": bool,
    "int": int,
    "float": (int, float),
    "str": str,
    "date": datetime.date,
    "datetime": datetime.datetime,
    "list": list,
    "dict": dict,
}


def untyped(text: str) -> Any:
    """A value from text alone: only what is written as Python itself would write it is a number.

    So `007`, `1_000`, `12e4567` and `nan` stay the strings that they are.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) < 300 and str(int(text)) == text:
        return int(text)
    if any(c.isdigit() for c in text) and _FLOAT.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return text


def from_text(text: str, kind: str, *, is_optional: bool) -> Any:
    """Text as a declared type. Raises ValueError where it is none."""
    if kind == "any":
        return untyped(text)
    if kind == "str":
        return text
    if is_optional and text in ("null", "None"):
        return None
    return _from_text(text, kind)


def from_value(value: object, kind: str, *, is_optional: bool) -> Any:
    """A value of JSON or TOML as a declared type. Raises ValueError where it is none."""
    if kind == "any" or (value is None and is_optional):
        return value
    if kind in ("date", "datetime") and isinstance(value, str):
        return _from_text(value, kind)
    wanted = _PYTHON_TYPES[kind]
    is_truth = isinstance(value, bool) and kind != "bool"
    is_moment = isinstance(value, datetime.datetime) and kind == "date"
    if not isinstance(value, wanted) or is_truth or is_moment:
        raise ValueError(f"{json.dumps(value, default=str)} is not of type {kind}")
    return float(value) if kind == "float" else value  # type: ignore[arg-type]  # int or float


def _from_text(text: str, kind: str) -> Any:
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind == "int" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "float" and _FLOAT.fullmatch(text):
        return float(text)
    if kind == "date" and _DATE.fullmatch(text):
        return datetime.date.fromisoformat(text)
    if kind == "datetime" and _DATE.match(text):
        # Python 3.10 does not read the Z that JSON's timestamps end with.
        return datetime.datetime.fromisoformat(re.sub(r"[zZ]$", "+00:00", text))
    if kind in ("list", "dict"):
        value = _json(text)
        if isinstance(value, _PYTHON_TYPES[kind]):
            return value
    raise ValueError(f"`{text}` is not {_EXPECTED[kind]}")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


_EXPECTED = {
    "bool": "true or false",
    "int": "an integer",
    "float": "a number",
    "date": "a date like 2024-12-31",
    "datetime": "a time like 2024-12-31T23:59:00",
    "list": "a JSON array",
    "dict": "a JSON object",
}
