"""The neighbours and ourselves, each installed as a user would, in an environment of its own.

They lie in $NBJOB_BENCH_CACHE (default: nbjob-bench in the user's cache), not in the repository.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path

from bench.corpus import CACHE, ROOT

# What has to lie beside a distribution that is old, or does not name all that it needs.
_BESIDE = {
    "papermill": ("ipykernel",),
    "vdk-core": ("vdk-notebook", "setuptools<80"),  # it imports pkg_resources, as does its build
}


@cache
def installed(name: str) -> Path | None:
    """The environment's folder of programs; None, and said so, where it cannot be installed."""
    mark = CACHE / name / ".installed"
    if not mark.exists() and not _install(name, name, *_BESIDE.get(name, ())):
        return None
    if not mark.exists():
        mark.write_text(_version(name))
    print(f"{name} {mark.read_text()}", flush=True)
    return _programs(name)


@cache
def ourselves() -> Path:
    """A wheel of this source, built and installed again where the source has changed."""
    mark = CACHE / "nbjob" / ".installed"
    state = _state()
    if not mark.exists() or mark.read_text() != state:
        if not _install("nbjob", str(ROOT)):
            raise SystemExit("this source cannot be installed")
        mark.write_text(state)
    return _programs("nbjob")


def _install(name: str, *what: str) -> bool:
    if not (CACHE / name / "pyvenv.cfg").exists():
        venv.create(CACHE / name, with_pip=True)
    pip = [str(_programs(name) / "python"), "-m", "pip", "install", "--quiet", "--force-reinstall"]
    # An old pip writes programs that start slowly.
    done = subprocess.run([*pip, "pip>=25.1"], capture_output=True, text=True, check=False)
    if not done.returncode:
        limits = CACHE / name / "limits.txt"
        limits.write_text("\n".join(one for one in what if "<" in one))
        # One of the two holds for what a build needs, depending on the age of pip.
        environment = {f"PIP_{kind}CONSTRAINT": str(limits) for kind in ("", "BUILD_")}
        done = subprocess.run(
            [*pip, *what],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **environment},
        )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"{name} could not be installed, its rows are missing: {reason}", flush=True)
    return not done.returncode


def _version(name: str) -> str:
    query = f"from importlib.metadata import version; print(version({name!r}))"
    python = [str(_programs(name) / "python"), "-c", query]
    return subprocess.check_output(python, text=True).strip()


def _state() -> str:
    """A digest of all that goes into the wheel, and the interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted([ROOT / "pyproject.toml", *(ROOT / "src").rglob("*.py")]):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def _programs(name: str) -> Path:
    return CACHE / name / "bin"
