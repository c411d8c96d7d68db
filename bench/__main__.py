"""`make bench`, or `make bench ONLY="clean run"`: ratios of whole processes, interleaved.

Nothing here fails: it prints what was measured and whether each bar was reached.
"""

from __future__ import annotations

import importlib
import os
import sys

from bench.core import show
from bench.corpus import CORPUS, notebooks

GROUPS = ("diff", "clean", "check", "run", "sql")


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(GROUPS))
    if unknown:
        print(f"no group `{unknown[0]}`: there are {', '.join(GROUPS)}")
        return 2
    if not notebooks():
        print(f"no notebooks in {CORPUS}: set NBJOB_CORPUS")
        return 1
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # everybody has compiled code in real life
    os.environ.update(GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    for who in ("AUTHOR", "COMMITTER"):
        os.environ.update({f"GIT_{who}_NAME": "bench", f"GIT_{who}_EMAIL": "bench@example.org"})
    for name in names or GROUPS:
        for work in importlib.import_module(f"bench.{name}").works():
            show(work)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
