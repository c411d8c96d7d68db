"""Looks around notebooks for the rules: each folder is read once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from nbjob_clean.cli.local_modules import local_modules
from nbjob_clean.config import Config
from nbjob_clean.errors import NotebookFormatError
from nbjob_clean.git.head import Head
from nbjob_clean.notebook.model import Notebook, loads
from nbjob_clean.rules.surroundings import Surroundings
from nbjob_clean.source.production import production_cells
from nbjob_clean.source.star import starred

_COUNT = re.compile(rb'"execution_count"\s*:\s*\d')
_REQUIREMENTS = "requirements.txt"
_STEPS = (".ipynb", ".py", ".sql")


class Surveyor:
    """What lies around each notebook of one invocation."""

    def __init__(self) -> None:
        self._head = Head()
        self._folders: dict[Path, frozenset[str] | None] = {}

    def of(
        self, path: Path, config: Config, notebook: Notebook, *, with_history: bool
    ) -> Surroundings:
        """What lies around the notebook at `path`, which itself need not be on disk."""
        files = self._files(path.parent)
        return Surroundings(
            name=path.name,
            files=files,
            requirements=self._requirements(path.parent, files),
            committed=self._committed(path, config, notebook) if with_history else None,
            steps=lambda: self._steps(path, files),
            modules=local_modules(path.parent, _starred(notebook), self._files),
        )

    def _committed(self, path: Path, config: Config, notebook: Notebook) -> Notebook | None:
        """The last commit's version, where both have runs to compare. Git is not asked about a
        notebook without any."""
        cells = production_cells(notebook, config.tags)
        if all(cell.execution_count is None for cell in cells):
            return None
        data = self._head.read(path)
        if data is None or data == notebook.data or not _COUNT.search(data):
            return None
        try:
            return loads(data)
        except NotebookFormatError:
            return None

    def _steps(self, path: Path, files: frozenset[str] | None) -> Iterator[str]:
        """The texts of the other steps of a folder; notebooks as they are stored."""
        for name in sorted(files or ()):
            if name.endswith(_STEPS) and Path(name).stem != path.stem:
                yield (path.parent / name).read_text(encoding="utf-8", errors="replace")

    def _files(self, folder: Path) -> frozenset[str] | None:
        if folder not in self._folders:
            try:
                self._folders[folder] = frozenset(
                    f"{entry.name}/" if entry.is_dir() else entry.name for entry in folder.iterdir()
                )
            except OSError:
                self._folders[folder] = None
        return self._folders[folder]

    def _requirements(self, folder: Path, files: frozenset[str] | None) -> str | None:
        if not files or _REQUIREMENTS not in files:
            return None
        return (folder / _REQUIREMENTS).read_text(encoding="utf-8", errors="replace")


def _starred(notebook: Notebook) -> list[str]:
    return [name for cell in notebook.cells if cell.is_code for name in starred(cell.source)]
