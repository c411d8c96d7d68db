"""`nbjob check --fix` and `--diff`: mends notebooks, requirements and sidecars on disk."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterable
from pathlib import Path

from nbjob_clean.cli.emit import pending, require_unedited
from nbjob_clean.cli.findings import Findings
from nbjob_clean.cli.paths import display
from nbjob_clean.cli.sidecar_versions import remember_emitted
from nbjob_clean.config import Config, Configs
from nbjob_clean.emit.core import emit_sidecars
from nbjob_clean.errors import NbjobError
from nbjob_clean.files import read_bytes, write_bytes
from nbjob_clean.notebook.model import Notebook, loads
from nbjob_clean.rules.fix import fix
from nbjob_clean.rules.fix_requirements import fix_requirements

_OLDEST = 4  # versions 2 and 3 are checked as upgraded, and not written
_SIDECAR_CODES = ("NBJ601", "NBJ602")


def fix_files(paths: Iterable[Path], findings: Findings, configs: Configs, *, is_dry: bool) -> int:
    """Mend what is found in each notebook; how many files are, or would be, changed."""
    changed = 0
    for path in paths:
        try:
            notebook = loads(read_bytes(path) or b"")
        except NbjobError:
            continue  # the report names it
        if notebook.nbformat >= _OLDEST:
            changed += _fix_file(path, notebook, findings, configs.of(path), is_dry=is_dry)
    return changed


def _fix_file(
    path: Path, notebook: Notebook, findings: Findings, config: Config, *, is_dry: bool
) -> int:
    found = [*findings.look(path, notebook), *findings.look_at_sidecars(path, notebook)]
    codes = {diagnostic.code for diagnostic in found}
    fixed = fix(notebook, codes=codes, tags=config.tags, builtins=config.builtins)
    for line in fixed.done:
        print(f"{display(path)}: {line}")
    changed = _put(path, fixed.notebook.data, is_dry=is_dry)
    requirements = path.with_name("requirements.txt")
    text = (read_bytes(requirements) or b"").decode("utf-8", "replace")
    mended = fix_requirements(text, found, _installed)
    if mended != text:
        changed += _put(requirements, mended.encode(), is_dry=is_dry)
    if fixed.done or codes.intersection(_SIDECAR_CODES):
        changed += _emit(path, fixed.notebook, config, is_dry=is_dry)
    return changed


def _emit(path: Path, notebook: Notebook, config: Config, *, is_dry: bool) -> int:
    """Write sidecars anew where there are some; a first one is `nbjob emit`'s to write."""
    wanted = emit_sidecars(notebook, path.name, tags=config.tags)
    changed = 0
    needed = pending(path, wanted)
    require_unedited(path, needed, config.tags)
    for change in needed:
        if change.found is not None and change.data is not None:
            changed += _put(path.with_name(change.name), change.data, is_dry=is_dry)
            if not is_dry:
                remember_emitted(path.with_name(change.name), change.data)
    return changed


def _put(path: Path, data: bytes, *, is_dry: bool) -> int:
    before = read_bytes(path) or b""
    if before == data:
        return 0
    if is_dry:
        name = display(path)
        old, new = (text.decode("utf-8", "replace").splitlines() for text in (before, data))
        lines = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm="")
        print("\n".join(lines))
    else:
        write_bytes(path, data)
    return 1


@functools.cache
def _installed(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return None
