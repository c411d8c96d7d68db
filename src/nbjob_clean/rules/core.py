"""The rules in order, and checking: a notebook in, findings out. Nothing is executed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.rules import (
    called_too_early,
    deleted_name,
    name_from_untagged_cell,
    no_production_cell,
    side_effect_magic,
    stale_order,
    syntax_error,
    undefined_name,
    used_before_defined,
)
from nbjob_clean.rules.context import context_of
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.rules.suppression import is_silenced
from nbjob_clean.rules.surroundings import NOTHING, Surroundings

RULES: tuple[Rule, ...] = (
    syntax_error.RULE,
    no_production_cell.RULE,
    undefined_name.RULE,
    name_from_untagged_cell.RULE,
    used_before_defined.RULE,
    deleted_name.RULE,
    called_too_early.RULE,
    stale_order.RULE,
    side_effect_magic.RULE,
)


def check(  # noqa: PLR0913 - each is one setting of [tool.nbjob], named at the call
    notebook: Notebook,
    *,
    path: str,
    tags: Sequence[str],
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    builtins: Collection[str] = (),
    surroundings: Surroundings = NOTHING,
) -> list[Diagnostic]:
    """The findings in a version 4 notebook, in the order of its text.

    `select` and `ignore` hold codes or their beginnings; an empty `select` means the default rules,
    `ALL` every rule.
    """
    rules = [rule for rule in RULES if _is_wanted(rule, select, ignore)]
    context = context_of(notebook, tags, builtins, surroundings)
    found = [
        _diagnostic(rule, finding, notebook, path)
        for rule in rules
        for finding in rule.find(context)
        if not _is_silenced(rule, finding, notebook)
    ]
    return sorted(found, key=lambda d: (d.cell, d.line, d.column, d.code))


def _is_wanted(rule: Rule, select: Collection[str], ignore: Collection[str]) -> bool:
    is_named = any(prefix == "ALL" or rule.code.startswith(prefix) for prefix in select)
    is_selected = is_named or (rule.is_default and not select)
    return is_selected and not any(rule.code.startswith(prefix) for prefix in ignore)


def _is_silenced(rule: Rule, finding: Finding, notebook: Notebook) -> bool:
    if not finding.cell:
        return False
    return is_silenced(rule.code, notebook.cells[finding.cell - 1], finding.line)


def _diagnostic(rule: Rule, finding: Finding, notebook: Notebook, path: str) -> Diagnostic:
    return Diagnostic(
        path=path,
        cell=finding.cell,
        line=finding.line,
        column=finding.column,
        end_line=finding.end_line,
        end_column=finding.end_column,
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        message=finding.message,
        symbol=finding.symbol,
        help=finding.help,
        fix=rule.fix,
        cell_id=notebook.cells[finding.cell - 1].id if finding.cell else None,
    )
