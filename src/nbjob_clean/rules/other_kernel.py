"""NBJ006: production cells in a notebook whose kernel is not Python."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.production_code import finding_on_cell
from nbjob_clean.rules.rule import Finding, Rule

# Python that runs elsewhere, SQL, and no language at all.
_SILENT = ("pyspark", "sql", "plaintext")


def _find(context: Context) -> Iterator[Finding]:
    """Once for a notebook, at the first of its cells that is neither Python nor SQL."""
    language = context.notebook.language
    others = [cell for cell in context.production if cell.index not in context.python]
    if not others or not language or "python" in language or language in _SILENT:
        return
    numbers = ", ".join(str(cell.number) for cell in others)
    cells = f"cell {numbers} is" if len(others) == 1 else f"cells {numbers} are"
    yield finding_on_cell(
        others[0],
        f"{cells} for a kernel of {language}: production runs Python and SQL",
        help_text="take the production tag off, or choose a Python kernel in Jupyter",
        symbol=language,
    )


RULE = Rule(
    "NBJ006",
    "other-kernel",
    "A notebook for another language's kernel has production cells that are not SQL. Production\n"
    "runs Python and SQL, so these cells can be neither checked nor run.",
    _find,
)
