"""What a cleaner is: a name for what it removes, and a function from a notebook to edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nbjob_clean.clean.options import CleanOptions
from nbjob_clean.notebook.model import Notebook
from nbjob_clean.notebook.splice import Edit
from nbjob_clean.record import Record


class Cleaner(Record):
    """One thing that is removed. Which words lead to it is `words.py`'s."""

    name: str
    edits: Callable[[Notebook, CleanOptions], Iterable[Edit]]
