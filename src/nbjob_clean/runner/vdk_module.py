"""`vdk.api.job_input` where VDK is not installed: there while a job runs, for its imports."""

from __future__ import annotations

import sys
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from types import ModuleType

_PACKAGES = ("vdk", "vdk.api")
_MODULE = "vdk.api.job_input"
_INTERFACES = (
    "IIngester",
    "IJobArguments",
    "IJobInput",
    "IManagedConnection",
    "IProperties",
    "ISecrets",
    "ITemplate",
)


def spec_of(name: str) -> ModuleSpec | None:
    if name not in (*_PACKAGES, _MODULE):
        return None
    return ModuleSpec(name, _Loader(), is_package=name in _PACKAGES)


def forget() -> None:
    """Take the stand-ins out of `sys.modules`; a real VDK stays."""
    for name in (*_PACKAGES, _MODULE):
        spec = getattr(sys.modules.get(name), "__spec__", None)
        if isinstance(getattr(spec, "loader", None), _Loader):
            del sys.modules[name]


class _Loader(Loader):
    def create_module(self, spec: ModuleSpec) -> None:
        """None: Python's own kind of module will do."""

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ == _MODULE:
            from nbjob_clean.runner.job_input import JobInput

            # One class has all of it, so that annotations and isinstance() hold.
            vars(module).update(dict.fromkeys(_INTERFACES, JobInput))
