"""The findings of one invocation: what is looked for in each file, and what was found."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path

from nbjob_clean.cli.output import counted, print_diagnostics, say_unreadable
from nbjob_clean.cli.paths import display
from nbjob_clean.cli.sidecar_rules import ORPHANED, SIDECAR_RULES, wanted_codes
from nbjob_clean.cli.surroundings import Surveyor
from nbjob_clean.config import Config, Configs
from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.errors import ConfigError, FileError, NotebookFormatError, UsageError
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.record import Record
from nbjob_clean.rules import edited_not_rerun, unreadable_notebook
from nbjob_clean.rules.core import RULES, check, is_wanted

TYPE_CHECKING = False  # few repositories have a baseline
if TYPE_CHECKING:
    from nbjob_clean.cli.baseline import Baseline

_NO_PRODUCTION_CELL = "NBJ004"


def codes(values: list[str]) -> tuple[str, ...]:
    """Codes from a repeatable option that also takes a comma-separated list.

    Raises UsageError for a code that no rule has.
    """
    wanted = tuple(code.strip() for value in values for code in value.split(",") if code.strip())
    unknown = _unknown_code(wanted)
    if unknown:
        raise UsageError(f"no rule has the code `{unknown}`", hint=_known_codes())
    return wanted


def _unknown_code(wanted: Iterable[str]) -> str:
    """The first code that is no rule's, nor the beginning of one; empty when all are."""
    known = [*(rule.code for rule in (*RULES, *SIDECAR_RULES)), unreadable_notebook.CODE]
    return next(
        (c for c in wanted if c != "ALL" and not any(name.startswith(c) for name in known)), ""
    )


def _known_codes() -> str:
    return "known: " + ", ".join(sorted(rule.code for rule in (*RULES, *SIDECAR_RULES)))


class Seen(Record):
    """What one notebook gave: findings and the lines of their cells, or why it was not read."""

    path: Path
    found: tuple[Diagnostic, ...]
    sources: Mapping[tuple[str, int], list[str]]
    error: FileError | None = None


class Findings:
    """The findings of one invocation, with the sources that their excerpts come from.

    What `baseline` holds is not among them.
    """

    def __init__(
        self,
        configs: Configs,
        *,
        select: tuple[str, ...] = (),
        ignore: tuple[str, ...] = (),
        baseline: Baseline | None = None,
        with_file_places: bool = True,
    ) -> None:
        self._configs = configs
        self._baseline = baseline
        self._surveyor = Surveyor()
        self._select = select
        self._ignore = ignore
        self._with_file_places = with_file_places
        self._sources: dict[tuple[str, int], list[str]] = {}
        self.found: list[Diagnostic] = []
        self.failed = 0

    def add(self, file: Path, notebook: Notebook, *, is_named: bool) -> list[Diagnostic]:
        """Check one notebook. Only one that was named is blamed for having no production cell."""
        path = display(file)
        for cell in notebook.cells:
            self._sources[path, cell.number] = cell.lines
        return self.keep(self.look(file, notebook, is_named=is_named))

    def look(self, file: Path, notebook: Notebook, *, is_named: bool = True) -> list[Diagnostic]:
        """What there is to find in one notebook, without remembering it."""
        config = self._config_of(file)
        select, ignore = self._select or config.select, self._ignored(file, config)
        with_history = is_wanted(edited_not_rerun.RULE, select, ignore)
        return check(
            notebook,
            path=display(file),
            tags=config.tags,
            select=select,
            ignore=ignore if is_named else (*ignore, _NO_PRODUCTION_CELL),
            builtins=config.builtins,
            surroundings=self._surveyor.of(file, config, notebook, with_history=with_history),
            with_file_places=self._with_file_places,
        )

    def see(self, file: Path, notebook: Notebook, *, is_named: bool) -> Seen:
        """What there is to find in one notebook and its sidecars, for `take`."""
        path = display(file)
        found = [*self.look(file, notebook, is_named=is_named),
                 *self.look_at_sidecars(file, notebook)]  # fmt: skip
        numbers = {n for d in found if d.path == path for n in (d.cell, d.other_cell) if n}
        sources = {(path, number): notebook.cells[number - 1].lines for number in numbers}
        return Seen(file, tuple(found), sources)

    def take(self, seen: Seen) -> None:
        """Remember what was seen, wherever that was."""
        if seen.error is not None:
            self.failed += 1
            say_unreadable(seen.path, seen.error)
        self._sources.update(seen.sources)
        self.keep(list(seen.found))

    def look_at_sidecars(self, file: Path, notebook: Notebook) -> list[Diagnostic]:
        """What there is to find in them, without remembering it."""
        config = self._config_of(file)
        wanted = self._wanted_codes(file, config)
        if not wanted:
            return []
        from nbjob_clean.cli.sidecar_check import sidecar_findings

        found = sidecar_findings(file, notebook, tags=config.tags, wanted=wanted)
        return [d for d in found if d.code in self._wanted_codes(Path(d.path), config)]

    def add_orphans(self, folders: Iterable[Path]) -> None:
        """Look for sidecars whose notebook is gone."""
        for folder in folders:
            config = self._config_of(folder / "any.ipynb")
            if ORPHANED.code in self._wanted_codes(folder, config):
                from nbjob_clean.cli.sidecar_check import orphans

                found = orphans([folder], config)
                self.keep([d for d in found if d.code in self._wanted_codes(Path(d.path), config)])

    def add_unreadable(self, path: str, error: NotebookFormatError) -> None:
        self.keep([unreadable_notebook.diagnose(path, error)])

    def keep(self, found: list[Diagnostic]) -> list[Diagnostic]:
        """Remember findings, but for those that the baseline holds; returns what is new."""
        if self._baseline is not None:
            found = self._baseline.unknown(found, self._sources)
        self.found += found
        return found

    def gone(self, checked: Iterable[Path]) -> int:
        """How many findings of the baseline are mended."""
        return self._baseline.gone(checked) if self._baseline else 0

    def write_baseline(self, path: Path) -> int:
        """Write what was found to a file, say so, and give the exit status."""
        from nbjob_clean.cli.baseline import write_baseline

        write_baseline(path, self.found, self._sources)
        print(f"wrote {path}: {counted(len(self.found), 'finding')}", file=sys.stderr)
        return 1 if self.failed else 0

    def print(self, output_format: str) -> None:
        print_diagnostics(self.found, output_format=output_format, sources=self._sources)

    def _config_of(self, file: Path) -> Config:
        config = self._configs.of(file)
        per_file = (code for codes_ in config.per_file_ignores.values() for code in codes_)
        unknown = _unknown_code((*config.select, *config.ignore, *per_file))
        if unknown:
            raise ConfigError(
                f"[tool.nbjob] in {config.root}: no rule has the code `{unknown}`",
                hint=_known_codes(),
            )
        return config

    def _wanted_codes(self, file: Path, config: Config) -> frozenset[str]:
        return wanted_codes(self._select or config.select, self._ignored(file, config))

    def _ignored(self, file: Path, config: Config) -> Collection[str]:
        """The codes that are not looked for in a file; patterns start at its settings."""
        name = config.name_of(file)
        found = [
            c for p, codes_ in config.per_file_ignores.items() if fnmatch(name, p) for c in codes_
        ]
        return (*config.ignore, *self._ignore, *found)
