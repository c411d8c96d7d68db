"""Names that exist without anybody defining them: Python's, IPython's and the runner's."""

from __future__ import annotations

import builtins
import re

from nbjob_clean.source.table import words

# Builtins of newer Pythons than the one that checks: the findings are the same everywhere.
_NEWER = words("""
    BaseExceptionGroup ExceptionGroup EncodingWarning PythonFinalizationError WindowsError aiter
    anext
    """)
_SITE = words("copyright credits exit help license quit")
_MODULE = words("""
    __annotations__ __builtins__ __class__ __debug__ __doc__ __file__ __loader__ __name__
    __package__ __spec__
    """)
_RUNNER = words("job_input needs_ipython run_sql")
# Whether production has them is another question, with a rule of its own.
_HISTORY_NAMES = words("In Out __IPYTHON__")
_HISTORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|_[dio]h|_exit_code")
# Functions of the kernel: no mistake to use, unless the notebook defines its own elsewhere.
KERNEL = words("display get_ipython")
BUILTINS = frozenset(dir(builtins)) | _NEWER
KNOWN = BUILTINS | _SITE | _MODULE | _RUNNER | _HISTORY_NAMES


def is_known(name: str) -> bool:
    """Whether a name is there without a definition, other than the functions in `KERNEL`."""
    return name in KNOWN or (name[0] == "_" and _HISTORY.fullmatch(name) is not None)
