"""What the code of a file leaves behind: the names that someone who calls the job may want."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

_OURS = ("job_input", "run_sql", "display", "get_ipython", "needs_ipython")


def public_names(namespace: Mapping[str, object]) -> dict[str, object]:
    """Values, functions and classes by name; no modules, nothing private, nothing of the runner."""
    return {
        name: value
        for name, value in namespace.items()
        if not name.startswith("_") and name not in _OURS and not isinstance(value, ModuleType)
    }
