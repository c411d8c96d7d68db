"""A SQL cell or `%sql` line as the Python call that stands for it: what it binds and needs."""

from __future__ import annotations

import keyword

from nbjob_clean.errors import SidecarError
from nbjob_clean.sidecar.sql import parameters
from nbjob_clean.source.sql_cell import SqlCell


def placeholder(sql: SqlCell, target: str) -> str:
    """`orders = run_sql(minimum=minimum)`: for the names; `emit` writes the call that runs."""
    arguments = ", ".join(f"{name}={name}" for name in sql_parameters(sql))
    return f"{target} = run_sql({arguments})" if target else f"run_sql({arguments})"


def sql_parameters(sql: SqlCell) -> tuple[str, ...]:
    """The Python names that the SQL takes its values from; none where its templates are wrong."""
    try:
        found = parameters(sql.text)
    except SidecarError:
        return ()
    return tuple(name for name in found if not keyword.iskeyword(name))
