"""What git knows of a clone: one question to git each, asked when somebody wants to know."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from nbjob_clean.config import Configs
from nbjob_clean.errors import GitError
from nbjob_clean.files import read_bytes
from nbjob_clean.git.command import (
    Attributes,
    IndexEntry,
    attributes,
    git,
    git_paths,
    names,
    notebook_entries,
    read_blobs,
    settings,
)
from nbjob_clean.git.refresh import modified_notebooks
from nbjob_clean.git.staged import Staged

ANY = "any.ipynb"  # a notebook at the root that need not be there
_PRE_COMMIT_CONFIG = ".pre-commit-config.yaml"


class Clone:
    """The work tree at `root` and its repository; `runs_hooks` says that a hook is running now."""

    def __init__(self, root: Path, *, runs_hooks: bool = False) -> None:
        self.root = root
        self.runs_hooks = runs_hooks
        self.configs = Configs()

    @cached_property
    def version(self) -> str:
        return os.fsdecode(git("version", cwd=self.root))

    @cached_property
    def settings(self) -> dict[str, str]:
        return settings(self.root)

    @cached_property
    def _index(self) -> tuple[dict[str, IndexEntry], frozenset[str]]:
        return notebook_entries(self.root)

    @property
    def notebooks(self) -> dict[str, IndexEntry]:
        return self._index[0]

    @property
    def unmerged(self) -> frozenset[str]:
        return self._index[1]

    @cached_property
    def attributes(self) -> Attributes:
        """Of each notebook, and of `ANY`."""
        return attributes(self.root, ("filter", "diff"), (*self.notebooks, ANY))

    @cached_property
    def staged(self) -> dict[str, Staged]:
        """Each notebook as the next commit would hold it."""
        blobs = read_blobs(self.root, (entry.oid for entry in self.notebooks.values()))
        return {n: Staged(n, blobs[entry.oid], entry) for n, entry in self.notebooks.items()}

    @cached_property
    def modified(self) -> dict[str, bytes]:
        """The working copies that git calls modified; none where it asks a filter that fails."""
        try:
            entries = modified_notebooks(self.root)
        except GitError:
            return {}
        found = ((entry.name, read_bytes(self.root / entry.name)) for entry in entries)
        return {name: data for name, data in found if data is not None}

    @cached_property
    def _paths(self) -> tuple[Path, ...]:
        return git_paths(self.root, "info/attributes", "hooks", "HEAD")

    @property
    def private_attributes(self) -> Path:
        return self._paths[0]

    @property
    def hooks(self) -> Path:
        return self._paths[1]

    @property
    def useless_attributes(self) -> Path | None:
        """The file in the directory of a linked work tree that looks as if git read it."""
        path = self._paths[2].parent / "info" / "attributes"
        return path if path.resolve() != self.private_attributes.resolve() else None

    @cached_property
    def committed_attributes(self) -> frozenset[str]:
        """The attributes files in the index."""
        return frozenset(
            names(git("ls-files", "-z", "--", ".gitattributes", "*/.gitattributes", cwd=self.root))
        )

    @cached_property
    def pre_commit_config(self) -> str:
        """The configuration of pre-commit without its comments."""
        text = self.text(_PRE_COMMIT_CONFIG)
        return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))

    def text(self, name: str) -> str:
        """A small file of the work tree; empty where there is none."""
        return (read_bytes(self.root / name) or b"").decode("utf-8", "replace")

    def shown(self, name: str) -> str:
        """A name as a command takes it where the user stands."""
        return Path(os.path.relpath(self.root / name)).as_posix()

    def of(self, name: str, attribute: str) -> str:
        """What git decides for an attribute of a notebook."""
        return self.attributes[name][attribute]

    @property
    def has_filter(self) -> bool:
        return "filter.nbjob.process" in self.settings

    @property
    def uses_nbjob(self) -> bool:
        """Whether the repository or this clone asks for nbjob in any way."""
        asked = any(values["filter"] == "nbjob" for values in self.attributes.values())
        return asked or self.has_filter or "nbjob" in self.pre_commit_config
