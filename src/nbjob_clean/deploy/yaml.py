"""Scalars of YAML, written so that every reader of 1.1 and 1.2 takes them for the same text."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*")
# What YAML 1.1 reads as a truth value or as nothing.
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])


def scalar(text: str) -> str:
    """A string: plain where it can be mistaken for nothing else, else as JSON, which YAML is."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def flow(items: list[str]) -> str:
    """A list of strings in one line."""
    return "[" + ", ".join(json.dumps(item, ensure_ascii=False) for item in items) + "]"
