"""Which cases of a `match` may run, as far as the notebook's own literals say it."""

from __future__ import annotations

import ast

from nbjob_clean.source.constant import Look, constant_of
from nbjob_clean.source.state import Constant

_PLAIN = (bool, bytes, float, int, str, type(None))


def live_cases(node: ast.Match, look: Look) -> tuple[list[ast.match_case], bool]:
    """The cases that may run, and whether one of them certainly does. `look` tells what a name
    is.
    """
    subject = constant_of(node.subject, look)
    if subject is not None and type(subject.value) not in _PLAIN:
        subject = None  # a container, or an object: what that is equal to is not known
    live = []
    for case in node.cases:
        found = matches(case.pattern, subject)
        if found is False:
            continue
        live.append(case)
        if found and case.guard is None:
            return live, True
    return live, False


def matches(pattern: ast.pattern, subject: Constant | None) -> bool | None:
    """Whether a number, a text or the like matches; None where that is not known."""
    if isinstance(pattern, ast.MatchAs):
        return pattern.pattern is None or matches(pattern.pattern, subject)
    if isinstance(pattern, ast.MatchOr):
        found = [matches(part, subject) for part in pattern.patterns]
        return True if True in found else None if None in found else False
    if subject is None:
        return None
    if isinstance(pattern, ast.MatchValue):
        literal = constant_of(pattern.value)
        return None if literal is None else literal.value == subject.value
    if isinstance(pattern, ast.MatchSingleton):
        return pattern.value is subject.value
    # A text is no sequence here; what a class makes of it, only a run can tell.
    return False if isinstance(pattern, (ast.MatchSequence, ast.MatchMapping)) else None
