"""What git starts: `python -I -S filter_process.py`. Short, as Python compiles it every time."""

import os
import sys

if __name__ == "__main__":
    # The package lies where this file is.
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path[:0] = [os.path.dirname(package)]
    if sys.version_info < (3, 11):  # tomli is a package there, and may lie elsewhere
        import site

        site.main()
    from nbjob_clean.git.filter_server import main

    status = main()
    sys.stderr.flush()
    os._exit(status)  # all is written; tidying up would take as long as cleaning a notebook
