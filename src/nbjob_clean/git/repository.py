"""The repository and its configuration: the only place that imports GitPython, when asked.

GitPython finds the git directory of work trees, submodules and subfolders. Configuration is
written by git itself (through GitPython), which keeps the comments of a config file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from nbjob_clean.errors import GitError

if TYPE_CHECKING:
    import git

Scope = Literal["local", "global", "system"]


class Repository:
    """A clone, or with `Repository(None)` just git with its global and system configuration."""

    def __init__(self, start: Path | None) -> None:
        gitpython = _gitpython()
        self._repo: git.Repo | None = None
        if start is not None:
            try:
                named = os.environ.get("GIT_DIR")
                self._repo = gitpython.Repo(named or start, search_parent_directories=not named)
            except (gitpython.InvalidGitRepositoryError, gitpython.NoSuchPathError) as exc:
                raise GitError(
                    f"{start}: not inside a git repository", hint="run `git init` first"
                ) from exc
        self._git = self._repo.git if self._repo else gitpython.Git()

    @property
    def root(self) -> Path:
        """The root of the work tree. Raises GitError in a bare repository."""
        root = self._repo.working_tree_dir if self._repo else None
        if root is None:
            raise GitError("a bare repository has no work tree", hint="run this in a clone")
        return Path(root)

    @property
    def hooks_directory(self) -> Path:
        """Where git looks for hooks: `core.hooksPath` where it is set."""
        return self.root / self("rev-parse", "--git-path", "hooks")

    @property
    def has_head(self) -> bool:
        return bool(self._repo and self._repo.head.is_valid())

    def __call__(self, *arguments: str) -> str:
        """What git prints, without the last line end. Raises GitError with git's own words."""
        from git.exc import GitCommandError

        try:
            return str(self._git.execute(["git", *arguments]))
        except GitCommandError as exc:
            words = exc.stderr.strip().removeprefix("stderr: ").strip("'")
            raise GitError(f"git {arguments[0]}: {words or exc.status}") from exc

    def get(self, key: str, *, scope: Scope | None = None) -> str | None:
        """A configuration value, from one file or from where git would take it."""
        try:
            return self("config", *([f"--{scope}"] if scope else []), "--get", key)
        except GitError:
            return None

    def set_all(self, values: Mapping[str, str], *, scope: Scope) -> bool:
        """Write the values that differ; True when there were any."""
        changed = {k: v for k, v in values.items() if self.get(k, scope=scope) != v}
        for key, value in changed.items():
            self("config", f"--{scope}", "--replace-all", key, value)
        return bool(changed)

    def remove_section(self, section: str, *, scope: Scope) -> bool:
        """Take a section away; True when it was there."""
        try:
            self("config", f"--{scope}", "--remove-section", section)
        except GitError:
            return False
        return True

    def attribute(self, name: str, path: str) -> str:
        """What git decides for an attribute of a path: a value, `set`, `unset`, `unspecified`."""
        return self("check-attr", name, "--", path).rpartition(": ")[2]

    def attributes_file(self, scope: Scope) -> Path:
        """The attributes file that belongs to a scope; for `local` the committed one."""
        if scope == "local":
            return self.root / ".gitattributes"
        if scope == "global":
            configured = self(
                "config", "--global", "--type=path", "--default", "", "--get", "core.attributesFile"
            )
            return Path(configured) if configured else _xdg_config() / "git" / "attributes"
        try:
            return Path(self("var", "GIT_ATTR_SYSTEM"))
        except GitError:  # git before 2.41 does not say
            return Path("/etc/gitattributes")


def _gitpython() -> ModuleType:
    try:
        import git
    except ImportError as exc:  # also raised by GitPython where there is no git to call
        raise GitError(f"git cannot be used: {exc}", hint="install git, or put it on PATH") from exc
    return git


def _xdg_config() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
