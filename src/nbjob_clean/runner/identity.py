"""Names for runs and times, which sort in the order in which they came."""

from __future__ import annotations

import os
import time


def new_run_id(now: float) -> str:
    """`20240501T031500-1f3a9c`: when it began, in UTC, and enough chance to be the only one."""
    return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime(now))}-{os.urandom(3).hex()}"


def timestamp(now: float) -> str:
    """ISO 8601 in UTC, to the millisecond."""
    seconds, milliseconds = divmod(int(now * 1000), 1000)
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{milliseconds:03d}Z"
