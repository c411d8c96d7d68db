"""Remembered outputs on disk: one SQLite file in the git directory, for all its work trees.

Loaded only when there is something to remember or to give back. A record belongs to a *version*: a
notebook's path and clean bytes, in one work tree. Texts that are equal are stored once. Nothing is
waited for on the disk (`synchronous=off`): SQLite's journal survives a killed process, and what a
power cut damages is noticed by a checksum and forgotten (docs/decisions/009-remembered-outputs.md).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
import zlib
from contextlib import contextmanager

from nbjob_clean.errors import StoreError
from nbjob_clean.git.removed import (
    NO_COUNT,
    NO_OUTPUTS,
    CellKey,
    Remembered,
    Removed,
    Value,
    Version,
    digest,
)

TYPE_CHECKING = False  # the filter loads this, and git starts it often
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

FORMAT = 1
_PATIENCE = 5  # seconds, for another git process
_DAY = 24 * 60 * 60 * 1000
_OUTSIDE = (
    "database is locked",
    "database table is locked",
    "database or disk is full",
    "attempt to write a readonly database",
    "unable to open database file",
    "disk I/O error",
    "locking protocol",
    "large file support is disabled",
)
_SCHEMA = """
create table version (
  id integer primary key, path blob not null, content blob not null, worktree blob not null,
  settings text not null, checksum integer not null, used integer not null,
  unique (path, content, worktree));
create table text (
  id integer primary key, hash blob not null unique, checksum integer not null, body blob not null);
create table cell (
  version integer not null, position integer not null, source blob not null,
  number integer not null, id blob,
  outputs integer, outputs_at integer, count blob, count_at integer, checksum integer not null,
  primary key (version, position)) without rowid;
create index cell_outputs on cell (outputs);
"""
_NEWEST = (
    "select * from version where path = ? and settings = ? order by worktree = ? desc, used desc"
)
_CELLS = """
select position, source, number, cell.id, outputs_at, count, count_at, text.checksum,
  cell.checksum, outputs{} from cell left join text on text.id = outputs where version = ?
"""


@contextmanager
def _translated() -> Iterator[None]:
    """SQLite's errors as ours: what does not come from around the file is damage in it."""
    try:
        yield
    except sqlite3.OperationalError as exc:
        raise StoreError(str(exc), is_damaged=not str(exc).startswith(_OUTSIDE)) from exc
    except (sqlite3.Error, ValueError, TypeError) as exc:  # not even the types are right
        raise StoreError(str(exc), is_damaged=True) from exc
    except (OSError, MemoryError) as exc:
        raise StoreError(str(exc)) from exc


def discard(path: str) -> None:
    """Forget everything: the next `Store` starts anew. Raises StoreError where that cannot be."""
    with _translated():
        for name in (path, f"{path}-journal"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)


class Store:
    """The open file. Every method raises StoreError where it cannot be read or written."""

    def __init__(self, path: str, *, limit: int) -> None:
        with _translated():
            os.makedirs(os.path.dirname(path), exist_ok=True)
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        self._used: list[int] = []
        self._limit = limit
        self._pages = 0  # that the file may have
        try:
            self._prepare()
            self._bound()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        """Note what was used, and let the file go."""
        try:
            self._note_used()
        finally:
            self._db.close()

    def abandon(self) -> None:
        """Let the file go, whatever state it is in."""
        self._used.clear()
        self._db.close()

    def checksum(self, version: Version) -> int | None:
        """The checksum of what this version had when it was remembered; None for an unknown one."""
        with self._reading():
            row = self._row(version)
            if row is None:
                return None
            self._use(row)
            return int(row[5])

    def write(
        self,
        version: Version,
        checksum: int,
        cells: Sequence[Removed],
        keys: Mapping[int, CellKey],
    ) -> None:
        """Remember cells of a version. What it had of other cells stays."""
        with _translated():
            try:
                self._write(version, checksum, cells, keys)
            except sqlite3.OperationalError:
                size = sum(len(cell.outputs.text) for cell in cells if cell.outputs)
                spare = (self._pages - self._number("page_count")) * self._number("page_size")
                if spare > size * 1.1 + 2**17:
                    raise  # it is not our bound that is in the way
                self._prune()
                self._write(version, checksum, cells, keys)

    def knows(self, path: bytes) -> bool:
        """Whether anything was ever remembered of a notebook."""
        with self._reading():
            query = "select 1 from version where path = ? limit 1"
            return self._db.execute(query, (path,)).fetchone() is not None

    def values(self, version: Version) -> list[Value]:
        """What exactly this version had, here or else in another work tree; empty for nothing."""
        elsewhere = "select * from version where path = ? and content = ? order by used desc"
        with self._reading():
            row = self._row(version)
            if row is None:
                row = self._db.execute(elsewhere, (version.path, version.content)).fetchone()
            if row is None:
                return []
            if row[3] == version.worktree:
                self._use(row)
            found = self._db.execute(_CELLS.format(", body"), row[:1]).fetchall()
        values = []
        for cell in found:
            outputs_at, count, count_at, checksum = cell[4:8]
            if not _is_whole(cell) or (checksum and zlib.crc32(cell[-1]) != checksum):
                self._drop(row[0], cell[9])
                return []
            if checksum is not None:
                values.append(Value(outputs_at, NO_OUTPUTS, cell[-1]))
            if count is not None:
                values.append(Value(count_at, NO_COUNT, count))
        return values

    def cells(self, path: bytes, version: Version) -> Iterator[Remembered]:
        """What the cells of a notebook had, newest first, those of this work tree before others."""
        with self._reading():
            rows = self._db.execute(_NEWEST, (path, version.settings, version.worktree)).fetchall()
        for row in rows[:1000]:
            with self._reading():
                found = self._db.execute(_CELLS.format(""), row[:1]).fetchall()
            for cell in found:
                if not _is_whole(cell):
                    self._drop(row[0], cell[9])
                    break
                yield Remembered(CellKey(*cell[1:4]), cell[9], cell[5])

    def text(self, number: int) -> bytes | None:
        """A remembered text; None where the disk lost it."""
        with self._reading():
            row = self._db.execute(
                "select body, checksum from text where id = ?", (number,)
            ).fetchone()
        if row and isinstance(row[0], bytes) and zlib.crc32(row[0]) == row[1]:
            return row[0]
        self._drop(None, number)
        return None

    def _drop(self, version: int | None, text: int | None) -> None:
        """Forget what the disk lost, with all versions that have it: they are written anew."""
        with _translated(), self._transaction():
            self._db.execute("delete from text where id = ?", (text,))
            self._db.execute(
                "delete from version where id = ?"
                " or id in (select version from cell where outputs = ?)",
                (version, text),
            )
            self._db.execute("delete from cell where version not in (select id from version)")

    def newest(self) -> Iterator[tuple[bytes, bytes, list[bytes]]]:
        """Of each path that is known its newest version: path, content, sources of its cells."""
        with self._reading():
            for number, path, content, _ in self._db.execute(
                "select id, path, content, max(used) from version group by path"
            ).fetchall():
                sources = self._db.execute(
                    "select source, id from cell where version = ? and id is not null", (number,)
                )
                yield path, content, [source + name for source, name in sources]

    def _prepare(self) -> None:
        with _translated():
            self._db.execute("pragma page_size = 16384")  # of a new file; outputs are large
            self._db.execute("pragma journal_mode = persist")
            self._db.execute("pragma synchronous = off")
            if self._number("user_version") == FORMAT:
                return
            with self._transaction():
                if self._number("user_version") != FORMAT:  # nobody else was faster
                    for statement in _SCHEMA.split(";"):
                        self._db.execute(statement)
                    self._db.execute(f"pragma user_version = {FORMAT}")

    def _bound(self) -> None:
        with _translated():
            self._pages = max(16, self._limit // self._number("page_size"))
            if self._number("page_count") > self._pages:
                self._prune()
                self._db.execute("vacuum")  # only now the file shrinks
            self._number(f"max_page_count = {self._pages}")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One look at the file: taking SQLite's lock costs more than most questions."""
        with _translated(), self._db:
            self._db.execute("begin")
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._db:
            self._db.execute("begin immediate")
            yield

    def _number(self, pragma: str) -> int:
        return int(self._db.execute(f"pragma {pragma}").fetchone()[0])

    def _row(self, version: Version) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = self._db.execute(
            "select * from version where path = ? and content = ? and worktree = ?",
            (version.path, version.content, version.worktree),
        ).fetchone()
        return found

    def _write(
        self,
        version: Version,
        checksum: int,
        cells: Sequence[Removed],
        keys: Mapping[int, CellKey],
    ) -> None:
        names = [digest(cell.outputs.text) if cell.outputs else None for cell in cells]
        with self._transaction():
            known = self._row(version)
            number = known[0] if known else self._new_version(version, checksum)
            before = self._texts(number) if known else set()
            self._db.executemany(
                "insert or ignore into text (hash, checksum, body) values (?, ?, ?)",
                (
                    (name, cell.outputs.checksum, cell.outputs.text)
                    for name, cell in zip(names, cells, strict=True)
                    if cell.outputs
                ),
            )
            self._db.executemany(
                "insert or replace into cell values"
                " (?, ?, ?, ?, ?, (select id from text where hash = ?), ?, ?, ?, ?)",
                (
                    _cell_row(number, cell, keys[cell.index], name)
                    for cell, name in zip(cells, names, strict=True)
                ),
            )
            if known:
                self._forget(before - self._texts(number))
                self._db.execute(
                    "update version set checksum = ?, used = ? where id = ?",
                    (checksum, _now(), number),
                )

    def _new_version(self, version: Version, checksum: int) -> int | None:
        return self._db.execute(
            "insert into version (path, content, worktree, settings, checksum, used)"
            " values (?, ?, ?, ?, ?, ?)",
            (
                version.path,
                version.content,
                version.worktree,
                version.settings,
                checksum,
                _now(),
            ),
        ).lastrowid

    def _texts(self, version: int | None) -> set[tuple[int]]:
        query = "select outputs from cell where version = ? and outputs is not null"
        return set(self._db.execute(query, (version,)))

    def _forget(self, texts: Iterable[tuple[int]]) -> None:
        """Texts that a cell no longer has, where no other has them."""
        self._db.executemany(
            "delete from text where id = ?"
            " and not exists (select 1 from cell where outputs = text.id)",
            texts,
        )

    def _use(self, row: tuple[Any, ...]) -> None:
        """Versions that are looked at become the newest of their notebook; noted now and then."""
        number, path, _, worktree, _, _, used = row
        (newest,) = self._db.execute(
            "select max(used) from version where path = ? and worktree = ?", (path, worktree)
        ).fetchone()
        if used < newest or used < _now() - _DAY:
            self._used.append(number)

    def _note_used(self) -> None:
        numbers, self._used = self._used, []
        if numbers:
            with _translated(), self._transaction():
                self._db.executemany(
                    "update version set used = ? where id = ?", [(_now(), n) for n in numbers]
                )

    def _prune(self) -> None:
        """Forget what was not used for longest, until a quarter of the bound is free."""
        with self._transaction():
            while (
                self._number("page_count") - self._number("freelist_count") > self._pages * 3 // 4
            ):
                (count,) = self._db.execute("select count(*) from version").fetchone()
                if not count:
                    break
                self._db.execute(
                    "delete from version where id in"
                    " (select id from version order by used, id limit ?)",
                    (count // 8 + 1,),
                )
                self._db.execute("delete from cell where version not in (select id from version)")
                self._db.execute(
                    "delete from text where id not in"
                    " (select outputs from cell where outputs is not null)"
                )


def _cell_row(
    version: int | None, cell: Removed, key: CellKey, name: bytes | None
) -> tuple[Any, ...]:
    outputs, count = cell.outputs, cell.count
    outputs_at = outputs.at if outputs else None
    text, count_at = (bytes(count.text), count.at) if count else (None, None)
    ours = (cell.index, key.source, key.number, key.id)
    checksum = _cell_checksum(
        (*ours, outputs_at, text, count_at, outputs.checksum if outputs else None)
    )
    return (version, *ours, name, outputs_at, text, count_at, checksum)


def _is_whole(row: tuple[Any, ...]) -> bool:
    return bool(_cell_checksum(row[:8]) == row[8])


def _cell_checksum(row: tuple[Any, ...]) -> int:
    """Of all that is known of a cell, the checksum of its text included."""
    return zlib.crc32(repr(row).encode())


def _now() -> int:
    return int(time.time() * 1000)
