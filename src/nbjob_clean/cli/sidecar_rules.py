"""The rules on sidecars: missing, stale, edited by hand, orphaned.

They are no part of `rules/`: what a sidecar should be, `emit` alone knows. `nbjob hook` writes
sidecars itself and does not ask.
"""

from __future__ import annotations

from collections.abc import Collection

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.rule import Finding, Rule


def _nothing(_: Context) -> tuple[Finding, ...]:
    """These rules look at files: in a notebook alone they find nothing."""
    return ()


MISSING = Rule(
    "NBJ601",
    "missing-sidecar",
    "A notebook with production cells has no sidecar beside it. Off by default: not every\n"
    "repository commits its sidecars.",
    _nothing,
    is_default=False,
)
STALE = Rule(
    "NBJ602",
    "stale-sidecar",
    "A sidecar is not what its notebook gives now: production would run what the notebook was\n"
    "before.",
    _nothing,
    fix="emit it again",
)
EDITED = Rule(
    "NBJ603",
    "edited-sidecar",
    "A sidecar is neither what its notebook gives now nor what it gave when it was emitted last,\n"
    "committed or staged: somebody edited it. `nbjob emit --reverse` takes the edit over.",
    _nothing,
)
ORPHANED = Rule(
    "NBJ604",
    "orphaned-sidecar",
    "The notebook that a sidecar was emitted from is gone, and production still runs the sidecar.\n"
    "Found in the folders that are checked.",
    _nothing,
)
SIDECAR_RULES: tuple[Rule, ...] = (MISSING, STALE, EDITED, ORPHANED)


def wanted_codes(select: Collection[str], ignore: Collection[str]) -> frozenset[str]:
    """The codes of the rules that are to look, as `--select` and `--ignore` mean it."""
    return frozenset(
        rule.code
        for rule in SIDECAR_RULES
        if (
            any(prefix == "ALL" or rule.code.startswith(prefix) for prefix in select)
            or (rule.is_default and not select)
        )
        and not any(rule.code.startswith(prefix) for prefix in ignore)
    )
