"""Notebooks for tests, a call each."""

from __future__ import annotations

import json
from typing import Any

STREAM = {"name": "stdout", "output_type": "stream", "text": ["private 42\n"]}


def code(
    source: str, *tags: str, id: str = "", count: int | None = None, **extra: Any
) -> dict[str, Any]:
    cell = {
        "cell_type": "code",
        "execution_count": count,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": [STREAM] if count is not None else [],
        "source": source.splitlines(keepends=True),
    }
    return ({"cell_type": "code", "id": id} | cell if id else cell) | extra


def markdown(source: str, id: str = "") -> dict[str, Any]:
    cell = {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}
    return {"cell_type": "markdown", "id": id} | cell if id else cell


def notebook(
    *cells: dict[str, Any], metadata: Any = None, indent: int | None = 1, **extra: Any
) -> bytes:
    has_ids = any("id" in cell for cell in cells)
    raw = {
        "cells": list(cells),
        "metadata": metadata or {},
        "nbformat": 4,
        "nbformat_minor": 5 if has_ids else 4,
    } | extra
    return (json.dumps(raw, indent=indent, ensure_ascii=False) + "\n").encode()


def without_runs(*cells: dict[str, Any]) -> bytes:
    """The notebook of these cells as a commit should hold it."""
    return notebook(
        *({**c, "outputs": [], "execution_count": None} if "outputs" in c else c for c in cells)
    )
