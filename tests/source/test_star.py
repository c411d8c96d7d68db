"""Star imports, held against the Python that runs the tests: it may bind nothing that we miss."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from nbjob_clean.cli.local_modules import local_modules
from nbjob_clean.source.exports import STAR_EXPORTS
from nbjob_clean.source.star import exports_of, starred

PROBE = """
import json, sys
sys.path.insert(0, sys.argv[1])
found = {}
for name in sys.argv[2:]:
    names = {}
    try:
        exec(f"from {name} import *", names)
    except ImportError:
        continue  # Tk is not everywhere
    found[name] = sorted(set(names) - {"__builtins__"})
print(json.dumps(found))
"""


def _imported(folder: Path, modules: Iterable[str]) -> Mapping[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", PROBE, str(folder), *modules],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def _files(folder: Path) -> frozenset[str] | None:
    if not folder.is_dir():
        return None
    return frozenset(f"{e.name}/" if e.is_dir() else e.name for e in folder.iterdir())


def _exports(folder: Path, *names: str) -> dict[str, frozenset[str] | None]:
    found = exports_of(local_modules(folder, names, _files))
    return {name: found.of(name) for name in names}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


FILES = {
    "plain.py": "import os.path, json as j\nx = _y = 1\ndef f(): z = 1\nclass C: a = 1\n",
    "branches.py": "try:\n    import nothing_here\nexcept ImportError:\n    nothing_here = None\n"
    "for i in range(2): j = i\nif i: k = 1\nelse: l = 1\nwith open(__file__) as f: pass\n",
    "late.py": "def f():\n    global g\n    g = 1\nf()\n[h := 1 for _ in (1, 2)]\nglobals()['i'] = 1\n",
    "deleted.py": "a = b = 1\ndel a\nfor c in (1, 2): d = 1\nif d: del d\n",
    "listed.py": "__all__ = ['_a', 'b']\n__all__ += ['c']\n_a = b = c = d = 1\n",
    "one.py": "from two import *\na = 1\n",
    "two.py": "from three import *\nb = 1\n",
    "three.py": "from one import *\nc = 1\n",
    "twice.py": "from left import *\nfrom right import *\n",
    "left.py": "__all__ = ['e']\nfrom end import *\ne = 1\n",
    "right.py": "from end import *\n",
    "end.py": "end = 1\n",
    "pkg/__init__.py": "from .sub import s\nimport pkg.deep.er\n",
    "pkg/sub.py": "from . import other\ns = 1\n",
    "pkg/other.py": "",
    "pkg/deep/__init__.py": "from .er import *\nfrom ..sub import *\n",
    "pkg/deep/er.py": "e = 1\n",
    "space/m.py": "from .n import *\n",
    "space/n.py": "n = 1\n",
    "random.py": "mine = 1\n",
    "latin.py": "# é\nx = 1\n",
}  # fmt: skip
NAMES = [
    *("plain", "branches", "late", "deleted", "listed", "one", "two", "three", "twice", "left"),
    *("right", "end", "pkg", "pkg.sub", "pkg.deep", "pkg.deep.er", "space.m", "random", "latin"),
]


def test_python_binds_nothing_that_is_not_known(folder: Path) -> None:
    found = _exports(folder, *NAMES)

    imported = _imported(folder, NAMES)
    assert set(imported) == set(NAMES)
    assert {n: set(names) - (found[n] or set()) for n, names in imported.items()} == {
        n: set() for n in NAMES
    }
    assert found["plain"] == {"os", "j", "x", "f", "C"}
    assert found["deleted"] == {"b", "c", "d"}
    assert found["twice"] == {"e", "end"}
    assert found["one"] == found["three"] == {"a", "b", "c"}


@pytest.mark.parametrize(
    "text",
    [
        b"x = ", b"exec(text)", b"from nowhere import *", b"from .beside import *",
        b"__all__ = names()", b"__all__ = ['a', *more]", b"from plain import __all__",
        b"__all__ = plain.__all__ + ['a']", b"globals()['__all__'] = ['a']", b"# \xe9",
        b"# coding: nobody-has-it", b"__all__ = []\ndel __all__",
    ],
)  # fmt: skip
def test_what_nobody_can_read_is_not_known(folder: Path, text: bytes) -> None:
    (folder / "a.py").write_bytes(text)

    assert _exports(folder, "a") == {"a": None}


def test_what_is_not_there_is_not_known(folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "a.py").mkdir()
    names = ("empty", "nothing", "plain.x", "pkg.nothing", "a", ".plain")

    assert _exports(folder, *names) == dict.fromkeys(names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("from a import *", ["a"]),
        ("  from  .a.b  import*  # all", [".a.b"]),
        ("import x; from a import *\nfrom .. import *", ["a", ".."]),
        ("from a import b\nx * y", []),
    ],
)
def test_star_imports_are_seen(text: str, names: list[str]) -> None:
    assert starred(text) == names


def test_the_table_has_all_that_python_exports(tmp_path: Path) -> None:
    imported = _imported(tmp_path, STAR_EXPORTS)

    assert len(imported) > len(STAR_EXPORTS) / 2
    assert {name: set(n) - set(STAR_EXPORTS[name].split()) for name, n in imported.items()} == {
        name: set() for name in imported
    }
