"""What `nbjob run --plan` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def print_plan(plan: Mapping[str, Any], output_format: str) -> None:
    if output_format == "json":
        import json

        print(json.dumps(plan, indent=2, ensure_ascii=False, default=str))
        return
    width = max(len(step["title"]) for step in plan["steps"])
    print(f"steps of {plan['directory']}")
    for step in plan["steps"]:
        how = "run(job_input)" if step["entry"] == "function" else step["language"]
        print(f"  {step['number']:3}  {step['title']:{width}}  {how}")
    _print_section("arguments", [_argument(argument) for argument in plan["arguments"]])
    _print_section("databases", [f"{name} = {url}" for name, url in plan["databases"].items()])
    _print_section("sidecars", [_sidecar(sidecar) for sidecar in plan["sidecars"]])
    _print_section("not steps", [f"{name}: {why}" for name, why in plan["not_steps"].items()])


def _print_section(title: str, lines: list[str]) -> None:
    if lines:
        print("\n".join((title, *(f"  {line}" for line in lines))))


def _argument(argument: Mapping[str, Any]) -> str:
    words = f"{argument['name']}: {argument['type']}"
    if "value" in argument:
        words += f" = {argument['value']!r} (given by {argument['given_by']})"
    elif argument["default"] is not None:
        words += f" = {argument['default']}"
    elif argument["required"]:
        words += " (required)"
    words += f"  [{argument['declared_in']}]" if argument["declared_in"] else ""
    return words + (f"  # {argument['description']}" if argument["description"] else "")


def _sidecar(sidecar: Mapping[str, Any]) -> str:
    words = f"{sidecar['file']}: {sidecar['state']}"
    return f"{words}, a run would be refused: {sidecar['hint']}" if sidecar["hint"] else words
