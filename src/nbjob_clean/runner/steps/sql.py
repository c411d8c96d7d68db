"""Steps of a `.sql` file: a cell of a sidecar without Python, or a whole hand-written file."""

from __future__ import annotations

from nbjob_clean.runner.context import Context
from nbjob_clean.runner.job import Step
from nbjob_clean.runner.query import Sql, run_statements
from nbjob_clean.runner.rows import Rows
from nbjob_clean.runner.substitution import is_vdk


def run_sql_step(context: Context, step: Step) -> Rows | None:
    """Run the statements of a step; the values of its parameters are the run's arguments."""
    sql = Sql(
        text=step.text,
        path=str(context.directory / step.file),
        line=step.line,
        connection=step.block.connection if step.block else "",
        is_vdk=is_vdk(step.block),
    )
    return run_statements(context, sql)
