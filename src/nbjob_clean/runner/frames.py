"""Results as pandas, Polars or Arrow; what the driver gave as Arrow was never Python's tuples."""

from __future__ import annotations

import importlib
from typing import Any

from nbjob_clean.errors import UnavailableError
from nbjob_clean.runner.rows import Rows


def as_results(found: Any, kind: str) -> Any:
    """`Rows` or a pyarrow.Table as `arrow`, `pandas` or `polars`."""
    if kind == "arrow":
        return as_arrow(found)
    if kind == "polars":
        return as_polars(found)
    return as_pandas(found)


def as_pandas(found: Any) -> Any:
    """A pandas.DataFrame."""
    if isinstance(found, Rows):
        pandas = _package("pandas")
        return pandas.DataFrame.from_records(found, columns=list(found.columns))
    _package("pandas")
    return found.to_pandas()


def as_polars(found: Any) -> Any:
    """A polars.DataFrame."""
    polars = _package("polars")
    if isinstance(found, Rows):
        columns = list(found.columns)
        return polars.DataFrame(list(found), schema=columns, orient="row", infer_schema_length=None)
    return polars.from_arrow(found)


def as_arrow(found: Any) -> Any:
    """A pyarrow.Table."""
    if not isinstance(found, Rows):
        return found
    pyarrow = _package("pyarrow")
    columns = list(zip(*found, strict=True)) or [()] * len(found.columns)
    arrays = [pyarrow.array(column) for column in columns]
    return pyarrow.Table.from_arrays(arrays, names=list(found.columns))


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as exc:
        raise UnavailableError(
            f"the package `{name}` is not installed", hint=f"pip install {name}"
        ) from exc
