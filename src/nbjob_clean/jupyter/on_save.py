"""An opt-in for `jupyter_server_config.py`: each saved notebook is emitted and checked.

    c.FileContentsManager.post_save_hook = "nbjob_clean.jupyter.on_save.emit_and_check"

What it finds goes to the server's log. Saving itself never fails by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbjob_clean.cli.baseline import configured
from nbjob_clean.cli.findings import Findings
from nbjob_clean.config import Configs
from nbjob_clean.errors import NbjobError
from nbjob_clean.jupyter.prepare import emit, words
from nbjob_clean.notebooks import read_notebook


def emit_and_check(
    model: Mapping[str, Any], os_path: str, contents_manager: Any, **_more: Any
) -> None:
    """A `post_save_hook` of Jupyter's contents manager."""
    if model.get("type") != "notebook":
        return
    path, log = Path(os_path), contents_manager.log
    try:
        for done in emit(path):
            log.info("nbjob: %s beside %s", done, path.name)
        for said in _findings(path):
            log.warning("nbjob: %s", said)
    except NbjobError as exc:
        log.warning("nbjob: %s: %s", path.name, words(exc))
    except Exception:  # the notebook is saved: a defect of ours must not say otherwise
        log.exception("nbjob: %s could not be emitted and checked", path.name)


def _findings(path: Path) -> list[str]:
    configs = Configs()
    findings = Findings(configs, baseline=configured(configs.of(path)))
    found = findings.add(path, read_notebook(path), is_named=False)
    return [f"{each.place}: {each.code} {each.message}" for each in found]
