"""`nbjob emit --reverse`: what was edited in sidecars goes back into the cells of the notebook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nbjob_clean.cli.emit import carry_out, pending
from nbjob_clean.cli.output import say_unreadable
from nbjob_clean.cli.paths import display
from nbjob_clean.cli.sidecar_versions import known_versions, remember_emitted
from nbjob_clean.config import Config, Configs
from nbjob_clean.emit.core import emit_sidecars, sidecar_names
from nbjob_clean.emit.reverse import reverse
from nbjob_clean.errors import FileError, NotebookFormatError, SidecarError, UsageError
from nbjob_clean.files import read_bytes, write_bytes
from nbjob_clean.notebook.model import Notebook, loads
from nbjob_clean.sidecar.format import sidecar_of

_OLDEST = 4  # versions 2 and 3 are emitted as upgraded, and not written


def reverse_files(
    arguments: Iterable[str], configs: Configs, *, is_dry: bool, is_forced: bool
) -> int:
    """Take the edits of each sidecar over; the exit status. Raises UsageError for no sidecar."""
    paths = tuple(dict.fromkeys(_notebook(Path(argument)) for argument in arguments))
    if not paths:
        raise UsageError("--reverse takes sidecars", hint="nbjob emit --reverse FILE")
    changed = failed = 0
    for path in paths:
        try:
            changed += _reverse(path, configs.of(path), is_dry=is_dry, is_forced=is_forced)
        except (NotebookFormatError, SidecarError, FileError) as exc:
            failed += 1
            say_unreadable(path, exc)
    return 1 if changed or failed else 0


def _notebook(path: Path) -> Path:
    """The notebook that a sidecar was emitted from."""
    data = None if path.is_dir() else read_bytes(path)
    if data is None:
        raise UsageError(f"{path}: no such file")
    if path.suffix == ".ipynb":
        return path
    owner = sidecar_of(data.decode("utf-8-sig", "replace"))
    if owner is None:
        raise UsageError(f"{path}: not a sidecar", hint="its first line is not `nbjob:sidecar`")
    notebook = path.with_name(Path(owner).name)
    if not notebook.is_file():
        raise UsageError(f"{path}: {owner}, which it was emitted from, is gone")
    return notebook


def _reverse(path: Path, config: Config, *, is_dry: bool, is_forced: bool) -> int:
    notebook = loads(read_bytes(path) or b"")
    if notebook.nbformat < _OLDEST:
        raise SidecarError(
            f"a notebook of format {notebook.nbformat} is not edited",
            hint="open it in Jupyter and save it once",
        )
    there = {name: read_bytes(path.with_name(name)) for name in sidecar_names(path.name)}
    edited = {name: data for name, data in there.items() if data and _is_of(data, path.name)}
    known = [] if is_forced else known_versions(path, config.tags, with_staged=False)
    result = reverse(notebook, path.name, edited, tags=config.tags, known=known)
    if result.data != notebook.data:
        cells = ", ".join(str(number) for number in _changed(notebook, result))
        print(f"{display(path)}: {'would change' if is_dry else 'changed'} cell {cells}")
    if is_dry:
        return int(result.data != notebook.data)
    write_bytes(path, result.data)
    given = emit_sidecars(result, path.name, tags=config.tags)
    needed = pending(path, given)
    for change in needed:
        carry_out(path, change)
        print(f"{change.verb} {display(path.with_name(change.name))}")
    for name, data in given.items():
        remember_emitted(path.with_name(name), data)  # the next edit is one of these bytes
    return len(needed) + (result.data != notebook.data)


def _is_of(data: bytes, notebook: str) -> bool:
    return sidecar_of(data.decode("utf-8-sig", "replace")) == notebook


def _changed(before: Notebook, after: Notebook) -> list[int]:
    pairs = zip(before.cells, after.cells, strict=True)
    return [one.number for one, other in pairs if one.source != other.source]
