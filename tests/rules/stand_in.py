"""Executes cells with something in the place of each package that is not Python's own.

Run as a program: reads a list of runs, each a list of texts, from stdin, and writes how each ended,
as JSON: the number of the cell that raised, from 0, what it raised, the missing name if it was
that, and the names that there are at the end. Each run has a process of its own.
"""

from __future__ import annotations

import ast
import asyncio
import importlib.abc
import importlib.machinery
import json
import os
import signal
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

_SECONDS = 20


class _Package(ModuleType):
    """Has whatever it is asked for."""

    __path__: list[str] = []  # noqa: RUF012 - Python's own name for it
    __all__: list[str] = []  # noqa: RUF012

    def __getattr__(self, name: str) -> MagicMock:
        if name.startswith("__"):
            raise AttributeError(name)
        found = MagicMock(name=name)
        setattr(self, name, found)
        return found


class _Packages(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, name: str, _path: object, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] in sys.stdlib_module_names:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Package(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """It is made already."""


def executed(texts: Sequence[str]) -> tuple[int, str, str, list[str]]:
    """How a run ends; in this process."""
    sys.meta_path.insert(0, _Packages())
    namespace: dict[str, Any] = {
        "__name__": "__main__",
        "needs_ipython": lambda _: None,
        "display": lambda *_: None,
    }
    for number, text in enumerate(texts):
        try:
            code = compile(text, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
            waiting = eval(code, namespace)
            if asyncio.iscoroutine(waiting):
                asyncio.run(waiting)
        except NameError as exc:
            return number, "NameError", exc.name or str(exc).split("'")[1], [*namespace]
        except BaseException as exc:  # noqa: BLE001 - whatever it is, the run ends here
            return number, type(exc).__name__, "", [*namespace]
    return len(texts), "", "", [*namespace]


def _in_a_child(texts: Sequence[str]) -> object:
    ours, theirs = os.pipe()
    if os.fork() == 0:
        os.close(ours)
        signal.alarm(_SECONDS)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        os.write(theirs, json.dumps(executed(texts)).encode())
        os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as pipe:  # noqa: PTH123 - a pipe has no path
        said = pipe.read()
    os.wait()
    return json.loads(said) if said else (0, "killed", "", [])


if __name__ == "__main__":
    json.dump([_in_a_child(texts) for texts in json.load(sys.stdin)], sys.stdout)
