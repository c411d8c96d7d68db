"""Install git's side: outputs stay out of commits, diffs show source, merges go cell by cell.

Writes git's configuration of this clone and one line of .gitattributes (commit it: it tells git
which files are notebooks; the configuration is each clone's own). `git diff`, `git log -p`,
`git show` and `git blame` speak source from then on. Running it twice changes nothing. A filter of
nbstripout, nb-clean or nbwipers in this clone gives way to ours; each line that changes is named.

  nbjob install                  this clone
  nbjob install --global         all clones of this user
  nbjob install --pre-commit     also the pre-commit hook
  nbjob install --hooks          also a plain git hook, without pre-commit
  nbjob install --uninstall      take back exactly what was added
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nbjob_clean.errors import UsageError

if TYPE_CHECKING:
    from nbjob_clean.git.repository import Repository

_PRE_COMMIT_CONFIG = ".pre-commit-config.yaml"
_PRE_COMMIT_ENTRY = """\
repos:
  - repo: local
    hooks:
      - id: nbjob
        name: nbjob (check, clean and emit notebooks)
        entry: nbjob hook
        language: system
        always_run: true
        files: \\.ipynb$
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    scope = parser.add_mutually_exclusive_group()
    for name, text in (
        ("local", "this clone (the default)"),
        ("global", "all clones of this user: git's global configuration and attributes"),
        ("system", "all users of this machine"),
    ):
        scope.add_argument(
            f"--{name}", dest="scope", action="store_const", const=name, default="local", help=text
        )
    parser.add_argument("--uninstall", action="store_true", help="take back what was added")
    parser.add_argument(
        "--pre-commit", action="store_true", help="also install the pre-commit hook"
    )
    parser.add_argument("--hooks", action="store_true", help="also install a plain git hook")


def run(args: argparse.Namespace) -> int:
    from nbjob_clean.git import install
    from nbjob_clean.git.repository import Repository

    needs_clone = args.scope == "local" or args.hooks or args.pre_commit
    repository = Repository(Path.cwd() if needs_clone else None)
    lines: list[str] = []
    if args.uninstall:
        lines += install.uninstall(repository, args.scope).lines
        if args.scope == "local" or args.hooks:
            lines += install.uninstall_hooks(repository).lines
    else:
        if args.hooks:  # first: it refuses where a hook of somebody else is in the way
            lines += install.install_hooks(repository).lines
        lines += install.install(repository, args.scope).lines
        if args.pre_commit:
            lines += _install_pre_commit(repository)
        if args.scope == "local":
            lines += _stored_outputs(repository)
    idle = "nothing to take back" if args.uninstall else "nothing to do: everything is in place"
    for line in lines or [idle]:
        print(line)
    return 0


def _stored_outputs(repository: Repository) -> list[str]:
    from nbjob_clean.git.staged import dirty_notebooks

    found = len(dirty_notebooks(repository.root))
    if not found:
        return []
    return [
        f"{found} of the notebooks in the repository {'are' if found > 1 else 'is'} not clean;"
        ' run: git add --renormalize ":/*.ipynb" && git commit -m "Notebooks without outputs"'
    ]


def _install_pre_commit(repository: Repository) -> list[str]:
    """Hand over to pre-commit, with a configuration of ours where there is none."""
    lines = []
    config = repository.root / _PRE_COMMIT_CONFIG
    if not config.exists():
        config.write_text(_PRE_COMMIT_ENTRY, encoding="utf-8")
        lines.append(f"wrote {config}")
    elif "nbjob" not in config.read_text(encoding="utf-8"):
        raise UsageError(
            f"{config} has no nbjob hook", hint=f"add this to it:\n{_PRE_COMMIT_ENTRY}"
        )
    command = [sys.executable, "-m", "pre_commit", "install"]
    done = subprocess.run(command, cwd=repository.root, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr or done.stdout).strip()
        raise UsageError(f"pre-commit install: {words}", hint="pip install pre-commit")
    return [*lines, done.stdout.strip()]
