"""Processes that a page has started: what they print comes out as events, and they end with it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import IO

_HEARTBEAT = 10.0  # seconds; proxies hang up on a connection that is silent for a minute
_AHEAD = 1000  # lines that the page has not yet read; then the process has to wait
_PATIENCE = (8, 4)  # seconds after SIGINT, and after SIGTERM


class Child:
    """A running `nbjob`, in a process group of its own. To be made inside of an event loop.

    With `is_json` its stdout is events already; else each line becomes one.
    """

    def __init__(self, arguments: Sequence[str], folder: Path, *, is_json: bool = False) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._room = threading.Semaphore(_AHEAD)
        self._is_json = is_json
        self._is_left = self._is_ending = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "nbjob_clean.jupyter.child", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        for name in ("stdout", "stderr"):
            stream = getattr(self._process, name)
            threading.Thread(target=self._read, args=(stream, name), daemon=True).start()

    async def events(self) -> AsyncIterator[bytes]:
        """One JSON object a line; now and then an empty line; at the end the exit code."""
        streams = 2
        while streams:
            try:
                line = await asyncio.wait_for(self._queue.get(), _HEARTBEAT)
            except asyncio.TimeoutError:
                yield b"\n"
                continue
            if line is None:
                streams -= 1
                continue
            self._room.release()
            yield line
        code = await self._loop.run_in_executor(None, self._process.wait)
        yield event("process-finished", exit_code=code)

    def stop(self) -> None:
        """Begin to end it, and those that it started: it may clean up, but not for long."""
        if not self._is_ending:
            self._is_ending = True
            threading.Thread(target=self._end, daemon=True).start()

    def leave(self) -> None:
        """Nobody reads its events any more."""
        self._is_left = True
        self.stop()

    def _read(self, stream: IO[bytes], name: str) -> None:
        with stream, contextlib.suppress(RuntimeError):  # the loop is closed: the server ends
            for line in stream:
                while not self._room.acquire(timeout=1):
                    if self._is_left:
                        return
                is_event = self._is_json and name == "stdout"
                text = line.decode("utf-8", "replace")
                said = line if is_event else event("output", stream=name, text=text, step=None)
                self._loop.call_soon_threadsafe(self._queue.put_nowait, said)
            self._loop.call_soon_threadsafe(self._queue.put_nowait, None)

    def _end(self) -> None:
        for number, patience in zip((signal.SIGINT, signal.SIGTERM), _PATIENCE, strict=True):
            self._signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
                break
        if sys.platform == "win32":
            self._process.kill()
        else:
            self._signal(signal.SIGKILL)  # whoever of its group is still there
        if self._process.stdin:
            self._process.stdin.close()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.send_signal(signal.CTRL_BREAK_EVENT)
            else:
                os.killpg(self._process.pid, number)


def event(name: str, **values: object) -> bytes:
    """One line of a stream of events."""
    return json.dumps({"event": name, **values}).encode() + b"\n"
