"""NBJ309: the notebook's name is the one that a program gave to a copy or to a new notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.rule import Finding, Rule

# JupyterLab, macOS, Google Drive, Windows, browsers, Colab, GNOME.
_COPY = (
    r".+-Copy\d+|.+ copy(?: \d+)?|Copy of .+|.+ - Copy(?: \(\d+\))?|.+ \(\d+\)|Copy_of_.+"
    r"|.+ \((?:\w+ )?copy(?: \d+)?\)"
)
_UNTITLED = r"[Uu]ntitled(?:[ _-]?\d+)?"


def _find(context: Context) -> Iterator[Finding]:
    name = context.surroundings.name
    stem = name.removesuffix(".ipynb")
    if not context.production or stem == name:
        return
    numbers = ", ".join(str(cell.number) for cell in context.production[:3])
    cells = f"production cells ({numbers}{', ...' * (len(context.production) > 3)})"
    if re.fullmatch(_COPY, stem):
        yield Finding(
            message=f"`{name}` is a copy with {cells}: a job would run both",
            help="delete the copy, take the tags off, or give it a name of its own",
        )
    elif re.fullmatch(_UNTITLED, stem):
        yield Finding(
            message=f"`{name}` has {cells} and no name of its own",
            help="rename it: the name says which step of the job it is, and when it runs",
        )


RULE = Rule(
    "NBJ309",
    "notebook-copy",
    "A notebook with production cells is still named as a program named it: `etl-Copy1.ipynb`,\n"
    "`etl copy.ipynb`, `Untitled.ipynb`. A job runs every notebook of its folder: a copy runs\n"
    "everything twice.",
    _find,
    severity="warning",
)
