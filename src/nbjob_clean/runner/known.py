"""The names that a job would read if they were given: all others would have no effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nbjob_clean.errors import ArgumentError
from nbjob_clean.record import Record
from nbjob_clean.runner.job import Job
from nbjob_clean.runner.queries import queries

_JOB_INPUT = "job_input"
_OURS = frozenset([_JOB_INPUT, "run_sql"])  # what the runner itself gives to a sidecar
_SHOWN = 10


class Known(Record):
    """`names` are read and not set; `setters` are the files that set a name themselves.

    `is_open`: the job asks its `job_input`, so that any name may mean something to it.
    """

    names: frozenset[str]
    setters: Mapping[str, str]
    is_open: bool

    def require(self, name: str, parameters: Sequence[str], source: str = "") -> None:
        """Refuse a name that would have no effect: a typing error must not run with the default.

        Raises ArgumentError.
        """
        names = {*parameters, *self.names}
        if name in names or (self.is_open and name not in _OURS):
            return
        where = f"{source}: " if source else ""
        if name in self.setters:
            raise ArgumentError(
                f"{where}argument `{name}`: {self.setters[name]} sets it itself, "
                "and would overwrite it",
                hint="tag the cell that sets its default `parameters`",
            )
        raise ArgumentError(f"{where}unknown argument `{name}`", hint=_hint(name, names))


def known(job: Job) -> Known:
    """What the steps of a job read, in Python and SQL."""
    from nbjob_clean.runner.names import names_of

    found = {n for query in queries(job, job.steps) for n in (*query.unbound, *query.pasted)}
    setters: dict[str, str] = {}
    is_open = False
    for file in dict.fromkeys(step.file for step in job.steps if step.code):
        names = names_of(step.text for step in job.steps if step.file == file)
        is_open = is_open or _JOB_INPUT in names.mentioned
        found |= names.free - _OURS
        for name in names.bound:
            setters.setdefault(name, file)
    return Known(frozenset(found), setters, is_open)


def _hint(name: str, known_names: set[str]) -> str:
    import difflib

    close = difflib.get_close_matches(name, known_names, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    some = ", ".join(sorted(known_names)[:_SHOWN]) + (", …" if len(known_names) > _SHOWN else "")
    return f"known: {some or 'none'}"
