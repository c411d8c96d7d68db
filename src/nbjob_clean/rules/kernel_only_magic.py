"""NBJ302: a magic that only a kernel has a use for; the sidecar leaves it out."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.rule import Finding, Rule


def _find(context: Context) -> Iterator[Finding]:
    for index, python in context.python.items():
        if python.error is not None:
            continue
        lines = context.cell(index).lines
        for magic in python.magics:
            if magic.kind not in ("harmless", "transparent"):
                continue
            yield Finding(
                message=f"`{magic.text}` is for the kernel: production leaves it out",
                cell=index + 1,
                line=magic.line,
                column=magic.column,
                end_line=magic.line,
                end_column=len(lines[magic.line - 1].rstrip()) + 1,
                symbol=magic.name,
                help="nothing needs to be done; or move it to a cell that is not tagged",
            )


RULE = Rule(
    "NBJ302",
    "kernel-only-magic",
    "A production cell uses a magic that only shows, measures or sets up the kernel. It does no\n"
    "harm: the sidecar has `pass  # %matplotlib inline` in its place, and runs what `%time` times.",
    _find,
    severity="warning",
    is_default=False,
)
