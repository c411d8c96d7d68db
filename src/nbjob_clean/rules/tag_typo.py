"""NBJ003: a tag that is nearly a production tag, so that the cell is silently left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    for cell in context.notebook.cells:
        if not cell.is_code or not set(context.tags).isdisjoint(cell.tags):
            continue
        for tag in cell.tags:
            if meant := meant_tag(tag, context.tags):
                yield finding_on_cell(
                    cell,
                    f"cell {cell.number} is tagged `{tag}`, not `{meant}`, and so no production",
                    help_text=f"write the tag as `{meant}`",
                    symbol=tag,
                )
                break


def meant_tag(tag: str, tags: Sequence[str]) -> str:
    """The production tag that differs by case, plural or blanks alone; empty where none does."""
    word = _folded(tag)
    return next((known for known in tags if _folded(known) == word), "") if word else ""


def _folded(tag: str) -> str:
    return tag.strip().lower().removesuffix("s")


RULE = Rule(
    "NBJ003",
    "tag-typo",
    "A code cell has a tag that differs from a production tag by case (`Job`), plural (`jobs`)\n"
    "or blanks around it alone. Tags are compared exactly, so production leaves the cell out.",
    _find,
    fix="correct the tag",
)
