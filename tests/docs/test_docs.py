"""The docs say what is: their commands are run, and nothing that exists is missing in them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from nbjob_clean.clean import volatile
from nbjob_clean.clean.vendor import VENDORS
from nbjob_clean.clean.words import OUTPUT_KINDS, THINGS
from nbjob_clean.cli import COMMANDS
from nbjob_clean.config import Config, find_config
from nbjob_clean.rules.core import RULES
from tests.conftest import GitRepo
from tests.notebooks import code, markdown, notebook

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
_CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
WITH_CONSOLE = [path for path in PAGES if _CONSOLE.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", WITH_CONSOLE, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_print_what_the_page_says(path: Path, repo: GitRepo) -> None:
    _prepare(repo)
    for block in _CONSOLE.findall(path.read_text(encoding="utf-8")):
        for command, expected in _sessions(block):
            done = subprocess.run(
                command, shell=True, cwd=repo.path, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
            pattern = re.escape(expected).replace(re.escape("..."), ".*")
            said = done.stdout.decode()
            assert re.fullmatch(pattern.rstrip("\\\n") + r"\s*", said, re.DOTALL), (
                f"$ {command}\n{said}"
            )


def _prepare(repo: GitRepo) -> None:
    """What the pages take for granted: a few notebooks and the examples."""
    repo.write("dirty.ipynb", notebook(code("x = 1", "job", id="a", count=3)))
    repo.write("etl.ipynb", notebook(markdown("# ETL", id="m"), code("x = 1", "job", id="a")))
    repo.write(
        "untagged.ipynb",
        notebook(code("rate = 1.19", id="a"), code("print(round(2 * rate))", "job", id="b")),
    )
    shutil.copytree(
        ROOT / "examples",
        repo.path / "examples",
        ignore=shutil.ignore_patterns(".nbjob", "__pycache__"),
    )


def _sessions(block: str) -> list[tuple[str, str]]:
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]


def test_every_command_has_a_page_and_a_place_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"docs/commands/{name}.md" in readme
        assert (ROOT / f"docs/commands/{name}.md").is_file()


def test_every_hook_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    hooks = re.findall(r"^- id: (\S+)", (ROOT / ".pre-commit-hooks.yaml").read_text(), re.MULTILINE)
    assert len(hooks) == 6
    assert [hook for hook in hooks if f"| `{hook}` |" not in readme] == []


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    names = [name.replace("_", "-") for name in Config.fields if name != "root"]
    assert [name for name in names if f"| `{name}` |" not in page] == []


def test_every_word_of_keep_and_drop_is_documented() -> None:
    page = (ROOT / "docs/commands/clean.md").read_text(encoding="utf-8")
    assert [thing.name for thing in THINGS if f"\n| `{thing.name}` |" not in page] == []
    assert [name for name in VENDORS if f"\n| `{name}` |" not in page] == []
    assert [name for name in OUTPUT_KINDS if f"outputs:{name}" not in page] == []
    assert [name for name in volatile.CELL if f"`{name}`" not in page] == []


def test_every_rule_has_a_page() -> None:
    index = (ROOT / "docs/rules/README.md").read_text(encoding="utf-8")
    for rule in RULES:
        page = (ROOT / f"docs/rules/{rule.code.lower()}.md").read_text(encoding="utf-8")
        assert rule.name in page.splitlines()[0]
        assert f"{rule.code.lower()}.md" in index


def test_the_configuration_in_the_docs_is_read(tmp_path: Path) -> None:
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    block = re.search(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert block
    (tmp_path / "pyproject.toml").write_text(block.group(1))
    config = find_config(tmp_path)
    assert config.tags == ("job",)
    assert config.databases["warehouse"]["url"] == "duckdb:///warehouse.duckdb"


@pytest.mark.parametrize("path", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", path.read_text(encoding="utf-8")):
        assert "://" in target or (path.parent / target).exists(), target
