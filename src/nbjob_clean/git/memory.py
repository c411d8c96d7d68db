"""Outputs that clean removes are remembered, and given back to notebooks that git writes.

Nothing here may make git fail: what cannot be remembered or given back is a warning, once.
"""

from __future__ import annotations

import os

from nbjob_clean import __version__
from nbjob_clean.errors import StoreError
from nbjob_clean.git.removed import (
    Version,
    checksum,
    digest,
    keys_of,
    matches,
    put_back,
    removed_parts,
)
from nbjob_clean.record import changed

TYPE_CHECKING = False  # the filter loads this, and git starts it often
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    from nbjob_clean.clean.quick_members import Parts
    from nbjob_clean.config import Config
    from nbjob_clean.git.directory import GitDirectory
    from nbjob_clean.git.removed import CellKey, Removed
    from nbjob_clean.git.store import Store

    Found = TypeVar("Found")
    Warn = Callable[[str], None]

DEFAULT_SETTINGS = '[[], [], [], [], ["job", "vdk"]]'  # what `settings_of` gives where none are


def settings_of(config: Config | None) -> str:
    """The settings that decide what cleaning removes, as a text to compare."""
    if config is None:
        return DEFAULT_SETTINGS
    import json

    words = (config.keep, config.drop, config.per_file_keep, config.per_file_drop, config.tags)
    return json.dumps([w if isinstance(w, tuple) else sorted(w.items()) for w in words])


class Memory:
    """What the notebooks of one repository had. Made at the root of the work tree.

    `limit` says how many bytes to remember, when it is asked.
    """

    def __init__(self, directory: GitDirectory, limit: Callable[[], int], warn: Warn) -> None:
        self._root = os.getcwd()
        self._limit = limit
        self._worktree = os.fsencode(directory.worktree)
        self._path = directory.store
        self._warn = warn
        self._is_off = False
        self._store: Store | None = None
        self._origins: dict[bytes, list[bytes]] | None = None

    def close(self) -> None:
        """Let the store go."""
        store, self._store = self._store, None
        if store:
            try:
                store.close()
            except StoreError as exc:
                self._warn(f"outputs may be forgotten early: {exc}")

    def remember_parts(self, name: str, parts: Parts, config: Config | None) -> None:
        """Store what the quick way took out."""
        self.remember(name, parts.data, removed_parts(parts), lambda: keys_of(parts.cells), config)

    def remember(
        self,
        name: str,
        cleaned: bytes,
        cells: Sequence[Removed],
        keys: Callable[[], Mapping[int, CellKey]],
        config: Config | None,
    ) -> None:
        """Store what these clean bytes lack; `keys` is asked where that is new."""
        if not cells or self._is_off:
            return
        limit = self._limit()
        if sum(len(cell.outputs.text) for cell in cells if cell.outputs) > limit // 2:
            self._warn(f"{name}: the outputs are too large to be remembered (setting `remember`)")
            return

        def work(store: Store) -> None:
            version = self._version(name, cleaned, config)
            total = checksum(cells)
            if store.checksum(version) != total:
                store.write(version, total, cells, keys())

        self._with_store(work)

    def recall(self, name: str, data: bytes, config: Config | None) -> bytes:
        """Clean bytes with what is remembered of them; as they are, where nothing is."""
        if self._is_off or (self._store is None and not os.path.isfile(self._path)):
            return data
        version = self._version(name, data, config)
        return self._with_store(lambda s: self._recalled(s, version, data, config)) or data

    def _version(self, name: str, data: bytes, config: Config | None) -> Version:
        settings = settings_of(config)
        content = digest(f"{__version__} {settings}\0".encode() + data)
        return Version(os.fsencode(name), content, self._worktree, settings)

    def _recalled(
        self, store: Store, version: Version, data: bytes, config: Config | None
    ) -> bytes | None:
        """The bytes of exactly this version, or what its cells had in another one."""
        values = store.values(version)
        return put_back(data, values) if values else self._pieced(store, version, data, config)

    def _pieced(
        self, store: Store, version: Version, data: bytes, config: Config | None
    ) -> bytes | None:
        """A version that was not here before, with what its cells had in others."""
        from pathlib import Path

        from nbjob_clean.clean.core import clean_bytes
        from nbjob_clean.clean.options import DEFAULTS
        from nbjob_clean.errors import NotebookFormatError
        from nbjob_clean.git.cells import bare_cells, cell_keys, filled
        from nbjob_clean.notebook.model import loads

        try:
            notebook = loads(data)
        except NotebookFormatError:
            return None
        known = cell_keys(notebook)
        keys = {index: known[index] for index in bare_cells(notebook)}
        path = version.path if store.knows(version.path) else self._origin(store, version, keys)
        if path is None:
            return None
        values = [] if path == version.path else store.values(changed(version, path=path))
        if values:
            return put_back(data, values)
        found = matches(keys, store.cells(path, version))
        whole = filled(notebook, found, store.text)
        # What git gets must not depend on what is remembered: a text of another version is tried.
        name = Path(os.fsdecode(version.path))
        options = config.cleaning(name) if config else DEFAULTS
        is_same = whole != data and clean_bytes(whole, options) == data
        return whole if is_same else None

    def _origin(self, store: Store, version: Version, keys: Mapping[int, CellKey]) -> bytes | None:
        """The notebook that this one was renamed from: it has gone, and most cells are its."""
        from collections import Counter

        if self._origins is None:
            self._origins = {}
            for path, content, found in store.newest():
                for key in (content, *found):
                    self._origins.setdefault(key, []).append(path)
        candidates = self._origins.get(version.content, [])
        shared = Counter(
            path
            for key in keys.values()
            if key.id
            for path in self._origins.get(key.source + key.id, ())
        )
        for path in (*candidates, *(path for path, _ in shared.most_common())):
            if path != version.path and not os.path.lexists(
                os.path.join(self._root, os.fsdecode(path))
            ):
                return path
        return None

    def _with_store(self, work: Callable[[Store], Found]) -> Found | None:
        """Do something with the store; a damaged one is thrown away, and the work done anew."""
        for is_last in (False, True):
            try:
                return work(self._opened())
            except StoreError as exc:
                if is_last or not exc.is_damaged or not self._discarded():
                    self._give_up(str(exc))
                    return None
        return None

    def _opened(self) -> Store:
        if self._store is None:
            try:
                from nbjob_clean.git.store import Store
            except ImportError as exc:
                raise StoreError(f"this Python has no SQLite: {exc}") from exc
            self._store = Store(self._path, limit=self._limit())
        return self._store

    def _discarded(self) -> bool:
        from nbjob_clean.git.store import discard

        self._warn("the remembered outputs are damaged; they are remembered anew from here on")
        try:
            if self._store:
                self._store.abandon()
            discard(self._path)
        except StoreError as exc:
            self._give_up(str(exc))
            return False
        finally:
            self._store = None
        return True

    def _give_up(self, why: str) -> None:
        if not self._is_off:
            self._warn(f"outputs are not remembered: {why}")
        self._is_off = True
        store, self._store = self._store, None
        if store:
            store.abandon()
