"""Words for people: findings with an excerpt and a caret, colours where a terminal shows them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nbjob_clean.cli.documentation import DOCUMENTATION, page
from nbjob_clean.cli.paint import Paint
from nbjob_clean.cli.paths import display
from nbjob_clean.diagnostic import Diagnostic
from nbjob_clean.errors import NbjobError

PEOPLE = ("full", "concise")


def say_unreadable(path: Path, error: NbjobError) -> None:
    """Why one file of many was left as it was, and what to do about it, on stderr."""
    line = getattr(error, "line", 0)
    place = f"{display(path)}:{line}: " if line else f"{display(path)}: "
    words = str(error).removeprefix(f"{path}: ")
    print(f"error: {place}{words}", file=sys.stderr)
    if error.hint:
        print(f"  hint: {error.hint}", file=sys.stderr)


def counted(count: int, noun: str) -> str:
    """`1 notebook`, `2 notebooks`."""
    return f"{count} {noun}{'s' * (count != 1)}"


def print_diagnostics(
    diagnostics: Sequence[Diagnostic],
    *,
    output_format: str,
    sources: Mapping[tuple[str, int], Sequence[str]],
    documentation: str = DOCUMENTATION,
) -> None:
    """Print findings on stdout; `sources` gives the lines of (path, cell number) for excerpts."""
    if output_format == "json":
        print(json.dumps([d.as_json() for d in diagnostics], indent=2, ensure_ascii=False))
        return
    if output_format not in PEOPLE:
        _print_report(output_format, diagnostics, sources)
        return
    paint = Paint(sys.stdout)
    for diagnostic in diagnostics:
        if output_format == "concise":
            print(_concise(diagnostic, paint))
        else:
            lines = [*_full(diagnostic, sources, paint)]
            if link := page(diagnostic.code, documentation):
                lines.append(f"{_margin(diagnostic)} {paint('cyan', 'docs')}: {link}")
            print("\n".join(lines) + "\n")


def _print_report(
    output_format: str,
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[tuple[str, int], Sequence[str]],
) -> None:
    from nbjob_clean.cli.reports import render

    # UTF-8 whatever the terminal's encoding is: a runner or an upload reads it.
    report = render(output_format, diagnostics, sources)
    sys.stdout.flush()
    sys.stdout.buffer.write(report.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _concise(diagnostic: Diagnostic, paint: Paint) -> str:
    return f"{diagnostic.place}: {paint('red', diagnostic.code)} {diagnostic.message}"


def _full(
    diagnostic: Diagnostic, sources: Mapping[tuple[str, int], Sequence[str]], paint: Paint
) -> Iterable[str]:
    lines = sources.get((diagnostic.path, diagnostic.cell), ())
    yield f"{paint('red', diagnostic.code)} {paint('bold', diagnostic.message)}"
    margin = _margin(diagnostic)
    yield f"{margin}{paint('blue', '-->')} {diagnostic.place}"
    bar = paint("blue", "|")
    if 0 < diagnostic.line <= len(lines):
        yield f"{margin} {bar}"
        for number in range(max(1, diagnostic.line - 2), diagnostic.line + 1):
            yield f"{paint('blue', f'{number:{len(margin)}}')} {bar} {lines[number - 1]}".rstrip()
        yield f"{margin} {bar} {_caret(diagnostic, lines[diagnostic.line - 1], paint)}"
    other = sources.get((diagnostic.path, diagnostic.other_cell), ())
    if 0 < diagnostic.other_line <= len(other):
        place = f"cell {diagnostic.other_cell}, line {diagnostic.other_line}"
        text = other[diagnostic.other_line - 1].strip()
        yield f"{margin} {paint('cyan', 'note')}: {place}: {text}"
    if diagnostic.help:
        yield f"{margin} {paint('cyan', 'help')}: {diagnostic.help}"


def _margin(diagnostic: Diagnostic) -> str:
    """As wide as the numbers of the excerpt's lines."""
    return " " * (len(str(diagnostic.line)) if diagnostic.line else 1)


def _caret(diagnostic: Diagnostic, line: str, paint: Paint) -> str:
    start = max(diagnostic.column, 1)
    is_one_line = diagnostic.end_line in (0, diagnostic.line)
    end = diagnostic.end_column if is_one_line else len(line) + 1
    indent = "".join("\t" if character == "\t" else " " for character in line[: start - 1])
    return indent + paint("red", "^" * max(end - start, 1))
