"""What a person sees when a step fails: their own traceback, places in cells, nothing of ours."""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from nbjob_clean.errors import InvalidJobError, NbjobError
from nbjob_clean.runner.outcome import Failure
from nbjob_clean.runner.places import Places, Spot

_OURS = str(Path(__file__).parents[1]) + os.sep
_FRAME = re.compile(
    r'^(?P<indent>[ |]*)File "(?P<file>.+)", line (?P<line>\d+)(?P<rest>.*)$', re.MULTILINE
)


def render(error: BaseException, places: Places) -> str:
    """The traceback as Python prints it, without the runner and with cells for sidecar lines."""
    summary = traceback.TracebackException.from_exception(error)
    for part in _chain(summary):
        _hide_runner(part.stack, places)
    if isinstance(error, NbjobError):
        text = "".join(summary.stack.format()) + f"error: {error}"
        text += f"\n  hint: {error.hint}" if error.hint else ""
    else:
        text = "".join(summary.format())
    return _with_cells(text, places).rstrip("\n")


def describe(error: BaseException, places: Places) -> Failure:
    """An exception as values: what it is, where it came up, and what a person sees of it."""
    found = spot(error, places) or Spot("", 0)
    return Failure(
        type=_type_name(type(error)),
        message=_message(error),
        traceback=render(error, places),
        file=found.file,
        notebook=found.notebook,
        cell=found.cell or None,
        cell_id=found.cell_id,
        line=found.line or None,
    )


def spot(error: BaseException, places: Places) -> Spot | None:
    """The deepest place in the job's own files; for Python that does not compile, that line."""
    frames = [
        (frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        frames.append((error.filename, error.lineno))
    spots = (places.spot(filename, line) for filename, line in reversed(frames))
    return next((found for found in spots if found), None)


def _type_name(kind: type) -> str:
    is_plain = kind.__module__ in ("builtins", "__main__")
    return (
        kind.__qualname__ if is_plain else f"{kind.__module__ or '<unknown>'}.{kind.__qualname__}"
    )


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - the job's own `__str__` may do anything
        return "<exception str() failed>"


def syntax_error(error: SyntaxError | ValueError, file: str, places: Places) -> InvalidJobError:
    """The refusal of a file with Python that does not compile: the place first, then the line."""
    if not isinstance(error, SyntaxError) or not error.lineno:  # a NUL byte, for one
        return InvalidJobError(f"{file}: {error}")
    text = "".join(traceback.format_exception_only(error))
    place, *source, message = _with_cells(text, places).rstrip("\n").split("\n")
    shown = "\n".join((f"{place.strip()}: {message}", *source))
    return InvalidJobError(shown.replace('File "', "").replace('", line', ", line"))


def _chain(summary: traceback.TracebackException) -> Iterator[traceback.TracebackException]:
    """An exception, those it came from, and those that its group holds."""
    yield summary
    nested = (summary.__cause__, summary.__context__, *(getattr(summary, "exceptions", None) or ()))
    for other in nested:
        if other is not None:
            yield from _chain(other)


def _hide_runner(stack: traceback.StackSummary, places: Places) -> None:
    frames = [frame for frame in stack if not frame.filename.startswith(_OURS)]
    is_sql = bool(frames) and frames[-1].filename.endswith(".sql")
    # The call that stands for a SQL cell in the `.py` is none of the user's lines either.
    stack[:] = [
        frame
        for frame in frames
        if not (is_sql and places.is_sql_cell(frame.filename, frame.lineno or 0))
    ]
    for frame in stack:
        # The columns of a line of SQL are those of the call that stands for it.
        if frame.filename.endswith(".sql") and sys.version_info >= (3, 11):
            frame.colno = None


def _with_cells(text: str, places: Places) -> str:
    def replaced(match: re.Match[str]) -> str:
        place = places.place(match["file"], int(match["line"]))
        if not place and not match["file"].endswith(".sql"):
            return match.group()
        place = place or f'File "{match["file"]}", line {match["line"]}'
        return match["indent"] + place + match["rest"].removesuffix(", in <module>")

    return _FRAME.sub(replaced, text)
