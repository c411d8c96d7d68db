"""The runs of a job that are over: a SQLite database in its state directory, and its journals.

A run only appends to its journal, which is cheap and survives a kill. Who asks for the history
puts the journals into the database first.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

from nbjob_clean.errors import ArgumentError, UnavailableError
from nbjob_clean.runner.journal import is_going_on, journals, read
from nbjob_clean.runner.report.core import Account
from nbjob_clean.runner.state import STATE, state_directory

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from nbjob_clean.runner.events import Json

_FILE = "history.db"
_KEPT = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, job TEXT, started_at TEXT, duration_s REAL, status TEXT,
    exit_code INTEGER, report TEXT
)
"""


class History:
    """The history of the job in a directory. Raises UnavailableError where it cannot be kept."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        state_directory(directory)
        try:
            self._database = sqlite3.connect(directory / STATE / _FILE, timeout=30)
            self._database.execute(_SCHEMA)
        except sqlite3.Error as exc:
            raise UnavailableError(f"{directory / STATE / _FILE}: {exc}") from exc

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def gather(self) -> list[Json]:
        """Take over the journals of runs that are over; the reports of those that go on."""
        going_on = []
        for path in journals(self._directory):
            with contextlib.suppress(FileNotFoundError):  # another process was faster
                report = _report(path)
                if report and report["status"] == "running" and is_going_on(path):
                    going_on.append(report)
                    continue
                if report:
                    self._add(report)
                path.unlink()
        return going_on

    def reports(self, limit: int = _KEPT) -> list[Json]:
        """The newest first."""
        going_on = self.gather()
        rows = self._database.execute(
            "SELECT report FROM runs ORDER BY started_at DESC, id DESC LIMIT ?", (limit,)
        )
        found = [*going_on, *(json.loads(text) for (text,) in rows)]
        return sorted(found, key=lambda report: str(report["started_at"]), reverse=True)[:limit]

    def find(self, name: str) -> Json:
        """A run by its id, the start of one, or `last`. Raises ArgumentError for none."""
        reports = self.reports()
        if name == "last" and reports:
            return reports[0]
        found = [report for report in reports if report["run_id"].startswith(name)]
        if len(found) == 1:
            return found[0]
        known = ", ".join(report["run_id"] for report in (found or reports)[:3])
        what = "several runs start with" if found else "no run"
        raise ArgumentError(f"{what} `{name}`", hint=f"the latest: {known or 'none'}")

    def _add(self, report: Json) -> None:
        if report["status"] == "running":  # it has not come to its end, and is not there any more
            report |= {"status": "killed", "exit_code": 137}
            for step in report["steps"]:
                if step["status"] == "running":
                    step["status"] = "interrupted"
        job = report["job"]["name"]
        head = (report["run_id"], job, report["started_at"], report["duration_s"])
        values = (*head, report["status"], report["exit_code"], json.dumps(report))
        with self._database:
            self._database.execute("INSERT OR REPLACE INTO runs VALUES (?,?,?,?,?,?,?)", values)
            self._database.execute(
                "DELETE FROM runs WHERE id NOT IN "
                "(SELECT id FROM runs ORDER BY started_at DESC, id DESC LIMIT ?)",
                (_KEPT,),
            )


def _report(path: Path) -> Json | None:
    """None for a journal that holds nothing yet."""
    account = Account()
    for event in read(path):
        account.hear(event)
    return account.report if "run_id" in account.report else None
