"""A job's exception as a caller in Python sees it: without our frames, and with its cell named."""

from __future__ import annotations

import os
from pathlib import Path
from traceback import walk_tb

from nbjob_clean.runner.environment import show_sources
from nbjob_clean.runner.failure import spot
from nbjob_clean.runner.job import Job
from nbjob_clean.runner.places import Places

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from types import TracebackType

_OURS = str(Path(__file__).parents[1]) + os.sep


def without_our_frames(error: BaseException) -> None:
    """Let the traceback start in the job."""
    error.__traceback__ = _after_ours(error.__traceback__)


def without_callers(error: BaseException) -> None:
    """The same, where frames of those who called us stand before ours."""
    frames = error.__traceback__
    while frames and not _is_ours(frames):
        frames = frames.tb_next
    error.__traceback__ = _after_ours(frames)


def _after_ours(frames: TracebackType | None) -> TracebackType | None:
    while frames and _is_ours(frames):
        frames = frames.tb_next
    return frames


def _is_ours(frames: TracebackType) -> bool:
    return frames.tb_frame.f_code.co_filename.startswith(_OURS)


def place_of(error: BaseException, job: Job, places: Places) -> str:
    """`in 10_etl.ipynb, cell 4, line 2`, and that line; empty where it is in no cell."""
    found = spot(error, places)
    if not found or not found.cell:
        return ""
    place = f"in {found.notebook}, cell {found.cell}, line {found.line}"
    return f"{place}\n    {_source(error, job, places)}"


def add_note(error: BaseException, note: str) -> None:
    """From Python 3.11 on; each note once."""
    if note and hasattr(error, "add_note") and note not in getattr(error, "__notes__", ()):
        error.add_note(note)


def show_source_of(job: Job) -> None:
    """Where a job is in memory alone, nobody else can show the lines of its traceback."""
    if job.is_in_memory:
        show_sources(job)


def _source(error: BaseException, job: Job, places: Places) -> str:
    """The last of the job's lines in the traceback; Python itself would look for it on disk."""
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    for filename, line in reversed(frames):
        text = job.files.get(Path(filename).name, "") if places.place(filename, line) else ""
        if text:
            return text.split("\n")[line - 1].strip()
    return ""
