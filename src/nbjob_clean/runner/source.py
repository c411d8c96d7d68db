"""Python source, compiled but not run, with the lines of the file it stands in."""

from __future__ import annotations
import __future__

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    import ast
    from types import CodeType

_FLAGS = 0
for _feature in __future__.all_feature_names:
    _FLAGS |= getattr(__future__, _feature).compiler_flag


def compiled(text: str, filename: str, *, line: int = 1, flags: int = 0) -> CodeType:
    """Compile text that stands at `line` of a file, with `__future__` features already on.

    Raises SyntaxError (and ValueError for a NUL byte) with the place in that file.
    """
    padded = "\n" * (line - 1) + text
    # dont_inherit: this module's own `from __future__` is not the job's.
    code: CodeType = compile(padded, filename, "exec", flags, dont_inherit=True)
    return code


def syntax_tree(text: str) -> ast.Module:
    """What `ast.parse` gives and raises; of what Python warns of, it warns when the text is run."""
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def future_flags(code: CodeType) -> int:
    """The `from __future__` features that hold at the end of a piece of code."""
    return code.co_flags & _FLAGS
