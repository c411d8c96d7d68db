"""Files of arguments: JSON, TOML, and YAML, which means what it shows."""

from __future__ import annotations

import sys
from pathlib import Path

from nbjob_clean.errors import ArgumentError, UnavailableError
from nbjob_clean.runner.arguments import Given, from_json, from_mapping

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

_YAML = (".yaml", ".yml")
_TEXT = "tag:yaml.org,2002:str"
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def read_arguments(path: Path) -> dict[str, Given]:
    """The arguments that a file gives by name; what is neither `.toml` nor `.yaml` is JSON.

    Raises ArgumentError for a file that cannot be read, UnavailableError without PyYAML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as exc:
        raise ArgumentError(f"{path}: {getattr(exc, 'strerror', None) or exc}") from exc
    if path.suffix == ".toml":
        return _from_toml(text, str(path))
    return _from_yaml(text, str(path)) if path.suffix in _YAML else from_json(text, str(path))


def _from_toml(text: str, source: str) -> dict[str, Given]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return from_mapping(tomllib.loads(text), source)
    except tomllib.TOMLDecodeError as exc:
        raise ArgumentError(f"{source}: not TOML: {exc}") from exc


def _from_yaml(text: str, source: str) -> dict[str, Given]:
    root = yaml_root(text, source)
    if root is None:
        return {}
    if root.id != "mapping":
        raise ArgumentError(f"{source}: not a mapping", hint="name: value")
    return {str(key.value): from_node(value, source) for key, value in root.value}


def yaml_root(text: str, source: str) -> Any:
    """The root node of a YAML document; None where it is empty.

    Raises ArgumentError for what is no YAML, UnavailableError without PyYAML.
    """
    try:
        import yaml
    except ModuleNotFoundError as exc:
        raise UnavailableError(
            f"{source}: the package `PyYAML` is not installed",
            hint='pip install "nbjob-clean[yaml]", or give JSON or TOML',
        ) from exc
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as exc:
        raise ArgumentError(f"{source}: not YAML: {exc}") from exc


def from_node(node: Any, source: str) -> Given:
    """Plain values are text that the job types, as on the command line; quoted ones are strings.

    PyYAML alone would read `007` as 7, `no` as False and `12:30` as 750.
    """
    is_plain = node.id == "scalar" and node.style is None
    if is_plain and _WORDS.get(node.value, "") is not None:
        return Given(node.value, "text", source)
    try:
        return Given(_built(node), source=source)
    except RecursionError as exc:
        raise ArgumentError(f"{source}: an alias that holds itself") from exc


def _built(node: Any) -> Any:
    from nbjob_clean.runner.values import untyped

    if node.id == "sequence":
        return [_built(item) for item in node.value]
    if node.id == "mapping":
        return {str(key.value): _built(value) for key, value in node.value}
    if node.style is not None or node.tag == _TEXT:
        return node.value
    return _WORDS[node.value] if node.value in _WORDS else untyped(node.value)
