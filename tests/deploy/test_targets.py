"""What is rendered is valid for its pipeline, and the command in it really runs the job."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import ruamel.yaml

from nbjob_clean.deploy.facts import Argument, JobFacts
from nbjob_clean.deploy.targets import TARGETS, Target
from nbjob_clean.deploy.yaml import scalar

NASTY = """a'b"c $(touch pwned) `touch pwned` ${HOME} {{ 7 * 7 }} # x: y"""
ARGUMENTS = (
    Argument("minimum", "int", default="10", declared_in="10_load.ipynb"),
    Argument("is_full", "bool", default="true"),
    Argument("rate", "float", default="0.5", value="1.5"),
    Argument("name", "str", default="", value=NASTY),
    Argument("since", "date"),
)
FACTS = JobFacts(
    path="jobs/our orders",
    name="our orders",
    command="nbjob deploy x 'jobs/our orders'",
    version="1.2.3",
    schedule="0 5 * * *",
    image="registry.example/orders:1",
    arguments=ARGUMENTS,
    secrets=("WAREHOUSE_URL",),
    extras=("duckdb", "postgres"),
    has_requirements=True,
)
BARE = JobFacts(path="job", name="Ärger!", command="nbjob deploy x job", version="1", image="a/b")
BOTH = pytest.mark.parametrize("facts", [FACTS, BARE], ids=["full", "bare"])


def _target(name: str) -> Target:
    return next(target for target in TARGETS if target.name == name)


def _yaml(text: str) -> Any:
    return ruamel.yaml.YAML(typ="safe", pure=True).load(text)


def _run_script(script: str, environment: Mapping[str, str], tmp_path: Path) -> list[str]:
    """Run it with an `nbjob` that writes down what it is called with."""
    program = tmp_path / "bin/nbjob"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n", encoding="utf-8"
    )
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=tmp_path, env={**environment, "PATH": path},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert not (tmp_path / "pwned").exists()
    found: list[str] = json.loads(done.stdout)
    return found


@BOTH
def test_a_workflow_is_one_by_githubs_own_schema(facts: JobFacts, tmp_path: Path) -> None:
    path = tmp_path / "workflow.yml"
    path.write_text(_target("github-actions").render(facts), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_form_of_a_workflow(tmp_path: Path) -> None:
    workflow = _yaml(_target("github-actions").render(FACTS))
    inputs = workflow["on"]["workflow_dispatch"]["inputs"]
    assert {name: entry["type"] for name, entry in inputs.items()} == {
        "minimum": "number", "is_full": "boolean", "rate": "number", "name": "string", "since": "string",
    }  # fmt: skip
    assert inputs["is_full"]["default"] is True
    assert inputs["minimum"]["default"] == "10"
    assert "default" not in inputs["since"]
    assert workflow["on"]["schedule"] == [{"cron": "0 5 * * *"}]
    assert workflow["concurrency"]["cancel-in-progress"] is False


def _workflow_step() -> Mapping[str, Any]:
    workflow = _yaml(_target("github-actions").render(FACTS))
    found: Mapping[str, Any] = next(
        step for step in workflow["jobs"]["run"]["steps"] if step.get("name") == "nbjob run"
    )
    return found


def test_a_scheduled_run_passes_what_was_fixed(tmp_path: Path) -> None:
    step = _workflow_step()
    assert step["env"]["ARGUMENT_name"] == "${{ inputs.name }}"
    assert step["env"]["WAREHOUSE_URL"] == "${{ secrets.WAREHOUSE_URL }}"
    assert "${{" not in step["run"]
    called = _run_script(step["run"], dict.fromkeys(step["env"], ""), tmp_path)
    assert called[:2] == ["run", "jobs/our orders"]
    given = [called[at + 1] for at, word in enumerate(called) if word == "-p"]
    assert given == ["rate=1.5", f"name={NASTY}"]
    assert "WAREHOUSE_URL=env:WAREHOUSE_URL" in called


def test_a_run_by_hand_passes_the_form(tmp_path: Path) -> None:
    step = _workflow_step()
    form = dict.fromkeys(step["env"], "") | {"ARGUMENT_name": NASTY, "ARGUMENT_since": "2024-01-02"}
    called = _run_script(step["run"], form, tmp_path)
    given = [called[at + 1] for at, word in enumerate(called) if word == "-p"]
    assert given == ["rate=1.5", f"name={NASTY}", "since=2024-01-02"]


@BOTH
@pytest.mark.parametrize("schedule", ["0 5 * * *", ""])
def test_kubernetes_takes_it(facts: JobFacts, schedule: str) -> None:
    from nbjob_clean.record import changed

    resource = _yaml(_target("kubernetes").render(changed(facts, schedule=schedule)))
    kubernetes_validate.validate(resource, "1.31", strict=True)
    job = resource["spec"]["jobTemplate"]["spec"] if schedule else resource["spec"]
    assert resource["kind"] == ("CronJob" if schedule else "Job")
    assert job["template"]["spec"]["restartPolicy"] == "Never"
    (container,) = job["template"]["spec"]["containers"]
    rule = job["podFailurePolicy"]["rules"][0]["onExitCodes"]
    assert rule["containerName"] == container["name"]
    assert not {1, 69, 75, 137, 143} & set(rule["values"]), "another try may go well"


def test_kubernetes_passes_what_was_fixed() -> None:
    resource = _yaml(_target("kubernetes").render(FACTS))
    spec = resource["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    # Kubernetes itself would replace $(…); doubled, it leaves it.
    assert f"name={NASTY.replace('$(', '$$(')}" in container["args"]
    assert container["env"][0]["valueFrom"]["secretKeyRef"] == {
        "name": "our-orders", "key": "WAREHOUSE_URL",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "label"),
    [("Orders_EU", "orders-eu"), ("Ärger!", "rger"), ("--", "job"), ("a" * 60, "a" * 52)],
)
def test_a_label_is_one_that_dns_allows(name: str, label: str) -> None:
    assert JobFacts(path="x", name=name, command="", version="1").label == label


def _airflow_keywords() -> dict[str, Any]:
    tree = ast.parse(_target("airflow").render(FACTS))
    (call,) = (
        node for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BashOperator"
    )  # fmt: skip
    keywords = {str(k.arg): k.value for k in call.keywords}
    return {
        name: ast.literal_eval(keywords[name])
        for name in ("bash_command", "env", "skip_on_exit_code")
    }


def test_the_command_of_a_dag(tmp_path: Path) -> None:
    found = _airflow_keywords()
    assert found["skip_on_exit_code"] == 99
    assert "{{" not in found["bash_command"]
    given = dict.fromkeys(found["env"], "") | {"ARGUMENT_name": NASTY}
    called = _run_script(found["bash_command"], given, tmp_path)
    assert [called[at + 1] for at, word in enumerate(called) if word == "-p"] == [f"name={NASTY}"]


@BOTH
def test_a_dag_compiles(facts: JobFacts) -> None:
    text = _target("airflow").render(facts)
    compile(text, "dag.py", "exec")
    assert f'"name": Param({json.dumps(NASTY)}, type="string")' in text or facts is BARE


def test_an_image_without_notebooks() -> None:
    text = _target("docker").render(FACTS)
    assert 'COPY ["jobs/our orders/", "/job/"]' in text
    assert "'nbjob-clean[duckdb,postgres]==1.2.3' -r /requirements.txt" in text
    assert "find /job -name '*.ipynb' -delete" in text
    assert text.rstrip().endswith('ENTRYPOINT ["nbjob", "run", "/job"]')


@pytest.mark.parametrize(
    "text", ["plain", "a b", "no", "1.5", "a: b", "", 'q"', "# c", "ü", "- x", "0x1f"]
)
def test_a_scalar_is_the_text_that_it_was(text: str) -> None:
    assert _yaml(f"key: {scalar(text)}\n") == {"key": text}
