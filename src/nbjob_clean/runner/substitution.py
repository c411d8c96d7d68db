"""VDK's `{name}` in SQL: pasted as text, not bound. For jobs that have it; nothing else pastes."""

from __future__ import annotations

from collections.abc import Mapping

from nbjob_clean.sidecar.format import Block
from nbjob_clean.sidecar.sql import PASTED

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Any

    from nbjob_clean.runner.context import Context


def substituted(text: str, context: Context) -> str:
    """The text with the values of names that are known; all others stay as they are.

    Arguments win over execution properties, these over properties. What a value brings along is
    not looked at again.
    """
    if not PASTED.search(text):
        return text
    values = _values(context)
    return PASTED.sub(lambda match: str(values[match[1]]) if match[1] in values else match[0], text)


def sql_text(text: str, block: Block | None, context: Context) -> str:
    """The SQL of a cell, or of a file without `block`, as it is to run."""
    return substituted(text, context) if is_vdk(block) else text


def is_vdk(block: Block | None) -> bool:
    """Whether VDK would have pasted: into a cell of its own magic, and any hand-written file."""
    return block is None or block.style == "vdk"


def _values(context: Context) -> Mapping[str, Any]:
    from nbjob_clean.runner.execution import execution_properties

    return {
        **context.properties(),
        **execution_properties(context),
        **context.arguments,
    }
