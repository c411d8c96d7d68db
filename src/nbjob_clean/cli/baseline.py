"""The findings that a repository has agreed to live with, in a file: only new ones are reported."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from nbjob_clean.cli.identity import Identity, Sources, identity
from nbjob_clean.config import Config
from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.errors import ConfigError
from nbjob_clean.files import read_bytes, write_bytes

_VERSION = 1
# Found only where the notebook is named, or where it has counts, or where its sidecar was looked
# at: not found does not mean that they are gone.
_FLEETING = ("NBJ004", "NBJ2", "NBJ6")


class Baseline:
    """What is left of a baseline while findings are held against it; each entry counts once."""

    def __init__(self, folder: Path, known: Mapping[Identity, int]) -> None:
        self._folder = folder
        self._left = Counter(known)

    def unknown(self, diagnostics: Iterable[Diagnostic], sources: Sources) -> list[Diagnostic]:
        """The findings that the baseline does not hold."""
        found = []
        for diagnostic in diagnostics:
            known = identity(diagnostic, _relative(Path(diagnostic.path), self._folder), sources)
            if self._left[known] > 0:
                self._left[known] -= 1
            else:
                found.append(diagnostic)
        return found

    def gone(self, checked: Iterable[Path]) -> int:
        """How many entries no finding answered to, of notebooks that were checked or are gone."""
        paths = {_relative(path, self._folder) for path in checked}
        return sum(
            count
            for known, count in self._left.items()
            if not known.code.startswith(_FLEETING)
            and (known.path in paths or not (self._folder / known.path).exists())
        )


def configured(config: Config) -> Baseline | None:
    """The baseline that the settings name; None where they name none."""
    return read_baseline(config.root / config.baseline) if config.baseline else None


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file. Raises ConfigError where there is none, or none that can be read."""
    data = read_bytes(path)
    if data is None:
        raise ConfigError(
            f"{path}: no such baseline", hint=f"write it: nbjob check --write-baseline {path}"
        )
    try:
        content = json.loads(data)
        if content["version"] != _VERSION:
            raise ConfigError(
                f"{path}: a baseline of version {content['version']}, this nbjob reads {_VERSION}",
                hint=f"write it again: nbjob check --write-baseline {path}",
            )
        known = {
            Identity(*(str(row[name]) for name in Identity._fields)): int(row["count"])
            for row in content["findings"]
        }
    except (ValueError, KeyError, TypeError) as exc:
        raise ConfigError(
            f"{path}: not a baseline: {type(exc).__name__}: {exc}",
            hint=f"write it again: nbjob check --write-baseline {path}",
        ) from exc
    return Baseline(path.parent, known)


def write_baseline(path: Path, diagnostics: Collection[Diagnostic], sources: Sources) -> None:
    """Write what was found: sorted, with paths from the file's own folder, and without lines."""
    counts = Counter(
        identity(diagnostic, _relative(Path(diagnostic.path), path.parent), sources)
        for diagnostic in diagnostics
    )
    rows = [{**known._asdict(), "count": count} for known, count in sorted(counts.items())]
    text = json.dumps({"version": _VERSION, "findings": rows}, indent=1) + "\n"
    write_bytes(path, text.encode())


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()
