"""Jupyter notebooks as production jobs, in git.

Importing this package loads nothing else: git starts a Python that imports it for every diff.
"""

__version__ = "0.1.0"

# Where `docs/` is published, without a `/` at the end: as `Documentation` in pyproject.toml's
# [project.urls]. While it is empty, reports have no links.
DOCUMENTATION = ""
