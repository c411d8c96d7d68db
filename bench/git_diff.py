"""`git diff` and `git log -p` of notebooks, against the neighbours.

Thirty notebooks of the corpus, outputs committed; in each two lines edited, a cell added, all run
again. Every driver is a textconv (nbdime: its own diff driver) of the same repository, chosen by
one attributes file, so that nothing else differs. CPU seconds of git and all it starts, in
interleaved rounds: read the ratios. The neighbours come from PyPI, each into an environment of its
own (what nbdime brings makes every other one start slower), made once below $NBJOB_PEERS (default:
a cache folder).

    python bench/git_diff.py [ROUNDS]
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbjob_clean.git.install import drivers

ROOT = Path(__file__).parents[1]
CORPUS = Path(os.environ.get("NBJOB_CORPUS", ROOT.parent / "shared" / "corpus")) / "handbook"
PEERS = Path(os.environ.get("NBJOB_PEERS", Path.home() / ".cache" / "nbjob-bench-peers"))
PACKAGES = ("nbdime", "nbstripout", "nbwipers", "nbstripout-fast", "jupytext")
COUNT = 30
LARGEST = 700_000  # bytes: the usual notebook, with its pictures
OURS = "nbjob (textconv)"


@dataclass(frozen=True)
class Driver:
    """One way to show notebooks: settings of the driver `peer`, or a command of its own."""

    name: str
    settings: tuple[tuple[str, str], ...] = ()
    is_slow: bool = False
    diff: tuple[str, ...] = ("git", "diff", "HEAD")
    log: tuple[str, ...] = ("git", "log", "-p", "-20")


def main() -> int:
    if not CORPUS.is_dir():
        print(f"no notebooks in {CORPUS}: set NBJOB_CORPUS")
        return 1
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    _peers()
    with tempfile.TemporaryDirectory() as scratch:
        repository = Path(scratch) / "r"
        _fill(repository)
        _one_file(repository, rounds * 3)
        _table("git diff HEAD", repository, rounds, DRIVERS, [d.diff for d in DRIVERS])
        logs = [driver for driver in DRIVERS if driver.log]
        _table("git log -p -20", repository, rounds, logs, [d.log for d in logs])
        _cached(repository, rounds)
    return 0


def _peers() -> None:
    for package in PACKAGES:
        if not (PEERS / package / ".made").exists():
            subprocess.run([sys.executable, "-m", "venv", str(PEERS / package)], check=True)
            pip = [_peer(package, "python"), "-m", "pip", "install", "--quiet"]
            subprocess.run([*pip, package], check=True)
            (PEERS / package / ".made").touch()


def _peer(package: str, program: str) -> str:
    return str(PEERS / package / "bin" / program)


def _fill(repository: Path) -> None:
    """Twenty commits of one changed notebook each, and ten more; all thirty change in HEAD too."""
    repository.mkdir()
    _git(repository, "init", "--quiet", ".")
    for key in ("user.name", "user.email"):
        _git(repository, "config", key, "bench")
    paths = [path for path in sorted(CORPUS.glob("*.ipynb")) if _is_usual(path)][:COUNT]
    for path in paths:
        (repository / path.name).write_bytes(path.read_bytes())
    _git(repository, "add", "--all")
    _git(repository, "commit", "--quiet", "-m", "base")
    for number, path in enumerate(paths[:20]):
        (repository / path.name).write_bytes(_edited(path.read_bytes(), "first"))
        _git(repository, "commit", "--quiet", "-am", str(number))
    for path in paths:
        target = repository / path.name
        target.write_bytes(_edited(target.read_bytes(), "second"))


def _is_usual(path: Path) -> bool:
    return path.stat().st_size < LARGEST and len(_code(json.loads(path.read_bytes()))) > 2


def _code(notebook: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and cell["source"]]


def _edited(data: bytes, name: str) -> bytes:
    """Two lines edited, one cell of two lines added, everything run again."""
    notebook = json.loads(data)
    for cell in (_code(notebook)[0], _code(notebook)[-1]):
        cell["source"][0] = f"{name} = 1; {cell['source'][0]}"
    added = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": []}
    source = [f"{name} = 1\n", f"print({name})"]
    notebook["cells"].insert(len(notebook["cells"]) // 2, {**added, "source": source})
    for number, cell in enumerate(_code(notebook)):
        cell["execution_count"] = 100 + number
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def _table(
    title: str,
    repository: Path,
    rounds: int,
    compared: Sequence[Driver],
    commands: Sequence[Sequence[str]],
) -> None:
    print(f"\n{title}\n{'':28} {'CPU s':>8} {'of ours':>8} {'lines':>7} {'changed':>8}")
    seconds: dict[str, list[float]] = {driver.name: [] for driver in compared}
    shown = {}
    for number in range(rounds):
        for driver, command in zip(compared, commands, strict=True):
            if driver.is_slow and number >= max(1, rounds // 3):
                continue
            _choose(repository, driver)
            spent, shown[driver.name] = _timed(command, repository)
            seconds[driver.name].append(spent)
    for driver in compared:
        own, ours = seconds[driver.name], seconds[OURS]
        ratio = statistics.median(b / a for a, b in zip(ours, own, strict=False))
        changed = len(
            re.findall(rb"^(?:\x1b\[[0-9;]*m)*[-+](?![-+]{2} )", shown[driver.name], re.M)
        )
        lines = shown[driver.name].count(b"\n")
        median = statistics.median(own)
        print(f"{driver.name:28} {median:8.3f} {ratio:8.2f} {lines:7} {changed:8}", flush=True)


def _choose(repository: Path, driver: Driver) -> None:
    """The driver's settings, and no conversions kept from before."""
    _git(repository, "config", "--remove-section", "diff.peer")
    _git(repository, "update-ref", "-d", "refs/notes/textconv/peer")
    for key, value in driver.settings:
        _git(repository, "config", f"diff.peer.{key}", value)
    attributes = "*.ipynb diff=peer\n" if driver.settings else ""
    (repository / ".git/info").mkdir(exist_ok=True)
    (repository / ".git/info/attributes").write_text(attributes)


def _cached(repository: Path, rounds: int) -> None:
    """A second `git log -p`: what `cachetextconv` is for."""
    ours = next(driver for driver in DRIVERS if driver.name == OURS)
    pairs = []
    for _ in range(rounds * 2):
        _choose(repository, DRIVERS[0])
        raw, _ = _timed(ours.log, repository)
        _choose(repository, ours)
        _git(repository, "config", "diff.peer.cachetextconv", "true")
        _timed(ours.log, repository)
        second, _ = _timed(ours.log, repository)
        pairs.append((second, raw))
    ratio = statistics.median(second / raw for second, raw in pairs)
    print(f"\nsecond git log -p -20, conversions kept : raw git {ratio:29.2f}")


def _one_file(repository: Path, rounds: int) -> None:
    """One textconv against the interpreter that does nothing."""
    sizes = sorted(repository.glob("*.ipynb"), key=lambda path: path.stat().st_size)
    files = {"median": sizes[len(sizes) // 2], "largest": sizes[-1]}
    files["largest of the corpus"] = max(CORPUS.glob("*.ipynb"), key=lambda p: p.stat().st_size)
    script = str(ROOT / "src/nbjob_clean/git/textconv.py")
    for name, path in files.items():
        ratios = []
        for _ in range(rounds):
            bare, _ = _timed([sys.executable, "-I", "-S", "-c", "pass"], repository)
            spent, _ = _timed([sys.executable, "-I", "-S", script, str(path)], repository)
            ratios.append(spent / bare)
        kilobytes = path.stat().st_size // 1000
        what = f"textconv, {name} ({kilobytes} kB) : python -I -S -c pass"
        print(f"{what:66} {statistics.median(ratios):.2f}", flush=True)


def _timed(command: Sequence[str], folder: Path) -> tuple[float, bytes]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr.decode()}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=False)


def _textconv(command: str) -> tuple[tuple[str, str], ...]:
    return (("textconv", command),)


_OWN = drivers(Path(sys.executable))
_NBJOB = shutil.which("nbjob", path=str(Path(sys.executable).parent)) or "nbjob"
_LOG_EXTERNAL = ("git", "log", "-p", "-20", "--ext-diff")
DRIVERS = (
    Driver("git, JSON"),
    Driver(
        OURS,
        (
            ("textconv", _OWN["diff.nbjob.textconv"]),
            ("xfuncname", _OWN["diff.nbjob.xfuncname"]),
        ),
    ),
    Driver("nbjob diff", diff=(_NBJOB, "diff", "HEAD"), log=()),
    Driver("nbwipers clean -t (Rust)", _textconv(_peer("nbwipers", "nbwipers") + " clean -t")),
    Driver(
        "nbstripout-fast -t (Rust)", _textconv(_peer("nbstripout-fast", "nbstripout-fast") + " -t")
    ),
    Driver("nbstripout -t", _textconv(_peer("nbstripout", "nbstripout") + " -t"), is_slow=True),
    Driver(
        "jupytext py:percent",
        _textconv(_peer("jupytext", "jupytext") + " --quiet --to py:percent -o -"),
        is_slow=True,
    ),
    Driver(
        "nbdime",
        (("command", _peer("nbdime", "git-nbdiffdriver") + " diff"),),
        is_slow=True,
        log=_LOG_EXTERNAL,
    ),
)

if __name__ == "__main__":
    sys.exit(main())
