"""Real Jupyters, each in an environment of its own: the wheel is installed as a user would."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from uv import find_uv_bin

UV = find_uv_bin()
ROOT = Path(__file__).parents[2]
TOKEN = "a-token-for-tests"
# What the extra `lab` asks for, at its oldest and newest; Notebook 7 is built of the same parts.
VERSIONS: Mapping[str, tuple[str, ...]] = {
    "oldest": ("jupyterlab==4.0.*", "notebook==7.0.*"),
    "newest": ("jupyterlab>=4.6", "notebook>=7.6"),
}
# One worker for each Jupyter: it is installed and started once.
OLDEST, NEWEST = (
    pytest.param(name, id=name, marks=pytest.mark.xdist_group(f"jupyter-{name}"))
    for name in VERSIONS
)
_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    # Lab 4.0 draws a few cells a second unless told so; later ones do this by themselves.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "full"},
}


def build_wheel(folder: Path) -> Path:
    command = [UV, "build", "--quiet", "--wheel", "--python", sys.executable, "--out-dir"]
    subprocess.run([*command, str(folder), str(ROOT)], check=True)
    return next(folder.glob("*.whl"))


class Environment:
    """A virtual environment with one Jupyter and our wheel, and nothing else of ours."""

    def __init__(self, folder: Path, wheel: Path, requirements: tuple[str, ...]) -> None:
        self.folder = folder
        subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
        self.install(f"{wheel}[lab,duckdb]", *requirements)
        settings = folder / "share" / "jupyter" / "lab" / "settings"
        settings.mkdir(parents=True, exist_ok=True)
        (settings / "overrides.json").write_text(json.dumps(_SETTINGS))

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin") / "python"

    def install(self, *requirements: str) -> None:
        command = [UV, "pip", "install", "--quiet", "--python", str(self.python)]
        subprocess.run([*command, *requirements], check=True)


class Served:
    """A server that answers at `url`, over the notebooks in `root`."""

    def __init__(
        self, process: subprocess.Popen[bytes], url: str, root: Path, python: Path
    ) -> None:
        self.process = process
        self.url = url
        self.root = root
        self.version = ""
        self.python = python


@contextlib.contextmanager
def serving(python: Path, app: str, root: Path, *options: str) -> Iterator[Served]:
    """A running server over `root`; it is gone at the end, whatever happened."""
    home = root.with_name(f"{root.name}-home")
    home.mkdir(exist_ok=True)
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "GIT_"))},
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_DATA_DIR": str(home / "data"),
    }
    command = [
        str(python), "-m", app, "--no-browser", "--allow-root", f"--ServerApp.root_dir={root}",
        f"--IdentityProvider.token={TOKEN}", "--ServerApp.port=0", *options,
    ]  # fmt: skip
    with (home / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log)
    try:
        yield Served(process, _address(process, home), root, python)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(process: subprocess.Popen[bytes], home: Path) -> str:
    """The server writes down its address, and a moment later it listens there."""
    runtime = home / "runtime"
    for _ in range(600):
        for path in runtime.glob("jpserver-*.json") if runtime.is_dir() else ():
            # Until then it is half written, or nobody answers.
            with contextlib.suppress(json.JSONDecodeError, ConnectionRefusedError):
                facts = json.loads(path.read_text())
                socket.create_connection((urlsplit(facts["url"]).hostname, facts["port"])).close()
                return str(facts["url"])
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError((home / "log").read_text())
