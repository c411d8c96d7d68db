"""VDK's `{name}` in SQL: pasted as text, not bound. For jobs that have it; nothing else pastes."""

from __future__ import annotations

from collections.abc import Mapping

from nbjob_clean.sidecar.format import Block
from nbjob_clean.sidecar.sql import PASTED, pasted_names

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


def note_unknown(statement: str, error: Exception) -> None:
    """Say of a statement that failed which of its names nobody knows: VDK leaves them in it."""
    names = ", ".join(f"`{{{name}}}`" for name in pasted_names(statement))
    if names and hasattr(error, "add_note"):  # Python 3.11
        error.add_note(f"{names}: there is no such argument, and no such property")


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
