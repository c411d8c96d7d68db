"""What a rule is: a code, a name, a sentence, and a function from what is known to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nbjob_clean.record import Record
from nbjob_clean.rules.context import Context


class Finding(Record):
    """One finding, before it is given its rule's code. Cell, line and column count from 1.

    A finding about the notebook as a whole has cell 0; `symbol` is the variable it is about. The
    other cell and line are a second place that the message names, such as that of a definition.
    """

    message: str
    cell: int = 0
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    symbol: str = ""
    help: str = ""
    other_cell: int = 0
    other_line: int = 0


class Rule(Record):
    """One kind of finding. `explanation` is what `nbjob check --explain` prints.

    A rule that is not `is_default` looks only when it is selected. `fix` says what `--fix` does,
    in a few words, for a rule that has a fix.
    """

    code: str
    name: str
    explanation: str
    find: Callable[[Context], Iterable[Finding]]
    severity: str = "error"
    is_default: bool = True
    fix: str | None = None
