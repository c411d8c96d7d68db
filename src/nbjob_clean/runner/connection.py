"""One open database: a transaction for each step, and another connection when one is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping

from nbjob_clean.errors import UnavailableError

TYPE_CHECKING = False  # a job without SQL loads nothing of it
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.runner.binding import Bound, Prepared
    from nbjob_clean.runner.database import Database
    from nbjob_clean.runner.engines.engine import Engine
    from nbjob_clean.runner.rows import Rows


class Connection:
    """One open database. `is_begun`: the step's transaction; `is_own`: one that the job began."""

    def __init__(self, database: Database, connect: Callable[[], Engine]) -> None:
        import threading

        self.database = database
        self.engine = connect()
        self.is_begun = False
        self.is_own = False
        self._connect = connect
        self._lock = threading.RLock()  # a statement and its rows belong together
        self._locked = ""  # the key of the database's own lock
        self._has_session = False  # what earlier steps have SET would be lost with it
        self._sets_session = False

    def execute(self, sql: str, values: Mapping[str, object]) -> Rows | None:
        """Run a statement of our own, with `:name` for each value; None where it has no rows."""
        from nbjob_clean.runner.binding import bind, prepared

        (statement,) = prepared(sql, self.engine.syntax)
        rows: Rows | None = self.run(statement, bind(statement, values, self.engine))
        return rows

    @contextlib.contextmanager
    def prepared(self, sql: str) -> Iterator[None]:
        """Hold the connection while a statement goes to the driver past `execute`."""
        from nbjob_clean.runner.binding import control_of

        with self._lock:
            self._controls(control_of(sql, self.engine.syntax), sql)
            yield

    def run(self, statement: Prepared, bound: Bound, results: str = "rows") -> Any:
        """Run one statement; None where it returns no rows."""
        with self._lock:
            was_begun = self.is_begun
            if self._controls(statement.control, statement.text):
                return None
            self._sets_session |= statement.is_session
            try:
                return self._fetched(bound, results)
            except Exception:
                # Nothing came before it: a job that catches the error may go on, and its next
                # statement does not meet a transaction that is aborted.
                if self.is_begun and not was_begun and not self.engine.is_lost():
                    self.is_begun = False
                    self.engine.rollback()
                raise

    def _fetched(self, bound: Bound, results: str) -> Any:
        engine = self.engine
        if results == "rows":
            return engine.execute(bound.text, bound.values)
        from nbjob_clean.runner.frames import as_results

        fetch = engine.arrow if engine.has_arrow else engine.execute
        found = fetch(bound.text, bound.values)
        return None if found is None else as_results(found, results)

    def _controls(self, control: str, text: str) -> bool:
        """Begin or forget the step's transaction, as the statement wants it.

        True where that is all that there is to do.
        """
        if control == "begin":
            self.commit()
            self._begin_engine(only_here=self.engine.has_own_control)
            self.is_own = True
            return self.engine.has_own_control
        if control == "end":
            self.is_own = self.is_begun = False
            if not self.engine.has_own_control:
                return False
            is_kept = text[:1] in "CcEe"  # COMMIT, END
            (self.engine.commit if is_kept else self.engine.rollback)()
            return True
        if control == "outside":
            self.commit()
            self._revive()
        elif control == "neutral":
            self._revive()
        else:
            self.begin()
        return False

    def begin(self) -> None:
        """Begin the step's transaction, if nothing has done so."""
        if self.is_begun or self.is_own:
            return
        self._begin_engine(only_here=not self.database.autocommit)
        self.is_begun = not self.database.autocommit

    def _begin_engine(self, *, only_here: bool) -> None:
        self._revive()
        if not only_here:
            return
        try:
            self.engine.begin()
        except Exception:
            if not self.engine.is_lost():
                raise
            self._revive()  # nothing of this step has run yet
            self.engine.begin()

    def _revive(self) -> None:
        """Connect again where the connection is known to be lost, and nothing is lost with it."""
        if self.is_begun or self.is_own or not self.engine.is_lost():
            return
        if self._has_session:
            raise UnavailableError(
                "the connection was lost, and with it what earlier steps have set in it",
                hint="SET, USE, temporary tables: into the step that needs them, or the URL",
            )
        self.engine.close()
        self.engine = self._connect()
        if self._locked and not self.engine.lock(self._locked):
            raise UnavailableError(f"the lock `{self._locked}` was lost with the connection")

    def commit(self) -> None:
        """End the step's transaction, not one that the job itself began and has not ended."""
        self._has_session |= self._sets_session
        self._sets_session = False
        if not self.is_begun:
            return
        self.is_begun = False
        try:
            self.engine.commit()
        except Exception as exc:
            if not self.engine.is_lost():
                raise
            raise UnavailableError(
                f"the connection was lost in COMMIT; whether the step is kept is not known: {exc}",
                hint="look into the database before you run it again",
            ) from exc

    def rollback(self) -> None:
        self.is_begun = self.is_own = self._sets_session = False
        self.engine.rollback()

    def lock(self, key: str) -> bool | None:
        """Take the database's own lock of that name for the rest of the run, also when it has to
        connect again; False where another run holds it, None where the engine has none.
        """
        with self._lock:
            self._revive()
            got = self.engine.lock(key)
            self._locked = key if got else self._locked
            return got

    def commit_own(self) -> None:
        """Commit a transaction that the job began and left open at the end of the run."""
        if self.is_own:
            self.is_own = False
            self.engine.commit()
