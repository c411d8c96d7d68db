"""From a directory, a file or texts in memory to a Job: what cannot be read is refused here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nbjob_clean.errors import InvalidJobError, SidecarError
from nbjob_clean.record import Record, changed
from nbjob_clean.runner.job import Job, Step, natural_key
from nbjob_clean.runner.source import compiled, future_flags
from nbjob_clean.sidecar.format import Block, Sidecar, parse, sidecar_of

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from types import CodeType

_BOM = b"\xef\xbb\xbf"  # a codec of Python's own knows it too, and has to be loaded
_SUFFIXES = (".py", ".sql")
_NONE: Mapping[str, str] = {}
_PREAMBLE_LINE = 3  # the two lines of the head stand before it


def load_job(path: Path, *, sidecars: Mapping[str, str] | None = None) -> Job:
    """The job in a directory, or the steps of one `.py` or `.sql` file of it.

    With `sidecars` (name -> text) a notebook's steps are theirs; those of a directory come beside
    its files.
    Raises InvalidJobError where there is nothing to run, or something that cannot be read.
    """
    directory = (path if path.is_dir() else path.parent).resolve()
    if sidecars is not None and not path.is_dir():
        return changed(_draft(directory, sidecars).job(sidecars), is_in_memory=True)
    if path.is_dir():
        files = {name: _text(path / name) for name in _file_names(path)} | dict(sidecars or {})
        draft = _draft(directory, files)
        job = draft.job(draft.step_files(), not_steps=draft.not_steps())
        return changed(job, is_in_memory=True) if sidecars else job
    return _single(path, directory)


def _single(path: Path, directory: Path) -> Job:
    if path.suffix.lower() not in _SUFFIXES or not path.is_file():
        there = "no such file or directory" if not path.exists() else "not a job"
        hint = "a job is a directory, a .py or .sql file, or a notebook"
        raise InvalidJobError(f"{path}: {there}", hint=hint)
    pair = {path, *(path.with_suffix(suffix) for suffix in _SUFFIXES)}
    draft = _draft(directory, {file.name: _text(file) for file in pair if file.is_file()})
    owner = draft.owner(path.name)
    if owner:
        raise InvalidJobError(
            f"{path}: runs through {owner}", hint=f"nbjob run {path.with_name(owner)}"
        )
    return draft.job([path.name])


def _draft(directory: Path, files: Mapping[str, str]) -> _Draft:
    return _Draft(directory, files, {name: _sidecar(name, text) for name, text in files.items()})


def _file_names(directory: Path) -> list[str]:
    names = (entry.name for entry in directory.iterdir() if entry.is_file())
    return [name for name in names if name.lower().endswith(_SUFFIXES) and name[0] != "."]


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if path.suffix == ".py" and b"coding" in b"".join(data.split(b"\n", 2)[:2]):
            from importlib.util import decode_source

            return decode_source(data)
        return data.removeprefix(_BOM).decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except (SyntaxError, UnicodeDecodeError) as exc:
        raise InvalidJobError(f"{path}: {exc}", hint="save the file as UTF-8") from exc
    except OSError as exc:
        raise InvalidJobError(f"{path}: {exc.strerror or exc}") from exc


def _sidecar(name: str, text: str) -> Sidecar | None:
    if sidecar_of(text) is None:
        return None
    try:
        return parse(text, suffix="." + name.rpartition(".")[2])
    except (SidecarError, ValueError, IndexError) as exc:
        raise InvalidJobError(
            f"{name}: {exc}", hint=getattr(exc, "hint", "") or "emit it again: `nbjob emit`"
        ) from exc


class _Draft(Record):
    """The files of a job on their way to steps."""

    directory: Path
    files: Mapping[str, str]
    parsed: Mapping[str, Sidecar | None]

    def job(self, names: Iterable[str], *, not_steps: Mapping[str, str] = _NONE) -> Job:
        ordered = sorted((name for name in names if not self.owner(name)), key=natural_key)
        steps = [step for name in ordered for step in self.steps(name)]
        if not steps:
            raise InvalidJobError(
                f"{self.directory}: nothing to run",
                hint="tag production cells `job` and `nbjob emit`, or add a .py or .sql file",
            )
        return Job(
            name=self.directory.name or "job",
            directory=self.directory,
            files=self.files,
            sidecars=self.sidecars(),
            preambles={name: found for name in ordered if (found := self.preamble(name))},
            steps=tuple(changed(step, number=n) for n, step in enumerate(steps, start=1)),
            not_steps=not_steps,
        )

    def sidecars(self) -> dict[str, Sidecar]:
        return {name: sidecar for name, sidecar in self.parsed.items() if sidecar}

    def step_files(self) -> list[str]:
        skipped = self.not_steps()
        return [name for name in self.files if name not in skipped]

    def owner(self, name: str) -> str:
        """The `.py` sidecar through which a `.sql` sidecar of the same notebook runs."""
        found = self.parsed[name]
        if not found or found.suffix != ".sql":
            return ""
        return next(
            (other for other, sidecar in self.parsed.items()
             if sidecar and sidecar.suffix == ".py" and sidecar.notebook == found.notebook), ""
        )  # fmt: skip

    def not_steps(self) -> dict[str, str]:
        imported = self._imported()
        reasons = {}
        for name in sorted(self.files, key=natural_key):
            stem = name.rpartition(".")[0]
            owner = self.owner(name)
            if name.startswith("_"):
                reasons[name] = "its name starts with _"
            elif owner:
                reasons[name] = f"runs through {owner}"
            elif name.endswith(".py") and imported.get(stem):
                reasons[name] = f"imported by {imported[stem]}"
            elif self._is_test(name):
                reasons[name] = "pytest's"
        return reasons

    def _imported(self) -> dict[str, str]:
        """Module name -> the first file that imports it; a file is not its own reason."""
        python = [name for name in self.files if name.endswith(".py")]
        modules = {name[:-3] for name in python if name[:-3].isidentifier()}
        found: dict[str, str] = {}
        for name in sorted(python, key=natural_key):
            others = modules - {name[:-3]}
            if any(module in self.files[name] for module in others):  # else spare the parsing
                from nbjob_clean.runner.syntax import imported_modules

                for module in imported_modules(self.files[name]) & others:
                    found.setdefault(module, name)
        return found

    def _is_test(self, name: str) -> bool:
        """What pytest would collect is no step, unless it has the `run` of one."""
        if name != "conftest.py" and not (name.startswith("test_") and name.endswith(".py")):
            return False
        return "def run(" not in self.files[name]

    def steps(self, name: str) -> Iterator[Step]:
        sidecar = self.parsed[name]
        if sidecar is None:
            yield self._hand_written(name)
            return
        preamble = self.preamble(name)
        flags = future_flags(preamble) if preamble else 0
        for position, block in enumerate(sidecar.blocks, start=1):
            if block.kind == "markdown":
                continue
            step = _cell_step(name, sidecar, block, position)
            if name.endswith(".py"):
                code = self.code(name, step.text, line=step.line, flags=flags)
                flags |= future_flags(code)
                step = changed(step, code=code)
            yield step

    def preamble(self, name: str) -> CodeType | None:
        """What stands before the first cell of a `.py` sidecar: the imports of all."""
        sidecar = self.parsed[name]
        if sidecar is None or not sidecar.preamble or not name.endswith(".py"):
            return None
        return self.code(name, "\n".join(sidecar.preamble), line=_PREAMBLE_LINE)

    def _hand_written(self, name: str) -> Step:
        text = self.files[name]
        if name.lower().endswith(".sql"):
            return Step(number=0, file=name, language="sql", entry="statements", text=text)
        from nbjob_clean.runner.syntax import entry

        code = self.code(name, text)
        how = entry(text, {other[:-3] for other in self.files if other.endswith(".py")})
        if how == "function" and "async def run(" in text:
            raise InvalidJobError(
                f"{name}: `async def run` would never be awaited",
                hint="def run(job_input): asyncio.run(...)",
            )
        return Step(number=0, file=name, language="python", entry=how, text=text, code=code)

    def code(self, name: str, text: str, *, line: int = 1, flags: int = 0) -> CodeType:
        path = str(self.directory / name)
        try:
            return compiled(text, path, line=line, flags=flags)
        except (SyntaxError, ValueError) as exc:
            from nbjob_clean.runner.failure import syntax_error
            from nbjob_clean.runner.places import Places

            if isinstance(exc, SyntaxError) and exc.lineno:
                # Python looks for the line on disk, which is not where all text comes from.
                exc.text = self.files[name].split("\n")[exc.lineno - 1]
            raise syntax_error(exc, name, Places(self.directory, self.sidecars())) from exc


def _cell_step(name: str, sidecar: Sidecar, block: Block, position: int) -> Step:
    return Step(
        number=0,
        file=name,
        language="sql" if block.kind == "sql" else "python",
        entry="cell",
        text="\n".join(block.lines),
        line=block.line + 1,
        block=block,
        position=position,
        notebook=sidecar.notebook,
    )
