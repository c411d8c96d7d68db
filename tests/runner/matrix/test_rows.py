"""The rows of a matrix: every kind of file, and the share of each machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nbjob_clean.errors import ArgumentError
from nbjob_clean.runner.matrix.rows import read_matrix, shard

TWO = [{"region": "north", "n": 1}, {"region": "south", "n": 2}]
FOUR = [{"region": r, "n": n} for r in ("north", "south") for n in (1, 2)]


def _read(tmp_path: Path, name: str, text: str) -> list[dict[str, Any]]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return [{name: given.value for name, given in row.items()} for row in read_matrix(path)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.json", '[{"region": "north", "n": 1}, {"region": "south", "n": 2}]', TWO),
        ("a.json", '{"runs": [{"region": "north", "n": 1}, {"region": "south", "n": 2}]}', TWO),
        ("a.json", '{"region": ["north", "south"], "n": [1, 2]}', FOUR),
        ("a.json", '{"region": ["north"], "n": 1}', TWO[:1]),
        ("a.jsonl", '{"region": "north", "n": 1}\n\n{"region": "south", "n": 2}\n', TWO),
        ("a.toml", '[[run]]\nregion = "north"\nn = 1\n[[run]]\nregion = "south"\nn = 2\n', TWO),
        ("a.toml", 'region = ["north", "south"]\nn = [1, 2]\n', FOUR),
        ("a.yaml", '- {region: "north", n: !!int 1}\n', [{"region": "north", "n": "1"}]),
        ("a.yml", "region: [north, south]\nday: 007\n", [
            {"region": "north", "day": "007"}, {"region": "south", "day": "007"}]),
        ("a.csv", "region,n\nnorth,1\nsouth,\n", [{"region": "north", "n": "1"}, {"region": "south"}]),
        ("a.csv", '\ufeffname\n"a, b"\n', [{"name": "a, b"}]),
    ],
)  # fmt: skip
def test_read(tmp_path: Path, name: str, text: str, expected: list[dict[str, Any]]) -> None:
    assert _read(tmp_path, name, text) == expected


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("a.json", "[]", "no rows"),
        ("a.json", "{}", "no rows"),
        ("a.json", "{", "not JSON"),
        ("a.json", "[1]", "row 1: not an object"),
        ("a.json", '"x"', "not an object"),
        ("a.jsonl", '{"n": 1}\n[]\n', "a.jsonl:2: not an object"),
        ("a.toml", "x =", "not TOML"),
        ("a.yaml", "- 1\n", "neither a list of mappings nor a mapping of lists"),
        ("a.yaml", "", "no rows"),
        ("a.csv", "", "no rows"),
        ("a.csv", "n,n\n1,2\n", "does not name each column once"),
        ("a.csv", "n,m\n1\n", "a.csv:2: not as many values"),
        ("a.csv", "n\n1,2\n", "a.csv:2: not as many values"),
    ],
)
def test_refused(tmp_path: Path, name: str, text: str, word: str) -> None:
    with pytest.raises(ArgumentError) as error:
        _read(tmp_path, name, text)
    assert word in str(error.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="No such file"):
        read_matrix(tmp_path / "a.json")


def test_shards_are_everything_once_with_the_same_numbers() -> None:
    rows: list[dict[str, Any]] = [{} for _ in range(11)]
    shares = [shard(rows, f"{n}/4") for n in range(1, 5)]
    assert [[index for index, _ in share] for share in shares] == [
        [1, 5, 9],
        [2, 6, 10],
        [3, 7, 11],
        [4, 8],
    ]
    assert [index for index, _ in shard(rows, "")] == list(range(1, 12))


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/0", "a/b", "1/2/3", "-1/2"])
def test_no_shard(text: str) -> None:
    with pytest.raises(ArgumentError, match="--shard"):
        shard([], text)
