"""An environment of a job's own: built once for each list of packages, kept in the user's cache."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from pathlib import Path

from nbjob_clean import __version__
from nbjob_clean.errors import EnvironmentMismatchError, UnavailableError
from nbjob_clean.runner.lock import FileLock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Builder = Literal["uv", "venv"]

_DONE = "complete"
_INTERVAL = 0.2  # seconds between two attempts, while another process builds
_SHOWN = 12  # lines of what an installer said


def cache_directory() -> Path:
    """Where environments are kept, as each system has it."""
    if os.environ.get("NBJOB_CACHE"):
        return Path(os.environ["NBJOB_CACHE"])
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "nbjob-clean" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "nbjob-clean"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nbjob-clean"


def drivers(extras: Iterable[str]) -> list[str]:
    """What the extras of this distribution ask for: the job's databases need them there too."""
    wanted = set(extras)
    try:
        lines = metadata.requires("nbjob-clean") or []
    except metadata.PackageNotFoundError:  # run from a copy of the sources
        return []
    found = []
    for line in lines:
        text, _, marker = line.partition(";")
        extra = marker.partition("extra == ")[2].strip(" \"')")
        if extra in wanted and not text.startswith("nbjob-clean"):
            found.append(text.strip())
    return found


def python_of(builder: Builder, packages: Sequence[str], directory: Path) -> tuple[Path, bool]:
    """The interpreter of the environment with these packages, and whether it was built just now.

    Relative paths in requirements are the job's. Raises UnavailableError where there is no uv,
    EnvironmentMismatchError where the packages cannot be installed.
    """
    root = cache_directory() / "environments"
    root.mkdir(parents=True, exist_ok=True)
    place = root / _key(builder, packages)
    with _held(FileLock(place.with_suffix(".lock"))):
        is_new = not (place / _DONE).is_file()
        if is_new:
            shutil.rmtree(place, ignore_errors=True)
            _build(builder, packages, place, directory)
            (place / _DONE).write_text("", encoding="utf-8")
    return _python(place), is_new


@contextlib.contextmanager
def _held(lock: FileLock) -> Iterator[None]:
    while not lock.take({}):
        time.sleep(_INTERVAL)
    try:
        yield
    finally:
        lock.free()


def _key(builder: Builder, packages: Sequence[str]) -> str:
    """By content: the same list is the same environment, whichever job has it."""
    facts = (
        builder, *sorted(packages), sys.version, sys.prefix, sysconfig.get_platform(),
        __version__, str(_stamp()),
    )  # fmt: skip
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:24]


def _stamp() -> float:
    """The runner's own files are copied into the environment; a newer one is another."""
    return max(path.stat().st_mtime for path in _package().rglob("*.py"))


def _build(builder: Builder, packages: Sequence[str], place: Path, directory: Path) -> None:
    python = str(_python(place))
    if builder == "uv":
        uv = _uv()
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(place)], directory)
        install = [uv, "pip", "install", "--quiet", "--python", python]
    else:
        _run([sys.executable, "-m", "venv", str(place)], directory)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if packages:
        listed = place / "requirements.txt"
        listed.write_text("\n".join(packages) + "\n", encoding="utf-8")
        _run([*install, "-r", str(listed)], directory)
    _add_runner(python)


def _add_runner(python: str) -> None:
    """The runner itself, a copy of the one that runs now: it asks for nothing else."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    target = Path(done.stdout.strip()) / "nbjob_clean"
    shutil.copytree(
        _package(), target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
    )


def _package() -> Path:
    return Path(__file__).parents[1]


def _python(place: Path) -> Path:
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if not found:
        raise UnavailableError("uv is not installed", hint="pip install uv, or --env venv")
    return found


def _run(command: Sequence[str], directory: Path) -> None:
    done = subprocess.run(
        command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        said = done.stdout.decode(errors="replace").strip().splitlines()[-_SHOWN:]
        raise EnvironmentMismatchError(
            "the job's environment cannot be built:\n" + "\n".join(f"  {line}" for line in said),
            hint="requirements.txt lists what it holds",
        )
