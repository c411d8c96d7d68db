"""Keep outputs out of a commit even where a notebook cannot be read.

A git filter cannot stop at a broken notebook: `git status` and `git diff` run it too and would
die for all files (docs/decisions/002-unreadable-notebooks.md). So outputs and widget state are
cut out of the text where it is certain where they end, and all else passes byte for byte.
"""

from __future__ import annotations

import re

from nbjob_clean.errors import NotebookFormatError

_PRIVATE = re.compile(
    rb'(?P<indent>^[ \t]+)?"(?:outputs|widgets|synapse_widget)"\s*:\s*(?P<open>[\[{])', re.MULTILINE
)
_OUTPUT = re.compile(rb'(?<!\\)"output_type"\s*:')  # every output has it; in a source it is escaped
_TOKEN = re.compile(rb'"(?:[^"\\\r\n]|\\[^\r\n])*(?P<end>"|$|(?=[\r\n]))|[\[\]{}]')
_PAIRS = {b"]": b"[", b"}": b"{"}
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def withhold_outputs(data: bytes) -> bytes:
    """The bytes with outputs and widget state emptied; those without any pass unchanged.

    Raises NotebookFormatError where it cannot be told where they end: what is private and what is
    source is not certain then.
    """
    encoding = _utf16(data)
    try:
        text = data.decode(encoding) if encoding else ""
    except UnicodeDecodeError:
        text = ""
    return _withheld(text.encode()).decode().encode(encoding) if text else _withheld(data)


def _withheld(data: bytes) -> bytes:
    pieces = []
    position = 0
    while match := _PRIVATE.search(data, position):
        pieces.append(data[position : match.end()])
        indent = match.group("indent")
        end = None if indent is None else _closing_line(data, match.end(), indent)
        if end is None:
            end = _closing_bracket(data, match.end(), match.group("open"))
        if end is None:
            raise _uncertain(data, match.start())
        position = end
    safe = b"".join(pieces) + data[position:]
    rest = _OUTPUT.search(safe)
    if rest:  # the key of its list is damaged
        raise _uncertain(safe, rest.start())
    return safe


def _uncertain(data: bytes, position: int) -> NotebookFormatError:
    return NotebookFormatError(
        "not a readable notebook, and where the outputs that start here end is not certain",
        hint="repair it or `git restore` it: git takes no version that might hold outputs",
        line=data.count(b"\n", 0, position) + 1,
    )


def _closing_line(data: bytes, position: int, indent: bytes) -> int | None:
    """Where the value that is open at `position` ends in a notebook with a line for each value.

    That is the first line with the indent of its key, if that line closes something; or the end
    of a file that breaks off before.
    """
    if re.compile(rb"\s*[\]}]").match(data, position):
        return None  # it is empty, or everything is on one line
    line = re.compile(rb"^" + re.escape(indent) + rb"(?=\S)", re.MULTILINE).search(data, position)
    if line is None:
        rest = data[position:]
        return len(data) if b"\n" in rest or not rest.strip() else None
    return line.end() if data[line.end() : line.end() + 1] in (b"]", b"}") else None


def _closing_bracket(data: bytes, position: int, opened: bytes) -> int | None:
    """Where the bracket that closes stands, or the end of a file that breaks off before.

    None where strings or brackets do not match.
    """
    stack = [opened]
    for token in _TOKEN.finditer(data, position):
        sign = token.group()
        if sign in (b"[", b"{"):
            stack.append(sign)
        elif sign in _PAIRS:
            if stack.pop() != _PAIRS[sign]:
                return None
            if not stack:
                return token.start()
        elif token.group("end") != b'"' and token.end() < len(data):
            return None  # a string that does not end with its line: nothing after it is certain
    return len(data)


def _utf16(data: bytes) -> str:
    """The encoding of a notebook that some shells write; empty for all others."""
    if data[:2] in _UTF16:
        return _UTF16[data[:2]]
    if b"\0" not in data[:4]:
        return ""
    return "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
