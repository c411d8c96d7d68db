"""The extension in a real kernel, told by its frontend which cell runs and with which tags."""

from __future__ import annotations

import json
import queue
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import KernelManager

from tests.notebooks import code, notebook

RATE, USE = "rate = 2", "total = 21 * rate"
CELLS = (code("import math", "job", id="a"), code(RATE, "job", id="b"), code(USE, "job", id="c"))


class Said:
    """What a cell printed, showed and raised."""

    def __init__(self) -> None:
        self.out = self.err = self.shown = self.error = ""

    def add(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "stream":
            name = "out" if content["name"] == "stdout" else "err"
            setattr(self, name, getattr(self, name) + content["text"])
        elif kind == "execute_result":
            self.shown = content["data"]["text/plain"]
        elif kind == "error":
            self.error = f"{content['ename']}: {content['evalue']}"


class Kernel:
    """A kernel and a frontend for it."""

    def __init__(self, manager: KernelManager, path: Path) -> None:
        self.path = path
        self._client = manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=60)

    def run(self, source: str, id: str = "", *tags: str, deleted: tuple[str, ...] = ()) -> Said:
        content = {
            "code": source, "silent": False, "store_history": True, "user_expressions": {},
            "allow_stdin": False, "stop_on_error": True,
        }  # fmt: skip
        metadata = {"tags": list(tags), "deletedCells": list(deleted)} | (
            {"cellId": id} if id else {}
        )
        message = self._client.session.msg("execute_request", content, metadata=metadata)
        self._client.shell_channel.send(message)
        said = Said()
        while True:
            try:
                reply = self._client.get_iopub_msg(timeout=60)
            except queue.Empty:
                pytest.fail("the kernel does not answer")
            if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
                return said
            said.add(reply["msg_type"], reply["content"])

    def stop(self) -> None:
        self._client.stop_channels()


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    """A kernel of `etl.ipynb`, as Jupyter's server starts it, with the extension loaded."""
    path = tmp_path / "job" / "etl.ipynb"
    path.parent.mkdir()
    path.write_bytes(notebook(*CELLS))
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(path.parent))
    try:
        kernel = Kernel(manager, path)
        assert kernel.run("%load_ext nbjob_clean").err == ""
        yield kernel
        kernel.stop()
    finally:
        manager.shutdown_kernel(now=True)


@pytest.mark.slow
def test_order_edit_and_deleted_cell(kernel: Kernel) -> None:
    assert kernel.run("import math", "a", "job").err == ""
    said = kernel.run(USE.replace("rate", "2"), "c", "job")
    assert said.err == "nbjob: cell 3 runs before cell 2 above it\n"
    assert kernel.run(RATE, "b", "job").err == (
        "nbjob: cell 2 is out of order: cell 3 below it has run already\n"
    )
    assert kernel.run(USE, "c", "job").err == ""
    kernel.path.write_bytes(notebook(CELLS[0], code("rate = 3", "job", id="b"), CELLS[2]))
    said = kernel.run(USE, "c", "job")
    assert said.err == (
        "nbjob: cell 3 runs on cell 2 as it was before an edit: run that one again\n"
    )
    kernel.path.write_bytes(notebook(CELLS[0], CELLS[2]))
    said = kernel.run(USE, "c", "job", deleted=("b",))
    assert said.err == "nbjob: cell 2 uses `rate`, which only a deleted cell has defined\n"
    assert kernel.run("rate", "debug").shown == "2", "the cell ran all the same"


@pytest.mark.slow
def test_sql_as_in_production(kernel: Kernel) -> None:
    run = kernel.run
    run(
        "%%sql\nCREATE TABLE orders AS SELECT unnest([1, 5, 9]) AS amount;\nINSERT INTO orders VALUES (12)"
    )
    run("minimum = 5")
    said = run("%%sql big <<\nSELECT amount FROM orders WHERE amount >= {{ minimum }}")
    assert (said.error, said.shown) == ("", "")
    assert run("sum(row[0] for row in big)").shown == "26"
    assert "12" in run("%%vdksql\nSELECT max(amount) FROM orders").shown
    assert run("count = %sql SELECT count(*) FROM orders\ncount[0][0]").shown == "4"
    # Bound, never pasted.
    run('name = "x\' OR 1=1 --"')
    assert (
        run("%sql SELECT count(*) FROM orders WHERE 'x' = :name").shown.splitlines()[2].strip()
        == "0"
    )


@pytest.mark.slow
def test_sql_that_fails_raises_and_is_rolled_back(kernel: Kernel) -> None:
    kernel.run("%%sql\nCREATE TABLE t (a INTEGER)")
    said = kernel.run("%%sql\nINSERT INTO t VALUES (1);\nSELECT nothing FROM t")
    assert said.error.startswith("BinderException")
    assert kernel.run("%sql SELECT count(*) AS n FROM t").shown.splitlines()[2].strip() == "0"
    said = kernel.run("%%sql\nSELECT {{ missing }}")
    assert said.error == "ArgumentError: SQL parameter `missing` has no value"
    said = kernel.run("%%sql --no-execute\nSELECT 1")
    assert said.error.startswith("UsageError: production runs the text of the cell alone")


@pytest.mark.slow
def test_the_database_is_free_between_cells(kernel: Kernel) -> None:
    kernel.run("%%sql\nCREATE TABLE t AS SELECT 7 AS seven")
    kernel.path.with_name("20_use.sql").write_text("INSERT INTO t VALUES (8);\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "nbjob_clean", "run", "20_use.sql"],
        cwd=kernel.path.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert kernel.run("%sql SELECT sum(seven) AS n FROM t").shown.splitlines()[2].strip() == "15"
    kernel.run("%%sql\nCREATE TEMP TABLE mine AS SELECT 1 AS one")
    assert kernel.run("%sql SELECT one FROM mine").shown.splitlines()[2].strip() == "1"


@pytest.mark.slow
def test_job_input_as_in_production(kernel: Kernel) -> None:
    assert kernel.run("job_input.get_name()").shown == "'job'"
    kernel.run("job_input.set_all_properties({'last': 3})")
    kernel.run("job_input.execute_query('CREATE TABLE t AS SELECT 1 AS one')")
    assert kernel.run("job_input.execute_query('SELECT one FROM t')[0][0]").shown == "1"
    properties = json.loads((kernel.path.parent / ".nbjob/properties.json").read_text())
    assert properties == {"last": 3}


@pytest.mark.slow
def test_arguments_are_the_variables_of_the_parameters_cell(kernel: Kernel) -> None:
    cells = (code("limit = 3", "parameters", id="p"), code("other = 4", "job", id="o"))
    kernel.path.write_bytes(notebook(*cells))
    kernel.run("limit = 3\nother = 4")
    assert kernel.run("job_input.get_arguments()").shown == "{'limit': 3}"
    assert kernel.run("%%vdksql\nSELECT {limit} + 1 AS n").shown.splitlines()[2].strip() == "4"
    assert "ParserException" in kernel.run("%%vdksql\nSELECT {other}").error


@pytest.mark.slow
def test_commands(kernel: Kernel) -> None:
    assert "3 of 3 code cells run" in kernel.run("%nbjob show").out
    assert kernel.run("%nbjob check").out == "All checks passed: 1 notebook.\n"
    kernel.path.write_bytes(notebook(CELLS[0], CELLS[2]))
    found = re.sub(r"\x1b\[[0-9;]*m", "", kernel.run("%nbjob check").out)
    assert found.startswith(
        "NBJ101 `rate` is not defined in any cell\n --> etl.ipynb:cell 2:1:14\n"
    )
    said = kernel.run("%nbjob run")
    assert "NameError: name 'rate' is not defined" in said.out
    assert said.err == "exit status 1\n"
    assert kernel.run("%nbjob fly").error == "UsageError: %nbjob knows no `fly`"
    assert "%nbjob check" in kernel.run("%nbjob").out


@pytest.mark.slow
def test_unloaded_it_leaves_nothing(kernel: Kernel) -> None:
    kernel.run("%unload_ext nbjob_clean")
    assert kernel.run(USE.replace("rate", "2"), "c", "job").err == ""
    assert "UsageError" in kernel.run("%%sql\nSELECT 1").err
    assert kernel.run("job_input").error.startswith("NameError")


@pytest.mark.slow
def test_vs_code_tells_it_in_its_own_way(kernel: Kernel, tmp_path: Path) -> None:
    kernel.run(f"__vsc_ipynb_file__ = {str(kernel.path)!r}")
    said = kernel.run(USE.replace("rate", "2"), "vscode-notebook-cell:/etl.ipynb#W2", "job")
    assert said.err == "", "not the text that was saved"
    kernel.path.write_bytes(notebook(CELLS[0], CELLS[1], code("total = 2", "job", id="c")))
    said = kernel.run("total = 2", "vscode-notebook-cell:/etl.ipynb#W2", "job")
    assert said.err == "nbjob: cell 3 runs before cell 1 above it\n"
