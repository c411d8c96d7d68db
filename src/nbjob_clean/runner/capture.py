"""Takes what a job prints, its child processes included, and hands it on line by line."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

    Sink = Callable[[str, str], None]

_STREAMS = ("stdout", "stderr")
_CHUNK = 65536
_LONGEST = 1 << 20  # bytes without a line's end
_PATIENCE = 2.0  # seconds; a child in the background may keep a pipe open for ever


class Capture:
    """Both output streams of this process as lines for `sink(stream, text)`, until it is closed.

    Python's own streams go there directly, so that their lines stand in order with the steps; the
    file descriptors, which children inherit, through a pipe.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._lock = threading.RLock()
        self._python = {stream: _Lines(stream, self._say) for stream in _STREAMS}
        self._pipes: list[_Pipe] = []
        self._before: dict[str, Any] = {}
        self._process = os.getpid()

    def open(self) -> None:
        """Start. What the real streams were is in `real` from then on."""
        for number, stream in enumerate(_STREAMS, start=1):
            getattr(sys, stream).flush()
            self._before[stream] = getattr(sys, stream)
            self._pipes.append(_Pipe(number, _Lines(stream, self._say)))
            setattr(sys, stream, _text_stream(_Writer(number, self._python[stream].feed)))
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._let_go)

    def real(self, stream: str) -> int:
        """A descriptor of where the stream went before."""
        return self._pipes[_STREAMS.index(stream)].real

    def flush(self) -> None:
        """Hand on all that has been printed so far, also a line without its end."""
        for stream in _STREAMS:
            with contextlib.suppress(ValueError, AttributeError):  # closed or replaced by the job
                getattr(sys, stream).flush()
        for pipe in self._pipes:
            pipe.drain()
        for lines in self._python.values():
            lines.end()

    def close(self) -> None:
        """Give the streams back."""
        self.flush()
        for stream, before in self._before.items():
            setattr(sys, stream, before)
        for pipe in self._pipes:
            pipe.close()
        self._before, self._pipes = {}, []

    def _say(self, stream: str, text: str) -> None:
        with self._lock:
            self._sink(stream, text)

    def _let_go(self) -> None:
        """In a forked child: its lines come through the pipe; the parent's lock may be held."""
        for number, stream in enumerate(_STREAMS, start=1):
            if stream in self._before:
                plain = io.FileIO(number, "w", closefd=False)
                setattr(sys, stream, _text_stream(plain))


class _Lines:
    """Bytes in, whole lines out."""

    def __init__(self, stream: str, sink: Sink) -> None:
        self._stream = stream
        self._sink = sink
        self._rest = b""
        self._lock = threading.Lock()

    def feed(self, data: bytes) -> None:
        with self._lock:
            data = self._rest + data
            # A bar that a job draws over itself has no line ends for a long time.
            end = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1
            end = end or (len(data) if len(data) > _LONGEST else 0)
            self._rest = data[end:]
            if end:
                self._say(data[:end])

    def end(self) -> None:
        with self._lock:
            if self._rest:
                self._say(self._rest)
                self._rest = b""

    def _say(self, data: bytes) -> None:
        *lines, rest = data.decode("utf-8", "backslashreplace").split("\n")
        for line in lines:
            self._sink(self._stream, f"{line}\n")
        if rest:
            self._sink(self._stream, rest)


class _Writer(io.RawIOBase):
    """The bottom of a text stream that is no file; children are given the descriptor."""

    def __init__(self, number: int, feed: Callable[[bytes], None]) -> None:
        super().__init__()
        self._number = number
        self._feed = feed

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def write(self, data: Any) -> int:
        self._feed(bytes(data))
        return len(data)


def _text_stream(writer: io.RawIOBase) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        writer,  # type: ignore[arg-type]  # nothing is buffered, so no buffer is needed
        encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True,
    )  # fmt: skip


class _Pipe:
    """A pipe in the place of a descriptor, and the thread that reads it."""

    def __init__(self, number: int, lines: _Lines) -> None:
        self._number = number
        self._lines = lines
        self._mark = b"\0nbjob-%s\n" % os.urandom(8).hex().encode()
        self._is_drained = threading.Event()
        self.real = os.dup(number)
        self._end, start = os.pipe()
        os.dup2(start, number)
        os.close(start)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def drain(self) -> None:
        self._is_drained.clear()
        os.write(self._number, self._mark)
        self._is_drained.wait(_PATIENCE)

    def close(self) -> None:
        os.dup2(self.real, self._number)
        self._thread.join(_PATIENCE)
        os.close(self.real)

    def _read(self) -> None:
        for data in self._chunks():
            *before, rest = data.split(self._mark)
            for part in before:
                self._lines.feed(part)
                self._lines.end()
                self._is_drained.set()
            self._lines.feed(rest)
        self._lines.end()
        os.close(self._end)

    def _chunks(self) -> Iterator[bytes]:
        """What was read, a mark never cut in two."""
        held = b""
        while data := os.read(self._end, _CHUNK):
            data = held + data
            cut = data.rfind(b"\0")
            is_open = cut >= 0 and self._mark.startswith(data[cut:]) and data[cut:] != self._mark
            held = data[cut:] if is_open else b""
            yield data[:cut] if is_open else data
        yield held


class Tee:
    """A text stream that hands what will be written on: the stream itself stays as it is."""

    def __init__(self, stream: Any, name: str, sink: Sink) -> None:
        self._stream = stream
        self._name = name
        self._sink = sink

    def write(self, text: str) -> int:
        self._sink(self._name, text)
        written: int = self._stream.write(text)
        return written

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
