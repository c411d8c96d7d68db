"""What a job leaves behind as JSON, for `--result`: values, and tables as columns and rows."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping
from pathlib import Path

from nbjob_clean.runner.atomic import write_whole
from nbjob_clean.runner.mask import Mask
from nbjob_clean.runner.outcome import Event, Outcome, Run

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

_NOTHING = object()
_DEEPEST = 50


class ResultFile:
    """Writes the values of a run when it ends; why that could not be is its `problem`."""

    def __init__(self, path: Path, mask: Mask) -> None:
        self.path = path
        self.problem: OSError | None = None
        self._mask = mask
        self._run_id = ""

    def begin(self, run: Run) -> None:
        self._run_id = run.id

    def event(self, event: Event) -> None:
        """Values are known at the end."""

    def end(self, outcome: Outcome) -> None:
        found = {"run_id": self._run_id, **result_json(outcome)}
        text = json.dumps(self._mask.deep(found), indent=2, ensure_ascii=False) + "\n"
        try:
            write_whole(self.path, text.encode("utf-8", "backslashreplace"))
        except OSError as exc:
            self.problem = exc


def result_json(outcome: Outcome) -> dict[str, Any]:
    """Values that JSON can say; functions, classes and other objects are left out."""
    values: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    for names in outcome.values.values():
        for name, value in names.items():
            table = _table(value)
            if table:
                tables[name] = table
                continue
            found = _plain(value)
            if found is not _NOTHING:
                values[name] = found
    returned = _plain(outcome.returned)
    return {
        "status": outcome.status,
        "exit_code": outcome.exit_code,
        "value": None if returned is _NOTHING else returned,
        "values": values,
        "tables": tables,
    }


def _table(value: Any) -> dict[str, Any] | None:
    """Rows of SQL, and frames of pandas, Polars and Arrow: by what they can do."""
    columns: Any
    rows: Any
    if isinstance(value, list):
        columns, rows = getattr(value, "columns", None), value
    elif hasattr(value, "to_dict") and hasattr(value, "itertuples"):
        columns, rows = value.columns, value.itertuples(index=False, name=None)
    elif hasattr(value, "columns") and hasattr(value, "rows"):
        columns, rows = value.columns, value.rows()
    elif hasattr(value, "column_names") and hasattr(value, "to_pylist"):
        columns, rows = value.column_names, (tuple(row.values()) for row in value.to_pylist())
    else:
        return None
    if columns is None:
        return None
    shown = [[_or_text(cell) for cell in row] for row in rows]
    return {"columns": [str(column) for column in columns], "rows": shown}


def _or_text(value: Any) -> Any:
    found = _plain(value)
    return str(value) if found is _NOTHING else found


def _plain(value: Any, depth: int = 0) -> Any:
    """A value as JSON has it, `_NOTHING` where it has no word for it."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if depth < _DEEPEST and isinstance(value, (list, tuple, set, frozenset)):
        return _all([_plain(item, depth + 1) for item in value])
    if depth < _DEEPEST and isinstance(value, Mapping):
        items = _all([_plain(item, depth + 1) for item in value.values()])
        return items if items is _NOTHING else dict(zip(map(str, value), items, strict=True))
    if type(value).__name__ in ("Decimal", "UUID", "PosixPath", "WindowsPath"):
        return str(value)
    # One number of numpy or pandas.
    is_scalar = hasattr(value, "item") and getattr(value, "ndim", None) == 0
    return _plain(value.item(), depth + 1) if is_scalar and depth < _DEEPEST else _NOTHING


def _all(items: list[Any]) -> Any:
    return _NOTHING if any(item is _NOTHING for item in items) else items
