"""Cleaning: through git's filter, in place, on stdin, and one notebook that is huge."""

from __future__ import annotations

import shutil
from functools import cache, partial
from pathlib import Path

from bench import clean_in_git
from bench.commands import BARE, PYTHON, bare
from bench.core import Bar, Contender, Work
from bench.corpus import CACHE, described, huge, many, put_many, typical
from bench.environments import ourselves
from bench.peers import peers

_OURS = "nbjob clean"
_IN_GIT = "nbjob, as git runs it"
_BARE = "python -I -S -c pass"
_PARSE = "import glob, json; [json.load(open(f)) for f in glob.glob('*.ipynb')]"
_OUTPUT = b'"output_type"'


def works() -> tuple[Work, ...]:
    return (*clean_in_git.works(), _in_place(), _on_stdin(), *_huge())


def _in_place() -> Work:
    names = [path.name for path in many()]
    commands: dict[str, tuple[str, ...]] = {_OURS: (_program(), "clean", ".")}
    for peer in peers():
        commands[peer.name] = (*peer.in_place, *([] if peer.in_place[-1] == "." else names))
    contenders = [
        Contender(name, command, put_many, has_done=_are_clean)
        for name, command in commands.items()
    ]
    python = [peer.name for peer in peers() if not peer.is_rust]
    rust = [peer.name for peer in peers() if peer.is_rust]
    return Work(
        f"in place: {described(many())}",
        (*contenders, Contender("json.load of each", (PYTHON, "-c", _PARSE), put_many)),
        (Bar(_OURS, 0.1, python), Bar(_OURS, 1, rust)),
    )


def _on_stdin() -> Work:
    """One of the usual size: what an editor's or another tool's call costs."""
    return Work(
        f"one notebook on stdin, {typical().stat().st_size / 1e3:.0f} kB",
        (*_filters(typical()), Contender(_BARE, BARE)),
        (Bar(_IN_GIT, 1.5, (_BARE,)), Bar(_OURS, 1.5, (_BARE,))),
        rounds=21,
    )


def _huge() -> tuple[Work, ...]:
    path = huge(CACHE)
    size = path.stat().st_size
    rust = [peer.name for peer in peers() if peer.is_rust]
    put = partial(_put, path)
    return (
        Work(
            "one notebook of 100 MB on stdin",
            _filters(path),
            (Bar(_IN_GIT, 2, peak_of=size), Bar(_OURS, 2, peak_of=size), Bar(_OURS, 1, rust)),
            rounds=3,
        ),
        Work(
            "one notebook of 100 MB in place",
            (Contender(_OURS, (_program(), "clean", path.name), put, has_done=_are_clean),),
            (Bar(_OURS, 2, peak_of=size),),
            rounds=3,
        ),
    )


def _filters(path: Path) -> tuple[Contender, ...]:
    said, git = _spoken(path), bare("filter_process.py")
    program = (_program(), "clean", "-")
    return (
        Contender(_IN_GIT, git, stdin=said, has_done=_is_clean),
        Contender(_OURS, program, stdin=path, has_done=_is_clean),
        *(Contender(p.name, p.stdin, stdin=path, has_done=_is_clean) for p in peers()),
    )


def _program() -> str:
    return str(ourselves() / "nbjob")


def _put(path: Path, folder: Path) -> None:
    shutil.copyfile(path, folder / path.name)


def _are_clean(folder: Path, _: bytes) -> bool:
    return not any(_OUTPUT in path.read_bytes() for path in folder.glob("*.ipynb"))


def _is_clean(_: Path, said: bytes) -> bool:
    return b'"cells"' in said and _OUTPUT not in said


@cache
def _spoken(path: Path) -> Path:
    """What git says to a long-running filter that cleans one file."""
    lines = ["git-filter-client", "version=2", "", "capability=clean", "capability=smudge", ""]
    lines += ["command=clean", f"pathname={path.name}", ""]
    said = CACHE / f"{path.stem}.packets"
    with said.open("wb") as file, path.open("rb") as content:
        for line in lines:
            file.write(b"%04x%s\n" % (len(line) + 5, line.encode()) if line else b"0000")
        while chunk := content.read(65516):
            file.write(b"%04x" % (len(chunk) + 4) + chunk)
        file.write(b"0000")
    return said
