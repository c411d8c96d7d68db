"""IPython cell text -> Python text, line for line: what the sidecar holds and what is checked.

Python is left as it is; only a cell that is no Python is searched for IPython syntax. What
production needs from IPython becomes a call that raises there, so that nothing is ever skipped
in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nbjob_clean.record import Record, changed
from nbjob_clean.source.escape import Translated, translate_line
from nbjob_clean.source.magic import Magic, MagicKind, cell_kind
from nbjob_clean.source.scanner import Open, after
from nbjob_clean.source.sql_call import placeholder
from nbjob_clean.source.sql_cell import SqlCell, parse_sql_cell
from nbjob_clean.source.syntax import TOP_LEVEL_AWAIT, SyntaxProblem, parsed
from nbjob_clean.source.unwrap import is_pasted, unwrap
from nbjob_clean.source.written import comment, needs_ipython

MARKER = "this line would start a new cell in the sidecar"
BROKEN = 'raise SyntaxError("this cell does not compile")'
_MARKER = re.compile(r"\s*#\s*%%")
_CELL_MAGIC = re.compile(r"%%(?P<name>!|[^\W\d][\w.]*)(?P<rest>.*)")


class PythonCell(Record):
    """A cell as Python. `lines` are as many as the cell's, and always compile.

    `shifts` gives for a line how many characters to add to a column of `lines` to have the
    column in the cell. With `is_sql` the lines only stand for the call that runs the SQL.
    `awaiting` is the text of a cell that only a kernel can run: its names are known all the same.
    """

    lines: tuple[str, ...]
    magics: tuple[Magic, ...] = ()
    shifts: Mapping[int, int] | None = None
    error: SyntaxProblem | None = None
    is_sql: bool = False
    sql: SqlCell | None = None
    awaiting: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def cell_column(self, line: int, column: int) -> int:
        """The column in the cell of a column of `lines`; all from 1."""
        return column + (self.shifts or {}).get(line, 0)


def to_python(source: str, language: str = "") -> PythonCell:
    """The cell as Python; `language` is what its metadata says, where it says something."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    sql = parse_sql_cell(source, language)
    if sql is not None and sql.is_plain:
        call = placeholder(sql, sql.out)
        return PythonCell((call, *map(comment, lines[1:])), is_sql=True, sql=sql)
    if not is_pasted(source) and parsed("\n".join(lines)).problem is None:
        return _without_markers(PythonCell(tuple(lines)), lines)
    return _without_markers(_translated(lines), lines)


def _translated(lines: Sequence[str]) -> PythonCell:
    unwrapped = unwrap(lines)
    found = _cell(unwrapped.lines)
    removed = dict(enumerate(unwrapped.removed, start=1))
    shifts = {line: found.shifts.get(line, 0) + count for line, count in removed.items()}
    magics = tuple(changed(m, column=m.column + removed[m.line]) for m in found.magics)
    cell = PythonCell(found.lines, magics, {n: shift for n, shift in shifts.items() if shift})
    problem = parsed(cell.text).problem
    return _broken(cell, problem, lines) if problem else cell


def _without_markers(cell: PythonCell, source: Sequence[str]) -> PythonCell:
    """A marker inside a cell, be it a comment or in a string, would split it in every editor."""
    lines = enumerate(cell.lines, 1) if any("%%" in line for line in source) else ()
    number = next((n for n, line in lines if _MARKER.match(line)), 0)
    if not number or cell.error:
        return cell
    line = source[number - 1]
    column = line.find("#") + 1
    return _broken(cell, SyntaxProblem(MARKER, number, column, number, len(line) + 1), source)


def _broken(cell: PythonCell, problem: SyntaxProblem, source: Sequence[str]) -> PythonCell:
    """Lines that say so when they run. Python's own words differ between versions: not in here."""
    source = [_printable(line) for line in source]
    first = f"{BROKEN}  # {source[0]}" if source[0].strip() else BROKEN
    error = SyntaxProblem(
        problem.message,
        problem.line,
        cell.cell_column(problem.line, problem.column),
        problem.end_line,
        cell.cell_column(problem.end_line, problem.end_column),
    )
    awaiting = cell.text if problem.message == TOP_LEVEL_AWAIT else ""
    lines = (first, *map(comment, source[1:]))
    return changed(cell, lines=lines, error=error, awaiting=awaiting)


def _printable(line: str) -> str:
    """What Python refuses even in a comment, a null and half a surrogate pair, written out."""
    return line.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode("utf-8")


def _cell(lines: Sequence[str]) -> Translated:
    """Cell magics first, which may stand one below the other, then statements."""
    done = Translated()
    while (head := _cell_magic(lines, len(done.lines))) is not None:
        done = done.plus(head)
        if head.magics[-1].kind != "transparent":
            return done.plus(Translated(tuple(map(comment, lines[len(done.lines) :]))))
    return done.plus(_statements(lines, len(done.lines)))


def _cell_magic(lines: Sequence[str], start: int) -> Translated | None:
    """The blank lines and the `%%` line at `start`; None where there is none."""
    index = next((n for n in range(start, len(lines)) if lines[n].strip()), start)
    match = _CELL_MAGIC.match(lines[index]) if index < len(lines) else None
    if match is None or match.group("rest").startswith("?"):
        return None
    text, name = lines[index].rstrip(), match.group("name")
    kind = _kind(name, match.group("rest").strip())
    head = _head(text, name, kind, match.group("rest").split())
    magic = Magic(index + 1, 1, text, name, kind, is_cell=True)
    return Translated((*lines[start:index], head), (magic,))


def _kind(name: str, arguments: str) -> MagicKind:
    if name == "time" and not arguments.startswith("-") and arguments:
        return "needed"  # IPython refuses a statement behind `%%time`
    return cell_kind(name)


def _head(text: str, name: str, kind: MagicKind, arguments: Sequence[str]) -> str:
    if kind == "needed":
        return needs_ipython(text)
    names = [word for word in arguments if word.isidentifier()]
    if name == "capture" and names:
        # What was printed is not kept: whoever looks into it fails there, and nobody else does.
        return f"{names[-1]} = None  # {text}"
    return f"pass  # {text}"


def _statements(lines: Sequence[str], start: int) -> Translated:
    done: list[str] = []
    magics: list[Magic] = []
    shifts: dict[int, int] = {}
    state = Open()
    while (index := start + len(done)) < len(lines):
        found = translate_line(lines, index) if state.is_statement_start else None
        if found is None:
            state = after(lines[index], state)
            done.append(lines[index])
        else:
            done += found.lines
            magics += found.magics
            shifts.update(found.shifts)
    return Translated(tuple(done), tuple(magics), shifts)
