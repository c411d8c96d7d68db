"""NBJ501: production imports a package that requirements.txt does not list."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.requirements import Import, imports, read_requirements
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.distributions import distributions, is_well_known


def _find(context: Context) -> Iterator[Finding]:
    """Each distribution once. Without the folder's files nobody knows which modules are its own."""
    around = context.surroundings
    if around.requirements is None or around.files is None:
        return
    listed = read_requirements(around.requirements)
    if listed.is_open:
        return
    has_own_path = any("sys.path" in python.text for python in context.python.values())
    reported: set[str] = set()
    for found in imports(context):
        names = distributions(found.module)
        is_certain = is_well_known(found.module) or not (
            has_own_path or listed.may_list(found.module)
        )
        if names and names[0] not in reported and not listed.listed(names) and is_certain:
            reported.add(names[0])
            yield _finding(found, names[0])


def _finding(found: Import, name: str) -> Finding:
    top = found.module.partition(".")[0]
    source = f"`{top}`" if top == name else f"`{found.module}` (from `{name}`)"
    is_same = distributions(top) == distributions(found.module)
    return found.cell.finding(
        _part(found),
        f"cell {found.cell.index + 1} imports {source}, which requirements.txt does not list",
        help_text=f"add `{name}` to requirements.txt",
        symbol=top if is_same else found.module,
    )


def _part(found: Import) -> ast.AST:
    """`b` of `import a, b`; else the statement."""
    names = found.node.names if isinstance(found.node, ast.Import) else []
    return next((alias for alias in names if alias.name == found.module), found.node)


RULE = Rule(
    "NBJ501",
    "unlisted-import",
    "A production cell imports a package that the job's requirements.txt does not list. It is\n"
    "installed where the notebook was written; where the job runs, only what is listed is.",
    _find,
    fix="add it to requirements.txt",
)
