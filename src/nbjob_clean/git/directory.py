"""Where git keeps its own files, found without starting git: a filter must start at once."""

import os

from nbjob_clean.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_STORE = "nbjob/outputs.sqlite3"  # below the git directory that all work trees share


class GitDirectory(Record):
    """`own` belongs to one work tree, `common` to the repository with all its work trees."""

    own: str
    common: str

    @property
    def worktree(self) -> str:
        """The name of a linked work tree; empty for the main one."""
        return "" if self.own == self.common else os.path.basename(self.own)

    @property
    def store(self) -> str:
        """The file with the remembered outputs."""
        return os.path.join(self.common, _STORE)

    def is_being_updated(self, environment: "Mapping[str, str]") -> bool:
        """Whether a git command is changing the index, and with it the work tree.

        `git stash pop` brings untracked files back through an index of its own, without a lock.
        """
        index = environment.get("GIT_INDEX_FILE") or os.path.join(self.own, "index")
        is_of_stash = os.path.basename(index).startswith("index.stash.")
        return is_of_stash or os.path.exists(f"{index}.lock")


def find_directory(start: str, environment: "Mapping[str, str]") -> "GitDirectory | None":
    """The git directory of a work tree's folder, as gitrepository-layout(5) describes it."""
    named = environment.get("GIT_DIR")
    own = os.path.join(start, named) if named else _above(start)
    if own is None or not os.path.isdir(own):
        return None
    shared = environment.get("GIT_COMMON_DIR") or _line(f"{own}/commondir")
    common = os.path.join(own, shared) if shared else own
    if not os.path.isdir(common):
        return None
    return GitDirectory(os.path.realpath(own), os.path.realpath(common))


def _above(folder: str) -> "str | None":
    while True:
        path = f"{folder}/.git"
        if os.path.isdir(path):
            return path
        pointer = _line(path)
        if pointer:
            return os.path.join(folder, pointer.removeprefix("gitdir:").strip())
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def _line(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return os.fsdecode(file.read()).strip()
    except OSError:
        return ""
