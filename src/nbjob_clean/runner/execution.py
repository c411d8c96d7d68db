"""The execution properties of a run, under the names that VDK's jobs know them by."""

from __future__ import annotations

import datetime
import os
import uuid

from nbjob_clean.runner.context import Context


def execution_properties(context: Context) -> dict[str, str]:
    """The same values throughout a run; `VDK_ATTEMPT_ID`, `ATTEMPT_ID` and so on override them."""
    attempt = _given("ATTEMPT_ID") or context.attempt_id
    execution = _given("EXECUTION_ID") or attempt.rpartition("-")[0] or attempt
    started = datetime.datetime.fromtimestamp(context.started, datetime.timezone.utc)
    return {
        "pa__execution_id": execution,
        "pa__job_start_unixtime": str(int(context.started)),
        # VDK casts a number, which only some databases can.
        "pa__job_start_ts_expr": f"CAST('{started:%Y-%m-%d %H:%M:%S}' AS TIMESTAMP)",
        "pa__op_id": _given("OP_ID") or execution,
    }


def new_attempt_id(started: float) -> str:
    """Two ids in one, as VDK makes them: without its last part it is the execution's."""
    identifier = uuid.uuid4()
    return f"{identifier}-{int(started)}-{identifier.hex[-5:]}"


def _given(name: str) -> str:
    return os.environ.get(f"VDK_{name}") or os.environ.get(name) or ""
