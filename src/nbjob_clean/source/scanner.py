"""Where statements begin: a scanner that knows strings, brackets, comments and backslashes.

It reads text that Python cannot, because IPython syntax stands between the statements.
"""

from __future__ import annotations

import re

from nbjob_clean.record import Record

_TOKEN = re.compile(
    r"(?P<comment>#)|(?P<quote>\"\"\"|'''|\"|')|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<escaped>\\.)"
)
_STRING_ENDS = {quote: re.compile(rf"(?:\\.|[^\\])*?{quote}") for quote in ('"""', "'''", '"', "'")}


class Open(Record):
    """What is still open at the end of a line: brackets, a string, or a continued line."""

    depth: int = 0
    quote: str = ""
    is_continued: bool = False

    @property
    def is_statement_start(self) -> bool:
        return not (self.depth or self.quote or self.is_continued)


def after(line: str, state: Open) -> Open:
    """What is open after one more line."""
    depth, quote, position = state.depth, state.quote, 0
    while position < len(line):
        if quote:
            end = _STRING_ENDS[quote].match(line, position)
            if end is None:
                # Only a backslash carries a string with one quote over the line's end.
                is_carried = len(quote) == 3 or line.endswith("\\")
                return Open(depth, quote if is_carried else "")
            quote, position = "", end.end()
            continue
        token = _TOKEN.search(line, position)
        if token is None:
            break
        if token.group("comment"):
            return Open(depth)
        position = token.end()
        quote = token.group("quote") or ""
        if token.group("open"):
            depth += 1
        elif token.group("close"):
            depth = max(depth - 1, 0)
    is_carried = len(quote) == 3 or line.endswith("\\")
    return Open(depth, quote if is_carried else "", is_continued=line.endswith("\\"))
