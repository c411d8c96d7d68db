"""Lines of an edited block as lines of its cell: what `emit` wrote for them is taken back.

Each function gets the block as emitted, as edited, and the cell's lines for it, one to one; and
gives the cell's new lines, or None where the cell cannot say what was edited.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Iterator, Sequence

from nbjob_clean.emit.core import terminated
from nbjob_clean.source.syntax import syntax_tree
from nbjob_clean.source.written import comment, uncommented

_Lines = Sequence[str]
_PASS = re.compile(r"(\s*)pass  # (\S.*)")
_TIMED = re.compile(r"(\s*)(\S.*)  # (%time)")
_NEEDED = re.compile(r"(\s*)((?:.*\S)?\s*=\s*)?needs_ipython\((\".*\")\)")
_GENERATED = re.compile(r"# %|\bneeds_ipython\(|\brun_sql\(|^raise SyntaxError\(")


def markdown_lines(old: _Lines, new: _Lines, source: _Lines, sign: str) -> list[str] | None:
    return _plain(
        line if is_kept else uncommented(line, sign) for line, is_kept in _mapped(old, new, source)
    )


def sql_lines(query: _Lines, new: _Lines, source: _Lines) -> list[str] | None:
    """A query; it may begin behind a magic on its first line, and `emit` may have ended it."""
    lines = list(new)
    if terminated(query) != list(query):
        opened = _without_semicolon(lines)
        lines = opened if terminated(opened) == terminated(lines) else lines
    if not query or query[0] == source[0]:
        return lines
    own = source[0].rstrip()
    if not own.endswith(query[0]):
        return None  # a `%sql` line that goes on behind a backslash
    first = lines[0] if lines else ""
    head = own.removesuffix(query[0]) + first
    return [source[0] if first == query[0] else head, *lines[1:]]


def code_lines(old: _Lines, new: _Lines, source: _Lines) -> list[str] | None:
    found: list[str | None] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for action, start, end, new_start, new_end in matcher.get_opcodes():
        if action == "equal":
            found += source[start:end]
            continue
        pairs = zip(old[start:end], source[start:end], strict=True)
        written = [(line, own) for line, own in pairs if line != own]
        lines = new[new_start:new_end]
        found += [_inverted(line, written) if written else line for line in lines]
    return _plain(found)


def same_calls(new: _Lines, old: _Lines) -> list[str]:
    """The edited lines with calls that a formatter has only laid out anew as they were emitted."""
    calls = {}
    for line in old:
        if _GENERATED.search(line) and "(" in line:
            found = _statements(line.strip())
            calls.update({ast.dump(node): line.strip() for node in found[:1]})
    if not calls:
        return list(new)
    lines = list(new)
    nodes = [node for tree in _statements("\n".join(new)) for node in ast.walk(tree)]
    places = [(n.lineno, n) for n in nodes if isinstance(n, (ast.Expr, ast.Assign))]
    for _, node in sorted(places, key=lambda place: -place[0]):
        text = calls.get(ast.dump(node))
        start, end = node.lineno - 1, node.end_lineno or node.lineno
        is_alone = not lines[start][: node.col_offset].strip() and "#" not in lines[end - 1]
        if text and is_alone:
            lines[start:end] = [lines[start][: node.col_offset] + text]
    return lines


def _mapped(old: _Lines, new: _Lines, source: _Lines) -> Iterator[tuple[str, bool]]:
    """The new lines; where one is as emitted, the cell's own line for it, and True."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for action, start, end, new_start, new_end in matcher.get_opcodes():
        if action == "equal":
            yield from ((line, True) for line in source[start:end])
        else:
            yield from ((line, False) for line in new[new_start:new_end])


def _inverted(line: str, written: Sequence[tuple[str, str]]) -> str | None:
    """A line in the place of some that `emit` wrote for others."""
    if match := _PASS.fullmatch(line):
        return match[1] + match[2]
    if match := _TIMED.fullmatch(line):
        return f"{match[1]}{match[3]} {match[2]}"
    if match := _NEEDED.fullmatch(line):
        return f"{match[1]}{match[2] or ''}{json.loads(match[3])}"
    if all(emitted == comment(own) for emitted, own in written):
        return uncommented(line)
    return None if _GENERATED.search(line) else line


def _plain(lines: Sequence[str | None] | Iterator[str | None]) -> list[str] | None:
    found: list[str] = []
    for line in lines:
        if line is None:
            return None
        found.append(line)
    return found


def _without_semicolon(lines: _Lines) -> list[str]:
    if lines and lines[-1].strip() == ";":
        return list(lines[:-1])
    return [*lines[:-1], lines[-1].rstrip().removesuffix(";")] if lines else []


def _statements(text: str) -> list[ast.stmt]:
    try:
        return syntax_tree(text).body
    except (SyntaxError, ValueError):
        return []
