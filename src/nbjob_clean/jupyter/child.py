"""`python -m nbjob_clean.jupyter.child …`: what `nbjob …` does, for as long as the server lives.

The server holds the other end of stdin, and never writes: when it closes, the server is gone,
however it ended, and this process goes too, with those that the job started.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

_GRACE = 8  # seconds to clean up, as `nbjob run` does after SIGTERM


def main(argv: list[str]) -> int:
    _end_with_the_server()
    from nbjob_clean.cli import main as nbjob

    return nbjob(argv)


def _end_with_the_server() -> None:
    pipe = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # a job that asks on stdin is told that nobody is there, as at night
    os.close(nothing)
    threading.Thread(target=_wait, args=(pipe,), daemon=True).start()


def _wait(pipe: int) -> None:
    while os.read(pipe, 1):
        pass
    if sys.platform == "win32":
        os._exit(143)
    os.killpg(0, signal.SIGTERM)
    time.sleep(_GRACE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
