"""What a job that was called gives back: its values, its tables, and how it went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nbjob_clean.runner.outcome import Outcome
from nbjob_clean.runner.tables import Tables

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any


class Result(Mapping[str, "Any"]):
    """The public globals at the end of the job, by name; a later file's go over an earlier one's.

    `files` has them by file, `value` is what the `run` of the last hand-written file returned.
    """

    def __init__(self, outcome: Outcome, tables: Tables) -> None:
        self.outcome = outcome
        self.tables = tables
        self.files: Mapping[str, Mapping[str, Any]] = outcome.values
        self.value: Any = outcome.returned
        self._values = {n: value for names in self.files.values() for n, value in names.items()}

    @property
    def is_ok(self) -> bool:
        return self.outcome.exit_code == 0

    @property
    def exit_code(self) -> int:
        """What `nbjob run` would have ended with."""
        return self.outcome.exit_code

    @property
    def error(self) -> BaseException | None:
        """What a step raised, as it was raised."""
        return self.outcome.error

    def raise_for_error(self) -> None:
        if self.outcome.error:
            raise self.outcome.error

    def __getitem__(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        import difflib

        close = difflib.get_close_matches(name, self._values, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(self) or 'none'}"
        raise KeyError(f"{name!r}: the job leaves no such name; {hint}")

    def __getattr__(self, name: str) -> Any:
        values = vars(self).get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"the job leaves no name {name!r}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<{self.outcome.status}: {', '.join(self) or 'no names'}>"
