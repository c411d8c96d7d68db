"""NBJ502: production uses a package whose version requirements.txt leaves open."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.requirements import imports, read_requirements
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.distributions import distributions


def _find(context: Context) -> Iterator[Finding]:
    text = context.surroundings.requirements
    if text is None:
        return
    listed = read_requirements(text)
    if listed.has_constraints:
        return
    reported: set[str] = set()
    for found in imports(context):
        name = listed.listed(distributions(found.module))
        if name and not listed.pinned[name] and name not in reported:
            reported.add(name)
            yield found.cell.finding(
                found.node,
                f"cell {found.cell.index + 1} needs `{name}`, and requirements.txt leaves its"
                " version open",
                help_text=f"pin it: `{name}==` and the version that the notebook was tried with",
                symbol=name,
            )


RULE = Rule(
    "NBJ502",
    "unpinned-requirement",
    "A production cell imports a package that requirements.txt lists without `==`, a URL or a\n"
    "hash. The job takes whatever version is the newest on the day it is installed.",
    _find,
    severity="warning",
    is_default=False,
    fix="pin it in requirements.txt",
)
