"""`%load_ext nbjob_clean`: in the kernel, a warning before hidden state does harm, and our magics.

Works in every frontend that tells the kernel which cell it runs and with which tags: JupyterLab,
Notebook 7 and VS Code. One line on stderr is all that it ever prints by itself.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbjob_clean.config import Config, find_config
from nbjob_clean.errors import NbjobError
from nbjob_clean.jupyter.command import nbjob
from nbjob_clean.jupyter.sql_magic import Session, SqlMagic
from nbjob_clean.jupyter.watch import Execution, Page, Watch, page_of
from nbjob_clean.notebooks import read_notebook
from nbjob_clean.source.production import PARAMETERS

_EXTENSIONS: dict[int, Kernel] = {}
_MAGICS = ("sql", "vdksql")


def load(shell: Any) -> None:
    """Begin to watch an IPython shell; a second time does nothing."""
    if id(shell) not in _EXTENSIONS:
        _EXTENSIONS[id(shell)] = kernel = Kernel(shell)
        kernel.start()


def unload(shell: Any) -> None:
    """Leave the shell as it was; databases are closed."""
    kernel = _EXTENSIONS.pop(id(shell), None)
    if kernel:
        kernel.stop()


class Kernel:
    """The extension of one shell."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._watch = Watch()
        self._read: tuple[Path, int, Page] | None = None
        self._replaced: dict[tuple[str, str], Any] = {}
        self._session = Session(shell.user_ns, self.notebook(), self._arguments)

    def start(self) -> None:
        self._shell.events.register("pre_run_cell", self._before_cell)
        self._shell.events.register("post_run_cell", self._after_cell)
        magics: dict[str, Any] = {"nbjob": self._nbjob}
        magics |= {name: SqlMagic(self._session, name) for name in _MAGICS}
        for name, function in magics.items():
            for kind in ("line", "cell") if name in _MAGICS else ("line",):
                table = self._shell.magics_manager.magics[kind]
                self._replaced[kind, name] = table.get(name)
                table[name] = function
        self._shell.user_ns.setdefault("job_input", self._session.job_input)

    def stop(self) -> None:
        self._shell.events.unregister("pre_run_cell", self._before_cell)
        self._shell.events.unregister("post_run_cell", self._after_cell)
        for (kind, name), before in self._replaced.items():
            self._shell.magics_manager.magics[kind].pop(name, None)
            if before is not None:
                self._shell.magics_manager.magics[kind][name] = before
        if self._shell.user_ns.get("job_input") is self._session.job_input:
            del self._shell.user_ns["job_input"]
        self._session.close()

    def notebook(self) -> Path | None:
        """The notebook of this kernel, as far as VS Code or Jupyter's server tells."""
        told = (self._shell.user_ns.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME"))
        for named in told:
            path = Path(named) if isinstance(named, str) and named else None
            if path and path.suffix == ".ipynb" and path.is_file():
                return path.resolve()
        return None

    def _nbjob(self, line: str) -> None:
        nbjob(line, self.notebook())

    def _before_cell(self, info: Any) -> None:
        """Never let a defect of the extension stop somebody's cell."""
        if info.silent or not info.store_history or not isinstance(info.raw_cell, str):
            return
        try:
            warning = self._warning(info)
        except Exception as exc:  # noqa: BLE001 - said, and the cell runs
            warning = f"cannot watch this cell: {type(exc).__name__}: {exc}"
        if warning:
            print(f"nbjob: {warning}", file=sys.stderr)  # noqa: T201 - the kernel's only voice

    def _after_cell(self, result: Any) -> None:
        self._session.end_cell(is_well=bool(result.success))

    def _warning(self, info: Any) -> str:
        told = self._told()
        key = str(getattr(info, "cell_id", None) or told.get("cellId") or f"text:{info.raw_cell}")
        execution = Execution(
            key=key,
            source=info.raw_cell,
            is_production=not _tags(told).isdisjoint((*self._production_tags(), PARAMETERS)),
            time=time.time(),
        )
        deleted = told.get("deletedCells")
        return self._watch.run(execution, self._page(), map(str, deleted or ()))

    def _told(self) -> Mapping[str, Any]:
        """What the frontend sent along with the cell; nothing in a plain IPython."""
        kernel = getattr(self._shell, "kernel", None)
        parent = kernel.get_parent() if kernel else None
        metadata = (parent or {}).get("metadata")
        return metadata if isinstance(metadata, dict) else {}

    def _page(self) -> Page | None:
        """The saved notebook, read again when it was saved again."""
        path = self.notebook()
        if path is None:
            return None
        try:
            stat = path.stat()
            if self._read is None or self._read[:2] != (path, stat.st_mtime_ns):
                page = page_of(read_notebook(path), self._production_tags(), stat.st_mtime)
                self._read = (path, stat.st_mtime_ns, page)
        except (NbjobError, OSError):
            return None
        return self._read[2]

    def _arguments(self) -> frozenset[str]:
        page = self._page()
        return page.arguments if page else frozenset()

    def _production_tags(self) -> tuple[str, ...]:
        path = self.notebook()
        try:
            return find_config(path.parent if path else Path.cwd()).tags
        except NbjobError:  # `%nbjob check` says what is wrong with it
            return Config().tags


def _tags(told: Mapping[str, Any]) -> set[str]:
    """The tags of the cell; VS Code sends the cell's metadata as one value of its own."""
    inner = told.get("metadata")
    places = (told, inner if isinstance(inner, dict) else {})
    return {tag for place in places for tag in place.get("tags") or () if isinstance(tag, str)}
