"""For tests of jobs: a fake `job_input`, a scratch database, and assertions on tables.

Nothing here needs pytest; with it, the fixtures of `nbjob_clean.pytest_plugin` make all of it.
"""

from nbjob_clean.testing.database import ScratchDatabase as ScratchDatabase
from nbjob_clean.testing.job_input import FakeJobInput as FakeJobInput
from nbjob_clean.testing.job_input import Ingested as Ingested
from nbjob_clean.testing.table import assert_table as assert_table
