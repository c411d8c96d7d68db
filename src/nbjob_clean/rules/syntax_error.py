"""NBJ001: a production cell does not compile."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from nbjob_clean.rules.context import Context
from nbjob_clean.rules.rule import Finding, Rule
from nbjob_clean.source.ipython import MARKER
from nbjob_clean.source.syntax import TOP_LEVEL_AWAIT

_HELP = {
    TOP_LEVEL_AWAIT: "put it into `async def main()` and call `asyncio.run(main())`",
    MARKER: "write the line without `%%` right after `#`",
}


# A cell in newer syntax is right for a newer Python: the reader has to know which one looked.
_NO_PYTHON = "does not compile with Python {}.{}".format(*sys.version_info)


def _find(context: Context) -> Iterator[Finding]:
    for index, cell in context.python.items():
        if problem := cell.error:
            is_ours = problem.message in _HELP
            yield Finding(
                message=problem.message if is_ours else f"{_NO_PYTHON}: {problem.message}",
                cell=index + 1,
                line=problem.line,
                column=problem.column,
                end_line=problem.end_line,
                end_column=problem.end_column,
                help=_HELP.get(problem.message, ""),
            )


RULE = Rule(
    "NBJ001",
    "syntax-error",
    "A production cell does not compile, so the job stops there, or nowhere near it: a cell that\n"
    "compiles only in a kernel (`await` at the top level) counts too.",
    _find,
)
