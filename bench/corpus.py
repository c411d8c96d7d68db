"""The notebooks that are worked on: $NBJOB_CORPUS (default: ../shared/corpus), and a huge one."""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
CORPUS = Path(os.environ.get("NBJOB_CORPUS", ROOT.parent / "shared" / "corpus")) / "handbook"
_DEFAULT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nbjob-bench"
CACHE = Path(os.environ.get("NBJOB_BENCH_CACHE") or _DEFAULT)
_HUGE = 100_000_000
_COPIES = 4
HUNDRED = 100
MISSING = "nobody_defines_this"


@cache
def notebooks() -> tuple[Path, ...]:
    return tuple(sorted(CORPUS.glob("*.ipynb"), key=lambda path: path.stat().st_size))


def typical() -> Path:
    """The one in the middle, by size."""
    return notebooks()[len(notebooks()) // 2]


def largest() -> Path:
    return notebooks()[-1]


def described(paths: Sequence[Path]) -> str:
    size = sum(path.stat().st_size for path in paths)
    return f"{len(paths)} notebooks, {size / 1e6:.0f} MB"


@cache
def many() -> tuple[Path, ...]:
    """Each notebook four times, with other sources and pictures: hundreds of files, 55 MB.

    That is what the bars were set with; of a few dozen, half of the time is Python's start.
    """
    done = CACHE / "many" / ".done"
    if not done.exists():
        done.parent.mkdir(parents=True, exist_ok=True)
        for path, number in itertools.product(notebooks(), range(_COPIES)):
            data = path.read_bytes()
            data = data.replace(b'"source": [\n    "', b'"source": [\n    "%d ' % number)
            data = data.replace(b'"iVBORw0KGgo', b'"iVBORw0KG%dg' % number)
            (done.parent / f"{number}-{path.name}").write_bytes(data)
        done.touch()
    return tuple(sorted(done.parent.glob("*.ipynb")))


def put_many(folder: Path) -> None:
    """Raw ones: a checkout leaves clean ones behind, which flatter whoever comes next."""
    for path in many():
        shutil.copyfile(path, folder / path.name)


def put_tagged_notebooks(folder: Path) -> None:
    """A hundred in which every code cell is production: all of it has to be analysed. The last
    cell of one of them uses `MISSING`, so that whoever looks finds something.
    """
    for number in range(HUNDRED):
        path = notebooks()[number % len(notebooks())]
        raw = json.loads(path.read_bytes())
        code = [cell for cell in raw["cells"] if cell["cell_type"] == "code"]
        for cell in code:
            cell["metadata"]["tags"] = ["job"]
        for cell in code[-1:] if number == HUNDRED - 1 else ():
            source = cell["source"]
            cell["source"] = f"{source if isinstance(source, str) else ''.join(source)}\n{MISSING}"
        (folder / f"{number:03}-{path.name}").write_text(json.dumps(raw, indent=1))


def huge(folder: Path) -> Path:
    """A notebook of 100 MB: pictures of half a megabyte, long logs, and a little source."""
    path = folder / "huge.ipynb"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(1)
    with path.open("w") as file:
        file.write('{\n "cells": [\n  ')
        count = 0
        while file.tell() < _HUGE:
            count += 1
            separator = ",\n  " if count > 1 else ""
            file.write(separator + json.dumps(_cell(count, chance), indent=1).replace("\n", "\n  "))
        file.write('\n ],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 4\n}\n')
    return path


def _cell(count: int, chance: random.Random) -> dict[str, object]:
    picture = base64.encodebytes(chance.randbytes(370_000)).decode()
    log = [f"epoch {n}: loss {chance.random()}\n" for n in range(400)]
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": {},
        "outputs": [
            {"output_type": "stream", "name": "stdout", "text": log},
            {"output_type": "display_data", "metadata": {}, "data": {"image/png": picture}},
        ],
        "source": [f"x{count} = {count}\n", f"draw(x{count})"],
    }
