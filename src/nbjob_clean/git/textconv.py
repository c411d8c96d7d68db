"""git's textconv: a notebook as source in percent form, on stdout.

git starts this once for every file it shows, as `python -I -S textconv.py FILE`. A script is
compiled anew each time, so there is next to nothing in it; and it never fails.
"""

import sys


def main(argv: "list[str]") -> int:
    """Write the converted file named by the last argument to stdout; always 0."""
    from nbjob_clean.git.conversion import convert

    with open(argv[-1], "rb") as file:  # noqa: PTH123 - pathlib costs more than the conversion
        data = file.read()
    sys.stdout.buffer.write(convert(data))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    # -I -S leave out site-packages: find the package by where this file is.
    sys.path.insert(0, __file__.rpartition("nbjob_clean")[0])
    main(sys.argv)
    # All is written: taking the interpreter apart would cost a tenth of the whole. `os` is not
    # loaded, the module below it is.
    (sys.modules.get("posix") or sys.modules["nt"])._exit(0)
