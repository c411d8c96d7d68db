"""The arguments of `git diff`, told apart: which sides are compared, and how that is shown."""

from __future__ import annotations

from collections.abc import Sequence

from nbjob_clean.record import Record

# What decides which files are compared; everything else is how, and goes to the diff that is shown.
_SIDES = frozenset(
    {"--cached", "--staged", "--merge-base", "--base", "--ours", "--theirs", "-1", "-2", "-3", "-0"}
    | {"--find-object", "--ita-invisible-in-index", "--ita-visible-in-index"}
    | {"--ignore-submodules"}
)
# The options whose value may be the next argument, as `git diff -h` writes them.
_WITH_VALUE = frozenset(
    {"-l", "-S", "-G", "-I", "-O", "--anchored", "--color-moved-ws", "--diff-algorithm"}
    | {"--diff-filter", "--dst-prefix", "--find-object", "--ignore-matching-lines"}
    | {"--inter-hunk-context", "--line-prefix", "--output", "--output-indicator-context"}
    | {"--output-indicator-new", "--output-indicator-old", "--rotate-to", "--skip-to"}
    | {"--src-prefix", "--stat-count", "--stat-graph-width", "--stat-name-width", "--stat-width"}
    | {"--word-diff-regex", "--ws-error-highlight"}
)


class DiffArguments(Record):
    """`git diff SIDES VIEW OPERANDS`; operands are revisions and paths, `--` among them."""

    sides: tuple[str, ...]
    view: tuple[str, ...]
    operands: tuple[str, ...]

    @property
    def is_cached(self) -> bool:
        return not {"--cached", "--staged"}.isdisjoint(self.sides)


def parse(arguments: Sequence[str]) -> DiffArguments:
    """Tell them apart by name; git itself judges whether there are such options."""
    sides: list[str] = []
    view: list[str] = []
    operands: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            operands += (argument, *rest)
        elif not argument.startswith("-") or argument == "-":
            operands.append(argument)
        else:
            found = sides if argument.partition("=")[0] in _SIDES else view
            found.append(argument)
            if argument in _WITH_VALUE:
                found += [value for value in (next(rest, None),) if value is not None]
    return DiffArguments(tuple(sides), tuple(view), tuple(operands))
