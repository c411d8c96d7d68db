"""`git diff` and `git log -p` of notebooks through the neighbours' drivers, and ours.

Thirty notebooks, outputs committed; in each two lines edited, a cell added, all run again under
another Python. Every driver shows the same repository and no filter is on, so that nothing else
differs.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from bench.core import Bar, Contender, Work, quietly
from bench.corpus import notebooks
from bench.environments import installed, ourselves

_COUNT = 30
_COMMITS = 20
_LARGEST = 700_000  # bytes: the usual notebook, with its pictures
_OURS = "nbjob (textconv)"
_ONE_PROCESS = "nbjob diff"
_RAW = "git, JSON"
# What each needs to be git's driver `peer`; the slow ones are written in Python.
_RUST = {"nbwipers": "nbwipers clean -t", "nbstripout-fast": "nbstripout-fast -t"}
_PYTHON = {
    "nbstripout": "nbstripout -t",
    "jupytext": "jupytext --quiet --to py:percent -o -",
    "nbdime": "git-nbdiffdriver diff",
}


def works() -> tuple[Work, ...]:
    return (_diff(), _second_log())


def _diff() -> Work:
    command = ("git", "diff", "HEAD")
    contenders = [
        Contender(_OURS, command, _ours, has_done=_is_shown),
        Contender(
            _ONE_PROCESS, (str(ourselves() / "nbjob"), *command[1:]), _fill, has_done=_is_shown
        ),
        Contender(_RAW, command, _fill),
    ]
    for name, words in {**_RUST, **_PYTHON}.items():
        if programs := installed(name):
            key = "command" if name == "nbdime" else "textconv"
            driver = partial(_with_driver, key, f"{programs}/{words}")
            contenders.append(Contender(name, command, driver))
    bars = (
        Bar(_OURS, 0.1, tuple(_PYTHON)),
        Bar(_ONE_PROCESS, 1, tuple(_RUST)),
        Bar(_OURS, 1, (*_RUST, *_PYTHON), is_of_changes=True),
    )
    return Work(f"git diff HEAD, {_COUNT} changed notebooks", contenders, bars)


def _second_log() -> Work:
    command = ("git", "log", "-p", f"-{_COMMITS}")
    contenders = (
        Contender(_OURS, command, _shown_before, has_done=_is_shown),
        Contender(_RAW, command, _fill),
    )
    return Work(f"second git log -p -{_COMMITS}", contenders, (Bar(_OURS, 1, (_RAW,)),), rounds=21)


def _ours(folder: Path) -> None:
    _fill(folder)
    quietly(str(ourselves() / "nbjob"), "install", cwd=folder)
    (folder / ".git/info/attributes").write_text("*.ipynb -filter diff=nbjob\n")


def _shown_before(folder: Path) -> None:
    """git keeps conversions of what is committed."""
    _ours(folder)
    quietly("git", "log", "-p", f"-{_COMMITS}", cwd=folder)


def _with_driver(key: str, command: str, folder: Path) -> None:
    _fill(folder)
    quietly("git", "config", f"diff.peer.{key}", command, cwd=folder)
    (folder / ".git/info/attributes").write_text("*.ipynb diff=peer\n")


def _fill(folder: Path) -> None:
    """Twenty commits of one changed notebook each; all thirty have changed since."""
    quietly("git", "init", "--quiet", ".", cwd=folder)
    (folder / ".git/info").mkdir(exist_ok=True)
    # A copy of the repository is the same to git as the repository.
    for key, value in (("core.checkStat", "minimal"), ("core.trustCtime", "false")):
        quietly("git", "config", key, value, cwd=folder)
    commit = partial(quietly, "git", "commit", "--quiet", cwd=folder)
    paths = [path for path in sorted(notebooks()) if _is_usual(path)][:_COUNT]
    for path in paths:
        (folder / path.name).write_bytes(path.read_bytes())
    quietly("git", "add", "--all", cwd=folder)
    commit("-m", "base")
    for path in paths[:_COMMITS]:
        (folder / path.name).write_bytes(_edited(path.read_bytes(), "first"))
        commit("-am", path.stem)
    for path in paths:
        target = folder / path.name
        target.write_bytes(_edited(target.read_bytes(), "second"))


def _is_usual(path: Path) -> bool:
    return path.stat().st_size < _LARGEST and len(_code(json.loads(path.read_bytes()))) > 2


def _code(notebook: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and cell["source"]]


def _edited(data: bytes, name: str) -> bytes:
    """Two lines edited, one cell of two lines added, everything run again, elsewhere."""
    notebook = json.loads(data)
    for cell in (_code(notebook)[0], _code(notebook)[-1]):
        cell["source"][0] = f"{name} = 1; {cell['source'][0]}"
    added = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": []}
    source = [f"{name} = 1\n", f"print({name})"]
    notebook["cells"].insert(len(notebook["cells"]) // 2, {**added, "source": source})
    for number, cell in enumerate(_code(notebook)):
        cell["execution_count"] = 100 + number
    notebook["metadata"]["kernelspec"]["display_name"] = f"Python 3 ({name})"
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _is_shown(_: Path, said: bytes) -> bool:
    return (
        said.count(b"\ndiff --git ") + said.startswith(b"diff --git ") >= _COMMITS
        and b"# %%" in said
    )
