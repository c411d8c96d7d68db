"""One argument's value, from text, JSON or an object to the type that the job declares."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from nbjob_clean.runner.parameters import ANY, Type

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

_INTEGER = re.compile(r"[+-]?[0-9]+")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:inf|nan)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORDS = {"true": True, "false": False, "null": None}
_LONGEST = 300  # digits: Python itself refuses some thousands
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
# Types of the standard library that JSON has no word for: written as text.
_WRITTEN = ("date", "datetime", "Decimal", "Path")


def untyped(text: str) -> Any:
    """A value from text alone: only what is written as Python itself would write it is a number.

    So `007`, `1_000`, `12e4567` and `nan` stay the strings that they are.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) < _LONGEST and str(int(text)) == text:
        return int(text)
    if any(c.isdigit() for c in text) and _FLOAT.fullmatch(text) and repr(float(text)) == text:
        return float(text)
    return text


def from_text(text: str, wanted: Type) -> Any:
    """Text as a declared type. Raises ValueError where it is none."""
    if wanted.choices:
        return _choice_from_text(text, wanted)
    if wanted.name == ANY:
        return untyped(text)
    if wanted.name == "str":
        return text
    if wanted.is_optional and text in ("null", "None"):
        return None
    value = _from_text(text, wanted.name)
    return _with_items(value, wanted, from_value)


def from_value(value: object, wanted: Type) -> Any:
    """A value of JSON, TOML or YAML as a declared type. Raises ValueError where it is none."""
    if value is None and wanted.is_optional:
        return None
    if wanted.choices:
        return _choice(value, wanted)
    if wanted.name == ANY:
        return value
    if wanted.name in _WRITTEN and isinstance(value, str):
        return _from_text(value, wanted.name)
    if wanted.name == "Decimal" and isinstance(value, int | float) and not isinstance(value, bool):
        return _from_text(repr(value), "Decimal")
    if wanted.name == "int" and isinstance(value, float) and value.is_integer():
        return int(value)  # JSON knows no other number: 5.0 is an integer to its schema too
    if not _is_a(value, wanted.name):
        raise ValueError(f"{_shown(value)} is not of type {wanted.name}")
    if wanted.name == "float":
        return float(value)  # type: ignore[arg-type]  # int or float
    return _with_items(value, wanted, from_value)


def from_object(value: object, wanted: Type) -> Any:
    """What a caller in Python passes: checked where a plain type is declared, and left as it is.

    Numbers of other libraries are numbers; whatever can be iterated, a table say, is a list.
    """
    if value is None and wanted.is_optional:
        return None
    if wanted.choices:
        return _choice(value, wanted)
    if wanted.name in ("list", "dict") and not isinstance(value, list | dict):
        is_mapping = isinstance(value, Mapping)
        is_text = isinstance(value, str | bytes | bytearray)
        if is_text or not isinstance(value, Iterable) or is_mapping != (wanted.name == "dict"):
            raise ValueError(f"{type(value).__name__} is not of type {wanted.name}")
        return value
    if wanted.name == "Path" and isinstance(value, PurePath):
        return value
    if wanted.name in ("int", "float") and not isinstance(value, int | float):
        import numbers

        number = numbers.Integral if wanted.name == "int" else numbers.Real
        if isinstance(value, number):
            return value
    if wanted.name == "Decimal" and type(value).__name__ == "Decimal":
        return value
    return from_value(value, wanted)


def _is_a(value: object, name: str) -> bool:
    is_truth = isinstance(value, bool) and name != "bool"
    is_moment = isinstance(value, datetime.datetime) and name == "date"
    return isinstance(value, _PYTHON_TYPES.get(name, ())) and not is_truth and not is_moment


def _with_items(value: Any, wanted: Type, convert: Any) -> Any:
    """The same with each item of a list, or value of a dict, as the type that it is to have."""
    if not wanted.items:
        return value
    of = Type(wanted.items)
    try:
        if isinstance(value, dict):
            return {key: convert(item, of) for key, item in value.items()}
        return [convert(item, of) for item in value] if isinstance(value, list) else value
    except ValueError as exc:
        raise ValueError(f"{exc}, as the items of a {wanted.name}[{wanted.items}] are") from exc


def _choice_from_text(text: str, wanted: Type) -> Any:
    for choice in wanted.choices:
        if choice == text or (not isinstance(choice, str) and untyped(text) is choice):
            return choice
        if str(choice) == text and not isinstance(choice, bool):
            return choice
    if wanted.is_optional and text in ("null", "None"):
        return None
    raise ValueError(f"`{text}` is none of {_listed(wanted.choices)}")


def _choice(value: object, wanted: Type) -> Any:
    for choice in wanted.choices:
        if type(choice) is type(value) and choice == value:
            return choice
    raise ValueError(f"{_shown(value)} is none of {_listed(wanted.choices)}")


def _listed(choices: Iterable[object]) -> str:
    return ", ".join(_shown(choice) for choice in choices)


def _shown(value: object) -> str:
    text = json.dumps(value, default=repr, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _from_text(text: str, kind: str) -> Any:
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if kind == "int" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "float" and _FLOAT.fullmatch(text):
        return float(text)
    if kind == "Decimal" and _FLOAT.fullmatch(text):
        from decimal import Decimal

        return Decimal(text)
    if kind == "Path" and text and "\0" not in text:
        from pathlib import Path

        return Path(text)
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
    "Decimal": "a number",
    "Path": "a path",
    "date": "a date like 2024-12-31",
    "datetime": "a time like 2024-12-31T23:59:00",
    "list": "a JSON array",
    "dict": "a JSON object",
}
