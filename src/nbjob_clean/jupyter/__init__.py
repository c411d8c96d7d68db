"""Jupyter's side: what runs in its server (loaded from here), in its page (`labextension/`) and in
its kernels (`kernel.py`).

Nothing is imported before Jupyter asks for it: a run of production passes through this room.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "nbjob_clean.jupyter"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    from nbjob_clean.jupyter.handlers import add_handlers

    add_handlers(server)
