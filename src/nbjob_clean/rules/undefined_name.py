"""NBJ101: a production cell uses a name that nothing in the notebook defines."""

from __future__ import annotations

from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.names_finding import finding_at, missing_of_kind, place_text
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.known import KNOWN
from nbjob_clean.source.names import MissingName
from nbjob_clean.source.scope import block_scope
from nbjob_clean.source.syntax import parsed

_CLOSE, _VERY_CLOSE = 0.7, 0.8


def _find(context: Context) -> Iterator[Finding]:
    for missing in missing_of_kind(context, "undefined"):
        yield finding_at(missing, _message(missing), _help(missing, context))


def _message(missing: MissingName) -> str:
    if missing.definition is None:
        return f"`{missing.name}` is not defined in any cell"
    place = place_text(missing.definition, missing)
    if missing.lacking:
        return f"`{missing.name}` is not defined: {place} would, and lacks `{missing.lacking}`"
    return f"`{missing.name}` is not defined: {place} would, and is never reached"


def _help(missing: MissingName, context: Context) -> str:
    if missing.lacking and missing.lacking_definition:
        number = missing.lacking_definition.cell + 1
        tag = context.tags[0]
        return f"tag cell {number} `{tag}`: the `except` hides that `{missing.lacking}` is missing"
    if missing.lacking:
        return f"define `{missing.lacking}` above it; the `except` there hides that it is missing"
    if missing.definition:
        return f"define `{missing.name}` in a line that is reached"
    if missing.function:
        return f"call `{missing.function}` first: it gives `{missing.name}` its value"
    return _advice(missing.name, context)


def _advice(name: str, context: Context) -> str:
    import difflib

    texts = (cell.text for cell in context.python.values() if cell.error is None)
    trees = (tree for text in texts if (tree := parsed(text).tree) is not None)
    defined = block_scope(trees).bound
    close = difflib.get_close_matches(name, sorted(defined), n=1, cutoff=_CLOSE)
    close += difflib.get_close_matches(name, sorted(KNOWN), n=1, cutoff=_VERY_CLOSE)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"define or import `{name}` in a production cell"


RULE = Rule(
    "NBJ101",
    "undefined-name",
    "A production cell uses a name that no cell of the notebook defines. It worked in the kernel\n"
    "because a cell that defined it was run and has since been edited or deleted.",
    _find,
)
