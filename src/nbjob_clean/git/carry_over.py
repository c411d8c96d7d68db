"""What the filter of another tool was told, in our words. Said, not written: a team decides."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from nbjob_clean.clean.words import layer
from nbjob_clean.errors import UsageError
from nbjob_clean.record import Record

_KEYS = "KEYS"  # metadata.foo and cell.metadata.bar, as nbstripout and nbwipers name them
# Tool -> flag -> what it says in `keep` or `drop`, with {} for its values; empty where it is what
# happens here anyway, or part of every installation.
_SAYS: Mapping[str, Mapping[str, str]] = {
    "nbstripout": {
        "--keep-output": "keep outputs",
        "--keep-output-type": "keep outputs:{}",
        "--drop-output-type": "drop outputs:{}",
        "--max-size": "keep outputs:<{}B",
        "--keep-count": "keep counts",
        "--keep-metadata-keys": f"keep {_KEYS}",
        "--extra-keys": f"drop {_KEYS}",
        "--drop-empty-cells": "drop empty-cells",
        "--drop-tagged-cells": "drop cells:{}",
        "--keep-id": "",
        "-m": "",
        "-t": "",
    },
    "nb-clean": {
        "--preserve-cell-outputs": "keep outputs",
        "--preserve-execution-counts": "keep counts",
        "--preserve-cell-metadata": "keep cell-metadata",
        "--preserve-cell-metadata-field": "keep cell-metadata:{}",
        "--preserve-notebook-metadata": "keep notebook-metadata",
        "--remove-all-notebook-metadata": "drop notebook-metadata",
        "--remove-empty-cells": "drop empty-cells",
    },
    "nbwipers": {
        "--keep-output": "keep outputs",
        "--keep-count": "keep counts",
        "--keep-keys": f"keep {_KEYS}",
        "--extra-keys": f"drop {_KEYS}",
        "--drop-empty-cells": "drop empty-cells",
        "--drop-tagged-cells": "drop cells:{}",
        "--drop-id": "drop ids",
        "--keep-id": "",
        "--respect-exclusions": "",
        "--stdin-file-name": "",
        "-": "",
    },
}
_IN_CONFIGURATION = {"extrakeys": "--extra-keys", "keepmetadatakeys": "--keep-metadata-keys"}
_PLACES = {"cell.metadata.": "cell-metadata:", "metadata.": "notebook-metadata:"}


class _Flag(Record):
    name: str
    values: tuple[str, ...]
    text: str


def to_carry_over(tool: str, found: Mapping[str, str]) -> Iterator[str]:
    """A line for each thing that a person has to set here, or that has no counterpart."""
    words: dict[str, list[str]] = {"keep": [], "drop": []}
    others = []
    for flag in _flags(tool, found):
        said = _SAYS[tool].get(flag.name)
        side, _, template = (said or "").partition(" ")
        new = [_word(template, value) for value in flag.values or ("",)] if template else []
        if said is None or not _is_known(new, side):
            others.append(flag.text)
        elif new:
            words[side] += new
    for side, verb in (("keep", "kept"), ("drop", "dropped")):
        if words[side]:
            listed = ", ".join(f'"{word}"' for word in sorted(words[side]))
            yield f"{tool} {verb} these; to {side} them, set `{side} = [{listed}]` in [tool.nbjob]"
    for text in others:
        yield f"{tool} had `{text}`, which is not carried over: see `nbjob clean --help`"


def _flags(tool: str, found: Mapping[str, str]) -> Iterator[_Flag]:
    """The flags of the filter's command, and what nbstripout keeps in git's configuration."""
    command = found.get(f"filter.{tool}.clean", "")
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    starts = [index for index, word in enumerate(words) if index and word.startswith("-")]
    for start, end in zip(starts, (*starts[1:], len(words)), strict=False):
        name, _, value = words[start].partition("=")
        values = " ".join((value, *words[start + 1 : end]))
        yield _Flag(name, _values(values), " ".join(words[start:end]))
    for key, name in _IN_CONFIGURATION.items():
        value = found.get(f"filter.{tool}.{key}", "")
        if value:
            yield _Flag(name, _values(value), f"{key} = {value}")


def _values(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _word(template: str, value: str) -> str:
    if template != _KEYS:
        return template.format(value.removeprefix("stream:"))
    place = next((place for place in _PLACES if value.startswith(place)), "")
    return _PLACES[place] + value.removeprefix(place) if place else value


def _is_known(words: list[str], side: str) -> bool:
    try:
        layer(tuple(words) if side == "keep" else (), tuple(words) if side == "drop" else ())
    except UsageError:
        return False
    return True
