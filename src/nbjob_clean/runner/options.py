"""How a run behaves, as one value: limits, retries, lock, secrets. Made once, at the border."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from nbjob_clean.record import Record
from nbjob_clean.runner.job import Step

TYPE_CHECKING = False  # importing typing would take longer than reading a job does
if TYPE_CHECKING:
    from typing import Literal

    from nbjob_clean.runner.connections import Connections
    from nbjob_clean.runner.context import Context
    from nbjob_clean.runner.job_input import JobInput
    from nbjob_clean.runner.mask import Mask
    from nbjob_clean.runner.outcome import Listener

    LockMode = Literal["fail", "wait", "skip", "off"]

_NONE: Mapping[str, str] = {}


class RunOptions(Record):
    """The defaults are those of a run inside another program: it locks and records nothing.

    Times are seconds. `secrets` by name, for the job alone, and `mask` hides values in every log,
    report and traceback. `listeners` hear of the run as it goes on.
    `caller` is the run that this one is part of; `connections` are used instead of ones of its own.
    `keeps_values`: the outcome holds what each file leaves behind. `job_input` makes another one.
    `owns_process`: the run may install signal handlers, and end the process where it hangs.
    """

    steps: tuple[Step, ...] = ()  # all of the job's where none is named
    listeners: tuple[Listener, ...] = ()
    timeout: float | None = None
    step_timeout: float | None = None
    grace: float = 25.0  # from the moment that a run has to end; Kubernetes kills after 30
    retries: int = 0
    retry_delay: float = 1.0
    lock: LockMode = "off"
    on_wait: Callable[[str], None] | None = None  # is told for whom a run waits
    done: frozenset[str] = frozenset()  # files that the run `resumed_from` has done
    resumed_from: str = ""
    secrets: Mapping[str, str] = _NONE
    mask: Mask | None = None
    caller: Context | None = None
    connections: Connections | None = None
    keeps_values: bool = False
    job_input: Callable[[Context], JobInput] | None = None
    owns_process: bool = False


DEFAULTS = RunOptions()
