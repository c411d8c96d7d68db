"""Mends requirements.txt: adds what is imported, pins what is used to what is installed here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.source.distributions import distributions, normalised

_BARE = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)(?P<extras>\s*\[[^\]]*\])?\s*(?P<comment>#.*)?")


def fix_requirements(
    text: str, found: Iterable[Diagnostic], installed: Callable[[str], str | None]
) -> str:
    """The text with a line for each unlisted import and versions for those that had none.

    `installed` gives the version of a distribution in this environment, None for one that is not
    there: such a one is added without a version. Other lines stay as they are.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    before = text.splitlines()
    lines = list(before)
    for diagnostic in found:
        names = distributions(diagnostic.symbol)
        if diagnostic.code == "NBJ501" and names:
            line = _pinned(names[0], installed(names[0]))
            lines += [line] if line not in lines else []
        elif diagnostic.code == "NBJ502":
            lines = [_pinned_line(line, names, installed) for line in lines]
    return text if lines == before else newline.join(lines) + newline


def _pinned(name: str, version: str | None) -> str:
    return f"{name}=={version}" if version else name


def _pinned_line(line: str, names: Iterable[str], installed: Callable[[str], str | None]) -> str:
    match = _BARE.fullmatch(line.strip())
    if not match or normalised(match["name"]) not in set(names):
        return line
    version = installed(match["name"])
    if not version:
        return line
    comment = f"  {match['comment']}" if match["comment"] else ""
    return f"{match['name']}{match['extras'] or ''}=={version}{comment}"
