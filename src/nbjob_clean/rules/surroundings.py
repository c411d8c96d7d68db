"""What lies around a notebook, as far as somebody looked: the shell reads it, rules judge by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from nbjob_clean.notebook.model import Notebook
from nbjob_clean.record import Record
from nbjob_clean.source.star import LocalModule


class Surroundings(Record):
    """The notebook's name and folder. None stands for what nobody looked at: rules say nothing.

    `files` are the names in its folder (folders end in `/`), `requirements` the text of the
    requirements.txt that holds for it, `committed` the notebook as of git's HEAD, `modules` those
    of the folder that the notebook imports everything from, by their whole names, `steps` gives
    the texts of the folder's other notebooks and scripts, when it is asked.
    """

    name: str = ""
    files: frozenset[str] | None = None
    requirements: str | None = None
    committed: Notebook | None = None
    steps: Callable[[], Iterable[str]] = tuple
    modules: Mapping[str, LocalModule | None] = MappingProxyType({})


NOTHING = Surroundings()
