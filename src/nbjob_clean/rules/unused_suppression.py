"""NBJ009: a comment that silences a rule where the rule has nothing to say.

It looks after all others, at what they would have reported: `rules/core.py` calls it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.rules.suppression import Suppression, suppressions

# These judge what the working copy holds and a commit does not: the comment is needed there.
_STORED_STATE = "NBJ2"
_DEPENDENCIES = "NBJ5"


def unused_suppressions(
    context: Context,
    *,
    used: Collection[Suppression],
    selected: Collection[str],
    known: Collection[str],
) -> Iterator[Finding]:
    """A finding for each code of ours, in a production cell's comment, that is not in `used`.

    `selected` are the codes that were looked for, out of the `known`: of a comment for any other
    nobody can tell whether it is needed.
    """
    unknown = _STORED_STATE if context.surroundings.files else (_STORED_STATE, _DEPENDENCIES)
    judged = {c for c in selected if not c.startswith(unknown) and c != RULE.code}
    for cell in context.production:
        for found in suppressions(cell):
            meant = {code for code in known if code.startswith(found.prefix)}
            if found not in used and meant and meant <= judged:
                yield _finding(found)


def _finding(found: Suppression) -> Finding:
    comment = f"nbjob: ignore[{found.prefix}]" if found.is_for_cell else f"noqa: {found.prefix}"
    where = "in this cell" if found.is_for_cell else "on this line"
    return Finding(
        message=f"`{comment}` silences nothing {where}",
        cell=found.cell,
        line=found.line,
        column=found.column,
        end_line=found.line,
        end_column=found.end_column,
        symbol=found.prefix,
        help="remove the code, or the comment where it is the only one",
    )


def _find(_: Context) -> Iterable[Finding]:
    return ()


RULE = Rule(
    "NBJ009",
    "unused-suppression",
    "A `# noqa: NBJ101` or `# nbjob: ignore[NBJ101]` in a production cell silences nothing. It\n"
    "would hide the next mistake of that kind, which nobody has looked at.",
    _find,
    severity="warning",
)
