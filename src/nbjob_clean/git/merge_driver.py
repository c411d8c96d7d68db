"""git's merge driver: `python -I -S merge_driver.py %O %A %B %L %P`, once for every notebook.

What is no notebook on all sides is merged as text, as git would do it without a driver. The result
replaces %A in one step, at the end: whatever goes wrong before, no side is touched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

if __name__ == "__main__":
    # -I -S leave out site-packages: find the package by where this file is.
    sys.path[:0] = [str(Path(__file__).parents[2])]
    if sys.version_info < (3, 11):  # tomli is a package there, and may lie elsewhere
        import site

        site.main()

from nbjob_clean.config import Config, Configs
from nbjob_clean.errors import ConfigError, NotebookFormatError
from nbjob_clean.merge.core import Options, merge
from nbjob_clean.merge.text import Labels, Marks, MergedText
from nbjob_clean.record import Record

TYPE_CHECKING = False  # importing typing would take longer than most merges
if TYPE_CHECKING:
    import subprocess

CONFLICTS = 10  # the script's exit status; 1 would also be that of a Python that cannot start
_MOST_CONFLICTS = 127  # of `git merge-file`; above it failed
Warn = Callable[[str], None]


class Request(Record):
    """What git asks for: three files, of which `ours` takes the result, and the notebook's name."""

    base: Path
    ours: Path
    theirs: Path
    marks: Marks
    name: str


def request_of(arguments: Sequence[str]) -> Request:
    """The arguments in the order of the configuration: %O %A %B %L %P %S %X %Y.

    A git before 2.44 does not know the last three, and hands them over as they stand.
    """
    base, ours, theirs, size, name, *given = arguments
    labels = [
        usual if not label or label.startswith("%") else label
        for usual, label in zip(Labels.fields, [*given, "", "", ""], strict=False)
    ]
    marks = Marks(Labels(*labels), int(size))
    return Request(Path(base), Path(ours), Path(theirs), marks, name)


def run(request: Request, warn: Warn) -> bool:
    """Merge into `request.ours`; True when nothing is left to decide."""
    base, ours, theirs = (p.read_bytes() for p in (request.base, request.ours, request.theirs))
    try:
        merged = merge(base, ours, theirs, options_of(request, warn))
    except NotebookFormatError as exc:
        warn(f"{request.name}: {exc}; merged as text")
        return _run_as_text(request, warn)
    except Exception as exc:  # noqa: BLE001 - a defect of ours must not cost a side
        warn(f"{request.name}: a defect of nbjob, {type(exc).__name__}: {exc}; merged as text")
        return _run_as_text(request, warn)
    written = Path(f"{request.ours}.nbjob")
    written.write_bytes(merged.data)
    written.replace(request.ours)
    for conflict in merged.conflicts:
        warn(f"{request.name}: {conflict}")
    return not merged.conflicts


def options_of(request: Request, warn: Warn) -> Options:
    """The notebook's own settings, and git for what both sides edited."""
    try:
        tags = Configs().of(Path(request.name)).tags
    except (ConfigError, OSError, ImportError) as exc:
        warn(f"{exc}; merging with the defaults")
        tags = Config().tags
    return Options(tags, _Sources(request), request.marks)


class _Sources:
    """git's own merge of one cell's source, in the user's `merge.conflictStyle`."""

    def __init__(self, request: Request) -> None:
        self._beside = request.ours
        self._marks = request.marks

    def __call__(self, base: str, ours: str, theirs: str, labels: Labels) -> MergedText:
        found = self._marks.whole(base, ours, theirs, labels)
        if not found.is_conflict:
            return found
        paths = [Path(f"{self._beside}.{side}") for side in ("ours", "base", "theirs")]
        try:
            for path, text in zip(paths, (ours, base, theirs), strict=True):
                path.write_bytes((text + "\n").encode("utf-8", "surrogatepass"))
            done = _merge_file("-p", *map(str, paths), marks=Marks(labels, self._marks.size))
        finally:
            for path in paths:
                path.unlink(missing_ok=True)
        if done.returncode > _MOST_CONFLICTS:
            return found  # git takes a NUL for a sign that this is no text
        text = done.stdout.decode("utf-8", "surrogatepass").removesuffix("\n")
        return MergedText(text, is_conflict=done.returncode > 0)


def _run_as_text(request: Request, warn: Warn) -> bool:
    paths = map(str, (request.ours, request.base, request.theirs))
    done = _merge_file(*paths, marks=request.marks)
    if done.returncode > _MOST_CONFLICTS:
        words = done.stderr.decode(errors="replace").strip()
        warn(f"{request.name}: {words}; ours is in the file, `git checkout --theirs` has theirs")
    return done.returncode == 0


def _merge_file(*arguments: str, marks: Marks) -> subprocess.CompletedProcess[bytes]:
    import subprocess  # most merges do without

    labels = marks.labels
    names = [f"-L{label}" for label in (labels.ours, labels.base, labels.theirs)]
    command = ["git", "merge-file", f"--marker-size={marks.size}", *names, *arguments]
    return subprocess.run(command, capture_output=True, check=False)


def warn(message: str) -> None:
    """Say something to the person who started git."""
    sys.stderr.write(f"nbjob: {message}\n")


def main(arguments: Sequence[str]) -> int:
    """Merge as git asks; what is left to decide goes to stderr. 0, or 1 with conflicts."""
    return 0 if run(request_of(arguments), warn) else 1


if __name__ == "__main__":
    sys.exit(CONFLICTS if main(sys.argv[1:]) else 0)
