"""The `__spec__` of a job's `__main__`: who starts a process afresh asks it for a name."""

from __future__ import annotations

import sys
from types import ModuleType


class MainSpec:
    """Says which module a new process of `multiprocessing` should run as its `__main__`.

    `is_script`: it has main guards, and runs again there as Python would run it.
    """

    parent = ""
    loader = origin = cached = submodule_search_locations = None
    has_location = False

    def __init__(self, path: str, text: str, module: ModuleType, *, is_script: bool) -> None:
        self.path = path
        self.text = text
        self.module = module
        self.is_script = is_script

    @property
    def name(self) -> str:
        if "multiprocessing" in sys.modules:  # else it is a traceback that asks
            from nbjob_clean.runner.spawn import save

            save(self)
        return "nbjob_clean.runner.spawned"
