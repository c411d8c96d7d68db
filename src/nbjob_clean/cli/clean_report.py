"""What `nbjob clean` says: a line for each notebook and a sum for people, JSON for machines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from nbjob_clean.clean.core import removed
from nbjob_clean.clean.options import CleanOptions
from nbjob_clean.cli.output import counted, say_unreadable
from nbjob_clean.errors import NbjobError

TYPE_CHECKING = False  # a plain command line is read without it
if TYPE_CHECKING:
    import argparse

FORMATS = ("text", "json")


class CleanReport:
    """What was done in one invocation, said as it happens, or with JSON at the end."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._is_json = args.output_format == "json"
        self._is_diff = args.diff
        self._is_dry = args.check or args.diff
        self._objects: list[dict[str, Any]] = []
        self._seen = self._changed = self._failed = self._saved = 0

    def add(self, name: str, before: bytes, after: bytes, options: CleanOptions, what: str) -> None:
        """Tell of one notebook; `what` is what it is called, as in `cleaned staged a.ipynb`."""
        self._seen += 1
        if before == after:
            return
        self._changed += 1
        self._saved += len(before) - len(after)
        if self._is_json:
            self._objects.append(_as_object(name, before, after, removed(before, options)))
            if self._is_diff:
                self._objects[-1]["diff"] = _diff(name, before, after)
        elif self._is_diff:
            print(_diff(name, before, after))
        else:
            print(f"{'would clean' if self._is_dry else 'cleaned'} {what}")

    def add_unreadable(self, path: Path, name: str, error: NbjobError) -> None:
        """Tell of one that was left as it is, and why."""
        self._seen += 1
        self._failed += 1
        if not self._is_json:
            say_unreadable(path, error)
            return
        told = {
            "message": str(error).removeprefix(f"{path}: "),
            "line": getattr(error, "line", 0),
            "hint": error.hint,
        }
        self._objects.append({**_as_object(name, b"", b"", {}), "error": told})

    def end(self) -> int:
        """Say what it comes to; the exit status."""
        if self._is_json:
            print(json.dumps(self._objects, indent=2))
        elif self._seen > 1 and (self._changed or self._failed):
            print(self._sum(), file=sys.stderr)
        return 1 if self._changed or self._failed else 0

    def _sum(self) -> str:
        rest = self._seen - self._changed - self._failed
        verb = "would be cleaned" if self._is_dry else "cleaned"
        parts = [f"{counted(self._changed, 'notebook')} {verb}"]
        parts += [f"{rest} left as {'it was' if rest == 1 else 'they were'}"] if rest else []
        parts += [f"{self._failed} could not be read"] if self._failed else []
        parts += [f"{_size(self._saved)} less"] if self._saved > 0 else []
        return ", ".join(parts)


def _as_object(name: str, before: bytes, after: bytes, kinds: dict[str, int]) -> dict[str, Any]:
    return {
        "path": name,
        "changed": before != after,
        "removed": kinds,
        "bytes_saved": len(before) - len(after),
        "error": None,
    }


def _diff(name: str, before: bytes, after: bytes) -> str:
    import difflib

    old, new = (data.decode().splitlines() for data in (before, after))
    return "\n".join(difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm=""))


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.1f} {unit}" if unit != "bytes" else f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
