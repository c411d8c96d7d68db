"""Write the canonical .py/.sql sidecars of notebooks that have production cells.

`10_etl.ipynb` gives `10_etl.py` and, where it has SQL cells, `10_etl.sql`. The bytes depend on
the production cells (and the markdown between them) alone: a debug cell changes nothing.

  nbjob emit                     all notebooks below this folder that git does not ignore
  nbjob emit etl.ipynb           this one
  nbjob emit --check             name sidecars that are missing or stale, write nothing
  nbjob emit --stdout etl.ipynb  print instead of writing
  nbjob emit --reverse etl.py    take what was edited in a sidecar over into the notebook
  nbjob emit --plain etl.ipynb   print a script that `uv run` starts, without nbjob
  nbjob emit --force etl.ipynb   undo what was edited in its sidecars

IPython syntax that production would need (`!cmd`, `%run`, `%%bash`) is written as a call that
fails when it is reached, and reported.

Exit status: 0 everything was fresh, 1 files were (or would be) written, or something is reported.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from nbjob_clean.cli.findings import Findings
from nbjob_clean.cli.output import say_unreadable
from nbjob_clean.cli.paths import display, notebook_paths
from nbjob_clean.cli.sidecar_check import orphaned_files
from nbjob_clean.cli.sidecar_versions import is_known, known_versions, remember_emitted
from nbjob_clean.config import Config, Configs
from nbjob_clean.emit.core import emit_sidecars, sidecar_names
from nbjob_clean.emit.plan import Change, changes
from nbjob_clean.errors import FileError, NotebookFormatError, SidecarError, UsageError
from nbjob_clean.files import read_bytes, write_bytes
from nbjob_clean.notebooks import read_notebook

TYPE_CHECKING = False  # a plain command line is read without it
if TYPE_CHECKING:
    import argparse

# What a sidecar cannot say as the notebook does: cells that do not compile, IPython that it needs.
_FAITHFULNESS = ("NBJ000", "NBJ001", "NBJ301")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="notebooks and folders")
    parser.add_argument("--check", action="store_true", help="write nothing; show what is stale")
    parser.add_argument("--stdout", action="store_true", help="print the sidecars; write nothing")
    parser.add_argument(
        "--reverse", action="store_true", help="PATH is a sidecar: its edits go into the notebook"
    )
    parser.add_argument(
        "--plain", action="store_true", help="print one script that needs no nbjob; write nothing"
    )
    parser.add_argument("--force", action="store_true", help="sidecars that were edited too")


def run(args: argparse.Namespace) -> int:
    configs = Configs()
    if args.reverse:
        from nbjob_clean.cli.reverse import reverse_files

        return reverse_files(args.paths, configs, is_dry=args.check, is_forced=args.force)
    if args.plain:
        return _plain(args.paths, configs)
    gc.disable()  # trees are many and hold no cycles: looking for some is a tenth of the time
    findings = Findings(configs, select=_FAITHFULNESS)
    changed = failed = 0
    for path in notebook_paths(args.paths, configs.of(Path.cwd() / "any.ipynb")):
        try:
            changed += _emit(path, args, configs.of(path), findings)
        except (NotebookFormatError, SidecarError, FileError) as exc:
            failed += 1
            say_unreadable(path, exc)
    if not args.stdout:
        removed, refused = _remove_orphans(args, configs)
        changed, failed = changed + removed, failed + refused
    findings.print("full")
    return 1 if changed or failed or findings.found else 0


def _plain(paths: Sequence[str], configs: Configs) -> int:
    """Print the script of one notebook. Raises UsageError for none, or more than one."""
    from nbjob_clean.emit.plain import plain_script

    if len(paths) != 1 or not Path(paths[0]).is_file():
        raise UsageError("--plain takes one notebook", hint="nbjob emit --plain NOTEBOOK > FILE")
    path = Path(paths[0])
    config = configs.of(path)
    requirements = (read_bytes(path.with_name("requirements.txt")) or b"").decode("utf-8-sig")
    databases = {n: str(facts["url"]) for n, facts in config.databases.items() if "url" in facts}
    script = plain_script(
        read_notebook(path), path.name, tags=config.tags,
        requirements=requirements, databases=databases,
    )  # fmt: skip
    sys.stdout.flush()
    sys.stdout.buffer.write(script.encode())
    return 0


def pending(path: Path, wanted: Mapping[str, bytes]) -> list[Change]:
    """What `wanted` would change beside a notebook. Raises SidecarError as `changes` does."""
    found = {name: read_bytes(path.with_name(name)) for name in sidecar_names(path.name)}
    return changes(wanted, found, notebook=path.name)


def require_unedited(path: Path, needed: Sequence[Change], tags: Collection[str]) -> None:
    """Raises SidecarError where a sidecar that would be written holds what a hand put there."""
    present = [change for change in needed if change.found is not None]
    known = known_versions(path, tags) if present else []
    for change in present:
        given = {change.name: change.data or b""}
        if not is_known(change.name, change.found or b"", (*known, given)):
            where = display(path.with_name(change.name))
            raise SidecarError(
                f"{change.name} was edited, and would be overwritten",
                hint=f"nbjob emit --reverse {where} takes the edit over into the notebook;"
                f" nbjob emit --force {display(path)} undoes it",
            )


def carry_out(path: Path, change: Change) -> None:
    """Write or remove one sidecar beside a notebook."""
    target = path.with_name(change.name)
    if change.data is None:
        target.unlink()
    else:
        write_bytes(target, change.data)
    remember_emitted(target, change.data)


def _emit(path: Path, args: argparse.Namespace, config: Config, findings: Findings) -> int:
    notebook = read_notebook(path)
    findings.add(path, notebook, is_named=False)
    wanted = emit_sidecars(notebook, path.name, tags=config.tags)
    if args.stdout:
        for data in wanted.values():
            sys.stdout.buffer.write(data)
        return 0
    needed = pending(path, wanted)
    if not args.check and not args.force:
        require_unedited(path, needed, config.tags)
    for change in needed:
        target = display(path.with_name(change.name))
        if args.check:
            _print_stale(target, change)
        else:
            carry_out(path, change)
            print(f"{change.verb} {target}")
    return len(needed)


def _remove_orphans(args: argparse.Namespace, configs: Configs) -> tuple[int, int]:
    """How many sidecars went with their notebooks, and how many could not."""
    folders = [Path(p) for p in args.paths or ["."] if Path(p).is_dir()]
    removed = refused = 0
    for file, owner in orphaned_files(folders, configs.of(Path.cwd() / "any.ipynb")):
        try:
            removed += _remove_orphan(file, owner, args, configs)
        except (SidecarError, FileError) as exc:
            refused += 1
            say_unreadable(file, exc)
    return removed, refused


def _remove_orphan(file: Path, owner: str, args: argparse.Namespace, configs: Configs) -> int:
    """A notebook that goes takes its sidecars with it, unless they were edited."""
    change = Change(file.name, None, read_bytes(file))
    if args.check:
        _print_stale(display(file), change)
        return 1
    notebook = file.with_name(Path(owner).name)
    known = known_versions(notebook, configs.of(notebook).tags)
    if not args.force and not is_known(file.name, change.found or b"", known):
        raise SidecarError(
            f"{owner}, which it was emitted from, is gone, and this is not as it was emitted",
            hint=f"delete it, or bring {owner} back; nbjob emit --force deletes it",
        )
    carry_out(notebook, change)
    print(f"removed {display(file)}")
    return 1


def _print_stale(target: str, change: Change) -> None:
    import difflib

    print(f"{target}: {'missing' if change.found is None else 'stale'}")
    before = (change.found or b"").decode("utf-8", "replace").splitlines()
    after = (change.data or b"").decode("utf-8", "replace").splitlines()
    if change.found is not None:
        lines = difflib.unified_diff(before, after, f"a/{target}", f"b/{target}", lineterm="")
        print("\n".join(lines))
