"""What a thread of the job raises is printed by Python; with cells in it while a run goes on."""

from __future__ import annotations

import _thread
import contextlib
import sys
from collections.abc import Callable, Iterator

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any


@contextlib.contextmanager
def threads_shown(render: Callable[[BaseException], str]) -> Iterator[None]:
    """Print uncaught exceptions of threads as `render` shows them; as in Python, no step fails."""

    def show(args: Any) -> None:
        if args.exc_value is None or args.exc_type is SystemExit:
            return
        name = args.thread.name if args.thread else _thread.get_ident()
        if sys.stderr:
            text = f"Exception in thread {name}:\n{render(args.exc_value)}\n"
            sys.stderr.write(text)
            sys.stderr.flush()

    # `threading` takes its hook from here when a job imports it first.
    module: Any = sys.modules.get("threading") or _thread
    name = "excepthook" if module is not _thread else "_excepthook"
    before = getattr(module, name)
    setattr(module, name, show)
    try:
        yield
    finally:
        setattr(module, name, before)
        threading: Any = sys.modules.get("threading")
        if threading and threading.excepthook is show:
            threading.excepthook = before
            threading.__excepthook__ = before
