"""Where arguments come from: variables, files, secrets; and what a plan says of them."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nbjob_clean.errors import ArgumentError
from nbjob_clean.runner.argument_file import read_arguments
from nbjob_clean.runner.arguments import from_environment, from_pairs, resolve, with_secrets
from nbjob_clean.runner.load import load_job
from nbjob_clean.runner.schema import schema
from nbjob_clean.runner.secret_place import read_secrets
from tests.notebooks import code, notebook
from tests.runner.jobs import cell, names, nbjob, parameters, py, query, sql, write

DECLARED = """\
code: str = "abc"  # of the shop
limit: int = 10
ratio = 0.5
is_full = False
day: date = None
shops: list[str] = []
mode: Literal["fast", "full"] = "fast"
note = None
"""
VALUES = """\
code: 007
limit: 12
ratio: 1
is_full: True
day: 2024-02-29
shops: [no, "007", 12:30]
mode: full
note: ~
"""
WANTED = {
    "code": "007", "limit": 12, "ratio": 1.0, "is_full": True, "day": datetime.date(2024, 2, 29),
    "shops": ["no", "007", "12:30"], "mode": "full", "note": None,
}  # fmt: skip


def test_yaml_means_what_it_shows(tmp_path: Path) -> None:
    job = load_job(write(tmp_path / "job", py("a", parameters(DECLARED))))
    (tmp_path / "a.yaml").write_text(VALUES)
    assert resolve(job, job.steps, read_arguments(tmp_path / "a.yaml")).values == WANTED


YAML: list[tuple[str, Any]] = [
    ("x: 007", "007"),
    ("x: '5'", "5"),
    ("x: 5", 5),
    ("x: [1, 1_000, 0x10, yes, true, 1e3, ~]", [1, "1_000", "0x10", "yes", True, "1e3", None]),
    ("x: {a: {b: [1.5]}}", {"a": {"b": [1.5]}}),
    ("x: [!!str 5]", ["5"]),
    ("x: |\n  a\n  b\n", "a\nb\n"),
    ("a: &it [1]\nx: *it", [1]),
    ("x:", None),
]


@pytest.mark.parametrize(("text", "value"), YAML, ids=str)
def test_yaml_without_a_declaration(tmp_path: Path, text: str, value: object) -> None:
    job = load_job(write(tmp_path / "job", py("a", cell("print(x, a)"))))
    path = tmp_path / "a.yml"
    path.write_text(text)
    found = resolve(job, job.steps, read_arguments(path)).values["x"]
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize("text", ["- 1", "x", "x: [", "x: &a [*a]", "x: !!python/object:os.system"])
def test_yaml_that_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yml"
    path.write_text(text)
    if "python" in text:  # a tag means nothing here, and makes nothing
        assert read_arguments(path)["x"].value is None
    else:
        with pytest.raises(ArgumentError, match=r"a\.yml"):
            read_arguments(path)


def test_an_empty_file_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("# nothing yet\n")
    assert read_arguments(tmp_path / "a.yaml") == {}


def test_yaml_without_its_package(tmp_path: Path) -> None:
    """A Python that has no PyYAML, and the package itself."""
    (tmp_path / "a.yaml").write_text("x: 1")
    job = write(tmp_path / "job", {"a.py": "print(x)"})
    source = str(Path(__file__).parents[2] / "src")
    program = (
        f"import sys; sys.path.insert(0, {source!r}); from nbjob_clean.cli import main;"
        f"sys.exit(main(['run', {str(job)!r}, '--arguments-file', {str(tmp_path / 'a.yaml')!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 69
    assert 'hint: pip install "nbjob-clean[yaml]"' in done.stderr


ENVIRONMENT: list[tuple[str, dict[str, str], dict[str, object]]] = [
    ("x = 1", {"NBJOB_ARG_X": "5"}, {"x": 5}),
    ("x = 1", {"NBJOB_ARG_x": "5"}, {"x": 5}),
    ("X = 1", {"NBJOB_ARG_X": "5"}, {"X": 5}),
    ("code = 'a'", {"NBJOB_ARG_CODE": "007"}, {"code": "007"}),
    ("firstDay = 'a'", {"NBJOB_ARG_FIRSTDAY": "b"}, {"firstDay": "b"}),
    ("x = 1", {"NBJOB_ARG": "5", "X": "5", "NBJOB_X": "5"}, {}),
]


@pytest.mark.parametrize(("declaration", "variables", "wanted"), ENVIRONMENT, ids=str)
def test_variables(
    tmp_path: Path, declaration: str, variables: dict[str, str], wanted: dict[str, object]
) -> None:
    job = load_job(write(tmp_path, py("a", parameters(declaration))))
    found = resolve(job, job.steps, from_environment(job, variables))
    assert {name: found.values[name] for name in found.given} == wanted
    assert list(found.sources.values()) == [v for v in variables if v.startswith("NBJOB_ARG_")]


def test_a_variable_that_names_no_argument(tmp_path: Path) -> None:
    job = load_job(write(tmp_path, py("a", parameters("limit = 1"))))
    with pytest.raises(ArgumentError, match="NBJOB_ARG_LIMT: unknown argument `limt`") as caught:
        from_environment(job, {"NBJOB_ARG_LIMT": "5"})
    assert caught.value.hint == "did you mean `limit`?"


def test_a_job_that_asks_its_input_gets_variables_in_small_letters(tmp_path: Path) -> None:
    job = load_job(write(tmp_path, py("a", cell("job_input.get_arguments()"))))
    assert set(from_environment(job, {"NBJOB_ARG_DAY": "1", "NBJOB_ARG_Day": "2"})) == {"day", "Day"}  # fmt: skip


def test_precedence(tmp_path: Path) -> None:
    job = write(tmp_path / "job", py("a", parameters("a = b = c = d = ''"), cell("print(a, b, c, d)")))  # fmt: skip
    (tmp_path / "1.json").write_text('{"b": "file", "c": "file", "d": "file"}')
    (tmp_path / "2.toml").write_text('c = "toml"\nd = "toml"\n')
    (tmp_path / "3.yaml").write_text("d: yaml\n")
    env = {**os.environ, **{f"NBJOB_ARG_{name}": "variable" for name in "ABCD"}}
    files = [
        option for name in ("1.json", "2.toml") for option in ("--arguments-file", tmp_path / name)
    ]
    assert nbjob("run", job, env=env).out == "variable variable variable variable\n"
    assert nbjob("run", job, *files, env=env).out == "variable file toml toml\n"
    last = ("--arguments", '{"c": "json", "d": "json"}', "-p", "d=pair")
    assert nbjob("run", job, *files, *last, env=env).out == "variable file json pair\n"


SECRET = "hunter2 hunter2"
SECRETS = {
    "declared": py("a", parameters("password: str"), cell("print(len(password))")),
    "an integer is no secret's business": py("a", parameters("password = None"), cell("print(len(password))")),
    "read": py("a", cell("print(len(password))")),
    "SQL": sql("a", query("SELECT {{ password }};")),
}  # fmt: skip


@pytest.mark.parametrize("files", SECRETS.values(), ids=SECRETS)
def test_secrets_are_arguments_where_the_job_reads_them(
    tmp_path: Path, files: dict[str, str]
) -> None:
    job = load_job(write(tmp_path, files))
    given = with_secrets(job, {}, {"password": "12345"})
    assert resolve(job, job.steps, given).values["password"] == "12345"


def test_secrets_come_from_variables_and_files(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{SECRET}\r\n")
    files = py("a", parameters("token: str\nkey: str"), cell(f"assert token == key == {SECRET!r}\nprint('same')"))  # fmt: skip
    job = write(tmp_path / "job", files)
    options = ("--secret", "token=file:token", "--secret", "key=env:KEY")
    said = nbjob("run", job, *options, cwd=tmp_path, env={**os.environ, "KEY": SECRET})
    assert (said.code, said.out) == (0, "same\n")
    assert SECRET not in said.err


WRONG_SECRETS = [
    "password", "password=hunter2", "password=env:", "=env:X", "password=file:gone",
    "password=env:GONE", "password=env:EMPTY", "other=env:KEY",
]  # fmt: skip


@pytest.mark.parametrize("option", WRONG_SECRETS)
def test_secrets_that_are_refused(tmp_path: Path, option: str) -> None:
    job = write(tmp_path, py("a", parameters("password = ''"), cell("open('ran', 'w')")))
    env = {**os.environ, "KEY": "hunter2", "EMPTY": ""}
    said = nbjob("run", job, "--secret", option, env=env)
    assert said.code == 64
    assert "hunter2" not in said.err
    assert names(tmp_path) == ["a.py"]


def test_a_secret_is_in_no_message(tmp_path: Path) -> None:
    job = load_job(write(tmp_path, py("a", parameters("x = 1"))))
    with pytest.raises(ArgumentError) as caught:
        resolve(job, job.steps, with_secrets(job, {}, {"x": "hunter2"}))
    assert "hunter2" not in str(caught.value) + caught.value.hint
    assert caught.value.__suppress_context__
    with pytest.raises(ArgumentError, match="given by --secret and by -p"):
        with_secrets(job, from_pairs(["x=1"]), read_secrets(["x=env:X"], {"X": "5"}))


def test_the_schema_of_the_arguments(tmp_path: Path) -> None:
    job = load_job(
        write(
            tmp_path,
            py("a", parameters(DECLARED + "needed: int | None\nbig: dict[str, float] = {}")),
            sql("b", query("SELECT {{ least }};")),
        )
    )
    found = schema(job, job.steps)
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["properties"]["code"] == {
        "type": "string", "description": "of the shop", "default": "abc",
    }  # fmt: skip
    assert found["properties"]["mode"] == {"enum": ["fast", "full"], "default": "fast"}
    assert found["properties"]["needed"] == {"type": ["integer", "null"]}
    assert found["required"] == ["needed", "least"]
    assert schema(job, job.steps, secrets=["needed"])["required"] == ["least"]

    def is_valid(**values: object) -> bool:
        return jsonschema.Draft202012Validator(found).is_valid({"needed": 1, "least": 2} | values)

    assert is_valid(day="2024-02-29", shops=["a"], note={"any": 1}, big={"a": 1}, needed=None)
    assert not is_valid(unknown=1)
    assert not is_valid(limit="5")
    assert not is_valid(shops=[1])
    assert not is_valid(mode="slow")


def test_a_job_that_asks_its_input_takes_any_name(tmp_path: Path) -> None:
    job = load_job(write(tmp_path, {"a.py": "def run(job_input): ..."}))
    assert schema(job, job.steps)["additionalProperties"] is True


def test_the_plan_holds_a_schema_and_no_secret(tmp_path: Path) -> None:
    job = write(tmp_path / "job", py("a", parameters("password: str\nlimit = 5  # rows")))
    env = {**os.environ, "KEY": "hunter2", "NBJOB_ARG_LIMIT": "7"}
    options = ("--plan", "--secret", "password=env:KEY")
    said = nbjob("run", job, *options, env=env)
    assert "  password: str = '***' (given by --secret)  [a.ipynb]\n" in said.out
    assert "  limit: int = 7 (given by NBJOB_ARG_LIMIT)  [a.ipynb]  # rows\n" in said.out
    as_json = nbjob("run", job, *options, "--output-format", "json", env=env).out
    assert "hunter2" not in as_json
    jsonschema.Draft202012Validator.check_schema(json.loads(as_json)["schema"])
    assert json.loads(as_json)["schema"]["required"] == []


STALE = notebook(code("x = 1", "job", id="a"))


def test_the_plan_of_a_stale_job_says_so(tmp_path: Path) -> None:
    (tmp_path / "10_a.ipynb").write_bytes(STALE)
    assert nbjob("run", tmp_path, "--plan").code == 66
    nbjob("emit", tmp_path / "10_a.ipynb", cwd=tmp_path)
    assert "\nsidecars\n  10_a.py: fresh\n" in nbjob("run", tmp_path, "--plan").out
    (tmp_path / "10_a.ipynb").write_bytes(STALE.replace(b"x = 1", b"x = 2"))
    (tmp_path / "20_b.ipynb").write_bytes(STALE)
    said = nbjob("run", tmp_path, "--plan")
    assert said.code == 0
    refused = f"a run would be refused: nbjob emit {tmp_path}"
    assert f"  10_a.py: stale, {refused}\n  20_b.py: missing, {refused}\n" in said.out
    as_json = json.loads(nbjob("run", tmp_path, "--plan", "--output-format", "json").out)
    assert [s["state"] for s in as_json["sidecars"]] == ["stale", "missing"]
    assert nbjob("run", tmp_path).code == 66


def test_a_sidecar_stands_for_its_notebook_where_that_is_not(tmp_path: Path) -> None:
    write(tmp_path, py("a", cell("print('ran')")), {"b.py": "print('other')"})
    assert nbjob("run", tmp_path / "a.ipynb").out == "ran\n"
    assert nbjob("run", tmp_path / "b.ipynb").code == 65
