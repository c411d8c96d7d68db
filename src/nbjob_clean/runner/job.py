"""A job as values: its files and its steps in the order in which they run. Nothing is run here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from nbjob_clean.errors import ArgumentError
from nbjob_clean.record import Record
from nbjob_clean.sidecar.format import Block, Sidecar

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Literal

    Language = Literal["python", "sql"]
    Entry = Literal["cell", "script", "function", "statements"]

_NONE: Mapping[str, Any] = {}


class Step(Record):
    """One runnable unit: a production cell, or a whole hand-written file.

    `language` is the cell's, also where a SQL cell is called from a `.py` sidecar.
    """

    number: int
    file: str
    language: Language
    entry: Entry
    text: str
    line: int = 1  # of the file, where the text starts
    block: Block | None = None
    position: int = 0  # among the blocks of its sidecar, from 1
    notebook: str = ""
    code: CodeType | None = None

    @property
    def source_name(self) -> str:
        """The file that a person edits: the notebook of a sidecar."""
        return self.notebook or self.file

    @property
    def tags(self) -> tuple[str, ...]:
        return self.block.tags if self.block else ()


class Job(Record):
    """A job directory, or the part of one that was asked for. `files` holds every text in it."""

    name: str
    directory: Path
    files: Mapping[str, str]
    sidecars: Mapping[str, Sidecar]
    steps: tuple[Step, ...]
    preambles: Mapping[str, CodeType] = _NONE
    not_steps: Mapping[str, str] = _NONE  # file -> why
    is_in_memory: bool = False

    def path(self, file: str) -> str:
        """The absolute path of a file, which is what its code objects are compiled with."""
        return str(self.directory / file)


def asks_for_packages(job: Job) -> bool:
    """Whether the job lists packages: in a file, or as PEP 723 metadata of a script."""
    return (job.directory / "requirements.txt").is_file() or any(
        "# /// script" in text for text in job.files.values()
    )


def natural_key(file: str) -> tuple[object, ...]:
    """Ten comes after nine; the case of letters decides only between names that differ in it."""
    stem, dot, suffix = file.rpartition(".")
    parts = re.split(r"([0-9]+)", (stem if dot else suffix).casefold())
    numbers = tuple(int(part) if index % 2 else part for index, part in enumerate(parts))
    return (numbers, suffix, file)


def select(
    steps: Sequence[Step], *, first: str = "", last: str = "", only: str = ""
) -> tuple[Step, ...]:
    """The steps from `first` to `last`, or `only` those; an empty name means no limit.

    Raises ArgumentError for a step that there is not.
    """
    if only:
        return tuple(steps[index] for index in _indices(steps, only))
    start = _indices(steps, first)[0] if first else 0
    end = _indices(steps, last)[-1] + 1 if last else len(steps)
    if start >= end:
        raise ArgumentError(f"no step is both from `{first}` on and up to `{last}`")
    return tuple(steps[start:end])


def _indices(steps: Sequence[Step], name: str) -> list[int]:
    """Where the steps are that `name` names: a number, a file, or file:cell-id."""
    found = [index for index, step in enumerate(steps) if name in _names(step)]
    if not found:
        raise ArgumentError(
            f"no step `{name}`",
            hint="a number, a file name or file:cell-id; `nbjob run JOB --plan` lists them",
        )
    return found


def _names(step: Step) -> Iterator[str]:
    yield str(step.number)
    stem = step.source_name.rpartition(".")[0]
    for file in (step.source_name, step.file, stem):
        yield file
        if step.block and step.block.id:
            yield f"{file}:{step.block.id}"
