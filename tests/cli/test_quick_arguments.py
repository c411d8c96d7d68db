"""What QuickParser makes of a command line is what argparse makes of it, or nothing."""

from __future__ import annotations

import argparse
from types import ModuleType

import pytest

from nbjob_clean.cli import check, clean, emit, hook, run
from nbjob_clean.cli.quick_arguments import QuickParser

USUAL = [
    ["job"],
    ["job", "-p", "a=1", "-p", "b=2"],
    ["-p", "a=-1", "job", "--plan"],
    ["job", "--db=x=duckdb://", "--db", "sqlite://"],
    ["job", "--timeout", "10m", "--lock=skip", "--report", "a.html", "--log-format", "json"],
    ["job", "--from", "1", "--to=2", "--arguments", '{"a": 1}', "--arguments="],
]
UNUSUAL = [
    [], ["a", "b"], ["job", "--help"], ["job", "--nonsense"], ["job", "-pa=1"], ["job", "-p"],
    ["job", "--lock", "maybe"], ["job", "--plan=x"], ["job", "--", "x"], ["job", "--from", "-1"],
    ["job", "--time", "1"],
]  # fmt: skip


USUAL_OF_OTHERS = [
    (clean, []),
    (clean, ["a.ipynb", "b c.ipynb"]),
    (clean, ["--check", "--keep", "counts", "--keep=ids", "-"]),
    (clean, ["--history", "--rewrite"]),
    (clean, [".", "--output-format", "json"]),
    (check, ["--select", "NBJ101,NBJ102", "--select=NBJ4", "jobs"]),
    (check, ["--baseline", "b.json", "--fix", "--diff"]),
    (check, ["--with", "ruff"]),
    (emit, ["--check", ""]),
    (hook, ["--only", "clean", "a.ipynb"]),
]
UNUSUAL_OF_OTHERS = [
    (clean, ["a", "--check", "b"]),
    (clean, ["--", "-a.ipynb"]),
    (check, ["--baseline", "a", "--write-baseline=b"]),
    (check, ["--output-format", "xml"]),
    (hook, ["--only"]),
]


def _quick(arguments: list[str], command: ModuleType = run) -> dict[str, object] | None:
    parser = QuickParser()
    command.add_arguments(parser)
    found = parser.parse(arguments)
    return None if found is None else vars(found)


@pytest.mark.parametrize("arguments", USUAL, ids=" ".join)
def test_the_usual(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    run.add_arguments(parser)
    assert _quick(arguments) == vars(parser.parse_args(arguments))


def test_no_run_sees_the_list_of_another() -> None:
    assert [(_quick(["job", "-p", "a=1"]) or {})["pairs"] for _ in range(2)] == [["a=1"], ["a=1"]]


@pytest.mark.parametrize("arguments", UNUSUAL, ids=" ".join)
def test_the_rest_is_argparses(arguments: list[str]) -> None:
    assert _quick(arguments) is None


@pytest.mark.parametrize(("command", "arguments"), USUAL_OF_OTHERS)
def test_the_usual_of_other_commands(command: ModuleType, arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert _quick(arguments, command) == vars(parser.parse_args(arguments))


@pytest.mark.parametrize(("command", "arguments"), UNUSUAL_OF_OTHERS)
def test_the_rest_of_other_commands(command: ModuleType, arguments: list[str]) -> None:
    assert _quick(arguments, command) is None
