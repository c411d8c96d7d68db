"""The rules in order, and checking: a notebook in, findings out. Nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.places import FileLines, FilePlace, file_lines
from nbjob_clean.rules import (
    automagic,
    called_too_early,
    conflict_markers,
    count_gap,
    deleted_name,
    duplicate_cell_id,
    edited_not_rerun,
    home_path,
    interactive_call,
    kernel_history_name,
    kernel_only_magic,
    missing_cell_id,
    mixed_sessions,
    name_from_untagged_cell,
    never_run,
    no_production_cell,
    notebook_copy,
    other_kernel,
    output_mismatch,
    parameters_not_first,
    plot_not_saved,
    possibly_undefined,
    side_effect_magic,
    sql_string_substitution,
    sql_template_syntax,
    stale_order,
    stored_error,
    syntax_error,
    table_from_untagged_cell,
    tag_typo,
    tagged_non_code,
    unbound_sql_parameter,
    undefined_name,
    unlisted_import,
    unpinned_requirement,
    unresolved_star_import,
    unused_sql_parameter,
    unused_sql_result,
    unused_suppression,
    used_before_defined,
    working_directory,
)
from nbjob_clean.rules.context import Context, context_of
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.rules.suppression import Suppression, suppressions
from nbjob_clean.rules.surroundings import NOTHING, Surroundings
from nbjob_clean.source.syntax import parsed

RULES: tuple[Rule, ...] = (
    syntax_error.RULE,
    tagged_non_code.RULE,
    tag_typo.RULE,
    no_production_cell.RULE,
    duplicate_cell_id.RULE,
    other_kernel.RULE,
    parameters_not_first.RULE,
    conflict_markers.RULE,
    unused_suppression.RULE,
    missing_cell_id.RULE,
    undefined_name.RULE,
    name_from_untagged_cell.RULE,
    used_before_defined.RULE,
    deleted_name.RULE,
    called_too_early.RULE,
    kernel_history_name.RULE,
    unresolved_star_import.RULE,
    possibly_undefined.RULE,
    stale_order.RULE,
    mixed_sessions.RULE,
    output_mismatch.RULE,
    never_run.RULE,
    stored_error.RULE,
    edited_not_rerun.RULE,
    count_gap.RULE,
    side_effect_magic.RULE,
    kernel_only_magic.RULE,
    automagic.RULE,
    interactive_call.RULE,
    home_path.RULE,
    working_directory.RULE,
    plot_not_saved.RULE,
    notebook_copy.RULE,
    unbound_sql_parameter.RULE,
    sql_template_syntax.RULE,
    sql_string_substitution.RULE,
    unused_sql_result.RULE,
    unused_sql_parameter.RULE,
    table_from_untagged_cell.RULE,
    unlisted_import.RULE,
    unpinned_requirement.RULE,
)

# Those that hold no other ones.
_STATEMENTS = (
    ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Assert, ast.Delete, ast.Expr, ast.Raise,
    ast.Return,
)  # fmt: skip
_NOWHERE = FilePlace(0, 0)


def check(  # noqa: PLR0913 - each is one setting of [tool.nbjob], named at the call
    notebook: Notebook,
    *,
    path: str,
    tags: Sequence[str],
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    builtins: Collection[str] = (),
    surroundings: Surroundings = NOTHING,
    with_file_places: bool = True,
) -> list[Diagnostic]:
    """The findings in a version 4 notebook, in the order of its text.

    `select` and `ignore` hold codes or their beginnings; an empty `select` means the default rules,
    `ALL` every rule. Without `with_file_places` nobody looks where they are in the `.ipynb`: that
    takes as long as reading it.
    """
    rules = _wanted(tuple(select), tuple(ignore))
    found = list(_found(rules, context_of(notebook, tags, builtins, surroundings)))
    if not found:
        return []
    lines = file_lines(notebook) if with_file_places else None
    diagnostics = [_diagnostic(rule, finding, notebook, path, lines) for rule, finding in found]
    return sorted(diagnostics, key=lambda d: (d.cell, d.line, d.column, d.code))


def _found(rules: Sequence[Rule], context: Context) -> Iterator[tuple[Rule, Finding]]:
    """What the rules find and no comment silences; then the comments that silence nothing."""
    used: set[Suppression] = set()
    for rule in rules:
        for finding in rule.find(context):
            silent = _silent(rule, finding, context)
            used.update(silent)
            if not silent:
                yield rule, finding
    if unused_suppression.RULE in rules:
        for finding in unused_suppression.unused_suppressions(
            context,
            used=used,
            selected=[rule.code for rule in rules],
            known=[rule.code for rule in RULES],
        ):
            if not _silent(unused_suppression.RULE, finding, context):
                yield unused_suppression.RULE, finding


@lru_cache(maxsize=16)
def _wanted(select: Collection[str], ignore: Collection[str]) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES if is_wanted(rule, select, ignore))


def is_wanted(rule: Rule, select: Collection[str], ignore: Collection[str]) -> bool:
    """Whether a rule is to look; `select` and `ignore` as `check` takes them."""
    is_named = any(prefix == "ALL" or rule.code.startswith(prefix) for prefix in select)
    is_selected = is_named or (rule.is_default and not select)
    return is_selected and not any(rule.code.startswith(prefix) for prefix in ignore)


def _silent(rule: Rule, finding: Finding, context: Context) -> list[Suppression]:
    """The comments that silence a finding."""
    found = list(suppressions(context.cell(finding.cell - 1))) if finding.cell else []
    lines = _lines(finding, context) if found else range(0)
    return [comment for comment in found if comment.covers(rule.code, lines)]


def _lines(finding: Finding, context: Context) -> range:
    """The lines of a finding, and of the statement that it is in: a text of several lines has no
    place for a comment but behind its end.
    """
    first, last = finding.line, max(finding.line, finding.end_line)
    python = context.python.get(finding.cell - 1)
    tree = parsed(python.text).tree if python and python.error is None else None
    for node in ast.walk(tree) if tree and not (python and python.is_sql) else ():
        if isinstance(node, _STATEMENTS) and node.lineno <= finding.line <= (node.end_lineno or 0):
            first, last = min(first, node.lineno), max(last, node.end_lineno or 0)
    return range(first, last + 1)


def _diagnostic(
    rule: Rule, finding: Finding, notebook: Notebook, path: str, lines: FileLines | None
) -> Diagnostic:
    index = finding.cell - 1
    start = end = other = _NOWHERE
    if lines is not None:
        start = end = lines.place(index, finding.line, finding.column)
        if finding.end_line:
            end = lines.place(index, finding.end_line, finding.end_column)
        if finding.other_cell:
            other = lines.place(finding.other_cell - 1, finding.other_line)
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
        cell_id=notebook.cells[index].id if finding.cell else None,
        file_line=start.line,
        file_column=start.column,
        file_end_line=end.line,
        file_end_column=end.column,
        other_cell=finding.other_cell,
        other_line=finding.other_line,
        other_file_line=other.line,
    )
