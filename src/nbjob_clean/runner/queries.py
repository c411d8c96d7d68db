"""The SQL that steps will run, known before anything runs: its connections and open parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nbjob_clean.errors import InvalidJobError, SidecarError
from nbjob_clean.record import Record, changed
from nbjob_clean.runner.job import Job, Step
from nbjob_clean.runner.places import Places
from nbjob_clean.sidecar.format import Block, Sidecar


class Query(Record):
    """A SQL cell or file as one step will run it; `unbound` is what the arguments must give.

    `pasted` are names that an argument may have, and a property, and nobody (substitution.py).
    """

    place: str
    connection: str
    unbound: tuple[str, ...]
    pasted: tuple[str, ...] = ()


def queries(job: Job, steps: Sequence[Step]) -> tuple[Query, ...]:
    """All queries of these steps, in order.

    Raises InvalidJobError for a template that is more than a name, and a call of no SQL cell.
    """
    places = Places(job.directory, job.sidecars)
    return tuple(query for step in steps for query in _of_step(job, step, places))


def sql_block(sidecar: Sidecar | None, file: str, cell: str) -> Block:
    """The SQL cell of a sidecar by its id. Raises InvalidJobError where there is none."""
    for block in sidecar.blocks if sidecar else ():
        if block.id == cell and block.kind == "sql":
            return block
    missing = f"no SQL cell `{cell}` in {file}" if sidecar else f"{file}: no such sidecar"
    raise InvalidJobError(missing, hint="emit it again: `nbjob emit`")


def _of_step(job: Job, step: Step, places: Places) -> Iterator[Query]:
    if step.file.lower().endswith(".sql"):
        yield _query(step.text, step.file, step.block, places)
    elif "run_sql" in step.text:
        from nbjob_clean.runner.syntax import sql_calls

        for call in sql_calls(step.text):
            block = sql_block(job.sidecars.get(call.file), call.file, call.cell)
            query = _query("\n".join(block.lines), call.file, block, places)
            passed = set(query.unbound) if call.passes_all else call.names
            unbound = tuple(name for name in query.unbound if name not in passed)
            yield changed(query, unbound=unbound)


def _query(text: str, file: str, block: Block | None, places: Places) -> Query:
    place = file
    if block:
        place = places.place(str(places.directory / file), block.line + 1).rpartition(",")[0]
    from nbjob_clean.runner.substitution import is_vdk
    from nbjob_clean.sidecar.sql import parameters, pasted_names

    try:
        names = parameters(text)
    except SidecarError as exc:
        raise InvalidJobError(f"{place}: {exc}", hint=exc.hint) from exc
    return Query(
        place=place,
        connection=block.connection if block else "",
        unbound=names,
        pasted=pasted_names(text) if is_vdk(block) else (),
    )
