"""Jupyter notebooks as production jobs, in git.

Importing this package loads nothing else: git starts a Python that imports it for every diff.
"""

__version__ = "0.1.0"
