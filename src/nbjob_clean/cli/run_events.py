"""`--log-format json`: one JSON object a line on stdout, for programs that watch a run."""

from __future__ import annotations

import os

from nbjob_clean.runner.events import line

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.events import Json


class EventLog:
    """Writes events to a descriptor: where stdout was before the job's output was captured."""

    def __init__(self, file: int) -> None:
        self._file = file

    def hear(self, event: Json) -> None:
        data = line(event).encode()
        while data:
            data = data[os.write(self._file, data) :]
