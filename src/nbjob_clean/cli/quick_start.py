"""`nbjob clean -` without settings: the one command that editors and filters start for each file.

Nothing is loaded for it but the cleaning itself; argparse alone would take longer than that.
"""

import os
import sys

from nbjob_clean.clean.quick import quick_clean
from nbjob_clean.nearby import may_have_settings


def clean_stdin() -> bool:
    """Clean stdin to stdout; False, with nothing read, where a settings file has to be read.

    Raises NotebookFormatError where stdin holds no notebook.
    """
    if may_have_settings(os.getcwd()):
        return False
    data = sys.stdin.buffer.read()
    cleaned = quick_clean(data)
    if cleaned is None:
        from nbjob_clean.clean.core import clean_bytes

        cleaned = clean_bytes(data)
    sys.stdout.buffer.write(cleaned)
    sys.stdout.buffer.flush()
    return True
