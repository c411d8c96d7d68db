"""The pytest plugin: fixtures for tests of jobs, and with `--nbjob` the jobs as tests.

pytest loads this module at every start, in projects without any job too: it imports nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.pytest_plugin.jobs import Nbjob
    from nbjob_clean.testing import FakeJobInput, ScratchDatabase

_JOB_SUFFIXES = (".ipynb", ".py", ".sql")
_DEFAULT_ENGINE = "duckdb"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("nbjob", "notebooks as jobs")
    group.addoption(
        "--nbjob", action="store_true", help="collect job directories as tests, one for each step"
    )
    group.addoption(
        "--nbjob-arg", action="append", default=[], metavar="NAME=VALUE",
        help="an argument of the jobs that --nbjob collects (repeatable)",
    )  # fmt: skip
    group.addoption(
        "--nbjob-db", default=_DEFAULT_ENGINE, metavar="ENGINES",
        help="what the fixture nbjob_db is, and --nbjob's default database: duckdb, sqlite, "
        "postgresql; several, with commas, run each test with each",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    for line in (
        "nbjob_db(*engines): run the test with these databases as the fixture nbjob_db",
        "nbjob_in_place: run jobs where they are, not in a scratch copy",
    ):
        config.addinivalue_line("markers", line)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "nbjob_db" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("nbjob_db")
        engines = marker.args if marker and marker.args else _engines(metafunc.config)
        if len(engines) > 1:
            metafunc.parametrize("nbjob_db", engines, indirect=True)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix not in _JOB_SUFFIXES or not parent.config.getoption("nbjob"):
        return None
    from nbjob_clean.pytest_plugin.collect import collector

    return collector(file_path, parent)


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    if not parent.config.getoption("nbjob"):
        return None
    from nbjob_clean.pytest_plugin.collect import instead_of_module

    return instead_of_module(module_path, parent)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("nbjob"):
        from nbjob_clean.pytest_plugin.collect import in_order, require_known

        require_known(config)
        items[:] = in_order(items, config)


@pytest.fixture
def nbjob(request: pytest.FixtureRequest) -> Iterator[Nbjob]:
    """Runs jobs, steps and cells in the test's own process, on a scratch copy of the job.

    With `nbjob_db` that is their default database, with `nbjob_input` that is their `job_input`.
    """
    from nbjob_clean.pytest_plugin.jobs import Nbjob

    names = request.fixturenames
    found = Nbjob(request.path.parent, request.config.rootpath, request.getfixturevalue)
    found.in_place = request.node.get_closest_marker("nbjob_in_place") is not None
    if "nbjob_db" in names:
        found.databases["default"] = request.getfixturevalue("nbjob_db").url
    if "nbjob_input" in names:
        found.job_input = request.getfixturevalue("nbjob_input")
    yield found
    found.close()


@pytest.fixture
def nbjob_db(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ScratchDatabase]:
    """An empty database: `url`, `execute`, `table`, `load`; `--nbjob-db` or a marker says which."""
    from nbjob_clean.pytest_plugin.databases import scratch_database

    engine = getattr(request, "param", None) or _engine(request)
    with scratch_database(engine, tmp_path_factory, request.config) as database:
        yield database


@pytest.fixture
def nbjob_input() -> Iterator[FakeJobInput]:
    """A `job_input` that records ingestion, and keeps properties and secrets in memory."""
    from nbjob_clean.testing import FakeJobInput

    found = FakeJobInput()
    yield found
    found.close()


@pytest.fixture
def nbjob_http(request: pytest.FixtureRequest) -> Any:
    """A local HTTP server, `httpserver` of pytest-httpserver."""
    try:
        return request.getfixturevalue("httpserver")
    except pytest.FixtureLookupError:
        pytest.fail('nbjob_http needs pytest-httpserver: pip install "nbjob-clean[test]"')


def _engine(request: pytest.FixtureRequest) -> str:
    marker = request.node.get_closest_marker("nbjob_db")
    return str(marker.args[0]) if marker and marker.args else _engines(request.config)[0]


def _engines(config: pytest.Config) -> list[str]:
    return [name.strip() for name in config.getoption("nbjob_db").split(",") if name.strip()]
